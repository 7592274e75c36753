"""Workbooks that are packages (.xlsx .xlsm .xlsb): guarded, then read, here or in the child. Threads of comments on the cells
of an .xlsx and text boxes over them, which no reader gives, are added.

The libraries are compiled: they hold the interpreter while they work, and their faults are no ordinary exceptions.
`rich_reader` asks each cell of an .xlsx what it is. Where cells hold nothing but values and formulas with stored figures, as
programs write them, `read_quickly` sees at once, by a search in the parts, that the answer is nothing, and takes the values
as a block. A test holds that both read the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, lru_cache
from io import BytesIO
from itertools import islice, pairwise
from pathlib import Path
from posixpath import join, normpath, split
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from msgspec.structs import asdict, replace

from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.problem import Problem
from hrss12333.patterns import code, lazy
from hrss12333.reading.files.bounds import MAX_AREA, MAX_AREAS, counted_area, leave_to_child
from hrss12333.reading.files.package import (
    LOCKED,
    Package,
    damaged,
    packed,
    properties,
    refused,
    root_of,
    too_large,
    unescaped,
)
from hrss12333.reading.files.source import printable_name
from hrss12333.reading.files.zip_guard import Inspected, inspect, parsed_names
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.grid import NO_MARK, At, Book, Box, Cell, FileProblem, Grid, Mark, column_number

if TYPE_CHECKING:
    from python_calamine_plus import CalamineSheet

_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']+)""")
_DDE = lazy(rb"""\sdde(?:Service|Topic)\s*=\s*["']([^"']*)""")
_EXTERNAL, _MOST_LINKS = "/externallinks/", 20
_DRAWING_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']*(?:threadedComment|drawing)[^"']*\.xml)["']""", re.I)
_CELL_NAME = lazy(r"([A-Z]{1,3})(\d{1,7})")
_MOST_ELEMENTS = 5_000


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
        "xlsm" if macros else "xlsx",
        _with_threads_and_boxes(sifted(grids, calculated), package, found.sheets),
        footers=footers,
        macros=macros,
        **_external(package),
        **asdict(known),
    )


def _read_cells(package: Package, found: Inspected) -> tuple[tuple[Grid, ...], Mapping[str, Sequence[str]]]:
    """The sheets, and the texts of page headers and footers, by the first reader that suffices."""
    sheets: tuple[tuple[Grid, ...], Mapping[str, Sequence[str]]]
    if found.sparse:
        return code("reading.formats.rich_reader:read_sparse")(package.data), {}
    try:
        plain = read_quickly(package, found)
        if plain is not None:
            return plain, {}
        beside = (name for name in parsed_names(package) if not name.startswith(("docprops/", "[content_types]")))
        parts = {name: package.read(name) for name in beside} | found.parts
        sheets = code("reading.formats.rich_reader:read_cells")(packed(parts))
    except (FileProblem, ImportError) as problem:
        if isinstance(problem, FileProblem) and problem.kind is not Problem.DAMAGED:
            raise
        # Its parts are whole: the fast readers only do not know the kind of some sheet, or ask more than Excel does.
        leave_to_child()
        sheets = code("reading.formats.rich_reader:read_patiently")(package.data)
    return sheets


def read_xlsb(package: Package) -> Book:
    """An .xlsb, whose cells nobody has bounded: always in the child."""
    from tempfile import TemporaryDirectory

    leave_to_child()
    inspect(package, "xlsb")
    with TemporaryDirectory(prefix="hrss12333-") as folder:  # some are recognised by their name alone, so they need one
        path = Path(folder, "book.xlsb")
        path.write_bytes(package.data)
        grids = read_grids(str(path))
    return Book("xlsb", grids, macros=has_macros(package), **_external(package), **asdict(properties(package)))


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
        if _EXTERNAL in name and len(found) < _MOST_LINKS:
            raw = package.read(name)
            if name.endswith(".rels"):
                targets = (unescaped(unquote_to_bytes(target)) for target in _TARGET.findall(raw))
                found += (re.split(r"[/\\]", target)[-1] for target in targets)
            elif b"ddeLink" in raw:
                found.append("DDE：" + "|".join(map(unescaped, _DDE.findall(raw)[:2])))
    return {"external_links": True, "links": tuple(dict.fromkeys(printable_name(link) for link in found if link))}


def _with_threads_and_boxes(grids: Sequence[Grid], package: Package, sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with the threads on their cells, in place of the old comments that only tell of them, and the text boxes."""
    if "threadedcomment" not in package.listing and "/drawings/drawing" not in package.listing:
        return tuple(grids)
    read = cache(lambda name: [*_in_part(package, name)])  # which several sheets may name
    found = []
    for grid in grids:
        folder, name = split(sheets.get(grid.name, ""))
        marks = dict(grid.marks)
        for target in _DRAWING_TARGET.findall(package.read(f"{folder}/_rels/{name}.rels")):
            for at, fields in read(normpath(join("/", folder, target.decode())).lstrip("/")):
                marks[at] = replace(marks.get(at, NO_MARK), **fields)
        found.append(replace(grid, marks=marks))
    return tuple(found)


def _in_part(package: Package, name: str) -> Iterator[tuple[At, dict[str, str]]]:
    """The threads of a part, or its text boxes, each at the cell in the middle of those that it covers, as fields of `Mark`."""
    root = root_of(package.read(name))
    for element in islice(() if root is None else root.iter(), _MOST_ELEMENTS):
        kind, place = _local(element), _CELL_NAME.fullmatch(element.get("ref", ""))
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


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the library makes of a workbook that it refuses into a problem of the file.

    Meanwhile fd 2 is closed to it, to which it writes behind Python's back when it fails.
    """
    with refused(), ExitStack() as stack:
        with suppress(OSError):  # no stderr at all
            kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, 2)
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PasswordError":
                raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
            if type(error).__name__ == "PanicException":  # of pyo3: deliberately no Exception
                raise damaged() from error
            raise


def read_grids(source: bytes | str) -> tuple[Grid, ...]:
    """All worksheets of a workbook; ``source`` is its content or, where the content alone is not recognised, its path."""
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    grids = []
    areas = 0
    with refusals():
        book = CalamineWorkbook.from_object(source if isinstance(source, str) else BytesIO(source))
        for number, known in enumerate(book.sheets_metadata):
            if known.typ != SheetTypeEnum.WorkSheet:  # a chart, a macro sheet
                continue
            sheet = book.get_sheet_by_index(number)
            area = counted_area(sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else 0
            areas += area
            if area > MAX_AREA or areas > MAX_AREAS:
                raise too_large()
            merges = tuple(Box(*first, *last) for first, last in sheet.merged_cell_ranges or ())
            grids.append(Grid(known.name, _rows(sheet), known.visible != SheetVisibleEnum.Visible, merges))
    return tuple(grids)


def _rows(sheet: CalamineSheet) -> tuple[list[Cell], ...]:
    """Rows from row 1 on; a blank row in between is an empty list."""
    blank: list[Cell] = []
    # Rows are counted from row 1, but columns from the first filled.
    padding: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    rows = [blank if row.count("") == len(row) else [*padding, *row] for row in sheet.iter_rows()]
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


_IN_CELLS = (b"'", b"hidden", b' ht="0', b'"e"', b" =")
_AROUND_CELLS = (*b"hidden width=\"0 conditionalFormat dataValidation headerFooter :sheetData '".split(), b" =")
_DATES_AND_SHARES = (9, 10, *range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
"""The numbers of the built-in formats that show a number as a date, a time or a share."""
_IN_STYLES = (
    *b'strike rgb indexed theme="0" formatCode \''.split(),
    *(b'numFmtId="%d"' % number for number in _DATES_AND_SHARES),
    *(b"<dxf ", b" =", b"= "),
)
"""What a part holds that may say more: an error, letters of several kinds, something hidden, colours, number formats, a
notation that few programs have."""
_CELL_TAG = lazy(rb'<c r="([A-Z]+)(\d+)"(?: s="\d+")?>')
_FORMULA_AND_VALUE = lazy(rb">([^<]*)</f><v>-?\d+(?:\.\d+)?(?:E[-+]?\d+)?</v></c>")
_STYLES = "xl/styles.xml"
_MOST_FORMULAS = 1_000
"""Formulas of a sheet that are searched for."""


def read_quickly(package: Package, found: Inspected) -> tuple[Grid, ...] | None:
    """All worksheets of a workbook that the guard has let through; None where its cells may say more."""
    parts = found.parts
    if "comment" in package.listing or not _are_plain(parts.get(_STYLES, b"")):
        return None
    if any(b"<rPr" in part for part in parts.values()):
        return None
    marks = {name: _formulas(parts.get(part, b"")) for name, part in found.sheets.items()}
    if None in marks.values():
        return None
    values = packed({name: part for name, part in parts.items() if name != _STYLES})  # which change none of them
    return tuple(replace(grid, marks=marks.get(grid.name) or {}) for grid in read_grids(values))


@lru_cache(maxsize=8)  # as they are in every filing that one program wrote
def _are_plain(styles: bytes) -> bool:
    return bool(styles) and not any(sign in styles for sign in _IN_STYLES)


def _formulas(sheet: bytes) -> dict[At, Mark] | None:
    """The formulas of a sheet, None where it may say more."""
    start, end = sheet.find(b"<sheetData"), sheet.rfind(b"</sheetData")
    around = sheet[:start] + sheet[end:]
    if not 0 <= start < end or any(sign in around for sign in _AROUND_CELLS):
        return None
    if any(sheet.find(sign, start, end) >= 0 for sign in _IN_CELLS):
        return None
    pieces = sheet[start:end].split(b"<f", _MOST_FORMULAS)
    found: dict[At, Mark] = {}
    for before, behind in pairwise(pieces):
        cell, formula = _CELL_TAG.fullmatch(before, before.rfind(b"<c ")), _FORMULA_AND_VALUE.match(behind)
        if cell is None or formula is None:
            return None
        at = int(cell[2]) - 1, column_number(cell[1].decode())
        found[at] = Mark(formula=f"={unescaped(formula[1])}")
    return found if len(pieces) <= _MOST_FORMULAS else None
