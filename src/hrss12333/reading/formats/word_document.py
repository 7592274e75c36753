"""A Word document as Word shows it: its cells, paragraphs and runs, each with its look.

Forms are read from here, and a 工作总结 read and copied. Wrappers (content controls, tracked insertions, links)
are transparent; what is deleted, hidden or a field's instruction is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import parse_xml
from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.reading.grid import HIDDEN, RAISED, STRUCK

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""


def w(name: str) -> str:
    """A WordprocessingML name as lxml writes it."""
    return f"{{{nsmap['w']}}}{name}"


def find(parent: Element, *path: str) -> Element:
    """The element at the end of this path of names; None if there is none."""
    for name in path:
        parent = None if parent is None else parent.find(w(name))
    return parent


def value(parent: Element, *path: str, attribute: str = "val") -> str | None:
    """An attribute of the element at the end of a path, "" if it has none; None without the element."""
    found = find(parent, *path)
    return None if found is None else found.get(w(attribute), "")


def whole_number(text: str | None) -> int | None:
    """The number that a text is; None if it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def is_on(setting: Element) -> bool:
    """Whether a setting's element turns it on; a missing one does not."""
    return setting is not None and setting.get(_VAL, "1").lower() not in ("0", "false", "off", "none")


def within(parent: Element, *names: str) -> Iterator[Element]:
    """The outermost elements with these names, whatever wraps them."""
    for child in parent:
        if child.tag in names:
            yield child
        else:
            yield from within(child, *names)


BOX, SYMBOL = w("txbxContent"), w("sym")
_DRAWN = frozenset(map(w, ("drawing", "pict", "object")))
NOTES = {w("footnoteReference"): RT.FOOTNOTES, w("endnoteReference"): RT.ENDNOTES}
"""Reference to a note → relation to the part with the notes of its kind."""
BLIP, IMAGE = qn("a:blip"), "{urn:schemas-microsoft-com:vml}imagedata"
_R, _T, _RPR, _PPR, _TURN = map(w, ("r", "t", "rPr", "pPr", "fldChar"))
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}%s"
_FORMULA, _FORMULA_RUN, _FORMULA_TEXT = (_MATH % name for name in ("oMath", "r", "t"))
_TEXTS = frozenset((_T, _FORMULA, *map(w, ("noBreakHyphen", "br", "cr", "ptab", "tab"))))
_PARTS = frozenset((SYMBOL, *_DRAWN, *NOTES, *_TEXTS))
_SIGNS = dict(zip(["F0FC", "F050", "F0FB", "F04F", "F0FE", "F052", "F0FD", "F0A8", "F06F"], "√√××☑☑☒□□", strict=True))
"""Characters of Wingdings and Wingdings 2 by code → the text read, also when typed in that font."""
_TYPED_SIGN = "[\uf020-\uf0ff]"
_UNREAD = tuple(map(w, ("del", "moveFrom", "rt")))
"""Deleted text, and the small print of ruby."""
_NOT_SHOWN = etree.XPath(".//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r | .//w:tr[w:trPr/w:del]", namespaces=nsmap)
"""Placeholders of controls (单击此处输入文字), and deleted rows."""
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MOST_BASES = 20
"""Styles based on one another; a longer chain is a circle."""
_CALLED = re.compile(
    r"\s*(?:(?P<contents>toc |目录 )|(?P<heading>heading|标题|title)\s*(?:(?P<level>[1-9])\s*$)?)", re.I
)
"""Styles recognised by their names."""
_MOST_FIELDS = 50
"""Most nested fields that are tracked."""
_TINY = 4
"""Size, in half points, up to which text is illegible."""
_VAL = w("val")
NO_HEADING = 10
"""The level of a paragraph that is no heading."""
WordLook = Mapping[str, Any]
"""Properties of letters and paragraphs, under their keys in `_LOOK_PROPERTIES`, where set."""


def look_of(properties: Element) -> WordLook:
    """The look that these properties give; the first of a name counts."""
    parts = [] if properties is None else [part for part in reversed(properties) if part.tag in _LOOK_PROPERTIES]
    given = {name: read(part) for part in parts for name, read in [_LOOK_PROPERTIES[part.tag]]}
    return {name: found for name, found in given.items() if found is not None}


_LOOK_PROPERTIES: Mapping[str, tuple[str, Callable[[Element], Any]]] = {
    **dict.fromkeys((w("pStyle"), w("rStyle")), ("style", lambda part: part.get(_VAL))),
    w("strike"): (STRUCK, is_on),
    w("dstrike"): ("twice", is_on),
    w("vanish"): (HIDDEN, is_on),
    w("vertAlign"): (RAISED, lambda part: part.get(_VAL) in ("superscript", "subscript")),
    w("position"): ("lifted", lambda part: part.get(_VAL) not in ("", "0")),
    w("sz"): ("size", lambda part: whole_number(part.get(_VAL))),
    w("numPr"): (
        "listed",
        lambda part: (whole_number(value(part, "numId")) or 0, whole_number(value(part, "ilvl")) or 0),
    ),
    w("outlineLvl"): ("level", lambda part: min((whole_number(part.get(_VAL)) or 0) + 1, NO_HEADING)),
}
"""Property → its key in a look, and how it is read: size in half points, level from 1 (0 of a title)."""


class WordRun(Struct, eq=False):
    """Letters of one look, and what is among them."""

    element: Element
    marks: frozenset[str]
    """The marks of the letters: struck, hidden, raised."""
    parts: list[str | Element] = field(default_factory=list)
    """The parts that are shown, in order: texts, and symbols, drawings and references to notes as elements."""

    @property
    def text(self) -> str:
        """Its text; an unrecognised symbol becomes an illegible one."""
        return "".join(part if isinstance(part, str) else "�" * (part.tag == SYMBOL) for part in self.parts)


class WordParagraph(Struct, eq=False):
    """A paragraph as shown."""

    look: WordLook
    runs: list[WordRun] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    """The contents of its text boxes."""
    last: str = ""
    """The last text so far that is not struck out."""


class WordCell(Struct, eq=False):
    """A cell of a table."""

    element: Element
    span: int
    merged: str | None
    """``restart`` if cells below may continue it, anything else if it continues the one above."""
    look: WordLook
    """The look that its table and the cell give its content."""


class WordDocument:
    """A Word file as Word shows it, without the targets of external relations."""

    def __init__(self, part: Any) -> None:
        """``part``: the document's main part, from python-docx."""
        self.part = part
        self._fields: list[bool] = []
        """For each field around the current position, whether its (hidden) instruction has ended."""
        styles = part.styles.element
        self.styles: dict[str | None, Element] = {style.styleId: style for style in styles.style_lst}
        """Id → style."""
        self._known: dict[str | None, WordLook] = {None: {}}
        """Id of a style → its look, inherited looks included."""
        usual = styles.xpath("w:style[@w:type='paragraph'][@w:default='1' or @w:default='true']/@w:styleId")
        self._usual = usual[0] if usual else None
        self._defaults = look_of(find(styles, "docDefaults", "rPrDefault", "rPr"))
        self.body = self._shown(part.element.body)

    def related(self, *kinds: str) -> Iterator[Any]:
        """Parts of these kinds to which the document refers."""
        relations = [each for each in self.part.rels.values() if not each.is_external]
        return (each.target_part for kind in kinds for each in relations if each.reltype == kind)

    def roots(self, *kinds: str) -> Iterator[Element]:
        """The contents of these parts, without what Word does not show."""
        for part in self.related(*kinds):
            yield self._shown(part.element if isinstance(part, XmlPart) else parse_xml(part.blob))

    def chain(self, style: str | None) -> Iterator[Element]:
        """A style (by default that of paragraphs), the style that it is based on, and so on."""
        current = self.styles.get(style or self._usual)
        for _ in range(_MOST_BASES):
            if current is not None:
                yield current
                current = self.styles.get(current.basedOn_val)

    def look(self, properties: Element, around: WordLook, usual: str | None = None) -> WordLook:
        """The look of letters: by their properties, else their style's, else that around them."""
        own = look_of(properties)
        style = self._style(own.get("style", usual))
        return {**around, **style, **own} if own or style else around

    def paragraph(self, element: Element, around: WordLook | None = None) -> WordParagraph:
        """The visible part of a paragraph, without fields whose instruction continues beyond it."""
        found = WordParagraph(self.look(element.find(_PPR), {**self._defaults, **(around or {})}, self._usual))
        self._gather(element, _run(element, found.look, ""), found)
        self._fields = [*filter(None, self._fields)]
        return found

    def rows(self, table: Element) -> Iterator[tuple[Element, list[WordCell]]]:
        """The rows of a table with their cells."""
        properties = find(table, "tblPr")
        look = {**self._style(value(properties, "tblStyle")), **look_of(properties)}
        for row in within(table, w("tr")):
            cells = []
            for cell in within(row, w("tc")):
                own = find(cell, "tcPr")
                span = max(whole_number(value(own, "gridSpan")) or 1, 1)
                removed = {} if find(own, "cellDel") is None else {STRUCK: True}
                cells.append(WordCell(cell, span, value(own, "vMerge"), {**look, **look_of(own), **removed}))
            yield row, cells

    def _shown(self, root: Element) -> Element:
        """The tree without what Word does not show."""
        for element in _NOT_SHOWN(root):
            element.getparent().remove(element)
        etree.strip_elements(root, *_UNREAD, with_tail=False)
        for alternate in [*root.iter(_ALTERNATE)]:  # the first that shows something, else the first
            showing = (branch for branch in alternate if next(branch.iter(_T, BLIP, IMAGE), None) is not None)
            alternate[:] = [*showing, *alternate][:1]
        return root

    def _gather(self, parent: Element, run: WordRun, paragraph: WordParagraph) -> None:
        """Add what is shown within ``parent``; hidden runs are searched for ends of fields."""
        runs = paragraph.runs
        for child in parent:
            tag = child.tag
            if tag in _PARTS:
                if HIDDEN in run.marks or not all(self._fields):
                    continue
                if not runs or runs[-1] is not run:
                    run = replace(run, parts=[]) if run.parts else run  # the run continues after the other one
                    runs.append(run)
                known = _SIGNS if child.get(w("font"), "").startswith("Wingdings") else {}
                part = _text(child) if tag in _TEXTS else known.get(child.get(w("char"), "").upper(), child)
                run.parts.append(part)
                if isinstance(part, str) and STRUCK not in run.marks:
                    paragraph.last = part or paragraph.last
                elif tag in _DRAWN:
                    paragraph.boxes += within(child, BOX)
            elif tag == _R:
                self._gather(child, _run(child, self.look(child.find(_RPR), paragraph.look), paragraph.last), paragraph)
            elif tag == _TURN:
                kind = child.get(w("fldCharType"))
                around = self._fields[-_MOST_FIELDS:] if kind == "begin" else self._fields[:-1]
                self._fields = around if kind == "end" else [*around, kind != "begin"]
            elif tag not in (_PPR, _RPR):
                self._gather(child, run, paragraph)

    def _style(self, name: str | None) -> WordLook:
        if name not in self._known:
            look: dict[str, Any] = {}
            for style in self.chain(name):
                called = _CALLED.match(value(style, "name") or "")
                said = {**look_of(find(style, "pPr")), **look_of(find(style, "rPr"))}
                said |= {key: text for key, text in called.groupdict().items() if text} if called else {}
                look = said | look
            if "heading" in look:
                look["level"] = int(look.get("level", 0))
            self._known[name] = look
        return self._known[name]


def _run(element: Element, look: WordLook, before: str) -> WordRun:
    holds = {
        STRUCK: look.get(STRUCK) or look.get("twice"),
        HIDDEN: look.get(HIDDEN) or look.get("size", _TINY + 1) <= _TINY,
        RAISED: look.get(RAISED) or (look.get("lifted") and before[-1:].isdigit()),
    }
    return WordRun(element, frozenset(mark for mark, held in holds.items() if held))


def _text(part: Element) -> str:
    if part.tag == _T:
        return re.sub(_TYPED_SIGN, lambda sign: _SIGNS.get(f"{ord(sign[0]):X}", sign[0]), part.text or "")
    if part.tag != _FORMULA:
        return str(part)  # the text as python-docx gives it
    # A number may be typed as a formula; the parts of a fraction or a power are no one number.
    parts = [each.text or "" for each in part.iter(_FORMULA_TEXT)]
    return ("" if all(child.tag == _FORMULA_RUN for child in part) else " ").join(parts)
