"""Which official names an unknown one resembles; offered to people, never taken."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from difflib import SequenceMatcher

SUFFIXES = ("市", "县", "特别行政区", "自治区", "自治州", "地区", "林区", "省", "州", "盟", "区")
"""Kinds of region, as names end with them; the longest first, but for the two that most do."""
_ALIKE = 0.4
"""Likeness from which a name is offered."""


def bare_name(name: str) -> str:
    """A name without what it is a name of: 广州 of 广州市."""
    kinds = (suffix for suffix in filter(name.endswith, SUFFIXES) if len(name) - len(suffix) >= 2)
    return name.removesuffix(next(kinds, ""))


def nearest_names(text: str, names: Mapping[str, str]) -> list[str]:
    """Official names by likeness to ``text``, likeliest first; only those that resemble it at all.

    Args:
        text: The unknown name.
        names: Official name → the same without what it is a name of.
    """
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
    matcher = _matcher(name)
    matcher.set_seq1(text)
    return matcher.ratio()


@lru_cache(maxsize=1024)
def _matcher(name: str) -> SequenceMatcher[str]:
    """Compares texts with an official name, of which it keeps what it has worked out."""
    from difflib import SequenceMatcher  # most runs know every name

    return SequenceMatcher(None, "", name)
