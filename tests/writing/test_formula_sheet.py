"""A formula is stored as it is given, and searched for later functions only where it may hold one."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsxwriter.worksheet import Worksheet

from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.formula_sheet import FUNCTIONS, FormulaSheet
from hrss12333.writing.national import write_national
from hrss12333.writing.official.workbook import blank_sheets, write_official
from national_tables import table


@pytest.mark.parametrize("later", [False, True])
def test_the_functions_are_spelt_alike_in_formula_and_file(later: bool) -> None:
    formula = "=" + "+".join(f"{name}(A1)" for name in sorted(FUNCTIONS))
    assert (
        Worksheet()._prepare_formula(formula, later) == formula[1:] == FormulaSheet()._prepare_formula(formula, later)
    )


@pytest.mark.parametrize(
    "formula", ["=XLOOKUP(A1,B:B,C:C)", "=IF(A1,_xlfn.CONCAT(B1),SORT(C1))", "=RANK(A1,B:B)+CONCAT(B1)"]
)
@pytest.mark.parametrize("later", [False, True])
def test_a_later_function_is_spelt_as_the_library_spells_it(formula: str, later: bool) -> None:
    assert FormulaSheet()._prepare_formula(formula, later) == Worksheet()._prepare_formula(formula, later)


def test_no_formula_of_the_program_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(_: Worksheet, formula: str, *how: bool) -> str:
        searched.append(formula)
        return formula[1:]

    searched: list[str] = []
    monkeypatch.setattr(Worksheet, "_prepare_formula", search)
    write_official(tmp_path / "form.xlsx", EDITION, blank_sheets(EDITION, EDITION.units[0]))
    write_official(tmp_path / "anyone.xlsx", EDITION, blank_sheets(EDITION))
    write_national(tmp_path / "national.xlsx", table(EDITION.units[:3]))
    assert searched == []
