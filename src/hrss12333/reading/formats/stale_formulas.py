"""Formulas whose stored value is not what they compute: a 0 left by a program that writes formulas and never calculates,
or what a form's formula gave before a program filled in other figures.

A stored 0 is suspicious beside any formula, another figure beside sums of single cells alone (=C5+D5, =SUM(D5:F5)), which
cost little to compute; a workbook with neither costs a search. What a formula gives that is not computed here is believed,
a 0 only where a spreadsheet program has calculated the book.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.formats.formula import Calculator, Operand
from hrss12333.reading.grid import At, Cell, Grid

_SINGLE_CELLS = lazy(
    r"=-?(?:(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d+|\d+(?:\.0)?|SUM\((?:(?:'[^']+'|[^\W\d][\w.]*)!\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+|\$?([A-Z]{1,3})\$?(\d+):\$?(?!\1\$?\2\))[A-Z]{1,3}\$?\2)\)|[-+*/()])++"
)
"""Such a formula: cells, ranges of one row or another sheet, and whole numbers, joined by signs."""
_CLOSE = 1e-6
"""Difference, in parts of the stored value, that comes of reckoning with fractions."""
_UNKNOWN = True
"""Stands for what no formula is computed with: a date, an answer, a cell of no sheet that is known."""
_LONGEST = 300
"""Characters beyond which a formula checks the form, rather than giving a figure."""

_MOST = 5_000
"""Formulas of a sheet that are looked at."""


@lru_cache(maxsize=4096)
def is_suspect(formula: str, is_zero: bool) -> bool:
    """Whether it is worth computing what a formula gives beside a stored 0, or beside another stored value."""
    if not 0 < len(formula) <= _LONGEST:
        return False
    return is_zero or (_SINGLE_CELLS.fullmatch(formula) is not None and not formula[1:].isdecimal())


def _never() -> bool:
    return False


def sifted(
    grids: Sequence[Grid], calculated: Callable[[], bool] = _never, *, empty_texts: bool = False
) -> tuple[Grid, ...]:
    """The grids with such cells blank and marked as stale, as those are that store nothing beside a formula.

    Args:
        grids: As they were read, with the formulas among their marks.
        calculated: Whether a program that calculates has saved the book. One that never does stores no other figure than
            0, so that a stored one tells it, too.
        empty_texts: Whether the blank beside a formula may be an empty text that was calculated, too.
    """
    suspects = {grid.name: suspected for grid in grids if grid.marks and (suspected := _suspects(grid))}
    if not suspects:
        return tuple(grids)
    by_name = {grid.name: grid for grid in grids}
    is_calculated = any(map(_stores_a_figure, grids)) or calculated()
    found: dict[str, dict[At, int | float | None]] = {}
    for name, cells in suspects.items():

        def lookup(sheet: str | None, row: int, column: int, home: str = name) -> Operand:
            own = sheet or home
            formula = suspects.get(own, {}).get((row, column))
            cell: Cell = by_name[own].at(row, column) if own in by_name else _UNKNOWN
            if formula or cell is None or cell == "":
                return formula
            return cell if isinstance(cell, int | float | str) else _UNKNOWN

        calculator = Calculator(lookup, blank_is_zero=True)
        for at, formula in cells.items():
            cell = by_name[name].at(*at)
            if not isinstance(cell, int | float):
                if not (empty_texts and is_calculated) or calculator.compute(formula) is not None:
                    found.setdefault(name, {})[at] = None
                continue
            result = calculator.compute(formula)
            if not is_calculated and not cell if result is None else _differs(float(result), cell):
                found.setdefault(name, {})[at] = int(cell) if cell == int(cell) else cell
    return tuple(_blanked(grid, found.get(grid.name, {})) for grid in grids)


def _suspects(grid: Grid) -> dict[At, str]:
    """The formulas of which it is worth computing what they give: a blank or a figure is stored, which may be wrong."""
    found: dict[At, str] = {}
    for at, mark in islice(grid.marks.items(), _MOST):
        if mark.formula:
            cell = grid.at(*at)
            is_figure = isinstance(cell, int | float) and not isinstance(cell, bool)
            if cell is None or cell == "" or (is_figure and is_suspect(mark.formula, not cell)):
                found[at] = mark.formula
    return found


def _stores_a_figure(grid: Grid) -> bool:
    """Whether a figure that is not 0 stands beside any formula."""
    return any(
        mark.formula and isinstance(cell := grid.at(*at), int | float) and cell for at, mark in grid.marks.items()
    )


def _differs(result: float, stored: float) -> bool:
    return abs(result - stored) > _CLOSE * max(1.0, abs(stored))


def _blanked(grid: Grid, stale: Mapping[At, int | float | None]) -> Grid:
    """The grid without the stored values of these formulas."""
    if not stale:
        return grid
    cells, marks = [*map(list, grid.cells)], dict(grid.marks)
    for (row, column), stored in stale.items():
        marks[row, column] = replace(marks[row, column], stale=True, stored=stored)
        if stored is not None:
            cells[row][column] = ""
    return replace(grid, cells=tuple(cells), marks=marks)
