"""The door of the reading layer: any paths in, the nouns of `filing` out. Nothing that is found is dropped unnamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.account import added
from hrss12333.model.check_code import code_of, printed_codes
from hrss12333.model.document_marks import COPY_CATEGORY
from hrss12333.model.evidence import Evidence, year_told
from hrss12333.model.filing import Document, Filing, OwnedTable, Skipped, Summary, Table, Unreadable
from hrss12333.model.problem import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.account.account import recounted, with_account, with_running_text
from hrss12333.reading.blank_forms import without_blank_forms
from hrss12333.reading.covering_letters import Letter, is_letter, with_letters
from hrss12333.reading.doubt.names import unfit_named
from hrss12333.reading.doubt.telltale import may_doubt
from hrss12333.reading.files.discovery import NO_DOCUMENT, discover
from hrss12333.reading.files.source import Source
from hrss12333.reading.formats.opening import open_source
from hrss12333.reading.grid import Book, FileProblem, Prose, clipped
from hrss12333.reading.layout.city_rows import named_within
from hrss12333.reading.layout.page_breaks import joined
from hrss12333.reading.layout.survey_year import only_year, year_of_sheet, years_around
from hrss12333.reading.layout.turned_sheets import read_book
from hrss12333.reading.scans import accompanied
from hrss12333.reading.texts import texts_around, texts_within
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

_SHORTEST_SUMMARY = 20
"""Characters below which a Word file without a form is no 工作总结 either."""

_NO_WORKBOOK = (Problem.NO_FORM, Problem.OTHER_FORMAT, Problem.DAMAGED)
"""What a Word file may embed without concerning anyone: other tables, slides, the pictures of objects."""


class Reading(Struct):
    """All that was read under some paths, in a stable order."""

    documents: list[Document] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    """File as shown → where its bytes are."""

    def data(self, file: str) -> bytes:
        """The bytes of a document that was read.

        Raises:
            FileProblem: where the file can no longer be read.
        """
        return self.sources[file].data


def read_paths(
    paths: Sequence[Path],
    edition: Edition,
    *,
    unit: Unit | None = None,
    settled: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> Reading:
    """Read every file under these paths.

    Args:
        paths: Files and folders.
        edition: Whose forms are looked for.
        unit: Whose a filing is that names no unit itself (its H101 stays).
        settled: Whether it is certain that the edition's year is processed: no name alone gives a file another year.
        progress: Called with (files done, files in all, next file's name).

    Raises:
        UsageStop: where a path does not exist or nothing was found to read.
    """
    found = discover(paths)
    reading = Reading(list(found.problems), list(found.skipped))
    asked = [*_convertible(found.sources)]
    if asked:
        from hrss12333.reading.files.libreoffice import convert

        convert(asked)
    letters: list[Letter] = []
    for index, source in enumerate(found.sources):
        if progress:
            progress(index, len(found.sources), source.name)
        received = _Received(source.load)
        for own, item in _read(replace(source, load=received), _Asked(edition, unit, settled)):
            if isinstance(item, Skipped):
                reading.skipped.append(item)
            elif isinstance(item, Letter):
                letters.append(item)
            else:
                reading.documents.append(replace(item, sha256=received.sha256))
                reading.sources[own.name] = source if own.name == source.name else own
    if progress:
        progress(len(found.sources), len(found.sources), "")
    found_all = sorted(reading.documents, key=lambda item: item.file)
    filled, blank = without_blank_forms(found_all, lambda file: file in reading.sources and reading.sources[file].named)
    reading.documents = accompanied(filled, edition.gazetteer)
    reading.skipped += blank
    if letters:
        judged = partial(_doubted, edition=edition)
        reading.documents, told = with_letters(reading.documents, letters, edition.gazetteer, judged)
        reading.skipped += told
    reading.documents = with_running_text(reading.documents, edition)
    return reading


def _convertible(sources: Sequence[Source]) -> Iterator[tuple[str, bytes]]:
    """What LibreOffice will be asked for, to be converted in one start; what cannot be loaded is reported later."""
    for source in sources:
        if source.converted_as:
            with suppress(FileProblem):
                yield source.converted_as, source.data


class _Received:
    """A file's content on its way to the reader: what came is known ever after by its SHA-256."""

    def __init__(self, load: Callable[[], bytes]) -> None:
        self._load = load
        self.sha256 = ""

    def __call__(self) -> bytes:
        """The content."""
        data = self._load()
        self.sha256 = self.sha256 or sha256(data).hexdigest()
        return data


class _Asked(Struct, frozen=True):
    """What is looked for in every file."""

    edition: Edition
    unit: Unit | None
    settled: bool = False
    """As in `read_paths`."""


def read_source(source: Source, edition: Edition, unit: Unit | None = None) -> Document | Skipped:
    """One file as a filing, a 工作总结, or what stands in the way of either; the first filing where it holds several."""
    return read_all(source, edition, unit)[0]


def read_all(source: Source, edition: Edition, unit: Unit | None = None) -> Sequence[Document | Skipped]:
    """The same; a workbook that gathers several units' forms is a filing for each of them."""
    read = [item for _, item in _read(source, _Asked(edition, unit))]
    return [
        item.alone()
        if isinstance(item, Letter)
        else item
        if isinstance(item, Skipped)
        else with_running_text([item], edition)[0]
        for item in read
    ]


_Read = list[tuple[Source, Document | Skipped | Letter]]
"""What was read, each with where it stood: the file itself, or a workbook embedded in it."""


def _read(source: Source, asked: _Asked) -> _Read:
    """All that one file holds. Whatever goes wrong with it becomes its `Unreadable`: no file stops the others."""
    try:
        opened = open_source(source)
        if opened.sealed:
            return [(source, Skipped(source.name, "是本工具生成的汇总结果，不是报送材料"))]
        if isinstance(opened, Prose):
            return _prose(source, opened, asked)
        items = _book(source, replace(opened, grids=clipped(opened.grids)), asked)
        if not items and source.doubtful:
            items = [Skipped(source.name, NO_DOCUMENT)]
        return [(source, item) for item in items or [_no_form(source, opened, asked.edition)]]
    except FileProblem as problem:
        if source.doubtful:
            return [(source, Skipped(source.name, NO_DOCUMENT))]
        return [(source, Unreadable(source.name, problem.kind, problem.message))]
    except (MemoryError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        # A stranger's file found a fault of ours: name the file and go on with the others.
        reason = f"读取这个文件时出错（{type(error).__name__}）。请在Excel或WPS中打开后另存为.xlsx再报送。"
        return [(source, Unreadable(source.name, Problem.DAMAGED, reason))]


def _book(source: Source, book: Book, asked: _Asked) -> Sequence[Document | Skipped]:
    """The filings of a workbook, one a unit; a copy of this tool's that nobody changed is passed over. Nothing where
    no form is in it."""
    filings: list[Document | Skipped] = []
    around = tuple(texts_around(source.name[source.outside :], source.around))
    book = replace(book, around=around, settled=asked.settled)
    read, accounts = with_account(book, read_book(book, source.name, asked.edition, asked.unit), asked.edition)
    free = accounts.keys() - {table.sheet for table, _ in read}
    for named, tables in _by_unit(read):
        own, free = free | {table.sheet for table in tables}, set()
        tables, years = _with_year(tables, around, asked)
        filing = Filing(
            file=source.name,
            unit=named,
            tables=tables,
            date=book.saved or source.received or source.saved,
            saved=book.saved,
            stored=source.saved,
            sender=source.sender,
            received=source.received,
            printed_codes=printed_codes(book.footers),
            macros=book.macros,
            external_links=book.external_links,
            links=book.links,
            account=added(accounts[sheet] for sheet in own if sheet in accounts),
            texts=(*around, *texts_within(book, tables)),
            years=years,
        )
        filing = recounted(_doubted(filing, filing.texts, asked.edition))
        copy = book.category == COPY_CATEGORY and not source.named
        code = code_of(tables, named.name if named else None) if copy else None
        if code is not None and code in book.keywords:
            return [Skipped(source.name, "是本工具生成的审核副本，内容没有改动")]
        filings.append(filing)
    return filings


def _doubted(filing: Filing, texts: Sequence[Text], edition: Edition) -> Filing:
    """The filing with what these texts say against its figures."""
    if not may_doubt(filing, texts, filing.year or edition.year):
        return filing
    from hrss12333.reading.doubt.judge import with_doubts  # nearly no text around a clean form needs it

    return with_doubts(filing, texts, filing.year or edition.year)


def _with_year(
    tables: tuple[Table, ...], around: Sequence[Text], asked: _Asked
) -> tuple[tuple[Table, ...], tuple[Evidence, ...]]:
    """The tables of one filing, of the year that is said of any of them, and what says so."""
    survey = asked.edition.year
    sheets = [Text(TextKind.SHEET, sheet, sheet=sheet) for sheet in dict.fromkeys(table.sheet for table in tables)]
    years = (*(said for table in tables for said in table.years), *years_around((*sheets, *around), survey))
    year = year_told(years, survey, settled=asked.settled)
    return tuple(table if table.year == year else replace(table, year=year) for table in tables), years


def _by_unit(tables: Sequence[OwnedTable]) -> Iterator[tuple[Unit | None, tuple[Table, ...]]]:
    """One group of tables, or one a unit where the same form stands there for several units, or each unit's own regions.

    Two forms under two names, one form each, of the regions of one unit are its filing, whose headers differ (H108).
    """
    several = any(
        table.form.key == other.form.key and unit is not theirs for table, unit in tables for other, theirs in tables
    )
    borne_out = [unit for table, unit in tables if unit and _are_its_own(table)]
    if not several and len(set(borne_out)) <= 1:
        if tables:
            named = next((unit for unit in (*borne_out, *(unit for _, unit in tables)) if unit), None)
            yield named, tuple(table if own in (None, named) else _within(table, named) for table, own in tables)
        return
    for unit in dict.fromkeys(unit for _, unit in tables):
        yield unit, tuple(table for table, own in tables if own is unit)


def _are_its_own(table: Table) -> bool:
    """Whether most rows of a table are regions of the unit that its header names."""
    return 2 * sum(bool(row.match and row.match.official) for row in table.rows) > len(table.rows)


def _within(table: Table, unit: Unit | None) -> Table:
    return named_within(table, unit) if unit and table.rows and not _are_its_own(table) else table


def _embedded(source: Source, prose: Prose, asked: _Asked) -> _Read:
    """Filings in workbooks that are embedded in a Word file; others there, as of a chart, are none of ours."""
    found: _Read = []
    for number, data in enumerate(prose.embedded, 1):
        extension = ".xlsx" if data.startswith(b"PK") else ".xls"
        own = replace(
            source, name=f"{source.name}/嵌入的表格{number}{extension}", load=partial(bytes, data), named=False
        )
        found += [
            (at, item)
            for at, item in _read(own, asked)
            if not (isinstance(item, Skipped) or (isinstance(item, Unreadable) and item.problem in _NO_WORKBOOK))
        ]
    return found


def _prose(source: Source, prose: Prose, asked: _Asked) -> _Read:
    """A Word file: filings where forms stand in its tables or in workbooks within it; what else it says is a 工作总结."""
    edition = asked.edition
    around = tuple(years_around(texts_around(source.name[source.outside :], source.around), edition.year))
    years = (year_of_sheet(grid, around, edition, settled=asked.settled) for grid in prose.grids)
    book = Book(
        "docx",
        joined(clipped(prose.grids), edition_named(edition, only_year(years))),
        saved=prose.saved,
        footers=prose.footers,
        macros=prose.macros,
        external_links=prose.external_links,
        category=prose.category,
    )
    read: _Read = [(source, item) for item in _book(source, book, asked)]
    embedded = _embedded(source, prose, asked)
    if read:
        return read + embedded
    if is_letter(source.name, prose.paragraphs, beside=bool(embedded)):
        return [*embedded, (source, Letter(source.name, prose.paragraphs))]
    if sum(map(len, prose.paragraphs)) < _SHORTEST_SUMMARY:
        return embedded or [(source, _no_form(source, book, edition))]
    from hrss12333.reading.work_report.unit_name import unit_of_summary  # only where a 工作总结 was read

    match = unit_of_summary(source.name, prose.paragraphs, edition.gazetteer)
    summary = Summary(
        file=source.name,
        unit=match.unit if match else asked.unit,
        paragraphs=prose.paragraphs,
        headings=prose.headings,
        words=prose.words,
        saved=prose.saved,
        stored=source.saved,
        sender=source.sender,
        received=source.received,
        unfit=unfit_named(source.name[source.outside :]),
    )
    return [*embedded, (source, summary)]


def _no_form(source: Source, book: Book, edition: Edition) -> Unreadable:
    names = "、".join(_forms(edition.forms))
    seen = "、".join(f"“{grid.name}”" for grid in book.grids[:5]) + ("等" if len(book.grids) > 5 else "")
    where = f"看过的工作表：{seen}。" if seen else ""
    message = f"没有找到{names}的栏目名称。{where}请使用通知所附的空白调查表填报。"
    return Unreadable(source.name, Problem.NO_FORM, message)


def _forms(forms: Sequence[Form]) -> Iterator[str]:
    for form in forms:
        yield f"{form.key}《{form.title}》"
