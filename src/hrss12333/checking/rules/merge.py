"""Group M: findings among many filings, most of them the merger's, and a filing that contradicts itself on its year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from hrss12333.checking.reasons import reason_among
from hrss12333.checking.rule import Case, Hit, Scope, declare, query
from hrss12333.model.filing import CoveringLetter, Filing, Unreadable
from hrss12333.model.finding import MISSING_UNIT_ID, Finding, Location, Severity
from hrss12333.model.message import File, Message, Several, Words, compose
from hrss12333.model.national import UnitStatus, beijing
from hrss12333.model.text import against, ranked
from hrss12333.survey.editions.edition import Edition

UNIT_MISSING = declare(
    MISSING_UNIT_ID,
    Severity.ERROR,
    scope=Scope.MERGE,
    nothing_counted=True,
    title="有单位没有报送",
    why="全国汇总应有全部报送单位；缺少的单位不作任何估计，汇总数不含这些单位。",
    clause="通知第二部分",
    wrong="文件夹中没有海南省的调查表",
    right="催报后重新汇总",
)
SUPERSEDED = declare(
    "M702",
    Severity.QUERY,
    scope=Scope.MERGE,
    title="同一地区多次报送，内容不同",
    why="取最新的一份：都来自邮件的，比邮件日期；否则先看文件名中的“更正”“修改”“最终”，再比文件里记录的保存日期，最后比电脑上的文件日期。"
    "名称注明是旧的、去年的、别的年度的、作废的或测试的，不取代没有这样注明的。其余的已被取代，不计入汇总，请确认；新的一份名称或邮件注明更正、修改、"
    "以本次为准，或者不同的栏目都是提过问题的，就只是提示。都分不出先后的，一份也不计，是强制性错误。",
    wrong="广东省1月5日和1月9日各报送一份，广州市的数不同",
    right="只保留最终的一份",
)
COPY_IGNORED = declare(
    "M703",
    Severity.NOTE,
    scope=Scope.MERGE,
    title="重复的文件，内容相同",
    why="内容完全相同的只计一次。",
    wrong="同一个附件保存了两次",
    right="只保留一份",
)


@query(
    "M705",
    title="报送年度与汇总年度不同，或写得不一致",
    why="表写明是其他年度的，不计入汇总；单位只报了其他年度的，按没有报送处理，是强制性错误。年度先看表的标题和上方的文字，再看工作表名称、文件名、"
    "文件夹或压缩包名、邮件，最后看表格下方和填表说明。只有名称或邮件写的年度不同的，照常计入。写得不一致的都请核对。",
    clause="附表1填表说明第2条",
    wrong="汇总今年的，收到标题是上一年度的调查表；标题是本年度的，文件名写的是上一年",
    right="换成本年度的调查表；只是标题、名称或填表说明没有改的，改正过来",
)
def other_year(case: Case) -> Iterator[Hit]:
    """Evidence that a filing is of another year than by the strongest evidence."""
    filing = case.filing
    for table in filing.tables:
        for rows in table.other_years:
            fact = "从第{row}行起的{number}行（{regions:、}）注明是{year}年的数据，没有读取"
            regions, first = Several(map(Words, rows.names[:3])), rows.rows[0].place
            request = "是本年度的请改正；不是的请删去，或在任一行的备注中写明“{year}年的……”是什么。"
            message = compose(fact, request, row=first.row, number=len(rows.rows), regions=regions, year=rows.year)
            yield Hit(message, table, place=first, named=(str(rows.year),))
    year = filing.year
    others = against(filing.years, year) if year else []
    if not others:
        return
    reported = next((item for item in ranked(filing.years) if item.value == year), None)
    every = ([reported] if reported else []) + others
    places = (item.source.place for item in every)
    message = compose(
        "年度写得不一致：{every:，}" + ("" if reported else "，表里没有写明年度"),
        "按{year}年度处理，请核对有没有交错文件，写错的请改正；没有错的，在任一行的备注中写明“确为{year}年度的数据，……”。",
        every=Several(item.described("年度") for item in every),
        year=year or 0,
    )
    yield Hit(message, place=next(filter(None, places), None), named=tuple(str(item.value) for item in every))


LATE = declare(
    "M704",
    Severity.NOTE,
    scope=Scope.MERGE,
    title="超过报送期限",
    why="第一次来信晚于通知规定的报送期限；不是从邮件收到的，不作判断；期限前来过信、后来补报或更正的，不算逾期。逾期的照常汇总，仅作提示。",
    clause="通知第二部分第（二）条",
    wrong="邮件日期晚于报送期限",
    right="在报送期限前报送",
)
LOST_ROW = declare(
    "M706",
    Severity.QUERY,
    scope=Scope.MERGE,
    title="更正后的文件少了一行",
    why="较新的文件含有旧文件过半数的地区，就是它的更正版；旧文件有而更正版没有的地区不再计入，请确认不是漏填。",
    wrong="第一次报了21个市，更正版只有20个市",
    right="更正版补上这个市；或确认它应当删去",
)


Heard = Filing | Unreadable | CoveringLetter
"""What a respondent may be heard of by."""


def late(came: Sequence[Heard], edition: Edition, *, by_city: bool) -> Iterator[Finding]:
    """What is first heard of a respondent past the edition's deadline, by the date of its mails alone, whatever was
    attached. ``came`` is of one unit; where its cities are the respondents, each is heard of by its own rows."""
    last, heard = edition.notice.deadline, set[str | None]()
    no_file = all(isinstance(each, CoveringLetter) for each in came)
    for mail in sorted(came, key=lambda mail: mail.received or datetime.min):
        about = _regions_of(mail, came) if by_city else {None}
        day = beijing(mail.received).date() if mail.received else None
        if day is None and isinstance(mail, CoveringLetter):
            continue
        if day and last and day > last:
            if heard.issuperset(about) or (isinstance(mail, CoveringLetter) and not no_file):
                continue
            sent, until = (f"{d.year}年{d.month}月{d.day}日" for d in (day, last))
            message = compose("邮件于{day}发出，晚于报送期限{until}", day=sent, until=until)
            yield LATE.finding(message, mail.unit, Location(mail.file))
        heard |= about


def _regions_of(mail: Heard, came: Sequence[Heard]) -> set[str | None]:
    """The regions that a mail is from: those of its rows, else the one that it names, else those of its sender's."""
    if isinstance(mail, Filing):
        return {row.region for table in mail.tables for row in table.rows}
    if mail.region:
        return {mail.region}
    if isinstance(mail, Unreadable):
        return {region.name for region in mail.unit.regions} if mail.unit else {None}
    own = (other for other in came if isinstance(other, Filing) and other.sender == mail.sender)
    return {row.region for filing in own for table in filing.tables for row in table.rows}


def of_other_year(filings: Iterable[Filing], edition: Edition, reporting: Iterable[str]) -> Iterator[Finding]:
    """Files of another year than the one merged; an error where the unit, none of those reporting, sent nothing else."""
    with_data = set(reporting)
    for filing in filings:
        alone = filing.unit is not None and filing.unit.code not in with_data
        reported = (item.described("年度") for item in ranked(filing.years) if item.value == filing.year)
        message = compose(
            "{reported}，本次汇总的是{year}年度，{rows}行数据都不计入",
            "这个单位没有报送本年度的数据，请报送。"
            if alone
            else "交错了的请重新报送；没有交错的，在任一行的备注中写明“{own}年的……”是什么。",
            own=filing.year or 0,
            reported=next(reported, compose("表中写的是{year}年度", year=filing.year or 0)),
            year=edition.year,
            rows=sum(len(table.rows) for table in filing.tables),
        )
        found = other_year.finding(
            message, filing.unit, Location(filing.file), severity=Severity.ERROR if alone else None
        )
        reason = "" if alone else reason_among(filing.tables, [str(filing.year)])
        yield replace(found, explained=bool(reason), reason=reason)


def missing(
    statuses: Iterable[UnitStatus], others: Mapping[str, Sequence[tuple[str, Message]]], year: int
) -> Iterator[Finding]:
    """Units that sent nothing of the year; ``others``: name of a unit → its files, each with what it is instead."""
    for unit in (item.unit for item in statuses if not item.files):
        message = compose("{unit}没有报送，汇总数不含该单位，请催报", unit=unit.name)
        sent = others.get(unit.name, ())
        if sent:
            listed = Several(compose("{file}（{what}）", file=File(file), what=what) for file, what in sent)
            fact = "{unit}没有可以计入的{year}年度数据：收到的是{sent:、}"
            message = compose(fact, "汇总数不含该单位，请催报。", unit=unit.name, year=year, sent=listed)
        yield UNIT_MISSING.finding(message, unit, Location(), *[Location(file) for file, _ in sent])
