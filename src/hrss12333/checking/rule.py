"""What rules judge and yield: a `Hit` for each fault, `Undecided` where an operand is missing or unreadable.

A hit names table, row and field; the engine finds the cell. A rule never prints or writes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from hrss12333.checking.reasons import reason_for
from hrss12333.model.filing import Filing, Found, Place, Problem, Row, Table, WorkReport
from hrss12333.model.finding import Finding, Location, NewValue, QuestionKey, Severity, Suggestion
from hrss12333.model.message import Message
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Form, RuleText, Scalar

T = TypeVar("T")


class Scope(Enum):
    """How much a rule must see to decide."""

    FILE = "每个文件"
    """One file's filing."""
    ROWS_OF_UNIT = "每张表、每个地区，本单位的文件合起来看"
    """Each row or table beside all others of its unit, whose files are joined."""
    UNIT = "每个单位，它的文件合起来看"
    """All filings of one unit, joined."""
    SUMMARY = "工作总结"
    MERGE = "全国汇总"
    """Found by the merger among several files."""
    READING = "能否读取"
    """Found by the reader in a file that is no filing."""


class Hit(Struct, frozen=True):
    """One fault that a rule found, by table, row and field."""

    message: Message
    table: Table | None = None
    row: Row | None = None
    field: str | None = None
    value: Found = None
    """The value found; None for the value in the row or header."""
    severity: Severity | None = None
    """None for the rule's severity."""
    figures: tuple[str, ...] = ()
    """Keys of all figures of the row that the hit is about, where there are several."""
    difference: int = 0
    suggestion: Suggestion | None = None
    explained: bool | None = None
    """Whether 备注 gives a reason: None lets the engine look for one, False admits none."""
    named: tuple[str, ...] = ()
    """Figures or names of which the reason must hold one; empty where any reason will do."""
    place: Place | None = None
    """The cell, where row and field do not give it."""
    form: str | None = None
    """Key of the form, where there is no table."""
    further: tuple[Location, ...] = ()
    """Other rows or files that were compared with it."""


def suggest(reason: str, values: Mapping[str, Scalar]) -> Suggestion:
    """A suggestion of values for fields of one row, or of the header."""
    return Suggestion(tuple(NewValue(key, value) for key, value in values.items()), reason)


class Undecided(NamedTuple):
    """A row that the rule cannot decide: an operand is missing or unreadable."""

    table: Table
    row: Row


class Comparisons(Struct, frozen=True):
    """What filings are compared with: last year's figures and this year's earlier workbook."""

    previous: Mapping[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)
    """(unit, region, form key) → field key → last year's figure."""
    earlier_questions: tuple[tuple[str, QuestionKey], ...] = ()
    """Name of a file → a question about it in this year's earlier workbook."""
    inclusions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Region and `row_mark` of a row → staff's answer to R208."""
    stamped: Mapping[str, str] = field(default_factory=dict)
    """Name of a respondent → 校验码 of its stamped paper, as staff wrote it."""
    lists_missing: bool = False
    """Whether the list 没报 names the regions that sent nothing, so that no finding needs to."""


NO_COMPARISONS = Comparisons()
"""Nothing to compare with."""


class ReportCase(Struct, frozen=True):
    """What a rule judges of a 工作总结."""

    report: WorkReport
    edition: Edition


class LeftOut(NamedTuple):
    """A row or form that came and does not count, so that no rule reports it missing."""

    form: str
    """Key of the form."""
    region: str | None
    """`identity` of the row; None for the form as a whole."""
    file: str


class Case(Struct, frozen=True):
    """What a rule judges."""

    filing: Filing
    edition: Edition
    comparisons: Comparisons = NO_COMPARISONS
    left_out: Sequence[LeftOut] = ()
    refused: bool = False
    """Whether a file of the unit was not read: it may hold whatever seems to be missing."""
    results: dict[Hashable, Any] = field(default_factory=dict)
    """Results that several rules share, filled by `once`."""

    @property
    def holds_unread(self) -> bool:
        """Whether a file or sheet of the unit was not read: it may hold whatever seems to be missing."""
        return self.refused or bool(self.filing.unrecognised)

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """The result under this key, worked out by the first rule that needs it."""
        if key not in self.results:
            self.results[key] = work_out()
        result: T = self.results[key]
        return result

    def rows(self, *keys: str) -> Iterator[tuple[Table, Row]]:
        """Every row of the forms that have these columns, with its table."""
        return ((table, row) for table in self.filing.tables if table.form.has(*keys) for row in table.rows)

    def last_year(self, form: Form, row: Row) -> Mapping[str, Any]:
        """Field key → last year's figure of the row's region; empty where there is none."""
        unit = self.filing.unit
        key = unit.name if unit else "", row.region or "", form.key
        return self.comparisons.previous.get(key, {})


Judge = Callable[[Any], Iterator[Hit | Undecided]]
"""The function of a rule over a `Case`, or over a `ReportCase` where its scope is a 工作总结."""
FORMS_CLAUSE = "附表1、附表2"
"""Clause of the rules that follow from the forms."""
TECHNICAL = "技术要求"
"""Clause of the rules that no notice demands, only the tool."""
GROUPS = {
    "F": ("文件", "通知第二部分第（二）条"),
    "H": ("表头", "附表1、附表2表头"),
    "R": ("地区与行", "通知第一部分第（二）条（组织所辖各地市填报）"),
    "V": ("填写内容", FORMS_CLAUSE),
    "B": ("勾稽关系", TECHNICAL),
    "P": ("合理性", "通知第二部分第（一）条“确保情况真实、数据准确”"),
    "S": ("工作总结", "通知第一部分第（一）条"),
    "M": ("汇总", TECHNICAL),
}
"""Letter of a group → its name, and the clause of its rules that give none; in the order of the catalogue."""


class Rule(Struct, frozen=True):
    """One audit rule with its text in the catalogue."""

    id: str
    severity: Severity
    scope: Scope
    text: RuleText
    """Its text; ``{report_words}`` stands for the edition's limit."""
    check: Judge | None = None
    problem: Problem | None = None
    """The reader's problem that this rule reports."""
    declared: Callable[[Edition], tuple[RuleText, ...]] | None = None
    """The texts that an edition's forms declare with their balances, in place of ``text``."""
    figures: tuple[str, ...] = ()
    """Keys of the figures that each hit is about, where the hit gives none."""
    doubts: bool = False
    """Whether its open findings put their figures in question; errors in a row always do."""

    @property
    def group(self) -> str:
        """Letter of the rule's group."""
        return self.id[0]

    def finding(
        self, message: Message, unit: Unit | None, *locations: Location, severity: Severity | None = None
    ) -> Finding:
        """A finding of the reader or the merger at these locations, by default of the rule's severity."""
        first, *further = locations
        level = severity or self.severity
        return Finding(
            *astuple(first),
            rule=self.id,
            severity=level,
            message=message,
            further=tuple(further),
            answered_by=reason_for(self.id, level),
            unit=unit.name if unit else None,
        )

    def text_in(self, edition: Edition) -> RuleText:
        """The rule's text for an edition, with its document number before the clause."""
        text = self.text
        texts = self.declared(edition) if self.declared else ()
        if texts:
            text = RuleText(*("；".join(dict.fromkeys(parts)) for parts in zip(*map(astuple, texts), strict=True)))
        filled = (part.replace("{report_words}", str(edition.report_words)) for part in astuple(text))
        text = RuleText(*filled)
        return text if text.clause == TECHNICAL else replace(text, clause=f"{edition.notice.number or ''}{text.clause}")


def declare(heading: str, severity: Severity, *, scope: Scope = Scope.READING, **about: Any) -> Rule:
    """A rule of the reader's or merger's; ``heading``: id and title, ``about``: fields of `RuleText` and `Rule`."""
    id, _, title = heading.partition(" ")
    wrong, _, right = about.pop("example").partition(" → ")
    about = {"title": title, "wrong": wrong, "right": right, "clause": GROUPS[id[0]][1], **about}
    text = RuleText(*[about.pop(name) for name in RuleText.__struct_fields__])
    return Rule(id, severity, scope, text, **about)


def rule(heading: str, *, severity: Severity, scope: Scope = Scope.FILE, **about: Any) -> Callable[[Judge], Rule]:
    """A decorator that makes a function a rule; ``heading`` and ``about`` are those of `declare`."""
    return lambda check: declare(heading, severity, scope=scope, check=check, **about)


error, query, note = (partial(rule, severity=severity) for severity in Severity)
"""Decorators that make a function a rule of this severity."""
