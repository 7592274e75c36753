"""Years as people write them: 18年度, 二〇一八年 and 2018年 are one."""

from __future__ import annotations

import re
from functools import lru_cache

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
