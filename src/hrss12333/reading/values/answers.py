"""What a cell says in its column: the value, every change of form noted (V306), or the rule that objects to it.

是 or 否, and one of a few choices, as people write them: a word is certain or it is a problem, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from hrss12333.model.filing import Place, Value
from hrss12333.model.message import ReadingNote, Words, noted, read_as
from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell
from hrss12333.reading.values.cell_text import NOTHING, Answer, as_found, as_text, is_blank, tidy, visible
from hrss12333.reading.values.numbers import MOBILES, read_count
from hrss12333.survey.doubt_words import flat_list
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, Scalar, answer_word
from hrss12333.survey.spellings import simplified

_EXCEL_ERROR = lazy(
    r"#(?:REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|ERROR!)|Err:\d{3}|错误:\d{3}",
    re.IGNORECASE,
    needs="#:",
)


@cache
def _answer_words() -> Mapping[str, bool]:
    """How people write 是 and 否, half-width."""
    return {word: answer == YES for word, answer in flat_list("answer_words.tsv")}


def read_yesno(cell: Cell) -> Answer:
    """Whether a cell says 是 or 否; V301 or V304 where it is neither, word for word."""
    if cell in (YES, NO):
        return Answer(cell == YES)  # what most cells say
    if isinstance(cell, bool):
        return Answer(cell, how=read_as(answer_word(cell)))
    if isinstance(cell, int | float):
        likely: tuple[Scalar, ...] = (bool(cell),) if cell in (0, 1) else ()
        return Answer(problem=Problem.NOT_YES_OR_NO, how=noted("是数字"), candidates=likely)
    written = as_text(cell)
    text = _bare(written)
    if text in _answer_words():
        yes = _answer_words()[text]
        return Answer(yes, how=_how(cell, written, answer_word(yes)))
    if text in NOTHING:
        return Answer(
            problem=Problem.MISSING,
            how=noted("“{found}”既不是“是”也不是“否”，按没有填处理", found=Words(written)),
        )
    begins = next((answer for answer in (YES, NO) if text.startswith(answer)), "")
    how = noted("“{answer}”后面还有别的话", answer=Words(begins)) if begins else noted("既不是“是”也不是“否”")
    return Answer(problem=Problem.NOT_YES_OR_NO, how=how)


def _bare(written: str) -> str:
    """A word half-width and without blanks, and the quotation marks, brackets and full stop around it."""
    text = re.sub(r"\s+", "", simplified(tidy(written))).lower().rstrip("。.;,!").strip("“”\"'‘’")
    return text[1:-1] if text[:1] == "(" and text[-1:] == ")" else text


def _how(cell: Cell, written: str, answer: str) -> ReadingNote | None:
    if written != answer:
        return read_as(answer)
    return None if cell == written else noted("去掉多余的空格")


def _read_choice(column: Column, cell: Cell) -> Answer:
    """Which of the column's choices a cell names; V301 or V305 where it is none of them and of their other names."""
    if cell in column.choices:
        return Answer(as_text(cell))
    written = as_text(cell)
    text = _bare(written)
    for option in (simplified(written), text, text.removesuffix("部署"), column.synonyms.get(text, "")):
        if option in column.choices:
            return Answer(option, how=_how(cell, written, option))
    if text in NOTHING:
        return Answer(problem=Problem.MISSING, how=noted("“{found}”不是可填的选项，按没有填处理", found=Words(written)))
    return Answer(problem=Problem.NOT_A_CHOICE, how=noted("不是可填的选项"), candidates=_mentioned(column, text))


def _mentioned(column: Column, text: str) -> tuple[Scalar, ...]:
    """The one choice that a text mentions; none where it mentions several."""
    named = tuple(choice for choice in column.choices if choice in text)
    return named if len(named) == 1 else ()


def shows_error(error: str) -> ReadingNote:
    """What is reported about a cell in which Excel shows an error."""
    return noted("单元格显示Excel错误值“{error}”", error=Words(error))


def read_value(column: Column, cell: Cell, place: Place | None) -> Value:
    """What ``cell`` says in ``column``. A blank in a required column is V301."""
    number = cell if column.kind is Kind.COUNT and isinstance(cell, int | float) and not isinstance(cell, bool) else -1
    if 0 <= number < MOBILES.start and number == int(number):
        return Value(int(number), int(number), place)  # what most cells are
    if is_blank(cell):
        return Value(place=place, problem=Problem.MISSING if column.required else None)
    found = as_found(cell)
    if isinstance(found, str) and _EXCEL_ERROR.fullmatch(visible(found)):
        return Value(found, place=place, problem=Problem.CELL_ERROR, note=shows_error(visible(found)))
    answer = _known_answer(column, cell) if type(cell) is str else _read_answer(column, cell)
    return Value(found, answer.value, place, answer.problem, answer.how, answer.candidates)


def _read_answer(column: Column, cell: Cell) -> Answer:
    if column.kind is Kind.COUNT:
        return read_count(cell, column.heading)
    if column.kind is Kind.YESNO:
        return read_yesno(cell)
    if column.kind is Kind.CHOICE:
        return _read_choice(column, cell)
    if column.kind is Kind.SERIAL:
        # 序号 carries no weight: what is no number is simply not kept.
        return Answer(read_count(cell).value)
    return Answer(as_text(cell))


_known_answer = lru_cache(maxsize=512)(_read_answer)
"""The same of a text: most say what others said before."""


NOT_PLAIN = object()
"""Stands for what must be read with patience."""


class PlainCells:
    """How the plain cells of a form's rows are read: the numbers first, then the words, then the name."""

    def __init__(self, form: Form) -> None:
        columns = list(enumerate(form.columns))
        self.order = {column.key: at for at, column in columns}
        """Field key → its number among the form's columns."""
        self.region = self.order[form.region.key]
        self.counted = [at for at, column in columns if column.kind in (Kind.COUNT, Kind.SERIAL)]
        self.numbers = len(self.counted)
        self.known = [_plain_texts(column) for _, column in columns]
        worded = [at for at, _ in columns if at not in (*self.counted, self.region)]
        self._readers = [self.known[at] for at in worded]
        self.sighted = (*self.counted, *worded)
        """Which columns of the form are recognised by sight, in the order of reading."""
        self.arranged = itemgetter(*map([*self.sighted, self.region].index, range(len(columns))))
        self.words = lru_cache(maxsize=4096)(self._words)
        """What the words of a row say; None where one is to be read with patience."""

    def _words(self, cells: Sequence[Cell]) -> tuple[Scalar, ...] | None:
        written = [read(cell) for read, cell in zip(self._readers, cells, strict=True)]
        return None if NOT_PLAIN in written else tuple(written)


plain_cells = lru_cache(maxsize=64)(PlainCells)


def _plain_texts(column: Column) -> Callable[[Cell], Any]:
    """Says what a column reads in a text, or in a blank; `NOT_PLAIN` of all of which there is more to say than that."""

    @lru_cache(maxsize=4096)
    def read(cell: Cell) -> Any:
        if cell is None or cell == "":
            return NOT_PLAIN if column.required else None
        if type(cell) is not str:
            return NOT_PLAIN
        value = read_value(column, cell, None)
        written = value.value
        plain = value == Value(cell, written) and cell == (
            answer_word(written) if isinstance(written, bool) else written
        )
        return written if plain else NOT_PLAIN

    return read
