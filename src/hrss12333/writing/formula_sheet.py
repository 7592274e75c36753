"""A sheet that stores a formula as it is given where a file spells every function's name as the formula does.

XlsxWriter searches each formula for each function that came later, thirty times or more, and spells it otherwise in the
file. The formulas of the official form are long: more than half of its writing went into that search.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from hrss12333.patterns import lazy

# fmt: off
FUNCTIONS = frozenset((
    "ABS", "AND", "AVERAGEIFS", "CHAR", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "FIND", "IF", "INDEX", "INT", "ISBLANK",
    "ISERROR", "ISLOGICAL", "ISNUMBER", "LEFT", "LEN", "LOWER", "MAX", "MID", "MIN", "N", "NOT", "OR", "RANK", "REPT", "RIGHT", "ROUND", "ROW",
    "SUBSTITUTE", "SUM", "SUMIFS", "SUMPRODUCT", "TEXT", "TRIM", "VALUE",
))
# fmt: on
"""Those that have the same name in a file: Excel 2007 knew them all."""
_NAME = lazy(r"([A-Z][A-Z0-9.]*)\(")


def is_same_in_file(formula: str) -> bool:
    """Whether the formula is in a file as it is given, but for its equals sign."""
    return not formula.startswith("{") and "_xlfn" not in formula and FUNCTIONS.issuperset(_NAME.findall(formula))


class FormulaSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet that looks a formula through once."""

    def _prepare_formula(self, formula: str, *how: Any, **more: Any) -> Any:
        if is_same_in_file(formula):
            return formula.removeprefix("=")
        return super()._prepare_formula(formula, *how, **more)
