"""Words in names and titles: which version a file is, whether it is fit to be counted, what kind of text it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache

from hrss12333.patterns import half_width
from hrss12333.survey.lists import flat_list
from hrss12333.survey.periods import times_in


class Meaning(StrEnum):
    """The meaning of a word; the value is its name in the list."""

    CORRECTED = "更正"
    FORMER = "旧"
    EARLIER = "先前"
    """Replaced by another, counted without one: 初报, 上年."""
    DRAFT = "草稿"
    VOID = "作废"
    TEST = "测试"
    SPARE = "备份"
    """Kept beside what counts: a backup, a sample."""
    COPY = "副本"
    """A sheet of this name gives way to another; a file may be called so and be all that there is."""
    REPORT = "总结"
    LETTER = "函件"
    ATTACHED = "附件"
    """In a mail: something is attached."""


CORRECTED_VERSION, FORMER_VERSION = "更正版", "旧版"
"""Versions of a file by its name: a corrected or final one; or one before such a one."""
_UNFIT = {Meaning.VOID: "作废", Meaning.TEST: "测试", Meaning.FORMER: "旧表", Meaning.SPARE: "备份或样表"}
"""Why a file or a sheet is not counted, in words."""
_GIVING_WAY = frozenset((Meaning.FORMER, Meaning.EARLIER, Meaning.DRAFT, Meaning.VOID, Meaning.TEST))
_LIST, _ALONE, _WHOLE_ROW = "version_words.tsv", "单独", "整行"
_PIECES = r"[\W\d_]+"
_NOT = frozenset("未非待不没个")
"""Characters that change the meaning of a word behind them: 未更正, 个旧."""


@cache
def _words() -> tuple[tuple[str, Meaning, bool], ...]:
    """The words, the longest first, with meaning, and whether only a whole piece counts."""
    lines = sorted(flat_list(_LIST), key=lambda line: -len(line[0]))
    return tuple((word, Meaning(meaning), how == [_ALONE]) for word, meaning, *how in lines if meaning != _WHOLE_ROW)


@lru_cache(maxsize=4096)  # each name of a file, folder and sheet is asked for its version, its fitness and its kind
def meanings_in(text: str) -> frozenset[Meaning]:
    """The meanings of the words in a name or title."""
    plain = half_width(text).lower()
    found = set[Meaning]()
    for word, meaning, alone in _words():
        if word not in plain:
            continue
        before, _, after = plain.partition(word)
        if before[-1:] not in _NOT and (not alone or word in re.split(_PIECES, plain)):
            found.add(meaning)
            plain = f"{before} {after}"
    return frozenset(found)


def version_named(file: str, survey: int, outside: int = 0, mail: Iterable[str] = ()) -> str:
    """Which version a file is, by the names of it and of what it lies in, from the inside out, else by its mail.

    Another year than the ``survey``'s names a former one. ``outside``: letters of the path to what was given to the
    tool, whose folders are called draft, void, test or by another year for reasons of their own.
    """
    given = file[outside:].lstrip("/").count("/")
    for number, name in enumerate(reversed(file.split("/"))):
        meanings = meanings_in(name)
        period = times_in(name, survey).period if number <= given else None
        if meanings & (_GIVING_WAY if number <= given else {Meaning.FORMER, Meaning.EARLIER}) or (
            period and period.year_beside(survey)
        ):
            return FORMER_VERSION
        if Meaning.CORRECTED in meanings:
            return CORRECTED_VERSION
    return CORRECTED_VERSION if any(Meaning.CORRECTED in meanings_in(text) for text in mail) else ""


def unfit_named(path: str) -> str:
    """Chinese: as what a file's own name takes it back (R210); empty where it does not."""
    return unfit_by(path.rpartition("/")[2], "名称")


def unfit_by(name: str, kind: str) -> str:
    """Chinese: as what a name of this kind takes back what it names; empty where it does not."""
    why = next((words for meaning, words in _UNFIT.items() if meaning in meanings_in(name)), "")
    return f"{kind}“{name}”写明是{why}" if why else ""


def without_versions(name: str) -> str:
    """A name without the words that say which version it is, or that it is void: these are obeyed."""
    for word, meaning, _ in _words():
        if meaning in (Meaning.CORRECTED, Meaning.DRAFT, Meaning.VOID, Meaning.TEST):
            name = name.replace(word, " ")
    return name


def is_spare_sheet(name: str) -> bool:
    """Whether the name of a sheet says that it is not to be read beside another."""
    return bool(meanings_in(name) & (_GIVING_WAY | {Meaning.SPARE, Meaning.COPY}))


@lru_cache(maxsize=2048)  # texts repeat
def is_void_row(text: str) -> bool:
    """Whether a cell says that its row is not to be counted, and nothing else: 作废, 此行作废, 不计入, 测试."""
    return (text.strip(" 　()（）【】。!！*"), _WHOLE_ROW) in flat_list(_LIST)
