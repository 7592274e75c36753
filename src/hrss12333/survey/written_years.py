"""Years as people write them: 18年度, 二〇一八年 and 2018年 are one."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import UNITS, half_width

_NOUGHTS = "〇○零◯OＯ0０"
_YEAR_NUMERALS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | dict.fromkeys(_NOUGHTS, "0")
_SPELT = rf"二[{_NOUGHTS}][一二][一二三四五六七八九{_NOUGHTS}](?=年)"
_SHORT_YEAR = re.compile(r"(?<!\d)\d\d年")
"""A part of every such year; the pattern that follows is only tried where it is found."""
_SHORT = r"(?<![\d第近满前后共历过已续行约月线通])(?<!\d[.\-/])['’]?(1[5-9]|2\d)(?=年(?!\s*\d{1,2}\s*[月日])(?!来(?!电)|[间内以前后多余里版级]))"
"""A year without its century: neither part of a date (18年3月) nor a number of years (运行18年, 10年来)."""
_SEPARATOR = r"\s*[.\-/]\s*"
_YEAR = (
    rf"(?<!\d)(20\d\d)(?!\d|(?:{UNITS})(?!\w))(?:\s*(年度|年?全年度?)"
    rf"|\s*((?:年|[./])\s*0?1\s*[月./]?\s*(?:0?1\s*日?)?\s*[至到\-－—–~～])"
    rf"|(?!\s*年\s*\d{{1,2}}\s*(?:[月日号]|[.\-/]\s*\d)|{_SEPARATOR}\d{{1,2}}(?!\d))\s*年?)"
    r"(?!\s*年?度?\s*(?:版|级|届|修订|印发|以来|起|[以之]?[前后](?!台)|同期|[对相]比|计划|规划|开通|成立|建成|上线|停用|[〕\]］]))"
)
"""A year, what makes it that of figures (2018年度, 2018年1月1日至), and neither a count (2000人次), nor a date, nor the year of
something else."""
_BEFORE = ("较", "比", "自", "从", "拟", "将", "预计", "计划", "截至", "截止")
_SENDING = ("填报", "填表", "填写", "报送", "上报", "制表", "编制", "修改", "更新", "更正", "补报")
_LAST_YEAR_PATTERN = r"(?<![比较与和及含同跟])(?:[去往]年|上一?年)(?!度?.{0,2}(?:同期|[对相]?比))"
"""The year before the survey's, in a pattern; not where something is compared with it."""
_OF_TITLES = ("调查表", "统计表", "情况表", "汇总表", "数据表", "报表", "12333", "电话服务", "电话系统")
_TIMES = rf"20\d\d\s*(?:年度?)?|(?<!\d)\d{{1,2}}(?!\d)\s*[月日]?份?|全年|{_LAST_YEAR_PATTERN}度?|[至到]|[\W_]"
_STATEMENT = (
    r"(?!.*(?:填报|填表|报送|上报|制表)(?:时间|日?期))(?:备?注|说明|以上|上述|[本此该]|所填|表|[中内页]|统计|数据|采集|报告|所属|报表|报送|填报"
    r"|年度|年份|周期|期间?|时间|时段|范围|口径|[均都全为是系的数]|数字|情况)*"
)
"""The rest of a line that states the year of its table: nothing, 统计时间, 以上均为…数据."""
_OF_ELSE = ("请", "根据", "按照", "通知", "要求", "计划", "目标", "安排", "较比", "同比", "相比", "对比")
"""Words about another year than the table's."""
_SENT = r"20\d\d年度?[^，。；]{0,20}(?:表|数据|材料)"
_LONGEST_LINE = 60


def full_years(text: str) -> str:
    """A text with its years in four figures: 18年度 as 2018年度, 二〇一八年 as 2018年."""
    if "年" not in text:
        return text
    if "二" in text:
        text = re.sub(_SPELT, lambda match: "2" + "".join(_YEAR_NUMERALS[sign] for sign in match[0][1:]), text)
    return re.sub(_SHORT, r"20\1", text) if _SHORT_YEAR.search(text) else text


class Written(Struct, frozen=True):
    """A year as a text names it."""

    year: int
    yearly: bool
    """Whether words behind it (年度, 全年, its first month) make it that of figures, whenever they were sent."""


def years_in(text: str) -> tuple[Written, ...]:
    """The years that a text names: neither dates nor a document's number, a version or what something is compared with, nor
    when it was sent (2018年调查表（2019年填报）)."""
    if "20" not in (text := full_years(text)):
        return ()
    found = [
        (Written(int(year[1]), bool(year[2] or year[3])), text[year.end() :].lstrip().startswith(_SENDING))
        for year in re.finditer(_YEAR, text)
        if not text[: year.start()].rstrip().endswith(_BEFORE)
    ]
    figures = [year for year, sent in found if not sent]
    return tuple(figures or [year for year, _ in found])


def _names_last_year(text: str) -> bool:
    """Whether a text is about the year before, and does not compare with it."""
    return "年" in text and bool(re.search(_LAST_YEAR_PATTERN, text))


def year_of_line(line: str, survey: int) -> tuple[int, bool] | None:
    """The year that a line gives the figures of its table, and whether it is their title; 上年 is before ``survey``."""
    plain = full_years(half_width(line))
    named = years_in(plain)
    years = {item.year for item in named} or ({survey - 1} if _names_last_year(plain) else set())
    if len(years) != 1:
        return None
    stated = bool(re.fullmatch(_STATEMENT, re.sub(_TIMES, "", plain)))
    titled = any(word in plain for word in _OF_TITLES)
    own = (
        len(plain) <= _LONGEST_LINE
        and not any(word in plain for word in _OF_ELSE)
        and (titled or any(item.yearly for item in named))
    )
    return (years.pop(), titled and not stated) if stated or own else None


@lru_cache(maxsize=4096)
def year_in_name(name: str, survey: int) -> int | None:
    """The year that a name gives to figures; None where it names none, or several.

    A later year than that of the ``survey`` is the day of sending, unless 年度 is behind it.
    """
    named = years_in(name)
    meant = {item.year for item in named if item.yearly} or {item.year for item in named if item.year <= survey}
    if not named and _names_last_year(name):
        meant = {survey - 1}
    return meant.pop() if len(meant) == 1 else None


def year_in_mail(line: str, survey: int) -> int | None:
    """The year that a line of a mail's text gives to what it brings: 现报送2018年12333电话服务情况调查表."""
    return year_in_name(line, survey) if re.search(_SENT, full_years(line)) else None
