"""The way down: a file is taken out of its envelope (an .xlsx encrypted with the password that Excel tries by itself, a .doc
that LibreOffice makes a .docx of), and what it then is decides the reader, which guards and decodes it.

A new format is a reader in a file of its own and an entry in `TABLE` of `files/file_type.py`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hrss12333.patterns import code
from hrss12333.reading.files import bounds
from hrss12333.reading.files.file_type import CONVERTIBLE, FORMATS, TABLE, cannot_read, package_kind, sniff_head
from hrss12333.reading.files.package import Package
from hrss12333.reading.grid import Book, Prose

_IN_CHILD = "reading.files.child_process:in_child"
"""An inbox of small files needs no child."""
_MAY_BE_OTHER = tuple(
    name.encode("utf-16-le") for name in ("EncryptedPackage", *filter(None, (item.stream for item in TABLE)))
)
"""Names within an OLE file that is no .xls, or that embeds another document: then its directory must be read."""


def unpacked(data: bytes) -> tuple[str, bytes, Package | None]:
    """Without its envelope: the kind of a content, a tag of `TABLE`; the content; its parts, where it is a package."""
    kind = sniff_head(data[:4096])
    if kind == "ole":
        kind = "xls"
        if any(name in data for name in _MAY_BE_OTHER):
            answer: str | bytes = code(_IN_CHILD)("ole_kind", data)
            kind, data = ("zip", answer) if isinstance(answer, bytes) else (answer, data)
    package = Package(data) if kind == "zip" else None
    if package is not None:
        kind = package_kind(package)
    if kind in CONVERTIBLE:
        converted: bytes | None = code("reading.files.libreoffice:as_docx")(kind, data)
        if converted is None:
            raise cannot_read(kind)
        return "docx", converted, Package(converted)
    return kind, data, package


def open_bytes(data: bytes) -> Book | Prose:
    """What is in a file with this content, read here where that is provably small, else in the child process.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    opened: Book | Prose = open_or_read(data)
    return opened


def open_or_read(data: bytes, *given: Any, seconds: float | None = None) -> Any:
    """The same; with ``given``, which `read_in_child` takes, what the child process has read in it where it is not small."""
    kind, data, package = unpacked(data)
    with suppress(bounds.Costly):
        opened = open_content(kind, data, package)
        if not given or bounds.Process.is_child or bounds.is_small_book(opened):
            return opened
    return code(_IN_CHILD)("read" if given else "open", data, kind, *given, seconds=seconds)


def open_content(kind: str, data: bytes, package: Package | None = None) -> Book | Prose:
    """What is in a content without an envelope, read in this process.

    Raises:
        FileProblem: as `open_bytes` does.
        Costly: where it is to be read in the child process.
    """
    item = FORMATS.get(kind)
    if item is None or not item.is_read:
        raise cannot_read(kind)
    if item.of_package:
        package = package or Package(data)
        bounds.expect_small(bytes=package.parsed_size(bounds.SMALL["bytes"]))
    elif item.of_text:
        bounds.expect_small_text(data)
    else:
        bounds.leave_to_child()
    read = code(item.of_package or item.of_text or item.of_bytes)
    opened: Book | Prose = read(package if item.of_package else data)
    return opened
