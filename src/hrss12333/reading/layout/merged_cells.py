"""Grids seen through their merged ranges, and parts of a grid seen alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from hrss12333.reading.grid import Box, Cell, Grid

_LARGEST = 20_000
"""Cells beyond which a merged range is decoration, not content."""
_MOST = 200_000
"""Cells of all ranges of a sheet that are looked at; those of an ordinary one are some hundreds."""
_FEW = 5_000
"""Cells of all ranges up to which a sheet's ranges are remembered: most filings merge what their form merges."""


class _Ranges(Struct, frozen=True):
    """The merged ranges of a sheet, and which cell lies in which."""

    boxes: tuple[Box, ...]
    rows: frozenset[int]
    owner: Mapping[tuple[int, int], Box]


class MergedCells:
    """Merged ranges: every cell shows what its top left one holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        ranges = _known(grid.merges) if sum(map(_area, grid.merges)) <= _FEW else _ranges(grid.merges)
        self.boxes = ranges.boxes
        self.rows = ranges.rows
        """The rows that any merged range touches."""
        self._owner = ranges.owner

    def box(self, row: int, column: int) -> Box | None:
        """The merged range that a cell lies in."""
        return self._owner.get((row, column))

    def at(self, row: int, column: int) -> Cell:
        """The cell, or what its merged range shows."""
        box = self._owner.get((row, column))
        return self._grid.at(box.top, box.left) if box else self._grid.at(row, column)


def _ranges(merges: tuple[Box, ...]) -> _Ranges:
    small = [box for box in merges if _area(box) <= _LARGEST]
    sums = accumulate(map(_area, small))
    boxes = tuple(box for box, so_far in zip(small, sums, strict=True) if so_far <= _MOST)
    rows = frozenset(row for box in boxes for row in range(box.top, box.bottom + 1))
    owner = {
        (row, column): box
        for box in boxes
        for row in range(box.top, box.bottom + 1)
        for column in range(box.left, box.right + 1)
    }
    return _Ranges(boxes, rows, owner)


_known = lru_cache(maxsize=64)(_ranges)


def _area(box: Box) -> int:
    return (box.bottom - box.top + 1) * (box.right - box.left + 1)
