"""指标分析: every indicator by unit, nation and area, live over 明细, with rank, data bars and what is divided by what.

Whole groups of indicators to a page where one holds them. Numerators and denominators stand folded behind the remarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from hrss12333.model.national import Status
from hrss12333.model.summary_lines import ANALYSIS, NOBODY, SummaryLine, missing_units
from hrss12333.survey.indicators import Better, Indicator, indicators
from hrss12333.survey.schema import YES, Form
from hrss12333.writing.national.book import FigureColumn, LinesArea, NationalBook, SheetColumn, own_cell, own_column
from hrss12333.writing.national.lines import (
    FIRST_LINE,
    Level,
    Line,
    lines_area,
    name_columns,
    unit_names,
    write_lines,
)
from hrss12333.writing.national.quotients import folded_column, quotient_columns, rate_format
from hrss12333.writing.national.styles import ACCENT_PALE
from hrss12333.writing.workbook import OWN_ROW

_RANK_KEY, _BASIS_KEY = "@rank", "@basis"
"""Behind an indicator's key: its rank, and what is ranked where not every unit is."""
REMARKS_KEY, REMARKS = "@remarks", "说明"
_FEW = 3
"""Indicators that a remark names one by one."""


def reserve_analysis(book: NationalBook) -> LinesArea:
    """Which indicators there are, and their places."""
    columns: list[SheetColumn] = name_columns(book)
    folded: list[FigureColumn] = []
    group = ""
    for form, item in _items(book):
        quotient, operands = quotient_columns(book, form, item, group=item.group)
        columns.append(replace(quotient, is_joined=item.group == group))
        folded += operands
        group = item.group
        if not item.answers:  # a share of so few regions ranks nothing
            rank, basis = _rank_columns(book, form, item)
            columns.append(rank)
            folded += basis
    remarks = SheetColumn(REMARKS_KEY, REMARKS, 34.0, show=lambda line: _remarks(book, line))
    return lines_area(book, ANALYSIS, [*columns, remarks, *folded], book.whole)


def _items(book: NationalBook) -> list[tuple[Form, Indicator]]:
    """Every indicator with its form, in order."""
    return [(form, item) for form in book.forms for item in indicators(form)]


def write_analysis(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    block = book.lines_areas[ANALYSIS]
    write_lines(book, sheet, block, f"{book.year}年度12333电话服务指标分析", _notes(book))
    for _, item in _items(book):
        bar = {"type": "data_bar", "bar_color": ACCENT_PALE, "bar_solid": True, "data_bar_2010": True}
        limits = {"min_type": "num", "min_value": 0, "bar_border_color": ACCENT_PALE}
        limits |= {"max_type": "num", "max_value": 1} if item.percent else {}
        at = block.at[item.key]
        sheet.conditional_format(block.first, at, block.total - 1, at, {**bar, **limits})


def _notes(book: NationalBook) -> list[str]:
    """How the figures are worked out and ranked."""
    low = [item.name for _, item in _items(book) if item.better is Better.LOW]
    order = f"{'、'.join(low)}{Better.LOW}，其余{Better.HIGH}，" if low else f"{Better.HIGH}，"
    formulas = [item.formula(form) for form, item in _items(book) if not item.answers]
    return [
        f"指标都是“合计÷合计”，不是各地比率的平均；一个地区填齐所需的全部数据、没有疑问才计入，“{REMARKS}”中的20/21是应有21个、计入20个；"
        "缺少数据的、分母为0的、高于100%的留空。分子、分母在右侧折叠的列中。",
        f"{order}数值相同的名次相同；数据不全、有疑问的{book.national.noun}不排名。排名不等于工作优劣。{book.nation.few}",
        *book.areas_remark,
        "；".join([*formulas, f"各项开通率、占比＝答“{YES}”的地区数÷有效填报数。"]),
    ]


def _remarks(book: NationalBook, line: Line) -> str:
    """What a reader must know of a line."""
    if line.level is Level.AREA:
        return ""
    absent = {unit.name for unit in missing_units(book.national)}
    lacking = f"没报{len(absent)}个{book.national.noun}" if line.level is Level.NATION and absent else ""
    lacking = "没报" if line.level is Level.UNIT and line.name in absent else lacking
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
    covered = sorted(partial, reverse=True)
    parts += [f"{_names_in_words(partial[number])}{number}/{line.expected}" for number in covered]
    parts += [f"{_names_in_words(names)}{why}" for why, names in blank.items() if names]
    return f"{form.key}：{'，'.join(parts)}" if parts else ""


def _names_in_words(names: Sequence[str]) -> str:
    """综合接通率、放弃率等5项: which they are is seen by the cells."""
    return "、".join(names) if len(names) <= _FEW else f"{'、'.join(names[: _FEW - 1])}等{len(names)}项"


def _rank_columns(book: NationalBook, form: Form, item: Indicator) -> tuple[FigureColumn, list[FigureColumn]]:
    """Ranks of the units, and where not every unit is ranked what is."""
    area, ranks, basis = book.detail_areas[form.key], book.nation.ranks(form, item), list[FigureColumn]()
    if ranks and book.nation.totals[form.key].is_in_question(item.fields):
        sure = f"COUNTIFS({area.of_unit})=COUNTIFS({area.of_unit}{area.unquestioned(item.fields)})"
        basis.append(
            folded_column(
                f"{item.key}{_BASIS_KEY}",
                f"{item.name}\n参加排名的",
                form=form,
                value=lambda line: None if line.is_in_question(item.fields) else line.quotient(item).value,
                formula=f'=IF({sure},{own_cell(item.key)},"")',
                num_format=rate_format(item),
                only_units=True,
            )
        )
    letters, order = own_column(basis[0].key if basis else item.key), 1 if item.better is Better.LOW else 0
    own, names = f"{letters}{OWN_ROW}", [name for name in unit_names(book, book.forms) if name != NOBODY]
    ranked = f"{letters}${FIRST_LINE + 1}:{letters}${FIRST_LINE + len(names)}"
    rank = FigureColumn(
        f"{item.key}{_RANK_KEY}",
        "排名",
        4.5,
        item.group,
        form=form,
        is_joined=True,
        value=lambda line: ranks.get(line.name),
        formula=f'=IF({own}="","",RANK({own},{ranked},{order}))' if ranks else "",
        num_format="0",
        only_units=True,
    )
    return rank, basis
