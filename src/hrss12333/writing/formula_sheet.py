"""A sheet that stores a formula as it is given where a file spells every function's name as the formula does.

XlsxWriter searches each formula for each function that came later, thirty times or more, and spells it otherwise in the
file. The formulas of the official form are long: more than half of its writing went into that search.
"""

from __future__ import annotations

import re
from typing import Any

from xlsxwriter.worksheet import Worksheet

# fmt: off
FUNCTIONS = frozenset((
    "ABS", "AND", "CHAR", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "FIND", "IF", "INDEX", "INT", "ISBLANK",
    "ISERROR", "ISLOGICAL", "ISNUMBER", "LEFT", "LEN", "LOWER", "MID", "N", "NOT", "OR", "RANK", "REPT", "RIGHT", "ROW",
    "SUBSTITUTE", "SUM", "SUMIFS", "SUMPRODUCT", "TEXT", "TRIM", "VALUE",
))
# fmt: on
"""Those that have the same name in a file: Excel 2007 knew them all."""
_NAME = re.compile(r"([A-Z][A-Z0-9.]*)\(")


class FormulaSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet that looks a formula through once."""

    def _prepare_formula(self, formula: str, *how: Any, **more: Any) -> Any:
        if "_xlfn" in formula or not FUNCTIONS.issuperset(_NAME.findall(formula)):
            return super()._prepare_formula(formula, *how, **more)
        return formula.removeprefix("=")
