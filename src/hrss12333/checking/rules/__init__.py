"""The catalogue of all rules, in the order of their groups and ids; each is one function of a module here."""

from __future__ import annotations

from hrss12333.checking.rule import GROUPS, Rule, Scope
from hrss12333.checking.rules import balance, files, header, merge, plausibility, rows, sameness, values
from hrss12333.model.finding import Finding
from hrss12333.model.row import Problem

MODULES = (balance, files, header, merge, plausibility, rows, sameness, values)
"""Modules of rules: every `Rule` in one of them is in the catalogue."""
_DECLARED = (declared for module in MODULES for declared in vars(module).values() if isinstance(declared, Rule))
ALL = tuple(sorted(_DECLARED, key=lambda rule: (list(GROUPS).index(rule.group), rule.id)))
RULES = {rule.id: rule for rule in ALL}
OBJECTS: dict[Problem, Rule] = {rule.problem: rule for rule in ALL if rule.problem is not None}
"""Problem of the reader → the rule that reports it."""


def is_of_whole_unit(finding: Finding) -> bool:
    """Whether a finding is about a whole unit rather than one of its rows."""
    return not finding.row and RULES[finding.rule].scope is Scope.UNIT
