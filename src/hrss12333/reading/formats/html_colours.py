"""Which text of a page cannot be seen, because its letters have the colour of what is behind them."""

from __future__ import annotations

from typing import Any

from hrss12333.patterns import lazy
from hrss12333.reading.formats.coloured_text import is_unseen
from hrss12333.reading.formats.html_styles import PLAIN, Look

_HEX = lazy(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB = lazy(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[^)]*\)")
_WHITE = "#ffffff"
_NAMED = {"white": _WHITE, "black": "#000000", "windowtext": "#000000", "window": _WHITE}
_INHERITED = ("", "inherit", "initial", "none", "transparent", "auto")
_UNKNOWN = "?"
_LONGEST = 100
"""Signs of a colour that are looked at."""


class Colours:
    """The colours of letters and ground, as the elements around a text set them."""

    def __init__(self) -> None:
        self._set: list[tuple[str, str]] = [("#000000", _WHITE)]

    def enter(self, element: Any, tag: str, look: Look) -> None:
        """An element begins."""
        letters, ground = self._set[-1]
        if look is not PLAIN or element.attrib:
            letters = _colour(look.letters or (element.get("color") if tag == "font" else None)) or letters
            ground = _colour(look.ground or element.get("bgcolor")) or ground
        self._set.append((letters, ground))

    def leave(self) -> None:
        """The last element ends."""
        self._set.pop()

    @property
    def letters(self) -> str:
        """The colour of a text that stands here."""
        return self._set[-1][0]

    @property
    def hide(self) -> bool:
        """Whether a text that stands here is not seen."""
        return is_unseen(*self._set[-1])


def _colour(said: str | None) -> str:
    """A colour that an element sets; empty where it sets none."""
    text = (said or "")[:_LONGEST].strip().lower().removesuffix("!important").strip()
    if text in _INHERITED:
        return ""
    if found := _HEX.search(text):
        digits = found[1]
        return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}"
    if found := _RGB.search(text):
        return "#{:02x}{:02x}{:02x}".format(*(min(int(part), 255) for part in found.groups()))
    return _NAMED.get(text.split()[0], text if text.isalpha() else _UNKNOWN)
