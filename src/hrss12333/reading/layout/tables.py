"""From a book to its tables: where each form is, its unit and year, sheets that are not read, and all that no table
claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import (
    Aside,
    ColumnProblem,
    LooseFigures,
    OtherYear,
    OwnedTable,
    Place,
    SheetLeftOut,
    Table,
    UnrecognisedSheet,
    Value,
)
from hrss12333.model.message import Label, Quote, Several, compose
from hrss12333.model.text import Evidence, Text, TextKind
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.attribution import Dating, decided_period, owners_of, periods_of, with_city_rows
from hrss12333.reading.layout.evidence import (
    heading_lines,
    is_period_line,
    is_titled,
    measures_named,
    period_of_name,
    periods_of_lines,
)
from hrss12333.reading.layout.header import header_lines, header_of, read_header
from hrss12333.reading.layout.headings import Heading, columns_named, headings_in, is_side_by_side, unrecognised
from hrss12333.reading.layout.labels import CONTACT, is_contact_line, is_header_line
from hrss12333.reading.layout.leftovers import leftovers
from hrss12333.reading.layout.parts import SheetRead, TablePart
from hrss12333.reading.layout.rows import RowReader
from hrss12333.reading.layout.sheets import MergedCells, chosen, legible, without_own_parts
from hrss12333.reading.values.cell_text import as_text
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.periods import Period, year_period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.version_words import unfit_by

_FIRST_ROWS = 12
"""Rows in which a sheet without a form may name its unit."""
_MOST_NAMED = 3


class BookRead(Struct):
    """The content of a book, read with the forms of an edition."""

    tables: list[OwnedTable] = field(default_factory=list)
    """Tables, each with the unit that it belongs to."""
    unrecognised: list[UnrecognisedSheet] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    """The columns that are named outside the headings of tables."""
    left_out: list[SheetLeftOut] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    loose: list[LooseFigures] = field(default_factory=list)
    unit: Unit | None = None
    """The unit named in a book without a table that is read."""


def read_tables(book: Book, file: str, edition: Edition, default: Unit | None = None) -> BookRead:
    """Every form in a book, in the order of its sheets, and what no form claims.

    Region names are matched within the table's owner, which is ``default`` where nothing tells it. A sheet that names another
    year than the edition's is read with that year's forms.
    """
    found, in_word = BookRead(), book.format == "docx"
    sheets = [*_located_sheets(book, edition)]
    for sheet in sheets:
        _describe_unrecognised(sheet, edition, found)
    parts = [part for sheet in sheets for part in sheet.parts]
    tables = _tables_of(parts, book, file, edition.year, default)
    kept, found.left_out = chosen([(table, unit, part.grid.hidden) for table, unit, part in tables], edition.year)
    if not kept:
        named = (part.match.unit for part in parts if part.match)
        found.unit = next(filter(None, (*named, *(_unit_named(sheet.grid, edition) for sheet in sheets))), None)
    reported = {item.place.sheet for item in found.left_out} | {item.place.sheet for item in found.unrecognised}
    reported -= {table.sheet for table, _ in kept}
    left = leftovers(sheets, edition)
    found.texts = [*(text for part in parts for text in heading_lines(part.grid, part.heading)), *left.texts]
    found.loose = [item for item in left.loose if item.place.sheet not in reported]
    found.tables = _with_headers(with_city_rows(kept), in_word=in_word)
    return found


def _tables_of(
    parts: Sequence[TablePart], book: Book, file: str, survey: int, default: Unit | None
) -> list[tuple[Table, Unit | None, TablePart]]:
    """The tables with their owners, each with the last of its parts; headings repeated further down continue a table."""
    in_word = book.format == "docx"
    tables: list[tuple[Table, Unit | None, TablePart]] = []
    owners = owners_of(parts, book.around, default)
    readers = [RowReader(part, unit) for part, unit in zip(parts, owners, strict=True)]
    datings = periods_of(readers, survey, year_settled=book.year_settled)
    for part, unit, reader, dating in zip(parts, owners, readers, datings, strict=True):
        same = [
            n
            for n, (table, _, other) in enumerate(tables)
            if table.form is part.heading.form and other.grid is part.grid
        ]
        if not part.header and any(
            "name" in other.header for *_, other in tables if in_word or other.grid is part.grid
        ):
            part.whole_header = {}  # the header above both is meant, not who signed below
        table = _read(file, reader, dating)
        if same and _continues(tables[same[-1]][0], table, part, survey):
            above, owner, _ = tables[same[-1]]
            tables[same[-1]] = _joined(above, table), owner, part
        else:
            tables.append((table, unit, part))
    return tables


# Where the forms are located


def _located_sheets(book: Book, edition: Edition) -> Iterator[SheetRead]:
    """The sheets with their tables, each read with the forms of the year that the lines of its first table name, else those of
    other sheets, else its name and the file's."""
    located = [_located(grid, edition, book, edition) for grid in without_own_parts(book)]
    every = [item for sheet in located for part in sheet.parts for item in part.evidence if not item.is_named]
    for sheet in located:
        own = [item for part in sheet.parts[:1] for item in part.evidence if not item.is_named]
        evidence = (*(own or every), *_evidence_of_names(sheet.grid, book, edition.year))
        period = decided_period(evidence, edition.year, year_settled=book.year_settled)
        named = edition_named(edition, period.year or period.last.year if period else None)
        yield sheet if named is edition else _located(sheet.grid, named, book, edition)


def _evidence_of_names(grid: Grid, book: Book, survey: int) -> Iterator[Evidence[Period]]:
    file = (text for text in book.around if text.kind is TextKind.FILE)
    for name in (Text(TextKind.SHEET, grid.name, sheet=grid.name), *file):
        yield from period_of_name(name, survey)


def _located(drawn: Grid, edition: Edition, book: Book, processed: Edition) -> SheetRead:
    """The tables of a sheet by the forms of an edition; ``processed``: that of the year that is processed."""
    sheet, grid, survey = SheetRead(drawn), legible(drawn), processed.year
    merged = MergedCells(grid)
    headings = headings_in(grid, merged, edition.forms)
    tops = [heading.top for heading in headings]
    starts = _starts(grid, headings, edition)
    ends = [next((start for start in starts if start > top), len(grid.cells)) for top in tops]
    evidence: Sequence[Evidence[Period]] = ()
    forms: set[Form] = set()
    for heading, start, end in zip(headings, starts, ends, strict=True):
        if is_side_by_side(heading, is_alone=tops.count(heading.top) == 1):
            sheet.side_by_side.add(heading.form.key)
            continue
        header, whole, match = header_of(grid, merged, heading, (start, end), edition.gazetteer)
        lines = [*_lines_of(grid, grid.texts_between(start, heading.top)), *heading_lines(grid, heading)]
        if start == 0:
            lines += [Text(TextKind.ABOVE, text, sheet=grid.name) for text in grid.before]
        own = [*periods_of_lines(lines, survey, edition.forms)]
        is_new = heading.form in forms and any(is_titled(text.text, edition.forms) for text in lines)
        evidence = own or ([] if is_new else evidence)
        forms.add(heading.form)
        every = (*evidence, *_evidence_of_names(grid, book, survey))
        sheet.parts.append(TablePart(grid, merged, edition, heading, start, end, header, whole, match, lines, every))
    return sheet


def _lines_of(grid: Grid, texts: Iterable[tuple[int, int, str]]) -> Iterator[Text]:
    for row, column, text in texts:
        yield Text(TextKind.ABOVE, text, Place(grid.name, row + 1, column + 1), grid.name)


def _starts(grid: Grid, headings: Sequence[Heading], edition: Edition) -> list[int]:
    """The first row of the title and header above each of the headings."""
    starts = dict[int, int]()
    before = 0
    for top, same in groupby(headings, key=lambda heading: heading.top):
        starts[top] = _preamble(grid, before, top, edition) if before else 0
        before = max(before, *(heading.body for heading in same))
    return [starts[heading.top] for heading in headings]


def _preamble(grid: Grid, first: int, top: int, edition: Edition) -> int:
    """The first row above the headings in row ``top`` of those that hold a title, a label, a unit of measure, a year."""
    start = top
    for row in range(top - 1, first - 1, -1):
        texts = [text for cell in grid.cells[row] if (text := as_text(cell))]
        if not texts:
            continue
        above = [as_text(cell) for cell in grid.cells[row - 1]] if row else []
        titled = any(is_titled(text, edition.forms) for text in texts) or is_contact_line(above)
        line = len(texts) == 1 and (measures_named(texts[0]) or is_period_line(texts[0], edition.year))
        if not (titled or line or is_header_line(texts)):
            break
        start = row
    return start


def _describe_unrecognised(sheet: SheetRead, edition: Edition, found: BookRead) -> None:
    """Describe a visible sheet that names half of a form's columns and is not read as one."""
    forms = sheet.parts[0].edition.forms if sheet.parts else edition.forms
    keys = {part.heading.form.key for part in sheet.parts} - sheet.side_by_side
    read = {row for part in sheet.parts for row in range(part.heading.top, part.heading.body)}
    for form in () if sheet.grid.hidden else forms:
        if form.key in keys:
            continue
        named = columns_named(sheet.grid, form, read)
        if what := unrecognised(sheet.grid, form, named):
            found.unrecognised.append(what)
        found.named += [column.label for column in form.data if column.key in named]


def _unit_named(grid: Grid, edition: Edition) -> Unit | None:
    """The unit named by the first rows of a sheet that is not read as a form."""
    match = read_header(
        header_lines(grid, MergedCells(grid), (0, _FIRST_ROWS)), edition.forms[0].title, edition.gazetteer
    )[1]
    return match.unit if match else None


# One table


def _read(file: str, reader: RowReader, dating: Dating) -> Table:
    item, heading, form, grid = reader.part, reader.heading, reader.heading.form, reader.part.grid
    read = item.read = reader.read(dating.others)
    renamed = [
        Aside(item.place(match.row, match.column), match.text, f"栏目名称按“{form.by_key[key].label}”读取")
        for key, match in heading.columns.items()
        if match.named and not match.named.own
    ]
    hidden = [
        Aside(item.place(match.row, match.column), match.text, "这一栏被隐藏，照样读取")
        for key, match in heading.columns.items()
        if match.column in grid.hidden_columns and form.by_key[key].kind is not Kind.SERIAL
    ]
    filled = [row for row in read.totals if any(row.scalar(c.key) is not None for c in form.of_kind(Kind.COUNT))]
    total = next(reversed(filled or read.totals), None)
    return Table(
        form=form,
        file=file,
        sheet=grid.name,
        header=item.whole_header,
        rows=tuple(read.rows),
        headings={key: item.place(match.row, match.column) for key, match in heading.columns.items()},
        samples=tuple(read.samples),
        total=total,
        earlier_totals=tuple(row for row in filled if row is not total),
        asides=(*renamed, *hidden, *read.asides),
        column_problems=tuple(_column_problems(item)),
        scales=tuple(reader.cells.scales.found(read.rows)),
        concealed=tuple(read.concealed),
        other_years=tuple(OtherYear(period, tuple(rows)) for period, rows in sorted(read.of_others.items())),
        unfit=unfit_by(grid.name, "工作表名称"),
        period=dating.period,
        evidence=tuple(dating.evidence),
    )


def _column_problems(item: TablePart) -> Iterator[ColumnProblem]:
    """Problems of the form's columns (F007); 备注 may be missing, for it is needed only to explain."""
    heading, form = item.heading, item.heading.form
    seen = [
        compose(
            "{cell}{heading}", cell=item.place(match.row, match.column).a1, heading=Quote(" ".join(match.text.split()))
        )
        for match in heading.strangers
    ]
    like: Several = Several(seen[:_MOST_NAMED])
    for column in form.columns:
        if column.key in heading.doubled:
            places = [item.place(match.row, match.column) for match in heading.doubled[column.key]]
            message = compose(
                "“{label}”栏出现了{times}次（{where:、}），没有读取，请只保留一栏",
                label=Label(column.label),
                times=len(places),
                where=Several(place.a1 for place in places),
            )
            yield ColumnProblem(column.key, places[1], message)
        elif column.key not in heading.columns and column.kind not in (Kind.SERIAL, Kind.TEXT):
            message = compose(
                "缺少“{label}”栏（或栏目名称无法辨认），请按{form}补上这一栏"
                + ("；表中的{like:、}是不是这一栏，请核对" if seen else ""),
                label=Label(column.label),
                form=form.key,
                like=like,
            )
            yield ColumnProblem(column.key, None, message)


# The tables of a book together


def _continues(above: Table, below: Table, part: TablePart, survey: int) -> bool:
    """Whether headings repeated further down continue a table: nothing in between gives them a header or a period of their own."""
    whole = year_period(survey)
    if (above.period or whole) != (below.period or whole):
        return False
    own = {key: value.found for key, value in part.header.items() if value.found is not None}
    return all(key in above.header and above.header[key].found == found for key, found in own.items())


def _joined(table: Table, below: Table) -> Table:
    """A table and its next page; what both have alike is reported once."""
    totals = [*table.earlier_totals, *(total for total in (table.total,) if total), *below.earlier_totals]
    total = below.total or table.total
    known = {problem.field for problem in table.column_problems}
    scaled = {scale.field for scale in table.scales}
    given = {key: value for key, value in table.header.items() if value.found is not None}
    first = next(iter(below.headings.values()))
    return replace(
        table,
        header={**table.header, **below.header, **given},
        rows=(*table.rows, *below.rows),
        samples=(*table.samples, *below.samples),
        total=total,
        earlier_totals=tuple(row for row in totals if row is not total),
        asides=(*table.asides, *(item for item in below.asides if item.place.row > first.row)),
        column_problems=(*table.column_problems, *(item for item in below.column_problems if item.field not in known)),
        concealed=(*table.concealed, *below.concealed),
        other_years=(*table.other_years, *below.other_years),
        scales=(*table.scales, *(item for item in below.scales if item.field not in scaled)),
        period=table.period or below.period,
        evidence=(*table.evidence, *(item for item in below.evidence if item not in table.evidence)),
    )


def _with_headers(tables: Sequence[OwnedTable], *, in_word: bool) -> list[OwnedTable]:
    """Tables without a contact of their own go under the header above them in their sheet or Word file, else that of the same
    form before them."""
    found: list[OwnedTable] = []
    headers: dict[tuple[str, Unit | None], Mapping[str, Value]] = {}
    for table, unit in tables:
        sheet = "" if in_word else table.sheet
        near = headers.get((sheet, unit)) or headers.get((table.form.key, unit)) or {}
        alone = any(key in table.header for key in CONTACT) or not near
        header = table.header if alone else {**near, **table.header}
        headers[sheet, unit] = header
        headers.setdefault((table.form.key, unit), header)
        found.append((table if alone else replace(table, header=header), unit))
    return found
