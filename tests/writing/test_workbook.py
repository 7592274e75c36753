"""Opening and closing a workbook: text stays text, formulas are stored as given, what the system refuses is said in words;
sheets written as prepared text and by the library are the same."""

from __future__ import annotations

import errno
import re
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from msgspec.structs import replace
from xlsxwriter.worksheet import Worksheet

from cases import words
from factory import clean_rows, opened, unit_named, write_filing
from hrss12333.model.errors import in_words
from hrss12333.model.filing import Value
from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.published import Nation
from hrss12333.survey import flat_list
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing import national as writer
from hrss12333.writing.national import prove, write_national
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.reference.figure_tables import captioned_tables
from hrss12333.writing.workbook import OWN_ROW, TableSheet
from merge_runs import merged
from national_tables import finding_at, table, with_entries


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


# Prepared text and the library, cell by cell


UNITS = tuple(unit for unit in EDITION.gazetteer.units if unit.short in ("北京", "浙江"))
ODD: dict[str, Value] = {
    "calls_total": Value(10**20 + 1, 10**20 + 1),
    "calls_ivr": Value(None, None),
    "calls_agent": Value("约<5>&", None),
    "remarks": Value(' ="1"\n&\x01', ' ="1"\n&\x01'),
    "voicemail": Value("是", True),
}


def national(folder: Path) -> National:
    """Rows with and without findings, left out, odd, of nobody's; files that can be linked to and one that cannot."""
    found = table(UNITS)
    files = [folder / "a.xlsx", folder / "b.xlsx"]
    for file in files:
        file.touch()
    entries = [replace(item, file=str(files[number // 7 % 2])) for number, item in enumerate(found.entries)]
    entries[1] = replace(entries[1], row=entries[1].row.changed(ODD))
    wrong = finding_at(entries[1], "V302", Severity.ERROR, "应填整数。", field="calls_agent")
    entries[3] = replace(entries[3], counted=False, why="重复")
    entries[5] = replace(entries[5], unit=None, file="=不在.xlsx")
    return with_entries(found, entries, findings=(wrong, replace(wrong, severity=Severity.QUERY)))


class OrdinarySheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A `TableSheet` that leaves every cell to the library."""

    def put(self, row: int, column: int, look: Any, content: str | float | None) -> None:
        self.write(row, column, content, look)

    def span(self, row: int, columns: tuple[int, int], look: Any, content: str | float | None, rows: int = 1) -> None:
        if columns[0] < columns[1] or rows > 1:
            self.merge_range(row, columns[0], row + rows - 1, columns[1], "", look)
        self.write(row, columns[0], content, look)

    def add(self, row: int, cells: list[tuple[Any, Any]]) -> None:
        self.added = {**getattr(self, "added", {}), row: cells}
        for column, (look, content) in enumerate(cells):
            self.write(row, column, content, look)

    def link(self, rows: range, column: int, url: str) -> None:
        for row in rows:
            look, text = self.added[row][column]
            self.write_url(row, column, url, look, text)

    def figure(
        self, place: tuple[int, int], formula: str, look: Any, value: float | None, link: str | None = None
    ) -> None:
        if link and value is not None:
            self.write_url(*place, link, look, "-")
        own = formula.replace(OWN_ROW, str(place[0] + 1))
        self.write_formula(*place, own, look, "" if value is None else value)


def looks(path: Path) -> dict[tuple[str, str], Any]:
    """Sheet and cell → all that openpyxl sees there, and how the sheet's rows are."""
    book = openpyxl.load_workbook(path)
    seen: dict[tuple[str, str], Any] = {}
    for sheet in book.worksheets:
        seen[sheet.title, "rows"] = {n: (d.outlineLevel, d.height, d.hidden) for n, d in sheet.row_dimensions.items()}
        seen[sheet.title, "about"] = (sheet.dimensions, sheet.auto_filter.ref, sheet.sheet_format.outlineLevelRow)
        for line in sheet.iter_rows():
            for cell in line:
                link = cell.hyperlink and cell.hyperlink.target
                look = (cell.number_format, cell.font, cell.fill, cell.border, cell.alignment)
                noted = cell.comment and cell.comment.text
                seen[sheet.title, cell.coordinate] = (cell.value, cell.data_type, repr(look), link, noted)
    return seen


def test_openpyxl_sees_the_same_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what = national(tmp_path)
    seen = []
    for kind in (TableSheet, OrdinarySheet):
        monkeypatch.setattr(writer, "TableSheet", kind)
        write_national(tmp_path / "汇总.xlsx", what)
        prove(tmp_path / "汇总.xlsx", what)
        seen.append(looks(tmp_path / "汇总.xlsx"))
    block, ordinary = seen
    assert block.keys() == ordinary.keys()
    assert {key: (cell, ordinary[key]) for key, cell in block.items() if cell != ordinary[key]} == {}
    assert any(link for _, _, _, link, _ in (v for k, v in block.items() if k[0] == "附表1明细" and k[1][1:].isdigit()))


# Figures that their 备注 calls estimates


NINGXIA = unit_named("宁夏")


def test_figures_of_an_estimate_bear_a_sign_and_a_note(tmp_path: Path) -> None:
    rows = {form.key: [dict(row) for row in clean_rows(NINGXIA, form)] for form in EDITION.forms}
    rows["附表1"][1]["remarks"] = "系统故障，来电总量为暂估数"
    national = merged(write_filing(tmp_path / "宁夏.xlsx", NINGXIA, rows))
    book = tmp_path / "全国.xlsx"
    write_national(book, national)
    pages = opened(book)
    for form, signed in (("附表1", True), ("附表2", False)):
        lines = {row[0].value: row for row in pages[f"{form}汇总"].iter_rows()}
        formats = [cell.number_format for cell in lines["宁夏回族自治区"]]
        assert any('"~"' in shown for shown in formats) == signed
        for sheet in (f"{form}汇总", f"{form}明细"):
            notes = "".join(str(cell.value) for cell in pages[sheet]["A"])
            assert ("带~的数" in notes) == signed
    details = {row[2].value: row[3].number_format for row in pages["附表1明细"].iter_rows()}
    assert [name for name, shown in details.items() if '"~"' in shown] == ["石嘴山市"]
    for captioned in captioned_tables(Nation(national)):
        is_signed = any(text.endswith("~") for row in captioned.rows for text in row)
        assert is_signed == any("带~的" in note for note in captioned.notes)
        assert is_signed or "来电" not in captioned.title
    assert sum(map(len, flat_list("estimate_words.tsv"))) <= 10
