"""HTML that calls itself .xls: what office systems export, and what Excel saves as a web page, or as one file (.mht) with a
page of each sheet. One grid a table.

The parser of libxml2 reads it, which fetches nothing; no style sheet is applied, but what a style strikes out, hides or
raises is looked up by its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.formats.plain_text import decoded, typed
from hrss12333.reading.formats.sheet_builder import HIDDEN, RAISED, STRUCK, Room, Sheet, what_remains
from hrss12333.reading.grid import Book, Cell, Grid

_MOST_SPAN = 1_000
_DEEPEST = 40
_MOST_LOOKS = 2_000
"""Styles of elements that are remembered: most cells of a page have one of a few."""
_MOST_PAGES = 100
_BLOCKS = frozenset(("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "center"))
_SILENT = frozenset(("script", "style", "head", "title", "noscript", "template", "comment"))
_LOOK_OF_TAG = {"s": STRUCK, "strike": STRUCK, "del": STRUCK, "sup": RAISED, "sub": RAISED}
_SAYS = {
    HIDDEN: lazy(r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|mso-hide:all|font-size:0(?![.\d]*[1-9]))"),
    STRUCK: lazy(r"(?:^|;)text-decoration[\w-]*:[^;]*line-through"),
    RAISED: lazy(r"(?:^|;)vertical-align:(?:super|sub)\b"),
}
"""Look → how a style gives it, written small and without blanks."""
_CLASS = lazy(r"\.([\w-]+)\s*\{([^{}]*)\}")
_END = lazy(r"</(?:html|body)\s*>", re.I)
"""What stands after it is shown all the same, as the second of two pages in one file, but the parser stops there."""
_SPACES = lazy(r"[ \t\r\n\f]+")
_SHEET_NAME = lazy(r"<x:Name>([^<]*)</x:Name>", re.I)
_Look = frozenset[str]
_PLAIN: _Look = frozenset()


def read_mhtml(data: bytes) -> Book:
    """Every table of every page in one file.

    Raises:
        FileProblem: as `read_html` does.
    """
    grids: list[Grid] = []
    for number, part in enumerate(BytesParser(policy=policy.default).parsebytes(data).walk()):
        content = part.get_payload(decode=True)
        if number < _MOST_PAGES and part.get_content_type() == "text/html" and isinstance(content, bytes):
            grids += read_html(content).grids
    return Book("html", tuple(grids))


def read_html(data: bytes) -> Book:
    """Every table of a page.

    Raises:
        FileProblem: F001 where it cannot be read, F004 where it is too large.
    """
    from lxml import etree

    text = _END.sub("", decoded(data))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    if root is None:
        raise damaged()
    reader = _Reader(text)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            reader.start(element, element.tag)
        else:
            reader.end(element, element.tag)
    grids = reader.finish()
    names = _SHEET_NAME.findall(text)
    if len(names) == len(grids):
        grids = [replace(grid, name=name) for grid, name in zip(grids, names, strict=True)]
    return Book("html", tuple(grids))


class _Looks:
    """How the elements of a page look: each style of the page is read once, and so is each that elements share."""

    def __init__(self, page: str) -> None:
        self._styles = dict(_CLASS.findall(page))
        self._of_classes: dict[str, _Look] = {}
        self._known: dict[tuple[str, str], _Look] = {}

    def of(self, element: Any) -> _Look:
        """How an element looks by its class and its style."""
        if not element.attrib:
            return _PLAIN
        said = element.get("style") or "", element.get("class") or ""
        if said not in self._known:
            if len(self._known) >= _MOST_LOOKS:
                self._known.clear()
            self._known[said] = _look(said[0]).union(*map(self._of_class, dict.fromkeys(said[1].split())))
        return self._known[said]

    def _of_class(self, name: str) -> _Look:
        if name not in self._of_classes:
            self._of_classes[name] = _look(self._styles.get(name, ""))
        return self._of_classes[name]


def _look(style: str) -> _Look:
    said = "".join(style.lower().split())
    return frozenset(look for look, pattern in _SAYS.items() if pattern.search(said)) if said else _PLAIN


class _Cell(Struct):
    """A cell while it is read."""

    at: tuple[int, int]
    rows: int
    columns: int
    number: str | None
    """The number that Excel and LibreOffice give beside what they show (12,346 for 12345.6)."""
    pieces: list[tuple[str, _Look]] = field(default_factory=list)
    comment: str = ""


class _Table(Struct):
    """A table while it is read."""

    number: int
    sheet: Sheet
    before: tuple[str, ...]
    taken: dict[int, int] = field(default_factory=dict)
    """Column → rows for which a cell above goes on, this one included."""
    cell: _Cell | None = None


class _Reader:
    """Follows the elements of a page in their order."""

    def __init__(self, page: str) -> None:
        self._looks = _Looks(page)
        self._around: list[_Look] = [_PLAIN]
        """How texts look within the elements that are open."""
        self._room = Room()
        self._open: list[_Table] = []
        self._grids: dict[int, Grid] = {}
        self._loose: list[str] = []
        self._outer: int | None = None

    def start(self, element: Any, tag: str) -> None:
        """An element begins."""
        own = self._looks.of(element)
        if tag in _LOOK_OF_TAG:
            own = own | {_LOOK_OF_TAG[tag]}
        hidden = HIDDEN in own or "hidden" in element.attrib
        if tag == "tr" and hidden:  # it is kept, as one that is hidden
            own -= {HIDDEN}
        elif hidden or tag in _SILENT or (tag == "option" and not _is_chosen(element)):
            own = own | {HIDDEN}
        if tag in ("td", "th", "table", "tr"):
            own -= {RAISED}  # there it is said of the whole cell
        self._around.append(self._around[-1] | own)
        if HIDDEN not in self._around[-1]:
            if tag == "table":
                self._begin_table()
            elif tag == "tr" and self._open:
                self._begin_row(hidden=hidden)
            elif tag in ("td", "th") and self._open:
                self._begin_cell(element)
            elif tag == "input":
                self._text(_shown_field(element))
        elif tag == "comment" and self._open and (cell := self._open[-1].cell):  # as LibreOffice writes it
            cell.comment = " ".join("".join(element.itertext()).split())
        self._text("\n" if tag in _BLOCKS else "", keep=True)
        self._text(element.text)

    def end(self, element: Any, tag: str) -> None:
        """An element ends."""
        if self._open and HIDDEN not in self._around[-1]:
            if tag in ("td", "th"):
                self._end_cell()
            elif tag == "table":
                self._end_table()
        self._text("\n" if tag in _BLOCKS else "", keep=True)
        self._around.pop()
        self._text(element.tail)

    def finish(self) -> list[Grid]:
        """The grids of all tables."""
        while self._open:
            self._end_table()
        self._between()
        return [grid for _, grid in sorted(self._grids.items()) if grid.cells]

    def _text(self, text: str | None, *, keep: bool = False) -> None:
        if not text or HIDDEN in self._around[-1]:
            return
        if not keep:
            text = _SPACES.sub(" ", text).replace("\xa0", " ")
        if not self._open:
            self._loose.append(text)
        elif cell := self._open[-1].cell:
            cell.pieces.append((text, self._around[-1]))

    def _between(self) -> tuple[str, ...]:
        """The lines since the last table, which end that one and begin the next."""
        lines = tuple(_lines("".join(self._loose)))
        self._loose = []
        if self._outer is not None:
            self._grids[self._outer] = replace(self._grids[self._outer], after=lines)
        return lines

    def _begin_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            raise too_large()
        number = len(self._grids) + len(self._open)
        self._open.append(_Table(number, Sheet(f"表格{number + 1}", self._room), () if self._open else self._between()))

    def _end_table(self) -> None:
        self._end_cell()
        table = self._open.pop()
        table.sheet.merges = [
            replace(box, bottom=min(box.bottom, len(table.sheet.rows) - 1)) for box in table.sheet.merges
        ]
        self._grids[table.number] = table.sheet.grid(table.before)
        if not self._open:
            self._outer = table.number

    def _begin_row(self, *, hidden: bool) -> None:
        table = self._open[-1]
        self._end_cell()
        table.sheet.rows.append([])
        self._room.take(cells=len(table.taken))
        table.taken = {column: rows - 1 for column, rows in table.taken.items() if rows > 1}
        if hidden:
            table.sheet.marks.hidden_rows.add(len(table.sheet.rows) - 1)

    def _begin_cell(self, element: Any) -> None:
        """A cell begins, right of those that cells above reach down to."""
        table = self._open[-1]
        self._end_cell()
        if not table.sheet.rows:
            table.sheet.rows.append([])
        column = len(table.sheet.rows[-1])
        while table.taken.get(column):
            column += 1
        number = element.get("x:num", element.get("num", element.get("sdval")))
        at = (len(table.sheet.rows) - 1, column)
        table.cell = _Cell(at, _span(element.get("rowspan")), _span(element.get("colspan")), number)

    def _end_cell(self) -> None:
        """A cell ends: what it says goes into the sheet as a value, and what was struck out in it is noted."""
        table = self._open[-1]
        cell, table.cell = table.cell, None
        if cell is None:
            return
        said, gone = what_remains(cell.pieces)
        text = "\n".join(_lines(said))
        value = typed(text or gone) if cell.number is None else _numbered(cell.number, text or gone)
        table.sheet.put(cell.at, value, gone, width=cell.columns)
        if gone and not text:
            table.sheet.marks.struck[cell.at] = None
        if cell.comment:
            table.sheet.marks.comments[cell.at] = cell.comment
        table.sheet.note_shown(cell.at, value, text)
        table.sheet.merge(cell.at, cell.rows, cell.columns)
        if cell.rows > 1:
            first = cell.at[1]
            table.taken |= dict.fromkeys(range(first, first + cell.columns), cell.rows)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text that hold anything."""
    return filter(None, map(str.strip, text.split("\n")))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.strip().isdecimal() else 1


def _numbered(number: str, text: str) -> Cell:
    try:
        return float(number)
    except ValueError:
        return typed(text)


def _shown_field(element: Any) -> str:
    """What an input field of a form shows: the text in it, or whether it is ticked."""
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☐" if element.get("checked") is None else "☑"
    return element.get("value", "") if kind in ("text", "number", "tel") else ""


def _is_chosen(option: Any) -> bool:
    """Whether a list shows this of its options: the one that is chosen, else the first."""
    if option.get("selected") is not None or option.getprevious() is not None:
        return option.get("selected") is not None
    return all(other.get("selected") is None for other in option.itersiblings())
