"""Text files: their encoding, their numbers, and tables in them, comma-separated (.csv) or with tabs, by whatever name."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from datetime import date
from io import StringIO

from hrss12333.model.document_marks import OUTPUT_CATEGORY, OWN_HEADINGS
from hrss12333.patterns import lazy
from hrss12333.reading.files.file_type import END_OF_FILE, cannot_read
from hrss12333.reading.files.package import damaged, refused, too_large
from hrss12333.reading.formats.sheet_builder import Room
from hrss12333.reading.grid import Book, Cell, Grid

MAX_TEXT = 16 * 2**20
"""Bytes of a table that is sent as text; a filing has some thousands."""

_DELIMITERS = "\t,;，|"
_HEAD = 50
"""Lines from which the delimiter is guessed."""
_WHOLE_NUMBER = lazy(r"-?(?:0|[1-9]\d{0,14})")
_GUARDED = lazy(r'="([^"]*)"')
_ISO_DAY = lazy(r"((?:19|20)\d\d)([-/])(\d{1,2})\2(\d{1,2})")
_DECIMAL = lazy(r"-?(?:0|[1-9]\d{0,14})\.\d{1,12}")
_DECLARED = lazy(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
_CHINESE = {"gb2312", "gbk", "gb18030", "x-gbk", "cp936"}


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or a Chinese encoding."""
    if len(data) > MAX_TEXT:
        raise too_large()
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _DECLARED.search(data[:2048])
    name = declared[1].decode().lower() if declared else ""
    # What it declares may be wrong; but what is UTF-8 throughout is seldom anything else.
    for encoding in ("utf-8", "gb18030", *(["big5"] if name == "big5" else ())):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    if name in _CHINESE:
        return data.decode("gb18030", "replace")
    raise damaged()


def typed(text: str) -> Cell:
    """The text, or the number or the day that a spreadsheet would take it for; None where it is blank."""
    bare = text.strip()
    if guarded := _GUARDED.fullmatch(bare):  # ="00123", as programs write what a spreadsheet must leave alone
        bare = text = guarded[1]
    if not bare:
        return None
    if _WHOLE_NUMBER.fullmatch(bare):
        return int(bare)
    if day := _ISO_DAY.fullmatch(bare):
        with suppress(ValueError):  # no such day
            return date(int(day[1]), int(day[3]), int(day[4]))
    return float(bare) if _DECIMAL.fullmatch(bare) else text


def read_text(data: bytes) -> Book:
    """The one table of a text file."""
    text = decoded(data).rstrip(END_OF_FILE.decode())
    if "\0" in text:
        raise damaged()
    head = text.splitlines()[:_HEAD]
    delimiter = max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in head))
    if sum(delimiter in line for line in head) < 2:
        raise cannot_read("text")
    rows: list[list[Cell]] = []
    room = Room()
    with refused():
        for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            room.take(cells=len(line))
            rows.append([typed(field) for field in line])
    own = bool(rows) and any(heading in rows[0] for heading in OWN_HEADINGS)
    return Book("csv", (Grid("文本", tuple(rows)),), category=OUTPUT_CATEGORY if own else "", parted=True)
