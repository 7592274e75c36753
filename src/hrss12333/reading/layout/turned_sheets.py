"""Forms that stand turned by a quarter: the headings down the first column, a region in each column beside them.

Such a sheet is turned upright and read as any other; every place is then turned back to the physical cell. Only a form
that the book has nowhere in the ordinary way is looked for so, and only figures and answers below a known region's name
make it one: a list of the headings with their explanations is no form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import OwnedTable, Place, Row, Table, Value
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.header import read_header
from hrss12333.reading.layout.header_around import header_lines
from hrss12333.reading.layout.labels import header_rows
from hrss12333.reading.layout.locate import locate
from hrss12333.reading.layout.merged_cells import MergedCells
from hrss12333.reading.layout.own_parts import without_own_parts
from hrss12333.reading.layout.survey_year import Extent, year_lines, years_around
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import UnitMatch
from hrss12333.survey.regions import Unit

_LARGEST = 20_000
"""Cells of the rectangle beyond which a sheet is no turned form."""
_ANSWERS = 3
"""Readable figures and answers that make a column a region's."""


def read_book(book: Book, file: str, edition: Edition, default: Unit | None = None) -> list[OwnedTable]:
    """Every form in the book, upright ones first, each with the unit that it belongs to."""
    upright = read_tables(book, file, edition, default)
    known = {table.form.key for table, _ in upright}
    seen = {table.sheet for table, _ in upright}
    if len(known) == len(edition.forms):
        return _with_headers(upright)
    unit = next((unit for _, unit in upright if unit), default)
    turned: list[OwnedTable] = []
    for grid in without_own_parts(book.grids):
        if grid.name in seen:
            continue
        for table, whose in _read(book, grid, file, edition, unit):
            unit = whose  # the next table may have no header: a table a city in Word
            if table.form.key not in known:
                turned.append((table, whose))
    return _with_headers(upright + turned)


def _with_headers(tables: Sequence[OwnedTable]) -> list[OwnedTable]:
    """The tables of a book, those without any header under that of the same form before them: a table a city."""
    found: list[OwnedTable] = []
    headers: dict[tuple[str, Unit | None], Mapping[str, Value]] = {}
    for table, unit in tables:
        header = headers.setdefault((table.form.key, unit), table.header)
        found.append((table if table.header or not header else replace(table, header=header), unit))
    return found


def _read(book: Book, grid: Grid, file: str, edition: Edition, default: Unit | None) -> Iterator[OwnedTable]:
    """The forms of one sheet whose headings stand in a column."""
    if len(grid.cells) * max(map(len, grid.cells), default=0) > _LARGEST:
        return
    upright = grid.turned_over()
    located = locate(upright, edition)
    if not located:
        return
    columns = [match.column for item in located for match in item.columns.values()]
    first, last = min(columns), max(columns)
    header, match = _header(grid, first, last, edition)
    extent = Extent(0, first, last + 1, len(grid.cells), max(map(len, grid.cells)))
    named = years_around([Text(TextKind.SHEET, grid.name, sheet=grid.name)], edition.year)
    years = (*year_lines(grid, extent, edition.year, edition.forms), *named)
    alone = replace(book, grids=(upright.part(first, last),))
    for table, unit in read_tables(alone, file, edition, match.unit if match and match.unit else default):
        if any(_is_filled(table, row) for row in table.rows):
            yield _turned_back(replace(table, header=header, years=years)), unit


def _header(grid: Grid, first: int, last: int, edition: Edition) -> tuple[Mapping[str, Value], UnitMatch | None]:
    """The header of the physical sheet: above its first heading, or below the last one."""
    merged = MergedCells(grid)
    before, after = (header_rows([(text, None)] for text in texts) for texts in (grid.before, grid.after))
    lines = [
        *before,
        *header_lines(merged, grid, 0, first),
        *header_lines(merged, grid, last + 1, len(grid.cells)),
        *after,
    ]
    return read_header(lines, edition.forms[0].title, edition.gazetteer)


def _is_filled(table: Table, row: Row) -> bool:
    return bool(row.match and row.match.name) and sum(row.get(c.key).present for c in table.form.data) >= _ANSWERS


def _turned_back(table: Table) -> Table:
    """The table with physical places; its header has them already."""
    return replace(
        table,
        rows=tuple(map(_row, table.rows)),
        headings={key: _place(place) for key, place in table.headings.items()},
        samples=tuple(map(_row, table.samples)),
        total=_row(table.total) if table.total else None,
        asides=tuple(replace(item, place=_place(item.place)) for item in table.asides),
        column_problems=tuple(
            replace(item, place=_place(item.place) if item.place else None) for item in table.column_problems
        ),
        scales=tuple(replace(item, place=_place(item.place), example=_value(item.example)) for item in table.scales),
        concealed=tuple(
            replace(item, place=_place(item.place), row=_row(item.row) if item.row else None)
            for item in table.concealed
        ),
        unread=tuple(replace(item, place=_place(item.place)) for item in table.unread),
        other_headings=tuple(map(_place, table.other_headings)),
        guides=tuple(map(_place, table.guides)),
        parts=tuple(map(_turned_back, table.parts)),
        superseded=tuple(map(_turned_back, table.superseded)),
    )


def _row(row: Row) -> Row:
    values = {key: _value(value) for key, value in row.values.items()}
    return Row(_place(row.place), row.region, row.match, values)


def _value(value: Value) -> Value:
    return replace(value, place=_place(value.place)) if value.place else value


def _place(place: Place) -> Place:
    return Place(place.sheet, place.column, place.row)
