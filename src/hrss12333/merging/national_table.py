"""Many checked filings → one national table: joined by unit, each region once, every row accounted for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.counting import identity, is_filled
from hrss12333.checking.engine import Checked, RuleResults, apply_rules
from hrss12333.checking.rule import NO_COMPARISONS, Case, Comparisons, Scope
from hrss12333.checking.rules.balance import totals_add_up
from hrss12333.checking.rules.merge import late, missing, of_other_year
from hrss12333.checking.rules.regions import missing_from, overlaps_of
from hrss12333.checking.rules.rows import concealed
from hrss12333.checking.rules.values import required
from hrss12333.merging.questioned import questioned_in
from hrss12333.merging.versions import Verdict, judge_versions, rows_never_read
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Filing, Skipped, Summary, Table, Unreadable
from hrss12333.model.finding import Finding, Where, row_where, table_where
from hrss12333.model.message import Message, compose
from hrss12333.model.national import Contact, Entry, National, Received, Status, UnitStatus
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

_NOBODYS = "报送单位不明，无法判断是否与其他文件重复"


class JoinedUnit(Struct, frozen=True):
    """All that one unit sent, or one file of an unknown unit, with the rows that count."""

    unit: Unit | None
    filings: Sequence[Filing] = ()
    current: Sequence[Filing] = ()
    """Those that other files do not replace altogether."""
    dropped: Mapping[Where, str] = field(default_factory=dict)
    """Row → why it does not count, as `Entry.why`."""
    replaced: Mapping[Where, str] = field(default_factory=dict)
    """Those of them that another file answers for, each with that file."""
    findings: Sequence[Finding] = ()
    """Of the files, as far as they still matter, of the joining, and of the rules that see the whole unit."""
    merged_filing: Filing | None = None
    """The rows that no other file replaces, as one filing."""
    counted: tuple[Table, ...] = ()
    """Those of them that count."""
    rule_results: RuleResults = RuleResults()
    """What the rules that see the whole unit say of it."""
    undecided: Mapping[str, int] = field(default_factory=dict)
    """Rule id → rows, as far as they still matter, of which it could not be decided whether they hold."""
    superseded: Mapping[str, str] = field(default_factory=dict)
    """File that others replace altogether → the one that does, or most of it."""


def _join_unit(unit: Unit, checked: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> JoinedUnit:
    """Join the files of one unit."""
    if not checked:
        return JoinedUnit(unit)
    by_file = {item.file: item for item in checked}
    verdict = judge_versions(_filings(checked), lambda filing: questioned_in(by_file[filing.file], comparisons))
    return _merged_unit(unit, checked, verdict, edition, comparisons)


def _unknown_units(checked: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> list[JoinedUnit]:
    """Files of unknown units: each stands alone, and none of its rows counts."""
    verdict = judge_versions(_filings(checked))
    return [_merged_unit(None, [item], verdict, edition, comparisons) for item in checked]


def _filings(checked: Sequence[Checked]) -> list[Filing]:
    return [item.document for item in checked if isinstance(item.document, Filing)]


def _merged_unit(
    unit: Unit | None, checked: Sequence[Checked], verdict: Verdict, edition: Edition, comparisons: Comparisons
) -> JoinedUnit:
    filings = _filings(checked)
    superseded = {filing.file: by for filing in filings if (by := _replaced_by(filing.tables, verdict))}
    current = [filing for filing in filings if filing.file not in superseded]
    tables = _without_rows([table for filing in current for table in filing.tables], verdict.dropped)
    whole = Filing(current[0].file, unit, tables) if tables else None
    case = Case(whole, edition, comparisons, _disputed_rows(filings, verdict)) if whole else None
    known = checked[0].case if len(checked) == 1 else None
    if known and known.filing.unit is unit and known.filing.tables == tables:
        case = known  # all that the unit sent is one file: what was worked out of it holds
    overlapping = overlaps_of(case) if case else []
    left_out = {row_where(item.table, item.row): item.why for item in overlapping if not item.counts}
    rows = [(table, row) for table in tables for row in table.rows]
    if unit is None:
        left_out = {row_where(table, row): _NOBODYS for table, row in rows}
    moot = {Where(file) for file in superseded}
    moot |= {where for filing in current for where in _moot(filing, verdict, tables)}
    moot |= {
        where for table, row in rows if (where := row_where(table, row)) in left_out and not is_filled(table.form, row)
    }
    files = {filing.file for filing in filings}

    def matters(where: Where) -> bool:
        return not moot or moot.isdisjoint(where.holders)

    counted = _without_rows(tables, left_out) if left_out else tables
    findings = [f for item in checked for f in item.findings if matters(f.where)]
    held = {row_where(i.table, i.row) for i in overlapping if i.rule == "R209" and not i.counts}
    findings = [f for f in findings if f.rule != required.id or f.where.whole_row not in held]
    # Of a file or table that does not hold those of its rows are named that no other has.
    findings = [f for f in findings if f.rule != concealed.id or f.row is not None]
    findings = [f for f in findings if not _is_sum_of_all(f, filings, counted)]
    findings += [finding for finding in verdict.findings if finding.file in files]
    for table in (table for filing in filings for table in filing.tables if not matters(table_where(table))):
        others = (other.file for other in tables if other.form.key == table.form.key and other.rows)
        by = _replaced_by([table], verdict) or superseded.get(table.file) or next(others, table.file)
        findings += rows_never_read(table, unit, by)
    judged = apply_rules(case, (Scope.ROWS_OF_UNIT, Scope.UNIT)) if case else RuleResults()
    findings += judged.findings
    undecided = Counter({rule: len(rows) for rule, rows in judged.undecided.items()})
    for item in checked:
        if item.undecided:
            undecided.update({rule: sum(map(matters, rows)) for rule, rows in item.undecided.items()})
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
        if row_where(table, row) in disputed
        for name in {identity(row), row.region}
        if name is not None
    ]


def _is_sum_of_all(finding: Finding, filings: Iterable[Filing], counted: Sequence[Table]) -> bool:
    """Whether a 合计 that differs from the rows beside it is that of all the unit's rows: the corrected ones came alone."""
    if finding.rule != totals_add_up.id or finding.field is None:
        return False
    key = finding.field
    at = (finding.file, finding.sheet, finding.form)
    tables = (table for filing in filings for table in filing.tables if (table.file, table.sheet, table.form.key) == at)
    totals = [table.total.number(key) for table in tables if table.total]
    rows = [row for table in counted if table.form.key == finding.form for row in table.rows]
    return totals == [sum(row.number(key) or 0 for row in rows)]


def _replaced_by(tables: Iterable[Table], verdict: Verdict) -> str:
    """The file that says what these tables have to say, or most of it where several do; empty where anything is left of
    them."""
    if not verdict.replaced:
        return ""
    by = [verdict.replaced.get(row_where(table, row), "") for table in tables for row in table.rows]
    return max(sorted(set(by)), key=by.count) if by and all(by) else ""


def _without_rows(tables: Iterable[Table], dropped: Collection[Where]) -> tuple[Table, ...]:
    """Tables without these rows; without any only where the unit has no other table of that form."""
    found = list(tables)
    for at, table in enumerate(found if dropped else ()):
        rows = tuple([row for row in table.rows if row_where(table, row) not in dropped])
        found[at] = table if len(rows) == len(table.rows) else replace(table, rows=rows)
    given = {table.form.key for table in found if table.rows}
    return tuple(table for table in found if table.rows or table.form.key not in given)


def _moot(filing: Filing, verdict: Verdict, current: Sequence[Table]) -> Iterator[Where]:
    """Where nothing matters any more in a file that still stands: other files were taken instead."""
    given, standing, gone = {table.form.key for table in current if table.rows}, set[str](), set[str]()
    for table in filing.tables:
        rows = [row for row in table.rows if row_where(table, row) in verdict.replaced] if verdict.replaced else []
        if len(rows) == len(table.rows) and table.form.key in given:
            replaced = [own for own in (table, *filing.partial) if own.form is table.form]
            gone |= {own.sheet for own in replaced}
            yield from map(table_where, replaced)
        else:
            standing.add(table.sheet)
        yield from (row_where(table, row) for row in rows)
    # What names no form is about all that the sheet holds.
    yield from (Where(filing.file, sheet) for sheet in gone - standing)


def _each_once(joined: Sequence[JoinedUnit]) -> list[JoinedUnit]:
    """The units, no row counted by two of them: 新疆's 兵团 cities are 兵团's 师. While that unit has a row of the region, or
    one for all of its regions, the place does not count here too; R202 has asked about it in any case."""
    return [
        _without_enclaves(item, joined) if item.counted and item.unit and item.unit.enclaves else item
        for item in joined
    ]


def _without_enclaves(item: JoinedUnit, joined: Sequence[JoinedUnit]) -> JoinedUnit:
    enclaves = item.unit.enclaves if item.unit else {}
    left_out = {
        row_where(table, row): f"“{region}”由{other.unit.name}报送，不计入（R202）"
        for table in item.counted
        for row in table.rows
        for region in filter(None, [enclaves.get(row.region or "")])
        for other in joined
        if other.unit and region in other.unit.certain and _reports_region(other, table, region)
    }
    if not left_out:
        return item
    return replace(item, dropped={**item.dropped, **left_out}, counted=_without_rows(item.counted, left_out))


def _reports_region(other: JoinedUnit, table: Table, region: str) -> bool:
    tables = [own for filing in other.filings for own in filing.tables if own.form is table.form]
    rows = [row for own in tables for row in own.rows if is_filled(own.form, row)]
    return any(row.region == region or row.is_unit for row in rows)


def merge(
    checked: Sequence[Checked], edition: Edition, comparisons: Comparisons = NO_COMPARISONS, only: Unit | None = None
) -> National:
    """Join filings that were checked file by file (scope FILE), as the survey of the edition's year.

    With ``only`` the table is that unit's alone: files of other units are named as passed over, and no unit is missing.
    """
    others = [item.file for item in checked if only and _is_of_another(item, only)]
    own = [item for item in checked if not (only and _is_of_another(item, only))]
    years = None, edition.year
    mine = [item for item in own if getattr(item.document, "year", None) in years]
    filings = [item.document for item in own if isinstance(item.document, Filing)]
    of_others = [filing for filing in filings if filing.year not in years]
    sent = _by_unit(mine)
    joined = [_join_unit(unit, sent[unit.code], edition, comparisons) for unit in ((only,) if only else edition.units)]
    joined = [*_each_once(joined), *_unknown_units(sent[""], edition, comparisons)]
    findings = [finding for item in mine if not isinstance(item.document, Filing) for finding in item.findings]
    findings += [finding for item in joined for finding in item.findings]
    findings += late((filing for item in joined for filing in item.filings), edition)
    findings += of_other_year(of_others, edition, (code for code, items in sent.items() if items))
    faulty = {finding.unit for finding in findings if finding.blocks}
    statuses = tuple(
        _status(item.unit, item, edition, faulty=item.unit.name in faulty) for item in joined if item.unit is not None
    )
    if only is None:
        findings += missing(statuses, _useless_files(mine, of_others), edition.year)
    return National(
        edition,
        tuple(entry for item in joined for entry in _entries(item, edition)),
        statuses,
        tuple(findings),
        summaries=tuple(item.document for item in mine if isinstance(item.document, Summary)),
        skipped=tuple(Skipped(file, f"不是{only.name}的报送") for file in others if only),
        received=tuple(_received_file(item) for item in sorted(own, key=lambda item: item.file)),
        undecided=dict(sorted(sum((Counter(item.undecided) for item in joined), Counter[str]()).items())),
        faults=(*(f for item in mine for f in item.faults), *(f for item in joined for f in item.rule_results.faults)),
        other_years=tuple(dict.fromkeys(filing.file for filing in of_others)),
        superseded={
            (file, item.unit.name if item.unit else None): by for item in joined for file, by in item.superseded.items()
        },
    )


def _is_of_another(item: Checked, only: Unit) -> bool:
    """Whether a file is another unit's; of what could not be read only its name tells, and 海南 is a region of 青海 too."""
    if item.unit is not None or item.owner is None:
        return item.unit not in (None, only)
    return item.owner != only.name and not any(spelling in item.file for spelling in only.certain)


def _received_file(item: Checked) -> Received:
    document = item.document
    what = {Filing: "调查表", Summary: "工作总结"}.get(type(document), "未能读取")
    return Received(item.file, item.owner or "", what, document.sha256)


def _by_unit(checked: Iterable[Checked]) -> dict[str, list[Checked]]:
    sent: dict[str, list[Checked]] = defaultdict(list)
    for item in checked:
        if isinstance(item.document, Filing):
            sent[item.unit.code if item.unit else ""].append(item)
    return sent


def _useless_files(mine: Iterable[Checked], of_others: Iterable[Filing]) -> dict[str, list[tuple[str, Message]]]:
    """Name of a unit → the files that it sent and no figure comes from, each with why: of other years, say, or unreadable."""
    found: dict[str, list[tuple[str, Message]]] = defaultdict(list)
    for filing in of_others:
        what = compose("{year}年度", year=filing.year or 0)
        found[filing.unit.name if filing.unit else ""].append((filing.file, what))
    for item in mine:
        if isinstance(item.document, Unreadable):
            for finding in item.findings:
                found[finding.unit or ""].append((item.file, compose("{rule}", rule=finding.rule)))
        elif isinstance(item.document, Summary):
            found[item.unit.name if item.unit else ""].append((item.file, compose("工作总结")))
    return found


def _entries(joined: JoinedUnit, edition: Edition) -> Iterator[Entry]:
    """The unit's rows, counted or not: form by form, in the official order of regions, others after them as sent."""
    order = {region.name: index for index, region in enumerate(joined.unit.regions)} if joined.unit else {}
    for form in edition.forms:
        entries = []
        for filing in joined.filings:
            for table in filing.tables_of(form):
                for row in table.rows:
                    at = row_where(table, row)
                    why, by = joined.dropped.get(at, ""), joined.replaced.get(at, "")
                    entries.append(Entry(form, joined.unit, filing.file, table.sheet, row, not why, why, by))
        yield from sorted(entries, key=lambda e: (order.get(e.row.region or "", len(order)), not e.counted, e.file))


def _status(unit: Unit, joined: JoinedUnit, edition: Edition, *, faulty: bool) -> UnitStatus:
    if not joined.filings:
        return UnitStatus(unit, Status.MISSING, rows={form.key: 0 for form in edition.forms})
    only = joined.current[0] if len(joined.current) == 1 else None  # whose code is printed on it
    case = Case(joined.merged_filing, edition) if joined.merged_filing else None
    lacking = {form.key: missing_from(case, form) for form in edition.forms if case}
    dates = [filing.date for filing in joined.filings if filing.date]
    return UnitStatus(
        unit,
        Status.FAULTY if faulty else Status.ACCEPTED,
        files=tuple(dict.fromkeys(filing.file for filing in joined.filings)),
        rows={form.key: _count(joined.counted, form) for form in edition.forms},
        code=code_of(only.tables, only.signed_unit) if only else code_of(joined.counted, unit.name),
        contacts=tuple(
            Contact(filing.file, **filing.contact, of_unit=_is_of_whole_unit(filing, unit))
            for filing in joined.filings
            if filing.own or any(filing is one for one in joined.current)
        ),
        missing_regions=lacking,
        uncounted_regions={
            form.key: _uncounted_regions(joined, form, lacking.get(form.key, ())) for form in edition.forms
        },
        saved=max(dates, default=None),
        received=max((filing.received for filing in joined.filings if filing.received), default=None),
        sender="、".join(dict.fromkeys(filing.sender for filing in joined.filings if filing.sender)),
    )


def _uncounted_regions(joined: JoinedUnit, form: Form, lacking: Sequence[str]) -> tuple[str, ...]:
    """Those of the lacking regions of which the unit sent a row; the unit where it answered as a whole and no row counts."""
    alone = joined.unit is not None and not _count(joined.counted, form)
    if not lacking and not alone:
        return ()
    tables = [table for filing in joined.filings for table in filing.tables_of(form)]
    rows = [row for table in tables for row in table.rows]
    sent = {row.region for row in [*rows, *(item.row for table in tables for item in table.concealed if item.row)]}
    whole = alone and not lacking and any(row.is_unit for row in rows)
    return (joined.unit.name,) if whole and joined.unit else tuple(name for name in lacking if name in sent)


def _is_of_whole_unit(filing: Filing, unit: Unit) -> bool:
    """Whether a file is the unit's own rather than one city's: it holds the whole unit, or several of its regions."""
    rows = [row for table in filing.tables for row in table.rows if is_filled(table.form, row)]
    named = {row.region for row in rows if row.match and row.match.official}
    others = any(row.match and not row.match.official and row.match.below is None for row in rows)
    return others or len(named) > 1 or len(unit.expected) == 1


def _count(tables: Sequence[Table], form: Form) -> int:
    return sum(len(table.rows) for table in tables if table.form is form)
