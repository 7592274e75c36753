"""Which rows are sums of others, judged by their figures alone, never by a name.

At least four figures other than 0 must equal the sums of the others, come close to them, or exceed them. The others
are all rows that count, or an unbroken run of rows above or below: among many rows, some other subset always fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from operator import add, ge, mul, sub

from msgspec import Struct

from hrss12333.model.filing import Row, Table
from hrss12333.survey.schema import Form, Kind

ENOUGH_FIGURES = 4
"""How many figures other than 0 a sum must have."""
_CLOSE = 100
"""A figure is close to a sum if they differ by at most one part in 100."""
_LONGEST_RUN = 200
"""Rows above or below that are added up: no unit has as many, and a long file must not take minutes."""


class SumCandidate(Struct, frozen=True, eq=False):
    """A row that may hold others, or be held."""

    table: Table
    row: Row
    figures: tuple[int, ...]
    """The row's counts in the form's order; 0 for a missing one."""
    least: int
    """The least number of rows that its sum must hold."""
    counts: bool
    """Whether the row counts; rows that do not are added up in runs alone."""


class Holds(Enum):
    """How a row's figures compare with the sums of others, in Chinese, the surest first."""

    EQUAL = "等于{}之和"
    CLOSE = "与{}之和相差不到1%"
    MORE = "不小于{}之和"


Sum = tuple[SumCandidate, Holds, str]
"""A row that holds others; how it holds them; and which they are, Chinese."""


def has_enough_counts(form: Form) -> bool:
    """Whether a form has enough figures to recognise a sum."""
    return len(form.of_kind(Kind.COUNT)) >= ENOUGH_FIGURES


def adds_up(form: Form, total: Row, rows: Iterable[Row], *, complete: bool = False) -> bool:
    """Whether every count of a row is the sum over these rows; ``complete``: whether none may be missing."""
    figures = zip(*[row.scalars_in(form) for row in rows], strict=True)
    columns = zip(form.columns, total.scalars_in(form), figures, strict=False)
    counts = [(written, given) for column, written, given in columns if column.kind is Kind.COUNT]
    return bool(counts) and all(
        written == sum(filter(None, given)) and not (complete and None in given) for written, given in counts
    )


def sums_among(tables: Sequence[Sequence[SumCandidate]]) -> list[Sum]:
    """The rows of these tables that hold others; where some equal a sum exactly, only those."""
    counted = [item for table in tables for item in table if item.counts]
    totals = tuple([sum(column) for column in zip(*(item.figures for item in counted), strict=True)])
    found = list[Sum]()
    for table in tables:
        for at, row in enumerate(table):
            if len(row.figures) - row.figures.count(0) < ENOUGH_FIGURES:
                continue
            held = [
                *_run_held(row, table[max(0, at - _LONGEST_RUN) : at][::-1], "上面"),
                *_run_held(row, table[at + 1 : at + 1 + _LONGEST_RUN], "下面"),
                *_others_held(row, counted, totals),
            ]
            found += sorted(held, key=lambda item: [*Holds].index(item[1]))[:1]
    return [item for item in found if item[1] is Holds.EQUAL] or found


def _run_held(row: SumCandidate, beside: Sequence[SumCandidate], side: str) -> Iterator[Sum]:
    """Each run of rows beside a row, nearest first, whose sum it equals or comes close to."""
    sums: tuple[int, ...] = ()
    for number, item in enumerate(beside, start=1):
        sums = tuple(map(add, sums, item.figures)) if sums else item.figures
        how = _compared(row, sums)
        if how is None:
            return
        if how is not Holds.MORE and _are_enough(row, beside[:number]):
            yield row, how, f"{side}{number}行"


def _others_held(row: SumCandidate, counted: Sequence[SumCandidate], totals: tuple[int, ...]) -> Iterator[Sum]:
    """All other rows that count, if a row equals their sum, comes close to it or exceeds it."""
    sums = tuple(map(sub, totals, row.figures)) if row.counts else totals
    how = _compared(row, sums) if totals else None
    if how is None or (how is Holds.MORE and not (row.counts and all(map(ge, row.figures, sums)))):
        return
    others = [item for item in counted if item is not row]
    if _are_enough(row, others):
        yield row, how, f"本单位其余{len(others)}行"


def _compared(row: SumCandidate, sums: Sequence[int]) -> Holds | None:
    """How a row's figures other than 0 compare with these sums; None where any is clearly less."""
    how = Holds.EQUAL
    for figure, total in zip(row.figures, sums, strict=True):
        if not figure or figure == total:
            continue
        if _CLOSE * (total - figure) > total:  # for most rows the first figure decides
            return None
        if how is not Holds.MORE:
            how = Holds.CLOSE if _CLOSE * abs(figure - total) <= total else Holds.MORE
    return how


def _are_enough(row: SumCandidate, others: Sequence[SumCandidate]) -> bool:
    """Whether enough of the others have a figure where this row has one."""
    return sum(any(map(mul, row.figures, item.figures)) for item in others) >= row.least
