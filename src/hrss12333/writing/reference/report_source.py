"""A 工作总结 taken apart for the 参阅文件, with distrust: body, styles, numbering, pictures inside the file.

Only parts of the package itself are ever read; an external relationship leads nowhere. Written for any program's Word
files: style ids are resolved through their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.parser import parse_xml
from lxml import etree
from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import damaged
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.opening import unpacked
from hrss12333.reading.formats.word import open_word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
VML = "{urn:schemas-microsoft-com:vml}"
_ALTERNATE, _CHOICE, _FALLBACK = (
    f"{{http://schemas.openxmlformats.org/markup-compatibility/2006}}{name}"
    for name in ("AlternateContent", "Choice", "Fallback")
)
_HEADING = lazy(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_LONGEST_CHAIN = 20
"""Styles based on one another; a longer chain is a circle."""

Element = Any
"""An lxml element; lxml ships no types."""


def w(name: str) -> str:
    """A WordprocessingML name as lxml writes it."""
    return f"{{{W}}}{name}"


def element(name: str, /, **attributes: str) -> Element:
    """A new WordprocessingML element."""
    made = OxmlElement(f"w:{name}")
    for key, text in attributes.items():
        made.set(w(key), text)
    return made


def add(parent: Element, name: str, /, **attributes: str) -> Element:
    """The same as the last child of ``parent``."""
    made = element(name, **attributes)
    parent.append(made)
    return made


def value(element: Element, name: str, attribute: str = "val") -> str | None:
    """The w:val of a child; None where there is no such child. A child without the attribute gives an empty text."""
    child = None if element is None else element.find(w(name))
    return None if child is None else child.get(w(attribute), "")


def is_on(properties: Element, name: str) -> bool:
    """Whether a toggle property is set."""
    found = value(properties, name)
    return found is not None and found.lower() not in ("0", "false", "off", "none")


def number(text: str | None) -> int | None:
    """A whole number of the file; None where it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


_WRAPPERS = tuple(w(name) for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
"""What content controls, custom XML and accepted insertions wrap is in their place."""
_SHOWN = (w("t"), f"{{{A}}}blip", f"{VML}imagedata")


def children(parent: Element, *names: str) -> Iterator[Element]:
    """The children of these names."""
    found: Iterator[Element] = parent.iterchildren(*map(w, names))
    return found


class Style(Struct, frozen=True):
    """What a paragraph style means for the copy."""

    level: int | None = None
    """Heading level from 1."""
    title: bool = False
    contents: bool = False
    """An entry of a table of contents."""
    numbering: tuple[int, int] | None = None
    """numId and level of an automatic number."""


class SourceDocument:
    """The parts of a Word file that the copy needs."""

    def __init__(self, data: bytes) -> None:
        """Open the file.

        Raises:
            FileProblem: F001 where it is no whole Word file, F002 where it is encrypted, F004 where it is too large or
                holds a DTD.
        """
        kind, _, package = unpacked(
            data
        )  # also a .doc, or one that is locked with the password that Word tries by itself
        if package is None or kind != "docx":
            raise damaged(word=True)
        inspect(package, "docx", known=True)
        part = open_word(package).part
        self._relations = {key: found for key, found in part.rels.items() if not found.is_external}
        self.body: Element = part.element.body
        if self.body is None:
            raise damaged(word=True)
        for gallery in [*self.body.iter(w("docPartGallery"))]:
            control = next(gallery.iterancestors(w("sdt")), None)
            if control is not None and gallery.get(w("val")) == "Table of Contents":
                control.getparent().remove(control)
        for alternate in [*self.body.iter(_ALTERNATE)]:
            # The first choice that shows something known, else the fallback.
            branches = [*alternate.iterchildren(_CHOICE), *alternate.iterchildren(_FALLBACK)]
            shown = next((one for one in branches if next(one.iter(*_SHOWN), None) is not None), [*branches, None][0])
            alternate[:] = [] if shown is None else [shown]
        etree.strip_tags(self.body, *_WRAPPERS, _ALTERNATE, _CHOICE, _FALLBACK)

    def _part(self, kind: str) -> Element:
        """Root of the part of this kind; None where there is none."""
        part = next((found.target_part for found in self._relations.values() if found.reltype == kind), None)
        if part is None:
            return None
        return part.element if isinstance(part, XmlPart) else parse_xml(part.blob)

    def picture(self, relation: str | None) -> bytes:
        """A picture that the file holds; empty where it lies outside, or nowhere."""
        found = self._relations.get(relation or "")
        return found.target_part.blob if found is not None and found.reltype == RT.IMAGE else b""

    @cached_property
    def _styles(self) -> dict[str, Element]:
        root = self._part(RT.STYLES)
        return {} if root is None else {style.get(w("styleId"), ""): style for style in root.iter(w("style"))}

    @cached_property
    def _default_style(self) -> str:
        for style_id, style in self._styles.items():
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true"):
                return style_id
        return ""

    def style(self, style_id: str | None) -> Style:
        """What a paragraph style means, those that it is based on included."""
        level: int | None = None
        title = contents = False
        num_id: int | None = None
        num_level: int | None = None
        current: str | None = style_id if style_id is not None else self._default_style
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(current or "")
            if style is None:
                break
            name = (value(style, "name") or "").strip().lower()
            title = title or name in ("title", "标题")
            contents = contents or name.startswith(("toc ", "目录 "))
            heading = _HEADING.match(name)
            properties = style.find(w("pPr"))
            outline = number(value(properties, "outlineLvl"))
            if level is None and heading:
                level = int(heading.group(1))
            elif level is None and outline is not None and 0 <= outline < 9:
                level = outline + 1
            listing = None if properties is None else properties.find(w("numPr"))
            num_id = number(value(listing, "numId")) if num_id is None else num_id
            num_level = number(value(listing, "ilvl")) if num_level is None else num_level
            current = value(style, "basedOn")
        return Style(level, title, contents, (num_id, num_level or 0) if num_id else None)

    def draws_table(self, style_id: str | None) -> bool:
        """Whether a table style draws lines or shades; a style that the file does not define is taken to."""
        if style_id is None:
            return False
        style = self._styles.get(style_id)
        return style is None or (value(style, "name") or "").strip().lower() not in ("normal table", "普通表格")

    @cached_property
    def _numbering(self) -> Element:
        return self._part(RT.NUMBERING)

    def list_definition(self, num_id: int) -> tuple[Element, Element] | None:
        """The w:num and the w:abstractNum behind a numId; None where the file defines none."""
        if self._numbering is None:
            return None
        nums = {number(num.get(w("numId"))): num for num in self._numbering.iter(w("num"))}
        num = nums.get(num_id)
        for _ in range(_LONGEST_CHAIN):
            wanted = value(num, "abstractNumId")
            abstract = next(
                (a for a in self._numbering.iter(w("abstractNum")) if wanted and a.get(w("abstractNumId")) == wanted),
                None,
            )
            link = value(abstract, "numStyleLink")
            if abstract is None or not link:
                break
            style = self._styles.get(link)
            properties = None if style is None else style.find(w("pPr"))
            num = nums.get(number(value(None if properties is None else properties.find(w("numPr")), "numId")))
        return None if num is None or abstract is None else (num, abstract)

    @cached_property
    def _notes(self) -> dict[tuple[str, str], str]:
        found = {}
        for kind, relation in (("footnote", RT.FOOTNOTES), ("endnote", RT.ENDNOTES)):
            root = self._part(relation)
            for note in [] if root is None else root.iter(w(kind)):
                text = "".join(part.text or "" for part in note.iter(w("t"))).strip()
                found[kind, note.get(w("id"), "")] = text
        return found

    def note(self, kind: str, note_id: str) -> str:
        """The text of a ``footnote`` or ``endnote``."""
        return self._notes.get((kind, note_id), "")

    @cached_property
    def has_headings(self) -> bool:
        """Whether headings are marked as such; one alone is the report's title."""
        levels = [
            self.style(value(properties, "pStyle")).level
            if value(properties, "outlineLvl") is None
            else number(value(properties, "outlineLvl"))
            for properties in self.body.iter(w("pPr"))
        ]
        return sum(level is not None and level < 9 for level in levels) > 1
