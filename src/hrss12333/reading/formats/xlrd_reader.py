"""What xlrd tells of an .xls: error cells, which the fast reader shows as blank, and workbooks of Excel 4 and older.

Runs in the child process only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import xlrd

from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import LOCKED, damaged
from hrss12333.reading.grid import Box, Cell, FileProblem, Grid, Sheets, Unseen

OLD = (b"\x09\x00", b"\x09\x02", b"\x09\x04")
"""How a workbook of Excel 2, 3 or 4 begins, which the fast reader refuses."""


def unseen_xls(data: bytes) -> Sheets:
    """Error cells.

    Raises:
        FileProblem: as `read_xls` does.
    """
    return {
        sheet.name: {
            (row, column): Unseen(error=xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
            for row, cells in enumerate(sheet.get_rows())
            for column, cell in enumerate(cells)
            if cell.ctype == xlrd.XL_CELL_ERROR
        }
        for sheet in open_xls(data, formatting_info=True).sheets()
    }


def read_xls(data: bytes) -> tuple[Grid, ...]:
    """All worksheets.

    Raises:
        FileProblem: F001 where xlrd cannot read it, F002 where it is encrypted.
    """
    book = open_xls(data)
    return tuple(
        Grid(
            name=sheet.name,
            cells=tuple([_shown(cell, book.datemode) for cell in row] for row in sheet.get_rows()),
            hidden=sheet.visibility != 0,
            merges=tuple(Box(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        )
        for sheet in book.sheets()
    )


def open_xls(data: bytes, **options: bool) -> Any:
    """A workbook of xlrd's.

    Raises:
        FileProblem: as `read_xls` does.
    """
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            return xlrd.open_workbook(file_contents=data, logfile=nowhere, **options)
    except Exception as error:  # xlrd fails in many ways on what is not as it should be
        raise (FileProblem(Problem.ENCRYPTED, LOCKED) if "encrypted" in str(error) else damaged()) from error


def _shown(cell: Any, datemode: int) -> Cell:
    """A cell as the fast reader would give it: blank where an error stands."""
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate.xldate_as_datetime(cell.value, datemode)  # type: ignore[no-any-return]
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return float(cell.value)
    return cell.value  # type: ignore[no-any-return]
