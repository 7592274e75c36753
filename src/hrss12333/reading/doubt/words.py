"""The words that put figures in doubt, tables in the package with one line a word (survey/data/*_words.tsv), and whether a
text holds any of them: nearly all that is around a form does not, and is looked at no closer.

A line is a word or an order of words. What it is made of: letters, 〔…〕 any word that does such a thing, and signs for what
a text names, 〔时段〕 a part of the year, 〔栏目〕 a column of the form. Signs are single characters in a text that was taken
apart, so that a word is found as written. `…` leaves a few letters between, `·` fewer, `〔a〕〔b〕` only words without
meaning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from operator import add

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.survey.regions import DATA_FOLDER
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.spellings import simplified


class Does(StrEnum):
    """What a word does; the value is what the table calls it. What else the table knows only makes up orders of words."""

    why: str
    """Chinese: what a text says that holds such a word, of those that put figures in doubt."""

    def __new__(cls, called: str, why: str = "") -> Does:
        member = str.__new__(cls, called)
        member._value_, member.why = called, why
        return member

    PART = "时段", "说的是一段时间的数，不是全年的"
    YEAR = "其他年度", "说的是别的年度的数"
    MEAN = "平均", "说的是平均数，或者不是按本表的计量填的数"
    ESTIMATE = "估算", "说的是估算的数，不是实际统计的"
    DRAFT = "未定稿", "说明还不是定稿"
    TEST = "测试", "说明是测试或示范用的"
    VOID = "作废", "说明已经作废"
    SCOPE = "范围", "说明有的数计在别处、缺了一部分，或者合进了别处的数"
    WRONG = "有误", "说明数据有误、不全或还要核实"
    LOST = "缺失", "说明数据有缺失或遗漏"
    CORRECTS = "更正为", "说的与所填的不同"
    STOPPED = "停用", "与所填的“是”不一致"
    NOT_YET = "未开通", "与所填的“是”不一致"
    OPENED = "已开通", "与所填的“否”不一致"
    LIMITED = "一部分"
    CONTRARY = "相反"
    NEGATES = "否定"
    SUPPOSES = "假设"
    SETTLED = "已办"
    ELSEWHERE = "别处"
    INSTRUCTS = "填报要求"
    FIGURES = "数据词"
    FILLER = "虚词"
    HARMLESS = "无碍"


DOUBTS, ANSWERS = frozenset([*Does][:11]), frozenset([*Does][11:14])
"""What puts a figure in doubt whatever the figure is; what contradicts an answer, or bears it out."""
DOUBTING = DOUBTS | ANSWERS
TAKES_OUT = frozenset((Does.PART, Does.TEST, Does.VOID))
"""What takes figures out where it is reported of a row, a table or a file as a whole."""
SIGNS = {
    name: chr(0xE000 + number)
    for number, name in enumerate(("时段", "月", "年", "来年", "全年", "地区", "本地", "栏目", "数", "百分"))
}
"""What a text may name → the character that stands for it."""
PART, MONTH, EARLIER, LATER, WHOLE, REGION, OWN_REGION, COLUMN, NUMBER, PERCENT = SIGNS.values()
OF_TIME = (PART, MONTH, EARLIER, LATER, WHOLE)
_ALONE, _AT_END = "单独", "末尾"
_GAPS = {"…": 8, "·": 3}
"""Letters that each leaves between."""
_GAP = 3
"""Letters of words without meaning that may be between."""
_PATTERN_PIECE = lazy(r"…|·|〔[^〕]+〕|[^…·〔]+")
_MADE_UP = frozenset("…·〔")
"""Of which an order of words holds one."""
_NAMED_BUT_TIMES = frozenset((REGION, OWN_REGION, COLUMN, NUMBER, PERCENT))
"""What a text may name but a time."""
_THING = lazy(rf"〔[^〕]+〕|[{PART}-{PERCENT}]|[^…·〔{PART}-{PERCENT}]+")
_YEAR_DIGITS = lazy(r"20\d\d", needs="2")
_YEAR_OF_DAY = lazy(r"(20\d\d)[年./-]?\d", needs="2")
"""How a day or month is written without 月."""
_PRINTED = "(自治区、直辖市)"
"""What the form itself prints behind a unit's name."""
_READ_AS = dict.fromkeys(range(0xE000, 0xF900), "\ufffd") | dict.fromkeys(map(ord, " \t\r\f\v\u3000“”\"'‘’*"))
"""What is left out, and the letters that nobody but a writer's own font knows: here they are signs."""

_QUESTION_WORDS = lazy(r"是否|有无|开通|启用|使用|提供|服务|实现|统一|系统|12333")
"""Words of a question that do not tell it from others."""
_QUESTION = lazy(r"^(?:是否|有无|已|可|开通|启用|使用|实现)+")
"""How a question begins: what it asks of a column is no part of its name."""
_COUNTED_AS = lazy(r"(?:条目数|人数|数|位置)$")
"""What the end of a heading says of how its figures are counted: 知识库条目数."""
_SHORTEST_WORD = 2
"""Letters of a word for a column."""

Names = tuple[tuple[str, int], ...]
"""Words by which columns or regions are called, the longest first → their numbers; -1 for the text's own region."""
Tokens = Mapping[int, tuple[int, tuple[str, ...]]]
"""Where the words of a text begin → where each ends, and what it does."""


@cache
def table_lines(table: str) -> list[list[str]]:
    """The lines of a table of words, each as its columns, with its signs as the characters that stand for them."""
    text = (DATA_FOLDER / f"{table}_words.tsv").read_text(encoding="utf-8")
    for name, sign in SIGNS.items():
        text = text.replace(f"〔{name}〕", sign)
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"][1:]


def sheet_words() -> tuple[str, ...]:
    """The words that the self-check of the official form knows, too."""
    return tuple(dict.fromkeys(line[0] for line in table_lines("doubt") if line[4:5] == ["是"]))


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text in the form in which words are looked for: half-width, simplified, nothing between its letters."""
    return simplified(tidy(text)).lower().replace("座席", "坐席").translate(_READ_AS)


class Word:
    """One line of a table."""

    def __init__(self, written: str, does: str, beside: str = "", unless: str = "", *_: str) -> None:
        conditions = beside.split()
        self.written, self.does = written, does
        self.alone = _ALONE in conditions
        """Whether it counts only where its sentence says nothing else."""
        self.at_end = _AT_END in conditions
        """Whether it counts, too, where a name ends with it."""
        self.beside = [item for item in conditions if item not in (_ALONE, _AT_END)]
        """Letters, or 〔what a word does〕, of which one must be in its clause, where there are any."""
        self.unless = unless.split()
        """Of which none may."""
        self.pieces = [] if _MADE_UP.isdisjoint(written) else _PATTERN_PIECE.findall(written)
        """Of an order of words."""

    def taken(self, text: str, start: int, tokens: Tokens, fillers: Container[int]) -> list[tuple[int, int]]:
        """The stretches of a text that an order of words takes from here; none where it is not here."""
        taken: list[tuple[int, int]] = []
        after, gap, before = start, 0, ""
        for piece in self.pieces:
            if piece in _GAPS:
                gap = _GAPS[piece]
                continue
            does = piece.strip("〔〕") if piece[0] == "〔" else ""
            meaningless = not gap and before != "" and "〔" in (before, piece[0])
            last = after + (_GAP if meaningless else gap)
            if does:
                at = next((at for at in range(after, last + 1) if at in tokens and does in tokens[at][1]), -1)
            else:
                at = text.find(piece, after, last + len(piece))
            if at < 0 or (meaningless and not all(letter in fillers for letter in range(after, at))):
                return []
            after = tokens[at][0] if does else at + len(piece)
            taken.append((at, after))
            gap, before = 0, piece[0]
        return taken


class Vocabulary:
    """The words of a table."""

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._words: dict[str, list[Word]] = defaultdict(list)
        """First letter → words."""
        self.orders: dict[str, list[Word]] = defaultdict(list)
        """What an order of words begins with, a letter or what a word does → orders."""
        for word in (Word(*line) for line in lines):
            if word.pieces:
                first = word.pieces[0]
                self.orders[first.strip("〔〕") if first[0] == "〔" else first[0]].append(word)
            else:
                self._words[word.written[0]].append(word)

    def words_in(self, text: str) -> Iterator[tuple[int, str, list[Word]]]:
        """The words of a text, of those that begin with one another the longest: where each begins, and its lines; an empty
        one for each letter that belongs to none."""
        at = 0
        while at < len(text):
            here = [word for word in self._words.get(text[at], ()) if text.startswith(word.written, at)]
            longest = max((word.written for word in here), key=len, default="")
            yield at, longest, [word for word in here if word.written == longest]
            at += len(longest) or 1


@cache
def vocabulary(answer: str = "") -> Vocabulary:
    """The words of any text; those behind a 是 or a choice (``答``); those behind a 否 (``否``)."""
    if answer:
        return Vocabulary([*line[:2], *line[3:]] for line in table_lines("answer") if line[2:3] == [answer])
    return Vocabulary(line for line in table_lines("doubt") if line[1] not in OF_TIME)


# By which words a text speaks of the columns of a form: its headings, their usual other names, what tells questions apart.


class ColumnInWords(Struct, frozen=True):
    """A column as texts name it."""

    form: str
    key: str
    kind: Kind
    choices: tuple[str, ...]
    parts: frozenset[int]
    """Numbers of the columns whose words together name this one: 坐席, 省集中."""


@lru_cache(maxsize=16)
def column_names(forms: tuple[Form, ...]) -> tuple[Names, tuple[ColumnInWords, ...]]:
    """The words, the longest first, each with the number of its column; and the columns by number."""
    listed = [(form, column) for form in forms for column in form.data]
    words: dict[str, int] = {}
    columns = []
    for number, (form, column) in enumerate(listed):
        names = [plain(re.sub(r"[（(].*", "", name.replace("\n", ""))) for name in (column.heading, *column.aliases)]
        pieces: list[str] = []
        if column.kind is Kind.YESNO:
            pieces = [piece for piece in _QUESTION_WORDS.split(names[0]) if len(piece) >= _SHORTEST_WORD]
            names = [_QUESTION.sub("", name) for name in names] + pieces * (len(pieces) == 1)
        else:
            names.append(_COUNTED_AS.sub("", names[0]))
        for name in names:
            if len(name) >= _SHORTEST_WORD:
                words.setdefault(name, number)
        parts = frozenset(words.setdefault(piece, number) for piece in pieces) if len(pieces) > 1 else frozenset()
        columns.append(ColumnInWords(form.key, column.key, column.kind, column.choices, parts))
    return tuple(sorted(words.items(), key=lambda item: -len(item[0]))), tuple(columns)


# Whether a text can put anything in doubt at all


@cache
def telltale() -> tuple[dict[str, set[str]], dict[str, set[frozenset[str]]]]:
    """What any text of doubt has, by the table: one or two letters → what words do which begin with them, or the letters
    where an order of words has them; and the first of some such things → things of which it has all."""
    starts: dict[str, set[str]] = defaultdict(set, {letter: {Does.PART} for letter in "月季半"})
    together: dict[str, set[frozenset[str]]] = defaultdict(
        set, {does: {frozenset((does,))} for does in DOUBTS | ANSWERS}
    )
    for written, does, *_ in table_lines("doubt"):
        if written.isalpha():
            starts[written[:2]].add(does)
        elif does in DOUBTING or _MADE_UP.isdisjoint(written):
            pieces = _THING.findall(written.replace(PART, MONTH))  # a part of the year may be written as a day is
            letters = {piece[:2] for piece in pieces if piece[0] != "〔"} - _NAMED_BUT_TIMES
            things = letters | {piece.strip("〔〕") for piece in pieces if piece[0] == "〔"}
            for start in letters:
                starts[start] |= {start, *([does] if pieces == [written] else [])}
            if things and does in DOUBTING:
                together[min(things)].add(frozenset(things))
    return starts, together


@lru_cache(maxsize=4096)
def may_doubt(text: str, year: int | None) -> bool:
    """Whether a text can hold any word of the table, or another year than the one reported on."""
    words, (starts, together) = plain(text).replace(_PRINTED, ""), telltale()
    found = {thing for start in starts.keys() & {*words, *map(add, words, words[1:])} for thing in starts[start]}
    if any(year in (None, int(named)) for named in _YEAR_OF_DAY.findall(words)):
        found.add(MONTH)
    if any(needed <= found for thing in found for needed in together.get(thing, ())):
        return True
    own = str(year)
    earlier = any(named < own for named in _YEAR_DIGITS.findall(words))
    return earlier or any(before[-len(own) :] != own for before in words.split("年")[:-1])
