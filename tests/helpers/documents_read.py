"""What a file or a folder is read as: of the kind that it must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from hrss12333.reading.documents import read_paths, read_source
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import At, Book, Grid, Mark
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.editions.y2019 import EDITION

Kind = TypeVar("Kind")


def _as(kind: type[Kind], found: object) -> Kind:
    assert isinstance(found, kind), found
    return found


def opened_as(kind: type[Kind], data: bytes) -> Kind:
    """The sheets or the text of a file."""
    return _as(kind, open_document(data))


def read_as(kind: type[Kind], path: Path, edition: Edition = EDITION) -> Kind:
    """The document that a file is, known by its name alone."""
    return _as(kind, read_source(Source(path.name, path.read_bytes), edition))


def found_as(kind: type[Kind], path: Path) -> Kind:
    """The only document in a file or folder."""
    (document,) = read_paths([path], EDITION).documents
    return _as(kind, document)


def all_of(kind: type[Kind], path: Path) -> list[Kind]:
    """Every document of this kind in a file or folder."""
    return [document for document in read_paths([path], EDITION).documents if isinstance(document, kind)]


# The marks of a sheet's cells, one kind at a time


_PLAIN = Mark()


def marked(grid: Grid, name: str) -> dict[At, Any]:
    """Cell → what its marks say under this name, where they say anything."""
    found = {at: getattr(mark, name) for at, mark in grid.marks.items()}
    return {at: reported for at, reported in found.items() if reported != getattr(_PLAIN, name)}


def struck(grid: Grid) -> dict[At, str | None]:
    """Cell in which something is struck out → what remains, None where nothing does."""
    return {
        at: None if mark.struck else str(grid.at(*at)) for at, mark in grid.marks.items() if mark.struck or mark.cut
    }


def marks_of(*cells: At, **reported: Any) -> dict[At, Mark]:
    """Each of these cells → a mark that says so."""
    return dict.fromkeys(cells, Mark(**reported))


def unseen(book: Book, sheet: str) -> dict[At, Mark]:
    """Cell of a sheet → its error, or its formula without a stored result."""
    return {
        at: mark
        for grid in book.grids
        if grid.name == sheet
        for at, mark in grid.marks.items()
        if mark.error or mark.stale
    }


def stale(formula: str) -> Mark:
    """The mark of such a formula."""
    return Mark(formula=formula, stale=True)
