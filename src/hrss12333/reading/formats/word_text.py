"""The text of a Word document in reading order, as Word shows it: what its paragraphs say, and its tables as grids. Letters
look (struck out, hidden, raised, coloured) as they say themselves, or their own style, or their paragraph's.
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
from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.marks import is_parted
from hrss12333.reading.formats.plain_text import typed
from hrss12333.reading.formats.sheet_builder import Sheet, Tables
from hrss12333.reading.grid import At, Box

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""

_MOST_BASES = 20
_HEADING = lazy(r"(?:heading|标题|title)", re.I)
_VAL, _RPR, _PPR, _TABLE = map(qn, ("w:val", "w:rPr", "w:pPr", "w:tblPr"))
_STYLE_NAMES = _PSTYLE, _RSTYLE, _TABLE_STYLE = qn("w:pStyle"), qn("w:rStyle"), qn("w:tblStyle")
_STRIKES, _HIDES = (qn("w:strike"), qn("w:dstrike")), (qn("w:vanish"),)
_OUTLINE, _SIZE, _COLOUR, _THEME = map(qn, ("w:outlineLvl", "w:sz", "w:color", "w:themeColor"))
_RAISED, _LIFTED = qn("w:vertAlign"), qn("w:position")
_SHADING, _FILL, _HIGHLIGHT, _WHITE = qn("w:shd"), qn("w:fill"), qn("w:highlight"), "FFFFFF"
_HEEDED = frozenset(
    (*_STYLE_NAMES, *_STRIKES, *_HIDES, _OUTLINE, _SIZE, _COLOUR, _RAISED, _LIFTED, _SHADING, _HIGHLIGHT)
)
_OFF = ("0", "false", "off")
_TINY = 4
"""Size, in half points, up to which nothing can be read."""
_Said = Mapping[str, Element]
"""Name of a property → what is said of it."""
_MOST_COLUMNS = 1_000
_P, _R, _TBL, _CELL = map(qn, ("w:p", "w:r", "w:tbl", "w:tcPr"))
_T, _SYMBOL, _TEXT_BOX, _COMMENT = map(qn, ("w:t", "w:sym", "w:txbxContent", "w:commentReference"))
_TEXTS = tuple(map(qn, ("w:noBreakHyphen", "w:br", "w:cr", "w:ptab", "w:tab")))
"""What python-docx knows as a text, too."""
_NOT_SHOWN = etree.XPath(
    ".//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r | .//w:tr[w:trPr/w:del]"
    " | .//w:r[w:rPr/w:vanish[not(@w:val='0' or @w:val='false' or @w:val='off')]]",
    namespaces=nsmap,
)
"""What stands in a control until something is chosen (单击此处输入文字), deleted rows, hidden runs with what is anchored there."""
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


class Look(Struct, frozen=True):
    """How letters look."""

    hidden: bool = False
    struck: bool = False
    letters: str = ""
    """Their colour, as RRGGBB, by the run or its styles; empty where none is known."""
    colour: str = ""
    """The same where the run itself sets it."""
    raised: bool = False
    """Above or below the line, as the number of a footnote."""
    lifted: bool = False
    grounded: bool = False
    """On a ground of their own."""

    def is_raised(self, before: str) -> bool:
        """Whether they stand above or below the line; after figures also what was only lifted there."""
        return self.raised or (self.lifted and before[-1:].isdigit())


class Paragraph(Struct, frozen=True):
    """What holds for all letters of a paragraph."""

    look: Look = Look()
    grounded: bool = False
    heading: bool = False


class _Style(Struct, frozen=True):
    """What a style and those that it is based on say."""

    look: Look
    heading: bool
    shaded: bool
    """Whether it puts a colour behind anything."""


class RunStyles:
    """The styles of a document, by their id; what they say is found when it is first asked."""

    def __init__(self, root: Element = ()) -> None:
        """``root``: of the part that holds them."""
        self._styles = {style.styleId: style for style in (root.style_lst if len(root) else ())}
        self._known: dict[str, _Style] = {}

    def _style(self, name: str) -> _Style:
        if name not in self._known:
            bases = [*self._with_bases(name)]
            said = [_said(style, _RPR) for style in bases]
            hidden, struck = (
                next((given for each in said if (given := _is(each, names)) is not None), False)
                for names in (_HIDES, _STRIKES)
            )
            self._known[name] = _Style(
                Look(hidden, struck, next(filter(None, map(_colour, said)), "")),
                any(_HEADING.match(each.name_val or "") or _outline_level(_said(each, _PPR)) for each in bases),
                any(next(each.iter(_SHADING), None) is not None for each in bases),
            )
        return self._known[name]

    def _with_bases(self, name: str) -> Iterator[Element]:
        """A style and those that it is based on."""
        style = self._styles.get(name)
        for _ in range(_MOST_BASES):
            if style is None:
                return
            yield style
            style = self._styles.get(style.basedOn_val)

    def look(self, run: Element, around: Look) -> Look:
        """How a run looks: by itself, or else by its style or its paragraph's, which is ``around``."""
        said = _said(run, _RPR)
        if not said:
            return around
        style = self._style(_value(said, _RSTYLE)).look
        hidden, struck, colour = _is(said, _HIDES), _is(said, _STRIKES), _colour(said)
        size = _value(said, _SIZE)
        return Look(
            hidden=(style.hidden or around.hidden if hidden is None else hidden)
            or (size.isdecimal() and int(size) <= _TINY),
            struck=style.struck or around.struck if struck is None else struck,
            letters=colour or style.letters or around.letters,
            colour=colour,
            raised=_value(said, _RAISED) in ("superscript", "subscript"),
            lifted=_value(said, _LIFTED) not in ("", "0"),
            grounded=_has_ground(said),
        )

    def paragraph(self, paragraph: Element) -> Paragraph:
        """What a paragraph and its style say; a heading has an outline level, or its style, or one that this is based on,
        has one or is called so."""
        said = _said(paragraph, _PPR)
        level, style = _outline_level(said), self._style(_value(said, _PSTYLE))
        return Paragraph(style.look, _has_ground(said), style.heading if level is None else level)

    def ground(self, table: Element) -> str:
        """The colour behind a table's text, as RRGGBB; empty where it is not known: its style shades cells, too."""
        known = filled(table, _TABLE)
        if known is not None:
            return known
        return "" if self._style(_value(_said(table, _TABLE), _TABLE_STYLE)).shaded else _WHITE


def filled(element: Element, properties: str) -> str | None:
    """The colour that a table or a cell puts behind its text; empty where it is not known, None where there is none."""
    shading = _said(element, properties).get(_SHADING)
    if shading is None or (fill := shading.get(_FILL, "auto")) == "auto":
        return None
    return str(fill).upper() if shading.get(_VAL) == "clear" else ""


def _said(element: Element, properties: str) -> _Said:
    """What the properties of an element say, by name; the first of a name counts."""
    held = element.find(properties)
    if held is None or not len(held):
        return {}
    return {part.tag: part for part in reversed(held) if part.tag in _HEEDED}


def _value(said: _Said, name: str) -> str:
    return said[name].get(_VAL, "") if name in said else ""


def _has_ground(said: _Said) -> bool:
    return _SHADING in said or _HIGHLIGHT in said


def _is(said: _Said, names: tuple[str, ...]) -> bool | None:
    """Whether it says one of these; None where it says nothing of them."""
    found = [said[name] for name in names if name in said]
    return any(part.get(_VAL, "1") not in _OFF for part in found) if found else None


def _colour(said: _Said) -> str:
    """The colour that it gives, as RRGGBB; empty where it gives none that is known."""
    if _COLOUR not in said:
        return ""
    theme = said[_COLOUR].get(_THEME)
    if theme:
        return _WHITE if theme in ("background1", "light1") else theme
    return str(said[_COLOUR].get(_VAL, "auto")).upper()


def _outline_level(said: _Said) -> bool | None:
    """Whether a paragraph or style has one; None where it does not say. 9 is body text."""
    return _value(said, _OUTLINE) != "9" if _value(said, _OUTLINE) else None


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
            text = self._text(inside, its)
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

    def _text(self, inside: Iterable[Element], its: Paragraph) -> str:
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

    def _is_unseen(self, look: Look, its: Paragraph) -> bool:
        """Whether letters have the colour of the ground that they stand on."""
        return bool(look.letters) and look.letters == self._aside.ground and not (look.grounded or its.grounded)

    def _table(self, table: CT_Tbl) -> None:
        boxes: dict[At, Box] = {}
        above: dict[int, At] = {}
        """Column → where the range began that reaches down there."""
        ground = self._styles.ground(table)
        with self.table() as sheet:
            for tr in table.tr_lst:
                self._row(tr, sheet, ground, boxes, above)
            sheet.merges = [box for box in boxes.values() if box.bottom > box.top or box.right > box.left]
            wide = Counter(map(len, sheet.rows)).most_common(1)
            sheet.ragged = frozenset(at for at, row in enumerate(sheet.rows) if len(row) != wide[0][0])

    def _row(self, tr: Element, sheet: Sheet, ground: str, boxes: dict[At, Box], above: dict[int, At]) -> None:
        """The cells of a row, each where the one before it ends."""
        row: list[None] = [None] * min(tr.grid_before, _MOST_COLUMNS)
        sheet.rows.append([*row])
        for tc in tr.tc_lst:
            row_number, column = at = len(sheet.rows) - 1, len(sheet.rows[-1])
            span = max(tc.grid_span, 1)
            if column + span > _MOST_COLUMNS:
                raise too_large(word=True)
            own = filled(tc, _CELL)
            text, aside = self._cell(tc, ground if own is None else own)
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

    def _cell(self, cell: Element, ground: str) -> tuple[str, _Aside]:
        """What a cell says, and what of it is kept aside."""
        around, self._aside = self._aside, _Aside(ground)
        text = "\n".join(self.blocks(cell))
        aside, self._aside = self._aside, around
        return text, aside


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
