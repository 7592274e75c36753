"""The entrance of the formats: a file's content becomes sheets or prose, or one finding that says why not.

A file is taken out of its envelope (an .xlsx encrypted with the password that Excel tries by itself, a .doc that
LibreOffice makes a .docx of), and what it then is decides the reader, which guards and decodes it: here where the file
is provably small, else in the child process.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from hrss12333.patterns import code
from hrss12333.reading.files.bounds import MAX_RETURNED, Costly, expect_few_cells, leave_to_child
from hrss12333.reading.files.file_type import CONVERTIBLE, FORMATS, cannot_read, package_kind, sniff_head
from hrss12333.reading.files.package import Package, too_large
from hrss12333.reading.files.source import load
from hrss12333.reading.grid import Book, Prose, clipped


def open_document(data: bytes) -> Book | Prose:
    """The sheets or the prose of a file in which forms are looked for.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    opened = _opened(data)
    opened = replace(opened, grids=clipped(opened.grids))
    expect_few_cells(opened)
    return opened


def read_cells(path: Path) -> tuple[Book, bytes]:
    """The sheets of a workbook of this tool's own, however many rows it has, and its bytes. It may have been changed
    since, so it passes the same guards; this raises what `open_document` does."""
    data = load(path)
    return _opened(data), data


def _opened(data: bytes) -> Book | Prose:
    kind, data, package = unpacked(data)
    with suppress(Costly):
        return open_content(data, kind, package)
    opened: Book | Prose = code("reading.files.child_process:in_child")(Book | Prose, "open", data, kind)
    return opened


def unpacked(data: bytes) -> tuple[str, bytes, Package | None]:
    """A file without its envelope: its kind, a tag of `FORMAT_TABLE`; its content; its parts, where it is a package."""
    kind = sniff_head(data[:4096])
    if kind == "ole":
        kind, unlocked = code("reading.files.child_process:in_child")(tuple[str, bytes], "ole_kind", data)
        data = unlocked or data
    package = Package(data) if kind == "zip" else None
    if package is not None:
        kind = package_kind(package)
    if kind in CONVERTIBLE:
        converted: bytes | None = code("reading.files.libreoffice:as_docx")(kind, data)
        if converted is None:
            raise cannot_read(kind)
        return "docx", converted, Package(converted)
    return kind, data, package


def open_content(data: bytes, kind: str, package: Package | None = None) -> Book | Prose:
    """A content without an envelope, read in this process; `Costly` where the child is to read it."""
    item = FORMATS.get(kind)
    if item is None or not (item.of_package or item.of_bytes):
        raise cannot_read(kind)
    leave_to_child(unless=bool(item.of_package))
    read = code(item.of_package or item.of_bytes)
    opened: Book | Prose = read((package or Package(data)) if item.of_package else data)
    if sum(len(line) + 1 for grid in opened.grids for line in grid.cells) > MAX_RETURNED:
        raise too_large()
    return opened
