"""Figures given in thousands or ten thousands: how a heading, a line or a guide row says so (万条, 以千次计, ×10000, k).

A scale is the number to multiply by; 0 or absence means that figures stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from hrss12333.model.evidence import NAMES, Evidence, against, ranked
from hrss12333.model.text import Text
from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.reading.values.numbers import MAGNITUDE, UNITS
from hrss12333.survey.spellings import HAN

_WORDS = MAGNITUDE | {"k": 1000, "w": 10_000}
_WORD = "|".join(sorted(MAGNITUDE, key=len, reverse=True))
_SAID = (
    rf"(?:(?:计量|数据)?单位[为是]?)?(?:{UNITS})?以?"
    rf"(?:(?P<word>{_WORD})(?:{UNITS})?|(?P<letter>[kw])(?:{UNITS})?|[x×](?P<power>10{{3,8}})|[x×]10\^?(?P<zeros>[3-8]))"
    r"(?:为?计算?|为单位)?"
)
_NEEDS = "百千万亿kwx×"
"""Characters of which all that says a scale holds one (`lazy`)."""
_BRACKET = lazy(rf"\((?:{_SAID}|(?P<bare>10{{3,8}}))\)", needs="(")
_TAIL = lazy(rf"(?:{_SAID})$", needs=_NEEDS)
_GUIDE = lazy(rf"\(?(?:{_SAID})\)?", needs=_NEEDS)
_LINE = lazy(r"单位\s*(?:[:：]|为|是|均为|统一为)\s*([^。；;)）\n]{1,30})", needs="单")
_COUNTED_IN = lazy(rf"以\s*((?:{_WORD})\s*(?:{UNITS})?)\s*(?:为(?:计量)?单位|计)", needs="以")
_ITEM = lazy(rf"(?:以)?(?P<word>{_WORD})?\s*(?P<unit>{UNITS})?(?!{HAN})")
_IN_BRACKETS = lazy(r"[（(]([^（()）]+)[)）]", needs="（(")
"""What a name adds: 附表1（万次）."""


def _factor(match: re.Match[str]) -> int:
    """What to multiply by, of a match of `_SAID`."""
    said = match.groupdict()
    if said["zeros"]:
        return int(10 ** int(said["zeros"]))
    power = said["power"] or said.get("bare")
    return int(power) if power else _WORDS[str(said["word"] or said["letter"])]


@lru_cache(maxsize=8192)
def heading_scale(name: str) -> tuple[str, int]:
    """A normalised heading without what it says of its scale, and the scale; (name, 0) where it says none."""
    match = _BRACKET.search(name) or _TAIL.search(name)
    if match is None or not match.start():
        return name, 0
    return name[: match.start()] + name[match.end() :], _factor(match)


@lru_cache(maxsize=1024)
def guide_scale(text: str) -> int:
    """The scale that a text below a heading names: 万次, （千人）; 0 where it names none, as a letter alone (A, B … K)."""
    match = _GUIDE.fullmatch(re.sub(r"[\s:：,，、/]", "", tidy(text)).lower())
    return _factor(match) if match and not match["letter"] else 0


@lru_cache(maxsize=1024)
def line_measures(text: str) -> tuple[tuple[str, int], ...]:
    """(unit of measure, scale) of every unit that a line names: 单位：万次、人 as 次 by 10,000 and 人 by 1; 以万条计.

    The unit is empty where the line names none (单位：万).
    """
    said = tidy(text)
    found: dict[str, int] = {}
    for given in (*_LINE.findall(said), *_COUNTED_IN.findall(said)):
        for item in re.split(r"[、,，/和及]", given):
            match = _ITEM.match(item.strip())
            if match and (match["unit"] or match["word"]):
                found.setdefault(match["unit"] or "", MAGNITUDE.get(match["word"], 1))
    return tuple(found.items())


Measures = Mapping[str, Sequence[Evidence]]
"""Unit of measure → what is said of its scale; under "" what is said of all."""


def measures(texts: Iterable[Text]) -> Measures:
    """What texts say of the units that figures are given in."""
    found: dict[str, list[Evidence]] = {}
    for text in texts:
        words = [text.text]
        if text.kind in NAMES:
            words = [f"单位：{said.removeprefix('单位：')}" for said in _IN_BRACKETS.findall(text.text)]
        for unit, scale in (said for line in words for said in line_measures(line)):
            found.setdefault(unit, []).append(Evidence(scale, text))
    return found


def measure_told(said: Measures, unit: str) -> tuple[int, str] | None:
    """The scale of figures of a unit of measure, and what says so and otherwise, in Chinese; None where all say that the
    figures are plain, or nothing is said."""
    told = ranked((*said.get(unit, ()), *said.get("", ())))
    if all(item.value == 1 for item in told):
        return None
    scale = int(told[0].value)
    others = "，".join(f"{item.quoted}注明的是“{shown(int(item.value))}{unit}”" for item in against(told, scale))
    how = f"按{told[0].quoted}注明的“{shown(scale)}{unit}”为单位"
    return scale, f"{how}（{others}）" if others else how


def scaled(figure: int | float, scale: int) -> int | None:
    """A figure times its scale, exactly; None where that is no whole number."""
    product = Decimal(repr(figure)) * scale
    return int(product) if product == product.to_integral_value() else None


def shown(scale: int) -> str:
    """A scale as a Chinese reader says it; nothing where figures stand as they are."""
    return {1: "", **{number: word for word, number in MAGNITUDE.items()}}.get(scale, f"{scale}倍")
