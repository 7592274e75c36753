"""Figures as a published text shows them: 万 and percent with two decimals, rounded half up, as the yearbooks do."""

from __future__ import annotations

from fractions import Fraction

from hrss12333.survey.indicators import Indicator

TEN_THOUSAND = 10_000
LARGE = 100_000
"""From here on a count is given in 万."""
ROUNDING_NOTE = "因四舍五入，分项之和可能与合计略有出入。"


def rounded(value: Fraction | int, places: int = 2) -> str:
    """With so many decimals, halves away from zero: 2.345 → 2.35, also where a float would lie just below the half."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{whole // 10**places:,}" + (f".{whole % 10**places:0{places}d}" if places else "")
    return f"-{text}" if value < 0 and whole else text


def printed(value: Fraction, places: int = 2) -> Fraction:
    """What a reader takes from `rounded`."""
    return Fraction(rounded(value, places).replace(",", ""))


def change_of(indicator: Indicator, now: Fraction | None, then: Fraction | None) -> Fraction | None:
    """The change that a reader works out from the two as they are printed: of a rate by subtraction, 0.01 a 百分点; of a
    plain ratio as a share of last year's. None where there is nothing to compare with."""
    if now is None or then is None:
        return None
    if indicator.percent:
        return printed(now, 4) - printed(then, 4)
    before = printed(then)
    return printed(now) / before - 1 if before else None


def percent(share: Fraction, places: int = 2) -> str:
    """91.15%."""
    return f"{rounded(share * 100, places)}%"


def large(*values: int | None) -> bool:
    """Whether figures that stand side by side are given in 万."""
    return max((value for value in values if value is not None), default=0) >= LARGE


def amount(value: int, unit: str = "", *, in_ten_thousands: bool | None = None) -> str:
    """1,234.56万次 or 5,832人."""
    if large(value) if in_ten_thousands is None else in_ten_thousands:
        return f"{rounded(Fraction(value, TEN_THOUSAND))}万{unit}"
    return f"{value:,}{unit}"
