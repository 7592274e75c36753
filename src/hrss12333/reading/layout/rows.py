"""The rows below a heading band: each is read, left out or left to the account of cells as its disposition says."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import Aside, Concealed, Place, Row, Scale
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Book
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.dispositions import DISPOSITIONS, SUBTOTAL, Above, BodyLine, Fate
from hrss12333.reading.layout.headings import without_translation
from hrss12333.reading.layout.labels import is_contact_line
from hrss12333.reading.layout.row_words import (
    LONGEST_NAME,
    Name,
    compact,
    is_listed,
    is_note,
    is_sample,
    is_total,
    named_year,
    plain_name,
)
from hrss12333.reading.layout.sheets import MergedCells, concealed_rows
from hrss12333.reading.layout.statements import Measures, is_year_heading, year_of_cell
from hrss12333.reading.values.cell_text import as_text
from hrss12333.reading.values.numbers import MOBILES
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.spellings import HAN
from hrss12333.survey.written_years import year_around

_AREA = lazy(rf"({HAN}{{2,8}}?)(?:地区|片区|区域)?(?:合计|总计|共计|汇总)[:：]?", needs="计总")
_EVERYTHING = lazy(r"[全本各所总]|以上|上述|年|月|数据|行|[省市区州]")
"""How the name of a 合计 begins that is no area's: 全省合计, 本年合计."""
_FILLED = 5
"""Values, number and name among them, from which a named row is data whatever is around it."""


class RowsRead(Struct):
    """What is below a heading band."""

    rows: list[Row] = field(default_factory=list)
    samples: list[Row] = field(default_factory=list)
    total: Row | None = None
    asides: list[Aside] = field(default_factory=list)
    guides: list[Place] = field(default_factory=list)
    concealed: list[Concealed] = field(default_factory=list)
    scales: list[Scale] = field(default_factory=list)
    years: dict[int, int] = field(default_factory=dict)
    """Row, from 0 → the year that a column of its own gives to it."""


class RowReader:
    """Reads the rows of one located table."""

    def __init__(self, book: Book, located: Candidate, unit: Unit | None, measures: Measures) -> None:
        self._located, self._merged, self._unit = located, MergedCells(located.grid), unit
        self._year = year = located.edition.year
        self._grid, self._form = located.grid, located.form
        keys, columns = ("serial", self._form.region.key), located.columns
        self._number, self._region = (columns[key].column if key in columns else None for key in keys)
        self._cells = CellReader(book, located, self._merged, measures)
        self._sums: list[BodyLine] = []
        self._concealed = concealed_rows(located.grid)
        self._years: dict[Place, int] = {}
        """The rows whose names say another year."""
        dated = {match.column for match in located.strangers if is_year_heading(match.text)}
        self._above = Above(self._cells, self._name, unit, year, located.body, dated)

    def read(self) -> RowsRead:
        """All rows from below the headings to the end of the table."""
        read = RowsRead()
        end = min(self._located.end, len(self._grid.cells))
        for index in range(self._located.body, end):
            cells = self._grid.cells[index]
            if not any(cells) and cells.count("") + cells.count(None) == len(cells):
                self._above.blank = True
                continue
            plain = None if index in self._concealed else self._numbered(index)
            if plain is not None:
                read.rows.append(plain)
                self._above.regions.add(plain.region)
                self._above.blank = False
                continue
            line = BodyLine(index, self._above)
            fate, reason = next((fate, reason) for fate, holds, reason in DISPOSITIONS if holds(line))
            if fate is Fate.END:
                if reason:
                    read.asides.append(replace(line.aside(reason), last=end))
                break
            self._take_line(line, fate, reason, read)
            self._above.blank = not line.texts or (self._above.blank and len(line.texts) == 1)
        self._with_sums(read)
        rows = range(self._located.body, end)
        beside = {
            (row, column): year_of_cell(self._grid.at(row, column)) for column in self._above.dated for row in rows
        }
        read.years = {row: year for (row, _), year in beside.items() if year}
        self._without_other_years(read)
        read.scales = list(self._cells.scales.found(read.rows))
        return read

    def _numbered(self, index: int) -> Row | None:
        """A row with a number, a name and enough values: data whatever is around it. None for any other row, which
        may be data all the same."""
        number, region, line = self._number, self._region, self._grid.cells[index]
        if number is None or region is None or not self._cells.fits(index):
            return None
        if len(line) <= number or len(line) <= region:
            return None
        serial, name = line[number], line[region]
        if type(name) is not str or (type(serial) is not int and type(serial) is not float):
            return None
        if not 1 <= serial < MOBILES.start or serial != int(serial) or (number and any(line[:number])):
            return None
        named = plain_name(self._unit, name)
        if named is None:
            return None
        row = self._cells.plain_row(index, self._cells.place(index, region), named)
        if is_listed(named.match, name):
            return row if row.answered >= _FILLED else None
        certain = row.answered - len(row.noted_values) >= _FILLED
        return row if certain and not is_contact_line([cell for cell in line if type(cell) is str]) else None

    def _take_line(self, line: BodyLine, fate: Fate, reason: str, read: RowsRead) -> None:
        if fate is Fate.DATA:
            self._add_row(line, read)
        elif fate is Fate.SAMPLE:
            read.samples.append(line.row(as_written=True))
        elif fate is Fate.TOTAL and not (line.summed and line.index in self._concealed):
            self._sums.append(line)
            self._above.total = line.index
        elif fate in (Fate.LEFT_OUT, Fate.TOTAL):
            read.asides.append(line.aside(reason or SUBTOTAL))
        elif fate is Fate.GUIDE:
            self._cells.guide(line.index)
            read.guides.append(self._cells.place(line.index, next(iter(line.texts))))
        elif fate is Fate.PARTS:
            self._cells.divide(line.index, [column for column in line.filled if column.kind is not Kind.TEXT])
        else:
            begins = not self._above.notes and not line.is_padding() and is_note(line.lead) and line.is_explanation()
            self._above.notes = self._above.notes or begins

    def _add_row(self, line: BodyLine, read: RowsRead) -> None:
        """A data row: counted, unless the sheet conceals it."""
        row = line.row()
        how = self._concealed.get(line.index)
        if how is not None:
            read.concealed.append(Concealed(row.place, how, row.region or "没有地区名称", row))
            return
        read.rows.append(row)
        self._above.regions.add(row.region)
        if line.is_dated:
            self._above.dated.add(next(iter(line.texts)))
        if year := named_year(line.name.written or "", self._year):
            self._years[row.place] = year

    # Names

    def _name(self, index: int) -> Name:
        """The region as written and what it was taken for; a heading over several columns names it in the last filled."""
        heading, serial = self._located.columns.get(self._form.region.key), self._number
        if heading is None:
            return Name(None, None, serial)
        texts: dict[str, int] = {}
        for column in range(heading.column, heading.column + heading.span):
            if text := as_text(self._merged.at(index, column)):
                texts.setdefault(text, column)
        if not texts:  # a region may be written into the 序号 column
            text = self._cells.serial(index)
            if self._unit and text and not (text.isdecimal() or is_total(text)):
                found = match_region(self._unit, text)
                if found.name:
                    return Name(text, found, serial)
            return Name(None, None, heading.column)
        written, column = list(texts.items())[-1]
        box = self._merged.box(index, column)
        carried = box is not None and box.top < index
        if self._unit is None or is_total(written) or is_sample(written):
            return Name(written, None, column, carried)
        if len(written) > LONGEST_NAME * 2:
            return Name(written, RegionMatch(None), column, carried)
        found = match_region(self._unit, written)
        if found.name is None:
            bare = year_around(written)[0]
            for other, how in ((without_translation(written), ""), (bare, "去掉年份"), ("".join(texts), "")):
                again = found if other == written else match_region(self._unit, other)
                if again.name:
                    found = replace(again, how=how or again.how)
                    break
        return Name(written, found, column, carried)

    # What all rows together say of some

    def _with_sums(self, read: RowsRead) -> None:
        """Put each 合计 where it belongs: the table's is the last that has figures and is no area's.

        A region's is a 小计 beside the region's own row, else its row; but the only one, below rows of the region, is the
        table's. An area's (珠三角合计) is a 小计: there are several of different names, or regions follow it.
        """
        named = {row.region for row in read.rows}
        regions = {line: match for line in self._sums if (match := line.summed)}
        below = all(self._row_of(row) < line.index for row in read.rows for line in regions)
        if len(regions) == 1 and below and any(_is_within(row, *regions.values()) for row in read.rows):
            regions = {}
        for line, match in regions.items():
            if match.name in named:
                read.asides.append(Aside(line.place, line.name.written or TOTAL, SUBTOTAL))
            else:
                line.name = replace(line.name, match=match)
                read.rows.append(line.row())
        read.rows.sort(key=self._row_of)
        last = self._row_of(read.rows[-1]) if read.rows else 0
        areas = {line: self._area(line.total_name) for line in self._sums if line not in regions}
        for line, area in areas.items():
            row = line.row(total=True)
            if area and (len({*areas.values()} - {""}) > 1 or line.index < last):
                read.asides.append(Aside(row.place, line.total_name, SUBTOTAL))
            elif read.total is None or any(
                row.scalar(column.key) is not None for column in self._form.of_kind(Kind.COUNT)
            ):
                if read.total is not None and any(value.value is not None for value in read.total.values.values()):
                    name = str(read.total.get(self._form.region.key).found or TOTAL)
                    read.asides.append(Aside(read.total.place, name, "表中有几个合计行，以最后一个为准"))
                read.total = row

    def _row_of(self, row: Row) -> int:
        return self._located.grid_position(row.place)[0]

    def _area(self, text: str) -> str:
        """The area that a 合计 names; empty where it is everything's, the unit's or a single region's."""
        match = _AREA.fullmatch(compact(text)) if text != TOTAL else None
        if match is None or _EVERYTHING.match(match[1]):
            return ""
        named = match_region(self._unit, match[1]) if self._unit else None
        return "" if named and named.name else match[1]

    def _without_other_years(self, read: RowsRead) -> None:
        """Leave out rows of another year where there are some of the year itself; by name alone, where the region has one."""
        if not (self._years or read.years):
            return
        current = {row.region for row in read.rows if row.place not in self._years}
        years = {row.place: self._years.get(row.place) for row in read.rows if row.region in current}
        beside = {row.place: year for row in read.rows if (year := read.years.get(self._row_of(row)))}
        if self._year in beside.values():
            years |= {place: year for place, year in beside.items() if year != self._year}
        for row in read.rows:
            if year := years.get(row.place):
                text = str(row.get(self._form.region.key).found or "没有地区名称")
                read.asides.append(Aside(row.place, text, f"这一行是其他年度（{year}年）的数据，没有读取"))
        read.rows = [row for row in read.rows if not years.get(row.place)]


def _is_within(row: Row, region: RegionMatch) -> bool:
    """Whether a row is the region's or that of a place in it; 市本级 is of the one that is spoken of."""
    below = row.match.below if row.match else None
    return row.region == region.name or bool(below and (region.name in below.cities or not below.cities))
