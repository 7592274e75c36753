"""The one writer of the national workbook's tables, as wide as the page on paper and with no letter below 8 points."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from hrss12333.writing.national.book import HEAD_FILL, HEADING, NationalBook, SheetColumn, TableStyles
from hrss12333.writing.workbook import A4, CellContent, TableSheet, broken, public, safe, width, wrapped_lines

PAGE_WIDE = 1046 / 0.88
"""Pixels of columns on A4 landscape that shrink 10 points to 8; in LibreOffice columns are 1/16 wider."""
PAGE_HIGH = 530 / 0.81
"""Points of rows between top and bottom margin at the same scale."""
_DENSE, _EDGES, _HIGHEST = 0.92, 3.0, 409.0
"""Share of their amply counted height that several lines take, points beside them, a row's most points."""
LINE_HIGH, _TITLE_HIGH, _BUTTON_HIGH = 14.5, 26.0, 12.0
"""Points of a line of text, of a title, and of the filter button below a heading."""
_PIXELS = 7
"""Pixels of a digit in the font of a national workbook."""
_FOOT = "&24 "
"""A blank in an empty part of the footer, taller than its room, so that LibreOffice keeps the room as it is.
Otherwise it measures the text anew for counting and for printing, and prints an empty page if a row ends
at the foot."""
_LEAST_WIDE = 12.0
"""Least half-width characters of a column of words."""
_DIGIT, _PERCENT, _OTHER_SIGN, _BESIDE = 1.15, 1.8, 0.65, 1.2
"""Half-width characters of the signs in a figure, even in bold, and of the space beside it."""
WRAPPED = 0.95
"""Share of a cell's width that a line of text fills in any program."""
SEAM = 0.7
"""Half-width characters that each column but the first adds to the width of a merged cell."""


class Page(Struct):
    """A sheet while its head, its cells and its print settings are written."""

    styles: TableStyles
    sheet: Any
    columns: Sequence[SheetColumn]
    breaks: Sequence[int] = ()
    """The columns that begin a new page."""
    hidden: Collection[int] = ()
    """Columns without content, which are folded away."""
    high: float = 0.0
    """Height of all above the first line, in points."""
    headings: tuple[int, int] = (0, 0)
    """First and last row of the headings, which every page repeats."""
    is_filtered: bool = False
    """Whether the lines can be filtered by column."""

    @property
    def widths(self) -> list[float]:
        """Widths of the columns as shown, in half-width characters."""
        return [0.0 if at in self.hidden else column.width for at, column in enumerate(self.columns)]

    @property
    def printed(self) -> int:
        """The number of columns, from the left, that are printed."""
        return next((at for at, column in enumerate(self.columns) if not column.prints), len(self.columns))

    def head(self, title: str, remarks: Sequence[str] = (), *, grouped: bool = True) -> int:
        """Write title, explanations and headings (two rows if ``grouped``); returns the first line's row."""
        self.sheet.set_row(0, _TITLE_HIGH)
        self.sheet.put(0, 0, self.styles.title, public(title))
        self.high = _TITLE_HIGH + self.notes(1, remarks)
        row = 1 + len(remarks)
        self.headings = row, row + grouped
        if grouped:
            self._write_groups(row)
        self._write_headings(row + grouped, below_groups=grouped)
        return row + grouped + 1

    def notes(self, row: int, notes: Sequence[str]) -> float:
        """Write explanations, a row each over the width of the first page; returns their height."""
        tall, widths = 0.0, self.widths[: min([*self.breaks, self.printed])]
        room = WRAPPED * sum(wide + SEAM for wide in widths if wide)
        for at, text in enumerate(notes, row):
            lead = "注：" if at == row else "　　"
            tidy = public(f"{lead}{at - row + 1}．{text}" if len(notes) > 1 else lead + text)
            high = LINE_HIGH * wrapped_lines(tidy, room) + 1
            self.sheet.span(at, (0, len(widths) - 1), self.styles.note, tidy)
            self.sheet.set_row(at, high)
            tall += high
        return tall

    def _write_groups(self, row: int) -> None:
        """Write each group over its columns; a cell without a group looks joined to the heading below it."""
        sheet, at, lines = self.sheet, 0, 1
        for name, run in groupby(self.columns, key=lambda column: column.group):
            own = [*run]
            first, at = at, at + len(own)
            wide = sum(self.widths[first:at])
            text = broken(name, wide) if wide else name
            lines = max(lines, wrapped_lines(text, wide) if wide else 1)
            if name:
                sheet.span(row, (first, at - 1), self.styles.heading, text)
                continue
            for column in range(first, at):
                sheet.put(row, column, self.styles.cell(bg_color=HEAD_FILL, bottom=0), None)
        self._end_headings(row, lines)

    def _write_headings(self, row: int, *, below_groups: bool) -> None:
        """Write each column's heading, all as high as the longest needs."""
        texts = [broken(column.heading, column.width) for column in self.columns]
        above: dict[str, Any] = {"valign": "top"} if self.is_filtered else {}  # the buttons are below the words
        plain, joined = (self.styles.cell(**HEADING, **above, **seam) for seam in ({}, {"top": 0}))
        for at, (column, text) in enumerate(zip(self.columns, texts, strict=True)):
            self.sheet.put(row, at, joined if below_groups and not column.group else plain, text)
        shown = zip(texts[: self.printed], self.widths, strict=False)
        lines = max(wrapped_lines(text, wide) for text, wide in shown if wide)
        self._end_headings(row, lines, _BUTTON_HIGH * self.is_filtered)

    def _end_headings(self, row: int, lines: int, more: float = 3.0) -> None:
        self.sheet.set_row(row, LINE_HIGH * lines + more)
        self.high += LINE_HIGH * lines + more

    def wrapped_high(self, text: str, at: int) -> float:
        """Points of a row that shows this text of a column whole; 0 if it fits on one line."""
        look = self.columns[at].look
        if not text or look not in ("text", "centre"):
            return 0.0
        room = self.columns[at].width - (1.0 if look == "text" else 0.0)
        return LINE_HIGH * wrapped_lines(text, WRAPPED * room) if width(text) > room or "\n" in text else 0.0

    def end_line(self, row: int, contents: Sequence[CellContent]) -> None:
        """Fix the height of a row of several lines: programs measure it on the screen, and cut its last line
        on paper. Other rows grow with what staff write."""
        shown = [at for at in range(self.printed) if at not in self.hidden and isinstance(contents[at], str)]
        high = max((self.wrapped_high(str(contents[at]), at) for at in shown), default=0.0)
        if high:
            self.sheet.set_row(row, min(_DENSE * high + _EDGES, _HIGHEST))

    def finish(
        self, last: int, *, lines: tuple[int, int], frozen: int = 2, high: float = 0.0, parted: int | None = None
    ) -> None:
        """Set widths, view and paper: print down to the ``last`` row; filter these ``lines``; break the page
        at row ``parted`` if a table of ``high`` points fits on no page."""
        sheet = self.sheet
        for at, column in enumerate(self.columns):
            sheet.set_column(at, at, column.width, None, {"hidden": at in self.hidden or column.is_folded})
        if self.is_filtered:
            sheet.autofilter(self.headings[1], 0, max(lines[1], lines[0]), len(self.columns) - 1)
        sheet.freeze_panes(lines[0], frozen)
        sheet.repeat_rows(*self.headings)
        ends = [0, *(at for at in self.breaks if at < self.printed), self.printed]
        rows = [(0, last)] if parted is None or high <= PAGE_HIGH else [(0, parted - 1), (parted, last)]
        ranges = (xl_range_abs(top, start, low, end - 1) for start, end in pairwise(ends) for top, low in rows)
        sheet.print_area_range = ",".join(f"{quote_sheetname(sheet.name)}!{cells}" for cells in ranges)
        on_paper(sheet, 1 if 0 < high <= PAGE_HIGH else 0)


def on_paper(sheet: Any, pages: int = 0) -> None:
    """Print on A4 landscape, one page wide and ``pages`` high (0: as many as needed)."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.35, bottom=0.45)
    sheet.set_footer(f"&L{_FOOT}&C&10&A　第&P页，共&N页&R{_FOOT}", {"scale_with_doc": False, "margin": 0.2})
    sheet.fit_to_pages(1, pages)
    sheet.center_horizontally()


def figure_width(text: str) -> float:
    """Width of a column for a figure of this text, in half-width characters."""
    return _BESIDE + sum(_DIGIT if char.isdigit() else _PERCENT if char == "%" else _OTHER_SIGN for char in text)


def is_dull(shown: Sequence[Any]) -> bool:
    """Whether a column shows the same content in each of several lines."""
    return len(shown) > 1 and len({*shown}) == 1


def pixels_wide(column: SheetColumn) -> float:
    """Width of a column on the screen."""
    return column.width * _PIXELS + 5


def _room(shown: Sequence[SheetColumn], digit: int) -> float:
    """Half-width characters of the page left by these columns, negative if they exceed it; ``digit``: pixels
    of a digit in the workbook's font."""
    return (PAGE_WIDE * _PIXELS / digit - sum(map(pixels_wide, shown))) / _PIXELS


def fitted(columns: Sequence[SheetColumn], hidden: Collection[int] = (), digit: int = _PIXELS) -> list[SheetColumn]:
    """The columns, the widest made to fill the page; it is not printed if too narrow for words."""
    shown = [column for at, column in enumerate(columns) if column.prints and at not in hidden]
    widest = max(shown, key=pixels_wide)
    room = widest.width + _room(shown, digit)
    made = replace(widest, width=room) if room >= _LEAST_WIDE else replace(widest, prints=False)
    return [made if one is widest else one for one in columns]


class TextLine(Struct, frozen=True):
    """A line of a sheet of texts."""

    contents: Mapping[str, CellContent]
    """Key of a column, or its heading if it has no key → the content of its cell."""
    marks: Mapping[str, str] = {}
    """Key or heading → the mark of its cell."""
    mark: str = ""
    """The mark of its other cells."""


def write_table(
    book: NationalBook,
    sheet: Any,
    columns: Sequence[SheetColumn],
    lines: tuple[Sequence[TextLine], Sequence[TextLine]],
    remarks: Sequence[str],
) -> None:
    """Fill a sheet of texts, which a later run reads back, with its lines: those printed, and those not."""
    _fill(book.styles, sheet, (f"{book.year}年度{sheet.name}", *remarks), columns, lines, book.year)
    book.keys[sheet.name] = [column for column in columns if column.key]


def write_list(
    workbook: Any, year: int, name: str, title: str, columns: Sequence[SheetColumn], lines: Iterable[Sequence[str]]
) -> None:
    """Add a sheet of numbered lines of texts under title and headings, its columns as wide as texts and page
    allow."""
    sheet, keys = workbook.add_worksheet(name, TableSheet), [column.key or column.heading for column in columns]
    numbered = [TextLine(dict(zip(keys, (at, *line), strict=True))) for at, line in enumerate(lines, 1)]
    longest = [max((width(str(line.contents[key])) for line in numbered), default=0.0) for key in keys]
    shown = [column for column, wide in zip(columns, longest, strict=True) if wide or column.stays]
    room, made = _room(shown, sheet.max_digit_width), list[SheetColumn]()
    for column, wide in zip(columns, longest, strict=True):
        more = max(0.0, min(room, (wide + 2.0) / WRAPPED - column.width))
        made.append(replace(column, width=column.width + more))
        room -= more
    _fill(TableStyles(workbook), sheet, (title,), made, (numbered, ()), year)


def _fill(
    styles: TableStyles,
    sheet: Any,
    head: Sequence[str],
    columns: Sequence[SheetColumn],
    lines: tuple[Sequence[TextLine], Sequence[TextLine]],
    year: int,
) -> None:
    """Fill a sheet of texts, title and remarks first; columns without content are folded away."""
    printed, every = lines[0], [*lines[0], *lines[1]]
    keys = [column.key or column.heading for column in columns]
    shown = [[line.contents.get(key) for line in every] for key in keys]
    hidden = {
        at
        for at, (column, contents) in enumerate(zip(columns, shown, strict=True) if every else ())
        if (not column.stays and not any(content not in (None, "") for content in contents))
        or (column.varies and is_dull(contents[: len(printed)]))
    }
    page = Page(styles, sheet, fitted(columns, hidden, sheet.max_digit_width), hidden=hidden, is_filtered=bool(every))
    first = page.head(head[0], head[1:], grouped=False)
    looks = [
        (key, column.look, safe if column.is_private else public) for key, column in zip(keys, columns, strict=True)
    ]
    for row, line in enumerate(every, first):
        cells = []
        for key, look, tidy in looks:
            content = line.contents.get(key)
            text = (content and tidy(content)) or None if isinstance(content, str) else content
            cells.append((styles.look(look, line.marks.get(key, line.mark)) if look else None, text))
        sheet.add(row, cells)
        page.end_line(row, [text for _, text in cells])
    last = first + max(1, len(every)) - 1
    page.finish(first + len(printed) - 1, lines=(first, last))
    if not printed:  # what would be printed is in a folded column
        sheet.print_area(0, len(columns) - 1, 0, len(columns) - 1)
    how = {"error_title": "不是日期", "error_message": f"请填日期，例如{year + 1}-2-3。"}
    for at in (at for at, column in enumerate(columns) if column.look == "date"):
        a_day = {"validate": "date", "criteria": ">=", "value": date(year, 1, 1), **how}
        sheet.data_validation(first, at, last, at, a_day)
    sheet.ignore_errors({"number_stored_as_text": f"A{first + 1}:XFD{last + 1}"})
