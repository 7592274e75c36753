"""What the lines of a sheet and the names around it say of its figures: their year, and their unit of measure (万条, 以千次计, k).

Both are evidence, which `model.text` weighs. A scale is the number to multiply by; 0 or absence means that figures
stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from hrss12333.model.filing import Row, Scale, Value
from hrss12333.model.message import Words, noted
from hrss12333.model.problem import Problem
from hrss12333.model.row import Place
from hrss12333.model.text import NAMED, Evidence, Text, TextKind, against, inferred_year, ranked
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.values.cell_text import as_text, is_blank, tidy
from hrss12333.reading.values.numbers import MAGNITUDES, guide_scale, line_measures
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.survey.spellings import is_chinese
from hrss12333.survey.written_years import (
    names_another_year,
    year_in_folder,
    year_in_mail,
    year_in_name,
    year_of_line,
    years_in,
)

_YEAR_HEADING = lazy(r"(?:统计|数据|报送|填报|所属)?(?:年度|年份)")
_FIRST_ROWS = 12
"""Rows of a sheet among which a title stands."""
_FIGURES = 3
"""Figures that make a row one of data."""
_MOST_LINE_CELLS = 2
"""Filled cells of a row that is a line of text."""
_IN_BRACKETS = lazy(r"[（(]([^（()）]+)[)）]", needs="（(")
"""What a name adds: 附表1（万次）."""


# The year


@lru_cache(maxsize=2048)
def _year_of_line(text: str, survey: int, forms: tuple[Form, ...]) -> tuple[int, TextKind, bool] | None:
    """The year that a text names, what it is above a table, and whether it states just that."""
    for line in text.splitlines():
        letters = "".join(filter(is_chinese, line))
        printed = next((words for words in _printed_year_lines(forms) if words in letters), "")
        at = line.find("20", line.find(printed[:2])) if printed else -1
        if at >= 0 and line[at : at + 4].isdecimal():
            return int(line[at : at + 4]), TextKind.PRINTED, True
        if found := year_of_line(line, survey):
            return found.year, TextKind.TITLE if found.titled else TextKind.ABOVE, found.stated
    return None


@cache
def _printed_year_lines(forms: tuple[Form, ...]) -> frozenset[str]:
    """The words of the lines of the 填表说明 that name the year."""
    lines = {line for form in forms for line in form.instructions if "{year}" in line}
    return frozenset("".join(filter(is_chinese, line)) for line in lines)


def year_lines(
    grid: Grid,
    years: Iterable[tuple[int, int, str]],
    over: range,
    under: range,
    right: int,
    survey: int,
    forms: tuple[Form, ...],
) -> Iterator[Evidence]:
    """What the lines of these rows above and below a table, above it left of the column ``right``, say of its year, by the
    texts of the sheet that may name one; ``survey`` is the year that is processed."""
    lines: list[tuple[str, Place | None, bool]] = [(text, None, True) for text in grid.before]
    for row, column, text in years:
        above = row in over and column < right
        if above or row in under:
            lines.append((text, Place(grid.name, row + 1, column + 1), above))
    lines += [(text, None, False) for text in grid.after]
    found: list[Evidence] = []
    beside: dict[int | None, set[int]] = {}
    for text, place, above in lines:
        line = _year_of_line(text, survey, forms)
        if line is None and above and place and is_year_heading(text.rstrip(":： ")):
            year = year_of_cell(grid.at(place.row - 1, place.column))
            line = (year, TextKind.ABOVE, False) if year else None
        if line and (above or (line[2] and _is_below(grid, place, under.stop, line[1]))):
            kind = line[1] if above or line[1] is TextKind.PRINTED else TextKind.BELOW
            found.append(Evidence(line[0], Text(kind, text, place, grid.name)))
            beside.setdefault(place and place.row, set()).add(line[0])
    # 2018年度 and 2019年度 beside each other head columns of two years.
    return (item for item in found if not item.source.place or len(beside[item.source.place.row]) == 1)


def year_above(grid: Grid, top: int, year: int, survey: int) -> Iterator[Evidence]:
    """The other year that a line right above the headings in row ``top`` gives to what is below them."""
    lines = ([as_text(cell) for cell in grid.cells[row] if not is_blank(cell)] for row in range(top - 1, -1, -1))
    line = next(filter(None, lines), [])
    if len(line) == 1 and names_another_year(line[0], year):
        named = next(iter(years_in(line[0])), None)
        yield Evidence(named.year if named else survey - 1, Text(TextKind.ABOVE, line[0], sheet=grid.name))


def _is_below(grid: Grid, place: Place | None, end: int, kind: TextKind) -> bool:
    """Whether a place is in a line of text with no more data after it, or one that the form prints."""
    if place is None:
        return True
    if not _is_line(grid, place.row - 1):
        return False
    figures = (sum(str(cell).removesuffix(".0").isdecimal() for cell in line) for line in grid.cells[place.row : end])
    return kind is TextKind.PRINTED or max(figures, default=0) < _FIGURES


def _is_line(grid: Grid, row: int) -> bool:
    """Whether a row holds a line of text, and no data."""
    return sum(not is_blank(cell) for cell in grid.cells[row]) <= _MOST_LINE_CELLS


def year_of_sheet(grid: Grid, around: Iterable[Evidence], edition: Edition, *, year_settled: bool) -> int | None:
    """The year that a sheet names of which it is not known where its tables stand."""
    over, under = range(_FIRST_ROWS), range(_FIRST_ROWS, len(grid.cells))
    right = max(map(len, grid.cells), default=0)
    lines = year_lines(grid, grid.texts, over, under, right, edition.year, edition.forms)
    return inferred_year((*lines, *around), edition.year, year_settled=year_settled)


def years_around(around: Iterable[Text], survey: int) -> Iterator[Evidence]:
    """What such names, and a mail, say of the year of figures."""
    for text in around:
        year_in = {TextKind.FOLDER: year_in_folder, TextKind.MAIL: year_in_mail}.get(text.kind, year_in_name)
        for line in () if text.kind is TextKind.ROW else text.text.splitlines():
            if (year := year_in(line, survey)) is not None:
                yield Evidence(year, Text(text.kind, line, sheet=text.sheet))
                break


def is_year_heading(heading: str) -> bool:
    """Whether a column is headed 年度 or the like."""
    return bool(_YEAR_HEADING.fullmatch(heading.strip()))


def year_of_cell(cell: Cell) -> int | None:
    """The year that a cell of such a column names."""
    written = str(cell).removesuffix(".0").strip().removesuffix("度").removesuffix("年")
    return int(written) if re.fullmatch(r"20\d\d", written) else None


def only_year(years: Iterable[int | None]) -> int | None:
    """The one year that a book's sheets name; None where they name none, or several."""
    named = {year for year in years if year}
    return named.pop() if len(named) == 1 else None


# The unit of measure


Measures = Mapping[str, Sequence[Evidence]]
"""Unit of measure → what is reported about its scale; under "" what is reported about all."""


def measures(item: Candidate, around: Sequence[Text]) -> Measures:
    """What is reported about the units of measure: above a table, in the names around it and the mail, and below."""
    grid, found = item.grid, dict[str, list[Evidence]]()
    below = (text for row, text in item.measures if item.body <= row < item.end and _is_line(grid, row))
    for text in (
        *(Text(TextKind.ABOVE, text) for text in item.texts),
        Text(TextKind.SHEET, grid.name),
        *around,
        *(Text(TextKind.BELOW, text) for text in (*grid.after, *below)),
    ):
        words = [text.text]
        if text.kind in NAMED:
            words = [each if "单位" in each else f"单位：{each}" for each in _IN_BRACKETS.findall(text.text)]
        for unit, scale in (measured for line in words for measured in line_measures(line)):
            found.setdefault(unit, []).append(Evidence(scale, text))
    return found


def _reported_measure(by_unit: Measures, unit: str) -> tuple[int, str] | None:
    """The scale of figures of a unit of measure, and what says so and otherwise, in Chinese; None where all say that the
    figures are plain, or nothing is said."""
    reported = ranked((*by_unit.get(unit, ()), *by_unit.get("", ())))
    if all(item.value == 1 for item in reported):
        return None
    scale = int(reported[0].value)
    others = "，".join(
        f"{item.quoted}注明的是“{_scale_in_words(int(item.value))}{unit}”" for item in against(reported, scale)
    )
    how = f"按{reported[0].quoted}注明的“{_scale_in_words(scale)}{unit}”为单位"
    return scale, f"{how}（{others}）" if others else how


def _scale_in_words(scale: int) -> str:
    """A scale as a Chinese reader says it; nothing where figures stand as they are."""
    return {1: "", **{number: word for word, number in MAGNITUDES.items()}}.get(scale, f"{scale}倍")


class Scales:
    """In which units of measure the figures of a table are given."""

    def __init__(self, located: Candidate, measures: Measures) -> None:
        self._located, self._form = located, located.form
        self.known: dict[str, tuple[int, str]] = {}
        """Field → scale, and what says so."""
        self._read: dict[Place, tuple[str, int, str]] = {}
        """Cells whose figure was read in another unit → (field, scale, what says so)."""
        for key, match in located.columns.items() if measures or not located.columns.are_single else ():
            column = self._form.by_key[key]
            scale = _reported_measure(measures, column.unit)
            if match.scale:
                scale = match.scale, f"的栏目名称写的是“{as_text(match.text)}”"
            if scale and column.kind is Kind.COUNT:
                self.known[key] = scale

    def guide(self, column: Column, word: str) -> None:
        """A word under a heading names the unit of measure."""
        if scale := guide_scale(word):
            self.known[column.key] = scale, f"的栏目名称下面写的是“{word}”"

    def applied(self, column: Column, value: Value) -> Value:
        """Figures of a column in 万次 are read so; a figure that names its own magnitude (2.5万) is not scaled again."""
        place = value.place
        if place is None or column.kind is not Kind.COUNT:
            return value
        scaled = self.known.get(column.key)
        if (scale := self._located.grid.mark(*self._located.grid_position(place)).scale) != 1:
            scaled = scale, f"有的单元格按数字格式显示为所存数的{scale:,}倍"
        figure = _figure(value) if scaled else None
        if scaled is None or figure is None:
            return value
        scale, how = scaled
        number = Decimal(repr(figure)) * scale
        if scale == 1 or number == number.to_integral_value():
            self._read[place] = column.key, scale, how
            return value if scale == 1 else Value(value.found, int(number), place)
        refusal = noted("按“{unit}”换算后不是整数", unit=Words(f"{_scale_in_words(scale)}{column.unit}"))
        return Value(value.found, None, place, Problem.NOT_WHOLE, refusal)

    def found(self, rows: Sequence[Row]) -> Iterator[Scale]:
        """What was read in another unit: once a column, or once a cell where only some are so."""
        for key, heading in self._located.columns.items() if self._read else ():
            values = [row.get(key) for row in rows]
            given = [value for value in values if value.figure is not None and value.place is not None]
            scaled = [(value, self._read[value.place]) for value in given if value.place in self._read]
            if scaled and len(scaled) == len(given) and len({how for _, how in scaled}) == 1:
                value, (_, scale, how) = scaled[0]
                yield Scale(key, self._located.place(heading.row, heading.column), scale, how, value)
            else:
                yield from (Scale(key, value.place, how[1], how[2], value) for value, how in scaled if value.place)


def _figure(value: Value) -> int | float | None:
    """The bare figure that a scale applies to; None where the value is none, or names its magnitude itself."""
    if isinstance(value.found, bool) or value.problem not in (None, Problem.NOT_WHOLE):
        return None
    if isinstance(value.found, int | float):
        return value.found
    text = re.sub(r"[,，\s]", "", tidy(str(value.found)))
    if value.value is not None:
        return None if re.search(r"[百千万亿]", text) else int(value.value)
    return float(text) if re.fullmatch(r"\d{1,9}\.\d{1,6}", text) else None
