"""What a text names, each thing replaced by one sign: a part of the year, a month or day, another year, a figure, a share;
and what the words behind an answer do to it, which are read in that form.

Months that are named in parts which make up the year (上半年 …，下半年 …) stand for all of it, unless the text limits itself to
one of them (仅下半年数据，上半年未上线).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache, partial

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.words import (
    COLUMN,
    EARLIER,
    LATER,
    MONTH,
    NUMBER,
    OF_TIME,
    OWN_REGION,
    PART,
    PERCENT,
    REGION,
    WHOLE,
    Does,
    plain,
    table_lines,
    vocabulary,
)
from hrss12333.reading.values.numbers import MAGNITUDES, UNITS
from hrss12333.survey.written_years import full_years

_DATED = "\ue080"
"""A month or day of the year reported on that names the year, too; a `MONTH` where the difference does not matter."""
_SENT = "\ue081"
"""A day of January or February of no year: that of sending; a `LATER` where the difference does not matter."""
_SHOWN_AS = str.maketrans({_DATED: MONTH, _SENT: LATER})
_FIRST_COLUMN, _FIRST_REGION, _FIRST_NUMBER = 0xE100, 0xE400, 0xE800
MOST_SIGNS = 0x300
"""Columns, regions or figures of a text that are distinguished."""
_MONTH_NUMERALS = {word: str(number) for number, word in enumerate(["", *"一二三四五六七八九十", "十一", "十二"])} | {
    "两": "2"
}
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
_DATE = lazy(
    r"(?<!\d)(?P<year>20\d\d|\d\d(?=年))(?:[年./-]0?(?P<month>\d{1,2})(?!\d)(?:[月./-]份?(?:0?(?P<day>\d{1,2})(?!\d)[日号]?)?)?"
    r"|(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d))(?P<end>底|末)?"
)
_MONTH = lazy(
    r"(?<!\d)0?(?P<month>\d{1,2})月份?(?:0?(?P<day>\d{1,2})[日号])?(?P<end>底|末|上旬|中旬|下旬|初)?", needs="月"
)
_YEAR_IN_TEXT = lazy(r"(?<!\d)(?P<year>20[0-4]\d)(?!\d|[次人个条名席通件号])年?度?(?:底|末|初|终)?")
_COUNTED = lazy(
    r"(?:(?P<which>前|最后|后|近)?(?P<months>\d{1,2})个月|前(?P<first>\d{1,2})月)(?!以[内上])"
    r"|(?<![每各按个分])(?:[前头](?P<quarters>[123])个?季度?|第?(?P<one>[1-4])(?:[至到\-~]第?(?P<then>[2-4]))?季度)(?:末|底)?"
    r"|(?P<half>[上下前后])半年度?",
    needs="月季半",
)
"""Months, quarters and halves by their number."""
_TIMELY = frozenset("月季半")
_YEAR_MONTHS = range(1, 13)
_LAST_DAYS, _SENDING = 30, 2
_CLOCK = lazy(r"7[x×*]24(?:小时)?", needs="x×*")
_PERCENT = lazy(r"\d[\d.]*[%‰]|百分之[\d一二三四五六七八九十.]+|\d+/\d+", needs="%‰百/")
_HOTLINE = r"(?:12333|12345)(?!\d)"
_NUMBER_IN_TEXT = lazy(
    rf"(?<![\d.表件第])(?P<hotline>{_HOTLINE}(?:{UNITS})?)(?!\w)"
    rf"|(?<![\d.])(?<![表件第])(?!{_HOTLINE})(?!0\d)\d[\d,]*(?:\.\d+)?(?:{'|'.join(sorted(MAGNITUDES, key=len, reverse=True))})?(?:{UNITS}|家|处)?"
    rf"|[一二两三四五六七八九十几]+(?:个|名|人|家|条|次)|[一二两三四五六七八九][十百千万亿][一二三四五六七八九十百千万亿零]*",
)


@cache
def times() -> list[tuple[str, str]]:
    """Words for a time (去年) and the sign that stands for it, the longest first."""
    found = [(line[0], line[1]) for line in table_lines("doubt") if line[1] in OF_TIME]
    return sorted(found, key=lambda item: -len(item[0]))


def with_times(text: str, year: int | None) -> str:
    """The text with all that stands for a time as signs; ``year`` is the year reported on."""
    if not (_TIMELY.isdisjoint(text) and not any(map(str.isdecimal, text))):
        text = _with_numbers(text, year)
    for word, sign in times():
        if word in text:
            text = text.replace(word, sign)
    return text


def _with_numbers(text: str, year: int | None) -> str:
    parts: list[range] = []

    def sign_of(first: int, last: int) -> str:
        months = range(max(first, 1), min(last, 12) + 1)
        if months == _YEAR_MONTHS:
            return WHOLE
        parts.append(months)
        return PART

    text = _SPELT.sub(lambda match: _MONTH_NUMERALS[match[0]], full_years(text))
    for pattern in (_DOTTED, _MONTHS):
        text = pattern.sub(partial(_range, year, sign_of), text)
    text = _COUNTED.sub(partial(_counted, sign_of), _dated(text, year))
    text = _MONTH.sub(_month, text)
    if len(parts) > 1 and {*_YEAR_MONTHS} == {month for months in parts for month in months}:
        limits = (line[0] for line in table_lines("doubt") if line[1] == "限定")
        return text if any(word in text for word in limits) else text.replace(PART, WHOLE)
    return text


def _dated(text: str, year: int | None) -> str:
    """The text, with years and what is dated by its year as signs: 2018年 `EARLIER`, 2020年3月 `LATER`."""
    if not any(map(str.isdecimal, text)):
        return text
    text = _DATE.sub(partial(_day, year), full_years(text))
    return _YEAR_IN_TEXT.sub(lambda match: _of_year(int(match["year"]), year, WHOLE), text)


def _of_year(named: int, year: int | None, own: str) -> str:
    """The sign for what is of a year, ``own`` where it is the year reported on."""
    if year is None or named == year:
        return own
    return EARLIER if named < year else LATER


def _day(year: int | None, match: re.Match[str]) -> str:
    named = int(match["year"]) if len(match["year"]) > 2 else 2000 + int(match["year"])
    month, day = (int(match[long] or match[short] or 0) for long, short in (("month", "m"), ("day", "d")))
    if not 1 <= month <= 12:
        return match[0]
    ends = month == 12 and (day >= _LAST_DAYS or bool(match["end"]))
    return _of_year(named, year, WHOLE if ends else _DATED)


def _month(match: re.Match[str]) -> str:
    month, day = int(match["month"]), int(match["day"] or 0)
    if not 1 <= month <= 12:
        return match[0]
    if month == 12 and (day >= _LAST_DAYS or match["end"] in ("底", "末")):
        return WHOLE
    return _SENT if day and month <= _SENDING else MONTH


def _range(year: int | None, sign_of: Callable[[int, int], str], match: re.Match[str]) -> str:
    first, last = int(match["first"]), int(match["last"])
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return match[0]
    others = [int(named) for named in (match["year"], match["then"]) if named and year not in (None, int(named))]
    if others:
        return _of_year(min(others), year, MONTH)
    return MONTH if first == last else sign_of(first, last)  # days of a month


def _counted(sign_of: Callable[[int, int], str], match: re.Match[str]) -> str:
    if match["half"]:
        return sign_of(1, 6) if match["half"] in "上前" else sign_of(7, 12)
    if match["one"]:
        return sign_of(3 * int(match["one"]) - 2, 3 * int(match["then"] or match["one"]))
    number = 3 * int(match["quarters"]) if match["quarters"] else int(match["months"] or match["first"])
    return sign_of(1, number) if match["which"] in (None, "前") else sign_of(13 - number, 12)


def coded(
    text: str, year: int | None, columns: Iterable[tuple[str, int]] = (), regions: Iterable[tuple[str, int]] = ()
) -> tuple[str, list[str]]:
    """The text with shares and what stands for a time as signs and a character of its own for each column, region and figure
    that it names; and its figures. The names come with their numbers, -1 for the text's own region."""
    for names, first in ((columns, _FIRST_COLUMN), (regions, _FIRST_REGION)):
        for written, number in names:
            text = text.replace(written, OWN_REGION if number < 0 else chr(first + number))
    return _with_figures(with_times(text, year))


def _with_figures(text: str) -> tuple[str, list[str]]:
    figures: list[str] = []

    def sign(match: re.Match[str]) -> str:
        if match["hotline"] and not _expecting().search(plain_signs(match.string[: match.start()][-40:])):
            return match[0]
        if len(figures) >= MOST_SIGNS:
            return NUMBER
        figures.append(match[0])
        return chr(_FIRST_NUMBER + len(figures) - 1)

    return _NUMBER_IN_TEXT.sub(sign, _PERCENT.sub(PERCENT, _CLOCK.sub(WHOLE, text))), figures


@cache
def _expecting() -> re.Pattern[str]:
    """Words behind which the number of a hotline is a figure: 人工接听量由5更正为, 来电总量：, 中卫市应为."""
    words = "|".join(re.escape(line[0]) for line in table_lines("doubt") if line[1] in (Does.CORRECTS, Does.FIGURES))
    of_column, alone = rf"{COLUMN}(?:[^,;。!?()\n]*(?:{words}))?", rf"(?:^|[,;。!?()\n])[{PART}-{PERCENT}]*(?:{words})+"
    return re.compile(rf"(?:{of_column}|{alone})[为是:]*$")


def named_in(coded: str) -> tuple[tuple[int, ...], ...]:
    """The numbers of the columns, regions and figures that a coded text names, each once."""
    return tuple(
        tuple([ord(letter) - first for letter in dict.fromkeys(coded) if first <= ord(letter) < first + MOST_SIGNS])
        for first in (_FIRST_COLUMN, _FIRST_REGION, _FIRST_NUMBER)
    )


def plain_signs(coded: str) -> str:
    """A text with the sign for what each of the letters stands for that were put into it."""

    def sign(letter: str) -> str:
        code = ord(letter)
        if code < _FIRST_COLUMN or code >= _FIRST_NUMBER + MOST_SIGNS:
            return letter
        return COLUMN if code < _FIRST_REGION else REGION if code < _FIRST_NUMBER else NUMBER

    return "".join(map(sign, coded)).translate(_SHOWN_AS)


# The words behind an answer: 是（已下线）, 互联网（计划）, 是（80%）, 否（已开通）

_PUT_OFF = "后面的话说的是计划中、还没有实现的事"
_EFFECTS = {
    Does.CONTRARY: "前后说法不一致",
    Does.STOPPED: "后面的话又说已经停用或取消",
    Does.NOT_YET: _PUT_OFF,
    Does.LIMITED: "后面的话说明只有一部分是这样",
}
_UNKNOWN = "后面的话是否改变了答案，看不准"


@lru_cache(maxsize=4096)
def effect(text: str, year: int | None, *, yes: bool) -> tuple[bool, str]:
    """Whether ``text`` leaves the 是, the choice or (not ``yes``) the 否 behind which it stands, and what it does to it; Chinese.

    ``year`` is the year reported on. What the table does not know leaves a 是 to be confirmed; a 否 is only ever contradicted.
    """
    signed, _ = _with_figures(_dated(plain(text).strip("()[],;:."), year if yes else None))
    words = plain_signs(signed).replace(MONTH, WHOLE).replace(EARLIER, WHOLE)
    does: set[str] = set()
    rest = ""
    for at, word, lines in vocabulary("答" if yes else "否").words_in(words):
        does |= {line.does for line in lines if not line.alone or word == words}
        rest += "" if word else words[at]
    if not yes:
        reversed_ = Does.OPENED in does and "?" not in text  # 否（已开通）, 否（部分开通）
        return not reversed_, _EFFECTS[Does.CONTRARY] if reversed_ else _UNKNOWN if "?" in text else ""
    if LATER in words:
        return False, _PUT_OFF
    found = next((why for kind, why in _EFFECTS.items() if kind in does), "")
    return not found, found or (_UNKNOWN if rest or not words else "")
