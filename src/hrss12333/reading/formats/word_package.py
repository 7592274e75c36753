"""A Word file opened by python-docx: also a template, one with macros, in Strict OOXML, or with relations that lead nowhere."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from docx.opc.constants import CONTENT_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.package import Unmarshaller
from docx.opc.packuri import PackURI
from docx.opc.part import Part, PartFactory
from docx.opc.pkgreader import PackageReader
from docx.oxml.parser import parse_xml
from docx.package import Package as WordPackage
from docx.parts.document import DocumentPart

from hrss12333.reading.files.bounds import out_of_memory
from hrss12333.reading.files.package import Package, damaged, too_large
from hrss12333.reading.files.remembered import remembered
from hrss12333.reading.formats.word_styles import RunStyles

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
_STRICT_NAME = b"http://purl.oclc.org/ooxml/"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
"""Names of Strict OOXML and what python-docx calls the same."""


def open_word(package: Package) -> Document:
    """A Word file that the guard has let through, also a template, one with macros, or one in Strict OOXML.

    Raises:
        FileProblem: F001 where python-docx cannot open it, F004 where it is too large.
    """
    if any(info.file_size > MAX_XML for info in package.infos if info.filename.lower().endswith(".xml")):
        raise too_large(word=True)
    changed: dict[str, bytes] = {}
    if _STRICT_NAME in package.read("_rels/.rels"):
        changed = {name: _transitional(package.read(name)) for name in package.names}
    try:
        try:
            return _opened(package.repacked(changed) if changed else package.data)
        except KeyError:
            return _opened(package.repacked(changed | _without_dead_ends(package, changed)))
    except MemoryError as error:
        raise out_of_memory() from error
    except Exception as error:  # python-docx fails in many ways on what is not as it should be
        raise damaged(word=True) from error


def styles_of(document: Document) -> RunStyles:
    """The styles of a document; where it has none, those of python-docx."""
    try:
        part = document.part.part_related_by(RT.STYLES)
    except KeyError:
        return RunStyles.below(document.styles.element)
    return part.styles  # type: ignore[attr-defined, no-any-return]  # of a `_Styles`


def _opened(data: bytes) -> Document:
    package = WordPackage()
    Unmarshaller.unmarshal(PackageReader.from_file(BytesIO(data)), package, _Parts)  # type: ignore[no-untyped-call]
    return package.main_document_part.document  # type: ignore[no-any-return]


def _parsed_styles(part: bytes) -> RunStyles:
    return RunStyles.below(parse_xml(part))


_remembered_styles = remembered(_parsed_styles, largest=2**19, most=4)
"""Those of documents that one program has written are often the same, and far larger than what these say."""


class _Styles(Part):
    """The styles of a document: looked up where they are known, and nobody's to change."""

    styles: RunStyles

    @classmethod
    def load(cls, partname: PackURI, content_type: str, blob: bytes, package: WordPackage) -> Part:
        """The part as it was stored."""
        part = cls(partname, content_type, blob, package)
        part.styles = _remembered_styles(blob)
        return part


_KINDS: dict[str, type[Part]] = {
    **PartFactory.part_type_for,
    **dict.fromkeys(_OTHER_DOCUMENTS, DocumentPart),
    CONTENT_TYPE.WML_STYLES: _Styles,
}


class _Parts(PartFactory):
    """What python-docx makes of the parts of a file."""

    part_type_for = _KINDS


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


def _transitional(part: bytes) -> bytes:
    for strict, usual in _STRICT:
        part = part.replace(strict, usual)
    return part
