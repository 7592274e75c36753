"""What of a sheet may be read: nothing struck out, nothing hidden, nothing in the colour of its background.

Rows that are concealed as a whole keep their content here, so that they can be named with their figures;
`concealed_rows` lists them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from msgspec.structs import replace

from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.values.cell_text import is_blank

STRUCK, HIDDEN, INVISIBLE = "被划掉", "被隐藏", "的文字与底色相同、看不见"
"""How a row or a column is concealed."""


def legible(grid: Grid) -> Grid:
    """The sheet without what is not to be read: hidden columns, and struck or invisible cells of rows that do count."""
    gone = [at for at, mark in grid.telling.items() if mark.struck or mark.invisible]
    if not gone and not grid.hidden_columns:
        return grid
    by_row: dict[int, set[int]] = defaultdict(set)
    for row, column in gone:
        by_row[row].add(column)
    cells = []
    for index, line in enumerate(grid.cells):
        blank = set(grid.hidden_columns)
        if index in by_row and not _covers(line, by_row[index]):
            blank |= by_row[index]
        cells.append([None if at in blank else cell for at, cell in enumerate(line)] if blank else line)
    return replace(grid, cells=tuple(cells))


def _covers(line: Collection[Cell], gone: Collection[int]) -> bool:
    """Whether all that a row holds is gone, but for its number and short remarks such as 作废."""
    left = [cell for at, cell in enumerate(line) if at not in gone and not is_blank(cell)]
    numbers = [cell for at, cell in enumerate(line) if at in gone and not is_blank(cell)]
    return len(numbers) >= len(left) and len(left) <= 2 and len(numbers) > 1


def concealed_rows(grid: Grid) -> dict[int, str]:
    """Row → how the sheet conceals it as a whole."""
    found: dict[int, str] = {}
    struck = [at for at, mark in grid.telling.items() if mark.struck]
    invisible = [at for at, mark in grid.telling.items() if mark.invisible]
    for how, cells in ((INVISIBLE, invisible), (STRUCK, struck)):
        gone: dict[int, set[int]] = defaultdict(set)
        for row, column in cells:
            gone[row].add(column)
        found |= {row: how for row, own in gone.items() if row < len(grid.cells) and _covers(grid.cells[row], own)}
    return found | dict.fromkeys(grid.hidden_rows, HIDDEN)


def gone_from(grid: Grid, row: int, column: int) -> str:
    """What stood in a cell of a row that counts and is not to be read, in words; empty where nothing did."""
    mark = grid.mark(row, column)
    if mark.struck or mark.cut:
        return "单元格中划掉或看不见的内容没有读取"
    return "单元格中的文字与底色相同、看不见，没有读取" if mark.invisible else ""
