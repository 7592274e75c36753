"""The fast reader: every sheet of a workbook as a grid of cells with physical addresses.

Only what `zip_guard` has let through is read in this process; the rest is read by `child_main`, which uses the same
function. The library is compiled: it holds the interpreter while it works, and its faults are no ordinary exceptions.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, cast

from hrss12333.model.problem import Problem
from hrss12333.reading.files.bounds import out_of_memory
from hrss12333.reading.files.package import LOCKED, damaged, too_large
from hrss12333.reading.grid import Box, Cell, FileProblem, Grid

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MAX_AREA = 28_000_000
"""Rows × columns of a sheet up to its last filled cell: a stray blank typed in the last row of A:Z still passes."""

MAX_AREAS = 2 * MAX_AREA
"""The same for all sheets together."""

_NARROWEST = 8
"""Columns for which a row counts at least: a blank one costs its reader time, too."""

_DENSE = 1_000
"""Areas up to this size are taken at once, larger ones row by row, so that blank rows are never held."""


def area_of(rows: int, columns: int) -> int:
    """What a sheet of so many rows and columns counts for."""
    return rows * max(columns, _NARROWEST)


@contextmanager
def _silence() -> Iterator[None]:
    """Close fd 2 to a library that writes to it behind Python's back when it fails."""
    try:
        kept = os.dup(2)
    except OSError:  # no stderr at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the library makes of a workbook that it refuses into a problem of the file.

    Raises:
        FileProblem: F001 where it cannot be read, F002 where it is encrypted, F004 where it is too large.
    """
    try:
        with _silence():
            yield
    except FileProblem:
        raise
    except MemoryError as error:
        raise out_of_memory() from error
    except Exception as error:
        if type(error).__name__ == "PasswordError":
            raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of pyo3: deliberately no Exception
            raise damaged() from error
        raise


def read_grids(source: bytes | str) -> tuple[Grid, ...]:
    """All worksheets of a workbook; ``source`` is its content or, where the content alone is not recognised, its path.

    Raises:
        FileProblem: F001 where it cannot be read, F002 where it is encrypted, F004 where it is too large.
    """
    from python_calamine import CalamineWorkbook

    with refusals():
        if isinstance(source, str):
            return _worksheets(CalamineWorkbook.from_path(source))
        return _worksheets(CalamineWorkbook.from_filelike(BytesIO(source)))


def _worksheets(workbook: CalamineWorkbook) -> tuple[Grid, ...]:
    """The grids of a workbook's sheets; charts and macro sheets are none."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    grids = []
    area = 0
    for number, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        content = workbook.get_sheet_by_index(number)
        area += _area(content)
        if area > MAX_AREAS:
            raise too_large()
        grids.append(
            Grid(
                name=sheet.name,
                cells=_rows(content),
                hidden=sheet.visible != SheetVisibleEnum.Visible,
                merges=tuple(
                    Box(top, left, bottom, right) for (top, left), (bottom, right) in content.merged_cell_ranges or ()
                ),
            )
        )
    return tuple(grids)


def _area(sheet: CalamineSheet) -> int:
    """Cells from A1 to the last filled one."""
    if sheet.end is None:
        return 0
    area = area_of(sheet.end[0] + 1, sheet.end[1] + 1)
    if area > MAX_AREA:
        raise too_large()
    return area


def _rows(sheet: CalamineSheet) -> tuple[list[Cell], ...]:
    """Rows from row 1 on, without the blank rows at the end; a blank row in between is an empty list."""
    if sheet.start is None:
        return ()
    if _area(sheet) <= _DENSE:
        rows = cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
    else:
        blank: list[Cell] = []
        padding: list[Cell] = [""] * sheet.start[1]  # rows are counted from row 1, but columns from the first filled
        rows = [blank if row.count("") == len(row) else [*padding, *row] for row in sheet.iter_rows()]
    while rows and rows[-1].count("") == len(rows[-1]):
        rows.pop()
    return tuple(rows)
