"""From a book to its tables: each located form with its header, rows, 合计 and everything passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.model.evidence import Evidence, year_told
from hrss12333.model.filing import Aside, Concealed, OwnedTable, Place, Table
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.bounds import expect_few_lines
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.city_rows import with_city_rows
from hrss12333.reading.layout.columns import column_problems, unread_columns
from hrss12333.reading.layout.headed_tables import HeadedTable, headed_tables
from hrss12333.reading.layout.headings import OWN, named_column
from hrss12333.reading.layout.legible import HIDDEN, legible
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.own_parts import without_own_parts
from hrss12333.reading.layout.rows import RowReader, RowsRead
from hrss12333.reading.layout.scales import Measures, measures
from hrss12333.reading.layout.sheet_copies import chosen
from hrss12333.reading.layout.split_columns import are_parts, with_parts_joined
from hrss12333.reading.layout.survey_year import is_line, only_year
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.regions import Unit


def read_tables(book: Book, file: str, edition: Edition, default: Unit | None = None) -> list[OwnedTable]:
    """Every form in the book, in the order of its sheets, each with the unit that it belongs to.

    That is the unit its own header names; a header that names none goes with the table before it, else with the first
    that is named, else with ``default``. Region names are matched within it. A table without any header continues
    the one above it: its headings are repeated for printing. A sheet that names another year than the edition's is read
    with that year's forms.
    """
    book = replace(book, grids=tuple(without_own_parts(book.grids)))
    drawn = {grid.name: grid for grid in book.grids}
    book = replace(book, grids=tuple(map(legible, book.grids)))
    found = headed_tables(book, edition)
    first = next((item.match.unit for item in found if item.match and item.match.unit), default)
    tables: list[OwnedTable] = []
    last = first
    for item in found:
        last = item.match.unit if item.match and item.match.unit else last
        expect_few_lines(item.located.grid.cells[item.located.body : item.located.end])
        rows = RowReader(book, item.located, item.merged, last, _measures(item, book.around), item.edition.year).read()
        table = _table(file, item, rows, drawn[item.located.grid.name], edition.year)
        above = next(
            (i for i in reversed(range(len(tables))) if item.repeated and _continues(table, tables[i][0])), None
        )
        if above is None or are_parts(tables[above][0], table):
            tables.append((table, last))
        else:
            tables[above] = (_joined(tables[above][0], table), tables[above][1])
    tables = with_city_rows(with_parts_joined(tables))
    lines = {item.located.grid.name: item.texts for item in reversed(found)}
    return chosen(tables, edition.year, {grid.name for grid in book.grids if grid.hidden}, lines)


def _continues(table: Table, above: Table) -> bool:
    """Whether it may be the next page of a table, or another part of it, rather than some of its columns again."""
    if table.form.key != above.form.key or table.sheet != above.sheet:
        return False
    if table.form.region.key in above.headings.keys() - table.headings.keys():
        return False
    lacks = any(c.key in above.headings and c.key not in table.headings for c in table.form.data)
    again = {row.region for row in table.rows} & {row.region for row in above.rows}
    return not (lacks and again) or are_parts(above, table)


def _measures(item: HeadedTable, around: Sequence[Text]) -> Measures:
    """What is said of the units of measure: above the table, in the names around it and the mail, and below."""
    grid, rows = item.located.grid, range(item.located.body, item.located.end)
    lines = ((row, text) for row, _, text in grid.texts if "单位" in text or "以" in text)
    below = (text for row, text in lines if row in rows and is_line(grid, row))
    return measures(
        (
            *(Text(TextKind.ABOVE, text) for text in item.texts),
            Text(TextKind.SHEET, grid.name),
            *around,
            *(Text(TextKind.BELOW, text) for text in (*grid.after, *below)),
        )
    )


def _table(file: str, item: HeadedTable, rows: RowsRead, drawn: Grid, survey: int) -> Table:
    """``drawn`` is the sheet with what it conceals, ``survey`` the year that is processed."""
    located = item.located
    unread = tuple(unread_columns(located, item.edition.forms))
    sheet = located.grid.name
    column = only_year(rows.years.values())
    years = (*item.years, Evidence(column, Text(TextKind.CELL, f"{column}年", sheet=sheet))) if column else item.years
    return Table(
        form=located.form,
        file=file,
        sheet=sheet,
        header=item.header,
        rows=tuple(rows.rows),
        headings={key: Place(sheet, match.row + 1, match.column + 1) for key, match in located.columns.items()},
        samples=tuple(rows.samples),
        total=rows.total,
        asides=(*_heading_asides(located), *rows.asides),
        column_problems=tuple(column_problems(located, unread)),
        scales=tuple(rows.scales),
        concealed=(*_hidden_columns(located, drawn), *rows.concealed),
        unread=unread,
        other_headings=tuple(Place(sheet, match.row + 1, match.column + 1) for match in located.strangers),
        guides=tuple(rows.guides),
        year=year_told(years, survey, settled=False),
        years=years,
    )


def _joined(table: Table, below: Table) -> Table:
    """A table and its continuation; what the two say alike is said once."""
    return replace(
        table,
        rows=(*table.rows, *below.rows),
        parts=(*table.parts, below),
        samples=(*table.samples, *below.samples),
        total=below.total or table.total,
        asides=(*table.asides, *below.asides, *_totals_before(table, below)),
        scales=(*table.scales, *(s for s in below.scales if s.field not in {known.field for known in table.scales})),
        concealed=(*table.concealed, *below.concealed),
        column_problems=(
            *table.column_problems,
            *(p for p in below.column_problems if p.field not in {known.field for known in table.column_problems}),
        ),
        year=table.year or below.year,
        years=(*table.years, *below.years),
    )


def _totals_before(table: Table, below: Table) -> Iterator[Aside]:
    """The 合计 of a page, where a later one is the table's."""
    if table.total and below.total:
        yield Aside(table.total.place, TOTAL, "小计行，不计入数据")


def _heading_asides(located: Located) -> Iterator[Aside]:
    """Headings read as another."""
    sheet = located.grid.name
    for key, match in located.columns.items():
        label = located.form.by_key[key].label
        if match.quality < OWN:
            place = Place(sheet, match.row + 1, match.column + 1)
            yield Aside(place, match.text, f"栏目名称按“{label}”读取")


def _hidden_columns(located: Located, drawn: Grid) -> Iterator[Concealed]:
    """Filled columns under a heading of the form that the sheet hides: they are not read."""
    for column in sorted(drawn.hidden_columns):
        cells = [drawn.at(row, column) for row in range(located.top, located.body)]
        texts = [as_text(cell) for cell in cells if not is_blank(cell)]
        filled = any(not is_blank(drawn.at(row, column)) for row in range(located.body, located.end))
        if texts and filled and named_column(located.form, texts[-1]):
            yield Concealed(Place(drawn.name, located.body, column + 1), HIDDEN, texts[-1])
