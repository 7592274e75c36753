"""Formulas of XML Spreadsheet 2003, which name cells by their distance (RC[1]:RC[3], Sheet2!R5C3)."""

from __future__ import annotations

import re

from hrss12333.model.filing import column_letters
from hrss12333.patterns import lazy

_REFERENCE = lazy(r"(?<![\w\]])R(\[-?\d+\]|\d*)C(\[-?\d+\]|\d*)(?![\w(\[])")
_QUOTED = lazy(r"""("[^"]*"|'[^']*')""")


def in_letters(formula: str, row: int, column: int) -> str:
    """``=SUM(RC[1]:RC[3])`` in the cell of this row and column, from 0, as ``=SUM(D6:F6)``; as it is where it leads off the sheet."""
    try:
        pieces = _QUOTED.split(formula)
        return "".join(
            piece if number % 2 else _REFERENCE.sub(lambda found: _cell(found, row, column), piece)
            for number, piece in enumerate(pieces)
        )
    except ValueError:
        return formula


def _cell(found: re.Match[str], row: int, column: int) -> str:
    down, across = _place(found[1], row), _place(found[2], column)
    if down < 1 or across < 1:
        raise ValueError(found[0])
    return f"{column_letters(across)}{down}"


def _place(said: str, own: int) -> int:
    """A row or a column, from 1."""
    if said.startswith("["):
        return own + 1 + int(said[1:-1])
    return int(said) if said else own + 1
