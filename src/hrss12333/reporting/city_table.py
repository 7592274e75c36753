"""One unit's table with its cities in the units' place: what the unit's own workbook is drawn from, and what its rounds
are recognised by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.inbox import Inbox, with_national
from hrss12333.model.filing import Filing
from hrss12333.model.national import Entry, National, Status, UnitStatus
from hrss12333.reporting.standing import Standings, standings_of
from hrss12333.survey.regions import Region, Unit

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.merging.since import Earlier, Progress

_NAMELESS, _UNIT = "（没有写地区）", "全省"
"""Take the city's place in rows without a name, and in those for the whole unit, by whatever name: the unit's own is that of
all lines together."""


def _by_city(inbox: Inbox, standings: Standings) -> National:
    """The table of one unit with each row, file and finding under the city that ``standings`` say it is of.

    The findings keep their order. What is about the unit as a whole stays under its name.
    """
    national, whole = inbox.national, inbox.national.units[0].unit
    listed = {standing.name: standing for standing in standings.listed}
    expected = [region.name for region in whole.expected]
    rows: dict[str, list[Entry]] = {name: [] for name in expected}
    for entry in national.entries:
        whose = _UNIT if entry.row.match and entry.row.match.is_unit else entry.row.region or _NAMELESS
        rows.setdefault(whose, []).append(entry)
    cities = {name: _as_unit(whole, name) for name in rows}
    known = {name: name if standing.known else None for name, standing in listed.items()}
    named = {id(finding): known[name] for name, standing in listed.items() for finding in standing.findings}
    of_file: dict[str, list[str]] = {}
    for name, standing in listed.items():
        for file in standing.files if name != whole.name else ():
            of_file.setdefault(file, []).append(known[name] or "")
    filings = {item.file: item for item in inbox.files if isinstance(item.document, Filing)}
    return replace(
        national,
        entries=tuple(replace(e, unit=cities[name]) for name, entries in rows.items() for e in entries),
        units=tuple(
            _status(cities[name], rows[name], name in listed and listed[name].errors > 0, national.units[0], filings)
            for name in expected
        ),
        findings=tuple(replace(finding, unit=named.get(id(finding))) for finding in national.findings),
        received=tuple(
            replace(item, unit=names[0] if len(names) == 1 else whole.name)
            for item in national.received
            for names in [of_file.get(item.file, [])]
        ),
        of=whole,
    )


def in_rounds(inbox: Inbox, earlier: Earlier | None) -> tuple[Inbox, National, Progress | None]:
    """What one unit was sent and the table of its cities, both with what staff wrote into an earlier workbook of the
    unit's; and what has become of its questions."""
    cities, progress = _by_city(inbox, standings_of(inbox)), None
    if earlier is not None:
        from hrss12333.merging.since import carried_over

        carried, progress = carried_over(cities, earlier)
        pairs = zip(inbox.national.findings, carried.findings, strict=True)
        answered = tuple(replace(own, verification=city.verification) for own, city in pairs)
        inbox = with_national(inbox, replace(inbox.national, findings=answered))
        cities = _by_city(inbox, standings_of(inbox))
    return inbox, cities, progress


def _as_unit(whole: Unit, name: str) -> Unit:
    """A city as one who reports: a unit of a single region."""
    region = next((region for region in whole.regions if region.name == name), Region("", name, ""))
    short = min((alias for alias, of in whole.aliases.items() if of == name), key=len, default=name)
    return Unit(region.code or name, name, short, (region,), {})


def _status(
    city: Unit, rows: Sequence[Entry], faulty: bool, whole: UnitStatus, filings: Mapping[str, Checked]
) -> UnitStatus:
    files = tuple(dict.fromkeys(entry.file for entry in rows))
    checked = [filings[file] for file in files if file in filings]
    sent = [item.document for item in checked if isinstance(item.document, Filing)]
    counted = {key: sum(entry.counted and entry.form.key == key for entry in rows) for key in whole.rows}
    lacking = {key: (city.name,) for key, number in counted.items() if not number}
    own = {filing.file for filing in sent if not filing.own}
    return UnitStatus(
        city,
        Status.MISSING if not rows else Status.FAULTY if faulty else Status.ACCEPTED,
        files,
        counted,
        _code(rows, checked),
        tuple(contact for contact in whole.contacts if contact.file in own),
        lacking,
        {key: names for key, names in lacking.items() if key in {entry.form.key for entry in rows}},
        max((filing.date for filing in sent if filing.date), default=None),
        max((filing.received for filing in sent if filing.received), default=None),
        "、".join(dict.fromkeys(filing.sender for filing in sent if filing.sender)),
    )


def _code(rows: Sequence[Entry], sent: Sequence[Checked]) -> str | None:
    """The 校验码 that the city's paper bears: that of the only file from which its rows count, if it holds no other's."""
    counting = {entry.file for entry in rows if entry.counted}
    alone = [item for item in sent if item.file in counting]
    if len(alone) != 1 or not isinstance(alone[0].document, Filing):
        return None
    names = {row.region for table in alone[0].document.tables for row in table.rows}
    return alone[0].code if names == {entry.row.region for entry in rows} else None
