"""What a cell says in its column: the value, every change of form noted (V306), or the rule that objects to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from hrss12333.model.filing import Place, Value
from hrss12333.model.problem import Problem
from hrss12333.model.said import ReadingNote, Words, note
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell
from hrss12333.reading.values.answers import read_choice, read_yesno
from hrss12333.reading.values.cell_text import Answer, as_found, as_text, is_blank, visible
from hrss12333.reading.values.numbers import MOBILES, read_count
from hrss12333.survey.schema import Column, Form, Kind, Scalar, answer_word

_EXCEL_ERROR = lazy(
    r"#(?:REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|ERROR!)|Err:\d{3}|错误:\d{3}",
    re.IGNORECASE,
    needs="#:",
)
_OF_A_CITY = lazy(r"(?<![各全])(?<!各地)[市州盟]级?(?:局|自建|自行|独立)?(?:集中|部署|建设|统一|自建)", needs="市州盟")


def shows_error(error: str) -> ReadingNote:
    """What is said of a cell in which Excel shows an error."""
    return note("单元格显示Excel错误值“{error}”", error=Words(error))


def read_value(column: Column, cell: Cell, place: Place | None, year: int | None = None) -> Value:
    """What ``cell`` says in ``column`` in a survey of ``year``. A blank in a required column is V301."""
    number = cell if column.kind is Kind.COUNT and isinstance(cell, int | float) and not isinstance(cell, bool) else -1
    if 0 <= number < MOBILES.start and number == int(number):
        return Value(int(number), int(number), place)  # what most cells are
    if is_blank(cell):
        return Value(place=place, problem=Problem.MISSING if column.required else None)
    found = as_found(cell)
    if isinstance(found, str) and _EXCEL_ERROR.fullmatch(visible(found)):
        return Value(found, place=place, problem=Problem.CELL_ERROR, note=shows_error(visible(found)))
    answer = _known_answer(column, cell, year) if type(cell) is str else _read_answer(column, cell, year)
    return Value(found, answer.value, place, answer.problem, answer.how, answer.candidates, answer.doubt)


def _read_answer(column: Column, cell: Cell, year: int | None) -> Answer:
    if column.kind is Kind.COUNT:
        return read_count(cell, column.heading)
    if column.kind is Kind.YESNO:
        return _of_its_level(column, cell, read_yesno(cell, year))
    if column.kind is Kind.CHOICE:
        return read_choice(column, cell, year)
    if column.kind is Kind.SERIAL:
        # 序号 carries no weight: what is no number is simply not kept.
        return Answer(read_count(cell).value)
    return Answer(as_text(cell))


def _of_its_level(column: Column, cell: Cell, answer: Answer) -> Answer:
    """The answer; no 是 to what is asked of the province where its own words speak of a city: 是（市级集中）."""
    if answer.value is not True or "省集中" not in column.heading or not _OF_A_CITY.search(as_text(cell)):
        return answer
    how = note("后面的话说的是市级，看不准是“是”还是“否”")
    return Answer(problem=Problem.NOT_YES_OR_NO, how=how, candidates=(True, False))


_known_answer = lru_cache(maxsize=512)(_read_answer)
"""The same of a text: most say what others said before."""


NOT_PLAIN = object()
"""Stands for what must be read with patience."""


class PlainCells:
    """How the plain cells of a form's rows are read: the numbers first, then the words, then the name."""

    def __init__(self, form: Form, year: int | None) -> None:
        columns = list(enumerate(form.columns))
        self.order = {column.key: at for at, column in columns}
        """Field key → its number among the form's columns."""
        self.region = self.order[form.region.key]
        self.counted = [at for at, column in columns if column.kind in (Kind.COUNT, Kind.SERIAL)]
        self.numbers = len(self.counted)
        self.known = [_plain_texts(column, year) for _, column in columns]
        worded = [at for at, _ in columns if at not in (*self.counted, self.region)]
        self._readers = [self.known[at] for at in worded]
        self.sighted = (*self.counted, *worded)
        """Which columns of the form are told by sight, in the order of reading."""
        self.arranged = itemgetter(*map([*self.sighted, self.region].index, range(len(columns))))
        self.words = lru_cache(maxsize=4096)(self._words)
        """What the words of a row say; None where one is to be read with patience."""

    def _words(self, cells: Sequence[Cell]) -> tuple[Scalar, ...] | None:
        said = [read(cell) for read, cell in zip(self._readers, cells, strict=True)]
        return None if NOT_PLAIN in said else tuple(said)


plain_cells = lru_cache(maxsize=64)(PlainCells)


def _plain_texts(column: Column, year: int | None) -> Callable[[Cell], Any]:
    """Says what a column reads in a text, or in a blank; `NOT_PLAIN` of all of which there is more to say than that."""

    @lru_cache(maxsize=4096)
    def read(cell: Cell) -> Any:
        if cell is None or cell == "":
            return NOT_PLAIN if column.required else None
        if type(cell) is not str:
            return NOT_PLAIN
        value = read_value(column, cell, None, year)
        said = value.value
        plain = value == Value(cell, said) and cell == (answer_word(said) if isinstance(said, bool) else said)
        return said if plain else NOT_PLAIN

    return read
