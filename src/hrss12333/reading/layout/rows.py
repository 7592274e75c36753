"""One table of a sheet, and the fate of each row below its headings, by one ordered table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from functools import cached_property
from itertools import islice

from msgspec import Struct, field

from hrss12333.model.filing import Aside, Concealed, Row, Value
from hrss12333.model.text import Evidence, Text
from hrss12333.reading.grid import At, Cell, Grid
from hrss12333.reading.layout import table_words
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.headings import Heading
from hrss12333.reading.values import as_text, is_placeholder, read_value, texts_of
from hrss12333.survey.gazetteer import RegionMatch, certain_region, match_region
from hrss12333.survey.labels import NOTE_ROW, is_header_line, is_label
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import NO, YES, Column, Edition, Kind
from hrss12333.survey.words import is_void_row

_GUIDES = 3
"""Rows below the headings among which one may number the columns or name their measures."""
_SEVERAL = 2
"""Cells that decide what a row is: two figures or answers make it data, two words head another table."""
_STATISTIC = "由其他行算出或只是其中一部分的行，不计入数据"


class Fate(Enum):
    """What becomes of a row."""

    HEADING = auto()
    """Repeats the headings, numbers the columns or names their measures."""
    SAMPLE = auto()
    TOTAL = auto()
    ASIDE = auto()
    """Named, with the reason."""
    YEAR = auto()
    """Dates the rows below it."""
    WORDS = auto()
    """In no table: its cells are quoted."""
    DATA = auto()
    END = auto()
    """Heads another table: this one's rows end."""


class BodyRow:
    """A row below the headings, with what decides its fate."""

    def __init__(self, index: int, cells: Sequence[Cell], table: TablePart) -> None:
        self.index = index
        self._table = table
        self.texts = texts_of(cells)
        self.lead = next(iter(self.texts.values()), "")
        self.written, self.serial = self._text_at(table.heading.region), self._text_at(table.heading.at("serial"))
        """Text of its region's cell, and of its 序号; a region or unit in 序号 is its name if it has no other."""
        unit = None if self.written or not table_words.has_letters(self.serial) else table.unit
        if unit and certain_region(unit, self.serial):
            self.written = self.serial
        self.called = self.written or self.serial
        """Its name: region, else 序号; its first words in a sheet without a column of regions."""
        if table.heading.region is None:
            self.called = next(filter(table_words.has_letters, self.texts.values()), "")

    def _text_at(self, column: int | None) -> str:
        """The text in a column, taken from its merged range if any."""
        grid = self._table.grid
        if column is None:
            return ""
        is_merged = self.index in grid.merged_rows
        return as_text(grid.shown_at(self.index, column)) if is_merged else self.texts.get(column, "")

    @cached_property
    def _unit(self) -> Unit | None:
        """The unit whose regions its name is matched to; None for no name or that of a total or sample."""
        unit, written = self._table.unit, self.written
        return None if not written or table_words.is_total(written, unit) or table_words.is_sample(written) else unit

    @cached_property
    def match(self) -> RegionMatch | None:
        """The region that its name is matched to."""
        return match_region(self._unit, self.written) if self._unit else None

    @cached_property
    def certain(self) -> RegionMatch | None:
        """The region or unit that it names for certain; nearest names, which take time, are not looked for."""
        return certain_region(self._unit, self.written) if self._unit else None

    @cached_property
    def _data(self) -> Sequence[str]:
        """The texts in its columns of data."""
        return [text for at, text in self.texts.items() if at in self._table.heading.of_data]

    @cached_property
    def void(self) -> str:
        """The words by which it is called void; empty without any."""
        return next(filter(is_void_row, self.texts.values()), "")

    @cached_property
    def fate(self) -> Fate:
        """The row's fate."""
        return next((fate for fate, holds in FATES if holds(self)), Fate.WORDS)

    @cached_property
    def concealed(self) -> str:
        """Chinese: how it is concealed or called void; empty for a valid row."""
        return self._table.concealing.get(self.index, f"写着“{self.void}”" if self.void else "")

    def is_plain(self) -> bool:
        """Whether it is a number, a certain name of a region, and only figures and answers."""
        answers = self._table.answers
        return (
            self.serial.isdecimal()
            and self.certain is not None
            and all(text.isdecimal() or text in answers or text == self.written for text in self.texts.values())
        )

    def is_headings(self) -> bool:
        """Whether it repeats the form's headings in their columns, numbers columns or names measures."""
        heading = self._table.heading
        inside = [text for at, text in self.texts.items() if at in heading.fields]
        if self.index - heading.body < _GUIDES and any(map(table_words.is_guide, (self.texts.values(), inside))):
            return True
        words = [(at, text) for at, text in self.texts.items() if not text.isdecimal()]
        if len(words) < _SEVERAL or 2 * len(words) <= len(self.texts):
            return False
        named = [(at, found) for at, text in words if (found := table_words.named_in(heading.form, text))]
        columns = {(at, found.key) for at, found in named if not found.is_group}
        return len(named) >= _SEVERAL and 2 * len(named) > len(self.texts) and columns <= heading.headed

    def is_sample(self) -> bool:
        """Whether it is 样例."""
        return bool(self.called) and table_words.is_sample(self.called)

    def is_total(self) -> bool:
        """合计, 总计, 自治区合计; also the whole unit's name without data, or without 序号 below other rows: 全省."""
        unit, heading = self._table.unit, self._table.heading
        if not self.called or table_words.is_total(self.called, unit):
            return bool(self.called)
        unplaced = heading.region is None and self.index > heading.body and self.called.startswith("全")
        whole = certain_region(unit, self.called) if unit and (unplaced or not (self.serial or self._data)) else None
        return whole is not None and whole.is_unit

    def is_statistic(self) -> bool:
        """小计, 平均, 占比, 同比, 上年合计, 3月; never a certain name of a region."""
        is_statistic = bool(self.called) and table_words.is_statistic(self.called)
        return is_statistic and self.certain is None and not self.is_year()

    def is_year(self) -> bool:
        """Whether it is only a year: 2018年."""
        return len(self.texts) == 1 and table_words.period_of_row(self.lead, self._table.edition.year) is not None

    def is_note(self) -> bool:
        """Whether its first cell begins a header line, a signature, a date or an explanation."""
        if is_label(self.lead) or (is_header_line([*self.texts.values()]) and self.is_data()):
            return True  # labels without numbers may head a list of contacts
        if table_words.is_note(self.lead):
            return self.written in ("", self.lead) or self.certain is None
        text = table_words.compact(self.lead)
        number = NOTE_ROW.match(text)
        is_numbered = number is not None and len(text) - number.end() >= table_words.LONGEST_NUMBERED
        return is_numbered and (len(self.texts) < _SEVERAL or self.certain is None)

    def is_data(self) -> bool:
        """A region with a 序号, 备注 or data, or two columns of data with figures, answers or errors."""
        fields = self._table.heading.fields.items()
        remarks = [self.texts.get(at, "") for at, column in fields if column.kind is Kind.TEXT]
        is_explained = any(text and not is_placeholder(text) for text in remarks)
        if (self.serial or self._data or is_explained) and self._is_listed():
            return True
        answers = (True for at, column in self._table.heading.of_data.items() if self._answers(at, column))
        return sum(islice(answers, _SEVERAL)) == _SEVERAL

    def _is_listed(self) -> bool:
        """Whether its name is certainly a region's: the owner's, or any unit's if the table has no owner."""
        if self._table.unit or not self.written:
            return self.certain is not None
        return bool(self._table.edition.gazetteer.owners(self.written))

    def _answers(self, at: int, column: Column) -> bool:
        """Whether a cell holds a figure, an answer or an error."""
        grid = self._table.grid
        mark, cell = grid.mark(self.index, at), grid.at(self.index, at)
        if mark.error or mark.stale or not isinstance(cell, str):
            return bool(mark.error or mark.stale) or cell is not None
        is_figure = column.kind is Kind.COUNT and any(map(str.isdecimal, cell))
        return bool(cell) and (is_figure or read_value(column, cell, None).value is not None)

    def heads_another_table(self) -> bool:
        """Whether two columns of data or more have words."""
        return sum(table_words.has_letters(text) and not is_placeholder(text) for text in self._data) >= _SEVERAL


FATES: Sequence[tuple[Fate, Callable[[BodyRow], bool]]] = (
    (Fate.DATA, BodyRow.is_plain),  # as most rows: no other fate applies to them
    (Fate.HEADING, BodyRow.is_headings),
    (Fate.SAMPLE, BodyRow.is_sample),
    (Fate.TOTAL, BodyRow.is_total),
    (Fate.ASIDE, BodyRow.is_statistic),
    (Fate.YEAR, BodyRow.is_year),
    (Fate.WORDS, BodyRow.is_note),
    (Fate.DATA, BodyRow.is_data),
    (Fate.END, BodyRow.heads_another_table),
)
"""Fate of a row that is not blank, and its condition, in order of priority; a row with none is quoted."""


class TablePart(Struct, dict=True):
    """A form's headings in a sheet, with all that is found, decided and read of its table, counted from 0."""

    grid: Grid
    """The sheet without what is struck out."""
    edition: Edition
    """The edition of the year that the sheet names."""
    heading: Heading
    start: int
    end: int
    """First row of the table's title and header, and the first row after the table."""
    header: Mapping[str, Value]
    """The header above the headings."""
    whole_header: Mapping[str, Value]
    """That header, completed from a line below the table."""
    headed: Unit | None
    """The unit that its header names."""
    lines: Sequence[Text]
    """Texts above the headings, and after them."""
    concealing: Mapping[int, str]
    """Row → how the sheet conceals all of it."""
    unit: Unit | None = None
    """Its owner."""
    period: Period | None = None
    """The period of its figures; None if nothing names one."""
    evidence: tuple[Evidence[Period], ...] = ()
    """All evidence of its period."""
    apart: Mapping[int, Evidence[Period]] = {}
    """Row that is read → its evidence of a period, if rows differ."""
    others: Mapping[int, Period] = {}
    """Row → its period, if not the table's: it is not read."""
    data: dict[int, Row] = field(default_factory=dict)
    """Row → its data, with concealed rows and those of other periods."""
    samples: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    concealed: list[Concealed] = field(default_factory=list)
    taken: dict[int, tuple[int, str, Mapping[int, str]]] = field(default_factory=dict)
    """Row below the headings → the column of its name, its name and its texts."""

    @cached_property
    def blanks(self) -> frozenset[At]:
        """The cells of its header's blanks."""
        places = (value.place for value in self.whole_header.values() if value.place)
        return frozenset((place.row - 1, place.column - 1) for place in places)

    def has_header_in(self, row: int) -> bool:
        """Whether a row is part of its header, whose blanks were read."""
        return self.start <= row < self.heading.top or any(row == at for at, _ in self.blanks)

    @cached_property
    def answers(self) -> frozenset[str]:
        """是, 否 and the choices of its columns."""
        return frozenset((YES, NO, *(choice for column in self.heading.form.columns for choice in column.choices)))

    @cached_property
    def cells(self) -> CellReader:
        """The reader of its cells."""
        return CellReader(self.grid, self.heading, self.lines)

    @cached_property
    def body(self) -> Sequence[BodyRow]:
        """The rows below the headings, to the end of the table, without blank ones."""
        found = list[BodyRow]()
        marked = {row for (row, _), mark in self.grid.marks.items() if mark.error or mark.stale}
        for index, cells in enumerate(self.grid.cells[self.heading.body : self.end], self.heading.body):
            if not any(cells) and cells.count("") + cells.count(None) == len(cells):
                continue
            line = BodyRow(index, cells, self)
            if not line.texts and index not in marked:
                continue
            if line.fate is Fate.END:
                break
            found.append(line)
        return found

    @cached_property
    def valid(self) -> Sequence[BodyRow]:
        """The rows of data that the sheet shows as valid."""
        return [line for line in self.body if line.fate is Fate.DATA and not line.concealed]

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The valid rows of data, once read, without those of other periods."""
        return [self.data[line.index] for line in self.valid if line.index not in self.others]

    def read(self) -> None:
        """Read all rows below the headings."""
        for line in self.body:
            if line.fate is not Fate.WORDS:
                self._take(line)
        dating = [line.index for line in self.body if line.fate is Fate.YEAR]
        if dating and all(line.index < dating[-1] for line in self.valid):
            del self.taken[dating[-1]]  # it dates no row: words below the table

    def _take(self, line: BodyRow) -> None:
        """Read a row according to its fate."""
        fate, heading = line.fate, self.heading
        is_data = fate is Fate.DATA
        is_named_by_serial = line.serial and (line.written == line.serial or not (line.written or is_data))
        at = heading.at("serial") if is_named_by_serial else heading.region
        column = heading.first_column if at is None else at
        place = self.grid.place(line.index, column)
        is_named = fate in (Fate.SAMPLE, Fate.TOTAL, Fate.ASIDE)
        self.taken[line.index] = column, line.called if is_named else line.written if is_data else "", line.texts
        if is_data:
            row = self.data[line.index] = self.cells.row(place, line.written or None, line.match)
            if line.concealed:
                name = row.region or "没有地区名称"
                self.concealed.append(Concealed(line.concealed, name, row, by_own_words=bool(line.void)))
        elif fate is Fate.SAMPLE:
            self.samples.append(self.cells.row(place, line.written or None, line.match, as_written=True))
        elif fate is Fate.TOTAL:
            self.totals.append(self.cells.row(place, line.called, total=True))
        elif fate is Fate.ASIDE:
            self.asides.append(Aside(place, line.called, _STATISTIC))
        elif fate is Fate.HEADING:
            self.cells.guide(line.index)
