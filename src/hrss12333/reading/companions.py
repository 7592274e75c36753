"""Files that come with filings: scans, letters, mails, unread files; the unit of each, and of each 工作总结."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Unreadable
from hrss12333.model.message import compose
from hrss12333.model.row import Problem
from hrss12333.model.text import TextKind
from hrss12333.patterns import EMAIL, mailbox_in
from hrss12333.reading.files.discovery import NO_ATTACHMENT
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.survey.gazetteer import Gazetteer, places_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Kind
from hrss12333.survey.words import Meaning, meanings_in

_CONTAINERS = tuple(f".{kind}" for kind in CONTAINERS)
_TYPED = "邮件里有调查表的内容，但不是表格文件，没有读取。请填入空白调查表（.xlsx），作为附件报送。"
_SHORTEST_LETTER, _SHORTEST_REPORT, _LONGEST_LETTER = 20, 300, 1000
"""Least characters of a letter; least of a 工作总结 (a shorter one may be a letter); most of a letter."""
_TITLE_LINES = 4
_SIGNATURE_LINES = 5
_LONGEST_LINE = 60
"""Longer paragraphs are body text, which may mention other provinces."""
_BEGINNING = 3
_LETTERS = ("函", "请示", "便笺")
"""Endings of a letter's name or title, whatever precedes them: 报送工作总结的函."""
_ANSWER = r"\d[\d,.]*|[是否√×]"


def with_units(
    documents: Sequence[Document], letters: Sequence[CoveringLetter], edition: Edition
) -> tuple[list[Document], list[CoveringLetter]]:
    """The documents, and the letters without a filing, each with its unit.

    A mail into which a form is typed is refused (F005); a scan in a mail without a filing is the mail's
    letter. ``letters``: Word files without a form, scans, and every mail."""
    owners = _Owners(documents, letters, edition.gazetteer)
    owned: list[Document] = []
    for item in documents:
        if isinstance(item, Unreadable) and item.unit is None:
            unit, region = owners.of_file(item.file)
            item = replace(item, unit=unit, region=region)
        owned.append(item)
    scanned = {box: each.is_unaudited for each in letters if each.is_scan for box in containers_of(each.file)}
    alone: list[CoveringLetter] = []
    for letter in letters:
        if letter.file in owners.with_filing:
            continue  # its words are quoted with the filing
        if letter.is_scan:
            if (owners.mails.keys() | owners.with_filing).isdisjoint(containers_of(letter.file)):
                unit, region = owners.of_file(letter.file)
                alone.append(replace(letter, unit=unit, region=region))
            continue
        unit, region = owners.of_letter(letter)
        words = [text.text for text in letter.texts]
        if letter.file in owners.mails and any(_is_form(text, edition) for text in words):
            owned = [item for item in owned if item.file != letter.file]
            refusal = compose("", _TYPED)
            owned.append(Unreadable(letter.file, Problem.NO_FORM, refusal, unit=unit, region=region))
            continue
        file = letter.file.replace("\\", "/").rpartition("/")[2]
        texts = tuple(replace(text, region=region, source=file) for text in letter.texts)
        lacks = letter.what == NO_ATTACHMENT and any(Meaning.ATTACHED in meanings_in(text) for text in words)
        scan = {"is_scan": letter.file in scanned, "is_unaudited": scanned.get(letter.file, False)}
        alone.append(replace(letter, unit=unit, region=region, texts=texts, lacks_attachment=lacks, **scan))
    return owned, alone


class _Owners:
    """Finds the unit of a mail, letter or file: by the sender's address, then by the unit or city named."""

    def __init__(self, documents: Sequence[Document], letters: Sequence[CoveringLetter], gazetteer: Gazetteer) -> None:
        filings = [item for item in documents if isinstance(item, Filing)]
        self._filings, self._gazetteer = filings, gazetteer
        self.mails = {letter.file: letter for letter in letters if letter.file.lower().endswith(_CONTAINERS)}
        self.with_filing = {container for filing in filings for container in containers_of(filing.file)}
        """The mails and archives that brought a filing."""
        self._inside: dict[str, list[str]] = defaultdict(list)
        """Container → the names of the files in it."""
        for item in (*documents, *(letter for letter in letters if letter.is_scan)):
            for container in containers_of(item.file):
                self._inside[container].append(PurePosixPath(item.file).stem)
        senders: dict[str, set[Unit]] = defaultdict(set)
        for filing in filings:
            emails = (table.header["email"].value for table in filing.tables if "email" in table.header)
            for text in (*emails, filing.sender):
                if filing.unit and text and (address := mailbox_in(str(text)).lower()):
                    senders[address].add(filing.unit)
        self._of_sender = {address: units.pop() for address, units in senders.items() if len(units) == 1}

    def of_letter(self, letter: CoveringLetter) -> tuple[Unit | None, str | None]:
        """The unit of a letter, and the region of that unit named in it."""
        texts = (
            EMAIL.sub("", letter.sender),
            *_own_names(letter.file),
            *self._inside[letter.file],
            *(text.text for text in sorted(letter.texts, key=lambda text: text.kind is not TextKind.SUBJECT)),
        )
        named = [*filter(None, (_named_in(text, self._gazetteer) for text in texts))]
        by_name = next((unit for unit, _ in named), None)
        unit = self._of_sender.get(mailbox_in(letter.sender).lower(), by_name)
        return unit, next((region for each, region in named if each is unit), None)

    def of_file(self, file: str) -> tuple[Unit | None, str | None]:
        """The unit named by an unread file, its mail or archive, or of the filing there; and the region."""
        mails = [self.mails[container] for container in containers_of(file) if container in self.mails]
        named = filter(None, (_named_in(name, self._gazetteer) for name in _own_names(file)))
        if found := next((each for each in (*named, *map(self.of_letter, mails)) if each[0]), None):
            return found
        own = {*containers_of(file)}
        units = {filing.unit for filing in self._filings if not own.isdisjoint(containers_of(filing.file))}
        return (units.pop() if len(units) == 1 else None), None


def _named_in(text: str, gazetteer: Gazetteer) -> tuple[Unit, str | None] | None:
    """The only unit that a text names, directly or by a region, and the region; None if several or none."""
    owners = [place.owner for place in places_in(text, gazetteer) if place.owner]
    region = next((region for _, region in owners if region), None)
    return (owners[0][0], region) if len({unit for unit, _ in owners}) == 1 else None


def _is_form(text: str, edition: Edition) -> bool:
    """Whether a form is typed into a mail: half of its columns with answers, or a region with figures."""
    plain, answers = "".join(text.split()), len(re.findall(_ANSWER, text))
    for form in edition.forms:
        named = sum("".join(column.heading.split()) in plain for column in form.data)
        if 2 * named >= len(form.data) and answers >= named:
            return True
    figures = max(2 * len(form.of_kind(Kind.COUNT)) // 3 for form in edition.forms)
    rows = (line for line in text.splitlines() if len(re.findall(_ANSWER, line)) > figures)
    return any(places_in(line, edition.gazetteer) for line in rows)


def containers_of(file: str) -> list[str]:
    """The mails and archives that contain a file."""
    parts = file.replace("\\", "/").split("/")
    return ["/".join(parts[:at]) for at in range(1, len(parts)) if parts[at - 1].lower().endswith(_CONTAINERS)]


def _own_names(file: str) -> Iterator[str]:
    """The names of a file, then of its archives and mails, from the inside out, without folders."""
    for path in (file, *reversed(containers_of(file))):
        yield PurePosixPath(path.replace("\\", "/")).stem


def as_skipped(letter: CoveringLetter) -> Skipped:
    """A letter as an entry in the list of skipped files."""
    what = letter.what or "是函件，没有调查表，也不是工作总结"
    what = what if letter.is_scan else f"{what}，内容见附注"
    return Skipped(letter.file, what, unaudited=letter.is_unaudited)


def is_letter(name: str, paragraphs: Sequence[str], *, beside: bool) -> bool:
    """Whether a Word file without a form is a letter, not a 工作总结; ``beside``: whether it embeds a workbook."""
    length, title = sum(map(len, paragraphs)), name.rpartition("/")[2]
    called = any(text.strip().endswith(_LETTERS) for text in (title.rpartition(".")[0], *paragraphs[:1]))
    report = any(Meaning.REPORT in meanings_in(text) for text in (title, *paragraphs[:_TITLE_LINES]))
    enclosed = (beside or called) and length < _SHORTEST_REPORT
    if not 0 < length < _LONGEST_LETTER or (report and not enclosed):
        return False
    return (
        beside
        or _SHORTEST_LETTER <= length < _SHORTEST_REPORT
        or any(Meaning.LETTER in meanings_in(text) for text in (title, *paragraphs))
    )


def unit_of_summary(name: str, paragraphs: Sequence[str], gazetteer: Gazetteer) -> Unit | None:
    """The unit (not city) of a 工作总结: by title, signature and file name, else folder, else first lines."""
    lines = [text.strip() for text in paragraphs if text.strip()]
    ends = (lines[:_TITLE_LINES], lines[-_SIGNATURE_LINES:])
    title, signature = ([t for t in texts if len(t) <= _LONGEST_LINE and not t.endswith("。")] for texts in ends)
    path = PurePosixPath(name.replace("\\", "/"))
    units: set[Unit | None] = set()
    for texts in (title, signature, [path.stem]):
        named = {place.unit for text in texts for place in places_in(text, gazetteer)}  # None of a region
        if len(named) == 1 and None not in named:
            units |= named
        elif named and texts is not signature:
            return None
    for texts in ([path.parent.name], lines[:_BEGINNING]):
        named = {place.unit for text in texts for place in places_in(text, gazetteer)}
        if not units and len(named) == 1:
            units = named - {None}
    return units.pop() if len(units) == 1 else None
