"""HTML that calls itself .xls: what office systems export, and what Excel saves as a web page, or as one file (.mht) with a
page of each sheet. One grid a table.

The parser of libxml2 reads it, which fetches nothing; no style sheet is applied, but what a style strikes out, hides or
raises is looked up by its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email import policy
from email.parser import BytesParser
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import damaged, refused, too_large
from hrss12333.reading.formats.marks import HIDDEN, RAISED, STRUCK, Piece, read_letters
from hrss12333.reading.formats.plain_text import decoded, typed
from hrss12333.reading.formats.sheet_builder import ERROR, SheetBuilder, Tables
from hrss12333.reading.grid import Book, FileProblem, Grid

_MOST_SPAN = 1_000
_DEEPEST = 40
_MOST_PAGES = 100
_LONGEST_CELL = 40
"""Characters up to which what a cell of a page says is one line with its row."""
_BLOCKS = frozenset(("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "center"))
_SILENT = ("script", "style", "head", "title", "noscript", "template", "datalist", "comment")
_LOOK_OF_TAG = {
    **dict.fromkeys(("s", "strike", "del"), (STRUCK,)),
    **dict.fromkeys(("sup", "sub"), (RAISED,)),
    **dict.fromkeys(_SILENT, (HIDDEN,)),
}
_HIDING_STYLES = {
    HIDDEN: lazy(r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|mso-hide:all|font-size:0(?![.\d]*[1-9]))"),
    STRUCK: lazy(r"(?:^|;)text-decoration[\w-]*:[^;]*line-through"),
    RAISED: lazy(r"(?:^|;)vertical-align:(?:super|sub)\b"),
}
"""Look → how a style gives it, written small and without blanks."""
_CLASS = lazy(r"\.([\w-]+)\s*\{([^{}]*)\}")
_END = lazy(r"</(?:html|body)\s*>", re.I)
"""What stands after it is shown all the same, as the second of two pages in one file, but the parser stops there."""
TAG = lazy(r"<[^<>]*>")
_SPACES = lazy(r"[ \t\r\n\f]+")
_SHEET_NAME = lazy(r"<x:Name>([^<]*)</x:Name>", re.I)
_Look = frozenset[str]
_PLAIN_LOOK: _Look = frozenset()


def read_mhtml(data: bytes) -> Book:
    """Every table of every page in one file."""
    grids: list[Grid] = []
    for number, part in enumerate(BytesParser(policy=policy.default).parsebytes(data).walk()):
        content = part.get_payload(decode=True)
        if number < _MOST_PAGES and part.get_content_type() == "text/html" and isinstance(content, bytes):
            grids += read_html(content).grids
    return Book("html", tuple(grids))


def _tree(text: str) -> Any:
    from lxml import etree

    # Without its huge trees the parser leaves out what is nested deeper than 255, as in pages that close no tag; the file is
    # bounded before, and what is deeper than Python's stack is refused below.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    with refused():
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise damaged()
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise too_large()
    return root


def shown_text(page: str) -> str:
    """What a page shows, a line a paragraph or a row of a table, without what it quotes; where it goes too deep for that, all
    that is no tag."""
    from lxml import etree

    try:
        root = _tree(_END.sub("", " ".join(page.splitlines())))
    except FileProblem:
        return TAG.sub(" ", page)
    etree.strip_elements(root, "blockquote", *_SILENT, with_tail=False)
    for cell in [*root.iter("td", "th")]:
        if next(cell.iterdescendants("td", "th"), None) is None:
            words = " ".join("".join(cell.itertext()).split())
            if len(words) <= _LONGEST_CELL:
                cell[:], cell.text = [], words
            cell.tail = f"\t{cell.tail or ''}"
    for end in root.iter(*_BLOCKS, "tr", "table"):
        end.tail = f"\n{end.tail or ''}"
    return "".join(root.itertext()).replace("\xa0", " ")


def read_html(data: bytes) -> Book:
    """Every table of a page."""
    text = _END.sub("", decoded(data))
    root = _tree(text)
    try:
        grids = _HtmlPage(text).read(root)
    except RecursionError as error:
        raise too_large() from error
    names = _SHEET_NAME.findall(text)
    if len(names) == len(grids):
        grids = [replace(grid, name=name) for grid, name in zip(grids, names, strict=True)]
    return Book("html", tuple(grids))


@lru_cache(maxsize=256)  # most cells of a page have one of a few
def _look_of_style(style: str) -> _Look:
    written = "".join(style.lower().split())
    return frozenset(look for look, pattern in _HIDING_STYLES.items() if pattern.search(written))


class _HtmlPage(Tables):
    """Walks through a page and makes a grid of each table that it meets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._classes = {name: _look_of_style(style) for name, style in _CLASS.findall(page)}

    def read(self, root: Any) -> list[Grid]:
        for text, *_ in self._text_pieces(root, _PLAIN_LOOK):  # a table on the way takes what is loose
            self.loose.append(text)
        self.between()
        return [grid for grid in self.grids if grid.cells]

    def lines(self) -> tuple[str, ...]:
        """Those that hold anything."""
        return _lines_of_text("".join(self.loose))

    def _look_of(self, element: Any) -> _Look:
        named = (self._classes.get(name, _PLAIN_LOOK) for name in {*(element.get("class") or "").split()})
        look = _look_of_style(element.get("style") or "").union(_LOOK_OF_TAG.get(element.tag, ()), *named)
        if element.tag in ("td", "th", "table", "tr"):
            look = look - {RAISED}  # there it says how the whole cell is aligned
        return look | {HIDDEN} if "hidden" in element.attrib else look

    def _text_pieces(self, element: Any, look: _Look) -> Iterator[Piece]:
        """The texts within an element, each with how it looks; tables are none."""
        if element.tag == "table":
            self._table(element, look)
            return
        around = [("\n", look, "")] if element.tag in _BLOCKS else []
        yield from around
        is_field = element.tag in ("input", "select")
        yield _shown_field(element) if is_field else _collapsed(element.text), look, ""
        for child in () if is_field else element:
            own = self._look_of(child)
            if HIDDEN not in own:
                yield from self._text_pieces(child, look | own)
            yield _collapsed(child.tail), look, ""
        yield from around

    def _elements_within(self, element: Any, look: _Look, *tags: str) -> Iterator[tuple[Any, _Look]]:
        for child in element:
            own = self._look_of(child)
            if child.tag in tags:
                yield child, look | own
            elif child.tag == "table":
                self._table(child, look | own)
            elif HIDDEN not in own:
                yield from self._elements_within(child, look | own, *tags)

    def _table(self, table: Any, look: _Look) -> None:
        if HIDDEN in look:
            return
        if self.depth >= _DEEPEST:
            raise too_large()
        taken: dict[int, int] = {}
        """Column → rows for which a cell above goes on, this one included."""
        with self.table() as sheet:
            for element, own in self._elements_within(table, look, "tr", "td", "th", "caption"):
                if element.tag == "caption":
                    sheet.before += _lines_of_text("".join(text for text, *_ in self._text_pieces(element, own)))
                    continue
                is_row = element.tag == "tr"
                if is_row or not sheet.rows:
                    self.room.take(cells=len(taken))
                    taken = {column: rows - 1 for column, rows in taken.items() if rows > 1}
                    if is_row and HIDDEN in own:  # it is kept, as one that is hidden
                        sheet.hidden_rows.add(len(sheet.rows))
                    sheet.rows.append([])
                within = self._elements_within(element, own - {HIDDEN}, "td", "th") if is_row else [(element, own)]
                for cell, its in within:
                    self._put_cell(sheet, taken, cell, its)
            last = len(sheet.rows) - 1
            sheet.merges = [replace(box, bottom=min(box.bottom, last)) for box in sheet.merges]

    def _put_cell(self, sheet: SheetBuilder, taken: dict[int, int], cell: Any, look: _Look) -> None:
        if HIDDEN in look:
            return
        column = len(sheet.rows[-1])
        while taken.get(column):
            column += 1
        at, rows, columns = (len(sheet.rows) - 1, column), _span(cell.get("rowspan")), _span(cell.get("colspan"))
        letters = read_letters(self._text_pieces(cell, look))
        text = "\n".join(_lines_of_text(letters.text)) or letters.removed
        value = typed(text)
        # LibreOffice gives an error the number 0.
        if (number := cell.get("x:num", cell.get("num", cell.get("sdval")))) and not ERROR.match(text):
            with suppress(ValueError):
                value = float(number)
        sheet.put(at, value, letters, width=columns)
        comment = " ".join("".join("".join(each.itertext()) for each in cell.iter("comment")).split())
        sheet.note(at, comment=comment)  # as LibreOffice writes it
        sheet.note_shown(at, value, text)
        sheet.merge(at, rows, columns)
        if rows > 1:
            taken.update(dict.fromkeys(range(column, column + columns), rows))


def _collapsed(text: str | None) -> str:
    return _SPACES.sub(" ", text).replace("\xa0", " ") if text else ""


def _lines_of_text(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split("\n"))))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.strip().isdecimal() else 1


def _shown_field(element: Any) -> str:
    """What a field of a form shows: what was chosen in a list, else the first; the text in it, or whether it is ticked."""
    if element.tag == "select":
        options = [*element.iter("option")]
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        return _collapsed(" ".join("".join(each.itertext()) for each in chosen))
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☐" if element.get("checked") is None else "☑"
    return element.get("value", "") if kind in ("text", "number", "tel") else ""
