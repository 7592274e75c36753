"""The fields of rows that questions are about, where a change was requested while any other is news; and fingerprints
of their figures, so that an answer holds only while they stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from msgspec import Struct

from hrss12333.checking.engine import Checked, apply_rules
from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.rows import ROW_THAT_HOLDS_OTHERS
from hrss12333.model.finding import Finding, Question, Severity, StaffAnswer, question
from hrss12333.model.national import National
from hrss12333.survey.schema import Form

RowName = tuple[str, str, str]
"""Unit, region and form."""
OUTDATED = "!"
"""Between a fingerprint and the mark of an answer that was given before the figures became these."""


class Questioned(Struct, frozen=True):
    """The rows and fields of some units that questions are about."""

    fields: Mapping[RowName, set[str]]
    """Row → the fields, "" for the row as a whole; without a region, of questions about no row in particular."""

    def of_row(self, name: RowName) -> bool:
        """Whether a question is whether there should be such a row."""
        unit, _, form = name
        return (unit, "", form) in self.fields or bool({"", "region"} & self.fields.get(name, set()))

    def not_of(self, name: RowName, fields: Iterable[str]) -> list[str]:
        """The fields of a row that no question is about."""
        unit, _, form = name
        asked = self.fields.get(name, set()) | self.fields.get((unit, "", form), set())
        return [] if "" in asked else [key for key in fields if key not in asked]


def questioned_by(questions: Iterable[Question], forms: Iterable[Form]) -> Questioned:
    """The rows and fields that these questions are about."""
    by_key = {form.key: form for form in forms}
    fields: dict[RowName, set[str]] = {}
    for rule, unit, form, region, field in questions:
        if rule == ROW_THAT_HOLDS_OTHERS.id:  # all figures of the region are in question, in every form
            fields |= {(unit, region, key): {""} for key in by_key}
        fields.setdefault((unit, region, form), set()).update((field, *_compared_fields(rule, field, by_key.get(form))))
    return Questioned(fields)


def questioned_in(checked: Checked, comparisons: Comparisons) -> Questioned:
    """The rows and fields that are in question in a filing by itself, also by an earlier workbook, which may name
    cities in the unit's place. Rules of group M name no field."""
    case = checked.case
    judged = apply_rules(case, (Scope.ROWS_OF_UNIT, Scope.UNIT)).findings if case else ()
    questions = [finding for finding in (*checked.findings, *judged) if finding.severity is not Severity.NOTE]
    now = [question(f)._replace(field=key) for f in questions for key in (f.field or "", *f.figures)]
    asked = [item for item in (*now, *comparisons.earlier_questions) if not item.rule.startswith("M")]
    of_cities = [item._replace(unit=checked.owner or "", region=item.region or item.unit) for item in asked]
    return questioned_by([*asked, *of_cities], case.edition.forms if case else ())


def _compared_fields(rule: str, field: str, form: Form | None) -> Iterator[str]:
    """The fields that the rule compares with this one: correcting one may mean changing the other."""
    groups = [RULES[rule].figures] if rule in RULES else []
    if form and rule.startswith(("B", "P")):
        groups += [relation.fields for relation in (*form.balances, *form.bounds, *form.usual_bounds)]
    return (other for group in groups if field in group for other in group)


def fingerprint(national: National, finding: Finding) -> str:
    """Letters that change with the figures that the finding is about: those that it names, else all of its row. Without
    a row they change with the value found and the message."""
    entry = national.entry_of(finding)
    if entry is None:
        parts = [repr(finding.value), *map(repr, finding.message.leaves)]
    else:
        keys, values = [column.key for column in entry.form.data], entry.row.scalars()
        named = {finding.field, *finding.figures}.intersection(keys)
        parts = [f"{key}={values.get(key)!r}" for key in keys if not named or key in named]
    return _fingerprint(parts)


def answer_mark(answer: StaffAnswer) -> str:
    """Letters that change when staff rewrite any part of an answer."""
    texts = ["".join(text.split()) for text in (answer.text, answer.who)]
    return _fingerprint([*texts, answer.when.isoformat() if answer.when else ""])


def _fingerprint(parts: list[str]) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
