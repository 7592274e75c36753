"""HTML that calls itself .xls: what office systems export, and what Excel saves as a web page. One grid a table.

The parser of libxml2 reads it, which fetches nothing; no style sheet is applied, but what Excel says by one (struck out,
hidden, a number format) is looked up by its class.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.formats.coloured_text import is_parted
from hrss12333.reading.formats.html_colours import Colours
from hrss12333.reading.formats.html_styles import (
    Look,
    Looks,
    is_hidden,
    is_raised,
    is_silent,
    is_struck,
    shown_field,
)
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.number_formats import scale_of, shown_as
from hrss12333.reading.formats.plain_text import decoded, typed
from hrss12333.reading.grid import Book, Box, Cell, Grid

_MOST_CELLS = 1_000_000
_MOST_SPAN = 1_000
_DEEPEST = 40
_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "center")
_END = lazy(r"</(?:html|body)\s*>", re.I)
"""What stands after it is shown all the same, as the second of two pages in one file, but the parser stops there."""
_SPACES = lazy(r"[ \t\r\n\f]+")
_SHEET_NAME = lazy(r"<x:Name>([^<]*)</x:Name>", re.I)


def read_html(data: bytes) -> Book:
    """Every table of a page.

    Raises:
        FileProblem: F001 where it cannot be read, F004 where it is too large.
    """
    from lxml import etree

    text = _END.sub("", decoded(data))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    if root is None:
        raise damaged()
    reader = _Reader(Looks(text))
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            reader.start(element)
        else:
            reader.end(element)
    grids = reader.finish()
    names = _SHEET_NAME.findall(text)
    if len(names) == len(grids):
        grids = [replace(grid, name=name) for grid, name in zip(grids, names, strict=True)]
    return Book("html", tuple(grids))


class _Cell(Struct):
    """A cell while it is read."""

    row: int
    column: int
    rows: int
    columns: int
    number: str | None
    code: str
    """Its number format."""
    parts: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    colour: str = ""
    """Of the letters that were read last."""
    unseen: list[str] = field(default_factory=list)
    """Texts in the colour of their background."""


class _Table(Struct):
    """A table while it is read."""

    number: int
    before: tuple[str, ...]
    rows: list[list[Cell]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    """Column → rows for which a cell above goes on, this one included."""
    cell: _Cell | None = None
    marks: Marks = field(default_factory=Marks)


class _Reader:
    """Follows the elements of a page in their order."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._around: list[Look] = []
        """Of the elements that are open."""
        self._grids: dict[int, Grid] = {}
        self._open: list[_Table] = []
        self._loose: list[str] = []
        self._outer: int | None = None
        self._tables = self._cells = 0
        self._silent = self._struck = 0
        self._colours = Colours()

    def start(self, element: Any) -> None:
        """An element begins."""
        tag, look = self._tag(element), self._looks.of(element)
        self._around.append(look)
        self._colours.enter(element, tag, look)
        if is_silent(element, tag, look):
            self._silent += 1
        if is_struck(tag, look):
            self._struck += 1
        if tag == "table" and not self._silent:
            self._begin_table()
        elif self._open and not self._silent:
            if tag == "tr":
                self._row(hidden=is_hidden(element, look))
            elif tag in ("td", "th"):
                self._begin_cell(element, look.code)
        if tag in _BLOCKS:
            self._text("\n", keep=True)
        if is_raised(tag, look):
            self._text("[")
        if tag == "input":
            self._text(shown_field(element))
        self._text(element.text)

    def end(self, element: Any) -> None:
        """An element ends."""
        tag, look = self._tag(element), self._around.pop()
        if is_raised(tag, look):
            self._text("]")
        if self._open and not self._silent:
            if tag in ("td", "th"):
                self._end_cell()
            elif tag == "table":
                self._end_table()
        if tag in _BLOCKS:
            self._text("\n", keep=True)
        if is_silent(element, tag, look):
            self._silent -= 1
        if is_struck(tag, look):
            self._struck -= 1
        self._colours.leave()
        self._text(element.tail)

    def finish(self) -> list[Grid]:
        """The grids of all tables."""
        while self._open:
            self._end_cell()
            self._end_table()
        self._between()
        return [self._grids[number] for number in sorted(self._grids) if self._grids[number].cells]

    @staticmethod
    def _tag(element: Any) -> str:
        return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""

    def _text(self, text: str | None, *, keep: bool = False) -> None:
        if not text or self._silent:
            return
        if not keep:
            text = _SPACES.sub(" ", text).replace("\xa0", " ")
        cell = self._open[-1].cell if self._open else None
        if cell is not None:
            if is_parted("".join(cell.parts[-1:]), text, (cell.colour, self._colours.letters)):
                cell.parts.append("\n")
            cell.colour = self._colours.letters
            hidden = cell.struck if self._struck else cell.unseen if self._colours.hide else cell.parts
            (hidden if text.strip() else cell.parts).append(text)
        elif not self._open:
            self._loose.append(text)

    def _between(self) -> tuple[str, ...]:
        """The lines since the last table, which end that one and begin the next."""
        lines = tuple(line for line in map(str.strip, "".join(self._loose).split("\n")) if line)
        self._loose = []
        if self._outer is not None:
            self._grids[self._outer] = replace(self._grids[self._outer], after=lines)
        return lines

    def _begin_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            raise too_large()
        before = self._between() if not self._open else ()
        self._open.append(_Table(self._tables, before))
        self._tables += 1

    def _end_table(self) -> None:
        table = self._open.pop()
        merges = tuple(
            replace(box, bottom=min(box.bottom, len(table.rows) - 1))
            for box in table.boxes
            if box.bottom > box.top or box.right > box.left
        )
        grid = Grid(f"表格{table.number + 1}", tuple(table.rows), merges=merges, before=table.before)
        self._grids[table.number] = table.marks.on(grid)
        if not self._open:
            self._outer = table.number

    def _row(self, *, hidden: bool) -> None:
        table = self._open[-1]
        self._end_cell()
        table.rows.append([])
        self._count(len(table.taken))
        table.taken = {column: rows - 1 for column, rows in table.taken.items() if rows > 1}
        if hidden:
            table.marks.hidden_rows.add(len(table.rows) - 1)

    def _count(self, cells: int) -> None:
        """Note that there are so many cells more, of which each costs its time.

        Raises:
            FileProblem: F004 where there are too many.
        """
        self._cells += cells
        if self._cells > _MOST_CELLS:
            raise too_large()

    def _begin_cell(self, element: Any, code: str) -> None:
        """A cell begins, right of those that cells above reach down to."""
        table = self._open[-1]
        self._end_cell()
        if not table.rows:
            table.rows.append([])
        row = table.rows[-1]
        while table.taken.get(len(row)):
            row.append(None)
            self._count(1)
        table.cell = _Cell(
            len(table.rows) - 1,
            len(row),
            _span(element.get("rowspan")),
            _span(element.get("colspan")),
            element.get("x:num", element.get("num", element.get("sdval"))),
            code,
        )

    def _end_cell(self) -> None:
        """A cell ends: its text goes into the row as a value, and what was struck out or unseen in it into the
        marks."""
        table = self._open[-1]
        cell, table.cell = table.cell, None
        if cell is None:
            return
        text = "\n".join(filter(None, (line.strip() for line in "".join(cell.parts).split("\n"))))
        value = _numbered(cell.number, text)
        at = (cell.row, cell.column)
        if cell.struck or (cell.unseen and text):
            table.marks.struck[at] = text or None
            value = typed(text or "".join(cell.struck).strip())
        elif cell.unseen:
            table.marks.invisible.add(at)
            value = typed("".join(cell.unseen).strip())
        if (scale := scale_of(cell.code)) != 1:
            table.marks.scales[at] = scale
        elif isinstance(value, int | float) and (shown := shown_as(cell.code, value)):
            table.marks.shown[at] = shown
        self._count(cell.columns)
        table.rows[-1] += [value, *[None] * (cell.columns - 1)]
        table.boxes.append(Box(cell.row, cell.column, cell.row + cell.rows - 1, cell.column + cell.columns - 1))
        if cell.rows > 1:
            table.taken |= dict.fromkeys(range(cell.column, cell.column + cell.columns), cell.rows)


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.strip().isdecimal() else 1


def _numbered(number: str | None, text: str) -> Cell:
    """The number itself, where Excel gives it beside what it shows (12,346 for 12345.6)."""
    if number:
        try:
            return float(number)
        except ValueError:
            return text
    return typed(text)
