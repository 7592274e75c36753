"""Threads of comments on the cells of an .xlsx and text boxes over them, which no reader gives; most workbooks have none,
as the names of their parts show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from posixpath import dirname, join, normpath
from typing import Any

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import Package
from hrss12333.reading.grid import At, Grid, Mark, column_number

_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']*(?:threadedComment|drawing)[^"']*\.xml)["']""", re.I)
_REFERENCE = lazy(r"([A-Z]{1,3})(\d{1,7})")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST = 5_000
_Found = tuple[bool, At, str]
"""Whether it is a text box, where it stands, what it says."""


def with_threads_and_boxes(grids: Sequence[Grid], package: Package, sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with the threads on their cells, in place of the old comments that only tell of them, and the text boxes.

    Args:
        grids: As the fast reader gave them.
        package: The workbook.
        sheets: Sheet name → name of its part.
    """
    if not any("threadedcomment" in name or "/drawings/drawing" in name for name in package.names):
        return tuple(grids)
    part = cache(lambda name: [*_in_part(package, name)])  # which several sheets may name
    return tuple(_with_both(grid, package, sheets.get(grid.name, ""), part) for grid in grids)


def _with_both(grid: Grid, package: Package, sheet: str, read: Callable[[str], list[_Found]]) -> Grid:
    folder, name = dirname(sheet), sheet.rpartition("/")[2]
    marks = dict(grid.marks)
    for target in _TARGET.findall(package.read(f"{folder}/_rels/{name}.rels")):
        path = target.decode()
        for boxed, at, text in read(path.lstrip("/") if path.startswith("/") else normpath(join(folder, path))):
            known = marks.get(at, Mark())
            marks[at] = replace(known, box=text) if boxed else replace(known, comment=text)
    return replace(grid, marks=marks)


def _in_part(package: Package, name: str) -> Iterator[_Found]:
    for element in islice(_elements(package.read(name)), _MOST):
        if str(element.tag).endswith("CellAnchor"):
            yield from ((True, at, text) for at, text in _boxes(element))
        place = _REFERENCE.fullmatch(element.get("ref", ""))
        if place and str(element.tag).rpartition("}")[2] == "threadedComment":
            settled = element.get("done") == "1"
            yield False, (int(place[2]) - 1, column_number(place[1])), "" if settled else _text(element)


def _boxes(anchor: Any) -> Iterator[tuple[At, str]]:
    """A text box, at the cell in the middle of those that it covers."""
    text = "".join(part.text or "" for part in anchor.iter(f"{_DRAWING}t")).strip()
    ends = [child for child in anchor if str(child.tag).rpartition("}")[2] in ("from", "to")]
    named = [{str(part.tag).rpartition("}")[2]: part.text or "" for part in end} for end in ends]
    if text and all(end.get("row", "").isdecimal() and end.get("col", "").isdecimal() for end in named):
        row, column = (sum(int(end[key]) for end in named) // len(named) for key in ("row", "col"))
        yield (row, column), text


def _text(element: Any) -> str:
    pieces = (part.text or "" for part in element.iter() if str(part.tag).endswith("}text") or part.tag == "text")
    return "".join(pieces).strip()


def _elements(raw: bytes) -> Iterator[Any]:
    """All elements of a part; none of one that cannot be read."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        yield from fromstring(raw, forbid_dtd=True).iter() if raw else ()
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return
