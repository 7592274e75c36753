"""Word files (.docx, .docm): their text in reading order, and their tables as grids, by python-docx.

Before it is asked, the document's tree is made to hold what Word shows: deleted text is taken out, and what content
controls, tracked insertions and the like wrap stands in their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.simpletypes import ST_Merge
from docx.oxml.table import CT_Tbl
from docx.package import Package as WordPackage
from docx.parts.document import DocumentPart
from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import leave_to_child
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.file_type import sniff_head
from hrss12333.reading.files.package import Package, refused, too_large
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.marks import is_parted
from hrss12333.reading.formats.plain_text import typed
from hrss12333.reading.formats.sheet_builder import SheetBuilder, Tables
from hrss12333.reading.formats.word_styles import Element, LetterStyle, Paragraph, RunStyles, as_shown, filled
from hrss12333.reading.grid import At, Box, FileProblem, Prose
from hrss12333.reading.work_report import count_words

if TYPE_CHECKING:
    from docx.document import Document

MAX_XML = 32 * 2**20
"""Bytes of one part: a tree takes some ten times as much memory."""

_OTHER_DOCUMENTS = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
"""Content types of .docm, .dotm and .dotx, which python-docx reads once it is told that they are documents."""
PartFactory.part_type_for |= dict.fromkeys(_OTHER_DOCUMENTS, DocumentPart)
_STRICT_NAME = b"http://purl.oclc.org/ooxml/"
_STRICT = lazy(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|officeDocument|drawingml)/")


def open_word(package: Package) -> Document:
    """A Word file that the guard has let through, also a template, one with macros, or one in Strict OOXML."""
    if any(info.file_size > MAX_XML for info in package.infos if info.filename.lower().endswith(".xml")):
        raise too_large(word=True)
    changed: dict[str, bytes] = {}
    if _STRICT_NAME in package.read("_rels/.rels"):
        usual = rb"http://schemas.openxmlformats.org/\1/2006/"  # as python-docx calls the same
        changed = {name: _STRICT.sub(usual, package.read(name)) for name in package.names}
    with refused(word=True):
        try:
            return _opened(package.repacked(changed) if changed else package.data)
        except KeyError:
            return _opened(package.repacked(changed | _without_dead_ends(package, changed)))


_MOST_OBJECTS = 20
"""Objects of a document that are looked into."""
_WRAPPERS_OF_FILES = tuple(name.encode("utf-16-le") for name in ("Package", "Ole10Native"))
"""Streams in which an OLE object holds a file as it was."""


def read_word(package: Package) -> Prose:
    """A document's text, headings and tables."""
    inspect(package, "docx")
    document = open_word(package)
    try:
        with refused(word=True):
            return _prose(document, package)
    finally:  # parts refer to one another: the trees of hundreds of files would wait until somebody looks for such circles
        for part in [*document.part.package.iter_parts()]:
            vars(part).clear()


def _opened(data: bytes) -> Document:
    return WordPackage.open(BytesIO(data)).main_document_part.document  # type: ignore[no-any-return]  # it has none


def _prose(document: Document, package: Package) -> Prose:
    """The document's text, with foot- and endnotes, which Word counts, and with what its parts and properties say."""
    text = DocumentText(
        RunStyles(document.styles.element),
        comment_texts(parse_xml(part.blob) for part in _related(document, RT.COMMENTS)),
    )
    text.blocks(as_shown(document.element.body))
    text.between()
    for kind in (RT.FOOTNOTES, RT.ENDNOTES):  # Word counts them
        for note in (note for part in _related(document, kind) for note in as_shown(parse_xml(part.blob))):
            if note.get(qn("w:type")) is None:  # separators have one
                text.blocks(note)
    footers = (_on_one_line(part.element) for kind in (RT.HEADER, RT.FOOTER) for part in _related(document, kind))
    known = properties(package)
    return Prose(
        paragraphs=tuple(text.paragraphs),
        headings=tuple(text.headings),
        words=count_words("\n".join(text.paragraphs)),
        saved=known.saved,
        grids=tuple(text.grids),
        footers=tuple(dict.fromkeys(filter(None, footers))),
        macros=any(name.endswith("vbaproject.bin") for name in package.names),
        external_links=any(
            relation.is_external and relation.reltype != RT.HYPERLINK for relation in document.part.rels.values()
        ),
        category=known.category,
        embedded=tuple(_embedded(document)),
    )


def _embedded(document: Document) -> Iterator[bytes]:
    """Workbooks that the text itself holds (those of its charts belong to the charts)."""
    objects = [part.blob for kind in (RT.PACKAGE, RT.OLE_OBJECT) for part in _related(document, kind)]
    for blob in objects[:_MOST_OBJECTS]:
        if any(name in blob for name in _WRAPPERS_OF_FILES) and sniff_head(blob[:4096]) == "ole":
            leave_to_child()
            from hrss12333.reading.files.ole import embedded_in

            try:
                blob = embedded_in(blob)
            except FileProblem:
                continue
        if sniff_head(blob[:4096]) in ("zip", "ole"):
            yield blob


def _related(document: Document, kind: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            yield relation.target_part


def _on_one_line(root: Element) -> str:
    text = DocumentText(RunStyles(), {})
    text.blocks(as_shown(root))
    return " ".join(" ".join(text.paragraphs).split())


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


_MOST_COLUMNS = 1_000
_P, _R, _TBL, _CELL = map(qn, ("w:p", "w:r", "w:tbl", "w:tcPr"))
_T, _SYMBOL, _TEXT_BOX, _COMMENT = map(qn, ("w:t", "w:sym", "w:txbxContent", "w:commentReference"))
_TEXTS = tuple(map(qn, ("w:noBreakHyphen", "w:br", "w:cr", "w:ptab", "w:tab")))
"""What python-docx knows as a text, too."""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}%s"
_FORMULA, _FORMULA_RUN, _FORMULA_TEXT = (_MATH % name for name in ("oMath", "r", "t"))
_SIGNS = dict(zip(["F0FC", "F050", "F0FB", "F04F", "F0FE", "F052", "F0FD", "F0A8", "F06F"], "√√××☑☑☒□□", strict=True))
"""Signs of Wingdings and Wingdings 2 by their code; a sign not known here is shown as one that cannot be read."""
_FIGURE = lazy(r"\s*[\d,，.]+\s*|[是否√×]")


class _Aside(Struct):
    """What is kept aside of the cell that is being read."""

    ground: str = ""
    """The colour behind it; empty where that is not known."""
    gone: list[str] = field(default_factory=list)
    """Struck-out texts."""
    unseen: list[str] = field(default_factory=list)
    """Texts in the colour of their ground."""


class DocumentText(Tables):
    """Walks a document's blocks and gathers what it meets."""

    def __init__(self, styles: RunStyles, comments: dict[str, str]) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self._styles = styles
        self._comments = comments
        """Id → what it says."""
        self._aside = _Aside()

    def blocks(self, parent: Element) -> list[str]:
        """Read every paragraph and table within; give the paragraphs' own texts, without those of tables."""
        own: list[str] = []
        for element in parent.iterchildren(_P, _TBL):
            if isinstance(element, CT_Tbl):
                self._table(element)
                continue
            inside = [
                each
                for each in element.iter(_R, _FORMULA, _TEXT_BOX)  # but not within a text box anchored here
                if each.getparent() is element or next(each.iterancestors(_P)) is element
            ]
            its = self._styles.paragraph(element)
            text = self._inline_text(inside, its)
            if text.strip():
                own.append(text)
                self.paragraphs.append(text)
                if not self.depth:
                    self.loose.append(text)
                if its.heading:
                    self.headings.append(text.strip())
            for box in (found for found in inside if found.tag == _TEXT_BOX):  # over a cell, as a correction
                own += [line for line in self.blocks(box) if self.depth and _FIGURE.fullmatch(line)]
        return own

    def _inline_text(self, inside: Iterable[Element], its: Paragraph) -> str:
        """What a paragraph says; what is struck out or unseen in it is none of that, but kept aside."""
        said, gone, last = "", "", ("", "")
        for run in inside:
            if run.tag == _FORMULA:
                said += _formula(run)
            if run.tag != _R or (look := self._styles.look(run, its.look)).hidden:
                continue
            text, signs = said_by(run)
            if look.struck:
                gone += text + signs
            elif text.strip() and self._is_unseen(look, its):
                self._aside.unseen.append(text)
            elif look.is_raised(said) and text.strip():  # the number of a footnote is no digit of the figure before it
                said += f"[{text}]"
            else:
                text += signs
                said += f"\n{text}" if is_parted(last[0], text, (last[1], look.colour)) else text
                last = (text, look.colour) if text else last
        if gone.strip():
            self._aside.gone.append(gone)
        return said

    def _is_unseen(self, look: LetterStyle, its: Paragraph) -> bool:
        """Whether letters have the colour of the ground that they stand on."""
        return bool(look.letters) and look.letters == self._aside.ground and not (look.grounded or its.grounded)

    def _table(self, table: CT_Tbl) -> None:
        boxes: dict[At, Box] = {}
        above: dict[int, At] = {}
        """Column → where the range began that reaches down there."""
        ground = self._styles.ground(table)
        with self.table() as sheet:
            for tr in table.tr_lst:
                self._read_row(tr, sheet, ground, boxes, above)
            sheet.merges = [box for box in boxes.values() if box.bottom > box.top or box.right > box.left]
            wide = Counter(map(len, sheet.rows)).most_common(1)
            sheet.ragged = frozenset(at for at, row in enumerate(sheet.rows) if len(row) != wide[0][0])

    def _read_row(
        self, tr: Element, sheet: SheetBuilder, ground: str, boxes: dict[At, Box], above: dict[int, At]
    ) -> None:
        """The cells of a row, each where the one before it ends."""
        row: list[None] = [None] * min(tr.grid_before, _MOST_COLUMNS)
        sheet.rows.append([*row])
        for tc in tr.tc_lst:
            row_number, column = at = len(sheet.rows) - 1, len(sheet.rows[-1])
            span = max(tc.grid_span, 1)
            if column + span > _MOST_COLUMNS:
                raise too_large(word=True)
            own = filled(tc, _CELL)
            text, aside = self._cell_text(tc, ground if own is None else own)
            gone, unseen = "\n".join(aside.gone), "".join(aside.unseen)
            if tc.vMerge == ST_Merge.CONTINUE and column in above:
                start = above[column]
                boxes[start] = replace(boxes[start], bottom=row_number)
                sheet.put(at, None, width=span)
            else:
                above[column] = at
                boxes[at] = Box(*at, row_number, column + span - 1)
                value = typed(text or (unseen if not gone else ""))
                sheet.put(at, value, gone or (unseen if text else ""), width=span)
            if unseen and not (text or gone):
                sheet.marks.note(at, invisible=True)
            said = (
                [self._comments.get(mark.get(qn("w:id")), "") for mark in tc.iter(_COMMENT)] if self._comments else []
            )
            if any(said):
                sheet.marks.note(at, comment="\n".join(said))

    def _cell_text(self, cell: Element, ground: str) -> tuple[str, _Aside]:
        """What a cell says, and what of it is kept aside."""
        around, self._aside = self._aside, _Aside(ground)
        text = "\n".join(self.blocks(cell))
        aside, self._aside = self._aside, around
        return text, aside


def comment_texts(parts: Iterable[Element]) -> dict[str, str]:
    """Id of a comment → what it says."""
    return {
        comment.get(qn("w:id")): "\n".join("".join(line.itertext(_T)) for line in comment.iter(_P))
        for part in parts
        for comment in part
    }


def said_by(run: Element) -> tuple[str, str]:
    """The text of a run, as python-docx gives it; its ticks, crosses and boxes, which are signs of a symbol font."""
    text = signs = ""
    for part in run:
        tag = part.tag
        if tag == _T:
            text += part.text or ""
        elif tag in _TEXTS:
            text += str(part)
        elif tag == _SYMBOL:
            signs += _SIGNS.get(part.get(qn("w:char"), "").upper(), "�")
    return text, signs


def _formula(element: Element) -> str:
    """A number that was typed as a formula; the parts of a fraction or a power are no one number."""
    parts = [part.text or "" for part in element.iter(_FORMULA_TEXT)]
    return ("" if all(child.tag == _FORMULA_RUN for child in element) else " ").join(parts)
