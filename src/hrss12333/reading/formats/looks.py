"""What the look of a workbook's cells and letters says: which are struck out or not seen, and what a number is shown as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from hrss12333.reading.formats.coloured_text import is_unseen, joined
from hrss12333.reading.formats.number_formats import shows_otherwise

WHITE = "FFFFFF"
_DARK = "1 0"
"""How a theme calls the colour of ordinary letters."""
_FAINT = 0.06
"""A tint that leaves white nearly white."""


class Look(Struct, frozen=True):
    """What the style of a cell says that changes what is read in it."""

    struck: bool = False
    invisible: bool = False
    filled: bool = False
    """Whether its ground is not white."""
    code: str = ""
    """Its number format, where that may show something else than the number."""
    tells: bool = False
    """Whether any of it changes how a cell with this style is read."""


class Run(Struct, frozen=True):
    """Letters of one kind within a cell."""

    text: str
    struck: bool = False
    colour: str = ""
    raised: bool = False


class Rich(Struct, frozen=True):
    """A text that holds letters of several kinds."""

    text: str
    """What is to be read: nothing struck out, footnotes in brackets, figures of two colours on lines of their own."""
    seen: str
    """The same without what is white."""
    struck: bool
    white: bool


def look(*, struck: bool, letters: str, ground: str, code: str) -> Look:
    """The look of a cell with letters and a ground of these colours, and this number format."""
    shown = code if code and shows_otherwise(code) else ""
    invisible = code.replace(" ", "") == ";;;" or is_unseen(letters, ground)
    return Look(struck, invisible, ground != WHITE, shown, struck or invisible or bool(shown))


def rich(runs: Iterable[Run]) -> Rich | None:
    """What a text says whose letters tell more than its characters; None of any other."""
    kept: list[tuple[str, str]] = []
    seen: list[tuple[str, str]] = []
    whole = ""
    struck = white = False
    for run in runs:
        whole += run.text
        plain = not run.text.strip()
        if run.struck and not plain:
            struck = True
            continue
        part = f"[{run.text}]" if run.raised and not plain else run.text, "" if plain else run.colour
        kept.append(part)
        if not plain and is_unseen(run.colour, WHITE):
            white = True
        else:
            seen.append(part)
    read = joined(kept)
    return Rich(read.strip(), joined(seen).strip(), struck, white) if struck or white or read != whole else None


def colour(said: Mapping[str, Any] | None, *, of_letters: bool = False) -> str:
    """A colour as RRGGBB, or by its number in the theme; empty where it is left to the program, as that of ordinary letters."""
    if not said:
        return ""
    if said.get("rgb"):
        return str(said["rgb"])[-6:].upper()
    if said.get("theme") is not None:
        theme, tint = said["theme"], said.get("tint") or 0
        if theme == 0 and abs(tint) < _FAINT:
            return WHITE
        name = f"{theme} {tint:g}"
        return "" if of_letters and name == _DARK else name
    return WHITE if said.get("indexed") in (1, 9) else ""
