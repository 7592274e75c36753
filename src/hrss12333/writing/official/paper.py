"""How the form goes on paper: on as few A4 pages as its rows allow while it can be read, and no page without rows.

A form a little too long for a page first gets lower rows, then smaller print; only where that would be too small it
takes one page more, and then the rows are spread over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from hrss12333.writing.official.layout import (
    HEADER_HEIGHT,
    HEADER_TOP,
    KEY,
    KEY_HEIGHT,
    LINE,
    ROW_HEIGHT,
    TITLE_HEIGHT,
    Layout,
)
from hrss12333.writing.workbook import A4

_WIDE, _HIGH = 842.0, 595.0
"""A4 landscape, in points."""
_SIDE, _TOP, _BOTTOM = 0.5, 0.6, 0.7
"""Margins, in inches."""
_LOWEST_ROW = 16.5
_SMALLEST = 0.65
"""Scale below which 11 points can no longer be read with ease."""
_PIXELS, _PADDING = 8, 5
"""Of a character of 宋体 11 and of a cell, on the screen by which Excel measures columns."""
_POINTS_PER_PIXEL = 0.75
_STEP = 0.5


class Paper(Struct, frozen=True):
    """What a sheet is printed on."""

    row: float
    """Height of a row of one line, in points."""
    pages: int


def fit(layout: Layout, needed: Sequence[float]) -> Paper:
    """Row height and number of pages; ``needed`` is the height that the text of each row needs, 0 for one line."""
    across = min(1.0, (_WIDE - 144 * _SIDE) / sum(_points(width) for width in layout.widths))
    pages = 1
    while _scale(layout, needed, _LOWEST_ROW, pages) < _SMALLEST:
        pages += 1
    row = ROW_HEIGHT
    while row > _LOWEST_ROW and _scale(layout, needed, row, pages) < across:
        row -= _STEP
    return Paper(row, pages)


def _points(characters: float) -> float:
    return (characters * _PIXELS + _PADDING) * _POINTS_PER_PIXEL


def _scale(layout: Layout, needed: Sequence[float], row: float, pages: int) -> float:
    """By how much the form must be shrunk to fit on so many pages."""
    headings = sum(layout.heading_heights)
    frame = KEY_HEIGHT + TITLE_HEIGHT + HEADER_HEIGHT * (layout.heading - HEADER_TOP) + headings
    single = (layout.total - layout.heading - 1) - len(needed)
    body = single * row + sum(max(row, height) for height in needed)
    notes = LINE + sum(layout.note_height(text) for text in layout.form.instructions)
    # A page ends where a row does: one row a page may be lost.
    broken = (pages - 1) * (headings + max([row, *needed]))
    return (_HIGH - 72 * (_TOP + _BOTTOM)) * pages / (frame + body + notes + broken)


def lay_on_paper(sheet: Any, layout: Layout, paper: Paper, code: str | None) -> None:
    """A4 landscape, the headings on every page; help and fills stay off the paper."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, paper.pages)
    sheet.set_margins(left=_SIDE, right=_SIDE, top=_TOP, bottom=_BOTTOM)
    sheet.center_horizontally()
    sheet.print_area(KEY, 0, layout.bottom, layout.last_column)
    sheet.repeat_rows(layout.heading, layout.heading + 1)
    sheet.print_black_and_white()
    printed_code = f"&L校验码：{code}" if code else ""
    sheet.set_footer(f"{printed_code}&C第&P页，共&N页")
