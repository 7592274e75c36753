"""How this year is compared with last year's workbook: one definition for every sheet that shows a change."""

from __future__ import annotations

from hrss12333.model.summary_lines import Figure
from hrss12333.survey.indicators import Indicator, Quotient
from hrss12333.survey.schema import NO, YES, Kind
from hrss12333.wording.rounding import change_of
from hrss12333.writing.national.book import BEFORE_KEY, DetailArea
from hrss12333.writing.national.styles import CHANGE, DIFFERENCE, POINTS

NOW, PREVIOUS = "同口径\n今年", "同口径\n上年"
COMPARED = "同口径：只比两年都填报、都没有疑问的地区，今年、上年和变化都按这些地区计算。"
"""Said wherever a change is shown."""


def sum_change(figure: Figure, now: int | None, then: int | None) -> float | None:
    """Sums compare in percent; numbers of regions, often small, by difference."""
    if now is None or then is None:
        return None
    if figure.column.kind is Kind.COUNT:
        return now / then - 1 if then else None
    return now - then


def sum_change_formula(figure: Figure, now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    change = f'IF({then}=0,"",{now}/{then}-1)' if figure.column.kind is Kind.COUNT else f"{now}-{then}"
    return f'=IF(OR({now}="",{then}=""),"",{change})'


def common_formulas(span: DetailArea, figure: Figure) -> tuple[str, str]:
    """A figure of a line's unit this year and last year, over the rows that give it in both years, in no question."""
    key, before = figure.column.key, f"{BEFORE_KEY}:{figure.column.key}"
    now, then = span.range(key), span.range(before)
    rows = span.of_line + span.unasked((key,))
    if figure.column.kind is Kind.COUNT:
        both = f'{rows},{now},">=0",{then},">=0"'
        found = f"SUMIFS({now},{both})", f"SUMIFS({then},{both})"
        answered = f"COUNTIFS({both})"
    else:
        answers, wanted = figure.column.choices or (YES, NO), figure.choice or YES

        def count(of_now: str, of_then: str) -> str:
            return f'COUNTIFS({rows},{now},"{of_now}",{then},"{of_then}")'

        found = (
            "+".join(count(wanted, answer) for answer in answers),
            "+".join(count(answer, wanted) for answer in answers),
        )
        answered = "+".join(count(one, other) for one in answers for other in answers)
    return f'=IF({answered}=0,"",{found[0]})', f'=IF({answered}=0,"",{found[1]})'


def sum_change_format(figure: Figure) -> str:
    """Number format of the change of a sum."""
    return CHANGE if figure.column.kind is Kind.COUNT else DIFFERENCE


def rate_change(item: Indicator, now: Quotient, then: Quotient) -> float | None:
    """Rates compare in 百分点, plain ratios in percent: what a reader works out from the two as they are printed."""
    change = change_of(item, now.exact, then.exact)
    return None if change is None else float(change * 100 if item.percent else change)


def rate_change_formula(item: Indicator, now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    places = item.places + 2 if item.percent else item.places
    shown, before = (f"ROUND({cell},{places})" for cell in (now, then))
    change = f"({shown}-{before})*100" if item.percent else f'IF({before}=0,"",{shown}/{before}-1)'
    return f'=IF(OR({now}="",{then}=""),"",{change})'


def rate_change_format(item: Indicator) -> str:
    """Number format of the change of an indicator."""
    return POINTS if item.percent else CHANGE
