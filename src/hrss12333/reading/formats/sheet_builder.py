"""A sheet while it is read, the same for every format: its rows, and the marks of its cells. How the look of a cell or
of its letters changes what is read (struck out, above the line, shown in 万 or 千) every format stores in a way of its
own; all become the same `Letters` and `Mark`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.reading.grid import At, Box, Cell, Grid, Mark
from hrss12333.reading.worker.limits import MAX_COLUMN

_FORMAT_PIECE = r"""General|G/通用格式|(?P<quoted>"[^"]*"?)|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[[^\]]*\]|(?P<plain>.)"""
_NO_WORDS = "0#?.,@ -+()/\u3000"
"""Signs of a format that show digits, separators or a sign, or nothing."""
_NO_SIGNS = " -+()\u3000,"
_OF_DATES = frozenset("ymdhseYMDHSE")
_LONGEST_FORMAT = 255
"""Characters of the longest format that Excel takes."""
STRUCK, HIDDEN, RAISED = "struck", "hidden", "raised"
"""Marks of letters whose look changes what is read; raised: above or below the line, as the number of a footnote."""
StyleRecord = Mapping[str, Any]
"""A style or a font, by python-calamine-plus's names."""


class Letters(Struct, frozen=True):
    """A text parted into what is read and what is not."""

    text: str = ""
    """The text that is read, numbers of footnotes in brackets."""
    removed: str = ""
    """The text that is struck out or hidden."""


def shown_by(code: str) -> tuple[str, float]:
    r"""What a number format shows around the digits, as {}万, and by how much it lowers the number; ``"", 1`` for nearly all.

    ``0"万"`` shows 3 as 3万; ``0!.0,"万"`` shows 25000 as 2.5万. Only the part for numbers above zero counts.
    """
    if len(code) > _LONGEST_FORMAT or not (words := set(code).difference(_NO_WORDS)):
        return "", 1
    before, behind, thousands, shifted, has_point, counted = "", "", 0, 0, False, False
    for token in re.finditer(_FORMAT_PIECE, code if words else ""):
        plain = token["plain"] or ""
        literal = (token["quoted"] or "").strip('"') or token["escaped"] or token["money"] or ""
        if plain == ";":
            break
        if plain in _OF_DATES:
            return "", 1
        if token[0].startswith("G") or (plain and plain in "0#?"):
            thousands, shifted, counted = 0, shifted + has_point, True
        elif plain == ",":
            thousands += 1
        has_point |= literal == "."
        said = plain if plain not in _NO_WORDS else literal if literal != "." else ""
        before, behind = (before, behind + said) if counted else (before + said, behind)
    before, behind = before.strip(_NO_SIGNS), behind.strip(_NO_SIGNS)
    lowered = 1_000**thousands * 10**shifted / (100 if "%" in behind else 1)
    return (f"{before}{{}}{behind}", lowered) if before or behind or shifted else ("", 1)


def read_letters(pieces: Iterable[tuple[str, Collection[str]]]) -> Letters:
    """The letters of a text in pieces, each with how it looks."""
    text = removed = ""
    for letters, look in pieces:
        if not letters.strip():
            text += letters
        elif STRUCK in look or HIDDEN in look:
            removed += letters
        else:
            text += f"[{letters}]" if RAISED in look else letters
    return Letters(text.strip() if removed else text, removed)


def read_runs(runs: Iterable[tuple[str, StyleRecord]]) -> Letters:
    """The letters of a text in pieces, each with its font."""

    def look(font: StyleRecord) -> Collection[str]:
        raised = font.get("vert_align") in ("superscript", "subscript")
        return [name for name, holds in ((STRUCK, font.get("strike")), (RAISED, raised)) if holds]

    return read_letters((text, look(font)) for text, font in runs)


def style_of(style: StyleRecord) -> Mark:
    """The part of a cell's style that changes what is read in the cell, as the mark of such a cell."""
    shown, lowered = shown_by(style.get("number_format") or "")
    return Mark(struck=bool((style.get("font") or {}).get("strike")), shown=shown, lowered=lowered)


_NO_LETTERS = Letters()
_BEFORE_THREAD = "linkid=870924"
"""The end of the words with which Excel begins a comment that repeats a thread of comments for earlier versions."""


class SheetBuilder(Struct):
    """A sheet while it is read."""

    name: str
    hidden: bool = False
    before: tuple[str, ...] = ()
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    marks: dict[At, Mark] = field(default_factory=dict)
    ragged: frozenset[int] = frozenset()
    pages: list[str] = field(default_factory=list)
    """Its page headers and footers, with their codes."""

    def note(self, at: At, **fields: Any) -> None:
        """Set those fields of a cell's mark that are not empty."""
        if given := {name: value for name, value in fields.items() if value}:
            known = self.marks.get(at)
            self.marks[at] = replace(known, **given) if known else Mark(**given)

    def comment(self, at: At, text: str) -> None:
        """Note what somebody wrote on a cell; of a thread of comments, its remarks."""
        self.note(at, comment=text.rpartition(_BEFORE_THREAD)[2].strip())

    def styled(self, at: At, value: Cell, style: Mark, letters: Letters = _NO_LETTERS) -> Cell:
        """The value to be read in a cell of this style, a text with these letters; all else goes into its mark.
        Struck-out text is the value only where there is no other."""
        cut = bool(letters.removed and letters.text)
        self.note(at, cut=cut, struck=not cut and (style.struck or bool(letters.removed)))
        if style.shown and isinstance(value, int | float) and not isinstance(value, bool):
            self.note(at, shown=style.shown, lowered=style.lowered)
        return letters.text or value

    def grid(self) -> Grid:
        """The sheet as it was read, up to its last row that holds anything."""
        while self.rows and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.rows[-1]):
            self.rows.pop()
        width = max([*map(len, self.rows), *(box.right + 1 for box in self.merges)], default=0)
        hidden = bytearray(min(width, MAX_COLUMN))  # one cell each, however often the ranges name it
        for each in self.hidden_columns:
            hidden[each.start : each.stop] = b"\1" * len(range(len(hidden))[each.start : each.stop])
        return Grid(
            self.name,
            tuple(self.rows),
            self.hidden,
            tuple(self.merges),
            self.before,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(column for column, is_hidden in enumerate(hidden) if is_hidden),
            marks=self.marks,
            ragged=self.ragged,
        )
