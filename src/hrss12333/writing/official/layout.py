"""A sheet of the official form: its content, and the place of everything on it: rows, columns, widths, blanks.

Pure geometry, worked out from a `FormContent` alone; rows and columns count from 0, as XlsxWriter takes them. What the
notice prints lies inside the print area; the tool's own help (the bar on top, the 自检 column on the right) lies
outside it.

On paper the form takes as few A4 pages as its rows allow while it can be read, and no page without rows: a form a
little too long for a page is printed smaller; only where that would be too small it takes one page more, and then the
rows are spread over all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from msgspec import Struct, field
from xlsxwriter.utility import xl_range

from hrss12333.model.filing import Found
from hrss12333.survey.frame import HEADER, SEAL
from hrss12333.survey.schema import Column, Form, Kind, Scalar
from hrss12333.wording.values import found_text
from hrss12333.writing.sheet_text import width, wrapped_lines
from hrss12333.writing.workbook import A4

ELLIPSIS = "……"
"""Printed by the notice in the last row before 合计: more rows may be here."""
BAR_ROW = 0
KEY_ROW = 1
TITLE_ROW = 2
HEADER_ROW = 3
CHECK_WIDTH, _READABLE = 74, 52
"""Width of the self-check's column, and of what is seen of it at first; a text that is longer begins with what matters most."""
_SCREEN = 1366 - 66
"""Pixels of a small screen that are left for cells."""
_COLUMN_WIDTHS = {Kind.SERIAL: 5, Kind.REGION: 12, Kind.COUNT: 11, Kind.YESNO: 10, Kind.CHOICE: 10, Kind.TEXT: 16}
_WIDEST_REGION = 24
_HEADING_LINES = 3
_HEADER_ROOM = {"unit": 18, "name": 12, "mobile": 14, "email": 24}
"""Width that each blank of the header should have at least, in characters."""
_LACK = 2.0
"""Characters that a piece of the header may lack: its text is shrunk."""
_LINE_HEIGHT = 15.0
"""Height of one printed line, in points."""
ROW_HEIGHT = 18.0
"""Height of a row of one line, in points."""
_HIGHEST_ROW = 409.0
"""No row of a sheet can be higher, whatever its text needs."""
KEY_HEIGHT, TITLE_HEIGHT, HEADER_HEIGHT = 20.0, 34.0, 30.0
_SIDE_MARGIN, _TOP_MARGIN, _BOTTOM_MARGIN = 0.5, 0.6, 0.7
"""Margins, in inches."""
_HIGHEST = 595.0 - 72 * (_TOP_MARGIN + _BOTTOM_MARGIN)
"""Points of A4 landscape between them."""
_SMALLEST = 0.65
"""Scale below which 11 points can no longer be read with ease."""
_AS_WIDE = 0.79
"""Scale at which the form is as wide as the paper."""
_PIXELS, _PADDING = 8, 5
"""Pixels of a character of 宋体 11 and of a cell's padding, on the screen by which Excel measures columns."""


def _lines_needed(text: str, columns: float) -> int:
    """The lines that a wrapped text takes in a cell of this width; a cell keeps a little room at its sides."""
    return wrapped_lines(text, max(columns - 2, 1))


class Slot(Struct, frozen=True):
    """One piece of the line above the table: the seal, a label, or the blank that follows it."""

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
    """Header key → value; what is absent stays blank."""
    rows: Sequence[Mapping[str, Found]] = ()
    """Filled rows, field key → value (serial numbers are the form's own). True and False are printed as 是 and 否;
    a text stays a text, also where the form wants a number."""
    spare: int = 0
    """Blank numbered rows below them."""
    sample: bool = True
    """Whether the 样例 row is printed; real rows then start at number 2, else at 1."""
    ellipsis: bool = False
    """Whether a …… row is above 合计, where further rows may be inserted."""
    last_year: LastYear | None = None
    """Last year's figures, to be shown beside the form."""
    expected: Sequence[str] = ()
    """Regions that the self-check misses where they have no row."""
    failed: bool = False
    """Whether what is filled in must not be sent like this, which is printed above the title."""
    code: str | None = None
    """校验码 for the page footer of a filled form."""


class Layout:
    """The places of one sheet, which is as wide as any of the survey's ``forms``, so that all are printed alike."""

    def __init__(self, content: FormContent, forms: Sequence[Form] = ()) -> None:
        self.form = form = content.form
        self.content = content
        region_width = int(max((width(found_text(row.get(form.region.key))) for row in content.rows), default=0))
        widths = [max(_width(column, region_width), _total_width(content, column)) for column in form.columns]
        whole = max((sum(_width(column, region_width) for column in each.columns) for each in forms), default=0.0)
        widths[-1] += max(0.0, whole - sum(widths))
        self.widths = tuple(widths)
        """Width of each column of the form, in characters."""
        self.columns = {column.key: index for index, column in enumerate(form.columns)}
        """Field key → column."""
        self.last_column = len(form.columns) - 1
        self.note_column = 2
        """The column where the text of the 填表说明 begins, right of its label, which is under 地区."""
        self.check_column = len(form.columns)
        """The column of the live self-check, right of the form and never printed."""
        beside = (form.region, *form.data) if content.last_year else ()
        self.past = {column.key: place for place, column in enumerate(beside, self.check_column + 1)}
        """Field key → column of last year's figures, right of the self-check; none where they are not shown."""
        whole_width = sum(characters * _PIXELS + _PADDING for characters in (*self.widths, _READABLE))
        self.zoom = min(100, int(100 * _SCREEN / whole_width))
        """Per cent at which the form and the self-check beside it are seen whole."""
        self.slots = tuple(_slots(self.widths))
        """The pieces of the header."""
        self.heading = HEADER_ROW + 1
        """The first of the two heading rows."""
        self.sample_row = self.heading + 2 if content.sample else None
        self.first = self.heading + (3 if content.sample else 2)
        """The first row of data."""
        # A total needs a row above it, even where nothing was sent.
        self.last = self.first + max(1, len(content.rows) + content.spare) - 1 + content.ellipsis
        """The last row that 合计 covers: the …… row, where there is one."""
        self.total = self.last + 1
        """The 合计 row."""
        self.notes = self.total + 2
        """The first line of the 填表说明; a blank line is above it, as in the notice."""
        self.absent = self.notes - 1
        """The line beside which the self-check names the regions that still need a row."""
        self.bottom = self.notes + len(form.instructions) - 1
        """The last row of the sheet."""
        self.serial_start = 2 if content.sample else 1
        """The first number of the data rows: the sample is number 1."""
        needed = [(bool(c.group), _lines_needed(c.heading, self.widths[self.columns[c.key]])) for c in form.columns]
        grouped = max((lines for below_group, lines in needed if below_group), default=1)
        alone = max((lines for below_group, lines in needed if not below_group), default=1)
        upper = _LINE_HEIGHT + 6
        self.heading_heights = upper, max(grouped * _LINE_HEIGHT + 6, alone * _LINE_HEIGHT + 6 - upper)
        """Height of the two heading rows, in points: no heading is cut."""

    def slot(self, key: str) -> Slot:
        """The blank of a header field."""
        return next(slot for slot in self.slots if slot.is_blank and slot.key == key)

    def runs(self, keys: Sequence[str]) -> list[tuple[int, int]]:
        """These columns as ranges of neighbours, first and last column of each."""
        found: list[tuple[int, int]] = []
        for number in sorted(self.columns[key] for key in keys):
            first = found.pop()[0] if found and found[-1][1] == number - 1 else number
            found.append((first, number))
        return found

    def range_of(self, key: str) -> str:
        """The data cells of a column, as ``C8:C53``."""
        return str(xl_range(self.first, self.columns[key], self.last, self.columns[key]))

    def text_height(self, texts: Sequence[tuple[str, str]]) -> float:
        """Height that a row needs to show these (field key, text) whole, in points; 0 where one line does."""
        lines = max((_lines_needed(text, self.widths[self.columns[key]]) for key, text in texts), default=1)
        return min(lines * _LINE_HEIGHT + 6, _HIGHEST_ROW) if lines > 1 else 0.0

    def note_height(self, text: str) -> float:
        """Height of a line of the 填表说明, in points."""
        return _lines_needed(text, sum(self.widths[self.note_column :])) * _LINE_HEIGHT + 3


def _width(column: Column, region_width: int) -> float:
    # Broken where the edition breaks it, else into a few lines.
    lines = column.heading.split("\n")
    longest = max(map(width, lines)) if len(lines) > 1 else math.ceil(width(column.heading) / _HEADING_LINES)
    needed = max(_COLUMN_WIDTHS[column.kind], longest + 2)
    if column.kind is Kind.REGION:
        needed = max(needed, min(region_width + 2, _WIDEST_REGION))
    return float(needed)


def _total_width(content: FormContent, column: Column) -> float:
    """Width of a column's 合计, whose digits a narrower column would not show."""
    return float(len(f"{sum(found for row in content.rows if isinstance(found := row.get(column.key), int)):,}"))


def _slots(widths: Sequence[float]) -> Iterator[Slot]:
    """The seal and every (label, blank), divided among the columns."""
    pieces = [(SEAL, ""), *((text, item.key) for item in HEADER for text in (f"{item.label}：", ""))]
    left = 0
    for number, (text, key) in enumerate(pieces, 1):
        room = width(text) + 1.0 if text else _HEADER_ROOM[key]
        # One column at least is left for each piece to come; the last one takes all that are left.
        stop = len(widths) - (len(pieces) - number)
        right = left if number < len(pieces) else stop - 1
        while right + 1 < stop and sum(widths[left : right + 1]) < room - _LACK:
            right += 1
        yield Slot(text, key, HEADER_ROW, left, right)
        left = right + 1


def pages_needed(layout: Layout, needed: Sequence[float]) -> int:
    """The pages that the form takes; ``needed`` is the height that the text of each row needs, 0 for one line."""
    pages, row = 1, max([ROW_HEIGHT, *needed])  # a page ends where a row does: one row a page may be lost
    while (_depths(layout, needed, pages)[1] + (pages - 1) * row) * _SMALLEST > _HIGHEST * pages:
        pages += 1
    return pages


def _depths(layout: Layout, needed: Sequence[float], pages: int) -> tuple[list[float], float]:
    """Points down to the first row and to the end of each, and of all that is printed."""
    headings = sum(layout.heading_heights)
    above = KEY_HEIGHT + TITLE_HEIGHT + HEADER_HEIGHT + headings + ROW_HEIGHT
    ends = [*accumulate((max(ROW_HEIGHT, height) for height in needed), initial=above)]
    notes = _LINE_HEIGHT + sum(layout.note_height(text) for text in layout.form.instructions)
    return ends, ends[-1] + ROW_HEIGHT + notes + (pages - 1) * headings


def page_breaks(layout: Layout, needed: Sequence[float], pages: int) -> list[int]:
    """The rows that begin the pages after the first, all about equally full, where these pages hold a filled form that is as
    wide as they are: filled one by one, the last might have notes alone. None of a blank form, whose rows may be deleted."""
    if pages == 1 or layout.content.ellipsis:
        return []
    (ends, whole), headings = _depths(layout, needed, pages), sum(layout.heading_heights)
    full = [whole * page / pages - (page - 1) * headings for page in range(1, pages)]
    rows = [min(range(1, len(ends)), key=lambda at: abs(ends[at] - end)) for end in full]
    marks = [0.0, *(ends[row] + page * headings for page, row in enumerate(rows)), whole]
    fits = all(end - start <= _HIGHEST / _AS_WIDE for start, end in pairwise(marks))
    return [layout.first + row for row in rows] if fits else []


def lay_on_paper(sheet: Any, layout: Layout, needed: Sequence[float]) -> None:
    """A4 landscape, the headings on every page; help and fills stay off the paper. Programs ignore breaks where a
    number of pages is set."""
    pages = pages_needed(layout, needed)
    breaks = page_breaks(layout, needed, pages)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0 if breaks else pages)
    sheet.set_h_pagebreaks(breaks)
    sheet.set_margins(left=_SIDE_MARGIN, right=_SIDE_MARGIN, top=_TOP_MARGIN, bottom=_BOTTOM_MARGIN)
    sheet.center_horizontally()
    sheet.print_area(KEY_ROW, 0, layout.bottom, layout.last_column)
    sheet.repeat_rows(layout.heading, layout.heading + 1)
    sheet.print_black_and_white()
    printed_code = f"&L校验码：{layout.content.code}" if layout.content.code else ""
    sheet.set_footer(f"{printed_code}&C第&P页，共&N页")
