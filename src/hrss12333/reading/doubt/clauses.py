"""A text taken apart: its clauses with what they name and the words in them that put figures in doubt; and what names of
files, folders and sheets say by their words: which version it is, what kind of document, or that it no longer holds.

Nothing here knows the figures: what a text says of them is the judge's (`judge`) to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.signs import coded, named_in, plain_signs
from hrss12333.reading.doubt.words import (
    DOUBTING,
    DOUBTS,
    OWN_REGION,
    REGION,
    TAKES_OUT,
    Does,
    Names,
    Word,
    plain,
    vocabulary,
)
from hrss12333.survey.spellings import HAN

_SENTENCE_END = lazy(r"[。;!?\n]")
_CLAUSE = lazy(r"(?<!\d),|,(?!\d{3})|[()\[\]【】《》〔〕]|-{2,}")
_OPENS, _CLOSES = "([【《〔", ")]】》〕"
_NUMBERING = lazy(r"(?:(?<=[。;:!?\n])|^)(?:\d{1,2}[.、)]|\(\d{1,2}\))(?!\d)")
"""Before a line of a list."""
_EXCEPTING = lazy(rf"除[^外]*{REGION}[^外]*外", needs="除")
_SUBJECT = lazy(rf"(?:^|:){REGION}(?![县旗州盟])", needs=REGION)
"""The region that a clause begins with, or a colon goes before; what is longer is another name: 长沙县."""
_PIECES = lazy(r"(?<!\d)[-_.\s]+|[-_.\s]+(?!\d)|_+|\s+")
"""What parts the pieces of a name, but for what is between figures: 2019-11."""
_MEANINGLESS = frozenset((Does.FIGURES, Does.FILLER))
_KNOWN = (
    DOUBTS
    | _MEANINGLESS
    | {Does.SETTLED, Does.NEGATES, *("计入", "报出", "核实", "定稿", "可靠", "待办", "计划", "已经")}
)
"""What is no word of its own where a text is to say nothing else."""
_COUNTING_IN_NAMES = frozenset((Does.WRONG, Does.LOST, Does.TEST))
"""What counts in a name only where it says nothing else: somebody may call a file for what he found in it."""
_NEGATION_REACH = 3
"""Letters between a negation and what it takes back."""
_NO_REASON = DOUBTS - {Does.SCOPE, Does.LOST}
"""What explains nothing; what is lost, counted elsewhere or not at all may well be why a balance is off."""
_NOT_SETTLED = frozenset((Does.PART, Does.YEAR, Does.SCOPE, Does.MEAN, Does.VOID, Does.CORRECTS, Does.OPENED))
"""What stays in doubt though something is said to be corrected."""
_BETWEEN_PIECES = lazy(r"[^\w]+|_|\d+")
"""What parts the pieces of a name."""
_NOT = frozenset("未非待需不")
CORRECTED_VERSION, FORMER_VERSION = "更正版", "旧版"
"""Which version of a file its name says it is: a corrected or final one; or one before such a one, a draft, a wrong one."""
_GIVING_WAY = frozenset((Does.DRAFT, Does.TEST, Does.VOID, Does.WRONG))
"""What words of doubt do by which a name says that another file holds."""


class DoubtWord(Struct, frozen=True):
    """A word that puts figures, or an answer, in doubt."""

    does: Does
    word: str
    alone: bool
    """Whether its sentence says nothing else."""
    start: int
    """Where in the clause it stands."""


@lru_cache(maxsize=4096)
def clauses(
    text: str, year: int | None, columns: Names = (), regions: Names = (), home: int = -1, *, name: bool = False
) -> tuple[Clause, ...]:
    """The clauses of a text, or (``name``) the pieces of the name of a file or the like.

    Columns and regions are those of the table, as they are called; ``home`` is the number of the text's own region.
    """
    called = next((word for word, own in regions if own == home), "")
    own_words = [(word, -1 if own == home or word in called else own) for word, own in regions]
    words = plain(_PIECES.sub(",", text)) if name else _NUMBERING.sub("", plain(text))
    signed, figures = coded(words, year, columns, own_words)
    found: list[Clause] = []
    for number, sentence in enumerate(_SENTENCE_END.split(signed)):
        pieces = [Clause(piece, figures, within, number, name=name) for piece, within in _clause_pieces(sentence)]
        _judge_sentence(pieces)
        found += pieces
    return tuple(found)


def _clause_pieces(sentence: str) -> Iterator[tuple[str, bool]]:
    """The clauses of a sentence, and whether each is in brackets."""
    depth, start = 0, 0
    for match in (*_CLAUSE.finditer(sentence), None):
        end = match.start() if match else len(sentence)
        if sentence[start:end]:
            yield sentence[start:end], depth > 0
        if match:
            depth = max(depth + (match[0] in _OPENS) - (match[0] in _CLOSES), 0)
            start = match.end()


class Clause:
    """A clause with what it says."""

    doubt_words: tuple[DoubtWord, ...] = ()
    """The words that count."""
    silent = False
    """Whether it supposes, instructs or is about something else: then its figures say nothing either."""

    def __init__(self, signed: str, figures: Sequence[str], bracketed: bool, sentence: int, *, name: bool) -> None:
        self._bracketed, self._name, self.sentence = bracketed, name, sentence
        self._signed, self.text = signed, plain_signs(signed)
        """With a sign for each thing that it names."""
        self.columns, self.regions, numbers = named_in(signed)
        """Numbers of the columns and regions that it names, in the order of the names given."""
        self.others = bool(_EXCEPTING.search(self.text))
        """Whether it is about all regions but these: 除银川外."""
        self.figures = tuple(figures[at] for at in numbers)
        self._tokens: dict[int, tuple[int, tuple[str, ...]]] = {}
        self._found: list[tuple[int, list[Word]]] = []
        """Where each word or order of words begins, and its lines."""
        self._find()

    def _find(self) -> None:
        text, words, tokens = self.text, vocabulary(), self._tokens
        lines: dict[int, list[Word]] = {}
        for at, word, lines[at] in words.words_in(text):
            if word:
                tokens[at] = at + len(word), tuple(dict.fromkeys(line.does for line in lines[at]))
        taken = [(start, end, does) for start, (end, does) in tokens.items()]
        fillers = {at for start, end, does in taken if Does.FILLER in does for at in range(start, end)}
        after = 0
        for start, found in lines.items():
            if start < after:
                continue
            end, does = tokens.get(start, (start + 1, ()))
            longest, stretches = (end - start if found else 0), [(start, end)]
            for order in (order for first in (text[start], *does) for order in words.orders.get(first, ())):
                other = order.taken(text, start, tokens, fillers)
                length = sum(stop - begin for begin, stop in other)
                if length > longest:
                    longest, found, stretches = length, [order], other
                elif length and length == longest:
                    found = [*found, order]
            if found:
                self._found.append((start, found))
                taken += [(*stretch, tuple(line.does for line in found)) for stretch in stretches]
                after = stretches[0][1]
        self.rest = self._letters_beside(item for item in taken if not _KNOWN.isdisjoint(item[2]))
        """The letters that no word accounts for by which a text says nothing else."""
        self.unknown = self._letters_beside(taken)
        """The letters that no word at all and no sign accounts for."""

    def _letters_beside(self, taken: Iterable[tuple[int, int, tuple[str, ...]]]) -> str:
        known = {at for start, end, _ in taken for at in range(start, end)}
        return "".join(letter for at, letter in enumerate(self.text) if at not in known and re.match(HAN, letter))

    @property
    def bare(self) -> bool:
        """Whether no word of it says anything: it names things and figures."""
        return not self.unknown and all(not _MEANINGLESS.isdisjoint(does) for _, does in self._tokens.values())

    @property
    def names_own(self) -> bool:
        """Whether it names the text's own region: by its name, or as 我市."""
        return OWN_REGION in self.text or any("自称" in does for _, does in self._tokens.values())

    @property
    def subject(self) -> int | None:
        """The number of the other region of which it speaks, and not only beside its own: 石嘴山市数据有误, and neither
        含石嘴山市 nor 石嘴山市由我市代报; where it says no more than what takes figures out, any that it names."""
        if self.names_own or not self.regions:
            return None
        taking = not self.others and any(word.alone and word.does in TAKES_OUT for word in self.doubt_words)
        begins = _SUBJECT.search(self.text)
        at = self.text.index(REGION) if taking else begins.end() - 1 if begins else -1
        together = range(at) if taking else (at,)
        if at < 0 or any(word.does is Does.SCOPE and word.start in together for word in self.doubt_words):
            return None
        return named_in(self._signed[at])[1][0]

    def does(self, *kinds: str) -> bool:
        """Whether any word does this."""
        return any(line.does in kinds for _, lines in self._found for line in lines)

    def words(self, *, alone: bool) -> Iterator[DoubtWord]:
        """The words that count, those behind a negation left out; ``alone``: whether its sentence says nothing else."""
        negated = -_NEGATION_REACH - 1
        for start, lines in self._found:
            if start - negated > _NEGATION_REACH:
                counting = (self._by_itself(line, start, alone=alone) for line in lines)
                yield from [word for word in counting if word][:1]
            elif any(line.does in DOUBTS for line in lines):
                negated = -_NEGATION_REACH - 1  # 不存在漏报: it is that which is not so
            end, does = self._tokens.get(start, (start, ()))
            if Does.NEGATES in does:
                negated = end

    def _by_itself(self, line: Word, start: int, *, alone: bool) -> DoubtWord | None:
        ends = self._name and line.at_end and self.text.endswith(line.written)
        own = ends or (not self.rest if self._bracketed or self._name else alone)
        by_clause = line.does == Does.VOID and not self.rest  # 作废，见下行: asked about
        # 勾稽不平_数字颠倒 is what somebody calls a file
        called = self._name and line.does in _COUNTING_IN_NAMES and not (alone or ends or (self._bracketed and own))
        counts = line.does in DOUBTING and not called and (own or by_clause or not line.alone)
        if not counts or (line.beside and not any(map(self._has, line.beside))) or any(map(self._has, line.unless)):
            return None
        return DoubtWord(Does(line.does), line.written, own, start)

    def _has(self, word: str) -> bool:
        """Whether a word is in the clause, or one that does what it names."""
        if word[0] != "〔":
            return word in self.text
        return any(word[1:-1] in does for _, does in self._tokens.values())


def _judge_sentence(clauses: Sequence[Clause]) -> None:
    """What the clauses of a sentence say: silent after a supposition, in an instruction, of something else; settled
    throughout."""
    alone = not any(clause.rest for clause in clauses)
    instructs = any(clause.does(Does.INSTRUCTS) for clause in clauses)
    settled = any(clause.does(Does.SETTLED) for clause in clauses)
    supposed = False
    for clause in clauses:
        supposed = supposed or clause.does(Does.SUPPOSES)
        clause.silent = supposed or instructs or clause.does(Does.ELSEWHERE)
        words = [] if clause.silent else [w for w in clause.words(alone=alone) if not settled or w.does in _NOT_SETTLED]
        elsewhere = any(word.does is Does.SCOPE for word in words)  # 12月数据未统计 speaks of the other months
        clause.doubt_words = tuple(word for word in words if not (elsewhere and word.does is Does.PART))


def without_doubt(text: str, year: int | None) -> str:
    """What is left of a text without the clauses whose words put figures in doubt."""
    return ",".join(c.text for c in clauses(text, year) if not any(item.does in _NO_REASON for item in c.doubt_words))
