"""Tells figures outside the tables from what only looks like one: years, days, telephones, results of formulas over the
tables."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from hrss12333.reading.grid import At, Grid, column_number
from hrss12333.reading.layout.parts import SheetRead
from hrss12333.reading.values.numbers import UNITS

_FIGURE = re.compile(
    rf"(?:大?约|≈|[+\-]|共计?)?\s*(?:\d[\d,，.\s]*)(?:[十百千万亿]*)\s*[(（]?(?:{UNITS}|%|％|元|小时|分钟|秒)?[)）]?\s*(?:左右)?"
)
_NO_COUNT = (
    r"(?:19|20)\d\d年?度?|(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?|(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d"
    r"|(?:\+?86)?1[3-9]\d{9}|[(（]?0\d{2,3}[)）\-]?\d{7,8}|12333"
)
"""A year, a day, a telephone number."""
_REFERENCE = r"(?:(?:'([^']+)'|([^\W\d]\w*))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?![\w(])"
_CONSTANT = r"(?<![\w.])\d+(?:\.\d+)?"
_HARMLESS_CONSTANTS = frozenset(["0", "1", "2", "10", "12", "100", "1000", "10000", "365", "250"])


@lru_cache(maxsize=4096)
def is_figure(text: str) -> bool:
    """Whether a text is a number, with its unit of measure at most."""
    return bool(text) and any(map(str.isdecimal, text)) and bool(_FIGURE.fullmatch(text))


def names_no_count(text: str) -> bool:
    """Whether a number is a year, a day or a telephone number."""
    return re.fullmatch(_NO_COUNT, unicodedata.normalize("NFKC", text).replace(" ", "")) is not None


class Derived:
    """Which cells hold nothing but what a formula works out from the tables."""

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
        references = [*re.finditer(_REFERENCE, formula)]
        rest = re.sub(_REFERENCE, " ", re.sub(r'"[^"]*"', " ", formula))
        whole = bool(references) and all(
            self._is_known(match[1] or match[2] or grid.name, match) for match in references
        )
        if whole and {*re.findall(_CONSTANT, rest)} <= _HARMLESS_CONSTANTS:
            self._known.add((grid.name, at))
            return True
        return False

    def _is_known(self, sheet: str, match: re.Match[str]) -> bool:
        at = int(match[4]) - 1, column_number(match[3])
        return (sheet, at) in self._known or any(
            at[0] in rows and at[1] in columns for rows, columns in self._areas[sheet]
        )
