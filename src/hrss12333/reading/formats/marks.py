"""What a sheet shows otherwise than it holds it, gathered while it is read: every format tells it in a way of its own, and
all end as the same fields of a `Grid`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.reading.formats.number_formats import scale_of, shown_as
from hrss12333.reading.grid import Cell, Grid

At = tuple[int, int]
"""Row and column, from 0."""


class Marks(Struct):
    """The marks of one sheet; see the fields of `Grid` that have the same names."""

    struck: dict[At, str | None] = field(default_factory=dict)
    invisible: set[At] = field(default_factory=set)
    scales: dict[At, int] = field(default_factory=dict)
    shown: dict[At, str] = field(default_factory=dict)
    comments: dict[At, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def note_format(self, at: At, cell: Cell, code: str) -> None:
        """What a number format shows instead of a cell's number: the number scaled, something else, or nothing."""
        if not code or not isinstance(cell, int | float) or isinstance(cell, bool):
            return
        if (scale := scale_of(code)) != 1:
            self.scales[at] = scale
        elif shown := shown_as(code, cell):
            self.shown[at] = shown
        elif shown is not None:
            self.invisible.add(at)

    def on(self, grid: Grid, *, instead: Mapping[At, str | None] | None = None, **changes: Any) -> Grid:
        """The grid with these marks.

        Args:
            grid: As it was read.
            instead: Texts that stand for what is read in some cells; where there is none (None), the cell stays.
            changes: Other fields of the grid.
        """
        texts = {at: text for at, text in (instead or {}).items() if text is not None}
        if texts:
            cells = [*map(list, grid.cells)]
            for (row, column), text in texts.items():
                cells[row][column] = text
            changes["cells"] = tuple(cells)
        return replace(
            grid,
            struck=self.struck,
            invisible=frozenset(self.invisible),
            scales=self.scales,
            shown=self.shown,
            comments=self.comments,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            **changes,
        )
