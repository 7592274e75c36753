"""Formulas that were never calculated, or whose stored value cannot be right: what offices total with is computed here.

Sums, differences, products, comparisons, IF, ROUND and their like, over cells of the book; no others. Whatever goes
beyond, and whatever costs too much, is not computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, DecimalException
from math import prod

from hrss12333.patterns import lazy

Operand = int | float | str | None
Lookup = Callable[[str | None, int, int], Operand]
"""(sheet, or None for the formula's own; row; column) from 0 → what stands there: a number, a text, a formula as ``=…``,
or None where blank."""

_Scalar = Decimal | str | bool | None
_TOKEN = lazy(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?(?P<cell>\$?[A-Za-z]{1,3}\$?\d{1,7})(?![\w(])
    |(?P<name>[A-Za-z][A-Za-z.]*)\s*\(|(?P<logical>TRUE|FALSE)(?!\w)|(?P<sign><=|>=|<>|[-+*/^%&=<>(),;:])
    |(?P<other>[^\s(),;:+\-*/^%&=<>"']+))\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_CELL = lazy(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_FIRST_CALL = lazy(r"=(?:IF\()*([A-Z][A-Z.]*)\(", re.IGNORECASE)
"""The function that decides whether anything is computed: of IF(ISERROR(…)) nothing is."""
_FUNCTIONS = frozenset(
    ["IF", "SUM", "MAX", "MIN", "AVERAGE", "PRODUCT", "COUNT", "ROUND", "ROUNDUP", "ROUNDDOWN", "ABS", "INT", "N"]
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
        first = _FIRST_CALL.match(formula)
        if first and first[1].upper() not in _FUNCTIONS:
            return None
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
        self._left -= 1
        if self._left < 0:
            raise _NotComputed
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
        machine.take_steps(len(text) // _SIGN)
        self._tokens: list[re.Match[str]] = []
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            if token is None or token.end() == position:
                raise _NotComputed
            self._tokens.append(token)
            position = token.end()
        self._at, self._nesting = 0, 0
        self._machine, self._sheet, self._depth = machine, sheet, depth

    def whole(self) -> _Scalar:
        """The value of all of it."""
        value = self._comparison()
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

    def _comparison(self) -> _Scalar:
        """A sum, or whether two of them compare as the sign between them says."""
        left = self._sum()
        sign = self._sign("=", "<>", "<", ">", "<=", ">=")
        if sign is None:
            return left
        right = self._sum()
        if isinstance(left, str) or isinstance(right, str):
            if sign not in ("=", "<>"):
                raise _NotComputed
            equal = (
                (left or "") == (right or "")
                if isinstance(left, str | None) and isinstance(right, str | None)
                else False
            )
            return equal == (sign == "=")
        a, b = self._number(left), self._number(right)
        return {"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign]

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
        if sign := self._sign("+", "-"):
            number = self._number(self._factor())
            return number if sign == "+" else -number
        value = self._primary()
        while self._sign("%"):
            value = self._number(value) / 100
        return value

    def _primary(self) -> _Scalar:
        """A number, a text, a cell, TRUE or FALSE, a function, or what stands in brackets."""
        if self._at >= len(self._tokens):
            raise _NotComputed
        token = self._tokens[self._at]
        self._at += 1
        if token["number"]:
            return Decimal(token["number"])
        if token["text"]:
            return token["text"][1:-1].replace('""', '"')
        if token["cell"]:
            sheet, row, column = self._address(token)
            return self._machine.cell(sheet, row, column, self._depth)
        if token["logical"]:
            return token["logical"].upper() == "TRUE"
        if token["name"]:
            return self._nested(lambda: self._function(token["name"].upper()))
        if token["sign"] == "(":
            value = self._nested(self._comparison)
            if self._sign(")"):
                return value
        raise _NotComputed

    def _nested(self, read: Callable[[], _Scalar]) -> _Scalar:
        self._nesting += 1
        if self._nesting > _MOST_DEPTH:
            raise _NotComputed
        value = read()
        self._nesting -= 1
        return value

    def _function(self, name: str) -> _Scalar:
        """The value of a function whose name and bracket were just read."""
        if name == "IF":
            return self._choice()
        arguments = self._arguments()
        items = [item for values in arguments for item in values]
        if any(isinstance(item, str) for item in items) and not self._machine.blank_is_zero:
            raise _NotComputed  # spreadsheets pass over texts, but one may be a figure that somebody typed
        numbers = [self._number(item) for item in items if not isinstance(item, str | None)]
        if name in ("SUM", "MAX", "MIN", "AVERAGE", "PRODUCT", "COUNT"):
            return self._gathered(name, numbers)
        if name in ("ROUND", "ROUNDUP", "ROUNDDOWN") and len(arguments) == 2:
            exact, places = (self._number(values[0]) for values in arguments)
            how = {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}[name]
            return exact.quantize(Decimal(1).scaleb(-int(places)), how)
        if name in ("ABS", "INT", "N") and len(arguments) == 1:
            single = self._number(arguments[0][0])
            if name == "INT":
                return single.to_integral_value(ROUND_FLOOR)
            return abs(single) if name == "ABS" else single
        raise _NotComputed

    def _gathered(self, name: str, numbers: list[Decimal]) -> _Scalar:
        """What a function over many numbers gives."""
        if name == "COUNT":
            return Decimal(len(numbers))
        if not numbers:
            if self._machine.blank_is_zero and name != "AVERAGE":
                return Decimal(0)
            raise _NotComputed
        if name == "PRODUCT":
            return prod(numbers, start=Decimal(1))
        if name == "SUM":
            return sum(numbers, Decimal(0))
        if name == "AVERAGE":
            return sum(numbers, Decimal(0)) / len(numbers)
        return max(numbers) if name == "MAX" else min(numbers)

    def _choice(self) -> _Scalar:
        """IF: the branch that is not taken may be anything that can be read."""
        condition = self._comparison()
        branches: list[_Scalar | _NotComputed] = []
        while self._sign(",", ";"):
            start = self._at
            try:
                branches.append(self._comparison())
            except (_NotComputed, DecimalException) as reason:
                self._skip(start)
                branches.append(reason if isinstance(reason, _NotComputed) else _NotComputed())
        if not self._sign(")") or not 1 <= len(branches) <= 2:
            raise _NotComputed
        taken = self._number(condition) != 0
        value = branches[0] if taken else branches[1] if len(branches) == 2 else False
        if isinstance(value, _NotComputed):
            raise value
        return value

    def _skip(self, start: int) -> None:
        """Go on behind an argument."""
        self._at, depth = start, 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if depth == 0 and token["sign"] in (",", ";", ")"):
                return
            depth += (token["sign"] == "(" or bool(token["name"])) - (token["sign"] == ")")
            self._at += 1
        raise _NotComputed

    def _arguments(self) -> list[list[_Scalar]]:
        """The values of each argument; a range has many."""
        found: list[list[_Scalar]] = []
        while True:
            found.append(self._range() or [self._comparison()])
            if self._sign(")"):
                return found
            if not self._sign(",", ";"):
                raise _NotComputed

    def _range(self) -> list[_Scalar]:
        """The cells of C5:D9, where that comes next."""
        ends = self._tokens[self._at : self._at + 3]
        if len(ends) < 3 or not ends[0]["cell"] or ends[1]["sign"] != ":" or not ends[2]["cell"]:
            if ends and ends[0]["cell"] and (len(ends) == 1 or ends[1]["sign"] in (",", ";", ")")):
                self._at += 1
                return [self._machine.cell(*self._address(ends[0]), self._depth)]
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
        match = _CELL.fullmatch(token["cell"])
        if match is None:
            raise _NotComputed
        column = 0
        for letter in match[1].upper():
            column = column * 26 + ord(letter) - 64
        return own, int(match[2]) - 1, column - 1

    def _number(self, value: _Scalar) -> Decimal:
        if isinstance(value, bool):
            return Decimal(value)
        if isinstance(value, Decimal):
            return value
        if value is None and self._machine.blank_is_zero:
            return Decimal(0)
        raise _NotComputed
