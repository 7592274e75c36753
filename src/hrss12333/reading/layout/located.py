"""Where a form's table stands in a sheet: its headings and the columns that they head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

from msgspec import Struct, field

from hrss12333.reading.grid import Cell, Grid
from hrss12333.survey.schema import Column, Form, Kind


class HeadingMatch(Struct, frozen=True):
    """How a column of the sheet was recognised."""

    column: int
    """From 0."""
    row: int
    """Row of the heading's last cell, from 0."""
    quality: int
    """`headings.OWN`, `USUAL` or `ALIKE`; 0 for a stranger, which is no column of the form."""
    text: str
    """Heading as it stands."""
    span: int = 1
    """Sheet columns that the heading covers."""
    scale: int = 0
    """10,000 where the heading says 万次."""


class Columns(dict[str, HeadingMatch]):
    """Field key → its heading, and what follows from all of them: sheets with the same headings share it."""

    def __init__(
        self,
        form: Form,
        matches: Mapping[str, HeadingMatch],
        doubled: Mapping[str, Sequence[HeadingMatch]] | None = None,
    ) -> None:
        super().__init__(matches)
        self._form = form
        self.places = {key: [match.column] for key, match in matches.items()}
        """Field key → its sheet columns, several where it is doubled."""
        self.places |= {key: [match.column for match in found] for key, found in (doubled or {}).items()}

    @cached_property
    def first(self) -> int:
        """The leftmost sheet column."""
        return min((match.column for match in self.values()), default=0)

    @cached_property
    def right(self) -> int:
        """The first sheet column right of all of them."""
        return max((match.column + match.span for match in self.values()), default=0)

    @cached_property
    def in_order(self) -> tuple[int | None, ...]:
        """The sheet column of each field of the form; None where the sheet has none."""
        return tuple(match.column if (match := self.get(column.key)) else None for column in self._form.columns)

    @cached_property
    def physical(self) -> tuple[int | None, ...]:
        """The same, counted from 1."""
        return tuple(None if column is None else column + 1 for column in self.in_order)

    @cached_property
    def _pick(self) -> Callable[[Sequence[Cell]], Sequence[Cell]]:
        return itemgetter(*(-1 if column is None else column for column in self.in_order))

    def cells_of(self, line: Sequence[Cell]) -> list[Any]:
        """The cells of a row of the sheet in the form's order, None where it has none."""
        return list(self._pick([*line, *[None] * (self.right - len(line)), None]))

    @cached_property
    def answered(self) -> Mapping[int, Column]:
        """Sheet column → the field that is answered there, remarks included."""
        asked = (*self._form.data, *self._form.of_kind(Kind.TEXT))
        return {place: column for column in asked for place in self.places.get(column.key, ())}

    @cached_property
    def are_single(self) -> bool:
        """Whether each field is what one cell says, as it stands."""
        single = not any(match.span > 1 or match.scale for match in self.values())
        return single and all(len(places) == 1 for places in self.places.values())


class Located(Struct, frozen=True):
    """One form's table in a sheet; rows and columns from 0."""

    form: Form
    grid: Grid
    """The sheet; where tables stand side by side, this one's columns alone."""
    sheet: Grid
    """The whole sheet."""
    top: int
    """First row of the heading band."""
    body: int
    """First row below the heading band."""
    end: int
    """First row that is no longer this table's; set when all tables of the sheet are known."""
    columns: Columns
    doubled: dict[str, tuple[HeadingMatch, ...]] = field(default_factory=dict)
    strangers: tuple[HeadingMatch, ...] = ()
    """Headed columns of the sheet that the form does not have."""
    names: int = 1
    """Columns that may name the rows; which of several does, the rows tell."""
