"""The very hidden sheet of keys: what stands in which column of the sheets that a later merge reads back.

Headings are words of one year's forms. Another edition finds its figures here by field key.
"""

from __future__ import annotations

from typing import Any

from hrss12333.writing.national.book import Book

SCHEMA = "hrss12333.national/1"
TITLES = ("sheet", "column", "key", "heading")


def write_keys(book: Book, sheet: Any) -> None:
    """Fill the sheet: its schema and the year, then a line a column, counted from 1."""
    sheet.very_hidden()
    sheet.write_string(0, 0, SCHEMA)
    sheet.write_number(0, 1, book.year)
    for at, title in enumerate(TITLES):
        sheet.write_string(1, at, title)
    lines = [(name, number, c) for name, columns in book.keys.items() for number, c in enumerate(columns, 1)]
    for row, (name, number, column) in enumerate(lines, 2):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, number)
        sheet.write_string(row, 2, column.key)
        sheet.write_string(row, 3, column.heading)
