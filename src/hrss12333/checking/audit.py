"""Many files audited together: what concerns a row or a file stands with its file, what concerns a unit with the unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.engine import EVERY, Checked, Judgement, check, judge, placed, row_counts
from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.filing import Document, Filing, Skipped
from hrss12333.model.finding import Counts, Fault, Finding, count
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit


class UnitAudit(Struct, frozen=True):
    """All that one unit sent, and what concerns the unit as a whole."""

    unit: Unit
    files: tuple[Checked, ...]
    findings: tuple[Finding, ...] = ()
    """Judged over several files together; of a unit's only file they stand with the file."""


class Audit(Struct, frozen=True, dict=True):
    """The files in the order given, and the units in the official order."""

    edition: Edition
    files: tuple[Checked, ...]
    units: tuple[UnitAudit, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unit_undecided: Mapping[str, int] = field(default_factory=dict)
    """Of the rules that saw several files of a unit at once."""
    unit_faults: tuple[Fault, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Of all files and units."""
        of_files = (finding for item in self.files for finding in item.findings)
        return (*of_files, *(finding for item in self.units for finding in item.findings))

    @property
    def counts(self) -> Counts:
        """Findings by severity."""
        return count(self.findings)

    @property
    def undecided(self) -> dict[str, int]:
        """Rule id → rows of which it could not be decided whether they hold."""
        total = Counter(self.unit_undecided)
        for item in self.files:
            total.update(row_counts(item.undecided))
        return dict(sorted(total.items()))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Rules that broke down."""
        return (*(fault for item in self.files for fault in item.faults), *self.unit_faults)


def audit(
    documents: Sequence[Document],
    edition: Edition,
    comparisons: Comparisons | None = None,
    *,
    unit: Unit | None = None,
    skipped: Sequence[Skipped] = (),
) -> Audit:
    """Every document with what was found in it; rules over a whole unit see all of its files at once.

    With ``unit`` the files of other units are passed over, and named.
    """
    comparisons = comparisons or Comparisons()
    mine = [document for document in documents if unit is None or _unit(document) in (None, unit)]
    others = [document for document in documents if unit is not None and _unit(document) not in (None, unit)]
    together = _sent_together(mine)
    several = {at for group in together for at in group if len(group) > 1}
    files = [
        check(document, edition, comparisons, scopes=(Scope.FILE,) if at in several else EVERY)
        for at, document in enumerate(mine)
    ]
    units: list[UnitAudit] = []
    undecided: Counter[str] = Counter()
    faults: list[Fault] = []
    for group in together:
        of_unit: list[Finding] = []
        if len(group) > 1:
            judged = _judged_together([files[at] for at in group], edition, comparisons)
            undecided.update(row_counts(judged.undecided))
            faults += judged.faults
            of_rows: dict[str, list[Finding]] = {}
            for finding in judged.findings:
                of_whole = RULES[finding.rule].scope is Scope.UNIT
                (of_unit if of_whole else of_rows.setdefault(finding.file, [])).append(finding)
            for at in group:
                files[at] = _with(files[at], of_rows.get(files[at].file, ()))
        named = files[group[0]].unit
        if named is not None:
            units.append(UnitAudit(named, tuple(files[at] for at in group), tuple(of_unit)))
    order = {listed.code: number for number, listed in enumerate(edition.units)}
    return Audit(
        edition,
        tuple(files),
        tuple(sorted(units, key=lambda item: order.get(item.unit.code, len(order)))),
        (*skipped, *(Skipped(document.file, f"不是{unit.name}的报送") for document in others if unit)),
        undecided,
        tuple(faults),
    )


def _with(checked: Checked, more: Sequence[Finding]) -> Checked:
    """The file with these findings too, in their places."""
    return replace(checked, findings=placed((*checked.findings, *more), checked.document)) if more else checked


def _unit(document: Document) -> Unit | None:
    return getattr(document, "unit", None)


def _sent_together(documents: Sequence[Document]) -> list[list[int]]:
    """Indices of the filings of one unit and year; a filing that names no year goes with those that do."""
    years: dict[str, int] = {}
    for document in documents:
        if isinstance(document, Filing) and document.unit and document.year:
            years.setdefault(document.unit.code, document.year)
    found: dict[tuple[str, int | None], list[int]] = {}
    for at, document in enumerate(documents):
        if isinstance(document, Filing) and document.unit:
            code = document.unit.code
            found.setdefault((code, document.year or years.get(code)), []).append(at)
    return list(found.values())


def _judged_together(files: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> Judgement:
    """What the rules over a whole unit say of its files, by the edition of their year."""
    return judge(_as_one_filing(files), files[0].edition or edition, comparisons, (Scope.ROWS_OF_UNIT, Scope.UNIT))


def _as_one_filing(files: Iterable[Checked]) -> Filing:
    """The tables of several files of one unit as one filing."""
    filings = [item.document for item in files if isinstance(item.document, Filing)]
    return Filing(filings[0].file, filings[0].unit, tuple(table for filing in filings for table in filing.tables))
