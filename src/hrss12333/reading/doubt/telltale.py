"""Whether a text can put anything in doubt at all: nearly all that is around a form cannot, and is looked at no closer.

What tells is derived from the table of words, without making its words, and from the headings of the forms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from operator import add

from hrss12333.model.filing import Filing
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.sub_regions import DATA as DATA
from hrss12333.survey.traditional import simplified

SIGNS = {
    name: chr(0xE000 + number)
    for number, name in enumerate(("时段", "月", "年", "来年", "全年", "地区", "本地", "栏目", "数", "百分"))
}
"""What a text may name → the character that stands for it."""
OF_TIME = frozenset([*SIGNS.values()][:5])
_DOUBTS = "时段 其他年度 平均 估算 未定稿 测试 作废 范围 有误 缺失 更正为 停用 未开通 已开通"
DOUBTING = frozenset(_DOUBTS.split())
"""What a word may do that puts a figure or an answer in doubt."""
TAKES_OUT = frozenset(("时段", "测试", "作废"))
"""What takes figures out where it is reported of a row, a table or a file as a whole."""
_TIMELY, _DATED, _ANY = "月季半", "月", ""
"""A part of the year may be written as a day is."""
MADE_UP = frozenset("…·〔")
"""Of which an order of words holds one."""
_NAMED = frozenset(("", *[*SIGNS][5:]))
"""What a text may name but a time."""
_WORDS = lazy(r"\n([^#\t\n…·〔]{1,2})[^\t\n…·〔]*\t〔?([^\t\n〕]+)")
"""How a word begins, and what it does."""
_ORDERS = lazy(r"\n([^#\t\n…·〔]*[…·〔][^\t\n]*)\t([^\t\n]+)")
"""An order of words, and what it does."""
_YEAR = lazy(r"20\d\d", needs="2")
_DAY = lazy(r"(20\d\d)[年./-]?\d", needs="2")
"""How a day or month is written without 月."""
NAMES = frozenset((TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.SUBJECT, TextKind.SHEET, TextKind.TITLE))
"""Texts that name something, with few words between what tells."""
ANSWER_WORDS = {"是": True, "√": True, "否": False, "×": False}
_PRINTED = "(自治区、直辖市)"
"""What the form itself prints behind a unit's name."""
_LEFT_OUT = str.maketrans(dict.fromkeys(" \t\r\f\v\u3000“”\"'‘’*"))


@cache
def table_text(table: str) -> str:
    """A table of words, its signs as the characters that stand for them."""
    text = (DATA / f"{table}_words.tsv").read_text(encoding="utf-8")
    for name, sign in SIGNS.items():
        text = text.replace(f"〔{name}〕", sign)
    return text


@cache
def table_lines(table: str) -> list[list[str]]:
    """Its lines, each as its columns."""
    return [line.split("\t") for line in table_text(table).split("\n") if line and line[0] != "#"][1:]


def sheet_words() -> tuple[str, ...]:
    """The words that the self-check of the official form knows, too."""
    return tuple(dict.fromkeys(re.findall(r"\n([^#\t\n]+)(?:\t[^\t\n]*){3}\t是", table_text("doubt"))))


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text in the form in which words are looked for: half-width, simplified, nothing between its letters."""
    return simplified(tidy(text)).lower().replace("座席", "坐席").translate(_LEFT_OUT)


@cache
def telltale() -> tuple[dict[str, set[str]], dict[str, set[frozenset[str]]]]:
    """What any text of doubt has, by the table, words or words that go together by their first letters: one or two letters →
    the things that words do which begin with them; and the first of some things → such things of which it has all."""
    text = (DATA / "doubt_words.tsv").read_text(encoding="utf-8")
    does: dict[str, set[str]] = defaultdict(set, {letter: {_ANY} for letter in _TIMELY})
    for start, its in _WORDS.findall(text):
        does[start].add(its)
    together: dict[str, set[frozenset[str]]] = defaultdict(set, {its: {frozenset((its,))} for its in (*DOUBTING, _ANY)})
    for written, its in _ORDERS.findall(text):
        needed: set[str] = set()
        for part in written.replace("…", "〔〕").replace("·", "〔〕").split("〔") if its in DOUBTING else ():
            kind, _, letters = part.rpartition("〕")
            needed.add(_DATED if kind == "时段" else kind)
            needed.add(letters[:2])
            does[letters[:2]].add(letters[:2])
        if needed := needed - _NAMED:
            together[min(needed)].add(frozenset(needed))
    return does, together


@lru_cache(maxsize=4096)
def is_suspect(text: str, year: int | None) -> bool:
    """Whether a text can hold any word of the table, or another year than the one reported on."""
    plain_text, (does, together) = plain(text).replace(_PRINTED, ""), telltale()
    found = {thing for start in does.keys() & {*plain_text, *_pairs(plain_text)} for thing in does[start]}
    if any(year in (None, int(named)) for named in _DAY.findall(plain_text)):
        found.add(_DATED)
    reported = any(needed <= found for thing in found for needed in together.get(thing, ()))
    return reported or _names_other_year(plain_text, str(year))


def _pairs(text: str) -> Iterator[str]:
    return map(add, text, text[1:])


def _names_other_year(text: str, year: str) -> bool:
    """Whether an earlier year is in a text, or 年 behind anything but the year reported on."""
    earlier = any(named < year for named in _YEAR.findall(text))
    return earlier or any(before[-len(year) :] != year for before in text.split("年")[:-1])


def may_contradict(text: Text, forms: tuple[Form, ...]) -> bool:
    """Whether a text without any word of doubt may still give another figure or answer for a column."""
    return text.kind not in NAMES and _gives_answer(text.text, forms, fixed=text.field is not None)


@lru_cache(maxsize=4096)
def _gives_answer(text: str, forms: tuple[Form, ...], *, fixed: bool) -> bool:
    """Whether a text holds a figure or a choice and, unless it is ``fixed`` to a column, part of a heading; or an answer."""
    plain_text = plain(text)
    if fixed and plain_text in ANSWER_WORDS:
        return True
    if not any(map(str.isdecimal, plain_text)) and "网" not in plain_text:
        return False
    return fixed or not _heading_pairs(forms).isdisjoint(_pairs(plain_text))


@lru_cache(maxsize=16)
def _heading_pairs(forms: tuple[Form, ...]) -> frozenset[str]:
    """Pairs of letters of the headings of figures and choices."""
    columns = [column for form in forms for column in form.of_kind(Kind.COUNT, Kind.CHOICE)]
    names = [plain(name) for column in columns for name in (column.heading, *column.aliases)]
    return frozenset(pair for name in names for pair in _pairs(name.partition("(")[0]))


def may_doubt(filing: Filing, texts: Iterable[Text], year: int | None) -> bool:
    """Whether any of these texts is to be judged beside a filing."""
    forms = forms_of(filing)
    return any(is_suspect(text.text, year) or may_contradict(text, forms) for text in texts)


def forms_of(filing: Filing) -> tuple[Form, ...]:
    """The forms that a filing's tables are of."""
    return tuple(dict.fromkeys(table.form for table in filing.tables))
