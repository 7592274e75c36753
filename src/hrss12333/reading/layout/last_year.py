"""The block of last year's figures that the official form may show beside its cells: known by its heading, never read."""

from __future__ import annotations

from dataclasses import replace

from hrss12333.reading.grid import Grid
from hrss12333.survey.frame import LAST_YEAR

_HIGHEST = 40
"""Rows among which its heading stands."""


def without_last_year(grid: Grid) -> Grid:
    """The sheet without that block and what stands right of it."""
    left = next(
        (
            column
            for row in grid.cells[:_HIGHEST]
            for column, cell in enumerate(row)
            if isinstance(cell, str) and cell.startswith(LAST_YEAR)
        ),
        None,
    )
    if left is None:
        return grid
    merges = tuple(box for box in grid.merges if box.left < left)
    return replace(grid, cells=tuple(row[:left] for row in grid.cells), merges=merges)
