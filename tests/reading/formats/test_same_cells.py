"""The two readers of .xlsx give the same cells."""

from __future__ import annotations

import io
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from binary_workbooks import bytes_of
from damaged import ODD_BUT_READABLE, workbook
from documents_read import opened_as
from filing_styles import Style, draw
from filing_writers import filing_of, styles, write
from hrss12333.reading.formats import workbook as calamine_reader
from hrss12333.reading.grid import Book, Cell, Grid, SheetBuilder
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from rich_workbook import write_rich

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(ROOT.glob("examples/f*/*.xlsx"))[::6] + sorted(ROOT.glob("templates/*.xlsx"))


def record(grid: Grid) -> Mapping[str, Any]:
    """All of a sheet; blanks at the end of a row are none."""

    def line(cells: list[Cell]) -> list[Cell]:
        last = max((at for at, cell in enumerate(cells) if cell not in (None, "")), default=-1)
        return cells[: last + 1]

    return {
        "name": (grid.name, grid.hidden),
        "cells": [line(list(cells)) for cells in grid.cells],
        "merges": {(box.top, box.left, box.bottom, box.right) for box in grid.merges},
        "hidden": (grid.hidden_rows, grid.hidden_columns),
        "marks": dict(grid.marks),
    }


def expect_the_same(data: bytes) -> None:
    """Hold both readers of a workbook against one another."""
    one, other = calamine_reader.read_cells(data), calamine_reader.read_by_openpyxl(data)
    assert [record(sheet.grid()) for sheet in one] == [record(sheet.grid()) for sheet in other]
    assert [{*sheet.pages} for sheet in one] == [{*sheet.pages} for sheet in other]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_have_the_same_cells(path: Path) -> None:
    expect_the_same(path.read_bytes())


def test_all_that_excel_has_is_the_same(tmp_path: Path) -> None:
    expect_the_same(write_rich(tmp_path / "表.xlsx").read_bytes())


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(EDITION.units), styles(), st.integers(0, 2**32), st.sampled_from(["openpyxl", "xlsxwriter"]))
def test_filings_of_any_style_have_the_same_cells(unit: Unit, style: Style, seed: int, writer: str) -> None:
    dice = random.Random(seed)
    planned = draw(filing_of(unit, dice), style, dice, "xlsx")
    with tempfile.TemporaryDirectory() as folder:
        for path in write(planned, writer, Path(folder)):
            expect_the_same(path.read_bytes())


def everything() -> bytes:
    """Formulas with and without results, errors, letters of several kinds, comments, formats, what is hidden, lists."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet, other = book.add_worksheet("附表1"), book.add_worksheet("别表")
    through, raised = (book.add_format(reported) for reported in ({"font_strikeout": 1}, {"font_script": 1}))
    sheet.write_row(0, 0, ["地区", 1, 2.5, True, "#REF!"])
    sheet.write_formula("F1", "=B1+C1", None, 3.5)
    sheet.write_formula("G1", "=1/0", None, "#DIV/0!")
    sheet.write_formula("H1", '=IF(B1,"","x")', None, "")
    sheet.write_rich_string("A2", "30", through, "4120", raised, "2")
    sheet.write("B2", 7, through)
    sheet.write_row("I2", [time(9, 30), timedelta(hours=30), date(2020, 1, 10)])
    for column, code in enumerate(('0"万"', '0"余"', "0%", ";;;", "yyyy-mm-dd", "h:mm", "[h]:mm"), 3):
        sheet.write_number(1, column, 43_830 if code[0] == "y" else 0.25, book.add_format({"num_format": code}))
    sheet.write_comment("B3", " 应为3000 ")
    sheet.merge_range("A4:B5", "合并")
    sheet.set_row(5, 0)
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.set_column(20, 25, None, None, {"hidden": True})
    sheet.set_header('&L左&C&"宋体"中')
    sheet.set_footer("&C校验码 &P")
    other.hide()
    other.write("C9", 1)
    return bytes_of(book)


def never_calculated() -> bytes:
    """A workbook of openpyxl's, whose formulas have no results."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([1, "=A1+1", "=SUM(A1:B1)"])
    sheet["B9"], sheet["A9"] = "=A1", "x"
    sheet["A9"].font = Font(strike=True)
    return bytes_of(book)


@pytest.mark.parametrize("make", [workbook, ODD_BUT_READABLE["macros"], everything, never_calculated])
def test_whatever_a_cell_can_say_is_the_same(make: Callable[[], bytes]) -> None:
    expect_the_same(make())


@pytest.mark.usefixtures("in_this_process")
def test_openpyxl_reads_what_the_other_library_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> Iterator[Mapping[str, Any]]:
        book = opened_as(Book, everything())
        yield from map(record, book.grids)

    def refusing(data: bytes) -> list[SheetBuilder]:
        raise ImportError

    usual = list(read())
    monkeypatch.setattr(calamine_reader, "read_cells", refusing)
    assert list(read()) == usual


def test_both_give_the_same_values_of_a_workbook_of_this_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its property makes it one; what is guarded must be whole for openpyxl, too."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    book.set_custom_property("schema", "x")
    book.add_worksheet("汇总").write_row(0, 0, ["广东省", 1, 2.5, True, date(2020, 1, 10)], book.add_format())
    data = bytes_of(book)
    usual = calamine_reader.read_values(data)
    monkeypatch.setitem(sys.modules, "python_calamine_plus", None)
    assert [[*grid.cells] for grid in calamine_reader.read_values(data).grids] == [[*g.cells] for g in usual.grids]
