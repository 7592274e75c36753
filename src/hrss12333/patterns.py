"""Shared by several modules: invisible and harmful characters, grouping, and imports on demand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Common = TypeVar("_Common")

CONTROLS = (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))
"""Code points of characters that control a terminal; tabs and line breaks are text."""
DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Code points that change the direction of a text."""
INVISIBLE = (*DIRECTIONS, *range(0x200B, 0x2010), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC))
"""Code points of characters without width."""
HAN = r"[^\W\da-zA-Z_①-⓿㈠-㊰]"
"""Pattern of a letter that is neither Latin nor ① or ㈠; the range of all Chinese ones compiles slowly."""
BORDER = "\ufdd0"
"""A cell border in a row's text; no text contains it, as control characters become white space."""
BRACKET = re.compile(r"\([^()]*\)")
"""A bracketed piece of a half-width text."""
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""A mail address within a text."""
MEASURES = "人次|话次|人|次|条|个|名|位|席|件|通|台|部|座席|坐席|座"
"""Pattern of the measures written after figures."""


@lru_cache(maxsize=1024)  # each line above a table is looked at for its year, its version, its words and more
def half_width(text: str) -> str:
    """A text normalised (NFKC) for the search for words and names."""
    return unicodedata.normalize("NFKC", text)


_HARMFUL = dict.fromkeys((*CONTROLS, *INVISIBLE, 0xAD, 0x2028, 0x2029, 0xFE0E, 0xFE0F, 0xFFFE, 0xFFFF))
"""With soft hyphens, separators of lines and paragraphs, variation selectors, and noncharacters."""
_BLANKS = str.maketrans("\t\n\u00a0\u3000", "    ")


def harmless(text: str) -> str:
    """The text without invisible characters and lone surrogates; its line breaks stay."""
    if text.isprintable() or text.translate(_BLANKS).isprintable():
        return text
    return text.translate(_HARMFUL).encode("utf-8", "ignore").decode()


def decoded(content: bytes) -> str:
    """The text of bytes in UTF-8, else in GB 18030, which Chinese Windows writes."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def clean(text: str) -> str:
    """The text on one line without invisible characters, as outputs show what a sender wrote."""
    return " ".join(harmless(text).split())


def is_chinese(char: str) -> bool:
    """Whether a character is common Chinese; `HAN` also takes letters such as Mongolian and Tibetan."""
    return "\u4e00" <= char <= "\u9fff"


def grouped(items: Iterable[_Item], key: Callable[[_Item], _Common]) -> dict[_Common, list[_Item]]:
    """Items grouped by a key, in the order of each group's first."""
    groups: dict[_Common, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def code(reference: str) -> Any:
    """The object named like ``cli.check:command``; its module is imported only now, for a quick start."""
    module, _, name = reference.partition(":")
    return getattr(import_module(f"hrss12333.{module}"), name)


def mailbox_in(text: str) -> str:
    """The mail address in a mail's header or a form, without a name; empty where there is none."""
    found = EMAIL.search(clean(text))
    return found[0] if found else ""
