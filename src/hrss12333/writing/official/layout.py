"""A sheet of the official form: its content, and the position of everything on it; rows and columns count
from 0.

The notice's part lies inside the print area, this tool's help (top bar, 自检, last year's figures) outside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from xlsxwriter.utility import xl_range

from hrss12333.model.filing import Found
from hrss12333.survey.schema import HEADER, LARGEST_EXACT, SEAL, Column, Form, Kind, Scalar, answer_word
from hrss12333.wording import values
from hrss12333.wording.values import found_text
from hrss12333.writing.workbook import A4, DISPLAY_FONT, INPUT_COLOUR, Styles, safe, width, wrapped_lines

FormValue = int | float | str | None
"""The value of a cell of the form; None if blank."""
ELLIPSIS = "……"
"""Printed by the notice in the last row before 合计, to show that rows may be added."""
BAR_ROW = 0
KEY_ROW = 1
TITLE_ROW = 2
HEADER_ROW = 3
CHECK_WIDTH = 37
"""Width of the self-check's column; a longer text begins with what matters most."""
_SCREEN, _LEAST_ZOOM = 1366 - 66, 70
"""Pixels that a small screen has for cells; per cent of zoom below which the form is hard to read."""
_COLUMN_WIDTHS = {Kind.SERIAL: 5, Kind.REGION: 12, Kind.COUNT: 8, Kind.YESNO: 10, Kind.CHOICE: 10, Kind.TEXT: 20}
_CALLS, _CALLS_WIDTH = "次", 11
"""The measure of the largest figures, and their width."""
_WIDEST_REGION = 18
_WIDTH = 161.0
"""Width that prints 8-point letters at page width; 备注 takes what the other columns leave."""
_HEADING_LINES = 3
_HEADER_ROOM = {"unit": 18, "name": 12, "mobile": 14, "email": 24}
"""Least width of each blank of the header, in characters."""
_LACK = 2.0
"""Characters by which a piece of the header may be too narrow: its text is shrunk."""
_LINE_HEIGHT = 15.0
"""Height of one printed line, in points."""
ROW_HEIGHT = 17.25
"""Height of a filled row of one line, in points."""
_HIGHEST_ROW = 409.0
"""Excel allows no higher row, whatever its text needs."""
_SIDE_MARGIN, _TOP_MARGIN, _BOTTOM_MARGIN, _PRINTED = 0.4, 0.4, 0.5, 10.9
"""Margins, and the width of A4 landscape between them, in inches."""
_PAGE = (595.0 - 72 * (_TOP_MARGIN + _BOTTOM_MARGIN)) / 0.82
"""Points of rows on A4 landscape, at the largest scale that any program and font gives this width."""
_FEWEST_ROWS = 5
"""Least rows on the last page of a filled form, so that it never holds the 填表说明 alone."""
_PIXELS, _PADDING = 8, 5
"""Pixels of a character of 宋体 11 and of a cell's padding, by which Excel measures columns."""
_PAST_WIDTH, _PAST_HEADING = 8.0, 26.0
"""Width of a column of last year's figures, and the least of all together."""
_PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
"""Actions that protection still allows: all except changing the form itself."""

_MIDDLE = {"valign": "vcenter"}
_BOXED = {**_MIDDLE, "border": 1, "align": "center", "text_wrap": True}
_COUNT = {**_BOXED, "align": "right", "text_wrap": False, "num_format": "#,##0_ "}
_BESIDE = {**_MIDDLE, "align": "left", "indent": 1}
_INPUT = {"bg_color": INPUT_COLOUR, "locked": False}
_SAMPLE = {"bg_color": "#F2F2F2", "font_color": "#595959"}
_PALE = {"font_color": "#595959"}
_STYLES: dict[str, dict[str, Any]] = {
    "bar": {**_MIDDLE, "align": "left", "bold": True, "text_wrap": True},
    "key": {**_MIDDLE, "font_name": DISPLAY_FONT, "font_size": 14},
    "title": {**_MIDDLE, "align": "center", "bold": True, "font_size": 20},
    "seal": {**_MIDDLE, "align": "left"},
    "label": {**_MIDDLE, "align": "right", "shrink": True},
    "blank": {**_MIDDLE, **_INPUT, "align": "left", "text_wrap": True, "bottom": 1, "num_format": "@"},
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


def _lines_needed(text: str, columns: float) -> int:
    """The lines that a wrapped text takes in a cell of this width, which keeps some padding."""
    return wrapped_lines(text, max(columns - 2, 1))


class Slot(Struct, frozen=True):
    """A piece of the line above the table: the seal, a label, or the blank that follows it."""

    text: str
    """The text printed there; empty for a blank."""
    key: str
    """Header key; empty for the seal."""
    row: int
    left: int
    right: int

    @property
    def is_blank(self) -> bool:
        """Whether the slot is to be filled in."""
        return not self.text


class LastYear(Struct, frozen=True):
    """Last year's figures of one form's regions."""

    year: int | None
    rows: Mapping[str, Mapping[str, Scalar]]
    """Official name of the region → field key → value."""


class FormContent(Struct, frozen=True):
    """The content of one form's sheet."""

    form: Form
    header: Mapping[str, Found] = field(default_factory=dict)
    """Header key → value; an absent one stays blank."""
    rows: Sequence[Mapping[str, Found]] = ()
    """Filled rows, field key → value (the form has its serial numbers); no text becomes a number."""
    spare: int = 0
    """Blank numbered rows below them."""
    sample: bool = True
    """Whether the 样例 row is printed; real rows then start at number 2, else at 1."""
    ellipsis: bool = False
    """Whether a …… row is above 合计, where further rows may be inserted."""
    last_year: LastYear | None = None
    """Last year's figures, shown beside the form."""
    expected: Sequence[str] = ()
    """Regions that the self-check reports as missing if they have no row."""
    standing: str = ""
    """`NOT_PASSED` or `DRAFT`, printed above the title of a form that must not be sent as it is."""
    code: str | None = None
    """校验码 for the page footer of a filled form."""
    send: str = ""
    """By when and to whom the form is to be sent, for the top line."""

    @property
    def is_filled(self) -> bool:
        """Whether the form is to be stamped rather than filled in."""
        return not self.sample


class Layout:
    """The positions of one sheet, as wide as the widest of ``forms``, so that all print at one scale."""

    def __init__(self, content: FormContent, forms: Sequence[Form] = ()) -> None:
        self.form, self.content = content.form, content
        self._place_columns(forms)
        self._place_rows()

    def _place_columns(self, forms: Sequence[Form]) -> None:
        form, content = self.form, self.content
        names = [width(found_text(row.get(form.region.key))) for row in content.rows]
        region_width = int(max(names, default=0))
        totals = [total_value(content.rows, column.key) or 0 for column in form.columns]
        # A narrower column would not show the digits of its 合计.
        pairs = zip(form.columns, totals, strict=True)
        widths = [max(_width(column, region_width), len(f"{total:,}") + 2.0) for column, total in pairs]
        if not content.last_year:
            whole = (sum(_width(column, region_width) for column in each.columns) for each in forms)
            widths[-1] += max(0.0, max((_WIDTH, *whole)) - sum(widths))
        self.widths = tuple(widths)
        """Width of each column of the form, in characters."""
        self.columns = {column.key: index for index, column in enumerate(form.columns)}
        """Field key → column."""
        self.last_column = len(form.columns) - 1
        self.note_column = 2
        """The column where the 填表说明 begin, right of their label, which is under 地区."""
        past = form.of_kind(Kind.COUNT) if content.last_year else ()
        self.past = {column.key: place for place, column in enumerate(past, len(form.columns))}
        """Field key → column of last year's figures, right of the form; empty if they are not shown."""
        self.past_width = max(_PAST_WIDTH, _PAST_HEADING / max(1, len(past)))
        """Width of each column of last year's figures."""
        self.check_column = len(form.columns) + len(past)
        """The column of the live self-check, right of all others and never printed."""
        self.all_widths = (*self.widths, *[self.past_width] * len(past), CHECK_WIDTH)
        """Width of every column, those of the help included."""
        pixels = sum(characters * _PIXELS + _PADDING for characters in self.all_widths)
        self.zoom = max(_LEAST_ZOOM, min(100, int(100 * _SCREEN / pixels)))
        """Per cent of zoom that shows form and help, except perhaps the end of the self-check."""
        self.slots = tuple(_slots(self.widths))
        """The pieces of the header."""
        needed = [(bool(c.group), _lines_needed(c.heading, self.widths[self.columns[c.key]])) for c in form.columns]
        grouped = max((lines for below_group, lines in needed if below_group), default=1)
        alone = max((lines for below_group, lines in needed if not below_group), default=1)
        upper = _LINE_HEIGHT + 3
        wide = {slot.key: sum(self.widths[slot.left : slot.right + 1]) for slot in self.slots if slot.is_blank}
        written = [_lines_needed(found_text(content.header.get(key)) or "", room) for key, room in wide.items()]
        lower = max(grouped * _LINE_HEIGHT + 3, alone * _LINE_HEIGHT + 6 - upper)
        self.heading = HEADER_ROW + 1
        """The first of the two heading rows."""
        self.head_heights = {
            KEY_ROW: 20.0,
            TITLE_ROW: 28.0,
            # People may type two lines.
            HEADER_ROW: max(26.0 if content.is_filled else 2 * _LINE_HEIGHT, _LINE_HEIGHT * max(written)),
            self.heading: upper,
            self.heading + 1: lower,
        }
        """Height of each row down to the headings, in points; none cuts its text."""

    def _place_rows(self) -> None:
        content = self.content
        self.sample_row = self.heading + 2 if content.sample else None
        self.first = self.heading + (3 if content.sample else 2)
        """The first row of data."""
        # A total needs a row above it, even if nothing was sent.
        self.last = self.first + max(1, len(content.rows) + content.spare) - 1 + content.ellipsis
        """The last row that 合计 adds up: the …… row, if there is one."""
        self.total = self.last + 1
        """The 合计 row."""
        self.notes = self.total + 2
        """The first line of the 填表说明, below a blank line as in the notice."""
        self.absent = self.notes - 1
        """The line beside which the self-check names the regions that still lack a row."""
        self.bottom = self.notes + len(self.form.instructions) - 1
        """The last row of the sheet."""
        self.serial_start = 2 if content.sample else 1
        """The first number of the data rows: the sample has number 1."""

    def slot(self, key: str) -> Slot:
        """The blank of a header field."""
        return next(slot for slot in self.slots if slot.is_blank and slot.key == key)

    def runs(self, keys: Sequence[str]) -> list[tuple[int, int]]:
        """These columns as ranges of neighbours: first and last column of each."""
        found: list[tuple[int, int]] = []
        for number in sorted(self.columns[key] for key in keys):
            first = found.pop()[0] if found and found[-1][1] == number - 1 else number
            found.append((first, number))
        return found

    def range_of(self, key: str) -> str:
        """The data cells of a column, as ``C8:C53``."""
        return str(xl_range(self.first, self.columns[key], self.last, self.columns[key]))

    def row_height(self, cells: Mapping[str, object]) -> float:
        """Height in points at which a row shows all texts of these values."""
        texts = ((value, self.widths[self.columns[key]]) for key, value in cells.items() if isinstance(value, str))
        lines = max((_lines_needed(text, room) for text, room in texts), default=1)
        return min(lines * _LINE_HEIGHT + 4, _HIGHEST_ROW) if lines > 1 else ROW_HEIGHT

    def note_height(self, text: str) -> float:
        """Height of a line of the 填表说明, in points."""
        return _lines_needed(text, sum(self.widths[self.note_column :])) * (_LINE_HEIGHT + 0.5)


def _width(column: Column, region_width: int) -> float:
    # Broken where the edition breaks it, else into a few lines.
    lines = column.heading.split("\n")
    longest = max(map(width, lines)) if len(lines) > 1 else math.ceil(width(column.heading) / _HEADING_LINES)
    least = _CALLS_WIDTH if column.measure == _CALLS else _COLUMN_WIDTHS[column.kind]
    needed = max(least, longest + 2)
    if column.kind is Kind.REGION:
        needed = max(needed, min(region_width + 2, _WIDEST_REGION))
    return float(needed)


def _slots(widths: Sequence[float]) -> Iterator[Slot]:
    """The seal and each label and blank, divided among the columns."""
    pieces = [(SEAL, ""), *((text, item.key) for item in HEADER for text in (f"{item.label}：", ""))]
    left = 0
    for number, (text, key) in enumerate(pieces, 1):
        room = width(text) + 1.0 if text else _HEADER_ROOM[key]
        # At least one column is left for each further piece; the last takes all that remain.
        stop = len(widths) - (len(pieces) - number)
        right = left if number < len(pieces) else stop - 1
        while right + 1 < stop and sum(widths[left : right + 1]) < room - _LACK:
            right += 1
        yield Slot(text, key, HEADER_ROW, left, right)
        left = right + 1


def page_breaks(layout: Layout, heights: Sequence[float]) -> list[int]:
    """The rows that begin further pages of a filled form; none for a blank form, which grows."""
    if not layout.content.is_filled:
        return []
    used, breaks = sum(layout.head_heights.values()), list[int]()
    headings = layout.head_heights[layout.heading] + layout.head_heights[layout.heading + 1]
    for row, height in enumerate(heights):
        if used + height > _PAGE:
            breaks.append(row)
            used = headings
        used += height
    below = ROW_HEIGHT + _LINE_HEIGHT + sum(map(layout.note_height, layout.form.instructions))
    if used + below > _PAGE:
        breaks.append(max(len(heights) - _FEWEST_ROWS, 1, *(row + 1 for row in breaks)))
    return [layout.first + row for row in breaks]


def lay_out(sheet: Any, layout: Layout, heights: Sequence[float], *, protect: bool) -> None:
    """Set columns, view, protection and paper: A4 landscape, headings repeated, no help or fills printed."""
    first, last, check, right = layout.first, layout.last, layout.check_column, layout.last_column
    for column, wide in enumerate(layout.all_widths):
        sheet.set_column(column, column, wide)
    sheet.set_row(BAR_ROW, 2 * _LINE_HEIGHT + 2)  # by when and to whom may take a second line
    sheet.set_zoom(layout.zoom)
    beside = layout.columns[layout.form.region.key] + 1
    sheet.freeze_panes(layout.heading + 2, beside)
    sheet.set_selection(first, beside, first, beside)
    sheet.hide_gridlines(2)
    # No green corners on intended content: open check cells, a mobile as text, a total without the sample.
    meant = {
        "number_stored_as_text": xl_range(HEADER_ROW, 0, last, right),
        "formula_unlocked": xl_range(HEADER_ROW, check, layout.absent, check),
        "formula_range": xl_range(layout.total, 0, layout.total, right),
    }
    sheet.ignore_errors(meant)
    if protect:
        sheet.protect("", _PROTECTION)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks(page_breaks(layout, heights))
    # A form narrowed by the help beside it is not printed larger, which would cost a page.
    side = _SIDE_MARGIN + max(0.0, 1 - sum(layout.widths) / _WIDTH) * _PRINTED / 2
    sheet.set_margins(left=side, right=side, top=_TOP_MARGIN, bottom=_BOTTOM_MARGIN)
    sheet.center_horizontally()
    sheet.print_area(KEY_ROW, 0, layout.bottom, layout.last_column)
    sheet.repeat_rows(layout.heading, layout.heading + 1)
    sheet.print_black_and_white()
    printed_code = f"&L校验码：{layout.content.code}" if layout.content.code else ""
    sheet.set_footer(f"{printed_code}&C第&P页，共&N页", {"margin": 0.25})


def form_look(styles: Styles, name: str, plain: bool = False) -> Any:
    """The format of this name; ``plain``: without a fill, for printing and stamping."""
    look = _STYLES[name]
    return styles.get(**{key: value for key, value in look.items() if not (plain and key == "bg_color")})


def cell_content(value: Found) -> FormValue:
    """A value as a cell of the form holds it: 是 and 否 for truth values, whole floats as whole numbers."""
    if value is None:
        return None
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return value if abs(value) < LARGEST_EXACT else str(value)  # otherwise Excel would change it silently
    return safe(value) or None


def total_value(rows: Iterable[Mapping[str, object]], key: str) -> int | float | None:
    """The 合计 of a column: texts are ignored, as by SUM; None without a figure."""
    figures = [value for row in rows if isinstance(value := row.get(key), int | float)]
    return sum(figures) if figures else None
