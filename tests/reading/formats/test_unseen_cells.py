"""Cells that the fast reader shows as blank: errors, and formulas that were never calculated."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from cell_marks import stale, unseen
from damaged import ods, rewritten, with_sheet, workbook
from hrss12333.reading.files import bounds
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.grid import Book, Mark
from oldbooks import biff8, bytes_of, ole, record, xls


def look(data: bytes, sheet: str = "表") -> dict[tuple[int, int], Mark]:
    book = open_bytes(data)
    assert isinstance(book, Book)
    return unseen(book, sheet)


ERROR_ROW = (
    b'<table:table-row><table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
    b'<text:p>#REF!</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1"/>'
    b"</table:table-row>"
)


def test_openpyxl_stores_no_values() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "表"
    sheet["A1"], sheet["B1"], sheet["C1"] = 1, 2, "=A1+B1"
    sheet["D1"] = "#REF!"
    sheet["D1"].data_type = "e"
    sheet["E1"] = ArrayFormula("E1:E1", "=SUM(A1:B1)")
    sheet["F1"] = "完"
    assert look(bytes_of(book)) == {
        (0, 2): stale("=A1+B1"),
        (0, 3): Mark(error="#REF!"),
        (0, 4): stale("=SUM(A1:B1)"),
    }


@pytest.mark.parametrize(
    ("cell", "unseen"),
    [
        ('<c r="A1" t="e"><f>B1</f><v>#DIV/0!</v></c>', Mark(error="#DIV/0!")),
        ('<c r="A1"><f>B1+C1</f></c>', stale("=B1+C1")),
        ('<c r="A1"><f>=B1</f><v/></c>', stale("=B1")),
        ('<c r="A1" t="str"><f>IF(B1,"","")</f><v></v></c>', None),
        ('<c r="A1"><f>B1</f><v>0</v></c>', stale("=B1", stored=0)),
        ('<c r="A1"><f>B1-1</f><v>0</v></c>', None),
        ('<c r="A1"/>', None),
        ('<c r="A1" t="inlineStr"><is><t></t></is></c>', None),
    ],
)
def test_cells_of_xlsx(cell: str, unseen: Mark | None) -> None:
    row = f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>'
    assert look(with_sheet(row.encode())) == ({} if unseen is None else {(0, 0): unseen})


def test_shared_formulas_are_moved_to_where_they_stand() -> None:
    rows = (
        b'<row r="2"><c r="D2"><f t="shared" ref="D2:D4" si="0">A2+$B$2</f></c></row>'
        b'<row r="3"><c r="D3"><f t="shared" si="0"/></c></row><row r="4"><c r="D4"><f t="shared" si="7"/></c></row>'
        b'<row r="5"><c r="D5"><v>1</v></c></row>'
    )
    assert look(with_sheet(rows)) == {(1, 3): stale("=A2+$B$2"), (2, 3): stale("=A3+$B$2")}


def test_cells_without_an_address_follow_one_another() -> None:
    rows = b'<row r="5"><c><v>1</v></c><c><f>A5</f></c></row><row><c/><c t="e"><v>#N/A</v></c><c><v>1</v></c></row>'
    assert look(with_sheet(rows)) == {(4, 1): stale("=A5"), (5, 1): Mark(error="#N/A")}


def test_another_sheet_has_nothing_of_it() -> None:
    book = open_bytes(workbook())
    assert isinstance(book, Book)
    assert unseen(book, "没有这张表") == {}


def test_cells_of_ods() -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/>'
        b'<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
        b"</table:table-row><table:table-row>"
        b'<table:table-cell table:formula="of:=[.B9]/0" office:value-type="string" office:string-value="" '
        b'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        b'<table:table-cell table:number-columns-repeated="2"/>'
        b'<table:table-cell table:formula="of:=[.D1]" office:value-type="string"><text:p>Err:502</text:p>'
        b"</table:table-cell></table:table-row>"
    )
    assert look(ods(row)) == {(2, 0): Mark(error="#DIV/0!"), (2, 3): Mark(error="Err:502")}


def test_errors_of_xls() -> None:
    def formula(column: int, value: bytes) -> bytes:
        return record(0x0006, bytes((0, 0, column, 0, 0, 0)) + value + bytes(8))

    cells = formula(0, b"\x02\x00\x17\x00\x00\x00\xff\xff") + formula(1, b"\x01\x00\x01\x00\x00\x00\xff\xff")
    stream = biff8([])[: -len(record(0x000A))] + cells + formula(2, bytes(8)) + record(0x000A)
    assert look(ole({"Workbook": stream})) == {(0, 0): Mark(error="#REF!")}
    assert look(xls([["地区", ValueError("#N/A")]])) == {(0, 1): Mark(error="#N/A")}


def test_merged_ranges_and_formatting_far_below_cost_nothing() -> None:
    rows = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    data = with_sheet(rows)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    data = rewritten(data, lambda _, old: old.replace(b"</sheetData>", merged))
    assert look(data) == {(0, 0): Mark(error="#REF!")}


@pytest.mark.parametrize(
    "data", [ods(ERROR_ROW), with_sheet(b'<row><c t="e"><v>#N/A</v></c><c><f>C1</f></c><c><v>1</v></c></row>')]
)
def test_a_child_sees_the_same(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    here = look(data)
    assert here
    monkeypatch.setattr(bounds, "SMALL", {**bounds.SMALL, "bytes": 0})
    assert look(data) == here
