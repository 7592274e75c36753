"""Cells that an .xlsx strikes out or makes unseen by a condition on their number (white where it is more than 0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.coloured_text import is_unseen
from hrss12333.reading.formats.rich_strings import WHITE, child, colour, column_number, is_on, parsed
from hrss12333.reading.grid import Grid

_BEGIN, _END = b"<conditionalFormatting", b"</conditionalFormatting>"
_RULE = lazy(rb"<cfRule\b[^<>]*>(?:<formula>TRUE)?")
_FORMAT = lazy(rb'\bdxfId="(\d+)"')
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


def telling_formats(formats: list[Any]) -> dict[str, bool]:
    """Number of a conditional format that strikes a cell out (True) or makes its letters white on nothing (False)."""
    found: dict[str, bool] = {}
    for number, item in enumerate(formats):
        font = child(item, "font")
        if font is not None and is_on(child(font, "strike")):
            found[str(number)] = True
        elif font is not None and is_unseen(colour(child(font, "color")), WHITE) and child(item, "fill") is None:
            found[str(number)] = False
    return found


def marked_cells(raw: bytes, grid: Grid, formats: Mapping[str, bool]) -> Iterator[tuple[tuple[int, int], bool]]:
    """The cells with a number above 0 for which such a condition holds; of one that asks for more than numbers nothing
    is known.

    Raises:
        FileProblem: F004 where there are too many to try.
    """
    start = raw.find(_BEGIN)
    if start < 0 or not any(_asks_for_numbers(tag, formats) for tag in _RULE.findall(raw, start)):
        return
    left = _MOST_CELLS
    for piece in raw[start:].split(_END)[:-1]:
        root = parsed(piece[max(piece.find(_BEGIN), 0) :] + _END)
        for rule in root if root is not None else ():
            said = [(formula.text or "").strip() for formula in rule if str(formula.tag).endswith("formula")]
            always = rule.get("type") == "expression" and said == ["TRUE"]
            test = _HOLDS.get(rule.get("operator", "")) if rule.get("type") == "cellIs" else None
            if rule.get("dxfId") not in formats or not (
                always or (test and said and all(map(_NUMBER.fullmatch, said)))
            ):
                continue
            limits = [] if always else [float(text) for text in said]
            for at in _cells(root.get("sqref", ""), grid):
                left -= 1
                if left < 0:
                    raise too_large()
                cell = grid.at(*at)
                number = isinstance(cell, int | float) and not isinstance(cell, bool) and cell > 0
                if number and (always or (test and test(float(str(cell)), limits))):
                    yield at, formats[rule.get("dxfId")]


def _asks_for_numbers(tag: bytes, formats: Mapping[str, bool]) -> bool:
    """Whether a rule with one of these formats is one that is known here; the form itself has others."""
    number = _FORMAT.search(tag)
    return number is not None and number[1].decode() in formats and (b"cellIs" in tag or tag.endswith(b"<formula>TRUE"))


def _cells(ranges: str, grid: Grid) -> Iterator[tuple[int, int]]:
    """The filled part of some ranges."""
    for found in map(_RANGE.fullmatch, ranges.split()[:_MOST_RANGES]):
        if found:
            left, top = column_number(found[1].encode()), int(found[2]) - 1
            right, bottom = (column_number(found[3].encode()), int(found[4]) - 1) if found[3] else (left, top)
            for row in range(top, min(bottom + 1, len(grid.cells))):
                yield from ((row, column) for column in range(left, min(right + 1, len(grid.cells[row]))))
