"""The fast reader: every sheet of a workbook as a grid of cells with physical addresses.

Only what `zip_guard` has let through is read in this process; the rest is read by `child_main`, which uses the same
function. The library is compiled: it holds the interpreter while it works, and its faults are no ordinary exceptions.

An .xlsx whose cells hold nothing but values and formulas with stored figures, as programs write them, is read here, too:
`rich_reader` asks each cell what it is; here a search in the parts shows at once that the answer is nothing, and the values
are taken as a block. A test holds that both read the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_AREA, MAX_AREAS, area_of
from hrss12333.reading.files.package import LOCKED, Package, damaged, packed, refused, too_large, unescaped
from hrss12333.reading.files.zip_guard import Inspected
from hrss12333.reading.grid import At, Box, Cell, FileProblem, Grid, Mark, column_number

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the library makes of a workbook that it refuses into a problem of the file.

    Meanwhile fd 2 is closed to it, to which it writes behind Python's back when it fails.
    """
    with refused(), ExitStack() as stack:
        with suppress(OSError):  # no stderr at all
            kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, 2)
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PasswordError":
                raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
            if type(error).__name__ == "PanicException":  # of pyo3: deliberately no Exception
                raise damaged() from error
            raise


def read_grids(source: bytes | str) -> tuple[Grid, ...]:
    """All worksheets of a workbook; ``source`` is its content or, where the content alone is not recognised, its path."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    grids = []
    areas = 0
    with refusals():
        book = CalamineWorkbook.from_object(source if isinstance(source, str) else BytesIO(source))
        for number, known in enumerate(book.sheets_metadata):
            if known.typ != SheetTypeEnum.WorkSheet:  # a chart, a macro sheet
                continue
            sheet = book.get_sheet_by_index(number)
            area = area_of(sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else 0
            areas += area
            if area > MAX_AREA or areas > MAX_AREAS:
                raise too_large()
            merges = tuple(Box(*first, *last) for first, last in sheet.merged_cell_ranges or ())
            grids.append(Grid(known.name, _rows(sheet), known.visible != SheetVisibleEnum.Visible, merges))
    return tuple(grids)


def _rows(sheet: CalamineSheet) -> tuple[list[Cell], ...]:
    """Rows from row 1 on; a blank row in between is an empty list."""
    blank: list[Cell] = []
    # Rows are counted from row 1, but columns from the first filled.
    padding: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    return without_blank_end([blank if row.count("") == len(row) else [*padding, *row] for row in sheet.iter_rows()])


def without_blank_end(rows: list[list[Cell]]) -> tuple[list[Cell], ...]:
    """The rows up to the last one that holds anything."""
    while rows and rows[-1].count("") == len(rows[-1]):
        rows.pop()
    return tuple(rows)


_IN_CELLS = (b"'", b"hidden", b' ht="0', b'"e"', b" =")
_AROUND_CELLS = (*b"hidden width=\"0 conditionalFormat dataValidation headerFooter :sheetData '".split(), b" =")
_IN_STYLES = (*b'strike rgb indexed theme="0" formatCode numFmtId="9" numFmtId="10" \''.split(), b"<dxf ")
"""What a part holds that may say more: an error, letters of several kinds, something hidden, colours, number formats, a
notation that few programs have."""
_CELL = lazy(rb'<c r="([A-Z]+)(\d+)"(?: s="\d+")?>')
_FORMULA = lazy(rb">([^<]*)</f><v>-?\d+(?:\.\d+)?(?:E[-+]?\d+)?</v></c>")
_MOST = 1_000
"""Formulas of a sheet that are searched for."""


def read_quickly(package: Package, found: Inspected) -> tuple[Grid, ...] | None:
    """All worksheets of a workbook that the guard has let through; None where its cells may say more."""
    parts = found.parts
    if "comment" in package.listing or not _are_plain(parts.get("xl/styles.xml", b"")):
        return None
    if any(b"<rPr" in part for part in parts.values()):
        return None
    marks = {name: _formulas(parts.get(part, b"")) for name, part in found.sheets.items()}
    if None in marks.values():
        return None
    return tuple(replace(grid, marks=marks.get(grid.name) or {}) for grid in read_grids(packed(parts)))


@lru_cache(maxsize=8)  # as they are in every filing that one program wrote
def _are_plain(styles: bytes) -> bool:
    return bool(styles) and not any(sign in styles for sign in _IN_STYLES)


def _formulas(sheet: bytes) -> dict[At, Mark] | None:
    """The formulas of a sheet, None where it may say more."""
    start, end = sheet.find(b"<sheetData"), sheet.rfind(b"</sheetData")
    around = sheet[:start] + sheet[end:]
    if not 0 <= start < end or any(sign in around for sign in _AROUND_CELLS):
        return None
    if any(sheet.find(sign, start, end) >= 0 for sign in _IN_CELLS):
        return None
    pieces = sheet[start:end].split(b"<f", _MOST)
    found: dict[At, Mark] = {}
    for before, behind in pairwise(pieces):
        cell, formula = _CELL.fullmatch(before, before.rfind(b"<c ")), _FORMULA.match(behind)
        if cell is None or formula is None:
            return None
        at = int(cell[2]) - 1, column_number(cell[1].decode())
        found[at] = Mark(formula=f"={unescaped(formula[1])}")
    return found if len(pieces) <= _MOST else None
