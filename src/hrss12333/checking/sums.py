"""Which rows are sums of others, judged by their figures alone, never by a name.

At least four figures other than 0 must agree with the sums of the others, or reach them. The others are all
other rows that count, or, to agree with, an unbroken run right above or below; never another subset, for some
subset of many rows always fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from operator import add, ge, mul, sub

from msgspec import Struct

from hrss12333.model.filing import Row, Table
from hrss12333.survey.schema import Form, Kind

ENOUGH_FIGURES = 4
"""Figures other than 0 that must all agree."""
_CLOSE = 100
"""A figure is close to a sum if it differs by at most one part in so many."""
_LONGEST_RUN = 200
"""Rows beside a row that are added up: no unit has as many regions, and a file of thousands must not take minutes."""


class SumCandidate(Struct, frozen=True, eq=False):
    """A row that may hold others, or be held."""

    table: Table
    row: Row
    figures: tuple[int, ...]
    """The row's counts in the form's order; 0 where one is missing."""
    least: int
    """The least number of rows in the sum."""
    counts: bool
    """Whether the row counts; a run beside a row also takes in rows that do not."""


class Holds(Enum):
    """The relation of a row's figures to the sums of others, in Chinese, the surest first."""

    EQUAL = "等于{}之和"
    CLOSE = "与{}之和相差不到1%"
    MORE = "不小于{}之和"


Sum = tuple[SumCandidate, Holds, str]
"""A row that holds others, how, and Chinese: the rows that it holds."""


def has_enough_counts(form: Form) -> bool:
    """Whether a form has enough figures to recognise a sum."""
    return len(form.of_kind(Kind.COUNT)) >= ENOUGH_FIGURES


def adds_up(form: Form, total: Row, rows: Iterable[Row], *, complete: bool = False) -> bool:
    """Whether every count of a row is the sum of the others', none missing where ``complete``."""
    figures = zip(*[row.scalars_in(form) for row in rows], strict=True)
    columns = zip(form.columns, total.scalars_in(form), figures, strict=False)
    counts = [(written, given) for column, written, given in columns if column.kind is Kind.COUNT]
    return bool(counts) and all(
        written == sum(filter(None, given)) and not (complete and None in given) for written, given in counts
    )


def sums_among(tables: Sequence[Sequence[SumCandidate]]) -> list[Sum]:
    """The rows of these tables that hold others; where any is equal to a sum, those alone."""
    counted = [item for table in tables for item in table if item.counts]
    totals = tuple([sum(column) for column in zip(*(item.figures for item in counted), strict=True)])
    found = list[Sum]()
    for table in tables:
        for at, own in enumerate(table):
            if len(own.figures) - own.figures.count(0) < ENOUGH_FIGURES:
                continue
            held = [
                *_run_held(own, table[max(0, at - _LONGEST_RUN) : at][::-1], "上面"),
                *_run_held(own, table[at + 1 : at + 1 + _LONGEST_RUN], "下面"),
                *_others_held(own, counted, totals),
            ]
            found += sorted(held, key=lambda item: [*Holds].index(item[1]))[:1]
    return [item for item in found if item[1] is Holds.EQUAL] or found


def _run_held(own: SumCandidate, beside: Sequence[SumCandidate], where: str) -> Iterator[Sum]:
    """The rows next to a row, the nearest first, up to where their sum is equal to it or close."""
    sums: tuple[int, ...] = ()
    for rows, item in enumerate(beside, start=1):
        sums = tuple(map(add, sums, item.figures)) if sums else item.figures
        how = _compared(own, sums)
        if how is None:
            return
        if how is not Holds.MORE and _are_enough(own, beside[:rows]):
            yield own, how, f"{where}{rows}行"


def _others_held(own: SumCandidate, counted: Sequence[SumCandidate], totals: tuple[int, ...]) -> Iterator[Sum]:
    """All other rows that count, if their sum is equal to a row, close or less."""
    sums = tuple(map(sub, totals, own.figures)) if own.counts else totals
    how = _compared(own, sums) if totals else None
    if how is None or (how is Holds.MORE and not (own.counts and all(map(ge, own.figures, sums)))):
        return
    others = [item for item in counted if item is not own]
    if _are_enough(own, others):
        yield own, how, f"本单位其余{len(others)}行"


def _compared(own: SumCandidate, sums: Sequence[int]) -> Holds | None:
    """The relation of a row's figures other than 0 to sums of others; None where any is less."""
    how = Holds.EQUAL
    for figure, total in zip(own.figures, sums, strict=True):
        if not figure or figure == total:
            continue
        if _CLOSE * (total - figure) > total:  # for most rows the first figure decides
            return None
        if how is not Holds.MORE:
            how = Holds.CLOSE if _CLOSE * abs(figure - total) <= total else Holds.MORE
    return how


def _are_enough(own: SumCandidate, others: Sequence[SumCandidate]) -> bool:
    """Whether enough of the rows have figures where this one has some."""
    return sum(any(map(mul, own.figures, item.figures)) for item in others) >= own.least
