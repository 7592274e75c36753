"""What runs in the child process, called here directly: OLE files, BIFF records, and the slow readers."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from damaged import DAMAGED, encrypted, ods, workbook
from hrss12333.reading.biff import is_old, notes, read_old_grids
from hrss12333.reading.calamine import read_grids
from hrss12333.reading.grid import Box, FileProblem, Grid
from hrss12333.reading.isolation import decode_bytes, decode_grids
from hrss12333.reading.ole import read_ole
from hrss12333.reading.slow import slow_ods, slow_xlsx
from oldbooks import biff2, biff8, ole, record, xls


def test_an_xls() -> None:
    link = record(0x01AE, b"\x01\x00\x05\x00\x00abcde")
    found = read_ole(ole({"Workbook": biff8([["地区", ValueError("#N/A")]], footer="&C第&P页", extra=link)}))
    assert decode_grids(found["grids"]) == (Grid("表", (["地区", ""],)),)
    assert found["errors"] == [[(0, 1, "#N/A")]]
    assert (found["footers"], found["external_links"], found["macros"]) == (["第 页"], True, False)
    assert (found["saved"], found["category"]) == (None, "")


def test_an_xlsx_that_opens_without_asking() -> None:
    assert decode_bytes(read_ole(encrypted("VelvetSweatshop"))["package"]) == workbook()


@pytest.mark.parametrize(
    "name",
    ["password", "password-xls", "doc", "doc-with-embedded-workbook", "ppt", "ole-loop", "truncated-xls", "panic"],
)
def test_ole_files_that_cannot_be_read(name: str) -> None:
    rule, make = DAMAGED[name]
    with pytest.raises(FileProblem) as raised:
        read_ole(make())
    assert raised.value.rule == rule


@pytest.mark.parametrize(
    ("streams", "rule"), [({"__properties_version1.0": b"x"}, "F003"), ({"Contents": b"x"}, "F003"), ({}, "F001")]
)
def test_other_ole_files(streams: dict[str, bytes], rule: str) -> None:
    with pytest.raises(FileProblem) as raised:
        read_ole(ole(streams))
    assert raised.value.rule == rule


def test_what_is_no_ole_file() -> None:
    with pytest.raises(FileProblem) as raised:
        read_ole(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert raised.value.rule == "F001"


def test_errors_of_formulas() -> None:
    def formula(column: int, value: bytes) -> bytes:
        return record(0x0006, bytes((0, 0, column, 0, 0, 0)) + value + bytes(8))

    stream = biff8([])[: -len(record(0x000A))]
    stream += formula(0, b"\x02\x00\x17\x00\x00\x00\xff\xff") + formula(1, b"\x01\x00\x01\x00\x00\x00\xff\xff")
    stream += formula(2, bytes(8)) + record(0x000A)
    assert notes(stream)["errors"] == [[(0, 0, "#REF!")]]


@pytest.mark.parametrize("stream", [b"", b"\x09", record(0x0085, b"ab"), record(0x0205, b"x"), record(0x0006, b"x")])
def test_records_cut_short(stream: bytes) -> None:
    assert notes(stream)["errors"] == []
    assert not is_old(stream)


def test_footers_whose_code_page_is_not_known_are_left_out() -> None:
    assert notes(record(0x0015, b"\x03abc"))["footers"] == []
    assert notes(record(0x0015, b"\x03\x00\x00abc"))["footers"] == ["abc"]


def test_excel_2() -> None:
    assert is_old(biff2())
    assert not is_old(biff8([["x"]]))
    assert read_old_grids(biff2())[0].at(0, 0) == 12.5
    with pytest.raises(FileProblem):
        read_old_grids(b"nonsense")


def test_xlrd_gives_the_same_cells_as_the_fast_reader() -> None:
    data = xls([["地区", 12.0, True], [None, ValueError("#REF!"), "x"]])
    slow, fast = read_old_grids(data), read_grids(data)
    assert [grid.name for grid in slow] == [grid.name for grid in fast]
    assert [list(row) for row in slow[0].cells] == [list(row) for row in fast[0].cells]


def test_the_slow_reader_of_xlsx() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["地区", 1, 2.5, True, date(2020, 1, 10), "#REF!"])
    sheet["F1"].data_type = "e"
    sheet["B3"] = "=A1"
    sheet.merge_cells("A2:B2")
    made.create_sheet("隐").sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    slow = slow_xlsx(out.getvalue())
    assert [list(row) for row in slow[0].cells] == [
        ["地区", 1, 2.5, True, datetime(2020, 1, 10), ""],
        [""] * 6,
        [""] * 6,
    ]
    assert slow[0].merges == (Box(1, 0, 1, 1),)
    assert [grid.hidden for grid in slow] == [False, True]


def test_the_slow_reader_of_ods() -> None:
    row = (
        b"<table:table-row>"
        b'<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        b'<table:table-cell office:value-type="date" office:date-value="2020-01-10"/>'
        b'<table:table-cell office:value-type="date" office:date-value="nonsense"/>'
        b'<table:table-cell office:value-type="string"><text:p>a<text:tab/>b</text:p><text:p>c<text:line-break/></text:p>'
        b"</table:table-cell>"
        b'<table:table-cell calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
        b'<table:table-cell office:value-type="percentage" office:value="0.5"/></table:table-row>'
    )
    assert slow_ods(ods(row)) == (Grid("表", ([True, datetime(2020, 1, 10), "nonsense", "a\tb\nc\n", "", 0.5],)),)


def test_times_are_known_by_their_type() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append([time(9, 30), timedelta(hours=30)])
    out = io.BytesIO()
    made.save(out)
    assert [type(cell) for cell in slow_xlsx(out.getvalue())[0].cells[0]] == [time, timedelta]
