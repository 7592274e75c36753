"""Opening, formatting and closing of every workbook (no text becomes a formula, the same content gives the
same bytes); texts for cells: allowed characters, width, line breaks of headings; charts: native bars that
the reader can edit, in shades of one colour that differ in grey print."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Url, Worksheet

from hrss12333.model.check_code import GENERATOR
from hrss12333.patterns import harmless
from hrss12333.survey.schema import LARGEST_EXACT
from hrss12333.wording.text import words
from hrss12333.wording.values import public_text

if TYPE_CHECKING:
    from hrss12333.published import Chart

A4 = 9
"""The number of this paper in a workbook."""
INPUT_COLOUR = "#FFFBE6"
BODY_FONT = "宋体"
DISPLAY_FONT = "黑体"
SAFE: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""No text ever becomes a formula, a link or a number."""

OWN_ROW = "\0"
"""Placeholder in a formula for the number of its row, the only difference between a column's formulas."""
CellContent = str | float | None
"""The content of a cell; None for a blank one with a format."""
LookAndContent = tuple[Any, CellContent]
"""The format of a cell, or None, and its content; None for both means no cell."""
_SHARED = ' t="s"'
"""Marks a cell whose text is in the table that all sheets share."""
_letters = cache(xl_col_to_name)
ACCENT, PALE, MIDDLE, LIGHT, INK = "#1F4E79", "#A9BFD6", "#A6A6A6", "#DDDDDD", "#404040"
"""One colour, dark and pale; the rest are greys."""
_PART_COLOURS = (ACCENT, MIDDLE, LIGHT, INK)
_AXIS_LINE = {"color": "#7F7F7F"}
_ROOM = 1.18
"""Ratio of the axis to the longest bar, which leaves room for the value after the bar."""
_BAR_PIXELS, _REST, _LEGEND = 2.0, 75, 75
"""Pixels of a bar and its gap per point of its letters; of title and edges; of the legend."""
_LONGEST_CELL = 32_000
"""Characters written into a cell, which holds 32,767."""
CUT = "……（过长，已截断）"


def safe(text: str) -> str:
    """The text without control characters, cut to what a cell can hold."""
    if text.isprintable() and len(text) <= _LONGEST_CELL:
        return text  # nearly every text
    tidy = harmless(text.replace("\r\n", "\n").replace("\r", "\n"))
    return tidy if len(tidy) <= _LONGEST_CELL else tidy[: _LONGEST_CELL - len(CUT)] + CUT


@lru_cache(maxsize=4096)
def public(text: str) -> str:
    """The safe text without 手机号 and 邮箱, for a sheet that may leave the office."""
    return public_text(safe(text))


@cache  # asked about every character of every text; there are few different ones
def _half_widths(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def width(text: str) -> float:
    """Width of the widest line, in half-width characters."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max([sum(map(_half_widths, line)) for line in text.split("\n")])


def wrapped_lines(text: str, columns: float) -> int:
    """The number of lines that the text takes in a cell of this width in half-width characters."""
    if 2 * len(text) < columns and "\n" not in text:
        return 1
    return sum(max(1, -(-int(width(line) + 0.999) // max(1, int(columns)))) for line in text.split("\n"))


def broken(heading: str, columns: float) -> str:
    """The heading, broken between words if it takes several lines: 年度培训, then 人次."""
    if width(heading) <= columns - 0.5:
        return heading
    return "\n".join(line for part in heading.split("\n") for line in _lines_of(part, columns))


def _lines_of(part: str, columns: float) -> Iterator[str]:
    line = ""
    for piece in words(part) if width(part) > columns else [part]:
        if line and width(line + piece) > columns:
            yield line
            line = ""
        line += piece
    yield line


class Styles:
    """The formats of one workbook, each made on first use."""

    def __init__(self, workbook: Any, **common: Any) -> None:
        """``common``: properties of every format that does not set them otherwise."""
        self.get = cache(lambda **properties: workbook.add_format({**common, **properties}))
        """The format with these properties."""


class TableSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet that writes its cells, formulas and links as prepared text.

    XlsxWriter makes an object of each, and searches a formula thirty times for functions newer than Excel
    2007, which this program does not use: most of the work of a form or a large merge. This class uses the
    library's internals, so its version is pinned; tests compare it with the ordinary way, cell by cell."""

    dim_rowmin: int
    dim_rowmax: int
    rel_count: int

    def __init__(self) -> None:
        super().__init__()
        self._style = cache(lambda look: "" if look is None else f' s="{look._get_xf_index()}"')
        """A format → the attribute of its cells; formats are numbered in order of first use here."""
        self._spelt = cache(lambda formula: self._escape_data(formula.removeprefix("=")))
        """The formula of a column → its spelling in the file."""
        self._relations: dict[str, int] = {}
        """Address of a file → the number of the relation that all the sheet's links to it share."""

    def put(self, row: int, column: int, look: Any, content: CellContent) -> None:
        """Write a plain cell; a blank one for an empty text."""
        self._check_dimensions(row, column)
        if cell := self._prepared(look, None if content == "" else content):
            self.table[row][column] = cell

    def span(self, row: int, columns: tuple[int, int], look: Any, content: CellContent, rows: int = 1) -> None:
        """Write into a range from its first to its last column, merged if it is more than one cell."""
        first, last = columns
        if first < last or rows > 1:
            self.merge_range(row, first, row + rows - 1, last, "", look)
        self.put(row, first, look, content)

    def add(self, row: int, cells: Sequence[LookAndContent]) -> None:
        """Write a row of plain cells from column A on."""
        for column in (0, len(cells) - 1):
            self._check_dimensions(row, column)
        written = self.table[row]
        for column, (look, content) in enumerate(cells):
            if cell := self._prepared(look, None if content == "" else content):
                written[column] = cell

    def figure(
        self, place: tuple[int, int], formula: str, look: Any, value: CellContent, link: str | None = None
    ) -> None:
        """Write a formula, naming its row by `OWN_ROW`, with its value and a link to the figure's source."""
        row, column = place
        spelt, held = self._spelt(formula).replace(OWN_ROW, str(row + 1)), "" if value is None else value
        kind, held = (' t="str"', self._escape_data(held)) if isinstance(held, str) and held else ("", held)
        self._check_dimensions(row, column)
        self.table[row][column] = f"{self._style(look)}{kind}><f>{spelt}</f><v>{held}</v></c>"
        if link and value is not None:
            self.hyperlinks[row][column] = f'" location="{link.removeprefix("internal:")}"'

    def link(self, rows: range, column: int, url: str) -> None:
        """Hyperlink a column's cells in these rows to a file, with one link for all."""
        if url not in self._relations:
            self.rel_count += 1
            self._relations[url] = self.rel_count
            self.external_hyper_links.append(["/hyperlink", Url(url)._target(), "External"])
        to = f":{_letters(column)}{rows.stop}" if len(rows) > 1 else ""
        self.hyperlinks[rows.start][column] = f'{to}" r:id="rId{self._relations[url]}"'

    def _prepared(self, look: Any, content: CellContent) -> str:
        """The text of a cell after its address; empty if there is no cell."""
        style = self._style(look)
        if type(content) is int and -LARGEST_EXACT < content < LARGEST_EXACT:
            return f"{style}><v>{content}</v></c>"
        if isinstance(content, str):
            return f"{style}{_SHARED}><v>{self.str_table._get_shared_string_index(content)}</v></c>"
        if content is None:
            return f"{style}/>" if style else ""
        return f"{style}><v>{content:.16G}</v></c>"

    def _write_rows(self) -> None:
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, about = self.table.get(row), self.row_info.get(row)
            if not cells:
                if about is not None:
                    self._write_empty_row(row, None, about)
                continue
            self._write_row(row, None, about)
            for column, cell in sorted(cells.items()):
                if type(cell) is str:
                    self.fh.write(f'<c r="{_letters(column)}{row + 1}"{cell}')
                else:
                    self._write_cell(row, column, cell)
            self._xml_end_tag("row")

    def _write_hyperlinks(self) -> None:
        if self.hyperlinks:
            self._xml_start_tag("hyperlinks")
            for row, links in sorted(self.hyperlinks.items()):
                for column, target in sorted(links.items()):
                    self.fh.write(f'<hyperlink ref="{xl_rowcol_to_cell(row, column)}{target}/>')
            self._xml_end_tag("hyperlinks")


@contextmanager
def new_workbook(
    target: Path | BytesIO, year: int, properties: dict[str, Any], font: tuple[str, int], **options: Any
) -> Iterator[Any]:
    """An XlsxWriter workbook about a year, written to ``target`` when the block succeeds.

    Unless its ``properties`` give a date it has the day after the year, so that the bytes never differ.
    Column widths count digits of the default ``font`` (name and points). Raises `OSError` if it cannot be
    written, which `replacing` reports under the user's name for the file."""
    default = {"font_name": font[0], "font_size": font[1], "font_scheme": "none"}
    settings = {**options, **SAFE, "default_format_properties": default, "in_memory": True}
    workbook = xlsxwriter.Workbook(target if isinstance(target, BytesIO) else str(target), settings)
    workbook.set_properties({"author": GENERATOR, "created": datetime(year + 1, 1, 1), **properties})
    yield workbook
    try:
        workbook.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise (cause if isinstance(cause, OSError) else OSError(str(cause))) from error


def same_bytes(data: bytes) -> bytes:
    """A package with its parts sorted by name (content types first, as required), all with one date."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in sorted(package.namelist()):
            about = ZipInfo(name)  # of 1980, the first year that a zip can hold
            about.compress_type = ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            target.writestr(about, package.read(name))
    return out.getvalue()


def draw(
    workbook: Any,
    chart: Chart,
    refer: Callable[[int], dict[str, Any]],
    *,
    size: float,
    title: str = "",
    room: float = _ROOM,
) -> Any:
    """The XlsxWriter chart, with letters of this ``size`` in points, ready to be placed.

    ``room``: ratio of the axis to the longest bar, which its value follows. ``refer``: number of a series,
    from 1 → its ``categories`` and ``values`` as XlsxWriter takes them."""
    stacked, nothing = chart.is_stacked, {"none": True}
    made = workbook.add_chart({"type": "bar", **({"subtype": "stacked"} if stacked else {})})
    font = {"name": DISPLAY_FONT, "size": size}
    gap = 45 if len(chart.names) > 12 else 80
    for number, series in enumerate(chart.series):
        look: dict[str, Any] = {"name": series.name, **refer(number + 1), "border": nothing, "gap": gap}
        look["fill"] = {"color": _PART_COLOURS[number % len(_PART_COLOURS)] if chart.nation_at is None else PALE}
        if chart.nation_at is not None:
            look["points"] = [None] * chart.nation_at + [{"fill": {"color": ACCENT}}]
        if series is chart.series[-1]:
            place = "inside_base" if stacked else "outside_end"
            look["data_labels"] = {"value": True, "position": place, "num_format": chart.num_format, "font": font}
            if stacked:
                # An invisible bar as long as all parts together, begun where they end, bears their sum.
                look["fill"] = nothing
        made.add_series(look)
    made.set_title({"name": title, "name_font": {**font, "size": size + 3, "bold": False}} if title else nothing)
    made.set_legend({"position": "top", "font": font} if stacked else nothing)
    marks = {"major_tick_mark": "none", "minor_tick_mark": "none"}
    made.set_y_axis({"reverse": True, "num_font": font, "line": _AXIS_LINE, "interval_unit": 1, **marks})
    longest = max((value or 0 for value in chart.series[-1].values), default=0)
    # Every bar has its figure: a scale would only repeat it.
    made.set_x_axis({"visible": False, "min": 0, "max": longest * room or 1, "major_gridlines": {"visible": False}})
    made.set_chartarea({"border": nothing})
    return made


def pixels_high(chart: Chart, size: float) -> int:
    """Height of the chart with letters of this size, such that each bar has its name beside it."""
    count, rest = len(chart.names), _REST + _LEGEND * chart.is_stacked
    return rest + count * max(round(_BAR_PIXELS * size), min(26, 260 // count))
