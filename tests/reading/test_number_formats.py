"""Number formats that show another number than the cell holds, and those that only look so."""

from __future__ import annotations

import pytest

from hrss12333.reading.formats.number_formats import scale_of


@pytest.mark.parametrize(
    ("code", "scale"),
    [
        ("General", 1),
        ("#,##0", 1),
        ("0.0,", 1),
        ('0"万"', 10_000),
        ('0!.0,"万"', 1),
        ('0.0,"万"', 10),
        ('0"0000"', 10_000),
        (r"0\0\0\0", 1_000),
        ('#,##0"000"', 1_000),
        ('0,"000"', 1),
        ('0.00"0"', 1),
        ('"0"0', 1),
        ('0;-0"0000"', 1),
    ],
)
def test_what_a_format_makes_of_a_number(code: str, scale: int) -> None:
    assert scale_of(code) == scale
