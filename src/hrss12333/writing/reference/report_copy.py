"""A 工作总结 copied into the 参阅文件: headings, paragraphs, lists, tables and pictures kept, all else left behind.

Nothing is taken over as written. Each element is made anew from what the copy knows, so that whatever a stranger's
file holds besides (macros, fields, links, embedded objects, scripts of tomorrow) has no way into the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from docx.document import Document

from hrss12333.patterns import lazy
from hrss12333.wording.privacy import LEFT_OUT, without_contacts_in
from hrss12333.writing.reference.fields import Element, add, children, element, find, is_on, value, w, whole_number
from hrss12333.writing.reference.inline import Inlines, ParagraphParts, tidied
from hrss12333.writing.reference.report_source import Lists, SourceDocument, Style, level_of
from hrss12333.writing.reference.typography import BODY, CELL, EMU_TWIP, FIGURE, LIST, REPORT_LEVELS, TEXT_TWIPS, TITLE

_LEVELS = (
    lazy(r"^第[一二三四五六七八九十]+(?:章|部分|节)"),
    lazy(r"^[一二三四五六七八九十]{1,3}[、.．]"),
    lazy(r"^[(（][一二三四五六七八九十]{1,3}[)）]"),
)
_LONGEST = 40
_TITLE = lazy(r"总结|报告|汇报|情况|12333")
_ALIGNMENTS = {"center": "center", "right": "right", "end": "right", "both": "both", "distribute": "distribute"}
_NESTING = 8
"""Tables within tables; deeper ones are left out."""
_COLOUR = lazy(r"[0-9A-Fa-f]{6}")
_MOST_COLUMNS = 63
"""What Word allows."""


class Copy:
    """One report on its way into the document. Widths are in twips."""

    def __init__(self, document: Document, source: SourceDocument) -> None:
        """Prepare a copy of ``source`` that goes into ``document``."""
        self._source = source
        self._lists = Lists(document, source)
        self.left_out: Counter[str] = Counter()
        """What could not be kept → how often; Chinese."""
        self.hidden = 0
        """Mobile numbers and mail addresses that are left out."""
        self._inlines = Inlines(document, source, self.left_out)
        self._typed = not source.has_headings
        self._highest = 9
        """The highest level of a heading so far; any heading begins at it or above."""
        self._started = False

    def blocks(self) -> Iterator[Element]:
        """The report's paragraphs and tables, ready to be put into the body one after the other."""
        is_table = False
        for block in self._blocks(self._source.body, TEXT_TWIPS, depth=0):
            if is_table and block.tag == w("tbl"):
                yield _made(BODY)  # else Word joins the two tables
            is_table = block.tag == w("tbl")
            yield block
        if is_table:
            yield _made(BODY)

    def _blocks(self, parent: Element, width: int, depth: int) -> Iterator[Element]:
        for child in children(parent, "p", "tbl", "altChunk"):
            if child.tag == w("p"):
                yield from self._paragraph(child, width, depth)
            elif child.tag == w("altChunk"):
                self.left_out["嵌入的外部文档"] += 1
            elif depth < _NESTING:
                yield from self._table(child, width, depth)

    def _paragraph(self, source: Element, width: int, depth: int) -> Iterator[Element]:
        style = self._source.style(value(source, "pPr", "pStyle"))
        found = self._inlines.read(source, width * EMU_TWIP)
        if (found.runs and not style.contents) or (depth and not found.boxes):
            yield self._filled(find(source, "pPr"), style, found, depth)
        for box in found.boxes:
            yield from self._blocks(box, width, depth + 1 if depth else 0)

    def _filled(self, properties: Element, style: Style, found: ParagraphParts, depth: int) -> Element:
        text = "".join(part.text or "" for run in found.runs for part in run.iter(w("t"))).strip()
        alignment = _ALIGNMENTS.get(value(properties, "jc") or "")
        listing = self._listing(properties, style)
        level = None if depth or not text else self._level(properties, style, text)
        first = bool(text) and not self._started and not depth
        self._started = self._started or first
        look = CELL if depth else LIST if listing else FIGURE if found.pictures and not text else BODY
        if first and (style.title or _is_typed_title(text, marked=level is not None)):
            look, alignment, listing = TITLE, None, None
        elif level is not None:
            self._highest = min(level, self._highest)
            look, alignment = REPORT_LEVELS[min(level - self._highest + 1, max(REPORT_LEVELS))], None
        made = _made(look)
        if listing:
            add(made.pPr, "numPr", element("ilvl", val=str(listing[1])), element("numId", val=str(listing[0])))
        if alignment in ("center", "right") and not depth and not listing:
            add(made.pPr, "ind", firstLineChars="0", firstLine="0")
        if alignment:
            add(made.pPr, "jc", val=alignment)
        made.extend(tidied(found.runs, indented=not depth and not listing, plain=look not in (BODY, LIST, CELL)))
        self.hidden += _hide_contacts(made)
        return made

    def _listing(self, properties: Element, style: Style) -> tuple[int, int] | None:
        num_id, level = (whole_number(value(properties, "numPr", name)) for name in ("numId", "ilvl"))
        if num_id is None and style.numbering:
            num_id, level = style.numbering[0], style.numbering[1] if level is None else level
        if not num_id:
            return None  # 0 takes the number off a paragraph whose style has one
        known = self._lists.number_of(num_id)
        return None if known is None else (known, min(max(level or 0, 0), 8))

    def _level(self, properties: Element, style: Style, text: str) -> int | None:
        outline = whole_number(value(properties, "outlineLvl"))
        if outline is not None:
            return level_of(outline)
        return typed_heading(text) if self._typed else style.level

    def _table(self, source: Element, width: int, depth: int) -> Iterator[Element]:
        """A table with its rows, spans, shading and alignment, fitted to the width; none where it has no cells or too many
        columns."""
        rows = [(row, cells) for row in children(source, "tr") if (cells := [*children(row, "tc")])]
        sides = ("gridBefore", "gridAfter")
        wide = (sum(map(_span, cells)) + sum(_free(row, side) for side in sides) for row, cells in rows)
        columns = max(wide, default=0)
        if not 0 < columns <= _MOST_COLUMNS:
            return
        widths = _widths(source, columns, width)
        yield element(
            "tbl",
            element(
                "tblPr",
                element("tblStyle", val="TableGrid") if self._has_borders(source) else None,
                element("tblW", w=str(sum(widths)), type="dxa"),
                element("jc", val="center"),
                element("tblLayout", type="fixed"),
            ),
            element("tblGrid", *(element("gridCol", w=str(column)) for column in widths)),
            *(self._row(row, cells, widths, depth) for row, cells in rows),
        )

    def _has_borders(self, table: Element) -> bool:
        if self._source.draws_table(value(table, "tblPr", "tblStyle")):
            return True
        lines = (line for borders in table.iter(w("tblBorders"), w("tcBorders")) for line in borders)
        return any(line.get(w("val"), "none") not in ("none", "nil") for line in lines)

    def _row(self, source: Element, cells: list[Element], widths: list[int], depth: int) -> Element:
        column, after = _free(source, "gridBefore"), _free(source, "gridAfter")
        is_nest = next(source.iter(w("tbl")), None) is not None
        made = element(
            "tr",
            element(
                "trPr",
                element("gridBefore", val=str(column)) if column else None,
                element("gridAfter", val=str(after)) if after else None,
                None if is_nest else element("cantSplit"),  # else LibreOffice takes minutes to lay it out
                element("tblHeader") if is_on(find(source, "trPr"), "tblHeader") else None,
            ),
        )
        for cell in cells:
            span = _span(cell)
            made.append(self._cell(cell, span, sum(widths[column : column + span]), depth + 1))
            column += span
        return made

    def _cell(self, source: Element, span: int, room: int, depth: int) -> Element:
        own = find(source, "tcPr")
        merged, alignment = value(own, "vMerge"), value(own, "vAlign")
        colour = value(own, "shd", attribute="fill") or ""
        blocks = [*self._blocks(source, room, depth)]
        if not blocks or blocks[-1].tag != w("p"):
            blocks.append(_made(CELL))  # the last is a paragraph, as a cell demands
        return element(
            "tc",
            element(
                "tcPr",
                element("tcW", w=str(room), type="dxa"),
                element("gridSpan", val=str(span)) if span > 1 else None,
                None if merged is None else element("vMerge", val="restart" if merged == "restart" else "continue"),
                element("shd", val="clear", color="auto", fill=colour) if _COLOUR.fullmatch(colour) else None,
                element("vAlign", val=alignment if alignment in ("top", "center", "bottom") else "center"),
            ),
            *blocks,
        )


def _made(style: str) -> Element:
    return element("p", element("pPr", element("pStyle", val=style)))


def _span(cell: Element) -> int:
    return max(whole_number(value(cell, "tcPr", "gridSpan")) or 1, 1)


def _free(row: Element, name: str) -> int:
    """Columns that the row leaves free at its left or right."""
    return max(whole_number(value(row, "trPr", name)) or 0, 0)


def _widths(table: Element, columns: int, room: int) -> list[int]:
    """Widths of the columns, in the source's proportions where it gives them."""
    grid = find(table, "tblGrid")
    given = [whole_number(column.get(w("w"))) or 0 for column in ([] if grid is None else children(grid, "gridCol"))]
    if len(given) != columns or min(given) <= 0:
        return [room // columns] * columns
    total = sum(given)
    return [max(column * room // total, 1) for column in given] if total > room else given


def _hide_contacts(paragraph: Element) -> int:
    """Take mobile numbers and mail addresses out of the text, also those that are in several runs; returns how many."""
    parts = [*paragraph.iter(w("t"), w("tab"), w("br"))]
    texts = [part.text or "" if part.tag == w("t") else "\0" for part in parts]  # nothing reaches over a tab
    hidden = 0
    for part, before, after in zip(parts, texts, without_contacts_in(texts), strict=True):
        if after != before:
            part.text = after
            hidden += after.count(LEFT_OUT) - before.count(LEFT_OUT)
    return hidden


def typed_heading(text: str) -> int | None:
    """Heading level from 1 of a paragraph that looks like a heading; None for body text."""
    if len(text) > _LONGEST or re.search(r"[。；：！？;]", text):
        return None
    return next((level for level, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), None)


def _is_typed_title(text: str, *, marked: bool) -> bool:
    """Whether a report's first paragraph is its title; ``marked`` where it is styled as a heading."""
    if len(text) > _LONGEST + 20 or text.endswith("。") or typed_heading(text):
        return False
    return bool(_TITLE.search(text)) or not marked
