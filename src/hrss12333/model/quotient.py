"""Indicators worked out over rows: a sum divided by a sum, with how many rows it covers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from hrss12333.survey.indicators import Indicator
from hrss12333.survey.schema import Scalar


class Answers(Protocol):
    """A row of this year or another."""

    def scalar(self, key: str, /) -> Scalar:
        """A field; None where it is missing."""
        ...


class Quotient(Struct, frozen=True):
    """An indicator worked out. ``covered`` rows of those given answered all that it needs."""

    numerator: int | None
    """None where no row could be used: that is no zero."""
    denominator: int | None
    covered: int
    of_whole: bool = False
    """Whether it is a share, of which none is above 100 %."""

    @property
    def exceeds(self) -> bool:
        """Whether it is a share above 100 %, which is no figure to give."""
        return self.of_whole and (self.numerator or 0) > (self.denominator or 0) > 0

    @property
    def exact(self) -> Fraction | None:
        """The ratio without rounding; None where an operand is missing, the denominator is 0, or a share is above 100 %."""
        if self.numerator is None or not self.denominator or self.exceeds:
            return None
        return Fraction(self.numerator, self.denominator)

    @property
    def value(self) -> float | None:
        """The same as a cell holds it."""
        if self.numerator is None or not self.denominator or self.exceeds:
            return None
        return self.numerator / self.denominator


def quotient(indicator: Indicator, rows: Iterable[Answers]) -> Quotient:
    """The indicator over these rows."""
    fields, numerator, denominator = indicator.fields, indicator.numerator, indicator.denominator
    above = below = covered = 0
    for row in rows:
        values = {key: value for key in fields if isinstance(value := row.scalar(key), int)}
        if len(values) < len(fields):
            continue
        covered += 1
        above += sum([values[key] for key in numerator])
        below += 1 if indicator.answers else sum([values[key] for key in denominator])
    return Quotient(above, below, covered, indicator.percent) if covered else Quotient(None, None, 0)


def together(parts: Iterable[Quotient]) -> Quotient:
    """The indicator over several groups of rows: sums of numerators over sums of denominators."""
    found = [part for part in parts if part.covered]
    if not found:
        return Quotient(None, None, 0)
    return Quotient(
        sum(part.numerator or 0 for part in found),
        sum(part.denominator or 0 for part in found),
        sum(part.covered for part in found),
        found[0].of_whole,
    )
