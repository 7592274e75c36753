"""The times in a text: periods, from day to day, and days of sending."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import MEASURES, half_width

_LONGEST = 20_000
"""Characters of a text that are searched."""
_NEAR = 14
"""Characters around a time in which a word of sending is looked for."""
_SHIFT = timedelta(days=31)
"""The most that twelve months may be shifted from the calendar year and still count as that year."""
_TWELVE_MONTHS = range(363, 367)
"""Days from the first to the last of twelve months, as people count them."""


class Period(Struct, frozen=True, order=True):
    """A time from one day to another."""

    first: date
    last: date
    has_year: bool = True
    """Whether its year is written rather than taken from the survey."""
    yearly: bool = False
    """Whether its words (2018年度) or months make it a year, so that it is no time of sending."""

    @property
    def year(self) -> int | None:
        """The year that it covers, perhaps shifted by a month, or whose end it is (2018年末); else None."""
        if self.last == self.first:
            return self.last.year if (self.last.month, self.last.day) == (12, 31) else None
        near = (self.first + _SHIFT).year
        ends = abs(self.first - date(near, 1, 1)), abs(self.last - date(near, 12, 31))
        return near if (self.last - self.first).days in _TWELVE_MONTHS and max(ends) <= _SHIFT else None

    @property
    def is_shifted(self) -> bool:
        """Whether it counts as a year but is shifted from the calendar year."""
        days = (self.first.month, self.first.day), (self.last.month, self.last.day)
        return self.year is not None and self.first != self.last and days != ((1, 1), (12, 31))

    def year_beside(self, survey: int) -> int | None:
        """The other year that it covers or lies in; None if it includes days of the survey's."""
        if self.year is not None:
            return self.year if self.year != survey else None
        return self.last.year if self.last.year < survey or self.first.year > survey else None

    def within(self, other: Period) -> bool:
        """Whether all of its days are in the other's."""
        return other.first <= self.first and self.last <= other.last

    def of_year(self, year: int) -> Period:
        """The same days of another year, if it names no year."""
        if self.has_year:
            return self
        return replace(self, first=_moved(self.first, year), last=_moved(self.last, year))

    def __str__(self) -> str:
        """2018年, 2019年1—11月, 2018年12月26日至2019年12月25日."""
        if self.year == self.first.year == self.last.year and not self.is_shifted:
            return f"{self.year}年"
        of_months = self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]
        if of_months and self.first.year == self.last.year:
            until = "" if self.first.month == self.last.month else f"—{self.last.month}"
            return f"{self.first.year}年{self.first.month}{until}月"
        days = [f"{day.year}年{day.month}月{day.day}日" for day in (self.first, self.last)]
        return "至".join(dict.fromkeys(days))


class Times(Struct, frozen=True):
    """All times in a text."""

    periods: tuple[Period, ...] = ()
    sendings: tuple[Period, ...] = ()
    """Days, or months, on which something is filled in or sent."""
    rest: str = ""
    """The text without times and blanks."""

    @property
    def period(self) -> Period | None:
        """The period meant: of nested ones the shortest, else the span of all; None without any."""
        if not self.periods:
            return None
        year = next((item.first.year for item in self.periods if item.has_year), self.periods[0].first.year)
        every = [item.of_year(year) for item in self.periods]
        shortest = min(every, key=lambda item: item.last - item.first)
        if all(shortest.within(item) for item in every):
            return replace(shortest, has_year=any(item.has_year for item in every))
        first, last = min(item.first for item in every), max(item.last for item in every)
        return Period(first, last, any(item.has_year for item in every))

    @property
    def is_alone(self) -> bool:
        """Whether the text is only a period, with or without its label."""
        return bool(self.periods) and not re.sub(_LABELS, "", self.rest)


_LABELS = (
    r"统计|数据|采集|报告|调查|截[至止]|所属|报表|填报|报送|年度|年份|周期|期间|时间|时段|时期|日期|区间|起止|范围|口径|情况|数字|数值|以[上下]|上述|下[表列]|全年|[底末]"
    r"|[本此该表期均都全为是系的数自从起止]|[\W_]"
)
"""Words that make up a period's label: 统计时间, 数据采集周期, 以上均为…数据."""


def _moved(day: date, year: int) -> date:
    """The same day of another year; the last day of a month stays its last."""
    last = monthrange(year, day.month)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return day.replace(year=year, day=last if is_last else min(day.day, last))


def year_period(year: int) -> Period:
    """The year from its first to its last day."""
    return _months(year, 1, 12)


def names_other_time(text: str, survey: int) -> bool:
    """Whether a text names another year than the survey's, or a part of one."""
    return any(item.year != survey for item in times_in(text, survey).periods)


# Written forms

_NOUGHTS = "〇○零◯OＯ0０"
_FIGURES = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_YEAR_NUMERALS = {sign: str(number) for sign, number in _FIGURES.items()} | dict.fromkeys(_NOUGHTS, "0")
_SPELT = rf"二[{_NOUGHTS}][一二][一二三四五六七八九{_NOUGHTS}](?=年)"
_SHORT_YEAR = re.compile(r"(?<!\d)\d\d年")
"""A quick test: the slower pattern below is tried only where this one matches."""
_SHORT = (
    r"(?<![\d第近满前后共历过已续行约月线通])(?<!\d[.\-/])['’]?(1[5-9]|2\d)(?=年(?!来(?!电)|[间内以前后多余里版级]))"
)
"""A year without its century; a number of years is none: 运行18年, 10年来."""
_TILL = r"(?:起?,?[至到]|[—–―~\-]{1,2})"
_TO = re.compile(_TILL)
_ONES = "一二三四五六七八九十"
_NUMERAL = rf"(?<![统同单唯万{_ONES}])([{_ONES}]{{1,3}})(?=[月日号]|个?季[度报]|个月|{_TILL}第?[{_ONES}\d]{{1,3}}(?:月|个?季度))"
"""A Chinese numeral before 月, 日, 季度, or at the start of a range of these; 统一 has none."""
_TWO = r"(?<=[前头首])两(?=个?季|个月)"
_FIRST_MONTH = rf"[元正](?=月|{_TILL}\d{{1,2}}月)"
_NO_TIME = (
    r"[〔\[(【]20\d\d[〕\])】]第?\d{1,5}号|20\d\d年?(?:版|修订)|[较比与和同](?:上一?年|去年)|(?:上一?年|去年)度?同期"
    r"|[\w.+-]{1,60}@[\w.-]{1,60}"
)
"""Years that are no time: in document numbers, versions, comparisons with last year, addresses."""
_FORM_NUMBER = r"(附[表件]\d)(?=[\d二])"
"""The number of a form before a year: 附表12018年度, 附表1二〇一八年."""
_CLOCK = r"(?:(?<=[日号])|(?<=\d)\s)\d{1,2}(?:[时点]|:\d\d(?::\d\d)?)"
_BOTH_HALVES = r"上(?:半年)?[、和及]?下半年"
_YEAR = r"(?:19[5-9]\d|20\d\d)"
_MONTH_AND_DAY = rf"({_YEAR}年)(\d{{1,2}})[./](\d{{1,2}})({_TILL})(\d{{1,2}})[./](\d{{1,2}})(?!\d)"
_COUNTED = rf"第?(?:\d{{1,2}}|[{_ONES}]{{1,3}})"
_LISTED = rf"(?<![\d.{_ONES}]){_COUNTED}(?:[、和及]{_COUNTED}){{1,11}}(?=月(?!\d)|个?季)"
_NUMBER_OF_YEAR = r"(?:[1１][9９]|[2２][0０])\d\d"
_MONTH, _DAY_OF_MONTH = r"(?:1[0-2]|0?[1-9])", r"(?:[12]\d|3[01]|0?[1-9])"
_NUMERIC = (
    rf"(?<!\d)(?<!\d\.)(?P<ny>{_YEAR})(?P<s>[./-])(?P<nm>{_MONTH})(?:(?P=s)(?P<nd>{_DAY_OF_MONTH}))?(?![.]?\d)月?"
)
_POINT = re.compile(
    rf"(?<!\d)(?P<cy>{_YEAR})(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01])?(?!\d|{MEASURES})|{_NUMERIC}"
    rf"|(?<!\d)(?<!\d\.)(?:(?P<y>{_YEAR})(?:年度?|(?=[上下前后]?半年|[Qq]|第|[前头首]))的?)?(?:"
    rf"(?P<m>{_MONTH})(?:月份?(?:(?P<d>{_DAY_OF_MONTH})(?:[日号]|(?!\d|{MEASURES})))?|(?={_TILL}\d{{1,2}}(?:月|个月))|(?(y)(?={_TILL}\d{{1,2}}(?:[)\]]|$))|(?!)))"
    r"|(?:[前头首](?P<firsts>[2-4])个?季度?|(?P<quarters>[2-4])个季度)"
    rf"|第?(?P<q>[1-4])(?:季[度报]?|(?={_TILL}第?[1-4]季))|[Qq](?P<q2>[1-4])(?!\d)"
    r"|(?<![近每满约隔第])[前头首]?(?P<months>1[0-2]|[1-9])个月"
    r"|(?P<h>[上下前后])半年度?|(?P<h2>半)年[报度])"
    rf"|(?<!\d)(?<!\d\.)(?<![a-zA-Z])(?P<yy>{_YEAR})(?!\d|(?:{MEASURES})(?!\w))(?:(?P<end>年度?[末底])|(?P<yearly>年?度|年?全年度?)|年)?"
    r"|(?P<last>上一?年|[去往]年)(?P<yearly2>度)?|(?P<h3>[上下])半年度?"
)
"""A time, or the beginning of a range: 20181231, 2018-12-31, 2018年12月31日, 三季度, 前三季度, 11个月, 上半年, 2018年度, 2018年末, 上年."""
_END = re.compile(
    rf"(?P<em>{_MONTH})[./-](?P<ed>{_DAY_OF_MONTH})(?!\d)|(?P<cm>0[1-9]|1[0-2])(?P<cd>[0-3]\d)(?!\d)|(?P<n>\d{{1,2}})(?!\d)[月日]?"
)
"""The end of a range, if shorter than a full time: 2019.1-11, 2019.1.1-12.31, 20190101-1231."""
_UNTIL = re.compile(r"截[至止]到?$")
_OF_FIGURES = re.compile(r"(?:统计|数据|采集|所属|截[至止]|口径)[^\d，。；;]{0,6}$")
"""Words before a single day by which it is the figures' day, not a signature's."""

# Days of sending

_SENT = "填报|填表|填写|报送|上报|报出|制表|印发|发文|提交|补报|修改|更正|导出"
_SENT_BEFORE = re.compile(
    rf"(?:{_SENT}|(?<!数据)(?<!统计)截[至止])的?(?:起止|截[至止])?(?:时间|日期|期限|期间|年月|[日期])[:为是(_-]{{0,2}}$"
    rf"|(?:{_SENT})[:于][(]?$|请(?:务必)?[于在]$|(?<![计据集属止至])日期[:]?$"
)
_SENT_BEHIND = re.compile(
    rf"(?:以?前|之前|[日底末])?[)\]]?[请须需应再]?(?:{_SENT})(?!(?:时间|日期|期限|单位|人)?:|时间|日期|期限)|(?:以?前|之前)报"
)
"""Words after a day by which it is one of sending, unless they are the label of what follows."""
_REPORTED_BEHIND = re.compile(r"[)\]]?报(?:[送省部厅市区州至给]|人社|国|上级)")
"""Words after a month or a quarter by which it is a time of sending; 2018年报 is a year's report."""
_SIGNED = re.compile(r"(?:填表|填报|审核|制表|经办|复核|编制|审批|报送|主管)人")
"""A line with such a label is a sign-off line."""


def full_years(text: str) -> str:
    """A text with its years in four digits: 18年度 as 2018年度, 二〇一八年 as 2018年."""
    if "年" not in text:
        return text
    text = re.sub(_SPELT, lambda found: "2" + "".join(map(_YEAR_NUMERALS.__getitem__, found[0][1:])), text)
    return re.sub(_SHORT, r"20\1", text) if _SHORT_YEAR.search(text) else text


def _number(numeral: str) -> str:
    """A Chinese numeral in digits: 十二 as 12; a run of them (一二三季度) as the first to the last."""
    if "十" not in numeral and len(numeral) > 1:
        return f"{_number(numeral[0])}-{_number(numeral[-1])}"
    tens, ten, ones = numeral.partition("十")
    return str(10 * _FIGURES.get(tens, 1) + _FIGURES.get(ones, 0) if ten else _FIGURES.get(tens, 0))


def _apart(found: re.Match[str], figures: str) -> str:
    """Digits in place of a match, separated from digits before it: 附表1一季度."""
    return f" {figures}" if found.start() and found.string[found.start() - 1].isdecimal() else figures


def _range_of(found: re.Match[str]) -> str:
    """Consecutive months or quarters (1、2、3季度) as their range; others unchanged."""
    every = re.split("[、和及]", found[0].replace("第", ""))
    listed = [int(each if each.isdecimal() else _number(each)) for each in every]
    return f"{listed[0]}-{listed[-1]}" if listed == [*range(listed[0], listed[-1] + 1)] else found[0]


def unspaced(text: str) -> str:
    """A half-width text without blanks, except between figures or years, and after a month ending a line."""
    return re.sub(r"(?<![\d月])\s+|(?<=月)[^\S\n]+|\s+(?![\d二])", "", half_width(text))


def _plain(text: str) -> str:
    """A text in the form in which times are looked for: half-width, in digits, without blanks."""
    plain = re.sub(_FORM_NUMBER, r"\1 ", re.sub(_CLOCK, "", unspaced(text[:_LONGEST])))
    plain = re.sub(_LISTED, _range_of, re.sub(_BOTH_HALVES, "全年", full_years(plain)))
    plain = re.sub(_NUMERAL, lambda found: _apart(found, _number(found[1])), re.sub(_TWO, "2", plain))
    plain = re.sub(_MONTH_AND_DAY, r"\1\2月\3日\4\5月\6日", plain)
    return re.sub(_NO_TIME, " ", re.sub(_FIRST_MONTH, lambda found: _apart(found, "1"), plain))


@lru_cache(maxsize=8192)  # the texts above and below a table are those of the form
def times_in(text: str, survey: int, *, is_title: bool = False) -> Times:
    """All times in a text; a time after the survey's year is one of sending, but for 2020年度 or in a title."""
    if not any(sign in text for sign in "年月季半Qq") and not re.search(_NUMBER_OF_YEAR, text[:_LONGEST]):
        return Times(rest="".join(text.split()))
    plain = _plain(text)
    signed = bool(_SIGNED.search(plain))
    periods = list[Period]()
    sendings = list[Period]()
    rest = list[str]()
    done = 0
    year: int | None = None
    for start, end, found in _periods(plain, survey):
        before, behind = plain[max(done, start - _NEAR) : start], plain[end : end + _NEAR]
        period = replace(found.of_year(year), has_year=True) if year is not None else found
        year = period.last.year if period.has_year else year
        is_day = period.first == period.last and plain[end - 1] not in "末底" and not _OF_FIGURES.search(before)
        later = period.first.year > survey and not (is_title and period.year)
        sent = signed or _SENT_BEFORE.search(before) or _SENT_BEHIND.match(behind)
        reported = period.year is None and _REPORTED_BEHIND.match(behind)
        if is_day or ((later or sent or reported) and not period.yearly):
            sendings.append(period)
        else:
            since = date(period.last.year, 1, 1) if _UNTIL.search(before) else period.first
            periods.append(Period(since, period.last, period.has_year, period.yearly))
        rest.append(plain[done:start])
        done = end
    return Times(tuple(periods), tuple(sendings), "".join((*rest, plain[done:])).replace(" ", ""))


def _periods(plain: str, survey: int) -> Iterator[tuple[int, int, Period]]:
    """Beginning, end and days of each time in a text."""
    at = 0
    while found := _POINT.search(plain, at):
        at = found.end()
        point = _point(found, survey)
        if point is None:
            at = found.start() + 1
            continue
        until = _TO.match(plain, at)
        if until and (end := _end(plain, until.end(), point)):
            last, at = end
            first = point.of_year(last.last.year) if last.has_year else point
            if first.first <= last.last:
                whole = Period(first.first, last.last, first.has_year or last.has_year)
                yield found.start(), at, replace(whole, yearly=whole.year is not None)
                continue
            at = found.end()
        elif found["s"] == "-" and len(found["nm"]) == 1 and not found["nd"]:
            at = found.end("ny")  # 宁夏2019-1 is the first of several
            point = _months(int(found["ny"]), 1, 12)
        yield found.start(), at, point


def _point(found: re.Match[str], survey: int) -> Period | None:
    """The days of a time; None if there is no such day."""
    part = found.groupdict()
    named = next((part[key] for key in ("cy", "ny", "y", "yy") if part.get(key)), None)
    year = int(named) if named else survey - 1 if part["last"] else survey
    has_year = bool(named or part["last"])
    month = next((part[key] for key in ("cm", "nm", "m") if part[key]), None)
    day = part["cd"] or part["nd"] or part["d"]
    if month and day:
        return _day(year, int(month), int(day), has_year=has_year)
    if part["end"]:
        return _day(year, 12, 31)
    quarters, quarter = part["firsts"] or part["quarters"], part["q"] or part["q2"]
    half = part["h"] or part["h2"] or part["h3"]
    first, last = 1, 12
    if month:
        first = last = int(month)
    elif quarter:
        last = 3 * int(quarter)
        first = last - 2
    elif quarters or part["months"]:
        last = 3 * int(quarters) if quarters else int(part["months"])
    elif half:
        first, last = (7, 12) if half in ("下", "后") else (1, 6)
    yearly = bool(part["yearly"] or part["yearly2"]) or (last - first == 11 and not (part["yy"] or part["last"]))
    return _months(year, first, last, has_year=has_year, yearly=yearly)


def _end(plain: str, at: int, first: Period) -> tuple[Period, int] | None:
    """The end of a range and where it ends in the text; None if no end follows."""
    if (found := _POINT.match(plain, at)) and (point := _point(found, first.last.year)):
        has_year = bool(found["cy"] or found["ny"] or found["y"] or found["yy"])
        return Period(point.first, point.last, has_year), found.end()
    if not (found := _END.match(plain, at)):
        return None
    year, month = first.last.year, found["em"] or found["cm"]
    if month:
        last = _day(year, int(month), int(found["ed"] or found["cd"]))
    elif first.first == first.last:
        last = _day(year, first.last.month, int(found["n"]))
    else:
        quarterly = (first.last.month - first.first.month) == 2
        number = 3 * int(found["n"]) if quarterly else int(found["n"])
        is_month = number in range(1, 13) and first.last.month - first.first.month < 11
        last = _months(year, number, number) if is_month else None
    return (Period(last.first, last.last, has_year=False), found.end()) if last else None


def _day(year: int, month: int, day: int, *, has_year: bool = True) -> Period | None:
    if not (year >= 1 and 1 <= month <= 12) or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return Period(date(year, month, day), date(year, month, day), has_year)


def _months(year: int, first: int, last: int, *, has_year: bool = True, yearly: bool = False) -> Period:
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), has_year, yearly)


def written_day(text: str) -> date | None:
    """The day that a text consists of, with its year; else None."""
    found = times_in(text, date.min.year + 1)  # a day without a year is none, whatever the survey's
    only = found.sendings[0] if len(found.sendings) == 1 and not found.rest else None
    return only.first if only and only.has_year and only.first == only.last else None
