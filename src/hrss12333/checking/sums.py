"""The one test of rows that hold others, told by their figures alone, never by a name.

At least four figures that are not 0 must all agree with those of the others added up, or reach these sums. The others are all
others that count, or, to agree with, an unbroken run of rows right above or below, never another subset: some subset of many
rows always fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cache

from msgspec import Struct

from hrss12333.model.filing import Row, Table
from hrss12333.survey.schema import Form, Kind

ENOUGH_FIGURES = 4
"""Figures other than 0 that must all agree."""
_CLOSE = 100
"""Within one part in so many a figure is close to a sum."""
_LONGEST_RUN = 200
"""Rows beside a row that are added up: no unit has as many regions, and a file of thousands must not take minutes."""


class SumCandidate(Struct, frozen=True, eq=False):
    """A row that may hold others, or be held."""

    table: Table
    row: Row
    figures: tuple[int, ...]
    """Its counts in the form's order; 0 where one is missing."""
    least: int
    """How many rows it must hold."""
    counts: bool
    """Whether it is one of all that count; a run beside a row holds the others too."""


class Holds(Enum):
    """How the figures of a row relate to the sums of others, in Chinese, the surest first."""

    EQUAL = "等于{}之和"
    CLOSE = "与{}之和相差不到1%"
    MORE = "不小于{}之和"


class Sum(Struct, frozen=True):
    """A row that holds others."""

    of: SumCandidate
    how: Holds
    held: str
    """Chinese: which rows it holds."""


@cache
def _counts_of(form: Form) -> tuple[str, ...]:
    """Keys of the form's counts, in its order."""
    return tuple([column.key for column in form.of_kind(Kind.COUNT)])


def has_enough_counts(form: Form) -> bool:
    """Whether a form asks for enough figures to know a sum by."""
    return len(_counts_of(form)) >= ENOUGH_FIGURES


def figures_of(form: Form, row: Row) -> tuple[int, ...]:
    """The row's counts; 0 where one is missing."""
    return tuple([figure or 0 for figure in row.numbers(_counts_of(form))])


def adds_up(form: Form, total: Row, rows: Iterable[Row]) -> bool:
    """Whether every count of a row is the sum of the others'."""
    added = tuple([sum(column) for column in zip(*(figures_of(form, row) for row in rows), strict=True)])
    return added == total.numbers(_counts_of(form))


def sums_among(tables: Sequence[Sequence[SumCandidate]]) -> list[Sum]:
    """The rows of these tables that hold others, where any is equal to a sum those alone: without them the rest is another."""
    counted = [item for table in tables for item in table if item.counts]
    totals = [sum(column) for column in zip(*(item.figures for item in counted), strict=True)]
    found = list[Sum]()
    for table in tables:
        for at, own in enumerate(table):
            likely = ((_agreement(own, others), others, where) for others, where in _likely(table, at, counted, totals))
            held = [Sum(own, how, f"{where}{len(others)}行") for how, others, where in likely if how]
            if own.counts and not held and _holds_more(own, totals, counted):
                held = [Sum(own, Holds.MORE, f"本单位其余{len(counted) - 1}行")]
            found += sorted(held, key=lambda item: item.how is not Holds.EQUAL)[:1]
    return [item for item in found if item.how is Holds.EQUAL] or found


def _holds_more(own: SumCandidate, totals: Sequence[int], counted: Sequence[SumCandidate]) -> bool:
    """Whether each figure of a row is at least the sum of all other rows that count."""
    if len(own.figures) - own.figures.count(0) < ENOUGH_FIGURES:
        return False
    if not all(2 * figure >= total for figure, total in zip(own.figures, totals, strict=True)):
        return False
    return sum(any(item.figures) for item in counted if item is not own) >= own.least


def _likely(
    table: Sequence[SumCandidate], at: int, counted: Sequence[SumCandidate], totals: Sequence[int]
) -> Iterator[tuple[Sequence[SumCandidate], str]]:
    """The rows beside a row, or all that count, whose sum is near to the first of its figures that is not 0."""
    own = table[at]
    figure = next(filter(None, own.figures), 0)
    if not figure:
        return
    lead = own.figures.index(figure)
    above, below = table[max(0, at - _LONGEST_RUN) : at], table[at + 1 : at + 1 + _LONGEST_RUN]
    for where, beside in (("上面", above[::-1]), ("下面", below)):
        total = 0
        for rows, item in enumerate(beside, start=1):
            total += item.figures[lead]
            if _is_near(figure, total):
                yield (above[-rows:] if beside is not below else below[:rows]), where
            elif total > figure:
                break
    if totals and _is_near(figure, totals[lead] - figure * own.counts):
        yield [item for item in counted if item is not own], "本单位其余"


def _agreement(own: SumCandidate, others: Sequence[SumCandidate]) -> Holds | None:
    """Whether a row's figures equal the sums of the others' or are close to them; None where any differs by more, or too few
    tell."""
    given = [at for at, figure in enumerate(own.figures) if figure]
    sums = [(own.figures[at], sum(item.figures[at] for item in others)) for at in given]
    if len(given) < ENOUGH_FIGURES or not all(_is_near(figure, total) for figure, total in sums):
        return None
    if sum(any(item.figures[at] for at in given) for item in others) < own.least:
        return None
    return Holds.EQUAL if all(figure == total for figure, total in sums) else Holds.CLOSE


def _is_near(figure: int, total: int) -> bool:
    return _CLOSE * abs(figure - total) <= total
