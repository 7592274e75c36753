"""Binary workbooks of old (.xls, .et), in the OLE container or older than that: always in the child process."""

from __future__ import annotations

from hrss12333.reading.files.bounds import leave_to_child
from hrss12333.reading.grid import Book


def read_xls(data: bytes) -> Book:
    """A workbook of Excel 97 or older.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 another kind of OLE file, F004 over the limits.
    """
    leave_to_child()
    if not data.startswith(b"\xd0\xcf"):
        from hrss12333.reading.formats import xlrd_reader

        return Book("xls", xlrd_reader.read_xls(data))
    from hrss12333.reading.files.ole import read_ole

    return read_ole(data)
