"""指标分析: every indicator by unit, nation and area, live over 明细, with rank, data bars and what is divided by what.

A group of indicators a page. Numerators and denominators stand behind the remarks, where they are not printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.filing import column_letters
from hrss12333.model.quotient import Quotient, together
from hrss12333.model.summary_lines import ANALYSIS, NOBODY, Line, missing
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Better, Indicator
from hrss12333.survey.schema import NO, YES
from hrss12333.writing.national.areas import AREAS_TITLE, area_sum, areas_remark, write_name
from hrss12333.writing.national.book import (
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    Book,
    Span,
    head,
    heading_line,
    paper,
    write_linked,
)
from hrss12333.writing.national.comparison import COMPARED, rate_change, rate_change_format, rate_change_formula
from hrss12333.writing.national.indicator_plan import ABOVE_KEY, BASIS_KEY, BELOW_KEY, RANK_KEY, Analysis
from hrss12333.writing.national.ratios import NOTHING, Ratios, remark
from hrss12333.writing.national.styles import ACCENT_PALE, PERCENT, RATIO
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import OWN_ROW

GROUP_HIGH, TITLE_HIGH, SMALL_LINE = 20, 28, 12
"""Points of the lines above the headings, and of a line of small print in them."""
SMALL = 1.1
"""Small characters to one of the body's width."""
OPERANDS = "计算依据（不打印）"


def write_analysis(book: Book, plan: Analysis, sheet: Any) -> None:
    """Fill the sheet."""
    remarks = [
        "各项指标都是“合计÷合计”，不是各地比率的平均。一个地区只有填齐该指标所需的全部数据，才同时计入分子和分母；"
        "缺少数据的留空，并在“说明”列写明；分子、分母在其右侧。",
        f"排名在数据齐全、没有疑问的{book.national.noun}之间进行：{_lower_first(plan)}数值相同的名次相同。"
        f"排名只反映数值大小，不等于工作优劣。{book.few}{areas_remark(book) if book.areas else ''}",
    ]
    if book.previous:
        remarks.append(f"{COMPARED}比率的增减用百分点，其余用变化率，都按印出的两个数计算。")
    block = plan.block
    top = head(book, sheet, f"{book.year}年度12333电话服务指标分析", remarks, column=1)
    title_high = TITLE_HIGH + sum(_over_the_page(book, plan, sheet, row, text) for row, text in enumerate(remarks, 1))
    area_rows = _area_rows(book, plan)
    high = _headings(book, plan, sheet, top)
    for row, name in enumerate(plan.names, block.first):
        line = next(line for (_, known), line in plan.lines.items() if known == name)
        write_name(book, sheet, block, row, name, figures.area_of(line))
    every = TOTAL if missing(book.national) else book.national.name
    write_name(book, sheet, block, block.total, every, "", total=True)
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
        last = first + (4 if book.previous else 1)
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
        sheet.write_string(row, plan.remarks, public(text), book.styles.text(total=total, text_wrap=True))
        tall = 13.5 * wrapped_lines(text, plan.columns[plan.remarks].width - 4) + 1.5
        sheet.set_row(row, tall)
        high += tall
    return high + 15 * (2 + len(_area_rows(book, plan)))


def operand_formulas(span: Span, item: Indicator, year: str = "") -> tuple[str, str]:
    """Live numerator and denominator of a line's unit, over the counted rows that answer every figure needed, none of
    them in open question; with a year over those that do in both, for that year."""
    rows = span.of_line + span.unasked(item.fields)
    now = {key: span.range(key) for key in item.fields}
    then = {key: span.range(f"{BEFORE_KEY}:{key}") for key in item.fields} if year else {}
    of_year = then if year == BEFORE_KEY else now
    if item.answers:
        cells = of_year[item.numerator[0]]
        answered = f'{rows},{then[item.numerator[0]]},"?*"' if then else rows
        both = f"{answered},{now[item.numerator[0]]}"
        every = f'COUNTIFS({both},"{YES}")+COUNTIFS({both},"{NO}")'
        yes = f'COUNTIFS({both},"{YES}",{cells},"{YES}")+COUNTIFS({both},"{NO}",{cells},"{YES}")'
        yes = yes if year == BEFORE_KEY else f'COUNTIFS({both},"{YES}")'
        return f'=IF({every}=0,"",{yes})', f'=IF({every}=0,"",{every})'
    complete = rows + "".join(f',{cells},">=0"' for cells in (*now.values(), *then.values()))
    above = "+".join(f"SUMIFS({of_year[key]},{complete})" for key in item.numerator)
    below = "+".join(f"SUMIFS({of_year[key]},{complete})" for key in item.denominator)
    return f'=IF(COUNTIFS({complete})=0,"",{above})', f'=IF(COUNTIFS({complete})=0,"",{below})'


class _Column:
    """Writes the columns of one indicator."""

    def __init__(self, book: Book, plan: Analysis, ratios: Ratios, item: Indicator, sheet: Any) -> None:
        self._book, self._plan, self._ratios, self._item, self._sheet = book, plan, ratios, item, sheet
        self._block, self._span = plan.block, book.spans[ratios.form.key]
        self._columns = {
            key.removeprefix(item.key): at for key, at in plan.block.columns.items() if key.startswith(item.key)
        }
        self._format = PERCENT if item.percent else RATIO
        self._years = ("", *((NOW_KEY, BEFORE_KEY) if book.previous else ()))
        """What is worked out: this year's value, and both years' over the same rows."""
        self._whole, self._place = book.styles.number(), book.styles.number("0")
        self._operands = {year: operand_formulas(self._span, item, year) for year in self._years}
        self._quotients = {year: self._quotient(year) for year in self._years}
        if book.previous:
            self._change = rate_change_formula(item, self._own_row(NOW_KEY), self._own_row(BEFORE_KEY))
        self._ranks, self._basis = ratios.ranked[item.key], ""
        ranked = self._at("")
        if f"{item.key}{BASIS_KEY}" in self._block.columns:
            ranked, rows = self._at(BASIS_KEY), self._span.of_unit
            sure = f"COUNTIFS({rows})=COUNTIFS({rows}{self._span.unasked(item.fields)})"
            self._basis = f'=IF({sure},{self._own_row("")},"")'
        own, letters = f"{column_letters(ranked + 1)}{OWN_ROW}", column_letters(ranked + 1)
        first, last = self._block.first + 1, self._block.first + sum(name != NOBODY for name in plan.names)
        order = 1 if item.better is Better.LOW else 0
        self._rank = f'=IF({own}="","",RANK({own},{letters}${first}:{letters}${last},{order}))'

    def _at(self, key: str) -> int:
        """One of the indicator's columns."""
        return self._columns[key]

    def _own_row(self, key: str) -> str:
        """The cell of the same row in one of the indicator's columns."""
        return f"{column_letters(self._at(key) + 1)}{OWN_ROW}"

    def _quotient(self, year: str) -> str:
        """The live formula of what is divided."""
        above, below = (self._own_row(f"{year}{key}") for key in (ABOVE_KEY, BELOW_KEY))
        undefined = f"OR(N({below})=0,N({above})>N({below}))" if self._item.percent else f"N({below})=0"
        return f'=IF({undefined},"",{above}/{below})'

    def write(self, areas: dict[str, int]) -> None:
        """A line a unit, the nation, the areas, data bars."""
        form = self._ratios.form
        for row, name in enumerate(self._plan.names, self._block.first):
            self._unit(row, name, self._plan.lines.get((form.key, name)))
        link = self._span.link(self._item.numerator[0])
        self._sum(self._block.total, self._book.lines[form.key], link, total=True)
        for area, row in areas.items():
            lines = self._book.areas.get(form.key, {}).get(area, [])
            self._sum(row, lines, self._block.link(self._at("")))
        bar = {"type": "data_bar", "bar_color": ACCENT_PALE, "bar_solid": True, "data_bar_2010": True}
        limits = {"min_type": "num", "min_value": 0} | (
            {"max_type": "num", "max_value": 1} if self._item.percent else {}
        )
        at = self._at("")
        self._sheet.conditional_format(
            self._block.first, at, self._block.last, at, {**bar, **limits, "bar_border_color": ACCENT_PALE}
        )

    def _unit(self, row: int, name: str, line: Line | None) -> None:
        found, look = self._found(line), self._whole
        partial = "query" if line and found[""].covered and found[""].covered < line.rows else ""
        for year in self._years:
            self._figure(row, ABOVE_KEY, year, self._operands[year][0], look, found[year].numerator)
            self._figure(row, BELOW_KEY, year, self._operands[year][1], look, found[year].denominator)
        value_look = self._book.styles.number(self._format, mark=partial)
        self._values(row, found, value_look, self._span.link(self._item.numerator[0], name))
        place = self._ranks.get(name)
        if self._ranks and name != NOBODY:
            self._figure(row, RANK_KEY, "", self._rank, self._place, place)
        else:
            self._sheet.write_blank(row, self._at(RANK_KEY), None, look)
        if self._basis:
            sure = None if line and line.in_question(self._item.fields) else found[""].value
            self._figure(row, BASIS_KEY, "", self._basis, self._book.styles.number(self._format), sure)

    def _sum(self, row: int, lines: Sequence[Line], link: str | None, *, total: bool = False) -> None:
        """The nation's line, or an area's: its operands are those of the units, added up."""
        styles, each = self._book.styles, [self._found(line) for line in lines]
        found = {year: together(of[year] for of in each) for year in self._years}
        look = styles.number(total=total)
        for year in self._years:
            for key, value in ((ABOVE_KEY, found[year].numerator), (BELOW_KEY, found[year].denominator)):
                cells = self._block.units(self._at(f"{year}{key}"))
                every = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
                formula = every if total else area_sum(self._block, self._at(f"{year}{key}"))
                self._figure(row, key, year, formula, look, value)
        self._values(row, found, styles.number(self._format, total=total), link, total=total)
        self._sheet.write_blank(row, self._at(RANK_KEY), None, styles.text(total=total))

    def _found(self, line: Line | None) -> dict[str, Quotient]:
        """This year's indicator, and both years' over the same rows."""
        if line is None:
            return dict.fromkeys(self._years, NOTHING)
        previous = self._book.previous
        both = previous.quotients(line, self._item) if previous else ()
        return dict(zip(self._years, (line.quotient(self._item), *both), strict=True))

    def _figure(self, row: int, key: str, year: str, formula: str, look: Any, value: float | None) -> None:
        write_linked(self._sheet, row, self._at(f"{year}{key}"), formula, look, value, None)

    def _values(
        self, row: int, found: Mapping[str, Quotient], look: Any, link: str | None, *, total: bool = False
    ) -> None:
        """What is divided, and the change on last year."""
        for year in self._years:
            shown = self._book.styles.number(self._format, total=total) if year else look
            value, formula = found[year].value, self._quotients[year]
            write_linked(self._sheet, row, self._at(year), formula, shown, value, None if year else link)
        if self._book.previous is None:
            return
        change = rate_change(self._item, found[NOW_KEY], found[BEFORE_KEY])
        look = self._book.styles.number(rate_change_format(self._item), total=total)
        self._figure(row, CHANGE_KEY, "", self._change, look, change)
