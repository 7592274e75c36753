"""Number formats that show another number than the cell holds (3 as 3万), or words with it (2500 as 2500余, 25 as 2500%)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.survey.spellings import UNITS

_TOKEN = lazy(r"""(?P<quoted>"[^"]*"?)|(?P<escaped>[\\!].)|_.|\*.|(?P<bracket>\[[^\]]*\])|(?P<plain>.)""", re.S)
_WORDS = {"万": 10_000, "萬": 10_000, "千": 1_000, "亿": 100_000_000}
_ANY_NUMBER = lazy(r"General|G/通用格式|[0#?.]+E[+-]?0+|[#?0]+ ?[#?]+/[#?\d]+|@", re.I)
_CONDITION = lazy(r"\[\s*(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*\]")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
}
_UNTELLING = lazy(rf"[(（]?(?:{UNITS})[)）]?|[.、。:：）)]")
"""What stands behind a number and leaves it what it is: its unit of measure, the dot of a list."""
_CURRENCY = lazy(r"[\s¥￥$€]")
_DATES = lazy(r"[ymdhs]", re.I)
"""Letters of a date or a time."""
_PERCENT = 100
_LONGEST = 255
"""Characters of a format, as Excel has them; in longer ones patterns could search for ever."""
_MOST_KNOWN = 2048
"""Formats that are remembered: each workbook may bring its own."""


def scale_of(code: str) -> int:
    r"""The factor by which the number that a format shows exceeds the one that is stored: 1 for nearly all.

    ``0"万"`` shows 3 as 3万, so 10000. ``0!.0,"万"`` shows 25000 as 2.5万, which is the same number, so 1; and so is what
    ``0.0,`` shows as 25.0, without a word that would say another one. ``0"0000"`` shows 12 as 120000.
    """
    return _scale(code) if len(code) <= _LONGEST else 1


@lru_cache(maxsize=_MOST_KNOWN)
def _scale(code: str) -> int:
    """`scale_of`, worked out token by token: words of magnitude and literal zeros raise what is shown, commas and a
    shifted point lower it."""
    word, thousands, shifted, point, behind = 1, 0, 0, False, False
    zeros: int | None = None
    """Zeros that are written behind the figures; None before any figure."""
    for token in _TOKEN.finditer(code):
        literal = (token["quoted"] or "").strip('"') or (token["escaped"] or "")[1:]
        plain = token["plain"] or ""
        if plain == ";":  # the other sections are for negative numbers, zero and text
            break
        word = next((_WORDS[sign] for sign in literal or plain if sign in _WORDS), word)
        point |= literal == "."
        behind |= "." in (literal, plain)
        if zeros is not None and not behind and literal and not literal.strip("0"):
            zeros += len(literal)
        if plain and plain in "0#?":
            zeros = zeros or 0
            thousands, shifted = 0, shifted + point
        elif plain == ",":
            thousands += 1
    raised = word * 10 ** (zeros or 0)
    shown = raised // (1_000**thousands * 10**shifted) if raised > 1 else 1
    return max(shown, 1)


class _Section(Struct, frozen=True):
    """What one part of a format shows."""

    before: str
    after: str
    figures: bool
    percent: bool
    condition: tuple[str, float] | None
    silent: bool
    """Whether it shows the number as it is, or in a way that is told elsewhere: as a date, in 万, with - between figures."""

    def holds(self, number: float) -> bool:
        """Whether it is made for this number."""
        return self.condition is None or _COMPARED[self.condition[0]](number, self.condition[1])

    def shows(self, number: float) -> str:
        """The text that stands there."""
        figure = Decimal(repr(number)) * (_PERCENT if self.percent else 1)
        shown = f"{figure.normalize():f}{'%' if self.percent else ''}" if self.figures else ""
        return f"{self.before}{shown}{self.after}"


def shown_as(code: str, number: float) -> str | None:
    """The text that a format shows for a number where that says something else than the number; empty where it shows nothing.

    None for nearly all. Zero is zero however it is shown (a dash, nothing), and what is negative is told as such.
    """
    if number <= 0:
        return None
    parts = _sections(code) if len(code) <= _LONGEST else ()
    section = next((part for part in parts if part.holds(number)), None)
    return None if section is None or section.silent else section.shows(number)


def shows_otherwise(code: str) -> bool:
    """Whether a format may show another number than the one that is stored, or something else than the number."""
    return scale_of(code) != 1 or (len(code) <= _LONGEST and any(not section.silent for section in _sections(code)))


@lru_cache(maxsize=_MOST_KNOWN)
def _sections(code: str) -> tuple[_Section, ...]:
    """The parts of a format for numbers above zero; none where `scale_of` tells what it shows."""
    if not code or _scale(code) != 1:
        return ()
    parts = [_section(part) for part in _split(_ANY_NUMBER.sub("0", code))]
    return tuple(parts[:3] if any(part.condition for part in parts[:2]) else parts[:1])


def _split(code: str) -> list[list[re.Match[str]]]:
    """The tokens of each part."""
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["plain"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _section(tokens: list[re.Match[str]]) -> _Section:
    """What one part of a format shows: the words before and behind the figures, and whether these say anything."""
    texts, gaps = ["", ""], [""]
    figures = percent = dated = False
    condition = None
    for token in tokens:
        plain, bracket = token["plain"] or "", token["bracket"] or ""
        if found := _CONDITION.fullmatch(bracket):
            condition = found[1], float(found[2])
        dated |= bool(_DATES.fullmatch(bracket[1:2] or plain))
        percent |= plain == "%"
        if plain and plain in "0#?":
            figures = True
            gaps.append("")
        elif not plain or plain not in ",.%":
            literal = (token["quoted"] or "").strip('"') or (token["escaped"] or "")[1:] or plain
            texts[figures] += literal
            gaps[-1] += literal
    before, after = (_CURRENCY.sub("", text) for text in texts)
    between = "".join(gaps[1:-1])
    said = before.strip("0") or (after and not _UNTELLING.fullmatch(after))
    silent = dated or bool(between) or any(sign in _WORDS for sign in before + after)
    return _Section(before, after, figures, percent, condition, silent or not (percent or said or not figures))
