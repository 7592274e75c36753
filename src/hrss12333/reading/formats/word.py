"""Word files (.docx, .docm): their text, and their tables as grids, as `word_document` shows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory
from docx.oxml.parser import parse_xml
from docx.package import Package as WordPackage
from docx.parts.document import DocumentPart
from msgspec.structs import replace

from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.package import Package, inspect, with_properties
from hrss12333.reading.formats import word_document
from hrss12333.reading.formats.word_document import Element, WordDocument, WordLook, w, within
from hrss12333.reading.grid import At, Box, Cell, Grid, Prose, SheetBuilder, read_letters
from hrss12333.reading.worker.limits import too_large

_MAX_XML = 32 * 2**20
"""Bytes of one part: its tree takes some ten times as much memory."""

# python-docx reads a .docm if this type is registered as a document.
PartFactory.part_type_for["application/vnd.ms-word.document.macroEnabled.main+xml"] = DocumentPart


def _opened(package: Package) -> Any:
    """The main part of an inspected Word file, from python-docx."""
    if any(info.file_size > _MAX_XML for info in package.infos if info.filename.lower().endswith(".xml")):
        raise too_large()
    try:
        return WordPackage.open(BytesIO(package.data)).main_document_part
    except KeyError:
        whole = package.repacked(_without_dead_ends(package))
        return WordPackage.open(BytesIO(whole)).main_document_part


_MOST_COLUMNS = 1_000
"""Columns of a table, spans counted; Word allows 63."""
_IN_WORKBOOKS = (b"xl/workbook", "Workbook".encode("utf-16-le"))
"""The name of a part, or of a stream, that every workbook has."""
_WHOLE_NUMBER = r"-?(?:0|[1-9]\d{0,14})"
_DECIMAL = r"-?(?:0|[1-9]\d{0,14})\.\d{1,12}"


def read_word(package: Package) -> Prose:
    """A document's text, as Word counts it, with tables, boxes, notes, page headers and footers."""
    inspect(package)
    part = _opened(package)
    try:
        document = WordDocument(part)
        comments = {
            each.get(w("id")): "\n".join("".join(line.itertext(w("t"))) for line in each.iter(w("p")))
            for root in document.roots(RT.COMMENTS)
            for each in root
        }
        text = DocumentText(document, comments)
        text.blocks(document.body)
        text.between()
        notes = [note for root in document.roots(RT.FOOTNOTES, RT.ENDNOTES) for note in root]
        notes = [note for note in notes if note.get(w("type")) is None]  # separators have a type
        beside = [Text(TextKind.NOTE, text.of_part(note)) for note in notes]
        pages = document.roots(RT.HEADER, RT.FOOTER)
        beside += [Text(TextKind.PAGE, DocumentText(document).of_part(root)) for root in pages]
        links = (each for each in part.rels.values() if each.is_external)
        prose = Prose(
            paragraphs=tuple(text.paragraphs),
            grids=tuple(text.grids),
            texts=(*text.boxes, *(each for each in dict.fromkeys(beside) if each.text)),
            macros="vbaproject.bin\n" in package.listing,
            external_links=any(link.reltype != RT.HYPERLINK for link in links),
            embedded=sum(
                any(name in found.blob for name in _IN_WORKBOOKS)
                for found in document.related(RT.PACKAGE, RT.OLE_OBJECT)
            ),
        )
        return with_properties(prose, package)
    finally:  # parts refer to one another: otherwise the trees stay until garbage is collected
        for each in [*part.package.iter_parts()]:
            vars(each).clear()


def open_report(package: Package) -> WordDocument:
    """A 工作总结 to be copied."""
    inspect(package)
    return WordDocument(_opened(package))


class DocumentText:
    """The text of a document while it is collected: paragraphs, tables with lines around, text boxes."""

    def __init__(self, document: WordDocument, comments: Mapping[str, str] | None = None) -> None:
        """``comments``: id → text."""
        self.paragraphs: list[str] = []
        self.boxes: list[Text] = []
        """Text boxes, and comments on paragraphs outside tables."""
        self.grids: list[Grid] = []
        self._document = document
        self._comments = comments or {}
        self._depth = 0
        """Number of tables around the current element."""
        self._loose: list[str] = []
        """Paragraphs outside tables since the last table."""
        self._last: int | None = None
        """The number of that table."""

    def blocks(self, parent: Element, around: WordLook | None = None, *, boxed: bool = False) -> list[tuple[str, str]]:
        """Read all blocks within; return the text (`read_letters`) of paragraphs outside tables and boxes."""
        own: list[tuple[str, str]] = []
        for element in within(parent, w("p"), w("tbl")):
            if element.tag == w("tbl"):
                if (frame := _frame(element)) is None:
                    self._table(element)
                else:
                    own += self.blocks(frame, around, boxed=boxed)
                continue
            paragraph = self._document.paragraph(element, around)
            text, removed = read_letters((run.text, run.marks) for run in paragraph.runs)
            own.append((text, removed))
            if not self._depth and (comment := self._comment_on(element)):
                self.boxes.append(Text(TextKind.COMMENT, comment))
            if text.strip():
                self.paragraphs.append(text)
                if not (self._depth or boxed):
                    self._loose.append(text)
            for box in paragraph.boxes:
                if shown := _joined(line for line, _ in self.blocks(box, boxed=True)):
                    self.boxes.append(Text(TextKind.BOX, shown))
        return own

    def of_part(self, part: Element) -> str:
        """The whole text of a note or a page header on one line."""
        before = len(self.paragraphs)
        self.blocks(part, boxed=True)
        return " ".join(" ".join(self.paragraphs[before:]).split())

    def between(self) -> tuple[str, ...]:
        """The lines since the last table: they follow that table and precede the next."""
        lines, self._loose = tuple(self._loose), []
        if self._last is not None:
            self.grids[self._last] = replace(self.grids[self._last], after=lines)
        return lines

    def _table(self, table: Element) -> None:
        """Read a table as a grid; a table within a cell becomes another grid after it."""
        number = len(self.grids)
        sheet = SheetBuilder(f"表格{number + 1}", before=() if self._depth else self.between())
        self.grids.append(Grid(sheet.name, ()))
        self._depth += 1
        self._read_rows(table, sheet)
        self._depth -= 1
        if not self._depth:
            self._last = number
        self.grids[number] = sheet.grid()

    def _read_rows(self, table: Element, sheet: SheetBuilder) -> None:
        boxes: dict[At, Box] = {}
        above: dict[int, At] = {}
        """Column → the first cell of the merged range that continues there from the row above."""
        for row, (element, cells) in enumerate(self._document.rows(table)):
            widths = (word_document.value(element, "trPr", name) for name in ("gridBefore", "gridAfter"))
            before, after = (word_document.whole_number(width) or 0 for width in widths)
            line: list[Cell] = [None] * min(before, _MOST_COLUMNS)
            sheet.rows.append(line)
            for cell in cells:
                at = row, len(line)
                if at[1] + cell.span > _MOST_COLUMNS:
                    raise too_large()
                found: Cell = None
                lines = self.blocks(cell.element, cell.look)
                text, removed = _joined(text for text, _ in lines), _joined(removed for _, removed in lines)
                if cell.merged not in (None, "restart") and at[1] in above:
                    start = above[at[1]]
                    boxes[start] = replace(boxes[start], bottom=row)
                else:
                    above[at[1]] = at
                    boxes[at] = Box(*at, row, at[1] + cell.span - 1)
                    sheet.note(at, cut=bool(text and removed), struck=bool(removed and not text))
                    found = typed(text or removed)
                line += [found, *[None] * (cell.span - 1)]
                sheet.note(at, comment=self._comment_on(cell.element))
            line += [None] * min(after, _MOST_COLUMNS)
            if word_document.is_on(word_document.find(element, "trPr", "hidden")):
                sheet.hidden_rows.add(row)
        sheet.merges = [box for box in boxes.values() if box.bottom > box.top or box.right > box.left]
        wide = Counter(map(len, sheet.rows)).most_common(1)
        sheet.ragged = frozenset(at for at, line in enumerate(sheet.rows) if len(line) != wide[0][0])

    def _comment_on(self, element: Element) -> str:
        marks = element.iter(w("commentReference")) if self._comments else ()
        return "\n".join(filter(None, (self._comments.get(mark.get(w("id"))) for mark in marks)))


def _frame(table: Element) -> Element:
    """The only cell of a table that just lays out another table, else None."""
    cells = [*islice(within(table, w("tc")), 2)]
    return cells[0] if len(cells) == 1 and cells[0].find(f".//{w('tbl')}") is not None else None


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text.strip())


def typed(text: str) -> Cell:
    """The text, or the number that a spreadsheet would make of it; None if blank."""
    bare = text.strip()
    if re.fullmatch(_WHOLE_NUMBER, bare):
        return int(bare)
    return float(bare) if re.fullmatch(_DECIMAL, bare) else text if bare else None


def _without_dead_ends(package: Package) -> dict[str, bytes]:
    """Relations without those to missing parts, which WPS leaves and python-docx refuses."""
    relations = {}
    for name in package.names:
        if not name.endswith(".rels"):
            continue
        root = parse_xml(package.read(name))
        base = str(PurePosixPath("/", name).parents[1])
        for relation in [*root]:
            inside = relation.get("TargetMode") != "External"
            if inside and PackURI.from_rel_ref(base, relation.get("Target", "")).membername not in package:
                root.remove(relation)
        relations[name] = serialize_part_xml(root)
    return relations
