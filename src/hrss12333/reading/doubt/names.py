"""What the names of files, folders and sheets say by their words: which version it is, what kind of document, or that it no longer holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.words import MONTH, TAKES_OUT, Does, is_suspect, plain, table_lines
from hrss12333.reading.values.cell_text import tidy

if TYPE_CHECKING:
    from hrss12333.reading.doubt.clauses import Clause

_PARTS = lazy(r"[^\w]+|_|\d+")
"""What parts the pieces of a name."""
_NOT = frozenset("未非待需不")
CORRECTED, FORMER = "更正版", "旧版"
"""Which version of a file its name says it is: a corrected or final one; or one before such a one, a draft, a wrong one."""
_GIVING_WAY = frozenset((Does.DRAFT, Does.TEST, Does.VOID, Does.WRONG))
"""What words of doubt do by which a name says that another file holds."""


def version_named(file: str, outside: int = 0) -> str:
    """What the file's name says, else that of the mail, archive or folder that it lies in; empty where none says either.

    ``outside``: letters of the path to what was given to the tool; what such folders are called doubts nothing.
    """
    given = file[outside:].lstrip("/").count("/")
    for number, name in enumerate(reversed(file.split("/"))):
        if version := next((its for its in (FORMER, CORRECTED) if has_word(plain(name), its)), ""):
            return version
        if number <= given and not _GIVING_WAY.isdisjoint(_doubts(name, None)):
            return FORMER
    return ""


def is_stale_sheet(name: str) -> bool:
    """Whether the name of a sheet says that what is there no longer holds, or never did."""
    return has_word(tidy(name).lower(), "旧工作表")


def is_of_a_part(names: Iterable[str], year: int | None) -> bool:
    """Whether any of the names, or titles, of a table says that its figures are of a part of the year: 附表1（1季度）, 3月."""
    return any(
        Does.PART in _doubts(name, year) or any(clause.text == MONTH for clause in _clauses(name, year))
        for name in names
    )


def unfit_named(path: str) -> str:
    """The name among those of a file and of what it lies in that says it is void, a test or of a part of the year; empty
    where none does."""
    return next((name for name in reversed(path.split("/")) if not TAKES_OUT.isdisjoint(_doubts(name, None))), "")


def _doubts(name: str, year: int | None) -> set[Does]:
    return {word.does for clause in _clauses(name, year) for word in clause.doubt_words}


def _clauses(name: str, year: int | None) -> Sequence[Clause]:
    if not is_suspect(name, year):
        return ()
    from hrss12333.reading.doubt.clauses import clauses  # few names tell anything

    return clauses(name, year, name=True)


@lru_cache(maxsize=4096)
def has_word(text: str, does: str, *, at_end: bool = False) -> bool:
    """Whether a text holds a word that does such a thing; with ``at_end``, whether it ends with one that does so there."""
    for word, its, *conditions in table_lines("version"):
        if its != does or word not in text or ("末尾" in conditions) is not at_end:
            continue
        before = text.partition(word)[0].removesuffix("最")
        apart = word in _PARTS.split(text) if word.isascii() or "单独" in conditions else True
        if text.endswith(word) if at_end else apart and before[-1:] not in _NOT:
            return True
    return False
