"""What the names of files, folders and sheets say by their words: which version it is, or that it no longer holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.telltale import may_tell, plain, table_lines
from hrss12333.reading.values.cell_text import tidy

_PARTS = lazy(r"[^\w]+|_|\d+")
"""What parts the pieces of a name."""
_NOT = frozenset("未非待需")


class Version(Struct, frozen=True):
    """Which version of a file its name says it is."""

    corrected: bool = False
    """A corrected or final one."""
    former: bool = False
    """The one before such a one."""


@lru_cache(maxsize=4096)
def version_named(file: str) -> Version:
    """What the file's name says, else that of the mail, archive or folder that it lies in."""
    found = [_version(part) for part in reversed(file.split("/"))]
    return next((item for item in found if item.corrected or item.former), Version())


@lru_cache(maxsize=4096)
def _version(name: str) -> Version:
    said = plain(name)
    if _says(said, "旧版"):
        return Version(former=True)
    return Version(corrected=_says(said, "更正版"))


def is_stale_sheet(name: str) -> bool:
    """Whether the name of a sheet says that what stands there no longer holds, or never did."""
    return _says(tidy(name).lower(), "旧工作表")


def is_of_a_part(names: Iterable[str], year: int | None) -> bool:
    """Whether any of the names, or titles, of a table says that its figures are of a part of the year: 附表1（1季度）, 3月."""
    from hrss12333.reading.doubt.clauses import clauses  # asked where a book has a form more than once
    from hrss12333.reading.doubt.words import MONTH, Does

    parts = [clause for name in names if may_tell(name, year) for clause in clauses(name, year, name=True)]
    return any(part.text == MONTH or any(said.does is Does.PART for said in part.said) for part in parts)


def unfit_named(path: str) -> str:
    """The name among those of a file and of what it lies in that says it is void, a test or of a part of the year; empty
    where none does."""
    from hrss12333.reading.doubt.clauses import clauses
    from hrss12333.reading.doubt.words import TAKES_OUT

    told = [part for part in reversed(path.split("/")) if may_tell(part, None)]
    return next(
        (part for part in told if any(s.does in TAKES_OUT for c in clauses(part, None, name=True) for s in c.said)), ""
    )


def _says(name: str, does: str) -> bool:
    for word, its, *condition in table_lines("version"):
        if its == does and word in name:
            before = name.partition(word)[0].removesuffix("最")
            alone = word in _PARTS.split(name) if word.isascii() or any(condition) else True
            if alone and before[-1:] not in _NOT:
                return True
    return False
