"""Formulas of an .xlsx with a stored 0 that they do not compute, as programs leave it that write formulas and never calculate.

Only a stored 0 is suspicious, so a workbook without one costs a search. What a formula gives that is not computed here is
believed where a spreadsheet program has calculated the book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import unescape

from msgspec.structs import replace

from hrss12333.reading.formats.formula import Operand, compute
from hrss12333.reading.grid import Cell, Grid, Sheets, Unseen

_SUSPICIOUS = re.compile(rb"(?:</f>|<f\s[^<>]*/>)<v>0</v>")
_CALCULATED = re.compile(rb"(?:</f>|<f\s[^<>]*/>)<v>(?!0</v>)[^<]")
"""A stored result: what never calculates stores none, so that a 0 beside it is very likely calculated, too."""
_FORMULA = re.compile(rb'<c\s[^<>]*?\br="([A-Z]+)(\d+)"[^<>]*><f((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>)(?:<v>(0)</v>)?')
_SHARED = re.compile(rb'\bsi="(\d+)"')
_LONGEST = 300
"""Characters beyond which a formula checks the form, rather than giving a figure."""

_MOST = 5_000
"""Formulas of a sheet that are looked at."""


def without_stale(
    grids: Sequence[Grid], read: Callable[[str], bytes], sheets: Mapping[str, str], *, calculated: bool
) -> tuple[tuple[Grid, ...], Sheets]:
    """The grids with such cells blank, and what stands in them.

    Args:
        grids: As the fast reader gave them.
        read: A part's content by its name.
        sheets: Sheet name → name of its part.
        calculated: Whether a program that calculates has saved the book.
    """
    formulas: dict[str, dict[tuple[int, int], str]] = {}
    for grid in grids:
        raw = read(sheets.get(grid.name, ""))
        if b"<f" in raw and _SUSPICIOUS.search(raw):
            formulas[grid.name] = _zeros(raw)
            calculated = calculated or _CALCULATED.search(raw) is not None
    return sifted(grids, formulas, calculated=calculated)


def sifted(
    grids: Sequence[Grid], formulas: Mapping[str, Mapping[tuple[int, int], str]], *, calculated: bool
) -> tuple[tuple[Grid, ...], Sheets]:
    """The same, given the formulas whose stored value is 0 or a blank: sheet name → cell → formula."""
    if not any(formulas.values()):
        return tuple(grids), {}
    by_name = {grid.name: grid for grid in grids}
    found: Sheets = {}
    for name, cells in formulas.items():

        def lookup(sheet: str | None, row: int, column: int, home: str = name) -> Operand:
            own = sheet or home
            formula = formulas.get(own, {}).get((row, column))
            cell: Cell = by_name[own].at(row, column) if own in by_name else None
            return formula or (cell if isinstance(cell, int | float | str) and cell != "" else None)

        for at, formula in cells.items():
            result = compute(formula, lookup, blank_is_zero=True)
            if by_name[name].at(*at) in ("", None):
                if result is not None:  # stored is a blank
                    found.setdefault(name, {})[at] = Unseen(formula=formula)
            elif result if result is not None else not calculated:
                found.setdefault(name, {})[at] = Unseen(formula=formula, stored=0)
    return tuple(_blanked(grid, found.get(grid.name, {})) for grid in grids), found


def _blanked(grid: Grid, stale: Mapping[tuple[int, int], Unseen]) -> Grid:
    if not stale:
        return grid
    cells = [*map(list, grid.cells)]
    for row, column in stale:
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = ""
    return replace(grid, cells=tuple(cells))


def _zeros(raw: bytes) -> dict[tuple[int, int], str]:
    """Formulas whose stored value is 0."""
    found: dict[tuple[int, int], str] = {}
    shared: dict[bytes, tuple[str, str]] = {}
    for number, match in enumerate(_FORMULA.finditer(raw)):
        if number > _MOST:
            break
        letters, row, attributes, text, zero = match.groups()
        if not zero and b"shared" not in attributes:
            continue
        place = f"{letters.decode()}{int(row)}"
        formula = f"={unescape(text.decode('utf-8', 'replace'))}" if text else ""
        key = _SHARED.search(attributes) if b"shared" in attributes else None
        if key and formula:
            shared[key[1]] = (formula, place)
        elif key and key[1] in shared:
            formula = _moved(*shared[key[1]], place)
        if zero and 0 < len(formula) <= _LONGEST:
            found[int(row) - 1, _column(letters)] = formula
    return found


def _moved(formula: str, origin: str, place: str) -> str:
    from openpyxl.formula.translate import Translator

    try:
        return str(Translator(formula, origin).translate_formula(place))
    except Exception:  # of a stranger's formula
        return ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
