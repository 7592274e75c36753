"""Questions. In goes the judged inbox, with an earlier workbook if there is one; out come respondents, each
with its state and its questions. It finds no faults and words nothing: every output is a view of its
questions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.finding import Finding, Reason, Severity
from hrss12333.model.national import Entry, National
from hrss12333.patterns import grouped
from hrss12333.survey.schema import HEADER, Form

_GROUNDS = (*"FHVRMBS", "P502", "P501", "P504", "P506", "P507", "P503", "P505", "P")
"""Groups of rules, and single rules, in the order in which their findings become grounds."""
_NAMING = frozenset({Reason.DIFFERENCE, Reason.FIGURE})
"""Reasons that must name a column or a figure: the sentence to be copied into 备注 already names it."""
_OF_REGION = frozenset({"R208", "R209", "M706"})
"""Rules about a region rather than a row: asked once for all forms."""


class Question(Struct, frozen=True):
    """One thing asked of one respondent, open or answered."""

    respondent: str
    ground: Finding
    """The main finding, open as long as the question is."""
    further: tuple[Finding, ...] = ()
    """Further facts about the same figures."""
    stake: float = 0.0
    """Share of the national total at stake, 0 to 1."""
    since: str | None = None
    """The day of the round in which it was first asked; None for a new one, or without an earlier round."""
    is_changed: bool = False
    """Whether the earlier round asked it on another ground or about other figures."""
    was_answered: bool = False
    """Whether it was answered in the earlier round."""
    names_columns: bool = False
    """Whether the reason must name its columns, because another reason about the same row names others."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The ground and the further facts."""
        return self.ground, *self.further

    def changed(self, change: Callable[[Finding], Finding]) -> Question:
        """A copy with each of its findings changed."""
        return replace(self, ground=change(self.ground), further=tuple(map(change, self.further)))

    @property
    def is_open(self) -> bool:
        """Whether it awaits an answer."""
        return self.ground.is_open

    @property
    def is_error(self) -> bool:
        """Whether it asks for a correction (要改) rather than a confirmation (要核实)."""
        return self.ground.blocks

    @property
    def form(self) -> str | None:
        """附表1 or 附表2; None where it is about both or neither."""
        forms = {finding.form for finding in self.findings}
        return self.ground.form if len(forms) == 1 else None

    @property
    def region(self) -> str | None:
        """Official name, else as written; None where it is about no row."""
        return self.ground.region

    @property
    def fields(self) -> tuple[str, ...]:
        """Keys of the fields that the ground is about."""
        ground = self.ground
        return tuple(dict.fromkeys(key for key in (ground.field, *ground.figures) if key))

    @property
    def state(self) -> str:
        """Its state in JSON: open, settled by staff, or explained in 备注."""
        return "open" if self.is_open else "settled" if self.ground.is_settled else "explained"


def numbers_of(questions: Iterable[Question]) -> tuple[int, int]:
    """How many open questions ask for a correction, and how many for a confirmation."""
    errors = [question.is_error for question in questions if question.is_open]
    return sum(errors), len(errors) - sum(errors)


def questions_of(
    respondent: str, findings: Iterable[Finding], stake_of: Callable[[Finding], float] = lambda _: 0.0
) -> tuple[Question, ...]:
    """The questions that these findings put to one respondent: open ones first, then by severity and stake."""
    asked = (each for each in findings if each.severity is not Severity.NOTE)
    made = [
        Question(respondent, ground, further)
        for about in grouped(asked, lambda each: (each.is_open, _place_of(each))).values()
        for ground, further in _grounds_of(about)
    ]
    naming = [each.ground.where for each in made if each.is_open and each.ground.answered_by in _NAMING]
    beside = [each.ground.where in naming and each.ground.answered_by is Reason.ROW for each in made]
    made = [replace(each, names_columns=named) for each, named in zip(made, beside, strict=True)]
    weighed = []
    for first, *others in grouped(made, _region_of).values():
        further = (*first.further, *(finding for each in others for finding in each.findings))
        stake = max(map(stake_of, (first.ground, *further)))
        weighed.append(replace(first, further=further, stake=stake))
    return tuple(sorted(weighed, key=lambda each: (not each.is_open, each.ground.severity.rank, -each.stake)))


def _place_of(finding: Finding) -> Hashable:
    """The key that findings of one question share: a row, a file's headers, a 工作总结; else the finding."""
    if finding.line:
        return finding.where
    return (finding.file, finding.rule[0]) if finding.rule[0] in "HS" else finding


def _grounds_of(findings: Sequence[Finding]) -> Iterator[tuple[Finding, tuple[Finding, ...]]]:
    """Each ground among the findings of one place, with its further facts."""
    waiting = sorted(findings, key=_order)
    while waiting:
        ground, *others = waiting
        further = [each for each in others if _is_further(each, ground)]
        yield ground, tuple(further)
        waiting = [each for each in others if not _is_further(each, ground)]


def _order(finding: Finding) -> tuple[object, ...]:
    rule = finding.rule
    turn = next(at for at, first in enumerate(_GROUNDS) if rule.startswith(first))
    return finding.severity.rank, turn, rule, finding.form or "", finding.position


def _is_further(finding: Finding, ground: Finding) -> bool:
    """Whether a finding is about the ground's figures, and the ground's answer can answer it too."""
    if not words_answer(finding) and words_answer(ground):
        return False
    one, other = _figures_of(finding), _figures_of(ground)
    return not finding.line or one is None or other is None or not one.isdisjoint(other)


def words_answer(finding: Finding) -> bool:
    """Whether a reason can answer a finding; an error that none can answer needs a correction."""
    return not finding.blocks or finding.answered_by is not Reason.NONE


def _figures_of(finding: Finding) -> set[str] | None:
    """Keys of the fields that a finding is about; None for the whole row."""
    keys = {finding.field or "", *finding.figures} - {""}
    if finding.doubts and not keys - {"region"}:
        return None
    return keys or {finding.rule}


def _region_of(question: Question) -> Hashable:
    """The key that one region's questions of all forms share; any other question's is its identity."""
    ground = question.ground
    is_of_region = ground.rule in _OF_REGION and ground.region
    return (question.is_open, ground.rule, ground.unit, ground.region) if is_of_region else id(question)


_WITHOUT_FIGURES = frozenset({"remarks", "serial", *(blank.key for blank in HEADER)})
"""Fields that enter no total."""


class Stakes:
    """Weighs findings by their share of the national totals."""

    def __init__(self, national: National) -> None:
        self._national = national
        self._of_file = grouped((entry for entry in national.entries if entry.counted), lambda entry: entry.file)
        """File → its rows that count."""
        self._totals: dict[tuple[str, str], int] = {}

    def of(self, finding: Finding) -> float:
        """Share of the national total at stake in a finding, 0 to 1; 0 for what enters no total."""
        if finding.rule[0] == "S" or finding.field in _WITHOUT_FIGURES:
            return 0.0
        form = next((form for form in self._national.edition.forms if form.key == finding.form), None)
        if form and finding.difference and finding.field in form.by_key:
            return self._share(form, finding.field or "", abs(finding.difference))
        entry = self._national.entry_of(finding)
        if entry is not None:
            return self._row_share(entry)
        rows = [row for row in self._of_file.get(finding.file, ()) if finding.sheet in (None, row.sheet)]
        if rows:
            forms = {row.form.key for row in rows}
            return min(1.0, max(sum(self._row_share(row) for row in rows if row.form.key == key) for key in forms))
        unit = self._national.edition.gazetteer.by_name.get(finding.unit or "")
        units = self._national.edition.units
        return len(unit.regions) / sum(len(each.regions) for each in units) if unit else 1 / len(units)

    def _row_share(self, entry: Entry) -> float:
        """A row's share of the first balance's total (来电总量); without that figure, an average share."""
        key = entry.form.balances[0].total if entry.form.balances else ""
        figure = entry.row.number(key)
        if figure is None:
            return 1 / max(len(self._national.entries_of(entry.form)), 1)
        return self._share(entry.form, key, figure)

    def _share(self, form: Form, key: str, amount: int) -> float:
        """An amount's share of a column's total, at most 1: an absurd figure may exceed the total."""
        if (form.key, key) not in self._totals:
            self._totals[form.key, key] = sum(each.row.number(key) or 0 for each in self._national.entries_of(form))
        total = self._totals[form.key, key]
        return amount / total if 0 < amount < total else float(amount > 0)
