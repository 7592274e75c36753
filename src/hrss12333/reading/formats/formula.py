"""Formulas that were never calculated: plain sums and differences of cells in the same sheet are computed, no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

Lookup = Callable[[int, int], int | float | str | None]
"""(row, column) from 0 → what stands there: a number, a formula as ``=…``, or None where blank or not computable."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<sum>SUM)\s*\((?P<args>[^()]*)\)|(?P<cell>\$?[A-Z]{1,3}\$?\d{1,7})|(?P<sign>[+-]))",
    re.IGNORECASE,
)
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_MOST_CELLS = 20_000
_MOST_DEPTH = 20


def compute(formula: str, lookup: Lookup, depth: int = 0) -> Decimal | None:
    """The value of a sum or difference; None for any other formula, or where an operand is missing or no number."""
    if depth > _MOST_DEPTH or not formula.startswith("="):
        return None
    text = formula[1:].strip()
    total, sign, due, position = Decimal(0), 1, True, 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return None
        position = token.end()
        if token["sign"]:
            sign = (-1 if token["sign"] == "-" else 1) * (sign if due else 1)
            due = True
            continue
        if not due:
            return None
        term = _term(token, lookup, depth)
        if term is None:
            return None
        total, sign, due = total + sign * term, 1, False
    return None if due else total


def _term(token: re.Match[str], lookup: Lookup, depth: int) -> Decimal | None:
    if token["number"]:
        return Decimal(token["number"])
    if token["cell"]:
        return _number(lookup, *_address(token["cell"]), depth)
    return _sum(token["args"], lookup, depth)


def _sum(arguments: str, lookup: Lookup, depth: int) -> Decimal | None:
    total, seen = Decimal(0), 0
    for part in re.split(r"[,;]", arguments):
        ends = part.strip().split(":")
        if len(ends) > 2 or not all(_CELL.fullmatch(end.strip()) for end in ends):
            return None
        (top, left), (bottom, right) = _address(ends[0]), _address(ends[-1])
        if (abs(bottom - top) + 1) * (abs(right - left) + 1) > _MOST_CELLS:
            return None
        for row in range(min(top, bottom), max(top, bottom) + 1):
            for column in range(min(left, right), max(left, right) + 1):
                if lookup(row, column) is None:
                    continue
                number = _number(lookup, row, column, depth)
                if number is None:
                    return None
                total, seen = total + number, seen + 1
    return total if seen else None


def _number(lookup: Lookup, row: int, column: int, depth: int) -> Decimal | None:
    found = lookup(row, column)
    if isinstance(found, bool) or found is None:
        return None
    if isinstance(found, str):
        return compute(found, lookup, depth + 1)
    return Decimal(str(found))


def _address(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell.strip())
    if match is None:
        raise ValueError(cell)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
