"""Runs the rules over what was read and gives their hits a file, a sheet and a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from hrss12333.checking.reasons import is_reason
from hrss12333.checking.rule import Case, Hit, Peers, Rule, Scope
from hrss12333.checking.rules.catalogue import all_rules
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Document, Filing, Found, Place, Summary, Table, Unreadable
from hrss12333.model.finding import Finding, Severity, Suggestion
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit

Result = Literal["pass", "fail", "unreadable"]


@dataclass(frozen=True)
class Checked:
    """A document with all that was found in it."""

    document: Document
    findings: tuple[Finding, ...]
    code: str | None = None
    """校验码 of a filing; None where it holds no data."""

    @property
    def file(self) -> str:
        """Path as shown to the user."""
        return self.document.file

    @property
    def unit(self) -> Unit | None:
        """The reporting unit, where the document names it."""
        return None if isinstance(self.document, Unreadable) else self.document.unit

    @property
    def result(self) -> Result:
        """Whether it may be sent as it is."""
        if isinstance(self.document, Unreadable):
            return "unreadable"
        return "fail" if any(finding.blocks for finding in self.findings) else "pass"


def check(
    document: Document,
    edition: Edition,
    peers: Peers | None = None,
    *,
    scopes: Iterable[Scope] = (Scope.FILE, Scope.UNIT),
) -> Checked:
    """Everything the rules of these scopes find in one document, in the order of its sheets and cells."""
    if isinstance(document, Unreadable):
        return Checked(document, (Finding(document.rule, Severity.ERROR, document.message, document.file),))
    if isinstance(document, Summary):
        return Checked(document, tuple(_summary_findings(document)))
    findings = run(document, edition, peers or Peers(), scopes)
    code = code_of(document.tables, document.unit.name if document.unit else None)
    return Checked(document, tuple(findings), code)


def run(filing: Filing, edition: Edition, peers: Peers, scopes: Iterable[Scope]) -> list[Finding]:
    """The findings of all rules of these scopes over a filing, sorted by sheet and cell."""
    case = Case(filing, edition, peers)
    wanted = set(scopes)
    found = [
        _locate(rule, hit, filing)
        for rule in all_rules()
        if rule.check and rule.scope in wanted
        for hit in rule.check(case)
    ]
    sheets: dict[tuple[str, str | None], int] = {}
    for table in filing.tables:
        sheets.setdefault((table.file, table.sheet), len(sheets))
    return sorted(found, key=lambda f: (sheets.get((f.file, f.sheet), -1), f.position, f.severity.rank, f.rule))


def _summary_findings(summary: Summary) -> Iterator[Finding]:
    for rule in all_rules():
        if rule.check_summary:
            for hit in rule.check_summary(summary):
                yield Finding(
                    rule.id,
                    hit.severity or rule.severity,
                    hit.message,
                    summary.file,
                    value=hit.value,
                    unit=summary.unit.name if summary.unit else None,
                )


def _locate(rule: Rule, hit: Hit, filing: Filing) -> Finding:
    """From table, row and field to sheet and cell."""
    place = hit.place or _field_place(hit.table, hit, hit.field)
    severity = hit.severity or rule.severity
    reason = hit.row.text("remarks").strip() if hit.row else ""
    explained = hit.explained if hit.explained is not None else severity is Severity.QUERY and is_reason(reason)
    return Finding(
        rule=rule.id,
        severity=severity,
        message=hit.message,
        file=hit.table.file if hit.table else filing.file,
        # A header may stand on a cover sheet of its own.
        sheet=place.sheet if place else hit.table.sheet if hit.table else None,
        row=place.row if place else None,
        column=place.column if place else None,
        form=hit.table.form.key if hit.table else hit.form,
        region=hit.region or (hit.row.region if hit.row else None),
        field=hit.field,
        value=_found(hit) if hit.value is None else hit.value,
        suggestions=tuple(_with_cell(suggestion, hit) for suggestion in hit.suggestions),
        explained=explained,
        reason=reason if explained else "",
        unit=filing.unit.name if filing.unit else None,
    )


def _field_place(table: Table | None, hit: Hit, field: str | None) -> Place | None:
    if table is None:
        return None
    if hit.row is not None:
        value = hit.row.get(field) if field else None
        return value.place if value and value.place else hit.row.place
    if field is None:
        return None
    if field in table.header:
        return table.header[field].place
    return table.headings.get(field)


def _found(hit: Hit) -> Found:
    if hit.table is None or hit.field is None:
        return None
    if hit.row is not None:
        return hit.row.get(hit.field).found
    return hit.table.header[hit.field].found if hit.field in hit.table.header else None


def _with_cell(suggestion: Suggestion, hit: Hit) -> Suggestion:
    place = _field_place(hit.table, hit, suggestion.field)
    return replace(suggestion, row=place.row, column=place.column) if place else suggestion
