"""A sheet while it is read, cell by cell: the same for every format that is read here, and bounded for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_AREA
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.grid import At, Book, Box, Cell, Grid

STRUCK, HIDDEN, RAISED = "struck", "hidden", "raised"
"""How letters look, where that changes what they say; raised: above or below the line, as the number of a footnote."""

_BLANK: list[Cell] = []
"""The rows in between that hold nothing."""
_EXACT = 10**15
_FIGURE = lazy(r"[-+(¥￥$€\s]*[\d,，.]+(?:E[-+]?\d+)?[)¥￥$€\s]*|#+")


def as_number(stored: str) -> int | float:
    """A number as it is stored; a whole one as such, up to where all of them are exact.

    Raises:
        ValueError: where it is none.
    """
    number = float(stored)
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


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
    room: Room
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: list[range] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    before: tuple[str, ...] = ()
    ragged: frozenset[int] = frozenset()

    def put(self, at: At, value: Cell, removed: str = "", *, width: int = 1) -> None:
        """A cell right of all others of its row; ``removed`` is what was struck out or hidden in it, which is its value only
        where nothing else is."""
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
        line += [removed if value is None and removed else value, *[None] * (width - 1)]
        if removed:
            self.marks.strike(at, remains=value is not None)

    def merge(self, at: At, rows: int, columns: int) -> None:
        """A cell goes on over so many rows and columns."""
        if rows > 1 or columns > 1:
            self.merges.append(Box(*at, at[0] + rows - 1, at[1] + columns - 1))

    def note_shown(self, at: At, number: Cell, text: str) -> None:
        """What is shown of a number where that says something else: 3万 of a stored 3, but not 2,501 of 2500.6."""
        is_figure = isinstance(number, int | float) and number is not True and number > 0
        if is_figure and text and not _FIGURE.fullmatch(text):
            self.marks.note(at, shown=text)

    def note(self, at: At, *, error: str | None, formula: str, comment: str, struck: bool) -> None:
        """What a cell says beside its value; an error is in its place."""
        if error is not None:
            self.marks.note(at, error=error or "#ERROR!")
        elif formula:
            self.marks.note(at, formula=formula)
        if struck:
            self.marks.strike(at)
        if comment:
            self.marks.note(at, comment=comment)

    def grid(self) -> Grid:
        """The sheet as it was read."""
        width = max(map(len, self.rows), default=0)
        self.marks.hidden_columns.update(*(each[: max(width - each.start, 0)] for each in self.hidden_columns))
        return self.marks.on(
            Grid(self.name, tuple(self.rows), self.hidden, tuple(self.merges), self.before, ragged=self.ragged)
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


def as_book(
    kind: str,
    sheets: Sequence[SheetBuilder],
    lists: Iterable[str] = (),
    calculated: Callable[[], bool] = lambda: False,
    **about: Any,
) -> Book:
    """The sheets as a workbook, without results that their formulas do not give; ``lists``, as `Grid` has them, are of all
    sheets, ``calculated`` is as `sifted` has it, and ``about`` are other fields of the book."""
    grids = sifted([sheet.grid() for sheet in sheets], calculated)
    if grids and (named := tuple(dict.fromkeys(lists))):
        grids = (replace(grids[0], lists=named), *grids[1:])
    return Book(kind, grids, **about)


def text_pieces(
    element: Any, own: Callable[[Any], Collection[str]], look: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Collection[str]]]:
    """The texts within an element of XML, each with how it looks by the elements around it.

    ``own``: the look that an element within gives, or the text that it stands for.
    """
    if element.text:
        yield element.text, look
    for child in element:
        its = own(child)
        if isinstance(its, str):
            yield its, look
        else:
            yield from text_pieces(child, own, look.union(its))
        if child.tail:
            yield child.tail, look


def what_remains(pieces: Iterable[tuple[str, Collection[str]]]) -> tuple[str, str]:
    """Of a text in pieces, each with how it looks: what is to be read, footnotes in brackets, and what is struck or hidden."""
    remaining = removed = ""
    for text, look in pieces:
        if text.strip() and (STRUCK in look or HIDDEN in look):
            removed += text
        else:
            remaining += f"[{text}]" if text.strip() and RAISED in look else text
    return (remaining.strip() if removed else remaining), removed
