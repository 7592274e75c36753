"""The public JSON, version 1, made from the nouns inside: those may change, it may not (models: json_models).

Values are integers, booleans, strings or null. The same audit gives the same text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from hrss12333.model.filing import Filing, Found, Row, Skipped
from hrss12333.model.finding import Counts, Finding, Suggestion, count
from hrss12333.model.summary_lines import missing
from hrss12333.patterns import lazy
from hrss12333.reporting.json_models import (
    CATALOGUE,
    CHECK,
    FIX,
    MERGE,
    ChangeJson,
    CheckJson,
    ContactJson,
    CountsJson,
    CoverageJson,
    ExampleJson,
    FaultJson,
    FileJson,
    FindingJson,
    FixJson,
    MergeJson,
    NewValueJson,
    OtherChangeJson,
    QuestionJson,
    RuleJson,
    RulesJson,
    SettledJson,
    SinceJson,
    SkippedJson,
    SuggestionJson,
    UnitFindingsJson,
    UnitJson,
)
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form, Kind, Scalar
from hrss12333.wording.text import harmless

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.checking.rule import Rule
    from hrss12333.inbox import Inbox
    from hrss12333.merging.since import Progress
    from hrss12333.model.finding import Fault
    from hrss12333.model.national import National, UnitStatus
    from hrss12333.reporting.form_changes import Change

_SURROGATE = lazy("[\ud800-\udfff]")


def dump(report: object) -> str:
    """The text of a report without control characters; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    return json.dumps(_harmless(report), ensure_ascii=False, indent=2, allow_nan=False)


def _harmless(part: Any) -> Any:
    if isinstance(part, str):
        return part if part.isprintable() else harmless(_SURROGATE.sub("\ufffd", part))
    if isinstance(part, dict):
        return {key: _harmless(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_harmless(each) for each in part]
    return _harmless(asdict(part)) if isinstance(part, Struct) else part


def check_json(inbox: Inbox) -> str:
    """``hrss12333.check/1`` of these files, in the order given."""
    national = inbox.national
    return dump(
        CheckJson(
            CHECK,
            [_file(item, item.edition or inbox.edition) for item in inbox.files],
            _counts(national.counts),
            [
                UnitFindingsJson(item.unit.name, list(item.files), [_finding(each) for each in item.findings])
                for item in inbox.units
            ],
            dict(national.undecided),
            _faults(national.faults),
            _skipped(national.skipped),
        )
    )


def merge_json(national: National, output: str | None, progress: Progress | None = None) -> str:
    """``hrss12333.merge/1``; ``output`` is the path written, None where nothing was; ``progress`` that since an earlier
    workbook."""
    absent = [unit.name for unit in missing(national)]
    report = MergeJson(
        MERGE,
        output,
        {form.key: _totals(national, form) for form in national.edition.forms},
        CoverageJson(len(national.units), len(national.units) - len(absent), absent),
        [_unit(status, national.edition) for status in national.units],
        [_finding(finding) for finding in national.findings],
        _counts(count(national.findings)),
        dict(national.undecided),
        _faults(national.faults),
        list(national.other_years),
        _since(progress) if progress else None,
        _skipped(national.skipped),
    )
    return dump(report)


def _since(progress: Progress) -> SinceJson:
    return SinceJson(
        [_finding(finding) for finding in progress.new],
        [_finding(finding) for finding in progress.still_open],
        [_finding(finding) for finding in progress.settled],
        [
            QuestionJson(item.question.rule, *(part or None for part in item.question[1:]))
            for item in progress.corrected
        ],
        [OtherChangeJson(c.unit, c.form, c.region, c.field or None, c.before, c.after) for c in progress.changed],
        list(progress.came),
        [_finding(finding) for finding in progress.explained],
    )


def fix_json(checked: Checked, output: str, changes: Sequence[Change]) -> str:
    """``hrss12333.fix/1``: every change between the file and the clean form, and what the audit still says."""
    listed = [
        ChangeJson(c.sheet, c.cell, c.form, c.region, c.field, _plain(c.found), _plain(c.written), c.reason, c.lost)
        for c in changes
    ]
    findings = [_finding(finding) for finding in checked.findings]
    return dump(FixJson(FIX, checked.file, output, listed, findings, _counts(count(checked.findings))))


def rules_json(rules: Sequence[Rule], edition: Edition) -> str:
    """``hrss12333.rules/1`` of these rules, in the order given."""
    listed = [
        RuleJson(
            rule.id,
            rule.severity.value,
            rule.group,
            rule.scope.name.lower(),
            text.title,
            text.why,
            text.clause,
            ExampleJson(text.wrong, text.right),
        )
        for rule, text in ((rule, rule.text_in(edition)) for rule in rules)
    ]
    return dump(RulesJson(CATALOGUE, listed))


def _file(checked: Checked, edition: Edition) -> FileJson:
    """A file with its rows and all that was found in it."""
    document = checked.document
    rows: dict[str, list[dict[str, Scalar]]] = {form.key: [] for form in edition.forms}
    contact = ContactJson(None, None, None)
    year = None
    account: dict[str, int] = {}
    if isinstance(document, Filing):
        year = document.year
        contact = ContactJson(**document.contact)
        account = {disposition.value: number for disposition, number in document.account.items()}
        for form in edition.forms:
            rows[form.key] = [_row(form, row) for table in document.tables_of(form) for row in table.rows]
    return FileJson(
        checked.file,
        checked.result,
        _unit_named(checked),
        year,
        contact,
        checked.code,
        rows,
        [_finding(finding) for finding in checked.findings],
        checked.superseded_by,
        account,
    )


def _unit_named(checked: Checked) -> str | None:
    """The unit that the file itself names."""
    if isinstance(checked.document, Filing):
        return checked.document.signed_unit
    return checked.unit.name if checked.unit else None


def _row(form: Form, row: Row) -> dict[str, Scalar]:
    """The row as its model vouches for it: every field of the form, in its order."""
    return row.model(form).model_dump()


def _finding(finding: Finding) -> FindingJson:
    return FindingJson(
        finding.rule,
        finding.severity.value,
        finding.file,
        finding.sheet,
        finding.cell,
        finding.form,
        finding.region,
        finding.field,
        _plain(finding.value),
        finding.message,
        [_suggestion(finding.suggestion)] if finding.suggestion else [],
        finding.explained,
        _settled(finding),
    )


def _suggestion(suggestion: Suggestion) -> SuggestionJson:
    first, *also = suggestion.values
    others = [NewValueJson(value.field, value.cell, value.value) for value in also]
    return SuggestionJson(first.field, first.cell, first.value, suggestion.reason, others)


def _settled(finding: Finding) -> SettledJson | None:
    known = finding.verification
    if not finding.settled or known is None or known.when is None:
        return None
    return SettledJson(known.who, known.when.isoformat(), known.text)


def _plain(value: Found) -> Scalar:
    """A cell's content as the contract allows it: a whole float is an integer, any other number a string."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return value


def _faults(faults: Sequence[Fault]) -> list[FaultJson]:
    return [FaultJson(fault.rule, fault.file, fault.error) for fault in faults]


def _skipped(skipped: Sequence[Skipped]) -> list[SkippedJson]:
    return [SkippedJson(item.file, item.reason) for item in skipped]


def _counts(counts: Counts) -> CountsJson:
    return CountsJson(counts.error, counts.query, counts.note)


def _totals(national: National, form: Form) -> dict[str, int | dict[str, int] | None]:
    totals: dict[str, int | dict[str, int] | None] = {}
    for column in form.data:
        tally = national.tally(form, column)
        totals[column.key] = dict(tally.choices) if column.kind is Kind.CHOICE else tally.total
    return totals


def _unit(status: UnitStatus, edition: Edition) -> UnitJson:
    rows: dict[str, Any] = {form.key: status.rows.get(form.key, 0) for form in edition.forms}
    return UnitJson(status.unit.name, status.status.value, list(status.files), rows, status.code)
