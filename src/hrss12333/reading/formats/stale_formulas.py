"""Formulas whose stored value is not what they compute: a 0 left by a program that writes formulas and never calculates,
or what a form's formula gave before a program filled in other figures.

A stored 0 is suspicious beside any formula, another figure beside sums of single cells alone (=C5+D5, =SUM(D5:F5)), which
cost little to compute; a workbook with neither costs a search. What a formula gives that is not computed here is believed,
a 0 only where a spreadsheet program has calculated the book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from itertools import islice

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.formats.formula import Calculator, Operand
from hrss12333.reading.formats.rich_strings import column_number
from hrss12333.reading.grid import At, Cell, Grid, Unseen, UnseenSheets

_SUSPICIOUS = lazy(rb"(?:</f>|<f\s[^<>]*/>)<v>0</v>")
_CALCULATED = lazy(rb"(?:</f>|<f\s[^<>]*/>)<v>(?!0</v>)[^<]")
"""A stored result: what never calculates stores none, so that a 0 beside it is very likely calculated, too."""
_OF_CELLS = lazy(
    rb"<f(?:\s[^<>]*)?>(?:-?\$?[A-Z]{1,3}\$?\d+[-+*/<]|\d+[-+*]|'|[^<>()'!]{1,40}!|SUM\((?:\$?([A-Z]{1,3})\$?(\d+):\$?(?!\1\$?\2\))[A-Z]{1,3}\$?\2\)|[^<>():]*!))"
)
"""How a formula begins that gives a figure of its own row, or of another sheet; a 合计 over one row is judged as a 合计."""
_SINGLE_CELLS = lazy(
    r"=-?(?:(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d+|\d+(?:\.0)?|SUM\((?:(?:'[^']+'|[^\W\d][\w.]*)!\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+|\$?([A-Z]{1,3})\$?(\d+):\$?(?!\1\$?\2\))[A-Z]{1,3}\$?\2)\)|[-+*/()])++"
)
"""Such a formula: cells, ranges of one row or another sheet, and whole numbers, joined by signs."""
_FORMULA = lazy(rb"<f((?:\s[^<>]*?)?)(?:/>|>([^<]*)</f>)(?:<v>(-?\d+(?:\.\d+)?(?:E[-+]?\d+)?)</v>)?")
_PLACE = lazy(rb'\br="([A-Z]+)(\d+)"')
_NO_NUMBER = lazy(rb'\bt="(?!n")')
"""How a cell says that it holds a text, an answer or an error."""
_CLOSE = 1e-6
"""Difference, in parts of the stored value, that comes of reckoning with fractions."""
_SHARED = lazy(rb'\bsi="(\d+)"')
_UNKNOWN = True
"""Stands for what no formula is computed with: a date, an answer, a cell of no sheet that is known."""
_LONGEST = 300
"""Characters beyond which a formula checks the form, rather than giving a figure."""

_MOST = 5_000
"""Formulas of a sheet that are looked at."""


def without_stale(
    grids: Sequence[Grid], read: Callable[[str], bytes], sheets: Mapping[str, str], *, calculated: Callable[[], bool]
) -> tuple[tuple[Grid, ...], UnseenSheets]:
    """The grids with such cells blank, and what stands in them.

    Args:
        grids: As the fast reader gave them.
        read: A part's content by its name.
        sheets: Sheet name → name of its part.
        calculated: Whether a program that calculates has saved the book.
    """
    formulas: dict[str, dict[tuple[int, int], str]] = {}
    stored = False
    for grid in grids:
        raw = read(sheets.get(grid.name, ""))
        first = raw.find(b"<f")
        if first < 0:
            continue
        zeros = _SUSPICIOUS.search(raw) if b"><v>0</v>" in raw else None
        if zeros or _OF_CELLS.search(raw, first):
            formulas[grid.name] = _suspects(raw)
            stored = stored or bool(zeros and _CALCULATED.search(raw))
    return sifted(grids, formulas, calculated=stored or (any(formulas.values()) and calculated()))


def is_suspect(formula: str, stored: float) -> bool:
    """Whether it is worth computing what a formula gives beside this stored value."""
    return 0 < len(formula) <= _LONGEST and (not stored or _SINGLE_CELLS.fullmatch(formula) is not None)


def sifted(
    grids: Sequence[Grid], formulas: Mapping[str, Mapping[tuple[int, int], str]], *, calculated: bool
) -> tuple[tuple[Grid, ...], UnseenSheets]:
    """The same, given the formulas that are suspect, or store a blank: sheet name → cell → formula."""
    if not any(formulas.values()):
        return tuple(grids), {}
    by_name = {grid.name: grid for grid in grids}
    found: UnseenSheets = {}
    for name, cells in formulas.items():

        def lookup(sheet: str | None, row: int, column: int, home: str = name) -> Operand:
            own = sheet or home
            formula = formulas.get(own, {}).get((row, column))
            cell: Cell = by_name[own].at(row, column) if own in by_name else _UNKNOWN
            if formula or cell is None or cell == "":
                return formula
            return cell if isinstance(cell, int | float | str) else _UNKNOWN

        calculator = Calculator(lookup, blank_is_zero=True)
        for at, formula in cells.items():
            result = calculator.compute(formula)
            stored = by_name[name].at(*at)
            if stored in ("", None):
                if result is not None or not calculated:
                    found.setdefault(name, {})[at] = Unseen(formula=formula)
            elif not isinstance(stored, int | float):
                continue
            elif not calculated and not stored if result is None else _differs(float(result), stored):
                found.setdefault(name, {})[at] = Unseen(
                    formula=formula, stored=int(stored) if stored == int(stored) else stored
                )
    return tuple(_blanked(grid, found.get(grid.name, {})) for grid in grids), found


def _differs(result: float, stored: float) -> bool:
    return abs(result - stored) > _CLOSE * max(1.0, abs(stored))


def _blanked(grid: Grid, stale: Mapping[tuple[int, int], Unseen]) -> Grid:
    if not stale:
        return grid
    cells = [*map(list, grid.cells)]
    for row, column in stale:
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = ""
    return replace(grid, cells=tuple(cells))


def _suspects(raw: bytes) -> dict[tuple[int, int], str]:
    """Formulas whose stored value may not be what they compute."""
    return {
        at: formula
        for at, formula, stored, is_number in formulas_in(raw, only_numbers=True)
        if stored is not None and is_number and is_suspect(formula, stored)
    }


def formulas_in(raw: bytes, *, only_numbers: bool = False) -> Iterator[tuple[At, str, float | None, bool]]:
    """Of each formula of a sheet, or of those that store a number, its cell, the formula, that number, and whether the
    cell holds one."""
    shared: dict[bytes, tuple[str, str]] = {}
    for match in islice(_FORMULA.finditer(raw), _MOST):
        attributes, text, given = match.groups()
        cell = raw[raw.rfind(b"<c ", max(match.start() - _LONGEST, 0), match.start()) : match.start()]
        at = _PLACE.search(cell)
        if at is None or (only_numbers and given is None and b"shared" not in attributes):
            continue
        place = at[1].decode() + at[2].decode()
        formula = f"={unescape(text.decode('utf-8', 'replace'))}" if text else ""
        key = _SHARED.search(attributes) if b"shared" in attributes else None
        if key and formula:
            shared[key[1]] = (formula, place)
        elif key and key[1] in shared:
            formula = _moved(*shared[key[1]], place)
        stored = float(given) if given is not None else None
        yield (int(at[2]) - 1, column_number(at[1])), formula, stored, not _NO_NUMBER.search(cell)


def _moved(formula: str, origin: str, place: str) -> str:
    from openpyxl.formula.translate import Translator

    try:
        return str(Translator(formula, origin).translate_formula(place))
    except Exception:  # of a stranger's formula
        return ""
