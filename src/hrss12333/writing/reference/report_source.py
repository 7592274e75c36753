"""A 工作总结 taken apart for the 参阅文件, with distrust: body, styles, numbering, pictures inside the file.

Only parts of the package itself are ever read; an external relationship leads nowhere. Written for any program's Word
files: style ids are resolved through their names.
"""

from __future__ import annotations

import re
from functools import cached_property

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml.ns import nsmap
from docx.oxml.parser import parse_xml
from lxml import etree
from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.file_type import unpacked
from hrss12333.reading.files.package import damaged
from hrss12333.reading.files.zip_guard import inspect
from hrss12333.reading.formats.word import open_word
from hrss12333.writing.reference.fields import Element, add, element, find, is_on, value, w, whole_number

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
_BODY = 9
"""The outline level of what is no heading."""

_WRAPPERS = tuple(w(name) for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
"""What content controls, custom XML and accepted insertions wrap is in their place."""
_NOT_SHOWN = etree.XPath(".//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r | .//w:tr[w:trPr/w:del]", namespaces=nsmap)
"""What is in a control until something is written (单击此处输入文字), and deleted rows."""
_SHOWN = (w("t"), f"{{{A}}}blip", f"{VML}imagedata")


class Style(Struct, frozen=True):
    """What a paragraph style means for the copy."""

    level: int | None = None
    """Heading level from 1."""
    title: bool = False
    contents: bool = False
    """An entry of a table of contents."""
    numbering: tuple[int, int] | None = None
    """numId and level of an automatic number."""
    hidden: bool | None = None
    """Whether its text is; None where it does not say."""


class SourceDocument:
    """The parts of a Word file that the copy needs."""

    def __init__(self, data: bytes) -> None:
        """Open the file.

        Raises:
            FileProblem: F001 where it is no whole Word file, F002 where it is encrypted, F004 where it is too large or
                holds a DTD.
        """
        # Also a .doc, or one that is locked with the password that Word tries by itself.
        kind, _, package = unpacked(data)
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
        for unseen in _NOT_SHOWN(self.body):
            unseen.getparent().remove(unseen)
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
        paragraphs = ((key, style) for key, style in self._styles.items() if style.get(w("type")) == "paragraph")
        return next((key for key, style in paragraphs if style.get(w("default")) in ("1", "true")), "")

    def style(self, style_id: str | None) -> Style:
        """What a style means, those that it is based on included; the default of paragraphs where none is named."""
        level = num_id = num_level = hidden = None
        title = contents = False
        current: str | None = self._default_style if style_id is None else style_id
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(current or "")
            if style is None:
                break
            name = _name(style)
            title = title or name in ("title", "标题")
            contents = contents or name.startswith(("toc ", "目录 "))
            if level is None:
                heading, outline = _HEADING.match(name), whole_number(value(style, "pPr", "outlineLvl"))
                level = int(heading[1]) if heading else level_of(outline)
            num_id = whole_number(value(style, "pPr", "numPr", "numId")) if num_id is None else num_id
            num_level = whole_number(value(style, "pPr", "numPr", "ilvl")) if num_level is None else num_level
            if hidden is None and value(style, "rPr", "vanish") is not None:
                hidden = is_on(find(style, "rPr"), "vanish")
            current = value(style, "basedOn")
        return Style(level, title, contents, (num_id, num_level or 0) if num_id else None, hidden)

    def draws_table(self, style_id: str | None) -> bool:
        """Whether a table style draws lines or shades; a style that the file does not define is taken to."""
        style = self._styles.get(style_id or "")
        return style_id is not None and (style is None or _name(style) not in ("normal table", "普通表格"))

    def list_definition(self, num_id: int) -> tuple[Element, Element] | None:
        """The w:num and the w:abstractNum behind a numId; None where the file defines none."""
        nums, abstracts = self._numbering
        num = nums.get(num_id)
        for _ in range(_LONGEST_CHAIN):
            abstract = abstracts.get(value(num, "abstractNumId") or "")
            if abstract is None:
                return None
            link = value(abstract, "numStyleLink")
            if not link:
                return num, abstract
            num = nums.get(whole_number(value(self._styles.get(link), "pPr", "numPr", "numId")))
        return None

    @cached_property
    def _numbering(self) -> tuple[dict[int | None, Element], dict[str | None, Element]]:
        """Every w:num and w:abstractNum by its id."""
        root = self._part(RT.NUMBERING)
        found = [] if root is None else [*root.iter(w("num"), w("abstractNum"))]
        nums = {whole_number(each.get(w("numId"))): each for each in found if each.tag == w("num")}
        return nums, {each.get(w("abstractNumId")): each for each in found if each.tag != w("num")}

    @cached_property
    def notes(self) -> dict[tuple[str, str], str]:
        """``footnote`` or ``endnote`` and its id → its text."""
        found = {}
        for kind, relation in (("footnote", RT.FOOTNOTES), ("endnote", RT.ENDNOTES)):
            root = self._part(relation)
            for note in [] if root is None else root.iter(w(kind)):
                found[kind, note.get(w("id"), "")] = "".join(part.text or "" for part in note.iter(w("t"))).strip()
        return found

    @cached_property
    def has_headings(self) -> bool:
        """Whether headings are marked as such; one alone is the report's title."""
        levels = [
            self.style(value(properties, "pStyle")).level
            if value(properties, "outlineLvl") is None
            else whole_number(value(properties, "outlineLvl"))
            for properties in self.body.iter(w("pPr"))
        ]
        return sum(level is not None and level < _BODY for level in levels) > 1


def _name(style: Element) -> str:
    return (value(style, "name") or "").strip().lower()


def level_of(outline: int | None) -> int | None:
    """Heading level from 1 of an outline level; None for body text."""
    return outline + 1 if outline is not None and 0 <= outline < _BODY else None


# fmt: off
_FORMATS = frozenset((
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "bullet", "none", "decimalZero",
    "decimalFullWidth", "decimalFullWidth2", "decimalHalfWidth", "decimalEnclosedCircle", "decimalEnclosedFullstop",
    "decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographDigital", "ideographTraditional",
    "ideographZodiac", "ideographEnclosedCircle", "japaneseCounting", "chineseCounting", "chineseCountingThousand",
    "chineseLegalSimplified", "taiwaneseCounting",
))
# fmt: on
_LIST_LEVELS = 9
_STEP = 420
"""Indent of a list level in twentieths of a point."""
_WIDEST = 3600


class Lists:
    """The lists of one source document in the target.

    Each definition is written anew from the few settings known to be harmless, with numbers of its own, so that every
    report's lists start where their writer started them.
    """

    def __init__(self, document: Document, source: SourceDocument) -> None:
        """Lists of ``source`` are added to ``document`` when first asked for."""
        self._root: Element = document.part.numbering_part.element
        self._source = source
        self._known: dict[int, int | None] = {}

    def number_of(self, num_id: int) -> int | None:
        """The target's numId for the source's; None where the source does not define it."""
        if num_id not in self._known:
            found = self._source.list_definition(num_id)
            self._known[num_id] = None if found is None else self._added(*found)
        return self._known[num_id]

    def _added(self, num: Element, abstract: Element) -> int:
        before = len(self._root) // 2  # a w:num refers to each w:abstractNum
        levels = {whole_number(level.get(w("ilvl"))): level for level in abstract.iter(w("lvl"))}
        starts: dict[int | None, int | None] = {}
        for override in num.iter(w("lvlOverride")):
            index, replaced = whole_number(override.get(w("ilvl"))), find(override, "lvl")
            starts[index] = whole_number(value(override, "startOverride"))
            if replaced is not None:
                levels[index] = replaced
        made = element(
            "abstractNum",
            element("nsid", val=f"{0x12330001 + before:08X}"),
            element("multiLevelType", val="multilevel"),
            *(_level(at, levels[at], starts.get(at)) for at in range(_LIST_LEVELS) if at in levels),
            abstractNumId=str(before + 1),
        )
        self._root.insert(before, made)  # all w:abstractNum are before the first w:num
        add(self._root, "num", element("abstractNumId", val=str(before + 1)), numId=str(before + 1))
        return before + 1


def _level(index: int, source: Element, start: int | None) -> Element:
    own = whole_number(value(source, "start"))
    begin = start if start is not None else 1 if own is None else own
    formats = [found.get(w("val"), "") for found in source.iter(w("numFmt"))]
    form = next((found for found in formats if found in _FORMATS), "decimal")
    suffix, text = value(source, "suff"), value(source, "lvlText") or ("•" if form == "bullet" else "")
    given = [whole_number(value(source, "pPr", "ind", attribute=side)) for side in ("left", "start")]
    left = next((min(max(one, _STEP), _WIDEST) for one in given if one is not None), _STEP * (index + 1))
    fonts = [value(source, "rPr", "rFonts", attribute=script) for script in ("ascii", "hAnsi")]
    font = (fonts[0] or fonts[1] or "")[:31] if form == "bullet" else ""
    return element(
        "lvl",
        element("start", val=str(min(max(begin, 0), 32_767))),
        element("numFmt", val=form),
        element("suff", val=suffix) if suffix in ("tab", "space", "nothing") else None,
        element("lvlText", val=text[:31]),
        element("lvlJc", val="left"),
        element("pPr", element("ind", left=str(left + _STEP), hanging=str(_STEP))),
        element("rPr", element("rFonts", ascii=font, hAnsi=font, hint="default")) if font else None,
        ilvl=str(index),
    )
