"""A text taken apart: its clauses with what they name and the words in them that put figures in doubt.

Nothing here knows the figures: what a text says of them is the judge's (`judge`) to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
"""What parts the pieces of a name, but for what stands between figures: 2019-11."""
_FIRST_COLUMN, _FIRST_REGION, _FIRST_NUMBER = 0xE100, 0xE400, 0xE800
_MOST = 0x300
"""Columns, regions or figures of a text that are told apart."""
_KNOWN = DOUBTS | {
    Does.FIGURES,
    Does.FILLER,
    Does.SETTLED,
    Does.NEGATES,
    *["计入", "报出", "核实", "定稿", "可靠", "待办", "计划", "已经"],
}
"""What is no word of its own where a text is to say nothing else."""
_MEANINGLESS = frozenset((Does.FIGURES, Does.FILLER))
_NAMES_TELL = frozenset((Does.WRONG, Does.LOST, Does.TEST))
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


class Clause(Struct, frozen=True):
    """A clause with what it says."""

    text: str
    """With a sign for each thing that it names."""
    said: tuple[DoubtWord, ...]
    columns: tuple[int, ...]
    """Numbers of the columns that it names, in the order of the names given."""
    regions: tuple[int, ...]
    others: bool
    """Whether it speaks of all regions but these: 除银川外."""
    figures: tuple[str, ...]
    unknown: str
    """The letters that no word at all and no sign accounts for."""
    bare: bool
    """Whether no word of it says anything: it names things and figures."""
    sentence: int
    """Number of its sentence, as `sentence_of` counts."""
    silent: bool
    """Whether it supposes, instructs or speaks of something else: then its figures say nothing either."""


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
    said = plain(_PIECES.sub(",", text)) if name else _NUMBERING.sub("", plain(text))
    coded = _coded(said, columns, _FIRST_COLUMN)
    coded = _coded(coded, regions, _FIRST_REGION)
    coded = with_figures(with_times(coded, year), figures)
    drafts = [
        [_Draft(piece, figures, bracketed=bracketed, name=name) for piece, bracketed in _clause_pieces(sentence)]
        for sentence in _SENTENCE.split(coded)
    ]
    alone = [not any(draft.rest for draft in sentence) for sentence in drafts]
    judged = [_judged(sentence, number, whole=alone[number]) for number, sentence in enumerate(drafts)]
    return tuple(clause for sentence in judged for clause in sentence)


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
    """The clauses of a sentence, and whether each stands in brackets."""
    depth, start = 0, 0
    for match in _CLAUSE.finditer(sentence):
        if sentence[start : match.start()]:
            yield sentence[start : match.start()], depth > 0
        depth = max(depth + (match[0] in _BRACKET) - (match[0] in ")]】》〕"), 0)
        start = match.end()
    if sentence[start:]:
        yield sentence[start:], depth > 0


class _Draft:
    """A clause while its words are found."""

    def __init__(self, coded: str, figures: Sequence[str], *, bracketed: bool, name: bool) -> None:
        self.coded, self.bracketed, self.name = coded, bracketed, name
        self.text = "".join(map(sign_of, coded)).translate(PLAIN)
        self.columns = tuple(_numbers(coded, _FIRST_COLUMN))
        self.regions = tuple(_numbers(coded, _FIRST_REGION))
        self.others = bool(_EXCEPTING.search(self.text))
        self.figures = tuple(figures[at] for at in _numbers(coded, _FIRST_NUMBER))
        self.tokens: Tokens = {}
        self.found: list[tuple[int, int, list[Word]]] = []
        """Start, end and lines of each word."""
        self._find()

    def _find(self) -> None:
        text, words = self.text, vocabulary()
        covered = [not re.match(HAN, letter) for letter in text]
        worded, fillers = list(covered), [False] * len(text)
        tokens: dict[int, tuple[int, frozenset[str]]] = {}
        lines: dict[int, list[Word]] = {}
        at = 0
        while at < len(text):
            word, lines[at] = words.at(text, at)
            if not word:
                at += 1
                continue
            does = frozenset([line.does for line in lines[at]])
            end = at + len(word)
            tokens[at] = end, does
            worded[at:end] = [True] * (end - at)
            if not _KNOWN.isdisjoint(does):
                covered[at:end] = [True] * (end - at)
            if Does.FILLER in does:
                fillers[at:end] = [True] * (end - at)
            at = end
        self.tokens = tokens
        at = 0
        for start, own in lines.items():
            if start < at:
                continue
            end, does = tokens.get(start, (start + 1, frozenset()))
            longest, found, taken = (end - start if own else 0), own, [(start, end)]
            for order in words.orders_of((text[start], *does)):
                if stretches := order.taken(text, start, tokens, fillers):
                    length = sum(stop - begin for begin, stop in stretches)
                    if length > longest:
                        longest, found, taken = length, [order], stretches
                    elif length == longest:
                        found = [*found, order]
            if not found:
                continue
            self.found.append((start, taken[-1][1], found))
            for begin, stop in taken:
                worded[begin:stop] = [True] * (stop - begin)
                if any(line.does in _KNOWN for line in found):
                    covered[begin:stop] = [True] * (stop - begin)
            at = taken[0][1]
        self.rest, self.unknown = (_uncovered(text, by) for by in (covered, worded))

    @property
    def is_bare(self) -> bool:
        """Whether it has none but words without meaning of their own."""
        return not self.unknown and all(not _MEANINGLESS.isdisjoint(does) for _, does in self.tokens.values())

    def does(self, *kinds: str) -> bool:
        """Whether any word does this."""
        return any(line.does in kinds for _, _, lines in self.found for line in lines)

    def said(self, *, alone: bool) -> Iterator[DoubtWord]:
        """The words that count, those behind a negation left out."""
        negated = -_NEAR - 1
        for start, _, lines in self.found:
            if start - negated > _NEAR:
                yield from self._by_itself(start, lines, alone=alone)
            elif any(line.does in DOUBTS for line in lines):
                negated = -_NEAR - 1  # 不存在漏报: it is that which is not so
            end, does = self.tokens.get(start, (start, frozenset()))
            if Does.NEGATES in does:
                negated = end

    def _by_itself(self, start: int, lines: Sequence[Word], *, alone: bool) -> Iterator[DoubtWord]:
        for line in lines:
            if line.does in DOUBTS | ANSWERS and self._is_said(line, alone=alone):
                yield DoubtWord(Does(line.does), line.written, self.alone(whole=alone) or self._ends(line), start)
                return

    def _is_said(self, line: Word, *, alone: bool) -> bool:
        if line.alone and not (self.alone(whole=alone) or self._ends(line)):
            return False
        if (
            self.name
            and line.does in _NAMES_TELL
            and not (alone or self._ends(line) or (self.bracketed and not self.rest))
        ):
            return False  # 勾稽不平_数字颠倒 is what somebody calls a file
        if any(map(self._has, line.unless)):
            return False
        return not line.beside or any(map(self._has, line.beside))

    def _has(self, word: str) -> bool:
        """Whether a word stands in the clause, or one that does what it names."""
        if word[0] != "〔":
            return word in self.text
        return any(word[1:-1] in does for _, does in self.tokens.values())

    def alone(self, *, whole: bool) -> bool:
        """Whether its sentence says nothing else (``whole``), or its brackets, or the piece of a name that it is."""
        return not self.rest if self.bracketed or self.name else whole

    def _ends(self, line: Word) -> bool:
        return self.name and line.at_end and self.text.endswith(line.written)


def _uncovered(text: str, covered: Sequence[bool]) -> str:
    return "".join(letter for letter, is_covered in zip(text, covered, strict=True) if not is_covered)


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
    """A sentence of a text as it stands there; all of the text where it has no such sentence."""
    sentences = re.split(r"[。;；!！?？\n]", text.strip())
    return sentences[number].strip() if number < len(sentences) else text


def _judged(sentence: Sequence[_Draft], number: int, *, whole: bool) -> Iterator[Clause]:
    """The clauses of a sentence: silent after a supposition, in an instruction, of something else; settled throughout."""
    instructs = any(draft.does(Does.INSTRUCTS) for draft in sentence)
    settled = any(draft.does(Does.SETTLED) for draft in sentence)
    supposed = False
    for draft in sentence:
        supposed = supposed or draft.does(Does.SUPPOSES)
        silent = supposed or instructs or draft.does(Does.ELSEWHERE)
        said = () if silent else tuple(draft.said(alone=whole))
        if settled:
            said = tuple(item for item in said if item.does in _NOT_SETTLED)
        if any(item.does is Does.SCOPE for item in said):  # 12月数据未统计 is said of the other months
            said = tuple(item for item in said if item.does is not Does.PART)
        named = draft.columns, draft.regions, draft.others, draft.figures
        yield Clause(draft.text, said, *named, draft.unknown, draft.is_bare, number, silent)


def without_doubt(text: str, year: int | None = None) -> str:
    """What is left of a text without the clauses whose words put figures in doubt."""
    return ",".join(c.text for c in clauses(text, year) if not any(item.does in _NO_REASON for item in c.said))
