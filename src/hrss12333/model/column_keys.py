"""What is in which column of the national workbook, kept by field key in the workbook's own properties.

Headings are words of one year's forms; another edition finds its figures by key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

SCHEMA = "hrss12333.national/1"
_SCHEMA_NAME = "schema"
_YEAR_NAME = "year"
_UNIT_NAME = "unit"
_LONGEST = 255
"""Characters that Excel allows in a property."""


class StoredColumn(NamedTuple):
    """A column of a sheet, counted from 1."""

    number: int
    key: str
    heading: str


class ColumnKeys(NamedTuple):
    """The year that a workbook reports on, its columns by sheet, and whose it is."""

    year: int
    sheets: dict[str, tuple[StoredColumn, ...]]
    unit: str = ""
    """Official name of the unit whose cities are listed; empty where units are."""


def properties(stored: ColumnKeys) -> Iterator[tuple[str, str]]:
    """Names and values of the custom properties that hold the keys."""
    yield _SCHEMA_NAME, SCHEMA
    yield _YEAR_NAME, str(stored.year)
    if stored.unit:
        yield _UNIT_NAME, stored.unit
    for sheet, columns in stored.sheets.items():
        for column in columns:
            yield f"{sheet}!{column.number}", f"{column.key} {column.heading}"[:_LONGEST]


def from_properties(given: Mapping[str, str]) -> ColumnKeys | None:
    """The keys again; None where the workbook stores none (version 1.0.0 did not)."""
    if given.get(_SCHEMA_NAME) != SCHEMA or not given.get(_YEAR_NAME, "").isdecimal():
        return None
    sheets: dict[str, list[StoredColumn]] = {}
    for name, value in given.items():
        sheet, mark, number = name.rpartition("!")
        if mark and number.isdecimal():
            key, _, heading = value.partition(" ")
            sheets.setdefault(sheet, []).append(StoredColumn(int(number), key, heading))
    found = {sheet: tuple(sorted(columns)) for sheet, columns in sheets.items()}
    return ColumnKeys(int(given[_YEAR_NAME]), found, given.get(_UNIT_NAME, ""))
