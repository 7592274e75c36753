"""What a file or a folder is read as: of the kind that it must be."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from hrss12333.reading.documents import read_paths, read_source
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.files.source import Source
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


def found_as(kind: type[Kind], path: Path, edition: Edition = EDITION) -> Kind:
    """The only document in a file or folder."""
    (document,) = read_paths([path], edition).documents
    return _as(kind, document)


def all_of(kind: type[Kind], path: Path) -> list[Kind]:
    """Every document of this kind in a file or folder."""
    return [document for document in read_paths([path], EDITION).documents if isinstance(document, kind)]
