"""One door for all formats: a source becomes a `Book` of grids or, for a Word file, a `Prose`, or raises a FileProblem.

A new format is a function here that takes the bytes and the opened package, and yields one of the two.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hrss12333.model.problem import Problem
from hrss12333.reading.files.child_answers import decode_bytes, decode_grids
from hrss12333.reading.files.child_process import in_child
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.file_type import UNREADABLE, cannot_read, package_kind, sniff_head
from hrss12333.reading.files.package import LOCKED, Package
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.calamine_reader import read_grids
from hrss12333.reading.formats.unseen_cells import second_look
from hrss12333.reading.grid import Book, FileProblem, Grid, Prose


def open_source(source: Source) -> Book | Prose:
    """What stands in a file.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    return open_bytes(source.data)


def open_bytes(data: bytes) -> Book | Prose:
    """The same from the file's content."""
    kind = sniff_head(data[:4096])
    if kind == "zip":
        return _open_package(data)
    if kind in ("ole", "xls"):
        return _open_xls(data, "ole" if kind == "ole" else "biff")
    raise cannot_read(kind)


def _open_package(data: bytes) -> Book | Prose:
    package = Package(data)
    kind = package_kind(package)
    if kind == "docx":
        from hrss12333.reading.formats.word import read_word  # python-docx takes long to load

        return read_word(package)
    if kind in ("xlsx", "ods"):
        return _open_guarded(data, package, kind)
    if kind == "xlsb":
        return _open_xlsb(data, package)
    raise cannot_read(kind if kind in UNREADABLE else "unknown")


def _open_guarded(data: bytes, package: Package, kind: str) -> Book:
    """An .xlsx, .xlsm or .ods: in this process, once the guard has bounded what it can cost."""
    if kind == "ods" and b"manifest:encryption-data" in package.read("META-INF/manifest.xml"):
        raise FileProblem(Problem.ENCRYPTED, LOCKED)
    found = inspect(package, kind)
    if found.transcoded:
        data = package.repacked(found.transcoded)
    grids = _grids(data, kind, odd=found.odd)
    known = properties(package)
    macros = _has_macros(package)
    return Book(
        format="xlsm" if kind == "xlsx" and macros else kind,
        grids=grids,
        second_look=second_look(kind, data, grids, odd=found.odd),
        saved=known.saved,
        footers=found.footers,
        macros=macros,
        external_links=_has_external_links(package),
        category=known.category,
        keywords=known.keywords,
    )


def _grids(data: bytes, kind: str, *, odd: bool) -> tuple[Grid, ...]:
    if odd:
        return decode_grids(in_child("grids", data)["grids"])
    try:
        return read_grids(data)
    except FileProblem as problem:
        if problem.kind is not Problem.DAMAGED or kind != "xlsx":
            raise
    # All its parts are whole and well-formed: the fast reader only does not know the kind of some sheet.
    return decode_grids(in_child("read_xlsx", data)["grids"])


def _open_xlsb(data: bytes, package: Package) -> Book:
    inspect(package, "xlsb")
    known = properties(package)
    return Book(
        format="xlsb",
        grids=decode_grids(in_child("xlsb", data)["grids"]),
        saved=known.saved,
        macros=_has_macros(package),
        external_links=_has_external_links(package),
        category=known.category,
    )


def _open_xls(data: bytes, task: str) -> Book | Prose:
    """An .xls or .et, or an .xlsx in the envelope that Excel encrypts with its own well-known password."""
    answer: dict[str, Any] = in_child(task, data)
    if "package" in answer:
        return _open_package(decode_bytes(answer["package"]))
    saved = answer.get("saved")
    grids = decode_grids(answer["grids"])
    return Book(
        format="xls",
        grids=grids,
        second_look=second_look("xls", data, grids, odd=True),
        saved=datetime.fromisoformat(saved) if saved else None,
        macros=bool(answer.get("macros")),
        category=str(answer.get("category", "")),
    )


def _has_macros(package: Package) -> bool:
    """VBA, Excel 4 macro sheets, or modules of LibreOffice Basic (script-l?.xml are only their lists)."""
    return any(
        name.endswith("vbaproject.bin")
        or "/macrosheets/" in name
        or (name.startswith(("basic/", "scripts/")) and name.count("/") >= 2 and "/script-l" not in name)
        for name in package.names
    )


def _has_external_links(package: Package) -> bool:
    return any("/externallinks/" in name for name in package.names)
