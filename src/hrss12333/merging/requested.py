"""What the questions about a file ask to change or to take away: a later version that does so is not asked about it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.engine import Checked, judge_unit
from hrss12333.checking.reasons import ANSWERS
from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.rows import ROW_THAT_HOLDS_OTHERS
from hrss12333.model.finding import QuestionKey, Severity, Where, question_key
from hrss12333.model.message import base_name
from hrss12333.survey.schema import Form

RowName = tuple[str, str, str]
"""Unit, region and form."""


class Requested(Struct, frozen=True):
    """The changes that questions ask for: rows and fields of some units. Any other change is news."""

    fields: Mapping[RowName, set[str]]
    """Row → the fields, "" for the row as a whole; without a region, of questions about no row in particular."""

    removals: frozenset[Where] = frozenset()
    """Rows that a question asked to take away."""

    def of_row(self, name: RowName) -> bool:
        """Whether a question is whether there should be such a row."""
        unit, _, form = name
        return (unit, "", form) in self.fields or bool({"", "region"} & self.fields.get(name, set()))

    def not_of(self, name: RowName, fields: Iterable[str]) -> list[str]:
        """The fields of a row that no question is about."""
        unit, _, form = name
        asked = self.fields.get(name, set()) | self.fields.get((unit, "", form), set())
        return [] if "" in asked else [key for key in fields if key not in asked]


def requested_by(questions: Iterable[QuestionKey], forms: Iterable[Form]) -> Requested:
    """The rows and fields that these questions are about."""
    by_key = {form.key: form for form in forms}
    fields: dict[RowName, set[str]] = {}
    for rule, unit, form, region, key in questions:
        if rule == ROW_THAT_HOLDS_OTHERS.id:  # all figures of the region are in question, in every form
            fields |= {(unit, region, each): {""} for each in by_key}
        fields.setdefault((unit, region, form), set()).update((key, *_compared_fields(rule, key, by_key.get(form))))
    return Requested(fields)


def requested_of(checked: Checked, comparisons: Comparisons) -> Requested:
    """The rows and fields that are in question in a filing by itself, also by an earlier workbook, which may name
    cities in the unit's place: there about this file or the whole unit. Rules of group M name no field."""
    case = checked.case
    judged = judge_unit(case).findings if case else ()
    questions = [finding for finding in (*checked.findings, *judged) if finding.severity is not Severity.NOTE]
    now = [
        question_key(f)._replace(field=key, form=place.form or "", region=place.region or "")
        for f in questions
        for place in (f, *f.further)
        for key in (f.field or "", *f.figures)
    ]
    earlier = (
        item
        for file, item in comparisons.earlier_questions
        if file == base_name(checked.file) or (item.rule in RULES and RULES[item.rule].scope is Scope.UNIT)
    )
    asked = [item for item in (*now, *earlier) if not item.rule.startswith("M")]
    of_cities = [item._replace(unit=checked.owner or "", region=item.region or item.unit) for item in asked]
    requested = requested_by([*asked, *of_cities], case.edition.forms if case else ())
    return replace(requested, removals=frozenset(f.where for f in questions if f.line and ANSWERS[f.rule].removal))


def _compared_fields(rule: str, field: str, form: Form | None) -> Iterator[str]:
    """The fields that the rule compares with this one: correcting one may mean changing the other."""
    groups = [RULES[rule].figures] if rule in RULES else []
    if form and rule.startswith(("B", "P")):
        groups += [relation.fields for relation in (*form.balances, *form.bounds, *form.usual_bounds)]
    return (other for group in groups if field in group for other in group)
