"""What this tool itself adds to an official form and is no part of it: known by its heading, never read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.reading.grid import Grid
from hrss12333.survey.frame import CHANGES, LAST_YEAR

_HIGHEST = 40
"""Rows among which the heading of last year's figures stands."""


def without_own_parts(grids: Sequence[Grid]) -> Iterator[Grid]:
    """The sheets without the list of changes of a clean form, and without last year's figures beside a blank one."""
    for grid in grids:
        first = grid.at(0, 0)
        if not (isinstance(first, str) and first.lstrip().startswith(CHANGES)):
            yield _without_last_year(grid)


def _without_last_year(grid: Grid) -> Grid:
    """The sheet without that block and what stands right of it."""
    left = next(
        (column for row, column, text in grid.texts if text.startswith(LAST_YEAR) and row < _HIGHEST),
        None,
    )
    if left is None:
        return grid
    merges = tuple(box for box in grid.merges if box.left < left)
    return replace(grid, cells=tuple(row[:left] for row in grid.cells), merges=merges)
