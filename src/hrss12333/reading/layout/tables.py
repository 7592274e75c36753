"""From a book to its tables, each with owner, period, header and rows; which are read; and the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import (
    BLANK,
    Aside,
    ColumnProblem,
    LooseFigures,
    OtherYear,
    Row,
    Scale,
    SheetLeftOut,
    Table,
    UnrecognisedSheet,
    Value,
)
from hrss12333.model.message import Label, Quote, Several, compose
from hrss12333.model.text import Evidence, Text, TextKind
from hrss12333.reading.grid import Book, Grid, Prose
from hrss12333.reading.layout.attribution import (
    attribute_owners,
    attribute_periods,
    decided_period,
    editions_of,
    with_city_rows,
)
from hrss12333.reading.layout.header import header_lines, read_header
from hrss12333.reading.layout.headings import columns_named, unrecognised
from hrss12333.reading.layout.leftovers import leftovers
from hrss12333.reading.layout.rows import TablePart
from hrss12333.reading.layout.sheets import SheetRead, located, without_own_parts
from hrss12333.reading.worker.limits import expect_few_rows
from hrss12333.survey.labels import CONTACT
from hrss12333.survey.periods import Period, year_period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Kind
from hrss12333.survey.words import is_spare_sheet, unfit_by

_FIRST_ROWS = 12
"""Rows in which a sheet without a form may name its unit."""
_MOST_NAMED = 3


class BookRead(Struct):
    """The content of a book, read with the forms of an edition."""

    tables: list[Table] = field(default_factory=list)
    unrecognised: list[UnrecognisedSheet] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    """The columns named outside the headings of tables."""
    left_out: list[SheetLeftOut] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    loose: list[LooseFigures] = field(default_factory=list)
    unit: Unit | None = None
    """The unit named in a book without a table that is read."""


def read_tables(book: Book, file: str, edition: Edition, default: Unit | None = None) -> BookRead:
    """Every form in a book, and all outside the forms; ``default``: the owner if nothing names one."""
    found = BookRead()
    sheets = _sheets(book, edition)
    for sheet in sheets:
        _describe_unrecognised(sheet, edition, found)
    parts = [part for sheet in sheets for part in sheet.parts]
    expect_few_rows(len(parts))
    if parts:
        attribute_owners(parts, book.around, default)
    attribute_periods(parts, book, edition.year)
    for part in parts:
        part.read()
    kept, found.left_out = chosen(_tables_of(parts, book, file, edition.year), edition.year)
    if not kept:
        lines = (header_lines(sheet.grid, (0, _FIRST_ROWS)) for sheet in sheets)
        headers = (read_header(rows, edition.forms[0].title, edition.gazetteer) for rows in lines)
        named = (edition.gazetteer.by_name.get(str(header.get("unit", BLANK).value)) for header in headers)
        found.unit = next(filter(None, (*(part.headed for part in parts), *named)), None)
    reported = {item.place.sheet for item in found.left_out} | {item.place.sheet for item in found.unrecognised}
    reported -= {table.sheet for table in kept}
    texts, loose = leftovers(sheets, edition)
    found.texts = [*(line for part in parts for line in part.lines if line.kind is TextKind.HEADING), *texts]
    found.loose = [item for item in loose if item.place.sheet not in reported]
    found.tables = _with_headers(with_city_rows(kept), in_word=isinstance(book, Prose))
    return found


def _tables_of(parts: Iterable[TablePart], book: Book, file: str, survey: int) -> Iterator[tuple[Table, Grid]]:
    """The tables with their sheets; headings repeated further down continue a table."""
    tables: list[list[TablePart]] = []
    for part in parts:
        near = [pages for pages in tables if isinstance(book, Prose) or pages[-1].grid is part.grid]
        if not part.header and any("name" in pages[-1].header for pages in near):
            part.whole_header = {}  # the header above both counts, not the signature below
        same = [pages for pages in near if pages[-1].heading.form is part.heading.form and pages[-1].grid is part.grid]
        if same and _continues(same[-1], part, survey):
            same[-1].append(part)
        else:
            tables.append([part])
    for pages in tables:
        apart = {row: item for page in pages for row, item in page.apart.items()}
        for table in _by_period(_table(file, pages), apart, book, survey):
            yield table, pages[0].grid


# Sheets


def _sheets(book: Book, edition: Edition) -> list[SheetRead]:
    """The sender's sheets with their tables; a sheet that names another year, by that year's forms."""
    sheets = [located(grid, edition) for grid in without_own_parts(book)]
    editions = editions_of(sheets, book, edition)
    return [
        sheet if named is edition else located(sheet.grid, named) for sheet, named in zip(sheets, editions, strict=True)
    ]


def _describe_unrecognised(sheet: SheetRead, edition: Edition, found: BookRead) -> None:
    """Describe a visible sheet that has half of a form's columns and is not read as one."""
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


# One table


def _table(file: str, pages: Sequence[TablePart]) -> Table:
    """The table on these pages, each continuing the one before; what they share is reported once."""
    heading, grid, form = pages[0].heading, pages[0].grid, pages[0].heading.form
    totals, scales, problems = list[Row](), list[Scale](), dict[str, ColumnProblem]()
    others: dict[Period, list[Row]] = defaultdict(list)
    for page in pages:
        filled = [row for row in page.totals if any(row.scalar(c.key) is not None for c in form.of_kind(Kind.COUNT))]
        totals += filled or page.totals[-1:]
        scaled = {scale.field for scale in scales}
        scales += [scale for scale in page.cells.scales(page.rows) if scale.field not in scaled]
        for problem in _column_problems(page):
            problems.setdefault(problem.field, problem)
        for row, period in sorted(page.others.items()):
            others[period].append(page.data[row])
    return Table(
        form=form,
        file=file,
        sheet=grid.name,
        unit=pages[0].unit,
        header=_header_on(pages),
        rows=tuple(row for page in pages for row in page.rows),
        headings={key: grid.place(match.row, match.column) for key, match in heading.columns.items()},
        samples=tuple(row for page in pages for row in page.samples),
        total=next(reversed(totals), None),
        earlier_totals=tuple(totals[:-1]),
        asides=(*_odd_columns(pages[0]), *(aside for page in pages for aside in page.asides)),
        column_problems=tuple(problems.values()),
        scales=tuple(scales),
        concealed=tuple(row for page in pages for row in page.concealed),
        other_years=tuple(OtherYear(period, tuple(rows)) for period, rows in sorted(others.items())),
        unfit=unfit_by(grid.name, "工作表名称"),
        period=next((page.period for page in pages if page.period), None),
        evidence=tuple(dict.fromkeys(item for page in pages for item in page.evidence)),
    )


def _by_period(table: Table, apart: Mapping[int, Evidence[Period]], book: Book, survey: int) -> list[Table]:
    """The table, or one for each part of the year among its rows; ``apart``: row → its evidence."""
    if not apart:
        return [table]
    rows: dict[Period | None, list[Row]] = defaultdict(list)
    evidence: dict[Period | None, tuple[Evidence[Period], ...]] = {}
    for row in table.rows:
        every = (*table.evidence, *filter(None, [apart.get(row.place.row - 1)]))
        period = decided_period(every, book, survey)
        part = period if period and period.year is None else table.period
        rows[part].append(row)
        evidence.setdefault(part, every)
    found = [
        replace(table, rows=tuple(of_part), period=part, evidence=evidence[part], total=None, earlier_totals=())
        for part, of_part in rows.items()
    ]
    rest = [replace(each, samples=(), asides=(), concealed=(), other_years=()) for each in found[1:]]
    return [*found[:1], *rest] if rest else [table]


def _header_on(pages: Iterable[TablePart]) -> dict[str, Value]:
    """The header on a table's pages: the first value of each blank."""
    header: dict[str, Value] = {}
    for page in pages:
        header |= {key: value for key, value in page.whole_header.items() if header.get(key, BLANK).found is None}
    return header


def _odd_columns(page: TablePart) -> Iterator[Aside]:
    """Columns headed in other words than the form's, and hidden columns: they are read nevertheless."""
    form, columns = page.heading.form, page.heading.columns.items()
    for key, match in columns:
        if match.named and not match.named.own:
            place = page.grid.place(match.row, match.column)
            yield Aside(place, match.text, f"栏目名称按“{form.by_key[key].label}”读取")
    for key, match in columns:
        if match.column in page.grid.hidden_columns and form.by_key[key].kind is not Kind.SERIAL:
            yield Aside(page.grid.place(match.row, match.column), match.text, "这一栏被隐藏，照样读取")


def _column_problems(item: TablePart) -> Iterator[ColumnProblem]:
    """Problems of the form's columns (F007); 备注 may be missing, as it only explains."""
    heading, form = item.heading, item.heading.form
    seen = [
        compose(
            "{cell}{heading}",
            cell=item.grid.place(match.row, match.column).a1,
            heading=Quote(" ".join(match.text.split())),
        )
        for match in heading.strangers
    ]
    like: Several = Several(seen[:_MOST_NAMED])
    for column in form.columns:
        if column.key in heading.doubled:
            places = [item.grid.place(match.row, match.column) for match in heading.doubled[column.key]]
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


def _continues(above: Sequence[TablePart], part: TablePart, survey: int) -> bool:
    """Whether repeated headings continue a table: nothing between gives them a header or a period."""
    whole = year_period(survey)
    if (next((page.period for page in above if page.period), None) or whole) != (part.period or whole):
        return False
    known = _header_on(above)
    own = {key: value.found for key, value in part.header.items() if value.found is not None}
    return all(key in known and known[key].found == found for key, found in own.items())


def _with_headers(tables: Sequence[Table], *, in_word: bool) -> list[Table]:
    """The tables; one without a contact gets the header above it on its sheet, else its form's."""
    found: list[Table] = []
    headers: dict[tuple[str, Unit | None], Mapping[str, Value]] = {}
    for table in tables:
        sheet = "" if in_word else table.sheet
        near = headers.get((sheet, table.unit)) or headers.get((table.form.key, table.unit)) or {}
        alone = any(key in table.header for key in CONTACT) or not near
        header = table.header if alone else {**near, **table.header}
        headers[sheet, table.unit] = header
        headers.setdefault((table.form.key, table.unit), header)
        found.append(table if alone else replace(table, header=header))
    return found


# Tables that are read

_READ, _BLANK, _CALLED_OLD, _NAMED_YEAR, _OF_YEAR, _HIDDEN = range(6)
_REASONS = ("", "是空白表", "名称表示是旧表、备份或样表", "是{period}的", "是{period}的", "是隐藏的工作表")
"""Rank → why a table is not read beside one of a lower rank; Chinese."""


def chosen(tables: Iterable[tuple[Table, Grid]], survey: int) -> tuple[list[Table], list[SheetLeftOut]]:
    """The tables that are read; and the others: hidden, or less fit (spare, blank, of another year)."""
    kept = list[Table]()
    left_out = list[SheetLeftOut]()
    ranked = [(*_rank(table, grid, survey), table) for table, grid in tables]
    for rank, other_year, table in ranked:
        lower = [rival for its, _, rival in ranked if its < rank]
        rivals = [rival for rival in lower if rival.unit is table.unit or None in (rival.unit, table.unit)]
        alike = [rival for rival in rivals if rival.form.key == table.form.key]
        listed = {row.region for rival in alike for row in rival.rows}
        adds = rank == _NAMED_YEAR and not {row.region for row in table.rows} <= listed
        if rank == _HIDDEN or (rank == _OF_YEAR and rivals) or (alike and not adds):
            first = next(iter(table.headings.values()))
            lost = _regions_lost(table, alike, of_year=other_year is None)
            reason = _REASONS[rank].format(period=other_year)
            of_year = rank == _OF_YEAR
            left_out.append(SheetLeftOut(table.form.key, first, reason, lost, alone=not alike, of_year=of_year))
        else:
            kept.append(table)
    return kept, left_out


def _rank(table: Table, grid: Grid, survey: int) -> tuple[int, Period | None]:
    """The rank of a table among those of its form, and the other year in its lines or sheet name."""
    names_alone = all(item.is_named for item in table.evidence)
    named = [item.value for item in table.evidence if names_alone and item.source.kind is TextKind.SHEET]
    other_year = next((period for period in (table.period, *named) if period and period.year_beside(survey)), None)
    if grid.hidden:
        return _HIDDEN, other_year
    if other_year:
        return _NAMED_YEAR if names_alone else _OF_YEAR, other_year
    if is_spare_sheet(table.sheet):
        return _CALLED_OLD, None
    is_filled = any(row.is_filled for row in table.rows) or table.concealed or table.other_years
    return _READ if is_filled else _BLANK, None


def _regions_lost(table: Table, others: Sequence[Table], *, of_year: bool) -> tuple[str, ...]:
    """The regions that are in no other table, or in none with these figures of the year."""
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)] if of_year else []
    known: dict[str | None, set[tuple[str, int | None]]] = defaultdict(set)
    for row in (row for other in others for row in other.rows):
        known[row.region].update((key, row.number(key)) for key in keys)
    own = [(row, {(key, number) for key in keys if (number := row.number(key)) is not None}) for row in table.rows]
    lost = (row.called for row, figures in own if row.region not in known or not figures <= known[row.region])
    return tuple(dict.fromkeys(lost))
