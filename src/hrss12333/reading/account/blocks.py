"""Unread cells: of a column that the form does not have, or neighbours as one block each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from hrss12333.model.account import UnreadBlock
from hrss12333.model.filing import UnreadColumn
from hrss12333.model.row import Place
from hrss12333.reading.grid import At
from hrss12333.survey.schema import Form

_NEIGHBOURS = [(0, -2), (0, -1), (0, 1), (0, 2), *((down, right) for down in (-1, 1) for right in (-1, 0, 1))]
"""Where the neighbours of a cell stand; in its row one blank may stand between: a label and what it says may be apart."""
_MOST_TEXTS = 12
"""Texts of a block that are kept."""


class UnreadCell(NamedTuple):
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


def blocks_of(cells: Mapping[At, UnreadCell]) -> list[list[UnreadCell]]:
    """The cells, by blocks of neighbours, each in the order of reading."""
    left, blocks = dict(cells), list[list[UnreadCell]]()
    for first in sorted(cells):
        block, ahead = list[UnreadCell](), [first]
        while ahead:
            if cell := left.pop(ahead.pop(), None):
                block.append(cell)
                ahead += [(cell.row + down, cell.column + right) for down, right in _NEIGHBOURS]
        blocks += [sorted(block)] if block else []
    return blocks


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
