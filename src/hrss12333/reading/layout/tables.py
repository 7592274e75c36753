"""From a book to its tables: each located form with its header, rows, 合计 and everything passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Aside, Concealed, OwnedTable, Place, Table, UnreadColumn
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import expect_few_lines
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.city_rows import with_city_rows, without_headings
from hrss12333.reading.layout.columns import column_problems, unread_columns
from hrss12333.reading.layout.headed_tables import HeadedTable, headed_tables
from hrss12333.reading.layout.headings import OWN, named_column
from hrss12333.reading.layout.legible import HIDDEN, legible
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.own_parts import without_own_parts
from hrss12333.reading.layout.rows import RowReader, RowsRead
from hrss12333.reading.layout.scales import line_scales
from hrss12333.reading.layout.sheet_copies import chosen
from hrss12333.reading.layout.split_columns import are_parts, with_parts_joined
from hrss12333.reading.layout.sum_rows import recognise_whole, without_sums
from hrss12333.reading.layout.survey_year import (
    only_year,
    part_of_year,
    year_of,
)
from hrss12333.reading.layout.ticked_columns import with_ticks_joined
from hrss12333.reading.layout.years_beside import rows_of_year, years_beside
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import NO, YES

_IN_BRACKETS = lazy(r"[（(]([^（()）]+)[)）]", needs="（(")
"""What the name of a sheet adds to the form's: 附表1（万次）."""
_SHORTEST_LINE = 3
"""Characters up to which a text names no unit of measure."""
_PAIR = 2
_LINE = 2
"""Filled cells of a row that is a line of text."""


def read_tables(book: Book, file: str, edition: Edition, default: Unit | None = None) -> list[OwnedTable]:
    """Every form in the book, in the order of its sheets, each with the unit that it belongs to.

    That is the unit its own header names; a header that names none goes with the table before it, else with the first
    that is named, else with ``default``. Region names are matched within it. A table without any header continues
    the one above it: its headings are repeated for printing. A sheet that names another year than the edition's is read
    with that year's forms.
    """
    book = replace(book, grids=tuple(without_own_parts(book.grids)))
    drawn = {grid.name: grid for grid in book.grids}
    choices = {column.choices for form in edition.forms for column in form.columns if len(column.choices) == _PAIR}
    pairs = [(YES, NO), *((first, second) for first, second in sorted(choices))]
    book = replace(book, grids=tuple(with_ticks_joined(legible(grid), pairs) for grid in book.grids))
    found = headed_tables(book, file, edition)
    first = next((item.match.unit for item in found if item.match and item.match.unit), default)
    tables: list[OwnedTable] = []
    last = first
    for item in found:
        last = item.match.unit if item.match and item.match.unit else last
        expect_few_lines(item.located.grid.cells[item.located.body : item.located.end])
        rows = RowReader(book, item.located, item.merged, last, _scales(item), item.edition.year).read()
        table = _table(file, item, rows, drawn[item.located.grid.name])
        above = next((i for i in reversed(range(len(tables))) if item.repeated and _same(item, tables[i][0])), None)
        if above is None or are_parts(tables[above][0], table):
            tables.append((table, last))
        else:
            tables[above] = (_joined(tables[above][0], table), tables[above][1])
    tables = with_parts_joined(tables)
    tables = with_city_rows([(without_sums(recognise_whole(table)), unit) for table, unit in tables])
    tables = [(without_headings(table), unit) for table, unit in tables]
    return chosen(tables, edition.year, {grid.name for grid in book.grids if grid.hidden})


def _same(item: HeadedTable, table: Table) -> bool:
    return table.form.key == item.located.form.key and table.sheet == item.located.grid.name


def _scales(item: HeadedTable) -> dict[str, int]:
    """Unit of measure → 10,000, where a line above or below the table says 单位：万次."""
    grid, body, end = item.located.grid, item.located.body, item.located.end
    below = [
        text
        for row, _, text in grid.texts
        if len(text) > _SHORTEST_LINE
        and body <= row < end
        and ("单位" in text or "以" in text)
        and _few(grid.cells[row])
    ]
    named = [f"单位：{said.removeprefix('单位：')}" for said in _IN_BRACKETS.findall(grid.name)]
    return dict(said for text in (*named, *item.texts, *grid.after, *below) for said in line_scales(text))


def _few(line: Sequence[Cell]) -> bool:
    """Whether a row holds a line of text, and no data."""
    return sum(not is_blank(cell) for cell in line) <= _LINE


def _table(file: str, item: HeadedTable, rows: RowsRead, drawn: Grid) -> Table:
    """``drawn`` is the sheet with what it conceals."""
    located = item.located
    unread = tuple(unread_columns(located, item.edition.forms))
    sheet = located.grid.name
    texts = (*rows.notes, *item.texts, *located.grid.after)
    beside = years_beside(located)
    if len(set(beside.values())) > 1:
        rows = rows_of_year(rows, beside, item.edition.year)
    return Table(
        form=located.form,
        file=file,
        sheet=sheet,
        header=item.header,
        rows=tuple(rows.rows),
        headings={key: Place(sheet, match.row + 1, match.column + 1) for key, match in located.columns.items()},
        samples=tuple(rows.samples),
        total=rows.total,
        asides=(*_heading_asides(located, unread), *rows.asides),
        column_problems=tuple(column_problems(located, unread)),
        scales=tuple(rows.scales),
        concealed=(*_hidden_columns(located, drawn), *rows.concealed),
        unread=unread,
        year=year_of(texts) or only_year(beside.values()) or item.named,
        part=part_of_year(item.texts, (*rows.notes, *located.grid.after), sheet),
    )


def _joined(table: Table, below: Table) -> Table:
    """A table and its continuation; what the two say alike is said once."""
    return replace(
        table,
        rows=(*table.rows, *below.rows),
        samples=(*table.samples, *below.samples),
        total=below.total or table.total,
        asides=(*table.asides, *below.asides),
        scales=(*table.scales, *(s for s in below.scales if s.field not in {known.field for known in table.scales})),
        concealed=(*table.concealed, *below.concealed),
        column_problems=(
            *table.column_problems,
            *(p for p in below.column_problems if p.field not in {known.field for known in table.column_problems}),
        ),
        year=table.year or below.year,
        part=table.part or below.part,
    )


def _heading_asides(located: Located, unread: Sequence[UnreadColumn]) -> Iterator[Aside]:
    """Headings read as another, and filled columns that the form does not have."""
    sheet = located.grid.name
    for key, match in located.columns.items():
        label = located.form.by_key[key].label
        if match.quality < OWN:
            place = Place(sheet, match.row + 1, match.column + 1)
            yield Aside(place, match.text, f"栏目名称按“{label}”读取")
    yield from (Aside(item.place, item.heading, "表中没有这一栏目，没有读取") for item in unread)


def _hidden_columns(located: Located, drawn: Grid) -> Iterator[Concealed]:
    """Filled columns under a heading of the form that the sheet hides: they are not read."""
    for column in sorted(drawn.hidden_columns):
        cells = [drawn.at(row, column) for row in range(located.top, located.body)]
        texts = [as_text(cell) for cell in cells if not is_blank(cell)]
        filled = any(not is_blank(drawn.at(row, column)) for row in range(located.body, located.end))
        if texts and filled and named_column(located.form, texts[-1]):
            yield Concealed(Place(drawn.name, located.body, column + 1), HIDDEN, texts[-1])
