"""Cells of an .ods one by one, and its formulas: how they are written, and which store another value than they compute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from typing import Any

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.xml_events import elements
from hrss12333.reading.formats.stale_formulas import sifted
from hrss12333.reading.grid import At, Grid, Mark

_REFERENCE = lazy(r"\[([^\[\]:]+)(?::([^\[\]]+))?\]")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
FORMULA = f"{_TABLE}formula"
_VALUE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value"
_CONDITION = lazy(rb'table:condition="[^"]*?cell-content-is-in-list\(([^"]*)\)"')
_ERROR = lazy(r"(?:#[A-Z/0]+[!?A]?|Err:\d+|#N/A|错误:\d+|#NAME\?)$")


def with_formulas(grids: Sequence[Grid], content: bytes, calculated: Callable[[], bool]) -> tuple[Grid, ...]:
    """The grids with their formulas, those whose stored value is not what they compute blank, their errors and lists.

    Args:
        grids: As the fast reader gave them, with their marks.
        content: The package's content.xml.
        calculated: Whether a program that calculates has saved the book.
    """
    if b"table:formula" not in content and b'"error"' not in content:
        return tuple(grids)
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException

    marks: dict[str, dict[At, Mark]] = {grid.name: dict(grid.marks) for grid in grids}
    try:
        for name, at, element in ods_cells(content):
            known = marks.get(name)
            if known is not None and (said := _said(element)):
                known[at] = replace(known.get(at, Mark()), **said)
    except (ParseError, DefusedXmlException, ValueError):
        return tuple(grids)
    conditions = (f"={unescape(found.decode('utf-8', 'replace'))}" for found in _CONDITION.findall(content))
    lists = tuple(plain_formula(source) for source in conditions)
    told = [replace(grid, marks=marks[grid.name], lists=lists) for grid in grids]
    return sifted(told, calculated)


def _said(element: Any) -> dict[str, str]:
    """The error or the formula of a cell. A formula that gave an empty text is none that was never calculated."""
    formula = element.get(FORMULA, "")
    kinds = {value for key, value in element.items() if key.endswith("}value-type")}
    if not formula and "error" not in kinds:
        return {}
    text = "".join(element.itertext()).strip()
    if "error" in kinds or _ERROR.match(text):
        return {"error": text or "#ERROR!"}
    return {"formula": plain_formula(formula)} if text or _VALUE in element.attrib or not kinds else {}


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
