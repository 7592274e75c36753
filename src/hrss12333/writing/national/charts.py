"""The charts of 概览: native, editable, drawn from sorted cells in hidden columns of 指标分析 that follow the sheets.

One colour in three strengths, so that a print in grey can be read; no outlines. Names are the units' short ones, the
biggest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from hrss12333.model.comparable import by_indicator, comparable
from hrss12333.model.summary_lines import ANALYSIS, Figure, Line
from hrss12333.survey.indicators import Indicator
from hrss12333.survey.schema import Balance, Column, Form, Kind
from hrss12333.wording.rounding import ROUNDING_NOTE, TEN_THOUSAND, large, percent
from hrss12333.writing.national.book import Book
from hrss12333.writing.national.indicator_plan import Analysis
from hrss12333.writing.national.ratios import Ratios
from hrss12333.writing.national.styles import ACCENT, ACCENT_LIGHT, PERCENT
from hrss12333.writing.workbook import BODY_FONT, DISPLAY_FONT

FILLS = (ACCENT, ACCENT_LIGHT, "#D0D3D6", "#7F7F7F")
"""The strengths of the parts of a bar; in grey each is lighter than the last, but for a fourth."""
SMALL = {"name": BODY_FONT, "size": 7.5}
FONT = {"name": BODY_FONT, "size": 9}
TITLE = {"name": DISPLAY_FONT, "size": 13, "bold": False}
UPRIGHT = 271
"""Rotation by which East Asian text runs from top to bottom with its characters upright."""
MANY = 14
"""From so many bars on, their figures stand upright."""
MOST_SERIES = 8
"""Columns of data that a chart may need."""
WIDTH = 1005
ROW = 21
"""Pixels of a row under a chart; the default height would be left to each program to choose."""
TALL = 17
"""Rows that a chart takes."""
PAGE = 2 * TALL + 1
"""Rows that a page of charts holds."""


class Pages(Struct, frozen=True):
    """Where the charts ended."""

    breaks: list[int]
    """Rows that begin a new page."""
    last: int
    """Last row."""


class Series(Struct, frozen=True):
    """A column of chart data."""

    name: str
    formulas: Sequence[str]
    values: Sequence[float | None]
    num_format: str


def write_charts(book: Book, plan: Analysis, sheet: Any, data: Any, row: int) -> Pages:
    """Draw what the survey's forms allow below ``row``; what they are drawn from stands on 指标分析, ``data``."""
    first = len(plan.columns) + 1
    data.set_column(first, first + MOST_SERIES, 24, None, {"hidden": True})
    charts = _ChartPages(book, sheet, data, row, (plan.block.first, first))
    for form in book.forms:
        for balance in form.balances:
            _stacked(charts, form, balance)
    for ratios in plan.ratios:
        for item in ratios.indicators:
            if item.key == "answer_rate":
                _rate(charts, plan, ratios, item)
    _shares(charts, plan)
    for form in book.forms:
        for choice in form.of_kind(Kind.CHOICE):
            _choices(charts, form, choice)
    return charts.finish()


class _ChartPages:
    """Places charts downwards, two a page, and their data below one another in the hidden columns."""

    def __init__(self, book: Book, sheet: Any, data: Any, row: int, at: tuple[int, int]) -> None:
        self.book, self.sheet, self.data, self.row = book, sheet, data, row
        self.data_row, self.column = at
        self.breaks: list[int] = []
        self.on_page = 0

    def table(self, title: str, names: Sequence[str], series: Sequence[Series]) -> tuple[int, int]:
        """Write a block of chart data; returns its first row and row count."""
        styles, sheet, top = self.book.styles, self.data, self.data_row
        first = self.column
        sheet.write_string(top, first, title, styles.section)
        sheet.write_string(top + 1, first, "名称", styles.heading)
        for at, item in enumerate(series, first + 1):
            sheet.write_string(top + 1, at, item.name, styles.heading)
        for row, name in enumerate(names, top + 2):
            sheet.write_string(row, first, name, styles.text())
            for at, item in enumerate(series, first + 1):
                value = item.values[row - top - 2]
                stored = "" if value is None else value
                sheet.write_formula(row, at, item.formulas[row - top - 2], styles.number(item.num_format), stored)
        self.data_row += len(names) + 3
        return top + 2, len(names)

    def place(self, chart: Any, rows: int, width: int = WIDTH) -> None:
        """Put the chart below the last one, on a new page where this one is full."""
        if self.on_page == 0 or self.on_page + rows > PAGE:
            self.breaks.append(self.row)
            self.on_page = 0
        chart.show_hidden_data()
        chart.set_chartarea({"border": {"none": True}})
        chart.set_size({"width": width, "height": rows * ROW - 10})
        self.sheet.insert_chart(self.row, 0, chart, {"x_offset": 4, "y_offset": 4, "object_position": 2})
        for row in range(self.row, self.row + rows):
            self.sheet.set_row_pixels(row, ROW)
        self.on_page += rows
        self.row += rows

    def series(self, name: str, block: tuple[int, int], offset: int, **look: Any) -> dict[str, Any]:
        """A column of a block of chart data as XlsxWriter draws it, ``offset`` columns right of the names."""
        first, count = block
        names, values = (
            [ANALYSIS, first, column, first + count - 1, column] for column in (self.column, self.column + offset)
        )
        return {"name": name, "categories": names, "values": values, **look}

    def note(self, text: str) -> None:
        """A line below a chart."""
        look = self.book.styles.get(font_size=9, font_color="#595959", valign="top")
        self.sheet.write_string(self.row, 0, text, look)
        self.sheet.set_row_pixels(self.row, ROW)
        self.row += 1
        self.on_page += 1

    def finish(self) -> Pages:
        """Where it ended."""
        return Pages(self.breaks, self.row)


def _stacked(charts: _ChartPages, form: Form, balance: Balance) -> None:
    """The parts of a total, stacked, the biggest unit first."""
    book, block = charts.book, charts.book.blocks[form.key]
    total, parts = Figure(form.by_key[balance.total]), [Figure(form.by_key[key]) for key in balance.parts]
    rows = {line.name: row for row, line in enumerate(book.lines[form.key], block.first)}
    listed = [
        (line, rows[line.name])
        for line, _ in comparable(book.lines[form.key], balance.fields, lambda line: line.value(total))
    ]
    if not listed:
        return
    listed.sort(key=lambda item: -(item[0].value(total) or 0))
    scaled = large(*(line.value(total) for line, _ in listed))
    unit = f"万{total.column.unit}" if scaled else total.column.unit
    by = TEN_THOUSAND if scaled else 1
    series = [
        Series(
            f"{part.heading}（{unit}）",
            [_scaled(block.cell(part.key, row), by) for _, row in listed],
            [None if (value := line.value(part)) is None else value / by for line, _ in listed],
            "#,##0.00" if scaled else "#,##0",
        )
        for part in parts
    ]
    title = f"各{book.national.noun}{total.heading}构成（按{total.heading}排列，{unit}）"
    data = charts.table(title, [_short(line) for line, _ in listed], series)
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for at, part in enumerate(parts, 1):
        fill = FILLS[(at - 1) % len(FILLS)]
        chart.add_series(charts.series(part.heading, data, at, **_solid(fill, _gap(len(listed)))))
    _dress(chart, title, "#,##0")
    charts.place(chart, TALL, _fit(len(listed)))
    if scaled:
        charts.note(ROUNDING_NOTE)


def _rate(charts: _ChartPages, plan: Analysis, ratios: Ratios, item: Indicator) -> None:
    """An indicator by unit, the highest first, with the nation's as a line."""
    book, block, key = charts.book, plan.block, item.key
    rows = {name: row for row, name in enumerate(plan.names, block.first)}
    compared = by_indicator(book.lines[ratios.form.key], item)
    listed = [(line, rows[line.name], quotient.value or 0.0) for line, quotient in compared]
    if not listed:
        return
    listed.sort(key=lambda found: -found[2])
    nation, noun, whole = ratios.nation[key], book.national.noun, book.national.whole
    series = [
        Series(item.name, [f"={block.cell(key, row)}" for _, row, _ in listed], [v for _, _, v in listed], PERCENT),
        Series(whole, [f"={block.cell(key)}"] * len(listed), [nation.value] * len(listed), PERCENT),
    ]
    data = charts.table(f"各{noun}{item.name}", [_short(line) for line, _, _ in listed], series)
    chart = book.workbook.add_chart({"type": "column"})
    font = {**SMALL, "rotation": -90} if len(listed) > MANY else SMALL
    labels = {"value": True, "position": "inside_base", "num_format": PERCENT, "font": font}
    look = _solid(ACCENT_LIGHT, _gap(len(listed)))
    chart.add_series(charts.series(item.name, data, 1, **look, data_labels=labels))
    line = book.workbook.add_chart({"type": "line"})
    name = whole + (percent(nation.exact) if nation.exact is not None else "")
    dashes = {"color": "#262626", "width": 1.75, "dash_type": "dash"}
    line.add_series(charts.series(name, data, 2, line=dashes))
    chart.combine(line)
    _dress(chart, f"各{noun}{item.name}（虚线为{whole}）", "0%", most=1)
    charts.place(chart, TALL, _fit(len(listed)))


def _shares(charts: _ChartPages, plan: Analysis) -> None:
    """Every 是/否 question: share of the regions that answered 是."""
    found = [
        (value, item.name, f"={plan.block.cell(item.key)}")
        for ratios, item in plan.items()
        if item.answers and (value := ratios.nation[item.key].value) is not None
    ]
    if not found:
        return
    found.sort(key=lambda one: -one[0])
    values, names, formulas = zip(*found, strict=True)
    title = "服务渠道、规范化建设等各项开通率（占有效填报地区的比例）"
    data = charts.table(title, names, [Series("占比", formulas, values, PERCENT)])
    _bars(charts, title, data, PERCENT, most=1, rows=max(7, len(names) + 8))


def _choices(charts: _ChartPages, form: Form, column: Column) -> None:
    """How many regions gave each answer."""
    block, total = charts.book.blocks[form.key], charts.book.totals[form.key]
    chosen = [Figure(column, choice) for choice in column.choices]
    if total.value(chosen[0]) is None:
        return
    chosen.sort(key=lambda figure: -(total.value(figure) or 0))
    series = Series(
        "地区数",
        [f"={block.cell(figure.key)}" for figure in chosen],
        [total.value(figure) for figure in chosen],
        "#,##0",
    )
    title = f"{column.label}（地区数）"
    data = charts.table(title, [figure.choice for figure in chosen], [series])
    _bars(charts, title, data, "#,##0", rows=max(7, 2 * len(chosen) + 4))


def _bars(
    charts: _ChartPages, title: str, data: tuple[int, int], num_format: str, *, rows: int, most: float | None = None
) -> None:
    chart = charts.book.workbook.add_chart({"type": "bar"})
    labels = {"value": True, "num_format": num_format, "font": FONT}
    chart.add_series(charts.series(title, data, 1, **_solid(ACCENT_LIGHT, 60), data_labels=labels))
    chart.set_title({"name": title, "name_font": TITLE, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": FONT, "major_tick_mark": "none"})
    # Every bar carries its figure: a scale would only repeat it.
    chart.set_x_axis({"visible": False, "min": 0, "max": most, "major_gridlines": {"visible": False}})
    charts.place(chart, rows)


def _dress(chart: Any, title: str, num_format: str, *, most: float | None = None) -> None:
    chart.set_title({"name": title, "name_font": TITLE, "overlay": False})
    chart.set_legend({"position": "top", "font": FONT})
    chart.set_x_axis({"num_font": {**FONT, "rotation": UPRIGHT}, "interval_unit": 1})
    chart.set_y_axis(
        {
            "num_format": num_format,
            "num_font": FONT,
            "min": 0,  # a cut axis would make small differences look large
            "max": most,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )


def _solid(colour: str, gap: int) -> dict[str, Any]:
    """Bars of one colour without an outline; ``gap`` between them, in percent of one."""
    return {"border": {"none": True}, "gap": gap, "fill": {"color": colour}}


def _gap(count: int) -> int:
    """Few bars need not be fat."""
    return 40 if count > 8 else 120


def _fit(count: int) -> int:
    """Width of a chart of so many units: few bars need no whole page."""
    return min(WIDTH, 420 + 60 * count)


def _scaled(cell: str, by: int) -> str:
    return f'=IF({cell}="","",{cell}/{by})' if by != 1 else f'=IF({cell}="","",{cell})'


def _short(line: Line) -> str:
    return line.unit.short if line.unit else "单位不明"
