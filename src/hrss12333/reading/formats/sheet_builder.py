"""A sheet while it is read, cell by cell or row by row: the same for every format, with what its cells tell beside their values,
and bounded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_AREA, MAX_COLUMN
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.marks import (
    FORMAT_MAGNITUDES,
    CellStyle,
    Letters,
    Piece,
    StyleCondition,
    by_condition,
    number_shown,
)
from hrss12333.reading.grid import NO_MARK, At, Box, Cell, Grid, Mark
from hrss12333.survey.spellings import LARGEST_EXACT

_BLANK: list[Cell] = []
"""The rows in between that hold nothing."""
ERROR = lazy(r"(?:#[A-Z/0]+[!?A]?|Err:\d+|#N/A|错误:\d+|#NAME\?)$")
"""What a cell shows instead of a value."""
_FIGURES = lazy(r"[-+(¥￥$€\s]*[\d,，.]+(?:E[-+]?\d+)?[)¥￥$€\s]*|#+")
_ROUNDED = lazy(rf"(\d[\d,]{{0,15}})(\.\d{{1,6}})?\s*([{''.join(FORMAT_MAGNITUDES)}]).{{0,3}}")
_ORDINARY_STYLE, _NO_LETTERS = CellStyle(), Letters()


def as_number(stored: str) -> int | float:
    """A number as it is stored; a whole one as such, up to where all of them are exact. A ValueError where it is none."""
    number = float(stored)
    return int(number) if number.is_integer() and abs(number) < LARGEST_EXACT else number


class Room(Struct):
    """What the sheets of a file may still hold together: every cell and every row takes its place, blank ones, too."""

    cells: int = 1_000_000
    rows: int = 8 * 2**20

    def take(self, *, cells: int = 0, rows: int = 0) -> None:
        """Note that there are so many more."""
        self.cells -= cells
        self.rows -= rows
        if self.cells < 0 or self.rows < 0:
            raise too_large()


class SheetBuilder(Struct):
    """A sheet while it is read."""

    name: str
    room: Room = field(default_factory=Room)
    hidden: bool = False
    before: tuple[str, ...] = ()
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    marks: dict[At, Mark] = field(default_factory=dict)
    lists: Iterable[str] = ()
    ragged: frozenset[int] = frozenset()

    def put(self, at: At, value: Cell, letters: Letters = _NO_LETTERS, *, width: int = 1) -> None:
        """A cell right of all others of its row, and what the look of its letters says; what is removed in it is its value
        only where nothing else is."""
        row, column = at
        if (row + 1) * (column + width) > MAX_AREA:
            raise too_large()
        if row >= len(self.rows):
            self.room.take(rows=row + 1 - len(self.rows))
            self.rows += [_BLANK] * (row - len(self.rows))
            self.rows.append([])
        line = self.rows[row]
        self.room.take(cells=max(column + width - len(line), width))
        line += [None] * (column - len(line))
        line += [letters.removed if value is None and letters.removed else value, *[None] * (width - 1)]
        if letters.removed or letters.unseen:
            self.note_look(at, value, letters, _ORDINARY_STYLE)

    def merge(self, at: At, rows: int, columns: int) -> None:
        """A cell goes on over so many rows and columns."""
        if rows > 1 or columns > 1:
            self.merges.append(Box(*at, at[0] + rows - 1, at[1] + columns - 1))

    def note(self, at: At, **fields: Any) -> None:
        """Set those fields of a cell's mark that say something."""
        if given := {name: value for name, value in fields.items() if value}:
            self.marks[at] = replace(self.marks.get(at, NO_MARK), **given)

    def note_look(self, at: At, value: Cell, letters: Letters, style: CellStyle) -> None:
        """What the look of a cell and of its letters says."""
        taken = letters.removed or letters.unseen
        if taken or style.is_special:
            cut = bool(taken and letters.text)
            struck = not cut and (style.struck or bool(letters.removed))
            self.note(at, cut=cut, struck=struck, invisible=style.invisible or (not cut and bool(letters.unseen)))
            self.note(at, **number_shown(style.code, value))

    def note_shown(self, at: At, number: Cell, text: str) -> None:
        """What is shown of a number where that says something else: 3万 of a stored 3, but neither 2,501 of 2500.6 nor 3.1万 of
        30954."""
        if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0 or _FIGURES.fullmatch(text):
            return
        if rounded := _ROUNDED.fullmatch(text):
            whole, decimals, magnitude = rounded[1].replace(",", ""), rounded[2] or ".", FORMAT_MAGNITUDES[rounded[3]]
            if abs(float(whole + decimals) * magnitude - number) <= magnitude / 10 ** (len(decimals) - 1):
                return
        self.note(at, shown=text)

    def apply_conditions(self, rules: Iterable[StyleCondition]) -> None:
        """Note what conditions strike out or make unseen that is seen otherwise."""
        for at, what in by_condition(self.rows, rules):
            if not (self.marks.get(at, NO_MARK).struck or self.marks.get(at, NO_MARK).cut):
                self.note(at, **{what: True})

    def grid(self) -> Grid:
        """The sheet as it was read, up to its last row that holds anything."""
        while self.rows and self.rows[-1].count("") == len(self.rows[-1]):
            self.rows.pop()
        width = max([*map(len, self.rows), *(box.right + 1 for box in self.merges)], default=0)
        hidden = bytearray(min(width, MAX_COLUMN))  # however many there are, and however often they name the same
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
            lists=tuple(dict.fromkeys(self.lists)),
            ragged=self.ragged,
        )


class Tables:
    """The tables of a document, each with the lines before and behind it, gathered while it is walked through."""

    def __init__(self) -> None:
        self.room = Room()
        self.grids: list[Grid] = []
        self.depth = 0
        """Tables around what is being read."""
        self.loose: list[str] = []
        """What was read since the last table that is in no other."""
        self._outer: int | None = None
        """That table."""

    def lines(self) -> tuple[str, ...]:
        """The lines that `loose` makes."""
        return tuple(self.loose)

    def between(self) -> tuple[str, ...]:
        """The lines since the last table, which end that one and begin the next."""
        lines, self.loose = self.lines(), []
        if self._outer is not None:
            self.grids[self._outer] = replace(self.grids[self._outer], after=lines)
        return lines

    @contextmanager
    def table(self) -> Iterator[SheetBuilder]:
        """One grid a table; a table within a cell is a grid of its own, after the one around it."""
        number = len(self.grids)
        sheet = SheetBuilder(f"表格{number + 1}", self.room, before=() if self.depth else self.between())
        self.grids.append(Grid(sheet.name, ()))
        self.depth += 1
        yield sheet
        self.depth -= 1
        if not self.depth:
            self._outer = number
        self.grids[number] = sheet.grid()


def text_pieces(element: Any, own: Callable[[Any], Collection[str]], look: frozenset[str]) -> Iterator[Piece]:
    """The texts within an element of XML, each with how it looks by the elements around it.

    ``own``: the look that an element within gives, or the text that it stands for.
    """
    if element.text:
        yield element.text, look, ""
    for child in element:
        its = own(child)
        if isinstance(its, str):
            yield its, look, ""
        else:
            yield from text_pieces(child, own, look.union(its))
        if child.tail:
            yield child.tail, look, ""
