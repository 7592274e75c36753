"""The share of the national total that is at stake in a finding: where it is largest, the auditor asks first.

|figure as written − figure expected| / national total where another figure says what is expected, else all that the
row, or the file's rows, have in the total. Of a file that was not read the share of its unit's regions is at stake.
"""

from __future__ import annotations

from collections import defaultdict

from hrss12333.model.finding import Finding
from hrss12333.model.national import Entry, National
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Form

_WITHOUT_FIGURES = frozenset({"remarks", "serial", *(blank.key for blank in HEADER)})
"""Fields whose content enters no total."""


class Stakes:
    """Weighs findings by the national totals and rows."""

    def __init__(self, national: National) -> None:
        self._national = national
        self._of_file: dict[str, list[Entry]] = defaultdict(list)
        """File → its rows that count."""
        for entry in national.entries:
            if entry.counted:
                self._of_file[entry.file].append(entry)
        self._totals: dict[tuple[str, str], int] = {}

    def of(self, finding: Finding) -> float:
        """Share of the national total at stake in one finding, 0 to 1; 0 for what enters no total, as a 工作总结."""
        if finding.rule[0] == "S" or finding.field in _WITHOUT_FIGURES:
            return 0.0
        form = next((form for form in self._national.edition.forms if form.key == finding.form), None)
        if form and finding.difference and finding.field in form.by_key:
            return self._share(form, finding.field or "", abs(finding.difference))
        entry = self._national.entry_of(finding)
        if entry is not None:
            return self._row_share(entry)
        rows = [row for row in self._of_file[finding.file] if finding.sheet in (None, row.sheet)]
        if rows:
            forms = {row.form.key for row in rows}
            return min(1.0, max(sum(self._row_share(row) for row in rows if row.form.key == key) for key in forms))
        unit = self._national.edition.gazetteer.by_name.get(finding.unit or "")
        units = self._national.edition.units
        return len(unit.regions) / sum(len(each.regions) for each in units) if unit else 1 / len(units)

    def _row_share(self, entry: Entry) -> float:
        """Share that a row has in the first count that a balance adds up to; else what a row has on average."""
        key = entry.form.balances[0].total if entry.form.balances else ""
        figure = entry.row.number(key)
        if figure is None:
            return 1 / max(len(self._national.entries_of(entry.form)), 1)
        return self._share(entry.form, key, figure)

    def _share(self, form: Form, key: str, amount: int) -> float:
        """The share of a total; all of it where the amount is more, as an absurd figure is."""
        if (form.key, key) not in self._totals:
            self._totals[form.key, key] = sum(each.row.number(key) or 0 for each in self._national.entries_of(form))
        total = self._totals[form.key, key]
        return amount / total if 0 < amount < total else float(amount > 0)
