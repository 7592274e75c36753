"""Every text that is in a file or around it, beside the form's own words: what the judge of doubt and the account read.

Values are no texts: what a cell of the form says is read as its answer. What it says beyond that (a region's name with
brackets, 备注) is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.model.document_marks import REMARK
from hrss12333.model.filing import Place, Table
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import Explained, is_turned, rows_left_out, without_printed
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.reading.grid import Book, Box
from hrss12333.reading.values.cell_text import is_blank, visible
from hrss12333.survey.frame import TO_FILL
from hrss12333.survey.schema import Kind

_SHORTEST = 2
"""Letters of a text that says something."""
_FEW_CELLS = 2
"""Filled cells of a row that is a line of text, not a row of a table."""
_LONGEST_MARK = 12
"""Letters up to which a comment that stands on several cells is still said of each of them."""
_AUTHOR = lazy(r"[^\n:：]{1,30}[:：]\n")
"""How Excel begins a comment."""
_OWN_REMARK = lazy(
    re.escape(REMARK).replace(r"\{level\}", r"\w+").replace(r"\{rule\}", r"[A-Z]\d{3}") + r"|^[A-Z]\d{3}\s"
)
"""How a remark begins that an annotated copy of this tool makes, or a clean form."""


def texts_around(name: str, mail: Sequence[Text] = ()) -> Iterator[Text]:
    """The names of a file and of the folders and archives that it lies in, from the inside out, and the mail's words."""
    *outer, own = name.replace("\\", "/").lstrip("/").split("/")
    yield Text(TextKind.FILE, own.rpartition(".")[0] or own)
    for part in reversed(outer):
        stem, _, extension = part.rpartition(".")
        boxed = extension.lower() in CONTAINERS
        named = TextKind.MAIL_NAME if extension.lower() == "eml" else TextKind.ARCHIVE
        yield Text(named if boxed else TextKind.FOLDER, stem if boxed else part)
    yield from mail


def texts_within(book: Book, sheets: Sequence[Explained], tables: Sequence[Table]) -> Iterator[Text]:
    """The texts of a book that holds these tables, beside what is explained of its sheets at sight.

    Sheets that hold another filing's, or a table that was passed over for one of these, are left out.
    """
    yield from (Text(TextKind.PAGE, text) for text in book.footers)
    by_sheet: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_sheet[table.sheet].append(table)
    yield from (Text(TextKind.SHEET, sheet, sheet=sheet) for sheet in by_sheet)
    passed_over = {aside.text for table in tables for aside in table.asides}
    year = next((table.year for table in tables if table.year), None)
    forms, paragraphs, texts = tuple(dict.fromkeys(table.form for table in tables)), dict[str, None](), list[Text]()
    for found in sheets:
        paragraphs |= dict.fromkeys((*found.grid.before, *found.grid.after))
        if found.grid.name not in passed_over:
            sheet = _SheetTexts(found, by_sheet.get(found.grid.name, ()))
            texts += (*sheet.cells(), *sheet.comments())
    for text in (*texts, *(Text(TextKind.PARAGRAPH, paragraph) for paragraph in paragraphs)):
        if beyond := without_printed(text.text, forms, year):
            yield text if beyond == text.text else replace(text, text=beyond)


class _TableExtent:
    """A table as written in its sheet; rows and columns from 1, exchanged where it is turned."""

    def __init__(self, table: Table) -> None:
        self.table, self._turned = table, is_turned(table)
        lines = [self.at(place)[0] for place in table.headings.values()]
        self.top, self.bottom = min(lines), max(lines)
        self.columns = {self.at(place)[1]: key for key, place in table.headings.items()}
        """Sheet column → field key."""
        self.rows = {self.at(row.place)[0]: row for row in table.rows if row.place.sheet == table.sheet}
        self.silent = {self.at(row.place)[0] for row in rows_left_out(table)}
        """Rows of the form that are no data: 样例, 合计, concealed ones."""
        self.reported = {aside.place for aside in table.asides}
        """Where what is reported about begins: rows that were left out, columns renamed."""
        self.last = max((self.bottom, *self.rows, *self.silent))
        """The last row that is the form's."""

    def at(self, place: Place) -> tuple[int, int]:
        """Row and column of the table."""
        return (place.column, place.row) if self._turned else (place.row, place.column)

    def distance(self, place: Place) -> tuple[int, int]:
        """How far from its rows, then from its columns, a cell stands: it belongs to the table whose rows it is beside, else
        to the one above it, else below."""
        row, column = self.at(place)
        return max(self.top - row, row - self.last, 0), min(abs(column - own) for own in self.columns)


class _SheetTexts:
    """One sheet with the tables that are in it."""

    def __init__(self, found: Explained, tables: Sequence[Table]) -> None:
        self._found, self._grid = found, found.grid
        self._extents = [_TableExtent(table) for table in tables if table.headings]
        self._boxes = {(box.top, box.left): box for box in found.grid.merges}

    def cells(self) -> Iterator[Text]:
        """What is in cells."""
        for row, column, text in sorted(self._found.texts):
            words = visible(text)
            if len(words) >= _SHORTEST and column not in self._found.checking and TO_FILL not in words:
                yield from self._texts_of_cell(Place(self._grid.name, row + 1, column + 1), words)

    def _texts_of_cell(self, place: Place, text: str) -> Iterator[Text]:
        extent = min(self._extents, key=lambda extent: extent.distance(place), default=None)
        if extent is None:
            if sum(not is_blank(cell) for cell in self._grid.cells[place.row - 1]) <= _FEW_CELLS:
                yield Text(TextKind.CELL, text, place, place.sheet)
            return
        form, (row, column) = extent.table.form, extent.at(place)
        data, key = extent.rows.get(row), extent.columns.get(column)
        if data is None and (place.row - 1 in self._found.heads or place in extent.reported):
            return
        named_column = form.by_key[key] if key else None
        if row < extent.top:
            title = form.title in re.sub(r"\s+", "", text)
            yield Text(TextKind.TITLE if title else TextKind.ABOVE, text, place, place.sheet, form.key)
        elif data is not None:
            more = not text.isalpha() or len(text) > len(data.region or "")  # than the region that a name was taken for
            if named_column is None or (named_column is form.region and text != data.region and more):
                yield Text(TextKind.CELL, text, place, place.sheet, form.key, data.region)
            elif named_column.kind is Kind.TEXT:
                at = place.row - 1, place.column - 1
                box = self._boxes.get(at, Box(*at, *at))  # all rows of its merged range
                last, _ = extent.at(Place(place.sheet, box.bottom + 1, box.right + 1))
                for shared in (extent.rows[number] for number in extent.rows if row <= number <= last):
                    yield Text(TextKind.REMARK, text, place, place.sheet, form.key, shared.region)
        elif row in extent.silent:
            if named_column is None or named_column.kind is Kind.TEXT:
                yield Text(TextKind.CELL, text, place, place.sheet, form.key)
        elif row > extent.bottom:
            kind = TextKind.BELOW if row > extent.last else TextKind.CELL
            yield Text(kind, text, place, place.sheet, form.key)

    def comments(self) -> Iterator[Text]:
        """Comments and text boxes: at the cell that each is fixed to, or once at a column where many cells have the same."""
        same: dict[tuple[TextKind, str], list[Place]] = defaultdict(list)
        for (row, column), mark in self._grid.marks.items():
            if mark.comment or mark.box:
                place = Place(self._grid.name, row + 1, column + 1)
                words = _OWN_REMARK.split(_AUTHOR.sub("", mark.comment, count=1))[0].strip()
                same[TextKind.COMMENT, words].append(place)
                same[TextKind.BOX, mark.box.strip()].append(place)
        for (kind, text), places in same.items():
            fixed = [self._fixed(kind, text, place) for place in places if text]
            if len(fixed) > _FEW_CELLS and len(text) > _LONGEST_MARK:
                field = fixed[0].field if len({item.field for item in fixed}) == 1 else None
                fixed = [replace(fixed[0], region=None, field=field)]
            yield from fixed

    def _fixed(self, kind: TextKind, text: str, place: Place) -> Text:
        for extent in self._extents:
            row, column = extent.at(place)
            data, key = extent.rows.get(row), extent.columns.get(column)
            form = extent.table.form
            if data is not None or (key and extent.top <= row <= extent.bottom):
                field = None if key == form.region.key else key
                return Text(kind, text, place, place.sheet, form.key, data.region if data else None, field)
        return Text(kind, text, place, place.sheet)
