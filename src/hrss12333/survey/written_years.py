"""Years as people write them: 18年度, 二〇一八年 and 2018年 are one."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.survey.spellings import HAN

_NOUGHTS = "〇○零◯OＯ0０"
_NUMERALS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | dict.fromkeys(_NOUGHTS, "0")
_SPELT = lazy(rf"二[{_NOUGHTS}][一二][一二三四五六七八九{_NOUGHTS}](?=年)", needs="二")
_SHORT = lazy(
    r"(?<![\d第近满前后共历过已续行约月线通])(?<!\d[.\-/])['’]?(1[5-9]|2\d)(?=年(?!\s*\d{1,2}\s*[月日])(?!来(?!电)|[间内以前后多余里版级]))",
    needs="年",
)
"""A year without its century: neither part of a date (18年3月) nor a number of years (运行18年, 10年来)."""
_AROUND = lazy(
    r"^[(（]?(20\d\d)年?度?(?:的|[)）])?(?=[^\d年度])|(?<=\D)[(（]?(20\d\d)年?度?(?:数据?|情况)?[)）]?$", needs="2"
)
"""A year before or behind a name: 2018年银川市, 银川市（2018年度）."""
_SEPARATOR = r"\s*[.\-/]\s*"
_YEAR = lazy(
    rf"(?<!\d)(20\d\d)(?!\d)(?:\s*(年度|年?全年度?)"
    rf"|\s*((?:年|[./])\s*0?1\s*[月./]?\s*(?:0?1\s*日?)?\s*[至到\-－—–~～])"
    rf"|(?!\s*年\s*\d{{1,2}}\s*(?:[月日号]|[.\-/]\s*\d)|{_SEPARATOR}\d{{1,2}}(?!\d))\s*年?)"
    r"(?!\s*年?度?\s*(?:版|级|届|修订|印发|以来|起|[以之]?[前后](?!台)|同期|[对相]比|计划|规划|开通|成立|建成|上线|停用|[〕\]］]))",
    needs="0",
)
"""A year, what makes it that of figures (2018年度, 2018年1月1日至), and neither a date nor the year of something else."""
_BEFORE = lazy(r"(?:[较比自从拟将]|预计|计划|截[至止])\s*$")
LAST_YEAR = r"(?<![比较与和及含同跟])(?:[去往]年|上一?年)(?!度?.{0,2}(?:同期|[对相]?比))"
"""The year before the survey's, in a pattern; not where something is compared with it."""


@lru_cache(maxsize=4096)
def full_years(text: str) -> str:
    """A text with its years in four figures: 18年度 as 2018年度, 二〇一八年 as 2018年."""
    if "年" not in text:
        return text
    spelt = _SPELT.sub(lambda match: "2" + "".join(_NUMERALS[sign] for sign in match[0][1:]), text)
    return _SHORT.sub(r"20\1", spelt) if _has_short(spelt) else spelt


def _has_short(text: str) -> bool:
    """Whether two figures stand before a 年, and no third."""
    at = text.find("年", 2)
    while at >= 0:
        if text[at - 2 : at].isdecimal() and not text[max(at - 3, 0) : at - 2].isdecimal():
            return True
        at = text.find("年", at + 1)
    return False


@lru_cache(maxsize=2048)
def year_around(name: str) -> tuple[str, int | None]:
    """A name without the year before or behind it, and that year; the name as it is, and None, where there is none."""
    full = full_years(name.strip())
    match = _AROUND.search(full)
    if match is None or not re.search(HAN, rest := full[: match.start()] + full[match.end() :]):
        return name, None
    return rest, int(match[1] or match[2])


class Written(Struct, frozen=True):
    """A year as a text names it."""

    year: int
    yearly: bool
    """Whether words behind it (年度, 全年, its first month) make it that of figures, whenever they were sent."""


@lru_cache(maxsize=4096)
def years_in(text: str) -> tuple[Written, ...]:
    """The years that a text names: neither dates nor a document's number, a version or what something is compared with."""
    text = full_years(text)
    return tuple(
        Written(int(found[1]), bool(found[2] or found[3]))
        for found in _YEAR.finditer(text)
        if not _BEFORE.search(text, max(found.start() - 3, 0), found.start())
    )


@lru_cache(maxsize=4096)
def year_in_name(name: str, survey: int | None = None) -> int | None:
    """The year that a name gives to figures; None where it names none, or several.

    A later year than that of the ``survey`` is the day of sending, unless 年度 stands behind it.
    """
    named = years_in(name)
    meant = {item.year for item in named if item.yearly} or {
        item.year for item in named if survey is None or item.year <= survey
    }
    if survey and not named and "年" in name and re.search(LAST_YEAR, name):
        meant = {survey - 1}
    return meant.pop() if len(meant) == 1 else None
