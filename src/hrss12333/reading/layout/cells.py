"""The values of a table's rows, with the measure of its figures.

Most cells are whole numbers, 是, 否 or the form's choices and are read at once: reading each with all that may
apply (merged, scaled, struck out, not calculated) costs more than everything else together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Place, Row, Scale, Value
from hrss12333.model.message import Several, compose, read_as
from hrss12333.model.row import Problem, TableLayout
from hrss12333.model.text import Text
from hrss12333.patterns import MEASURES
from hrss12333.reading.grid import Box, Grid
from hrss12333.reading.layout.headings import Heading
from hrss12333.reading.layout.table_words import measure_of, measures_named
from hrss12333.reading.values import (
    MAGNITUDES,
    MOBILES,
    NOT_PLAIN,
    as_found,
    as_text,
    is_blank,
    plain_value,
    read_value,
    shows_error,
    tidy,
)
from hrss12333.survey.gazetteer import RegionMatch
from hrss12333.survey.schema import DATA_KINDS, Column, Kind, Scalar

_REFUSED = {Kind.COUNT: Problem.NOT_WHOLE, Kind.YESNO: Problem.NOT_YES_OR_NO, Kind.CHOICE: Problem.NOT_A_CHOICE}
_NUMBERS = (int, float)
_COUNTED = (Kind.COUNT, Kind.SERIAL)
_SMALLEST_MOBILE = MOBILES.start


# Measures


class Measure(Struct, frozen=True):
    """The measure of a column's figures, if not the form's."""

    factor: int
    """The factor to multiply them by; 1 if they are taken as written."""
    reported: str
    """Chinese: what names it, as the rest of a sentence about the column; ``{}`` is the figure as shown."""
    lowered: float = 1
    """The divisor of a figure as shown."""

    def scale(self, field: str, place: Place, value: Value) -> Scale:
        """The record that a column's figures have this measure, with one value as example."""
        shown = f"{Decimal(str(_figure(value) or 0)) / Decimal(str(self.lowered)):f}".removesuffix(".0")
        return Scale(field, place, self.factor, self.reported.replace("{}", shown), value)


def _measures_of(heading: Heading, lines: Iterable[Text]) -> dict[str, Measure]:
    """Field key → its measure, if not the form's, by its heading, else its group's, else the lines above."""
    counts = [column for column in heading.form.of_kind(Kind.COUNT) if column.key in heading.columns]
    named = list[tuple[Column, int | None, str]]()
    for line in [text.text for text in lines]:
        for words in measures_named(line):
            word = re.search(MEASURES, words)
            own = [column for column in counts if word and column.measure == word[0]] or (() if word else counts)
            reported = f"在表格上方的“{_on_line(line)[:40]}”里写了单位"
            named += ((column, measure_of((column,), words), reported) for column in own)
    for match, of, words in heading.qualifiers():
        scale, shown = measure_of(of.columns, words), _on_line(match.text)
        reported = f"所在的“{shown}”写了单位" if of.is_group else f"的栏目名称写的是“{shown}”"
        named += ((column, scale, reported) for column in of.columns if column in counts)
    last = {column.key: (scale, reported) for column, scale, reported in named if scale is not None}
    return {key: Measure(scale or 1, reported) for key, (scale, reported) in last.items() if scale != 1}


def _on_line(text: str) -> str:
    return "".join(text.split())


def _figure(value: Value) -> int | float | None:
    """The bare figure that a measure applies to; None if there is none or it names its own magnitude."""
    if isinstance(value.found, bool) or value.problem not in (None, Problem.NOT_WHOLE, Problem.NEGATIVE):
        return None
    if isinstance(value.found, int | float):
        return value.found
    text = "".join(tidy(str(value.found)).replace(",", "").split())
    if value.value is not None:
        return None if any(word in text for word in MAGNITUDES) else int(value.value)
    return float(text) if re.fullmatch(r"\d{1,9}\.\d{1,6}", text) else None


# Values


class CellReader:
    """Reads the values of one table's rows."""

    def __init__(self, grid: Grid, heading: Heading, lines: Iterable[Text]) -> None:
        self._grid, self._heading, form = grid, heading, heading.form
        self._measures = _measures_of(heading, lines)
        """Field key → its measure, if not the form's."""
        self._measured: dict[Place, Measure] = {}
        """Cells whose figure is in another measure than the form's → that measure."""
        marked = [row for (row, _), mark in grid.marks.items() if mark.struck or mark.cut or mark.shown]
        self._special = grid.merged_rows.union(grid.hidden_rows, grid.ragged, marked)
        columns = [heading.at(column.key) for column in form.columns]
        physical = tuple(None if column is None else column + 1 for column in columns)
        order = {column.key: at for at, column in enumerate(form.columns)}
        self._layout = TableLayout(grid.name, form, order, physical)
        self._plan = [*zip(form.columns, columns, strict=True)]

    def row(
        self,
        where: Place,
        written: str | None,
        match: RegionMatch | None = None,
        *,
        total: bool = False,
        as_written: bool = False,
    ) -> Row:
        """A row of this name and match: plain cells read at once, others one by one; all of them one by one
        if any is scaled, merged, struck, hidden or out of its column. ``as_written``: in the form's
        measures (the sample)."""
        index = where.row - 1
        is_plain = index not in self._special and not self._measures
        line = self._grid.cells[index]
        name = match.name if match and match.name else written
        kept = self._kept_name(where, written, name)
        cells: list[Scalar] = []
        for column, at in self._plan:
            cell: Any = line[at] if at is not None and at < len(line) else None
            if column is self._heading.form.region:
                cells.append(name)
            elif at is None:
                cells.append(None)
            elif (
                is_plain
                and column.kind in _COUNTED
                and type(cell) in _NUMBERS
                and 0 <= cell < _SMALLEST_MOBILE
                and cell == int(cell)
            ):
                cells.append(int(cell))
            elif is_plain and (read := plain_value(column, cell)) is not NOT_PLAIN:
                cells.append(read)
            else:
                kept[column.key] = value = self.value(index, column, total=total, as_written=as_written)
                cells.append(value.value)
        return Row(where, name, match, self._layout, tuple(cells), kept)

    def _kept_name(self, where: Place, written: str | None, name: str | None) -> dict[str, Value]:
        """The name as a value, if its cell is not just that; formulas and errors are reported as usual."""
        region, index, at = self._heading.form.region, where.row - 1, self._heading.region
        if at is None:
            return {}
        if written is None and (index, at) in self._grid.marks and (value := self.value(index, region)).found:
            return {region.key: value}
        if name == written and at + 1 == where.column:
            return {}
        return {region.key: Value(written, name, where, note=read_as(name) if name and name != written else None)}

    # Single values

    def value(self, index: int, column: Column, *, total: bool = False, as_written: bool = False) -> Value:
        """The value of a row in a column of the form; ``as_written``: without conversion."""
        at = self._heading.columns[column.key].column
        if (
            index in self._grid.ragged
            and not total
            and column.kind in DATA_KINDS
            and not is_blank(self._grid.at(index, at))
        ):
            how = compose("这一行的内容与栏目对不上（可能多了或少了一格），看不准填的是哪一栏")
            found = as_found(self._grid.at(index, at))
            return Value(found, None, self._grid.place(index, at), _REFUSED[column.kind], how)
        value = self._cell_value(index, column, at, total=total)
        return value if as_written else self._converted(column, value)

    def _cell_value(self, index: int, column: Column, position: int, *, total: bool) -> Value:
        """The value of one cell, considering merged ranges, struck-out letters, errors and formulas."""
        place = self._grid.place(index, position)
        box = self._grid.boxes.get((index, position))
        if box and not total and (shared := self._of_range(column, box, (index, position), place)):
            return shared
        cell, mark = self._grid.at(index, position), self._grid.mark(index, position)
        removed = compose("单元格中划掉的内容没有读取") if mark.struck or mark.cut else None
        if is_blank(cell) and column.required:
            if mark.error:
                return Value(mark.error, None, place, Problem.CELL_ERROR, shows_error(mark.error))
            if mark.stale and not total:
                return Value(mark.formula, None, place, Problem.NOT_CALCULATED, compose("没有计算结果"))
            missing = column.kind is not Kind.REGION and not total
            return Value(place=place, problem=Problem.MISSING if missing else None, note=removed)
        value = read_value(column, cell, place)
        notes = [note for note in (value.note, removed) if note]
        return replace(value, note=compose("{notes:，}", notes=Several(notes))) if removed else value

    def _of_range(self, column: Column, box: Box, at: tuple[int, int], place: Place) -> Value | None:
        """The value of a cell in a merged range: an answer applies to each cell, a figure is reported once."""
        shared = self._grid.at(box.top, box.left)
        first = (box.top, box.left) == at
        region = self._heading.region
        named = self._grid.boxes.get((at[0], region)) if region is not None else None
        tall = box.bottom > box.top and (named is None or (named.top, named.bottom) != (box.top, box.bottom))
        own = [of.kind for at_, of in self._heading.fields.items() if box.left <= at_ <= box.right]
        if column.kind is Kind.SERIAL or is_blank(shared) or not (tall or len(own) > 1):
            return None
        if column.kind is Kind.COUNT:
            if not first and self._grid.at(*at) in (None, "") and own[0] is Kind.COUNT:
                return Value(place=place)
            how = compose("{what}合并成一个单元格，看不准各是多少", what="几行" if tall else "几栏")
            return Value(as_found(shared), None, place, Problem.NOT_WHOLE, how)
        if {*own} != {column.kind}:
            return None
        value = read_value(column, shared, place)
        return value if first else replace(value, note=value.note or compose("合并的单元格，按相同内容读取"))

    # Measures

    def guide(self, index: int) -> None:
        """Read a row below the headings that names measures, some perhaps not the form's."""
        for at, column in self._heading.of_data.items():
            word = as_text(self._grid.at(index, at))
            scale = measure_of((column,), tidy(word).strip("()")) if column.kind is Kind.COUNT else None
            if scale not in (None, 1):
                self._measures[column.key] = Measure(scale or 1, f"的栏目名称下面写的是“{word}”")

    def _converted(self, column: Column, value: Value) -> Value:
        """A value, converted if its column is in 万次, unless the figure names its magnitude (2.5万)."""
        place = value.place
        if place is None or column.kind is not Kind.COUNT:
            return value
        measure = self._of_format(column, place) or self._measures.get(column.key)
        figure = _figure(value) if measure else None
        if measure is None or figure is None:
            return value
        number = Decimal(repr(figure)) * measure.factor
        is_as_written = measure.factor == 1 or value.problem is Problem.NEGATIVE
        if is_as_written or number == number.to_integral_value():
            self._measured[place] = measure
            return value if is_as_written else Value(value.found, int(number), place)
        words = {number: word for word, number in MAGNITUDES.items()}
        named = words.get(measure.factor, f"{measure.factor}倍")
        refusal = compose("按“{unit}”换算后不是整数", unit=f"{named}{column.measure}")
        return Value(value.found, None, place, Problem.NOT_WHOLE, refusal)

    def _of_format(self, column: Column, place: Place) -> Measure | None:
        """The measure that a cell's number format shows; only 万 and 千 are converted."""
        mark = self._grid.mark(place.row - 1, place.column - 1)
        words = mark.shown.replace("{}", "")
        if not mark.shown or (mark.lowered == 1 and measure_of((column,), words) == 1):
            return None
        magnitude = {"万": 10_000, "千": 1_000}.get(words[:1], 1)
        if words[1:] and measure_of((column,), words[1:]) != 1:
            magnitude = 1
        reported = f"有的单元格按数字格式显示为“{mark.shown}”"
        return Measure(max(int(magnitude / mark.lowered), 1) if magnitude > 1 else 1, reported, mark.lowered)

    def scales(self, rows: Sequence[Row]) -> Iterator[Scale]:
        """The figures in another measure: one entry for a column, or for each cell if only some are."""
        for key, match in self._heading.columns.items() if self._measured else ():
            found = (value for row in rows if (value := row.get(key)).place)
            values = [value for value in found if value.value is not None or value.place in self._measured]
            read = [(value, self._measured[value.place]) for value in values if value.place in self._measured]
            if read and len(read) == len(values) and len({measure.reported for _, measure in read}) == 1:
                value, measure = read[0]
                yield measure.scale(key, self._grid.place(match.row, match.column), value)
            else:
                yield from (measure.scale(key, value.place, value) for value, measure in read if value.place)
