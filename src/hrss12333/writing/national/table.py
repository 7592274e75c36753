"""The one writer of the national workbook's sheets: columns and lines become cells, on the screen and on paper. Nothing that
is printed is smaller than 7.5 points, and every page of a table after its first says that it continues it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.survey.schema import Form, Kind
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.styles import HEAD_FILL, HEADING
from hrss12333.writing.sheet_text import broken, public, safe, wrapped_lines
from hrss12333.writing.workbook import A4

_PAGE_PIXELS = 967
"""Pixels between the side margins of A4 landscape at full scale, less what programs and fonts differ by."""
PAGE_POINTS = 528
"""Points between its upper and lower margins, likewise."""
SMALLEST_SCALE, _LARGEST_SCALE = 75, 82
"""Percent: ten points are then printed as seven and a half; what is printed larger than that only takes more paper."""
PAGE_WIDE = _PAGE_PIXELS * 100 / SMALLEST_SCALE
"""Pixels of columns that a page holds at the smallest scale."""
ROW_HIGH, LINE_HIGH, _TITLE_HIGH = 14.0, 14.5, 24.0
"""Points of a row of a table, of each line of a text that has several, and of a title."""
_TALL = "&24 "
"""A blank in a part of header and footer without text, taller than the room for them. LibreOffice then takes that room as it
is given. Else it measures their texts, once to count the pages and again to print them, and where a row ends exactly at the
foot prints an empty page more."""
_CONTINUED = f"&L&10&A（续表）&R{_TALL}"
"""The header of every page of a table but the first."""
_LEAST_WIDE, FIGURE_WIDE = 12.0, 1.2
"""Half-width characters of a column of words at least, and of a character of a figure, be it bold, in any program."""
WRAPPED = 0.92
"""Share of a cell's width that a line of text is sure to fill in any program."""
SEAM = 0.7
"""Half-width characters that each column adds, beside its width, to a cell over several."""


class Page(Struct):
    """A sheet while its head, its cells and its print settings are written."""

    book: NationalBook
    sheet: Any
    columns: Sequence[SheetColumn]
    breaks: Sequence[int] = ()
    """The columns that begin a new page."""
    hidden: Collection[int] = ()
    """Columns without content, which are folded away."""
    high: float = 0.0
    """Height of all above the first line, in points."""
    headings: tuple[int, int] = (0, 0)
    """First and last row of the headings, which come again on each page."""

    @property
    def widths(self) -> list[float]:
        """Widths of the columns as shown, in half-width characters."""
        return [0.0 if at in self.hidden else column.width for at, column in enumerate(self.columns)]

    @property
    def printed(self) -> int:
        """The number of columns, from the left, that are printed."""
        return next((at for at, column in enumerate(self.columns) if not column.prints), len(self.columns))

    def head(self, title: str, remarks: Sequence[str] = (), *, grouped: bool = True) -> int:
        """Write title, explanations and headings, of groups too where they are ``grouped``; returns the row of the first
        line."""
        self.sheet.set_row(0, _TITLE_HIGH)
        self.sheet.put(0, 0, self.book.styles.title, public(title))
        self.high = _TITLE_HIGH + self.notes(1, remarks)
        row = 1 + len(remarks)
        self.headings = row, row + grouped
        if grouped:
            self._write_groups(row)
        self._write_headings(row + grouped, below_groups=grouped)
        return row + grouped + 1

    def notes(self, row: int, notes: Sequence[str]) -> float:
        """Explanations, a row each over the width of the first page; returns their height."""
        tall, widths = 0.0, self.widths[: min([*self.breaks, self.printed])]
        room = WRAPPED * sum(wide + SEAM for wide in widths if wide)
        for at, text in enumerate(notes, row):
            lead = "注：" if at == row else "　　"
            tidy = public(f"{lead}{at - row + 1}．{text}" if len(notes) > 1 else lead + text)
            high = LINE_HIGH * wrapped_lines(tidy, room) + 1
            self.sheet.merge_range(at, 0, at, len(widths) - 1, "", self.book.styles.note)
            self.sheet.put(at, 0, self.book.styles.note, tidy)
            self.sheet.set_row(at, high)
            tall += high
        return tall

    def _write_groups(self, row: int) -> None:
        """Each group over its columns; where there is none the cell looks as one with the heading below it."""
        styles, sheet, at, lines = self.book.styles, self.sheet, 0, 1
        for name, run in groupby(self.columns, key=lambda column: column.group):
            own = [*run]
            first, at, wide = at, at + len(own), sum(column.width for column in own)
            text = broken(name, wide)
            lines = max(lines, wrapped_lines(text, wide))
            if name and len(own) > 1:
                sheet.merge_range(row, first, row, at - 1, text, styles.heading)
            elif name:
                sheet.put(row, first, styles.heading, text)
            else:
                for column in range(first, at):
                    sheet.put(row, column, styles.cell(bg_color=HEAD_FILL, bottom=0), None)
        self._end_headings(row, lines)

    def _write_headings(self, row: int, *, below_groups: bool) -> None:
        """Every column's own, as high as the longest needs."""
        texts = [broken(column.heading, column.width) for column in self.columns]
        plain, joined = self.book.styles.heading, self.book.styles.cell(**HEADING, top=0)
        for at, (column, text) in enumerate(zip(self.columns, texts, strict=True)):
            self.sheet.put(row, at, joined if below_groups and not column.group else plain, text)
        shown = zip(texts[: self.printed], self.widths, strict=False)
        self._end_headings(row, max(wrapped_lines(text, wide) for text, wide in shown if wide))

    def _end_headings(self, row: int, lines: int) -> None:
        self.sheet.set_row(row, LINE_HIGH * lines + 3)
        self.high += LINE_HIGH * lines + 3

    def wrapped_high(self, text: str, at: int) -> float:
        """Points of a row in which this text of a column is read whole; 0 where it takes one line."""
        look = self.columns[at].look
        if not text or look not in ("text", "centre"):
            return 0.0
        lines = wrapped_lines(text, WRAPPED * self.columns[at].width - (2.0 if look == "text" else 0.0))
        return LINE_HIGH * lines if lines > 1 else 0.0

    def finish(self, last: int, *, lines: tuple[int, int], frozen: int = 2, high: float = 0.0) -> float:
        """A4 landscape down to the ``last`` row, pages numbered, the headings on each; a filter over these ``lines``,
        the first columns ``frozen``. Returns the points that a page holds; the scale lets ``high`` points fit on one
        page, as far as that can be read."""
        sheet, widths = self.sheet, self.widths
        for at, column in enumerate(self.columns):
            sheet.set_column(at, at, column.width, None, {"hidden": at in self.hidden or column.is_folded})
        sheet.autofilter(self.headings[1], 0, max(lines[1], lines[0]), len(self.columns) - 1)
        sheet.freeze_panes(lines[0], frozen)
        sheet.print_area(0, 0, last, self.printed - 1)
        sheet.repeat_rows(*self.headings)
        breaks = [at for at in self.breaks if at < self.printed]
        if breaks:
            sheet.set_v_pagebreaks(breaks)
        pixels = [wide * 7 + 5 if wide else 0.0 for wide in widths]
        needed = max(sum(pixels[start:end]) for start, end in pairwise([0, *breaks, self.printed]))
        fitting = 100 * PAGE_POINTS / high if high else _LARGEST_SCALE
        scale = max(SMALLEST_SCALE, int(min(_LARGEST_SCALE, 100 * _PAGE_PIXELS / needed, fitting)))
        sheet.set_header(_CONTINUED, {"margin": 0.12})
        on_paper(sheet, scale)
        return 100 * PAGE_POINTS / scale


def on_paper(sheet: Any, scale: int) -> None:
    """A4 landscape at this scale, in percent; every page bears its sheet and its number there, by which programs know
    the first page of a sheet."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.33, bottom=0.4)
    sheet.set_footer(f"&L{_TALL}&C&10&A　第&P页&R&10&F", {"scale_with_doc": False, "margin": 0.2})
    sheet.set_start_page(1)
    sheet.set_print_scale(scale)


def units_of_measure(form: Form) -> str:
    """单位：次、人、个、人次."""
    return f"单位：{'、'.join(filter(None, dict.fromkeys(column.unit for column in form.of_kind(Kind.COUNT))))}。"


def is_dull(shown: Sequence[Any]) -> bool:
    """Whether a column shows the same in every line of several."""
    return len(shown) > 1 and len({*shown}) == 1


def pixels_wide(column: SheetColumn) -> float:
    """Width of a column on the screen."""
    return column.width * 7 + 5


def fitted(columns: Sequence[SheetColumn], hidden: Collection[int] = ()) -> list[SheetColumn]:
    """The columns, the widest as much narrower as a page needs that holds them all; off the paper where no words could be
    read in it."""
    shown = [column for at, column in enumerate(columns) if column.prints and at not in hidden]
    widest = max(shown, key=pixels_wide)
    room = widest.width - max(0.0, sum(map(pixels_wide, shown)) - PAGE_WIDE) / 7
    narrower = replace(widest, width=room) if room >= _LEAST_WIDE else replace(widest, prints=False)
    return [narrower if one is widest else one for one in columns]


def write_table(
    book: NationalBook,
    sheet: Any,
    columns: Sequence[SheetColumn],
    lines: tuple[Sequence[Any], Sequence[Any]],
    remarks: Sequence[str],
) -> None:
    """Fill a sheet of texts: every line by its columns, those that are printed and those that take no paper. Of a sheet with
    lines are folded away columns without a word, and those shown only where their lines differ, where they do not."""
    printed, every = lines[0], [*lines[0], *lines[1]]
    shown = [[column.show(line) for line in every] for column in columns]
    hidden = {
        at
        for at, (column, contents) in enumerate(zip(columns, shown, strict=True) if every else ())
        if (not column.stays and not any(content not in (None, "") for content in contents))
        or (column.varies and is_dull(contents[: len(printed)]))
    }
    page = Page(book, sheet, fitted(columns, hidden), hidden=hidden)
    first = page.head(f"{book.year}年度{sheet.name}", remarks, grouped=False)
    looks = [(column.look, column.mark, safe if column.is_private else public) for column in columns]
    look_of, cell = book.styles.look, sheet.cell
    for row, (line, contents) in enumerate(zip(every, zip(*shown, strict=True), strict=True), first):
        cells = []
        for (look, mark, tidy), content in zip(looks, contents, strict=True):
            text = (content and tidy(content)) or None if isinstance(content, str) else content
            cells.append(cell(look_of(look, mark(line)) if look else None, text))
        sheet.add(row, cells)
    last = first + max(1, len(every)) - 1
    page.finish(first + len(printed) - 1, lines=(first, last))
    for at, column in enumerate(columns):
        if column.look == "date":
            how = {"error_title": "不是日期", "error_message": f"请填日期，例如{book.year + 1}-2-3。"}
            a_day = {"validate": "date", "criteria": ">=", "value": date(book.year, 1, 1), **how}
            sheet.data_validation(first, at, last, at, a_day)
    sheet.ignore_errors({"number_stored_as_text": f"A{first + 1}:XFD{last + 1}"})
    book.keys[sheet.name] = [column for column in columns if column.key]
