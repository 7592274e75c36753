"""The marks of a sheet's cells, one kind at a time."""

from __future__ import annotations

from typing import Any

from hrss12333.reading.grid import At, Book, Grid, Mark

_PLAIN = Mark()


def marked(grid: Grid, name: str) -> dict[At, Any]:
    """Cell → what its marks say under this name, where they say anything."""
    found = {at: getattr(mark, name) for at, mark in grid.marks.items()}
    return {at: reported for at, reported in found.items() if reported != getattr(_PLAIN, name)}


def struck(grid: Grid) -> dict[At, str | None]:
    """Cell in which something is struck out → what remains, None where nothing does."""
    return {
        at: None if mark.struck else str(grid.at(*at)) for at, mark in grid.marks.items() if mark.struck or mark.cut
    }


def marks_of(*cells: At, **reported: Any) -> dict[At, Mark]:
    """Each of these cells → a mark that says so."""
    return dict.fromkeys(cells, Mark(**reported))


def unseen(book: Book, sheet: str) -> dict[At, Mark]:
    """Cell of a sheet → its error, or its formula without a stored result."""
    return {
        at: mark
        for grid in book.grids
        if grid.name == sheet
        for at, mark in grid.marks.items()
        if mark.error or mark.stale
    }


def stale(formula: str) -> Mark:
    """The mark of such a formula."""
    return Mark(formula=formula, stale=True)
