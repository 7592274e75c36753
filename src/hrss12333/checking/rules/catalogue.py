"""The catalogue of all rules: importing it registers every module of rules."""

from __future__ import annotations

from hrss12333.checking.rule import RULES, Rule
from hrss12333.checking.rules import balance, files, header, merge, plausibility, rows, values
from hrss12333.checking.rules import work_report as summary

MODULES = (files, header, rows, values, balance, plausibility, summary, merge)
"""The modules that declare rules, in the order of their groups."""


def all_rules() -> list[Rule]:
    """Every rule, in the order of groups and ids."""
    order = "FHRVBPSM"
    return sorted(RULES.values(), key=lambda rule: (order.index(rule.group), rule.id))
