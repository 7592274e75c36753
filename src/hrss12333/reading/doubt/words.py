"""The words that put figures in doubt, tables in the package with one line a word (survey/data/*_words.tsv), and whether a
text holds any of them: nearly all that is around a form does not, and is looked at no closer.

A line is a word or an order of words. What it is made of: letters, 〔…〕 any word that does such a thing, and signs for what
a text names, 〔时段〕 a part of the year, 〔栏目〕 a column of the form. Signs are single characters in a text that was taken
apart, so that a word is found as written. `…` leaves a few letters between, `·` fewer, `〔a〕〔b〕` only words without
meaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from operator import add

from hrss12333.model.filing import Filing
from hrss12333.model.text import NAMES, Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.sub_regions import DATA as DATA
from hrss12333.survey.traditional import simplified


class Does(StrEnum):
    """What a word does; the value is what the table calls it. What else the table knows only makes up orders of words."""

    PART = "时段"
    YEAR = "其他年度"
    MEAN = "平均"
    ESTIMATE = "估算"
    DRAFT = "未定稿"
    TEST = "测试"
    VOID = "作废"
    SCOPE = "范围"
    WRONG = "有误"
    LOST = "缺失"
    CORRECTS = "更正为"
    STOPPED = "停用"
    NOT_YET = "未开通"
    OPENED = "已开通"
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
_NEAR = 3
"""Letters of words without meaning that may be between."""
_PIECE = lazy(r"…|·|〔[^〕]+〕|[^…·〔]+")
_MADE_UP = frozenset("…·〔")
"""Of which an order of words holds one."""
_NAMED = frozenset((REGION, OWN_REGION, COLUMN, NUMBER, PERCENT))
"""What a text may name but a time."""
_THING = lazy(rf"〔[^〕]+〕|[{PART}-{PERCENT}]|[^…·〔{PART}-{PERCENT}]+")
_YEAR = lazy(r"20\d\d", needs="2")
_DAY = lazy(r"(20\d\d)[年./-]?\d", needs="2")
"""How a day or month is written without 月."""
NAMING = NAMES | {TextKind.SUBJECT, TextKind.TITLE}
"""Texts that name something, with few words between what tells."""
ANSWER_WORDS = {"是": True, "√": True, "否": False, "×": False}
_PRINTED = "(自治区、直辖市)"
"""What the form itself prints behind a unit's name."""
_LEFT_OUT = str.maketrans(dict.fromkeys(" \t\r\f\v\u3000“”\"'‘’*"))

Tokens = Mapping[int, tuple[int, tuple[str, ...]]]
"""Where the words of a text begin → where each ends, and what it does."""


@cache
def table_lines(table: str) -> list[list[str]]:
    """The lines of a table of words, each as its columns, with its signs as the characters that stand for them."""
    text = (DATA / f"{table}_words.tsv").read_text(encoding="utf-8")
    for name, sign in SIGNS.items():
        text = text.replace(f"〔{name}〕", sign)
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"][1:]


def sheet_words() -> tuple[str, ...]:
    """The words that the self-check of the official form knows, too."""
    return tuple(dict.fromkeys(line[0] for line in table_lines("doubt") if line[4:5] == ["是"]))


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text in the form in which words are looked for: half-width, simplified, nothing between its letters."""
    return simplified(tidy(text)).lower().replace("座席", "坐席").translate(_LEFT_OUT)


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
        self.pieces = [] if _MADE_UP.isdisjoint(written) else _PIECE.findall(written)
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
            last = after + (_NEAR if meaningless else gap)
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
        pieces = _THING.findall(written.replace(PART, MONTH))  # a part of the year may be written as a day is
        if pieces == [written] and written not in OF_TIME:
            starts[written[:2]].add(does)
        elif does in DOUBTS | ANSWERS:
            letters = {piece[:2] for piece in pieces if piece[0] != "〔"} - _NAMED
            for start in letters:
                starts[start].add(start)
            things = letters | {piece.strip("〔〕") for piece in pieces if piece[0] == "〔"}
            if things:
                together[min(things)].add(frozenset(things))
    return starts, together


@lru_cache(maxsize=4096)
def is_suspect(text: str, year: int | None) -> bool:
    """Whether a text can hold any word of the table, or another year than the one reported on."""
    words, (starts, together) = plain(text).replace(_PRINTED, ""), telltale()
    found = {thing for start in starts.keys() & {*words, *_pairs(words)} for thing in starts[start]}
    if any(year in (None, int(named)) for named in _DAY.findall(words)):
        found.add(MONTH)
    if any(needed <= found for thing in found for needed in together.get(thing, ())):
        return True
    own = str(year)
    earlier = any(named < own for named in _YEAR.findall(words))
    return earlier or any(before[-len(own) :] != own for before in words.split("年")[:-1])


def _pairs(text: str) -> Iterator[str]:
    return map(add, text, text[1:])


def suspect_texts(filing: Filing, texts: Iterable[Text], year: int | None) -> list[Text]:
    """Those of some texts that are to be judged beside a filing: of doubt, or with another figure or answer for a column."""
    forms = forms_of(filing)
    return [
        text
        for text in texts
        if is_suspect(text.text, year)
        or (text.kind not in NAMING and _gives_answer(text.text, forms, fixed=text.field is not None))
    ]


@lru_cache(maxsize=4096)
def _gives_answer(text: str, forms: tuple[Form, ...], *, fixed: bool) -> bool:
    """Whether a text holds a figure or a choice and, unless it is ``fixed`` to a column, part of a heading; or an answer."""
    words = plain(text)
    if fixed and words in ANSWER_WORDS:
        return True
    if not any(map(str.isdecimal, words)) and "网" not in words:
        return False
    return fixed or not _heading_pairs(forms).isdisjoint(_pairs(words))


@lru_cache(maxsize=16)
def _heading_pairs(forms: tuple[Form, ...]) -> frozenset[str]:
    """Pairs of letters of the headings of figures and choices."""
    columns = [column for form in forms for column in form.of_kind(Kind.COUNT, Kind.CHOICE)]
    names = [plain(name) for column in columns for name in (column.heading, *column.aliases)]
    return frozenset(pair for name in names for pair in _pairs(name.partition("(")[0]))


def forms_of(filing: Filing) -> tuple[Form, ...]:
    """The forms that a filing's tables are of."""
    return tuple(dict.fromkeys(table.form for table in filing.tables))
