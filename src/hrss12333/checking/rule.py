"""Rules, and how they are declared.

A rule yields `Hit`s: it names the table, row and field it means; the engine turns them into cells. It never prints or
writes. Where an operand is missing or unreadable it yields `Undecided`, which is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from hrss12333.checking.reasons import reason_for
from hrss12333.model.filing import Filing, Found, Place, Row, Summary, Table
from hrss12333.model.finding import Finding, Location, NewValue, QuestionKey, Severity, Suggestion
from hrss12333.model.message import Message
from hrss12333.model.row import Problem
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, RuleText, Scalar

T = TypeVar("T")


class Scope(Enum):
    """What a rule needs to see at once."""

    FILE = "每个文件"
    """One file's filing."""
    ROWS_OF_UNIT = "每张表、每个地区，本单位的文件合起来看"
    """Each row or table, compared with all of its unit, whose files are joined."""
    UNIT = "每个单位，它的文件合起来看"
    """All filings of one unit, joined."""
    SUMMARY = "工作总结"
    MERGE = "全国汇总"
    """Found by the merger among several files."""
    READING = "能否读取"
    """Found by the reader: nothing of the file became a filing."""


class Hit(Struct, frozen=True):
    """A rule's result, by table, row and field; the engine finds the cell."""

    message: Message
    table: Table | None = None
    row: Row | None = None
    field: str | None = None
    value: Found = None
    """The value found; the engine takes it from row or header where it is None."""
    severity: Severity | None = None
    """The hit's severity; None for the rule's own."""
    figures: tuple[str, ...] = ()
    """Keys of all figures of the row that the hit is about, where ``field`` is not the only one."""
    difference: int = 0
    suggestion: Suggestion | None = None
    explained: bool | None = None
    """Whether 备注 gives a reason; None where the engine looks for one, False where none can."""
    named: tuple[str, ...] = ()
    """Figures and names of which the reason must hold one; if empty, any reason does, or the row's names."""
    place: Place | None = None
    """The place, where row and field do not give it."""
    form: str | None = None
    """Key of the form, where there is no table."""
    further: tuple[Location, ...] = ()
    """Other rows or files that the hit is compared with."""


def suggest(reason: str, values: Mapping[str, Scalar]) -> Suggestion:
    """The values that fields of a hit's row, or of the header, should hold."""
    return Suggestion(tuple(NewValue(key, value) for key, value in values.items()), reason)


class Undecided(NamedTuple):
    """A row that the rule cannot decide: an operand is missing or unreadable."""

    table: Table
    row: Row


class Comparisons(Struct, frozen=True):
    """Facts from elsewhere than the filing: last year's table and this year's earlier workbook."""

    previous: Mapping[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)
    """(unit, region, form key) → field key → last year's figure."""
    earlier_questions: tuple[tuple[str, QuestionKey], ...] = ()
    """The questions of an earlier workbook of the same year, each with its file's own name."""
    inclusions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Region and `row_mark` of a row → what staff wrote in it about R208."""
    stamped: Mapping[str, str] = field(default_factory=dict)
    """Name of a respondent → 校验码 of its stamped paper, as staff wrote it."""
    lists_missing: bool = False
    """Whether regions that sent nothing (没报) are listed by name: then no finding reports them."""


NO_COMPARISONS = Comparisons()
"""No facts from elsewhere."""


class ReportCase(Struct, frozen=True):
    """What a rule judges of a 工作总结."""

    summary: Summary
    edition: Edition


class LeftOut(NamedTuple):
    """A row, or a form, of a file that a finding leaves out: it is not missing."""

    form: str
    """The form's key."""
    region: str | None
    """`identity` of the row; None where a form's regions are unknown."""
    file: str


class Case(Struct, frozen=True):
    """What a rule judges."""

    filing: Filing
    edition: Edition
    comparisons: Comparisons = NO_COMPARISONS
    left_out: Sequence[LeftOut] = ()
    """What is left out of it."""
    refused: bool = False
    """Whether a file of the unit was not read: nothing is reported missing, as the file may hold it."""
    known: dict[Hashable, Any] = field(default_factory=dict)
    """Results that several rules need, each computed by `once`."""

    @property
    def holds_unread(self) -> bool:
        """Whether a file or a sheet of the unit was not read, so that it is open what the unit lacks."""
        return self.refused or bool(self.filing.unrecognised)

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """A result that several rules need of the same case, computed once."""
        if key not in self.known:
            self.known[key] = work_out()
        found: T = self.known[key]
        return found

    def rows(self, *keys: str) -> Iterator[tuple[Table, Row]]:
        """Each row of the forms that have these columns, with its table."""
        return ((table, row) for table in self.filing.tables if table.form.has(*keys) for row in table.rows)

    def last_year(self, form: Form, row: Row) -> Mapping[str, Any]:
        """Field key → last year's figure of the row's region; empty where there is none."""
        unit = self.filing.unit
        key = unit.name if unit else "", row.region or "", form.key
        return self.comparisons.previous.get(key, {})


Judge = Callable[[Any], Iterator[Hit | Undecided]]
"""The check of a rule over a `Case`, or over a `ReportCase` where its scope is a 工作总结."""
FORMS_CLAUSE = "附表1、附表2"
"""The clause of rules that the forms themselves demand."""
TECHNICAL = "技术要求"
"""The clause of rules that only the tool demands."""
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
"""Letter of a group → its name, and the clause of its rules that name none; in the order of the catalogue."""


class Rule(Struct, frozen=True):
    """One audit rule with the text of its catalogue entry."""

    id: str
    severity: Severity
    scope: Scope
    text: RuleText
    """``{report_words}`` in it stands for the edition's."""
    check: Judge | None = None
    problem: Problem | None = None
    """The reader's problem that this rule reports as a finding."""
    declared: Callable[[Edition], tuple[RuleText, ...]] | None = None
    """The texts that an edition's forms declare with their identities, in place of ``text``."""
    figures: tuple[str, ...] = ()
    """Keys of all figures of a row that each of its hits is about, where the hit names none itself."""
    doubts: bool = False
    """Whether open findings put their figures in question; errors of a row do so by any rule."""

    @property
    def group(self) -> str:
        """Letter of the rule's group."""
        return self.id[0]

    def finding(
        self, message: Message, unit: Unit | None, *locations: Location, severity: Severity | None = None
    ) -> Finding:
        """A finding of the reader's or the merger's at these places; by default of the rule's severity."""
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
        """The catalogue entry in an edition's words, its clause cited in full."""
        text = self.text
        texts = self.declared(edition) if self.declared else ()
        if texts:
            text = RuleText(*("；".join(dict.fromkeys(parts)) for parts in zip(*map(astuple, texts), strict=True)))
        filled = (part.replace("{report_words}", str(edition.report_words)) for part in astuple(text))
        text = RuleText(*filled)
        return text if text.clause == TECHNICAL else replace(text, clause=f"{edition.notice.number or ''}{text.clause}")


def declare(heading: str, severity: Severity, *, scope: Scope = Scope.READING, **about: Any) -> Rule:
    """A rule that the reader or the merger finds; ``heading``: its id and title; ``about``: an example (wrong → right), other fields
    of `RuleText`, and fields of `Rule`."""
    id, _, title = heading.partition(" ")
    wrong, _, right = about.pop("example").partition(" → ")
    about = {"title": title, "wrong": wrong, "right": right, "clause": GROUPS[id[0]][1], **about}
    text = RuleText(*[about.pop(name) for name in RuleText.__struct_fields__])
    return Rule(id, severity, scope, text, **about)


def rule(heading: str, *, severity: Severity, scope: Scope = Scope.FILE, **about: Any) -> Callable[[Judge], Rule]:
    """Make the decorated function a rule over filings, or over a 工作总结; ``about`` as for `declare`."""
    return lambda check: declare(heading, severity, scope=scope, check=check, **about)


error, query, note = (partial(rule, severity=severity) for severity in Severity)
"""Make the decorated function a rule of this severity."""
