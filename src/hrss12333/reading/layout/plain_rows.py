"""Rows and cells that need no judgement: whole numbers, 是 and 否, the choices as the form prints them, known names.

Most rows are of these alone, and reading them with all patience costs more than everything else together. Whatever is
not plain by sight goes the patient way, cell by cell (`CellReader`) or, where it is no ordinary data row, row by row
(`RowReader`); both ways come to the same. A name that no list has is plain, too, where it can be nothing else than a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from hrss12333.model.row import Place, PlainRow, TableLayout, Value
from hrss12333.reading.layout.bands import Located
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.dispositions import LONGEST_NAME, Name
from hrss12333.reading.layout.headings import without_translation
from hrss12333.reading.layout.labels import is_contact_line
from hrss12333.reading.layout.row_words import is_no_name, is_of_a_guide, summed_region
from hrss12333.reading.layout.sheets import MergedCells
from hrss12333.reading.values.cell_text import visible
from hrss12333.reading.values.cell_value import read_value
from hrss12333.reading.values.numbers import MOBILES
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind, Scalar
from hrss12333.survey.spellings import HAN
from hrss12333.survey.written_years import year_around

_NOT_PLAIN = object()
_NONE: Mapping[str, Value] = {}
_MOST_KNOWN = 4096
"""Texts remembered of a column."""
_FILLED = 5
"""Values, number and name among them, from which a named row is data whatever stands around it."""


class _KnownTexts(dict[str, object]):
    """Text of a cell → what a column reads in it; `_NOT_PLAIN` where there is more to say than that."""

    def __init__(self, column: Column, year: int | None) -> None:
        super().__init__()
        self._column, self._year = column, year

    def __missing__(self, text: str) -> object:
        value = read_value(self._column, text, None, self._year)
        said = value.value
        shown = said if not isinstance(said, bool) else "是" if said else "否"
        plain = value == Value(text, said) and shown == text
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[text] = said if plain else _NOT_PLAIN
        return self[text]


@lru_cache(maxsize=64)
def _known_texts(form: Form, year: int | None) -> tuple[_KnownTexts, ...]:
    return tuple(_KnownTexts(column, year) for column in form.columns)


@lru_cache(maxsize=64)
def _order(form: Form) -> tuple[Mapping[str, int], tuple[bool, ...]]:
    """Field key → its number among the form's columns; and which of these hold numbers."""
    order = {column.key: number for number, column in enumerate(form.columns)}
    return order, tuple(column.kind in (Kind.COUNT, Kind.SERIAL) for column in form.columns)


def is_listed(match: RegionMatch | None, text: str | None) -> bool:
    """Whether a text names what it was taken for letter for letter."""
    return match is not None and match.name == text and not match.how


@lru_cache(maxsize=4096)
def plain_name(unit: Unit, text: str) -> RegionMatch | None:
    """What a text names; None where it could be anything else than the name of a numbered row of data."""
    if len(text) > LONGEST_NAME or is_no_name(text):
        return None
    match = match_region(unit, text)
    return match if is_listed(match, text) or _is_but_a_name(unit, text) else None


def _is_but_a_name(unit: Unit, text: str) -> bool:
    """Whether a text that is no listed name can still be nothing else than a name, and is taken as it stands."""
    if visible(text) != text or without_translation(text) != text or summed_region(text, unit) or year_around(text)[1]:
        return False
    return bool(re.search(HAN, text)) and not is_of_a_guide(text)


class PlainRows:
    """Reads rows of one located table by sight."""

    def __init__(
        self, located: Located, merged: MergedCells, unit: Unit | None, cells: CellReader, year: int | None
    ) -> None:
        form = located.form
        self._grid, self._unit, self._cells, self._year = located.grid, unit, cells, year
        matches = [located.columns.get(column.key) for column in form.columns]
        columns = [match.column if match else None for match in matches]
        self._usable = (
            cells.simple
            and not located.grid.hidden_columns
            and not any(match and (match.span > 1 or match.scale) for match in matches)
        )
        grid = located.grid
        self._special = merged.rows.union(grid.hidden_rows, cells.ragged, [row for row, _ in grid.telling])
        order, counted = _order(form)
        self._frame = TableLayout(grid.name, form, order, tuple([None if c is None else c + 1 for c in columns]))
        self._plan = list(zip(columns, form.columns, counted, _known_texts(form, year), strict=True))
        at = {column.kind: place for place, column in zip(columns, form.columns, strict=True)}
        self._named, self._region, self._serial = form.region, at[Kind.REGION], at.get(Kind.SERIAL)

    def fits(self, index: int) -> bool:
        """Whether each cell of a row speaks for itself: one column a field, no scale, nothing merged, parted, hidden or struck."""
        return self._usable and index not in self._special and not self._cells.divided

    def data(self, index: int) -> PlainRow | None:
        """A numbered row with a name and enough values; None for any other row, which may be data all the same."""
        line = self._grid.cells[index]
        if self._serial is None or self._region is None or self._unit is None or not self.fits(index):
            return None
        if len(line) <= max(self._serial, self._region):
            return None
        serial, name = line[self._serial], line[self._region]
        if type(name) is not str or (type(serial) is not float and type(serial) is not int):
            return None
        if not 1 <= serial < MOBILES.start or serial != int(serial) or any(line[: self._serial]):
            return None
        match = plain_name(self._unit, name)
        if match is None:
            return None
        where = Place(self._frame.sheet, index + 1, self._region + 1)
        if is_listed(match, name):
            row = self.row(index, where, name, match)
            return row if row.answered >= _FILLED else None
        named = Name(name, match, self._region)
        row = self.row(index, where, named.region, match, named.value(where))
        certain = row.answered - len(row.marked) >= _FILLED
        return row if certain and not is_contact_line([cell for cell in line if type(cell) is str]) else None

    def row(
        self,
        index: int,
        where: Place,
        region: str | None,
        match: RegionMatch | None,
        named: Value | None = None,
        *,
        total: bool = False,
    ) -> PlainRow:
        """A row whose name was read: as ``named``, else letter for letter. Plain cells by sight, others with patience."""
        line = self._grid.cells[index]
        width = len(line)
        said: list[Scalar] = []
        kept: dict[str, Value] = {}
        for at, column, counted, known in self._plan:
            if at is None:
                said.append(None)
                continue
            cell = line[at] if at < width else None
            if column is self._named:
                said.append(region)
                if named is not None and named != Value(region, region, Place(self._frame.sheet, index + 1, at + 1)):
                    kept[column.key] = named
                continue
            if type(cell) is float or type(cell) is int:
                if counted and 0 <= cell < MOBILES.start and cell == int(cell):
                    said.append(int(cell))
                    continue
            elif type(cell) is str and cell:
                read = known[cell]
                if read is not _NOT_PLAIN:
                    said.append(read)  # type: ignore[arg-type]
                    continue
            elif (cell is None or cell == "") and (
                not column.required or (total and (index, at) not in self._grid.marks)
            ):
                said.append(None)
                continue
            value = self._cells.value(index, column, total=total)
            said.append(value.value)
            kept[column.key] = value
        return PlainRow(where, region, match, self._frame, tuple(said), kept or _NONE)
