"""What offices put around a region's name: numbers, marks, brackets, their own name and the hotline's; and which official
names an unknown one resembles: offered to people, never taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

HAN = r"[^\W\da-zA-Z_①-⓿㈠-㊰]"
"""A letter other than a Latin one, in a pattern: in a form nearly always a Chinese character, rare ones too, but no ① or ㈠.

So written because the range of all Chinese characters takes half a millisecond each time it is compiled.
"""


def is_chinese(char: str) -> bool:
    """Whether it is one of the usual Chinese characters; `HAN` takes the letters of Mongolian and Tibetan, too."""
    return "\u4e00" <= char <= "\u9fff"


UNITS = "人次|话次|人|次|条|个|名|位|席|件|通|台|部|座席|坐席|座"
"""Units of measure that are written after figures."""
LARGEST_EXACT = 10**15
"""Below it a whole number is in a float and in a cell what its digits say."""
OFFICE = (
    r"(?:(?:省|市|州|地区|盟|区|县)?(?:厅|局))?"
    r"(?:人力资源(?:和|与|及)?社会保障|人力社保|人社|社保|社会保险|(?:劳动|公共)?就业(?:服务)?|劳动保障)"
    r"(?:厅|局|部门|信息中心|数据(?:服务|管理)?中心|中心)*(?:信息中心)?$"
    r"|信息中心$"
)
"""The name of an office at the end of a text: 省人社厅, 市劳动就业服务局, 信息中心."""
HOTLINE = r"(?=[1电咨服热中呼])(?:12333)?(?:电话)?(?:咨询)?(?:服务)?(?:热线|中心|呼叫中心)?$"
"""The name of the hotline, or a part of it, at the end of a text."""
_OF_OFFICES = frozenset("社就劳信1电咨服热中呼")
"""Letters of which every name of either holds one."""
BRACKET = re.compile(r"\([^()]*\)")
_NUMBERING = re.compile(r"^(?:\d+(?!\d|师)[.、)\-—:]*|[一二三四五六七八九十]+[.、)])")
_NOTE_MARK = rf"(?<={HAN})(?:注?[0123456789]|注?\[[0123456789]{{1,2}}\])$"
"""What refers to a note below the table: 广州市①, 广州市注1, 广州市[1]."""
_ALL_OF_IT = r"(?<=.)(?:全[市州盟]|[市州盟]?本级[及和含](?:所辖|下辖|各)*[市县区旗]{1,3})$"
"""What after a city's name says that all of it is meant."""
_BEHIND_NAMES = frozenset("0123456789全本")
"""Characters of which each of both holds one."""


@lru_cache(maxsize=8192)
def bases(text: str) -> tuple[str, str]:
    """The text, and the text without numbers, marks and brackets around it."""
    bare = _NUMBERING.sub("", BRACKET.sub("", text)).strip("*.。,;、:：-★☆●■◆\"“”‘’'《》【】")
    if not _BEHIND_NAMES.isdisjoint(bare):
        bare = re.sub(_ALL_OF_IT, "", re.sub(_NOTE_MARK, "", bare))
    return text, bare


@lru_cache(maxsize=8192)
def without_office(named: str) -> tuple[str, ...]:
    """The text, and the text without the names of office and hotline behind it."""
    if _OF_OFFICES.isdisjoint(named):
        return (named.lstrip("/-—·、:"),)
    forms = (named, re.sub(OFFICE, "", re.sub(HOTLINE, "", named)), re.sub(OFFICE, "", named))
    return tuple([form.lstrip("/-—·、:") for form in dict.fromkeys(forms)])


_SUFFIXES = ("市", "县", "特别行政区", "自治区", "自治州", "地区", "林区", "省", "州", "盟", "区")
"""Kinds of region, as names end with them; the longest first, but for the two that most do."""
_ALIKE = 0.4
"""Likeness from which a name is offered."""


def bare_name(name: str) -> str:
    """A name without what it is a name of: 广州 of 广州市."""
    kinds = (suffix for suffix in filter(name.endswith, _SUFFIXES) if len(name) - len(suffix) >= 2)
    return name.removesuffix(next(kinds, ""))


def nearest_names(text: str, names: Mapping[str, str]) -> list[str]:
    """Official names by likeness to an unknown one, likeliest first; only those that resemble it at all. ``names``:
    official name → the same without what it is a name of."""
    stem, used = bare_name(text), frozenset(text)
    scored = [
        (max(_likeness(text, name), _likeness(stem, short)), -index, name)
        for index, (name, short) in enumerate(names.items())
        if not used.isdisjoint(name)
    ]
    return [name for score, _, name in sorted(scored, reverse=True) if score >= _ALIKE]


def _likeness(text: str, name: str) -> float:
    """How much two names have in common, from 0 to 1; what shares too few characters is not compared."""
    if 2 * sum(map(name.__contains__, text)) < _ALIKE * (len(text) + len(name)):
        return 0.0
    from difflib import SequenceMatcher  # most runs know every name

    return SequenceMatcher(None, text, name).ratio()


DATA_FOLDER = Path(__file__).with_name("data")
"""The lists of places and words that come with the package."""
_TO_SIMPLIFIED = str.maketrans(*(DATA_FOLDER / "traditional.txt").read_text(encoding="utf-8").split())
"""Traditional characters of the names of units and regions (銀川市) and of headings, labels and answers (來電總量); a converter for
the whole language would be a large dependency for these."""


@lru_cache(maxsize=512)  # readers ask about each text twice
def simplified(text: str) -> str:
    """The text in simplified characters, as far as names of units and regions and the words of the forms go."""
    return text.translate(_TO_SIMPLIFIED)
