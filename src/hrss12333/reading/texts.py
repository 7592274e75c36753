"""Every text that stands in a file or around it, beside the form's own words: what the judge of doubt and the account read.

Values are no texts: what a cell of the form says is read as its answer. What it says beyond that (a region's name with
brackets, 备注) is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.document_marks import REMARK
from hrss12333.model.filing import Place, Row, Table
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import Explained, own_words
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.reading.grid import Book, Box, comments_of
from hrss12333.reading.layout.sheets import is_change_list, is_own_sheet, last_year_column
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
    """The names of a file and of the folders and archives that it lies in, from the inside out, and the mail's words.

    Args:
        name: Path within what was given.
        mail: Words of the mail that it came with.
    """
    *outer, own = name.replace("\\", "/").lstrip("/").split("/")
    yield Text(TextKind.FILE, own.rpartition(".")[0] or own)
    for part in reversed(outer):
        stem, _, extension = part.rpartition(".")
        boxed = extension.lower() in CONTAINERS
        yield Text(TextKind.ARCHIVE if boxed else TextKind.FOLDER, stem if boxed else part)
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
    own, paragraphs = own_words(tuple(dict.fromkeys(table.form for table in tables))), dict[str, None]()
    for found in sheets:
        grid = found.grid
        if is_change_list(grid):
            continue
        paragraphs |= dict.fromkeys((*grid.before, *grid.after))
        if grid.name in passed_over or is_own_sheet(book, grid):
            continue
        sheet = _SheetTexts(found, by_sheet.get(grid.name, ()))
        for text in (*sheet.cells(), *sheet.comments()):
            if said := own.beyond(text.text, year):
                yield text if said == text.text else replace(text, text=said)
    yield from (Text(TextKind.PARAGRAPH, said) for paragraph in paragraphs if (said := own.beyond(paragraph, year)))


class _Frame(Struct, frozen=True):
    """Where the headings of a table stand; rows and columns from 1, exchanged where it is turned."""

    turned: bool
    top: int
    bottom: int
    columns: Mapping[int, str]
    """Sheet column → field key."""

    def at(self, place: Place) -> tuple[int, int]:
        """Row and column of the table."""
        return (place.column, place.row) if self.turned else (place.row, place.column)


@lru_cache(maxsize=256)
def _frame(headings: tuple[tuple[str, Place], ...]) -> _Frame:
    turned = len({place.row for _, place in headings}) > len({place.column for _, place in headings})
    heads = [(key, place.column, place.row) if turned else (key, place.row, place.column) for key, place in headings]
    rows = [row for _, row, _ in heads]
    return _Frame(turned, min(rows), max(rows), {column: key for key, _, column in heads})


class _Extent(Struct):
    """A table as it stands in its sheet."""

    table: Table
    frame: _Frame
    rows: dict[int, Row]
    """Sheet row → row of data."""
    silent: frozenset[int]
    """Rows of the form that are no data: 样例, 合计, concealed ones."""
    told: frozenset[Place]
    """Where what is told of begins: rows that were left out, columns renamed."""

    @property
    def last(self) -> int:
        """The last row that is the form's."""
        return max((self.frame.bottom, *self.rows, *self.silent))


def _extent(table: Table) -> _Extent:
    frame = _frame(tuple(table.headings.items()))
    others = [*table.samples, *filter(None, [table.total]), *filter(None, (item.row for item in table.concealed))]
    rows = {frame.at(row.place)[0]: row for row in table.rows if row.place.sheet == table.sheet}
    silent = frozenset([frame.at(row.place)[0] for row in others])
    return _Extent(table, frame, rows, silent, frozenset([aside.place for aside in table.asides]))


class _SheetTexts:
    """One sheet with the tables that stand in it."""

    def __init__(self, found: Explained, tables: Sequence[Table]) -> None:
        self._found, self._grid = found, found.grid
        self._extents = [_extent(table) for table in tables if table.headings]

    def cells(self) -> Iterator[Text]:
        """What stands in cells, but for last year's figures beside a blank form."""
        end, checking = last_year_column(self._grid), self._found.checking
        for row, column, text in sorted(self._found.texts):
            said = visible(text)
            if (
                len(said) >= _SHORTEST
                and column not in checking
                and TO_FILL not in said
                and (end is None or column < end)
            ):
                yield from self._texts_of_cell(Place(self._grid.name, row + 1, column + 1), said)

    def _texts_of_cell(self, place: Place, text: str) -> Iterator[Text]:
        extent = self._nearest(place)
        if extent is None:
            if sum(not is_blank(cell) for cell in self._grid.cells[place.row - 1]) <= _FEW_CELLS:
                yield Text(TextKind.CELL, text, place, place.sheet)
            return
        frame, form = extent.frame, extent.table.form
        row, column = frame.at(place)
        data, key = extent.rows.get(row), frame.columns.get(column)
        asked = form.by_key[key] if key else None
        if data is not None:
            if asked is None or (asked is form.region and _says_more(text, data.region)):
                yield Text(TextKind.CELL, text, place, place.sheet, form.key, data.region)
            elif asked.kind is Kind.TEXT:
                for shared in self._sharing(extent, place):
                    yield Text(TextKind.REMARK, text, place, place.sheet, form.key, shared.region)
        elif place.row - 1 in self._found.heads or place in extent.told:
            return
        elif row in extent.silent:
            if asked is None or asked.kind is Kind.TEXT:
                yield Text(TextKind.CELL, text, place, place.sheet, form.key)
        elif row < frame.top:
            title = form.title in re.sub(r"\s+", "", text)
            yield Text(TextKind.TITLE if title else TextKind.ABOVE, text, place, place.sheet, form.key)
        elif row > frame.bottom:
            kind = TextKind.BELOW if row > extent.last else TextKind.CELL
            yield Text(kind, text, place, place.sheet, form.key)

    @cached_property
    def _boxes(self) -> dict[tuple[int, int], Box]:
        """Merged ranges by the cell that they begin with."""
        return {(box.top, box.left): box for box in self._grid.merges}

    def _sharing(self, extent: _Extent, place: Place) -> Iterator[Row]:
        """The rows that a cell stands in: all of its merged range."""
        at = place.row - 1, place.column - 1
        box = self._boxes.get(at, Box(*at, *at))
        first, last = extent.frame.at(place)[0], extent.frame.at(Place(place.sheet, box.bottom + 1, box.right + 1))[0]
        return (row for number, row in extent.rows.items() if first <= number <= last)

    def _nearest(self, place: Place) -> _Extent | None:
        """The table that a cell belongs to: the one whose rows it stands beside, else the one above it, else below."""
        extents = self._extents
        if len(extents) <= 1:
            return extents[0] if extents else None

        def distance(extent: _Extent) -> tuple[int, int]:
            row, column = extent.frame.at(place)
            return max(extent.frame.top - row, row - extent.last, 0), min(
                abs(column - own) for own in extent.frame.columns
            )

        return min(extents, key=distance)

    def comments(self) -> Iterator[Text]:
        """Comments and text boxes: at the cell that each is fixed to, or once at a column where many cells have the same."""
        if not self._grid.marks:
            return
        boxes = {at: mark.box for at, mark in self._grid.marks.items() if mark.box}
        for kind, found in ((TextKind.COMMENT, comments_of(self._grid)), (TextKind.BOX, boxes)):
            same: dict[str, list[Place]] = defaultdict(list)
            for (row, column), comment in found.items():
                text = _OWN_REMARK.split(_AUTHOR.sub("", comment, count=1))[0].strip()
                same[text].append(Place(self._grid.name, row + 1, column + 1))
            for text, places in same.items():
                if not text:
                    continue
                if len(places) > _FEW_CELLS and len(text) > _LONGEST_MARK:
                    yield self._on_column(kind, text, places)
                else:
                    yield from (self._fixed(kind, text, place) for place in places)

    def _fixed(self, kind: TextKind, text: str, place: Place) -> Text:
        """A comment on one cell."""
        for extent in self._extents:
            row, column = extent.frame.at(place)
            data, key = extent.rows.get(row), extent.frame.columns.get(column)
            field = None if key == extent.table.form.region.key else key
            if data is not None or (key and extent.frame.top <= row <= extent.frame.bottom):
                region = data.region if data else None
                return Text(kind, text, place, place.sheet, extent.table.form.key, region, field)
        return Text(kind, text, place, place.sheet)

    def _on_column(self, kind: TextKind, text: str, places: Sequence[Place]) -> Text:
        """A comment that many cells have."""
        fixed = [self._fixed(kind, text, place) for place in places]
        fields = {item.field for item in fixed}
        return Text(
            kind, text, places[0], places[0].sheet, fixed[0].form, None, fields.pop() if len(fields) == 1 else None
        )


def _says_more(name: str, region: str | None) -> bool:
    """Whether a name as written may say more than the region that it was taken for."""
    return name != region and (not name.isalpha() or len(name) > len(region or ""))
