"""指标分析: every indicator by unit, nation and area, live over 明细, with rank, data bars and what is divided by what.

Whole groups of indicators to a page where one holds them. Numerators and denominators stand folded behind the remarks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.filing import column_letters
from hrss12333.model.national import Status
from hrss12333.model.summary_lines import ANALYSIS, IN_QUESTION, NOBODY, SummaryLine, missing
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Better, Indicator, Quotient, indicators
from hrss12333.survey.schema import NO, YES, Form
from hrss12333.writing.national.block_rows import rows_of
from hrss12333.writing.national.book import AREAS_TITLE, BEFORE_KEY, CHANGE_KEY, NOW_KEY, DetailArea, NationalBook
from hrss12333.writing.national.comparison import COMPARED, rate_change, rate_change_format, rate_change_formula
from hrss12333.writing.national.indicator_plan import (
    ABOVE_KEY,
    BASIS_KEY,
    BELOW_KEY,
    RANK_KEY,
    REMARKS,
    Analysis,
)
from hrss12333.writing.national.paper import ROW_HIGH, Page, set_lines
from hrss12333.writing.national.styles import ACCENT_PALE, PERCENT
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import OWN_ROW

OPERANDS = "计算依据（不打印）"
FEW = 3
"""Indicators that a remark names one by one."""
NOTHING = Quotient(None, None, 0)
"""Of no rows."""


def write_analysis(book: NationalBook, plan: Analysis, sheet: Any) -> None:
    """Fill the sheet."""
    block, widths = plan.block, [column.width for column in plan.columns]
    texts = _remarks(book, plan)
    end = plan.remarks if any(texts) else plan.remarks - 1  # no page for a column without a word
    breaks = [at for at in plan.breaks if at <= end]
    sheet.set_default_row(ROW_HIGH)
    page = Page(book, sheet, widths, breaks, last=end)
    top = page.title(f"{book.year}年度12333电话服务指标分析")
    groups = [("", plan.groups[0][1] if plan.groups else plan.remarks)]
    groups += [(name, stop - start) for name, start, stop in plan.groups]
    groups += [("", 1), (OPERANDS, len(plan.columns) - plan.remarks - 1)]
    high = 24 + page.headings(top, groups, [column.heading for column in plan.columns])
    area_rows = {area: row for row, area in enumerate(book.nation.area_order, block.areas)}
    for row, name in enumerate(plan.names, block.first):
        line = next(line for (_, known), line in plan.lines.items() if known == name)
        book.write_name(sheet, block, row, name, figures.area_of(line))
    every = TOTAL if missing(book.national) else book.national.name
    book.write_name(sheet, block, block.total, every, "", total=True)
    if area_rows:
        sheet.write_string(block.areas - 1, 0, AREAS_TITLE, book.styles.section)
    for area, row in area_rows.items():
        book.write_name(sheet, block, row, figures.area_name(area), area)
    for form, item in plan.items:
        _IndicatorColumns(book, plan, form, item, sheet).write(area_rows)
    high += _write_remarks(book, plan, sheet, texts)
    last, notes, formulas = max([block.total, *area_rows.values()]), _notes(book, plan), _formulas(plan)
    if breaks:  # beside the notes, on the second page
        beside = (last + 1, breaks[0], last + len(notes), [*breaks[1:], end + 1][0] - 1)
        sheet.merge_range(*beside, public(formulas), book.styles.note)
    else:
        notes.append(formulas)
    high += page.notes(last + 1, notes)
    sheet.autofilter(block.first - 1, 0, block.last, plan.remarks)
    sheet.freeze_panes(block.first, 1)
    page.lay_out((top, block.first - 1), high=high, rows=last + len(notes))
    for at in range(end + 1, len(plan.columns)):
        folded = at > plan.remarks
        sheet.set_column(at, at, widths[at], None, {"level": 1, "hidden": True} if folded else {})
    sheet.set_column(len(plan.columns), len(plan.columns), 9, None, {"collapsed": True})
    book.keys[ANALYSIS] = plan.columns


def _notes(book: NationalBook, plan: Analysis) -> list[str]:
    """How the figures are worked out and ranked."""
    notes = [
        f"指标都是“合计÷合计”，不是各地比率的平均；一个地区填齐所需的全部数据才计入，缺少的留空。分子、分母折叠在“{REMARKS}”右侧，单击“+”展开。",
        f"{_lower_first(plan)}数值相同的名次相同；数据不全、有疑问的{book.national.noun}不排名。排名不等于工作优劣。{book.nation.few}",
    ]
    notes += book.areas_remark
    notes += [f"{COMPARED}增减、变化率都按印出的两个数计算。"] if book.previous else []
    return notes


def _formulas(plan: Analysis) -> str:
    """How each indicator is worked out."""
    formulas = [item.formula(form) for form, item in plan.items if not item.answers]
    return "；".join([*formulas, f"各项开通率、占比＝答“{YES}”的地区数÷有效填报数。"])


def _lower_first(plan: Analysis) -> str:
    """Which indicators rank the lower value first."""
    low = [item.name for _, item in plan.items if item.better is Better.LOW]
    return f"{'、'.join(low)}{Better.LOW}，其余{Better.HIGH}，" if low else f"{Better.HIGH}，"


def _remarks(book: NationalBook, plan: Analysis) -> list[str]:
    """What a reader must know of each line, the nation's last."""
    absent = {unit.name for unit in missing(book.national)}
    texts = []
    for name in plan.names:
        parts = [_remark(form, plan.lines.get((form.key, name))) for form in book.forms]
        texts.append("；".join(filter(None, ["未报送" if name in absent else "", *parts])))
    parts = [f"未报送{len(absent)}个{book.national.noun}" if absent else ""]
    parts += [_remark(form, book.totals[form.key]) for form in book.forms]
    return [*texts, "；".join(filter(None, parts))]


def _remark(form: Form, line: SummaryLine | None) -> str:
    """What a reader must know of one line's indicators; empty where every region is in every one of them."""
    if line is None or line.status is Status.MISSING:
        return ""
    if not line.rows:
        return f"{form.key}没有数据行"
    parts = [f"{form.key}有{line.rows}/{line.expected} 个地区填报"] if line.absent else []
    parts += [f"{form.key}{IN_QUESTION}，涉及的指标不排名"] if line.unit and line.questioned else []
    partial: dict[int, list[str]] = {}
    blank: dict[str, list[str]] = {"缺少数据": [], "分母为0": [], "高于100%": []}
    for item in indicators(form):
        found = line.quotient(item)
        if found.value is None:
            blank["缺少数据" if not found.covered else "高于100%" if found.denominator else "分母为0"].append(item.name)
        if 0 < found.covered < line.rows:
            partial.setdefault(found.covered, []).append(item.name)
    if partial:
        sure = "、没有疑问" if line.questioned else ""
        each = [
            f"{_units_in_words(partial[covered])}{covered}/{line.expected}" for covered in sorted(partial, reverse=True)
        ]
        parts.append(f"{form.key}按所需数据齐全{sure}的地区计算：{'；'.join(each)}")
    parts += [f"{_units_in_words(names)}{why}，留空" for why, names in blank.items() if names]
    return "；".join(parts)


def _units_in_words(names: Sequence[str]) -> str:
    """综合接通率、放弃率等5项: which they are is seen by the cells."""
    return "、".join(names) if len(names) <= FEW else f"{'、'.join(names[: FEW - 1])}等{len(names)}项"


def _write_remarks(book: NationalBook, plan: Analysis, sheet: Any, texts: list[str]) -> float:
    """Write them; returns how high all lines stand."""
    high = 0.0
    for row, text in enumerate(texts, plan.block.first):
        total = row == plan.block.total
        sheet.write_string(row, plan.remarks, public(text), book.styles.text(total=total, text_wrap=True))
        high += set_lines(sheet, row, wrapped_lines(text, plan.columns[plan.remarks].width - 4))
    return high + ROW_HIGH * (1 + len(book.nation.area_order))


def operand_formulas(span: DetailArea, item: Indicator, year: str = "") -> tuple[str, str]:
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


class _IndicatorColumns:
    """Writes the columns of one indicator: of each line what is divided by what, the quotient, its change and its rank."""

    def __init__(self, book: NationalBook, plan: Analysis, form: Form, item: Indicator, sheet: Any) -> None:
        self._book, self._plan, self._form, self._item, self._sheet = book, plan, form, item, sheet
        self._figure, self._block, self._span = rows_of(sheet).figure, plan.block, book.detail_areas[form.key]
        number, shown = book.styles.number, PERCENT if item.percent else item.number_format
        self._looks = {
            (total, mark): (number(total=total), number(shown, total=total, mark=mark))
            for total, mark in ((False, ""), (False, "query"), (True, ""))
        }
        """Whether a line is the nation's, and how its quotient is marked → formats of operands and of quotients."""
        self._years = ("", *((NOW_KEY, BEFORE_KEY) if book.previous else ()))
        """What is worked out: this year's value, and both years' over the same rows."""
        self._places = [tuple(self._at(f"{year}{key}") for key in (ABOVE_KEY, BELOW_KEY, "")) for year in self._years]
        self._quotients = [self._quotient(year) for year in self._years]
        self._change = rate_change_formula(item, self._own(NOW_KEY), self._own(BEFORE_KEY)) if book.previous else ""

    def _at(self, key: str) -> int:
        """One of the indicator's columns."""
        return self._block.columns[f"{self._item.key}{key}"]

    def _has(self, key: str) -> bool:
        return f"{self._item.key}{key}" in self._block.columns

    def _own(self, key: str) -> str:
        """The cell of the same row in one of the indicator's columns."""
        return f"{column_letters(self._at(key) + 1)}{OWN_ROW}"

    def _quotient(self, year: str) -> str:
        """The live formula of what is divided."""
        above, below = (self._own(f"{year}{key}") for key in (ABOVE_KEY, BELOW_KEY))
        undefined = f"OR(N({below})=0,N({above})>N({below}))" if self._item.percent else f"N({below})=0"
        return f'=IF({undefined},"",{above}/{below})'

    def write(self, areas: dict[str, int]) -> None:
        """A line a unit, the nation, the areas, data bars."""
        book, block, form, key, at = self._book, self._block, self._form, self._item.numerator[0], self._at("")
        operands = [operand_formulas(self._span, self._item, year) for year in self._years]
        lines = [self._plan.lines.get((form.key, name)) for name in self._plan.names]
        for row, (name, line) in enumerate(zip(self._plan.names, lines, strict=True), block.first):
            found = self._quotients_of(line)
            partial = "query" if line and 0 < found[0].covered < line.rows else ""
            self._write_line(row, found, operands, self._span.link(key, name), mark=partial)
        self._write_ranks(lines)
        self._added_up(block.total, book.totals[form.key], block.sum_of_units, self._span.link(key), total=True)
        for area, row in areas.items():
            self._added_up(row, book.nation.area_lines.get(form.key, {}).get(area), block.sum_of_area, block.link(at))
        bar = {"type": "data_bar", "bar_color": ACCENT_PALE, "bar_solid": True, "data_bar_2010": True}
        limits = {"min_type": "num", "min_value": 0}
        limits |= {"max_type": "num", "max_value": 1} if self._item.percent else {}
        self._sheet.conditional_format(
            block.first, at, block.last, at, {**bar, **limits, "bar_border_color": ACCENT_PALE}
        )

    def _write_ranks(self, lines: Sequence[SummaryLine | None]) -> None:
        """Ranks of the units, and where not every unit is ranked what is."""
        if not self._has(RANK_KEY):
            return
        styles, block, span, ranks = self._book.styles, self._block, self._span, self._plan.ranks[self._item.key]
        ranked, basis = column_letters(self._at("") + 1), ""
        if self._has(BASIS_KEY):
            ranked = column_letters(self._at(BASIS_KEY) + 1)
            sure = f"COUNTIFS({span.of_unit})=COUNTIFS({span.of_unit}{span.unasked(self._item.fields)})"
            basis = f'=IF({sure},{self._own("")},"")'
        first, last = block.first + 1, block.first + sum(name != NOBODY for name in self._plan.names)
        order, own = 1 if self._item.better is Better.LOW else 0, f"{ranked}{OWN_ROW}"
        rank = f'=IF({own}="","",RANK({own},{ranked}${first}:{ranked}${last},{order}))'
        for row, (name, line) in enumerate(zip(self._plan.names, lines, strict=True), block.first):
            if ranks and name != NOBODY:
                self._figure(row, self._at(RANK_KEY), rank, styles.number("0"), ranks.get(name), None)
            else:
                self._sheet.write_blank(row, self._at(RANK_KEY), None, styles.number())
            if basis:
                value = None if line and line.is_in_question(self._item.fields) else self._quotients_of(line)[0].value
                self._figure(row, self._at(BASIS_KEY), basis, self._looks[False, ""][1], value, None)

    def _added_up(
        self, row: int, line: SummaryLine | None, added: Callable[[int], str], link: str | None, *, total: bool = False
    ) -> None:
        """The nation's line, or an area's: its operands are those of the units, added up."""
        operands = [(added(above), added(below)) for above, below, _ in self._places]
        self._write_line(row, self._quotients_of(line), operands, link, total=total)
        if self._has(RANK_KEY):
            self._sheet.write_blank(row, self._at(RANK_KEY), None, self._book.styles.text(total=total))

    def _quotients_of(self, line: SummaryLine | None) -> Sequence[Quotient]:
        """This year's indicator, and both years' over the same rows."""
        if line is None:
            return [NOTHING] * len(self._years)
        previous = self._book.previous
        return [line.quotient(self._item), *(previous.quotients(line, self._item) if previous else ())]

    def _write_line(
        self,
        row: int,
        found: Sequence[Quotient],
        operands: Sequence[tuple[str, str]],
        link: str | None,
        *,
        mark: str = "",
        total: bool = False,
    ) -> None:
        """What is divided by what, the quotients of which the first leads to its rows, and the change on last year."""
        figure, (whole, look) = self._figure, self._looks[total, mark]
        for quotient, formulas, places, own in zip(found, operands, self._places, self._quotients, strict=True):
            figure(row, places[0], formulas[0], whole, quotient.numerator, None)
            figure(row, places[1], formulas[1], whole, quotient.denominator, None)
            figure(row, places[2], own, look, quotient.value, link)
            look, link = self._looks[total, ""][1], None
        if self._change:
            look = self._book.styles.number(rate_change_format(self._item), total=total)
            change = rate_change(self._item, found[1], found[2])
            figure(row, self._at(CHANGE_KEY), self._change, look, change, None)
