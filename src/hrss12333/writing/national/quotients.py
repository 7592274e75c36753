"""Columns of indicators: the quotient, and folded away its numerator and denominator, all live over 明细; of this year, or
of both years over the same rows."""

from __future__ import annotations

from functools import partial

from hrss12333.model.summary_lines import SummaryLine
from hrss12333.survey.indicators import Indicator, Quotient
from hrss12333.survey.schema import NO, YES, Form
from hrss12333.writing.national.book import BEFORE_KEY, NOW_KEY, DetailArea, FigureColumn, NationalBook, own_cell
from hrss12333.writing.national.styles import PERCENT_FORMAT

OPERANDS = "计算依据（不打印）"
_ABOVE_KEY, _BELOW_KEY = "@above", "@below"
"""Behind the key of a quotient: its numerator and its denominator."""
YEARS = {"": "", NOW_KEY: "今年", BEFORE_KEY: "上年"}
"""What is worked out: this year's value, or one year's over the rows of both; how that is headed."""
folded_column = partial(FigureColumn, width=26.0, group=OPERANDS, prints=False, is_folded=True)
"""A column that figures are worked out from."""


def quotient_columns(
    book: NationalBook, form: Form, item: Indicator, *, year: str = "", width: float = 9.5, group: str = ""
) -> tuple[FigureColumn, list[FigureColumn]]:
    """The quotient, and its operands."""
    key, area = f"{item.key}{year}", book.detail_areas[form.key]

    def found(line: SummaryLine) -> Quotient:
        both = book.previous.quotients(line, item) if book.previous and year else None
        return both[list(YEARS).index(year) - 1] if both else line.quotient(item)

    above, below = own_cell(f"{key}{_ABOVE_KEY}"), own_cell(f"{key}{_BELOW_KEY}")
    undefined = f"OR(N({below})=0,N({above})>N({below}))" if item.percent else f"N({below})=0"
    named = f"{item.name}\n（{item.unit}）" if item.unit else item.name
    quotient = FigureColumn(
        key,
        YEARS[year] or named,
        width,
        group,
        form=form,
        is_joined=year == BEFORE_KEY,
        value=lambda line: found(line).value,
        formula=f'=IF({undefined},"",{above}/{below})',
        num_format=rate_format(item),
        source="" if year else item.numerator[0],
        is_sure=lambda line: bool(year) or not 0 < found(line).covered < line.rows,
    )
    numerator, denominator = _operand_formulas(area, item, year)
    what, name = (f"答“{YES}”的地区数" if item.answers else f"分子：{item.above(form)}"), f"{item.name}{YEARS[year]}"
    operand = partial(folded_column, form=form, adds_up=True)
    return quotient, [
        operand(f"{key}{_ABOVE_KEY}", f"{name}\n{what}", value=lambda line: found(line).numerator, formula=numerator),
        operand(
            f"{key}{_BELOW_KEY}",
            f"{name}\n分母：{item.below(form)}",
            value=lambda line: found(line).denominator,
            formula=denominator,
        ),
    ]


def rate_format(item: Indicator) -> str:
    """How a cell shows the indicator."""
    return PERCENT_FORMAT if item.percent else item.number_format


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
    rows = f"{area.of_line}{area.unquestioned(item.fields)},{area.range(key)}"
    yes, every = f'COUNTIFS({rows},"{YES}")', f'COUNTIFS({rows},"{YES}")+COUNTIFS({rows},"{NO}")'
    return f'=IF({every}=0,"",{yes})', f'=IF({every}=0,"",{every})'
