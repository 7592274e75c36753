"""Where everybody stands: each reporting unit, or each city of one unit, with what was found there. Every list by name,
the tiles of the HTML report and the letters are made of this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.checking.rule import Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.filing import CoveringLetter, Filing, Summary, Unreadable
from hrss12333.model.finding import Finding, count_by_severity
from hrss12333.model.national import National, State, Status, beijing, state_of
from hrss12333.survey.region_names import certain_region
from hrss12333.survey.regions import Unit
from hrss12333.wording.places import FileNames, stem_of

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.inbox import Inbox
    from hrss12333.survey.editions.edition import Edition


_LACKING = frozenset("FV")
"""Groups of the rules about what is missing or cannot be read."""


class Standing(Struct, frozen=True, dict=True):
    """One who reports, with all that was found there."""

    name: str
    """Official name of the unit or city; a file's own name where nobody knows whose it is."""
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: bool = True
    """Whether the name is a unit's or city's."""
    only_report: bool = False
    """Whether nothing but a 工作总结 came, where the forms are due."""
    letter: CoveringLetter | None = None
    """The last that was written after the files came; of one of whom nothing came the last that lacks its attachment."""

    @cached_property
    def errors(self) -> int:
        """Places to be corrected."""
        return sum(finding.blocks for finding in self.findings)

    @cached_property
    def queries(self) -> int:
        """Places to be confirmed."""
        return count_by_severity(self.findings).unexplained

    @property
    def state(self) -> State:
        """What is to be done."""
        if self.only_report and not self.known and not self.errors:
            return State.CONFIRM  # a 工作总结 of which nobody knows whose it is: that is to be found out
        return state_of(self.findings, came=bool(self.files) and not self.only_report)

    @property
    def note(self) -> str:
        """What there is to know beside the state: that no more than a 工作总结 came, or what was written since."""
        if self.only_report and not self.known:
            return "认不出是哪个单位的工作总结"
        if self.state is State.MISSING:
            parts = ["只报了工作总结"] if self.only_report else []
            return "；".join([*parts, f"{_day_of(self.letter)}来信未带附件"] if self.letter else parts)
        is_open = self.state in (State.CORRECT, State.CONFIRM)
        return f"{_day_of(self.letter)}来信，见附注" if self.letter and is_open else ""

    @property
    def places(self) -> int:
        """How many places the state is about."""
        return self.errors or self.queries


class Standings(Struct, frozen=True):
    """All who were to report and all who did."""

    of: Unit | None
    """The unit whose cities are listed; None where units are."""
    listed: tuple[Standing, ...]
    """In the official order; then the unit as a whole, then files of nobody known."""

    @property
    def noun(self) -> str:
        """What is counted: 单位 or 地区."""
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
        """Those in this state, the most places first."""
        return sorted((item for item in self.shown if item.state is state), key=lambda item: -item.places)

    @property
    def shown(self) -> list[Standing]:
        """Those on a list by name: the unit as a whole, beside its cities, only where something is open there."""
        whole = self.of.name if self.of else None
        return [item for item in self.listed if item.name != whole or item.state is not State.USABLE]


def standings_of(inbox: Inbox, *, of_units: bool = False) -> Standings:
    """Everybody in the official order: by city where the inbox lists these, unless ``of_units`` and no unit was asked for."""
    files, national, expected = inbox.files, inbox.national, inbox.lists_missing
    unit = inbox.unit if of_units else inbox.cities_of
    whose = _Senders([status.unit for status in national.units], unit, files)
    sent: dict[str, list[str]] = {}
    found: dict[str, list[Finding]] = {}
    reports, forms = set[str](), set[str]()
    for item in files:
        for name in whose.of_file(item):
            sent.setdefault(name, []).append(item.file)
            (reports if isinstance(item.document, Summary) else forms).add(name)
    for finding in national.findings_of_files:
        name = whose.senders_of(finding)
        found.setdefault(name, []).append(finding)
        whole = unit is not None and name == unit.name
        sent.setdefault(name, [item.file for item in files] if whole else [finding.file])
    came = {s.unit.name: s.files for s in national.units if s.status is not Status.MISSING and unit is None}
    for name, more in came.items():
        sent.setdefault(name, list(more))
    # The unit's own report is no city's.
    bare = reports - forms - set(came) if expected and unit is None else set()
    official = whose.official
    names = [*(name for name in official if expected or name in sent), *sorted(set(sent).difference(official))]
    return Standings(
        unit,
        tuple(
            Standing(
                name,
                tuple(sent.get(name, ())),
                tuple(found.get(name, ())),
                known=name in whose.known,
                only_report=name in bare,
                letter=inbox.last_letter(name, sent.get(name, ())) if national.letters else None,
            )
            for name in names
            if unit is None or name != unit.name or found.get(name)
        ),
    )


def _day_of(letter: CoveringLetter) -> str:
    """1月20日; empty where the letter has no date."""
    day = letter.received and beijing(letter.received)
    return f"{day.month}月{day.day}日" if day else ""


class _Senders:
    """Whose a file or finding is: among all reporting units, or among the cities of the ``unit``."""

    def __init__(self, units: Iterable[Unit], unit: Unit | None, files: Sequence[Checked]) -> None:
        self.unit = unit
        self.official = [region.name for region in unit.expected] if unit else [each.name for each in units]
        self._names = FileNames(item.file for item in files)
        self._of_file = {item.file: self._owners(item) for item in files}
        for item in files:  # a scan that is only kept is of the same sender as the file that it came with
            if isinstance(item.document, Unreadable) and item.document.beside in self._of_file:
                self._of_file[item.file] = self._of_file[item.document.beside]
        self.known = set(self.official)
        if unit:
            self.known |= {unit.name, *(name for names in self._of_file.values() for name in names)}
            self.known -= {self._names(item.file) for item in files}

    def _owners(self, item: Checked) -> list[str]:
        if self.unit is None:
            return [item.owner or self._names(item.file)]
        if isinstance(item.document, Unreadable) and item.document.region:
            return [item.document.region]
        tables = item.document.tables if isinstance(item.document, Filing) else ()
        taken_out = [concealed.row for table in tables for concealed in table.concealed if concealed.row]
        rows = [row.region for row in (*(row for table in tables for row in table.rows), *taken_out) if row.region]
        return list(dict.fromkeys(rows)) or [self._city_named(item, self.unit)]

    def _city_named(self, item: Checked, unit: Unit) -> str:
        """The city that a file's name tells, else the unit where the file is the unit's."""
        stem = stem_of(item.file)
        match = certain_region(unit, stem)
        if match and match.name and not match.is_unit:
            return match.name
        inside = [name for name in self.official if name in stem]
        if len(inside) == 1:
            return inside[0]
        return unit.name if item.unit or (match and match.is_unit) else self._names(item.file)

    def of_file(self, item: Checked) -> Sequence[str]:
        """Who sent a file, or whose rows it holds."""
        return [item.unit.name] if item.unit and self.unit is None else self._of_file[item.file]

    def senders_of(self, finding: Finding) -> str:
        """Whom a finding is about: the unit as a whole where it is about several cities."""
        senders = self._of_file.get(finding.file, [])
        if self.unit is None:
            known = finding.unit if finding.unit in self.known else None
            return known or (senders[0] if senders else self._names(finding.file))
        rule = RULES[finding.rule]
        if rule.scope is Scope.UNIT and not rule.of_one_region:
            return self.unit.name
        if len(senders) == 1:
            return senders[0]
        return finding.region if finding.region in senders and finding.region else self.unit.name


def undecided_words(national: National, edition: Edition) -> str:
    """What could not be judged, and in how many rows, in a sentence; and that this is to be done, where somebody has still to
    fill in what is missing."""
    undecided = national.undecided.items()
    listed = "；".join(f"{RULES[rule].text_in(edition).title}（{rows}行）" for rule, rows in undecided)
    lacking = any(finding.is_open and finding.rule[0] in _LACKING for finding in national.findings_of_files)
    again = "补齐后请再审核一次。" if lacking else ""
    return f"因为缺数或者数字读不出，没有判断有没有下列情况：{listed}。{again}"
