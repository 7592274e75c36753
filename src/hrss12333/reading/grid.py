"""The result of every format reader: sheets as grids of cells with physical addresses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.message import Message, Param, compose
from hrss12333.model.row import Problem
from hrss12333.model.text import Text

if TYPE_CHECKING:
    Cell = str | int | float | bool | datetime | date | time | timedelta | None
else:
    Cell = Any  # what crosses from the child process is typed by these classes, and msgspec tells no dates from texts
At = tuple[int, int]
"""Row and column of a cell, from 0."""
_LARGEST_MERGED = 20_000
"""Cells beyond which a merged range is decoration, not content."""
_MOST_MERGED_CELLS = 200_000
"""Cells of all ranges of a sheet that are looked at; those of an ordinary one are some hundreds."""


def column_number(letters: str) -> int:
    """The column that capital letters name, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class Box(Struct, frozen=True, array_like=True):
    """A merged range, inclusive, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Mark(Struct, frozen=True, omit_defaults=True):
    """What a cell says beside its value."""

    struck: bool = False
    """All of it is struck out. It is still the cell's value, so that a row which was struck out can be named."""
    cut: bool = False
    """Some of it is struck out; the cell's value is what remains."""
    shown: str = ""
    """What its number format shows around the digits, which ``{}`` stands for, where that is more: {}万, 约{}."""
    lowered: float = 1
    """The number that is so shown is the value divided by this: 30000 as 3万."""
    comment: str = ""
    """Its comment (批注)."""
    error: str = ""
    """The Excel error that is there, such as #REF!; the cell has no value then."""
    formula: str = ""
    """The formula that gives its value, as ``=C5+D5``."""
    stale: bool = False
    """Whether the formula has no stored result; the cell has no value then."""


NO_MARK = Mark()
"""The mark of a cell that has none."""


class Grid(Struct, frozen=True, dict=True, omit_defaults=True):
    """One sheet, or one table of a Word file."""

    name: str
    cells: Sequence[Sequence[Cell]]
    """Row-major; ``cells[0][0]`` is A1. Rows may differ in length. Blank cells are None or ""."""
    hidden: bool = False
    merges: tuple[Box, ...] = ()
    before: tuple[str, ...] = ()
    """Paragraphs of a Word file between the table before and this one: a title, a header."""
    after: tuple[str, ...] = ()
    """Paragraphs between this one and the next: explanations, a contact."""
    hidden_rows: frozenset[int] = frozenset()
    """Rows that the sheet does not show: hidden, filtered away, of height 0. Counted from 0, as all below."""
    hidden_columns: frozenset[int] = frozenset()
    """Columns that the sheet does not show."""
    marks: Mapping[At, Mark] = field(default_factory=dict)
    """The marks of cells that have one; most sheets have none."""
    ragged: frozenset[int] = frozenset()
    """Rows of a Word table that are not as wide as most: what was meant for one column may be in another."""

    def at(self, row: int, column: int) -> Cell:
        """The cell, both counted from 0; None outside."""
        if 0 <= row < len(self.cells) and 0 <= column < len(self.cells[row]):
            return self.cells[row][column]
        return None

    def mark(self, row: int, column: int) -> Mark:
        """What a cell says beside its value."""
        return self.marks.get((row, column), NO_MARK)

    @cached_property
    def boxes(self) -> Mapping[At, Box]:
        """Cell → the merged range that it lies in."""
        found: dict[At, Box] = {}
        room = _MOST_MERGED_CELLS
        for box in self.merges:
            rows, columns = range(box.top, box.bottom + 1), range(box.left, box.right + 1)
            if (area := len(rows) * len(columns)) <= min(room, _LARGEST_MERGED):
                room -= area
                found |= dict.fromkeys(product(rows, columns), box)
        return found

    @cached_property
    def merged_rows(self) -> frozenset[int]:
        """The rows that any merged range touches."""
        return frozenset(row for row, _ in self.boxes)

    def shown_at(self, row: int, column: int) -> Cell:
        """The cell, or what its merged range shows, whose first cell holds it."""
        box = self.boxes.get((row, column))
        return self.at(box.top, box.left) if box else self.at(row, column)

    def is_covered(self, row: int, column: int) -> bool:
        """Whether a merged range shows another cell's content in this one."""
        box = self.boxes.get((row, column))
        return box is not None and (box.top, box.left) != (row, column)

    @cached_property
    def texts(self) -> tuple[tuple[int, int, str], ...]:
        """(row, column, text) of every cell that holds a text, in the order of reading."""
        filled = ((row, line) for row, line in enumerate(self.cells) if any(line))
        return tuple(
            [
                (row, column, cell)
                for row, line in filled
                for column, cell in enumerate(line)
                if cell and type(cell) is str
            ]
        )

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Characters of each of its texts: of cells, around it, in comments."""
        comments = [mark.comment for mark in self.marks.values() if mark.comment]
        return tuple(map(len, (*(text for _, _, text in self.texts), *self.before, *self.after, *comments)))

    def texts_between(self, first: int, last: int) -> Sequence[tuple[int, int, str]]:
        """The texts of the rows from ``first`` to the one before ``last``."""
        return self.texts[bisect_left(self.texts, (first,)) : bisect_left(self.texts, (last,))]


LONGEST_TEXT = 5_000
"""Characters of a text that are read: no person writes more, and every search in it takes time."""


def clipped(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """The sheets with longer texts cut off, and marked as such: cells, the lines around a table, comments."""
    return tuple(_clipped(grid) if max(grid.lengths, default=0) > LONGEST_TEXT else grid for grid in grids)


def _clipped(grid: Grid) -> Grid:
    return replace(
        grid,
        cells=tuple([_shortened(cell) if isinstance(cell, str) else cell for cell in line] for line in grid.cells),
        before=tuple(map(_shortened, grid.before)),
        after=tuple(map(_shortened, grid.after)),
        marks={at: replace(mark, comment=_shortened(mark.comment)) for at, mark in grid.marks.items()},
    )


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    kept = LONGEST_TEXT - 50  # so that what is written again is as short
    return f"{text[:kept]}…（后面还有{len(text) - kept}个字，没有读取）"


class Book(Struct, frozen=True, tag=True, omit_defaults=True):
    """The content of a spreadsheet."""

    format: str
    """xlsx, xlsm, xls, docx: by content, not by extension."""
    grids: tuple[Grid, ...]
    texts: tuple[Text, ...] = ()
    """Texts in no cell, with any sheet and place: text boxes, page headers and footers, foot- and endnotes, title and
    comments of the document's properties. Comments are in `Grid.marks`, paragraphs beside a table in `Grid`."""
    saved: datetime | None = None
    """When the document was last saved, by its own word; naive, UTC."""
    macros: bool = False
    external_links: bool = False
    """Whether it shows the content of other files by links; hyperlinks are none of these."""
    category: str = ""
    """The core property *category*, by which this tool recognises its own outputs (see `document_marks`)."""
    keywords: str = ""
    """The core property *keywords*: an annotated copy holds the 校验码 of what was annotated."""
    around: tuple[Text, ...] = ()
    """The names of the file and of what it lies in, within what was given, and the words of its mail."""
    year_settled: bool = False
    """Whether it is certain which year is processed, so that a name alone gives it no other."""


class Prose(Book, frozen=True, kw_only=True, tag=True):
    """A Word file: its text, and its tables, in which a form may stand."""

    format: str = "docx"
    grids: tuple[Grid, ...] = ()
    paragraphs: tuple[str, ...]
    """Its whole text, with that of cells, text boxes and notes."""
    embedded: int = 0
    """Workbooks within it, as they were inserted; they are not read."""


class Values(Struct, frozen=True):
    """The content of a workbook that this tool wrote."""

    grids: tuple[Grid, ...] = ()
    properties: dict[str, str] = {}
    """Those that a program added."""


class FileProblem(Exception):  # noqa: N818  a problem of the file, not an error of the program
    """A file cannot be read; carries the kind of problem and the message, in Chinese: templates with parameters.

    Whatever opens, guards, unpacks or reads what a stranger sent may raise it: F001 damaged, F002 encrypted, F003 of no
    kind that is read here, F004 over the limits. Where it is raised, docstrings name it only where they add to this.
    """

    def __init__(self, kind: Problem, sentences: str | Message, **params: Param) -> None:
        """``sentences`` are whole sentences, in which the ``params`` have gaps."""
        self.kind = kind
        self.message = compose("", sentences, **params) if isinstance(sentences, str) else sentences
        super().__init__(kind, self.message)

    def __str__(self) -> str:
        return self.message.text
