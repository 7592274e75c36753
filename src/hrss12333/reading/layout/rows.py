"""The rows below a heading band: which are data, which 样例, 合计, notes or padding, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import Aside, Concealed, Place, Row, Scale
from hrss12333.reading.grid import Book
from hrss12333.reading.layout.cell_reader import CellReader
from hrss12333.reading.layout.labels import is_contact_line
from hrss12333.reading.layout.legible import concealed_rows
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.merged_cells import MergedCells
from hrss12333.reading.layout.misplaced import without_misplaced
from hrss12333.reading.layout.other_tables import (
    OTHER_TABLE,
    OTHER_YEAR,
    begins_another,
    names_another_year,
    without_list_below,
    without_other_years,
)
from hrss12333.reading.layout.plain_rows import PlainRows, is_listed
from hrss12333.reading.layout.row_kinds import (
    is_ellipsis,
    is_guide,
    is_label_like,
    is_note,
    is_sample,
    is_signature,
    is_statistic,
    is_subtotal,
    is_total,
    other_year,
)
from hrss12333.reading.layout.row_names import LONGEST_NAME, Name, RowNames
from hrss12333.reading.layout.row_values import RowValues
from hrss12333.reading.layout.scales import Measures
from hrss12333.reading.layout.totals import summed_region, without_totals
from hrss12333.reading.values.cell_text import as_text
from hrss12333.reading.values.cell_value import is_ditto
from hrss12333.survey.region_names import match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Kind
from hrss12333.survey.spellings import HAN

_STRONG = 3
"""Data cells that make a row below the notes a data row all the same."""
_GUIDES = 3
"""Rows below the headings among which columns may be numbered or their units named."""


class RowsRead(Struct):
    """What stands below a heading band."""

    rows: list[Row] = field(default_factory=list)
    samples: list[Row] = field(default_factory=list)
    total: Row | None = None
    asides: list[Aside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Texts below the table, for the year they name."""
    guides: list[Place] = field(default_factory=list)
    concealed: list[Concealed] = field(default_factory=list)
    scales: list[Scale] = field(default_factory=list)


class RowReader:
    """Reads the rows of one located table."""

    def __init__(
        self,
        book: Book,
        located: Located,
        merged: MergedCells,
        unit: Unit | None,
        measures: Measures,
        year: int | None = None,
    ) -> None:
        self._located, self._merged, self._unit = located, merged, unit
        self._grid, self._form = located.grid, located.form
        self._cells = CellReader(book, located, merged, measures, year)
        self._names = RowNames(located, merged, unit)
        self._plain = PlainRows(located, merged, unit, self._cells, year)
        self._values = RowValues(located, self._cells, self._plain)
        asked = (*located.form.data, *located.form.of_kind(Kind.TEXT))
        self._asked = [(column, self._cells.places(column.key)) for column in asked]
        counts = located.form.of_kind(Kind.COUNT)
        self._counts = {match.column for column in counts if (match := located.columns.get(column.key))}
        self._year = year
        self._totals: list[tuple[Row, str]] = []
        """Each 合计 with what it is called."""
        self._region_sums: list[Row] = []
        self._total_row: int | None = None
        self._concealed = concealed_rows(located.grid)
        self._dated: list[Row] = []
        """The rows whose names say another year."""
        self._begun: Name | None = None
        """The first half of a name that is broken over two rows."""

    def read(self) -> RowsRead:
        """All rows from below the headings to the end of the table."""
        read = RowsRead()
        below_notes = False
        done = -1
        end = min(self._located.end, len(self._grid.cells))
        for index in range(self._located.body, end):
            if index <= done:
                continue
            if below_notes and len(texts := self._texts(index)) < _STRONG:
                read.notes.extend(texts.values())
                continue
            plain = self._by_sight(index)
            if plain is not None:
                read.rows.append(plain)
                self._values.above, self._begun = plain, None
                continue
            texts = self._texts(index)
            if not texts or is_contact_line(texts.values()):
                read.notes.extend(texts.values())
                continue
            lead = next(iter(texts.values()))
            if len(texts) == 1 and is_note(lead) and not names_another_year(lead, self._year):
                below_notes = True
                read.notes.append(lead)
                continue
            name = self._names.of(index)
            filled = self._filled(texts)
            if read.rows and not (name.match and name.match.name) and self._ends_before(index, texts, read.rows):
                of_year = names_another_year(lead, self._year)
                aside = self._aside(index, texts, OTHER_TABLE, understood=of_year)
                read.asides.append(replace(aside, last=end) if of_year else aside)
                read.notes += [text for row in range(index, end) for text in self._texts(row).values()]
                break
            strong = len(filled) >= _STRONG and name.written is not None and not is_label_like(name.written)
            signed = is_signature(list(texts.values()))
            strong = strong and not (signed and not self._answers(index, filled))
            below_notes = below_notes or (is_note(lead) and not strong)
            if (below_notes or signed) and not strong:
                read.notes.extend(texts.values())
                continue
            name, done = self._whole_name(index, name, filled)
            if done == index:
                continue
            rows = len(read.rows)
            self._sort(index, lead, name, filled, texts, read)
            self._values.above = read.rows[-1] if len(read.rows) > rows else None
        read.rows, dated = without_other_years(read.rows, self._dated)
        read.rows, listed = without_list_below(self._form, read.rows, self._is_region)
        read.rows, read.total, told = without_totals(self._form, read.rows, self._region_sums, self._totals, self._unit)
        read.asides += [*dated, *listed, *told]
        read.rows = [without_misplaced(self._located, row) for row in read.rows]
        read.scales = list(self._cells.told_scales(read.rows))
        return read

    def _by_sight(self, index: int) -> Row | None:
        """The row, where it is one of data that needs no judgement; None for any other."""
        row = None if index in self._concealed else self._plain.data(index)
        if row is None or any(map(is_ditto, row.marked.values())):
            return None
        listed = is_listed(row.match, row.region)
        return row if listed or not (self._begun or self._may_go_on(index + 1)) else None

    def _may_go_on(self, index: int) -> bool:
        """Whether a row has a name and no answers: it may hold the rest of the name of the answered row above."""
        if index >= len(self._grid.cells) or self._is_filled(index):
            return False
        return self._names.of(index).written is not None

    def _ends_before(self, index: int, texts: dict[int, str], rows: Sequence[Row]) -> bool:
        """Whether another table begins here: its headings below a gap, or the line that gives the same regions another year."""
        apart = index - 1 == self._total_row or not self._texts(index - 1)
        if apart and begins_another(texts, self._counts):
            return True
        if len(texts) > 1 or not names_another_year(next(iter(texts.values())), self._year):
            return False
        below = next((at for at in range(index + 1, self._located.end) if self._texts(at)), None)
        return below is not None and self._names.of(below).match in [row.match for row in rows if row.match]

    def _is_region(self, text: str) -> bool:
        return bool(self._unit and match_region(self._unit, text).official)

    def _whole_name(self, index: int, name: Name, filled: list[Column]) -> tuple[Name, int]:
        """The name of a row, and the last row that it takes: a name may be broken over two (石嘴 above 山市).

        The row itself where it holds the first half alone: the data stand in the next one.
        """
        begun, self._begun = self._begun, None
        if begun is not None:
            return replace(begun, column=name.column), -1
        if name.match is None or name.match.whole or name.written is None or index + 1 >= len(self._grid.cells):
            return name, -1
        below = self._names.of(index + 1)
        known = below.match is None or below.match.name
        if below.written is None or known or bool(filled) == bool(self._filled(self._texts(index + 1))):
            return name, -1
        match = match_region(self._unit, name.written + below.written) if self._unit else None
        if match is None or not match.official:
            return name, -1
        joined = Name(name.written + below.written, match, name.column)
        if filled:
            return joined, index + 1
        self._begun = joined
        return name, index

    def _sort(
        self, index: int, lead: str, name: Name, filled: list[Column], texts: dict[int, str], read: RowsRead
    ) -> None:
        """Put one row where it belongs."""
        names = [text for text in (self._names.serial(index), name.written, lead) if text]
        data = [column for column in filled if column.kind is not Kind.TEXT]
        if any(is_sample(text) for text in names) and not self._is_filled_in(index, name):
            read.samples.append(self._values.read(index, name, as_stands=True))
        elif index not in self._concealed and (region := summed_region(name.written or "", self._unit)):
            self._region_sums.append(self._values.read(index, replace(name, match=region)))
        elif any(is_total(text) and other_year(text, self._year) for text in names):
            read.asides.append(self._aside(index, texts, OTHER_YEAR))
        elif any(is_total(text) for text in names):
            self._totals.append((self._values.read(index, name, total=True), next(filter(is_total, names))))
            self._total_row = index
        elif any(is_subtotal(text) for text in names):
            read.asides.append(self._aside(index, texts, "小计行，不计入数据"))
        elif any(is_statistic(text) for text in self._lead_names(index, name, texts)):
            read.asides.append(self._aside(index, texts, "由其他行算出的行，不计入数据"))
        elif index < self._located.body + _GUIDES and is_guide(list(texts.values())):
            self._guide(index, texts, read)
        elif any(is_ellipsis(text) for text in names[:2]) and not filled:
            return
        elif name.carried and not filled:
            return  # the rest of a region's merged cell
        elif not filled or (name.written is None and not data):
            self._unfilled(index, name, texts, read)
        elif name.written is None and self._is_below_total(index, data):
            read.asides.append(
                self._aside(index, texts, "合计行下面的内容，没有地区名称，不计入数据", understood=False)
            )
        elif name.written is None and self._is_named_otherwise(index):
            read.asides.append(self._aside(index, texts, "不是地区的行，不计入数据", understood=False))
        elif name.written is None and not self._says_anything(index, data):
            if index < self._located.body + _GUIDES:
                self._cells.divide(index, data)
            read.asides.append(
                self._aside(index, texts, "没有地区名称，也没有可以读取的数据，按说明文字处理", understood=False)
            )
        else:
            self._add(index, name, read)

    def _is_filled_in(self, index: int, name: Name) -> bool:
        """Whether a region has written its own figures over the sample's, and left 样例 where the row is numbered."""
        if name.written is None or is_sample(name.written) or not (name.match and name.match.name):
            return False
        said = [(self._cells.value(index, column, as_stands=True).value, column.sample) for column in self._form.data]
        return any(value not in (None, sample) for value, sample in said)

    def _lead_names(self, index: int, name: Name, texts: dict[int, str]) -> list[str]:
        """What a row is called: 2018年 under a heading of figures parts the column, and names no row."""
        column, lead = next(iter(texts.items()))
        called = (self._names.serial(index), name.written or "", "" if self._cells.covers({column: lead}) else lead)
        return [text for text in called if text]

    def _add(self, index: int, name: Name, read: RowsRead) -> None:
        """A data row: counted, unless the sheet conceals it."""
        row = self._values.read(index, name)
        how = self._concealed.get(index)
        if how is None:
            read.rows.append(row)
            if other_year(name.written or "", self._year):
                self._dated.append(row)
        else:
            read.concealed.append(Concealed(row.place, how, row.region or "没有地区名称", row))

    def _is_below_total(self, index: int, data: list[Column]) -> bool:
        """Below a 合计 that ends the table; one that stands right under the headings begins it."""
        if self._total_row is None or self._total_row < self._located.body + _GUIDES:
            return False
        return not (self._names.serial(index).isdecimal() and len(data) >= _STRONG)

    def _is_named_otherwise(self, index: int) -> bool:
        """Whether words stand where the row is numbered: 同比, 占比."""
        serial = self._names.serial(index)
        return bool(re.search(f"{HAN}{{2}}", serial)) and not re.fullmatch("[一二三四五六七八九十]+", serial)

    def _says_anything(self, index: int, data: list[Column]) -> bool:
        """Whether any answer of the row can be read, or its number shows that it is one of the form's."""
        return bool(self._names.serial(index)) or self._answers(index, data)

    def _answers(self, index: int, filled: list[Column]) -> bool:
        """Whether any of these cells, remarks apart, can be read."""
        return any(self._cells.value(index, c).problem is None for c in filled if c.kind is not Kind.TEXT)

    def _unfilled(self, index: int, name: Name, texts: dict[int, str], read: RowsRead) -> None:
        """A row without any answer: a region listed but not filled, the name of a group of them, or a stray text."""
        if name.written is None:
            stray = [text for column, text in texts.items() if column != self._cells.column("serial")]
            if stray and self._cells.covers(texts):
                read.notes.extend(stray)
                read.asides.append(self._aside(index, texts, "只有说明文字，不计入数据", understood=False))
            return
        of_nobody = self._unit is None and self._names.serial(index).isdecimal() and len(name.written) <= LONGEST_NAME
        if of_nobody or (name.match and name.match.name):
            self._add(index, name, read)
            return
        read.notes.extend(texts.values())
        read.asides.append(self._aside(index, texts, "不是地区名称，按说明文字处理", understood=False))

    def _texts(self, index: int) -> dict[int, str]:
        """Column → text of what stands in a row."""
        line = self._grid.cells[index]
        if line.count("") == len(line):
            return {}
        return {
            column: text
            for column, cell in enumerate(line)
            if cell != "" and cell is not None and (text := as_text(cell))
        }

    def _filled(self, texts: dict[int, str]) -> list[Column]:
        """The columns answered in a row of these texts, remarks included."""
        return [column for column, places in self._asked if any(at in texts for at in places)]

    def _is_filled(self, index: int) -> bool:
        """Whether a row is answered in any column, remarks included."""
        line = self._grid.cells[index]
        return any(at < len(line) and as_text(line[at]) for _, places in self._asked for at in places)

    def _guide(self, index: int, texts: dict[int, str], read: RowsRead) -> None:
        """A row that numbers the columns or names their units."""
        self._cells.guide(index)
        read.guides.append(self._cells.place(index, next(iter(texts))))

    def _aside(self, index: int, texts: dict[int, str], reason: str, *, understood: bool = True) -> Aside:
        column, text = next(iter(texts.items()))
        return Aside(self._cells.place(index, column), text, reason, understood)
