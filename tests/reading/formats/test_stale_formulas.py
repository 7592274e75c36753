"""What the fast reader does not show: errors, formulas never calculated, a stored figure that its formula does not give."""

from __future__ import annotations

import io
import struct

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from openpyxl.worksheet.formula import ArrayFormula

from cell_marks import stale, unseen
from damaged import ods, with_parts, with_sheet, workbook
from hrss12333.reading.files import bounds
from hrss12333.reading.formats.formula import Calculator, is_worth_computing
from hrss12333.reading.grid import Book, Mark
from oldbooks import biff8, bytes_of, ole, record, xls
from readings import opened_as
from saved_elsewhere import saved_as

CALCULATED = {"xl/calcChain.xml": b"<calcChain/>"}
"""What a workbook holds besides, as spreadsheet programs write it."""


def by_xlsxwriter(*, calculated: bool = False) -> bytes:
    """Formulas whose value nobody gave, which is stored as 0."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet, other = book.add_worksheet("S"), book.add_worksheet("附表2")
    sheet.write_row(0, 0, [10, 20])
    sheet.write_formula("C1", "=3000+121")
    sheet.write_formula("D1", "=SUM(A1:C1)")
    sheet.write_formula("E1", "=IF(A1>5,ROUND(B1/3,0),0)")
    sheet.write_formula("F1", "='附表2'!A1+1")
    sheet.write_formula("G1", "=A1-10")
    if calculated:
        sheet.write_formula("H1", "=A1+B1", None, 30)
    sheet.write_formula("I1", "=SUM(Z1:Z9)")
    sheet.write_formula("J1", "=VLOOKUP(A1,A:B,2,0)")
    other.write(0, 0, 5)
    return bytes_of(book)


def test_generators_leave_a_zero() -> None:
    book = opened_as(Book, by_xlsxwriter())
    seen = unseen(book, "S")
    assert {place[1]: mark.formula for place, mark in seen.items()} == {
        2: "=3000+121",
        3: "=SUM(A1:C1)",
        4: "=IF(A1>5,ROUND(B1/3,0),0)",
        5: "='附表2'!A1+1",
        9: "=VLOOKUP(A1,A:B,2,0)",
    }
    assert {mark.stored for mark in seen.values()} == {0}
    assert list(book.grids[0].cells[0]) == [10, 20, "", "", "", "", 0, "", 0, ""]


def test_what_a_spreadsheet_program_calculated_is_believed_unless_it_is_plainly_not_so() -> None:
    for data in (with_parts(by_xlsxwriter(), CALCULATED), by_xlsxwriter(calculated=True)):
        book = opened_as(Book, data)
        assert (0, 9) not in unseen(book, "S")
        assert unseen(book, "S")[0, 2] == stale("=3000+121", stored=0)


@saved_as("ods", of=by_xlsxwriter)
def test_what_libreoffice_calculated(kind: str, saved: bytes) -> None:
    assert opened_as(Book, saved).grids[0].at(0, 6) == 0


def test_xlwt_leaves_a_zero_too() -> None:
    made = xlwt.Workbook()
    sheet, other = made.add_sheet("S"), made.add_sheet("附表2")
    for column, value in enumerate((10, 20)):
        sheet.write(0, column, value)
    for column, formula in enumerate(
        ("3000+121", "SUM(A1:C1)", "IF(A1>5,ROUND(B1/4,0),0)", "A1-10", "'附表2'!A1+1"), 2
    ):
        sheet.write(0, column, xlwt.Formula(formula))
    other.write(0, 0, 5)
    book = opened_as(Book, bytes_of(made))
    assert {place[1]: Calculator(lambda *_: 1).compute(mark.formula) for place, mark in unseen(book, "S").items()} == {
        2: 3121,
        3: 3,
        4: None,
        5: -9,
        6: 2,
    }


def test_shared_formulas() -> None:
    rows = (
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">A1+1</f><v>0</v></c></row>'
        b'<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" si="0"/><v>0</v></c></row>'
    )
    seen = unseen(opened_as(Book, with_sheet(rows)), "表")
    assert {place: mark.formula for place, mark in seen.items()} == {(0, 1): "=A1+1", (1, 1): "=A2+1"}


def test_a_workbook_of_openpyxls_has_no_stored_values_at_all() -> None:
    made = openpyxl.Workbook()
    made.active["A1"], made.active["B1"] = "=1+1", 1  # type: ignore[index]
    book = opened_as(Book, bytes_of(made))
    assert unseen(book, book.grids[0].name) == {(0, 0): stale("=1+1")}


def test_an_ods_without_stored_values() -> None:
    made = OpenDocumentSpreadsheet()
    table = Table(name="S")
    row = TableRow()
    for attributes in ({"valuetype": "float", "value": 5}, {"formula": "of:=SUM([.A1:.A1])+[$附表2.B2]"}):
        row.addElement(TableCell(**attributes))
    table.addElement(row)
    made.spreadsheet.addElement(table)
    assert unseen(opened_as(Book, bytes_of(made)), "S") == {(0, 1): stale("=SUM(A1:A1)+'附表2'!B2")}


def stored_formulas(*formulas: tuple[str, float]) -> bytes:
    """Formulas in C1, D1 … with the value that a program stored with each, over A1 = 10, B1 = 20 and 附表2!A1 = 5."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet, other = book.add_worksheet("S"), book.add_worksheet("附表2")
    sheet.write_row(0, 0, [10, 20])
    for column, (formula, value) in enumerate(formulas, 2):
        sheet.write_formula(0, column, formula, None, value)
    other.write(0, 0, 5)
    return bytes_of(book)


STALE = [("=A1+B1", 31), ("=SUM(A1:B1)", 2), ("=附表2!A1+A1", 99), ("=3000+121", 3000), ("=C1*2", 62)]
SOUND = [("=A1+B1", 30), ("=SUM(A1:B1)", 30), ("='附表2'!A1", 5), ("=A1/3", 3.3333333333), ("=C1*2", 60)]
UNKNOWN = [("=A1+Z9!A1", 31), ("=VLOOKUP(A1,A:B,2,0)", 20), ("=IF(A1>5,1,2)", 7), ("=A1&B1", 1020), ("=A1+NAME", 31)]


@pytest.mark.parametrize(
    ("formulas", "stale"), [(STALE, [2, 3, 4, 5, 6]), (SOUND, []), (UNKNOWN, [])], ids=["stale", "sound", "unknown"]
)
def test_a_stored_figure_is_compared_with_what_single_cells_give(
    formulas: list[tuple[str, float]], stale: list[int]
) -> None:
    book = opened_as(Book, with_parts(stored_formulas(*formulas), CALCULATED))
    seen = unseen(book, "S")
    assert [at[1] for at, mark in seen.items() if mark.stored is not None] == stale
    assert [seen[0, column].stored for column in stale] == [formulas[column - 2][1] for column in stale]
    assert [column for column, cell in enumerate(book.grids[0].cells[0]) if cell == ""] == stale


@pytest.mark.parametrize("length", [10, 290])
def test_a_long_row_of_digits_costs_no_time(length: int) -> None:
    assert not is_worth_computing(f"={'1' * length}!", False)


def sound_formulas() -> bytes:
    return stored_formulas(("=A1+B1", 30), ("=SUM(A1:B1)", 30), ("=A1-10", 0))


@saved_as("ods", "xls", of=sound_formulas)
def test_what_a_spreadsheet_program_stored_is_compared_too(kind: str, saved: bytes) -> None:
    assert unseen(opened_as(Book, saved), "S") == {}
    stale = saved.replace(struct.pack("<d", 30.0), struct.pack("<d", 31.0))
    if kind == "ods":
        stale = with_parts(saved, {"content.xml": (b'office:value="30"', b'office:value="31"')})
    assert {at: mark.stored for at, mark in unseen(opened_as(Book, stale), "S").items()} == {(0, 2): 31, (0, 3): 31}


def test_an_ods_of_a_program_that_never_calculates() -> None:
    def made(generator: str, last: int) -> bytes:
        document = OpenDocumentSpreadsheet()
        table, row = Table(name="S"), TableRow()
        table.addElement(row)
        cells = ({"value": 10}, {"formula": "of:=[.A1]+5", "value": 0}, {"formula": "of:=VLOOKUP([.A1];[.A1:.A9];1)"})
        for attributes in ({"value": 0} | cell for cell in (*cells, {"value": last})):
            row.addElement(TableCell(valuetype="float", **attributes))
        document.spreadsheet.addElement(table)
        return with_parts(bytes_of(document), {"meta.xml": (b"ODFPY", generator.encode())})

    assert {at[1]: mark.stored for at, mark in unseen(opened_as(Book, made("gen", 7)), "S").items()} == {1: 0, 2: 0}
    assert list(unseen(opened_as(Book, made("LibreOffice/7.4", 7)), "S")) == [(0, 1)]


@pytest.mark.parametrize(
    ("over", "differs"), [("$1月.A1:$3月.A1", False), ("$'1月'.A1:.B1", True), ("$1月.A1:$1月.B1", True)]
)
def test_a_sum_over_sheets_of_an_ods_is_no_sum_of_the_first(over: str, differs: bool) -> None:
    document = OpenDocumentSpreadsheet()
    sheets = dict[str, dict[str, object]].fromkeys(("1月", "2月", "3月"), {"value": 5})
    for name, attributes in (sheets | {"S": {"formula": f"of:=SUM([{over}])", "value": 15}}).items():
        table, row = Table(name=name), TableRow()
        row.addElement(TableCell(valuetype="float", **attributes))
        table.addElement(row)
        document.spreadsheet.addElement(table)
    assert bool(unseen(opened_as(Book, bytes_of(document)), "S")) == differs


def test_an_xls_of_a_program_that_never_calculates() -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("S")
    sheet.write(0, 0, 10)
    sheet.write(0, 1, xlwt.Formula("VLOOKUP(A1,A1:A9,1)"))
    assert unseen(opened_as(Book, bytes_of(made)), "S") == {(0, 1): stale("=VLOOKUP(A1,A1:A9,1.0)")}


def filled_down() -> bytes:
    """Two formulas in each of five rows, the first of which is stored one too high from the third on."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet("S")
    for row in range(1, 6):
        sheet.write_row(row - 1, 0, [10 * row, row])
        sheet.write_formula(row - 1, 2, f"=A{row}+B{row}", None, 11 * row + (row > 2))
        sheet.write_formula(row - 1, 3, f"=SUM(A{row}:B{row})", None, 11 * row)
    return bytes_of(book)


@saved_as("ods", "xls", of=filled_down)
def test_a_formula_that_was_filled_down_is_compared_in_each_row(kind: str, saved: bytes) -> None:
    seen = unseen(opened_as(Book, saved), "S")
    assert {at: mark.stored for at, mark in seen.items()} == {(2, 2): 34, (3, 2): 45, (4, 2): 56}


def look(data: bytes, sheet: str = "表") -> dict[tuple[int, int], Mark]:
    book = opened_as(Book, data)
    return unseen(book, sheet)


ERROR_ROW = (
    b'<table:table-row><table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
    b'<text:p>#REF!</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1"/>'
    b"</table:table-row>"
)


def test_openpyxl_stores_no_values() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
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
    book = opened_as(Book, workbook())
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
    assert look(with_parts(data, {"*": (b"</sheetData>", merged)})) == {(0, 0): Mark(error="#REF!")}


@pytest.mark.parametrize(
    "data", [ods(ERROR_ROW), with_sheet(b'<row><c t="e"><v>#N/A</v></c><c><f>C1</f></c><c><v>1</v></c></row>')]
)
def test_a_child_sees_the_same(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    here = look(data)
    assert here
    monkeypatch.setattr(bounds, "READ_IN_PARENT", {**bounds.READ_IN_PARENT, "bytes": 0})
    assert look(data) == here
