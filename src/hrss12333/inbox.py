"""The inbox. In go documents as read; out comes one judgement, of which every output is a view, with the
texts of 附注. It finds nothing itself and words nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import chain, compress
from operator import not_
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.engine import Checked, check, placed
from hrss12333.checking.rule import NO_COMPARISONS, Comparisons, Scope
from hrss12333.checking.rules import is_of_whole_unit
from hrss12333.merging.national_table import merge
from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Unreadable
from hrss12333.model.finding import Finding
from hrss12333.model.message import FileNames
from hrss12333.model.national import National
from hrss12333.model.text import Quoted, Text, TextKind, is_quoted
from hrss12333.patterns import grouped
from hrss12333.reading.companions import with_units
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition
from hrss12333.survey.words import is_marked, is_quotable

if TYPE_CHECKING:
    from hrss12333.merging.earlier_figures import Previous


class Inbox(Struct, frozen=True, dict=True):
    """All files sent for one year's survey, checked and merged."""

    national: National
    files: tuple[Checked, ...]
    """Every file in the order read, with its findings in this run."""
    of_units: Mapping[str, tuple[Finding, ...]]
    """Unit's name → findings about its files together, if more than one of them is in force."""

    @cached_property
    def texts(self) -> tuple[Quoted, ...]:
        """All texts to be quoted, once for each place that they are in."""
        # A text in both versions is the newer one's.
        documents = [item.document for item in sorted(self.files, key=lambda item: item.superseded_by is None)]
        asked = {finding.file for finding in self.national.findings if finding.is_open}
        quiet = {item.file for item in documents if isinstance(item, Filing)} - asked
        return quoted_of(documents, self.national.letters, self.edition, quiet)

    @cached_property
    def quoted(self) -> tuple[Quoted, ...]:
        """The lines of 附注: texts with the same words and kind of place are one, at the first place."""
        groups = grouped(self.texts, lambda item: (item.located, item.text.text))
        return tuple(
            replace(first, also=tuple(others), marked=first.marked or any(each.marked for each in others))
            for first, *others in groups.values()
        )

    @cached_property
    def names(self) -> FileNames:
        """The files' names for outputs that may show no path."""
        return FileNames(item.file for item in self.files)

    @cached_property
    def shared(self) -> set[str]:
        """Files with the forms of several units, which are in `files` once for each unit."""
        return {file for file, number in Counter(item.file for item in self.files).items() if number > 1}

    def letters_of(self, name: str) -> list[CoveringLetter]:
        """Mails without a filing from a unit, or from a city (by address, else by name), the oldest first."""
        found, unit = [*self.national.letters], self.cities_of
        if unit and name != unit.name:
            filings = [item.document for item in self.files if isinstance(item.document, Filing)]
            senders = {filing.sender for filing in filings if filing.regions == {name}} - {""}
            found = [each for each in found if each.sender in senders or (each.unit is unit and each.region == name)]
        else:
            found = [each for each in found if each.unit and each.unit.name == name]
        return sorted(found, key=lambda letter: letter.received or datetime.min)

    def last_letter(self, name: str, files: Sequence[str]) -> CoveringLetter | None:
        """The last letter after these files; without files, the last scan or incomplete mail, else any mail."""
        days = [item.document.received or item.document.saved for item in self.files if item.file in files]
        came = max(filter(None, days), default=datetime.min)
        letters = self.letters_of(name)
        if files:
            letters = [letter for letter in letters if letter.received and letter.received > came]
        else:
            mails = [letter for letter in letters if letter.received]
            letters = [letter for letter in letters if letter.lacks_attachment or letter.is_scan] or mails
        return letters[-1] if letters else None

    @property
    def edition(self) -> Edition:
        """The edition of the year."""
        return self.national.edition

    cities_of: Unit | None = None
    """The unit whose cities are the respondents: as asked, or because all files are its."""
    lists_missing: bool = True
    """Whether respondents without a file (没报) are listed."""
    compares_years: bool = False
    """Whether last year's figures are there to compare with."""

    @property
    def unit(self) -> Unit | None:
        """The only unit whose files were judged; None if all were."""
        units = self.national.units
        return units[0].unit if len(units) == 1 else None


class Sent(Struct, frozen=True):
    """All files that came, as read."""

    documents: Sequence[Document]
    """Each under the unit that it names or that its rows show."""
    edition: Edition
    """The edition of the year that is judged."""
    only: Unit | None = None
    """The only unit whose files are judged."""
    skipped: Sequence[Skipped] = ()
    """Files passed over while reading."""
    letters: Sequence[CoveringLetter] = ()
    """Covering letters, and every mail with its words."""
    lists_missing: bool = True
    """Whether respondents without a file are listed."""
    may_list_cities: bool = False
    """Whether a unit's cities are listed if all files are that unit's."""


def cities_of(sent: Sent) -> Unit | None:
    """The unit whose cities are the respondents: the one asked for, or the only owner of several files."""
    if sent.only or not sent.may_list_cities or len(sent.documents) < 2:
        return sent.only
    known = {item.unit.code: item.unit for item in sent.documents if item.unit}
    return next(iter(known.values())) if len(known) == 1 else None


def judge(sent: Sent, previous: Previous | None = None, known: Comparisons = NO_COMPARISONS) -> Inbox:
    """Check every document by itself and join them; ``known``: what this year's earlier workbook holds."""
    edition = sent.edition
    documents, owned = with_units(sent.documents, sent.letters, edition)
    refused = {item.file for item in documents if isinstance(item, Unreadable)}
    skipped = [item for item in sent.skipped if item.file not in refused]
    sent = replace(sent, documents=documents, letters=owned, skipped=skipped)
    listed = cities_of(sent)
    lists = sent.lists_missing and listed is not None
    comparisons = replace(known, previous=previous.rows if previous else {}, lists_missing=lists)
    checked = [check(document, edition, comparisons, scopes=(Scope.FILE,)) for document in sent.documents]
    letters = tuple(item for item in sent.letters if sent.only is None or item.unit in (None, sent.only))
    national = merge(checked, edition, comparisons, sent.only, heard=letters, by_city=listed is not None)
    ordered = tuple(sorted(national.findings, key=lambda each: (each.severity.rank, each.explained)))
    skipped = [*sent.skipped, *national.skipped]
    national = replace(national, skipped=tuple(skipped), letters=letters, findings=ordered)
    found = Inbox(national, tuple(checked), {}, listed, sent.lists_missing, previous is not None)
    return with_national(found, national)


def with_national(inbox: Inbox, national: National) -> Inbox:
    """The inbox with this national table, the table's findings placed with their files and units."""
    inbox = replace(inbox, national=national)
    passed = {item.file for item in national.skipped} if inbox.unit else ()
    files = tuple(item for item in inbox.files if item.file not in passed or item.unit is inbox.unit)
    inbox = replace(inbox, files=files)
    current = {
        status.unit.name: [file for file in status.files if (file, status.unit.name) not in national.superseded]
        for status in national.units
    }
    of_several = [is_of_whole_unit(each) and len(current.get(each.unit or "", ())) > 1 for each in national.findings]
    of_unit = grouped(compress(national.findings, of_several), lambda each: each.unit or "")
    of_file = grouped(compress(national.findings, map(not_, of_several)), lambda each: each.file)

    def with_findings(item: Checked) -> Checked:
        """The file with its findings; of a workbook with several units' forms, only this unit's."""
        is_shared = item.file in inbox.shared
        about = [each for each in of_file.get(item.file, ()) if not is_shared or each.unit == item.owner]
        by = national.superseded.get((item.file, item.owner))
        return replace(item, findings=placed(about, item.document), superseded_by=by)

    of_units = {name: tuple(found) for name, found in of_unit.items()}
    return replace(inbox, files=tuple(map(with_findings, files)), of_units=of_units)


def year_of_most(documents: Iterable[Document]) -> int | None:
    """The year that most units name, else the newest; None if as many name none or only names of files do.

    Files without a unit count only if no unit names a year; the files of one unit count one by one, as its
    cities'."""
    filings = [item for item in documents if isinstance(item, Filing)]
    if all(evidence.is_named for item in filings for evidence in item.evidence) and not all(
        item.year for item in filings
    ):
        return None
    several = len({item.unit for item in filings if item.unit}) > 1

    def sender(filing: Filing) -> str:
        return filing.unit.code if filing.unit and several else filing.file

    owned = [item for item in filings if item.unit]
    dated = [item for item in owned if item.year] or [item for item in filings if item.year]
    units = Counter(year for year, _ in {(item.year, sender(item)) for item in dated})
    silent = {*map(sender, owned)}.difference(map(sender, dated))
    most = max(units, key=lambda year: (units[year], year), default=None)
    return most if units[most] > len(silent) else None


def is_named_otherwise(documents: Iterable[Document], year: int) -> bool:
    """Whether only names of files give a filing another year."""
    others = (item for item in documents if isinstance(item, Filing) and item.year not in (None, year))
    return any(item.evidence and all(evidence.is_named for evidence in item.evidence) for item in others)


_BESIDE_ROWS = frozenset((TextKind.REMARK, TextKind.COMMENT))
_OF_MAILS = frozenset((TextKind.SUBJECT, TextKind.MAIL))


def quoted_of(
    documents: Iterable[Document], letters: Sequence[CoveringLetter], edition: Edition, quiet: Collection[str] = ()
) -> tuple[Quoted, ...]:
    """All texts to quote, each once: 来源不明, then marked ones, then 备注 and comments, then the rest.

    Mails of ``quiet`` files, about which nothing is asked, are not marked."""
    order = {unit: number for number, unit in enumerate(edition.units)}
    found: dict[object, Quoted] = {}
    items = [*(item for item in documents if isinstance(item, Filing | Unreadable)), *letters]
    often = Counter(line for item in items for line in {*chain.from_iterable(map(_mail_lines, item.texts))})
    for item in items:
        regions = frozenset(item.regions if isinstance(item, Filing) else ())
        for text in chain.from_iterable(_pieces(text, often, edition) for text in item.texts):
            if text.field or (is_quoted(text) and is_quotable(text.text, edition)):
                marked = not (item.file in quiet and text.kind in _OF_MAILS) and is_marked(text.text, edition.year)
                quoted = Quoted(text, item.file, item.unit, marked)
                found[_identity(quoted), regions] = quoted  # of several versions the newest one's

    def rank(item: Quoted) -> tuple[bool, bool, bool, int]:
        beside = item.text.kind in _BESIDE_ROWS
        return item.unit is not None, not item.marked, not beside, order.get(item.unit, -1) if item.unit else -1

    return tuple(sorted(found.values(), key=rank))


def _mail_lines(text: Text) -> Sequence[str]:
    return text.text.splitlines() if text.kind is TextKind.MAIL else ()


def _pieces(text: Text, often: Counter[str], edition: Edition) -> Iterator[Text]:
    """The text; of a mail, its own lines together, and each line that other mails share (a disclaimer)."""
    lines = [line for line in _mail_lines(text) if is_quotable(line, edition)]
    if text.kind is not TextKind.MAIL:
        yield text
    elif own := [line for line in lines if often[line] == 1]:
        yield replace(text, text="\n".join(own))
    yield from (replace(text, text=line) for line in lines if often[line] > 1)


def text_key(item: Quoted) -> str:
    """A key by which a later round recognises a text: its units, its words and, if only one, its place."""
    parts = [*_identity(item)]
    if item.also:
        whose = sorted({each.unit.code if each.unit else "" for each in (item, *item.also)})
        parts = ["、".join(whose), item.located, None, None, None, item.text.text]
    return sha256("\0".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:16]


def _identity(item: Quoted) -> tuple[str | None, ...]:
    """A text's unit, its place and its words."""
    text = item.text
    return item.unit.code if item.unit else "", item.located, text.form, text.region, text.field, text.text
