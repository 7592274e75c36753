"""Binary workbooks of old (.xls, .et), in the OLE container or older than that: always in the child process."""

from __future__ import annotations

from datetime import datetime

from hrss12333.reading.files.child_answers import decode_grids, decode_unseen
from hrss12333.reading.files.child_process import in_child
from hrss12333.reading.formats.unseen_cells import unseen_finder
from hrss12333.reading.grid import Book


def read_xls(data: bytes) -> Book:
    """A workbook of Excel 97 or older.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 another kind of OLE file, F004 over the limits.
    """
    answer = in_child("ole" if data.startswith(b"\xd0\xcf") else "biff", data)
    saved = answer.get("saved")
    grids = decode_grids(answer["grids"])
    return Book(
        format="xls",
        grids=grids,
        unseen_in=unseen_finder("xls", data, grids, odd=True, known=decode_unseen(answer.get("stale", []))),
        saved=datetime.fromisoformat(saved) if saved else None,
        macros=bool(answer.get("macros")),
        category=str(answer.get("category", "")),
    )
