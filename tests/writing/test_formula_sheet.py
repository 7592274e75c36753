"""Formulas are stored as they are given: every function that they use is spelt alike in formula and file."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from zipfile import ZipFile

from xlsxwriter.worksheet import Worksheet

from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from hrss12333.writing.official.workbook import blank_sheets, write_official
from national_tables import table

FUNCTIONS = (
    *(
        "ABS",
        "AND",
        "AVERAGEIFS",
        "CHAR",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "COUNTIF",
        "COUNTIFS",
        "FIND",
        "IF",
        "INDEX",
    ),
    *(
        "INT",
        "ISBLANK",
        "ISERROR",
        "ISLOGICAL",
        "ISNUMBER",
        "LEFT",
        "LEN",
        "LOWER",
        "MAX",
        "MID",
        "MIN",
        "N",
        "NOT",
        "OR",
    ),
    *("RANK", "REPT", "RIGHT", "ROUND", "ROW", "SUBSTITUTE", "SUM", "SUMIFS", "SUMPRODUCT", "TEXT", "TRIM", "VALUE"),
)
"""Those that Excel 2007 knew: their names are the same in formula and file."""


def functions_in(path: Path) -> set[str]:
    """The functions of all formulas in the cells of a workbook."""
    with ZipFile(path) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    formulas = [unescape(formula) for sheet in sheets for formula in re.findall("<f>(.*?)</f>", sheet)]
    return {name for formula in formulas for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)}


def test_the_functions_are_spelt_alike_in_formula_and_file() -> None:
    formula = "=" + "+".join(f"{name}(A1)" for name in FUNCTIONS)
    assert [Worksheet()._prepare_formula(formula, later) for later in (False, True)] == [formula[1:]] * 2


def test_no_formula_of_the_program_uses_another(tmp_path: Path) -> None:
    write_official(tmp_path / "form.xlsx", EDITION, blank_sheets(EDITION, EDITION.units[0]))
    write_official(tmp_path / "anyone.xlsx", EDITION, blank_sheets(EDITION))
    write_national(tmp_path / "national.xlsx", table(EDITION.units[:3]))
    used = set().union(*map(functions_in, tmp_path.glob("*.xlsx")))
    assert used > {"SUBSTITUTE", "SUMIFS"}
    assert used - set(FUNCTIONS) == set()
