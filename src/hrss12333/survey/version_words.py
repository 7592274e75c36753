"""Version words in titles, and in names of files, folders, mails and sheets: which version something is, that it is
void, or that it is of a part of the year. By one flat list; of words that hold one another the longest counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache

from hrss12333.patterns import half_width
from hrss12333.survey.lists import flat_list


class Says(StrEnum):
    """The meaning of a word; the value is its name in the list."""

    CORRECTED = "更正"
    FORMER = "旧"
    DRAFT = "草稿"
    VOID = "作废"
    TEST = "测试"
    SPARE_SHEET = "备份"
    """In the name of a sheet beside another: it is a copy, a sample or last year's."""
    REPORT = "总结"
    LETTER = "函件"
    ATTACHED = "附件"
    """In a mail: something is attached."""
    PART = "时段"
    """The figures are of a part of the year; by a pattern, not by the list."""


CORRECTED_VERSION, FORMER_VERSION = "更正版", "旧版"
"""Versions of a file by its name: a corrected or final one; or one before such a one."""
_GIVING_WAY = frozenset((Says.FORMER, Says.DRAFT, Says.VOID, Says.TEST))
_LIST, _ALONE, _WHOLE_ROW = "version_words.tsv", "单独", "整行"
_PIECES = r"[\W\d_]+"
_NOT = frozenset("未非待不没个")
"""Before a word they make it another: 未更正, 个旧."""
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[0-3]?\d[日号]?)?"
_TO = r"(?:[-—–~～至到]+|月至|月到)"
_PART = (
    rf"(?:^|(?<=[^\d.]))(?!0?1[月.]?(?:0?1日)?{_TO}(?:20\d\d[年.])?(?:12|十二)[月.]?)(?!一月?{_TO}十二)"
    rf"(?P<first>{_MONTH})月?{_DAY}{_TO}(?:20\d\d年)?(?!(?P=first)月){_MONTH}月"
    r"|[上下前后]半年|(?:半年|季|月)报(?![送省部厅])|(?:第|前|头|[一1][至到-])?(?<![至到-])[一二三四1-4]个?季度|[一1][至到-][二三23]季度"
    rf"|截[至止]到?(?:20\d\d年)?(?!12|十二){_MONTH}月|(?<!\d)(?:[1-9]|1[01]|[一二三四五六七八九十]|十一)个月"
)
"""1-11月, 2019年3月至11月, 上半年, 三季度, 截至11月: a part of the year, and neither 1-12月 nor a day."""
_ONE_MONTH = rf"(?:20\d\d年)?{_MONTH}月份?(?:数据|报表|情况)?"
_POINTS = r"(20\d\d)([.\-/])(\d{1,2})(?:\2(\d{1,2}))?(?!\d)"
"""2019.1, 2019-01-01: a day or a month without the words for them."""
_OF_PART = frozenset("月季半")
"""Letters of which every name of a part of the year has one."""


@cache
def _words() -> tuple[tuple[str, Says, bool], ...]:
    """The words, the longest first, with what each says and whether it must be a piece by itself."""
    lines = sorted(flat_list(_LIST), key=lambda line: -len(line[0]))
    return tuple((word, Says(says), how == [_ALONE]) for word, says, *how in lines if says != _WHOLE_ROW)


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(word[0] for word, *_ in _words())


@lru_cache(maxsize=4096)
def said_in(text: str) -> frozenset[Says]:
    """The meanings of the words in a name or title."""
    plain = half_width(text).lower()
    found = {Says.PART} if names_part(plain) else set[Says]()
    for word, says, alone in () if _first_letters().isdisjoint(plain) else _words():
        if word not in plain:
            continue
        before, _, after = plain.partition(word)
        if before[-1:] not in _NOT and (not alone or word in re.split(_PIECES, plain)):
            found.add(says)
            plain = f"{before} {after}"
    return frozenset(found)


@lru_cache(maxsize=4096)  # the texts above and below a table are those of the form
def names_part(text: str) -> bool:
    """Whether a name or a title says that its figures are of a part of the year."""
    plain = "".join(half_width(text).split())
    if "20" in plain:
        plain = re.sub(_POINTS, lambda day: f"{day[1]}年{day[3]}月" + (f"{day[4]}日" if day[4] else ""), plain)
    return not _OF_PART.isdisjoint(plain) and bool(re.search(_PART, plain) or re.fullmatch(_ONE_MONTH, plain))


def version_named(file: str, outside: int = 0, mail: Iterable[str] = ()) -> str:
    """Which version a file is, by its own name, else by that of the mail, archive or folder that it lies in, from the inside
    out, else by the mail's own words; empty where none says. ``outside``: letters of the path to what was given to the
    tool, whose folders are called draft, void or test for reasons of their own."""
    given = file[outside:].lstrip("/").count("/")
    for number, name in enumerate(reversed(file.split("/"))):
        says = said_in(name)
        if says & (_GIVING_WAY if number <= given else {Says.FORMER}):
            return FORMER_VERSION
        if Says.CORRECTED in says:
            return CORRECTED_VERSION
    return CORRECTED_VERSION if any(Says.CORRECTED in said_in(text) for text in mail) else ""


def unfit_named(path: str) -> str:
    """The name among those of a file and of what it lies in that says it is void, a test or of a part of the year; empty
    where none does."""
    return next((name for name in reversed(path.split("/")) if said_in(name) & {Says.VOID, Says.TEST, Says.PART}), "")


def without_versions(name: str) -> str:
    """A name without the words that say which version it is, or that it is void: these are obeyed."""
    for word, says, _ in _words():
        name = name.replace(word, " ") if says in (Says.CORRECTED, Says.DRAFT, Says.VOID, Says.TEST) else name
    return name


def is_spare_sheet(name: str) -> bool:
    """Whether the name of a sheet says that it is not to be read beside another."""
    return bool(said_in(name) & (_GIVING_WAY | {Says.SPARE_SHEET}))


@cache
def _whole_row_words() -> frozenset[str]:
    return frozenset(word for word, says, *_ in flat_list(_LIST) if says == _WHOLE_ROW)


def is_void_row(text: str) -> bool:
    """Whether a cell says that its row is not to be counted, and nothing else: 作废, 此行作废, 不计入, 测试."""
    return text.strip(" 　()（）【】。!！*") in _whole_row_words()
