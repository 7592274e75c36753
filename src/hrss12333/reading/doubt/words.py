"""The words that put figures in doubt: tables in the package, one line a word (survey/data/*_words.tsv).

A word may have gaps (以…为准) and signs for what a text names: 〔时段〕 a part of the year, 〔栏目〕 a column of the form.
Signs are single characters in a text that was taken apart, so that a word is found as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from functools import cache

from msgspec import Struct

from hrss12333.reading.doubt.telltale import OF_TIME, SIGNS, table_lines


class Does(StrEnum):
    """What a word does; the value is what the table calls it."""

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
    COUNTS = "计入"
    REPORTS = "报出"
    CHECKS = "核实"
    FINISHES = "定稿"
    RELIABLE = "可靠"
    OPENS = "开通"
    NEGATES = "否定"
    AWAITS = "待办"
    PLANS = "计划"
    DONE = "已经"
    SUPPOSES = "假设"
    SETTLED = "已办"
    ELSEWHERE = "别处"
    INSTRUCTS = "填报要求"
    FIGURES = "数据词"
    FILLER = "虚词"
    HARMLESS = "无碍"
    CORRECTED = "更正版"
    FORMER = "旧版"


DOUBTS = frozenset(
    (
        Does.PART,
        Does.YEAR,
        Does.MEAN,
        Does.ESTIMATE,
        Does.DRAFT,
        Does.TEST,
        Does.VOID,
        Does.SCOPE,
        Does.WRONG,
        Does.LOST,
        Does.CORRECTS,
    )
)
"""What puts a figure in doubt whatever the figure is."""
TAKES_OUT = frozenset((Does.VOID, Does.TEST, Does.PART))
"""What takes figures out where it is said of a row, a table or a file as a whole."""
ANSWERS = frozenset((Does.STOPPED, Does.NOT_YET, Does.OPENED))
"""What contradicts an answer, or bears it out."""
COMPOSED: dict[tuple[Does, Does], Does] = {
    (Does.NEGATES, Does.COUNTS): Does.SCOPE,
    (Does.NEGATES, Does.REPORTS): Does.SCOPE,
    (Does.NEGATES, Does.CHECKS): Does.WRONG,
    (Does.NEGATES, Does.RELIABLE): Does.WRONG,
    (Does.NEGATES, Does.FINISHES): Does.DRAFT,
    (Does.NEGATES, Does.OPENS): Does.NOT_YET,
    (Does.AWAITS, Does.CHECKS): Does.WRONG,
    (Does.AWAITS, Does.COUNTS): Does.WRONG,
    (Does.AWAITS, Does.FINISHES): Does.DRAFT,
    (Does.AWAITS, Does.OPENS): Does.NOT_YET,
    (Does.PLANS, Does.OPENS): Does.NOT_YET,
    (Does.DONE, Does.OPENS): Does.OPENED,
}
"""What two words say together, the first before the second: 未 核实, 待 补, 尚未 开通."""
PART, MONTH, EARLIER, LATER, WHOLE, REGION, OWN_REGION, COLUMN, NUMBER, PERCENT = SIGNS.values()
_ALONE, _AT_END = "单独", "末尾"
_WIDEST = 8
"""Letters that a gap may hold."""


class Word(Struct, frozen=True):
    """One line of a table."""

    pieces: tuple[str, ...]
    """The word; several where it has gaps."""
    does: Does
    alone: bool = False
    """Whether it counts only where its sentence says nothing else."""
    at_end: bool = False
    """Whether it counts, too, where a name ends with it."""
    about_figures: bool = False
    """Whether one of `beside` may be any word for figures."""
    beside: tuple[str, ...] = ()
    """Of which one must stand in its clause, where there are any."""
    unless: tuple[str, ...] = ()
    """Of which none may."""

    @property
    def length(self) -> int:
        """How many letters it has."""
        return sum(map(len, self.pieces))

    def taken(self, text: str, start: int) -> list[tuple[int, int]]:
        """The stretches of a text that the word takes from here; none where it does not stand here."""
        taken: list[tuple[int, int]] = []
        after, widest = start, 0
        for piece in self.pieces:
            at = text.find(piece, after, after + widest + len(piece))
            if at < 0:
                return []
            after, widest = at + len(piece), _WIDEST
            taken.append((at, after))
        return taken


class Vocabulary:
    """The words of a table, each made when a text holds its first letter."""

    def __init__(self, lines: list[list[str]]) -> None:
        self._lines: dict[str, list[list[str]]] = defaultdict(list)
        for line in lines:
            self._lines[line[0][0]].append(line)
        self._first: dict[str, list[Word]] = {}

    def at(self, text: str, start: int) -> list[Word]:
        """The lines of the longest word that stands here."""
        letter = text[start]
        words = self._first.get(letter)
        if words is None:
            words = [_word(*line) for line in self._lines.get(letter, ())]
            words.sort(key=lambda word: -word.length)
            self._first[letter] = words
        found: list[Word] = []
        for word in words:
            if found and word.length < found[0].length:
                break
            if word.taken(text, start):
                found.append(word)
        return found


def _word(written: str, does: str, beside: str = "", unless: str = "", *_: str) -> Word:
    conditions = beside.split()
    others = tuple(item for item in conditions if item not in (_ALONE, _AT_END, Does.FIGURES.value))
    alone, at_end, about_figures = (item in conditions for item in (_ALONE, _AT_END, Does.FIGURES.value))
    return Word(tuple(written.split("…")), Does(does), alone, at_end, about_figures, others, tuple(unless.split()))


@cache
def times() -> tuple[tuple[str, str], ...]:
    """Words for a time (去年) and the sign that stands for it, the longest first."""
    found = [(line[0], line[1]) for line in table_lines("doubt") if line[1] in OF_TIME]
    return tuple(sorted(found, key=lambda item: -len(item[0])))


@cache
def vocabulary() -> Vocabulary:
    """The words of any text."""
    return Vocabulary([line for line in table_lines("doubt") if line[1] not in OF_TIME])


@cache
def answer_words(answer: str) -> Vocabulary:
    """The words behind a 是 or a choice (``答``), or behind a 否 (``否``)."""
    return Vocabulary([[*line[:2], *line[3:]] for line in table_lines("answer") if (line[2:] or [""])[0] == answer])


@cache
def version_words() -> Vocabulary:
    """The words of names that say which version a file is."""
    return Vocabulary(table_lines("version"))
