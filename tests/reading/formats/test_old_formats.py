"""What runs in the child process, called here directly: OLE files, and what xlrd reads of whole workbooks."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import xlwt

from binary_workbooks import biff2, biff8, bytes_of, ole, record, xls
from damaged import DAMAGED, encrypted, problem_of, workbook
from hrss12333.checking.rules.catalogue import OBJECTS
from hrss12333.model.problem import Problem
from hrss12333.reading.formats.ole import kind_of, read_old_workbook, read_xls
from hrss12333.reading.grid import Grid, Mark


def test_an_xls() -> None:
    book = read_old_workbook(ole({"Workbook": biff8([["地区", ValueError("#N/A")]])}))
    assert book.grids == (Grid("表", (["地区", ""],), marks={(0, 1): Mark(error="#N/A")}),)
    assert (book.saved, book.category, book.macros) == (None, "", False)


def test_an_xlsx_that_opens_without_asking() -> None:
    assert kind_of(encrypted("VelvetSweatshop")) == ("zip", workbook())


@pytest.mark.parametrize(
    "name",
    ["password-xls", "ole-loop", "truncated-xls", "panic"],
)
def test_ole_files_that_cannot_be_read(name: str) -> None:
    rule, make = DAMAGED[name]
    assert OBJECTS[problem_of(read_old_workbook, make())].id == rule


@pytest.mark.parametrize(("name", "kind"), [("doc", "doc"), ("doc-with-embedded-workbook", "doc"), ("ppt", "ppt")])
def test_ole_files_of_another_kind(name: str, kind: str) -> None:
    assert kind_of(DAMAGED[name][1]())[0] == kind


def test_an_ole_file_with_a_password() -> None:
    assert problem_of(kind_of, encrypted()) is Problem.ENCRYPTED


@pytest.mark.parametrize(("streams", "rule"), [({"Contents": b"x"}, "F003"), ({}, "F001")])
def test_other_ole_files(streams: dict[str, bytes], rule: str) -> None:
    assert OBJECTS[problem_of(read_old_workbook, ole(streams))].id == rule


def test_what_is_no_ole_file() -> None:
    assert problem_of(read_old_workbook, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) is Problem.DAMAGED


def test_excel_2() -> None:
    assert read_xls(biff2())[0].at(0, 0) == 12.5
    for data, rule in ((b"nonsense", "F001"), (biff8([["x"]], extra=record(0x2F, bytes(54))), "F002")):
        assert OBJECTS[problem_of(read_xls, data)].id == rule


def test_cells_and_dates_of_an_xls() -> None:
    (grid,) = read_xls(xls([["地区", 12.0, True], [None, ValueError("#REF!"), "x"]]))
    assert [list(row) for row in grid.cells] == [["地区", 12.0, True], ["", "", "x"]]
    assert grid.marks == {(1, 1): Mark(error="#REF!")}
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for column, (value, code) in enumerate(
        ((43_840, "yyyy-mm-dd"), (43_840.5, "yyyy-mm-dd h:mm"), (0.5, "h:mm"), (5, "0"))
    ):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    assert list(read_xls(bytes_of(book))[0].cells[0]) == [date(2020, 1, 10), datetime(2020, 1, 10, 12), time(12), 5]
