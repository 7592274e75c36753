"""Cells that the fast reader shows as blank: errors, and formulas that were never calculated."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from damaged import ods, rewritten, with_sheet, workbook
from hrss12333.reading.formats import open_bytes
from hrss12333.reading.grid import Book, Unseen
from hrss12333.reading.second_look import (
    ods_formula,
    ods_second_look,
    xlsb_second_look,
    xlsx_second_look,
)


def look(data: bytes, sheet: str = "表") -> dict[tuple[int, int], Unseen]:
    """What the second look sees; never a cell that the first had seen."""
    book = open_bytes(data)
    assert isinstance(book, Book)
    seen = book.second_look(sheet)
    grid = next(grid for grid in book.grids if grid.name == sheet)
    assert all(grid.at(*place) in ("", None) for place in seen)
    return seen


def test_openpyxl_stores_no_values() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "表"
    sheet["A1"], sheet["B1"], sheet["C1"] = 1, 2, "=A1+B1"
    sheet["D1"] = "#REF!"
    sheet["D1"].data_type = "e"
    sheet["E1"] = ArrayFormula("E1:E1", "=SUM(A1:B1)")
    out = io.BytesIO()
    book.save(out)
    assert look(out.getvalue()) == {
        (0, 2): Unseen(formula="=A1+B1"),
        (0, 3): Unseen(error="#REF!"),
        (0, 4): Unseen(formula="=SUM(A1:B1)"),
    }


@pytest.mark.parametrize(
    ("cell", "unseen"),
    [
        ('<c r="A1" t="e"><f>B1</f><v>#DIV/0!</v></c>', Unseen(error="#DIV/0!")),
        ('<c r="A1" t="e"><v/></c>', Unseen(error="#ERROR!")),
        ('<c r="A1"><f>B1+C1</f></c>', Unseen(formula="=B1+C1")),
        ('<c r="A1"><f>=B1</f><v/></c>', Unseen(formula="=B1")),
        ('<c r="A1" t="str"><f>IF(B1,"","")</f><v></v></c>', None),
        ('<c r="A1"><f>B1</f><v>0</v></c>', None),
        ('<c r="A1"/>', None),
        ('<c r="A1" t="inlineStr"><is><t></t></is></c>', None),
    ],
)
def test_cells_of_xlsx(cell: str, unseen: Unseen | None) -> None:
    assert look(with_sheet(f'<row r="1">{cell}</row>'.encode())) == ({} if unseen is None else {(0, 0): unseen})


def test_shared_formulas_are_moved_to_where_they_stand() -> None:
    rows = (
        b'<row r="2"><c r="D2"><f t="shared" ref="D2:D4" si="0">A2+$B$2</f></c></row>'
        b'<row r="3"><c r="D3"><f t="shared" si="0"/></c></row><row r="4"><c r="D4"><f t="shared" si="7"/></c></row>'
    )
    assert look(with_sheet(rows)) == {(1, 3): Unseen(formula="=A2+$B$2"), (2, 3): Unseen(formula="=A3+$B$2")}


def test_cells_without_an_address_follow_one_another() -> None:
    rows = b'<row r="5"><c><v>1</v></c><c><f>A5</f></c></row><row><c/><c t="e"><v>#N/A</v></c></row>'
    assert look(with_sheet(rows)) == {(4, 1): Unseen(formula="=A5"), (5, 1): Unseen(error="#N/A")}


def test_another_sheet_has_nothing_of_it() -> None:
    book = open_bytes(workbook())
    assert isinstance(book, Book)
    assert book.second_look("没有这张表") == {}


def test_cells_of_ods() -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/>'
        b'<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
        b"</table:table-row><table:table-row>"
        b'<table:table-cell table:formula="of:=[.B9]/0" office:value-type="string" office:string-value="" '
        b'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        b'<table:table-cell table:number-columns-repeated="2"/>'
        b'<table:table-cell table:formula="of:=[.D1]+[.D2]"/></table:table-row>'
    )
    assert look(ods(row)) == {(2, 0): Unseen(error="#DIV/0!"), (2, 3): Unseen(formula="=D1+D2")}


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("of:=[.C5]+[.D5]", "=C5+D5"),
        ("of:=SUM([.C5:.C9];1)", "=SUM(C5:C9,1)"),
        ("of:=[$附表1.$C$5]", "=附表1!$C$5"),
        ("=A1", "=A1"),
        ("msoxl:=B2-1", "=B2-1"),
    ],
)
def test_formulas_of_ods(text: str, formula: str) -> None:
    assert ods_formula(text) == formula


@pytest.mark.parametrize("second", [xlsx_second_look, xlsb_second_look, ods_second_look])
@pytest.mark.parametrize("data", [b"", b"nonsense", workbook()[:-200]])
def test_a_second_look_never_fails(second: object, data: bytes) -> None:
    assert second(data)("表") == {}  # type: ignore[operator]


def test_a_workbook_without_relations_hides_nothing_that_could_be_named() -> None:
    data = rewritten(workbook(), lambda name, old: b"<x/>" if name.endswith("workbook.xml.rels") else old)
    assert xlsx_second_look(data)("表") == {}
