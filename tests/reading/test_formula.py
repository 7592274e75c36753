"""Formulas that were never calculated: sums and differences are computed, everything else is left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hrss12333.reading.formats.formula import compute

CELLS: dict[tuple[int, int], int | float | str] = {
    (4, 2): 1000,
    (4, 3): 250.5,
    (4, 4): "=C5+D5",
    (5, 2): 7,
    (6, 2): "text",
    (7, 2): "=C8",
    (8, 2): "#REF!",
}


def lookup(row: int, column: int) -> int | float | str | None:
    """A small sheet: C5, D5, E5 …"""
    return CELLS.get((row, column))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=C5", "1000"),
        ("=C5+C6", "1007"),
        ("=$C$5 - C6 + 3", "996"),
        ("=-C6", "-7"),
        ("=SUM(C5:C6)", "1007"),
        ("=sum(C5,C6)+1", "1008"),
        ("=SUM(C5:D6)", "1257.5"),
        ("=E5", "1250.5"),
        ("=SUM(C5:E5)", "2501.0"),
        ("=1000+1000+500", "2500"),
    ],
)
def test_sums_and_differences(formula: str, value: str) -> None:
    assert compute(formula, lookup) == Decimal(value)


@pytest.mark.parametrize(
    "formula",
    [
        "=C5*2",
        "=VLOOKUP(A1,B:C,2,0)",
        "=Sheet2!A1",
        "=C99",
        "=C7",
        "=SUM(C5:C7)",
        "=C8",
        "=SUM(C9)",
        "=SUM(Z1:Z9)",
        "=SUM(A1:XFD1048576)",
        "=IF(C5>0,C5,0)",
        "=C5+",
        "=",
        "C5+C6",
        '="1"',
        "=C5 C6",
    ],
)
def test_what_is_no_plain_sum_is_not_computed(formula: str) -> None:
    assert compute(formula, lookup) is None
