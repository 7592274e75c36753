"""The workbook being written: what every sheet needs of it, and how every sheet is laid on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from hrss12333.merging.last_year import Previous
from hrss12333.model.filing import column_letters
from hrss12333.model.national import National
from hrss12333.model.summary_lines import ASKED_KEY, COUNTED_KEY, UNIT_KEY, Line
from hrss12333.survey.schema import YES, Form
from hrss12333.writing.national.block_rows import rows_of
from hrss12333.writing.national.links import Links
from hrss12333.writing.national.styles import HEAD_FILL, TableStyles
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import A4, OWN_ROW

if TYPE_CHECKING:
    from hrss12333.merging.since import Progress

AREA_KEY = "@area"
NOW_KEY, BEFORE_KEY, CHANGE_KEY = "@now", "@before", "@change"
"""Behind a figure's key: this year's over the rows of both years, last year's, and the change; `BEFORE_KEY` before a
field's: last year's figure of a row."""
PAGE_WIDTH = 1040
"""Pixels between the side margins of A4 landscape at full scale."""
PAGE_HEIGHT = 490
"""Points between its upper and lower margins, less what programs differ by."""
SMALLEST_SCALE = 40
READABLE_SCALE = 55
SPARE = 0.88
"""Share of the page to fill: other programs and fonts draw columns up to a tenth wider."""


class ColumnHead(Struct, frozen=True):
    """A column of a sheet: the key by which it is read back, its heading, and how wide it is."""

    key: str
    """A field, figure or indicator key; with @ before it where the column is none of the survey's."""
    heading: str
    width: float = 0.0


class Span(Struct, frozen=True):
    """Where the rows of a 明细 sheet stand; rows and columns count from 0."""

    sheet: str
    first: int
    last: int
    columns: Mapping[str, int]
    """Key, as in `details.detail_columns` → column."""
    rows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Name of a unit → its first and its last row."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """Key of a figure that is in open question in any row → how the rows name it (`asked_mark`)."""

    def range(self, key: str) -> str:
        """The column's rows as an absolute reference."""
        letters = column_letters(self.columns[key] + 1)
        return f"'{self.sheet}'!${letters}${self.first + 1}:${letters}${self.last + 1}"

    @property
    def of_line(self) -> str:
        """Conditions of COUNTIFS and SUMIFS: the rows that count, of the unit that column A of the formula's row names."""
        return f'{self.of_unit},{self.range(COUNTED_KEY)},"{YES}"'

    @property
    def of_unit(self) -> str:
        """The same, those that do not count too."""
        return f"{self.range(UNIT_KEY)},$A{OWN_ROW}"

    def unasked(self, keys: Collection[str]) -> str:
        """Further conditions: none of these figures is in open question."""
        marks = (mark for key, mark in self.asked.items() if key in keys)
        return "".join(f',{self.range(ASKED_KEY)},"<>*{mark}*"' for mark in marks)

    def link(self, key: str, name: str | None = None) -> str | None:
        """A link to the column's rows of one unit, or to all of them; None where the unit has none."""
        letters = column_letters(self.columns[key] + 1)
        first, last = (self.first, self.last) if name is None else self.rows.get(name, (0, 0))
        return f"internal:'{self.sheet}'!{letters}{first + 1}:{letters}{last + 1}" if first else None


class Block(Struct, frozen=True):
    """Where the lines of a 汇总 or 指标分析 sheet stand; rows and columns count from 0."""

    sheet: str
    first: int
    last: int
    total: int
    columns: Mapping[str, int]
    """Figure or indicator key → column."""
    area: int | None = None
    """Column that names each unit's area; None where the edition does not group its units."""

    @property
    def areas(self) -> int:
        """Row of the first area; the line above says what the block is."""
        return self.total + 2

    def units(self, column: int, *, fixed: bool = False) -> str:
        """The units' cells of a column, as a reference on the same sheet; ``fixed`` for a formula that is repeated."""
        letters = ("$" if fixed else "") + column_letters(column + 1)
        dollar = "$" if fixed else ""
        return f"{letters}{dollar}{self.first + 1}:{letters}{dollar}{self.last + 1}"

    def link(self, column: int) -> str:
        """A link to the units' cells of a column."""
        return f"internal:'{self.sheet}'!{self.units(column)}"

    def cell(self, key: str, row: int | None = None, *, beside: int = 0) -> str:
        """A figure's cell of one line, or of the total, as a reference from another sheet; or one ``beside`` it."""
        letters = column_letters(self.columns[key] + 1 + beside)
        return f"'{self.sheet}'!${letters}${(self.total if row is None else row) + 1}"


class Book(Struct):
    """One workbook while it is written."""

    workbook: Any
    styles: TableStyles
    national: National
    previous: Previous | None
    links: Links
    """Links to the filings, as seen from where the workbook will stand."""
    lines: Mapping[str, list[Line]]
    """Form key → lines of its 汇总."""
    totals: Mapping[str, Line]
    """Form key → line of the nation, or of the whole unit."""
    areas: Mapping[str, Mapping[str, list[Line]]] = field(default_factory=dict)
    """Form key → area → lines of its units; empty where the edition does not group them."""
    spans: dict[str, Span] = field(default_factory=dict)
    """Form key → where its 明细 stands."""
    blocks: dict[str, Block] = field(default_factory=dict)
    """Form key → where its 汇总 stands."""
    few: str = ""
    """What units are not compared by, since too few are in no question; Chinese."""
    progress: Progress | None = None
    """What has become of the questions of an earlier workbook."""
    sentences: Sequence[str] = ()
    """Came, missing, most doubtful: what 概览 begins with."""
    keys: dict[str, Sequence[ColumnHead]] = field(default_factory=dict)
    """Name of a sheet → its columns, of those sheets that are read back."""

    @property
    def forms(self) -> tuple[Form, ...]:
        """The survey's forms."""
        return self.national.edition.forms

    @property
    def year(self) -> int:
        """Year reported on."""
        return self.national.edition.year


def head(book: Book, sheet: Any, title: str, remarks: Sequence[str], *, column: int = 0) -> int:
    """Write title and explanations, which run over the empty cells to their right; returns the row below them.

    Where the first column is repeated on every page they stand in the second, or each page would begin with a scrap.
    """
    sheet.set_row(0, 28)
    sheet.write_string(0, column, public(title), book.styles.title)
    plain = book.styles.get(font_size=9, font_color="#404040", valign="vcenter")
    for number, remark in enumerate(remarks, 1):
        sheet.set_row(number, 14)
        sheet.write_string(number, column, public(remark), plain)
    return len(remarks) + 1


def paper(
    sheet: Any,
    widths: Sequence[float],
    headings: tuple[int, int] | None,
    breaks: Sequence[int] = (),
    *,
    high: float = 0.0,
) -> None:
    """A4 landscape with headings repeated and pages numbered; columns as wide as given (in half-width characters).

    ``breaks`` are the columns that begin a new page; the scale is what the widest page needs, the first column being
    repeated on each, and what lets so many points stand ``high`` on one page, if it can still be read then.
    """
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    pixels = [wide * 7 + 5 for wide in widths]
    edges = [0, *breaks, len(widths)]
    needed = [sum(pixels[start:end]) + (pixels[0] if start else 0) for start, end in pairwise(edges)]
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&9&A&C&9第&P页，共&N页&R&9&F")
    sheet.center_horizontally()
    if headings:
        sheet.repeat_rows(*headings)
    if breaks:
        sheet.repeat_columns(0, 0)
        sheet.set_v_pagebreaks(list(breaks))
        scale = min(100.0, 100 * SPARE * PAGE_WIDTH / max(needed))
        if high and (fitting := 100 * PAGE_HEIGHT / high) >= READABLE_SCALE:
            scale = min(scale, fitting)
        sheet.set_print_scale(max(SMALLEST_SCALE, int(scale)))
    else:
        sheet.fit_to_pages(1, 0)


def write_linked(
    sheet: Any, row: int, column: int, formula: str, look: Any, value: float | None, link: str | None
) -> None:
    """A formula with its value stored (blank where there is none), in a cell that leads to where the figure comes from.

    `OWN_ROW` stands in it for the number of its row.
    """
    rows_of(sheet).figure(row, column, formula, look, "" if value is None else value, link)


def write_headings(
    book: Book,
    sheet: Any,
    row: int,
    groups: Sequence[tuple[str, int]],
    texts: Sequence[str],
    widths: Sequence[float],
    breaks: Sequence[int] = (),
) -> None:
    """Two lines of headings: each group over so many columns, and below it every column's own.

    The lower line is complete, so that a filter or another program finds every name in one row. A group that runs over
    a page is named on both.
    """
    styles, column = book.styles, 0
    for name, size in _parted(groups, breaks):
        if name and size > 1:
            sheet.merge_range(row, column, row, column + size - 1, name, styles.heading)
        elif name:
            sheet.write_string(row, column, name, styles.heading)
        else:
            for at in range(column, column + size):
                sheet.write_blank(row, at, None, styles.cell(bg_color=HEAD_FILL, bottom=0))
        column += size
    heading_line(book, sheet, row + 1, texts, widths)


def _parted(groups: Sequence[tuple[str, int]], breaks: Sequence[int]) -> Iterator[tuple[str, int]]:
    column = 0
    for name, size in groups:
        edges = [column, *(at for at in breaks if column < at < column + size), column + size]
        for start, end in pairwise(edges):
            yield name, end - start
        column += size


def heading_line(book: Book, sheet: Any, row: int, texts: Sequence[str], widths: Sequence[float]) -> float:
    """A line of column headings, as high as the longest needs; returns its height in points."""
    most = max(wrapped_lines(text, wide - 1) for text, wide in zip(texts, widths, strict=True))
    sheet.set_row(row, 14 * most + 6)
    for at, text in enumerate(texts):
        sheet.write_string(row, at, text, book.styles.heading)
    return 14.0 * most + 6
