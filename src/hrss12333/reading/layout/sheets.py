"""Sheets made ready to be read: without what this tool added or what is struck out, through their merged ranges.

Rows that are struck out or hidden as a whole keep their content, so that they can be named with their figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec.structs import replace

from hrss12333.model.document_marks import AUDIT_SHEET, COPY_CATEGORY
from hrss12333.reading.grid import At, Book, Box, Cell, Grid
from hrss12333.reading.values.cell_text import is_blank
from hrss12333.survey.frame import ASKED, CHANGES, LAST_YEAR_HEADING, PASSED, TO_FILL, WRONG
from hrss12333.survey.quotable import is_self_check

ROW_STRUCK, ROW_HIDDEN = "被划掉", "被隐藏"
_LARGEST_MERGED = 20_000
"""Cells beyond which a merged range is decoration, not content."""
_MOST_MERGED_CELLS = 200_000
"""Cells of all ranges of a sheet that are looked at; those of an ordinary one are some hundreds."""
_REMEMBERED_CELLS = 5_000
"""Cells of all ranges up to which a sheet's ranges are remembered: most filings merge what their form merges."""
_HIGHEST = 40
"""Rows among which the heading of last year's figures is."""


class MergedCells:
    """Merged ranges: every cell shows what its top left one holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        ranges = (_known if sum(map(_area, grid.merges)) <= _REMEMBERED_CELLS else _ranges)(grid.merges)
        self._owner, self.rows, self.covered = ranges
        """The cells of each range; the rows that any touches; row → its columns that show what another cell holds."""

    def box(self, row: int, column: int) -> Box | None:
        """The merged range that a cell lies in."""
        return self._owner.get((row, column))

    def at(self, row: int, column: int) -> Cell:
        """The cell, or what its merged range shows."""
        box = self._owner.get((row, column))
        return self._grid.at(box.top, box.left) if box else self._grid.at(row, column)


def _ranges(merges: tuple[Box, ...]) -> tuple[Mapping[At, Box], frozenset[int], Mapping[int, set[int]]]:
    small = [box for box in merges if _area(box) <= _LARGEST_MERGED]
    sums = accumulate(map(_area, small))
    owner = {
        (row, column): box
        for box, so_far in zip(small, sums, strict=True)
        if so_far <= _MOST_MERGED_CELLS
        for row in range(box.top, box.bottom + 1)
        for column in range(box.left, box.right + 1)
    }
    covered = _by_row(at for at, box in owner.items() if at != (box.top, box.left))
    return owner, frozenset(row for row, _ in owner), covered


_known = lru_cache(maxsize=64)(_ranges)


def _area(box: Box) -> int:
    return (box.bottom - box.top + 1) * (box.right - box.left + 1)


def _by_row(places: Iterable[At]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row, column in places:
        found[row].add(column)
    return found


# Parts that this tool wrote


def without_own_parts(book: Book) -> Iterator[Grid]:
    """The sender's sheets: without the list of changes of a clean form, the results of an audit, last year's figures
    beside a blank form and the live self-check with all that its formulas show."""
    for grid in book.grids:
        audit = book.category == COPY_CATEGORY and grid.name.startswith(AUDIT_SHEET)
        first = grid.at(0, 0)
        if audit or (isinstance(first, str) and first.lstrip().startswith(CHANGES)):
            continue
        yield _without_checks(grid)


def _without_checks(grid: Grid) -> Grid:
    words = [each for each in grid.texts_between(0, _HIGHEST) if "上年" in each[2] or "自检" in each[2]]
    last_year = next((column for _, column, text in words if text.startswith(LAST_YEAR_HEADING)), None)
    headed = [column for _, column, text in words if is_self_check(text)]
    checks = range(min(headed), max(headed) + 1) if headed else ()
    if last_year is None and not checks:
        return grid
    reported = any(mark.formula for mark in grid.marks.values())
    cells = [[*line][:last_year] for line in grid.cells]
    for row, line in enumerate(cells):
        for at in (*checks, *([0] if checks and not row else ())):
            own = at < len(line) and (
                is_self_check(str(line[at]))
                or str(line[at]).startswith((PASSED, WRONG, ASKED))
                or TO_FILL in str(line[at])
            )
            if at < len(line) and (own or not reported or grid.mark(row, at).formula):
                line[at] = None  # what a person wrote there is no formula
    merges = tuple(box for box in grid.merges if last_year is None or box.left < last_year)
    return replace(grid, cells=tuple(map(tuple, cells)), merges=merges)


# Concealed cells and rows


def struck_cells(grid: Grid) -> Mapping[int, set[int]]:
    """Row → its columns whose cells are struck out."""
    return _by_row(at for at, mark in grid.marks.items() if mark.struck)


def legible(grid: Grid) -> Grid:
    """The sheet without the struck cells of rows that count."""
    struck = struck_cells(grid)
    if not struck:
        return grid
    cells = []
    for row, line in enumerate(grid.cells):
        own = struck.get(row, ())
        keep = not own or _is_struck_row(line, own)
        cells.append(line if keep else [None if at in own else cell for at, cell in enumerate(line)])
    return replace(grid, cells=tuple(cells))


def _is_struck_row(line: Sequence[Cell], struck: Collection[int]) -> bool:
    """Whether all that a row holds is struck out, but for its number and short remarks such as 作废."""
    left = [cell for at, cell in enumerate(line) if at not in struck and not is_blank(cell)]
    removed = [cell for at, cell in enumerate(line) if at in struck and not is_blank(cell)]
    return len(removed) >= len(left) and len(left) <= 2 and len(removed) > 1


def concealed_rows(grid: Grid) -> dict[int, str]:
    """Row → how the sheet conceals it as a whole."""
    struck = struck_cells(grid)
    found = {
        row: ROW_STRUCK for row, own in struck.items() if row < len(grid.cells) and _is_struck_row(grid.cells[row], own)
    }
    return found | dict.fromkeys(grid.hidden_rows, ROW_HIDDEN)
