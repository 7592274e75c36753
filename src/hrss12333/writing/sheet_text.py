"""Texts on their way into a cell: nothing that a file format refuses, and how wide they stand."""

from __future__ import annotations

import unicodedata

from hrss12333.wording.privacy import public_text
from hrss12333.wording.text import harmless

_LONGEST_CELL = 32_000
"""A cell of a workbook holds 32,767 characters."""
CUT = "……（过长，已截断）"


def safe(text: str) -> str:
    """The text without control characters, cut to what a cell can hold."""
    if text.isprintable() and len(text) <= _LONGEST_CELL:
        return text  # nearly every text there is
    tidy = harmless(text.replace("\r\n", "\n").replace("\r", "\n"))
    return tidy if len(tidy) <= _LONGEST_CELL else tidy[: _LONGEST_CELL - len(CUT)] + CUT


def public(text: str) -> str:
    """The same for a sheet that may leave the office."""
    return public_text(safe(text))


class _Widths(dict[str, int]):
    """A character → how many half-width ones it takes."""

    def __missing__(self, char: str) -> int:
        self[char] = 2 if unicodedata.east_asian_width(char) in "WFA" else 1
        return self[char]


_CHARACTER_WIDTHS = _Widths()


def width(text: str) -> float:
    """Width of the widest line, in half-width characters."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max([sum(map(_CHARACTER_WIDTHS.__getitem__, line)) for line in text.split("\n")])


def wrapped_lines(text: str, columns: float) -> int:
    """How many lines the text takes in a cell of so many half-width characters."""
    if 2 * len(text) < columns and "\n" not in text:
        return 1
    return sum(max(1, -(-int(width(line) + 0.999) // max(1, int(columns)))) for line in text.split("\n"))
