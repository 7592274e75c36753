"""What openpyxl tells of an .xlsx: cells that the fast reader shows as blank, or all cells where that one gives up.

For the former its read-only mode is used, which neither fills merged ranges nor need trust ``<dimension>``, and no
further than the fast reader saw anything. Of Strict OOXML it sees no sheets: nothing is known there.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from hrss12333.reading.files.package import damaged
from hrss12333.reading.grid import Box, Cell, Grid, Unseen, UnseenSheets


def unseen_xlsx(data: bytes, grids: Sequence[Grid]) -> UnseenSheets:
    """Errors, and formulas that were never calculated, where ``grids`` have blanks.

    A workbook that openpyxl cannot open raises whatever it raises.
    """
    found: UnseenSheets = {grid.name: {} for grid in grids}
    formulas: dict[tuple[str, tuple[int, int]], str] = {}
    for sheet, place, cell in _blanks(_load(data, read_only=True), grids):
        if cell.data_type == "e":
            found[sheet][place] = Unseen(error=str(cell.value or "#ERROR!"))
        elif cell.data_type == "f":
            formulas[sheet, place] = _formula(cell.value)
    if not formulas:
        return found
    for sheet, place, cell in _blanks(_load(data, read_only=True, data_only=True), grids):  # their stored results
        formula = formulas.get((sheet, place), "")
        if cell.data_type == "e":
            found[sheet][place] = Unseen(error=str(cell.value or "#ERROR!"))
        elif formula and cell.value is None and cell.data_type != "str":  # str: calculated, to an empty text
            found[sheet][place] = Unseen(formula=formula)
    return found


def _blanks(book: Workbook, grids: Sequence[Grid]) -> Iterator[tuple[str, tuple[int, int], Any]]:
    """The cells that openpyxl knows and the grids have blank."""
    for grid in grids:
        width = max(map(len, grid.cells), default=0)
        if not width or grid.name not in book.sheetnames:
            continue
        sheet: Any = book[grid.name]
        # What stands below the cells may not be to openpyxl's liking: what was found until then counts.
        with suppress(Exception), warnings.catch_warnings(action="ignore"):
            sheet.reset_dimensions()
            for row, cells in enumerate(sheet.iter_rows(max_row=len(grid.cells), max_col=width)):
                for column, cell in enumerate(cells):
                    if cell is not EMPTY_CELL and grid.at(row, column) in ("", None):
                        yield grid.name, (row, column), cell


def _formula(value: object) -> str:
    """As ``=C5+D5``; openpyxl has array formulas as objects. Empty where it is of another kind."""
    text = getattr(value, "text", value)
    body = text.lstrip("=").strip() if isinstance(text, str) else ""
    return f"={body}" if body else ""


def read_xlsx(data: bytes) -> tuple[Grid, ...]:
    """All worksheets. It fills merged ranges cell by cell, so it runs in the child process only.

    Raises:
        FileProblem: F001 where openpyxl sees no sheet. Whatever else goes wrong leaves as it is.
    """
    book = _load(data, data_only=True)
    if not book.worksheets:
        raise damaged()
    return tuple(
        Grid(
            name=sheet.title,
            cells=tuple([_shown(cell) for cell in row] for row in sheet.iter_rows()),
            hidden=sheet.sheet_state != "visible",
            merges=tuple(
                Box(box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1)
                for box in sheet.merged_cells.ranges
            ),
        )
        for sheet in book.worksheets
    )


def read_sparse(data: bytes) -> tuple[Grid, ...]:
    """The same of a few cells far from one another: what is held is the cells, not the rectangle around them all.

    Merged ranges are not known in this mode.
    """
    book = _load(data, read_only=True, data_only=True)
    grids = []
    for title in book.sheetnames:
        sheet: Any = book[title]
        sheet.reset_dimensions()
        cells = tuple([_shown(cell) for cell in row] for row in sheet.rows)
        grids.append(Grid(title, cells, sheet.sheet_state != "visible"))
    if not grids:
        raise damaged()
    return tuple(grids)


def _load(data: bytes, **options: bool) -> Workbook:
    with warnings.catch_warnings(action="ignore"):  # it warns on stderr of what it leaves out
        return load_workbook(BytesIO(data), keep_links=False, **options)


def _shown(cell: Any) -> Cell:
    """A cell as the fast reader would give it: blank where an error stands."""
    value = cell.value
    known = isinstance(value, str | int | float | datetime | date | time | timedelta)
    return value if known and cell.data_type != "e" else ""
