"""The nouns of the national table: each row with its file, what each unit sent, and tallies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import repeat

from msgspec import Struct, field

from hrss12333.model.filing import CoveringLetter, Row, Skipped, WorkReport
from hrss12333.model.finding import MISSING_UNIT_ID, Fault, Finding, Severity, Where
from hrss12333.model.message import File
from hrss12333.patterns import grouped
from hrss12333.survey import flat_list
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import DATA_KINDS, Column, Edition, Form, Kind, Scalar

NATION = "全国"


def beijing(moment: datetime) -> datetime:
    """A UTC moment in Beijing time, which deadlines are in."""
    return moment + timedelta(hours=8)


SHARED = {"knowledge_entries": "system_centralized"}
"""Count that regions may share → the field that answers whether they share the system counted."""


def shared_figure(key: str, rows: Iterable[Row]) -> int | None:
    """The figure that all rows, two or more, report of a shared system; None where they differ."""
    answers = [(row.scalar(SHARED[key]), row.number(key)) for row in rows]
    answer, figure = answers[0] if len(answers) > 1 and len(set(answers)) == 1 else (None, None)
    return figure if answer is True and figure else None


class State(StrEnum):
    """The state of a respondent, the worst first; its value is the word in every output, JSON included."""

    CORRECT = "要改"
    CONFIRM = "要核实"
    MISSING = "没报"
    USABLE = "可以用"
    AS_SENT = "可以用（按原数列示）"
    DECLINED = "没报（不报）"

    @property
    def plain(self) -> State:
        """The state without the addition that staff closed a question."""
        return State(self.value.partition("（")[0])


class Entry(Struct, frozen=True):
    """One row in the national table."""

    form: Form
    unit: Unit | None
    """Its owner; None where that is unknown."""
    file: str
    sheet: str
    row: Row
    counted: bool = True
    why: str = ""
    """Why it does not count, Chinese; ``{file}`` stands for the file that replaces it."""
    by: str = ""
    """The file that replaces it; empty where none does."""

    @property
    def where(self) -> Where:
        """The key of the row."""
        return Where(self.file, self.sheet, self.form.key, self.row.place.row)

    @property
    def reason(self) -> str:
        """Why it does not count, with the file's name."""
        return self.why.format(file=File(self.by)) if self.by else self.why

    @property
    def is_estimate(self) -> bool:
        """Whether 备注 calls its figures an estimate."""
        texts = [text for column in self.form.of_kind(Kind.TEXT) if (text := self.row.text(column.key))]
        return any(word in text for text in texts for line in flat_list("estimate_words.tsv") for word in line)


class Contact(Struct, frozen=True):
    """Whom to call about a filing."""

    file: str
    name: str | None
    mobile: str | None
    email: str | None
    of_unit: bool = True
    """Whether the filing is the unit's rather than one city's."""


class Received(Struct, frozen=True):
    """A file that came."""

    file: str
    unit: str
    """Official name; empty where that is unknown."""
    what: str
    """调查表, 工作总结 or 未能读取."""
    sha256: str
    """Digest of its bytes, in hexadecimal; empty where they could not be read."""


class UnitStatus(Struct, frozen=True):
    """What one unit sent."""

    unit: Unit
    files: tuple[str, ...] = ()
    """Its filings; none where it is missing."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Form key → counted rows."""
    code: str | None = None
    """校验码 as its paper bears it: of its only current file, else over all its counted rows."""
    contacts: tuple[Contact, ...] = ()
    missing_regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Form key → expected regions without a row that counts."""
    uncounted_regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Form key → those among them that were sent; the unit's name if only its own row was sent."""
    saved: datetime | None = None
    """When its newest document was saved, in UTC like ``received``."""
    received: datetime | None = None


class Tally(Struct, frozen=True):
    """What a column adds up to: its sum, its answers, its choices."""

    total: int | None
    """The sum, or number of 是; None where no row could be read."""
    answered: int
    """Rows that could be read."""
    rows: int
    choices: Mapping[str, int] = field(default_factory=dict)
    """Choice → number of rows."""

    @property
    def is_complete(self) -> bool:
        """Whether every row could be read."""
        return self.answered == self.rows


class National(Struct, frozen=True, dict=True, eq=False):
    """The national table, or one unit's; compared by identity, as comparing contents would be slow."""

    edition: Edition
    entries: tuple[Entry, ...]
    """The rows of 明细 in its order: by units and regions, those of unknown units last."""
    units: tuple[UnitStatus, ...]
    """All 32 in the official order; with --unit that one, or its cities."""
    findings: tuple[Finding, ...] = ()
    """The findings about all files, units and the table, the gravest first."""
    work_reports: tuple[WorkReport, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    letters: tuple[CoveringLetter, ...] = ()
    received: tuple[Received, ...] = ()
    """Every file that was not skipped, by name."""
    undecided: Mapping[str, int] = field(default_factory=dict)
    """Rule id → number of rows that it could not decide."""
    faults: tuple[Fault, ...] = ()
    other_years: tuple[str, ...] = ()
    """Files of other years, of which nothing counts."""
    superseded: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    """(file, unit's name) → the file that replaces all of it."""
    states: Mapping[str, State] = {}
    """Name of a respondent → its state."""
    of: Unit | None = None
    """The unit whose cities take the units' place; None where units report."""
    contact: Contact | None = None
    """The contact in the unit's own filing."""
    code: str | None = None
    """校验码 of the unit's own filing."""

    @property
    def unaudited(self) -> list[str]:
        """Files of formats that nothing here reads."""
        return [item.file for item in self.skipped if item.unaudited]

    @property
    def noun(self) -> str:
        """What respondents are called: 单位 or 地区."""
        return "地区" if self.of else "单位"

    @property
    def name(self) -> str:
        """全国, or the name of the unit that the table is of."""
        return self.of.name if self.of else NATION

    @property
    def collective_name(self) -> str:
        """全国, the unit's name, or 已报单位 where any is missing."""
        return f"已报{self.noun}" if not all(status.files for status in self.units) else self.name

    def entries_of(self, form: Form, unit: Unit | None = None, *, counted: bool = True) -> Sequence[Entry]:
        """The rows of a form, of one unit or of all; with ``counted`` False also those that do not count."""
        listed = self._entries_by_form.get((form.key, counted), ())
        return listed if unit is None else [entry for entry in listed if entry.unit == unit]

    @cached_property
    def _entries_by_form(self) -> dict[tuple[str, bool], list[Entry]]:
        """(form key, whether only those that count) → rows."""
        every = grouped(self.entries, lambda entry: (entry.form.key, False))
        return every | grouped((entry for entry in self.entries if entry.counted), lambda entry: (entry.form.key, True))

    @cached_property
    def findings_of_files(self) -> tuple[Finding, ...]:
        """All findings but those about missing units (M701)."""
        return tuple(finding for finding in self.findings if finding.rule != MISSING_UNIT_ID)

    @cached_property
    def figures_in_question(self) -> Mapping[Where, frozenset[str]]:
        """Row → keys of its figures in open question, which are in totals and in no rate."""
        found: dict[Where, set[str]] = defaultdict(set)
        for finding in (finding for finding in self.findings if finding.is_in_question):
            for entry in self._entries_about(finding):
                data = {column.key for column in entry.form.data}
                found[entry.where] |= data & {finding.field, *finding.figures} or data
        return {where: frozenset(keys) for where, keys in found.items()}

    def _entries_about(self, finding: Finding) -> Sequence[Entry]:
        """The rows that a finding is about: its row, else those of its unit, form and sheet."""
        entries = self._by_file.get(finding.file, ())
        if not entries:  # the file was not read, and what else its unit or city sent may be older
            of_unit = [entry for entry in self.entries if finding.unit == (entry.unit.name if entry.unit else None)]
            return [entry for entry in of_unit if finding.region in (None, entry.row.region)]
        if finding.line:
            places = {place.where for place in (finding, *finding.further) if place.line}
            return [self._entry_at[where] for where in places if where in self._entry_at]
        if entry := self._entry_at.get(finding.where):
            return [entry]
        entries = [entry for entry in entries if entry.unit and entry.unit.name == finding.unit] or entries
        entries = [entry for entry in entries if entry.form.key == finding.form] or entries
        return [entry for entry in entries if entry.sheet == finding.sheet] or entries

    @cached_property
    def _by_file(self) -> dict[str, list[Entry]]:
        return grouped(self.entries, lambda entry: entry.file)

    @cached_property
    def findings_at(self) -> dict[Where, list[Finding]]:
        """Row → its errors and queries."""
        found = (finding for finding in self.findings if finding.row and finding.severity is not Severity.NOTE)
        return grouped(found, lambda finding: finding.where)

    def entry_of(self, finding: Finding) -> Entry | None:
        """The row that a finding is about."""
        return self._entry_at.get(finding.where) if finding.row else None

    @cached_property
    def _entry_at(self) -> dict[Where, Entry]:
        return {entry.where: entry for entry in self.entries}


def tallies(entries: Sequence[Entry], form: Form) -> dict[str, Tally]:
    """Field key → the tally of that column over these rows of the form."""
    columns = zip(*[entry.row.scalars_in(form) for entry in entries], strict=True) if entries else repeat(())
    listed = zip(form.columns, columns, strict=False)
    return {column.key: _tally(column, scalars) for column, scalars in listed if column.kind in DATA_KINDS}


def _tally(column: Column, scalars: Sequence[Scalar]) -> Tally:
    """Figures summed, 是 and each choice counted."""
    if column.kind is Kind.CHOICE:
        counted = Counter(scalars)
        answered = len(scalars) - counted[None]
        return Tally(None, answered, len(scalars), {choice: counted[choice] for choice in column.choices})
    values = [value for value in scalars if isinstance(value, int)]
    return Tally(sum(values) if values else None, len(values), len(scalars))
