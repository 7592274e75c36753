"""From a book to its tables: each located form with its header, rows, 合计 and everything passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Aside, Concealed, Place, Table, UnreadColumn, Value
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.city_rows import with_city_rows, without_headings
from hrss12333.reading.layout.columns import column_problems, unread_columns
from hrss12333.reading.layout.header import read_header
from hrss12333.reading.layout.header_around import header_lines, with_header_around
from hrss12333.reading.layout.headings import OWN, named_column
from hrss12333.reading.layout.labels import (
    BORDER,
    CONTACT,
    PERSON,
    SEAL,
    HeaderRow,
    header_rows,
    spans_of,
)
from hrss12333.reading.layout.legible import HIDDEN, legible
from hrss12333.reading.layout.locate import Located, locate
from hrss12333.reading.layout.merged_cells import Fill
from hrss12333.reading.layout.other_tables import without_periods, year_above
from hrss12333.reading.layout.own_parts import without_own_parts
from hrss12333.reading.layout.rows import RowReader, RowsRead
from hrss12333.reading.layout.scales import line_scales
from hrss12333.reading.layout.sheet_copies import chosen, is_change_list
from hrss12333.reading.layout.split_columns import are_parts, with_parts_joined
from hrss12333.reading.layout.sum_rows import recognise_whole, without_sums
from hrss12333.reading.layout.survey_year import (
    earlier_by_name,
    only_year,
    part_of_year,
    year_by_name,
    year_of,
    year_of_sheet,
)
from hrss12333.reading.layout.table_extents import preamble
from hrss12333.reading.layout.ticked_columns import with_ticks_joined
from hrss12333.reading.layout.years_beside import rows_of_year, years_beside
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import Gazetteer, UnitMatch
from hrss12333.survey.regions import Unit

_IN_BRACKETS = lazy(r"[（(]([^（()）]+)[)）]", needs="（(")
"""What the name of a sheet adds to the form's: 附表1（万次）."""
_SHORTEST_LINE = 3
"""Characters up to which a text names no unit of measure."""
_PAIR = 2
_LINE = 2
"""Filled cells of a row that is a line of text."""


class _Found(Struct, frozen=True):
    """A located table with its header."""

    located: Located
    fill: Fill
    header: Mapping[str, Value]
    match: UnitMatch | None
    texts: tuple[str, ...]
    """What stands above it."""
    edition: Edition
    """What the sheet was read with."""
    repeated: bool = False
    """Headings repeated for printing: the rows go on."""
    named: int | None = None
    """The year that the sheet, its name or the file's names."""


def read_tables(
    book: Book, file: str, edition: Edition, default: Unit | None = None
) -> list[tuple[Table, Unit | None]]:
    """Every form in the book, in the order of its sheets, each with the unit that it belongs to.

    That is the unit its own header names; a header that names none goes with the table before it, else with the first
    that is named, else with ``default``. Region names are matched within it. A table without any header continues
    the one above it: its headings are repeated for printing. A sheet that names another year than the edition's is read
    with that year's forms.
    """
    book = replace(book, grids=tuple(without_own_parts(book.grids)))
    drawn = {grid.name: grid for grid in book.grids}
    choices = {column.choices for form in edition.forms for column in form.columns if len(column.choices) == _PAIR}
    pairs = [("是", "否"), *((first, second) for first, second in sorted(choices))]
    book = replace(book, grids=tuple(with_ticks_joined(legible(grid), pairs) for grid in book.grids))
    found = list(_with_cover(book, list(_headed(book, file, edition)), edition))
    first = next((item.match.unit for item in found if item.match and item.match.unit), default)
    tables: list[tuple[Table, Unit | None]] = []
    last = first
    for item in found:
        last = item.match.unit if item.match and item.match.unit else last
        rows = RowReader(book, item.located, item.fill, last, _scales(item), item.edition.year).read()
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


def _same(item: _Found, table: Table) -> bool:
    return table.form.key == item.located.form.key and table.sheet == item.located.grid.name


def _headed(book: Book, file: str, edition: Edition) -> Iterator[_Found]:
    years = [year_of_sheet(grid, file) for grid in book.grids]
    if not any(years):
        years = [earlier_by_name(book.path, edition.year)] * len(years)
    among = only_year(years)
    for grid, named in zip(book.grids, years, strict=True):
        if is_change_list(grid):
            continue
        asked = edition_named(edition, named or among)
        located = locate(grid, asked)
        if not located and asked is not edition:  # its year is not that of its headings
            asked = edition
            located = locate(grid, asked)
        located = without_periods(located)
        tops = sorted({item.top for item in located})
        starts: dict[int, int] = {}
        body = 0
        for top in tops:
            starts[top] = preamble(grid, body, top) if body else 0
            body = max(item.body for item in located if item.top == top)
        placed = []
        for item in located:
            later = [starts[top] for top in tops if top > item.top]
            placed.append(replace(item, end=min([item.end, *later])))
        titled = [item.form for item in located if item.top == tops[0] or starts[item.top] < item.top]
        # Of two tables of one form each has a year of its own, or that of the sheet's name.
        shared = named if len(titled) == len(set(titled)) else year_by_name(grid, file)
        yield from (replace(found, named=found.named or shared) for found in _headers(grid, placed, starts, asked))


def _headers(grid: Grid, located: Sequence[Located], starts: Mapping[int, int], edition: Edition) -> Iterator[_Found]:
    """The tables of a sheet with their headers; beside or below another, one without labels shares that one's."""
    sheet = Fill(grid)
    shared: tuple[dict[str, Value], UnitMatch | None] = ({}, None)
    for item in located:
        above = starts[item.top]
        fill = Fill(item.grid)
        first = item.form not in [other.form for other in located if other.top < item.top]
        if above == item.top and not first:
            year = year_above(grid, item.top, edition.year)
            yield _Found(item, fill, {}, None, (), edition, repeated=year is None, named=year)
            continue
        beside = [other for other in located if other.top == item.top]
        own = item.grid is not grid and bool(set.intersection(*(_labels(o, starts[o.top]) for o in beside)))
        seen = replace(item if own else replace(item, grid=grid), end=_end(item, located, starts))
        header, match = _header(seen, fill if own else sheet, above, edition.gazetteer)
        full, match = with_header_around(header, match, seen, fill if own else sheet, edition.gazetteer)
        if first and not header.keys() & set(CONTACT) and "mobile" not in full:
            full, match = {**full, **shared[0], **header}, match or shared[1]
        shared = (full, match) if full else shared
        texts = [
            as_text(cell) for line in grid.cells[above : item.top] for cell in line if cell != "" and not is_blank(cell)
        ]
        beside_year = None if item.grid is grid else year_above(item.grid, item.top, edition.year)
        yield _Found(item, fill, full, match, (*grid.before, *texts), edition, named=beside_year)


def _end(item: Located, located: Sequence[Located], starts: Mapping[int, int]) -> int:
    """Where a table ends whose headings are repeated below: with the last of its parts."""
    end = item.end
    for other in located:
        if other.top > item.top and other.form is item.form:
            if starts[other.top] < other.top:
                break
            end = other.end
    return end


def _labels(item: Located, above: int) -> set[str]:
    """Header keys of the labels over a table's own columns; the same over each of two tables are two headers."""
    texts = [cell + BORDER for line in item.grid.cells[above : item.top] for cell in line if isinstance(cell, str)]
    keys = {span.key for text in texts for span in spans_of(text)}
    return (keys | {"unit"} if any(SEAL.search(text) for text in texts) else keys) - {""}


def _header(item: Located, fill: Fill, above: int, gazetteer: Gazetteer) -> tuple[dict[str, Value], UnitMatch | None]:
    """The header between the form's title and its headings; where none is there, anywhere above."""
    before = header_rows([[(text, None)] for text in item.grid.before])
    rows = [*before, *header_lines(fill, item.grid, above, item.top)]
    titled = [index for index, row in enumerate(rows) if item.form.title in row.plain]
    near = rows[titled[-1] :] if titled else rows
    header, match = read_header(near, item.form.title, gazetteer)
    if not {key for key in header if key != "unit"} and len(near) < len(rows):
        header, match = read_header(rows, item.form.title, gazetteer)
    return header, match


def _with_cover(book: Book, found: list[_Found], edition: Edition) -> Iterator[_Found]:
    """Where no table's header is filled in, that of a cover sheet is all tables'."""
    if not found or any(value.found is not None for item in found for value in item.header.values()):
        yield from found
        return
    taken = {item.located.grid.name for item in found}
    for grid in book.grids:
        rows = header_lines(Fill(grid), grid, 0, len(grid.cells)) if grid.name not in taken else []
        labelled = [row for row in rows if any(span.key not in ("", PERSON) for span in spans_of(row.text))]
        header, match = read_header(labelled, edition.forms[0].title, edition.gazetteer)
        if header and match is None:
            header, match = _signed(header, rows, edition.gazetteer)
        if match and match.unit:
            yield from (replace(item, header=header, match=match) for item in found)
            return
    yield from found


def _signed(
    header: dict[str, Value], rows: Sequence[HeaderRow], gazetteer: Gazetteer
) -> tuple[dict[str, Value], UnitMatch | None]:
    """The header with the unit that signs a letter: a line that is its name and no more."""
    lines = [[piece for piece in row.pieces if piece.text.strip()] for row in rows]
    named = [(line[0], match) for line in lines if len(line) == 1 and (match := gazetteer.match(line[0].text)).unit]
    if len({match.unit for _, match in named}) != 1:
        return header, None
    piece, match = named[-1]
    note = match.how and f"按“{match.unit.name}”读取" if match.unit else ""
    value = Value(piece.text, match.unit.name if match.unit else None, piece.place, note=note)
    return header | {"unit": value}, match


def _scales(item: _Found) -> dict[str, int]:
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


def _table(file: str, item: _Found, rows: RowsRead, drawn: Grid) -> Table:
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
