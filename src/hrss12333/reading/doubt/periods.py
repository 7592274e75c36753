"""What in a text stands for a time, each replaced by one sign: a part of the year, a month or day, another year.

Months that are named in parts which make up the year (上半年 …，下半年 …) stand for all of it, unless the text limits itself to
one of them (仅下半年数据，上半年未上线).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.words import EARLIER, LATER, MONTH, PART, WHOLE, limits, times
from hrss12333.survey.written_years import full_years

DATED = "\ue080"
"""A month or day of the year reported on that names the year, too; a `MONTH` where the difference does not matter."""
SENT = "\ue081"
"""A day of January or February of no year: that of sending; a `LATER` where the difference does not matter."""
PLAIN = str.maketrans({DATED: MONTH, SENT: LATER})
_NUMERALS = {
    word: str(number)
    for number, word in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
} | {"两": "2"}
_TO = r"(?:至|到|-|~)+"
_SPELT = lazy(r"(?:十[一二]?|[一二两三四五六七八九])(?=个?月|个?季度|[至到\-~、]第?[二三四2-4]个?季度)")
_MONTHS = lazy(
    rf"(?:(?P<year>20\d\d)[年./-])?(?<!\d)0?(?P<first>\d{{1,2}})(?:月份?|[./])?(?:\d{{1,2}}[日号]?)?{_TO}"
    r"(?:(?P<then>20\d\d)[年./-])?0?(?P<last>\d{1,2})月份?(?:\d{1,2}[日号]?|底|末)?",
    needs="月",
)
_DOTTED = lazy(
    rf"(?P<year>20\d\d)[./-]0?(?P<first>\d{{1,2}})(?:[./-]\d{{1,2}})?{_TO}"
    r"(?P<then>20\d\d)[./-]0?(?P<last>\d{1,2})(?:[./-]\d{1,2})?(?!\d)",
    needs="./-",
)
_DAY = lazy(
    r"(?<!\d)(?P<year>20\d\d|\d\d(?=年))(?:[年./-]0?(?P<month>\d{1,2})(?!\d)(?:[月./-]份?(?:0?(?P<day>\d{1,2})(?!\d)[日号]?)?)?"
    r"|(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d))(?P<end>底|末)?"
)
_MONTH = lazy(
    r"(?<!\d)0?(?P<month>\d{1,2})月份?(?:0?(?P<day>\d{1,2})[日号])?(?P<end>底|末|上旬|中旬|下旬|初)?", needs="月"
)
_YEAR = lazy(r"(?<!\d)(?P<year>20[0-4]\d)(?!\d|[次人个条名席通件号])年?度?(?:底|末|初|终)?")
_QUARTER = lazy(
    r"(?<![每各按个分])(?:[前头](?P<upto>[123])个?季度?|第?(?P<one>[1-4])(?:[至到\-~]第?(?P<then>[2-4]))?季度)(?:末|底)?",
    needs="季",
)
_HALF = lazy(r"(?P<half>[上下前后])半年度?", needs="半")
_COUNT = lazy(r"(?:(?P<which>前|最后|后|近)?(?P<number>\d{1,2})个月|前(?P<upto>\d{1,2})月)(?!以[内上])", needs="月")
_TIMELY = frozenset("月季半")
_YEAR_MONTHS = frozenset(range(1, 13))
_LAST_DAYS, _SENDING = 30, 2


def dated(text: str, year: int | None) -> str:
    """The text, with years and what is dated by its year as signs: 2018年 `EARLIER`, 2020年3月 `LATER`."""
    if not any(map(str.isdecimal, text)):
        return text
    text = _DAY.sub(lambda match: _sign_of_day(match, year), full_years(text))
    return _YEAR.sub(lambda match: _of_year(int(match["year"]), year, WHOLE), text)


def with_times(text: str, year: int | None) -> str:
    """The text with all that stands for a time as signs; ``year`` is the year reported on."""
    if not (_TIMELY.isdisjoint(text) and not any(map(str.isdecimal, text))):
        text = _with_numbers(text, year)
    for word, sign in times():
        if word in text:
            text = text.replace(word, sign)
    return text


def _with_numbers(text: str, year: int | None) -> str:
    parts: list[frozenset[int]] = []
    text = _SPELT.sub(lambda match: _NUMERALS[match[0]], full_years(text))
    for pattern in (_DOTTED, _MONTHS):
        text = pattern.sub(lambda match: _range(match, year, parts), text)
    text = dated(text, year)
    for pattern, months_of in ((_COUNT, _counted_months), (_QUARTER, _quarters), (_HALF, _half)):
        text = pattern.sub(partial(_sign_of_months, months_of, parts), text)
    text = _MONTH.sub(_month, text)
    whole = len(parts) > 1 and frozenset().union(*parts) == _YEAR_MONTHS and not any(word in text for word in limits())
    return text.replace(PART, WHOLE) if whole else text


def _of_year(named: int, year: int | None, own: str) -> str:
    """The sign for what is of a year, ``own`` where it is the year reported on."""
    if year is None or named == year:
        return own
    return EARLIER if named < year else LATER


def _range(match: re.Match[str], year: int | None, parts: list[frozenset[int]]) -> str:
    first, last = int(match["first"]), int(match["last"])
    years = [int(named) for named in (match["year"], match["then"]) if named]
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return match[0]
    if year and years and any(named != year for named in years):
        return EARLIER if min(years) < year else LATER
    if first == last:
        return MONTH  # days of a month
    return _sign_of_months(lambda _: frozenset(range(first, last + 1)), parts, match)


def _sign_of_day(match: re.Match[str], year: int | None) -> str:
    named = int(match["year"]) if len(match["year"]) > 2 else 2000 + int(match["year"])
    month, day = (int(match[long] or match[short] or 0) for long, short in (("month", "m"), ("day", "d")))
    if not 1 <= month <= 12:
        return match[0]
    ends = month == 12 and (day >= _LAST_DAYS or bool(match["end"]))
    return _of_year(named, year, WHOLE if ends else DATED)


def _month(match: re.Match[str]) -> str:
    month, day = int(match["month"]), int(match["day"] or 0)
    if not 1 <= month <= 12:
        return match[0]
    if month == 12 and (day >= _LAST_DAYS or match["end"] in ("底", "末")):
        return WHOLE
    return SENT if day and month <= _SENDING else MONTH


def _sign_of_months(
    months_of: Callable[[re.Match[str]], frozenset[int]], parts: list[frozenset[int]], match: re.Match[str]
) -> str:
    """The sign for a part of the year, which is added to ``parts``, or for all of it."""
    months = months_of(match)
    if months == _YEAR_MONTHS:
        return WHOLE
    parts.append(months)
    return PART


def _counted_months(match: re.Match[str]) -> frozenset[int]:
    number = int(match["number"] or match["upto"])
    first = 1 if match["which"] in (None, "前") else 13 - number
    return frozenset(range(max(first, 1), min(first + number, 13)))


def _quarters(match: re.Match[str]) -> frozenset[int]:
    first = 1 if match["upto"] else int(match["one"])
    last = int(match["upto"] or match["then"] or first)
    return frozenset(range(3 * first - 2, 3 * last + 1))


def _half(match: re.Match[str]) -> frozenset[int]:
    return frozenset(range(1, 7) if match["half"] in "上前" else range(7, 13))
