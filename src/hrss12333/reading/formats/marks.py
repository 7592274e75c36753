"""What a sheet shows otherwise than it holds it, gathered while it is read: every format tells it in a way of its own, and
all end as the same fields of a `Grid`."""

from __future__ import annotations

from itertools import chain

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.reading.formats.looks import Look, Rich
from hrss12333.reading.formats.number_formats import scale_of, shown_as
from hrss12333.reading.grid import At, Cell, Grid, Mark


class Marks(Struct):
    """The marks of one sheet; see the fields of `Mark`. What is struck out is known by what remains of the cell, None where
    nothing does."""

    struck: dict[At, str | None] = field(default_factory=dict)
    invisible: set[At] = field(default_factory=set)
    scales: dict[At, int] = field(default_factory=dict)
    shown: dict[At, str] = field(default_factory=dict)
    comments: dict[At, str] = field(default_factory=dict)
    errors: dict[At, str] = field(default_factory=dict)
    formulas: dict[At, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def look(self, at: At, cell: Cell, look: Look, text: Rich | None = None) -> Cell:
        """Note what the look of a cell and of its letters says, and give what is then to be read in it."""
        unseen = text is not None and text.white and not look.filled
        said = "" if text is None else text.seen if unseen else text.text
        if text is not None and (text.struck or (unseen and said)):
            self.struck[at] = said or None
        elif look.struck:
            self.struck[at] = None
        if look.invisible or (unseen and not said):
            self.invisible.add(at)
        if look.code and isinstance(cell, int | float) and not isinstance(cell, bool):
            if (scale := scale_of(look.code)) != 1:
                self.scales[at] = scale
            elif shown := shown_as(look.code, cell):
                self.shown[at] = shown
            elif shown is not None:
                self.invisible.add(at)
        return said or cell

    def on(self, grid: Grid) -> Grid:
        """The grid with these marks."""
        told = (self.struck, self.invisible, self.scales, self.shown, self.comments, self.errors, self.formulas)
        return replace(
            grid,
            marks={at: self._mark(at) for at in dict.fromkeys(chain(*told))},
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )

    def _mark(self, at: At) -> Mark:
        return Mark(
            struck=at in self.struck and self.struck[at] is None,
            cut=self.struck.get(at) is not None,
            invisible=at in self.invisible,
            scale=self.scales.get(at, 1),
            shown=self.shown.get(at, ""),
            comment=self.comments.get(at, ""),
            error=self.errors.get(at, ""),
            formula=self.formulas.get(at, ""),
        )
