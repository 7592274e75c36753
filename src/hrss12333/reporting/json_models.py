"""The models of the public JSON, version 1. Keys stand in the contract's order; they may be added to, never renamed."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.survey.schema import Scalar

CHECK = "hrss12333.check/1"
MERGE = "hrss12333.merge/1"
FIX = "hrss12333.fix/1"
CATALOGUE = "hrss12333.rules/1"


class NewValueJson(Struct, frozen=True):
    """What a cell should hold."""

    field: str
    cell: str | None
    value: Scalar


class SuggestionJson(Struct, frozen=True):
    """The one correction that would settle a finding."""

    field: str
    cell: str | None
    value: Scalar
    reason: str
    also: list[NewValueJson]
    """What is to be changed together with it."""


class SettledJson(Struct, frozen=True):
    """How staff settled a finding."""

    who: str
    when: str
    reason: str


class FindingJson(Struct, frozen=True):
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
    """At most one."""
    explained: bool
    settled: SettledJson | None
    """Null unless staff settled it in an earlier workbook's 问题清单."""


class CountsJson(Struct, frozen=True):
    """Findings by severity."""

    error: int
    query: int
    note: int


class ContactJson(Struct, frozen=True):
    """Whom to call."""

    name: str | None
    mobile: str | None
    email: str | None


class FileJson(Struct, frozen=True):
    """One audited file."""

    path: str
    result: str
    unit: str | None
    year: int | None
    contact: ContactJson
    code: str | None
    rows: dict[str, list[dict[str, Scalar]]]
    findings: list[FindingJson]
    superseded_by: str | None
    """The file that replaces it; null where anything of it still holds."""
    account: dict[str, int]
    """What the cells of a filing were taken for → how many of them; nothing for any other file."""


class UnitFindingsJson(Struct, frozen=True):
    """One unit: its files, and what concerns it as a whole, judged over several of them."""

    unit: str
    files: list[str]
    findings: list[FindingJson]


class FaultJson(Struct, frozen=True):
    """A rule that broke down over a file."""

    rule: str
    file: str
    error: str


class SkippedJson(Struct, frozen=True):
    """A file that was passed over, and why."""

    path: str
    reason: str


class CheckJson(Struct, frozen=True):
    """What ``check --format json`` prints."""

    schema: str
    files: list[FileJson]
    counts: CountsJson
    units: list[UnitFindingsJson]
    undecided: dict[str, int]
    """Rule id → rows that it could not decide."""
    faults: list[FaultJson]
    skipped: list[SkippedJson]


class CoverageJson(Struct, frozen=True):
    """How many units sent something."""

    expected: int
    received: int
    missing: list[str]


class UnitJson(Struct, frozen=True):
    """Where one unit stands."""

    unit: str
    status: str
    files: list[str]
    rows: dict[str, int]
    code: str | None


class QuestionJson(Struct, frozen=True):
    """A question of an earlier workbook that no longer arises."""

    rule: str
    unit: str | None
    form: str | None
    region: str | None
    field: str | None


class OtherChangeJson(Struct, frozen=True):
    """A value, or a whole row where ``field`` is null, that nobody had asked about and that is another now."""

    unit: str
    form: str
    region: str
    field: str | None
    before: Scalar
    after: Scalar


class SinceJson(Struct, frozen=True):
    """What has become of an earlier workbook's questions."""

    new: list[FindingJson]
    still_open: list[FindingJson]
    settled: list[FindingJson]
    corrected: list[QuestionJson]
    changed: list[OtherChangeJson]
    came: list[str]
    explained: list[FindingJson]


class MergeJson(Struct, frozen=True):
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
    skipped: list[SkippedJson]


class ChangeJson(Struct, frozen=True):
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


class FixJson(Struct, frozen=True):
    """What ``fix --format json`` prints."""

    schema: str
    path: str
    output: str
    changes: list[ChangeJson]
    findings: list[FindingJson]
    counts: CountsJson


class ExampleJson(Struct, frozen=True):
    """A wrong and a right case, in words."""

    wrong: str
    right: str


class RuleJson(Struct, frozen=True):
    """One entry of the catalogue."""

    id: str
    severity: str
    group: str
    scope: str
    title: str
    why: str
    clause: str
    example: ExampleJson


class RulesJson(Struct, frozen=True):
    """What ``rules --format json`` prints."""

    schema: str
    rules: list[RuleJson]
