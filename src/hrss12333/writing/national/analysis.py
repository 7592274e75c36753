"""指标分析: every indicator by unit, nation and zone, with ranks; its operands are in folded columns.

与上年比较: figures and rates of this year and last over the same rows, and the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from hrss12333.indicators import Indicator, Quotient, indicators
from hrss12333.merging.earlier_figures import Previous
from hrss12333.model.national import State
from hrss12333.model.summary_lines import ANALYSIS, COMPARISON, OVERVIEW, Figure, SummaryLine, figures, missing_units
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.wording.values import DOUBT, printed
from hrss12333.writing.national.book import (
    BEFORE_KEY,
    CHANGE_KEY,
    DetailRange,
    FigureColumn,
    LinesRange,
    NationalBook,
    SheetColumn,
    own_cell,
)
from hrss12333.writing.national.lines import ANSWER_FORMAT, Level, Line, fewer_regions, figure_heading, lines_range
from hrss12333.writing.national.table import figure_width
from hrss12333.writing.workbook import width

_PERCENT_FORMAT = "0.0%"
_CHANGE_FORMAT = "0.0;-0.0;0.0"
_DIFFERENCE_FORMAT = "#,##0;-#,##0;0"
_NOW_KEY = "@now"
"""Suffix of a figure's key: this year's figure over the rows of both years."""
_RANK_KEY = "@rank"
"""Suffix of an indicator's key: its rank."""
REMARKS_KEY, REMARKS = "@remarks", "说明"
_OPERANDS = "计算依据（不打印）"
_ABOVE_KEY, _BELOW_KEY = "@above", "@below"
"""Suffixes of a quotient's key: its numerator and its denominator."""
YEARS = ("", _NOW_KEY, BEFORE_KEY)
"""Suffixes of a key: this year's value; this year's and last year's over the rows that have both."""
_LONG_NAME = 12
"""Characters of an indicator's name beyond which its column is wider."""
_YEAR_WIDE = 6.5
"""Least width, in half-width characters, of a column headed 2019年."""


def analysis_range(book: NationalBook) -> LinesRange:
    """The sheet with its lines in place."""
    columns, folded = list[SheetColumn](), list[FigureColumn]()
    group = ""
    for form, item in _items(book):
        wide = 14.5 if len(item.name) >= _LONG_NAME else 12.5 if item.answers else 9.5
        wide = max(wide, width(f"（{item.measure}）") + 0.5)
        quotient, operands = quotient_columns(book, form, item)
        shown = {"unit_format": ANSWER_FORMAT} if item.answers and book.national.of else {}
        joined = item.group == group
        columns.append(replace(quotient, width=wide, is_joined=joined, **shown, **_where_it_varies(book, form, item)))
        folded += operands
        group = item.group
        if not item.answers:  # a share of so few regions has no ranks
            ranks = book.ranks(form, item)
            about: dict[str, Any] = {"show": partial(_rank, ranks), "group": item.group, "is_joined": True}
            columns.append(SheetColumn(f"{item.key}{_RANK_KEY}", "排名", 4.5, "plain", **about))
    remarks = SheetColumn(REMARKS_KEY, REMARKS, 60.0, "line", show=lambda line: _remarks(book, line), prints=False)
    sheet = LinesRange(ANALYSIS, f"{book.year}年度12333电话服务指标分析", [*columns, remarks, *folded], _notes(book))
    return lines_range(book, sheet, book.whole)


def _where_it_varies(book: NationalBook, form: Form, item: Indicator) -> dict[str, Any]:
    """Settings by which a share of answers is shown if units that have one differ, else noted."""
    of_all = book.totals[form.key].quotient(item).value

    def show(line: Line) -> str:
        own = line.of[form.key]
        share = own.quotient(item).value if own else None
        share = of_all if share is None else share
        return "" if share is None else f"{share:.1%}"

    return {"varies": True, "show": show} if item.answers else {}


def _rank(ranks: Mapping[str, int], line: Line) -> int | None:
    return ranks.get(line.name) if line.level is Level.UNIT else None


def _items(book: NationalBook) -> list[tuple[Form, Indicator]]:
    """Every indicator with its form, in order."""
    return [(form, item) for form in book.forms for item in indicators(form)]


def _notes(book: NationalBook) -> list[str]:
    """Notes on how the figures are worked out and ranked."""
    low = [item.name for _, item in _items(book) if item.low_first]
    order = f"{'、'.join(low)}低者在前，其余高者在前，" if low else "高者在前，"
    few = f"没有排名的原因见“{OVERVIEW}”。" if book.few else ""
    formulas = [item.formula(form) for form, item in _items(book) if not item.answers]
    return [
        f"指标都是合计÷合计；所需数据齐全、没有疑问的地区才计入；带{DOUBT}的没有计入全部地区，见“{REMARKS}”栏（不打印）；缺少数据、分母为0、高于100%的留空。",
        f"{order}数值相同的名次相同；数据不全、有疑问的{book.national.noun}不排名。排名不等于工作优劣。{few}",
        *book.zones_remark,
        "；".join([*formulas, f"各项开通率、占比＝答“{YES}”的地区数÷有效填报数。"]),
    ]


def _remarks(book: NationalBook, line: Line) -> str:
    """The remarks about a line."""
    if line.level is Level.ZONE:
        return ""
    absent = [unit.name for unit in missing_units(book.national)]
    lacking = ""
    if line.level is Level.NATION and absent:
        lacking = f"{len(absent)}个{book.national.noun}没有数据"
    elif line.name in absent:
        is_missing = book.national.states.get(line.name, State.MISSING).plain is State.MISSING
        lacking = State.MISSING.value if is_missing else "报来的不能汇总"
    return "；".join(filter(None, [lacking, *(_remark(form, line.of[form.key]) for form in book.forms)]))


def _remark(form: Form, line: SummaryLine | None) -> str:
    """The remark on a line's indicators of one form; empty if every region enters every one of them."""
    if line is None or line.is_missing:
        return ""
    if not line.rows:
        return f"{form.key}没有数据行"
    partial: dict[int, list[str]] = {}
    for item in indicators(form):
        if (covered := line.quotient(item).covered) < line.rows:
            partial.setdefault(covered, []).append(item.name)
    parts = [f"有{line.rows}/{line.expected} 个地区填报"] if line.absent else []
    parts += fewer_regions(partial, line.expected, "项")
    return f"{form.key}：{'，'.join(parts)}" if parts else ""


def quotient_columns(
    book: NationalBook, form: Form, item: Indicator, year: str = ""
) -> tuple[FigureColumn, list[FigureColumn]]:
    """The quotient and its operands; for a ``year`` if both years are compared."""
    key, details = f"{item.key}{year}", book.detail_ranges[form.key]

    def found(line: SummaryLine) -> Quotient:
        both = book.previous.quotients(line, item) if book.previous and year else None
        return both[YEARS.index(year) - 1] if both else line.quotient(item)

    above, below = own_cell(f"{key}{_ABOVE_KEY}"), own_cell(f"{key}{_BELOW_KEY}")
    undefined = f"OR(N({below})=0,N({above})>N({below}))" if item.percent else f"N({below})=0"
    named = f"{item.name}\n（{item.measure}）" if item.measure else item.name
    quotient = FigureColumn(
        key,
        _year_of(book, year) or named,
        group=item.group,
        form=form,
        is_joined=year == BEFORE_KEY,
        is_folded=year == BEFORE_KEY,
        value=lambda line: found(line).value,
        formula=f'=IF({undefined},"",{above}/{below})',
        num_format=rate_format(item),
        source="" if year else item.numerator[0],
        is_sure=lambda line: bool(year) or not 0 < found(line).covered < line.rows,
    )
    name = f"{item.name}{_year_of(book, year)}\n"
    top, bottom = f"{name}分子：{item.above(form)}", f"{name}分母：{item.below(form)}"
    numerator, denominator = _operand_formulas(details, item, year)
    operand = partial(FigureColumn, width=26.0, group=_OPERANDS, prints=False, is_folded=True, form=form, adds_up=True)
    return quotient, [
        operand(f"{key}{_ABOVE_KEY}", top, value=lambda line: found(line).numerator, formula=numerator),
        operand(f"{key}{_BELOW_KEY}", bottom, value=lambda line: found(line).denominator, formula=denominator),
    ]


def _year_of(book: NationalBook, year: str) -> str:
    """2019年, or 2018年: the heading of a year's value."""
    return {"": "", _NOW_KEY: f"{book.year}年", BEFORE_KEY: book.then}[year]


def rate_format(item: Indicator) -> str:
    """The number format of the indicator's cells."""
    return _PERCENT_FORMAT if item.percent else item.number_format


def _operand_formulas(details: DetailRange, item: Indicator, year: str) -> tuple[str, str]:
    """Live numerator and denominator over the counted rows with all figures needed (also last year's)."""
    before = {key: f"{BEFORE_KEY}:{key}" for key in item.fields}
    if not item.answers:
        needed = [*item.fields, *(before.values() if year else ())]
        above, below = (
            details.sum_complete([before[key] if year == BEFORE_KEY else key for key in keys], needed)
            for keys in (item.numerator, item.denominator)
        )
        return above, below
    (key,) = item.numerator
    rows = f"{details.of_line}{details.unquestioned(item.fields)},{details.range(key)}"
    yes, every = f'COUNTIFS({rows},"{YES}")', f'COUNTIFS({rows},"{YES}")+COUNTIFS({rows},"{NO}")'
    return f'=IF({every}=0,"",{yes})', f'=IF({every}=0,"",{every})'


def comparison_range(book: NationalBook, previous: Previous) -> LinesRange:
    """The sheet with its lines in place."""
    columns, folded, unchanged = list[FigureColumn](), list[FigureColumn](), list[str]()
    for form in book.forms:
        for figure in figures(form):
            if _is_unchanged(book, previous, form, figure):
                unchanged.append(figure.heading)
            else:
                columns += _figure_columns(book, previous, form, figure)
    for form in book.forms:
        for item in indicators(form):
            if not item.answers:
                group = f"{item.name}（{item.measure}）" if item.measure else item.name
                shown_as = ".1%" if item.percent else f",.{item.places}f"
                for year in (_NOW_KEY, BEFORE_KEY):
                    rate, operands = quotient_columns(book, form, item, year)
                    wide = max(_YEAR_WIDE, _wide(book, form, rate.value, shown_as))
                    columns.append(replace(rate, group=group, width=wide))
                    folded += operands
                columns.append(_change_column(book, form, item, group))
    year = f"{previous.year}年度" if previous.year else "上一年"
    compared = "同口径：只比两年都填报、都没有疑问的地区，两年的数和增减都按这些地区计算。"
    notes = [
        f"上年数取自{year}汇总表。{compared}",
        f"增减、增长都按列出的两个数计算；地区数和比率的{book.then}数折叠在两列之间，不打印。",
        *book.zones_remark,
    ]
    notes += [f"{sentence}。" for sentence in previous.joined]
    notes += [f"各行都没有增减、不再列出的：{'、'.join(unchanged)}。"] if unchanged else []
    title = f"{book.year}年度12333电话服务情况{COMPARISON}（同口径）"
    return lines_range(book, LinesRange(COMPARISON, title, [*columns, *folded], notes), book.whole)


def _is_unchanged(book: NationalBook, previous: Previous, form: Form, figure: Figure) -> bool:
    """Whether the figure counts answers, and every unit has as many in either year."""
    if figure.column.kind is Kind.COUNT:
        return False
    years = (previous.sums(line, figure) for line in book.lines[form.key])
    return all(both is None or both[0] == both[1] for both in years)


def _figure_columns(book: NationalBook, previous: Previous, form: Form, figure: Figure) -> Iterator[FigureColumn]:
    """A figure of both years over the same rows, and the change."""
    is_count, group = figure.column.kind is Kind.COUNT, figure_heading(figure, of_city=False)
    both = previous.sums(book.totals[form.key], figure) or (0, 0)
    wide = max(_YEAR_WIDE, *(figure_width(f"{one:,}") for one in both[:2]))
    formulas = _common_formulas(book.detail_ranges[form.key], figure)

    def of_year(at: int) -> FigureColumn:
        def value(line: SummaryLine) -> int | None:
            both = previous.sums(line, figure)
            return both[at] if both else None

        year = (_NOW_KEY, BEFORE_KEY)[at]
        about: dict[str, Any] = {"value": value, "formula": formulas[at], "adds_up": True, "is_joined": at > 0}
        about |= {"is_folded": at > 0 and not is_count}
        return FigureColumn(f"{figure.key}{year}", _year_of(book, year), wide, group=group, form=form, **about)

    yield of_year(0)
    yield of_year(1)
    yield _change_column(book, form, figure, group)


def _change_column(book: NationalBook, form: Form, of: Figure | Indicator, group: str) -> FigureColumn:
    """The change between the printed figures: of shares in 百分点, of answers a number, of others in percent."""
    now, then = (own_cell(f"{of.key}{year}") for year in (_NOW_KEY, BEFORE_KEY))
    shown = now, then
    if isinstance(of, Indicator):
        places = of.places + 2 if of.percent else of.places
        shown = f"ROUND({now},{places})", f"ROUND({then},{places})"
    heading, width, num_format = "比上年\n增长\n（%）", 6.2, _CHANGE_FORMAT
    # Rounded as it is shown: a tiny fall would else be -0.0.
    difference = f'IF({then}=0,"",ROUND(({shown[0]}-{shown[1]})/{shown[1]}*100,1))'
    if isinstance(of, Indicator) and of.percent:
        heading, difference = "比上年\n增减\n百分点", f"({shown[0]}-{shown[1]})*100"
    elif isinstance(of, Figure) and of.column.kind is not Kind.COUNT:
        heading, width, num_format = "比上年\n增减", 6.5, _DIFFERENCE_FORMAT
        difference = f"{now}-{then}"

    def value(line: SummaryLine) -> float | None:
        if num_format == _DIFFERENCE_FORMAT and isinstance(of, Figure):
            both = book.sums(line, of)
            return both[0] - both[1] if both else None
        change = book.change(line, of)
        return None if change is None else float(printed(change, 3) * 100)

    width = max(width, _wide(book, form, value, ",.1f"))
    formula = f'=IF(OR({now}="",{then}=""),"",{difference})'
    about: dict[str, Any] = {"value": value, "formula": formula, "num_format": num_format, "is_joined": True}
    about |= {"varies": True, "show": lambda line: (own := line.of[form.key]) and value(own)}
    return FigureColumn(f"{of.key}{CHANGE_KEY}", heading, width, group=group, form=form, **about)


def _wide(book: NationalBook, form: Form, value: Callable[[SummaryLine], float | None], shown_as: str) -> float:
    """Width of a column for its longest figure."""
    found = map(value, (*book.lines[form.key], book.totals[form.key]))
    return max((figure_width(format(figure, shown_as)) for figure in found if figure is not None), default=0.0)


def _common_formulas(details: DetailRange, figure: Figure) -> tuple[str, str]:
    """The formulas of a unit's figure, this year and last, over the rows that have both, in no question."""
    key, before = figure.column.key, f"{BEFORE_KEY}:{figure.column.key}"
    if figure.column.kind is Kind.COUNT:
        return details.sum_complete([key], [key, before]), details.sum_complete([before], [key, before])
    rows, now, then = details.of_line + details.unquestioned((key,)), details.range(key), details.range(before)
    answers, wanted = figure.column.choices or (YES, NO), figure.choice or YES

    def count(of_now: str, of_then: str) -> str:
        return f'COUNTIFS({rows},{now},"{of_now}",{then},"{of_then}")'

    answered = "+".join(count(answer, "?*") for answer in answers)
    last_year = "+".join(count(answer, wanted) for answer in answers)
    return f'=IF({answered}=0,"",{count(wanted, "?*")})', f'=IF({answered}=0,"",{last_year})'
