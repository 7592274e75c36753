"""The text of a Word document in reading order, as Word shows it: what its paragraphs say, and its tables as grids.

How letters look is told by themselves, by their own style, or by their paragraph's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.simpletypes import ST_Merge
from docx.oxml.table import CT_Tbl
from lxml import etree
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.marks import HIDDEN, RAISED, STRUCK, UNSEEN, WHITE, Letters, Piece, read_letters
from hrss12333.reading.formats.plain_text import typed
from hrss12333.reading.formats.sheet_builder import Tables
from hrss12333.reading.grid import At, Box

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""

_MOST_COLUMNS = 1_000
_P, _R, _TBL, _CELL, _TABLE, _RPR, _PPR = map(qn, ("w:p", "w:r", "w:tbl", "w:tcPr", "w:tblPr", "w:rPr", "w:pPr"))
_T, _SYMBOL, _TEXT_BOX, _COMMENT = map(qn, ("w:t", "w:sym", "w:txbxContent", "w:commentReference"))
_TEXTS = tuple(map(qn, ("w:noBreakHyphen", "w:br", "w:cr", "w:ptab", "w:tab")))
"""What python-docx knows as a text, too."""
_NOT_SHOWN = etree.XPath(
    ".//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r | .//w:tr[w:trPr/w:del]"
    " | .//w:r[w:rPr/w:vanish[not(@w:val='0' or @w:val='false' or @w:val='off')]]",
    namespaces=nsmap,
)
"""What is in a control until something is chosen (单击此处输入文字), deleted rows, hidden runs with what is anchored there."""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}%s"
_FORMULA, _FORMULA_RUN, _FORMULA_TEXT = (_MATH % name for name in ("oMath", "r", "t"))
_SIGNS = dict(zip(["F0FC", "F050", "F0FB", "F04F", "F0FE", "F052", "F0FD", "F0A8", "F06F"], "√√××☑☑☒□□", strict=True))
"""Signs of Wingdings and Wingdings 2 by their code; a sign not known here is shown as one that cannot be read."""
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNREAD = (qn("w:del"), qn("w:moveFrom"), qn("w:rt"), f"{_MC}Fallback")
"""Deleted text, the small print of ruby, and the old notation of what the new one says too."""
_WRAPPERS = (
    *map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo")),
    f"{_MC}AlternateContent",
    f"{_MC}Choice",
)
_FIGURE = lazy(r"\s*[\d,，.]+\s*|[是否√×]")
_MOST_BASES = 20
_HEADING = lazy(r"(?:heading|标题|title)", re.I)
_VAL, _FILL, _THEME = map(qn, ("w:val", "w:fill", "w:themeColor"))
_PSTYLE, _RSTYLE, _TABLE_STYLE = map(qn, ("w:pStyle", "w:rStyle", "w:tblStyle"))
_STRIKES, _HIDES = (qn("w:strike"), qn("w:dstrike")), (qn("w:vanish"),)
_OUTLINE, _SIZE, _COLOUR, _LIFTED = map(qn, ("w:outlineLvl", "w:sz", "w:color", "w:position"))
_RAISED, _SHADING, _HIGHLIGHT = map(qn, ("w:vertAlign", "w:shd", "w:highlight"))
_OF_LETTERS = _RSTYLE, *_STRIKES, *_HIDES, _SIZE, _COLOUR, _RAISED, _LIFTED, _HIGHLIGHT
_HEEDED = frozenset((_PSTYLE, _TABLE_STYLE, _OUTLINE, _SHADING, *_OF_LETTERS))
_OFF = ("0", "false", "off")
_BODY = "9"
"""The outline level of what is no heading."""
_TINY = 4
"""Size, in half points, up to which nothing can be read."""
_Properties = Mapping[str, Element]
"""Name of a property → its element."""


_Look = Mapping[str, Any]
"""What properties say of letters and paragraphs: whether they are struck or hidden, their colour as RRGGBB, whether they have a
ground of their own, or are a heading. What they do not say is missing."""


class DocumentText(Tables):
    """Walks a document's blocks and gathers what it meets."""

    def __init__(self, styles: Iterable[Element] = (), comments: Mapping[str, str] | None = None) -> None:
        """``comments``: id → what it says."""
        super().__init__()
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self._styles = {style.styleId: style for style in styles}
        self._known: dict[str, _Look] = {}
        """Id of a style → what it and those that it is based on say."""
        self._comments = comments or {}

    def blocks(self, parent: Element, ground: str = "") -> list[Letters]:
        """Read every paragraph and table within; give what the paragraphs say, without those of tables.

        ``ground``: the colour behind them; empty where that is not known.
        """
        own: list[Letters] = []
        for element in parent.iterchildren(_P, _TBL):
            if isinstance(element, CT_Tbl):
                self._table(element)
                continue
            inside = [
                each
                for each in element.iter(_R, _FORMULA, _TEXT_BOX)  # but not within a text box anchored here
                if each.getparent() is element or next(each.iterancestors(_P)) is element
            ]
            properties = _properties_of(element, _PPR)
            # A heading has an outline level, or its style, or one that this is based on, has one or is called so.
            around = {**self._style(_value(properties, _PSTYLE)), **_look_of(properties)}
            said = read_letters(self._pieces(inside, around, ground))
            own.append(said)
            if said.text.strip():
                self.paragraphs.append(said.text)
                if not self.depth:
                    self.loose.append(said.text)
                if around.get("heading"):
                    self.headings.append(said.text.strip())
            for box in (found for found in inside if found.tag == _TEXT_BOX):  # over a cell, as a correction
                for line in self.blocks(box, ground):
                    own.append(line if self.depth and _FIGURE.fullmatch(line.text) else replace(line, text=""))
        return own

    def _pieces(self, inside: Iterable[Element], around: _Look, ground: str) -> Iterator[Piece]:
        before = ""
        for run in inside:
            if run.tag == _FORMULA:
                yield _formula(run), (), ""
            if run.tag != _R:
                continue
            properties = _properties_of(run, _RPR)
            own = _look_of(properties) if properties else {}
            look = {**around, **self._style(_value(properties, _RSTYLE)), **own} if properties else around
            if look.get(HIDDEN):
                continue
            text, signs = said_by(run)
            colour, is_struck = look.get("colour", ""), look.get(STRUCK, False)
            is_lifted = _value(properties, _LIFTED) not in ("", "0") and before[-1:].isdigit()
            looks = {
                STRUCK: is_struck,
                UNSEEN: colour and colour == ground and not look.get("grounded"),
                RAISED: _value(properties, _RAISED) in ("superscript", "subscript") or is_lifted,
            }
            yield text, [name for name, holds in looks.items() if holds], own.get("colour", "")
            yield signs, [STRUCK] if is_struck else (), own.get("colour", "")
            before = before if is_struck else text or before

    def _table(self, table: CT_Tbl) -> None:
        boxes: dict[At, Box] = {}
        above: dict[int, At] = {}
        """Column → where the range began that reaches down there."""
        ground = _filled(table, _TABLE)
        if ground is None:  # it is not known where a style shades cells
            style = self._style(_value(_properties_of(table, _TABLE), _TABLE_STYLE))
            ground = "" if "grounded" in style else WHITE
        with self.table() as sheet:
            for row, tr in enumerate(table.tr_lst):
                sheet.rows.append([None] * min(tr.grid_before, _MOST_COLUMNS))
                for tc in tr.tc_lst:
                    at, span = (row, len(sheet.rows[-1])), max(tc.grid_span, 1)
                    if at[1] + span > _MOST_COLUMNS:
                        raise too_large(word=True)
                    own = _filled(tc, _CELL)
                    said = self._cell_letters(tc, ground if own is None else own)
                    if tc.vMerge == ST_Merge.CONTINUE and at[1] in above:
                        start = above[at[1]]
                        boxes[start] = replace(boxes[start], bottom=row)
                        sheet.put(at, None, width=span)
                    else:
                        above[at[1]] = at
                        boxes[at] = Box(*at, row, at[1] + span - 1)
                        sheet.put(at, typed(said.text or ("" if said.removed else said.unseen)), said, width=span)
                    marks = tc.iter(_COMMENT) if self._comments else ()
                    comments = (self._comments.get(mark.get(qn("w:id"))) for mark in marks)
                    sheet.note(at, comment="\n".join(filter(None, comments)))
            sheet.merges = [box for box in boxes.values() if box.bottom > box.top or box.right > box.left]
            wide = Counter(map(len, sheet.rows)).most_common(1)
            sheet.ragged = frozenset(at for at, line in enumerate(sheet.rows) if len(line) != wide[0][0])

    def _cell_letters(self, cell: Element, ground: str) -> Letters:
        said = self.blocks(cell, ground)
        return Letters(
            "\n".join(each.text for each in said if each.text.strip()),
            "\n".join(each.removed for each in said if each.removed),
            "".join(each.unseen for each in said),
        )

    def _style(self, name: str) -> _Look:
        if name not in self._known:
            look: dict[str, Any] = {}
            style = self._styles.get(name)
            for _ in range(_MOST_BASES):
                if style is None:
                    break
                said = _look_of(_properties_of(style, _PPR)) | _look_of(_properties_of(style, _RPR))
                said |= {"heading": True} if _HEADING.match(style.name_val or "") else {}
                said |= {"grounded": True} if next(style.iter(_SHADING), None) is not None else {}
                look, style = said | look, self._styles.get(style.basedOn_val)
            self._known[name] = look
        return self._known[name]


def _look_of(properties: _Properties) -> dict[str, Any]:
    size, level = _value(properties, _SIZE), _value(properties, _OUTLINE)
    said = {
        HIDDEN: True if size.isdecimal() and int(size) <= _TINY else _is_set(properties, _HIDES),
        STRUCK: _is_set(properties, _STRIKES),
        "colour": _colour(properties) or None,
        "grounded": _SHADING in properties or _HIGHLIGHT in properties or None,
        "heading": level != _BODY if level else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _filled(element: Element, properties: str) -> str | None:
    """The colour that a table or a cell puts behind its text; empty where it is not known, None where there is none."""
    shading = _properties_of(element, properties).get(_SHADING)
    if shading is None or (fill := shading.get(_FILL, "auto")) == "auto":
        return None
    return str(fill).upper() if shading.get(_VAL) == "clear" else ""


def _properties_of(element: Element, properties: str) -> _Properties:
    """What the properties of an element say, by name; the first of a name counts."""
    held = element.find(properties)
    return {} if held is None else {part.tag: part for part in reversed(held) if part.tag in _HEEDED}


def _value(properties: _Properties, name: str) -> str:
    return str(properties[name].get(_VAL, "")) if name in properties else ""


def _is_set(properties: _Properties, names: tuple[str, ...]) -> bool | None:
    """Whether it says one of these; None where it says nothing of them."""
    found = [properties[name] for name in names if name in properties]
    return any(part.get(_VAL, "1") not in _OFF for part in found) if found else None


def _colour(properties: _Properties) -> str:
    """The colour that it gives, as RRGGBB or by its name in the theme; empty where it gives none that is known."""
    if _COLOUR not in properties:
        return ""
    theme = properties[_COLOUR].get(_THEME)
    if theme:
        return WHITE if theme in ("background1", "light1") else str(theme)
    return str(properties[_COLOUR].get(_VAL, "auto")).upper()


def as_shown(root: Element) -> Element:
    """The same tree without what Word does not show and without wrappers around what it does."""
    for element in _NOT_SHOWN(root):
        element.getparent().remove(element)
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    etree.strip_tags(root, *_WRAPPERS)
    return root


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
