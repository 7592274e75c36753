"""What only a merge can find: units that sent nothing (M701), late files (M704), files of another year (M705); and how
every finding of a merge is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.evidence import against, ranked
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Finding, Location, Severity
from hrss12333.model.message import FileOf, Message, Several, compose
from hrss12333.model.national import Status, UnitStatus, beijing
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit


def late(filings: Iterable[Filing], edition: Edition) -> Iterator[Finding]:
    """Files mailed past the edition's deadline; when a document was saved says nothing of when it was sent."""
    if edition.deadline is None:
        return
    for filing in filings:
        if filing.received and beijing(filing.received).date() > edition.deadline:
            day, last = (f"{d.year}年{d.month}月{d.day}日" for d in (beijing(filing.received), edition.deadline))
            message = compose("邮件于{day}发出，晚于报送期限{last}", day=day, last=last)
            yield merge_finding("M704", message, filing.unit, Location(filing.file))


def other_year(filings: Iterable[Filing], edition: Edition, reporting: Iterable[str]) -> Iterator[Finding]:
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


def missing(
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


def merge_finding(
    rule: str, message: Message, unit: Unit | None, *locations: Location, severity: Severity | None = None
) -> Finding:
    """A finding about these places, by default of the rule's severity."""
    return Finding(rule, severity or RULES[rule].severity, message, locations, unit=unit.name if unit else None)
