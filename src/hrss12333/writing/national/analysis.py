"""指标分析: every indicator by unit and nation, live over 明细, with numerator, denominator, rank and data bars."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.filing import column_letters
from hrss12333.model.quotient import Quotient
from hrss12333.model.summary_lines import ANALYSIS, NATION, NO, NOBODY, YES, Line, missing
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Better, Indicator
from hrss12333.writing.national.book import Block, Book, Span, head, paper
from hrss12333.writing.national.comparison import rate_change, rate_change_format, rate_change_formula
from hrss12333.writing.national.ratios import Ratios, remark, work_out
from hrss12333.writing.national.styles import PERCENT, RATIO
from hrss12333.writing.sheet_text import safe

REMARKS = "说明"
VALUE, RANK, ABOVE, BELOW, BEFORE, CHANGED = range(6)
"""Columns of one indicator, from its first."""
WIDEST = 254
"""Half-width characters that a page holds at a size that can be read."""
BAR = "#C5D9F1"


@dataclass(frozen=True)
class Analysis:
    """What stands where on the sheet."""

    ratios: tuple[Ratios, ...]
    names: tuple[str, ...]
    """The lines in order."""
    lines: dict[tuple[str, str], Line]
    """(form key, name) → line of 汇总."""
    first: int
    step: int
    """Columns an indicator takes."""

    @property
    def ranked(self) -> list[str]:
        """The lines that take part in the ranking."""
        return [name for name in self.names if name != NOBODY]

    @property
    def total(self) -> int:
        """Row of the nation."""
        return self.first + len(self.names)


def plan(book: Book) -> Analysis:
    """Work out all indicators and their places; fills ``book.analysis``."""
    names = dict.fromkeys(line.name for form in book.forms for line in book.lines[form.key] if line.name != NOBODY)
    names |= dict.fromkeys(line.name for form in book.forms for line in book.lines[form.key])
    found = Analysis(
        tuple(work_out(form, book.lines[form.key]) for form in book.forms),
        tuple(names),
        {(form.key, line.name): line for form in book.forms for line in book.lines[form.key]},
        first=6 if book.previous else 5,
        step=6 if book.previous else 4,
    )
    at = 1
    for ratios in found.ratios:
        columns = {}
        for item in ratios.indicators:
            columns[item.key] = at
            at += found.step
        book.analysis[ratios.form.key] = Block(ANALYSIS, found.first, found.total - 1, found.total, columns)
    return found


def write_analysis(book: Book, plan: Analysis, sheet: Any) -> None:
    """Fill the sheet."""
    remarks = [
        "各项指标都是“合计÷合计”，不是各地比率的平均。一个地区只有填齐该指标所需的全部数据，才同时计入分子和分母；"
        "缺少数据的留空，并在最后一列说明。",
        f"排名在有数据的单位之间进行：{Better.LOW}的是放弃率，其余{Better.HIGH}，数值相同的名次相同。"
        "排名只反映数值大小，不等于工作优劣。",
    ]
    if book.previous:
        remarks.append(
            "上年数取自上一年的全国汇总表；比率与上年相比用百分点，其余用变化率。两年的填报覆盖不同时仅供参考。"
        )
    top = head(book, sheet, f"{book.year}年度12333电话服务指标分析", remarks, column=1)
    sheet.set_row(top, 50)
    sheet.set_row(top + 1, 54)
    sheet.write_string(top + 1, 0, figures.UNIT, book.styles.heading)
    for row, name in enumerate(plan.names, plan.first):
        sheet.write_string(row, 0, safe(name), book.styles.text())
    sheet.write_string(plan.total, 0, NATION, book.styles.text(total=True))
    widths, breaks = _widths(plan)
    for ratios in plan.ratios:
        for item in ratios.indicators:
            _Column(book, plan, ratios, item, sheet).write(top)
    last = len(widths) - 1
    sheet.write_string(top + 1, last, REMARKS, book.styles.heading)
    _remarks(book, plan, sheet, last)
    sheet.autofilter(plan.first - 1, 0, plan.total - 1, last)
    sheet.freeze_panes(plan.first, 1)
    paper(sheet, widths, (top, plan.first - 1), breaks)


def _widths(plan: Analysis) -> tuple[list[float], list[int]]:
    """Width of each column, and which columns begin a new page: pages of one kind of indicator, evenly filled."""
    widths, breaks = [18.0], []
    items = [item for ratios in plan.ratios for item in ratios.indicators]
    for _, run in groupby(items, key=lambda item: item.answers):
        listed = list(run)
        own = _own_widths(listed[0], plan.step)
        pages = ceil(len(listed) / max(1, int((WIDEST - widths[0]) // sum(own))))
        size = ceil(len(listed) / pages)
        for number in range(len(listed)):
            if number % size == 0 and len(widths) > 1:
                breaks.append(len(widths))
            widths += own
    return [*widths, 60.0], breaks


def _own_widths(item: Indicator, step: int) -> list[float]:
    operand = 9.0 if item.answers else 13.0
    return [11.0, 6.0, operand, operand, 11.0, 10.0][:step]


def _remarks(book: Book, plan: Analysis, sheet: Any, column: int) -> None:
    absent = {unit.name for unit in missing(book.national)}
    for row, name in enumerate(plan.names, plan.first):
        parts = ["未报送"] if name in absent else []
        for ratios in plan.ratios:
            parts.append(remark(ratios, plan.lines.get((ratios.form.key, name)), ratios.by_line.get(name, {})))
        text = "；".join(part for part in parts if part)
        sheet.write_string(row, column, safe(text), book.styles.text(text_wrap=True))
    parts = [f"未报送 {len(absent)} 个单位"] if absent else []
    parts += [remark(ratios, book.totals[ratios.form.key], ratios.nation) for ratios in plan.ratios]
    text = "；".join(part for part in parts if part)
    sheet.write_string(plan.total, column, safe(text), book.styles.text(total=True, text_wrap=True))


def operand_formulas(span: Span, item: Indicator, name_cell: str) -> tuple[str, str]:
    """Live numerator and denominator of one unit, over the counted rows that answer every figure needed."""
    of_unit = f'{span.range(figures.UNIT)},{name_cell},{span.range(figures.COUNTED)},"{YES}"'
    if item.answers:
        cells = span.range(item.numerator[0])
        yes, no = f'COUNTIFS({of_unit},{cells},"{YES}")', f'COUNTIFS({of_unit},{cells},"{NO}")'
        return f'=IF({yes}+{no}=0,"",{yes})', f'=IF({yes}+{no}=0,"",{yes}+{no})'
    complete = of_unit + "".join(f',{span.range(key)},">=0"' for key in item.fields)
    above = "+".join(f"SUMIFS({span.range(key)},{complete})" for key in item.numerator)
    below = "+".join(f"SUMIFS({span.range(key)},{complete})" for key in item.denominator)
    return f'=IF(COUNTIFS({complete})=0,"",{above})', f'=IF(COUNTIFS({complete})=0,"",{below})'


class _Column:
    """Writes the columns of one indicator."""

    def __init__(self, book: Book, plan: Analysis, ratios: Ratios, item: Indicator, sheet: Any) -> None:
        self._book, self._plan, self._ratios, self._item, self._sheet = book, plan, ratios, item, sheet
        self._at = book.analysis[ratios.form.key].columns[item.key]
        self._format = PERCENT if item.percent else RATIO

    def write(self, top: int) -> None:
        """Headings, a line a unit, the nation, data bars."""
        self._headings(top)
        for row, name in enumerate(self._plan.names, self._plan.first):
            self._line(row, name)
        self._nation()
        bar = {"type": "data_bar", "bar_color": BAR, "bar_solid": True, "data_bar_2010": True}
        limits = {"min_type": "num", "min_value": 0} | (
            {"max_type": "num", "max_value": 1} if self._item.percent else {}
        )
        self._sheet.conditional_format(
            self._plan.first, self._at, self._plan.total - 1, self._at, {**bar, **limits, "bar_border_color": BAR}
        )

    def _headings(self, top: int) -> None:
        item, form, styles = self._item, self._ratios.form, self._book.styles
        words = styles.cell(bg_color="#F2F6FB", text_wrap=True, font_size=9)
        text = f"{item.formula(form)}（{form.key}）"
        self._sheet.merge_range(top, self._at, top, self._at + self._plan.step - 1, text, words)
        texts = [
            f"{item.name}\n（{item.unit}）" if item.unit else item.name,
            "排名",
            f"分子：{item.above(form)}" if not item.answers else f"答“{YES}”的地区数",
            f"分母：{item.below(form)}",
            "上年",
            "增减\n（百分点）" if item.percent else "变化率",
        ]
        for at, heading in enumerate(texts[: self._plan.step], self._at):
            self._sheet.write_string(top + 1, at, heading, styles.heading)

    def _line(self, row: int, name: str) -> None:
        item, styles = self._item, self._book.styles
        found = self._ratios.get(name, item)
        line = self._plan.lines.get((self._ratios.form.key, name))
        partial = "query" if line and found.covered and found.covered < line.rows else ""
        above, below = operand_formulas(self._book.spans[self._ratios.form.key], item, f"$A{row + 1}")
        self._formula(row, ABOVE, above, styles.number(), found.numerator)
        self._formula(row, BELOW, below, styles.number(), found.denominator)
        self._value(row, found, styles.number(self._format, mark=partial))
        letters = column_letters(self._at + 1)
        order = 1 if item.better is Better.LOW else 0
        first, last = self._plan.first + 1, self._plan.first + len(self._plan.ranked)
        own = f"{letters}{row + 1}"
        if name in self._plan.ranked:
            formula = f'=IF({own}="","",RANK({own},{letters}${first}:{letters}${last},{order}))'
            rank = self._ratios.rank(name, item, self._plan.ranked)
            self._formula(row, RANK, formula, styles.number("0"), rank)
        else:
            self._sheet.write_blank(row, self._at + RANK, None, styles.number())
        if self._book.previous:
            self._comparison(row, found, name, total=False)

    def _nation(self) -> None:
        styles, row = self._book.styles, self._plan.total
        found = self._ratios.nation[self._item.key]
        for offset, value in ((ABOVE, found.numerator), (BELOW, found.denominator)):
            letters = column_letters(self._at + offset + 1)
            cells = f"{letters}{self._plan.first + 1}:{letters}{row}"
            formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
            self._formula(row, offset, formula, styles.number(total=True), value)
        self._value(row, found, styles.number(self._format, total=True))
        self._sheet.write_blank(row, self._at + RANK, None, styles.text(total=True))
        if self._book.previous:
            self._comparison(row, found, TOTAL, total=True)

    def _value(self, row: int, found: Quotient, look: Any) -> None:
        above, below = (f"{column_letters(self._at + offset + 1)}{row + 1}" for offset in (ABOVE, BELOW))
        self._formula(row, VALUE, f'=IF(N({below})=0,"",{above}/{below})', look, found.value)

    def _formula(self, row: int, offset: int, formula: str, look: Any, value: float | None) -> None:
        self._sheet.write_formula(row, self._at + offset, formula, look, "" if value is None else value)

    def _comparison(self, row: int, found: Quotient, name: str, *, total: bool) -> None:
        previous, styles = self._book.previous, self._book.styles
        before = previous.indicator(name, self._ratios.form, self._item.key) if previous else None
        look = styles.number(self._format, total=total)
        if before is None:
            self._sheet.write_blank(row, self._at + BEFORE, None, look)
        else:
            self._sheet.write_number(row, self._at + BEFORE, before, look)
        now, then = (f"{column_letters(self._at + offset + 1)}{row + 1}" for offset in (VALUE, BEFORE))
        change = rate_change(self._item, found.value, before)
        look = styles.number(rate_change_format(self._item), total=total)
        self._formula(row, CHANGED, rate_change_formula(self._item, now, then), look, change)
