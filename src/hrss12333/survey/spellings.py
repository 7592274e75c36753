"""What offices put around a region's name: numbers, marks, brackets, their own name and the hotline's."""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.patterns import lazy

HAN = r"[^\W\da-zA-Z_①-⓿㈠-㊰]"
"""A letter other than a Latin one, in a pattern: in a form nearly always a Chinese character, rare ones too, but no ① or ㈠.

So written because the range of all Chinese characters takes half a millisecond each time it is compiled.
"""


def is_chinese(char: str) -> bool:
    """Whether it is one of the usual Chinese characters; `HAN` takes the letters of Mongolian and Tibetan, too."""
    return "\u4e00" <= char <= "\u9fff"


UNITS = "人次|话次|人|次|条|个|名|位|席|件|通|台|部|座席|坐席|座"
"""Units of measure that are written after figures."""
OFFICE = lazy(
    r"(?:(?:省|市|州|地区|盟|区|县)?(?:厅|局))?"
    r"(?:人力资源(?:和|与|及)?社会保障|人力社保|人社|社保|社会保险|(?:劳动|公共)?就业(?:服务)?|劳动保障)"
    r"(?:厅|局|部门|信息中心|数据(?:服务|管理)?中心|中心)*(?:信息中心)?$"
    r"|信息中心$",
    needs="社就劳信",
)
"""The name of an office at the end of a text: 省人社厅, 市劳动就业服务局, 信息中心."""
HOTLINE = lazy(r"(?:12333)?(?:电话)?(?:咨询)?(?:服务)?(?:热线|中心|呼叫中心)?$", needs="3话询务线心")
"""The name of the hotline, or a part of it, at the end of a text, to be taken off."""
BRACKET = lazy(r"\([^()]*\)", needs="(")
_NUMBERING = lazy(
    r"^(?:[0-9]+(?!\d|师)[.、)\-—:]*|[一二三四五六七八九十]+[.、)])", needs="0123456789一二三四五六七八九十"
)
_NOTE_MARK = lazy(rf"(?<={HAN})(?:注?[0-9]|注?\[[0-9]{{1,2}}\])$", needs="0123456789")
"""What refers to a note below the table: 广州市①, 广州市注1, 广州市[1]."""
_ALL_OF_IT = lazy(r"(?<=.)(?:全[市州盟]|[市州盟]?本级[及和含](?:所辖|下辖|各)*[市县区旗]{1,3})$", needs="全本")
"""What after a city's name says that all of it is meant."""
_DIGITS = ("", *"一二三四五六七八九")
_DIVISION = lazy(r"^(1?\d|十?[一二三四五六七八九]|十)师", needs="师")
"""A division without the 第 before its number."""


@lru_cache(maxsize=8192)
def bases(text: str) -> tuple[str, str]:
    """The text, and the text without numbers, marks and brackets around it."""
    bare = _NUMBERING.sub("", BRACKET.sub("", text)).strip("*.。,;、:：-★☆●■◆\"“”‘’'《》【】")
    return text, _DIVISION.sub(_ordinal, _ALL_OF_IT.sub("", _NOTE_MARK.sub("", bare)))


def _ordinal(match: re.Match[str]) -> str:
    """第八师 of 8师 and 八师."""
    number = match[1]
    if number.isascii():
        tens, ones = divmod(int(number), 10)
        number = "十" * tens + _DIGITS[ones]
    return f"第{number}师"


@lru_cache(maxsize=8192)
def without_office(named: str) -> tuple[str, ...]:
    """The text, and the text without the names of office and hotline behind it."""
    forms = dict.fromkeys((named, OFFICE.sub("", HOTLINE.sub("", named)), OFFICE.sub("", named)))
    return tuple([form.lstrip("/-—·、:") for form in forms])
