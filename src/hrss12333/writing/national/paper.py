"""How every sheet of the national workbook is headed and laid on paper: nothing that is printed is smaller than 7.5 points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Any

from msgspec import Struct

from hrss12333.survey.schema import Form, Kind
from hrss12333.writing.national.book import ColumnHead, NationalBook
from hrss12333.writing.national.styles import HEAD_FILL, HEADING
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import A4

_PRINTED_WIDTH = 1040
"""Pixels between the side margins of A4 landscape at full scale."""
PRINTED_HEIGHT = 528
"""Points between its upper and lower margins, less what programs differ by."""
SMALLEST_SCALE = 75
"""Percent: ten points are then printed as seven and a half, and nothing of a table is smaller."""
_LARGEST_SCALE = 82.0
"""Percent: what is printed larger only takes more paper."""
_FILLED_SHARE = 0.93
"""Share of the page to fill: other programs and fonts draw columns wider."""
_WIDEST = _PRINTED_WIDTH * _FILLED_SHARE * 100 / SMALLEST_SCALE
"""Pixels of columns that a page holds at that scale."""
TITLE_HIGH, ROW_HIGH, LINE_HIGH = 24.0, 12.0, 13.0
"""Points of a title, of a row of a table, and of each line where it holds several."""


class Page(Struct):
    """One sheet as it is headed and laid on paper."""

    book: NationalBook
    sheet: Any
    columns: Sequence[ColumnHead]
    breaks: Sequence[int] = ()
    """The columns that begin a new page (`page_breaks`), where the first ones come again."""
    repeated: int = 1
    """How many those are."""
    last: int | None = None
    """The last column that is put on paper; None where all are."""

    @property
    def widths(self) -> list[float]:
        """Of its columns, in half-width characters."""
        return [column.width for column in self.columns]

    @property
    def first(self) -> Sequence[float]:
        """Widths of the columns of the first page, over which title and explanations run."""
        return self.widths[: min([*self.breaks, len(self.widths) if self.last is None else self.last + 1])]

    def title(self, title: str, remarks: Sequence[str] = ()) -> int:
        """Write title and explanations; returns the row below them.

        Where the first columns are repeated on every page the title stands right of them, or each page would begin with a
        scrap.
        """
        column = self.repeated if self.breaks else 0
        self.sheet.set_row(0, TITLE_HIGH)
        self.sheet.write_string(0, column, public(title), self.book.styles.title)
        self.notes(1, remarks, column)
        return len(remarks) + 1

    def measures(self, row: int, form: Form) -> None:
        """单位：次、人、个 at the right end of the line above a table's headings."""
        units = dict.fromkeys(column.unit for column in form.of_kind(Kind.COUNT))
        text = f"单位：{'、'.join(filter(None, units))}"
        self.sheet.set_row(row, ROW_HIGH)
        self.sheet.write_string(row, len(self.first) - 1, text, self.book.styles.get(align="right"))

    def notes(self, row: int, notes: Sequence[str], column: int = 1) -> float:
        """Explanations, a row each, from this column on, so that they run over no page; returns how high they stand."""
        tall, look, widths = 0.0, self.book.styles.note, self.first
        for at, text in enumerate(notes, row):
            lead = "注：" if at == row else "　　"
            tidy = public(f"{lead}{at - row + 1}．{text}" if len(notes) > 1 else lead + text)
            high = 13 * wrapped_lines(tidy, 0.98 * sum(widths[column:])) + 1.0
            self.sheet.merge_range(at, column, at, len(widths) - 1, "", look)
            self.sheet.write_string(at, column, tidy, look)
            self.sheet.set_row(at, high)
            tall += high
        return tall

    def headings(self, row: int) -> float:
        """Two lines of headings: each group over its columns, and below it every column's own; returns their height.

        The lower line is complete, so that a filter or another program finds every name in one row; where there is no
        group the two cells look as one. A group that runs over a page is named on both.
        """
        styles, sheet = self.book.styles, self.sheet
        pages = [bisect_right(self.breaks, at) for at in range(len(self.columns))]
        at = 0
        for (name, _), run in groupby(zip((column.group for column in self.columns), pages, strict=True)):
            first, at = at, at + len([*run])
            if name and at - first > 1:
                sheet.merge_range(row, first, row, at - 1, name, styles.heading)
            elif name:
                sheet.write_string(row, first, name, styles.heading)
            else:
                for column in range(first, at):
                    sheet.write_blank(row, column, None, styles.cell(bg_color=HEAD_FILL, bottom=0))
        sheet.set_row(row, 15)
        return 15 + self.heading_line(row + 1, below_groups=True)

    def heading_line(self, row: int, *, below_groups: bool = False) -> float:
        """A line of column headings, as high as the longest needs; returns its height in points. Below groups those of none
        have no line between themselves and the cell over them."""
        most = max(wrapped_lines(column.heading, column.width - 1) for column in self.columns)
        self.sheet.set_row(row, 14 * most + 4)
        plain, joined = self.book.styles.heading, self.book.styles.cell(**HEADING, top=0)
        for at, column in enumerate(self.columns):
            look = joined if below_groups and not column.group else plain
            self.sheet.write_string(row, at, column.heading, look)
        return 14.0 * most + 4

    def lay_out(self, headings: tuple[int, int] | None = None, *, high: float = 0.0, rows: int | None = None) -> float:
        """A4 landscape, pages numbered, these rows of headings on each; columns as wide as given. Returns the points that a
        page holds.

        The scale is what the widest page needs, and what lets so many points stand ``high`` on one page, as far as that
        can be read. ``rows`` is the last row that is put on paper, where not all is.
        """
        sheet, last = self.sheet, len(self.widths) - 1 if self.last is None else self.last
        for column, wide in enumerate(self.widths):
            sheet.set_column(column, column, wide)
        breaks = [at for at in self.breaks if at <= last]
        edges = [0, *breaks, last + 1]
        pixels = [wide * 7 + 5 for wide in self.widths]
        known = sum(pixels[: self.repeated])
        needed = [sum(pixels[start:end]) + (known if start else 0) for start, end in pairwise(edges)]
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.3, bottom=0.4)
        sheet.set_footer("&L&10&A&C&10第&P页，共&N页&R&10&F", {"scale_with_doc": False, "margin": 0.2})
        sheet.center_horizontally()
        if headings:
            sheet.repeat_rows(*headings)
        if breaks:
            sheet.repeat_columns(0, self.repeated - 1)
            sheet.set_v_pagebreaks(breaks)
        if rows is not None:
            sheet.print_area(0, 0, rows, last)
        width = 100 * _FILLED_SHARE * _PRINTED_WIDTH / max(needed)
        scale = min(_LARGEST_SCALE, width, 100 * PRINTED_HEIGHT / high if high else _LARGEST_SCALE)
        sheet.set_print_scale(scale := max(SMALLEST_SCALE, int(scale)))
        return 100 * PRINTED_HEIGHT / scale


def set_lines(sheet: Any, row: int, lines: int) -> float:
    """A row of a table as high as so many lines need; returns its height."""
    if lines == 1:
        return ROW_HIGH
    sheet.set_row(row, LINE_HIGH * lines)
    return LINE_HIGH * lines


def page_breaks(widths: Sequence[float], starts: Iterable[int], repeated: int = 1) -> list[int]:
    """Which of these columns begin a new page, so that every page can be read and the pages are about equally full; the
    first columns are repeated on each."""
    pixels, edges = [wide * 7 + 5 for wide in widths], [*sorted(starts), len(widths)]
    blocks = [(start, sum(pixels[start:end])) for start, end in pairwise(edges)]
    ahead, known = sum(pixels[: edges[0]]), sum(pixels[:repeated])

    def packed(room: float) -> list[int]:
        found, filled = [], ahead
        for start, wide in blocks:
            if filled + wide > room:
                found.append(start)
                filled = known
            filled += wide
        return found

    found = packed(_WIDEST)
    for room in range(int(_WIDEST), int(_WIDEST) // 2, -20) if found else ():
        closer = packed(room)
        if len(closer) > len(found):
            break
        found = closer
    return found


def line_breaks(high: Sequence[float], below: float, room: float) -> list[int]:
    """Which of these lines begin a new page, or what is ``below`` the last does, which stays on one; about equally full."""

    def packed(room: float) -> list[int]:
        found, filled = [], below
        for at in range(len(high), 0, -1):
            if filled + high[at - 1] > room:
                found.append(at)
                filled = 0.0
            filled += high[at - 1]
        return found[::-1]

    found = packed(room)
    while found and room > 0 and len(closer := packed(room := room - ROW_HIGH)) == len(found):
        found = closer
    return found
