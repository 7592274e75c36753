"""An answer with a column for each choice, of which one is ticked: 是 | 否 under one heading, 互联网 | 业务专网."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.schema import NO, YES

_FIRST_ROWS = 20
"""Rows of a sheet among which headings stand."""
_TICKS = frozenset("√✓✔☑■●vV1")
_BOXES = frozenset("□☐○")


def with_ticks_joined(grid: Grid, pairs: Sequence[tuple[str, str]]) -> Grid:
    """The sheet with such columns as one: what is ticked stands in the first, as 是√ or ☑互联网□业务专网.

    Args:
        grid: A sheet.
        pairs: The choices that may stand side by side.
    """
    found = [
        (row, column, pair)
        for row, line in enumerate(grid.cells[:_FIRST_ROWS])
        for pair in pairs
        if pair[1] in line
        for column in range(len(line) - 1)
        if (line[column], line[column + 1]) == pair and _only_ticks(grid, row, column) and not _has_figures(line)
    ]
    if not found:
        return grid
    cells: list[list[Cell]] = [list(line) for line in grid.cells]
    for top, column, pair in found:
        cells[top][column] = cells[top][column + 1] = None
        for row in range(top + 1, len(cells)):
            if column + 1 < len(cells[row]) and row not in [other for other, _, _ in found]:
                cells[row][column], cells[row][column + 1] = _answer(cells[row][column : column + 2], pair), None
    return replace(grid, cells=tuple(cells))


def _only_ticks(grid: Grid, top: int, column: int) -> bool:
    """Whether nothing but ticks stands below both, and some do."""
    ticked = False
    for line in grid.cells[top + 1 :]:
        for cell in line[column : column + 2]:
            if is_blank(cell):
                continue
            text = as_text(cell)
            if text not in _TICKS and text not in _BOXES:
                return False  # as soon as it is known: 是 and 否 stand side by side in many a data row
            ticked = ticked or text in _TICKS
    return ticked


def _has_figures(line: Sequence[Cell]) -> bool:
    """Whether a row is one of data, in which 是 and 否 are answers above the ticks of others."""
    return any(read_count(cell).problem is None for cell in line if not is_blank(cell))


def _answer(cells: Sequence[Cell], pair: tuple[str, str]) -> Cell:
    ticked = [as_text(cell) in _TICKS for cell in cells]
    if not any(ticked):
        return None
    if pair == (YES, NO):
        return "".join(f"{choice}√" for choice, tick in zip(pair, ticked, strict=True) if tick)
    return "".join(f"{'☑' if tick else '□'}{choice}" for choice, tick in zip(pair, ticked, strict=True))
