"""The result of every format reader: sheets as grids of cells with physical addresses.

Every format stores in its own way how a look changes what is read; all become texts and `Mark`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import compress, product
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.row import Place, Problem
from hrss12333.model.text import Text

if TYPE_CHECKING:
    Cell = str | int | float | bool | datetime | date | time | timedelta | None
else:
    Cell = Any  # what crosses from the child process is typed by these classes, and msgspec tells no dates from texts
At = tuple[int, int]
"""Row and column of a cell, from 0."""
_LARGEST_MERGED = 10_000
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

    def place(self, row: int, column: int) -> Place:
        """The place of a cell, both counted from 0."""
        return Place(self.name, row + 1, column + 1)

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
        """Characters of each of its texts: of cells, around it, in comments and errors."""
        marks = [text for mark in self.marks.values() for text in (mark.comment, mark.error) if text]
        return tuple(map(len, (*(text for _, _, text in self.texts), *self.before, *self.after, *marks)))

    def texts_between(self, first: int, last: int) -> Sequence[tuple[int, int, str]]:
        """The texts of the rows from ``first`` to the one before ``last``."""
        return self.texts[bisect_left(self.texts, (first,)) : bisect_left(self.texts, (last,))]


LONGEST_TEXT = 5_000
"""Characters of a text that are read: no person writes more, and every search in it takes time."""


def clipped(grid: Grid) -> Grid:
    """The sheet with longer texts cut off, and marked as such: cells, the lines around a table, comments, errors."""
    if max(grid.lengths, default=0) <= LONGEST_TEXT:
        return grid
    return replace(
        grid,
        cells=tuple([_shortened(cell) if isinstance(cell, str) else cell for cell in line] for line in grid.cells),
        before=tuple(map(_shortened, grid.before)),
        after=tuple(map(_shortened, grid.after)),
        marks={
            at: replace(mark, comment=_shortened(mark.comment), error=_shortened(mark.error))
            for at, mark in grid.marks.items()
        },
    )


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    kept = LONGEST_TEXT - 50  # so that what is written again is as short
    return f"{text[:kept]}…（后面还有{len(text) - kept}个字，没有读取）"


MAX_COLUMN = 16_384
"""Columns of a sheet."""
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


def shown_by(code: str) -> tuple[str, float]:
    r"""What a number format shows around the digits, as {}万, and by how much it lowers the number; mostly ``"", 1``.

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


def read_letters(pieces: Iterable[tuple[str, Collection[str]]]) -> tuple[str, str]:
    """Of pieces of a text with looks: what is read, numbers of notes in brackets; what is struck or hidden."""
    text = removed = ""
    for letters, look in pieces:
        if not letters.strip():
            text += letters
        elif STRUCK in look or HIDDEN in look:
            removed += letters
        else:
            text += f"[{letters}]" if RAISED in look else letters
    return text.strip() if removed else text, removed


def _look_of(font: StyleRecord) -> Collection[str]:
    raised = font.get("vert_align") in ("superscript", "subscript")
    return [name for name, holds in ((STRUCK, font.get("strike")), (RAISED, raised)) if holds]


def style_of(style: StyleRecord) -> Mark:
    """The part of a cell's style that changes what is read in the cell, as the mark of such a cell."""
    shown, lowered = shown_by(style.get("number_format") or "")
    return Mark(struck=bool((style.get("font") or {}).get("strike")), shown=shown, lowered=lowered)


_BEFORE_THREAD = "linkid=870924"
"""The end of the words with which Excel begins a comment that repeats a thread of comments for earlier versions."""


_LONGEST_NAME = 100
"""Characters of a sheet's name that are read; Excel allows 31."""


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

    def __post_init__(self) -> None:
        """Cut off a name that no program gives: each text and finding of the sheet bears it."""
        self.name = self.name[:_LONGEST_NAME]

    def note(self, at: At, **fields: Any) -> None:
        """Set those fields of a cell's mark that are not empty."""
        if given := {name: value for name, value in fields.items() if value}:
            known = self.marks.get(at)
            self.marks[at] = replace(known, **given) if known else Mark(**given)

    def comment(self, at: At, text: str) -> None:
        """Note what somebody wrote on a cell; of a thread of comments, its remarks."""
        self.note(at, comment=text.rpartition(_BEFORE_THREAD)[2].strip())

    def styled(self, at: At, value: Cell, style: Mark, runs: Iterable[tuple[str, StyleRecord]] = ()) -> Cell:
        """The value to be read in a cell of this style, a text of which runs have fonts; all else goes into its mark.
        Struck-out text is the value only where there is no other."""
        text, removed = read_letters((text, _look_of(font)) for text, font in runs) if runs else ("", "")
        cut = bool(removed and text)
        self.note(at, cut=cut, struck=not cut and (style.struck or bool(removed)))
        if style.shown and isinstance(value, int | float) and not isinstance(value, bool):
            self.note(at, shown=style.shown, lowered=style.lowered)
        return text or value

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
            hidden_rows=frozenset(row for row in self.hidden_rows if row < len(self.rows)),
            hidden_columns=frozenset(compress(range(len(hidden)), hidden)),
            marks=self.marks,
            ragged=self.ragged,
        )


class Book(Struct, frozen=True, tag=True, omit_defaults=True):
    """The content of a spreadsheet."""

    grids: tuple[Grid, ...] = ()
    texts: tuple[Text, ...] = ()
    """Texts in no cell and beside no table: text boxes, page headers and footers, notes, the document's properties."""
    saved: datetime | None = None
    """When the document was last saved, by its own word; naive, UTC."""
    macros: bool = False
    external_links: bool = False
    """Whether it shows the content of other files by links; hyperlinks are none of these."""
    category: str = ""
    """The core property *category*, by which this tool recognises its own outputs (see `check_code`)."""
    keywords: str = ""
    """The core property *keywords*: an annotated copy holds the 校验码 of what was annotated."""
    around: tuple[Text, ...] = ()
    """The names of the file and of what it lies in, within what was given, and the words of its mail."""
    year_settled: bool = False
    """Whether it is certain which year is processed, so that a name alone gives it no other."""


class Prose(Book, frozen=True, kw_only=True, tag=True):
    """A Word file: its text, and its tables, in which a form may stand."""

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
    """A file cannot be read: F001 damaged, F002 encrypted, F003 of no kind that is read here, F004 over the limits.

    Whatever opens, guards, unpacks or reads what a stranger sent may raise it; docstrings name it only to add to this.
    """

    def __init__(self, kind: Problem, text: str) -> None:
        """``text``: whole sentences."""
        super().__init__(kind, text)
        self.kind, self.text = kind, text


Refused = tuple[Problem, str]
"""The arguments of a `FileProblem`, kept without the frames that it was raised in, which hold the file's content."""
