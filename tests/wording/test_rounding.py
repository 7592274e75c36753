"""Figures as a published text shows them: rounded as one was taught to, never as a float happens to lie."""

from __future__ import annotations

from fractions import Fraction

import pytest

from hrss12333.wording.rounding import amount, is_large, percent, rounded


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(2345, 1000), "2.35"),
        (Fraction(2344, 1000), "2.34"),
        (Fraction(1005, 1000), "1.01"),
        (Fraction(-2345, 1000), "-2.35"),
        (Fraction(-1, 1000), "0.00"),
        (1234567, "1,234,567.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: Fraction | int, shown: str) -> None:
    assert rounded(value) == shown


def test_large_counts_are_told_in_ten_thousands_and_small_ones_in_full() -> None:
    assert amount(87_343_652, "次") == "8,734.37万次"
    assert amount(5_591, "人") == "5,591人"
    assert amount(5_591, "人", in_ten_thousands=True) == "0.56万人"
    assert (is_large(99_999, None), is_large(100_000), is_large(None)) == (False, True, False)


def test_shares_have_one_decimal() -> None:
    assert percent(Fraction(1, 8)) == "12.5%"
    assert percent(Fraction(32, 32), 0) == "100%"
