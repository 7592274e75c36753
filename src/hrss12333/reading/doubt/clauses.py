"""A text taken apart: its clauses with what they name and the words in them that put figures in doubt.

Nothing here knows the figures: what a text says of them is the judge's (`judge`) to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.signs import (
    FIRST_COLUMN,
    FIRST_NUMBER,
    FIRST_REGION,
    MOST,
    plain_signs,
    with_figures,
    with_times,
)
from hrss12333.reading.doubt.words import ANSWERS, DOUBTS, OWN_REGION, REGION, Does, Word, plain, vocabulary
from hrss12333.survey.schema import DATA, Form, Kind
from hrss12333.survey.spellings import HAN

_SENTENCE = lazy(r"[。;!?\n]")
_CLAUSE = lazy(r"(?<!\d),|,(?!\d{3})|[()\[\]【】《》〔〕]|-{2,}")
_OPENS, _CLOSES = "([【《〔", ")]】》〕"
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
_MEANINGLESS = frozenset((Does.FIGURES, Does.FILLER))
_KNOWN = (
    DOUBTS
    | _MEANINGLESS
    | {Does.SETTLED, Does.NEGATES, *("计入", "报出", "核实", "定稿", "可靠", "待办", "计划", "已经")}
)
"""What is no word of its own where a text is to say nothing else."""
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
    coded = plain(_PIECES.sub(",", text)) if name else _NUMBERING.sub("", plain(text))
    for names, first in ((columns, FIRST_COLUMN), (regions, FIRST_REGION)):
        for written, number in names:
            coded = coded.replace(written, OWN_REGION if number < 0 else chr(first + number))
    coded = with_figures(with_times(coded, year), figures)
    found: list[Clause] = []
    for number, sentence in enumerate(_SENTENCE.split(coded)):
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

    def __init__(self, coded: str, figures: Sequence[str], bracketed: bool, sentence: int, *, name: bool) -> None:
        self._bracketed, self._name, self.sentence = bracketed, name, sentence
        self.text = plain_signs(coded)
        """With a sign for each thing that it names."""
        self.columns, self.regions, numbers = (
            tuple([ord(letter) - first for letter in dict.fromkeys(coded) if first <= ord(letter) < first + MOST])
            for first in (FIRST_COLUMN, FIRST_REGION, FIRST_NUMBER)
        )
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
        self.rest = self._beside(item for item in taken if not _KNOWN.isdisjoint(item[2]))
        """The letters that no word accounts for by which a text says nothing else."""
        self.unknown = self._beside(taken)
        """The letters that no word at all and no sign accounts for."""

    def _beside(self, taken: Iterable[tuple[int, int, tuple[str, ...]]]) -> str:
        known = {at for start, end, _ in taken for at in range(start, end)}
        return "".join(letter for at, letter in enumerate(self.text) if at not in known and re.match(HAN, letter))

    @property
    def bare(self) -> bool:
        """Whether no word of it says anything: it names things and figures."""
        return not self.unknown and all(not _MEANINGLESS.isdisjoint(does) for _, does in self._tokens.values())

    def does(self, *kinds: str) -> bool:
        """Whether any word does this."""
        return any(line.does in kinds for _, lines in self._found for line in lines)

    def words(self, *, alone: bool) -> Iterator[DoubtWord]:
        """The words that count, those behind a negation left out; ``alone``: whether its sentence says nothing else."""
        negated = -_NEAR - 1
        for start, lines in self._found:
            if start - negated > _NEAR:
                counting = (self._by_itself(line, start, alone=alone) for line in lines)
                yield from [word for word in counting if word][:1]
            elif any(line.does in DOUBTS for line in lines):
                negated = -_NEAR - 1  # 不存在漏报: it is that which is not so
            end, does = self._tokens.get(start, (start, ()))
            if Does.NEGATES in does:
                negated = end

    def _by_itself(self, line: Word, start: int, *, alone: bool) -> DoubtWord | None:
        ends = self._name and line.at_end and self.text.endswith(line.written)
        own = ends or (not self.rest if self._bracketed or self._name else alone)
        # 勾稽不平_数字颠倒 is what somebody calls a file
        called = self._name and line.does in _COUNTING_IN_NAMES and not (alone or ends or (self._bracketed and own))
        counts = line.does in DOUBTS | ANSWERS and not called and (own or not line.alone)
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
        elsewhere = any(word.does is Does.SCOPE for word in words)  # 12月数据未统计 is reported of the other months
        clause.doubt_words = tuple(word for word in words if not (elsewhere and word.does is Does.PART))


def sentence_of(text: str, number: int) -> str:
    """A sentence of a text as written there; all of the text where it has no such sentence."""
    sentences = re.split(r"[。;；!！?？\n]", text.strip())
    return sentences[number].strip() if number < len(sentences) else text


def without_doubt(text: str, year: int | None = None) -> str:
    """What is left of a text without the clauses whose words put figures in doubt."""
    return ",".join(c.text for c in clauses(text, year) if not any(item.does in _NO_REASON for item in c.doubt_words))


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
    listed = [(form, column) for form in forms for column in form.of_kind(*DATA)]
    words: dict[str, int] = {}
    pieces: list[list[str]] = []
    for number, (_, column) in enumerate(listed):
        names = [plain(re.sub(r"[（(].*", "", name.replace("\n", ""))) for name in (column.heading, *column.aliases)]
        asks = column.kind is Kind.YESNO
        pieces.append([piece for piece in _AROUND.split(names[0]) if asks and len(piece) >= _SHORTEST])
        if asks:
            names = [_QUESTION.sub("", name) for name in names] + pieces[-1] * (len(pieces[-1]) == 1)
        else:
            names.append(_MEASURE.sub("", names[0]))
        for name in names:
            if len(name) >= _SHORTEST:
                words.setdefault(name, number)
    columns = []
    for number, ((form, column), own) in enumerate(zip(listed, pieces, strict=True)):
        parts = frozenset(words.setdefault(piece, number) for piece in own) if len(own) > 1 else frozenset()
        columns.append(ColumnInWords(form.key, column.key, column.kind, column.choices, parts))
    return tuple(sorted(words.items(), key=lambda item: -len(item[0]))), tuple(columns)
