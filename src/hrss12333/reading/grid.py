"""What format readers return: sheets as grids of cells with physical addresses.

Formats differ in how they store a look that changes what is read; here it is text or a `Mark`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import compress, product
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.row import Place, Problem
from hrss12333.model.text import Text


class Moment(Struct, frozen=True, array_like=True):
    """A date or a time in a cell, which is no figure."""

    text: str
    is_date: bool

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | bool | Moment | None
_PLAIN = frozenset((str, int, float, bool, type(None)))
At = tuple[int, int]
"""Row and column of a cell, from 0."""
_LARGEST_MERGED = 10_000
"""Cells beyond which a merged range is decoration, not content."""
_MOST_MERGED_CELLS = 200_000
"""Cells of all merged ranges of a sheet that are considered; an ordinary sheet has hundreds."""


def column_number(letters: str) -> int:
    """The column of these capital letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _as_cell(value: Any) -> Cell:
    """A cell's content as a library gives it; a midnight is dropped: some libraries add it to dates."""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | time | timedelta):
        return Moment(str(value), isinstance(value, date))
    return value if isinstance(value, str | int | float) else ""


class Box(Struct, frozen=True, array_like=True):
    """A merged range, inclusive, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Mark(Struct, frozen=True, omit_defaults=True):
    """What a cell has besides its value."""

    struck: bool = False
    """All of it is struck out; it keeps its value, so that its row can be named."""
    cut: bool = False
    """Part of it is struck out; its value is the rest."""
    shown: str = ""
    """What its number format prints around the digits, as {}万 or 约{}; empty for nothing."""
    lowered: float = 1
    """The divisor of the value as shown: 30000 is shown as 3万."""
    comment: str = ""
    """Its comment (批注)."""
    error: str = ""
    """Its Excel error, such as #REF!; the cell then has no value."""
    formula: str = ""
    """The formula of its value, as ``=C5+D5``."""
    stale: bool = False
    """Whether the formula has no stored result; the cell then has no value."""


NO_MARK = Mark()
"""The mark of a cell that has none."""


class Grid(Struct, frozen=True, dict=True, omit_defaults=True):
    """One sheet, or one table of a Word file."""

    name: str
    cells: Sequence[Sequence[Cell]]
    """Row by row; ``cells[0][0]`` is A1. Rows may differ in length. Blank cells are None or ""."""
    hidden: bool = False
    merges: tuple[Box, ...] = ()
    before: tuple[str, ...] = ()
    """Paragraphs of a Word file between the previous table and this one: a title, a header."""
    after: tuple[str, ...] = ()
    """Paragraphs between this table and the next: explanations, a contact."""
    hidden_rows: frozenset[int] = frozenset()
    """Rows that the sheet does not show (hidden, filtered, height 0), counted from 0."""
    hidden_columns: frozenset[int] = frozenset()
    """Columns that the sheet does not show."""
    marks: Mapping[At, Mark] = field(default_factory=dict)
    """Cell → its mark; most sheets have none."""
    ragged: frozenset[int] = frozenset()
    """Rows of a Word table not as wide as most, whose cells may be in the wrong column."""

    def at(self, row: int, column: int) -> Cell:
        """The cell, both counted from 0; None outside."""
        if 0 <= row < len(self.cells) and 0 <= column < len(self.cells[row]):
            return self.cells[row][column]
        return None

    def place(self, row: int, column: int) -> Place:
        """The place of a cell, both counted from 0."""
        return Place(self.name, row + 1, column + 1)

    def mark(self, row: int, column: int) -> Mark:
        """What a cell has besides its value."""
        return self.marks.get((row, column), NO_MARK)

    @cached_property
    def boxes(self) -> Mapping[At, Box]:
        """Cell → the merged range that contains it."""
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
        """The cell, or the first cell of its merged range, whose content it shows."""
        box = self.boxes.get((row, column))
        return self.at(box.top, box.left) if box else self.at(row, column)

    def is_covered(self, row: int, column: int) -> bool:
        """Whether the cell shows another's content, as part of a merged range."""
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
        """Characters of each of its texts: in and around cells, in comments and errors."""
        marks = [text for mark in self.marks.values() for text in (mark.comment, mark.error) if text]
        return tuple(map(len, (*(text for _, _, text in self.texts), *self.before, *self.after, *marks)))

    def texts_between(self, first: int, last: int) -> Sequence[tuple[int, int, str]]:
        """The texts of the rows from ``first`` up to ``last``, which is excluded."""
        return self.texts[bisect_left(self.texts, (first,)) : bisect_left(self.texts, (last,))]


LONGEST_TEXT = 5_000
"""Characters read of a text: people write no longer ones, and every search in them takes time."""


def clipped(grid: Grid) -> Grid:
    """The sheet with longer texts cut and marked as cut: cells, lines around a table, comments, errors."""
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
"""Signs of a format that show digits, separators, a sign or nothing."""
_NO_SIGNS = " -+()\u3000,"
_OF_DATES = frozenset("ymdhseYMDHSE")
_LONGEST_FORMAT = 255
"""Characters of the longest format that Excel takes."""
STRUCK, HIDDEN, RAISED = "struck", "hidden", "raised"
"""Marks of letters whose look changes what is read; raised: above or below the line, as a note's number."""
StyleRecord = Mapping[str, Any]
"""A style or a font under python-calamine-plus's names."""


def shown_by(code: str) -> tuple[str, float]:
    """What a number format prints around the digits, as {}万, and its divisor; mostly ``"", 1``.

    ``0"万"`` shows 3 as 3万; ``0!.0,"万"`` shows 25000 as 2.5万. Only the part for numbers above zero counts."""
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
    """A text of pieces with looks as it is read, note numbers in brackets; and what is struck or hidden."""
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
    """The mark of the cells of a style: what in it changes what is read."""
    shown, lowered = shown_by(style.get("number_format") or "")
    return Mark(struck=bool((style.get("font") or {}).get("strike")), shown=shown, lowered=lowered)


_BEFORE_THREAD = "linkid=870924"
"""Ends the words with which Excel begins a comment that repeats a thread for earlier versions."""
_LONGEST_NAME = 100
"""Characters of a sheet's name that are read; Excel allows 31."""


class SheetBuilder(Struct):
    """A sheet while it is read."""

    name: str
    hidden: bool = False
    before: tuple[str, ...] = ()
    rows: list[Any] = field(default_factory=list)
    """Rows of cells as the library gives them."""
    merges: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    marks: dict[At, Mark] = field(default_factory=dict)
    ragged: frozenset[int] = frozenset()
    pages: list[str] = field(default_factory=list)
    """Its page headers and footers, with their codes."""

    def __post_init__(self) -> None:
        """Cut a name longer than any program makes: each text and finding of the sheet repeats it."""
        self.name = self.name[:_LONGEST_NAME]

    def note(self, at: At, **fields: Any) -> None:
        """Set the non-empty fields in a cell's mark."""
        if given := {name: value for name, value in fields.items() if value}:
            known = self.marks.get(at)
            self.marks[at] = replace(known, **given) if known else Mark(**given)

    def comment(self, at: At, text: str) -> None:
        """Note a comment on a cell; of a thread, its remarks."""
        self.note(at, comment=text.rpartition(_BEFORE_THREAD)[2].strip())

    def styled(self, at: At, value: Cell, style: Mark, runs: Iterable[tuple[str, StyleRecord]] = ()) -> Cell:
        """The value to read in a cell of this style, with fonts in ``runs`` of its text; the rest goes into
        its mark.

        Struck-out text is the value only if there is no other text."""
        text, removed = read_letters((text, _look_of(font)) for text, font in runs) if runs else ("", "")
        cut = bool(removed and text)
        self.note(at, cut=cut, struck=not cut and (style.struck or bool(removed)))
        if style.shown and isinstance(value, int | float) and not isinstance(value, bool):
            self.note(at, shown=style.shown, lowered=style.lowered)
        return text or value

    def grid(self) -> Grid:
        """The sheet as read, up to its last row with content."""
        while self.rows and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.rows[-1]):
            self.rows.pop()
        width = max([*map(len, self.rows), *(box.right + 1 for box in self.merges)], default=0)
        hidden = bytearray(min(width, MAX_COLUMN))  # one byte for each cell, however many ranges contain it
        for each in self.hidden_columns:
            hidden[each.start : each.stop] = b"\1" * len(range(len(hidden))[each.start : each.stop])
        return Grid(
            self.name,
            tuple(line if _PLAIN.issuperset(map(type, line)) else [*map(_as_cell, line)] for line in self.rows),
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
    """Texts in no cell and beside no table: text boxes, page headers and footers, notes, properties."""
    saved: datetime | None = None
    """When the document was last saved, by its properties; naive, UTC."""
    macros: bool = False
    external_links: bool = False
    """Whether links show other files' content in it; hyperlinks do not count."""
    category: str = ""
    """The core property *category*, by which this tool recognises its outputs (`check_code`)."""
    keywords: str = ""
    """The core property *keywords*: a marked copy has the 校验码 of the original here."""
    around: tuple[Text, ...] = ()
    """The names of the file and its containers below the given path, and the text of its mail."""
    year_settled: bool = False
    """Whether the year that is processed is certain: then a name alone gives the file no other year."""


class Prose(Book, frozen=True, kw_only=True, tag=True):
    """A Word file: its text, and its tables, which may be forms."""

    paragraphs: tuple[str, ...]
    """Its whole text, with that of cells, text boxes and notes."""
    embedded: int = 0
    """Workbooks embedded in it; they are not read."""


class Values(Struct, frozen=True):
    """The content of a workbook that this tool wrote."""

    grids: tuple[Grid, ...] = ()
    properties: dict[str, str] = {}
    """The custom properties, which programs add."""


class FileProblem(Exception):  # noqa: N818  a problem of the file, not an error of the program
    """A file cannot be read: F001 damaged, F002 encrypted, F003 of no kind that is read, F004 over the
    limits.

    Whatever opens, guards, unpacks or reads a stranger's content may raise it; few docstrings mention it."""

    def __init__(self, kind: Problem, text: str) -> None:
        """``text``: whole sentences."""
        super().__init__(kind, text)
        self.kind, self.text = kind, text


Refused = tuple[Problem, str]
"""The arguments of a `FileProblem`, without its frames, which would hold the file's content."""
