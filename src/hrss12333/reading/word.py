"""Word files (.docx, .docm): their text in reading order, and their tables as grids.

The XML is walked by local names and not through python-docx, which knows neither Strict OOXML nor .docm, leaves out
content controls and text boxes, and fails on a document that lacks a part it expects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hrss12333.reading.grid import Box, Cell, Grid, Prose
from hrss12333.reading.guard import inspect
from hrss12333.reading.package import Package, damaged, too_large
from hrss12333.reading.properties import properties
from hrss12333.reading.words import count_words

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_XML = 32 * 2**20
"""Bytes of the main part: a tree takes some ten times as much memory."""

_MOST_COLUMNS = 1_000
_MOST_CELLS = 1_000_000
_MOST_BASES = 20
_HEADING = re.compile(r"(?:heading|标题|title)", re.I)
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_UNREAD = frozenset({"pPr", "rPr", "del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "tblPr", "trPr"})
"""Properties, deleted text, field codes, the small print of ruby."""


def read_word(package: Package) -> Prose:
    """A document's text, headings and tables.

    Raises:
        FileProblem: F001 where it cannot be read, F004 where it is too large or holds a DTD.
    """
    inspect(package, "docx")
    main = _main_part(package)
    try:
        root = _parse(package, main)
        body = next((element for element in root if _local(element) == "body"), None)
        if body is None:
            raise damaged()
        text = _Text(_heading_styles(package, main))
        text.blocks(body)
        text.finish()
        for notes in ("footnotes", "endnotes"):
            part = main.replace("document", notes)
            if part in package:
                for note in _parse(package, part):
                    if not _attribute(note, "type"):  # separators have one
                        text.blocks(note)
        footers = [
            words
            for name in package.names
            if re.search(r"(?:^|/)(?:header|footer)\d*\.xml$", name) and (words := _plain(_parse(package, name)))
        ]
    except RecursionError as error:
        raise damaged() from error
    known = properties(package)
    return Prose(
        paragraphs=tuple(text.paragraphs),
        headings=tuple(text.headings),
        words=count_words("\n".join(text.paragraphs)),
        saved=known.saved,
        grids=tuple(text.grids),
        footers=tuple(dict.fromkeys(footers)),
        macros=any(name.endswith("vbaproject.bin") for name in package.names),
        external_links=_links_outside(package, main),
        category=known.category,
    )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((child for child in element if _local(child) == name), None)


def _parse(package: Package, name: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    xml = package.read(name)
    if len(xml) > MAX_XML:
        raise too_large()
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise damaged() from error
    return root


def _main_part(package: Package) -> str:
    """Usually word/document.xml; else as the package's relations say."""
    if "word/document.xml" in package:
        return "word/document.xml"
    if "_rels/.rels" in package:
        for relation in _parse(package, "_rels/.rels"):
            if _attribute(relation, "Type").endswith("/officeDocument"):
                return _attribute(relation, "Target").lstrip("/").lower()
    raise damaged()


def _links_outside(package: Package, main: str) -> bool:
    folder, _, file = main.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels"
    return rels in package and any(
        _attribute(relation, "TargetMode") == "External" and not _attribute(relation, "Type").endswith("/hyperlink")
        for relation in _parse(package, rels)
    )


def _heading_styles(package: Package, main: str) -> frozenset[str]:
    """Ids of the paragraph styles that make a heading, by name, outline level or the style they are based on."""
    part = f"{main.rpartition('/')[0]}/styles.xml"
    if part not in package:
        return frozenset()
    bases: dict[str, str] = {}
    headings = set()
    for style in _parse(package, part):
        if _local(style) != "style":
            continue
        key = _attribute(style, "styleId")
        name, base, level = (
            element if element is None else _attribute(element, "val")
            for element in (
                _child(style, "name"),
                _child(style, "basedOn"),
                _child(_child(style, "pPr"), "outlineLvl"),
            )
        )
        bases[key] = base or ""
        if _HEADING.match(name or "") or (level is not None and level != "9"):
            headings.add(key)
    for key in bases:
        current = key
        for _ in range(_MOST_BASES):
            if current in headings:
                headings.add(key)
            current = bases.get(current, "")
    return frozenset(headings)


def _plain(element: Element) -> str:
    """All text of an element on one line."""
    text = _Text(frozenset())
    text.blocks(element)
    return " ".join(" ".join(text.paragraphs).split())


class _Text:
    """Walks a document's blocks and gathers what it meets."""

    def __init__(self, heading_styles: frozenset[str]) -> None:
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self.grids: list[Grid] = []
        self._styles = heading_styles
        self._cells = 0
        self._depth = 0
        self._loose: list[str] = []
        """Paragraphs outside of tables since the last one."""
        self._outer: int | None = None
        """The last table that stands in no other."""

    def finish(self) -> None:
        """Give the last table what stands below it."""
        self._between()

    def blocks(self, parent: Element) -> list[str]:
        """Read every paragraph and table within; give the paragraphs' own texts, without those of tables."""
        own: list[str] = []
        for element in parent:
            tag = _local(element)
            if tag == "p":
                text, boxes = _paragraph(element)
                if text.strip():
                    own.append(text)
                    self.paragraphs.append(text)
                    if not self._depth:
                        self._loose.append(text)
                    if self._is_heading(element):
                        self.headings.append(text.strip())
                for box in boxes:
                    self.blocks(box)
            elif tag == "tbl":
                self._table(element)
            elif tag == "AlternateContent":
                own += self.blocks(_preferred(element))
            elif tag not in _UNREAD:  # content controls, tracked insertions, custom XML
                own += self.blocks(element)
        return own

    def _is_heading(self, paragraph: Element) -> bool:
        properties_ = _child(paragraph, "pPr")
        level, style = _child(properties_, "outlineLvl"), _child(properties_, "pStyle")
        if level is not None:
            return _attribute(level, "val") != "9"
        return style is not None and _attribute(style, "val") in self._styles

    def _table(self, table: Element) -> None:
        """One grid a table; a table within a cell is a grid of its own, after the one around it."""
        number = len(self.grids)
        before = self._between() if not self._depth else ()
        self.grids.append(Grid(f"表格{number + 1}", ()))
        self._depth += 1
        rows: list[list[Cell]] = []
        boxes: list[Box] = []
        running: dict[int, int] = {}  # column → index in boxes of the cell that may go on downward
        for tr in _inside(table, "tr"):
            change = _child(tr, "trPr")
            if _child(change, "del") is not None:
                continue
            row: list[Cell] = [None] * min(_number(_child(change, "gridBefore"), 0), _MOST_COLUMNS)
            for tc in _inside(tr, "tc"):
                properties_ = _child(tc, "tcPr")
                left, span = len(row), max(_number(_child(properties_, "gridSpan"), 1), 1)
                if left + span > _MOST_COLUMNS:
                    raise too_large()
                text = "\n".join(self.blocks(tc))
                merge = _child(properties_, "vMerge")
                if merge is not None and _attribute(merge, "val") != "restart" and left in running:
                    box = boxes[running[left]]
                    boxes[running[left]] = Box(box.top, box.left, len(rows), box.right)
                    row += [None] * span
                    continue
                running[left] = len(boxes)
                boxes.append(Box(len(rows), left, len(rows), left + span - 1))
                row += [text or None, *[None] * (span - 1)]
            self._cells += len(row)
            if self._cells > _MOST_CELLS:
                raise too_large()
            rows.append(row)
        self._depth -= 1
        self._outer = number if not self._depth else self._outer
        merged = tuple(box for box in boxes if box.bottom > box.top or box.right > box.left)
        self.grids[number] = Grid(f"表格{number + 1}", tuple(rows), merges=merged, before=before)

    def _between(self) -> tuple[str, ...]:
        """The paragraphs since the last table, which end that one and begin the next."""
        between, self._loose = tuple(self._loose), []
        if self._outer is not None:
            self.grids[self._outer] = replace(self.grids[self._outer], after=between)
        return between


def _number(element: Element | None, default: int) -> int:
    text = "" if element is None else _attribute(element, "val")
    return int(text[:9]) if text.isdecimal() else default


def _inside(parent: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those within content controls."""
    for element in parent:
        tag = _local(element)
        if tag == name:
            yield element
        elif tag not in _UNREAD and tag not in ("tr", "tc", "tbl", "p"):
            yield from _inside(_preferred(element) if tag == "AlternateContent" else element, name)


def _preferred(alternate: Element) -> Element:
    """Of the same content in a new and an old notation, the first."""
    return next(iter(alternate), alternate)


def _paragraph(paragraph: Element) -> tuple[str, list[Element]]:
    """A paragraph's text, and the text boxes anchored in it."""
    pieces: list[str] = []
    boxes: list[Element] = []

    def walk(parent: Element) -> None:
        for element in parent:
            tag = _local(element)
            if tag == "t":
                pieces.append(element.text or "")
            elif tag in _BREAKS:
                pieces.append(_BREAKS[tag])
            elif tag == "txbxContent":
                boxes.append(element)
            elif tag == "AlternateContent":
                walk(_preferred(element))
            elif tag not in _UNREAD:
                walk(element)

    walk(paragraph)
    return "".join(pieces), boxes
