"""Word files (.docx, .docm): their text in reading order, and their tables as grids.

What a document shows is taken from `word_document`, for what is read here as for what is copied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import leave_to_child
from hrss12333.reading.files.file_type import sniff_head, unpacked
from hrss12333.reading.files.package import Package, damaged, properties, refused, too_large
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.marks import Letters, read_letters
from hrss12333.reading.formats.plain_text import typed
from hrss12333.reading.formats.sheet_builder import Tables
from hrss12333.reading.formats.word_document import WordCell, WordDocument
from hrss12333.reading.formats.word_properties import NO_HEADING, Element, WordLook, value, w, whole_number, within
from hrss12333.reading.grid import At, Box, FileProblem, Prose

_MAX_XML = 32 * 2**20
"""Bytes of one part: a tree takes some ten times as much memory."""

_OTHER_DOCUMENTS = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
"""Content types of .docm, .dotm and .dotx, which python-docx reads once it is told that they are documents."""
PartFactory.part_type_for |= dict.fromkeys(_OTHER_DOCUMENTS, DocumentPart)
_STRICT = lazy(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|officeDocument|drawingml)/")


def _opened(package: Package) -> Any:
    """The document's part of a Word file that the guard has let through, also of a template, one with macros, or one in Strict
    OOXML."""
    if any(info.file_size > _MAX_XML for info in package.infos if info.filename.lower().endswith(".xml")):
        raise too_large(word=True)
    changed: dict[str, bytes] = {}
    if _STRICT.search(package.read("_rels/.rels")):
        usual = rb"http://schemas.openxmlformats.org/\1/2006/"  # as python-docx calls the same
        changed = {name: _STRICT.sub(usual, package.read(name)) for name in package.names}
    with refused(word=True):
        try:
            return WordPackage.open(BytesIO(package.repacked(changed) if changed else package.data)).main_document_part
        except KeyError:
            whole = package.repacked(changed | _without_dead_ends(package, changed))
            return WordPackage.open(BytesIO(whole)).main_document_part


_FIGURE = lazy(r"\s*[\d,，.]+\s*|[是否√×]")
_MOST_COLUMNS = 1_000
_MOST_OBJECTS = 20
"""Objects of a document that are looked into."""
_WRAPPERS_OF_FILES = tuple(name.encode("utf-16-le") for name in ("Package", "Ole10Native"))
"""Streams in which an OLE object holds a file as it was."""


def read_word(package: Package) -> Prose:
    """A document's text, with foot- and endnotes, which Word counts, its headings and tables, and what its parts say."""
    inspect(package, "docx")
    part = _opened(package)
    try:
        with refused(word=True):
            document = WordDocument(part)
            comments = {
                each.get(w("id")): "\n".join("".join(line.itertext(w("t"))) for line in each.iter(w("p")))
                for root in document.roots(RT.COMMENTS)
                for each in root
            }
            text = DocumentText(document, comments)
            text.blocks(document.body)
            text.between()
            for note in (note for root in document.roots(RT.FOOTNOTES, RT.ENDNOTES) for note in root):
                if note.get(w("type")) is None:  # separators have one
                    text.blocks(note)
            footers = []
            for root in document.roots(RT.HEADER, RT.FOOTER):
                around = DocumentText(document)
                around.blocks(root)
                footers.append(" ".join(" ".join(around.paragraphs).split()))
            known = properties(package)
            links = (each for each in part.rels.values() if each.is_external)
            return Prose(
                paragraphs=tuple(text.paragraphs),
                headings=tuple(text.headings),
                saved=known.saved,
                grids=tuple(text.grids),
                footers=dict.fromkeys(filter(None, footers), ()),
                macros="vbaproject.bin\n" in package.listing,
                external_links=any(link.reltype != RT.HYPERLINK for link in links),
                category=known.category,
                embedded=tuple(_embedded(found.blob for found in document.related(RT.PACKAGE, RT.OLE_OBJECT))),
            )
    finally:  # parts refer to one another: the trees of hundreds of files would wait until somebody looks for such circles
        for each in [*part.package.iter_parts()]:
            vars(each).clear()


def open_report(data: bytes) -> WordDocument:
    """A 工作总结 that is to be copied, without its table of contents; a FileProblem where it is no whole Word file."""
    # Also a .doc, or one that is locked with the password that Word tries by itself.
    kind, _, package = unpacked(data)
    if package is None or kind != "docx":
        raise damaged(word=True)
    inspect(package, "docx", known=True)
    part = _opened(package)
    with refused(word=True):
        return WordDocument(part, contents=False)


class DocumentText(Tables):
    """Walks a document's blocks and gathers what it meets."""

    def __init__(self, document: WordDocument, comments: Mapping[str, str] | None = None) -> None:
        """``comments``: id → what it says."""
        super().__init__()
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self._document = document
        self._comments = comments or {}

    def blocks(self, parent: Element, around: WordLook | None = None) -> list[Letters]:
        """Read every paragraph and table within; give what the paragraphs say, without those of tables."""
        own: list[Letters] = []
        for element in within(parent, w("p"), w("tbl")):
            if element.tag == w("tbl"):
                self._table(element)
                continue
            paragraph = self._document.paragraph(element, around)
            said = read_letters((run.text, run.marks, run.colour) for run in paragraph.runs)
            own.append(said)
            if said.text.strip():
                self.paragraphs.append(said.text)
                if not self.depth:
                    self.loose.append(said.text)
                if paragraph.look.get("level", NO_HEADING) < NO_HEADING:
                    self.headings.append(said.text.strip())
            for box in paragraph.boxes:  # over a cell, as a correction
                for line in self.blocks(box):
                    own.append(line if self.depth and _FIGURE.fullmatch(line.text) else replace(line, text=""))
        return own

    def _table(self, table: Element) -> None:
        boxes: dict[At, Box] = {}
        above: dict[int, At] = {}
        """Column → where the range began that reaches down there."""
        with self.table() as sheet:
            for row, (element, cells) in enumerate(self._document.rows(table)):
                free = whole_number(value(element, "trPr", "gridBefore")) or 0
                sheet.rows.append([None] * min(max(free, 0), _MOST_COLUMNS))
                for cell in cells:
                    at = row, len(sheet.rows[-1])
                    if at[1] + cell.span > _MOST_COLUMNS:
                        raise too_large(word=True)
                    said = self._cell_letters(cell)
                    if cell.merged not in (None, "restart") and at[1] in above:
                        start = above[at[1]]
                        boxes[start] = replace(boxes[start], bottom=row)
                        sheet.put(at, None, width=cell.span)
                    else:
                        above[at[1]] = at
                        boxes[at] = Box(*at, row, at[1] + cell.span - 1)
                        sheet.put(at, typed(said.text or ("" if said.removed else said.unseen)), said, width=cell.span)
                    marks = cell.element.iter(w("commentReference")) if self._comments else ()
                    comments = (self._comments.get(mark.get(w("id"))) for mark in marks)
                    sheet.note(at, comment="\n".join(filter(None, comments)))
            sheet.merges = [box for box in boxes.values() if box.bottom > box.top or box.right > box.left]
            wide = Counter(map(len, sheet.rows)).most_common(1)
            sheet.ragged = frozenset(at for at, line in enumerate(sheet.rows) if len(line) != wide[0][0])

    def _cell_letters(self, cell: WordCell) -> Letters:
        said = self.blocks(cell.element, cell.look)
        return Letters(
            "\n".join(each.text for each in said if each.text.strip()),
            "\n".join(each.removed for each in said if each.removed),
            "".join(each.unseen for each in said),
        )


def _embedded(objects: Iterable[bytes]) -> Iterator[bytes]:
    """Workbooks that the text itself holds (those of its charts belong to the charts)."""
    for blob in islice(objects, _MOST_OBJECTS):
        if any(name in blob for name in _WRAPPERS_OF_FILES) and sniff_head(blob[:4096]) == "ole":
            leave_to_child()
            from hrss12333.reading.formats.ole import embedded_in

            try:
                blob = embedded_in(blob)
            except FileProblem:
                continue
        if sniff_head(blob[:4096]) in ("zip", "ole"):
            yield blob


def _without_dead_ends(package: Package, changed: dict[str, bytes]) -> dict[str, bytes]:
    """Relations without those to parts that do not exist: WPS leaves some, and python-docx gives up on them."""
    relations = {}
    for name in package.names:
        if not name.endswith(".rels"):
            continue
        root = parse_xml(changed.get(name) or package.read(name))
        base = str(PurePosixPath("/", name).parents[1])
        for relation in [*root]:
            inside = relation.get("TargetMode") != "External"
            if inside and PackURI.from_rel_ref(base, relation.get("Target", "")).membername not in package:
                root.remove(relation)
        relations[name] = serialize_part_xml(root)
    return relations
