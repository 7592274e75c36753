"""A text taken apart: its clauses with what they name and the words in them that put figures in doubt.

Nothing here knows the figures: what a text says of them is the judge's (`judge`) to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.periods import PLAIN, with_times
from hrss12333.reading.doubt.telltale import plain
from hrss12333.reading.doubt.words import (
    ANSWERS,
    COLUMN,
    DOUBTS,
    NUMBER,
    OWN_REGION,
    PERCENT,
    REGION,
    WHOLE,
    Does,
    Tokens,
    Word,
    vocabulary,
)
from hrss12333.reading.values.numbers import MAGNITUDE, UNITS
from hrss12333.survey.schema import DATA, Column, Form, Kind
from hrss12333.survey.spellings import HAN

_SENTENCE = lazy(r"[。;!?\n]")
_CLAUSE = lazy(r"(?<!\d),|,(?!\d{3})|[()\[\]【】《》〔〕]|-{2,}")
_BRACKET = "([【《〔"
_CLOCK = lazy(r"7[x×*]24(?:小时)?", needs="x×*")
_PERCENT = lazy(r"\d[\d.]*[%‰]|百分之[\d一二三四五六七八九十.]+|\d+/\d+", needs="%‰百/")
_NUMBER = lazy(
    rf"(?<![\d.])(?<![表件第])(?!(?:12333|12345)(?!\d))(?!0\d)\d[\d,]*(?:\.\d+)?(?:{'|'.join(sorted(MAGNITUDE, key=len, reverse=True))})?(?:{UNITS}|家|处)?"
    rf"|[一二两三四五六七八九十几]+(?:个|名|人|家|条|次)|[一二两三四五六七八九][十百千万亿][一二三四五六七八九十百千万亿零]*",
)
_NUMBERING = lazy(r"(?:(?<=[。;:!?\n])|^)(?:\d{1,2}[.、)]|\(\d{1,2}\))(?!\d)")
"""Before a line of a list."""
_EXCEPTING = lazy(rf"除[^外]*{REGION}[^外]*外", needs="除")
_PIECES = lazy(r"(?<!\d)[-_.\s]+|[-_.\s]+(?!\d)|_+|\s+")
"""What parts the pieces of a name, but for what is between figures: 2019-11."""
_AROUND = lazy(r"是否|有无|开通|启用|使用|提供|服务|实现|统一|系统|12333")
"""Words of a question that do not tell it from others."""
_QUESTION = lazy(r"^(?:是否|有无|已|可|开通|启用|使用|实现)+")
"""How a question begins: what it asks of a column is no part of its name."""
_MEASURE = lazy(r"(?:条目数|人数|数|位置)$")
"""What the end of a heading says of how its figures are counted: 知识库条目数."""
_SHORTEST = 2
"""Letters of a word for a column."""
_FIRST_COLUMN, _FIRST_REGION, _FIRST_NUMBER = 0xE100, 0xE400, 0xE800
_MOST = 0x300
"""Columns, regions or figures of a text that are distinguished."""
_KNOWN = DOUBTS | {
    Does.FIGURES,
    Does.FILLER,
    Does.SETTLED,
    Does.NEGATES,
    *["计入", "报出", "核实", "定稿", "可靠", "待办", "计划", "已经"],
}
"""What is no word of its own where a text is to say nothing else."""
_MEANINGLESS = frozenset((Does.FIGURES, Does.FILLER))
_COUNTING_IN_NAMES = frozenset((Does.WRONG, Does.LOST, Does.TEST))
"""What counts in a name only where it says nothing else: somebody may call a file for what he found in it."""
_NEAR = 3
"""Letters between a negation and what it takes back."""
_NO_REASON = DOUBTS - {Does.SCOPE, Does.LOST}
"""What explains nothing; what is lost, counted elsewhere or not at all may well be why a balance is off."""
_NOT_SETTLED = frozenset((Does.PART, Does.YEAR, Does.SCOPE, Does.MEAN, Does.VOID, Does.CORRECTS, Does.OPENED))
"""What stays in doubt though something is said to be corrected."""


class DoubtWord(Struct, frozen=True):
    """A word that puts figures, or an answer, in doubt."""

    does: Does
    word: str
    alone: bool
    """Whether its sentence says nothing else."""
    start: int
    """Where in the clause it stands."""


Names = tuple[tuple[str, int], ...]
"""Words by which columns or regions are called, the longest first → their numbers; -1 for the text's own region."""


@lru_cache(maxsize=4096)
def clauses(
    text: str, year: int | None, columns: Names = (), regions: Names = (), *, name: bool = False
) -> tuple[Clause, ...]:
    """The clauses of a text.

    Args:
        text: As found.
        year: The year reported on.
        columns: How the form's columns are called.
        regions: How the regions of the table are called.
        name: Whether it is the name of a file or the like, which has pieces instead of clauses.
    """
    figures: list[str] = []
    plain_text = plain(_PIECES.sub(",", text)) if name else _NUMBERING.sub("", plain(text))
    coded = _coded(plain_text, columns, _FIRST_COLUMN)
    coded = _coded(coded, regions, _FIRST_REGION)
    coded = with_figures(with_times(coded, year), figures)
    found: list[Clause] = []
    for number, sentence in enumerate(_SENTENCE.split(coded)):
        pieces = [Clause(piece, figures, within, number, name=name) for piece, within in _clause_pieces(sentence)]
        _judge_sentence(pieces)
        found += pieces
    return tuple(found)


def _coded(text: str, names: Names, first: int) -> str:
    for written, number in names:
        if written in text:
            text = text.replace(written, OWN_REGION if number < 0 else chr(first + number))
    return text


def with_figures(text: str, figures: list[str]) -> str:
    """The text with shares as signs and a character of its own for each figure, which is added to ``figures``."""
    text = _PERCENT.sub(PERCENT, _CLOCK.sub(WHOLE, text))
    return _NUMBER.sub(lambda match: _figure_sign(match, figures), text)


def _figure_sign(match: re.Match[str], figures: list[str]) -> str:
    if len(figures) >= _MOST:
        return NUMBER
    figures.append(match[0])
    return chr(_FIRST_NUMBER + len(figures) - 1)


def _clause_pieces(sentence: str) -> Iterator[tuple[str, bool]]:
    """The clauses of a sentence, and whether each is in brackets."""
    depth, start = 0, 0
    for match in _CLAUSE.finditer(sentence):
        if sentence[start : match.start()]:
            yield sentence[start : match.start()], depth > 0
        depth = max(depth + (match[0] in _BRACKET) - (match[0] in ")]】》〕"), 0)
        start = match.end()
    if sentence[start:]:
        yield sentence[start:], depth > 0


class Clause:
    """A clause with what it says."""

    doubt_words: tuple[DoubtWord, ...] = ()
    """The words that count."""
    silent = False
    """Whether it supposes, instructs or is about something else: then its figures say nothing either."""

    def __init__(self, coded: str, figures: Sequence[str], bracketed: bool, sentence: int, *, name: bool) -> None:
        self._bracketed, self._name, self.sentence = bracketed, name, sentence
        self.text = "".join(map(sign_of, coded)).translate(PLAIN)
        """With a sign for each thing that it names."""
        self.columns = tuple(_numbers(coded, _FIRST_COLUMN))
        """Numbers of the columns that it names, in the order of the names given."""
        self.regions = tuple(_numbers(coded, _FIRST_REGION))
        self.others = bool(_EXCEPTING.search(self.text))
        """Whether it is about all regions but these: 除银川外."""
        self.figures = tuple(figures[at] for at in _numbers(coded, _FIRST_NUMBER))
        self._tokens: Tokens = {}
        self._found: list[tuple[int, int, list[Word]]] = []
        """Start, end and lines of each word."""
        self._find()

    def _find(self) -> None:
        text, words = self.text, vocabulary()
        tokens: dict[int, tuple[int, frozenset[str]]] = {}
        lines: dict[int, list[Word]] = {}
        for at, word, lines[at] in words.words_in(text):
            if word:
                tokens[at] = at + len(word), frozenset([line.does for line in lines[at]])
        self._tokens = tokens
        fillers = {at for start, (end, does) in tokens.items() if Does.FILLER in does for at in range(start, end)}
        taken = [(start, end, does) for start, (end, does) in tokens.items()]
        at = 0
        for start, own in lines.items():
            if start < at:
                continue
            end, does = tokens.get(start, (start + 1, frozenset()))
            longest, found, stretches = (end - start if own else 0), own, [(start, end)]
            for order in words.orders_of((text[start], *does)):
                if other := order.taken(text, start, tokens, fillers):
                    length = sum(stop - begin for begin, stop in other)
                    if length > longest:
                        longest, found, stretches = length, [order], other
                    elif length == longest:
                        found = [*found, order]
            if found:
                self._found.append((start, stretches[-1][1], found))
                taken += [(*stretch, frozenset([line.does for line in found])) for stretch in stretches]
                at = stretches[0][1]
        self._rest = self._beside(item for item in taken if not _KNOWN.isdisjoint(item[2]))
        self.unknown = self._beside(taken)
        """The letters that no word at all and no sign accounts for."""

    def _beside(self, taken: Iterable[tuple[int, int, frozenset[str]]]) -> str:
        known = {at for start, end, _ in taken for at in range(start, end)}
        return "".join(letter for at, letter in enumerate(self.text) if at not in known and re.match(HAN, letter))

    @property
    def bare(self) -> bool:
        """Whether no word of it says anything: it names things and figures."""
        return not self.unknown and all(not _MEANINGLESS.isdisjoint(does) for _, does in self._tokens.values())

    def does(self, *kinds: str) -> bool:
        """Whether any word does this."""
        return any(line.does in kinds for _, _, lines in self._found for line in lines)

    def words(self, *, alone: bool) -> Iterator[DoubtWord]:
        """The words that count, those behind a negation left out; ``alone``: whether its sentence says nothing else."""
        negated = -_NEAR - 1
        for start, _, lines in self._found:
            if start - negated > _NEAR:
                yield from self._by_itself(start, lines, alone=alone)
            elif any(line.does in DOUBTS for line in lines):
                negated = -_NEAR - 1  # 不存在漏报: it is that which is not so
            end, does = self._tokens.get(start, (start, frozenset()))
            if Does.NEGATES in does:
                negated = end

    def _by_itself(self, start: int, lines: Sequence[Word], *, alone: bool) -> Iterator[DoubtWord]:
        for line in lines:
            if line.does not in DOUBTS | ANSWERS:
                continue
            ends = self._name and line.at_end and self.text.endswith(line.written)
            own = ends or (not self._rest if self._bracketed or self._name else alone)
            # 勾稽不平_数字颠倒 is what somebody calls a file
            called = self._name and line.does in _COUNTING_IN_NAMES and not (alone or ends or (self._bracketed and own))
            beside = not line.beside or any(map(self._has, line.beside))
            if beside and not called and (own or not line.alone) and not any(map(self._has, line.unless)):
                yield DoubtWord(Does(line.does), line.written, own, start)
                return

    def _has(self, word: str) -> bool:
        """Whether a word is in the clause, or one that does what it names."""
        if word[0] != "〔":
            return word in self.text
        return any(word[1:-1] in does for _, does in self._tokens.values())


def sign_of(letter: str) -> str:
    """The sign for what a letter of a coded text stands for."""
    code = ord(letter)
    if code < _FIRST_COLUMN or code >= _FIRST_NUMBER + _MOST:
        return letter
    return COLUMN if code < _FIRST_REGION else REGION if code < _FIRST_NUMBER else NUMBER


def _numbers(coded: str, first: int) -> Iterator[int]:
    """The numbers of the things of one kind that are named, each once."""
    yield from dict.fromkeys(ord(letter) - first for letter in coded if first <= ord(letter) < first + _MOST)


def sentence_of(text: str, number: int) -> str:
    """A sentence of a text as written there; all of the text where it has no such sentence."""
    sentences = re.split(r"[。;；!！?？\n]", text.strip())
    return sentences[number].strip() if number < len(sentences) else text


def _judge_sentence(clauses: Sequence[Clause]) -> None:
    """What the clauses of a sentence say: silent after a supposition, in an instruction, of something else; settled
    throughout."""
    alone = not any(clause._rest for clause in clauses)
    instructs = any(clause.does(Does.INSTRUCTS) for clause in clauses)
    settled = any(clause.does(Does.SETTLED) for clause in clauses)
    supposed = False
    for clause in clauses:
        supposed = supposed or clause.does(Does.SUPPOSES)
        clause.silent = supposed or instructs or clause.does(Does.ELSEWHERE)
        words = () if clause.silent else tuple(clause.words(alone=alone))
        if settled:
            words = tuple(item for item in words if item.does in _NOT_SETTLED)
        if any(item.does is Does.SCOPE for item in words):  # 12月数据未统计 is reported of the other months
            words = tuple(item for item in words if item.does is not Does.PART)
        clause.doubt_words = words


def without_doubt(text: str, year: int | None = None) -> str:
    """What is left of a text without the clauses whose words put figures in doubt."""
    return ",".join(c.text for c in clauses(text, year) if not any(item.does in _NO_REASON for item in c.doubt_words))


# By which words a text speaks of the columns of a form: its headings, their usual other names, what tells questions apart.


class ColumnInWords(Struct, frozen=True):
    """A column as texts name it."""

    number: int
    form: str
    key: str
    kind: Kind
    choices: tuple[str, ...] = ()
    parts: frozenset[int] = frozenset()
    """Numbers of the columns whose words together name this one: 坐席, 省集中."""


@lru_cache(maxsize=16)
def column_names(forms: tuple[Form, ...]) -> tuple[Names, tuple[ColumnInWords, ...]]:
    """The words, the longest first, each with the number of its column; and the columns by number."""
    listed = [(form, column) for form in forms for column in form.of_kind(*DATA)]
    words: dict[str, int] = {}
    for number, (_, column) in enumerate(listed):
        names = [_plain_name(name) for name in (column.heading, *column.aliases)]
        if column.kind is Kind.YESNO:
            pieces = _heading_pieces(column)
            names = [_QUESTION.sub("", name) for name in names] + (pieces if len(pieces) == 1 else [])
        else:
            names.append(_MEASURE.sub("", names[0]))
        for name in names:
            if len(name) >= _SHORTEST:
                words.setdefault(name, number)
    columns = []
    for number, (form, column) in enumerate(listed):
        pieces = _heading_pieces(column) if column.kind is Kind.YESNO else []
        parts = frozenset(words.setdefault(piece, number) for piece in pieces) if len(pieces) > 1 else frozenset()
        columns.append(ColumnInWords(number, form.key, column.key, column.kind, column.choices, parts))
    return tuple(sorted(words.items(), key=lambda item: -len(item[0]))), tuple(columns)


def _plain_name(name: str) -> str:
    return plain(re.sub(r"[（(].*", "", name.replace("\n", "")))


def _heading_pieces(column: Column) -> list[str]:
    """What is left of a question: 微信, 号码."""
    return [piece for piece in _AROUND.split(_plain_name(column.heading)) if len(piece) >= _SHORTEST]
