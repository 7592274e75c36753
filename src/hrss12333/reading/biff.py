"""The records of an old workbook (.xls): what the fast reader does not tell of them. Runs in the child process only.

Sources: MS-XLS (records FilePass, Header, Footer, SupBook); xlrd for workbooks of Excel 4 and older.
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
_FILEPASS, _HEADER, _FOOTER, _SUPBOOK = 0x002F, 0x0014, 0x0015, 0x01AE
_BOF = (0x0009, 0x0209, 0x0409, 0x0809)
_INTERNAL = (b"\x01\x04", b"\x01\x3a")  # this workbook itself, or an add-in


def records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Record ids with their data, as far as they go."""
    position = 0
    for _ in range(_MOST_RECORDS):
        if position + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def is_old(stream: bytes) -> bool:
    """Whether it is of Excel 4 or older, which the fast reader refuses."""
    return len(stream) > 4 and struct.unpack_from("<H", stream)[0] in _BOF[:3]


def notes(stream: bytes) -> dict[str, Any]:
    """Encryption, footers and external links of a workbook stream."""
    footers: list[str] = []
    encrypted = external = False
    for kind, data in records(stream):
        if kind == _FILEPASS:
            encrypted = True
            break  # what follows is cipher text
        if kind in (_HEADER, _FOOTER) and (text := _text(data)):
            footers.append(plain_footer(text))
        elif kind == _SUPBOOK and data[2:4] not in _INTERNAL:
            external = True
    return {"encrypted": encrypted, "footers": list(dict.fromkeys(footers)), "external_links": external}


def _text(data: bytes) -> str:
    """An XLUnicodeString of BIFF8; of older files, whose code page is not known here, nothing."""
    if len(data) < 4:
        return ""
    length, flags = struct.unpack_from("<HB", data)
    wide = flags & 1
    if flags & ~1 or len(data) != 3 + length * (2 if wide else 1):
        return ""
    return data[3:].decode("utf-16-le" if wide else "latin-1", "replace")


def _open(data: bytes, *, formatting: bool) -> Any:
    import xlrd

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        return xlrd.open_workbook(file_contents=data, formatting_info=formatting, logfile=nowhere)


def read_old_grids(data: bytes) -> tuple[Grid, ...]:
    """All worksheets of a workbook, by xlrd.

    Raises:
        FileProblem: F001 where xlrd cannot read it.
    """
    import xlrd

    try:
        book = _open(data, formatting=False)
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


def error_cells(data: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Sheet name → (row, column, error), counted from 0: the fast reader shows blanks there."""
    import xlrd

    book = _open(data, formatting=False)
    found = {}
    for sheet in book.sheets():
        found[sheet.name] = [
            (row, column, xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
            for row, cells in enumerate(sheet.get_rows())
            for column, cell in enumerate(cells)
            if cell.ctype == xlrd.XL_CELL_ERROR
        ]
    return found
