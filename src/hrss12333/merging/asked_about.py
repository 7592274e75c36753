"""Which fields of which rows questions are about: a change there was asked for, any other is news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from hrss12333.checking.engine import Checked, judge
from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Question, Severity, question
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form

RowName = tuple[str, str, str]
"""Unit, region and form."""


class AskedAbout(Struct, frozen=True):
    """What has been asked of the rows of some units."""

    fields: Mapping[RowName, set[str]]
    """Row → the fields, "" for the row as a whole; without a region what was asked of no row in particular."""

    def of_row(self, name: RowName) -> bool:
        """Whether it has been asked whether there should be such a row."""
        unit, _, form = name
        return (unit, "", form) in self.fields or bool({"", "region"} & self.fields.get(name, set()))

    def not_of(self, name: RowName, fields: Iterable[str]) -> list[str]:
        """Those of the fields of a row of which nothing has been asked."""
        unit, _, form = name
        asked, of_column = self.fields.get(name, set()), self.fields.get((unit, "", form), set())
        return [] if "" in asked else [key for key in fields if key not in asked and key not in of_column]


NOTHING = AskedAbout({})


def asked_about(questions: Iterable[Question], forms: Iterable[Form]) -> AskedAbout:
    """What these questions are about."""
    by_key = {form.key: form for form in forms}
    fields: dict[RowName, set[str]] = {}
    for rule, unit, form, region, field in questions:
        fields.setdefault((unit, region, form), set()).update((field, *_beside(rule, field, by_key.get(form))))
    return AskedAbout(fields)


def asked_of(checked: Checked, edition: Edition, comparisons: Comparisons) -> AskedAbout:
    """What a filing was asked by itself, now and in an earlier workbook. That two files differ (M) names no field."""
    filing, together = checked.document, (Scope.ROWS_OF_UNIT, Scope.UNIT)
    judged = judge(filing, edition, comparisons, together).findings if isinstance(filing, Filing) else ()
    asks = [finding for finding in (*checked.findings, *judged) if finding.severity is not Severity.NOTE]
    now = [question(f)._replace(field=key) for f in asks for key in (f.field or "", *f.figures)]
    return asked_about([*now, *(item for item in comparisons.asked if not item.rule.startswith("M"))], edition.forms)


def _beside(rule: str, field: str, form: Form | None) -> Iterator[str]:
    """What the rule holds the field against: correcting one may mean changing the other."""
    groups = [RULES[rule].operands] if rule in RULES else []
    if form and rule.startswith(("B", "P")):
        groups += [relation.fields for relation in (*form.balances, *form.bounds, *form.usual_bounds)]
    return (other for group in groups if field in group for other in group)
