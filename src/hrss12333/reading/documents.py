"""The entrance of reading: paths in, the nouns of `model.filing` out; every file and text is accounted for.

A file yields filings (one for each unit), a 工作总结, a covering letter, or the reason why it is none of these;
and every text in or around it except the form's, to be quoted or to date the filing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model import check_code
from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Unreadable, WorkReport
from hrss12333.model.message import Quote, Several, base_name, compose
from hrss12333.model.row import Problem
from hrss12333.model.text import Text, TextKind, count_words
from hrss12333.reading.companions import as_skipped, is_letter, unit_of_summary
from hrss12333.reading.files.discovery import OWN_OUTPUT, Source, discover
from hrss12333.reading.files.file_type import CONTAINERS, CONVERTIBLE, FORMATS, open_document, sniff_head
from hrss12333.reading.grid import Book, FileProblem, Prose
from hrss12333.reading.layout.leftovers import texts_beside
from hrss12333.reading.layout.tables import BookRead, read_tables
from hrss12333.reading.worker.limits import number_of, out_of_bounds
from hrss12333.survey.editions import edition_named
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition
from hrss12333.survey.words import Meaning, unfit_by, version_named

_CONVERTIBLE = tuple(f".{name}" for kind in CONVERTIBLE for name in FORMATS[kind].extensions.split())
_SHORTEST_SUMMARY = 20
"""Characters below which a Word file without a form is no 工作总结 either."""
_MOST_NAMED = 5
_EMBEDDED = "Word文件里嵌有Excel表，嵌入的表没有读取。请把它另存为 .xlsx 再报送。"


class Reading(Struct):
    """The files read under some paths, in a stable order."""

    edition: Edition
    """The edition of the year that is settled, else of the year that the first filing names."""
    documents: list[Document] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    letters: list[CoveringLetter] = field(default_factory=list)
    """Covering letters, and every mail with its words."""
    sources: dict[str, Source] = field(default_factory=dict)
    """File as shown → the source of its bytes, for each file that became a document."""


def read_paths(
    paths: Sequence[Path],
    edition: Edition,
    *,
    unit: Unit | None = None,
    year_settled: bool = False,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Reading:
    """Read every file under these paths; raise `UsageStop` if there is none.

    ``unit``: for filings that name none (H101 stays). ``year_settled``: whether the edition's year is
    certain; otherwise the first filing that names a year in its sheets decides. ``progress``: called with the
    numbers of files read and to be read, and the next one's name."""
    found = discover(paths)
    reading, is_told = Reading(edition, skipped=[*found.skipped]), year_settled
    if wanted := [*_convertible(found.sources)]:
        from hrss12333.reading.files.programs import convert

        with suppress(OSError):  # no room on disk: the other files can still be read
            convert(wanted)
    for index, source in enumerate(found.sources):
        progress(index, len(found.sources), source.name)
        items = _read_file(source, reading.edition, unit, year_settled=year_settled)
        if not is_told and (filings := [item for item in items if isinstance(item, Filing)]):
            # Names and mails alone decide no edition.
            year = filings[0].year if any(not evidence.is_named for evidence in filings[0].evidence) else None
            is_told, reading.edition = True, edition_named(edition, year)
            if reading.edition is not edition:
                items = _read_file(source, reading.edition, unit, year_settled=year_settled)
        for item in items:
            if isinstance(item, Skipped):
                reading.skipped.append(item)
            elif isinstance(item, CoveringLetter):
                reading.letters.append(item)
                reading.skipped.append(as_skipped(item))
            else:
                reading.documents.append(item)
                reading.sources[source.name] = source
    progress(len(found.sources), len(found.sources), "")
    reading.letters += found.mails
    reading.documents.sort(key=lambda item: item.file)
    _pass_over_blank_forms(reading)
    return reading


def _convertible(sources: Sequence[Source]) -> Iterator[tuple[str, bytes]]:
    """Kind and content of each file that LibreOffice is to convert: one start of it converts them all."""
    for source in sources:
        if source.name.lower().endswith(_CONVERTIBLE):
            with suppress(FileProblem):  # reported later
                data = source.load()
                kind = sniff_head(data[:4096]).replace("ole", "doc")
                if kind in CONVERTIBLE:
                    yield kind, data


def read_source(source: Source, edition: Edition, *, year_settled: bool = False) -> Document | Skipped:
    """One file as a filing (the first of several), a 工作总结, or the reason why it is neither."""
    item, *_ = _read_file(source, edition, None, year_settled=year_settled)
    return as_skipped(item) if isinstance(item, CoveringLetter) else item


def _rows_and_told(found: Read) -> tuple[int, int]:
    """The numbers of data rows, and of all else that outputs mention: texts, odd values, problems."""
    tables = [table for item in found if isinstance(item, Filing) for table in item.tables]
    rows = [row for table in tables for row in table.rows]
    texts = sum(number_of(item.texts) for item in found if not isinstance(item, WorkReport | Skipped))
    beside = sum(len((*t.header, *t.column_problems, *t.asides, *t.concealed)) for t in tables)
    return len(rows), texts + beside + sum(len(row.noted_values) for row in rows)


def _read_file(source: Source, edition: Edition, unit: Unit | None, *, year_settled: bool) -> Read:
    """The contents of one file, or why it could not be read; the cost is charged to the given file's budget."""
    digest = ""
    try:
        with source.budget.own_time():
            data = source.load()
            digest = sha256(data).hexdigest() if data or not source.problem else ""
            if source.problem:
                raise FileProblem(*source.problem)
            opened = replace(open_document(data, source.budget), year_settled=year_settled)
            with source.budget.in_time():
                found = documents_of(source, opened, edition, unit)
        source.budget.take_rows(*_rows_and_told(found))
    except FileProblem as problem:
        found = [_unread(source.name, problem)]
    except MemoryError:
        found = [_unread(source.name, out_of_bounds())]
    except (RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        # A bug of this program that the file exposes: name the file and continue with the others.
        reported = f"读取这个文件时出错（{type(error).__name__}）。请在Excel或WPS中打开后另存为.xlsx再报送。"
        found = [_unread(source.name, FileProblem(Problem.DAMAGED, reported))]
    came = {"sender": source.sender, "received": source.received, "stored": source.saved, "sha256": digest}
    return [item if isinstance(item, Skipped) else replace(item, **came) for item in found]


def _unread(file: str, problem: FileProblem) -> Document | CoveringLetter:
    if problem.kind in (Problem.SCAN, Problem.NOT_HERE):
        what, is_unaudited = problem.text.rstrip("。"), problem.kind is Problem.NOT_HERE
        return CoveringLetter(file, (), what=what, is_scan=True, is_unaudited=is_unaudited)
    return Unreadable(file, problem.kind, compose("", "{text}", text=problem.text))


def _pass_over_blank_forms(reading: Reading) -> None:
    """Skip blank forms, except those named on the command line, unless no filing has a row."""
    filings = [item for item in reading.documents if isinstance(item, Filing)]
    blank = {item.file for item in filings if not reading.sources[item.file].named and _is_blank(item)}
    if any(table.rows for item in filings for table in item.tables):
        reading.documents = [item for item in reading.documents if item.file not in blank]
        reading.skipped += [Skipped(file, "是空白的调查表，没有填写任何内容") for file in sorted(blank)]


def _is_blank(filing: Filing) -> bool:
    """Whether the forms are untouched: no row, no header, no sample but the printed one."""
    tables = filing.tables
    if filing.loose_figures or filing.unrecognised or any(table.rows or table.concealed for table in tables):
        return False
    headed = f"/{TextKind.MAIL.value}" not in filing.file and any(
        value.found not in (None, "") for table in tables for value in table.header.values()
    )
    samples = ((row, column) for table in tables for row in table.samples for column in table.form.data)
    return not headed and all(row.scalar(column.key) in (None, column.sample) for row, column in samples)


Read = list[Document | Skipped | CoveringLetter]
"""The contents of one file."""


def documents_of(source: Source, opened: Book, edition: Edition, default: Unit | None = None) -> Read:
    """The documents in an opened file."""
    if opened.category == check_code.OUTPUT_CATEGORY:
        return [Skipped(source.name, OWN_OUTPUT)]
    found = _book(source, opened, edition, default)
    return [_prose(source, opened, edition, default)] if isinstance(opened, Prose) and not found else found


def _book(source: Source, book: Book, edition: Edition, default: Unit | None) -> Read:
    """The filings of a workbook, one a unit; an unchanged output of this tool is skipped unless named."""
    around = tuple(texts_around(source.name[source.outside :], source.around))
    book = replace(book, around=around)
    read = read_tables(book, source.name, edition, default)
    if not read.tables:
        described = read.unrecognised or read.left_out or not isinstance(book, Prose)
        return [_refused(source, book, read, edition)] if described else []
    beside, within = (texts_beside(texts, edition) for texts in (around, book.texts))
    read = replace(read, texts=[*beside, *read.texts, *within])
    filings = Read()
    for unit in dict.fromkeys(table.unit for table in read.tables):
        filing = _filing_of(unit, source, book, read, edition, is_first=not filings)
        is_ours = book.category == check_code.FILING_CATEGORY and unit is not None and unit is default
        # A marked copy that is called a correction was sent back to confirm that it counts.
        is_copy = book.category == check_code.COPY_CATEGORY and filing.version != Meaning.CORRECTED
        if (is_ours or is_copy) and not source.named and check_code.is_unchanged(filing, book.keywords):
            what = f"{unit.name if unit else ''}的报送表" if is_ours else "审核副本"
            how = "；要读它，请直接写出它的文件名" if is_ours else ""
            return [Skipped(source.name, f"是本工具生成的{what}，内容没有改动{how}")]
        filings.append(replace(filing, own=True) if is_ours else filing)
    return filings


def _filing_of(
    unit: Unit | None, source: Source, book: Book, read: BookRead, edition: Edition, *, is_first: bool
) -> Filing:
    """One unit's filing in a book: its tables and their sheets' texts; the first has all other texts."""
    tables = tuple(table for table in read.tables if table.unit is unit)
    own = {table.sheet for table in tables}
    others = {table.sheet for table in read.tables} - own
    mail = [text.text for text in source.around]

    def is_own(sheet: str | None) -> bool:
        return sheet not in others if is_first else sheet in own

    return Filing(
        file=source.name,
        unit=unit,
        tables=tables,
        saved=book.saved,
        version=version_named(source.name, edition.year, source.outside, mail),
        printed_codes=check_code.printed_codes(text.text for text in book.texts if text.kind is TextKind.PAGE),
        macros=book.macros,
        external_links=book.external_links,
        around=(*book.around, *(Text(TextKind.SHEET, sheet, sheet=sheet) for sheet in sorted(own))),
        texts=tuple(text for text in read.texts if is_own(text.sheet)),
        loose_figures=tuple(item for item in read.loose if is_own(item.place.sheet)),
        unrecognised=tuple(item for item in read.unrecognised if is_own(item.place.sheet)),
        left_out=tuple(item for item in read.left_out if is_own(item.place.sheet)),
        unfit=unfit_by(base_name(source.name), "名称"),
    )


def _prose(source: Source, prose: Prose, edition: Edition, default: Unit | None) -> Document | CoveringLetter:
    """A Word file without a form as a letter, a 工作总结 or a refusal."""
    is_short = sum(map(len, prose.paragraphs)) < _SHORTEST_SUMMARY
    if prose.embedded and (is_short or is_letter(source.name, prose.paragraphs, beside=True)):
        return Unreadable(source.name, Problem.NO_FORM, compose("", _EMBEDDED))
    if is_letter(source.name, prose.paragraphs, beside=False):
        words = Text(TextKind.LETTER, "\n".join(prose.paragraphs))
        return CoveringLetter(source.name, (words,))
    if is_short:
        return _refused(source, prose, BookRead(), edition)
    return WorkReport(
        file=source.name,
        unit=unit_of_summary(source.name, prose.paragraphs, edition.gazetteer) or default,
        paragraphs=prose.paragraphs,
        words=count_words("\n".join(prose.paragraphs)),
        saved=prose.saved,
        unfit=unfit_by(base_name(source.name), "名称"),
        version=version_named(source.name, edition.year, source.outside),
    )


def _refused(source: Source, book: Book, read: BookRead, edition: Edition) -> Unreadable:
    """A file without a sheet read as a form: what its sheets look like, its unit, and its texts."""
    sheets = [(item.place.sheet, item.message) for item in read.unrecognised]
    hidden = ((item, compose("{form}{why}", form=item.form, why=item.reason)) for item in read.left_out)
    sheets += [(item.place.sheet, why) for item, why in hidden]
    message = compose(
        "",
        "没有找到{forms:、}的表头" + ("，只有{named:、}等栏目名称。" if read.named else "。"),
        "看过的工作表：{seen:、}{more}。" if book.grids else "",
        "请使用通知所附的空白调查表填报。",
        forms=Several(f"{form.key}《{form.title}》" for form in edition.forms),
        named=Several(f"“{label}”" for label in dict.fromkeys(read.named[:_MOST_NAMED])),
        seen=Several(Quote(grid.name) for grid in book.grids[:_MOST_NAMED]),
        more="等" if len(book.grids) > _MOST_NAMED else "",
    )
    if sheets:
        found = Several(compose("工作表{sheet}：{what}", sheet=Quote(name), what=what) for name, what in sheets)
        request = "请按通知所附的空白调查表填报：一张表一个表头，每个栏目一列，每个地区一行。"
        request = request if read.unrecognised else "请取消隐藏后再报送。"
        message = compose("", "{found:；}。", request, found=found)
    texts = (*read.texts, *texts_beside(book.texts, edition))
    return Unreadable(source.name, Problem.NO_FORM, message, unit=read.unit, texts=texts)


# Texts around a file


def texts_around(name: str, mail: Sequence[Text]) -> Iterator[Text]:
    """The names of a file and of its folders and archives, from the inside out, and the text of its mail."""
    *outer, own = name.replace("\\", "/").lstrip("/").split("/")
    yield Text(TextKind.FILE, own.rpartition(".")[0] or own)
    for part in reversed(outer):
        stem, _, extension = part.rpartition(".")
        boxed = extension.lower() in CONTAINERS
        named = TextKind.MAIL_NAME if extension.lower() == "eml" else TextKind.ARCHIVE
        yield Text(named if boxed else TextKind.FOLDER, stem if boxed else part)
    yield from mail
