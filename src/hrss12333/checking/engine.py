"""Runs the rules over documents and locates their hits: file, sheet and cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking import reasons
from hrss12333.checking.counting import left_out_of
from hrss12333.checking.rule import NO_COMPARISONS, Case, Comparisons, Hit, ReportCase, Rule, Scope, Undecided
from hrss12333.checking.rules import ALL, OBJECTS
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Document, Filing, Place, Unreadable, Value, WorkReport
from hrss12333.model.finding import Fault, Finding, Location, Reason, Severity, Where, row_where
from hrss12333.model.message import Message, Quote
from hrss12333.survey.editions import edition_named
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition

EVERY = (Scope.FILE, Scope.ROWS_OF_UNIT, Scope.UNIT)
"""The scopes by which a unit's only file is judged."""
Result = Literal["pass", "fail", "unreadable"]
_QUOTED = 30
"""Characters quoted of a 备注 that is no reason."""


class Checked(Struct, frozen=True, dict=True):
    """A document with its findings."""

    document: Document
    findings: tuple[Finding, ...]
    undecided: Mapping[str, tuple[Where, ...]] = field(default_factory=dict)
    """Rule id → rows that it could not decide: an operand is missing or unreadable."""
    faults: tuple[Fault, ...] = ()
    """Rules that broke down over this document."""
    superseded_by: str | None = None
    """The file that replaces it; None where any of it still counts."""
    case: Case | None = None
    """The case of a filing, with the results that its rules share; None for other documents."""

    @property
    def edition(self) -> Edition | None:
        """The edition that judged a filing: that of its year."""
        return self.case.edition if self.case else None

    @cached_property
    def code(self) -> str | None:
        """校验码 of a filing, None without data; worked out on demand, as a merge rarely needs it."""
        if self.case is None:
            return None
        filing = self.case.filing
        return code_of(filing.tables, filing.signed_unit, self.case.edition.year)

    @property
    def file(self) -> str:
        """Path as shown to the user."""
        return self.document.file

    @property
    def unit(self) -> Unit | None:
        """The unit that owns it; None where unknown."""
        return self.document.unit

    @property
    def owner(self) -> str | None:
        """Name of that unit."""
        return self.unit.name if self.unit else None

    @property
    def result(self) -> Result:
        """Whether the file may be sent as it is."""
        if isinstance(self.document, Unreadable):
            return "unreadable"
        return "fail" if any(finding.blocks for finding in self.findings) else "pass"


def check(
    document: Document, edition: Edition, comparisons: Comparisons = NO_COMPARISONS, scopes: Collection[Scope] = EVERY
) -> Checked:
    """A document with the findings of the rules of these scopes, in the order of sheets and cells."""
    if isinstance(document, Unreadable):
        rule = OBJECTS[document.problem]
        place = Location(document.file, region=document.region)
        found = rule.finding(document.message, document.unit, place)
        return Checked(document, (replace(found, doubts=True),))
    if isinstance(document, WorkReport):
        return apply_rules(ReportCase(document, edition), (Scope.SUMMARY,))
    case = Case(document, edition_named(edition, document.year), comparisons, [*left_out_of(document)])
    return replace(apply_rules(case, scopes), case=case)


def judge_unit(case: Case) -> Checked:
    """The findings of the rules that see a whole unit, worked out once for a case."""
    return case.once("judged", lambda: apply_rules(case, (Scope.ROWS_OF_UNIT, Scope.UNIT)))


def apply_rules(case: Case | ReportCase, scopes: Collection[Scope]) -> Checked:
    """The findings of all rules of these scopes; a rule that breaks down stops no other."""
    document = case.filing if isinstance(case, Case) else case.report
    found: list[Finding] = []
    undecided: dict[str, tuple[Where, ...]] = {}
    faults: list[Fault] = []
    for rule in ALL:
        if rule.check is None or rule.scope not in scopes:
            continue
        try:
            yielded = list(rule.check(case))
            if not yielded:
                continue
            findings = [locate(rule, item, document) for item in yielded if isinstance(item, Hit)]
            # A template that lacks a parameter is the rule's fault too, not that of an output.
            _ = [finding.message.text for finding in findings]
        except Exception as error:  # a bug of the rule: the others still run
            faults.append(Fault(rule.id, document.file, f"{type(error).__name__}: {error}"))
            continue
        found += findings
        if len(findings) < len(yielded):
            undecided[rule.id] = tuple(row_where(*item) for item in yielded if isinstance(item, Undecided))
    return Checked(document, placed(found, document), undecided, tuple(faults))


def placed(findings: Iterable[Finding], document: Document) -> tuple[Finding, ...]:
    """Findings in the order of the document's sheets and cells."""
    sheets: dict[tuple[str, str | None], int] = {}
    if isinstance(document, Filing):
        for table in document.tables:
            sheets.setdefault((table.file, table.sheet), len(sheets))
    return tuple(
        sorted(findings, key=lambda f: (sheets.get((f.file, f.sheet), -1), f.position, f.severity.rank, f.rule))
    )


def locate(rule: Rule, hit: Hit, document: Filing | WorkReport) -> Finding:
    """The finding of a hit, at its sheet and cell."""
    value, place = _value_and_place(hit, hit.field)
    place = hit.place or place
    severity = hit.severity or rule.severity
    answered_by = Reason.NONE if hit.explained is False else reasons.reason_for(rule.id, severity)
    fields = (hit.field, *(hit.figures or rule.figures))
    reason, objection = _reason_given(hit, answered_by, severity, fields, document)
    explained = bool(hit.explained or reason) and severity is not Severity.NOTE
    message = hit.message
    if objection and hit.row:
        remarks = Quote(hit.row.text("remarks").strip(), _QUOTED)
        message = message.with_more("备注{remarks}不能作为说明：{lacks}。", remarks=remarks, lacks=objection)
    elif explained and severity is Severity.ERROR:
        severity = Severity.QUERY
        message = Message(message.fact, ("备注中已说明原因。",), message.params)
    suggestion = None if explained else hit.suggestion
    if suggestion:
        cells = [(value, None if value.row else _value_and_place(hit, value.field)[1]) for value in suggestion.values]
        values = [replace(value, row=at.row, column=at.column) if at else value for value, at in cells]
        suggestion = replace(suggestion, values=tuple(values))
    # A row of data, not a 合计.
    totals = (hit.table.total, *hit.table.earlier_totals) if hit.table else ()
    of_data = hit.row is not None and hit.table is not None and all(hit.row is not total for total in totals)
    return Finding(
        hit.table.file if hit.table else document.file,
        # A header may stand on a cover sheet, apart from its table.
        place.sheet if place else hit.table.sheet if hit.table else None,
        place.row if place else None,
        place.column if place else None,
        hit.table.form.key if hit.table else hit.form,
        hit.row.region if hit.row else None,
        hit.field,
        hit.row.place.row if hit.row else 0,
        rule=rule.id,
        severity=severity,
        message=message,
        further=hit.further,
        value=value.found if value and hit.value is None else hit.value,
        figures=hit.figures or rule.figures,
        difference=hit.difference,
        suggestion=suggestion,
        explained=explained,
        reason=reason,
        answered_by=answered_by,
        unit=document.unit.name if document.unit else None,
        doubts=rule.doubts or (severity is Severity.ERROR and of_data),
    )


def _reason_given(
    hit: Hit, answered_by: Reason, severity: Severity, fields: Sequence[str | None], document: Filing | WorkReport
) -> tuple[str, str]:
    """The reason that answers a hit, else why the 备注 of its row does not answer it, Chinese."""
    if severity is Severity.NOTE or (severity is Severity.ERROR and answered_by is Reason.NONE):
        return "", ""
    remarks = hit.row.text("remarks").strip() if hit.row else ""
    columns = hit.table.form.by_key if hit.table else {}
    keys = [key for key in fields if key in columns]
    if hit.explained or ("〔" in remarks and reasons.is_settled(remarks, [columns[key].label for key in keys])):
        return remarks, ""
    if answered_by in reasons.OF_TABLE and isinstance(document, Filing):
        tables = [hit.table] if hit.table and answered_by is not Reason.UNIT else document.tables
        return reasons.reason_among(tables, hit.named, keys), ""
    if hit.table is None or hit.row is None or sum(map(str.isalnum, remarks)) < reasons.SHORTEST_REASON:
        return "", ""
    if answered_by is Reason.INCLUSION or answered_by is Reason.NONE:
        whole = answered_by is Reason.NONE and reasons.is_reason(remarks, hit.table.form)
        return "", "问的是全单位的情况，备注不能答复" if whole else ""
    names = hit.named
    if answered_by is Reason.REGION and not names:  # any name of the row's region or of its unit will do
        written = hit.row.get("region").found
        unit = document.unit
        names = reasons.spoken_names(hit.row.region, str(written or ""), *((unit.name, unit.short) if unit else ()))
    objection = reasons.objection(remarks, hit.table.form, keys, names)
    return ("", objection) if objection else (remarks, "")


def _value_and_place(hit: Hit, field: str | None) -> tuple[Value | None, Place | None]:
    """A field's value in the hit's row, else in the header; and its cell, else the row's."""
    table, row = hit.table, hit.row
    if table is None or (field is None and row is None):
        return None, None
    if row is not None:
        value = None if field is None else row.get(field)
        return value, (value and value.place) or row.place
    value = table.header.get(field or "")
    return value, value.place if value else table.headings.get(field or "")
