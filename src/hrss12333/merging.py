"""Many checked filings → one national table: joined by unit, each region once, every row accounted for. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hrss12333.checking import Checked, run
from hrss12333.code import code_of
from hrss12333.duplicates import judge
from hrss12333.filing import Filing, Skipped, Summary, Table
from hrss12333.findings import Finding, Severity
from hrss12333.forms import Form, Survey
from hrss12333.influence import with_influence
from hrss12333.national import Contact, Entry, National, Status, UnitStatus
from hrss12333.regions import Unit, units
from hrss12333.rules.registry import RULES, Case, Peers, Scope
from hrss12333.rules.rows import missing_regions


@dataclass(frozen=True)
class _Joined:
    """All that one unit sent, with the rows that count."""

    unit: Unit | None
    checked: list[Checked]
    filings: list[Filing]
    dropped: dict[int, str]
    findings: list[Finding]
    """Of the joining and of the rules that see the whole unit."""
    whole: Filing | None
    """The unit's counted rows as one filing."""


def merge(
    checked: Sequence[Checked],
    survey: Survey,
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
    mine = [item for item in checked if only is None or item.unit in (None, only)]
    others = [
        Skipped(item.file, f"不是{only.name}的报送")
        for item in checked
        if only and item.unit and item not in mine
    ]
    joined = [_join(unit, [item for item in mine if _sent_by(item, unit)], survey, peers) for unit in (*expected, None)]
    statuses = tuple(_status(item, survey) for item in joined if item.unit is not None)
    findings = [finding for item in mine for finding in item.findings]
    findings += [finding for item in joined for finding in item.findings]
    findings += _missing(statuses) if only is None else []
    national = National(
        survey,
        entries=tuple(entry for item in joined for entry in _entries(item, survey, _by_row(findings))),
        units=statuses,
        summaries=tuple(item.document for item in mine if isinstance(item.document, Summary)),
        skipped=(*skipped, *others),
    )
    return replace(national, findings=tuple(with_influence(findings, national)))


def _sent_by(item: Checked, unit: Unit | None) -> bool:
    return isinstance(item.document, Filing) and item.unit == unit


def _join(unit: Unit | None, checked: list[Checked], survey: Survey, peers: Peers) -> _Joined:
    filings = [item.document for item in checked if isinstance(item.document, Filing)]
    verdict = judge(filings, {item.file: item.code for item in checked})
    findings = [*verdict.findings, *_late(filings, survey)]
    whole = _whole(unit, filings, verdict.dropped)
    if whole:
        findings += run(whole, survey, peers, (Scope.UNIT,))
    return _Joined(unit, checked, filings, verdict.dropped, findings, whole)


def _whole(unit: Unit | None, filings: list[Filing], dropped: dict[int, str]) -> Filing | None:
    """The unit's counted rows, each still in its own table; tables of which nothing counts are left out."""
    tables = []
    for filing in filings:
        for table in filing.tables:
            rows = tuple(row for row in table.rows if id(row) not in dropped)
            if rows or not table.rows:
                tables.append(replace(table, rows=rows))
    return Filing(filings[0].file, unit, tuple(tables)) if tables else None


def _late(filings: Iterable[Filing], survey: Survey) -> Iterator[Finding]:
    for filing in filings:
        day, what = (filing.received, "邮件发出") if filing.received else (filing.saved, "最后保存")
        if day and day.date() > survey.deadline:
            yield Finding(
                "M704",
                RULES["M704"].severity,
                f"文件{what}于{day.date().isoformat()}，晚于报送期限{survey.deadline.isoformat()}。",
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
        if finding.cell and finding.severity is not Severity.NOTE:
            number = int("".join(letter for letter in finding.cell if letter.isdigit()))
            found[finding.file, finding.sheet, number].append(finding)
    return found


def _entries(
    joined: _Joined, survey: Survey, findings: dict[tuple[str, str | None, int], list[Finding]]
) -> Iterator[Entry]:
    """The unit's rows, counted or not: form by form, in the official order of regions, others after them as sent."""
    order = {region.name: index for index, region in enumerate(joined.unit.regions)} if joined.unit else {}
    for form in survey.forms:
        rows = [
            (filing, table, row) for filing in joined.filings for table in filing.tables_of(form) for row in table.rows
        ]
        rows.sort(
            key=lambda item: (order.get(item[2].region or "", len(order)), id(item[2]) in joined.dropped, item[0].file)
        )
        for filing, table, row in rows:
            why = joined.dropped.get(id(row), "")
            at = findings.get((table.file, table.sheet, row.place.row), [])
            yield Entry(form, joined.unit, filing.file, table.sheet, row, not why, why, tuple(at))


def _status(joined: _Joined, survey: Survey) -> UnitStatus:
    unit = joined.unit
    if unit is None:
        raise ValueError("a status belongs to a unit")
    findings = [finding for item in joined.checked for finding in item.findings] + joined.findings
    faulty = any(finding.blocks for finding in findings)
    status = Status.MISSING if not joined.filings else Status.FAULTY if faulty else Status.ACCEPTED
    tables = joined.whole.tables if joined.whole else ()
    case = Case(joined.whole, survey) if joined.whole else None
    dates = [filing.date for filing in joined.filings if filing.date]
    mails = [filing for filing in joined.filings if filing.received]
    return UnitStatus(
        unit,
        status,
        files=tuple(filing.file for filing in joined.filings),
        rows={form.key: _count(tables, form) for form in survey.forms},
        code=code_of(tables, unit.name),
        contacts=tuple(
            Contact(f.file, f.contact["name"], f.contact["mobile"], f.contact["email"]) for f in joined.filings
        ),
        findings=tuple(findings),
        missing_regions={
            form.key: tuple(missing_regions(case, form)) for form in survey.forms if case and _count(tables, form)
        },
        saved=max(dates, default=None),
        received=max((mail.received for mail in mails if mail.received), default=None),
        sender="、".join(dict.fromkeys(mail.sender for mail in mails if mail.sender)),
    )


def _count(tables: Sequence[Table], form: Form) -> int:
    return sum(len(table.rows) for table in tables if table.form is form)
