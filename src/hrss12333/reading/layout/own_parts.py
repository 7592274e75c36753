"""What this tool itself adds to an official form and is no part of it: known by its heading, never read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hrss12333.model.document_marks import AUDIT_SHEET, COPY_CATEGORY
from hrss12333.reading.grid import Book, Grid
from hrss12333.survey.frame import CHANGES, LAST_YEAR

_HIGHEST = 40
"""Rows among which the heading of last year's figures stands."""


def without_own_parts(grids: Sequence[Grid]) -> Iterator[Grid]:
    """The sheets without the list of changes of a clean form, and without last year's figures beside a blank one."""
    for grid in grids:
        if not is_change_list(grid):
            yield _without_last_year(grid)


def is_own_sheet(book: Book, grid: Grid) -> bool:
    """Whether this tool wrote all of a sheet, beside the forms."""
    return (book.category == COPY_CATEGORY and grid.name.startswith(AUDIT_SHEET)) or is_change_list(grid)


def is_change_list(grid: Grid) -> bool:
    """Whether a sheet lists what was changed in a clean form."""
    first = grid.at(0, 0)
    return isinstance(first, str) and first.lstrip().startswith(CHANGES)


def last_year_column(grid: Grid) -> int | None:
    """Where last year's figures begin: they and what stands right of them are no part of the form."""
    return next((column for row, column, text in grid.texts if text.startswith(LAST_YEAR) and row < _HIGHEST), None)


def _without_last_year(grid: Grid) -> Grid:
    left = last_year_column(grid)
    return grid if left is None else grid.part(0, left - 1)
