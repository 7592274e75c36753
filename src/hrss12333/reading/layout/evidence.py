"""Evidence in the lines of a sheet and the names around it of its figures' year and unit of measure.

`model.text` weighs that of the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from msgspec import Struct

from hrss12333.model.filing import Row, Scale, Value
from hrss12333.model.message import Words, noted
from hrss12333.model.problem import Problem
from hrss12333.model.row import Place
from hrss12333.model.text import Evidence, Text, TextKind
from hrss12333.patterns import is_chinese
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.heading_words import is_of_form, measure_of
from hrss12333.reading.layout.headings import Heading
from hrss12333.reading.values.cell_text import tidy
from hrss12333.reading.values.numbers import MAGNITUDES, UNITS
from hrss12333.survey.quotable import bare
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.survey.version_words import Says, names_part, said_in
from hrss12333.survey.written_years import (
    full_years,
    year_in_mail,
    year_in_name,
    year_of_line,
)

_YEAR_ALONE = re.compile(r"[(（]?(?:(20\d\d)年?度?|(上一?年度?|去年度?))(?:的?(?:数据?|情况|同期|合计))?[)）]?[:：]?")

_MEASURE_LINE = r"单位\s*(?:[:：]|为|均为|统一为)\s*([^。；;)）\n]{1,30})|以\s*([^\s，。]{1,6}?)\s*为(?:计量)?单位"


# The year


@lru_cache(maxsize=2048)
def year_alone(text: str, survey: int) -> int | None:
    """The year that is all that a text says: 2018年, 二〇一八年度数据, 上年 (the year before ``survey``)."""
    plain = "".join(full_years(tidy(text)).split())
    found = _YEAR_ALONE.fullmatch(plain)
    if not found or plain.isdecimal():
        return None
    return int(found[1]) if found[1] else survey - 1


@lru_cache(maxsize=2048)
def _year_of_line(text: str, survey: int, forms: tuple[Form, ...]) -> tuple[int, TextKind] | None:
    """The year that a line names, and the kind of the line."""
    for line in text.splitlines():
        letters = "".join(filter(is_chinese, line)) if "20" in line else ""
        printed = next((words for words in _printed_year_lines(forms) if words in letters), "")
        at = line.find("20", line.find(printed[:2])) if printed else -1
        if at >= 0 and line[at : at + 4].isdecimal():
            return int(line[at : at + 4]), TextKind.PRINTED
        if found := year_of_line(line, survey):
            return found[0], TextKind.TITLE if found[1] else TextKind.ABOVE
        if alone := year_alone(line, survey):
            return alone, TextKind.ABOVE
    return None


@cache
def _printed_year_lines(forms: tuple[Form, ...]) -> frozenset[str]:
    """The words of the lines of the 填表说明 that name the year."""
    lines = {line for form in forms for line in form.instructions if "{year}" in line}
    return frozenset("".join(filter(is_chinese, line)) for line in lines)


def years_of_lines(lines: Iterable[Text], survey: int, forms: tuple[Form, ...]) -> Iterator[Evidence]:
    """Evidence of a table's year: lines above it, and printed ones below it; ``survey`` is the year that is
    processed."""
    for text in lines:
        if (line := _year_of_line(text.text, survey, forms)) and (
            text.kind is not TextKind.BELOW or line[1] is TextKind.PRINTED
        ):
            yield Evidence(line[0], Text(line[1], text.text, text.place, text.sheet))


def years_around(around: Iterable[Text], survey: int) -> Iterator[Evidence]:
    """Evidence of the year in the names around a file, and in its mail."""
    for text in around:
        year_in = year_in_mail if text.kind is TextKind.MAIL else year_in_name
        for line in text.text.splitlines():
            if (year := year_in(line, survey)) is not None:
                yield Evidence(year, Text(text.kind, line, sheet=text.sheet))
                break


# Titles and names


def is_titled(text: str, forms: Iterable[Form]) -> bool:
    """Whether a text is the title of one of these forms."""
    words = bare(text)
    return len(words) < 60 and any(bare(form.title) in words or words == bare(form.key) for form in forms)


def unfit_by(sheet: str, lines: Sequence[Text], forms: Sequence[Form]) -> str:
    """Chinese: which name, title or line above says that a table is void, a test or of a part of the year; empty where none
    does."""
    named = [("工作表名称", sheet, said_in(sheet))]
    for line in lines:
        if is_titled(line.text, forms):
            named.append(("标题", line.text, said_in(line.text)))
        elif names_part(line.text):
            named.append(("表格上方", line.text, frozenset((Says.PART,))))
    by = next(((what, text) for what, text, says in named if says & {Says.VOID, Says.TEST, Says.PART}), None)
    return f"{by[0]}“{' '.join(by[1].split())[:40]}”写明作废、测试或不是全年的" if by else ""


# The unit of measure


@lru_cache(maxsize=1024)
def measures_named(line: str) -> tuple[str, ...]:
    """The units of measure that a line names: 单位：万次、人; 以万条为单位."""
    found = re.search(_MEASURE_LINE, tidy(line)) if "单位" in line else None
    return tuple(filter(None, re.split(r"[、,，和及\s]+", found[1] or found[2]))) if found else ()


class Measure(Struct, frozen=True):
    """In which unit of measure the figures of a column are given."""

    factor: int
    """The factor to multiply them by; 1 where they are taken as they are."""
    reported: str
    """Chinese: what says so, as the rest of a sentence about the column; ``{}`` stands for a figure as it is shown."""
    lowered: float = 1
    """A figure is shown divided by this."""

    def told(self, value: Value) -> str:
        """What says so, with this figure."""
        shown = Decimal(str(_figure(value) or 0)) / Decimal(str(self.lowered))
        return self.reported.replace("{}", f"{shown:f}".removesuffix(".0"))


def _measures_of_headings(heading: Heading, lines: Iterable[Text]) -> dict[str, Measure]:
    """Field key → the unit of measure other than the form's, by a line 单位：… above the table, the heading of a group of columns,
    or the column's own heading, which goes before."""
    form, found = heading.form, dict[str, Measure]()
    counts = {column.key: column for column in form.of_kind(Kind.COUNT) if column.key in heading.columns}
    for text in lines:
        line = text.text
        for words in measures_named(line):
            word = re.search(UNITS, words)
            own = [column for column in counts.values() if word and column.unit == word[0]]
            for column in own or (() if word else counts.values()):
                scale = measure_of((column,), words)
                if scale is not None:
                    _put(found, column.key, scale, f"在表格上方的“{_on_line(line)[:40]}”里写了单位")
    for match, columns, words in heading.qualifiers():
        scale, shown = measure_of(columns, words), _on_line(match.text)
        reported = f"的栏目名称写的是“{shown}”" if match.named else f"所在的“{shown}”写了单位"
        for column in columns:
            if scale is not None and column.key in counts:
                _put(found, column.key, scale, reported)
    return {key: measure for key, measure in found.items() if measure.reported}


def _put(found: dict[str, Measure], key: str, scale: int, reported: str) -> None:
    found[key] = Measure(scale or 1, "" if scale == 1 else reported)


def _on_line(text: str) -> str:
    return "".join(text.split())


def guide_measure(column: Column, word: str) -> Measure | None:
    """The unit of measure that a word below a heading names, where it is not the form's."""
    scale = measure_of((column,), tidy(word).strip("()"))
    return None if scale in (None, 1) else Measure(scale or 1, f"的栏目名称下面写的是“{word}”")


class Scales:
    """In which units of measure the figures of a table are given."""

    def __init__(self, grid: Grid, heading: Heading, lines: Sequence[Text]) -> None:
        self._grid, self._heading = grid, heading
        self.known = _measures_of_headings(heading, lines)
        """Field key → the unit of measure, where it is not the form's."""
        self._read: dict[Place, tuple[str, Measure]] = {}
        """Cells whose figure was given in another unit → field, and in which."""

    def applied(self, column: Column, value: Value) -> Value:
        """A value, converted where its column is in 万次; a figure that names its own magnitude (2.5万) is not scaled
        again."""
        place = value.place
        if place is None or column.kind is not Kind.COUNT:
            return value
        measure = self._of_format(column, place) or self.known.get(column.key)
        figure = _figure(value) if measure else None
        if measure is None or figure is None:
            return value
        number = Decimal(repr(figure)) * measure.factor
        if measure.factor == 1 or number == number.to_integral_value():
            self._read[place] = column.key, measure
            return value if measure.factor == 1 else Value(value.found, int(number), place)
        words = {number: word for word, number in MAGNITUDES.items()}
        named = words.get(measure.factor, f"{measure.factor}倍")
        refusal = noted("按“{unit}”换算后不是整数", unit=Words(f"{named}{column.unit}"))
        return Value(value.found, None, place, Problem.NOT_WHOLE, refusal)

    def _of_format(self, column: Column, place: Place) -> Measure | None:
        """The unit of measure that a cell's number format shows; 万 and 千 alone are converted."""
        mark = self._grid.mark(place.row - 1, place.column - 1)
        words = mark.shown.replace("{}", "")
        if not mark.shown or (mark.lowered == 1 and measure_of((column,), words) == 1):
            return None
        magnitude = {"万": 10_000, "千": 1_000}.get(words[:1], 1)
        if words[1:] and measure_of((column,), words[1:]) != 1:
            magnitude = 1
        reported = f"有的单元格按数字格式显示为“{mark.shown}”"
        return Measure(max(int(magnitude / mark.lowered), 1) if magnitude > 1 else 1, reported, mark.lowered)

    def found(self, rows: Sequence[Row]) -> Iterator[Scale]:
        """The figures given in another unit: one entry a column, or one a cell where only some of them are."""
        for key, match in self._heading.columns.items() if self._read else ():
            values = [row.get(key) for row in rows]
            given = [value for value in values if value.value is not None and value.place is not None]
            read = [(value, self._read[value.place][1]) for value in given if value.place in self._read]
            if read and len(read) == len(given) and len({measure.reported for _, measure in read}) == 1:
                value, measure = read[0]
                heading = Place(self._grid.name, match.row + 1, match.column + 1)
                yield Scale(key, heading, measure.factor, measure.told(value), value)
            else:
                yield from (Scale(key, v.place, m.factor, m.told(v), v) for v, m in read if v.place)


def _figure(value: Value) -> int | float | None:
    """The bare figure that a scale applies to; None where the value is none, or names its magnitude itself."""
    if isinstance(value.found, bool) or value.problem not in (None, Problem.NOT_WHOLE):
        return None
    if isinstance(value.found, int | float):
        return value.found
    text = "".join(tidy(str(value.found)).replace(",", "").split())
    if value.value is not None:
        return None if any(word in text for word in MAGNITUDES) else int(value.value)
    return float(text) if re.fullmatch(r"\d{1,9}\.\d{1,6}", text) else None


def heading_lines(grid: Grid, heading: Heading) -> Iterator[Text]:
    """Words behind headings, in brackets or after /, that are neither the form's own nor a unit of measure."""
    for match, columns, words in heading.qualifiers():
        column = columns[0] if match.named else None
        if not is_of_form(column, words) and measure_of(columns, words) is None:
            place, key = Place(grid.name, match.top + 1, match.column + 1), column.key if column else None
            yield Text(TextKind.ABOVE, words, place, grid.name, heading.form.key, field=key)
