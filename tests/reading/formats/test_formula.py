"""Formulas that were never calculated: what offices total with is computed, everything else is left alone."""

from __future__ import annotations

from decimal import Decimal

from cases import cases
from hrss12333.reading.formats.formula import Calculator

CELLS: dict[tuple[int, int], int | float | str] = {
    (4, 2): 1000,
    (4, 3): 250.5,
    (4, 4): "=C5+D5",
    (5, 2): 7,
    (6, 2): "text",
    (7, 2): "=C8",
    (8, 2): "#REF!",
}


def lookup(sheet: str | None, row: int, column: int) -> int | float | str | None:
    """A small sheet: C5, D5, E5 …; and one called 附表 2 whose A1 is 12 and whose A2 adds 1."""
    if sheet == "附表 2":
        there: dict[tuple[int, int], int | float | str] = {(0, 0): 12, (1, 0): "=A1+1"}
        return there.get((row, column))
    return CELLS.get((row, column)) if sheet is None else "?"


@cases("""
    value   formula
    1000    =C5
    1007    =C5+C6 | =SUM(C5:C6)
    996     =$C$5 - C6 + 3
    -7      =-C6
    1008    =sum(C5,C6)+1
    1257.5  =SUM(C5:D6)
    1250.5  =E5
    2501.0  =SUM(C5:E5)
    2500    =1000+1000+500
    2000    =C5*2
    2013    =(C5+C6)*2-1
    250     =C5/4
    100     =10%*C5
    13      ='附表 2'!A1+1 | ='附表 2'!A2
    25      =SUM('附表 2'!A1:A2)
""")
def test_what_offices_total_with(formula: str, value: str) -> None:
    assert Calculator(lookup).compute(formula) == Decimal(value)


@cases("""
    formula
    =C5/0 | =VLOOKUP(A1,B:C,2,0) | =Sheet2!A1 | =C99 | =C7 | =SUM(C5:C7) | =C8 | =SUM(C9) | =SUM(Z1:Z9) | =SUM(A1:XFD1048576)
    =IF(C5>0,C5,0) | =ROUND(D5,0) | =MAX(C5:C6) | =AVERAGE(C5,C6) | =C5>C6 | =C5+ | = | C5+C6 | ="1" | =C5 C6
""")
def test_what_is_not_computed(formula: str) -> None:
    assert Calculator(lookup).compute(formula) is None


def test_what_is_too_deep_or_too_long_is_not_computed() -> None:
    for formula in ("=" + "(" * 100 + "1" + ")" * 100, "=1" + "+1" * 2000):
        assert Calculator(lookup).compute(formula) is None


def test_formulas_that_stand_on_many_others_cost_little() -> None:
    def doubled(sheet: str | None, row: int, column: int) -> str:
        return f"=SUM(A{row + 2},A{row + 2},B{row + 2})"

    assert Calculator(doubled).compute("=A1") is None


def test_blanks_as_spreadsheets_have_them() -> None:
    for formula in ("=C99+1", "=SUM(Z1:Z9)+1", "=SUM(C7)+1"):
        assert Calculator(lookup, blank_is_zero=True).compute(formula) == 1
