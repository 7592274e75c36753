"""Many checked filings → one national table: joined by unit, each region once, every row accounted for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hrss12333.checking.counting import is_filled
from hrss12333.checking.engine import Checked
from hrss12333.checking.rule import NO_COMPARISONS, Case, Comparisons
from hrss12333.checking.rules.catalogue import merge_finding
from hrss12333.checking.rules.regions import missing_from
from hrss12333.merging.joined_unit import JoinedUnit, each_once, join_unit, unknown_units
from hrss12333.merging.sent import row_key
from hrss12333.model.check_code import code_of
from hrss12333.model.evidence import against, ranked
from hrss12333.model.filing import Filing, Skipped, Summary, Table, Unreadable
from hrss12333.model.finding import Finding, Location, Severity
from hrss12333.model.message import FileOf, Message, Several, compose
from hrss12333.model.national import Contact, Entry, National, Received, Status, UnitStatus, beijing
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form


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
    joined = [join_unit(unit, sent[unit.code], edition, comparisons) for unit in ((only,) if only else edition.units)]
    joined = [*each_once(joined), *unknown_units(sent[""], edition, comparisons)]
    findings = [finding for item in mine if not isinstance(item.document, Filing) for finding in item.findings]
    findings += [finding for item in joined for finding in item.findings]
    findings += _late((filing for item in joined for filing in item.filings), edition)
    findings += _other_year(of_others, edition, (code for code, items in sent.items() if items))
    faulty = {finding.unit for finding in findings if finding.blocks}
    statuses = tuple(
        _status(item.unit, item, edition, faulty=item.unit.name in faulty) for item in joined if item.unit is not None
    )
    if only is None:
        findings += _missing(statuses, _useless_files(mine, of_others), edition.year)
    return National(
        edition,
        tuple(entry for item in joined for entry in _entries(item, edition)),
        statuses,
        tuple(findings),
        summaries=tuple(item.document for item in mine if isinstance(item.document, Summary)),
        skipped=tuple(Skipped(file, f"不是{only.name}的报送") for file in others if only),
        received=tuple(_received_file(item) for item in sorted(own, key=lambda item: item.file)),
        undecided=dict(sorted(sum((Counter(item.undecided) for item in joined), Counter[str]()).items())),
        faults=(*(f for item in mine for f in item.faults), *(f for item in joined for f in item.judged.faults)),
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
    """Name of a unit → the files that it sent and no figure comes from, each with why: of other years, unreadable, a 工作总结
    alone."""
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
                    at = row_key(table, row)
                    why, by = joined.dropped.get(at, ""), joined.replaced.get(at, "")
                    entries.append(Entry(form, joined.unit, filing.file, table.sheet, row, not why, why, by))
        yield from sorted(entries, key=lambda e: (order.get(e.row.region or "", len(order)), not e.counted, e.file))


def _status(unit: Unit, joined: JoinedUnit, edition: Edition, *, faulty: bool) -> UnitStatus:
    if not joined.filings:
        return UnitStatus(unit, Status.MISSING, rows={form.key: 0 for form in edition.forms})
    tables = joined.counted
    only = joined.current[0] if len(joined.current) == 1 else None  # whose code is printed on it
    case = Case(joined.whole, edition) if joined.whole else None
    lacking = {form.key: missing_from(case, form) for form in edition.forms if case}
    dates = [filing.date for filing in joined.filings if filing.date]
    return UnitStatus(
        unit,
        Status.FAULTY if faulty else Status.ACCEPTED,
        files=tuple(dict.fromkeys(filing.file for filing in joined.filings)),
        rows={form.key: _count(tables, form) for form in edition.forms},
        code=code_of(only.tables, only.signed_unit) if only else code_of(tables, unit.name),
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
    rows = [row for filing in joined.filings for table in filing.tables_of(form) for row in table.rows]
    sent = {row.region for row in rows}
    found = tuple(name for name in lacking if name in sent)
    whole = alone and not lacking and any(row.is_whole for row in rows)
    return (joined.unit.name,) if whole and joined.unit else found


def _is_of_whole_unit(filing: Filing, unit: Unit) -> bool:
    """Whether a file is the unit's own rather than one city's: it holds the whole unit, or several of its regions."""
    rows = [row for table in filing.tables for row in table.rows if is_filled(table.form, row)]
    named = {row.region for row in rows if row.match and row.match.official}
    others = any(row.match and not row.match.official and row.match.below is None for row in rows)
    return others or len(named) > 1 or len(unit.expected) == 1


def _count(tables: Sequence[Table], form: Form) -> int:
    return sum(len(table.rows) for table in tables if table.form is form)


def _late(filings: Iterable[Filing], edition: Edition) -> Iterator[Finding]:
    """Files mailed past the edition's deadline; when a document was saved says nothing of when it was sent."""
    if edition.deadline is None:
        return
    for filing in filings:
        if filing.received and beijing(filing.received).date() > edition.deadline:
            day, last = (f"{d.year}年{d.month}月{d.day}日" for d in (beijing(filing.received), edition.deadline))
            message = compose("邮件于{day}发出，晚于报送期限{last}", day=day, last=last)
            yield merge_finding("M704", message, filing.unit, Location(filing.file))


def _other_year(filings: Iterable[Filing], edition: Edition, reporting: Iterable[str]) -> Iterator[Finding]:
    """Files of another year than the one merged; an error where the unit, none of those reporting, sent nothing else."""
    with_data = set(reporting)
    for filing in filings:
        alone = filing.unit is not None and filing.unit.code not in with_data
        message = compose(
            "{told}，本次汇总的是{year}年度，{rows}行数据都不计入，请确认没有交错文件",
            "这个单位没有报送本年度的数据。" if alone else "",
            told=_reported_year(filing),
            year=edition.year,
            rows=sum(len(table.rows) for table in filing.tables),
        )
        severity = Severity.ERROR if alone else None
        yield merge_finding("M705", message, filing.unit, Location(filing.file), severity=severity)


def _reported_year(filing: Filing) -> Message:
    year = filing.year or 0
    reported = next((item.described("年度") for item in ranked(filing.years) if item.value == year), None)
    fact = reported or compose("表中写的是{year}年度", year=year)
    others = Several(item.described("年度") for item in against(filing.years, year))
    return compose("{told}（{others:，}）", told=fact, others=others) if others else fact


def _missing(
    statuses: Iterable[UnitStatus], others: Mapping[str, Sequence[tuple[str, Message]]], year: int
) -> Iterator[Finding]:
    """Units that sent nothing of the year; ``others`` holds the files that they sent, each with what it is instead, by the
    name of the unit."""
    for unit in (item.unit for item in statuses if item.status is Status.MISSING):
        message = compose("{unit}没有报送，汇总数不含该单位，请催报", unit=unit.name)
        sent = others.get(unit.name, ())
        if sent:
            listed = Several(
                compose("{file}（{what}）", file=FileOf(at), what=what) for at, (_, what) in enumerate(sent, 1)
            )
            fact = "{unit}没有可以计入的{year}年度数据：收到的是{sent:、}"
            message = compose(fact, "汇总数不含该单位，请催报。", unit=unit.name, year=year, sent=listed)
        yield merge_finding("M701", message, unit, Location(), *[Location(file) for file, _ in sent])
