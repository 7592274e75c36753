"""Respondents: the reporting units, or the cities of one unit, with files, questions and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.engine import Checked
from hrss12333.checking.rule import Scope
from hrss12333.checking.rules import RULES, is_of_whole_unit
from hrss12333.checking.rules.merge import LATE, UNIT_MISSING
from hrss12333.inbox import Inbox
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import CoveringLetter, Filing, Unreadable, WorkReport
from hrss12333.model.finding import MISSING_UNIT_ID, Finding, Location, Severity, Verification
from hrss12333.model.message import base_name, compose
from hrss12333.model.national import Entry, National, State, UnitStatus, beijing
from hrss12333.patterns import grouped
from hrss12333.questions import Question, Stakes, questions_of
from hrss12333.survey.gazetteer import certain_region
from hrss12333.survey.regions import Region, Unit

_DRAFTS = ("草稿", "初稿")
"""Words in a file's name that are printed beside its respondent."""
_UNKNOWN_REPORT = "认不出是哪个单位的工作总结"


class Respondent(Struct, frozen=True):
    """Who answers: a unit, a city, the unit as a whole beside its cities, or a file of an unknown owner."""

    name: str
    """Official name of the unit or city; for a file of an unknown owner, the file's name."""
    state: State
    note: str = ""
    """Chinese, printed beside the state: what came instead of a filing, a later mail, a draft."""
    files: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    """Open ones first, the most at stake first."""
    notes: tuple[Finding, ...] = ()
    """Findings that ask nothing (提示)."""
    letter: CoveringLetter | None = None
    """The last mail after its files; without files, the last mail with scans or without its attachment."""
    wrote: str = ""
    """Chinese: 1月20日来信, or what came in place of a filing."""
    late: str = ""
    """逾期 or 否; empty where no date shows it."""
    is_known: bool = True
    """Whether the name is a unit's or city's rather than a file's."""
    awaited: Finding | None = None
    """M701 with staff's answer; None where a filing came."""

    @property
    def open_questions(self) -> list[Question]:
        """The questions that await an answer."""
        return [question for question in self.questions if question.is_open]


class Respondents(Struct, frozen=True, dict=True):
    """All respondents of a run."""

    inbox: Inbox
    """All that was judged; its table has the states."""
    listed: tuple[Respondent, ...]
    """In the official order; then the unit as a whole, then files of unknown owners."""
    senders: Senders

    @property
    def of(self) -> Unit | None:
        """The unit whose cities are listed; None where units are."""
        return self.inbox.cities_of

    @property
    def noun(self) -> str:
        """What respondents are called: 单位 or 地区."""
        return "地区" if self.of else "单位"

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, respondent by respondent."""
        return tuple(question for each in self.listed for question in each.questions)

    @cached_property
    def open_questions(self) -> tuple[Question, ...]:
        """All questions that await an answer."""
        return tuple(question for question in self.questions if question.is_open)

    @property
    def lacks_unit(self) -> bool:
        """Whether a unit sent no filing (M701) and staff have not closed that question."""
        return self.of is None and any(each.awaited and not each.awaited.is_settled for each in self.listed)

    def about(self, item: Checked) -> list[Question]:
        """The questions about one file alone, then its notes."""
        listed = self._of_file.get(item.file, ())
        notes = (Question("", note) for note in item.findings if note.severity is Severity.NOTE)
        asked = [each for each in listed if each.ground.unit in (None, item.owner) and not self.is_of_files(each)]
        return [*asked, *notes]

    def is_of_files(self, question: Question) -> bool:
        """Whether a question is about several files of a unit together."""
        ground = question.ground
        return is_of_whole_unit(ground) and ground in self.inbox.of_units.get(ground.unit or "", ())

    @cached_property
    def _of_file(self) -> dict[str, list[Question]]:
        return grouped(self.questions, lambda each: each.ground.file)

    def of_state(self, state: State) -> list[Respondent]:
        """The respondents in this state, the most questions first."""
        return sorted((each for each in self.shown if each.state is state), key=lambda each: -len(each.open_questions))

    @property
    def shown(self) -> list[Respondent]:
        """The respondents that are listed by name; the whole unit only where it is not 可以用."""
        return [each for each in self.listed if not self.is_whole(each) or each.state.plain is not State.USABLE]

    def is_whole(self, respondent: Respondent) -> bool:
        """Whether it is the whole unit beside its cities."""
        return self.of is not None and respondent.name == self.of.name


def respondents_of(inbox: Inbox, silent: Mapping[str, Verification] = MappingProxyType({})) -> Respondents:
    """The respondents in the official order; ``silent``: name → staff's answer to its silence (M701)."""
    national, unit, deadline = inbox.national, inbox.cities_of, inbox.edition.notice.deadline
    senders = Senders(inbox, unit)
    stakes = Stakes(national)
    found = grouped(national.findings_of_files, senders.of_finding)
    sent = _files_sent(inbox, senders, found)
    filed = {each.unit.name for each in national.units if each.files}
    counted = senders.counted(national)
    expected = inbox.lists_missing
    missed = {each.unit: each for each in national.findings if each.rule == MISSING_UNIT_ID}
    received = {item.file: item.document for item in inbox.files}

    def respondent(name: str) -> Respondent:
        listed = found.get(name, ())
        files = tuple(dict.fromkeys(sent.get(name, ())))
        questions = questions_of(name, listed, stakes.of)
        is_known = senders.is_known(name)
        is_whole = unit is not None and name == unit.name
        documents = [received[file] for file in files if file in received]
        only_report = expected and not is_whole and (unit is not None or name not in filed)
        only_report = only_report and {type(document) for document in documents} == {WorkReport}
        came = bool(files) and not (only_report and is_known)
        state = _state(questions, came=came, counted=name in counted or is_whole)
        awaited = missed.get(name)
        if awaited is None and state is State.MISSING:
            message = compose("{unit}没有报送，汇总数不含它，请催报", unit=name)
            awaited = replace(UNIT_MISSING.finding(message, None, Location()), unit=name)
        if awaited and name in silent:
            awaited = replace(awaited, verification=silent[name])
        if state is State.MISSING and awaited and awaited.is_settled:
            state = State.DECLINED
        letter = inbox.last_letter(name, files if came else ()) if national.letters else None
        wrote = _wrote(letter, state) if letter else ""
        note = _note(state, wrote, files, only_report=only_report) if is_known or not only_report else _UNKNOWN_REPORT
        notes = tuple(each for each in listed if each.severity is Severity.NOTE)
        is_dated = any(not isinstance(document, Unreadable) and document.received for document in documents)
        late = "逾期" if any(each.rule == LATE.id for each in notes) else "否" if deadline and is_dated else ""
        return Respondent(name, state, note, files, questions, notes, letter, wrote, late, is_known, awaited)

    official = senders.official
    names = [*(name for name in official if expected or name in sent), *sorted(set(sent).difference(official))]
    listed = tuple(respondent(name) for name in names if unit is None or name != unit.name or name in found)
    states = {each.name: each.state for each in listed}
    return Respondents(replace(inbox, national=replace(national, states=states)), listed, senders)


def _files_sent(inbox: Inbox, senders: Senders, found: Mapping[str, Sequence[Finding]]) -> dict[str, list[str]]:
    """Name of a respondent → the files that came from it."""
    sent: dict[str, list[str]] = {}
    for item in inbox.files:
        for name in [item.unit.name] if item.unit and senders.unit is None else senders.of_files[item.file]:
            sent.setdefault(name, []).append(item.file)
    for name, findings in found.items():
        if all(finding.rule == LATE.id for finding in findings):
            continue  # what came late may be a letter, which is no filing
        whole = senders.unit is not None and name == senders.unit.name
        sent.setdefault(name, [item.file for item in inbox.files] if whole else [findings[0].file])
    if senders.unit is None:
        for status in inbox.national.units:
            if status.files:
                sent.setdefault(status.unit.name, list(status.files))
    return sent


def _state(questions: Sequence[Question], *, came: bool, counted: bool) -> State:
    """A respondent's state, by its questions, whether a filing came, and whether any row counts."""
    open_ones = [question for question in questions if question.is_open]
    left_out = came and not counted and (bool(open_ones) or not questions)
    if left_out or any(question.is_error for question in open_ones):
        return State.CORRECT
    if open_ones:
        return State.CONFIRM
    if any(finding.stands_as_sent for question in questions for finding in question.findings):
        return State.AS_SENT
    return State.USABLE if came else State.MISSING


def _note(state: State, wrote: str, files: Sequence[str], *, only_report: bool) -> str:
    """What is printed beside a respondent's state; ``only_report``: whether only its 工作总结 came."""
    parts = ["只报了工作总结"] if only_report and state.plain is not State.USABLE else []
    parts += [f"文件名写有“{word}”" for word in _DRAFTS if any(word in base_name(file) for file in files)]
    if wrote and state.plain is not State.USABLE:
        parts.append(wrote if state is State.MISSING else f"{wrote}，见附注")
    return "；".join(parts)


def _wrote(letter: CoveringLetter, state: State) -> str:
    """1月20日来信; without a filing, what came in its place."""
    moment = letter.received and beijing(letter.received)
    day = f"{moment.month}月{moment.day}日" if moment else ""
    if state is not State.MISSING:
        return f"{day}来信"
    if letter.is_scan:
        named, attached = ("有文件本页未审核", "本页未审核") if letter.is_unaudited else ("有扫描件", "为扫描件")
        return f"{day}来信，附件{attached}" if day else named
    return f"{day}来信未带附件" if letter.lacks_attachment else f"{day}来信，见附注"


class Senders:
    """Finds the respondent of a file or finding: a reporting unit, or a city of ``unit``."""

    def __init__(self, inbox: Inbox, unit: Unit | None) -> None:
        self.unit = unit
        self.official = [each.name for each in (unit.regions if unit else [one.unit for one in inbox.national.units])]
        self._other_years = inbox.national.other_years
        self._names = inbox.names
        self._within: dict[str, str] = {}
        """County → the city in the same file, which answers for both."""
        self.of_files = {item.file: self._owners(item) for item in inbox.files}
        self._file_names = {self._names(item.file) for item in inbox.files}.difference(self.official)

    def _owners(self, item: Checked) -> list[str]:
        """The respondents of a file: the cities in its rows, else the owner that its name gives."""
        if self.unit is None:
            return [item.owner or self._names(item.file)]
        if isinstance(item.document, Unreadable) and item.document.region:
            return [item.document.region]
        tables = item.document.tables if isinstance(item.document, Filing) else ()
        concealed = [item.row for table in tables for item in table.concealed]
        rows = [row for row in (*(row for table in tables for row in table.rows), *concealed) if row.region]
        named = dict.fromkeys(row.region for row in rows if row.region)
        for row in rows:
            below = row.match.below if row.match else None
            beside = [city for city in below.cities if city in named] if below else []
            if len(beside) == 1 and row.region:
                self._within[row.region] = beside[0]
        cities = [name for name in named if name in self.official]
        if not cities and (named_for := self._city_named(item, self.unit)) in self.official:
            return [named_for]
        cities = cities or [name for name in named if name not in self._within]
        if not cities or (len(cities) > 1 and item.file in self._other_years):
            return [self._city_named(item, self.unit)]
        return cities

    def _city_named(self, item: Checked, unit: Unit) -> str:
        """The city in a file's name, else the unit where its name gives that, else the file's name."""
        name = base_name(item.file)
        stem = name.rpartition(".")[0] or name
        match = certain_region(unit, stem)
        if match and match.name and not match.is_unit:
            return match.name
        inside = [name for name in self.official if name in stem]
        if len(inside) == 1:
            return inside[0]
        return unit.name if item.unit or (match and match.is_unit) else self._names(item.file)

    def is_known(self, name: str) -> bool:
        """Whether the name is a unit's or city's, not a file's."""
        return name not in self._file_names

    def of_finding(self, finding: Finding) -> str:
        """The respondent of a finding: the whole unit where it is about several cities."""
        senders = self.of_files.get(finding.file, [])
        if self.unit is None:
            official = finding.unit if finding.unit in self.official else None
            return official or (senders[0] if senders else self._names(finding.file))
        if RULES[finding.rule].scope is Scope.UNIT:
            return self.unit.name
        if len(senders) == 1:
            return senders[0]
        region = self._within.get(finding.region or "", finding.region)
        return region if region in senders and region else self.unit.name

    def counted(self, national: National) -> set[str]:
        """Names of the respondents with a row that counts."""
        entries = [(entry, entry.unit) for entry in national.entries if entry.counted and entry.unit]
        names = {entry.row.region or "" if self.unit else unit.name for entry, unit in entries}
        return names | {self._within[name] for name in names & self._within.keys()}


_NAMELESS, _UNIT = "（没有写地区）", "全省"
"""Stand in the city's place for rows without a name, and for rows of the whole unit."""


def table_of(respondents: Respondents) -> National:
    """The table as its respondents see it: one unit's rows, files and findings are each under a city."""
    inbox, senders = respondents.inbox, respondents.senders
    national, whole = inbox.national, inbox.national.units[0].unit
    if inbox.unit is None:
        return national
    rows: dict[str, list[Entry]] = {region.name: [] for region in whole.regions}
    for entry in national.entries:
        is_whole = entry.row.match and entry.row.match.is_unit
        rows.setdefault(_UNIT if is_whole else entry.row.region or _NAMELESS, []).append(entry)
    cities = {name: _as_unit(whole, name) for name in rows}
    filings = {item.file: item.document for item in inbox.files if isinstance(item.document, Filing)}

    def official(name: str) -> str | None:
        return name if senders.is_known(name) else None

    def sender(file: str) -> str:
        names = senders.of_files.get(file, ())
        return official(names[0]) or "" if len(names) == 1 else whole.name

    return replace(
        national,
        entries=tuple(replace(e, unit=cities[name]) for name, entries in rows.items() for e in entries),
        units=tuple(_status(cities[each.name], rows[each.name], national, filings) for each in whole.regions),
        findings=tuple(replace(each, unit=official(senders.of_finding(each))) for each in national.findings),
        received=tuple(replace(item, unit=sender(item.file)) for item in national.received),
        of=whole,
    )


def _as_unit(whole: Unit, name: str) -> Unit:
    """A city as a unit with a single region."""
    region = next((region for region in whole.regions if region.name == name), Region("", name, ""))
    short = min((alias for alias, of in whole.aliases.items() if of == name), key=len, default=name)
    return Unit(region.code or name, name, short, (region,), {}, zone="", spellings=(name, short))


def _status(city: Unit, rows: Sequence[Entry], national: National, filings: Mapping[str, Filing]) -> UnitStatus:
    """What one city sent, as in a table of units; ``rows``: its rows, counted or not."""
    whole = national.units[0]
    files = tuple(dict.fromkeys(entry.file for entry in rows))
    sent = [filings[file] for file in files if file in filings]
    counted = {key: sum(entry.counted and entry.form.key == key for entry in rows) for key in whole.rows}
    lacking = {key: (city.name,) for key, number in counted.items() if not number}
    from_city = {filing.file for filing in sent if not filing.own}
    counting = [filing for filing in sent if any(entry.counted and entry.file == filing.file for entry in rows)]
    # The city's paper bears a 校验码 where all its counted rows are from one file that holds no other city.
    is_alone = len(counting) == 1 and counting[0].regions == {city.name}
    return UnitStatus(
        city,
        files,
        counted,
        code_of(counting[0].tables, counting[0].signed_unit, national.edition.year) if is_alone else None,
        tuple(contact for contact in whole.contacts if contact.file in from_city),
        lacking,
        {key: names for key, names in lacking.items() if key in {entry.form.key for entry in rows}},
        max((filing.date for filing in sent if filing.date), default=None),
        max((filing.received for filing in sent if filing.received), default=None),
    )
