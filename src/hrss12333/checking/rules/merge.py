"""Group M: findings among several filings, made by the merger; contradictions about a filing's period."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from hrss12333.checking.rule import Case, Hit, Scope, declare, query
from hrss12333.checking.rules.rows import left_out_hits
from hrss12333.model.filing import CoveringLetter, Filing, Row, Table, Unreadable
from hrss12333.model.finding import MISSING_UNIT_ID, Finding, Location, Severity, located
from hrss12333.model.message import File, Message, OtherRegion, Several, compose
from hrss12333.model.national import UnitStatus, beijing
from hrss12333.model.text import Evidence, against, ranked
from hrss12333.patterns import grouped
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition

_MOST_NAMED = 5
"""Regions that a message lists."""

UNIT_MISSING = declare(
    f"{MISSING_UNIT_ID} 有单位没有报送",
    Severity.ERROR,
    scope=Scope.MERGE,
    why="全国汇总应有全部报送单位；缺少的单位不作任何估计，汇总数不含这些单位。",
    clause="通知第二部分",
    example="文件夹中没有海南省的调查表 → 催报后重新汇总",
)
SUPERSEDED = declare(
    "M702 同一地区多次报送，内容不同",
    Severity.QUERY,
    scope=Scope.MERGE,
    why="取最新的一份：都来自邮件的，比邮件日期；否则先看文件名中的“更正”“修改”“最终”，再比文件里记录的保存日期，最后比电脑上的文件日期。"
    "名称注明是旧的、去年的、别的年度的、作废的或测试的，不取代没有这样注明的。其余的已被取代，不计入汇总，请确认；新的一份名称或邮件注明更正、修改、"
    "以本次为准（旧的一份没有这样注明），或者不同的栏目都是提过问题的，就只是提示。都分不出先后的，一份也不计，是强制性错误。",
    example="广东省1月5日和1月9日各报送一份，广州市的数不同 → 只保留最终的一份",
)
COPY_IGNORED = declare(
    "M703 重复的文件，内容相同",
    Severity.NOTE,
    scope=Scope.MERGE,
    why="内容完全相同的只计一次。",
    example="同一个附件保存了两次 → 只保留一份",
)


@query(
    "M705 报送年度与汇总年度不同，或写得不一致",
    why="表写明是其他年度的，不计入汇总；单位只报了其他年度的，按没有报送处理，是强制性错误。时间先看表的标题和栏目名称的括号，再看表格上方只写时间的行、"
    "每行都写时间的一栏，最后看工作表名称和文件名；填报、报送的日期不算。只有名称写的是别的年度的，写的是一段时间（1—11月、上半年）的，照常计入；"
    "同一地区另有全年的，以全年的为准；只有几段时间、没有全年的，都不计入。写得不一致的都请核对。",
    clause="附表1填表说明第2条",
    example="汇总今年的，收到标题是上一年度的调查表；标题是本年度的，文件名写的是上一年 → 换成本年度的调查表；只是标题、名称没有改的，改正过来",
)
def other_year(case: Case) -> Iterator[Hit]:
    """Rows, tables and sheets of another period, and evidence that contradicts a table's period."""
    filing = case.filing
    for table in filing.tables:
        for rows in table.other_years:
            first = rows.rows[0].place
            fact = "从第{row}行起的{number}行（{regions:、}）注明是{period}的数据，没有读取"
            request = "是本年度的请改正；不是的请删去，或在任一行的备注中写明“{period}的……”是什么。"
            names = Several(rows.names[:3])
            numbers = {"row": first.row, "number": len(rows.rows)}
            message = compose(fact, request, regions=names, period=f"{rows.period}", **numbers)
            yield Hit(message, table, place=first, named=_names_of([rows.period]))
    yield from left_out_hits(filing, of_year=True)
    tables = [(table, _evidence(table)) for table in filing.tables]
    alike = grouped(tables, lambda of: (of[0].period, *((each.source.kind, each.value) for each in of[1])))
    for same in alike.values():  # Forms with the same evidence are asked about once.
        if hit := _period_hit(*same[0]):
            yield replace(hit, table=None) if len(same) == len(tables) else hit


def _evidence(table: Table) -> list[Evidence[Period]]:
    """The strongest evidence of a table's period, then the evidence of each other period."""
    if (period := table.period) is None:
        return []
    year = period.year or period.last.year
    evidence = [(item, item.value.of_year(year)) for item in ranked(table.evidence)]
    agreeing = next(([item] for item, value in evidence if value == period), [])
    others = [
        item
        for item, value in evidence
        if not (period.within(value) or (value.year is not None and value.year == period.year))
    ]
    return [*agreeing, *against(others, period)]


def _period_hit(table: Table, evidence: Sequence[Evidence[Period]]) -> Hit | None:
    """A hit where this evidence contradicts itself, or is not of a calendar year; else None."""
    if (period := table.period) is None:
        return None
    place = next((item.source.place for item in evidence if item.source.place), None)
    every = Several(item.described() for item in evidence)
    agreeing = [item for item in evidence if item.value.of_year(period.last.year) == period]
    if len(evidence) == len(agreeing) and period.year is not None:
        message = compose("{every:，}，按{year}年度的数据处理", every=every, year=period.year)
        return Hit(message, table, place=place, severity=Severity.NOTE) if period.is_shifted else None
    if len(evidence) > len(agreeing):
        fact = "时间写得不一致：{every:，}" + ("" if agreeing else "，表里没有写明年度")
        request = "按{period}的数据处理，请核对有没有交错文件，写错的请改正；没有错的，在任一行的备注中写明“确为{period}的数据，……”。"
    else:
        fact = "{every:，}，不是全年的数据"
        request = "照常计入，请报送全年的；确是全年的，请改正写的时间；只有这些的，在任一行的备注中写明“确为{period}的数据，因……”。"
    message = compose(fact, request, every=every, period=f"{period}")
    return Hit(message, table, place=place, named=_names_of([period, *(item.value for item in evidence)]))


def _names_of(periods: Iterable[Period]) -> tuple[str, ...]:
    """The names of these periods, of which a reason must hold one: 2018, 2019年1—11月."""
    return tuple(dict.fromkeys(name for period in periods for name in (f"{period}", f"{period.last.year}")))


def only_parts(sent: Sequence[tuple[Table, Row]], unit: Unit | None) -> Finding:
    """M705 about regions that sent only parts of the year: none of these rows counts."""
    tables = {table.file: table for table, _ in sent}
    regions = dict.fromkeys(row.called for _, row in sent)
    of_file = {row.called for table, row in sent if table.file == sent[0][0].file}
    periods = dict.fromkeys(f"{table.part}" for table, _ in sent)
    more = f"等{len(regions)}个地区" if len(regions) > _MOST_NAMED else ""
    fact = f"{{regions:、}}{more}只有几段时间的数据（{{periods:、}}），没有全年的，都不计入汇总"
    named = Several(name if name in of_file else OtherRegion(name) for name in [*regions][:_MOST_NAMED])
    message = compose(fact, "请报送全年的数据。", regions=named, periods=Several(periods))
    first, *others = [located(table, place=next(iter(table.headings.values()))) for table in tables.values()]
    return other_year.finding(message, unit, first, *others, severity=Severity.ERROR)


def gives_way(table: Table, rows: Sequence[Row], by: str, unit: Unit | None) -> Finding:
    """M705, a note, about rows of a part of the year: the file ``by`` has their regions for the whole year."""
    fact = "{number}个地区是{period}的数据，以{file}中全年的为准，不计入汇总"
    message = compose(fact, number=len(rows), period=f"{table.part}", file=File(by))
    return other_year.finding(message, unit, located(table, rows[0]), Location(by), severity=Severity.NOTE)


LATE = declare(
    "M704 超过报送期限",
    Severity.NOTE,
    scope=Scope.MERGE,
    why="第一次来信晚于通知规定的报送期限；不是从邮件收到的，不作判断；期限前来过信、后来补报或更正的，不算逾期。逾期的照常汇总，仅作提示。",
    clause="通知第二部分第（二）条",
    example="邮件日期晚于报送期限 → 在报送期限前报送",
)
LOST_ROW = declare(
    "M706 更正后的文件少了一行",
    Severity.QUERY,
    scope=Scope.MERGE,
    why="较新的文件含有旧文件过半数的地区，就是它的更正版；旧文件有而更正版没有的地区不再计入，请确认不是漏填。",
    example="第一次报了21个市，更正版只有20个市 → 更正版补上这个市；或确认它应当删去",
)

SignOfLife = Filing | Unreadable | CoveringLetter
"""Whatever shows that a respondent has written."""


def late(came: Sequence[SignOfLife], edition: Edition, *, by_city: bool) -> Iterator[Finding]:
    """M704 where the first mail of a unit, or of one of its cities, is dated after the deadline."""
    deadline = edition.notice.deadline
    heard_of = set[str | None]()
    no_file = all(isinstance(each, CoveringLetter) for each in came)
    for mail in sorted(came, key=lambda mail: mail.received or datetime.min):
        regions = _regions_of(mail, came) if by_city else {None}
        day = beijing(mail.received).date() if mail.received else None
        if day is None and isinstance(mail, CoveringLetter):
            continue
        if day and deadline and day > deadline:
            if heard_of.issuperset(regions) or (isinstance(mail, CoveringLetter) and not no_file):
                continue
            sent, until = (f"{d.year}年{d.month}月{d.day}日" for d in (day, deadline))
            message = compose("邮件于{day}发出，晚于报送期限{until}", day=sent, until=until)
            yield LATE.finding(message, mail.unit, Location(mail.file))
        heard_of |= regions


def _regions_of(mail: SignOfLife, came: Sequence[SignOfLife]) -> set[str | None]:
    """The regions of a mail: of its rows, the one that it names, or those of its sender's filings."""
    if isinstance(mail, Filing):
        return mail.regions
    if mail.region:
        return {mail.region}
    if isinstance(mail, Unreadable):
        return {region.name for region in mail.unit.regions} if mail.unit else {None}
    of_sender = [other.regions for other in came if isinstance(other, Filing) and other.sender == mail.sender]
    return set[str | None]().union(*of_sender)


def of_other_year(
    filings: Iterable[Filing], reasons: Mapping[str, str], edition: Edition, reporting: Container[Unit | None]
) -> Iterator[Finding]:
    """M705 about files of another year, each with its reason; errors where the unit is not ``reporting``."""
    for filing in filings:
        alone = filing.unit is not None and filing.unit not in reporting
        periods = [table.period for table in filing.tables]
        described = (item.described() for item in ranked(filing.evidence) if item.value in periods)
        reported = next(described, compose("表中写的是{year}年度", year=filing.year or 0))
        request = "交错了的请重新报送；没有交错的，在任一行的备注中写明“{then}年的……”是什么。"
        message = compose(
            "{reported}，本次汇总的是{year}年度，{rows}行数据都不计入",
            "没有收到本年度的数据，请报送。" if alone else request,
            then=filing.year or 0,
            reported=reported,
            year=edition.year,
            rows=sum(len(table.rows) for table in filing.tables),
        )
        severity = Severity.ERROR if alone else None
        found = other_year.finding(message, filing.unit, Location(filing.file), severity=severity)
        reason = "" if alone else reasons[filing.file]
        yield replace(found, explained=bool(reason), reason=reason)


def missing(
    statuses: Iterable[UnitStatus], others: Sequence[tuple[Unit | None, str, Message]], year: int
) -> Iterator[Finding]:
    """M701 about units without a filing of the year; ``others``: unit, file and kind of what came instead."""
    for unit in (item.unit for item in statuses if not item.files):
        message = compose("{unit}没有报送，汇总数不含该单位，请催报", unit=unit.name)
        sent = [(file, what) for of, file, what in others if of is unit]
        if sent:
            listed = Several(compose("{file}（{what}）", file=File(file), what=what) for file, what in sent)
            fact = "{unit}没有可以计入的{year}年度数据：收到的是{sent:、}"
            message = compose(fact, "汇总数不含该单位，请催报。", unit=unit.name, year=year, sent=listed)
        yield UNIT_MISSING.finding(message, unit, Location(), *[Location(file) for file, _ in sent])
