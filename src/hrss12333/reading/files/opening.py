"""The entrance of the formats: a file's content becomes sheets or prose, or one finding that says why not.

The worker takes it out of its envelope (an .xlsx encrypted with the password that Excel tries by itself), and what it then
is decides the reader, which guards and decodes it. A .doc is first made a .docx by LibreOffice.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import code
from hrss12333.reading.files.file_type import CONVERTIBLE, FORMATS, cannot_read, package_kind, sniff_head
from hrss12333.reading.files.package import Package
from hrss12333.reading.grid import Book, Prose, clipped
from hrss12333.reading.worker import run
from hrss12333.reading.worker.limits import Budget, expect_few_cells


class Convertible(Struct, tag=True):
    """A file that is read once it is converted."""

    kind: str
    """A tag of `FORMAT_TABLE`."""


def open_document(data: bytes, budget: Budget | None = None) -> Book | Prose:
    """The sheets or the prose of a file in which forms are looked for.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    document: Book | Prose = in_worker(Book | Prose, "reading.files.opening:read", data, budget=budget or Budget())
    return document


def in_worker(kind: Any, task: str, data: bytes, *given: Any, budget: Budget) -> Any:
    """The answer to a task about a file that may first have to be converted."""
    answer = run(kind | Convertible, task, data, *given, budget=budget)
    if not isinstance(answer, Convertible):
        return answer
    converted: bytes | None = code("reading.files.libreoffice:as_docx")(answer.kind, data)
    if converted is None:
        raise cannot_read(answer.kind)
    return run(kind, task, converted, *given, budget=budget)


# The worker's side


def read(data: bytes) -> Book | Prose | Convertible:
    """The sheets or the prose of a content."""
    kind, content, package = opened(data)
    if kind in CONVERTIBLE:
        return Convertible(kind)
    item = FORMATS.get(kind)
    if item is None or not item.reader:
        raise cannot_read(kind)
    document: Book | Prose = code(item.reader)(package or content)
    document = replace(document, grids=clipped(document.grids))
    expect_few_cells(document)
    return document


def opened(data: bytes) -> tuple[str, bytes, Package | None]:
    """A file without its envelope: its kind, a tag of `FORMAT_TABLE`; its content; its parts, where it is a package."""
    kind = sniff_head(data[:4096])
    if kind == "ole":
        kind, unlocked = code("reading.formats.ole:kind_of")(data)
        data = unlocked or data
    package = Package(data) if kind == "zip" else None
    return kind if package is None else package_kind(package), data, package
