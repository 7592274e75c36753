"""Workbooks that are packages (.xlsx .xlsm .xlsb): guarded, then read by the fast reader, here or in the child."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import leave_to_child
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.package import Package
from hrss12333.reading.files.source import shown
from hrss12333.reading.files.zip_guard import Inspected, inspect
from hrss12333.reading.formats import rich_reader
from hrss12333.reading.formats.calamine_reader import read_grids
from hrss12333.reading.formats.quick_reader import read_quickly
from hrss12333.reading.formats.stale_formulas import sifted
from hrss12333.reading.formats.threads_and_boxes import with_threads_and_boxes
from hrss12333.reading.formats.workbook import Workbook
from hrss12333.reading.grid import Book, FileProblem, Grid

_TARGET = lazy(rb"""\sTarget\s*=\s*["']([^"']+)""")
_MOST_LINKS = 20


def read_xlsx(package: Package) -> Book:
    """An .xlsx or .xlsm.

    Raises:
        FileProblem: F001 damaged, F004 over the limits.
    """
    found = inspect(package, "xlsx")
    data = package.repacked(found.transcoded) if found.transcoded else package.data
    book = _read_cells(data, package, found)
    known = properties(package)

    def calculated() -> bool:
        """Excel and WPS keep the order in which they calculated; LibreOffice always does, and so does this program."""
        own = known.category == OUTPUT_CATEGORY or "xl/calcchain.xml" in package
        return own or b"LibreOffice" in package.read("docProps/app.xml")

    macros = has_macros(package)
    return Book(
        format="xlsm" if macros else "xlsx",
        grids=with_threads_and_boxes(sifted(book.grids, calculated), package, found.sheets),
        saved=known.saved,
        footers=book.footers,
        macros=macros,
        external_links=_has_external_links(package),
        links=_links(package),
        category=known.category,
        keywords=known.keywords,
    )


def _read_cells(data: bytes, package: Package, found: Inspected) -> Workbook:
    if found.sparse:
        from hrss12333.reading.formats.openpyxl_reader import read_sparse

        return Workbook(read_sparse(data))
    try:
        plain = None if found.transcoded else read_quickly(data, package, found.sheets)
        return Workbook(plain) if plain is not None else rich_reader.read_cells(data)
    except FileProblem as problem:
        if problem.kind is not Problem.DAMAGED:
            raise
    except ImportError:
        pass
    # Its parts are whole: the fast readers only do not know the kind of some sheet, or ask more than Excel does.
    leave_to_child()
    from hrss12333.reading.formats import openpyxl_reader

    return openpyxl_reader.read_cells(data)


def read_xlsb(package: Package) -> Book:
    """An .xlsb, whose cells nobody has bounded: always in the child.

    Raises:
        FileProblem: F001 damaged, F004 over the limits.
    """
    leave_to_child()
    inspect(package, "xlsb")
    known = properties(package)
    return Book(
        format="xlsb",
        grids=_binary_grids(package.data),
        saved=known.saved,
        macros=has_macros(package),
        external_links=_has_external_links(package),
        links=_links(package),
        category=known.category,
    )


def _binary_grids(data: bytes) -> tuple[Grid, ...]:
    """Some .xlsb are recognised by their name alone, so they need one."""
    try:
        return read_grids(data)
    except FileProblem:
        with TemporaryDirectory(prefix="hrss12333-") as folder:
            path = Path(folder, "book.xlsb")
            path.write_bytes(data)
            return read_grids(str(path))


def has_macros(package: Package) -> bool:
    """VBA, Excel 4 macro sheets, or modules of LibreOffice Basic (script-l?.xml are only their lists)."""
    return any(
        name.endswith("vbaproject.bin")
        or "/macrosheets/" in name
        or (name.startswith(("basic/", "scripts/")) and name.count("/") >= 2 and "/script-l" not in name)
        for name in package.names
    )


def _has_external_links(package: Package) -> bool:
    return any("/externallinks/" in name for name in package.names)


def _links(package: Package) -> tuple[str, ...]:
    """Names of the workbooks and programs that a workbook refers to, without their folders."""
    found: list[str] = []
    for name in package.names:
        if "/externallinks/" not in name or len(found) >= _MOST_LINKS:
            continue
        raw = package.read(name)
        if name.endswith(".rels"):
            targets = (unescape(unquote(target.decode("utf-8", "replace"))) for target in _TARGET.findall(raw))
            found += [re.split(r"[/\\]", target)[-1] for target in targets]
        elif b"ddeLink" in raw:
            service, topic = (_attribute(raw, part) for part in (b"ddeService", b"ddeTopic"))
            found.append(f"DDE：{service}|{topic}")
    return tuple(dict.fromkeys(shown(link) for link in found if link))


def _attribute(raw: bytes, name: bytes) -> str:
    match = re.search(name + rb"""\s*=\s*["']([^"']*)""", raw)
    return unescape(match[1].decode("utf-8", "replace")) if match else ""
