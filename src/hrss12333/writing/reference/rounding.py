"""What the 参阅文件 needs beside `wording.rounding`: ratios in words, Chinese numerals, the sign for no figure."""

from __future__ import annotations

from fractions import Fraction

from hrss12333.survey.indicators import Indicator
from hrss12333.wording.rounding import percent, rounded

BLANK = "—"
"""Stands where a figure is missing: never a zero."""


def ratio(indicator: Indicator, value: Fraction) -> str:
    """91.15% or 12,345.00次/人."""
    return percent(value) if indicator.percent else rounded(value) + indicator.unit


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二; below a hundred."""
    ones = "零一二三四五六七八九"
    if number < 10:
        return ones[number]
    tens, rest = divmod(number, 10)
    return (ones[tens] if tens > 1 else "") + "十" + (ones[rest] if rest else "")
