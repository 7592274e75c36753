"""What becomes of each row below the headings: one table, asked once a row from its top; the first that holds decides.

A row that is neither read nor left out for a reason is left to the account of cells, which knows explanations, signatures
and dates by their words and quotes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import cached_property
from itertools import pairwise

from msgspec import Struct, field

from hrss12333.model.filing import Aside, Place, Row, Value
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.labels import is_contact_line
from hrss12333.reading.layout.row_words import (
    LONGEST_NAME,
    Name,
    is_guide,
    is_label_like,
    is_note,
    is_sample,
    is_signature,
    is_statistic,
    is_subtotal,
    is_total,
    named_year,
    summed_region,
)
from hrss12333.reading.layout.statements import year_of_cell
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import is_placeholder
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Kind
from hrss12333.survey.spellings import is_chinese
from hrss12333.survey.written_years import names_another_year

SUBTOTAL = "小计行，不计入数据"
_OTHER_YEAR = "这一行是其他年度的数据，没有读取"
OTHER_YEARS = "从这一行起是其他年度的数据，没有读取"
_STRONG = 3
"""Answers that make a row below the notes a data row all the same."""
_GUIDES = 3
"""Rows below the headings among which columns may be numbered, parted or their units named."""
_HEADING_WORDS = 2
"""Words where figures are due that make a row of headings."""
_SERIAL_NUMERALS = frozenset("一二三四五六七八九十")
_LIKE_A_NUMBER_TO_CALL = 10**9
"""From here on a figure is a telephone number."""


class Above(Struct):
    """What a row is seen against: its table, and the rows above it."""

    cells: CellReader
    name_of: Callable[[int], Name]
    unit: Unit | None
    year: int | None
    body: int
    dated: set[int] = field(default_factory=set)
    """The columns of years."""
    regions: set[str | None] = field(default_factory=set)
    total: int | None = None
    notes: bool = False
    blank: bool = False
    """Whether the row right above is blank, or one line of text below a blank one."""


class BodyLine:
    """A row below the headings, as far as it must be known to say what becomes of it."""

    def __init__(self, index: int, above: Above) -> None:
        self.index, self.above, self.cells = index, above, above.cells
        self.texts = above.cells.texts(index)
        self.lead = next(iter(self.texts.values()), "")
        self.is_near = index - above.body < _GUIDES

    @cached_property
    def name(self) -> Name:
        """Its region; looked for only where its words alone do not say what it is."""
        return self.above.name_of(self.index)

    @cached_property
    def serial(self) -> str:
        """What stands where rows are numbered."""
        return self.cells.serial(self.index)

    @cached_property
    def filled(self) -> list[Column]:
        """The columns that it answers."""
        return self.cells.filled(self.texts)

    @cached_property
    def called(self) -> list[str]:
        """All that it may be called: its number, its name, its first words."""
        return [text for text in (self.serial, self.name.written, self.lead) if text]

    @property
    def total_name(self) -> str:
        """What a 合计 is called."""
        return next(filter(is_total, self.called), TOTAL)

    @property
    def summed(self) -> RegionMatch | None:
        """The region whose sum it is."""
        return summed_region(self.name.written or "", self.above.unit)

    def values(self) -> list[Value]:
        """Its answers, remarks apart, as far as given."""
        return [self.cells.value(self.index, column) for column in self.filled if column.kind is not Kind.TEXT]

    @property
    def place(self) -> Place:
        """Where its name stands, or would."""
        first = min(match.column for match in self.cells.columns.values())
        return self.cells.place(self.index, first if self.name.column is None else self.name.column)

    def row(self, *, total: bool = False, as_written: bool = False) -> Row:
        """Its values; ``as_written`` in the form's own units, whatever a heading says: the printed sample."""
        return self.cells.row(self.index, self.place, self.name, total=total, as_written=as_written)

    def aside(self, reason: str) -> Aside:
        """The same as a row that is left out."""
        column, text = next(iter(self.texts.items()))
        return Aside(self.cells.place(self.index, column), self.name.written or text, reason)

    @property
    def is_dated(self) -> bool:
        """Whether the first that stands in it is its year."""
        return bool(year_of_cell(self.lead)) and (next(iter(self.texts)) in self.above.dated or self.name.carried)

    # In the order of the table

    def is_padding(self) -> bool:
        """Nothing, or labels of the contact beside their values."""
        return not self.texts or is_contact_line(self.texts.values())

    def begins_other_year(self) -> bool:
        """A line that gives the same regions another year: 2018年 above them once more."""
        if len(self.texts) > 1 or not names_another_year(self.lead, self.above.year) or self.name.is_known:
            return False
        below = self.cells.next_filled(self.index)
        return below is not None and self.above.name_of(below).region in self.above.regions

    def begins_another_table(self) -> bool:
        """Words alone, some where figures are due, below a gap or the sums: 接通率, 满意度."""
        apart = self.above.blank or self.above.total == self.index - 1
        if not apart or not self.above.regions or len(self.texts) < _HEADING_WORDS:
            return False
        counts = {at for column in self.filled if column.kind is Kind.COUNT for at in self.cells.places[column.key]}
        words = [text for column, text in self.texts.items() if column in counts and _is_words(text)]
        headings = len(words) >= _HEADING_WORDS and not any(map(_is_answer, self.texts.values()))
        return headings and not self.name.is_known

    def is_explanation(self) -> bool:
        """填表说明, 注, signatures, and what is below them, unless a region answers there."""
        if len(self.texts) >= _STRONG and len(self.filled) >= _STRONG and self.name.written is not None:
            signed = is_signature(list(self.texts.values()))
            if not is_label_like(self.name.written) and not (signed and all(v.problem for v in self.values())):
                return False
        return self.above.notes or is_note(self.lead) or is_signature(list(self.texts.values()))

    def is_sample(self) -> bool:
        """样例, unless a region wrote figures of its own over it and left the word where rows are numbered."""
        if not any(map(is_sample, self.called)):
            return False
        if self.name.written is None or is_sample(self.name.written) or not self.name.is_known:
            return True
        given = [(self.cells.value(self.index, c, as_written=True).value, c.sample) for c in self.cells.form.data]
        return all(value in (None, sample) for value, sample in given)

    def is_other_years_total(self) -> bool:
        """2018年合计."""
        return any(is_total(text) and named_year(text, self.above.year) for text in self.called)

    def is_total(self) -> bool:
        """合计, of everything, of an area or of a region."""
        return bool(any(map(is_total, self.called)) or self.summed)

    def is_subtotal(self) -> bool:
        """小计, 其中."""
        return any(map(is_subtotal, self.called))

    def is_statistic(self) -> bool:
        """平均, 同比; 2018年 under a heading of figures parts the column, beside a region, under 年度 or a
        merged name, dates the row: neither names one."""
        lead = "" if self.is_dated or next(iter(self.texts)) in self.cells.columns.in_order else self.lead
        return any(map(is_statistic, filter(None, (self.serial, self.name.written, lead))))

    def is_guide(self) -> bool:
        """栏次 1 2 3, 次 次 人, 是 | 否 over ticks."""
        return self.is_near and (is_guide(list(self.texts.values())) or self.cells.names_answers(self.texts))

    def is_unfilled_region(self) -> bool:
        """A region that is listed and has no answer yet; where nobody knows whose the table is, any numbered name."""
        if self.filled or self.name.carried or self.name.written is None:
            return False
        short = len(self.name.written) <= LONGEST_NAME
        return self.name.is_known or (self.above.unit is None and self.serial.isdecimal() and short)

    def answers_nothing(self) -> bool:
        """……, the name of a group, a stray line, the rest of a merged name, a remark alone."""
        return not self.filled or (self.name.written is None and all(c.kind is Kind.TEXT for c in self.filled))

    def is_other_than_a_region(self) -> bool:
        """Without a name, below a 合计 that ends the table, or with words where rows are numbered: 核对."""
        if self.name.written is not None:
            return False
        words = _is_words(self.serial) and not _SERIAL_NUMERALS.issuperset(self.serial)
        ended = self.above.total is not None and self.above.total - self.above.body >= _GUIDES
        numbered = self.serial.isdecimal() and sum(c.kind is not Kind.TEXT for c in self.filled) >= _STRONG
        return words or (ended and not numbered)

    def is_blank_statement(self) -> bool:
        """Neither number nor name, and no answer that can be read."""
        return self.name.written is None and not self.serial and not any(v.problem is None for v in self.values())

    def is_listed_again(self) -> bool:
        """A region that has its row above, and nothing that fits the columns: a name and a number to call, a rate."""
        again = self.name.region in self.above.regions
        if not self.name.is_known:
            again = bool(self.above.unit and self.serial and match_region(self.above.unit, self.serial).official)
        return again and not any(
            v.problem is None and not (type(v.value) is int and v.value >= _LIKE_A_NUMBER_TO_CALL)
            for v in self.values()
        )


def _is_words(text: str) -> bool:
    han = list(map(is_chinese, text))
    return any(map(all, pairwise(han)))


def _is_answer(text: str) -> bool:
    return any(map(str.isdecimal, text)) or is_placeholder(text) or read_yesno(text).problem is None


class Fate(Enum):
    """What becomes of a row."""

    DATA = auto()
    SAMPLE = auto()
    TOTAL = auto()
    LEFT_OUT = auto()
    """Told with its reason."""
    GUIDE = auto()
    """Says how the columns are to be read."""
    PARTS = auto()
    """Parts columns: what is below is read for none."""
    UNREAD = auto()
    """Left to the account of cells."""
    END = auto()
    """Ends the table."""


DISPOSITIONS: Sequence[tuple[Fate, Callable[[BodyLine], bool], str]] = (
    (Fate.UNREAD, BodyLine.is_padding, ""),
    # Before explanations: 附：2018年数据 is both.
    (Fate.END, BodyLine.begins_other_year, OTHER_YEARS),
    (Fate.END, BodyLine.begins_another_table, ""),
    (Fate.UNREAD, BodyLine.is_explanation, ""),
    # A row is what it calls itself before it is what its cells hold.
    (Fate.SAMPLE, BodyLine.is_sample, ""),
    (Fate.LEFT_OUT, BodyLine.is_other_years_total, _OTHER_YEAR),
    (Fate.TOTAL, BodyLine.is_total, ""),
    (Fate.LEFT_OUT, BodyLine.is_subtotal, SUBTOTAL),
    (Fate.LEFT_OUT, BodyLine.is_statistic, "由其他行算出的行，不计入数据"),
    (Fate.GUIDE, BodyLine.is_guide, ""),
    (Fate.DATA, BodyLine.is_unfilled_region, ""),
    (Fate.UNREAD, BodyLine.answers_nothing, ""),
    # What has no name is data (R201) unless something says otherwise.
    (Fate.UNREAD, BodyLine.is_other_than_a_region, ""),
    # Right below the headings: 专职 | 兼职.
    (Fate.PARTS, lambda line: line.is_near and line.is_blank_statement(), ""),
    (Fate.UNREAD, BodyLine.is_blank_statement, ""),
    (Fate.UNREAD, BodyLine.is_listed_again, ""),
    (Fate.DATA, lambda line: True, ""),
)
"""What becomes of a row, what must hold for it, and what is reported then, in Chinese; the first that holds decides."""
