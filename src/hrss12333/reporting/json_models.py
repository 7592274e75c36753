"""The models of the public JSON, version 1. Keys stand in the contract's order; they may be added to, never renamed."""

from __future__ import annotations

from dataclasses import dataclass

from hrss12333.survey.schema import Scalar

CHECK = "hrss12333.check/1"
MERGE = "hrss12333.merge/1"
FIX = "hrss12333.fix/1"
CATALOGUE = "hrss12333.rules/1"


@dataclass(frozen=True)
class SuggestionJson:
    """A value that would settle a finding; the likeliest stands first."""

    field: str
    cell: str | None
    value: Scalar
    reason: str


@dataclass(frozen=True)
class SettledJson:
    """How staff settled a finding."""

    who: str
    when: str
    reason: str


@dataclass(frozen=True)
class FindingJson:
    """One finding."""

    rule: str
    severity: str
    file: str
    sheet: str | None
    cell: str | None
    form: str | None
    region: str | None
    field: str | None
    value: Scalar
    message: str
    suggestions: list[SuggestionJson]
    explained: bool
    settled: SettledJson | None
    """Null unless staff settled it in an earlier workbook's 问题清单."""


@dataclass(frozen=True)
class CountsJson:
    """Findings by severity."""

    error: int
    query: int
    note: int


@dataclass(frozen=True)
class ContactJson:
    """Whom to call."""

    name: str | None
    mobile: str | None
    email: str | None


@dataclass(frozen=True)
class FileJson:
    """One audited file."""

    path: str
    result: str
    unit: str | None
    year: int | None
    contact: ContactJson
    code: str | None
    rows: dict[str, list[dict[str, Scalar]]]
    findings: list[FindingJson]


@dataclass(frozen=True)
class UnitFindingsJson:
    """One unit: its files, and what concerns it as a whole, judged over several of them."""

    unit: str
    files: list[str]
    findings: list[FindingJson]


@dataclass(frozen=True)
class FaultJson:
    """A rule that broke down over a file."""

    rule: str
    file: str
    error: str


@dataclass(frozen=True)
class CheckJson:
    """What ``check --format json`` prints."""

    schema: str
    files: list[FileJson]
    counts: CountsJson
    units: list[UnitFindingsJson]
    undecided: dict[str, int]
    """Rule id → rows that it could not decide."""
    faults: list[FaultJson]


@dataclass(frozen=True)
class CoverageJson:
    """How many units sent something."""

    expected: int
    received: int
    missing: list[str]


@dataclass(frozen=True)
class UnitJson:
    """Where one unit stands."""

    unit: str
    status: str
    files: list[str]
    rows: dict[str, int]
    code: str | None


@dataclass(frozen=True)
class QuestionJson:
    """A question of an earlier workbook that no longer arises."""

    rule: str
    unit: str | None
    form: str | None
    region: str | None
    field: str | None


@dataclass(frozen=True)
class OtherChangeJson:
    """A value, or a whole row where ``field`` is null, that nobody had asked about and that is another now."""

    unit: str
    form: str
    region: str
    field: str | None
    before: Scalar
    after: Scalar


@dataclass(frozen=True)
class SinceJson:
    """What has become of an earlier workbook's questions."""

    new: list[FindingJson]
    still_open: list[FindingJson]
    settled: list[FindingJson]
    corrected: list[QuestionJson]
    changed: list[OtherChangeJson]
    came: list[str]


@dataclass(frozen=True)
class MergeJson:
    """What ``merge --format json`` prints."""

    schema: str
    output: str | None
    totals: dict[str, dict[str, int | dict[str, int] | None]]
    coverage: CoverageJson
    units: list[UnitJson]
    findings: list[FindingJson]
    counts: CountsJson
    undecided: dict[str, int]
    faults: list[FaultJson]
    other_years: list[str]
    """Files of other years; nothing of them counts."""
    since: SinceJson | None
    """Null unless an earlier workbook was given."""


@dataclass(frozen=True)
class ChangeJson:
    """One cell that the clean form writes otherwise than the file did."""

    sheet: str
    cell: str | None
    form: str
    region: str | None
    field: str | None
    found: Scalar
    written: Scalar
    reason: str
    lost: int


@dataclass(frozen=True)
class FixJson:
    """What ``fix --format json`` prints."""

    schema: str
    path: str
    output: str
    changes: list[ChangeJson]
    findings: list[FindingJson]
    counts: CountsJson


@dataclass(frozen=True)
class ExampleJson:
    """A wrong and a right case, in words."""

    wrong: str
    right: str


@dataclass(frozen=True)
class RuleJson:
    """One entry of the catalogue."""

    id: str
    severity: str
    group: str
    scope: str
    title: str
    why: str
    clause: str
    example: ExampleJson


@dataclass(frozen=True)
class RulesJson:
    """What ``rules --format json`` prints."""

    schema: str
    rules: list[RuleJson]
