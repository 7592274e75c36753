"""Word files (.docx, .docm): their text in reading order, and their tables as grids, by python-docx.

Before it is asked, the document's tree is made to hold what Word shows: deleted text is taken out, and what content
controls, tracked insertions and the like wrap is in their place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from io import BytesIO
from itertools import islice
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
from hrss12333.reading.files.file_type import sniff_head
from hrss12333.reading.files.package import Package, properties, refused, too_large
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.word_text import DocumentText, Element, as_shown, comment_texts
from hrss12333.reading.grid import FileProblem, Prose

if TYPE_CHECKING:
    from docx.document import Document

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


def open_word(package: Package) -> Document:
    """A Word file that the guard has let through, also a template, one with macros, or one in Strict OOXML."""
    if any(info.file_size > _MAX_XML for info in package.infos if info.filename.lower().endswith(".xml")):
        raise too_large(word=True)
    changed: dict[str, bytes] = {}
    if _STRICT.search(package.read("_rels/.rels")):
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
    """A document's text, with foot- and endnotes, which Word counts, its headings and tables, and what its parts say."""
    inspect(package, "docx")
    document = open_word(package)
    related = partial(_related, document)
    try:
        with refused(word=True):
            comments = comment_texts(parse_xml(part.blob) for part in related(RT.COMMENTS))
            text = DocumentText(document.styles.element.style_lst, comments)
            text.blocks(as_shown(document.element.body))
            text.between()
            for part in related(RT.FOOTNOTES, RT.ENDNOTES):
                for note in as_shown(parse_xml(part.blob)):
                    if note.get(qn("w:type")) is None:  # separators have one
                        text.blocks(note)
            footers = (_on_one_line(part.element) for part in related(RT.HEADER, RT.FOOTER))
            known = properties(package)
            links = (each for each in document.part.rels.values() if each.is_external)
            return Prose(
                paragraphs=tuple(text.paragraphs),
                headings=tuple(text.headings),
                words=count_words("\n".join(text.paragraphs)),
                saved=known.saved,
                grids=tuple(text.grids),
                footers=dict.fromkeys(filter(None, footers), ()),
                macros="vbaproject.bin\n" in package.listing,
                external_links=any(link.reltype != RT.HYPERLINK for link in links),
                category=known.category,
                embedded=tuple(_embedded(part.blob for part in related(RT.PACKAGE, RT.OLE_OBJECT))),
            )
    finally:  # parts refer to one another: the trees of hundreds of files would wait until somebody looks for such circles
        for part in [*document.part.package.iter_parts()]:
            vars(part).clear()


def _opened_package(data: bytes) -> Document:
    return WordPackage.open(BytesIO(data)).main_document_part.document  # type: ignore[no-any-return]  # it has none


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


def _related(document: Document, *kinds: str) -> Iterator[Any]:
    """Parts that the document refers to as of these kinds."""
    for kind in kinds:
        for relation in document.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                yield relation.target_part


def _on_one_line(root: Element) -> str:
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
