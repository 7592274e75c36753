"""How much of the national total is at stake in a finding: the auditor asks first where it is most.

Selective editing's score, |figure as written − figure expected| / national total, between 0 and 1. Expected is what the figures
demand that it was held against, else the region's version that counts, else the mean. Whatever is missing altogether, a file or
a unit, is at stake with the share that its regions have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from msgspec.structs import replace

from hrss12333.checking.rule import Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.merge import SUPERSEDED, other_year
from hrss12333.checking.rules.regions import regions_missing
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Entry, National
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import LARGEST_COUNT, Form, Kind

_CONTACT_OR_TEXT = frozenset({"name", "mobile", "email", "remarks", "serial"})
"""Fields whose content enters no total."""


def with_influence(national: National) -> tuple[Finding, ...]:
    """The table's findings with their influence: errors first, then queries still open, then explained ones; of each the
    weightiest first, else in the order given."""
    stakes = _Stakes(national)
    weighed = ((finding, stakes.stake_of(finding)) for finding in national.findings)
    with_stakes = [replace(finding, influence=stake) if stake else finding for finding, stake in weighed]
    return tuple(sorted(with_stakes, key=lambda f: (f.severity.rank, f.explained, -f.influence)))


class _Stakes:
    """What national totals and rows say about the weight of findings."""

    def __init__(self, national: National) -> None:
        self._national = national
        self._gazetteer = national.edition.gazetteer
        self._forms = {form.key: form for form in national.edition.forms}
        self._counted: dict[tuple[str, Unit | None, str | None], Entry] = {}
        self._of_file: dict[str, list[Entry]] = defaultdict(list)
        """File → its rows that count."""
        for entry in national.entries:
            if entry.counted:
                self._counted[entry.form.key, entry.unit, entry.row.region] = entry
                self._of_file[entry.file].append(entry)
        self._figures = cache(self._figures_in)

    def _figures_in(self, form: Form, key: str) -> list[int]:
        figures = (_figure(entry, key) for entry in self._national.entries_of(form))
        return [figure for figure in figures if figure is not None]

    def stake_of(self, finding: Finding) -> float:
        """Share of the national total at stake in one finding, 0 to 1; 0 for notes and for what enters no total, as a 工作总结."""
        if finding.severity is Severity.NOTE or finding.rule[0] == "S" or finding.field in _CONTACT_OR_TEXT:
            return 0.0
        return min(max(self._share(finding), 0.0), 1.0)

    def _share(self, finding: Finding) -> float:
        unit, form = self._gazetteer.by_name.get(finding.unit or ""), self._forms.get(finding.form or "")
        rule = RULES[finding.rule]
        unread = rule.problem is not None and finding.sheet is None  # the whole file
        if rule.nothing_counted or unread or rule.scope is Scope.READING or (rule is other_year and finding.blocks):
            every = sum(len(each.expected) for each in self._gazetteer.units)
            return len(unit.expected) / every if unit else 1 / len(self._gazetteer.units)
        if rule is regions_missing:
            return self._missing_regions(unit, form)
        entry = self._national.entry_of(finding)
        if entry is not None and rule is SUPERSEDED:
            return self._superseded_difference(entry)
        column = form.by_key.get(finding.field or "") if form else None
        if form and column and column.kind is Kind.COUNT:
            if finding.difference:
                return self._of_total(form, column.key, abs(_bounded(finding.difference)))
            rows = [entry] if entry else [e for e in self._of_file[finding.file] if e.sheet == finding.sheet]
            return sum(self._beyond_mean(row, column.key) for row in rows if row.form is form)
        if entry is not None and (column is None or column.kind is Kind.REGION):
            return self._of_rows([entry])
        if form and (column or finding.region):  # an answer, or a row that is left out
            return 1 / max(len(self._national.entries_of(form)), 1)
        return self._of_rows(self._of_file[finding.file])

    def _missing_regions(self, unit: Unit | None, form: Form | None) -> float:
        status = next((status for status in self._national.units if status.unit == unit), None)
        lacking = status.missing_regions if status else {}
        absent = max((len(names) for key, names in lacking.items() if form is None or key == form.key), default=0)
        return absent / sum(len(status.unit.expected) for status in self._national.units)

    def _superseded_difference(self, entry: Entry) -> float:
        """The difference that it makes which version counts; where none does, what the row would add."""
        rival = self._counted.get((entry.form.key, entry.unit, entry.row.region))
        if rival is None:
            return self._of_rows([entry])
        both = [
            (key, _figure(entry, key), _figure(rival, key)) for key in (c.key for c in entry.form.of_kind(Kind.COUNT))
        ]
        shares = (self._of_total(entry.form, key, abs((ours or 0) - (theirs or 0))) for key, ours, theirs in both)
        return max(shares, default=0.0)

    def _beyond_mean(self, entry: Entry, key: str) -> float:
        """How far a figure is from the mean; a missing one is as far as the mean is high."""
        figures = self._figures(entry.form, key)
        mean = sum(figures) / max(len(figures), 1)
        return self._of_total(entry.form, key, abs((_figure(entry, key) or 0) - mean))

    def _of_rows(self, entries: Sequence[Entry]) -> float:
        """Share that these rows have in the totals, or would have where they do not count: of the first count that a
        balance adds up to, else of all rows."""
        shares = [0.0]
        for form in self._national.edition.forms:
            rows = [entry for entry in entries if entry.form is form]
            for balance in form.balances:
                shares.append(self._of_total(form, balance.total, sum(_figure(e, balance.total) or 0 for e in rows)))
            if not form.balances:
                shares.append(len(rows) / max(len(self._national.entries_of(form)), 1))
        return max(shares)

    def _of_total(self, form: Form, key: str, amount: float) -> float:
        total = sum(self._figures(form, key))
        return amount / total if total > 0 else float(amount > 0)


def _figure(entry: Entry, key: str) -> int | None:
    figure = entry.row.number(key)
    return None if figure is None else _bounded(figure)


def _bounded(figure: float) -> int:
    """The figure as a whole number no larger than can be a count; infinities and NaN too."""
    if -LARGEST_COUNT <= figure <= LARGEST_COUNT:
        return int(figure)
    return LARGEST_COUNT if figure > 0 else -LARGEST_COUNT
