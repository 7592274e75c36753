"""指标分析: every indicator by unit, nation and area, live over 明细, with rank, data bars and what is divided by what.

A group of indicators a page. Numerators and denominators stand behind the remarks, where they are not printed.
"""

from __future__ import annotations

from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.filing import column_letters
from hrss12333.model.quotient import Quotient, together
from hrss12333.model.summary_lines import ANALYSIS, NOBODY, missing
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Better, Indicator
from hrss12333.survey.schema import NO, YES
from hrss12333.writing.national.areas import AREAS_TITLE, area_sum, areas_remark, write_name
from hrss12333.writing.national.book import BEFORE_KEY, CHANGE_KEY, Book, Span, head, heading_line, paper, write_linked
from hrss12333.writing.national.comparison import rate_change, rate_change_format, rate_change_formula
from hrss12333.writing.national.indicator_plan import ABOVE_KEY, BELOW_KEY, RANK_KEY, Analysis
from hrss12333.writing.national.ratios import Ratios, remark
from hrss12333.writing.national.styles import ACCENT_PALE, PERCENT, RATIO
from hrss12333.writing.sheet_text import safe, wrapped_lines
from hrss12333.writing.workbook import OWN_ROW

GROUP_HIGH, TITLE_HIGH, SMALL_LINE = 20, 28, 12
"""Points of the lines above the headings, and of a line of small print in them."""
SMALL = 1.1
"""Small characters to one of the body's width."""
OPERANDS = "计算依据（不打印）"
KEYS = (RANK_KEY, BEFORE_KEY, CHANGE_KEY, ABOVE_KEY, BELOW_KEY)
"""Behind an indicator's key, for the columns beside its own."""


def write_analysis(book: Book, plan: Analysis, sheet: Any) -> None:
    """Fill the sheet."""
    remarks = [
        "各项指标都是“合计÷合计”，不是各地比率的平均。一个地区只有填齐该指标所需的全部数据，才同时计入分子和分母；"
        "缺少数据的留空，并在“说明”列写明；分子、分母在其右侧。",
        f"排名在有数据的{book.national.noun}之间进行：{_lower_first(plan)}数值相同的名次相同。"
        "排名只反映数值大小，不等于工作优劣。" + (areas_remark(book) if book.areas else ""),
    ]
    if book.previous:
        remarks.append("上年数取自上一年的表；比率与上年相比用百分点，其余用变化率。两年的填报覆盖不同时仅供参考。")
    block = plan.block
    top = head(book, sheet, f"{book.year}年度12333电话服务指标分析", remarks, column=1)
    title_high = TITLE_HIGH + sum(_over_the_page(book, plan, sheet, row, text) for row, text in enumerate(remarks, 1))
    area_rows = _area_rows(book, plan)
    high = _headings(book, plan, sheet, top)
    for row, name in enumerate(plan.names, block.first):
        line = next(line for (_, known), line in plan.lines.items() if known == name)
        write_name(book, sheet, block, row, name, figures.area_of(line))
    write_name(book, sheet, block, block.total, book.national.whole, "", total=True)
    if area_rows:
        sheet.write_string(block.areas - 1, 0, AREAS_TITLE, book.styles.section)
    for area, row in area_rows.items():
        write_name(book, sheet, block, row, figures.area_name(area), area)
    for ratios, item in plan.items():
        _Column(book, plan, ratios, item, sheet).write(area_rows)
    texts = _remarks(book, plan)
    high += title_high + _write_remarks(book, plan, sheet, texts)
    last = max([block.total, *area_rows.values()])
    sheet.autofilter(block.first - 1, 0, block.last, plan.remarks)
    sheet.freeze_panes(block.first, 1)
    end = plan.remarks if any(texts) else plan.remarks - 1  # no page for a column without a word
    breaks = [at for at in plan.breaks if at <= end]
    for at, column in enumerate(plan.columns[end + 1 :], end + 1):
        sheet.set_column(at, at, column.width)
    paper(sheet, [column.width for column in plan.columns[: end + 1]], (top, block.first - 1), breaks, high=high)
    sheet.print_area(0, 0, last, end)
    book.keys[ANALYSIS] = plan.columns


def _over_the_page(book: Book, plan: Analysis, sheet: Any, row: int, text: str) -> float:
    """An explanation in lines as wide as the first page, or it would run over the page's edge; returns its height."""
    end = min([*plan.breaks, plan.remarks])
    lines = wrapped_lines(text, SMALL * sum(column.width for column in plan.columns[1:end]))
    look = book.styles.get(font_size=9, font_color="#404040", valign="vcenter", text_wrap=True)
    sheet.merge_range(row, 1, row, end - 1, text, look)
    sheet.set_row(row, SMALL_LINE * lines + 2)
    return SMALL_LINE * lines + 2.0


def _lower_first(plan: Analysis) -> str:
    """Which indicators rank the lower value first."""
    low = [item.name for _, item in plan.items() if item.better is Better.LOW]
    return f"{'、'.join(low)}{Better.LOW}，其余{Better.HIGH}，" if low else f"{Better.HIGH}，"


def _area_rows(book: Book, plan: Analysis) -> dict[str, int]:
    """Area → row; in the order of publication, rows of an unknown unit last."""
    known = {area for found in book.areas.values() for area in found}
    order = [area for area in (*book.national.edition.gazetteer.areas, NOBODY) if area in known]
    return {area: row for row, area in enumerate(order, plan.block.areas)}


def _headings(book: Book, plan: Analysis, sheet: Any, top: int) -> float:
    """Group, formula and name of every column; returns how high they stand."""
    styles, names = book.styles, top + 2
    words = styles.cell(bg_color="#F7F7F7", text_wrap=True, font_size=9)
    sheet.set_row(top, GROUP_HIGH)
    tall = []
    for ratios, item in plan.items():
        first = plan.block.columns[item.key]
        last = first + (3 if book.previous else 1)
        text = f"{item.formula(ratios.form)}（{ratios.form.key}）"
        sheet.merge_range(top + 1, first, top + 1, last, text, words)
        tall.append(wrapped_lines(text, SMALL * sum(column.width for column in plan.columns[first : last + 1])))
    formula_high = SMALL_LINE * max(tall) + 4
    sheet.set_row(top + 1, formula_high)
    texts, widths = [column.heading for column in plan.columns], [column.width for column in plan.columns]
    high = heading_line(book, sheet, names, texts, widths)
    for name, start, end in plan.groups:
        sheet.merge_range(top, start, top, end - 1, name, styles.cell(bold=True, bg_color=ACCENT_PALE, align="center"))
    sheet.write_string(top, plan.remarks + 1, OPERANDS, styles.section)
    return high + GROUP_HIGH + formula_high


def _remarks(book: Book, plan: Analysis) -> list[str]:
    """What a reader must know of each line, the nation's last."""
    absent = {unit.name for unit in missing(book.national)}
    texts = []
    for name in plan.names:
        parts = ["未报送"] if name in absent else []
        for ratios in plan.ratios:
            parts.append(remark(ratios, plan.lines.get((ratios.form.key, name)), ratios.by_line.get(name, {})))
        texts.append("；".join(part for part in parts if part))
    parts = [f"未报送{len(absent)}个{book.national.noun}"] if absent else []
    parts += [remark(ratios, book.totals[ratios.form.key], ratios.nation) for ratios in plan.ratios]
    return [*texts, "；".join(part for part in parts if part)]


def _write_remarks(book: Book, plan: Analysis, sheet: Any, texts: list[str]) -> float:
    """Write them; returns how high all lines stand."""
    high = 0.0
    for row, text in enumerate(texts, plan.block.first):
        total = row == plan.block.total
        sheet.write_string(row, plan.remarks, safe(text), book.styles.text(total=total, text_wrap=True))
        tall = 13.5 * wrapped_lines(text, plan.columns[plan.remarks].width - 4) + 1.5
        sheet.set_row(row, tall)
        high += tall
    return high + 15 * (2 + len(_area_rows(book, plan)))


def operand_formulas(span: Span, item: Indicator) -> tuple[str, str]:
    """Live numerator and denominator of a line's unit, over the counted rows that answer every figure needed."""
    of_unit = span.of_line
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
        self._block, self._span = plan.block, book.spans[ratios.form.key]
        self._format = PERCENT if item.percent else RATIO
        self._whole, self._place = book.styles.number(), book.styles.number("0")
        self._ranked = set(plan.ranked)
        self._ranks = ratios.ranks(item, plan.ranked)
        self._columns = {
            key: at for key in ("", *KEYS) if (at := self._block.columns.get(f"{item.key}{key}")) is not None
        }
        self._operands = operand_formulas(self._span, item)
        own, above, below = (self._own_row(key) for key in ("", ABOVE_KEY, BELOW_KEY))
        self._quotient = f'=IF(N({below})=0,"",{above}/{below})'
        letters, order = column_letters(self._columns[""] + 1), 1 if item.better is Better.LOW else 0
        first, last = self._block.first + 1, self._block.first + len(plan.ranked)
        self._rank = f'=IF({own}="","",RANK({own},{letters}${first}:{letters}${last},{order}))'

    def _own_row(self, key: str) -> str:
        """The cell of the same row in one of the indicator's columns."""
        return f"{column_letters(self._columns[key] + 1)}{OWN_ROW}"

    def write(self, areas: dict[str, int]) -> None:
        """A line a unit, the nation, the areas, data bars."""
        for row, name in enumerate(self._plan.names, self._block.first):
            self._unit(row, name)
        self._nation()
        for area, row in areas.items():
            self._area(row, area)
        bar = {"type": "data_bar", "bar_color": ACCENT_PALE, "bar_solid": True, "data_bar_2010": True}
        limits = {"min_type": "num", "min_value": 0} | (
            {"max_type": "num", "max_value": 1} if self._item.percent else {}
        )
        at = self._columns[""]
        self._sheet.conditional_format(
            self._block.first, at, self._block.last, at, {**bar, **limits, "bar_border_color": ACCENT_PALE}
        )

    def _unit(self, row: int, name: str) -> None:
        item, styles = self._item, self._book.styles
        found = self._ratios.get(name, item)
        line = self._plan.lines.get((self._ratios.form.key, name))
        partial = "query" if line and found.covered and found.covered < line.rows else ""
        above, below = self._operands
        self._operand(row, ABOVE_KEY, above, found.numerator)
        self._operand(row, BELOW_KEY, below, found.denominator)
        self._value(row, found, styles.number(self._format, mark=partial), self._span.link(item.numerator[0], name))
        if name in self._ranked:
            place = self._ranks.get(name)
            write_linked(self._sheet, row, self._columns[RANK_KEY], self._rank, self._place, place, None)
        else:
            self._sheet.write_blank(row, self._columns[RANK_KEY], None, self._whole)
        self._comparison(row, found, name)

    def _nation(self) -> None:
        styles, row = self._book.styles, self._block.total
        found = self._ratios.nation[self._item.key]
        for key, value in ((ABOVE_KEY, found.numerator), (BELOW_KEY, found.denominator)):
            cells = self._block.units(self._columns[key])
            self._operand(row, key, f'=IF(COUNT({cells})=0,"",SUM({cells}))', value, total=True)
        link = self._span.link(self._item.numerator[0])
        self._value(row, found, styles.number(self._format, total=True), link)
        self._sheet.write_blank(row, self._columns[RANK_KEY], None, styles.text(total=True))
        self._comparison(row, found, TOTAL)

    def _area(self, row: int, area: str) -> None:
        styles = self._book.styles
        lines = self._book.areas.get(self._ratios.form.key, {}).get(area, [])
        found = together(self._ratios.get(line.name, self._item) for line in lines)
        for key, value in ((ABOVE_KEY, found.numerator), (BELOW_KEY, found.denominator)):
            self._operand(row, key, area_sum(self._block, self._columns[key]), value)
        self._value(row, found, styles.number(self._format), self._block.link(self._columns[""]))
        blank = [RANK_KEY, *((BEFORE_KEY, CHANGE_KEY) if self._book.previous else ())]
        for key in blank:
            self._sheet.write_blank(row, self._columns[key], None, styles.text())

    def _operand(self, row: int, key: str, formula: str, value: float | None, *, total: bool = False) -> None:
        look = self._book.styles.number(total=True) if total else self._whole
        write_linked(self._sheet, row, self._columns[key], formula, look, value, None)

    def _value(self, row: int, found: Quotient, look: Any, link: str | None) -> None:
        write_linked(self._sheet, row, self._columns[""], self._quotient, look, found.value, link)

    def _comparison(self, row: int, found: Quotient, name: str) -> None:
        """Last year's value as published, and the change on it."""
        previous, styles = self._book.previous, self._book.styles
        if previous is None:
            return
        total = row == self._block.total
        before = previous.indicator(name, self._ratios.form, self._item.key)
        look = styles.number(self._format, total=total)
        if before is None:
            self._sheet.write_blank(row, self._columns[BEFORE_KEY], None, look)
        else:
            self._sheet.write_number(row, self._columns[BEFORE_KEY], before, look)
        change = rate_change(self._item, found.value, before)
        look = styles.number(rate_change_format(self._item), total=total)
        formula = rate_change_formula(self._item, self._own_row(""), self._own_row(BEFORE_KEY))
        write_linked(self._sheet, row, self._columns[CHANGE_KEY], formula, look, change, None)
