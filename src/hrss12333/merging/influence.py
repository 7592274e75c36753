"""The share of the national total that is at stake in a finding: where it is largest, the auditor asks first.

Selective editing's score, |figure as written − figure expected| / national total, between 0 and 1, where the figures
that it was compared with say what is expected, or another version of the row counts; else all that the row has in the
total. Of a missing file or unit the share of its regions is at stake.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from msgspec.structs import replace

from hrss12333.checking.rule import Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.merge import SUPERSEDED, other_year
from hrss12333.checking.rules.regions import regions_missing
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Entry, National
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

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
    """Weighs findings by the national totals and rows."""

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
        # Once, not for each finding.
        self._total = cache(lambda form, key: sum(entry.row.number(key) or 0 for entry in national.entries_of(form)))

    def stake_of(self, finding: Finding) -> float:
        """Share of the national total at stake in one finding, 0 to 1; 0 for notes and for what enters no total, as a 工作总结."""
        if finding.severity is Severity.NOTE or finding.rule[0] == "S" or finding.field in _CONTACT_OR_TEXT:
            return 0.0
        return min(max(self._share(finding), 0.0), 1.0)

    def _share(self, finding: Finding) -> float:
        form, rule = self._forms.get(finding.form or ""), RULES[finding.rule]
        unread = rule.problem is not None and finding.sheet is None  # the whole file is unread
        if rule.nothing_counted or unread or rule.scope is Scope.READING or (rule is other_year and finding.blocks):
            unit = self._gazetteer.by_name.get(finding.unit or "")
            every = sum(len(each.regions) for each in self._gazetteer.units)
            return len(unit.regions) / every if unit else 1 / len(self._gazetteer.units)
        if rule is regions_missing:
            return self._missing_share(finding.unit, form)
        if form and finding.difference and finding.field in form.by_key:
            return self._total_share(form, finding.field or "", abs(finding.difference))
        entry = self._national.entry_of(finding)
        if entry is not None:
            rival = self._counted.get((entry.form.key, entry.unit, entry.row.region)) if rule is SUPERSEDED else None
            return abs(self._row_share(entry) - (self._row_share(rival) if rival else 0))
        if form and (finding.region or finding.field == form.region.key):  # a row that is left out
            return self._one_share(form)
        rows = [row for row in self._of_file[finding.file] if finding.sheet in (None, row.sheet)]
        return max(
            (sum(self._row_share(row) for row in rows if row.form is form) for form in self._forms.values()), default=0
        )

    def _missing_share(self, unit: str | None, form: Form | None) -> float:
        status = next((status for status in self._national.units if status.unit.name == unit), None)
        lacking = status.missing_regions if status else {}
        absent = max((len(names) for key, names in lacking.items() if form is None or key == form.key), default=0)
        return absent / sum(len(status.unit.regions) for status in self._national.units)

    def _row_share(self, entry: Entry) -> float:
        """Share that a row has in the first count that a balance adds up to, or would have; else what a row has on average."""
        key = entry.form.balances[0].total if entry.form.balances else ""
        figure = entry.row.number(key)
        return self._one_share(entry.form) if figure is None else self._total_share(entry.form, key, figure)

    def _one_share(self, form: Form) -> float:
        return 1 / max(len(self._national.entries_of(form)), 1)

    def _total_share(self, form: Form, key: str, amount: int) -> float:
        """The share of a total; all of it where the amount is more, as an absurd figure is."""
        total = self._total(form, key)
        return amount / total if 0 < amount < total else float(amount > 0)
