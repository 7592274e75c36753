"""Figures as a published text shows them: 万 with two decimals, percent with one, rounded half up, as the yearbooks do."""

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
    """The number that a reader takes from `rounded`."""
    return Fraction(rounded(value, places).replace(",", ""))


def change_of(indicator: Indicator, now: Fraction | None, then: Fraction | None) -> Fraction | None:
    """The change that a reader works out from the two as they are printed: of a rate by subtraction, 0.01 a 百分点; of a
    plain ratio as a share of last year's. None where there is nothing to compare with."""
    if now is None or then is None:
        return None
    if indicator.percent:
        return printed(now, indicator.places + 2) - printed(then, indicator.places + 2)
    before = printed(then, indicator.places)
    return printed(now, indicator.places) / before - 1 if before else None


def percent(share: Fraction, places: int = 1) -> str:
    """91.2%."""
    return f"{rounded(share * 100, places)}%"


def ratio(indicator: Indicator, value: Fraction, *, unit: bool = True) -> str:
    """91.2% or 12,345次/人; without its ``unit`` 91.2 or 12,345."""
    plain = rounded(value * 100 if indicator.percent else value, indicator.places)
    return plain + ("%" if indicator.percent else indicator.unit) if unit else plain


def is_large(*values: int | None) -> bool:
    """Whether figures shown side by side are given in 万."""
    return max((value for value in values if value is not None), default=0) >= LARGE


def amount(value: int, unit: str = "", *, in_ten_thousands: bool | None = None) -> str:
    """1,234.56万次 or 5,832人."""
    if is_large(value) if in_ten_thousands is None else in_ten_thousands:
        return f"{rounded(Fraction(value, TEN_THOUSAND))}万{unit}"
    return f"{value:,}{unit}"


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二; below a hundred."""
    ones = "零一二三四五六七八九"
    if number < 10:
        return ones[number]
    tens, rest = divmod(number, 10)
    return (ones[tens] if tens > 1 else "") + "十" + (ones[rest] if rest else "")
