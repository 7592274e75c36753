"""Many checked filings → one national table: joined by unit, each region once, every row accounted for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hrss12333.checking.engine import Checked, Judgement
from hrss12333.checking.engine import judge as judge_rules
from hrss12333.checking.rule import Case, Peers, Scope
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.rows import missing_regions
from hrss12333.merging.influence import with_influence
from hrss12333.merging.versions import RowKey, Verdict, judge, row_key
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Filing, Skipped, Summary, Table
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Contact, Entry, National, Status, UnitStatus, beijing
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit, units
from hrss12333.survey.schema import Form


@dataclass(frozen=True)
class _Joined:
    """All that one unit sent, or one file of an unknown unit, with the rows that count."""

    unit: Unit | None
    filings: list[Filing]
    standing: list[Filing]
    """Those that other files do not replace altogether."""
    dropped: Mapping[RowKey, str]
    findings: list[Finding]
    """Of the files, as far as they still matter, of the joining, and of the rules that see the whole unit."""
    whole: Filing | None
    """The counted rows as one filing."""
    judged: Judgement
    """What the rules that see the whole unit say of it."""


def merge(
    checked: Sequence[Checked],
    edition: Edition,
    *,
    peers: Peers | None = None,
    only: Unit | None = None,
    skipped: Sequence[Skipped] = (),
) -> National:
    """Join filings that were checked file by file (scope FILE).

    With ``only`` the table is that unit's alone: files of other units are named as passed over, and no unit is missing.
    """
    peers = peers or Peers()
    expected = (only,) if only else units()
    others = [item for item in checked if only and item.unit not in (None, only)]
    mine = [item for item in checked if not only or item.unit in (None, only)]
    sent = _by_unit(mine)
    joined = [_join(unit, sent[unit.code], edition, peers) for unit in expected]
    joined += _orphans(sent[""], edition, peers)
    statuses = tuple(_status(item.unit, item, edition) for item in joined if item.unit is not None)
    findings = [finding for item in mine if not isinstance(item.document, Filing) for finding in item.findings]
    findings += [finding for item in joined for finding in item.findings]
    findings += _missing(statuses) if only is None else []
    at = _by_row(findings)
    national = National(
        edition,
        entries=tuple(entry for item in joined for entry in _entries(item, edition, at)),
        units=statuses,
        summaries=tuple(item.document for item in mine if isinstance(item.document, Summary)),
        skipped=(*skipped, *(Skipped(item.file, f"不是{only.name}的报送") for item in others if only)),
    )
    return replace(
        national,
        findings=tuple(with_influence(findings, national)),
        undecided=dict(sorted(_undecided(mine, joined).items())),
        faults=(*(f for item in mine for f in item.faults), *(f for item in joined for f in item.judged.faults)),
    )


def _undecided(checked: Iterable[Checked], joined: Iterable[_Joined]) -> Counter[str]:
    """Rule id → rows of which it could not be decided whether they hold."""
    total: Counter[str] = Counter()
    for item in checked:
        total.update(item.undecided)
    for each in joined:
        total.update(each.judged.undecided)
    return total


def _by_unit(checked: Iterable[Checked]) -> dict[str, list[Checked]]:
    """The filings of each unit, by its code; under "" those that do not say whose they are."""
    sent: dict[str, list[Checked]] = defaultdict(list)
    for item in checked:
        if isinstance(item.document, Filing):
            sent[item.unit.code if item.unit else ""].append(item)
    return sent


def _orphans(checked: Sequence[Checked], edition: Edition, peers: Peers) -> list[_Joined]:
    """Files of unknown units: each stands alone, but copies of one another count once."""
    verdict = _judge(checked, one_unit=False)
    return [_joined(None, [item], verdict, edition, peers) for item in checked]


def _join(unit: Unit, checked: Sequence[Checked], edition: Edition, peers: Peers) -> _Joined:
    return _joined(unit, checked, _judge(checked), edition, peers)


def _judge(checked: Sequence[Checked], *, one_unit: bool = True) -> Verdict:
    filings = [(item.document, item.code) for item in checked if isinstance(item.document, Filing)]
    return judge(filings, one_unit=one_unit)


def _joined(unit: Unit | None, checked: Sequence[Checked], verdict: Verdict, edition: Edition, peers: Peers) -> _Joined:
    filings = [item.document for item in checked if isinstance(item.document, Filing)]
    standing = [filing for filing in filings if not _replaced(filing, verdict)]
    tables = tuple(_counted_tables(standing, verdict))
    whole = Filing(standing[0].file, unit, tables) if tables else None
    moot = {spot for filing in filings for spot in _moot(filing, verdict, tables)}
    files = {filing.file for filing in filings}
    findings = [
        finding
        for item in checked
        for finding in item.findings
        if not moot & {(item.file, None, 0), (item.file, finding.sheet, 0), (item.file, finding.sheet, finding.row)}
    ]
    findings += [finding for finding in verdict.findings if finding.file in files]
    findings += [*_late(filings, edition), *_other_year(filings, edition)]
    judged = judge_rules(whole, edition, peers, (Scope.ROWS_OF_UNIT, Scope.UNIT)) if whole else Judgement()
    findings += judged.findings
    return _Joined(unit, filings, standing, verdict.dropped, findings, whole, judged)


def _replaced(filing: Filing, verdict: Verdict) -> bool:
    """Whether other files say all that this one has to say."""
    rows = [row_key(table, row) for table in filing.tables for row in table.rows]
    return bool(rows) and verdict.replaced.issuperset(rows)


def _counted_tables(filings: Iterable[Filing], verdict: Verdict) -> list[Table]:
    """Tables with the rows that count; without any only where the unit has no other table of that form."""
    found = [
        replace(table, rows=tuple(row for row in table.rows if row_key(table, row) not in verdict.dropped))
        for filing in filings
        for table in filing.tables
    ]
    given = {table.form.key for table in found if table.rows}
    return [table for table in found if table.rows or table.form.key not in given]


def _moot(filing: Filing, verdict: Verdict, counted: Sequence[Table]) -> Iterator[tuple[str, str | None, int]]:
    """Where nothing matters any more, as file, sheet and row (0: all of it): other files were taken instead."""
    if _replaced(filing, verdict):
        yield filing.file, None, 0
    given = {table.form.key for table in counted if table.rows}
    for table in filing.tables:
        rows = [row for row in table.rows if row_key(table, row) in verdict.replaced]
        if len(rows) == len(table.rows) and table.form.key in given:
            yield filing.file, table.sheet, 0
        for row in rows:
            yield filing.file, table.sheet, row.place.row


def _late(filings: Iterable[Filing], edition: Edition) -> Iterator[Finding]:
    if edition.deadline is None:
        return
    for filing in filings:
        moment, what = (filing.received, "邮件发出") if filing.received else (filing.saved, "最后保存")
        if moment and beijing(moment).date() > edition.deadline:
            yield Finding(
                "M704",
                RULES["M704"].severity,
                f"文件{what}于{beijing(moment):%Y-%m-%d}，晚于报送期限{edition.deadline.isoformat()}。",
                filing.file,
                unit=filing.unit.name if filing.unit else None,
            )


def _other_year(filings: Iterable[Filing], edition: Edition) -> Iterator[Finding]:
    for filing in filings:
        if filing.year not in (None, edition.year):
            yield Finding(
                "M705",
                RULES["M705"].severity,
                f"表中写的是{filing.year}年度，本次汇总的是{edition.year}年度，请确认没有交错文件。数据暂按所报计入。",
                filing.file,
                unit=filing.unit.name if filing.unit else None,
            )


def _missing(statuses: Iterable[UnitStatus]) -> list[Finding]:
    return [
        Finding(
            "M701",
            RULES["M701"].severity,
            f"{item.unit.name}没有报送，汇总数不含该单位，请催报。",
            "",
            unit=item.unit.name,
        )
        for item in statuses
        if item.status is Status.MISSING
    ]


def _by_row(findings: Iterable[Finding]) -> dict[tuple[str, str | None, int], list[Finding]]:
    found: dict[tuple[str, str | None, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.row and finding.severity is not Severity.NOTE:
            found[finding.file, finding.sheet, finding.row].append(finding)
    return found


def _entries(
    joined: _Joined, edition: Edition, findings: dict[tuple[str, str | None, int], list[Finding]]
) -> Iterator[Entry]:
    """The unit's rows, counted or not: form by form, in the official order of regions, others after them as sent."""
    order = {region.name: index for index, region in enumerate(joined.unit.regions)} if joined.unit else {}
    for form in edition.forms:
        rows = [
            (filing, table, row) for filing in joined.filings for table in filing.tables_of(form) for row in table.rows
        ]
        rows.sort(
            key=lambda item: (
                order.get(item[2].region or "", len(order)),
                row_key(item[1], item[2]) in joined.dropped,
                item[0].file,
            )
        )
        for filing, table, row in rows:
            why = joined.dropped.get(row_key(table, row), "")
            at = findings.get((table.file, table.sheet, row.place.row), [])
            yield Entry(form, joined.unit, filing.file, table.sheet, row, not why, why, tuple(at))


def _status(unit: Unit, joined: _Joined, edition: Edition) -> UnitStatus:
    faulty = any(finding.blocks for finding in joined.findings)
    status = Status.MISSING if not joined.filings else Status.FAULTY if faulty else Status.ACCEPTED
    tables = joined.whole.tables if joined.whole else ()
    case = Case(joined.whole, edition) if joined.whole else None
    dates = [filing.date for filing in joined.filings if filing.date]
    return UnitStatus(
        unit,
        status,
        files=tuple(filing.file for filing in joined.filings),
        rows={form.key: _count(tables, form) for form in edition.forms},
        code=code_of(tables, unit.name),
        contacts=tuple(
            Contact(f.file, f.contact["name"], f.contact["mobile"], f.contact["email"]) for f in joined.standing
        ),
        findings=tuple(joined.findings),
        missing_regions={
            form.key: tuple(missing_regions(case, form)) for form in edition.forms if case and _count(tables, form)
        },
        saved=max(dates, default=None),
        received=max((filing.received for filing in joined.filings if filing.received), default=None),
        sender="、".join(dict.fromkeys(filing.sender for filing in joined.filings if filing.sender)),
    )


def _count(tables: Sequence[Table], form: Form) -> int:
    return sum(len(table.rows) for table in tables if table.form is form)
