"""The words that put figures in doubt: tables in the package, one line a word (survey/data/*_words.tsv).

A line is a word or an order of words. What it is made of: letters, 〔…〕 any word that does such a thing, and signs for what
a text names, 〔时段〕 a part of the year, 〔栏目〕 a column of the form. Signs are single characters in a text that was taken
apart, so that a word is found as written. `…` leaves a few letters between, `·` fewer, `〔a〕〔b〕` only words without
meaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.telltale import MADE_UP, OF_TIME, SIGNS, table_lines


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
PART, MONTH, EARLIER, LATER, WHOLE, REGION, OWN_REGION, COLUMN, NUMBER, PERCENT = SIGNS.values()
_ALONE, _AT_END = "单独", "末尾"
_GAPS = {"…": 8, "·": 3}
"""Letters that each leaves between."""
_NEAR = 3
"""Letters of words without meaning that may be between."""
_PIECE = lazy(r"…|·|〔[^〕]+〕|[^…·〔]+")

Tokens = Mapping[int, tuple[int, frozenset[str]]]
"""Where the words of a text begin → where each ends, and what it does."""


class Piece(Struct, frozen=True):
    """What must be in one place of a text."""

    text: str
    """Letters; or what the word there does."""
    does: bool
    gap: int
    """Letters that may be before it."""
    meaningless: bool
    """Whether these must be words without meaning of their own."""


class Word(Struct, frozen=True):
    """One line of a table."""

    written: str
    pieces: tuple[Piece, ...]
    does: str
    alone: bool = False
    """Whether it counts only where its sentence says nothing else."""
    at_end: bool = False
    """Whether it counts, too, where a name ends with it."""
    beside: tuple[str, ...] = ()
    """Letters, or 〔what a word does〕, of which one must be in its clause, where there are any."""
    unless: tuple[str, ...] = ()
    """Of which none may."""

    def taken(self, text: str, start: int, tokens: Tokens, fillers: Container[int] = ()) -> list[tuple[int, int]]:
        """The stretches of a text that the word takes from here; none where it is not here."""
        taken: list[tuple[int, int]] = []
        after = start
        for piece in self.pieces:
            if piece.does:
                last = min(after + piece.gap, len(text) - 1)
                at = next((at for at in range(after, last + 1) if at in tokens and piece.text in tokens[at][1]), -1)
                end = tokens[at][0] if at >= 0 else at
            else:
                at = text.find(piece.text, after, after + piece.gap + len(piece.text))
                end = at + len(piece.text)
            if at < 0 or (piece.meaningless and not all(letter in fillers for letter in range(after, at))):
                return []
            taken.append((at, end))
            after = end
        return taken


class Vocabulary:
    """The words of a table."""

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._words: dict[str, list[Sequence[str]]] = defaultdict(list)
        """First letter → lines of words."""
        self._orders: dict[str, list[Sequence[str]]] = defaultdict(list)
        """What an order of words begins with, a letter or what a word does → lines."""
        for line in lines:
            if MADE_UP.isdisjoint(line[0]):
                self._words[line[0][0]].append(line)
            else:
                first = _PIECE.findall(line[0])[0]
                self._orders[first.strip("〔〕") if first[0] == "〔" else first[0]].append(line)
        self._rank = {first: number for number, first in enumerate(self._orders)}

    def words_in(self, text: str) -> Iterator[tuple[int, str, list[Word]]]:
        """The words of a text, of those that begin with one another the longest: where each begins, and its lines; an empty
        one for each letter that belongs to none."""
        at = 0
        while at < len(text):
            here = [line for line in self._words.get(text[at], ()) if text.startswith(line[0], at)]
            longest = max((line[0] for line in here), key=len, default="")
            yield at, longest, [_word(*line) for line in here if line[0] == longest]
            at += len(longest) or 1

    def orders_of(self, firsts: Iterable[str]) -> Iterator[Word]:
        """The orders of words that begin with a letter, or with a word that does such a thing, as the table has them."""
        for first in sorted(self._rank.keys() & {*firsts}, key=self._rank.__getitem__):
            yield from (_word(*line) for line in self._orders[first])


def _word_pieces(written: str) -> Iterator[Piece]:
    gap, before = 0, ""
    for part in _PIECE.findall(written):
        if part in _GAPS:
            gap = _GAPS[part]
        else:
            does = part[0] == "〔"
            beside = not gap and bool(before) and (does or before == "〔")
            yield Piece(part.strip("〔〕"), does, _NEAR if beside else gap, beside)
            gap, before = 0, part[0]


@cache
def _word(written: str, does: str, beside: str = "", unless: str = "", *_: str) -> Word:
    conditions = beside.split()
    others = tuple([item for item in conditions if item not in (_ALONE, _AT_END)])
    alone, at_end = (item in conditions for item in (_ALONE, _AT_END))
    return Word(written, tuple(_word_pieces(written)), does, alone, at_end, others, tuple(unless.split()))


@cache
def times() -> tuple[tuple[str, str], ...]:
    """Words for a time (去年) and the sign that stands for it, the longest first."""
    found = [(line[0], line[1]) for line in table_lines("doubt") if line[1] in OF_TIME]
    return tuple(sorted(found, key=lambda item: -len(item[0])))


@cache
def limits() -> tuple[str, ...]:
    """Words that limit what is said to a part: 仅, 只."""
    return tuple(line[0] for line in table_lines("doubt") if line[1] == "限定")


@cache
def vocabulary() -> Vocabulary:
    """The words of any text."""
    return Vocabulary([line for line in table_lines("doubt") if line[1] not in OF_TIME])


@cache
def answer_words(answer: str) -> Vocabulary:
    """The words behind a 是 or a choice (``答``), or behind a 否 (``否``)."""
    return Vocabulary([[*line[:2], *line[3:]] for line in table_lines("answer") if (line[2:] or [""])[0] == answer])
