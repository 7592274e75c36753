"""From an opened file to its documents: filings, one a unit, a 工作总结, a covering letter, or why it is none of these; and
every text that is in a filing or around it beside the form's own words, for the judge of doubt and the account.

Values are no texts: what a cell of the form says is read as its answer. What it says beyond that (a region's name with
brackets, 备注) is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.check_code import code_of, printed_codes
from hrss12333.model.document_marks import COPY_CATEGORY, FILING_CATEGORY, REMARK
from hrss12333.model.filing import (
    CellUse,
    CoveringLetter,
    Document,
    Filing,
    OwnedTable,
    Place,
    Skipped,
    Summary,
    Table,
    Unreadable,
    count_words,
    summed_account,
)
from hrss12333.model.message import Quote, Several, compose
from hrss12333.model.problem import Problem
from hrss12333.model.text import NAMES, Text, TextKind, inferred_year
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import Explained, explained, rows_left_out, without_printed
from hrss12333.reading.companions import covering_letter, is_letter, unit_of_summary
from hrss12333.reading.doubt.judge import with_doubts
from hrss12333.reading.files.bounds import expect_few_rows
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.reading.files.source import OWN_OUTPUT, Source
from hrss12333.reading.grid import Book, Box, Prose
from hrss12333.reading.layout.city_rows import named_within
from hrss12333.reading.layout.competing import set_aside
from hrss12333.reading.layout.statements import years_around
from hrss12333.reading.layout.tables import read_tables
from hrss12333.reading.values.cell_text import is_blank, visible
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import TO_FILL, TOTAL
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.version_words import unfit_named, version_named

_SHORTEST_SUMMARY = 20
"""Characters below which a Word file without a form is no 工作总结 either."""
_EMBEDDED = "Word文件里嵌有Excel表，嵌入的表没有读取。请把它另存为 .xlsx 再报送。"
_SHORTEST_TEXT = 2
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


class Wanted(Struct, frozen=True):
    """What is looked for in every file."""

    edition: Edition
    unit: Unit | None
    year_settled: bool = False
    """Whether the year that is processed is certain."""


Read = list[tuple[Source, Document | Skipped | CoveringLetter]]
"""What was read, each with the file in which it stood."""


def documents_of(source: Source, opened: Book | Prose, wanted: Wanted) -> Read:
    """The documents that are in what was opened."""
    if opened.is_sealed:
        return [(source, Skipped(source.name, OWN_OUTPUT))]
    if isinstance(opened, Prose):
        return _prose(source, opened, wanted)
    items = _book(source, opened, wanted)
    return [(source, item) for item in items or [_no_form(source, opened, wanted.edition)]]


def _book(source: Source, book: Book, wanted: Wanted) -> Sequence[Document | Skipped]:
    """The filings of a workbook, one a unit; a copy of this tool's that nobody changed is passed over, and so is, among
    the files of the unit asked for, its filing of an earlier run. Nothing where no form is in it."""
    filings: list[Document | Skipped] = []
    around = tuple(texts_around(source.name[source.outside :], source.around))
    book = replace(book, around=around, year_settled=wanted.year_settled)
    book, owned = read_tables(book, source.name, wanted.edition, wanted.unit)
    expect_few_rows(sum(len(table.rows) for table, _ in owned))
    sheets = explained(book, owned, wanted.edition) if owned else []
    if any(sheet.left for sheet in sheets):
        from hrss12333.reading.account.sheet import with_unread  # many filings have no such sheet

        owned = with_unread(book, sheets, owned, wanted.edition)
    accounts = {sheet.grid.name: sheet.counts for sheet in sheets}
    free = accounts.keys() - {table.sheet for table, _ in owned}
    for named, tables in _by_unit(owned):
        own_sheets = free | {table.sheet for table in tables}
        free = set()
        others = set() if book.flowing else {table.sheet for table, _ in owned} - own_sheets
        reported = [evidence for table in tables for evidence in table.years]
        years = (*reported, *years_around(around, wanted.edition.year))
        year = inferred_year(years, wanted.edition.year, year_settled=wanted.year_settled)
        tables, partial = set_aside([replace(table, year=year) for table in tables])
        within = texts_within(book, [sheet for sheet in sheets if sheet.grid.name not in others], tables)
        filing = Filing(
            file=source.name,
            unit=named,
            tables=tables,
            date=book.saved or source.received or source.saved,
            saved=book.saved,
            stored=source.saved,
            sender=source.sender,
            received=source.received,
            version=version_named(source.name, source.outside),
            printed_codes=printed_codes(book.footers),
            macros=book.macros,
            external_links=book.external_links,
            links=book.links,
            account=summed_account(accounts[sheet] for sheet in own_sheets if sheet in accounts),
            texts=tuple(_beyond_printed((*around, *within), wanted.edition, year)),
            partial=partial,
            years=years,
        )
        filing = _recounted(with_doubts(filing, filing.texts, year or wanted.edition.year))
        own = book.category == FILING_CATEGORY and named is not None and named is wanted.unit
        copy = book.category == COPY_CATEGORY
        code = code_of(tables, named.name if named else None) if (own or copy) and not source.named else None
        if code is not None and code in book.keywords:
            what = f"{named.name if named else ''}的报送表" if own else "审核副本"
            how = "；要读它，请直接写出它的文件名" if own else ""
            return [Skipped(source.name, f"是本工具生成的{what}，内容没有改动{how}")]
        filings.append(replace(filing, own=True) if own else filing)
    return filings


def doubted(filing: Filing, texts: Sequence[Text], edition: Edition) -> Filing:
    """The filing with what these texts say against its figures."""
    return with_doubts(filing, _beyond_printed(texts, edition, filing.year), filing.year or edition.year)


def _beyond_printed(texts: Iterable[Text], edition: Edition, year: int | None) -> Iterator[Text]:
    """The texts without what forms and notice print."""
    for text in texts:
        is_name = text.kind in NAMES
        if words := text.text if is_name else without_printed(text.text, edition.forms, year or edition.year):
            yield text if words == text.text else replace(text, text=words)


def _recounted(filing: Filing) -> Filing:
    """The filing with the rows that its own words take out accounted for as such."""
    taken = [item for table in filing.tables for item in table.concealed if item.by_own_words and item.text != TOTAL]
    if not (number := sum(its.found is not None for item in taken if item.row for its in item.row.values.values())):
        return filing
    moved = {CellUse.VALUE: -number, CellUse.LEFT_OUT: number}
    return replace(filing, account=summed_account((filing.account, moved)))


def _by_unit(tables: Sequence[OwnedTable]) -> Iterator[tuple[Unit | None, tuple[Table, ...]]]:
    """One group of tables, or one a unit where the same form is there for several units, or each unit's own regions.

    Two forms under two names, one form each, of the regions of one unit are its filing, whose headers differ (H108).
    """
    several = any(
        table.form.key == other.form.key and unit is not theirs for table, unit in tables for other, theirs in tables
    )
    borne_out = [unit for table, unit in tables if unit and _are_its_own(table)]
    if tables and not several and len(set(borne_out)) <= 1:
        named = next((unit for unit in (*borne_out, *(unit for _, unit in tables)) if unit), None)
        others = [table for table, own in tables if own not in (None, named) and table.rows and not _are_its_own(table)]
        yield named, tuple(named_within(table, named) if named and table in others else table for table, _ in tables)
        return
    for unit in dict.fromkeys(unit for _, unit in tables):
        yield unit, tuple(table for table, own in tables if own is unit)


def _are_its_own(table: Table) -> bool:
    """Whether most rows of a table are regions of the unit that its header names."""
    return 2 * sum(bool(row.match and row.match.official) for row in table.rows) > len(table.rows)


def _prose(source: Source, prose: Prose, wanted: Wanted) -> Read:
    """A Word file: filings where forms are in its tables; what else it says is a 工作总结."""
    if items := _book(source, prose, wanted):
        return [(source, item) for item in items]
    is_short = sum(map(len, prose.paragraphs)) < _SHORTEST_SUMMARY
    if prose.embedded and (is_short or is_letter(source.name, prose.paragraphs, beside=True)):
        return [(source, Unreadable(source.name, Problem.NO_FORM, compose("", _EMBEDDED)))]
    if is_letter(source.name, prose.paragraphs, beside=False):
        return [(source, covering_letter(source, prose))]
    if is_short:
        return [(source, _no_form(source, prose, wanted.edition))]
    match = unit_of_summary(source.name, prose.paragraphs, wanted.edition.gazetteer)
    summary = Summary(
        file=source.name,
        unit=match.unit if match else wanted.unit,
        paragraphs=prose.paragraphs,
        headings=prose.headings,
        words=count_words("\n".join(prose.paragraphs)),
        saved=prose.saved,
        stored=source.saved,
        sender=source.sender,
        received=source.received,
        unfit=unfit_named(source.name[source.outside :]),
        version=version_named(source.name, source.outside),
    )
    return [(source, summary)]


def _no_form(source: Source, book: Book, edition: Edition) -> Unreadable:
    evidence = compose(
        "",
        "没有找到{forms:、}的栏目名称。",
        "看过的工作表：{seen:、}{more}。" if book.grids else "",
        "请使用通知所附的空白调查表填报。",
        forms=Several(f"{form.key}《{form.title}》" for form in edition.forms),
        seen=Several(Quote(grid.name) for grid in book.grids[:5]),
        more="等" if len(book.grids) > 5 else "",
    )
    return Unreadable(source.name, Problem.NO_FORM, evidence)


# What is in a file and around it beside the form's own words


def texts_around(name: str, mail: Sequence[Text]) -> Iterator[Text]:
    """The names of a file and of the folders and archives that it lies in, from the inside out, and the mail's words."""
    *outer, own = name.replace("\\", "/").lstrip("/").split("/")
    yield Text(TextKind.FILE, own.rpartition(".")[0] or own)
    for part in reversed(outer):
        stem, _, extension = part.rpartition(".")
        boxed = extension.lower() in CONTAINERS
        named = TextKind.MAIL_NAME if extension.lower() == "eml" else TextKind.ARCHIVE
        yield Text(named if boxed else TextKind.FOLDER, stem if boxed else part)
    yield from mail


def texts_within(book: Book, sheets: Sequence[Explained], tables: Sequence[Table]) -> Iterator[Text]:
    """The texts of a book that holds these tables, beside what is explained of its sheets at sight; without those of
    sheets that hold a table that was passed over for one of these."""
    by_sheet: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_sheet[table.sheet].append(table)
    yield from (Text(TextKind.SHEET, sheet, sheet=sheet) for sheet in by_sheet)
    passed_over = {other.sheet for table in tables for other in table.superseded}
    own = {found.grid.name for found in sheets} - passed_over
    for text, pages in book.footers.items():
        printed = own & {*pages}
        whole = not pages or printed >= by_sheet.keys() or (printed and printed.isdisjoint(by_sheet))
        of = [None] if whole else sorted(printed & {*by_sheet})
        yield from (Text(TextKind.PAGE, text, sheet=sheet) for sheet in of)
    yield from (text for text in book.texts if text.kind in (TextKind.BOX, TextKind.NOTE))
    paragraphs, texts = dict[str, None](), list[Text]()
    for found in sheets:
        paragraphs |= dict.fromkeys((*found.grid.before, *found.grid.after))
        if found.grid.name not in passed_over:
            sheet = _SheetTexts(found, by_sheet.get(found.grid.name, ()))
            texts += (*sheet.cells(), *sheet.comments())
    yield from (*texts, *(Text(TextKind.PARAGRAPH, paragraph) for paragraph in paragraphs))


class _TableExtent:
    """A table as written in its sheet; rows and columns from 1, exchanged where it is turned."""

    def __init__(self, table: Table) -> None:
        self.table, self._turned = table, table.is_turned
        lines = [self.position_of(place)[0] for place in table.headings.values()]
        self.top, self.bottom = min(lines), max(lines)
        again = {item.field: item.place for item in table.column_problems if item.place}
        self.columns = {self.position_of(place)[1]: key for key, place in (*again.items(), *table.headings.items())}
        """Sheet column → field key; a column that is there twice has both."""
        self.rows = {self.position_of(row.place)[0]: row for row in table.rows if row.place.sheet == table.sheet}
        self.silent = {self.position_of(row.place)[0] for row in rows_left_out(table)}
        """Rows of the form that are no data: 样例, 合计, concealed ones."""
        out = [row.place for row in rows_left_out(table) if row is not table.total]
        out += [aside.place for aside in table.asides]
        self.left_out = {self.position_of(place)[0] for place in out if place.sheet == table.sheet} - {*self.rows}
        """Rows that do not count, each for a reason: their words say nothing of the other rows."""
        repeated = (place for part in table.parts for place in part.headings.values())
        self.known = {*repeated, *(aside.place for aside in table.asides)}
        """Headings that come again; where what is reported about begins: rows that were left out, columns renamed."""
        self.last = max((self.bottom, *self.rows, *self.silent))
        """The last row that is the form's."""

    def position_of(self, place: Place) -> tuple[int, int]:
        """Row and column of the table."""
        return (place.column, place.row) if self._turned else (place.row, place.column)

    def distance(self, place: Place) -> tuple[int, int]:
        """How far from its rows, then from its columns, a cell stands: it belongs to the table whose rows it is beside, else
        to the one above it, else below."""
        row, column = self.position_of(place)
        return max(self.top - row, row - self.last, 0), min(abs(column - own) for own in self.columns)


class _SheetTexts:
    def __init__(self, found: Explained, tables: Sequence[Table]) -> None:
        self._found, self._grid = found, found.grid
        self._extents = [_TableExtent(table) for table in tables if table.headings]
        self._boxes = {(box.top, box.left): box for box in found.grid.merges}

    def cells(self) -> Iterator[Text]:
        for row, column, text in sorted(self._found.texts):
            words = visible(text)
            if len(words) >= _SHORTEST_TEXT and column not in self._found.checking and TO_FILL not in words:
                yield from self._texts_of_cell(Place(self._grid.name, row + 1, column + 1), words)

    def _texts_of_cell(self, place: Place, text: str) -> Iterator[Text]:
        extent = min(self._extents, key=lambda extent: extent.distance(place), default=None)
        if extent is None:
            if sum(not is_blank(cell) for cell in self._grid.cells[place.row - 1]) <= _FEW_CELLS:
                yield Text(TextKind.CELL, text, place, place.sheet)
            return
        form, (row, column) = extent.table.form, extent.position_of(place)
        data, key = extent.rows.get(row), extent.columns.get(column)
        if data is None and (place.row - 1 in self._found.heads or place in extent.known):
            return
        if row > extent.bottom and row in extent.left_out:
            return
        named_column = form.by_key[key] if key else None
        if row < extent.top:
            title = form.title in re.sub(r"\s+", "", text)
            yield Text(TextKind.TITLE if title else TextKind.ABOVE, text, place, place.sheet, form.key)
        elif data is not None:
            more = not text.isalpha() or len(text) > len(data.region or "")  # than the region that a name was taken for
            if named_column is None or (named_column is form.region and text != data.region and more):
                yield Text(TextKind.CELL, text, place, place.sheet, form.key, data.region)
            elif named_column.kind is Kind.TEXT:
                at = place.row - 1, place.column - 1
                box = self._boxes.get(at, Box(*at, *at))  # all rows of its merged range
                last, _ = extent.position_of(Place(place.sheet, box.bottom + 1, box.right + 1))
                for shared in (extent.rows[number] for number in extent.rows if row <= number <= last):
                    yield Text(TextKind.REMARK, text, place, place.sheet, form.key, shared.region)
        elif row in extent.silent:
            if named_column is None or named_column.kind is Kind.TEXT:
                yield Text(TextKind.CELL, text, place, place.sheet, form.key)
        elif row > extent.bottom:
            kind = TextKind.BELOW if row > extent.last else TextKind.CELL
            yield Text(kind, text, place, place.sheet, form.key)

    def comments(self) -> Iterator[Text]:
        """Comments and text boxes: at the cell that each is fixed to, or once at a column where many cells have the same."""
        same: dict[tuple[TextKind, str], list[Place]] = defaultdict(list)
        for (row, column), mark in self._grid.marks.items():
            if mark.comment or mark.box:
                place = Place(self._grid.name, row + 1, column + 1)
                words = _OWN_REMARK.split(_AUTHOR.sub("", mark.comment, count=1))[0].strip()
                same[TextKind.COMMENT, words].append(place)
                same[TextKind.BOX, mark.box.strip()].append(place)
        for (kind, text), places in same.items():
            fixed = [self._fixed(kind, text, place) for place in places if text]
            if len(fixed) > _FEW_CELLS and len(text) > _LONGEST_MARK:
                field = fixed[0].field if len({item.field for item in fixed}) == 1 else None
                fixed = [replace(fixed[0], region=None, field=field)]
            yield from fixed

    def _fixed(self, kind: TextKind, text: str, place: Place) -> Text:
        for extent in self._extents:
            row, column = extent.position_of(place)
            data, key = extent.rows.get(row), extent.columns.get(column)
            form = extent.table.form
            if data is not None or (key and extent.top <= row <= extent.bottom):
                field = None if key == form.region.key else key
                return Text(kind, text, place, place.sheet, form.key, data.region if data else None, field)
        return Text(kind, text, place, place.sheet)
