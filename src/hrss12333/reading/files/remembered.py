"""What was found in a part, remembered: most files of a nation are one form filled in, so that many parts are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

_Raw = ParamSpec("_Raw")
_Found = TypeVar("_Found")

_MOST = 64
"""Contents that are remembered for each question."""

_SMALL = 2**15
"""Bytes up to which contents are remembered, for they are held: strangers' may be large."""


def remembered(look: Callable[_Raw, _Found], largest: int = _SMALL, most: int = _MOST) -> Callable[_Raw, _Found]:
    """The same look at the contents of parts, taken once for the last ``most`` that have no more than ``largest`` bytes.

    Nobody may change what it finds: the next who asks gets the same.
    """
    known = cast("Callable[_Raw, _Found]", lru_cache(maxsize=most)(look))

    @wraps(look)
    def remembering(*raws: _Raw.args, **named: _Raw.kwargs) -> _Found:
        small = sum(map(len, raws)) <= largest  # type: ignore[arg-type]  # they are bytes
        return (known if small else look)(*raws, **named)

    return remembering
