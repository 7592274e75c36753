"""The door of the reading layer: any paths in, the nouns of `filing` out. Nothing that is found is dropped unnamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Unreadable
from hrss12333.model.message import compose
from hrss12333.model.problem import Problem
from hrss12333.model.text import TextKind
from hrss12333.reading.companions import alone
from hrss12333.reading.files.bounds import out_of_memory
from hrss12333.reading.files.discovery import discover
from hrss12333.reading.files.file_type import CONVERTIBLE, FORMATS, sniff
from hrss12333.reading.files.opening import open_document
from hrss12333.reading.files.source import Source
from hrss12333.reading.filings import Read, Wanted, documents_of
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit

_CONVERTIBLE = tuple(f".{name}" for kind in CONVERTIBLE for name in FORMATS[kind].extensions.split())


class Reading(Struct):
    """All that was read under some paths, in a stable order."""

    edition: Edition
    """By which it was read: of the year that is processed, as far as the first filing tells."""
    documents: list[Document] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    letters: list[CoveringLetter] = field(default_factory=list)
    """Covering letters, and every mail with its words."""
    sources: dict[str, Source] = field(default_factory=dict)
    """File as shown → where its bytes are."""
    inputs: list[Path] = field(default_factory=list)
    """The files on disk that hold what was read."""

    def data(self, file: str) -> bytes:
        """The bytes of a document that was read."""
        return self.sources[file].load()


def read_paths(
    paths: Sequence[Path],
    edition: Edition,
    *,
    unit: Unit | None = None,
    year_settled: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> Reading:
    """Read every file under these paths.

    ``unit``: whose a filing is that names no unit itself (its H101 stays). ``year_settled``: whether it is certain that the
    edition's year is processed: no name alone gives a file another year; else all is read as of the year that the first filing
    names in its sheets. ``progress`` is called with the files done, the
    files in all and the next one's name. A `UsageStop` is raised where a path does not exist or nothing was found to read.
    """
    found = discover(paths)
    reading, is_told = Reading(edition, [*found.problems], [*found.skipped]), year_settled
    if wanted := [*_convertible(found.sources)]:
        from hrss12333.reading.files.libreoffice import convert

        with suppress(OSError):  # no room: the other files are read all the same
            convert(wanted)
    for index, source in enumerate(found.sources):
        if progress:
            progress(index, len(found.sources), source.name)
        items, digest = _read_of_whole(source, Wanted(reading.edition, unit, year_settled))
        if not is_told and (filings := [item for item in items if isinstance(item, Filing)]):
            # A name or a mail alone tells no edition.
            year = filings[0].year if any(not evidence.is_around for evidence in filings[0].years) else None
            is_told, reading.edition = True, edition_named(edition, year)
            if reading.edition is not edition:
                items, digest = _read_of_whole(source, Wanted(reading.edition, unit, year_settled))
        for item in items:
            if isinstance(item, Skipped):
                reading.skipped.append(item)
            elif isinstance(item, CoveringLetter):
                reading.letters.append(item)
                reading.skipped.append(alone(item))
            else:
                if isinstance(item, Unreadable):
                    item = replace(item, sender=source.sender, received=source.received, stored=source.saved)
                reading.documents.append(replace(item, sha256=digest))
                reading.sources[source.name] = source
    if progress:
        progress(len(found.sources), len(found.sources), "")
    reading.letters += [
        CoveringLetter(mail.name, mail.around, sender=mail.sender, received=mail.received, what=mail.skip)
        for mail in found.mails
    ]
    found_all = sorted(reading.documents, key=lambda item: item.file)
    reading.inputs = [*_on_disk((item.file for item in found_all), found.files)]
    named = {file for file, source in reading.sources.items() if source.named}
    filled, blank = _without_blank_forms(found_all, named)
    reading.documents = filled
    reading.skipped += blank
    return reading


def _on_disk(names: Iterable[str], files: Mapping[str, Path]) -> Iterator[Path]:
    for name in dict.fromkeys(names):
        outer = name
        while outer and outer not in files:
            outer = outer.rpartition("/")[0]
        if outer:
            yield files[outer]


def _convertible(sources: Sequence[Source]) -> Iterator[tuple[str, bytes]]:
    """What LibreOffice will be asked for, to be converted in one start: as far as its name tells, and its content."""
    for source in sources:
        if source.name.lower().endswith(_CONVERTIBLE):
            with suppress(FileProblem):  # it is reported later
                data = source.load()
                kind = sniff(data).replace("ole", "doc")
                if kind in CONVERTIBLE:
                    yield kind, data


def read_source(source: Source, edition: Edition) -> Document | Skipped:
    """One file as a filing, a 工作总结, or what is in the way of either; the first filing where it holds several."""
    (item, *_), _ = _read_file(source, Wanted(edition, None))
    return alone(item) if isinstance(item, CoveringLetter) else item


def _read_of_whole(source: Source, wanted: Wanted) -> tuple[Read, str]:
    """What one file holds, and its digest; what an archive or a mail holds altogether is bounded."""
    if source.budget is None:
        return _read_file(source, wanted)
    from hrss12333.reading.files.child_process import seconds_of_all

    begun = seconds_of_all()
    found, digest = _read_file(source, wanted)
    rows = sum(len(table.rows) for item in found if isinstance(item, Filing) for table in item.tables)
    source.budget.take(seconds_of_all() - begun, rows)
    return found, digest


def _read_file(source: Source, wanted: Wanted) -> tuple[Read, str]:
    """All that one file holds, and the SHA-256 of its content; an `Unreadable` of whatever goes wrong with it: no file stops
    the others."""
    digest = ""
    try:
        if source.budget:
            source.budget.expect_room()
        data = source.load()
        digest = sha256(data).hexdigest()
        return documents_of(source, open_document(data), wanted), digest
    except FileProblem as problem:
        kind, message = problem.kind, problem.message
    except MemoryError:
        kind, message = Problem.TOO_LARGE, out_of_memory().message
    except (RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        # A stranger's file found a fault of ours: name the file and go on with the others.
        reported = "读取这个文件时出错（{error}）。请在Excel或WPS中打开后另存为.xlsx再报送。"
        kind, message = Problem.DAMAGED, compose("", reported, error=type(error).__name__)
    return [Unreadable(source.name, kind, message)], digest


def _without_blank_forms(documents: Sequence[Document], named: Set[str]) -> tuple[list[Document], list[Skipped]]:
    """The documents without forms that say nothing at all, not even whose they are; these are named. One that stands on the
    command line itself is judged, and so are all where nobody filled in any."""
    filings = [item for item in documents if isinstance(item, Filing)]
    blank = {item.file for item in filings if item.file not in named and _is_blank(item)}
    if not blank or not any(table.rows for item in filings for table in item.tables):
        return list(documents), []
    kept = [item for item in documents if item.file not in blank]
    return kept, [Skipped(file, "是空白的调查表，没有填写任何内容") for file in sorted(blank)]


def _is_blank(filing: Filing) -> bool:
    """Whether nobody wrote into the forms: no row, no header (in a mail, the sender's address), no other sample than its own."""
    tables = filing.tables
    if filing.loose_figures or filing.unrecognised or any(table.rows or table.concealed for table in tables):
        return False
    headed = f"/{TextKind.MAIL.value}" not in filing.file and any(
        value.found not in (None, "") for table in tables for value in table.header.values()
    )
    return not headed and all(
        row.scalar(c.key) in (None, c.sample) for table in tables for row in table.samples for c in table.form.data
    )
