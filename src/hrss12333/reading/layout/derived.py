"""Which cells hold nothing but what a formula works out from the tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from hrss12333.reading.grid import At, Grid, column_number
from hrss12333.reading.layout.parts import SheetRead

_REFERENCE = r"(?:(?:'([^']+)'|([^\W\d]\w*))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?![\w(])"
_RANGE = r"((?:'[^']+'|[^\W\d]\w*)!)(\$?[A-Z]{1,3}\$?\d{1,7}:)"
"""A range on another sheet, which only its first corner names."""
_OPERAND = rf'"[^"]*"|{_REFERENCE}|(?<![\w.])(?P<constant>\d+(?:\.\d+)?)'
"""A text, a cell or a number in a formula."""
_HARMLESS_CONSTANTS = frozenset([None, "0", "1", "2", "10", "12", "100", "1000", "10000", "365", "250"])


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
