"""What the colours of letters say: which are not seen, and where one figure ends and the next begins (2500 and a red 2600)."""

from __future__ import annotations

from collections.abc import Iterable

from hrss12333.patterns import lazy

_HEX = lazy(r"#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
_FIGURE_LAST, _FIGURE_FIRST = lazy(r"\d\d$"), lazy(r"\d\d")
_NEAR = 16
"""Steps, of 256, by which letters may differ from their ground and still not be seen."""
_ORDINARY = frozenset({"", "AUTO", "000000", "#000000", "WINDOWTEXT"})


def is_unseen(letters: str, ground: str) -> bool:
    """Whether letters of a colour are not seen on a ground; both as RRGGBB, or by the name that the format has for them."""
    if not letters or not ground or letters == ground:
        return bool(letters) and letters == ground
    one, other = _HEX.fullmatch(letters), _HEX.fullmatch(ground)
    if not one or not other:
        return False
    return all(abs(int(a, 16) - int(b, 16)) <= _NEAR for a, b in zip(one.groups(), other.groups(), strict=True))


def is_parted(before: str, after: str, colours: tuple[str, str]) -> bool:
    """Whether digits of one colour meet digits of another: two figures, or nobody can tell.

    A single digit of another colour is part of the figure, as where a person marks what was corrected in it.
    """
    one, other = ("" if colour.upper() in _ORDINARY else colour.upper() for colour in colours)
    return one != other and bool(_FIGURE_LAST.search(before) and _FIGURE_FIRST.match(after))


def joined(runs: Iterable[tuple[str, str]]) -> str:
    """The text of runs, each with its colour, on a new line where figures of two colours meet."""
    said, last = "", ("", "")
    for text, colour in runs:
        if text:
            said += f"\n{text}" if is_parted(last[0], text, (last[1], colour)) else text
            last = text, colour
    return said
