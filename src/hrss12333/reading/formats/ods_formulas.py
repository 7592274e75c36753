"""Cells of an .ods one by one, and its formulas: how they are written, and which store another value than they compute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from hrss12333.patterns import lazy
from hrss12333.reading.files.xml_events import elements
from hrss12333.reading.formats.stale_formulas import is_suspect, sifted
from hrss12333.reading.grid import Grid, UnseenSheets

_REFERENCE = lazy(r"\[([^\[\]:]+)(?::([^\[\]]+))?\]")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
FORMULA = f"{_TABLE}formula"
_VALUE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value"
_MOST = 5_000
"""Formulas that are looked at."""


def without_stale_ods(
    grids: Sequence[Grid], content: bytes, *, calculated: bool
) -> tuple[tuple[Grid, ...], UnseenSheets]:
    """The grids with such cells blank, and what stands in them.

    Args:
        grids: As the fast reader gave them.
        content: The package's content.xml.
        calculated: Whether a program that calculates has saved the book.
    """
    if b"table:formula" not in content:
        return tuple(grids), {}
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException

    try:
        formulas = _formulas(content)
    except (ParseError, DefusedXmlException, ValueError):
        return tuple(grids), {}
    known = {grid.name for grid in grids}
    suspects = {
        sheet: {at: formula for at, (formula, stored) in cells.items() if is_suspect(formula, stored)}
        for sheet, cells in formulas.items()
        if sheet in known
    }
    calculated = calculated or any(stored for cells in formulas.values() for _, stored in cells.values())
    return sifted(grids, suspects, calculated=calculated)


def _formulas(content: bytes) -> dict[str, dict[tuple[int, int], tuple[str, float]]]:
    """Sheet name → cell → its formula and the number stored with it."""
    found: dict[str, dict[tuple[int, int], tuple[str, float]]] = {}
    count = 0
    for name, at, element in ods_cells(content):
        formula, stored = element.get(FORMULA), element.get(_VALUE)
        if formula and stored and count < _MOST:
            count += 1
            found.setdefault(name, {})[at] = plain_formula(formula), float(stored)
    return found


def ods_cells(content: bytes) -> Iterator[tuple[str, tuple[int, int], Any]]:
    """Sheet name, row and column from 0, and element of every cell; it is emptied once the next one is asked for.

    Raises:
        ParseError: where it is not well-formed.
        DefusedXmlException: where it holds a DTD.
    """
    name, row, column = "", 0, 0
    for event, element in elements(content, "start", "end"):
        tag = element.tag.removeprefix(_TABLE)
        if event == "start":
            if tag == "table":
                name, row = element.get(f"{_TABLE}name", ""), 0
            elif tag == "table-row":
                column = 0
        elif tag in ("table-cell", "covered-table-cell"):
            yield name, (row, column), element
            column += int(element.get(f"{_TABLE}number-columns-repeated", "1"))
            element.clear()
        elif tag == "table-row":
            row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            element.clear()


def plain_formula(formula: str) -> str:
    """``of:=SUM([.C5:.C9])+[$附表2.D1]`` as ``=SUM(C5:C9)+'附表2'!D1``."""

    def reference(found: re.Match[str]) -> str:
        sheet, _, first = found[1].rpartition(".")
        name = sheet.strip("$'")
        last = f":{found[2].rpartition('.')[2]}" if found[2] else ""
        return (f"'{name}'!" if name else "") + first + last

    return "=" + _REFERENCE.sub(reference, formula.partition("=")[2])
