"""What goes back (`merge --returns`): marked copies, a letter to each who must correct or confirm something, one to each
who still owes something, and the list of all who are to be reminded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.model.finding import SUPERSEDED, Finding
from hrss12333.model.national import National
from hrss12333.model.summary_lines import missing, without_report
from hrss12333.reporting.annotated.copies import annotate_all
from hrss12333.reporting.file_names import unique_paths
from hrss12333.reporting.letters.formats import LETTER_FORMATS
from hrss12333.reporting.letters.letter import Kind, Recipient, Sender
from hrss12333.reporting.letters.reminder_list import reminder_list
from hrss12333.reporting.letters.texts import FORMS, REPORT, Person, opinion, reminder
from hrss12333.reporting.standing import Standing, Standings, State, standings_of_units
from hrss12333.wording.places import FileNames
from hrss12333.writing.target import check_folder, check_target, replacing

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.inbox import Inbox
    from hrss12333.merging.last_year import Previous

REMINDERS = "催报名单"


def write_returns(
    folder: Path,
    inbox: Inbox,
    data_of: Callable[[str], bytes],
    previous: Previous | None = None,
    *,
    force: bool = False,
) -> list[Path]:
    """Write copies, letters and the list of reminders; returns their paths.

    Args:
        folder: where to; made where it is missing.
        inbox: what was sent and found; a file with the forms of two units stands there twice.
        data_of: the bytes of a file by its path as shown.
        previous: last year's workbook, for whom to call where nothing came.
        force: whether existing files may be replaced.

    Raises:
        UsageStop: where a target exists, before anything is written.
        JobStop: where the folder or a file cannot be written.
    """
    check_folder(folder)
    national, standings = inbox.national, standings_of_units(inbox)
    recipients = _recipients(standings, inbox.files, national)
    targets, listed = _targets(folder, recipients, force=force)
    marked = {_key(item) for recipient in recipients for item in recipient.files}
    names = FileNames(item.file for item in inbox.files)
    whole = [item for item in inbox.files if _key(item) in marked]
    copies = annotate_all(folder, whole, data_of, national.edition, names, force=force)
    sender = Sender(national.edition, standings.of)
    last_year = previous.contacts if previous else {}
    paths = {written.key: written.path for written in copies.written}
    for recipient, outputs in zip(recipients, targets, strict=True):
        mine = [(item.file, paths[_key(item)]) for item in recipient.files if _key(item) in paths]
        known = Person(_this_year(national, recipient.name))
        person = known or Person(last_year.get(recipient.name, {}), of_last_year=True)
        if recipient.kind is Kind.REMINDER:
            letter = reminder(recipient, sender, person)
        else:
            letter = opinion(recipient, {file: path.name for file, path in mine}, names, sender, person)
        contents = {path.name: path.read_bytes() for _, path in mine}
        for extension, path in outputs.items():
            _write(path, LETTER_FORMATS[extension](letter, contents))
    _write(listed, reminder_list(national, standings, sender, last_year))
    written = [*(item.path for item in copies.written), *(path for target in targets for path in target.values())]
    return [*written, listed]


def _targets(folder: Path, recipients: Sequence[Recipient], *, force: bool) -> tuple[list[dict[str, Path]], Path]:
    """Extension → path of each letter, and the path of the list; none of them exists or all may be replaced."""
    taken: set[str] = set()
    targets = [unique_paths(folder, recipient.file_stem, LETTER_FORMATS, taken) for recipient in recipients]
    listed = unique_paths(folder, REMINDERS, (".txt",), taken)[".txt"]
    for target in [*(path for paths in targets for path in paths.values()), listed]:
        check_target(target, force=force)
    return targets, listed


def _recipients(standings: Standings, checked: Sequence[Checked], national: National) -> list[Recipient]:
    """Who must correct or confirm something, in the official order, then who is to be reminded."""
    awaited = dict(_awaited(standings, national))
    answered = [
        Recipient(
            Kind.RETURN if standing.state is State.CORRECT else Kind.QUERY,
            standing.name,
            standing.known,
            _files(standing, checked),
            awaited.get(standing.name, ""),
        )
        for standing in _answered(standings)
    ]
    waiting = _waiting(standings, awaited, {recipient.name for recipient in answered})
    return [*answered, *(Recipient(Kind.REMINDER, name, owed=owed) for name, owed in waiting)]


def _answered(standings: Standings) -> Iterator[Standing]:
    """Who must correct or confirm something, in the official order; no unit writes to itself."""
    for standing in standings.listed:
        itself = standings.of is not None and standing.name == standings.of.name
        if standing.state in (State.CORRECT, State.ASK) and not itself and any(map(_asks_sender, standing.findings)):
            yield standing


def _asks_sender(finding: Finding) -> bool:
    """Whether the sender must answer it: that a newer version replaced an older one is for the receiver to confirm."""
    return finding.blocks or (finding.open_query and finding.rule != SUPERSEDED)


def _awaited(standings: Standings, national: National) -> Iterator[tuple[str, str]]:
    """Each unit that sent something, with what it owes still: 调查表 or 工作总结; cities owe no 工作总结."""
    if standings.of is None:
        yield from ((unit.name, FORMS) for unit in missing(national))
        yield from ((unit.name, REPORT) for unit in without_report(national))


def _waiting(standings: Standings, awaited: Mapping[str, str], answered: Collection[str]) -> Iterator[tuple[str, str]]:
    """Name of each of whom something is awaited, and what, where it is not everything; the letter of those who get one
    anyway says it."""
    for standing in standings.listed:
        if standing.state is State.MISSING and not standing.only_report:
            yield standing.name, ""
        elif standing.name in awaited and standing.name not in answered:
            yield standing.name, awaited[standing.name]


def _this_year(national: National, name: str) -> Mapping[str, str]:
    """The first contact that a unit's forms give."""
    contacts = (contact for status in national.units if status.unit.name == name for contact in status.contacts)
    first = next(contacts, None)
    given = {"name": first.name, "mobile": first.mobile, "email": first.email} if first else {}
    return {key: value for key, value in given.items() if value}


def _key(item: Checked) -> tuple[str, str]:
    """What an audited file is known by; a file with the forms of two units is audited twice."""
    return item.file, item.unit.code if item.unit else ""


def _files(standing: Standing, checked: Sequence[Checked]) -> tuple[Checked, ...]:
    """The files in which something of this standing is open, with just those findings; what is about the unit as a whole
    stands with its first file."""
    mine = [item for item in checked if item.file in standing.files and _may_be(item, standing)]
    found: list[Checked] = []
    for item in mine:
        listed = tuple(f for f in standing.findings if f.file == item.file and _about(f, item))
        if any(map(_asks_sender, listed)):
            found.append(replace(item, findings=tuple(f for f in listed if _asks_sender(f) or not f.open_query)))
    return tuple(found)


def _may_be(item: Checked, standing: Standing) -> bool:
    return item.unit is None or not standing.known or any(_about(finding, item) for finding in standing.findings)


def _about(finding: Finding, item: Checked) -> bool:
    """Whether a finding in an audit's file is this unit's."""
    return item.unit is None or finding.unit in (None, item.unit.name)


def _write(target: Path, content: bytes) -> None:
    with replacing(target) as temporary:
        temporary.write_bytes(content)
