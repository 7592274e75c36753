"""Opening and closing a workbook: text stays text, formulas are stored as given, what the system refuses is said in words."""

from __future__ import annotations

import errno
import re
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter.worksheet import Worksheet

from cases import words
from hrss12333.model.errors import JobStop, in_words
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from hrss12333.writing.official.workbook import blank_sheets, write_official
from hrss12333.writing.target import replacing
from hrss12333.writing.workbook import new_workbook
from national_tables import table


def test_what_the_system_refuses_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(JobStop, match=r"无法写入“报表[.]xlsx”：文件夹不存在"),
        replacing(Path("报表.xlsx")),
        new_workbook(tmp_path / "没有" / "a.xlsx", {}, ("Arial", 10)) as book,
    ):
        book.add_worksheet()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.ENAMETOOLONG, None])
def test_no_english_of_the_system_reaches_the_user(number: int | None) -> None:
    error = OSError(number, "No space left on device") if number else ValueError("No space left on device")
    listed = in_words(error)
    assert "space" not in listed
    assert "请" in listed


FUNCTIONS = words("""
    ABS | AND | AVERAGEIFS | CHAR | COUNT | COUNTA | COUNTBLANK | COUNTIF | COUNTIFS | FIND | IF | INDEX | INT | ISBLANK | ISERROR
    ISLOGICAL | ISNUMBER | LEFT | LEN | LOWER | MAX | MID | MIN | N | NOT | OR | RANK | REPT | RIGHT | ROUND | ROW | SUBSTITUTE
    SUM | SUMIFS | SUMPRODUCT | TEXT | TRIM | VALUE
""")
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
