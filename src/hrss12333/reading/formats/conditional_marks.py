"""Cells that a workbook strikes out or makes unseen by a condition on their number (white where it is more than 0)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.coloured_text import is_unseen
from hrss12333.reading.formats.looks import WHITE, colour
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.grid import At, Cell, column_number

_RANGE = lazy(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_NUMBER = lazy(r"-?\d+(?:\.\d+)?")
_MOST_RANGES = 1_000
_MOST_CELLS = 2_000_000
"""Cells of a sheet that its conditions are tried on, each as often as a condition names it."""
_HOLDS: dict[str, Callable[[float, list[float]], bool]] = {
    "equal": lambda cell, said: cell == said[0],
    "notEqual": lambda cell, said: cell != said[0],
    "greaterThan": lambda cell, said: cell > said[0],
    "lessThan": lambda cell, said: cell < said[0],
    "greaterThanOrEqual": lambda cell, said: cell >= said[0],
    "lessThanOrEqual": lambda cell, said: cell <= said[0],
    "between": lambda cell, said: said[0] <= cell <= said[-1],
    "notBetween": lambda cell, said: not said[0] <= cell <= said[-1],
}


Rule = tuple[Sequence[str], str | None, str | None, Sequence[str], Mapping[str, Any]]
"""Ranges, kind, operator and formulas of a condition, and the style that it gives: ``font`` and ``fill``."""


def mark_by_condition(marks: Marks, rows: Sequence[Sequence[Cell]], rules: Iterable[Rule]) -> None:
    """Mark the cells with a number above 0 for which a condition holds that is known here: on their number, or always.

    Raises:
        FileProblem: F004 where there are too many to try.
    """
    left = _MOST_CELLS
    for ranges, kind, operator, formulas, style in rules:
        font: Mapping[str, Any] = style.get("font") or {}
        strikes = bool(font.get("strike"))
        if not strikes and (style.get("fill") or not is_unseen(colour(font.get("color")), WHITE)):
            continue
        said = [formula.strip() for formula in formulas]
        always = kind == "expression" and said == ["TRUE"]
        holds = _HOLDS.get(operator or "") if kind == "cellIs" and said and all(map(_NUMBER.fullmatch, said)) else None
        limits = [float(text) for text in said] if holds else []
        for at in _cells(ranges, rows) if always or holds else ():
            left -= 1
            if left < 0:
                raise too_large()
            cell = rows[at[0]][at[1]]
            if isinstance(cell, bool) or not isinstance(cell, int | float) or cell <= 0:
                continue
            if always or (holds and holds(float(cell), limits)):
                if strikes:
                    marks.struck.setdefault(at, None)
                elif at not in marks.struck:
                    marks.invisible.add(at)


def _cells(ranges: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[At]:
    """The filled part of some ranges."""
    for found in map(_RANGE.fullmatch, ranges[:_MOST_RANGES]):
        if found:
            left, top = column_number(found[1]), int(found[2]) - 1
            right, bottom = (column_number(found[3]), int(found[4]) - 1) if found[3] else (left, top)
            for row in range(max(top, 0), min(bottom + 1, len(rows))):
                yield from ((row, column) for column in range(left, min(right + 1, len(rows[row]))))
