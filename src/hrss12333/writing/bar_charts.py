"""Draws a chart plan as native bars that the reader can edit, in shades of one colour that a grey print keeps apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hrss12333.published.nation import Chart
from hrss12333.writing.workbook import DISPLAY_FONT

ACCENT, PALE, MIDDLE, LIGHT, INK = "#1F4E79", "#A9BFD6", "#A6A6A6", "#DDDDDD", "#404040"
"""One colour, dark and pale, the rest greys."""
_PART_COLOURS = (ACCENT, MIDDLE, LIGHT, INK)
_AXIS_LINE = {"color": "#7F7F7F"}
_ROOM = 1.18
"""Length of the axis to that of the longest bar: the value is behind it."""
_BAR_PIXELS, REST, LEGEND = 2.0, 75, 75
"""Pixels of a bar with the gap below it for each point of its letters; of title and edges, and of the legend."""


def draw(
    workbook: Any, chart: Chart, refer: Callable[[int], dict[str, Any]], *, size: float, title: bool = False
) -> Any:
    """The chart of XlsxWriter's ``workbook``, with letters of this ``size`` in points, ready to be placed.

    ``refer``: number of a series, counted from 1 → its ``categories`` and ``values`` as XlsxWriter takes them.
    """
    stacked = chart.is_stacked
    made = workbook.add_chart({"type": "bar", **({"subtype": "stacked"} if stacked else {})})
    font = {"name": DISPLAY_FONT, "size": size}
    gap = 45 if len(chart.names) > 12 else 80
    last = len(chart.series)
    for number, series in enumerate(chart.series, 1):
        look: dict[str, Any] = {"name": series.name, **refer(number), "border": {"none": True}, "gap": gap}
        look["fill"] = {"color": _PART_COLOURS[(number - 1) % len(_PART_COLOURS)] if chart.nation_at is None else PALE}
        if chart.nation_at is not None:
            look["points"] = [
                {"fill": {"color": ACCENT}} if at == chart.nation_at else None for at in range(len(chart.names))
            ]
        if number == last:
            place = "inside_base" if stacked else "outside_end"
            look["data_labels"] = {"value": True, "position": place, "num_format": chart.num_format, "font": font}
        if number == last and stacked:
            # As long as all parts together and begun where they end: an invisible bar that bears their sum.
            look["fill"] = {"none": True}
        made.add_series(look)
    made.set_title(
        {"name": chart.title, "name_font": {**font, "size": size + 3, "bold": False}} if title else {"none": True}
    )
    made.set_legend({"position": "top", "font": font} if stacked else {"none": True})
    marks = {"major_tick_mark": "none", "minor_tick_mark": "none"}
    made.set_y_axis({"reverse": True, "num_font": font, "line": _AXIS_LINE, "interval_unit": 1, **marks})
    longest = max((value or 0 for value in chart.series[-1].values), default=0)
    # Every bar carries its figure: a scale would only repeat it.
    axis = {"visible": False, "min": 0, "max": longest * _ROOM or 1, "major_gridlines": {"visible": False}}
    made.set_x_axis(axis)
    made.set_chartarea({"border": {"none": True}})
    return made


def pixels_high(chart: Chart, size: float) -> int:
    """The height of the chart with letters of this size, so that each bar has its name beside it."""
    count = len(chart.names)
    rest = REST + (LEGEND if chart.is_stacked else 0)
    return rest + count * max(round(_BAR_PIXELS * size), min(26, 260 // count))
