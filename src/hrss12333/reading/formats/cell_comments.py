"""Comments on the cells of an .xlsx, old ones, threads and text boxes over them; most workbooks have none, as the names of
their parts show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from posixpath import dirname, join, normpath
from typing import Any

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import Package
from hrss12333.reading.formats.rich_strings import column_number, parsed
from hrss12333.reading.grid import Grid

_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']*(?:comment|drawing)[^"']*\.xml)["']""", re.I)
_REFERENCE = lazy(r"([A-Z]{1,3})(\d{1,7})")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST = 5_000


def commented(grids: Sequence[Grid], package: Package, sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with the comments on their cells and the text boxes over them.

    Args:
        grids: As the fast reader gave them.
        package: The workbook.
        sheets: Sheet name → name of its part.
    """
    if not any("comment" in name or "/drawings/drawing" in name for name in package.names):
        return tuple(grids)
    return tuple(_with_both(grid, package, sheets.get(grid.name, "")) for grid in grids)


def _with_both(grid: Grid, package: Package, sheet: str) -> Grid:
    """The comments, old ones first: of a thread these hold no more than that it is one."""
    comments: dict[tuple[int, int], str] = {}
    boxes: dict[tuple[int, int], str] = {}
    folder, name = dirname(sheet), sheet.rpartition("/")[2]
    targets = [target.decode() for target in _TARGET.findall(package.read(f"{folder}/_rels/{name}.rels"))]
    for target in sorted(targets, key=lambda path: "threaded" in path.lower()):
        part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        root = parsed(package.read(part))
        for element in islice(root.iter(), _MOST) if root is not None else ():
            if str(element.tag).endswith("CellAnchor"):
                boxes |= _boxes(element)
            place = _REFERENCE.fullmatch(element.get("ref", ""))
            if place and str(element.tag).rpartition("}")[2] in ("comment", "threadedComment"):
                settled = element.get("done") == "1"
                comments[int(place[2]) - 1, column_number(place[1].encode())] = "" if settled else _text(element)
    return replace(grid, comments=comments, boxes=boxes)


def _boxes(anchor: Any) -> Iterator[tuple[tuple[int, int], str]]:
    """A text box, at the cell in the middle of those that it covers."""
    text = "".join(part.text or "" for part in anchor.iter(f"{_DRAWING}t")).strip()
    ends = [child for child in anchor if str(child.tag).rpartition("}")[2] in ("from", "to")]
    named = [{str(part.tag).rpartition("}")[2]: part.text or "" for part in end} for end in ends]
    if text and all(end.get("row", "").isdecimal() and end.get("col", "").isdecimal() for end in named):
        row, column = (sum(int(end[key]) for end in named) // len(named) for key in ("row", "col"))
        yield (row, column), text


def _text(element: Any) -> str:
    """What a comment says, without the notation of sounds."""
    pieces = (part.text or "" for part in element.iter() if str(part.tag).rpartition("}")[2] in ("t", "text"))
    return "".join(pieces).strip()
