"""What becomes of each row below the headings of a table: one ordered table, of which the first line that holds decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from functools import cached_property, lru_cache

from hrss12333.model.filing import Aside, Concealed, Place, Row
from hrss12333.reading.grid import Cell
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.evidence import period_of_row
from hrss12333.reading.layout.heading_words import named_column, named_group
from hrss12333.reading.layout.labels import is_header_line, is_label
from hrss12333.reading.layout.parts import RowsRead, TablePart
from hrss12333.reading.layout.row_names import (
    Name,
    is_guide,
    is_note,
    is_numbered_note,
    is_sample,
    is_statistic,
    is_total,
)
from hrss12333.reading.layout.sheets import concealed_rows
from hrss12333.reading.values.answers import read_value
from hrss12333.reading.values.cell_text import as_text, is_placeholder
from hrss12333.survey.gazetteer import RegionMatch, certain_region, match_region
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.version_words import is_void_row

_GUIDES = 3
"""Rows below the headings among which columns may be numbered or their units named."""
_SEVERAL = 2
"""Cells that decide what a row is: figures or answers make it data, words head another table."""
_STATISTIC = "由其他行算出或只是其中一部分的行，不计入数据"


class Fate(Enum):
    """What becomes of a row."""

    HEADING = auto()
    """Heads the columns again, numbers them or names their units."""
    SAMPLE = auto()
    TOTAL = auto()
    ASIDE = auto()
    """Named, with its reason."""
    YEAR = auto()
    """Dates the rows below it."""
    WORDS = auto()
    """Claimed by nothing: its cells are quoted."""
    DATA = auto()
    END = auto()
    """Heads another table: the rows of this one end."""


class BodyRow:
    """A row below the headings, as far as it must be known to say what becomes of it."""

    def __init__(self, index: int, cells: Sequence[Cell], reader: RowReader) -> None:
        self.index, self._reader = index, reader
        self.texts = {
            at: text for at, cell in enumerate(cells) if cell is not None and cell != "" and (text := as_text(cell))
        }
        self.lead = next(iter(self.texts.values()), "")
        self.written, self.serial = reader.text_at(self, reader.region), reader.text_at(self, reader.number)
        """The whole text of its region's cell, and of its 序号."""
        self.called = self.written or self.serial
        """The row's name: the text of its region's cell, else of its 序号; where the sheet has no such column that is
        read, its first words."""
        if reader.region is None:
            self.called = next((text for text in self.texts.values() if any(map(str.isalpha, text))), "")

    @cached_property
    def name(self) -> Name:
        """Its region."""
        return self._reader.name_of(self.written)

    @cached_property
    def certain(self) -> RegionMatch | None:
        """The region or unit that it certainly names; the nearest names are not looked for, which takes time."""
        unit = self._reader.unit
        return certain_region(unit, self.written) if unit and self._reader.may_be_region(self.written) else None

    def _data(self) -> Sequence[str]:
        """The texts in its columns of data."""
        return [text for at, text in self.texts.items() if at in self._reader.heading.columns.of_data]

    def fate(self) -> Fate:
        """The row's fate."""
        for fate, holds in FATES:
            if holds(self):
                return fate
        return Fate.WORDS

    def is_headings(self) -> bool:
        """The form's headings again, each over its own column, or a row right below them that numbers the columns or names
        their units."""
        form, headed = self._reader.heading.form, self._reader.headed
        if self.index - self._reader.heading.body < _GUIDES and is_guide([*self.texts.values()]):
            return True
        words = [(at, text) for at, text in self.texts.items() if not text.isdecimal()]
        if len(words) < _SEVERAL or 2 * len(words) <= len(self.texts):
            return False
        named = [(at, column.key) for at, text in words if (column := named_column(form, text))]
        known = len(named) + len([text for _, text in words if named_group(form, text)])
        return known >= _SEVERAL and 2 * known > len(self.texts) and headed.issuperset(named)

    def is_sample(self) -> bool:
        """样例."""
        return bool(self.called) and is_sample(self.called)

    def is_total(self) -> bool:
        """合计, 总计, 自治区合计; the name of the whole unit with no data beside it, or in a table without a column of
        regions below other rows: 全省."""
        unit, reader = self._reader.unit, self._reader
        if not self.called or is_total(self.called, unit):
            return bool(self.called)
        unplaced = reader.region is None and self.index > reader.heading.body and self.called.startswith("全")
        whole = certain_region(unit, self.called) if unit and (unplaced or not (self.serial or self._data())) else None
        return whole is not None and whole.is_unit

    def is_statistic(self) -> bool:
        """小计, 平均, 占比, 同比, 上年合计, 3月, and no certain name of a region."""
        return bool(self.called) and is_statistic(self.called) and self.certain is None and not self.is_year()

    def is_year(self) -> bool:
        """2018年, alone."""
        return len(self.texts) == 1 and period_of_row(self.lead, self._reader.year) is not None

    def is_note(self) -> bool:
        """A line of the header, a signature, a date or an explanation, by its first cell."""
        if is_label(self.lead) or (is_header_line([*self.texts.values()]) and self.is_data()):
            return True  # labels without numbers may head a list of contacts
        if is_note(self.lead):
            return self.written in ("", self.lead) or self.certain is None
        return is_numbered_note(self.lead) and (len(self.texts) < _SEVERAL or self.certain is None)

    def is_data(self) -> bool:
        """A region beside a 序号, a 备注 or a filled column of data, or two columns of data with a figure, an answer or an
        error."""
        if (self.serial or self._data() or self._is_explained()) and self._is_listed():
            return True
        columns = self._reader.heading.columns.of_data.items()
        return sum(self._reader.answers(self.index, at, column.key) for at, column in columns) >= _SEVERAL

    def _is_explained(self) -> bool:
        """Whether its 备注 says something."""
        columns = self._reader.heading.columns
        said = (
            self.texts.get(columns[column.key].column, "") for column in self._reader.texts if column.key in columns
        )
        return any(not is_placeholder(text) for text in said if text)

    def _is_listed(self) -> bool:
        if self.certain or not self.written or self._reader.unit is not None:
            return self.certain is not None
        return bool(self._reader.gazetteer.owners(self.written))

    def heads_another_table(self) -> bool:
        """Words in two columns of data or more."""
        return sum(any(map(str.isalpha, text)) and not is_placeholder(text) for text in self._data()) >= _SEVERAL


FATES: Sequence[tuple[Fate, Callable[[BodyRow], bool]]] = (
    (Fate.HEADING, BodyRow.is_headings),
    (Fate.SAMPLE, BodyRow.is_sample),
    (Fate.TOTAL, BodyRow.is_total),
    (Fate.ASIDE, BodyRow.is_statistic),
    (Fate.YEAR, BodyRow.is_year),
    (Fate.WORDS, BodyRow.is_note),
    (Fate.DATA, BodyRow.is_data),
    (Fate.END, BodyRow.heads_another_table),
)
"""What becomes of a row that is not blank, and what must hold for it; the first that holds decides, and where none does its
words are quoted."""


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, part: TablePart, unit: Unit | None) -> None:
        self._grid, self.heading, self.merged, self._end = part.grid, part.heading, part.merged, part.end
        self.part, self.cells = part, CellReader(part)
        self.unit, self.gazetteer, self.year = unit, part.edition.gazetteer, part.edition.year
        heading = part.heading
        keys = ("serial", heading.form.region.key)
        self.number, self.region = (heading.columns[key].column if key in heading.columns else None for key in keys)
        self.texts = heading.form.of_kind(Kind.TEXT)
        self._concealed = concealed_rows(part.grid)
        self.headed = {(match.column, match.named.key) for match in heading.every if match.named}
        """Column of the sheet and key of the field that its heading names."""

    @cached_property
    def lines(self) -> Sequence[tuple[BodyRow, Fate]]:
        """The rows below the headings, each with its fate, to the end of the table; blank ones are left out."""
        found: list[tuple[BodyRow, Fate]] = []
        for index in range(self.heading.body, min(self._end, len(self._grid.cells))):
            cells = self._grid.cells[index]
            if not any(cells) and cells.count("") + cells.count(None) == len(cells):
                continue
            line = BodyRow(index, cells, self)
            if not line.texts and index not in self._marked:
                continue
            fate = line.fate()
            if fate is Fate.END:
                break
            found.append((line, fate))
        return found

    @cached_property
    def data(self) -> Sequence[BodyRow]:
        """The rows of data that the sheet shows as valid."""
        return [line for line, fate in self.lines if fate is Fate.DATA and not self._concealment(line)]

    def read(self, others: Mapping[int, Period]) -> RowsRead:
        """All rows below the headings; ``others``: row → its period, where that is another than the table's."""
        read = RowsRead()
        for line, fate in self.lines:
            self._take(line, fate, read, others.get(line.index))
        dating = [line.index for line, fate in self.lines if fate is Fate.YEAR]
        if dating and all(line.index < dating[-1] for line in self.data):
            read.taken.discard(dating[-1])  # it dates no row: words below the table
        return read

    @cached_property
    def _marked(self) -> set[int]:
        """Rows with an error or a formula without a result."""
        return {row for (row, _), mark in self._grid.marks.items() if mark.error or mark.stale}

    def _take(self, line: BodyRow, fate: Fate, read: RowsRead, other: Period | None) -> None:
        if fate is Fate.WORDS:
            return
        place = self._place_of(line, fate)
        read.taken.add(line.index)
        if fate is Fate.DATA:
            self._take_data(line, self.cells.row(place, line.name), read, other)
        elif fate is Fate.SAMPLE:
            read.samples.append(self.cells.row(place, line.name, as_written=True))
        elif fate is Fate.TOTAL:
            read.totals.append(self.cells.row(place, Name(line.called), total=True))
        elif fate is Fate.ASIDE:
            read.asides.append(Aside(place, line.called, _STATISTIC))
        elif fate is Fate.HEADING:
            self.cells.guide(line.index)

    def _take_data(self, line: BodyRow, row: Row, read: RowsRead, other: Period | None) -> None:
        if how := self._concealment(line):
            by_own_words = any(map(_is_void, line.texts.values()))
            read.concealed.append(Concealed(how, row.region or "没有地区名称", row, by_own_words=by_own_words))
        elif other is None:
            read.rows.append(row)
        else:
            read.of_others.setdefault(other, []).append(row)

    def _concealment(self, line: BodyRow) -> str:
        """Chinese: how a row is concealed, or takes itself back; empty where it is valid."""
        void = next(filter(_is_void, line.texts.values()), "")
        return self._concealed.get(line.index, f"写着“{void}”" if void else "")

    def _place_of(self, line: BodyRow, fate: Fate) -> Place:
        """The place of the row's name, or where it would be."""
        at = self.number if fate is not Fate.DATA and not line.written and line.serial else self.region
        return self.cells.place(line.index, min(m.column for m in self.heading.columns.values()) if at is None else at)

    # Texts and names

    def text_at(self, line: BodyRow, column: int | None) -> str:
        """The text in a column of a row, through its merged range."""
        if column is None:
            return ""
        if line.index not in self.merged.rows:
            return line.texts.get(column, "")
        return as_text(self.merged.at(line.index, column))

    def name_of(self, written: str) -> Name:
        """A region as written and what it was taken for."""
        if not written:
            return Name(None)
        return Name(written, match_region(self.unit, written) if self.unit and self.may_be_region(written) else None)

    def may_be_region(self, written: str) -> bool:
        """Whether a name is neither a total's nor a sample's."""
        return bool(written) and not (is_total(written, self.unit) or is_sample(written))

    def answers(self, index: int, column: int, key: str) -> bool:
        """Whether a cell holds a figure, an answer or an error."""
        mark = self._grid.mark(index, column)
        if mark.error or mark.stale:
            return True
        cell = self._grid.at(index, column)
        if cell is None or cell == "":
            return False
        if not isinstance(cell, str):
            return True
        field_ = self.heading.form.by_key[key]
        value = read_value(field_, cell, None)
        return value.value is not None or (any(map(str.isdecimal, cell)) and field_.kind is Kind.COUNT)


_is_void = lru_cache(maxsize=2048)(is_void_row)
