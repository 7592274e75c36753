"""Formulas that were never calculated, or whose stored value is not what they compute: a 0 left by a program that writes
formulas and never calculates, or what a form's formula gave before a program filled in other figures.

Sums and + - × ÷ over cells of the book are computed; whatever goes beyond, and whatever costs too much, is not. A stored 0 is
suspicious beside any formula, another figure beside sums of single cells alone (=C5+D5, =SUM(D5:F5)), which cost little to
compute; a workbook with neither costs a search. What a formula gives that is not computed here is believed, a 0 only where
a spreadsheet program has calculated the book.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, DecimalException
from functools import lru_cache
from itertools import accumulate, count, islice

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.grid import At, Cell, Grid, column_number

Operand = int | float | str | None
Lookup = Callable[[str | None, int, int], Operand]
"""(sheet, or None for the formula's own; row; column) from 0 → what is there: a number, a text, a formula as ``=…``,
or None where blank."""

_Scalar = Decimal | str | None
_SHEET, _CELL = r"(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?", r"\$?(?P<{}>[A-Z]{{1,3}})\$?(?P<{}>\d{{1,7}})(?![\w(])"
_TOKEN = lazy(
    rf"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<sign>SUM\s*\(|[-+*/%(),;])
    |(?P<sheet>{_SHEET}){_CELL.format("left", "top")}(?:\s*:\s*{_SHEET}{_CELL.format("right", "bottom")})?
    |(?P<rest>.+))\s*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_MOST_STEPS = 250_000
"""Steps that all formulas of a sheet may lead to: a cell each, and the signs by which one is named; those of a filing lead to
some thousands."""
_SIGN = 4
"""Characters of a formula that take as long as a cell."""
_MOST_DEPTH = 20
_MOST_LENGTH = 2_000
_PYTHON = {"%": ".percent", ";": ","}
"""What a sign is to Python, whose rules for signs and brackets are the same."""
_COMPUTED: dict[type, Callable[..., Decimal]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SINGLE_CELLS = lazy(
    r"=-?(?:(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d+|\d+(?:\.0)?|SUM\((?:(?:'[^']+'|[^\W\d][\w.]*)!\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+|\$?([A-Z]{1,3})\$?(\d+):\$?(?!\1\$?\2\))[A-Z]{1,3}\$?\2)\)|[-+*/()])++"
)
"""Such a formula: cells, ranges of one row or another sheet, and whole numbers, joined by signs."""
_CLOSE = 1e-6
"""Difference, in parts of the stored value, that comes of reckoning with fractions."""
_UNKNOWN = True
"""Stands for what no formula is computed with: a date, an answer, a cell of no sheet that is known."""
_LONGEST_FORMULA = 300
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
        self._left = _MOST_STEPS
        self._known: dict[tuple[str | None, int, int], _Scalar] = {}

    def compute(self, formula: str, sheet: str | None = None) -> Decimal | None:
        """The number that a formula of a sheet, as ``=SUM(C5:C9)``, gives; None where it is not computed here or gives none."""
        try:
            value = _Expression(formula, self, sheet, 0).value()
        except (_NotComputed, DecimalException, ValueError, OverflowError, SyntaxError, RecursionError):
            return None
        return value if isinstance(value, Decimal) else None

    def take_steps(self, number: int) -> None:
        """Count so many steps more; what then is too much is not computed."""
        self._left -= number
        if self._left < 0:
            raise _NotComputed

    def cell(self, sheet: str | None, row: int, column: int, depth: int) -> _Scalar:
        """What a cell holds."""
        key = (sheet, row, column)
        if key not in self._known:
            found = self._lookup(sheet, row, column)
            if isinstance(found, bool):
                raise _NotComputed
            if isinstance(found, str) and found.startswith("="):
                self._known[key] = _Expression(found, self, sheet, depth + 1).value()
            else:
                self._known[key] = found if isinstance(found, str) or found is None else Decimal(str(found))
        return self._known[key]


class _Expression:
    """A formula as Python has it, each number, cell or range by its place among them; Python reads it, and never runs it."""

    def __init__(self, formula: str, machine: Calculator, sheet: str | None, depth: int) -> None:
        if depth > _MOST_DEPTH or len(formula) > _MOST_LENGTH or not formula.startswith("="):
            raise _NotComputed
        machine.take_steps(len(formula) // _SIGN)
        tokens = [*_TOKEN.finditer(formula, 1)]
        signs = [token["sign"] or "" for token in tokens]
        nesting = accumulate(sign.endswith("(") - (sign == ")") for sign in signs)
        if any(token["rest"] for token in tokens) or max(nesting, default=0) > _MOST_DEPTH:
            raise _NotComputed
        self._operands = [token for token in tokens if not token["sign"]]
        places = map(str, count())
        written = " ".join(_PYTHON.get(sign, sign.upper()) or next(places) for sign in signs)
        self._root = ast.parse(written, mode="eval").body
        self._machine, self._sheet, self._depth = machine, sheet, depth

    def value(self, node: ast.expr | None = None) -> _Scalar:
        match node or self._root:
            case ast.Constant() as operand:
                (found,) = self._items(operand)
                return found
            case ast.BinOp(left, sign, right):
                return _COMPUTED[type(sign)](self._number(left), self._number(right))
            case ast.UnaryOp(sign, part):
                return _COMPUTED[type(sign)](self._number(part))
            case ast.Attribute(part):
                return self._number(part) / 100
            case ast.Call(ast.Name(), [_, *_] as args):
                return self._total([item for part in args for item in self._items(part)])
        raise _NotComputed

    def _total(self, items: Sequence[_Scalar]) -> Decimal:
        """Blanks are passed over, but not a sum of nothing else."""
        numbers = [item for item in items if isinstance(item, Decimal)]
        # Spreadsheets pass over texts, but one may be a figure that somebody typed.
        if not self._machine.blank_is_zero and (not numbers or any(isinstance(item, str) for item in items)):
            raise _NotComputed
        return sum(numbers, Decimal(0))

    def _items(self, node: ast.expr) -> Sequence[_Scalar]:
        """What a part of a sum gives, which may be a range of cells."""
        if not isinstance(node, ast.Constant):
            return [self.value(node)]
        token = self._operands[node.value]  # type: ignore[index]  # no other constants are written
        if token["number"]:
            return [Decimal(token["number"])]
        sheet = token["sheet"][:-1].strip("'").replace("''", "'") or self._sheet
        top, bottom = sorted(int(token[end] or token["top"]) - 1 for end in ("top", "bottom"))
        left, right = sorted(column_number((token[end] or token["left"]).upper()) for end in ("left", "right"))
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        self._machine.take_steps(len(rows) * len(columns))
        return [self._machine.cell(sheet, row, column, self._depth) for row in rows for column in columns]

    def _number(self, node: ast.expr) -> Decimal:
        value = self.value(node)
        if value is None and self._machine.blank_is_zero:
            return Decimal(0)
        if not isinstance(value, Decimal):
            raise _NotComputed
        return value


@lru_cache(maxsize=4096)
def is_worth_computing(formula: str, is_zero: bool) -> bool:
    """Whether it is worth computing what a formula gives beside a stored 0, or beside another stored value."""
    return 0 < len(formula) <= _LONGEST_FORMULA and (
        is_zero or (_SINGLE_CELLS.fullmatch(formula) is not None and not formula[1:].isdecimal())
    )


def sifted(
    grids: Sequence[Grid], calculated: Callable[[], bool] = lambda: False, *, empty_texts: bool = False
) -> tuple[Grid, ...]:
    """The grids with such cells blank and marked as stale, as those are that store nothing beside a formula.

    ``calculated``: whether a program that calculates has saved the book. One that never does stores no other figure than 0, so
    that a stored one tells it, too. ``empty_texts``: whether the blank beside a formula may be an empty text that was
    calculated.
    """
    suspects = {grid.name: suspected for grid in grids if grid.marks and (suspected := _suspects(grid))}
    if not suspects:
        return tuple(grids)
    by_name = {grid.name: grid for grid in grids}
    formulas = ((mark.formula, grid.at(*at)) for grid in grids for at, mark in grid.marks.items())
    stores_figures = any(formula and cell and isinstance(cell, int | float) for formula, cell in formulas)
    is_calculated = stores_figures or calculated()

    def lookup(sheet: str | None, row: int, column: int) -> Operand:
        formula = suspects.get(sheet or "", {}).get((row, column))
        cell: Cell = by_name[sheet].at(row, column) if sheet in by_name else _UNKNOWN
        if formula or cell is None or cell == "":
            return formula
        return cell if isinstance(cell, int | float | str) else _UNKNOWN

    def stale_in(grid: Grid) -> Iterator[tuple[At, int | float | None]]:
        """Such cells, and what is stored in them."""
        calculator = Calculator(lookup, blank_is_zero=True)
        for at, formula in suspects.get(grid.name, {}).items():
            cell = grid.at(*at)
            if not isinstance(cell, int | float):
                if not (empty_texts and is_calculated) or calculator.compute(formula, grid.name) is not None:
                    yield at, None
                continue
            result = calculator.compute(formula, grid.name)
            differs = result is not None and abs(float(result) - cell) > _CLOSE * max(1.0, abs(cell))
            if differs or (result is None and not is_calculated and not cell):
                yield at, int(cell) if cell == int(cell) else cell

    return tuple(_blanked(grid, dict(stale_in(grid))) for grid in grids)


def _suspects(grid: Grid) -> dict[At, str]:
    """The formulas of which it is worth computing what they give: a blank or a figure is stored, which may be wrong."""
    found: dict[At, str] = {}
    for at, mark in islice(grid.marks.items(), _MOST_FORMULAS):
        if mark.formula:
            cell = grid.at(*at)
            is_figure = isinstance(cell, int | float) and not isinstance(cell, bool)
            if cell is None or cell == "" or (is_figure and is_worth_computing(mark.formula, not cell)):
                found[at] = mark.formula
    return found


def _blanked(grid: Grid, stale: Mapping[At, int | float | None]) -> Grid:
    if not stale:
        return grid
    cells, marks = [*map(list, grid.cells)], dict(grid.marks)
    for (row, column), stored in stale.items():
        marks[row, column] = replace(grid.mark(row, column), stale=True, stored=stored)
        if stored is not None:
            cells[row][column] = ""
    return replace(grid, cells=tuple(cells), marks=marks)
