"""How the official form looks: fonts, fills, borders, widths, protection; and what its cells hold."""

from __future__ import annotations

from typing import Any

from hrss12333.model.filing import Found
from hrss12333.survey.schema import answer_word
from hrss12333.writing.official.formulas import FormValue
from hrss12333.writing.official.layout import BAR, Layout
from hrss12333.writing.sheet_text import safe
from hrss12333.writing.workbook import BODY_FONT, DISPLAY_FONT, Styles

INPUT = "#FFFBE6"
SAMPLE = "#F2F2F2"
MARKED = "#F8CBAD"
WRONG = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
LACKING = {"bg_color": "#FFEB9C", "font_color": "#7F6000"}
GOOD = {"bg_color": "#E2EFDA", "font_color": "#375623"}
UNSEEN = {"font_color": "#FFFFFF"}
"""A sum over nothing: the 0 is there, but not printed."""

FONT = (BODY_FONT, 11)
COLUMN_PIXELS = 72
"""Of a column whose width is not set, in this font."""

PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
"""What stays allowed under protection: everything but changing the form itself."""

_STATUS_WIDTH, _LIST_WIDTH = 14, 72
"""Width of the verdict on a row and of the list of faults."""
_EXACT = 10**15
"""A cell holds 15 digits: a longer number stays a text, or it would be changed silently."""

_BOX = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
_FIGURE = {**_BOX, "align": "right", "num_format": "#,##0"}
_PLAIN = {"valign": "vcenter"}
_STYLES: dict[str, dict[str, Any]] = {
    "bar": {"valign": "vcenter", "align": "left", "font_size": 11, "bold": True},
    "key": {**_PLAIN, "font_name": DISPLAY_FONT, "font_size": 14},
    "title": {**_PLAIN, "align": "center", "bold": True, "font_size": 20},
    "seal": {**_PLAIN, "align": "left"},
    "label": {**_PLAIN, "align": "right", "shrink": True},
    "blank": {
        **_PLAIN,
        "align": "left",
        "shrink": True,
        "bg_color": INPUT,
        "bottom": 1,
        "locked": False,
        "num_format": "@",
    },
    "heading": {**_BOX, "bold": True},
    "sample": {**_BOX, "bg_color": SAMPLE, "font_color": "#595959"},
    "sample_number": {**_FIGURE, "bg_color": SAMPLE, "font_color": "#595959"},
    "serial": {**_BOX, "locked": False},
    "cell": {**_BOX, "bg_color": INPUT, "locked": False},
    "number": {**_FIGURE, "bg_color": INPUT, "locked": False},
    "text": {**_BOX, "bg_color": INPUT, "locked": False, "align": "left"},
    "total": {**_BOX, "bold": True},
    "total_number": {**_FIGURE, "bold": True},
    "note_label": {"valign": "top", "align": "right"},
    "note": {"valign": "top", "align": "left", "text_wrap": True},
    "check_heading": {**_BOX, "font_color": "#7F7F7F", "bg_color": "#F7F7F7"},
    "check": {"valign": "vcenter", "align": "left", "indent": 1, "locked": False},
    "fault": {"valign": "vcenter", "align": "left", "indent": 1, "locked": False, "font_color": "#9C0006"},
    "past_heading": {**_BOX, "font_color": "#7F7F7F", "bg_color": "#F7F7F7"},
    "past": {**_BOX, "font_color": "#7F7F7F"},
    "past_number": {**_FIGURE, "font_color": "#7F7F7F"},
    "row": {"locked": False},
    "regions": {**_PLAIN, "align": "left", "indent": 1, "font_color": "#7F7F7F", "num_format": '"已填"0"个地区";;'},
    "missing": {**_PLAIN, "align": "left", "indent": 1, "font_color": "#7F7F7F", "num_format": '"未填"0"处必填项";;'},
    "problems": {**_PLAIN, "align": "left", "indent": 1, "font_color": "#7F7F7F", "num_format": '"未通过"0"行";;'},
}


class FormStyles(Styles):
    """The formats of the official form, by name."""

    def named(self, name: str, marked: bool = False) -> Any:
        """The format of this name; ``marked`` for a cell that a person must look at."""
        return self.get(**{**_STYLES[name], **({"bg_color": MARKED} if marked else {})})


def set_columns_and_view(sheet: Any, layout: Layout) -> None:
    """Column widths, those of the self-check too; frozen headings, no grid beyond the form's own lines."""
    for column, width in enumerate(layout.widths):
        sheet.set_column(column, column, width)
    sheet.set_column(layout.check_column, layout.check_column, _STATUS_WIDTH)
    sheet.set_column(layout.text_column, layout.place_column, None, None, {"hidden": True})
    sheet.set_column(layout.list_column, layout.list_column, _LIST_WIDTH)
    sheet.freeze_panes(layout.heading + 2, layout.columns[layout.form.region.key] + 1)
    sheet.hide_gridlines(2)
    beside = layout.columns[layout.form.region.key] + 1
    sheet.set_selection(layout.first, beside, layout.first, beside)
    sheet.set_row(BAR, 24)


def cell_content(value: Found) -> FormValue:
    """A value as the form's cell holds it: 是 and 否 for truth values, whole floats as whole numbers."""
    if value is None:
        return None
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, float):
        if value != value or abs(value) == float("inf"):
            return str(value)
        return int(value) if value.is_integer() else value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    return safe(value) or None


def write_cell(sheet: Any, row: int, column: int, value: FormValue, style: Any) -> None:
    """Write one cell of the form; text stays text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
