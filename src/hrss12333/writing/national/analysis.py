"""指标分析: every indicator by unit, nation and area, live over 明细, with rank, data bars and what is divided by what.

Whole groups of indicators to a page where one holds them. Numerators and denominators stand folded behind the remarks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from hrss12333.model import summary_lines
from hrss12333.model.national import Status
from hrss12333.model.summary_lines import ANALYSIS, IN_QUESTION, NOBODY, SummaryLine, missing_units
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Better, Indicator, Quotient, indicators
from hrss12333.survey.schema import NO, YES, Form
from hrss12333.wording.rounding import change_of
from hrss12333.writing.national.book import (
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    ColumnHead,
    DetailArea,
    LineColumn,
    LinesArea,
    NationalBook,
    own_cell,
    own_column,
)
from hrss12333.writing.national.lines import COMPARED, NOW, PREVIOUS, Level, Line, finish, first_heads, write_lines
from hrss12333.writing.national.paper import ROW_HIGH, Page, page_breaks
from hrss12333.writing.national.styles import ACCENT_PALE, CHANGE_FORMAT, PERCENT_FORMAT, POINTS_FORMAT
from hrss12333.writing.sheet_text import public
from hrss12333.writing.workbook import OWN_ROW

RANK_KEY, ABOVE_KEY, BELOW_KEY, BASIS_KEY = "@rank", "@above", "@below", "@basis"
"""Behind an indicator's key: rank, numerator, denominator, and what is ranked where not every unit is; numerator and
denominator behind those of a comparison's two years."""
REMARKS_KEY, REMARKS = "@remarks", "说明"
REMARKS_WIDTH, QUESTIONED_WIDTH = 34.0, 148.0
_OPERANDS = "计算依据（不打印）"
YEARS = {"": "", NOW_KEY: NOW, BEFORE_KEY: PREVIOUS}
"""What is worked out: this year's value, and both years' over the same rows; the headings of these."""
_FEW = 3
"""Indicators that a remark names one by one."""


def reserve_analysis(book: NationalBook) -> LinesArea:
    """Which indicators there are, and their places."""
    lines, totals = book.nation.lines, book.nation.totals
    names = dict.fromkeys(line.name for form in book.forms for line in lines[form.key] if line.name != NOBODY)
    ranked = (4, 3 + len(names))
    names |= dict.fromkeys(line.name for form in book.forms for line in lines[form.key])
    columns, operands = first_heads(book), list[LineColumn]()
    for form, item in _items(book):
        printed, folded = _columns_of(book, form, item, ranked)
        columns += printed
        operands += folded
    questioned = any(total.questioned for total in totals.values())
    columns.append(ColumnHead(REMARKS_KEY, REMARKS, QUESTIONED_WIDTH if questioned else REMARKS_WIDTH))
    return LinesArea(ANALYSIS, 3, [*columns, *operands], [*names], len(columns) - 1)


def _items(book: NationalBook) -> list[tuple[Form, Indicator]]:
    """Every indicator with its form, in order."""
    return [(form, item) for form in book.forms for item in indicators(form)]


def write_analysis(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    block = book.lines_areas[ANALYSIS]
    lines = _lines(book, block)
    end = block.note if any(line.note for line in lines) else block.note - 1  # no page for a column without a word
    breaks = [at for at in _page_breaks(book, block) if at <= end]
    sheet.set_default_row(ROW_HIGH)
    page = Page(book, sheet, block.columns, breaks, last=end)
    top = page.title(f"{book.year}年度12333电话服务指标分析")
    above, high = page.headings(top), write_lines(page, block, lines)
    for _, item in _items(book):
        bar = {"type": "data_bar", "bar_color": ACCENT_PALE, "bar_solid": True, "data_bar_2010": True}
        limits = {"min_type": "num", "min_value": 0}
        limits |= {"max_type": "num", "max_value": 1} if item.percent else {}
        at, look = block.at[item.key], {**bar, **limits, "bar_border_color": ACCENT_PALE}
        sheet.conditional_format(block.first, at, block.last, at, look)
    last, notes, formulas = lines[-1].row, _notes(book), _formulas(book)
    if breaks:  # beside the notes, on the second page
        beside = (last + 1, breaks[0], last + len(notes), [*breaks[1:], end + 1][0] - 1)
        sheet.merge_range(*beside, public(formulas), book.styles.note)
    else:
        notes.append(formulas)
    finish(page, block, last, notes, above, high)
    for at, column in enumerate(block.columns[end + 1 :], end + 1):
        sheet.set_column(at, at, column.width, None, {"level": 1, "hidden": True} if at > block.note else {})
    sheet.set_column(len(block.columns), len(block.columns), 9, None, {"collapsed": True})


def _page_breaks(book: NationalBook, block: LinesArea) -> list[int]:
    """Columns that begin a new page: whole groups of indicators to one where it holds them, else whole indicators."""
    printed, items = block.columns[: block.note + 1], {item.key for _, item in _items(book)}
    widths, starts = [column.width for column in printed], {block.note}
    figures = [at for at, column in enumerate(printed) if isinstance(column, LineColumn)]
    for _, run in groupby(figures, key=lambda at: printed[at].group):
        own = [*run]
        starts.add(own[0])
        if page_breaks([*widths[:1], *widths[own[0] : own[-1] + 1]], [1, len(own) + 1]):
            starts |= {at for at in own if printed[at].key in items}
    return page_breaks(widths, starts)


def _lines(book: NationalBook, block: LinesArea) -> list[Line]:
    nation = book.nation
    known = {(form.key, line.name): line for form in book.forms for line in nation.lines[form.key]}
    absent, found = {unit.name for unit in missing_units(book.national)}, []
    for name, row in block.rows.items():
        of = {form.key: known.get((form.key, name)) for form in book.forms}
        area = summary_lines.area_of(next(filter(None, of.values())))
        found.append(Line(row, Level.UNIT, name, area, of, _remarks(book, "没报" if name in absent else "", of)))
    lacking, every = (
        f"未报送{len(absent)}个{book.national.noun}" if absent else "",
        TOTAL if absent else book.national.name,
    )
    found.append(Line(block.total, Level.NATION, every, "", nation.totals, _remarks(book, lacking, nation.totals)))
    for row, area in enumerate(nation.area_order, block.areas):
        of = {form.key: nation.area_lines.get(form.key, {}).get(area) for form in book.forms}
        found.append(Line(row, Level.AREA, summary_lines.area_name(area), area, of, None))
    return found


def _notes(book: NationalBook) -> list[str]:
    """How the figures are worked out and ranked."""
    low = [item.name for _, item in _items(book) if item.better is Better.LOW]
    order = f"{'、'.join(low)}{Better.LOW}，其余{Better.HIGH}，" if low else f"{Better.HIGH}，"
    notes = [
        f"指标都是“合计÷合计”，不是各地比率的平均；一个地区填齐所需的全部数据才计入，缺少的留空。分子、分母折叠在“{REMARKS}”右侧，单击“+”展开。",
        f"{order}数值相同的名次相同；数据不全、有疑问的{book.national.noun}不排名。排名不等于工作优劣。{book.nation.few}",
    ]
    notes += book.areas_remark
    notes += [f"{COMPARED}增减、变化率都按印出的两个数计算。"] if book.previous else []
    return notes


def _formulas(book: NationalBook) -> str:
    """How each indicator is worked out."""
    formulas = [item.formula(form) for form, item in _items(book) if not item.answers]
    return "；".join([*formulas, f"各项开通率、占比＝答“{YES}”的地区数÷有效填报数。"])


def _remarks(book: NationalBook, first: str, of: Mapping[str, SummaryLine | None]) -> str:
    """What a reader must know of a line."""
    return "；".join(filter(None, [first, *(_remark(form, of[form.key]) for form in book.forms)]))


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
            f"{_names_in_words(partial[covered])}{covered}/{line.expected}" for covered in sorted(partial, reverse=True)
        ]
        parts.append(f"{form.key}按所需数据齐全{sure}的地区计算：{'；'.join(each)}")
    parts += [f"{_names_in_words(names)}{why}，留空" for why, names in blank.items() if names]
    return "；".join(parts)


def _names_in_words(names: Sequence[str]) -> str:
    """综合接通率、放弃率等5项: which they are is seen by the cells."""
    return "、".join(names) if len(names) <= _FEW else f"{'、'.join(names[: _FEW - 1])}等{len(names)}项"


def _operand_formulas(area: DetailArea, item: Indicator, year: str) -> tuple[str, str]:
    """Live numerator and denominator of a line's unit, over the counted rows that answer every figure needed, none of
    them in open question; with a year over those that do in both, for that year."""
    before = {key: f"{BEFORE_KEY}:{key}" for key in item.fields}
    if not item.answers:
        needed = [*item.fields, *(before.values() if year else ())]
        above, below = (
            area.sum_complete([before[key] if year == BEFORE_KEY else key for key in keys], needed)
            for keys in (item.numerator, item.denominator)
        )
        return above, below
    (key,) = item.numerator
    rows, then = area.of_line + area.unquestioned(item.fields), area.range(before[key]) if year else ""
    both = (f'{rows},{then},"?*"' if year else rows) + f",{area.range(key)}"
    every = f'COUNTIFS({both},"{YES}")+COUNTIFS({both},"{NO}")'
    yes = f'COUNTIFS({both},"{YES}")'
    if year == BEFORE_KEY:
        yes = f'COUNTIFS({both},"{YES}",{then},"{YES}")+COUNTIFS({both},"{NO}",{then},"{YES}")'
    return f'=IF({every}=0,"",{yes})', f'=IF({every}=0,"",{every})'


def _columns_of(
    book: NationalBook, form: Form, item: Indicator, ranked: tuple[int, int]
) -> tuple[list[LineColumn], list[LineColumn]]:
    """The columns of one indicator that are printed, and those behind; ``ranked`` are the rows from and to which it is."""
    years = [_year_columns(book, form, item, year) for year in (YEARS if book.previous else ("",))]
    quotients, folded = [one for one, _, _ in years], [operand for _, *operands in years for operand in operands]
    printed, previous = quotients[:1], book.previous
    if not item.answers:  # a share of so few regions ranks nothing
        rank, basis = _rank_columns(book, form, item, ranked)
        printed.append(rank)
        folded += basis
    if previous:
        now, then = (own_cell(f"{item.key}{year}") for year in (NOW_KEY, BEFORE_KEY))
        change = LineColumn(
            f"{item.key}{CHANGE_KEY}",
            "增减\n百分点" if item.percent else "变化率",
            7.5,
            item.group,
            form=form,
            value=lambda line: _change_of_rate(item, *previous.quotients(line, item)),
            formula=_change_formula(item, now, then),
            num_format=POINTS_FORMAT if item.percent else CHANGE_FORMAT,
        )
        printed += [*quotients[1:], change]
    return printed, folded


def _year_columns(book: NationalBook, form: Form, item: Indicator, year: str) -> list[LineColumn]:
    """Quotient, numerator and denominator: of this year, or of one of both over the same rows."""
    key, area, previous = f"{item.key}{year}", book.detail_areas[form.key], book.previous
    words, above, below = YEARS[year].replace("\n", ""), f"{key}{ABOVE_KEY}", f"{key}{BELOW_KEY}"

    def found(line: SummaryLine) -> Quotient:
        both = previous.quotients(line, item) if previous and year else None
        return both[0 if year == NOW_KEY else 1] if both else line.quotient(item)

    def is_sure(line: SummaryLine) -> bool:
        return bool(year) or not 0 < found(line).covered < line.rows

    numerator, denominator = _operand_formulas(area, item, year)
    upper, lower = own_cell(above), own_cell(below)
    undefined = f"OR(N({lower})=0,N({upper})>N({lower}))" if item.percent else f"N({lower})=0"
    this_year = f"{item.name}\n（{item.unit}）" if item.unit else item.name
    operand = partial(LineColumn, width=26.0, group=_OPERANDS, form=form, adds_up=True)
    answered = f"答“{YES}”的地区数" if item.answers else f"分子：{item.above(form)}"
    return [
        LineColumn(
            key,
            YEARS[year] or this_year,
            7.5 if year else 8.0 if previous else 9.5,
            item.group,
            form=form,
            value=lambda line: found(line).value,
            formula=f'=IF({undefined},"",{upper}/{lower})',
            num_format=PERCENT_FORMAT if item.percent else item.number_format,
            source="" if year else item.numerator[0],
            is_sure=is_sure,
        ),
        operand(above, f"{item.name}{words}\n{answered}", value=lambda line: found(line).numerator, formula=numerator),
        operand(
            below,
            f"{item.name}{words}\n分母：{item.below(form)}",
            value=lambda line: found(line).denominator,
            formula=denominator,
        ),
    ]


def _rank_columns(
    book: NationalBook, form: Form, item: Indicator, ranked: tuple[int, int]
) -> tuple[LineColumn, list[LineColumn]]:
    """Ranks of the units, and where not every unit is ranked what is."""
    area, ranks, key = book.detail_areas[form.key], book.nation.ranks(form, item), item.key
    basis = []
    if ranks and book.nation.totals[form.key].is_in_question(item.fields):
        sure = f"COUNTIFS({area.of_unit})=COUNTIFS({area.of_unit}{area.unquestioned(item.fields)})"
        basis.append(
            LineColumn(
                f"{key}{BASIS_KEY}",
                f"{item.name}\n参加排名的",
                26.0,
                _OPERANDS,
                form=form,
                value=lambda line: None if line.is_in_question(item.fields) else line.quotient(item).value,
                formula=f'=IF({sure},{own_cell(key)},"")',
                num_format=PERCENT_FORMAT if item.percent else item.number_format,
                only_units=True,
            )
        )
    letters, order = own_column(f"{key}{BASIS_KEY}" if basis else key), 1 if item.better is Better.LOW else 0
    own = f"{letters}{OWN_ROW}"
    rank = LineColumn(
        f"{key}{RANK_KEY}",
        "排名",
        4.5,
        item.group,
        form=form,
        value=lambda line: ranks.get(line.name),
        formula=f'=IF({own}="","",RANK({own},{letters}${ranked[0]}:{letters}${ranked[1]},{order}))' if ranks else "",
        num_format="0",
        only_units=True,
    )
    return rank, basis


def _change_of_rate(item: Indicator, now: Quotient, then: Quotient) -> float | None:
    """Rates compare in 百分点, plain ratios in percent: what a reader works out from the two as they are printed."""
    change = change_of(item, now.exact, then.exact)
    return None if change is None else float(change * 100 if item.percent else change)


def _change_formula(item: Indicator, now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    places = item.places + 2 if item.percent else item.places
    shown, before = (f"ROUND({cell},{places})" for cell in (now, then))
    change = f"({shown}-{before})*100" if item.percent else f'IF({before}=0,"",{shown}/{before}-1)'
    return f'=IF(OR({now}="",{then}=""),"",{change})'
