"""A Word document as Word shows it: its blocks, its cells, and the runs of its paragraphs, each with how it looks.

Whatever wraps them (content controls, tracked insertions, links, smart tags) is looked through; what is deleted, hidden or the
instruction of a field is passed over. How letters look is told by themselves, by their own style, by those of their paragraph
and their table, or by the document's defaults. Forms are read from here, and a 工作总结 is read and copied from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import parse_xml
from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.formats.marks import HIDDEN, RAISED, STRUCK, WHITE

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""


def w(name: str) -> str:
    """A WordprocessingML name as lxml writes it."""
    return f"{{{nsmap['w']}}}{name}"


P, TABLE, BOX, SYMBOL = map(w, ("p", "tbl", "txbxContent", "sym"))
DRAWN = tuple(map(w, ("drawing", "pict", "object")))
NOTES = {w("footnoteReference"): RT.FOOTNOTES, w("endnoteReference"): RT.ENDNOTES}
"""Reference to a note → where the notes of its kind are."""
BLIP, IMAGE = qn("a:blip"), "{urn:schemas-microsoft-com:vml}imagedata"
_R, _T, _TURN, _INSTRUCTION, _SIMPLE_FIELD = map(w, ("r", "t", "fldChar", "instrText", "fldSimple"))
_TEXTS = frozenset(map(w, ("noBreakHyphen", "br", "cr", "ptab", "tab")))
"""What python-docx knows as a text, too."""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}%s"
_FORMULA, _FORMULA_RUN, _FORMULA_TEXT = (_MATH % name for name in ("oMath", "r", "t"))
_PARTS = frozenset((_T, *_TEXTS, SYMBOL, *DRAWN, *NOTES, _FORMULA))
_UNREAD = tuple(map(w, ("del", "moveFrom", "rt")))
"""Deleted text, and the small print of ruby."""
_NOT_SHOWN = etree.XPath(".//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r | .//w:tr[w:trPr/w:del]", namespaces=nsmap)
"""What is in a control until something is chosen (单击此处输入文字), and deleted rows."""
_CONTENTS = etree.XPath(".//w:sdt[w:sdtPr//w:docPartGallery/@w:val='Table of Contents']", namespaces=nsmap)
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"

_MOST_BASES = 20
"""Styles based on one another; a longer chain is a circle."""
_HEADING = lazy(r"(?:heading|标题|title)\s*(?:([1-9])$)?", re.I)
_VAL, _FILL, _THEME = map(w, ("val", "fill", "themeColor"))
_RPR, _PPR, _PSTYLE, _RSTYLE = map(w, ("rPr", "pPr", "pStyle", "rStyle"))
_STRIKES, _HIDES = (w("strike"), w("dstrike")), (w("vanish"),)
_OUTLINE, _SIZE, _COLOUR, _LIFTED = map(w, ("outlineLvl", "sz", "color", "position"))
_RAISED, _SHADING, _HIGHLIGHT = map(w, ("vertAlign", "shd", "highlight"))
_OF_LETTERS = _RSTYLE, *_STRIKES, *_HIDES, _SIZE, _COLOUR, _RAISED, _LIFTED, _HIGHLIGHT
_HEEDED = frozenset((_PSTYLE, _OUTLINE, _SHADING, *_OF_LETTERS))
_ON, _OFF = ("1", "true", "on"), ("0", "false", "off", "none")
NO_HEADING = 10
"""The level of what is no heading."""
_TINY = 4
"""Size, in half points, up to which nothing can be read."""
_Properties = Mapping[str, Element]
"""Name of a property → its element."""
WordLook = Mapping[str, Any]
"""What properties say of letters and paragraphs: whether they are struck, hidden, raised, lifted, of a size (in half points), of a
colour (RRGGBB), or have a ground of their own; the level of a heading from 1, 0 where it is not told, 10 for what is none; whether a style is that of a
title or of an entry of a table of contents. What they do not say is missing."""


class WordRun(Struct, eq=False):
    """Letters that look alike, and what is among them."""

    element: Element
    own: WordLook
    """What it says itself."""
    look: WordLook
    """What holds for it."""
    ground: str
    """The colour behind it as RRGGBB; empty where that is not known."""
    parts: list[Element] = field(default_factory=list)
    """What is shown, in order: texts, symbols, formulas, drawings, references to notes."""

    @property
    def hidden(self) -> bool:
        """Whether it is not shown, or too small to be read."""
        return bool(self.look.get(HIDDEN)) or self.look.get("size", _TINY + 1) <= _TINY

    @property
    def unseen(self) -> bool:
        """Whether it has the colour of its ground."""
        return bool(self.ground) and self.look.get("colour") == self.ground and not self.look.get("grounded")


class WordParagraph(Struct, eq=False):
    """A paragraph and what is shown of it."""

    own: WordLook
    look: WordLook
    ground: str
    runs: list[WordRun] = field(default_factory=list)

    @property
    def boxes(self) -> Iterator[Element]:
        """The contents of its text boxes."""
        return (box for run in self.runs for part in run.parts if part.tag in DRAWN for box in within(part, BOX))


class WordCell(Struct, eq=False):
    """A cell of a table."""

    element: Element
    span: int
    merged: str | None
    """``restart`` where cells below may go on from it, anything else where it goes on from the one above."""
    ground: str
    table: WordLook
    """What the style of the table says."""


class _Field(Struct):
    instruction: str = ""
    shows: bool = False
    """Whether its result has begun."""


class WordDocument:
    """What a Word file shows. Only parts of the file itself are ever read; an external relation leads nowhere."""

    def __init__(self, part: Any, *, contents: bool = True) -> None:
        """``part``: the document's, of python-docx. ``contents``: whether tables of contents are shown."""
        self._part = part
        self._shows_contents = contents
        self._fields: list[_Field] = []
        """Those around what is read; one may begin in a paragraph and end in a later one."""
        root = part.styles.element
        self.styles: dict[str | None, Element] = {style.styleId: style for style in root.style_lst}
        """Id → style."""
        usual = (
            each for each in root.style_lst if each.get(w("type")) == "paragraph" and each.get(w("default")) in _ON
        )
        self._usual = next((style.styleId for style in usual), None)
        self._defaults = look_of(find(root, "docDefaults", "rPrDefault", "rPr"))
        self._known: dict[str | None, WordLook] = {}
        """Id of a style → what it and those that it is based on say."""
        self.body = self._shown(part.element.body)

    def related(self, *kinds: str) -> Iterator[Any]:
        """Parts that the document refers to as of these kinds."""
        for kind in kinds:
            for relation in self._part.rels.values():
                if relation.reltype == kind and not relation.is_external:
                    yield relation.target_part

    def roots(self, *kinds: str) -> Iterator[Element]:
        """What those parts show."""
        for part in self.related(*kinds):
            yield self._shown(part.element if isinstance(part, XmlPart) else parse_xml(part.blob))

    def picture(self, relation: str | None) -> bytes:
        """A picture that the file holds; empty where it is outside, or nowhere."""
        found = self._part.rels.get(relation or "")
        is_held = found is not None and found.reltype == RT.IMAGE and not found.is_external
        return found.target_part.blob if is_held else b""

    def chain(self, style: str | None) -> Iterator[Element]:
        """A style, the one that it is based on, and so on; of paragraphs, the usual one where none is named."""
        current = self.styles.get(style or self._usual)
        for _ in range(_MOST_BASES):
            if current is None:
                return
            yield current
            current = self.styles.get(current.basedOn_val)

    def looks(self, element: Element, cell: WordCell | None = None) -> WordParagraph:
        """How a paragraph looks, in a cell or in none."""
        own = look_of(element.find(_PPR))
        style = self._style(own.get("style", self._usual))
        look = {**self._defaults, **(cell.table if cell else {}), **style, **own}
        return WordParagraph(own, look, cell.ground if cell else "")

    def paragraph(self, element: Element, cell: WordCell | None = None) -> WordParagraph:
        """The same with what is shown of it. A field whose instruction does not end in it is dropped."""
        found = self.looks(element, cell)
        self._gather(element, WordRun(element, {}, found.look, found.ground), found)
        self._fields = [each for each in self._fields if each.shows]
        return found

    def rows(self, table: Element) -> Iterator[tuple[Element, list[WordCell]]]:
        """The rows of a table with their cells."""
        properties = find(table, "tblPr")
        name = value(properties, "tblStyle")
        style = self._style(name) if name else {}
        ground = _filled(properties)
        if ground is None:  # it is not known where a style shades cells
            ground = "" if "grounded" in style else WHITE
        style = {name: said for name, said in style.items() if name != "grounded"}
        for row in within(table, w("tr")):
            cells = []
            for cell in within(row, w("tc")):
                own = find(cell, "tcPr")
                filled, span = _filled(own), number(value(own, "gridSpan")) or 1
                cells.append(
                    WordCell(cell, max(span, 1), value(own, "vMerge"), ground if filled is None else filled, style)
                )
            yield row, cells

    def _shown(self, root: Element) -> Element:
        """The same tree without what Word does not show."""
        for element in [*_NOT_SHOWN(root), *([] if self._shows_contents else _CONTENTS(root))]:
            element.getparent().remove(element)
        etree.strip_elements(root, *_UNREAD, with_tail=False)
        for alternate in [*root.iter(_ALTERNATE)]:  # the first that shows something, else the first
            showing = (branch for branch in alternate if next(branch.iter(_T, BLIP, IMAGE), None) is not None)
            alternate[:] = [*showing, *alternate][:1]
        return root

    def _gather(self, parent: Element, run: WordRun, paragraph: WordParagraph) -> None:
        """Add what is shown within ``parent``; a hidden run may yet hold the end of a field."""
        runs = paragraph.runs
        for child in parent:
            tag = child.tag
            if tag in _PARTS:
                if run.hidden or not all(map(self._is_result, self._fields)):
                    continue
                if not runs or runs[-1] is not run:
                    run = replace(run, parts=[]) if run.parts else run  # it goes on behind another
                    runs.append(run)
                run.parts.append(child)
            elif tag == _R:
                self._gather(child, self._run(child, paragraph), paragraph)
            elif tag == _TURN:
                self._turn(child.get(w("fldCharType")))
            elif tag == _INSTRUCTION and self._fields:
                self._fields[-1].instruction += child.text or ""
            elif tag != _SIMPLE_FIELD or self._is_result(_Field(child.get(w("instr"), ""), shows=True)):
                self._gather(child, run, paragraph)

    def _run(self, element: Element, paragraph: WordParagraph) -> WordRun:
        own = look_of(element.find(_RPR))
        style = self._style(own["style"]) if "style" in own else {}
        return WordRun(element, own, {**paragraph.look, **style, **own} if own else paragraph.look, paragraph.ground)

    def _turn(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_result(self, around: _Field) -> bool:
        """Whether what is read now is what this field shows."""
        return around.shows and (self._shows_contents or around.instruction.split()[:1] not in (["TOC"], ["toc"]))

    def _style(self, name: str | None) -> WordLook:
        if name not in self._known:
            look: dict[str, Any] = {}
            for style in self.chain(name):
                said = {**look_of(style.find(_PPR)), **look_of(style.find(_RPR))}
                called = (style.name_val or "").strip().lower()
                heading = _HEADING.match(called)
                if heading and (heading[1] or said.get("level") == NO_HEADING):
                    said["level"] = int(heading[1] or 0)
                marks = {
                    "heading": heading,
                    "title": called in ("title", "标题"),
                    "contents": called.startswith(("toc ", "目录 ")),
                    "grounded": next(style.iter(_SHADING), None) is not None,
                }
                look = {**said, **{mark: True for mark, holds in marks.items() if holds}, **look}
            self._known[name] = {"level": 0, **look} if "heading" in look else look
        return self._known[name]


def find(parent: Element, *path: str) -> Element:
    """The first child of the first name, and within it that of the next; None where there is none."""
    for name in path:
        parent = None if parent is None else parent.find(w(name))
    return parent


def value(parent: Element, *path: str, attribute: str = "val") -> str | None:
    """An attribute of what is found there, empty where it has none; None where nothing is found."""
    found = find(parent, *path)
    return None if found is None else found.get(w(attribute), "")


def number(text: str | None) -> int | None:
    """A whole number of the file; None where it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def within(parent: Element, *names: str) -> Iterator[Element]:
    """The outermost elements of these names, whatever wraps them."""
    for child in parent:
        if child.tag in names:
            yield child
        else:
            yield from within(child, *names)


def text_of(part: Element) -> str:
    """What a text, a break or a formula says; nothing for what is none."""
    if part.tag == _T:
        return part.text or ""
    if part.tag in _TEXTS:
        return str(part)
    if part.tag != _FORMULA:
        return ""
    # A number may be typed as a formula; the parts of a fraction or a power are no one number.
    parts = [each.text or "" for each in part.iter(_FORMULA_TEXT)]
    return ("" if all(child.tag == _FORMULA_RUN for child in part) else " ").join(parts)


def look_of(held: Element) -> WordLook:
    """What these properties say of letters and paragraphs; the first of a name counts."""
    if held is None or not len(held):
        return {}
    properties = {part.tag: part for part in reversed(held) if part.tag in _HEEDED}
    if not properties:
        return {}
    size, level, lifted = (_value(properties, name) for name in (_SIZE, _OUTLINE, _LIFTED))
    raised = _value(properties, _RAISED)
    said = {
        "style": _value(properties, _PSTYLE) or _value(properties, _RSTYLE) or None,
        HIDDEN: _is_set(properties, _HIDES),
        "size": number(size),
        STRUCK: _is_set(properties, _STRIKES),
        RAISED: raised in ("superscript", "subscript") if raised else None,
        "lifted": lifted != "0" if lifted else None,
        "colour": _colour(properties) or None,
        "grounded": _SHADING in properties or _HIGHLIGHT in properties or None,
        "level": None if (outline := number(level)) is None else min(outline + 1, NO_HEADING),
    }
    return {name: value for name, value in said.items() if value is not None}


def _filled(properties: Element) -> str | None:
    """The colour that a table or a cell puts behind its text; empty where it is not known, None where there is none."""
    shading = find(properties, "shd")
    if shading is None or (fill := shading.get(_FILL, "auto")) == "auto":
        return None
    return str(fill).upper() if shading.get(_VAL) == "clear" else ""


def _value(properties: _Properties, name: str) -> str:
    return str(properties[name].get(_VAL, "")) if name in properties else ""


def _is_set(properties: _Properties, names: tuple[str, ...]) -> bool | None:
    """Whether it says one of these; None where it says nothing of them."""
    found = [properties[name] for name in names if name in properties]
    return any(part.get(_VAL, "1").lower() not in _OFF for part in found) if found else None


def _colour(properties: _Properties) -> str:
    """The colour that it gives, as RRGGBB or by its name in the theme; empty where it gives none that is known."""
    if _COLOUR not in properties:
        return ""
    theme = properties[_COLOUR].get(_THEME)
    if theme:
        return WHITE if theme in ("background1", "light1") else str(theme)
    return str(properties[_COLOUR].get(_VAL, "auto")).upper()
