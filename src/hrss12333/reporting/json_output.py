"""Results for programs: versioned JSON on standard output, everything else on standard error.

The objects are spelled out here because the model may change and the JSON may not. Keys are in the contract's
order: some may be added, none renamed. Values are integers, booleans, strings or null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from hrss12333.model.filing import Filing, Found
from hrss12333.model.finding import Finding, Suggestion, count_by_severity
from hrss12333.model.national import tallies
from hrss12333.model.summary_lines import missing_units
from hrss12333.patterns import grouped, harmless
from hrss12333.survey.schema import Form, Kind, Scalar

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.checking.rule import Rule
    from hrss12333.model.national import National
    from hrss12333.model.text import Quoted
    from hrss12333.questions import Question
    from hrss12333.questions.respondents import Respondents
    from hrss12333.questions.rounds import Progress
    from hrss12333.reporting import MergeResult, Sink
    from hrss12333.survey.schema import Edition

_NO_CHARACTERS = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
Object = dict[str, Any]


def check(respondents: Respondents, written: Sequence[str], progress: Progress | None, sink: Sink) -> None:
    """Print ``hrss12333.check/1``."""
    inbox, national = respondents.inbox, respondents.inbox.national
    owned = {(item.file, item.unit) for item in inbox.files}
    texts = grouped(inbox.texts, lambda each: (each.file, each.unit))
    report = {
        "schema": "hrss12333.check/1",
        "unaudited": national.unaudited,
        "files": [
            {**_file(item, item.edition or inbox.edition), "texts": _texts(texts.get((item.file, item.unit), ()))}
            for item in inbox.files
        ],
        "counts": count_by_severity(national.findings_of_files),
        "units": [
            {
                "unit": status.unit.name,
                "files": status.files,
                "findings": _findings(inbox.of_units.get(status.unit.name, ())),
            }
            for status in national.units
            if status.files
        ],
        **_asked(respondents),
        **_run(national, progress),
        "texts": [text for key, listed in texts.items() if key not in owned for text in _texts(listed)],
    }
    sink.result(_dump(report))
    for line in written:
        sink.remark(line)


def merge(result: MergeResult, sink: Sink) -> None:
    """Print ``hrss12333.merge/1``."""
    inbox, national = result.respondents.inbox, result.respondents.inbox.national
    faulty = {finding.unit for finding in national.findings_of_files if finding.blocks}
    absent = [unit.name for unit in missing_units(national)]
    report = {
        "schema": "hrss12333.merge/1",
        "unaudited": national.unaudited,
        "output": str(result.output) if result.output else None,
        "totals": {form.key: _totals(national, form) for form in national.edition.forms},
        "coverage": {"expected": len(national.units), "received": len(national.units) - len(absent), "missing": absent},
        "units": [
            {
                "unit": status.unit.name,
                "status": ("faulty" if status.unit.name in faulty else "accepted") if status.files else "missing",
                "files": status.files,
                "rows": {form.key: status.rows.get(form.key, 0) for form in national.edition.forms},
                "code": status.code,
                "texts": _texts(each for each in inbox.texts if each.unit is status.unit),
            }
            for status in national.units
        ],
        "findings": _findings(national.findings),
        **_asked(result.respondents),
        "counts": count_by_severity(national.findings),
        **_run(national, result.progress, other_years=national.other_years),
        "texts": _texts(each for each in inbox.texts if each.unit is None),
    }
    sink.result(_dump(report))
    for line in (*result.remarks, *(f"已写入：{path}" for path in result.written)):
        sink.remark(line)


def rules(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """Print ``hrss12333.rules/1``."""
    catalogue = [
        {
            "id": rule.id,
            "severity": rule.severity.value,
            "group": rule.group,
            "scope": rule.scope.name.lower(),
            **_attributes(text, "title", "why", "clause"),
            "example": _attributes(text, "wrong", "right"),
        }
        for rule, text in ((rule, rule.text_in(edition)) for rule in listed)
    ]
    sink.result(_dump({"schema": "hrss12333.rules/1", "rules": catalogue}))


def _dump(report: Object) -> str:
    """A result as text without control characters; a lone surrogate, which UTF-8 lacks, becomes U+FFFD."""
    return json.dumps(_harmless(report), ensure_ascii=False, indent=2, allow_nan=False)


def _harmless(part: Any) -> Any:
    if isinstance(part, str):
        return part if part.isprintable() else harmless(part.translate(_NO_CHARACTERS))
    if isinstance(part, Mapping):
        return {key: _harmless(value) for key, value in part.items()}
    return [_harmless(each) for each in part] if isinstance(part, list | tuple) else part


def _attributes(thing: object, *keys: str) -> Object:
    """These attributes, under the names that the contract gives them."""
    return {key: getattr(thing, key) for key in keys}


def _file(checked: Checked, edition: Edition) -> Object:
    """A file with its rows, as their models validate them, and its findings."""
    filing = checked.document if isinstance(checked.document, Filing) else None
    # The unit named in a filing's headers, or the owner of another file.
    unit = filing.signed_unit if filing else checked.unit.name if checked.unit else None
    tables = filing.tables if filing else ()
    rows = {
        form.key: [row.model(form).model_dump() for table in tables if table.form.key == form.key for row in table.rows]
        for form in edition.forms
    }
    return {
        "path": checked.file,
        "result": checked.result,
        "unit": unit,
        "year": filing.year if filing else None,
        "contact": filing.contact if filing else dict.fromkeys(("name", "mobile", "email")),
        "code": checked.code,
        "rows": rows,
        "findings": _findings(checked.findings),
        "superseded_by": checked.superseded_by,
    }


def _texts(quoted: Iterable[Quoted]) -> list[Object]:
    """Texts of 附注, verbatim; ``unit`` is null where the owner is unknown."""
    return [
        {
            "file": item.file,
            "place": item.located,
            "sheet": item.text.place.sheet if item.text.place else item.text.sheet,
            "cell": item.text.place.a1 if item.text.place else None,
            **_attributes(item.text, "form", "region", "field", "text"),
            "marked": item.marked,
            "unit": item.unit.name if item.unit else None,
        }
        for item in quoted
    ]


def _asked(respondents: Respondents) -> Object:
    """All respondents, each with the numbers of its questions in the list of questions; and that list."""
    numbers = count()
    listed = [
        {**_attributes(each, "name", "state", "note", "files"), "questions": [next(numbers) for _ in each.questions]}
        for each in respondents.listed
    ]
    return {"respondents": listed, "questions": [*map(_question, respondents.questions)]}


def _question(question: Question) -> Object:
    (ground,), further = _findings([question.ground]), _findings(question.further)
    about = _attributes(question, "form", "region", "fields", "since", "is_changed")
    answers = [answer for answer in map(_staff_answer, question.findings) if answer][:1]
    answers += [{"who": "备注", "when": None, "reason": question.ground.reason}] if question.ground.explained else []
    of = _attributes(question, "respondent", "state")
    return {**of, "ground": ground, "further": further, **about, "answers": answers}


def _findings(findings: Sequence[Finding]) -> list[Object]:
    return [
        {
            **_attributes(finding, "rule", "severity", "file", "sheet", "cell", "form", "region", "field"),
            "value": _json_scalar(finding.value),
            "message": finding.message.text,
            "suggestions": [_suggestion(finding.suggestion)] if finding.suggestion else [],
            "explained": finding.explained,
            "settled": _staff_answer(finding) if finding.is_settled else None,
        }
        for finding in findings
    ]


def _staff_answer(finding: Finding) -> Object | None:
    """What staff wrote, and what it lacks to settle the question; null where they wrote nothing."""
    if (answer := finding.verification) is None:
        return None
    day = answer.when.isoformat() if answer.when else answer.day or None
    return {"who": answer.who, "when": day, "reason": answer.text, **({"lacks": answer.lacks} if answer.lacks else {})}


def _suggestion(suggestion: Suggestion) -> Object:
    """The first suggested value, with the others under ``also``."""
    first, *also = [_attributes(new, "field", "cell", "value") for new in suggestion.values]
    return {**first, "reason": suggestion.reason, "also": also}


def _progress_since(progress: Progress) -> Object:
    """What has become of the earlier questions: those of this run by finding, others by place."""

    def about(thing: object) -> Object:
        return {key: getattr(thing, key) or None for key in ("unit", "form", "region", "field")}

    of_run = {key: getattr(progress, key) for key in ("new", "still_open", "settled", "explained")}
    of_earlier = {"corrected": progress.corrected, "unchecked": [item for item, _ in progress.unchecked]}
    keys = {key: [each.key for item in items for each in item.findings] for key, items in of_earlier.items()}
    return {
        **{key: _findings([one for question in listed for one in question.findings]) for key, listed in of_run.items()},
        **{key: [{"rule": each.rule, **about(each)} for each in listed] for key, listed in keys.items()},
        "changed": [{**about(each), **_attributes(each, "before", "after")} for each in progress.changed],
        "came": progress.came,
    }


def _json_scalar(value: Found) -> Scalar:
    """A cell's content as the contract allows it: a whole float as an integer, another number as a string."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return value


def _run(national: National, progress: Progress | None, **more: object) -> Object:
    """The last keys of both results: undecided rows, broken rules, earlier questions, files passed over."""
    return {
        "undecided": national.undecided,
        "faults": [_attributes(fault, "rule", "file", "error") for fault in national.faults],
        **more,
        "since": _progress_since(progress) if progress else None,
        "skipped": [{"path": item.file, "reason": item.reason} for item in national.skipped],
    }


def _totals(national: National, form: Form) -> Object:
    tallied = tallies(national.entries_of(form), form)
    return {c.key: tallied[c.key].choices if c.kind is Kind.CHOICE else tallied[c.key].total for c in form.data}
