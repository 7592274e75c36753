"""From an opened file to its documents: filings, one a unit, a 工作总结, a covering letter, or why it is none of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.account import CellUse, added
from hrss12333.model.check_code import code_of, printed_codes
from hrss12333.model.document_marks import COPY_CATEGORY, FILING_CATEGORY
from hrss12333.model.filing import Document, Filing, OwnedTable, Skipped, Summary, Table, Unreadable
from hrss12333.model.message import Quote, Several, compose
from hrss12333.model.problem import Problem
from hrss12333.model.text import Text, inferred_year
from hrss12333.reading.account.explained import explained
from hrss12333.reading.companions import CoveringLetter, is_letter, unit_of_summary
from hrss12333.reading.doubt.clauses import unfit_named, version_named
from hrss12333.reading.doubt.judge import with_doubts
from hrss12333.reading.files.bounds import expect_few_rows
from hrss12333.reading.files.source import NO_DOCUMENT, Source
from hrss12333.reading.grid import Book, Prose, clipped
from hrss12333.reading.layout.city_rows import named_within
from hrss12333.reading.layout.competing import set_aside
from hrss12333.reading.layout.statements import years_around
from hrss12333.reading.layout.tables import read_tables
from hrss12333.reading.texts import texts_around, texts_within
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit

_SHORTEST_SUMMARY = 20
"""Characters below which a Word file without a form is no 工作总结 either."""

_NO_WORKBOOK = (Problem.NO_FORM, Problem.OTHER_FORMAT, Problem.DAMAGED)
"""What a Word file may embed without concerning anyone: other tables, slides, the pictures of objects."""


class Wanted(Struct, frozen=True):
    """What is looked for in every file."""

    edition: Edition
    unit: Unit | None
    settled: bool = False
    """Whether the year that is processed is certain."""


Read = list[tuple[Source, Document | Skipped | CoveringLetter]]
"""What was read, each with where it stood: the file itself, or a workbook embedded in it."""


Reader = Callable[[Source, Wanted], Read]
"""Reads a file, whatever it is."""


def documents_of(source: Source, opened: Book | Prose, wanted: Wanted, read: Reader) -> Read:
    """The documents that are in what was opened; ``read`` reads what is embedded in it."""
    if opened.is_sealed:
        return [(source, Skipped(source.name, "是本工具生成的汇总结果，不是报送材料"))]
    if isinstance(opened, Prose):
        return _prose(source, opened, wanted, read)
    items = _book(source, replace(opened, grids=clipped(opened.grids)), wanted)
    if not items and source.doubtful:
        items = [Skipped(source.name, NO_DOCUMENT)]
    return [(source, item) for item in items or [_no_form(source, opened, wanted.edition)]]


def _book(source: Source, book: Book, wanted: Wanted) -> Sequence[Document | Skipped]:
    """The filings of a workbook, one a unit; a copy of this tool's that nobody changed is passed over, and so is, among
    the files of the unit asked for, its filing of an earlier run. Nothing where no form is in it."""
    filings: list[Document | Skipped] = []
    around = tuple(texts_around(source.name[source.outside :], source.around))
    book = replace(book, around=around, settled=wanted.settled)
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
        said = [evidence for table in tables for evidence in table.years]
        years = (*said, *years_around(around, wanted.edition.year))
        year = inferred_year(years, wanted.edition.year, settled=wanted.settled)
        tables, partial = set_aside([replace(table, year=year) for table in tables])
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
            account=added(accounts[sheet] for sheet in own_sheets if sheet in accounts),
            texts=(*around, *texts_within(book, sheets, tables)),
            partial=partial,
            years=years,
        )
        filing = _recounted(doubted(filing, filing.texts, wanted.edition))
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
    return with_doubts(filing, texts, filing.year or edition.year)


def _recounted(filing: Filing) -> Filing:
    """The filing with the rows that its own words take out accounted for as such."""
    taken = [item.row for table in filing.tables for item in table.concealed if item.by_own_words and item.row]
    number = sum(value.found is not None for row in taken for value in row.values.values())
    if not number:
        return filing
    moved = {CellUse.VALUE: -number, CellUse.LEFT_OUT: number}
    return replace(filing, account=added((filing.account, moved)))


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


def _embedded(source: Source, prose: Prose, wanted: Wanted, reader: Reader) -> Read:
    """Filings in workbooks that are embedded in a Word file; others there, as of a chart, are none of ours."""
    found: Read = []
    for number, data in enumerate(prose.embedded, 1):
        extension = ".xlsx" if data.startswith(b"PK") else ".xls"
        own = source.holding(f"{source.name}/嵌入的表格{number}{extension}", data)
        found += [
            (at, item)
            for at, item in reader(own, wanted)
            if not (isinstance(item, Skipped) or (isinstance(item, Unreadable) and item.problem in _NO_WORKBOOK))
        ]
    return found


def _prose(source: Source, prose: Prose, wanted: Wanted, reader: Reader) -> Read:
    """A Word file: filings where forms are in its tables or in workbooks within it; what else it says is a 工作总结."""
    edition = wanted.edition
    book = replace(prose, grids=clipped(prose.grids))
    read: Read = [(source, item) for item in _book(source, book, wanted)]
    embedded = _embedded(source, prose, wanted, reader)
    if read:
        return read + embedded
    if is_letter(source.name, prose.paragraphs, beside=bool(embedded)):
        return [*embedded, (source, CoveringLetter(source.name, prose.paragraphs))]
    if sum(map(len, prose.paragraphs)) < _SHORTEST_SUMMARY:
        return embedded or [(source, _no_form(source, book, edition))]
    match = unit_of_summary(source.name, prose.paragraphs, edition.gazetteer)
    summary = Summary(
        file=source.name,
        unit=match.unit if match else wanted.unit,
        paragraphs=prose.paragraphs,
        headings=prose.headings,
        words=prose.words,
        saved=prose.saved,
        stored=source.saved,
        sender=source.sender,
        received=source.received,
        unfit=unfit_named(source.name[source.outside :]),
        version=version_named(source.name, source.outside),
    )
    return [*embedded, (source, summary)]


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
