"""Shared by several modules: letters that show nothing or do harm, and code imported when first asked for."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Any

CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Characters that control a terminal, for the brackets of a pattern, as the next two; tabs and line breaks are text."""
DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""Characters that turn the direction of a text."""
INVISIBLE = DIRECTIONS + "\u200b-\u200f\u2060-\u206f\ufeff\ufff9-\ufffb"
"""Characters that take no room in a text."""
HAN = r"[^\W\da-zA-Z_①-⓿㈠-㊰]"
"""A letter other than a Latin one, in a pattern: in a form nearly always a Chinese character, rare ones too, but no ① or ㈠.

So written because the range of all Chinese characters takes half a millisecond each time it is compiled.
"""
UNITS = "人次|话次|人|次|条|个|名|位|席|件|通|台|部|座席|坐席|座"
"""Units of measure that are written after figures."""


@lru_cache(maxsize=1024)  # each line above a table is looked at for its year, its version, its words and more
def half_width(text: str) -> str:
    """A text in the form (NFKC) in which words and names are looked for."""
    return unicodedata.normalize("NFKC", text)


_BLANKS = str.maketrans("\t\n\u00a0\u3000", "    ")


def is_shown(text: str) -> bool:
    """Whether all of a text is seen, or is a blank or the end of a line."""
    return text.translate(_BLANKS).isprintable()


def is_chinese(char: str) -> bool:
    """Whether it is one of the usual Chinese characters; `HAN` takes the letters of Mongolian and Tibetan, too."""
    return "\u4e00" <= char <= "\u9fff"


def code(reference: str) -> Any:
    """An object of a module of this package, named as ``cli.check:command``: the module is imported now, not before."""
    module, _, name = reference.partition(":")
    return getattr(import_module(f"hrss12333.{module}"), name)
