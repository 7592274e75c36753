"""Unknown cells that a workbook itself explains: formulas that only compute from the table, and lists for choosing from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from hrss12333.model.account import CellUse
from hrss12333.patterns import lazy
from hrss12333.reading.grid import At, Box, Grid, column_number

_MOST_LOOKS = 1_000_000
"""Formulas times unknown cells beyond which nothing is looked up."""
_MOST = 5_000
"""References of a formula, and lists of a sheet, that are looked at."""
_LAST_ROW = 1_048_576
_TEXT = lazy(r'"[^"]*"')
_REFERENCE = lazy(
    r"(?<![\w.])(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?(?::\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?)?(?![\w(.!])"
)


class Reference(Struct, frozen=True):
    """Cells that a formula or a list names."""

    sheet: str
    box: Box

    def holds(self, sheet: str, at: At) -> bool:
        """Whether a cell is one of them."""
        box = self.box
        return sheet == self.sheet and box.top <= at[0] <= box.bottom and box.left <= at[1] <= box.right


def explained_behind(grids: Sequence[Grid], unknown: Mapping[str, Collection[At]]) -> dict[tuple[str, At], CellUse]:
    """Sheet and cell → what it is, of those among the unknown cells that the workbook explains.

    A formula is derived where it names cells, and none that is itself unknown.
    """
    named = {(grid.name, source) for grid in grids for source in islice(grid.lists, _MOST)}
    lists = [reference for home, source in named for reference in references(source, home)]
    listed = {
        (sheet, at): CellUse.HARMLESS
        for sheet, cells in unknown.items()
        for at in cells
        if any(reference.holds(sheet, at) for reference in lists)
    }
    formulas = {
        (grid.name, at): formula
        for grid in grids
        for at in unknown.get(grid.name, ())
        if (formula := grid.mark(*at).formula)
    }
    new = {(sheet, at) for sheet, cells in unknown.items() for at in cells} - listed.keys() - formulas.keys()
    new |= {key for key, formula in formulas.items() if next(references(formula, key[0]), None) is None}
    cells = {key: tuple(references(formula, key[0])) for key, formula in formulas.items()} if new else {}
    looks = 0
    while new:
        formulas = {key: formula for key, formula in formulas.items() if key not in new}
        looks += len(formulas) * len(new)
        if looks > _MOST_LOOKS:
            return listed
        new = {key for key in formulas if any(reference.holds(*cell) for reference in cells[key] for cell in new)}
    return listed | dict.fromkeys(formulas, CellUse.DERIVED)


def references(formula: str, home: str) -> Iterator[Reference]:
    """The cells that a formula in the sheet ``home`` names; none where it leads out of the book."""
    said = _TEXT.sub("", formula)
    if "[" in said:
        return
    for found in islice(_REFERENCE.finditer(said), _MOST):
        quoted, plain, first, top, last, bottom = found.groups()
        if not (top or last):
            continue  # a name, no cell
        left, right = sorted((column_number(first), column_number(last or first)))
        upper, lower = sorted((int(top or 1) - 1, int(bottom or (top if not last else 0) or _LAST_ROW) - 1))
        sheet = quoted.replace("''", "'") if quoted else plain or home
        yield Reference(sheet, Box(upper, left, lower, right))
