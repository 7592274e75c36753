"""明细 written as a block and written cell by cell are the same sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from hrss12333.model.errors import JobStop
from hrss12333.model.filing import Value
from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import block_rows, details, prove, write_national
from national_tables import finding, table, with_entries

UNITS = tuple(unit for unit in EDITION.gazetteer.units if unit.short in ("北京", "浙江"))
ODD: dict[str, Value] = {
    "calls_total": Value(10**20 + 1, 10**20 + 1),
    "calls_ivr": Value(None, None),
    "calls_agent": Value("约<5>&", None),
    "remarks": Value(' ="1"\n&\x01', ' ="1"\n&\x01'),
    "voicemail": Value("是", True),
}


@pytest.fixture(autouse=True)
def ask_anew() -> Iterator[None]:
    """Which class of sheets to use is decided once a process."""
    block_rows.sheet_class.cache_clear()
    yield
    block_rows.sheet_class.cache_clear()


def national(folder: Path) -> National:
    """Rows with and without findings, left out, odd, of nobody's; files that can be linked to and one that cannot."""
    found = table(UNITS)
    files = [folder / "a.xlsx", folder / "b.xlsx"]
    for file in files:
        file.touch()
    entries = [replace(item, file=str(files[number // 7 % 2])) for number, item in enumerate(found.entries)]
    wrong = finding("V302", Severity.ERROR, "应填整数。", field="calls_agent")
    entries[1] = replace(entries[1], row=entries[1].row.changed(ODD), findings=(wrong,))
    entries[3] = replace(entries[3], counted=False, why="重复")
    entries[5] = replace(entries[5], unit=None, file="=不在.xlsx")
    return with_entries(found, entries, findings=(wrong, replace(wrong, severity=Severity.QUERY, influence=0.25)))


def written(path: Path, what: National, known: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workbook, written as if these versions of the library were known."""
    monkeypatch.setattr(block_rows, "KNOWN", known)
    block_rows.sheet_class.cache_clear()
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
        assert block_rows.sheet_class() is not None
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


@pytest.mark.libreoffice
def test_libreoffice_sees_the_same_cells(both: tuple[Path, Path], soffice_convert: Callable[..., Path]) -> None:
    block, ordinary = (looks(soffice_convert(path, "xlsx")) for path in both)
    assert {key: (seen, ordinary.get(key)) for key, seen in block.items() if seen != ordinary.get(key)} == {}
    assert block.keys() == ordinary.keys()


def test_the_same_table_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (
        written(tmp_path / name, national(tmp_path), block_rows.KNOWN, monkeypatch) for name in ("1.xlsx", "2.xlsx")
    )
    assert first.read_bytes() == second.read_bytes()


def test_an_unknown_version_is_left_to_its_own_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxwriter, "__version__", "3.99.0")
    assert block_rows.sheet_class() is None


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "SHEET_ROWS", 20)
    with pytest.raises(JobStop, match="附表1一共有27行，一个工作表放不下（最多20行）"):
        write_national(tmp_path / "out.xlsx", table(UNITS))


def test_a_sheet_bears_only_so_many_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = table(UNITS)
    asked, wrong = (
        finding("P501", severity, "请核对。", field="agents") for severity in (Severity.QUERY, Severity.ERROR)
    )
    entries = [
        replace(item, findings=((asked,), (wrong,), (asked, wrong))[at % 3]) for at, item in enumerate(found.entries)
    ]

    def noted(most: int) -> tuple[int, bool]:
        monkeypatch.setattr(details, "MOST_COMMENTS", most)
        path = written(tmp_path / f"{most}.xlsx", with_entries(found, entries), block_rows.KNOWN, monkeypatch)
        sheet = openpyxl.load_workbook(path)["附表1明细"]
        return sum(cell.comment is not None for line in sheet.iter_rows() for cell in line), "问题太多" in str(
            sheet["A3"].value
        )

    assert noted(1000) == (27, False)
    assert noted(26) == (17, True)
    assert noted(3) == (3, True)


def test_all_sheets_are_still_there(both: tuple[Path, Path]) -> None:
    block, ordinary = (CalamineWorkbook.from_path(str(path)) for path in both)
    assert block.sheet_names == ordinary.sheet_names
