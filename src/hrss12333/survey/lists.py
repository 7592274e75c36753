"""The flat lists that come with the package (data/README.md), and what words of doubt and of version say of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from hrss12333.patterns import half_width
from hrss12333.survey.periods import names_other_time, times_in

DATA_FOLDER = Path(__file__).with_name("data")


@cache
def flat_list(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a list of words, each as its columns; without the comment at its head."""
    lines = (DATA_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


def listed(name: str) -> tuple[list[str], ...]:
    """The lines of a list of places, each as its columns; below its heading."""
    text = (DATA_FOLDER / name).read_text(encoding="utf-8-sig")
    return tuple(line.split(",") for line in text.splitlines()[1:] if line)


def other_headings(key: str) -> tuple[str, ...]:
    """Other headings of a column, or labels of a blank of the header, seen in practice."""
    return next((tuple(words) for name, *words in flat_list("column_words.tsv") if name == key), ())


def other_answers(key: str) -> dict[str, str]:
    """Other words for the answers that a column allows, in lower case → the answer."""
    lines = ((name.split(" "), words) for name, *words in flat_list("column_words.tsv"))
    return {
        word: answer for (column, *answers), words in lines for answer in answers if column == key for word in words
    }


_CONTACT = r"[a-zA-Z0-9._+-]{1,60}@[a-zA-Z0-9.-]{1,60}|(?:https?://|www\.)[a-zA-Z0-9./?=&%_-]{1,200}"
_TELEPHONE = r"(?:电话|传真|热线|号码|邮编|QQ):?\d{6,9}(?!\d)|(?<!\d)(?:0\d{2,3}[-)]?\d{7,8}(?:-\d{1,4})?|1[3-9]\d{9}|123\d\d)(?!\d)"
_DATE = r"(?<!\d)(?:19|20)\d\d(?:[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?)?(?:年度?)?(?![\d次人个条通件万])|(?<!\d)20[012]\d[01]\d[0-3]\d(?!\d)"
_DOCUMENT_NUMBER = r"[〔\[(]20\d\d[〕\])]第?\d{1,5}号|第?\d{1,5}号"
_NO_FIGURE = "|".join((_CONTACT, _DOCUMENT_NUMBER, _DATE, _TELEPHONE, r"\d{1,2}:\d\d(?::\d\d)?"))
"""Figures that count nothing: addresses, document numbers, days, years, telephones and times."""
_FIGURE = re.compile(r"(?<![a-zA-Z\d])\d{3,9}(?!\d)|\d[\d.]{0,12}万")
"""No count is as long as the number of a courier."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@lru_cache(maxsize=4096)  # texts repeat: 862 of a merge of 7,200 rows are nine different ones
def is_marked(text: str, year: int) -> bool:
    """Whether a text holds a word of doubt or a figure, or names another year than this one, or a part of one."""
    plain = _without_harmless(text)
    if holds_doubt(text) or names_other_time(plain, year):
        return True
    figures = _THOUSANDS.sub("", plain)
    return bool(_FIGURE.search(figures)) and bool(_FIGURE.search(re.sub(_NO_FIGURE, " ", figures)))


@lru_cache(maxsize=4096)
def holds_doubt(text: str) -> bool:
    """Whether a text holds a word of doubt."""
    plain = _without_harmless(text)
    return any(word in plain for (word,) in flat_list("doubtful_words.tsv"))


def _without_harmless(text: str) -> str:
    """A text in the form in which words are looked for, without its harmless phrases."""
    plain = "".join(half_width(text).split())
    for (harmless,) in flat_list("harmless_phrases.tsv"):
        plain = plain.replace(harmless, " ")
    return plain


class Says(StrEnum):
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
_UNFIT = {Says.VOID: "作废", Says.TEST: "测试", Says.FORMER: "旧表", Says.SPARE: "备份或样表"}
"""Why a file or a sheet is not counted, in words."""
_GIVING_WAY = frozenset((Says.FORMER, Says.EARLIER, Says.DRAFT, Says.VOID, Says.TEST))
_LIST, _ALONE, _WHOLE_ROW = "version_words.tsv", "单独", "整行"
_PIECES = r"[\W\d_]+"
_NOT = frozenset("未非待不没个")
"""Characters that change the meaning of a word behind them: 未更正, 个旧."""


@cache
def _words() -> tuple[tuple[str, Says, bool], ...]:
    """The words, the longest first, with meaning, and whether only a whole piece counts."""
    lines = sorted(flat_list(_LIST), key=lambda line: -len(line[0]))
    return tuple((word, Says(says), how == [_ALONE]) for word, says, *how in lines if says != _WHOLE_ROW)


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(word[0] for word, *_ in _words())


@lru_cache(maxsize=4096)
def said_in(text: str) -> frozenset[Says]:
    """The meanings of the words in a name or title."""
    plain = half_width(text).lower()
    found = set[Says]()
    for word, says, alone in () if _first_letters().isdisjoint(plain) else _words():
        if word not in plain:
            continue
        before, _, after = plain.partition(word)
        if before[-1:] not in _NOT and (not alone or word in re.split(_PIECES, plain)):
            found.add(says)
            plain = f"{before} {after}"
    return frozenset(found)


def version_named(file: str, survey: int, outside: int = 0, mail: Iterable[str] = ()) -> str:
    """Which version a file is, by its own name, else by that of the mail, archive or folder that it lies in, from the inside
    out, else by the mail's own words; empty where none says. A name of another year than the ``survey``'s is that of a former
    one. ``outside``: letters of the path to what was given to the tool, whose folders are called draft, void, test or by
    another year for reasons of their own."""
    given = file[outside:].lstrip("/").count("/")
    for number, name in enumerate(reversed(file.split("/"))):
        says = said_in(name)
        period = times_in(name, survey).period if number <= given else None
        if says & (_GIVING_WAY if number <= given else {Says.FORMER, Says.EARLIER}) or (
            period and period.year_beside(survey)
        ):
            return FORMER_VERSION
        if Says.CORRECTED in says:
            return CORRECTED_VERSION
    return CORRECTED_VERSION if any(Says.CORRECTED in said_in(text) for text in mail) else ""


def unfit_named(path: str) -> str:
    """Chinese: as what a file's own name takes it back (R210); empty where it does not."""
    return unfit_by(path.rpartition("/")[2], "名称")


def unfit_by(name: str, kind: str) -> str:
    """Chinese: as what a name of this kind takes back what it names; empty where it does not."""
    says = next((words for meaning, words in _UNFIT.items() if meaning in said_in(name)), "")
    return f"{kind}“{name}”写明是{says}" if says else ""


def without_versions(name: str) -> str:
    """A name without the words that say which version it is, or that it is void: these are obeyed."""
    for word, says, _ in _words():
        name = name.replace(word, " ") if says in (Says.CORRECTED, Says.DRAFT, Says.VOID, Says.TEST) else name
    return name


def is_spare_sheet(name: str) -> bool:
    """Whether the name of a sheet says that it is not to be read beside another."""
    return bool(said_in(name) & (_GIVING_WAY | {Says.SPARE, Says.COPY}))


@cache
def _whole_row_words() -> frozenset[str]:
    return frozenset(word for word, says, *_ in flat_list(_LIST) if says == _WHOLE_ROW)


def is_void_row(text: str) -> bool:
    """Whether a cell says that its row is not to be counted, and nothing else: 作废, 此行作废, 不计入, 测试."""
    return text.strip(" 　()（）【】。!！*") in _whole_row_words()
