"""The charts of 概览: native, editable, drawn from cells in hidden columns of 指标分析 that follow the sheets."""

from __future__ import annotations

from typing import Any

from hrss12333.model.summary_lines import ANALYSIS
from hrss12333.published.charts import Chart, charts, openings_chart
from hrss12333.writing.bar_charts import draw, pixels_high
from hrss12333.writing.national.book import NationalBook

_LETTERS = 10.0
_MOST_SERIES = 8
"""Columns of data that a chart may need."""
_WIDTH = 515
"""Pixels: two are beside one another."""
ROW = 21
"""Pixels of a row under a chart; the default height would be left to each program to choose."""


def write_charts(book: NationalBook, sheet: Any, data: Any, row: int) -> tuple[list[int], int]:
    """Draw them from ``row`` on, two beside one another and a pair a page; what they are drawn from stands on 指标分析,
    ``data``. Returns the rows that begin a page, and the one behind the last."""
    analysis = book.lines_areas[ANALYSIS]
    first = len(analysis.columns) + 1
    data.set_column(first, first + _MOST_SERIES, 24, None, {"hidden": True})
    drawn = [chart for topic in book.nation.topics for chart in charts(book.nation, topic)]
    drawn += filter(None, [openings_chart(book.nation)])
    breaks, top = list[int](), analysis.first
    for start in range(0, len(drawn), 2):
        pair = drawn[start : start + 2]
        breaks.append(row)
        high = max(pixels_high(chart, _LETTERS) for chart in pair)
        for at, chart in enumerate(pair):
            refer = _write_data(book, data, (top, first), chart)
            top += len(chart.names) + 3
            made = draw(book.workbook, chart, refer, size=_LETTERS, title=True)
            made.show_hidden_data()
            made.set_size({"width": _WIDTH, "height": pixels_high(chart, _LETTERS)})
            sheet.insert_chart(row, 0, made, {"x_offset": 2 + at * (_WIDTH + 4), "y_offset": 4, "object_position": 2})
        for _ in range(-(-high // ROW) + 1):
            sheet.set_row_pixels(row, ROW)
            row += 1
    return breaks, row


def _write_data(book: NationalBook, sheet: Any, at: tuple[int, int], chart: Chart) -> Any:
    """A block of chart data; returns how a series refers to it."""
    styles, (top, first) = book.styles, at
    sheet.write_string(top, first, chart.title, styles.section)
    sheet.write_string(top + 1, first, "名称", styles.heading)
    for row, name in enumerate(chart.names, top + 2):
        sheet.write_string(row, first, name, styles.text())
    for column, series in enumerate(chart.series, first + 1):
        sheet.write_string(top + 1, column, series.name, styles.heading)
        for row, (source, value) in enumerate(zip(series.sources, series.values, strict=True), top + 2):
            block = book.block_of(source.form, source.key)
            line = block.rows[source.line] if source.line else block.total
            times = "" if chart.times == 1 else f"*{chart.times}" if chart.times > 1 else f"/{1 / chart.times}"
            formula = block.shown_again(source.key, line, times)
            sheet.write_formula(row, column, formula, styles.number(chart.num_format), "" if value is None else value)
    last = top + 1 + len(chart.names)

    def refer(number: int) -> dict[str, Any]:
        return {
            part: [ANALYSIS, top + 2, column, last, column]
            for part, column in (("categories", first), ("values", first + number))
        }

    return refer
