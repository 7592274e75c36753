"""Evidence in the lines of a sheet and the names around it of its figures' period and unit of measure; the period of a table is
decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Row, Scale, Value
from hrss12333.model.message import Words, noted
from hrss12333.model.row import Place, Problem
from hrss12333.model.text import Evidence, Text, TextKind
from hrss12333.patterns import UNITS
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.heading_words import is_of_form, measure_of
from hrss12333.reading.layout.headings import Heading
from hrss12333.reading.layout.labels import is_label
from hrss12333.reading.values.cell_text import MAGNITUDES, tidy
from hrss12333.survey.periods import Period, times_in
from hrss12333.survey.quotable import bare
from hrss12333.survey.schema import Column, Form, Kind

_LONGEST_TITLE = 60
_OF_TITLES = ("调查表", "统计表", "情况表", "汇总表", "数据表", "报表", "电话服务", "电话系统")
_OF_ELSE = ("请", "根据", "按照", "通知", "要求", "计划", "目标", "安排")
"""Words about other than the table."""
_MEASURE_LINE = r"单位\s*(?:[:：]|为|均为|统一为)\s*([^。；;)）\n]{1,30})|以\s*([^\s，。]{1,6}?)\s*为(?:计量)?单位"


# The period


@lru_cache(maxsize=2048)
def _period_of_line(line: str, survey: int, forms: tuple[Form, ...]) -> tuple[Period, TextKind] | None:
    """The period that a line above a table names, as its title or by itself, beside header labels and units of measure."""
    plain = re.sub(_MEASURE_LINE, " ", line)
    found = times_in(plain, survey)
    if found.is_alone:
        return (found.period, TextKind.ABOVE) if found.period else None
    if is_titled(line, forms) or _names_form(line):
        period = times_in(line, survey, is_title=True).period
        return (period, TextKind.TITLE) if period else None
    words = plain.split() if found.periods else []
    alone = [times_in(word, survey) for word in words if not is_label(word)]
    period = next((times.period for times in alone if times.is_alone), None) if len(alone) < len(words) else None
    return (period, TextKind.ABOVE) if period else None


def _names_form(line: str) -> bool:
    """Whether a line names a form without its whole title: 宁夏12333电话服务情况（2018年）."""
    named = any(word in line for word in _OF_TITLES) and not any(word in line for word in _OF_ELSE)
    return named and len(line) <= _LONGEST_TITLE


def is_period_line(line: str, survey: int) -> bool:
    """Whether a line is nothing but a period."""
    return times_in(line, survey).is_alone


def periods_of_lines(lines: Iterable[Text], survey: int, forms: tuple[Form, ...]) -> Iterator[Evidence[Period]]:
    """Evidence of a table's period in the lines above it and the brackets of its headings; ``survey`` is the year that is
    processed."""
    for text in lines:
        if text.kind is TextKind.HEADING:
            found = times_in(text.text, survey)
            if found.period and found.is_alone:
                yield Evidence(found.period, text)
            continue
        named = (_period_of_line(line, survey, forms) for line in text.text.splitlines())
        if line := next(filter(None, named), None):
            yield Evidence(line[0], replace(text, kind=line[1]))


def period_of_row(lead: str, survey: int) -> Period | None:
    """The year that a row alone holds, which dates the rows below it: 2018年, 上年数据; a number alone is none."""
    found = times_in(lead, survey)
    whole = found.is_alone and not lead.strip().isdecimal() and found.period and found.period.year
    return found.period if whole else None


def period_of_name(name: Text, survey: int) -> Iterator[Evidence[Period]]:
    """Evidence in the name of a sheet or a file; a month or a quarter without a year in a file's name is none."""
    period = times_in(name.text, survey).period
    if period and not (period.is_bare and name.kind is TextKind.FILE):
        yield Evidence(period, name)


# Titles and names


def is_titled(text: str, forms: Iterable[Form]) -> bool:
    """Whether a text is the title of one of these forms."""
    words = bare(text)
    return len(words) < 60 and any(bare(form.title) in words or words == bare(form.key) for form in forms)


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
            yield Text(TextKind.HEADING, words, place, grid.name, heading.form.key, field=key)
