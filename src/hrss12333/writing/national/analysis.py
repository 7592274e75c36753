"""指标分析: every indicator by unit, nation and area, live over 明细, with rank, data bars and what is divided by what.

Whole groups of indicators to a page where one holds them. Numerators and denominators stand folded behind the remarks.
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
from hrss12333.writing.national.book import BEFORE_KEY, CHANGE_KEY, NOW_KEY, Book, Span, write_linked
from hrss12333.writing.national.comparison import COMPARED, rate_change, rate_change_format, rate_change_formula
from hrss12333.writing.national.indicator_plan import (
    ABOVE_KEY,
    BASIS_KEY,
    BELOW_KEY,
    RANK_KEY,
    REMARKS,
    Analysis,
)
from hrss12333.writing.national.paper import ROW_HIGH, head, paper, write_headings, write_notes
from hrss12333.writing.national.ratios import NOTHING, Ratios, remark
from hrss12333.writing.national.styles import ACCENT_PALE, PERCENT
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import OWN_ROW

OPERANDS = "计算依据（不打印）"


def write_analysis(book: Book, plan: Analysis, sheet: Any) -> None:
    """Fill the sheet."""
    block, widths = plan.block, [column.width for column in plan.columns]
    texts = _remarks(book, plan)
    end = plan.remarks if any(texts) else plan.remarks - 1  # no page for a column without a word
    breaks = [at for at in plan.breaks if at <= end]
    sheet.set_default_row(ROW_HIGH)
    top = head(book, sheet, f"{book.year}年度12333电话服务指标分析", column=1 if breaks else 0)
    groups = [("", plan.groups[0][1] if plan.groups else plan.remarks)]
    groups += [(name, stop - start) for name, start, stop in plan.groups]
    groups += [("", 1), (OPERANDS, len(plan.columns) - plan.remarks - 1)]
    high = 28 + write_headings(book, sheet, top, groups, [column.heading for column in plan.columns], widths, breaks)
    area_rows = _area_rows(book, plan)
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
    high += _write_remarks(book, plan, sheet, texts)
    last, notes, formulas = max([block.total, *area_rows.values()]), _notes(book, plan), _formulas(plan)
    page = widths[: min([*breaks, end + 1])]
    if breaks:  # beside the notes, on the second page
        beside = (last + 1, breaks[0], last + len(notes), [*breaks[1:], end + 1][0] - 1)
        sheet.merge_range(*beside, public(formulas), book.styles.note)
    else:
        notes.append(formulas)
    high += write_notes(book, sheet, last + 1, notes, page, column=1)
    sheet.autofilter(block.first - 1, 0, block.last, plan.remarks)
    sheet.freeze_panes(block.first, 1)
    paper(
        sheet,
        widths[: end + 1],
        (top, block.first - 1),
        breaks,
        high=high,
        printed=(last + len(notes), end),
    )
    for at in range(end + 1, len(plan.columns)):
        folded = at > plan.remarks
        sheet.set_column(at, at, widths[at], None, {"level": 1, "hidden": True} if folded else {})
    sheet.set_column(len(plan.columns), len(plan.columns), 9, None, {"collapsed": True})
    book.keys[ANALYSIS] = plan.columns


def _notes(book: Book, plan: Analysis) -> list[str]:
    """How the figures are worked out and ranked."""
    notes = [
        f"指标都是“合计÷合计”，不是各地比率的平均；一个地区填齐所需的全部数据才计入，缺少的留空。分子、分母折叠在“{REMARKS}”右侧，单击“+”展开。",
        f"{_lower_first(plan)}数值相同的名次相同；数据不全、有疑问的{book.national.noun}不排名。排名不等于工作优劣。{book.nation.few}",
    ]
    notes += [areas_remark(book)] if book.areas else []
    notes += [f"{COMPARED}增减、变化率都按印出的两个数计算。"] if book.previous else []
    return notes


def _formulas(plan: Analysis) -> str:
    """How each indicator is worked out."""
    formulas = [item.formula(ratios.form) for ratios, item in plan.items() if not item.answers]
    return "；".join([*formulas, f"各项开通率、占比＝答“{YES}”的地区数÷有效填报数。"])


def _lower_first(plan: Analysis) -> str:
    """Which indicators rank the lower value first."""
    low = [item.name for _, item in plan.items() if item.better is Better.LOW]
    return f"{'、'.join(low)}{Better.LOW}，其余{Better.HIGH}，" if low else f"{Better.HIGH}，"


def _area_rows(book: Book, plan: Analysis) -> dict[str, int]:
    """Area → row; in the order of publication, rows of an unknown unit last."""
    known = {area for found in book.areas.values() for area in found}
    order = [area for area in (*book.national.edition.gazetteer.areas, NOBODY) if area in known]
    return {area: row for row, area in enumerate(order, plan.block.areas)}


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
        tall = ROW_HIGH * wrapped_lines(text, plan.columns[plan.remarks].width - 4)
        if tall > ROW_HIGH:
            sheet.set_row(row, tall)
        high += tall
    return high + ROW_HIGH * (1 + len(_area_rows(book, plan)))


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
        self._format = PERCENT if item.percent else item.number_format
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
        if RANK_KEY not in self._columns:
            return
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
        if RANK_KEY in self._columns:
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
