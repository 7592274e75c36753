"""Stores in the workbook's properties what stands in which column of the sheets that a later merge reads back."""

from __future__ import annotations

from hrss12333.model.column_keys import ColumnKeys, StoredColumn, properties
from hrss12333.writing.national.book import Book


def store_keys(book: Book) -> None:
    """Write a custom property a column."""
    sheets = {
        name: tuple(StoredColumn(number, column.key, column.heading) for number, column in enumerate(columns, 1))
        for name, columns in book.keys.items()
    }
    for name, value in properties(ColumnKeys(book.year, sheets, book.national.of.name if book.national.of else "")):
        book.workbook.set_custom_property(name, value, "text")
