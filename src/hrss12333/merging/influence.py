"""How much of the national total is at stake in a finding: the auditor asks first where it is most.

Selective editing's score, |figure as written − figure expected| / national total, between 0 and 1. What is expected is, in
this order: what the figures demand that it was held against, the region's version that counts, the median of the unit's
other rows, the nation's median. Whatever is missing altogether, a row, a file or a unit, is at stake with the share that its regions have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from statistics import median

from msgspec.structs import replace

from hrss12333.checking.rule import Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.merge import SUPERSEDED, other_year
from hrss12333.checking.rules.regions import regions_missing
from hrss12333.model.filing import Row
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Entry, National
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import LARGEST_COUNT, Column, Form, Kind

_CONTACT_OR_TEXT = frozenset({"name", "mobile", "email", "remarks", "serial"})
"""Fields whose content enters no total."""
_ENOUGH_ROWS = 3
"""Rows of a unit from which its own median is expected."""


def with_influence(findings: Iterable[Finding], national: National) -> tuple[Finding, ...]:
    """The findings with their influence: errors first, then queries still open, then explained ones; of each the
    weightiest first, else in the order given."""
    stakes = Stakes(national)
    with_stakes = [replace(f, influence=stake) if (stake := stakes.stake_of(f)) != f.influence else f for f in findings]
    return tuple(sorted(with_stakes, key=lambda f: (f.severity.rank, f.explained, -f.influence)))


class Stakes:
    """What national totals, medians and rows say about the weight of findings; made once for many findings."""

    def __init__(self, national: National) -> None:
        self._national = national
        self._gazetteer = national.edition.gazetteer
        self._all_expected = sum(len(unit.expected) for unit in self._gazetteer.units)
        self._expected_regions = sum(len(status.unit.expected) for status in national.units)
        self._forms = {form.key: form for form in national.edition.forms}
        self._rows = {form.key: len(national.entries_of(form)) for form in national.edition.forms}
        self._counted: dict[tuple[str, Unit | None, str | None], Entry] = {}
        self._of_file: dict[str, list[Entry]] = defaultdict(list)
        """File → its rows that count."""
        for entry in national.entries:
            if entry.counted:
                self._counted[entry.form.key, entry.unit, entry.row.region] = entry
                self._of_file[entry.file].append(entry)
        self._column = cache(self._figures_of_units)

    def _figures_of_units(self, form: Form, key: str) -> tuple[dict[Unit | None, list[int]], int]:
        found: dict[Unit | None, list[int]] = defaultdict(list)
        for entry in self._national.entries_of(form):
            if (figure := _bounded_figure(entry.row, key)) is not None:
                found[entry.unit].append(figure)
                found[None].append(figure)
        return found, sum(found[None])

    def stake_of(self, finding: Finding) -> float:
        """Share of the national total at stake in one finding, 0 to 1; 0 for notes and for what enters no total, as a 工作总结."""
        if finding.severity is Severity.NOTE or finding.rule[0] == "S" or finding.field in _CONTACT_OR_TEXT:
            return 0.0
        return min(max(self._share(finding), 0.0), 1.0)

    def _share(self, finding: Finding) -> float:
        unit = self._gazetteer.by_name.get(finding.unit or "")
        form = self._forms.get(finding.form or "")
        rule = RULES[finding.rule]
        unread = rule.problem is not None and finding.sheet is None  # the whole file
        if rule.nothing_counted or unread or rule.scope is Scope.READING or (rule is other_year and finding.blocks):
            return len(unit.expected) / self._all_expected if unit else 1 / len(self._gazetteer.units)
        if rule is regions_missing:
            return self._missing_regions(unit, form)
        entry = self._national.entry_of(finding)
        if entry is not None:
            return self._superseded_difference(entry) if rule is SUPERSEDED else self._in_row(finding, entry)
        column = form.by_key.get(finding.field or "") if form else None
        if form is not None and column is None and finding.region:
            column = form.region  # a row that the sheet or its own words take out (R210)
        if form is None or column is None:
            return self._of_rows(self._of_file.get(finding.file, []))
        return self._in_column(finding, form, column, unit)

    def _in_row(self, finding: Finding, entry: Entry) -> float:
        """A figure or answer of a row; the whole row where its region or no field is named."""
        column = entry.form.by_key.get(finding.field or "")
        if column is None or column.kind is Kind.REGION:
            return self._of_rows([entry])
        if column.kind is not Kind.COUNT:
            return 1 / max(self._rows[entry.form.key], 1)
        if finding.difference:
            return self._of_total(entry.form, column.key, abs(_bounded(finding.difference)))
        written = _bounded_figure(entry.row, column.key)
        expected = self._expected(entry.form, entry.unit, column.key)
        return self._of_total(entry.form, column.key, abs((written or 0) - expected), also=written is None)

    def _superseded_difference(self, entry: Entry) -> float:
        """The difference that it makes which version counts; where none does, what the row would add."""
        rival = self._counted.get((entry.form.key, entry.unit, entry.row.region))
        if rival is None:
            return self._of_rows([entry])
        shares = [0.0]
        for column in entry.form.of_kind(Kind.COUNT):
            ours, theirs = _bounded_figure(entry.row, column.key), _bounded_figure(rival.row, column.key)
            if ours is not None and theirs is not None:
                shares.append(self._of_total(entry.form, column.key, abs(ours - theirs)))
        return max(shares)

    def _in_column(self, finding: Finding, form: Form, column: Column, unit: Unit | None) -> float:
        """A 合计, a column that a table lacks, or a row that was left out, which is named by its region."""
        if finding.difference:
            return self._of_total(form, column.key, abs(_bounded(finding.difference)))
        rows = [e for e in self._of_file.get(finding.file, ()) if e.form is form and e.sheet == finding.sheet]
        if column.kind is not Kind.COUNT:
            return (1 if column.kind is Kind.REGION else len(rows)) / max(self._rows[form.key], 1)
        lacking = len(rows) * self._expected(form, unit, column.key)
        return self._of_total(form, column.key, lacking, also=True)

    def _missing_regions(self, unit: Unit | None, form: Form | None) -> float:
        status = next((status for status in self._national.units if status.unit == unit), None)
        if status is None:
            return 0.0
        keys = [form.key] if form else list(status.missing_regions)
        absent = max((len(status.missing_regions.get(key, ())) for key in keys), default=0)
        return absent / self._expected_regions

    def _of_rows(self, entries: list[Entry]) -> float:
        """Share that these rows have in the totals, or would have where they do not count: of the first count that a
        balance adds up to, else of all rows."""
        also = not all(entry.counted for entry in entries)
        shares = [0.0]
        for form in self._national.edition.forms:
            rows = [entry for entry in entries if entry.form is form]
            for balance in form.balances:
                known = sum(_bounded_figure(entry.row, balance.total) or 0 for entry in rows)
                shares.append(self._of_total(form, balance.total, known, also=also))
            if rows and not form.balances:
                shares.append(len(rows) / max(self._rows[form.key] + also * len(rows), 1))
        return max(shares)

    def _expected(self, form: Form, unit: Unit | None, key: str) -> float:
        column, _ = self._column(form, key)
        own = column.get(unit, [])
        figures = own if unit and len(own) >= _ENOUGH_ROWS else column[None]
        return float(median(figures)) if figures else 0.0

    def _of_total(self, form: Form, key: str, amount: float, *, also: bool = False) -> float:
        """A share of the column's national total; with ``also`` the amount is not in the total yet."""
        total = self._column(form, key)[1] + (amount if also else 0)
        if total <= 0:
            return 1 / max(self._rows[form.key], 1) if amount else 0.0
        return amount / total


def _bounded_figure(row: Row, key: str) -> int | None:
    figure = row.number(key)
    return None if figure is None else _bounded(figure)


def _bounded(figure: float) -> int:
    """The figure as a whole number no larger than can be a count; infinities and NaN too."""
    if -LARGEST_COUNT <= figure <= LARGEST_COUNT:
        return int(figure)
    return LARGEST_COUNT if figure > 0 else -LARGEST_COUNT
