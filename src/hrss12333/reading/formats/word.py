"""Word files (.docx, .docm): their text in reading order, and their tables as grids, by python-docx.

Before it is asked, the document's tree is made to hold what Word shows: deleted text is taken out, and what content
controls, tracked insertions and the like wrap is in their place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.package import Package as WordPackage
from docx.parts.document import DocumentPart

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import leave_to_child
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.file_type import sniff_head
from hrss12333.reading.files.package import Package, refused, too_large
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.word_text import DocumentText, Element, as_shown, comment_texts
from hrss12333.reading.grid import FileProblem, Prose

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
            return _opened_package(package.repacked(changed) if changed else package.data)
        except KeyError:
            return _opened_package(package.repacked(changed | _without_dead_ends(package, changed)))


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


def _opened_package(data: bytes) -> Document:
    return WordPackage.open(BytesIO(data)).main_document_part.document  # type: ignore[no-any-return]  # it has none


def _prose(document: Document, package: Package) -> Prose:
    """The document's text, with foot- and endnotes, which Word counts, and with what its parts and properties say."""
    text = DocumentText(
        document.styles.element.style_lst,
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
    """Parts that the document refers to as of this kind."""
    for relation in document.part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            yield relation.target_part


def _on_one_line(root: Element) -> str:
    """All text of a header or footer."""
    text = DocumentText()
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


_WORD = lazy(r"w|n+(?:en+)*|e")
"""A word by the kinds of its characters, as `_kind` has them."""


@lru_cache(maxsize=8192)
def _kind(character: str) -> str:
    """Wide (a word by itself), either (“ ” … — ①: as its neighbours), narrow or a blank; nothing for what is not seen."""
    if character.isspace():
        return " "
    category, width = unicodedata.category(character), unicodedata.east_asian_width(character)
    if category in ("Cf", "Cc", "Cs"):
        return ""
    if width in ("W", "F"):  # ideographs, kana and full-width forms
        return "w"
    return "e" if width == "A" and category[0] in "PSN" else "n"


def count_words(text: str) -> int:
    """The 字数 of ``text``.

    Every ideograph, kana, full-width letter, digit and punctuation mark is one; a run of other characters (Latin,
    digits, half-width marks) up to a blank or an ideograph is one. Quotation marks, dashes and ellipses, which Chinese
    and Latin share, belong to a run where they are located inside it (``don’t``) and are one each elsewhere. White
    space and invisible characters are none.
    """
    return len(_WORD.findall("".join(map(_kind, text))))
