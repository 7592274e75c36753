"""Comments on the cells of an .xlsx, old ones, threads and text boxes over them; most workbooks have none, as the names of
their parts show."""

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
from hrss12333.reading.formats.rich_strings import column_number, parsed
from hrss12333.reading.grid import Grid, Mark

_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']*(?:comment|drawing)[^"']*\.xml)["']""", re.I)
_REFERENCE = lazy(r"([A-Z]{1,3})(\d{1,7})")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST = 5_000
_Comment = tuple[tuple[int, int], str]
_Found = tuple[bool, tuple[int, int], str]
"""Whether it is a text box, where it stands, what it says."""


def commented(grids: Sequence[Grid], package: Package, sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with the comments on their cells and the text boxes over them.

    Args:
        grids: As the fast reader gave them.
        package: The workbook.
        sheets: Sheet name → name of its part.
    """
    if not any("comment" in name or "/drawings/drawing" in name for name in package.names):
        return tuple(grids)
    part = cache(lambda name: [*_in_part(package, name)])  # which several sheets may name
    return tuple(_with_both(grid, package, sheets.get(grid.name, ""), part) for grid in grids)


def _with_both(grid: Grid, package: Package, sheet: str, read: Callable[[str], list[_Found]]) -> Grid:
    """The comments, old ones first: of a thread these hold no more than that it is one."""
    folder, name = dirname(sheet), sheet.rpartition("/")[2]
    targets = [target.decode() for target in _TARGET.findall(package.read(f"{folder}/_rels/{name}.rels"))]
    found: dict[bool, dict[tuple[int, int], str]] = {False: {}, True: {}}
    for target in sorted(targets, key=lambda path: "threaded" in path.lower()):
        part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        for boxed, at, text in read(part):
            found[boxed][at] = text
    marks = dict(grid.marks)
    for boxed, texts in found.items():
        for at, text in texts.items():
            known = marks.get(at, Mark())
            marks[at] = replace(known, box=text) if boxed else replace(known, comment=text)
    return replace(grid, marks=marks)


def _in_part(package: Package, name: str) -> Iterator[_Found]:
    root = parsed(package.read(name))
    for element in islice(root.iter(), _MOST) if root is not None else ():
        if str(element.tag).endswith("CellAnchor"):
            yield from ((True, at, text) for at, text in _boxes(element))
        place = _REFERENCE.fullmatch(element.get("ref", ""))
        if place and str(element.tag).rpartition("}")[2] in ("comment", "threadedComment"):
            settled = element.get("done") == "1"
            yield False, (int(place[2]) - 1, column_number(place[1].encode())), "" if settled else _text(element)


def _boxes(anchor: Any) -> Iterator[_Comment]:
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
