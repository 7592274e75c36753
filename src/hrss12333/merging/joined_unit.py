"""All that one unit sent, joined: which of its rows count, and what there still is to say of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.counting import identity, is_filled
from hrss12333.checking.engine import Checked, RuleResults, apply_rules
from hrss12333.checking.rule import Case, Comparisons, Scope
from hrss12333.checking.rules.regions import overlaps_of
from hrss12333.merging.questioned import questioned_in
from hrss12333.merging.sent import RowKey, row_key
from hrss12333.merging.versions import Verdict, judge_versions
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, Spot
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit

NOBODYS = "报送单位不明，无法判断是否与其他文件重复"


class JoinedUnit(Struct, frozen=True):
    """All that one unit sent, or one file of an unknown unit, with the rows that count."""

    unit: Unit | None
    filings: Sequence[Filing] = ()
    current: Sequence[Filing] = ()
    """Those that other files do not replace altogether."""
    dropped: Mapping[RowKey, str] = field(default_factory=dict)
    """Row → why it does not count, as `Entry.why`."""
    replaced: Mapping[RowKey, str] = field(default_factory=dict)
    """Those of them that another file answers for, each with that file."""
    findings: Sequence[Finding] = ()
    """Of the files, as far as they still matter, of the joining, and of the rules that see the whole unit."""
    whole: Filing | None = None
    """The rows that no other file replaces, as one filing."""
    counted: tuple[Table, ...] = ()
    """Those of them that count."""
    judged: RuleResults = RuleResults()
    """What the rules that see the whole unit say of it."""
    undecided: Mapping[str, int] = field(default_factory=dict)
    """Rule id → rows, as far as they still matter, of which it could not be decided whether they hold."""
    superseded: Mapping[str, str] = field(default_factory=dict)
    """File that others replace altogether → the one that does, or most of it."""


def join_unit(unit: Unit, checked: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> JoinedUnit:
    """Join the files of one unit."""
    if not checked:
        return JoinedUnit(unit)
    by_file = {item.file: item for item in checked}
    verdict = judge_versions(_filings(checked), lambda filing: questioned_in(by_file[filing.file], comparisons))
    return _join(unit, checked, verdict, edition, comparisons)


def unknown_units(checked: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> list[JoinedUnit]:
    """Files of unknown units: each stands alone, and none of its rows counts."""
    verdict = judge_versions(_filings(checked))
    return [_join(None, [item], verdict, edition, comparisons) for item in checked]


def _filings(checked: Sequence[Checked]) -> list[Filing]:
    return [item.document for item in checked if isinstance(item.document, Filing)]


def _join(
    unit: Unit | None, checked: Sequence[Checked], verdict: Verdict, edition: Edition, comparisons: Comparisons
) -> JoinedUnit:
    filings = _filings(checked)
    superseded = {filing.file: by for filing in filings if (by := _replaced_by(filing, verdict))}
    current = [filing for filing in filings if filing.file not in superseded]
    tables = without_rows([table for filing in current for table in filing.tables], verdict.dropped)
    whole = Filing(current[0].file, unit, tables) if tables else None
    case = Case(whole, edition, comparisons, _disputed_rows(filings, verdict)) if whole else None
    known = checked[0].case if len(checked) == 1 else None
    if known and known.filing.unit is unit and known.filing.tables == tables:
        case = known  # all that the unit sent is one file: what was worked out of it holds
    overlapping = overlaps_of(case) if case else []
    left_out = {row_key(item.table, item.row): item.why for item in overlapping if not item.counts}
    if unit is None:
        left_out = {row_key(table, row): NOBODYS for table in tables for row in table.rows}
    moot: set[Spot] = {(file, None, 0) for file in superseded}
    moot |= {spot for filing in current for spot in _moot(filing, verdict, tables)}
    moot |= {spot for table in tables for spot in _left_blank(table, left_out)}
    files = {filing.file for filing in filings}

    def matters(file: str, sheet: str | None, row: int | None) -> bool:
        return not moot or moot.isdisjoint(((file, None, 0), (file, sheet, 0), (file, sheet, row)))

    counted = without_rows(tables, left_out) if left_out else tables
    findings = [f for item in checked for f in item.findings if matters(item.file, f.sheet, f.row)]
    held = {(i.table.file, i.table.sheet, i.row.place.row) for i in overlapping if i.rule == "R209" and not i.counts}
    findings = [f for f in findings if f.rule != "V301" or (f.file, f.sheet, f.row) not in held]
    findings = [f for f in findings if not (_is_sum_of_all(f, filings, counted) or _follows_from_rows(f))]
    findings += [finding for finding in verdict.findings if finding.file in files]
    judged = apply_rules(case, (Scope.ROWS_OF_UNIT, Scope.UNIT)) if case else RuleResults()
    findings += judged.findings
    undecided = Counter({rule: len(rows) for rule, rows in judged.undecided.items()})
    for item in checked:
        if item.undecided:
            undecided.update({rule: sum(matters(*at) for at in rows) for rule, rows in item.undecided.items()})
    dropped, undecided = {**verdict.dropped, **left_out}, +undecided
    return JoinedUnit(
        unit, filings, current, dropped, verdict.replaced, findings, whole, counted, judged, undecided, superseded
    )


def _disputed_rows(filings: Iterable[Filing], verdict: Verdict) -> list[tuple[str, str, str]]:
    """Form, name and file of the rows that do not count though no other file answers for them: a finding asks about each."""
    disputed = verdict.dropped.keys() - verdict.replaced
    rows = [(table, row) for filing in filings for table in filing.tables for row in table.rows] if disputed else []
    return [
        (table.form.key, name, table.file)
        for table, row in rows
        if row_key(table, row) in disputed
        for name in {identity(row), row.region}
        if name is not None
    ]


def _follows_from_rows(finding: Finding) -> bool:
    """Whether a finding is about a file or table that does not hold: here those of its rows are named that no other has."""
    return finding.rule == "R210" and finding.row is None


def _is_sum_of_all(finding: Finding, filings: Iterable[Filing], counted: Sequence[Table]) -> bool:
    """Whether a 合计 that differs from the rows beside it is that of all the unit's rows: a form sent with the corrected
    rows alone."""
    if finding.rule != "B403" or finding.field is None:
        return False
    key = finding.field
    at = (finding.file, finding.sheet, finding.form)
    tables = (table for filing in filings for table in filing.tables if (table.file, table.sheet, table.form.key) == at)
    totals = [table.total.number(key) for table in tables if table.total]
    rows = [row for table in counted if table.form.key == finding.form for row in table.rows]
    return totals == [sum(row.number(key) or 0 for row in rows)]


def _replaced_by(filing: Filing, verdict: Verdict) -> str:
    """The file that says what this one has to say, or most of it where several do; empty where anything is left of it."""
    if not verdict.replaced:
        return ""
    by = [verdict.replaced.get(row_key(table, row), "") for table in filing.tables for row in table.rows]
    return max(sorted(set(by)), key=by.count) if by and all(by) else ""


def without_rows(tables: Iterable[Table], dropped: Collection[RowKey]) -> tuple[Table, ...]:
    """Tables without these rows; without any only where the unit has no other table of that form."""
    found = list(tables)
    for at, table in enumerate(found if dropped else ()):
        rows = tuple([row for row in table.rows if row_key(table, row) not in dropped])
        found[at] = table if len(rows) == len(table.rows) else replace(table, rows=rows)
    given = {table.form.key for table in found if table.rows}
    return tuple(table for table in found if table.rows or table.form.key not in given)


def _left_blank(table: Table, left_out: Collection[RowKey]) -> Iterator[Spot]:
    for row in table.rows:
        if row_key(table, row) in left_out and not is_filled(table.form, row):
            yield table.file, table.sheet, row.place.row


def _moot(filing: Filing, verdict: Verdict, current: Sequence[Table]) -> Iterator[Spot]:
    """Where nothing matters any more in a file that still stands: other files were taken instead."""
    given = {table.form.key for table in current if table.rows}
    for table in filing.tables:
        rows = [row for row in table.rows if row_key(table, row) in verdict.replaced] if verdict.replaced else []
        if len(rows) == len(table.rows) and table.form.key in given:
            yield from ((filing.file, own.sheet, 0) for own in (table, *filing.partial) if own.form is table.form)
        for row in rows:
            yield filing.file, table.sheet, row.place.row


def each_once(joined: Sequence[JoinedUnit]) -> list[JoinedUnit]:
    """The units, no row counted by two of them: 新疆's 兵团 cities are 兵团's 师. While that unit has a row of the region, or
    one for all of its regions, the place does not count here too; R202 has asked about it in any case."""
    return [
        _without_enclaves(item, joined) if item.counted and item.unit and item.unit.enclaves else item
        for item in joined
    ]


def _without_enclaves(item: JoinedUnit, joined: Sequence[JoinedUnit]) -> JoinedUnit:
    enclaves = item.unit.enclaves if item.unit else {}
    left_out = {
        row_key(table, row): f"“{region}”由{other.unit.name}报送，不计入（R202）"
        for table in item.counted
        for row in table.rows
        for region in filter(None, [enclaves.get(row.region or "")])
        for other in joined
        if other.unit and region in other.unit.certain and _reports_region(other, table, region)
    }
    if not left_out:
        return item
    return replace(item, dropped={**item.dropped, **left_out}, counted=without_rows(item.counted, left_out))


def _reports_region(other: JoinedUnit, table: Table, region: str) -> bool:
    tables = [own for filing in other.filings for own in filing.tables if own.form is table.form]
    rows = [row for own in tables for row in own.rows if is_filled(own.form, row)]
    return any(row.region == region or row.is_whole for row in rows)
