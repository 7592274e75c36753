"""The standing of each reporting unit, or of each city of one unit, with the findings about it. Every list by name, the
tiles of the HTML report and the letters are made of this; and one unit's table with its cities in the units' place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.rule import Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.inbox import Inbox, with_national
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import CoveringLetter, Filing, Row, Summary, Unreadable
from hrss12333.model.finding import Finding, count_by_severity
from hrss12333.model.national import Entry, National, State, Status, UnitStatus, beijing, state_of
from hrss12333.survey.region_names import certain_region
from hrss12333.survey.regions import Region, Unit
from hrss12333.wording.alike import grouped
from hrss12333.wording.places import FileNames, stem_of

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.merging.since import Earlier, Progress
    from hrss12333.survey.editions.edition import Edition


_NAMELESS, _UNIT = "（没有写地区）", "全省"
"""Stand for the city in rows without a name, and in rows for the whole unit: the unit's own name is that of all lines
together."""


class Standing(Struct, frozen=True):
    """A unit or city that reports, with all findings about it."""

    name: str
    """Official name of the unit or city; a file's own name where nobody knows whose it is."""
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: bool = True
    """Whether the name is a unit's or city's."""
    only_report: bool = False
    """Whether nothing but a 工作总结 came, where the forms are due."""
    letter: CoveringLetter | None = None
    """The last that was written after the files came; where nothing came, the last that lacks its attachment."""

    @property
    def errors(self) -> int:
        """Places to be corrected."""
        return sum(finding.blocks for finding in self.findings)

    @property
    def queries(self) -> int:
        """Places to be confirmed."""
        return count_by_severity(self.findings).unexplained

    @property
    def state(self) -> State:
        """The state, by the findings and by what came."""
        if self.only_report and not self.known and not self.errors:
            return State.CONFIRM  # a 工作总结 of which nobody knows whose it is: that is to be found out
        return state_of(self.findings, came=bool(self.files) and not self.only_report)

    @property
    def note(self) -> str:
        """A note beside the state: that no more than a 工作总结 came, or that a letter was written since."""
        if self.only_report and not self.known:
            return "认不出是哪个单位的工作总结"
        if self.state is State.MISSING:
            parts = ["只报了工作总结"] if self.only_report else []
            return "；".join([*parts, self.letter.instead(_day_of(self.letter))] if self.letter else parts)
        is_open = self.state in (State.CORRECT, State.CONFIRM)
        return f"{_day_of(self.letter)}来信，见附注" if self.letter and is_open else ""

    @property
    def places(self) -> int:
        """The number of places that the state is about."""
        return self.errors or self.queries


class Standings(Struct, frozen=True):
    """The standing of all who were to report, and of all who did."""

    of: Unit | None
    """The unit whose cities are listed; None where units are."""
    listed: tuple[Standing, ...]
    """In the official order; then the unit as a whole, then files of nobody known."""

    @property
    def noun(self) -> str:
        """The noun for what is counted: 单位 or 地区."""
        return "地区" if self.of else "单位"

    @property
    def counted(self) -> str:
        """32个单位和1个认不出单位的文件; the unit as a whole is none of its cities."""
        shown = self.shown
        whole = [item.name for item in shown if self.of and item.name == self.of.name]
        known = sum(item.known for item in shown)
        parts = [f"{known - len(whole)}个{self.noun}"] if known > len(whole) else []
        parts += [f"{name}（合起来看）" for name in whole]
        parts += [f"{len(shown) - known}个认不出{self.noun}的文件"] if known < len(shown) else []
        return "和".join(parts)

    def of_state(self, state: State) -> list[Standing]:
        """Standings in this state, the most places first."""
        return sorted((item for item in self.shown if item.state is state), key=lambda item: -item.places)

    @property
    def shown(self) -> list[Standing]:
        """Standings that are listed by name: the unit as a whole, beside its cities, only where something is open."""
        whole = self.of.name if self.of else None
        return [item for item in self.listed if item.name != whole or item.state is not State.USABLE]


def standings_of(inbox: Inbox, *, of_units: bool = False) -> Standings:
    """The standings in the official order: by city where the inbox lists these, but for ``of_units`` without a unit
    asked for."""
    files, national, expected = inbox.files, inbox.national, inbox.lists_missing
    unit = inbox.unit if of_units else inbox.cities_of
    whose = _Senders(inbox, unit)
    sent: dict[str, list[str]] = {}
    reports, forms = set[str](), set[str]()
    for item in files:
        for name in whose.of_file(item):
            sent.setdefault(name, []).append(item.file)
            (reports if isinstance(item.document, Summary) else forms).add(name)
    found = grouped(national.findings_of_files, whose.of_finding)
    for name, findings in found.items():
        whole = unit is not None and name == unit.name
        sent.setdefault(name, [item.file for item in files] if whole else [findings[0].file])
    for status in national.units if unit is None else ():
        if status.status is not Status.MISSING:
            sent.setdefault(status.unit.name, list(status.files))
            forms.add(status.unit.name)
    # The unit's own report is no city's.
    bare = reports - forms if expected and unit is None else set()
    official = whose.official
    names = [*(name for name in official if expected or name in sent), *sorted(set(sent).difference(official))]
    listed = [
        Standing(
            name,
            tuple(sent.get(name, ())),
            tuple(found.get(name, ())),
            whose.is_known(name),
            name in bare,
            inbox.last_letter(name, sent.get(name, ())) if national.letters else None,
        )
        for name in names
        if unit is None or name != unit.name or name in found
    ]
    return Standings(unit, tuple(listed))


def _day_of(letter: CoveringLetter) -> str:
    """1月20日; empty where the letter has no date."""
    day = letter.received and beijing(letter.received)
    return f"{day.month}月{day.day}日" if day else ""


class _Senders:
    """Finds the owner of a file or finding among all reporting units, or among the cities of the ``unit``."""

    def __init__(self, inbox: Inbox, unit: Unit | None) -> None:
        self.unit = unit
        self.official = [each.name for each in (unit.regions if unit else [one.unit for one in inbox.national.units])]
        self._other_years = inbox.national.other_years
        self._names = FileNames(item.file for item in inbox.files)
        self._within: dict[str, str] = {}
        """County → the city beside which a file holds it, and which answers for both."""
        self.of_files = {item.file: self._owners(item) for item in inbox.files}
        self._nobodys = {self._names(item.file) for item in inbox.files}.difference(self.official)

    def _owners(self, item: Checked) -> list[str]:
        if self.unit is None:
            return [item.owner or self._names(item.file)]
        if isinstance(item.document, Unreadable) and item.document.region:
            return [item.document.region]
        tables = item.document.tables if isinstance(item.document, Filing) else ()
        taken_out = [concealed.row for table in tables for concealed in table.concealed]
        rows = [row for row in (*(row for table in tables for row in table.rows), *taken_out) if row.region]
        named = dict.fromkeys(row.region for row in rows if row.region)
        self._within.update({row.region: city for row in rows if row.region and (city := _city_beside(row, named))})
        cities = [name for name in named if name not in self._within]
        if not cities or (len(cities) > 1 and item.file in self._other_years):
            return [self._city_named(item, self.unit)]
        return cities

    def _city_named(self, item: Checked, unit: Unit) -> str:
        """The city that a file's name gives, else the unit where the file is the unit's."""
        stem = stem_of(item.file)
        match = certain_region(unit, stem)
        if match and match.name and not match.is_unit:
            return match.name
        inside = [name for name in self.official if name in stem]
        if len(inside) == 1:
            return inside[0]
        return unit.name if item.unit or (match and match.is_unit) else self._names(item.file)

    def is_known(self, name: str) -> bool:
        """Whether the name is a unit's or city's, not a file's."""
        return name not in self._nobodys

    def of_file(self, item: Checked) -> Sequence[str]:
        """Names of those who sent a file, or whose rows it holds."""
        return [item.unit.name] if item.unit and self.unit is None else self.of_files[item.file]

    def of_finding(self, finding: Finding) -> str:
        """Whom a finding is about: the unit as a whole where it is about several cities."""
        senders = self.of_files.get(finding.file, [])
        if self.unit is None:
            known = finding.unit if finding.unit in self.official else None
            return known or (senders[0] if senders else self._names(finding.file))
        if RULES[finding.rule].scope is Scope.UNIT:
            return self.unit.name
        if len(senders) == 1:
            return senders[0]
        region = self._within.get(finding.region or "", finding.region)
        return region if region in senders and region else self.unit.name


def _city_beside(row: Row, named: Collection[str]) -> str | None:
    """The city that a county belongs to, where it is the only such beside it."""
    below = row.match.below if row.match else None
    beside = [city for city in below.cities if city in named] if below else []
    return beside[0] if len(beside) == 1 else None


def with_earlier_answers(inbox: Inbox, earlier: Earlier | None) -> tuple[Inbox, National, Progress | None]:
    """The inbox and the table that shows it (of one unit, by its cities), both with the answers of staff in an earlier
    workbook of the same table; and what has become of its questions."""
    table, progress = _by_city(inbox) if inbox.unit else inbox.national, None
    if earlier is not None:
        from hrss12333.merging.since import carried_over, with_letters

        carried, progress = carried_over(table, earlier)
        pairs = zip(inbox.national.findings, carried.findings, strict=True)
        answered = tuple(replace(own, verification=shown.verification) for own, shown in pairs)
        inbox = with_national(inbox, replace(inbox.national, findings=answered))
        table = _by_city(inbox) if inbox.unit else inbox.national
        if table.letters:
            table = with_letters(table, inbox.last_letter)
    return inbox, table, progress


def _by_city(inbox: Inbox) -> National:
    """The table of one unit with each row, file and finding under its city.

    The findings keep their order. What is about the unit as a whole stays under its name.
    """
    national, whole = inbox.national, inbox.national.units[0].unit
    whose = _Senders(inbox, whole)
    rows: dict[str, list[Entry]] = {region.name: [] for region in whole.regions}
    for entry in national.entries:
        is_whole = entry.row.match and entry.row.match.is_unit
        rows.setdefault(_UNIT if is_whole else entry.row.region or _NAMELESS, []).append(entry)
    cities = {name: _as_unit(whole, name) for name in rows}
    faulty = {whose.of_finding(finding) for finding in national.findings_of_files if finding.blocks}
    filings = {item.file: item.document for item in inbox.files if isinstance(item.document, Filing)}

    def known(name: str) -> str | None:
        return name if whose.is_known(name) else None

    def sender(file: str) -> str:
        names = whose.of_files.get(file, ())
        return known(names[0]) or "" if len(names) == 1 else whole.name

    return replace(
        national,
        entries=tuple(replace(e, unit=cities[name]) for name, entries in rows.items() for e in entries),
        units=tuple(
            _status(cities[region.name], rows[region.name], region.name in faulty, national, filings)
            for region in whole.regions
        ),
        findings=tuple(replace(each, unit=known(whose.of_finding(each))) for each in national.findings),
        received=tuple(replace(item, unit=sender(item.file)) for item in national.received),
        of=whole,
    )


def _as_unit(whole: Unit, name: str) -> Unit:
    """A city in a unit's place: a unit of a single region."""
    region = next((region for region in whole.regions if region.name == name), Region("", name, ""))
    short = min((alias for alias, of in whole.aliases.items() if of == name), key=len, default=name)
    return Unit(region.code or name, name, short, (region,), {}, area="", spellings=(name, short))


def _status(
    city: Unit, rows: Sequence[Entry], faulty: bool, national: National, filings: Mapping[str, Filing]
) -> UnitStatus:
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
        Status.MISSING if not rows else Status.FAULTY if faulty else Status.ACCEPTED,
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


def undecided_words(national: National, edition: Edition) -> str:
    """A sentence on what could not be judged, and in how many rows."""
    undecided = national.undecided.items()
    listed = "；".join(f"{RULES[rule].text_in(edition).title}（{rows}行）" for rule, rows in undecided)
    return f"因为缺数或者数字读不出，没有判断有没有下列情况：{listed}。"
