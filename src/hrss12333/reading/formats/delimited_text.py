"""Tables as text: comma-separated (.csv) or with tabs, as spreadsheets save and copy them, by whatever name."""

from __future__ import annotations

import csv
from io import StringIO

from hrss12333.model.document_marks import OUTPUT_CATEGORY, OWN_HEADINGS
from hrss12333.reading.files.file_type import END_OF_FILE, cannot_read
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.formats.plain_text import decoded, typed
from hrss12333.reading.grid import Book, Cell, Grid

_DELIMITERS = "\t,;，|"
_MOST_CELLS = 1_000_000
_HEAD = 50
"""Lines from which the delimiter is guessed."""


def read_text(data: bytes) -> Book:
    """The one table of a text file.

    Raises:
        FileProblem: F001 where it is no text, F003 where it is one without columns, F004 where it is too large.
    """
    text = decoded(data).rstrip(END_OF_FILE.decode())
    if "\0" in text:
        raise damaged()
    head = text.splitlines()[:_HEAD]
    delimiter = max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in head))
    if sum(delimiter in line for line in head) < 2:
        raise cannot_read("text")
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells += len(line)
            if cells > _MOST_CELLS:
                raise too_large()
            rows.append([typed(field) for field in line])
    except csv.Error as error:
        raise damaged() from error
    own = bool(rows) and any(heading in rows[0] for heading in OWN_HEADINGS)
    return Book("csv", (Grid("文本", tuple(rows)),), category=OUTPUT_CATEGORY if own else "")
