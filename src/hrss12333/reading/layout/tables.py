"""From a book to its tables: where each form stands, whose and of which year it is, which sheets are not read, and what no
table claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import (
    Aside,
    ColumnProblem,
    LooseFigures,
    OwnedTable,
    Place,
    SheetLeftOut,
    Table,
    UnrecognisedSheet,
    Value,
)
from hrss12333.model.message import Label, Quote, Several, compose
from hrss12333.model.text import Evidence, Text, TextKind, inferred_year
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.city_rows import with_city_rows
from hrss12333.reading.layout.evidence import (
    Scales,
    heading_lines,
    is_titled,
    measures_named,
    measures_of_headings,
    unfit_and_draft,
    year_alone,
    years_around,
    years_of_lines,
)
from hrss12333.reading.layout.header import header_of
from hrss12333.reading.layout.headings import Heading, headings_in, is_side_by_side, unrecognised
from hrss12333.reading.layout.labels import CONTACT, is_contact_line, is_label
from hrss12333.reading.layout.leftovers import leftovers
from hrss12333.reading.layout.loose_figures import SheetRead, TablePart
from hrss12333.reading.layout.rows import RowReader, RowsRead
from hrss12333.reading.layout.sheets import MergedCells, legible, without_own_parts
from hrss12333.reading.layout.spare_sheets import chosen
from hrss12333.reading.values.cell_text import as_text
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import UnitMatch
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind

_FIRST_ROWS = 12
"""Rows among which the title of a sheet is."""
_FEWEST_HEADINGS = 5
"""Filled cells of the first row that may head a table."""
_MOST_NAMED = 3


class BookRead(Struct):
    """What is in a book by the forms of an edition."""

    tables: list[OwnedTable] = field(default_factory=list)
    """Each with the unit that it belongs to."""
    unrecognised: list[UnrecognisedSheet] = field(default_factory=list)
    left_out: list[SheetLeftOut] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    loose: list[LooseFigures] = field(default_factory=list)


class _Located(Struct, frozen=True):
    """A form's headings in a sheet, with what belongs to them; rows from 0."""

    grid: Grid
    """Without what is struck out."""
    merged: MergedCells
    edition: Edition
    """Of the year that the sheet names."""
    heading: Heading
    start: int
    end: int
    header: Mapping[str, Value]
    """What is above the headings."""
    whole_header: Mapping[str, Value]
    """What is above the headings and on a line below the table."""
    match: UnitMatch | None
    """What the unit that the header names was taken for; None where it names none."""
    lines: tuple[Text, ...]
    """What is above the headings, and behind them."""
    years: tuple[Evidence, ...]

    @property
    def said(self) -> tuple[str, str]:
        """Why it is unfit, and why a draft, by its sheet's name, its title and the lines above it."""
        return unfit_and_draft(self.grid.name, self.lines, self.edition.forms)

    def place(self, row: int, column: int) -> Place:
        """The physical cell."""
        return Place(self.grid.name, row + 1, column + 1)


def read_tables(book: Book, file: str, edition: Edition, default: Unit | None = None) -> BookRead:
    """Every form in a book, in the order of its sheets, and what no form claims.

    A table belongs to the unit that its own header names; one that names none goes with the table before it, else with the first
    that is named, else with ``default``. Region names are matched within it. A sheet that names another year than the
    edition's is read with that year's forms.
    """
    found, sheets, items = BookRead(), list[SheetRead](), list[_Located]()
    parts: dict[int, list[_Located]] = {}
    grids = [*without_own_parts(book)]
    evidence = {grid.name: [*_evidence(grid, edition)] for grid in grids}
    for drawn in grids:
        own = _edition_of(drawn, evidence, book, edition)
        every = [*_located(legible(drawn), own, edition)]
        tops = Counter(item.heading.top for item in every)
        located = [x for x in every if not is_side_by_side(x.heading, is_alone=tops[x.heading.top] == 1)]
        forms = (located or every)[0].edition.forms if every else edition.forms
        found.unrecognised += _unrecognised(drawn, located, forms)
        parts[len(sheets)] = located
        sheets.append(SheetRead(drawn, []))
        items += located
    last = next((item.match.unit for item in items if item.match and item.match.unit), default)
    tables: list[tuple[Table, Unit | None, _Located]] = []
    for at, located in parts.items():
        for item in located:
            last = item.match.unit if item.match and item.match.unit else last
            table, read = _read(file, item, last, edition.year)
            places = [value.place for value in item.whole_header.values() if value.place]
            header = frozenset((place.row - 1, place.column - 1) for place in places)
            owner = str(item.whole_header["unit"].found or "") if "unit" in item.whole_header else ""
            sheets[at].parts.append(TablePart(item.heading, read, item.start, item.end, header, owner))
            before = next((n for n in reversed(range(len(tables))) if _continues(tables[n][2], item)), None)
            if before is None:
                tables.append((table, last, item))
            else:
                tables[before] = (_joined(tables[before][0], table), tables[before][1], tables[before][2])
    kept, found.left_out = chosen(
        [(table, unit, item.grid.hidden, [text.text for text in item.lines]) for table, unit, item in tables], edition
    )
    left_out = {item.place.sheet for item in found.left_out} - {table.sheet for table, _ in kept}
    left = leftovers([sheet for sheet in sheets if sheet.grid.name not in left_out], edition.forms, edition.gazetteer)
    found.texts = [*(text for item in items for text in heading_lines(item.grid, item.heading)), *left.texts]
    found.texts = [text for text in found.texts if text.sheet not in left_out]
    found.loose = left.loose
    found.tables = _with_headers(with_city_rows(kept), in_word=book.format == "docx")
    return found


# Where the forms stand


def _evidence(grid: Grid, edition: Edition) -> Iterator[Evidence]:
    """What a sheet says of its year before it is known where its tables are: its first rows, what the form prints, its name."""
    filled = (row for row, line in enumerate(grid.cells) if sum(map(bool, line)) >= _FEWEST_HEADINGS)
    top = next(filled, _FIRST_ROWS)
    rows = _dated_texts(grid, (0, top), TextKind.ABOVE)
    below = _dated_texts(grid, (top, len(grid.cells)), TextKind.BELOW)
    beside = [Text(TextKind.ABOVE, text, sheet=grid.name) for text in (*grid.before, *grid.after) if _may_date(text)]
    dated = (*rows, *beside, *below)
    yield from years_of_lines(dated, edition.year, edition.forms)
    yield from years_around([Text(TextKind.SHEET, grid.name, sheet=grid.name)], edition.year)


def _edition_of(grid: Grid, evidence: Mapping[str, Sequence[Evidence]], book: Book, edition: Edition) -> Edition:
    """The edition of the year that a sheet names, else the other sheets, else what is around the book."""
    every = [item for sheet in evidence.values() for item in sheet]
    named = (*(evidence[grid.name] or every), *years_around(book.around, edition.year))
    return edition_named(edition, inferred_year(named, edition.year, year_settled=book.year_settled))


def _located(grid: Grid, own: Edition, edition: Edition) -> Iterator[_Located]:
    """The tables of a sheet by the forms of its ``own`` year; ``edition`` is that of the year which is processed."""
    merged = MergedCells(grid)
    headings = headings_in(grid, merged, own.forms)
    starts = _starts(grid, headings, own)
    tops = dict(zip((heading.top for heading in headings), starts, strict=True))
    ends = dict(zip(tops, [*islice(tops.values(), 1, None), len(grid.cells)], strict=False))
    sheet = [*years_around([Text(TextKind.SHEET, grid.name, sheet=grid.name)], edition.year)]
    first: tuple[Evidence, ...] = ()
    for heading, start in zip(headings, starts, strict=True):
        end = ends[heading.top]
        header, whole, match = header_of(grid, heading, (start, end), edition.gazetteer)
        lines = [*_texts_of(grid, (start, heading.top)), *heading_lines(grid, heading)]
        if start == 0:
            lines += [Text(TextKind.ABOVE, text, sheet=grid.name) for text in grid.before]
        below = _dated_texts(grid, (heading.body, end), TextKind.BELOW)
        below += [Text(TextKind.BELOW, text, sheet=grid.name) for text in grid.after]
        years = tuple(years_of_lines((*lines, *below), edition.year, own.forms))
        first = first or years
        yield _Located(
            grid, merged, own, heading, start, end, header, whole, match, tuple(lines), (*(years or first), *sheet)
        )


def _texts_of(grid: Grid, rows: tuple[int, int]) -> list[Text]:
    return [
        Text(TextKind.ABOVE, text, Place(grid.name, row + 1, column + 1), grid.name)
        for row, column, text in grid.texts_between(*rows)
    ]


def _dated_texts(grid: Grid, rows: tuple[int, int], kind: TextKind) -> list[Text]:
    """Those that may name a year."""
    return [
        Text(kind, text, Place(grid.name, row + 1, column + 1), grid.name)
        for row, column, text in grid.texts_between(*rows)
        if _may_date(text)
    ]


def _may_date(text: str) -> bool:
    return "20" in text or "年" in text


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
        line = len(texts) == 1 and (measures_named(texts[0]) or year_alone(texts[0], edition.year))
        if not (titled or line or is_label(texts[0]) or sum(map(is_label, texts)) > 1 or is_contact_line(texts)):
            break
        start = row
    return start


def _unrecognised(drawn: Grid, located: Sequence[_Located], forms: Iterable[Form]) -> Iterator[UnrecognisedSheet]:
    """What a visible sheet is that names half of a form's columns and is not read as one."""
    read = {row for item in located for row in range(item.heading.top, item.heading.body)}
    for form in () if drawn.hidden else forms:
        if all(item.heading.form.key != form.key for item in located) and (what := unrecognised(drawn, form, read)):
            yield UnrecognisedSheet(form.key, what.place, what.message)


# One table


def _read(file: str, item: _Located, unit: Unit | None, survey: int) -> tuple[Table, RowsRead]:
    """A table with what its rows claim; ``survey`` is the year that is processed."""
    heading, form, grid = item.heading, item.heading.form, item.grid
    known = measures_of_headings(heading, [text.text for text in item.lines])
    scales = Scales(grid, heading, known)
    cells = CellReader(grid, heading, item.merged, scales)
    reader = RowReader(grid, heading, item.merged, cells, unit, item.edition.gazetteer, item.edition.year)
    read = reader.read(item.end)
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
    years = item.years
    if read.year and read.dated:
        years = (Evidence(read.year, Text(TextKind.ABOVE, f"{read.year}年", read.dated, grid.name)), *years)
    filled = [row for row in read.totals if any(row.scalar(c.key) is not None for c in form.of_kind(Kind.COUNT))]
    total = next(reversed(filled or read.totals), None)
    table = Table(
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
        scales=tuple(scales.found(read.rows)),
        concealed=tuple(read.concealed),
        other_years=tuple(read.other_years),
        unfit=item.said[0],
        draft=item.said[1],
        year=inferred_year(years, survey, year_settled=False),
        years=years,
    )
    return table, read


def _column_problems(item: _Located) -> Iterator[ColumnProblem]:
    """What is wrong with the form's columns (F007); 备注 may be left out, for it is needed only to explain."""
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


# What the tables of a book are together


def _continues(above: _Located, below: _Located) -> bool:
    """Whether headings repeated further down continue a table: nothing in between gives them a header of their own, or says
    in a title that they are void, a test, a draft or of a part of the year."""
    if above.heading.form is not below.heading.form or above.grid is not below.grid:
        return False
    titled = any(is_titled(text.text, below.edition.forms) for text in below.lines)
    if (titled or any(below.said)) and below.said != above.said:
        return False
    own = {key: value.found for key, value in below.header.items() if value.found is not None}
    return all(key in above.whole_header and above.whole_header[key].found == found for key, found in own.items())


def _joined(table: Table, below: Table) -> Table:
    """A table and its next page; what the two say alike is reported once."""
    totals = [*table.earlier_totals, *(total for total in (table.total,) if total), *below.earlier_totals]
    total = below.total or table.total
    known = {problem.field for problem in table.column_problems}
    scaled = {scale.field for scale in table.scales}
    given = {key: value for key, value in table.header.items() if value.found is not None}
    return replace(
        table,
        header={**table.header, **below.header, **given},
        rows=(*table.rows, *below.rows),
        samples=(*table.samples, *below.samples),
        total=total,
        earlier_totals=tuple(row for row in totals if row is not total),
        asides=(
            *table.asides,
            *(
                item
                for item in below.asides
                if item.reason not in {a.reason for a in table.asides} or item.place.row > below.first_heading.row
            ),
        ),
        column_problems=(*table.column_problems, *(item for item in below.column_problems if item.field not in known)),
        concealed=(*table.concealed, *below.concealed),
        other_years=(*table.other_years, *below.other_years),
        scales=(*table.scales, *(item for item in below.scales if item.field not in scaled)),
        year=table.year or below.year,
        years=(*table.years, *(item for item in below.years if item not in table.years)),
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
