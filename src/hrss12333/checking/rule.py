"""What a rule is, how it is declared, and the catalogue of all.

A rule yields `Hit`s: it names the table, row and field it means; the engine (checking) turns them into cells. It never
raises, prints or writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hrss12333.model.filing import Filing, Found, Place, Row, Summary, Table
from hrss12333.model.finding import Severity, Suggestion
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.editions.y2019 import EDITION, NOTICE


class Scope(Enum):
    """What a rule must see at once."""

    FILE = "每个文件"
    """One file's filing."""
    UNIT = "每个单位"
    """All of one unit, its files joined."""
    SUMMARY = "工作总结"
    MERGE = "全国汇总"
    """Found by the merger among several files."""
    READING = "读取"
    """Found by the reader: the file never became a filing, or needs no judgement."""


@dataclass(frozen=True, slots=True)
class Example:
    """A case in words, for the catalogue."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found, named by table, row and field; the cell is worked out by the engine."""

    message: str
    table: Table | None = None
    row: Row | None = None
    field: str | None = None
    value: Found = None
    """As found; the engine fills it in from row or header where it is None."""
    severity: Severity | None = None
    """Where it differs from the rule's own."""
    suggestions: tuple[Suggestion, ...] = ()
    explained: bool | None = None
    """Set where the rule itself knows; else the engine asks 备注."""
    region: str | None = None
    """Where no row tells it."""
    place: Place | None = None
    """Where the rule knows the place better than row and field do."""
    form: str | None = None
    """Key of the form, where no table tells it."""


@dataclass(frozen=True)
class Peers:
    """Figures to compare with, from elsewhere than the filing: last year's table and the other units' rows."""

    previous: Mapping[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)
    """(unit, region, form key) → field key → last year's figure."""
    ratios: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Name of a ratio → its values over the nation's rows, sorted."""


@dataclass(frozen=True)
class Case:
    """What a rule judges."""

    filing: Filing
    edition: Edition = EDITION
    peers: Peers = field(default_factory=Peers)


Check = Callable[[Case], Iterator[Hit]]
SummaryCheck = Callable[[Summary], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """One audit rule with the text of its catalogue entry."""

    id: str
    severity: Severity
    scope: Scope
    title: str
    """What is wrong, in a few words."""
    why: str
    """What the rule demands and why."""
    clause: str
    """Where the notice demands it; 技术要求 where only the tool does."""
    example: Example
    check: Check | None = None
    check_summary: SummaryCheck | None = None

    @property
    def group(self) -> str:
        """Letter of the rule's group."""
        return self.id[0]


GROUPS = {
    "F": "文件",
    "H": "表头",
    "R": "地区与行",
    "V": "填写内容",
    "B": "勾稽关系",
    "P": "合理性",
    "S": "工作总结",
    "M": "汇总",
}
TECHNICAL = "技术要求"
RULES: dict[str, Rule] = {}


def clause(text: str) -> str:
    """A clause of the notice, cited in full."""
    return f"{NOTICE.number}{text}"


def declare(
    id: str,
    severity: Severity,
    *,
    title: str,
    why: str,
    clause: str,
    wrong: str,
    right: str,
    scope: Scope = Scope.READING,
) -> Rule:
    """Register a rule that has no function of its own: the reader or the merger finds it."""
    if id in RULES:
        raise ValueError(f"rule {id} is declared twice")
    RULES[id] = Rule(id, severity, scope, title, why, clause, Example(wrong, right))
    return RULES[id]


def rule(id: str, severity: Severity, *, scope: Scope = Scope.FILE, **text: str) -> Callable[[Check], Check]:
    """Register the decorated function as a rule over filings."""

    def register(check: Check) -> Check:
        declared = declare(id, severity, scope=scope, **text)
        RULES[id] = Rule(**{**declared.__dict__, "check": check})
        return check

    return register


def summary_rule(id: str, severity: Severity, **text: str) -> Callable[[SummaryCheck], SummaryCheck]:
    """Register the decorated function as a rule over a 工作总结."""

    def register(check: SummaryCheck) -> SummaryCheck:
        declared = declare(id, severity, scope=Scope.SUMMARY, **text)
        RULES[id] = Rule(**{**declared.__dict__, "check_summary": check})
        return check

    return register
