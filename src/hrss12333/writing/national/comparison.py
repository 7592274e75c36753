"""How this year is compared with last year's workbook: one definition for every sheet that shows a change."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.merging.last_year import Previous
from hrss12333.model.summary_lines import Figure, Line
from hrss12333.survey.indicators import Indicator
from hrss12333.survey.schema import Form, Kind
from hrss12333.writing.national.styles import CHANGE, DIFFERENCE, POINTS


def relative(now: float | None, then: float | None) -> float | None:
    """The change as a share of last year's figure; None where there is nothing to compare with."""
    return None if now is None or not then else now / then - 1


def relative_formula(now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    return f'=IF(OR({now}="",{then}=""),"",IF({then}=0,"",{now}/{then}-1))'


def sum_change(figure: Figure, now: int | None, then: int | None) -> float | None:
    """Sums compare in percent; numbers of regions, often small, by difference."""
    if figure.column.kind is Kind.COUNT:
        return relative(now, then)
    return None if now is None or then is None else now - then


def sum_change_formula(figure: Figure, now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    if figure.column.kind is Kind.COUNT:
        return relative_formula(now, then)
    return f'=IF(OR({now}="",{then}=""),"",{now}-{then})'


def sum_change_format(figure: Figure) -> str:
    """Number format of the change of a sum."""
    return CHANGE if figure.column.kind is Kind.COUNT else DIFFERENCE


def common_change(lines: Sequence[Line], form: Form, figure: Figure, previous: Previous) -> float | None:
    """The change of a total over the units that have the figure in both years: the others would look like growth or decline."""
    both = previous.common(lines, form, figure)
    return sum_change(figure, both[0], both[1]) if both else None


def common_change_formula(figure: Figure, now: str, then: str, within: str = "") -> str:
    """The same as a live formula over the units' cells of both years; ``within`` is a further criterion."""
    now_sum, then_sum = f'SUMIFS({now},{then},">=0"{within})', f'SUMIFS({then},{now},">=0"{within})'
    if figure.column.kind is Kind.COUNT:
        return f'=IF({then_sum}=0,"",{now_sum}/{then_sum}-1)'
    return f'=IF(COUNTIFS({now},">=0",{then},">=0"{within})=0,"",{now_sum}-{then_sum})'


def rate_change(item: Indicator, now: float | None, then: float | None) -> float | None:
    """Rates compare in 百分点, plain ratios in percent."""
    if not item.percent:
        return relative(now, then)
    return None if now is None or then is None else (now - then) * 100


def rate_change_formula(item: Indicator, now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    return f'=IF(OR({now}="",{then}=""),"",({now}-{then})*100)' if item.percent else relative_formula(now, then)


def rate_change_format(item: Indicator) -> str:
    """Number format of the change of an indicator."""
    return POINTS if item.percent else CHANGE
