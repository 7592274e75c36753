"""明细 written as a block and written cell by cell are the same sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from msgspec.structs import replace

from hrss12333.model.filing import Value
from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import block_rows, write_national
from hrss12333.writing.national.proof import prove
from hrss12333.writing.workbook import new_workbook
from national_tables import finding_at, table, with_entries

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
    return with_entries(found, entries, findings=(wrong, replace(wrong, severity=Severity.QUERY, influence=0.25)))


def written(path: Path, what: National, known: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workbook, written as if these versions of the library were known."""
    monkeypatch.setattr(block_rows, "KNOWN", known)
    write_national(path, what)
    prove(path, what)
    return path


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same workbook written both ways: only to be looked at."""
    folder = tmp_path_factory.mktemp("both")
    what = national(folder)
    with pytest.MonkeyPatch.context() as patch:
        block = written(folder / "block.xlsx", what, block_rows.KNOWN, patch)
        assert block_rows.sheet_class() is block_rows.QuickSheet
        return block, written(folder / "ordinary.xlsx", what, (), patch)


def looks(path: Path) -> dict[tuple[str, str], Any]:
    """Sheet and cell → all that openpyxl sees there, and how the sheet's rows are."""
    book = openpyxl.load_workbook(path)
    seen: dict[tuple[str, str], Any] = {}
    for sheet in book.worksheets:
        seen[sheet.title, "rows"] = {n: (d.outlineLevel, d.height, d.hidden) for n, d in sheet.row_dimensions.items()}
        seen[sheet.title, "about"] = (sheet.dimensions, sheet.auto_filter.ref, sheet.sheet_format.outlineLevelRow)
        for line in sheet.iter_rows():
            for cell in line:
                link = cell.hyperlink and (cell.hyperlink.target, cell.hyperlink.tooltip)
                look = (cell.number_format, cell.font, cell.fill, cell.border, cell.alignment)
                noted = cell.comment and cell.comment.text
                seen[sheet.title, cell.coordinate] = (cell.value, cell.data_type, repr(look), link, noted)
    return seen


def test_openpyxl_sees_the_same_cells(both: tuple[Path, Path]) -> None:
    block, ordinary = map(looks, both)
    assert block.keys() == ordinary.keys()
    assert {key: (seen, ordinary[key]) for key, seen in block.items() if seen != ordinary[key]} == {}
    assert any(link for _, _, _, link, _ in (v for k, v in block.items() if k[0] == "附表1明细" and k[1][1:].isdigit()))


@pytest.mark.parametrize("formula", ['=IF(A\0="","<&>",SUM(B1:B\0))', "=RANK(B\0,B1:B9)"])
@pytest.mark.parametrize("value", ["", "&x", 2, 0.1, True])
@pytest.mark.parametrize("link", [None, "internal:'A&B'!A1:A2"])
def test_a_figure_is_written_as_the_library_writes_it(
    tmp_path: Path, formula: str, value: float | str, link: str | None
) -> None:
    def written_by(name: str, kind: Any) -> str:
        with new_workbook(tmp_path / name, {}, ("Arial", 10)) as workbook:
            look = workbook.add_format({"bold": True})
            sheet = workbook.add_worksheet("甲", kind)
            for row in (3, 20):
                sheet.figure((row, 2), look, formula, value, link)
            sheet.write_url(2, 1, "internal:甲!B2", look, "乙")
            sheet.write_boolean(2, 3, True, look)
            sheet.write_comment(40, 1, "批注")
            sheet.write_string(2, 4, " 丙&", None)
        with ZipFile(tmp_path / name) as package:
            return "".join(package.read(part).decode() for part in sorted(package.namelist()) if "docProps" not in part)

    assert written_by("quick.xlsx", block_rows.QuickSheet) == written_by("ordinary.xlsx", block_rows.TableSheet)


def test_an_unknown_version_is_left_to_its_own_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxwriter, "__version__", "3.99.0")
    assert block_rows.sheet_class() is block_rows.TableSheet
