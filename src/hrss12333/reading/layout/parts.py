"""A sheet while it is read: where its tables are, the lines around them, the cells that their rows claim, and those whose formulas
only compute from them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from hrss12333.model.filing import Aside, Concealed, Place, Row, Value
from hrss12333.model.text import Evidence, Text
from hrss12333.reading.grid import At, Grid, column_number
from hrss12333.reading.layout.headings import Heading
from hrss12333.reading.layout.sheets import MergedCells
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import UnitMatch
from hrss12333.survey.periods import Period

_REFERENCE = r"(?:(?:'([^']+)'|([^\W\d]\w*))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?![\w(])"
_RANGE = r"((?:'[^']+'|[^\W\d]\w*)!)(\$?[A-Z]{1,3}\$?\d{1,7}:)"
"""A range on another sheet, which only its first corner names."""
_OPERAND = rf'"[^"]*"|{_REFERENCE}|(?<![\w.])(?P<constant>\d+(?:\.\d+)?)'
"""A text, a cell or a number in a formula."""
_HARMLESS_CONSTANTS = frozenset([None, "0", "1", "2", "10", "12", "100", "1000", "10000", "365", "250"])


class RowsRead(Struct):
    """The rows below the headings of a table, by what becomes of them."""

    rows: list[Row] = field(default_factory=list)
    samples: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    concealed: list[Concealed] = field(default_factory=list)
    of_others: dict[Period, list[Row]] = field(default_factory=dict)
    """Period → the rows of it, where that is another than the table's."""
    taken: set[int] = field(default_factory=set)
    """The rows, from 0, that are this table's in the form's columns."""


class TablePart(Struct, dict=True):
    """A form's headings in a sheet, with what belongs to them; rows and columns from 0."""

    grid: Grid
    """The sheet without what is struck out."""
    merged: MergedCells
    edition: Edition
    """The edition of the year that the sheet names."""
    heading: Heading
    start: int
    end: int
    """First row of what belongs to the table, and the first that no longer does."""
    header: Mapping[str, Value]
    """The header above the headings."""
    whole_header: Mapping[str, Value]
    """The header above the headings, completed from a line below the table."""
    match: UnitMatch | None
    """The match of the unit that the header names; None where it names none."""
    lines: Sequence[Text]
    """Texts above the headings, and behind them."""
    evidence: Sequence[Evidence[Period]]
    """Evidence of its period in these and in the names of its sheet and file."""
    read: RowsRead = field(default_factory=RowsRead)

    @cached_property
    def blanks(self) -> frozenset[At]:
        """The cells of its header's blanks."""
        places = (value.place for value in self.whole_header.values() if value.place)
        return frozenset((place.row - 1, place.column - 1) for place in places)

    @cached_property
    def data_rows(self) -> Mapping[int, Row]:
        """Row → its data; rows that the sheet conceals and those of other years included."""
        concealed = [item.row for item in self.read.concealed]
        of_others = [row for rows in self.read.of_others.values() for row in rows]
        return {row.place.row - 1: row for row in (*self.read.rows, *of_others, *concealed)}

    @cached_property
    def keys(self) -> Mapping[int, str]:
        """Sheet column → field key."""
        return {match.column: key for key, match in self.heading.columns.items()}

    def place(self, row: int, column: int) -> Place:
        """The place of a cell."""
        return Place(self.grid.name, row + 1, column + 1)

    def has_header_in(self, row: int) -> bool:
        """Whether a row belongs to its header, whose blanks were read."""
        return self.start <= row < self.heading.top or any(row == at for at, _ in self.blanks)


class SheetRead(Struct):
    """A sheet with the tables that were read of it."""

    grid: Grid
    """The sheet as sent, with what is struck out."""
    parts: list[TablePart] = field(default_factory=list)
    side_by_side: set[str] = field(default_factory=set)
    """Keys of forms with a table that is not read, for its columns are there twice."""


class Derived:
    """The cells of a workbook whose formulas only compute from its tables."""

    def __init__(self, sheets: Sequence[SheetRead]) -> None:
        self._areas: dict[str, list[tuple[range, range]]] = defaultdict(list)
        for sheet in sheets:
            for part in sheet.parts:
                columns = [match.column for match in part.heading.columns.values()]
                rows = range(part.heading.body, max(part.read.taken, default=part.heading.body) + 1)
                self._areas[sheet.grid.name].append((rows, range(min(columns), max(columns) + 1)))
        self._known: set[tuple[str, At]] = set()

    def holds(self, grid: Grid, at: At) -> bool:
        """Whether a cell's formula only computes from tables, or from cells that do."""
        formula = grid.mark(*at).formula
        if not formula:
            return False
        operands = [*re.finditer(_OPERAND, re.sub(_RANGE, r"\1\2\1", formula))]
        known = [self._is_known(match[1] or match[2] or grid.name, match) for match in operands if match[3]]
        if known and all(known) and {match["constant"] for match in operands} <= _HARMLESS_CONSTANTS:
            self._known.add((grid.name, at))
            return True
        return False

    def _is_known(self, sheet: str, match: re.Match[str]) -> bool:
        at = int(match[4]) - 1, column_number(match[3])
        return (sheet, at) in self._known or any(
            at[0] in rows and at[1] in columns for rows, columns in self._areas[sheet]
        )
