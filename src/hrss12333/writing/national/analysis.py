"""指标分析: every indicator by unit, nation and area, live over 明细, with ranks and what is divided by what.

Whole groups of indicators to a page where one holds them. Numerators and denominators stand folded behind the remarks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from hrss12333.model.national import State, Status
from hrss12333.model.summary_lines import ANALYSIS, SummaryLine, missing_units
from hrss12333.survey.indicators import Better, Indicator, indicators
from hrss12333.survey.schema import YES, Form
from hrss12333.writing.national.book import FigureColumn, LinesArea, NationalBook, SheetColumn
from hrss12333.writing.national.lines import (
    Level,
    Line,
    fewer_regions,
    first_of,
    lines_area,
    name_columns,
    write_lines,
)
from hrss12333.writing.national.quotients import quotient_columns

_RANK_KEY = "@rank"
"""Behind an indicator's key: its rank."""
REMARKS_KEY, REMARKS = "@remarks", "说明"
_LONG_NAME = 12
"""Characters of an indicator's name that takes a wider column."""


def reserve_analysis(book: NationalBook) -> LinesArea:
    """Which indicators there are, and their places."""
    columns: list[SheetColumn] = name_columns(book)
    folded: list[FigureColumn] = []
    group = ""
    for form, item in _items(book):
        wide = 9.5 if len(item.name) < _LONG_NAME else 14.5
        quotient, operands = quotient_columns(book, form, item, width=wide, group=item.group)
        columns.append(replace(quotient, is_joined=item.group == group))
        folded += operands
        group = item.group
        if not item.answers:  # a share of so few regions ranks nothing
            ranks = book.nation.ranks(form, item)
            about: dict[str, Any] = {"show": partial(_rank, ranks), "look": "plain", "is_joined": True}
            columns.append(SheetColumn(f"{item.key}{_RANK_KEY}", "排名", 4.5, item.group, **about))
    remarks = SheetColumn(REMARKS_KEY, REMARKS, 34.0, show=lambda line: _remarks(book, line))
    return lines_area(book, ANALYSIS, [*columns, remarks, *folded], book.whole)


def _rank(ranks: Mapping[str, int], line: Line) -> int | None:
    return ranks.get(line.name) if line.level is Level.UNIT else None


def _items(book: NationalBook) -> list[tuple[Form, Indicator]]:
    """Every indicator with its form, in order."""
    return [(form, item) for form in book.forms for item in indicators(form)]


def write_analysis(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    block = book.lines_areas[ANALYSIS]
    write_lines(book, sheet, block, f"{book.year}年度12333电话服务指标分析", _notes(book))


def _notes(book: NationalBook) -> list[str]:
    """How the figures are worked out and ranked."""
    low = [item.name for _, item in _items(book) if item.better is Better.LOW]
    order = f"{'、'.join(low)}{Better.LOW}，其余{Better.HIGH}，" if low else f"{Better.HIGH}，"
    formulas = [item.formula(form) for form, item in _items(book) if not item.answers]
    return [
        f"指标都是“合计÷合计”；所需数据齐全、没有疑问的地区才计入，“{REMARKS}”中的20/21是应有21个、计入20个；缺少数据、分母为0、高于100%的留空。",
        f"{order}数值相同的名次相同；数据不全、有疑问的{book.national.noun}不排名。排名不等于工作优劣。{book.nation.few}",
        *book.areas_remark,
        "；".join([*formulas, f"各项开通率、占比＝答“{YES}”的地区数÷有效填报数。"]),
    ]


def _remarks(book: NationalBook, line: Line) -> str:
    """What a reader must know of a line."""
    if line.level is Level.AREA:
        return ""
    absent = [unit.name for unit in missing_units(book.national)]
    lacking = ""
    if line.level is Level.NATION and absent:
        lacking = f"{len(absent)}个{book.national.noun}没有数据"
    elif line.name in absent:
        is_missing = book.national.states[line.name] is State.MISSING
        lacking = State.MISSING.value if is_missing else "报来的不能汇总"
    return "；".join(filter(None, [lacking, *(_remark(form, line.of[form.key]) for form in book.forms)]))


def _remark(form: Form, line: SummaryLine | None) -> str:
    """What a reader must know of one line's indicators; empty where every region is in every one of them."""
    if line is None or line.status is Status.MISSING:
        return ""
    if not line.rows:
        return f"{form.key}没有数据行"
    partial: dict[int, list[str]] = {}
    blank: dict[str, list[str]] = {"缺少数据": [], "分母为0": [], "高于100%": []}
    for item in indicators(form):
        found = line.quotient(item)
        if found.value is None:
            blank["缺少数据" if not found.covered else "高于100%" if found.denominator else "分母为0"].append(item.name)
        if 0 < found.covered < line.rows:
            partial.setdefault(found.covered, []).append(item.name)
    parts = [f"有{line.rows}/{line.expected} 个地区填报"] if line.absent else []
    parts += fewer_regions(partial, line.expected, "项")
    parts += [f"{first_of(names, '项')}{why}" for why, names in blank.items() if names]
    return f"{form.key}：{'，'.join(parts)}" if parts else ""
