"""Unknown cells: those that the workbook itself explains, and the others, by blocks of neighbours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from hrss12333.model.account import Disposition, UnreadBlock
from hrss12333.model.row import Place
from hrss12333.reading.grid import At, Behind

_MOST_LOOKS = 1_000_000
"""Formulas times unknown cells beyond which nothing is looked up."""


def explained_behind(behind: Behind, unknown: Mapping[str, Collection[At]]) -> dict[tuple[str, At], Disposition]:
    """Sheet and cell → what it is, of those among the unknown cells that the workbook explains.

    A formula is derived where it names cells, and none that is itself unknown.
    """
    listed = {
        (sheet, at): Disposition.HARMLESS
        for sheet, cells in unknown.items()
        for at in cells
        if any(reference.holds(sheet, at) for reference in behind.lists)
    }
    formulas = {
        (sheet, at): known[at]
        for sheet, known in behind.formulas.items()
        for at in unknown.get(sheet, ())
        if at in known
    }
    new = {(sheet, at) for sheet, cells in unknown.items() for at in cells} - listed.keys() - formulas.keys()
    new |= {key for key, formula in formulas.items() if next(behind.references(formula, key[0]), None) is None}
    named = {key: tuple(behind.references(formula, key[0])) for key, formula in formulas.items()} if new else {}
    looks = 0
    while new:
        formulas = {key: formula for key, formula in formulas.items() if key not in new}
        looks += len(formulas) * len(new)
        if looks > _MOST_LOOKS:
            return listed
        new = {key for key in formulas if any(reference.holds(*cell) for reference in named[key] for cell in new)}
    return listed | dict.fromkeys(formulas, Disposition.DERIVED)


_BESIDE = 2
"""Columns between two cells of one row up to which they are neighbours: a label and what it says may stand apart."""
_MOST_TEXTS = 12
"""Texts of a block that are kept."""


class UnreadCell(Struct, frozen=True):
    """A cell of which nobody knows what it says; row and column from 0."""

    row: int
    column: int
    text: str
    asks: bool
    """Whether it holds a figure, or names a region or a column."""


def blocks_of(cells: Sequence[UnreadCell]) -> list[list[UnreadCell]]:
    """The cells, given in the order of reading, by blocks: those of one row a few columns apart, and of the next row."""
    owner: dict[int, int] = {}

    def root(number: int) -> int:
        while owner.setdefault(number, number) != number:
            owner[number] = number = owner[owner[number]]
        return number

    runs: list[list[UnreadCell]] = []
    above: list[int] = []
    current: list[int] = []
    row = -2
    for cell in cells:
        if cell.row != row:
            above, current, row = (current if cell.row == row + 1 else []), [], cell.row
        if current and cell.column - runs[current[-1]][-1].column <= _BESIDE:
            runs[current[-1]].append(cell)
        else:
            current.append(len(runs))
            runs.append([cell])
        number = current[-1]
        for other in above:
            if runs[other][0].column - 1 <= cell.column <= runs[other][-1].column + 1:
                owner[root(number)] = root(other)
    found: dict[int, list[UnreadCell]] = {}
    for number, run in enumerate(runs):
        found.setdefault(root(number), []).extend(run)
    return [sorted(block, key=lambda cell: (cell.row, cell.column)) for block in found.values()]


def as_block(sheet: str, cells: Sequence[UnreadCell], *, asks: bool, headed: bool) -> UnreadBlock:
    """A block as it is told."""
    first = cells[0]
    bottom, right = max(cell.row for cell in cells), max(cell.column for cell in cells)
    return UnreadBlock(
        Place(sheet, first.row + 1, first.column + 1),
        Place(sheet, bottom + 1, right + 1),
        len(cells),
        tuple(cell.text for cell in cells[:_MOST_TEXTS]),
        asks,
        tuple([Place(sheet, cell.row + 1, cell.column + 1) for cell in cells if cell.asks][: _MOST_TEXTS + 1]),
        headed,
    )
