"""Old binary workbooks made record by record: an .xls in its OLE container.

LibreOffice writes .xls too, but not where it is missing, and not the same bytes each time.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import xlsxwriter

Content = float | str | bool | Exception | None
"""A cell: an Exception is an error cell with that text, one of `ERRORS`."""

ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def bytes_of(made: Any) -> bytes:
    """What a library's new document is as a file; a workbook of XlsxWriter's knows itself where it is written."""
    if isinstance(made, xlsxwriter.Workbook):
        made.close()
        assert isinstance(made.filename, io.BytesIO)
        return made.filename.getvalue()
    made.save(out := io.BytesIO())
    return out.getvalue()


def record(kind: int, data: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 0x06))


def _wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _biff_cell(row: int, column: int, value: Content) -> bytes:
    where = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bool):
        return record(0x0205, where + struct.pack("<BB", value, 0))
    if isinstance(value, Exception):
        return record(0x0205, where + struct.pack("<BB", ERRORS[str(value)], 1))
    if isinstance(value, str):
        return record(0x0204, where + _wide(value))
    return b"" if value is None else record(0x0203, where + struct.pack("<d", value))


def biff8(rows: list[list[Content]], *, sheet: str = "表", extra: bytes = b"") -> bytes:
    """A workbook stream of Excel 97 with one sheet; ``extra`` stands among the records of the workbook."""
    cells = b"".join(_biff_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    body = _bof(0x0010) + cells + record(0x000A)
    name = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    head = _bof(0x0005) + record(0x0042, struct.pack("<H", 1200)) + extra
    offset = len(head) + len(record(0x0085, bytes(6) + name)) + len(record(0x000A))
    return head + record(0x0085, struct.pack("<IBB", offset, 0, 0) + name) + record(0x000A) + body


def biff2() -> bytes:
    """A worksheet of Excel 2: no container, one sheet without a name; A1 = 12.5."""
    cell = struct.pack("<HH3sd", 0, 0, b"\0\0\0", 12.5)
    return record(0x0009, struct.pack("<HH", 0x0002, 0x0010)) + record(0x0003, cell) + record(0x000A)


def ole(streams: dict[str, bytes], *, loop: bool = False) -> bytes:
    """An OLE file of these streams; with ``loop`` the first sector of the first one is followed by itself."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}  # shorter ones go elsewhere
    fat = [fat_sector, end]  # sector 0: this table; sector 1: the directory
    entries = [_entry("Root Entry", 5, child=1, start=end, size=0)]
    body = b""
    for number, (name, data) in enumerate(padded.items(), 1):
        start, count = len(fat), -(-len(data) // 512)
        fat += [*range(start + 1, start + count), end]
        if loop and number == 1:
            fat[start] = start
        right = number + 1 if number < len(padded) else free
        entries.append(_entry(name, 2, right=right, start=start, size=len(data)))
        body += data.ljust(count * 512, b"\0")
    assert len(fat) <= 128, "one sector of the table is enough for a test"
    assert len(entries) <= 4, "so is one of the directory"
    header = struct.pack("<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
                         0, 1, 1, 0, 4096, end, 0, end, 0, 0)  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + table + b"".join(entries).ljust(512, b"\0") + body


def _entry(name: str, kind: int, *, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", raw, len(raw), kind, 1, 0xFFFFFFFF, right, child, b"", 0, 0, 0, start, size
    )


def xls(rows: list[list[Content]]) -> bytes:
    """An .xls of Excel 97."""
    return ole({"Workbook": biff8(rows)})


def xlsb() -> bytes:
    """The one part of an .xlsb that tells what it is."""
    with zipfile.ZipFile(out := io.BytesIO(), "w") as package:
        package.writestr("xl/workbook.bin", b"x")
    return out.getvalue()
