"""The sheet 修改记录 of a clean form: every cell that it holds otherwise than the file it was made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hrss12333.model.filing import Found
from hrss12333.survey.frame import CHANGES
from hrss12333.survey.schema import answer_word
from hrss12333.writing.sheet_text import safe

SHEET = "修改记录"
HEADINGS = ("序号", "原工作表", "原单元格", "地区", "栏目", "原内容", "现内容", "原因")
_WIDTHS = (6, 14, 10, 18, 20, 24, 24, 44)

Line = tuple[str, str, str, str, str, str, str]
"""Sheet, cell, region, column, before, after, reason."""


def change_sheet(source: str, lines: Sequence[Line]) -> Callable[[Any], None]:
    """A writer of the sheet, for `official.write_official`; all text stays text."""

    def write(workbook: Any) -> None:
        sheet = workbook.add_worksheet(SHEET)
        bold = workbook.add_format({"bold": True, "font_size": 14})
        head = workbook.add_format({"bold": True, "border": 1, "bg_color": "#D9E2EC", "align": "center"})
        cell = workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, safe(f"{CHANGES}{source}）"), bold)
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, heading, head)
        for number, line in enumerate(lines, start=1):
            sheet.write_number(number + 1, 0, number, cell)
            for column, text in enumerate(line, start=1):
                sheet.write_string(number + 1, column, safe(text), cell)
        if not lines:
            sheet.write_string(2, 0, "内容没有改动，只统一了格式。")
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)

    return write


def shown(value: Found) -> str:
    """A value as the form prints it."""
    if value is None:
        return ""
    return answer_word(value) if isinstance(value, bool) else str(value)
