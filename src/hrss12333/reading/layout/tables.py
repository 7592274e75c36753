"""From a book to its tables: each candidate with its rows, 合计 and everything passed over; then what the tables say together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from hrss12333.model.filing import Aside, ColumnProblem, Concealed, OwnedTable, Row, Table, UnreadColumn, Value
from hrss12333.model.message import Label, Message, Quote, Several, compose
from hrss12333.model.text import Evidence, Text, TextKind, inferred_year
from hrss12333.reading.files.bounds import expect_few_lines
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.candidates import candidates
from hrss12333.reading.layout.city_rows import with_city_rows
from hrss12333.reading.layout.competing import chosen
from hrss12333.reading.layout.dispositions import SUBTOTAL
from hrss12333.reading.layout.headings import OWN, is_known, named_column
from hrss12333.reading.layout.rows import RowReader, RowsRead
from hrss12333.reading.layout.sheets import ROW_HIDDEN
from hrss12333.reading.layout.statements import measures, only_year
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.form_texts import is_self_check
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.survey.version_words import is_spare_sheet

_MOST_NAMED = 3
_ENOUGH_ANSWERS = 3
"""Readable figures and answers of a known region that make a turned table a form, and no list of its headings."""


def read_tables(book: Book, file: str, edition: Edition, default: Unit | None = None) -> tuple[Book, list[OwnedTable]]:
    """The book with the tables whole that a page break parts; and every form in it, in the order of its sheets, each with
    the unit that it belongs to.

    That is the unit its own header names; a header that names none goes with the table before it, else with the first
    that is named, else with ``default``. Region names are matched within it. A table without any header continues
    the one above it: its headings are repeated for printing. A sheet that names another year than the edition's is read
    with that year's forms.
    """
    sheets, found = candidates(book, edition)
    legible = replace(book, grids=tuple(sheet.grid for sheet in sheets))
    drawn = {sheet.grid.name: sheet.drawn for sheet in sheets}
    if book.flowing:
        book = replace(book, grids=tuple(sheet.drawn for sheet in sheets))
    last = next((item.match.unit for item in found if item.match and item.match.unit), default)
    tables: list[OwnedTable] = []
    for item in found:
        last = item.match.unit if item.match and item.match.unit else last
        expect_few_lines(item.grid.cells[item.body : item.end])
        rows = RowReader(legible, item, last, measures(item, book.around)).read()
        table = _table(file, item, rows, drawn[item.grid.name], edition.year)
        if item.grid.turned:
            keys = [column.key for column in table.form.data]
            named = [row for row in table.rows if row.match and row.match.name]
            if all(sum(row.scalar(key) is not None for key in keys) < _ENOUGH_ANSWERS for row in named):
                continue
        if item.repeated:  # joined at once: a 合计 at the end of the last page is compared with the rows of all
            _add(tables, (table, last), _goes_on, _with_next_page)
        else:
            tables.append((table, last))
    steps: Sequence[Callable[[Sequence[OwnedTable]], list[OwnedTable]]] = (
        # Before regions are compared: 全市 is the city's row.
        with_city_rows,
        # Before tables compete: each half lacks columns and would give way.
        _with_parts,
        partial(
            chosen,
            year=edition.year,
            hidden={sheet.grid.name for sheet in sheets if sheet.grid.hidden},
            lines={item.grid.name: item.texts for item in reversed(found)},
        ),
        # Last, for a partial table is one without a header of its own.
        _with_headers,
    )
    for step in steps if tables else ():
        tables = step(tables)
    return book, tables


# What the tables of a book say together


def _add(
    tables: list[OwnedTable],
    item: OwnedTable,
    fits: Callable[[OwnedTable, OwnedTable], bool],
    join: Callable[[Table, Table], Table],
) -> None:
    """Join a table to the last one before it that it fits."""
    at = next((at for at in reversed(range(len(tables))) if fits(tables[at], item)), None)
    if at is None:
        tables.append(item)
    else:
        tables[at] = join(tables[at][0], item[0]), tables[at][1]


def _with_parts(tables: Sequence[OwnedTable]) -> list[OwnedTable]:
    found: list[OwnedTable] = []
    for item in tables:
        _add(found, item, lambda left, right: left[1] is right[1] and _are_parts(left[0], right[0]), _side_by_side)
    return found


def _goes_on(last: OwnedTable, page: OwnedTable) -> bool:
    """Whether it may be the next page of a table, or another part of it, rather than some of its columns again."""
    above, table = last[0], page[0]
    if table.form.key != above.form.key or table.sheet != above.sheet or _are_parts(above, table):
        return False
    if table.form.region.key in above.headings.keys() - table.headings.keys():
        return False
    lacks = any(c.key in above.headings and c.key not in table.headings for c in table.form.data)
    return not (lacks and {row.region for row in table.rows} & {row.region for row in above.rows})


def _with_next_page(table: Table, below: Table) -> Table:
    """A table and its next page; what the two say alike is reported once."""
    pages = [total for total in (table.total, below.total) if total]
    return _joined_tables(
        table,
        below,
        [problem for problem in below.column_problems if problem.field not in {p.field for p in table.column_problems}],
        rows=(*table.rows, *below.rows),
        samples=(*table.samples, *below.samples),
        total=below.total or table.total,
        # The 合计 of a page, where a later one is the table's.
        asides=(*table.asides, *below.asides, *(Aside(row.place, TOTAL, SUBTOTAL) for row in pages[:-1])),
        scales=(*table.scales, *(s for s in below.scales if s.field not in {known.field for known in table.scales})),
    )


def _are_parts(left: Table, right: Table) -> bool:
    """Whether two tables ask different columns of the same form for the same regions, each once."""
    expected = {column.key for column in left.form.data}
    columns = [expected & table.headings.keys() for table in (left, right)]
    if left.form is not right.form or not all(columns) or columns[0] & columns[1]:
        return False
    if right.year not in (None, left.year) or is_spare_sheet(left.sheet) or is_spare_sheet(right.sheet):
        return False
    regions = [[row.region for row in table.rows] for table in (left, right)]
    once = None not in regions[0] and len(set(regions[0])) == len(regions[0]) > 0
    return once and sorted(map(str, regions[0])) == sorted(map(str, regions[1]))


def _side_by_side(left: Table, right: Table) -> Table:
    more = [column.key for column in left.form.columns if column.key in right.headings.keys() - left.headings.keys()]
    others = {row.region: row for row in right.rows}

    def whole(row: Row, other: Row | None) -> Row:
        return row.changed({key: other.get(key) for key in more}) if other else row

    left = replace(left, column_problems=tuple(p for p in left.column_problems if p.field not in more))
    return _joined_tables(
        left,
        right,
        [problem for problem in right.column_problems if problem.field in more],
        header={**right.header, **left.header},
        rows=tuple(whole(row, others[row.region]) for row in left.rows),
        headings={**right.headings, **left.headings},
        total=whole(left.total, right.total) if left.total else right.total,
        asides=(*left.asides, *right.asides),
        scales=(*left.scales, *right.scales),
        unread=(*left.unread, *right.unread),
        other_headings=(*left.other_headings, *right.other_headings),
    )


def _joined_tables(table: Table, other: Table, problems: Sequence[ColumnProblem], **changes: Any) -> Table:
    return replace(
        table,
        column_problems=(*table.column_problems, *problems),
        concealed=(*table.concealed, *other.concealed),
        year=table.year or other.year,
        years=(*table.years, *other.years),
        parts=(*table.parts, other),
        **changes,
    )


def _with_headers(tables: Sequence[OwnedTable]) -> list[OwnedTable]:
    """Tables without any header go under that of the same form before them: a table a city."""
    found: list[OwnedTable] = []
    headers: dict[tuple[str, Unit | None], Mapping[str, Value]] = {}
    for table, unit in tables:
        header = headers.setdefault((table.form.key, unit), table.header)
        found.append((table if table.header or not header else replace(table, header=header), unit))
    return found


# One table


def _table(file: str, item: Candidate, rows: RowsRead, drawn: Grid, survey: int) -> Table:
    """``drawn`` is the sheet with what it conceals, ``survey`` the year that is processed."""
    unread = tuple(_unread_columns(item, item.edition.forms))
    sheet = item.grid.name
    column = only_year(rows.years.values())
    renamed = [
        Aside(item.place(match.row, match.column), match.text, f"栏目名称按“{item.form.by_key[key].label}”读取")
        for key, match in item.columns.items()
        if match.quality < OWN
    ]
    if item.grid.turned:
        first = next(iter(item.columns.values()))
        renamed.append(Aside(item.place(first.row, first.column), first.text, "栏目自上而下排列，按行列互换读取"))
    years = (*item.years, Evidence(column, Text(TextKind.CELL, f"{column}年", sheet=sheet))) if column else item.years
    return Table(
        form=item.form,
        file=file,
        sheet=sheet,
        header=item.header,
        rows=tuple(rows.rows),
        headings={key: item.place(match.row, match.column) for key, match in item.columns.items()},
        samples=tuple(rows.samples),
        total=rows.total,
        asides=(*renamed, *rows.asides),
        column_problems=tuple(_column_problems(item, unread)),
        scales=tuple(rows.scales),
        concealed=(*_hidden_columns(item, drawn), *rows.concealed),
        unread=unread,
        other_headings=tuple(item.place(match.row, match.column) for match in item.strangers),
        guides=tuple(rows.guides),
        year=inferred_year(years, survey, year_settled=False),
        years=years,
        how=item.how,
    )


def _hidden_columns(located: Candidate, drawn: Grid) -> Iterator[Concealed]:
    """Filled columns under a heading of the form, other than 序号, that the sheet hides: they are not read."""
    drawn = drawn.turned_over() if located.grid.turned else drawn
    for column in sorted(drawn.hidden_columns):
        cells = [drawn.at(row, column) for row in range(located.top, located.body)]
        texts = [as_text(cell) for cell in cells if not is_blank(cell)]
        filled = any(not is_blank(drawn.at(row, column)) for row in range(located.body, located.end))
        column_meant = named_column(located.form, texts[-1]) if texts and filled else None
        if column_meant and located.form.by_key[column_meant.key].kind is not Kind.SERIAL:
            yield Concealed(located.place(located.body - 1, column), ROW_HIDDEN, texts[-1])


def _unread_columns(located: Candidate, forms: Sequence[Form]) -> Iterator[UnreadColumn]:
    """The filled columns with a heading that the form does not have."""
    for match in located.strangers:
        if is_known(match.text, forms) or is_self_check(match.text):
            continue
        rows = range(located.body, min(located.end, len(located.grid.cells)))
        cells = [cell for row in rows if not is_blank(cell := located.grid.at(row, match.column))]
        if cells:
            figures = sum(read_count(cell).problem is None for cell in cells)
            answers = sum(read_yesno(cell).problem is None for cell in cells)
            most = Kind.COUNT if figures >= answers else Kind.YESNO
            kind = most if max(figures, answers) * 2 > len(cells) else Kind.TEXT
            yield UnreadColumn(located.place(match.row, match.column), match.text, kind, len(cells))


def _column_problems(located: Candidate, unread: Sequence[UnreadColumn]) -> Iterator[ColumnProblem]:
    """What is wrong with the form's columns (F007); 备注 may be left out, for it is needed only to explain."""
    form = located.form
    for column in form.columns:
        if column.key not in located.columns and column.kind not in (Kind.SERIAL, Kind.TEXT):
            like = Several(_possible_columns(column, unread))
            message = compose(
                "缺少“{label}”栏（或栏目名称无法辨认），请按{form}补上这一栏"
                + ("；没有读取的{like:、}栏是否就是这一栏，请核对" if like else ""),
                label=Label(column.label),
                form=form.key,
                like=like,
            )
            yield ColumnProblem(column.key, None, message)
        elif column.key in located.doubled:
            places = [located.place(m.row, m.column) for m in located.doubled[column.key]]
            message = compose(
                "“{label}”栏出现了{times}次（{where:、}），请只保留一栏",
                label=Label(column.label),
                times=len(places),
                where=Several(place.a1 for place in places),
            )
            yield ColumnProblem(column.key, places[1], message)


def _possible_columns(column: Column, unread: Sequence[UnreadColumn]) -> list[Message]:
    """Which unread columns may be the missing one: those that hold what it asks for."""
    kind = column.kind if column.kind in (Kind.COUNT, Kind.YESNO) else Kind.TEXT
    like = [item for item in unread if item.kind is kind][:_MOST_NAMED]
    return [compose("{cell}{heading}", cell=item.place.a1, heading=Quote(item.heading)) for item in like]
