"""Workbooks that are packages (.xlsx .xlsm .xlsb): guarded, then read by the fast reader, here or in the child. Threads of
comments on the cells of an .xlsx and text boxes over them, which no reader gives, are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote_to_bytes

from msgspec.structs import replace

from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import leave_to_child
from hrss12333.reading.files.package import Package, packed, properties, root_of, unescaped
from hrss12333.reading.files.source import shown
from hrss12333.reading.files.zip_guard import Inspected, inspect, parsed_names
from hrss12333.reading.formats.calamine_reader import read_grids, read_quickly
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.grid import PLAIN, At, Book, FileProblem, Grid, column_number

_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']+)""")
_EXTERNAL, _MOST_LINKS = "/externallinks/", 20
_BESIDE = lazy(rb"""\sTarget\s*=\s*["']([^"']*(?:threadedComment|drawing)[^"']*\.xml)["']""", re.I)
_REFERENCE = lazy(r"([A-Z]{1,3})(\d{1,7})")
_MOST_ELEMENTS = 5_000
_Found = tuple[At, dict[str, str]]
"""Where it is located, what it says, as fields of `Mark`."""


def read_xlsx(package: Package) -> Book:
    """An .xlsx or .xlsm."""
    found = inspect(package, "xlsx")
    grids, footers = _read_cells(package, found)
    known = properties(package)

    def calculated() -> bool:
        """Excel and WPS keep the order in which they calculated; LibreOffice always does, and so does this program."""
        own = known.category == OUTPUT_CATEGORY or "xl/calcchain.xml" in package
        return own or b"LibreOffice" in package.read("docProps/app.xml")

    macros = has_macros(package)
    return Book(
        format="xlsm" if macros else "xlsx",
        grids=_with_threads_and_boxes(sifted(grids, calculated), package, found.sheets),
        saved=known.saved,
        footers=footers,
        macros=macros,
        **_external(package),
        category=known.category,
        keywords=known.keywords,
    )


def _read_cells(package: Package, found: Inspected) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """The sheets, and the texts of page headers and footers, by the first reader that suffices."""
    if found.sparse:
        from hrss12333.reading.formats.openpyxl_reader import read_sparse

        return read_sparse(package.data), ()
    try:
        plain = read_quickly(package, found)
        if plain is not None:
            return plain, ()
        from hrss12333.reading.formats import rich_reader

        beside = (name for name in parsed_names(package) if not name.startswith(("docprops/", "[content_types]")))
        return rich_reader.read_cells(packed({name: package.read(name) for name in beside} | found.parts))
    except (FileProblem, ImportError) as problem:
        if isinstance(problem, FileProblem) and problem.kind is not Problem.DAMAGED:
            raise
        # Its parts are whole: the fast readers only do not know the kind of some sheet, or ask more than Excel does.
        leave_to_child()
        from hrss12333.reading.formats import openpyxl_reader

        return openpyxl_reader.read_cells(package.data)


def read_xlsb(package: Package) -> Book:
    """An .xlsb, whose cells nobody has bounded: always in the child."""
    from tempfile import TemporaryDirectory

    leave_to_child()
    inspect(package, "xlsb")
    known = properties(package)
    with TemporaryDirectory(prefix="hrss12333-") as folder:  # some are recognised by their name alone, so they need one
        path = Path(folder, "book.xlsb")
        path.write_bytes(package.data)
        grids = read_grids(str(path))
    return Book(
        format="xlsb",
        grids=grids,
        saved=known.saved,
        macros=has_macros(package),
        **_external(package),
        category=known.category,
    )


def has_macros(package: Package) -> bool:
    """VBA, Excel 4 macro sheets, or modules of LibreOffice Basic (script-l?.xml are only their lists)."""
    return (
        "vbaproject.bin\n" in package.listing
        or "/macrosheets/" in package.listing
        or any(
            name.startswith(("basic/", "scripts/")) and name.count("/") >= 2 and "/script-l" not in name
            for name in package.names
        )
    )


def _external(package: Package) -> dict[str, Any]:
    """Whether a workbook refers to others, and the names of those workbooks and programs, without their folders."""
    if _EXTERNAL not in package.listing:
        return {}
    found: list[str] = []
    for name in package.names:
        if _EXTERNAL not in name or len(found) >= _MOST_LINKS:
            continue
        raw = package.read(name)
        if name.endswith(".rels"):
            targets = (unescaped(unquote_to_bytes(target)) for target in _TARGET.findall(raw))
            found += [re.split(r"[/\\]", target)[-1] for target in targets]
        elif b"ddeLink" in raw:
            attributes = (re.search(part + rb"""\s*=\s*["']([^"']*)""", raw) for part in (b"ddeService", b"ddeTopic"))
            found.append("DDE：" + "|".join(unescaped(match[1]) if match else "" for match in attributes))
    return {"external_links": True, "links": tuple(dict.fromkeys(shown(link) for link in found if link))}


def _with_threads_and_boxes(grids: Sequence[Grid], package: Package, sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with the threads on their cells, in place of the old comments that only tell of them, and the text boxes.

    Most workbooks have none, as the names of their parts show.
    """
    if "threadedcomment" not in package.listing and "/drawings/drawing" not in package.listing:
        return tuple(grids)
    part = cache(lambda name: [*_in_part(package, name)])  # which several sheets may name
    return tuple(_with_both(grid, package, sheets.get(grid.name, ""), part) for grid in grids)


def _with_both(grid: Grid, package: Package, sheet: str, read: Callable[[str], list[_Found]]) -> Grid:
    folder, name = dirname(sheet), sheet.rpartition("/")[2]
    marks = dict(grid.marks)
    for target in _BESIDE.findall(package.read(f"{folder}/_rels/{name}.rels")):
        path = target.decode()
        for at, fields in read(path.lstrip("/") if path.startswith("/") else normpath(join(folder, path))):
            marks[at] = replace(marks.get(at, PLAIN), **fields)
    return replace(grid, marks=marks)


def _in_part(package: Package, name: str) -> Iterator[_Found]:
    """The threads of a part, or its text boxes, each at the cell in the middle of those that it covers."""
    root = root_of(package.read(name))
    for element in islice(() if root is None else root.iter(), _MOST_ELEMENTS):
        kind, place = _local(element), _REFERENCE.fullmatch(element.get("ref", ""))
        if kind == "threadedComment" and place:
            text = "" if element.get("done") == "1" else _element_text(element, "text")
            yield (int(place[2]) - 1, column_number(place[1])), {"comment": text}
        elif kind.endswith("CellAnchor") and (text := _element_text(element, "t")):
            ends = [{_local(part): part.text or "" for part in end} for end in element if _local(end) in ("from", "to")]
            if ends and all(end.get(key, "").isdecimal() for end in ends for key in ("row", "col")):
                row, column = (sum(int(end[key]) for end in ends) // len(ends) for key in ("row", "col"))
                yield (row, column), {"box": text}


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _element_text(element: Any, name: str) -> str:
    return "".join(part.text or "" for part in element.iter() if _local(part) == name).strip()
