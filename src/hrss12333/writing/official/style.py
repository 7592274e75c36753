"""The look of the official form, and what its cells hold, accept, and say when they are entered."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from hrss12333.model.filing import Found
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import ASKED, COMPLETE, HEADER, LARGEST_EXACT, PASSED, WRONG, Column, Kind, answer_word
from hrss12333.wording import values
from hrss12333.writing.official.formulas import (
    FormValue,
    SheetNames,
    allowed_answers,
    changed_much,
    has_content,
    remarks_column,
    required_columns,
)
from hrss12333.writing.official.layout import BAR_ROW, CHECK_WIDTH, ELLIPSIS, HEADER_ROW, Layout
from hrss12333.writing.official.self_check import FAILED, SelfCheck, begins
from hrss12333.writing.workbook import BODY_FONT, DISPLAY_FONT, INPUT_COLOUR, Styles, safe

_WRONG, _AMBER, _GOOD = (
    {"bg_color": look.fill, "font_color": look.ink} for look in (values.WRONG, values.ASKED, values.FINE)
)
# A figure that is no whole number is shown as it is: 7.5, not 8. XlsxWriter leaves out General alone.
_NO_NUMBER = {**_WRONG, "num_format": "General;-General"}

_Colour = tuple[tuple[int, int, int, int], str, dict[str, Any]]
"""A range, the formula by which its cells are coloured, and how they then look."""

FORM_FONT = (BODY_FONT, 11)
COLUMN_PIXELS = 72
"""Pixels of a column whose width is not set, in this font."""

PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
"""Actions that stay allowed under protection: everything but changing the form itself."""

_MIDDLE = {"valign": "vcenter"}
_BOXED = {**_MIDDLE, "border": 1, "align": "center", "text_wrap": True}
_COUNT = {**_BOXED, "align": "right", "text_wrap": False, "num_format": "#,##0_ "}
_BESIDE = {**_MIDDLE, "align": "left", "indent": 1}
_INPUT = {"bg_color": INPUT_COLOUR, "locked": False}
_SAMPLE = {"bg_color": "#F2F2F2", "font_color": "#595959"}
_PALE = {"font_color": "#595959"}
_STYLES: dict[str, dict[str, Any]] = {
    "bar": {**_MIDDLE, "align": "left", "bold": True},
    "key": {**_MIDDLE, "font_name": DISPLAY_FONT, "font_size": 14},
    "title": {**_MIDDLE, "align": "center", "bold": True, "font_size": 20},
    "seal": {**_MIDDLE, "align": "left"},
    "label": {**_MIDDLE, "align": "right", "shrink": True},
    "blank": {**_MIDDLE, **_INPUT, "align": "left", "shrink": True, "bottom": 1, "num_format": "@"},
    "heading": {**_BOXED, "bold": True},
    "sample": {**_BOXED, **_SAMPLE},
    "sample_number": {**_COUNT, **_SAMPLE},
    "serial": {**_BOXED, "locked": False},
    "cell": {**_BOXED, **_INPUT},
    "number": {**_COUNT, **_INPUT},
    "text": {**_BOXED, **_INPUT, "align": "left", "indent": 1},
    "total": {**_BOXED, "bold": True},
    "total_number": {**_COUNT, "bold": True},
    "note_label": {"valign": "top", "align": "right"},
    "note": {"valign": "top", "align": "left", "text_wrap": True},
    "check_heading": {**_BOXED, **_BESIDE, **_PALE, "bg_color": "#F7F7F7"},
    "check": {**_BESIDE, "locked": False},
    "failed": {**_MIDDLE, "align": "right", "bold": True, "font_size": 14, "font_color": values.WRONG.ink},
    "past_heading": {**_BOXED, **_PALE, "bg_color": "#F7F7F7", "font_size": 9},
    "past": {**_COUNT, **_PALE, "font_size": 9},
    "row": {"locked": False},
}


class FormStyles(Styles):
    """The formats of the official form, by name."""

    def named(self, name: str, plain: bool = False) -> Any:
        """The format of this name; ``plain``: without a fill, for what is stamped."""
        look = _STYLES[name]
        return self.get(**{key: value for key, value in look.items() if not (plain and key == "bg_color")})


def set_columns_and_view(sheet: Any, layout: Layout) -> None:
    """Column widths, those of the self-check too; frozen headings, no grid beyond the form's own lines."""
    for column, width in enumerate(layout.widths):
        sheet.set_column(column, column, width)
    sheet.set_column(layout.check_column, layout.check_column, CHECK_WIDTH)
    sheet.set_zoom(layout.zoom)
    sheet.freeze_panes(layout.heading + 2, layout.columns[layout.form.region.key] + 1)
    sheet.hide_gridlines(2)
    beside = layout.columns[layout.form.region.key] + 1
    sheet.set_selection(layout.first, beside, layout.first, beside)
    sheet.set_row(BAR_ROW, 24)


def cell_content(value: Found) -> FormValue:
    """A value as the form's cell holds it: 是 and 否 for truth values, whole floats as whole numbers."""
    if value is None:
        return None
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return value if abs(value) < LARGEST_EXACT else str(value)  # else it would be changed silently
    return safe(value) or None


# What cells accept

_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_HEADER_PROMPTS: Mapping[str, str] = {
    "unit": "请填写单位全称，可从下拉列表选择。",
    "name": "请务必填写联系人。",
    "mobile": "请务必填写11位手机号码，不要填固定电话。",
    "email": "请填写联系人的电子邮箱。",
}


def add_validations(sheet: Any, layout: Layout, names: SheetNames, edition: Edition) -> None:
    """Give every blank of the form its input rule and its prompt, taken from the 填表说明."""
    for field in HEADER:
        slot = layout.slot(field.key)
        prompt = {"input_title": field.label, "input_message": _HEADER_PROMPTS.get(field.key, f"请填写{field.label}。")}
        rule: dict[str, Any] = {"validate": "any", **prompt}
        if field.key == "unit":
            listed = {"validate": "list", "source": [unit.name for unit in edition.units], "error_type": "warning"}
            why = f"这不是{len(edition.units)}个报送单位的全称。确定要这样填写吗？"
            rule |= {**listed, "error_title": "单位名称", "error_message": why}
        sheet.data_validation(slot.row, slot.left, slot.row, slot.left, rule)
    for column in layout.form.columns:
        place = layout.columns[column.key]
        if column.kind is not Kind.SERIAL:
            sheet.data_validation(layout.first, place, layout.last, place, _column_rule(column, layout, names))
        elif layout.content.ellipsis:
            more = f"行数不够时，请在“{ELLIPSIS}”行上方插入行，合计会自动包括新行。"
            rule = {"validate": "any", "input_title": "增加行", "input_message": more}
            sheet.data_validation(layout.last, place, layout.last, place, rule)


def _column_rule(column: Column, layout: Layout, names: SheetNames) -> dict[str, Any]:
    rule: dict[str, Any] = {"validate": "any"}
    prompt, error, allowed = column.note, "", allowed_answers(column)
    if allowed:
        words = "或".join(f"“{word}”" for word in allowed)
        error = f"只能填写{words}，请从下拉列表选择。"
        prompt += "" if all(word in prompt for word in allowed) else f"请填写{words}。"
    if column.kind is Kind.COUNT:
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
        error = "只能填写0或正整数：不带单位、逗号和小数点，不写“万”“约”。"
        prompt += f"请填写整数{column.unit and f'，单位：{column.unit}'}；没有的填0。"
        if remarks_column(layout.form):
            prompt += "不掌握的可以空着，在备注写明哪一栏、为什么，不要填0。"
    listed = names.expected if column.kind is Kind.REGION else allowed
    if listed and len(",".join(listed)) <= _LONGEST_MESSAGE:
        rule = {"validate": "list", "source": list(listed)}
        if column.kind is Kind.REGION:
            rule["show_error"] = False  # a short name is taken, too; the self-check objects to others
    title = column.label[:_LONGEST_TITLE]
    if error and rule["validate"] != "any":
        rule |= {"error_title": title, "error_message": error[:_LONGEST_MESSAGE]}
    prompt = prompt or f"请填写{column.label}。"
    return {**rule, "input_title": title, "input_message": prompt[:_LONGEST_MESSAGE]}


def add_colours(sheet: Any, layout: Layout, check: SelfCheck, styles: Styles) -> None:
    """Turn cells red where the self-check objects, amber where something is lacking or asked, green where all is well."""
    for area, formula, look in (
        *_row_colours(layout, check),
        *_verdict_colours(layout),
        *_header_colours(layout, check),
    ):
        rule = {"type": "formula", "criteria": f"={formula}", "format": styles.get(**look)}
        if area[0] == BAR_ROW:
            rule["stop_if_true"] = True
        sheet.conditional_format(*area, rule)


def _row_colours(layout: Layout, check: SelfCheck) -> Iterator[_Colour]:
    form = layout.form

    def cell(column: int) -> str:
        return str(xl_rowcol_to_cell(layout.first, column, col_abs=True))

    def colour(key: str, formula: str, look: dict[str, Any]) -> _Colour:
        column = layout.columns[key]
        return (layout.first, column, layout.last, column), formula, look

    text = cell(layout.check_column)
    for each in check.checks:
        alone = len(each.fields) == 1
        for key in each.fields:
            fault = _NO_NUMBER if alone and form.by_key[key].kind is Kind.COUNT else _WRONG
            yield colour(key, f'ISNUMBER(FIND("{each.words}",{text}))', _AMBER if each.asks else fault)
    for key, past in layout.past.items():
        yield colour(key, changed_much(form.by_key[key], cell(layout.columns[key]), cell(past)), _AMBER)
    for key in required_columns(form):
        # A row with nothing but its printed region is waiting, not at fault: it keeps its light fill.
        yield colour(key, f"AND(LEN({text})>0,ISBLANK({cell(layout.columns[key])}))", _AMBER)


def _verdict_colours(layout: Layout) -> Iterator[_Colour]:
    """Of the self-check's own cells and the line on top, of which the first that holds goes before the others."""
    beside = layout.check_column
    for first, last in ((HEADER_ROW, HEADER_ROW), (layout.first, layout.absent)):
        verdict = xl_rowcol_to_cell(first, beside)
        for start, look in ((PASSED, _GOOD), (ASKED, _AMBER), (WRONG, _WRONG)):
            yield (first, beside, last, beside), begins(verdict, start), look
    bar, area = xl_rowcol_to_cell(BAR_ROW, 0, row_abs=True, col_abs=True), (BAR_ROW, 0, BAR_ROW, layout.last_column)
    yield area, begins(bar, COMPLETE), _GOOD
    yield area, f'ISNUMBER(FIND("{FAILED}",{bar}))', _WRONG
    yield area, f"LEN({bar})>0", _AMBER


def _header_colours(layout: Layout, check: SelfCheck) -> Iterator[_Colour]:
    text = xl_rowcol_to_cell(HEADER_ROW, layout.check_column, row_abs=True, col_abs=True)
    for field in HEADER:
        slot, each = layout.slot(field.key), check.header_checks[field.key]
        at = xl_rowcol_to_cell(slot.row, slot.left, row_abs=True, col_abs=True)
        area = (slot.row, slot.left, slot.row, slot.right)
        yield area, f'ISNUMBER(FIND("{each.words}",{text}))', _AMBER if each.asks else _WRONG
        if field.required:
            yield area, f'AND(ISNUMBER(FIND("{field.called}",{text})),NOT{has_content(at)})', _AMBER
