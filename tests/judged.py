"""A book as a filing whose texts were judged, as `reading.documents` makes it of a file."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.model.filing import Filing
from hrss12333.model.text import Text
from hrss12333.reading.account.explained import explained
from hrss12333.reading.doubt.judge import with_doubts
from hrss12333.reading.filings import texts_around, texts_within
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.tables import read_tables
from printed_2019 import EDITION


def judged(*grids: Grid, name: str = "f.xlsx", mail: Sequence[Text] = ()) -> Filing:
    """The filing that sheets make."""
    book = Book("xlsx", grids)
    owned = read_tables(book, name, EDITION)[1]
    sheets = explained(book, owned, EDITION)
    tables = tuple(table for table, _ in owned)
    unit = next((unit for _, unit in owned if unit), None)
    filing = Filing(name, unit, tables, texts=(*texts_around(name, mail), *texts_within(book, sheets, tables)))
    return with_doubts(filing, filing.texts, EDITION.year)


def doubted(filing: Filing) -> set[tuple[str | None, tuple[str, ...]]]:
    """Region, or None for a table or file, and fields of each doubt."""
    rows = {row.place: row.region for table in filing.tables for row in table.rows}
    return {(rows.get(doubt.row) if doubt.row else None, doubt.fields) for doubt in filing.doubts}
