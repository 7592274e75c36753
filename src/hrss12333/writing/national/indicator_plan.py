"""What stands where on 指标分析: the indicators in groups, whole groups to a page, and behind them what they divide."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from msgspec import Struct

from hrss12333.model import summary_lines
from hrss12333.model.summary_lines import ANALYSIS, NOBODY, UNIT_KEY, SummaryLine
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import YES, Form
from hrss12333.writing.national.book import (
    AREA_KEY,
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    ColumnHead,
    LinesArea,
    NationalBook,
)
from hrss12333.writing.national.comparison import NOW, PREVIOUS
from hrss12333.writing.national.paper import page_breaks

RANK_KEY, ABOVE_KEY, BELOW_KEY, BASIS_KEY = "@rank", "@above", "@below", "@basis"
"""Behind an indicator's key: rank, numerator, denominator, and what is ranked where not every unit is; numerator and
denominator behind those of a comparison's two years."""
REMARKS_KEY, REMARKS = "@remarks", "说明"
REMARKS_WIDTH, QUESTIONED_WIDTH = 34.0, 148.0


class Analysis(Struct, frozen=True):
    """The indicators and their places."""

    items: tuple[tuple[Form, Indicator], ...]
    """Every indicator with its form, in order."""
    ranks: Mapping[str, Mapping[str, int]]
    """Indicator key → name of a line → its rank; empty where nothing is ranked."""
    names: tuple[str, ...]
    """The lines in order."""
    lines: dict[tuple[str, str], SummaryLine]
    """(form key, name) → line of 汇总."""
    columns: tuple[ColumnHead, ...]
    """All columns of the sheet; the operands behind the remarks."""
    groups: tuple[tuple[str, int, int], ...]
    """Name of a group of indicators, its first column and the one behind its last."""
    breaks: tuple[int, ...]
    """Columns that begin a new page."""
    block: LinesArea

    @property
    def remarks(self) -> int:
        """The last column that is printed."""
        return self.block.columns[REMARKS_KEY]


def plan(book: NationalBook) -> Analysis:
    """Which indicators there are, how they are ranked, and their places."""
    names = dict.fromkeys(line.name for form in book.forms for line in book.lines[form.key] if line.name != NOBODY)
    names |= dict.fromkeys(line.name for form in book.forms for line in book.lines[form.key])
    items = tuple((form, item) for form in book.forms for item in indicators(form))
    ranks = {item.key: {} if item.answers else book.nation.ranks(form, item) for form, item in items}
    columns = [ColumnHead(UNIT_KEY, summary_lines.reporter(book.national), 18.0)]
    columns += [ColumnHead(AREA_KEY, summary_lines.AREA, 6.0)] if book.areas else []
    groups = []
    for name, run in groupby(items, key=lambda one: one[1].group):
        start = len(columns)
        columns += [column for _, item in run for column in _printed_columns(book, item)]
        groups.append((name, start, len(columns)))
    questioned = any(total.questioned for total in book.totals.values())
    columns.append(ColumnHead(REMARKS_KEY, REMARKS, QUESTIONED_WIDTH if questioned else REMARKS_WIDTH))
    for form, item in items:
        doubted = book.totals[form.key].is_in_question(item.fields)
        columns += _operands(book, form, item, only_some=bool(ranks[item.key]) and doubted)
    at, first, total = {column.key: number for number, column in enumerate(columns)}, 3, 3 + len(names)
    rows = {name: row for row, name in enumerate(names, first)}
    block = LinesArea(ANALYSIS, first, total - 1, total, at, rows, at.get(AREA_KEY))
    lines = {(form.key, line.name): line for form in book.forms for line in book.lines[form.key]}
    widths = [column.width for column in columns[: at[REMARKS_KEY] + 1]]
    starts = {start for _, start, _ in groups} | {at[REMARKS_KEY]}
    for _, start, end in groups:
        if page_breaks([*widths[:1], *widths[start:end]], [1, end - start + 1]):  # no page holds all of it
            starts |= {at[item.key] for _, item in items if start < at[item.key] < end}
    breaks = tuple(page_breaks(widths, starts))
    return Analysis(items, ranks, tuple(names), lines, tuple(columns), tuple(groups), breaks, block)


def _printed_columns(book: NationalBook, item: Indicator) -> list[ColumnHead]:
    heading = f"{item.name}\n（{item.unit}）" if item.unit else item.name
    found = [ColumnHead(item.key, heading, 8.0 if book.previous else 9.5)]
    if not item.answers:  # a share of so few regions ranks nothing
        found.append(ColumnHead(f"{item.key}{RANK_KEY}", "排名", 4.5))
    if book.previous:
        change = "增减\n百分点" if item.percent else "变化率"
        found.append(ColumnHead(f"{item.key}{NOW_KEY}", NOW, 7.5))
        found.append(ColumnHead(f"{item.key}{BEFORE_KEY}", PREVIOUS, 7.5))
        found.append(ColumnHead(f"{item.key}{CHANGE_KEY}", change, 7.5))
    return found


def _operands(book: NationalBook, form: Form, item: Indicator, *, only_some: bool) -> list[ColumnHead]:
    above = f"答“{YES}”的地区数" if item.answers else f"分子：{item.above(form)}"
    below = f"分母：{item.below(form)}"
    years = [("", "")]
    if book.previous:
        years += [(NOW_KEY, NOW.replace("\n", "")), (BEFORE_KEY, PREVIOUS.replace("\n", ""))]
    found = []
    for suffix, year in years:
        found.append(ColumnHead(f"{item.key}{suffix}{ABOVE_KEY}", f"{item.name}{year}\n{above}", 26.0))
        found.append(ColumnHead(f"{item.key}{suffix}{BELOW_KEY}", f"{item.name}{year}\n{below}", 26.0))
    if only_some:
        found.append(ColumnHead(f"{item.key}{BASIS_KEY}", f"{item.name}\n参加排名的", 26.0))
    return found
