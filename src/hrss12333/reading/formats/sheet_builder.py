"""A sheet while it is read, the same for every format: its rows, and what its cells say beside their values."""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.reading.files.bounds import MAX_COLUMN
from hrss12333.reading.formats.marks import CellStyle, Letters
from hrss12333.reading.grid import At, Box, Cell, Grid, Mark

_NO_LETTERS = Letters()


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

    def note(self, at: At, **fields: Any) -> None:
        """Set those fields of a cell's mark that say something."""
        if given := {name: value for name, value in fields.items() if value or name == "scale"}:
            known = self.marks.get(at)
            self.marks[at] = replace(known, **given) if known else Mark(**given)

    def styled(self, at: At, value: Cell, style: CellStyle, letters: Letters = _NO_LETTERS) -> Cell:
        """What is to be read of a value in this style, of a text in these letters; what they say beside goes into the mark.
        What is removed from a text is its value only where nothing else is."""
        cut = bool(letters.removed and letters.text)
        struck = not cut and (style.struck or bool(letters.removed))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if cut or struck:
            self.note(at, cut=cut, struck=struck)
        if style.scale != 1 and is_number:
            self.note(at, scale=style.scale)
        return letters.text or value

    def grid(self) -> Grid:
        """The sheet as it was read, up to its last row that holds anything."""
        while self.rows and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.rows[-1]):
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
            ragged=self.ragged,
        )


class ReadSheets(NamedTuple):
    """The sheets of an .xlsx as a reader of cells gives them."""

    sheets: list[SheetBuilder]
    pages: dict[str, list[str]]
    """Sheet → its page headers and footers, with their codes."""
