"""Every text that stands in a file or around it, beside the form's own words: what the judge of doubt and the account read.

Values are no texts: what a cell of the form says is read as its answer. What it says beyond that (a region's name with
brackets, 备注) is one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from hrss12333.model.document_marks import REMARK
from hrss12333.model.filing import Place, Row, Table
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.reading.grid import Book, Grid, comments_of
from hrss12333.reading.layout.sheets import is_own_sheet, without_own_parts
from hrss12333.reading.values.cell_text import as_text, visible
from hrss12333.survey.frame import INSTRUCTIONS, TO_FILL
from hrss12333.survey.schema import Form, Kind

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
_OWN_COLUMNS = frozenset(("自检", "自查", "校验", "审核", "核对", "检查"))
"""Headings of columns that check what the others say."""
_SIGNS = lazy(r"^[\s\d.．、]+(?!\d)|[\s\W_]")


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


def texts_within(book: Book, tables: Sequence[Table]) -> Iterator[Text]:
    """The texts of a book that holds these tables.

    Sheets that hold another filing's, or a table that was passed over for one of these, are left out.
    """
    yield from (Text(TextKind.PAGE, text) for text in book.footers)
    by_sheet: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_sheet[table.sheet].append(table)
    yield from (Text(TextKind.SHEET, sheet, sheet=sheet) for sheet in by_sheet)
    passed_over = {aside.text for table in tables for aside in table.asides}
    forms = tuple(dict.fromkeys(table.form for table in tables))
    year = next((table.year for table in tables if table.year), None)
    own, paragraphs = _form_texts(forms, year), dict[str, None]()
    for grid in without_own_parts(book.grids):
        paragraphs |= dict.fromkeys((*grid.before, *grid.after))
        if grid.name in passed_over or is_own_sheet(book, grid):
            continue
        sheet = _Sheet(grid, by_sheet.get(grid.name, ()), own)
        for text in (*sheet.cells(), *sheet.comments()):
            if said := without_form_text(text.text, forms, year):
                yield text if said == text.text else Text(text.kind, said, *_where(text))
    for paragraph in paragraphs:
        if said := without_form_text(paragraph, forms, year):
            yield Text(TextKind.PARAGRAPH, said)


def _where(text: Text) -> tuple[Place | None, str | None, str | None, str | None, str | None]:
    return text.place, text.sheet, text.form, text.region, text.field


def without_form_text(text: str, forms: tuple[Form, ...], year: int | None) -> str:
    """A text without the lines that the forms print by themselves."""
    own = _form_texts(forms, year)
    if own.holds(text):
        return ""
    if "\n" not in text:
        return text
    return "\n".join(line for line in text.splitlines() if line.strip() and not own.holds(line))


class _FormTexts(dict[str, bool]):
    """What the forms print, without signs and without the numbers of the explanations; whether a text is one of these is
    remembered, for every file has them."""

    def __init__(self, texts: frozenset[str]) -> None:
        super().__init__()
        self._bare = texts

    def holds(self, text: str) -> bool:
        """Whether the forms print this text."""
        if text in self:
            return self[text]
        printed = _SIGNS.sub("", text) in self._bare
        if printed:
            self[text] = printed
        return printed


@cache
def _form_texts(forms: tuple[Form, ...], year: int | None) -> _FormTexts:
    """All that the forms print."""
    texts = [INSTRUCTIONS, *(form.key for form in forms), *(form.title for form in forms)]
    texts += [line.format(year=year) for form in forms for line in form.instructions]
    return _FormTexts(_heading_texts(forms).union(_SIGNS.sub("", text) for text in texts))


@cache
def _heading_texts(forms: tuple[Form, ...]) -> frozenset[str]:
    """The headings of the forms' columns and of their groups."""
    columns = [column for form in forms for column in form.columns]
    return frozenset(_SIGNS.sub("", text) for column in columns for text in (column.heading, column.group) if text)


@lru_cache(maxsize=1024)
def _holds_headings(cells: tuple[Any, ...], forms: tuple[Form, ...]) -> bool:
    """Whether a row holds several headings of the forms."""
    own = _heading_texts(forms)
    return sum(_SIGNS.sub("", text) in own for text in cells if isinstance(text, str)) >= _FEW_CELLS


class _Extent(Struct):
    """Where a table stands in its sheet; rows and columns from 1, exchanged where it is turned."""

    table: Table
    turned: bool
    top: int
    bottom: int
    """First and last row of the headings."""
    columns: dict[int, str]
    """Sheet column → field key."""
    rows: dict[int, Row]
    """Sheet row → row of data."""
    silent: frozenset[int]
    """Rows of the form that are no data: 样例, 合计, concealed ones."""

    @property
    def last(self) -> int:
        """The last row that is the form's."""
        return max((self.bottom, *self.rows, *self.silent))


def _extent(table: Table) -> _Extent:
    places = table.headings.values()
    turned = len({place.row for place in places}) > len({place.column for place in places})

    def at(place: Place) -> tuple[int, int]:
        return (place.column, place.row) if turned else (place.row, place.column)

    heads = {key: at(place) for key, place in table.headings.items()}
    others = [*table.samples, *filter(None, [table.total]), *filter(None, (item.row for item in table.concealed))]
    return _Extent(
        table,
        turned,
        top=min(row for row, _ in heads.values()),
        bottom=max(row for row, _ in heads.values()),
        columns={column: key for key, (_, column) in heads.items()},
        rows={at(row.place)[0]: row for row in table.rows},
        silent=frozenset(at(row.place)[0] for row in others),
    )


class _Sheet:
    """One sheet with the tables that stand in it."""

    def __init__(self, grid: Grid, tables: Sequence[Table], own: _FormTexts) -> None:
        self._grid, self._own = grid, own
        self._extents = [_extent(table) for table in tables if table.headings]
        self._filled: Counter[int] | None = None
        self._headings: dict[int, bool] = {}
        self._checking = {
            column for row, column, text in grid.texts if text[:2] in _OWN_COLUMNS and self._is_heading(row)
        }

    def cells(self) -> Iterator[Text]:
        """What stands in cells."""
        extents = self._extents
        own, plain = self._own, {}
        if len(extents) == 1 and not extents[0].turned:
            plain = _plain_cells(extents[0])
        for row, column, text in self._grid.texts:
            if len(text) < _SHORTEST or text in own or plain.get((row + 1, column + 1)) == text:
                continue
            said = visible(text)
            if len(said) >= _SHORTEST and column not in self._checking and TO_FILL not in said:
                yield from self._cell(Place(self._grid.name, row + 1, column + 1), said)

    def _cell(self, place: Place, text: str) -> Iterator[Text]:
        extent = self._nearest(place)
        if extent is None:
            if self._is_line(place.row - 1):
                yield Text(TextKind.CELL, text, place, place.sheet)
            return
        row, column = (place.column, place.row) if extent.turned else (place.row, place.column)
        form, key = extent.table.form, extent.columns.get(column)
        data = extent.rows.get(row)
        if data is not None:
            asked = form.by_key[key] if key else None
            if asked is None or (asked is form.region and _says_more(text, data.region)):
                yield Text(TextKind.CELL, text, place, place.sheet, form.key, data.region)
            elif asked.kind is Kind.TEXT:
                yield Text(TextKind.REMARK, text, place, place.sheet, form.key, data.region)
        elif self._is_heading(place.row - 1):
            self._own.holds(text)  # the next sheet knows it
        elif row in extent.silent:
            if key is None or form.by_key[key].kind is Kind.TEXT:
                yield Text(TextKind.CELL, text, place, place.sheet, form.key)
        elif row < extent.top:
            title = form.title in re.sub(r"\s+", "", text)
            yield Text(TextKind.TITLE if title else TextKind.ABOVE, text, place, place.sheet, form.key)
        elif row > extent.bottom:
            kind = TextKind.BELOW if row > extent.last else TextKind.CELL
            yield Text(kind, text, place, place.sheet, form.key)

    def _nearest(self, place: Place) -> _Extent | None:
        """The table that a cell belongs to: the one whose rows it stands beside, else the one above it, else below."""
        extents = self._extents
        if len(extents) <= 1:
            return extents[0] if extents else None

        def distance(extent: _Extent) -> tuple[int, int]:
            row, column = (place.column, place.row) if extent.turned else (place.row, place.column)
            apart = max(extent.top - row, row - extent.last, 0)
            return apart, min(abs(column - own) for own in extent.columns)

        return min(extents, key=distance)

    def _is_heading(self, row: int) -> bool:
        """Whether headings of the forms stand in a row: those of a group, or repeated on another page, too."""
        if row not in self._headings:
            forms = tuple(extent.table.form for extent in self._extents)
            self._headings[row] = _holds_headings(tuple(self._grid.cells[row]), forms)
        return self._headings[row]

    def _is_line(self, row: int) -> bool:
        """Whether a row is a line of text."""
        if self._filled is None:
            self._filled = Counter(at for at, line in enumerate(self._grid.cells) for cell in line if as_text(cell))
        return self._filled[row] <= _FEW_CELLS

    def comments(self) -> Iterator[Text]:
        """Comments and text boxes: at the cell that each is fixed to, or once at a column where many cells have the same."""
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
            row, column = (place.column, place.row) if extent.turned else (place.row, place.column)
            data, key = extent.rows.get(row), extent.columns.get(column)
            field = None if key == extent.table.form.region.key else key
            if data is not None or (key and extent.top <= row <= extent.bottom):
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


def _plain_cells(extent: _Extent) -> dict[tuple[int, int], str]:
    """The cells of the form's text columns that say no more than a region's official name: most of what is longer than
    是 and 否."""
    region = extent.table.form.region.key
    at = next((column for column, key in extent.columns.items() if key == region), None)
    return {(index, at): row.region for index, row in extent.rows.items() if row.region} if at is not None else {}
