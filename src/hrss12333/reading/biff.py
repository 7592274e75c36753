"""The records of an old workbook (.xls): what the fast reader does not tell of them. Runs in the child process only.

Sources: MS-XLS (records BoundSheet8, FilePass, Header, Footer, SupBook, BoolErr, Formula; 2.5.10 for the errors); xlrd for workbooks of Excel 4 and older.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hrss12333.reading.grid import Box, Cell, Grid
from hrss12333.reading.guard import plain_footer
from hrss12333.reading.package import damaged

_MOST_RECORDS = 2_000_000
_FILEPASS, _HEADER, _FOOTER, _SUPBOOK, _BOUNDSHEET = 0x002F, 0x0014, 0x0015, 0x01AE, 0x0085
_FORMULA, _BOOLERR = 0x0006, 0x0205
_BOF = (0x0009, 0x0209, 0x0409, 0x0809)
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Error codes of .xls and .xlsb."""

_INTERNAL = (b"\x01\x04", b"\x01\x3a")  # this workbook itself, or an add-in


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Offsets, ids and data of the records, as far as they go."""
    position = 0
    for _ in range(_MOST_RECORDS):
        if position + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<HH", stream, position)
        yield position, kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def is_old(stream: bytes) -> bool:
    """Whether it is of Excel 4 or older, which the fast reader refuses."""
    return len(stream) > 4 and struct.unpack_from("<H", stream)[0] in _BOF[:3]


def notes(stream: bytes) -> dict[str, Any]:
    """Encryption, footers, external links and error cells of a workbook stream.

    Errors are one list a worksheet, in the order of the sheets: (row, column, error), counted from 0.
    """
    footers: list[str] = []
    encrypted = external = False
    sheets: dict[int, list[tuple[int, int, str]]] = {}  # by the offset at which they begin
    current: list[tuple[int, int, str]] = []
    for position, kind, data in records(stream):
        if kind == _FILEPASS:
            encrypted = True
            break  # what follows is cipher text
        if kind == _BOUNDSHEET and len(data) >= 6:
            offset, _, sheet_kind = struct.unpack_from("<IBB", data)
            if sheet_kind == 0:
                sheets[offset] = []
        elif kind in _BOF:
            current = sheets.get(position, current)
        elif kind in (_HEADER, _FOOTER) and (text := _text(data)):
            footers.append(plain_footer(text))
        elif kind == _SUPBOOK and data[2:4] not in _INTERNAL:
            external = True
        elif kind in (_BOOLERR, _FORMULA) and (error := _error(kind, data)):
            current.append((*struct.unpack_from("<HH", data), error))
    return {
        "encrypted": encrypted,
        "footers": list(dict.fromkeys(footers)),
        "external_links": external,
        "errors": list(sheets.values()),
    }


def _error(kind: int, data: bytes) -> str:
    """The error that a cell shows; empty for any other."""
    if kind == _BOOLERR:
        code = data[6] if len(data) >= 8 and data[7] else None
    else:
        code = data[8] if len(data) >= 14 and data[6] == 2 and data[12:14] == b"\xff\xff" else None
    return "" if code is None else ERRORS.get(code, "#ERROR!")


def _text(data: bytes) -> str:
    """An XLUnicodeString of BIFF8; of older files, whose code page is not known here, nothing."""
    if len(data) < 4:
        return ""
    length, flags = struct.unpack_from("<HB", data)
    wide = flags & 1
    if flags & ~1 or len(data) != 3 + length * (2 if wide else 1):
        return ""
    return data[3:].decode("utf-16-le" if wide else "latin-1", "replace")


def read_old_grids(data: bytes) -> tuple[Grid, ...]:
    """All worksheets of a workbook of Excel 4 or older, by xlrd.

    Raises:
        FileProblem: F001 where xlrd cannot read it.
    """
    import xlrd

    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            book = xlrd.open_workbook(file_contents=data, logfile=nowhere)
    except Exception as error:
        raise damaged() from error

    def value(cell: Any) -> Cell:
        if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
            return ""
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)  # type: ignore[no-any-return]
            except (xlrd.xldate.XLDateError, OverflowError, ValueError):
                return float(cell.value)
        return cell.value  # type: ignore[no-any-return]

    return tuple(
        Grid(
            name=sheet.name,
            cells=tuple([value(cell) for cell in row] for row in sheet.get_rows()),
            hidden=sheet.visibility != 0,
            merges=tuple(Box(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        )
        for sheet in book.sheets()
    )
