"""Unread cells: of a column that the form does not have, or neighbours as one block each."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from hrss12333.model.account import UnreadBlock
from hrss12333.model.filing import UnreadColumn
from hrss12333.model.row import Place
from hrss12333.reading.grid import At
from hrss12333.survey.schema import Form

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


class OtherColumn(Struct):
    """A column under a heading that the form does not have; of a turned table, a row."""

    place: Place
    """Of its heading."""
    at: At
    """The cell that holds the heading."""
    form: Form
    unread: UnreadColumn | None
    """What is told of it, where it is filled."""
    turned: bool
    lines: frozenset[int]
    """The rows of its table, from 1, the heading's among them."""
    cells: list[UnreadCell] = field(default_factory=list)
    """Its unread cells."""

    def holds(self, cell: UnreadCell) -> bool:
        """Whether a cell lies below the heading, down to the last row of the table."""
        at, across = (cell.column, cell.row) if self.turned else (cell.row, cell.column)
        first, own = (self.place.column, self.place.row) if self.turned else (self.place.row, self.place.column)
        return across + 1 == own and first < at + 1 <= max(self.lines)

    def is_on_line(self, cell: UnreadCell) -> bool:
        """Whether a cell stands in one of the table's rows."""
        return (cell.column if self.turned else cell.row) + 1 in self.lines


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
