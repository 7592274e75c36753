"""Formulas that were never calculated, or whose stored value cannot be right: what offices total with is computed here.

Sums and + - × ÷ over cells of the book; no others. Whatever goes beyond, and whatever costs too much, is not computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, DecimalException

from hrss12333.patterns import lazy
from hrss12333.reading.grid import column_number

Operand = int | float | str | None
Lookup = Callable[[str | None, int, int], Operand]
"""(sheet, or None for the formula's own; row; column) from 0 → what stands there: a number, a text, a formula as ``=…``,
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
        """What a formula that stands in this sheet gives."""
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
        """The value of all of it."""
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
        value = self._product()
        while sign := self._sign("+", "-"):
            other = self._number(self._product())
            value = self._number(value) + (other if sign == "+" else -other)
        return value

    def _product(self) -> _Scalar:
        value = self._factor()
        while sign := self._sign("*", "/"):
            other = self._number(self._factor())
            value = self._number(value) * other if sign == "*" else self._number(value) / other
        return value

    def _factor(self) -> _Scalar:
        """A number, a cell, a sum, or what stands in brackets, with the signs before and behind it."""
        self._nesting += 1
        if self._nesting > _MOST_DEPTH or self._at >= len(self._tokens):
            raise _NotComputed
        value = self._signed()
        while self._sign("%"):
            value = self._number(value) / 100
        self._nesting -= 1
        return value

    def _signed(self) -> _Scalar:
        token = self._tokens[self._at]
        self._at += 1
        if token["sign"] in ("+", "-"):
            number = self._number(self._factor())
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
        """The values of all arguments; a range has many."""
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

    def _number(self, value: _Scalar) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if value is None and self._machine.blank_is_zero:
            return Decimal(0)
        raise _NotComputed
