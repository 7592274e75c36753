"""Figures as a published text shows them: 万 and percent with two decimals, rounded half up, as the yearbooks do."""

from __future__ import annotations

from fractions import Fraction

from hrss12333.model.quotient import Quotient
from hrss12333.survey.indicators import Indicator

BLANK = "—"
"""Stands where a figure is missing: never a zero."""
TEN_THOUSAND = 10_000
ROUNDING_NOTE = "因四舍五入，分项之和可能与合计略有出入。"
_LARGE = 100_000
"""From here on a count is told in 万."""


def rounded(value: Fraction | int, places: int = 2) -> str:
    """With so many decimals, halves away from zero: 2.345 → 2.35, also where a float would lie just below the half."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{whole // 10**places:,}" + (f".{whole % 10**places:0{places}d}" if places else "")
    return f"-{text}" if value < 0 and whole else text


def percent(share: Fraction) -> str:
    """91.15%."""
    return f"{rounded(share * 100)}%"


def large(*values: int | None) -> bool:
    """Whether figures that stand side by side are told in 万."""
    return max((value for value in values if value is not None), default=0) >= _LARGE


def amount(value: int, unit: str = "", *, in_ten_thousands: bool | None = None) -> str:
    """1,234.56万次 or 5,832人."""
    if large(value) if in_ten_thousands is None else in_ten_thousands:
        return f"{rounded(Fraction(value, TEN_THOUSAND))}万{unit}"
    return f"{value:,}{unit}"


def exact(found: Quotient) -> Fraction | None:
    """The ratio without rounding; None where it cannot be worked out."""
    if found.numerator is None or not found.denominator:
        return None
    return Fraction(found.numerator, found.denominator)


def ratio(indicator: Indicator, value: Fraction, *, with_unit: bool = True) -> str:
    """91.15% or 12,345.00次/人."""
    if indicator.percent:
        return percent(value)
    return rounded(value) + (indicator.unit if with_unit else "")


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二; below a hundred."""
    ones = "零一二三四五六七八九"
    if number < 10:
        return ones[number]
    tens, rest = divmod(number, 10)
    return (ones[tens] if tens > 1 else "") + "十" + (ones[rest] if rest else "")
