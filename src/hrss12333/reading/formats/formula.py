"""Formulas that were never calculated, or whose stored value is not what they compute: a 0 left by a program that writes
formulas and never calculates, or what a form's formula gave before a program filled in other figures.

Sums and + - × ÷ over cells of the book are computed; whatever goes beyond, and whatever costs too much, is not. A stored 0 is
suspicious beside any formula, another figure beside sums of single cells alone (=C5+D5, =SUM(D5:F5)), which cost little to
compute; a workbook with neither costs a search. What a formula gives that is not computed here is believed, a 0 only where
a spreadsheet program has calculated the book.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, DecimalException
from functools import lru_cache
from itertools import islice

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.grid import At, Cell, Grid, column_number

Operand = int | float | str | None
Lookup = Callable[[str | None, int, int], Operand]
"""(sheet, or None for the formula's own; row; column) from 0 → what is there: a number, a text, a formula as ``=…``,
or None where blank."""

_Scalar = Decimal | str | None
_TOKEN = lazy(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<sum>SUM\s*\()|(?P<sign>[-+*/%(),;:])
    |(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d{1,7})(?![\w(]))\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_MOST_STEPS = 50_000
"""Steps that one formula may lead to: a cell each, and the signs by which it names one."""
_MOST_IN_ALL = 250_000
"""The same for all formulas of a sheet; those of a filing lead to some thousands."""
_SIGN = 4
"""Characters of a formula that take as long as a cell."""
_MOST_DEPTH = 20
_MOST_LENGTH = 2_000
_COMPUTED: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_SINGLE_CELLS = lazy(
    r"=-?(?:(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d+|\d+(?:\.0)?|SUM\((?:(?:'[^']+'|[^\W\d][\w.]*)!\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+|\$?([A-Z]{1,3})\$?(\d+):\$?(?!\1\$?\2\))[A-Z]{1,3}\$?\2)\)|[-+*/()])++"
)
"""Such a formula: cells, ranges of one row or another sheet, and whole numbers, joined by signs."""
_CLOSE = 1e-6
"""Difference, in parts of the stored value, that comes of reckoning with fractions."""
_UNKNOWN = True
"""Stands for what no formula is computed with: a date, an answer, a cell of no sheet that is known."""
_LONGEST = 300
"""Characters beyond which a formula checks the form, rather than giving a figure."""
_MOST_FORMULAS = 5_000
"""Formulas of a sheet that are looked at."""


class _NotComputed(Exception):  # noqa: N818  an outcome, no error
    """It is not known what the formula gives."""


class Calculator:
    """Computes the formulas of a sheet and those they stand on, each cell once, as far as all of them together cost little."""

    def __init__(self, lookup: Lookup, *, blank_is_zero: bool = False) -> None:
        """``blank_is_zero``: as spreadsheets have it; else a sum with a blank operand is not known, since missing is not
        zero."""
        self.blank_is_zero = blank_is_zero
        self._lookup = lookup
        self._left, self._left_in_all = 0, _MOST_IN_ALL
        self._known: dict[tuple[str | None, int, int], _Scalar] = {}

    def compute(self, formula: str) -> Decimal | None:
        """The number that a formula, as ``=SUM(C5:C9)``, gives; None where it is not computed here or gives none."""
        self._left = allowed = min(_MOST_STEPS, self._left_in_all)
        try:
            value = self.value(formula, None, 0)
        except (_NotComputed, DecimalException, ValueError, OverflowError):
            return None
        finally:
            self._left_in_all -= allowed - self._left
        return value if isinstance(value, Decimal) else None

    def value(self, formula: str, sheet: str | None, depth: int) -> _Scalar:
        """What a formula that is in this sheet gives."""
        if depth > _MOST_DEPTH or len(formula) > _MOST_LENGTH or not formula.startswith("="):
            raise _NotComputed
        self.take_steps(len(formula) // _SIGN)
        return _Parser(formula[1:], self, sheet, depth).whole()

    def take_steps(self, number: int) -> None:
        """Count so many steps more.

        Raises:
            _NotComputed: where there were too many.
        """
        self._left -= number
        if self._left < 0:
            raise _NotComputed

    def cell(self, sheet: str | None, row: int, column: int, depth: int) -> _Scalar:
        """What a cell holds."""
        self.take_steps(1)
        key = (sheet, row, column)
        if key not in self._known:
            found = self._lookup(sheet, row, column)
            if isinstance(found, bool):
                raise _NotComputed
            if isinstance(found, str) and found.startswith("="):
                self._known[key] = self.value(found, sheet, depth + 1)
            else:
                self._known[key] = found if isinstance(found, str) or found is None else Decimal(str(found))
        return self._known[key]


class _Parser:
    """Reads a formula from left to right, computing as it goes."""

    def __init__(self, text: str, machine: Calculator, sheet: str | None, depth: int) -> None:
        self._tokens: list[re.Match[str]] = []
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            if token is None:
                raise _NotComputed
            self._tokens.append(token)
            position = token.end()
        self._at, self._nesting = 0, 0
        self._machine, self._sheet, self._depth = machine, sheet, depth

    def whole(self) -> _Scalar:
        value = self._sum()
        if self._at < len(self._tokens):
            raise _NotComputed
        return value

    def _sign(self, *signs: str) -> str | None:
        """The next token, taken, where it is one of these signs."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token["sign"] not in signs:
            return None
        self._at += 1
        return token["sign"]

    def _sum(self) -> _Scalar:
        return self._chain(self._product, "+", "-")

    def _product(self) -> _Scalar:
        return self._chain(self._factor, "*", "/")

    def _chain(self, part: Callable[[], _Scalar], *signs: str) -> _Scalar:
        value = part()
        while sign := self._sign(*signs):
            value = _COMPUTED[sign](self._as_number(value), self._as_number(part()))
        return value

    def _factor(self) -> _Scalar:
        """A number, a cell, a sum, or what is in brackets, with the signs before and behind it."""
        self._nesting += 1
        if self._nesting > _MOST_DEPTH or self._at >= len(self._tokens):
            raise _NotComputed
        value = self._signed()
        while self._sign("%"):
            value = self._as_number(value) / 100
        self._nesting -= 1
        return value

    def _signed(self) -> _Scalar:
        token = self._tokens[self._at]
        self._at += 1
        if token["sign"] in ("+", "-"):
            number = self._as_number(self._factor())
            return number if token["sign"] == "+" else -number
        if token["number"]:
            return Decimal(token["number"])
        if token["row"]:
            return self._machine.cell(*self._address(token), self._depth)
        if token["sum"]:
            return self._total()
        if token["sign"] == "(":
            value = self._sum()
            if self._sign(")"):
                return value
        raise _NotComputed

    def _total(self) -> Decimal:
        """SUM, whose bracket was just read. Blanks among its cells are passed over, but not a sum of nothing else."""
        items = list(self._items())
        if any(isinstance(item, str) for item in items) and not self._machine.blank_is_zero:
            raise _NotComputed  # spreadsheets pass over texts, but one may be a figure that somebody typed
        numbers = [item for item in items if isinstance(item, Decimal)]
        if not numbers and not self._machine.blank_is_zero:
            raise _NotComputed
        return sum(numbers, Decimal(0))

    def _items(self) -> Iterator[_Scalar]:
        while True:
            yield from self._range() or [self._sum()]
            if self._sign(")"):
                return
            if not self._sign(",", ";"):
                raise _NotComputed

    def _range(self) -> list[_Scalar]:
        """The cells of C5:D9, where that comes next."""
        ends = self._tokens[self._at : self._at + 3]
        if len(ends) < 3 or not ends[0]["row"] or ends[1]["sign"] != ":" or not ends[2]["row"]:
            return []
        self._at += 3
        (sheet, top, left), (_, bottom, right) = self._address(ends[0]), self._address(ends[2])
        rows, columns = sorted((top, bottom)), sorted((left, right))
        if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > _MOST_STEPS:
            raise _NotComputed
        return [
            self._machine.cell(sheet, row, column, self._depth)
            for row in range(rows[0], rows[1] + 1)
            for column in range(columns[0], columns[1] + 1)
        ]

    def _address(self, token: re.Match[str]) -> tuple[str | None, int, int]:
        sheet = token["sheet"]
        own = self._sheet if sheet is None else sheet[:-1].strip("'").replace("''", "'")
        return own, int(token["row"]) - 1, column_number(token["column"].upper())

    def _as_number(self, value: _Scalar) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if value is None and self._machine.blank_is_zero:
            return Decimal(0)
        raise _NotComputed


@lru_cache(maxsize=4096)
def is_suspect(formula: str, is_zero: bool) -> bool:
    """Whether it is worth computing what a formula gives beside a stored 0, or beside another stored value."""
    if not 0 < len(formula) <= _LONGEST:
        return False
    return is_zero or (_SINGLE_CELLS.fullmatch(formula) is not None and not formula[1:].isdecimal())


def _never() -> bool:
    return False


def sifted(
    grids: Sequence[Grid], calculated: Callable[[], bool] = _never, *, empty_texts: bool = False
) -> tuple[Grid, ...]:
    """The grids with such cells blank and marked as stale, as those are that store nothing beside a formula.

    Args:
        grids: As they were read, with the formulas among their marks.
        calculated: Whether a program that calculates has saved the book. One that never does stores no other figure than
            0, so that a stored one tells it, too.
        empty_texts: Whether the blank beside a formula may be an empty text that was calculated, too.
    """
    suspects = {grid.name: suspected for grid in grids if grid.marks and (suspected := _suspects(grid))}
    if not suspects:
        return tuple(grids)
    by_name = {grid.name: grid for grid in grids}
    is_calculated = any(map(_stores_a_figure, grids)) or calculated()
    found: dict[str, dict[At, int | float | None]] = {}
    for name, cells in suspects.items():

        def lookup(sheet: str | None, row: int, column: int, home: str = name) -> Operand:
            own = sheet or home
            formula = suspects.get(own, {}).get((row, column))
            cell: Cell = by_name[own].at(row, column) if own in by_name else _UNKNOWN
            if formula or cell is None or cell == "":
                return formula
            return cell if isinstance(cell, int | float | str) else _UNKNOWN

        calculator = Calculator(lookup, blank_is_zero=True)
        for at, formula in cells.items():
            cell = by_name[name].at(*at)
            if not isinstance(cell, int | float):
                if not (empty_texts and is_calculated) or calculator.compute(formula) is not None:
                    found.setdefault(name, {})[at] = None
                continue
            result = calculator.compute(formula)
            if not is_calculated and not cell if result is None else _differs_from_stored(float(result), cell):
                found.setdefault(name, {})[at] = int(cell) if cell == int(cell) else cell
    return tuple(_blanked(grid, found.get(grid.name, {})) for grid in grids)


def _suspects(grid: Grid) -> dict[At, str]:
    """The formulas of which it is worth computing what they give: a blank or a figure is stored, which may be wrong."""
    found: dict[At, str] = {}
    for at, mark in islice(grid.marks.items(), _MOST_FORMULAS):
        if mark.formula:
            cell = grid.at(*at)
            is_figure = isinstance(cell, int | float) and not isinstance(cell, bool)
            if cell is None or cell == "" or (is_figure and is_suspect(mark.formula, not cell)):
                found[at] = mark.formula
    return found


def _stores_a_figure(grid: Grid) -> bool:
    return any(
        mark.formula and isinstance(cell := grid.at(*at), int | float) and cell for at, mark in grid.marks.items()
    )


def _differs_from_stored(result: float, stored: float) -> bool:
    return abs(result - stored) > _CLOSE * max(1.0, abs(stored))


def _blanked(grid: Grid, stale: Mapping[At, int | float | None]) -> Grid:
    """The grid without the stored values of these formulas."""
    if not stale:
        return grid
    cells, marks = [*map(list, grid.cells)], dict(grid.marks)
    for (row, column), stored in stale.items():
        marks[row, column] = replace(marks[row, column], stale=True, stored=stored)
        if stored is not None:
            cells[row][column] = ""
    return replace(grid, cells=tuple(cells), marks=marks)
