"""Tables for the rules, made of rows of answers without any file, and what the rules find in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factory import row_of
from hrss12333.checking.engine import EVERY, apply_rules
from hrss12333.checking.rule import NO_COMPARISONS, Case, Comparisons
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

FIRST = 7
"""Line of the sheet in which the first row stands."""


def table(
    form: Form, unit: Unit, rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any] | None = None, **about: Any
) -> Table:
    """A form with these rows, and a 合计 below them."""
    made = [row_of(form, at, data, unit=unit) for at, data in enumerate([*rows, *([total] if total else [])], FIRST)]
    last = made.pop() if total else None
    about = {"file": "省.xlsx", "sheet": form.key, "header": {}, **about}
    return Table(form, rows=tuple(made), total=last, **about)


def asked(unit: Unit, *tables: Table, rules: str = "", comparisons: Comparisons = NO_COMPARISONS) -> list[Finding]:
    """What the rules whose ids begin so find in tables of one unit."""
    found = apply_rules(Case(Filing("省.xlsx", unit, tables), EDITION, comparisons), EVERY).findings
    return [finding for finding in found if finding.rule.startswith(rules)]
