"""The way down: a source is unpacked, and what it then is decides the reader, which guards and decodes it.

A new format is a reader in a file of its own and an entry in `TABLE` of `files/file_type.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.patterns import code
from hrss12333.reading.files.bounds import Costly, expect_small, expect_small_text, is_limited, is_small_book
from hrss12333.reading.files.file_type import FORMATS, Takes, cannot_read
from hrss12333.reading.files.package import Package
from hrss12333.reading.files.source import Source
from hrss12333.reading.files.unpacking import unpacked
from hrss12333.reading.grid import Book, Prose

if TYPE_CHECKING:  # the child process, where it only opens a file, knows no forms
    from hrss12333.model.filing import Document, Skipped
    from hrss12333.reading.covering_letters import Letter

    ReadThere = Sequence[tuple[tuple[str, bytes] | None, Document | Skipped | Letter]]
    """What the child process has read, each with the name and content of the workbook embedded in the file in which it
    stood."""


def open_source(source: Source) -> Book | Prose:
    """What stands in a file.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    return open_bytes(source.data)


def open_bytes(data: bytes) -> Book | Prose:
    """What stands in a file with this content, read here where that is provably small, else in the child process.

    Raises:
        FileProblem: as `open_source` does.
    """
    content = unpacked(data)
    try:
        return open_content(content.kind, content.data, content.package)
    except Costly:
        from hrss12333.reading.files.child_process import in_child  # an inbox of small files needs no child

        opened: Book | Prose = in_child("open", content.data, content.kind)
        return opened


def open_or_read(source: Source, year: int, owner: str | None, settled: bool) -> Book | Prose | ReadThere:
    """What stands in a file; where that is not provably small, what the child process has read in it.

    Args:
        source: The file.
        year: Of the edition whose forms are looked for.
        owner: Name of the unit whose a filing is that names none.
        settled: Whether the year that is processed is certain.

    Raises:
        FileProblem: as `open_source` does.
    """
    content = unpacked(source.data)
    try:
        opened = open_content(content.kind, content.data, content.package)
        if is_limited() or is_small_book(opened):
            return opened
    except Costly:
        pass
    from hrss12333.reading.files.child_process import in_child

    seconds = source.whole.seconds if source.whole else None
    answer: Book | Prose | ReadThere = in_child(
        "read", content.data, content.kind, source.about, year, owner, settled, seconds=seconds
    )
    return answer


def open_content(kind: str, data: bytes, package: Package | None = None) -> Book | Prose:
    """What stands in a content without an envelope, read in this process.

    Raises:
        FileProblem: as `open_source` does.
        Costly: where it is to be read in the child process.
    """
    item = FORMATS.get(kind)
    if item is None or not item.reader:
        raise cannot_read(kind)
    given: Package | bytes = data
    if item.takes is Takes.PACKAGE:
        given = package or Package(data)
        expect_small(bytes=given.parsed_size)
    elif item.takes is Takes.TEXT:
        expect_small_text(data)
    opened: Book | Prose = code(item.reader)(given)
    return opened
