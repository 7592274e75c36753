"""Number formats that show another number than the cell holds, or words with it, and those that only look so."""

from __future__ import annotations

import pytest

from cases import cases
from hrss12333.reading.formats.marks import scale_of, shown_as


@cases(r"""
    scale=  code
    1       General | #,##0 | 0.0, | 0!.0,"万" | 0,"000" | 0.00"0" | "0"0 | 0;-0"0000"
    10      0.0,"万"
    1_000   0\0\0\0 | #,##0"000"
    10_000  0"万" | 0"0000"
""")
def test_what_a_format_makes_of_a_number(code: str, scale: int) -> None:
    assert scale_of(code) == scale


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0%", 25, "2500%"),
        ("0.0%", 0.123, "12.3%"),
        ('0"余"', 2500, "2500余"),
        ('"约"#,##0', 2500, "约2500"),
        (r"0\+", 25, "25+"),
        ('"-"', 25, "-"),
        (";;;", 25, ""),
        ('[>2000]"超限";0', 2500, "超限"),
        ('"是";;"否"', 1, "是"),
        ("-0", 5, "-5"),
    ],
)
def test_formats_that_show_words_or_another_number(code: str, number: float, shown: str) -> None:
    assert shown_as(code, number) == shown


@cases(r"""
    code
    General | G/通用格式 | #,##0.00_ ;[红色]-#,##0.00\s | 0"次" | 0"（人）" | 0!.0,"万" | [>9999]0!.0,"万";0 | 0"万" | 000-0000-0000
    _ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_\s | yyyy"年"m"月" | [h]:mm | # ?/? | 0.00E+00 | [DBNum2][$-804]General | "0"0
    0"." |
""")
def test_formats_that_show_the_number(code: str) -> None:
    assert shown_as(code, 2500) is None


def test_zero_is_zero_however_it_is_shown() -> None:
    assert shown_as('0;-0;"-"', 0) is None
    assert shown_as('"-"', 0) is None


@pytest.mark.parametrize("part", ["[0", '"', "0万", "_", '0"万";'])
def test_a_format_longer_than_any_that_excel_takes_says_nothing(part: str) -> None:
    code = part * 300_000
    assert scale_of(code) == 1
    assert shown_as(code, 25) is None
