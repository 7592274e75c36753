"""One unit's table with its cities in the units' place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Filing
from hrss12333.model.national import Entry, National, UnitStatus
from hrss12333.questions.respondents import Respondents, Senders
from hrss12333.survey.regions import Region, Unit

_NAMELESS, _UNIT = "（没有写地区）", "全省"
"""Stand for the city in rows without a name, and in rows for the whole unit: the unit's own name is that of all lines
together."""


def by_city(respondents: Respondents) -> National:
    """The table with each row, file and finding under its city, in the order that they have. What is about the unit as a
    whole stays under its name."""
    inbox, senders = respondents.inbox, Senders(respondents.inbox, respondents.of)
    national, whole = inbox.national, inbox.national.units[0].unit
    rows: dict[str, list[Entry]] = {region.name: [] for region in whole.regions}
    for entry in national.entries:
        is_whole = entry.row.match and entry.row.match.is_unit
        rows.setdefault(_UNIT if is_whole else entry.row.region or _NAMELESS, []).append(entry)
    cities = {name: _as_unit(whole, name) for name in rows}
    filings = {item.file: item.document for item in inbox.files if isinstance(item.document, Filing)}

    def known(name: str) -> str | None:
        return name if senders.is_known(name) else None

    def sender(file: str) -> str:
        names = senders.of_files.get(file, ())
        return known(names[0]) or "" if len(names) == 1 else whole.name

    return replace(
        national,
        entries=tuple(replace(e, unit=cities[name]) for name, entries in rows.items() for e in entries),
        units=tuple(_status(cities[each.name], rows[each.name], national, filings) for each in whole.regions),
        findings=tuple(replace(each, unit=known(senders.of_finding(each))) for each in national.findings),
        received=tuple(replace(item, unit=sender(item.file)) for item in national.received),
        of=whole,
    )


def _as_unit(whole: Unit, name: str) -> Unit:
    """A city in a unit's place: a unit of a single region."""
    region = next((region for region in whole.regions if region.name == name), Region("", name, ""))
    short = min((alias for alias, of in whole.aliases.items() if of == name), key=len, default=name)
    return Unit(region.code or name, name, short, (region,), {}, area="", spellings=(name, short))


def _status(city: Unit, rows: Sequence[Entry], national: National, filings: Mapping[str, Filing]) -> UnitStatus:
    whole = national.units[0]
    files = tuple(dict.fromkeys(entry.file for entry in rows))
    sent = [filings[file] for file in files if file in filings]
    counted = {key: sum(entry.counted and entry.form.key == key for entry in rows) for key in whole.rows}
    lacking = {key: (city.name,) for key, number in counted.items() if not number}
    own = {filing.file for filing in sent if not filing.own}
    counting = [filing for filing in sent if any(entry.counted and entry.file == filing.file for entry in rows)]
    held = {row.region for filing in counting for table in filing.tables for row in table.rows}
    # The city's paper bears a 校验码 where all its counted rows are from one file with no other city's.
    is_alone = len(counting) == 1 and held == {city.name}
    return UnitStatus(
        city,
        files,
        counted,
        code_of(counting[0].tables, counting[0].signed_unit, national.edition.year) if is_alone else None,
        tuple(contact for contact in whole.contacts if contact.file in own),
        lacking,
        {key: names for key, names in lacking.items() if key in {entry.form.key for entry in rows}},
        max((filing.date for filing in sent if filing.date), default=None),
        max((filing.received for filing in sent if filing.received), default=None),
        "、".join(dict.fromkeys(filing.sender for filing in sent if filing.sender)),
    )
