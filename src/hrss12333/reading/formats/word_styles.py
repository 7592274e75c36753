"""What Word's styles say of a run of text: struck out, hidden or raised by itself, by its own style, or by its paragraph's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml.ns import qn
from msgspec import Struct

from hrss12333.patterns import lazy

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""

_MOST_BASES = 20
_HEADING = lazy(r"(?:heading|标题|title)", re.I)
_PPR, _PSTYLE, _OUTLINE = qn("w:pPr"), qn("w:pStyle"), qn("w:outlineLvl")
_RPR, _RSTYLE, _VAL = qn("w:rPr"), qn("w:rStyle"), qn("w:val")
_STRIKES, _HIDES = (qn("w:strike"), qn("w:dstrike")), (qn("w:vanish"),)
_SIZE, _COLOUR, _THEME = qn("w:sz"), qn("w:color"), qn("w:themeColor")
_RAISED, _LIFTED = qn("w:vertAlign"), qn("w:position")
_TABLE, _TABLE_STYLE = qn("w:tblPr"), qn("w:tblStyle")
SHADING, _FILL, _HIGHLIGHT, _WHITE = qn("w:shd"), qn("w:fill"), qn("w:highlight"), "FFFFFF"
_LETTERS_SAY = (_RSTYLE, *_STRIKES, *_HIDES, _SIZE, _COLOUR, _RAISED, _LIFTED, SHADING, _HIGHLIGHT)
_PARAGRAPH_SAYS = (_PSTYLE, _OUTLINE, SHADING, _HIGHLIGHT)
_TABLE_SAYS = (_TABLE_STYLE, SHADING)
_OFF = ("0", "false", "off")
_TINY = 4
"""Size, in half points, up to which nothing can be read."""


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


_PLAIN = Look()


class RunStyles:
    """The styles of a document, by their id; what they say is found when it is first asked."""

    def __init__(self, styles: Mapping[str, Element]) -> None:
        self._styles = styles
        self._shaded: dict[str, bool] = {}
        self._looks: dict[str, Look] = {}
        self._headings: dict[str, bool] = {}

    @classmethod
    def below(cls, root: Element) -> RunStyles:
        """Those of a part, given its root."""
        return cls({style.styleId: style for style in root.style_lst})

    def _with_bases(self, name: str) -> Iterator[Element]:
        """A style and those that it is based on."""
        style = self._styles.get(name)
        for _ in range(_MOST_BASES):
            if style is None:
                return
            yield style
            style = self._styles.get(style.basedOn_val)

    def look_of(self, name: str) -> Look:
        """How letters look by a style alone."""
        if name not in self._styles:
            return _PLAIN
        known = self._looks.get(name)
        if known is None:
            bases = [_said(style) for style in self._with_bases(name)]
            hidden, struck = (
                next((given for said in bases if (given := _is(said, names)) is not None), False)
                for names in (_HIDES, _STRIKES)
            )
            letters = next(filter(None, map(_colour, bases)), "")
            known = self._looks[name] = Look(hidden, struck, letters)
        return known

    def look(self, run: Element, around: Look) -> Look:
        """How a run looks: by itself, or else by its style or its paragraph's, which is ``around``."""
        said = _said(run)
        if not said:
            return around
        style = self.look_of(_name(said.get(_RSTYLE)))
        hidden, struck, colour = _is(said, _HIDES), _is(said, _STRIKES), _colour(said)
        return Look(
            hidden=(style.hidden or around.hidden if hidden is None else hidden) or _is_tiny(said.get(_SIZE)),
            struck=style.struck or around.struck if struck is None else struck,
            letters=colour or style.letters or around.letters,
            colour=colour,
            raised=_name(said.get(_RAISED)) in ("superscript", "subscript"),
            lifted=_LIFTED in said and said[_LIFTED].get(_VAL, "0") != "0",
            grounded=has_ground(said),
        )

    def is_heading(self, said: Mapping[str, Element]) -> bool:
        """Whether a paragraph has an outline level, or its style or one that this is based on has one or is called so."""
        level, name = _outline_level(said), style_in(said)
        if level is not None or name not in self._styles:
            return bool(level)
        if name not in self._headings:
            self._headings[name] = any(
                _HEADING.match(style.name_val or "") or _outline_level(said_of(style))
                for style in self._with_bases(name)
            )
        return self._headings[name]

    def ground(self, table: Element) -> str:
        """The colour behind a table's text, as RRGGBB; empty where it is not known: its style shades cells, too."""
        said = first_of(table, _TABLE, _TABLE_SAYS)
        known = filled(said)
        if known is not None:
            return known
        name = _name(said.get(_TABLE_STYLE))
        if name not in self._styles:
            return _WHITE
        if name not in self._shaded:
            self._shaded[name] = any(next(style.iter(SHADING), None) is not None for style in self._with_bases(name))
        return "" if self._shaded[name] else _WHITE


def said_of(paragraph: Element) -> dict[str, Element]:
    """What a paragraph says of itself, by name."""
    return first_of(paragraph, _PPR, _PARAGRAPH_SAYS)


def style_in(said: Mapping[str, Element]) -> str:
    """The style that a paragraph names."""
    return _name(said.get(_PSTYLE))


def has_ground(said: Mapping[str, Element]) -> bool:
    """Whether a run or a paragraph has a ground of its own."""
    return SHADING in said or _HIGHLIGHT in said


def first_of(element: Element, properties: str, names: tuple[str, ...]) -> dict[str, Element]:
    """What the properties of an element say of these, by name; the first of a name counts."""
    said: dict[str, Element] = {}
    for child in element:
        if child.tag == properties:
            for part in child:
                if part.tag in names:
                    said.setdefault(part.tag, part)
            break
    return said


def filled(said: Mapping[str, Element]) -> str | None:
    """The colour that a table or a cell puts behind its text; empty where it is not known, None where there is none."""
    shading = said.get(SHADING)
    if shading is None or (fill := shading.get(_FILL, "auto")) == "auto":
        return None
    return str(fill).upper() if shading.get(_VAL) == "clear" else ""


def is_vanished(run: Element) -> bool:
    """Whether a run says itself that it is not shown, nor anything that is anchored in it."""
    return bool(_is(_said(run), _HIDES))


def _name(element: Element | None) -> str:
    return "" if element is None else element.get(_VAL, "")


def _said(element: Element) -> dict[str, Element]:
    """What a run or a style says of its letters, by name."""
    return first_of(element, _RPR, _LETTERS_SAY)


def _is(said: Mapping[str, Element], names: tuple[str, ...]) -> bool | None:
    """Whether it says one of these; None where it says nothing of them."""
    found = [said[name] for name in names if name in said]
    return any(part.get(_VAL, "1") not in _OFF for part in found) if found else None


def _colour(said: Mapping[str, Element]) -> str:
    """The colour that it gives, as RRGGBB; empty where it gives none that is known."""
    colour = said.get(_COLOUR)
    if colour is None:
        return ""
    theme = colour.get(_THEME)
    if theme:
        return _WHITE if theme in ("background1", "light1") else theme
    return str(colour.get(_VAL, "auto")).upper()


def _is_tiny(size: Element | None) -> bool:
    """Whether letters are too small to be seen."""
    half_points = _name(size)
    return half_points.isdecimal() and int(half_points) <= _TINY


def _outline_level(said: Mapping[str, Element]) -> bool | None:
    """Whether a paragraph or style has one; None where it does not say. 9 is body text."""
    level = said.get(_OUTLINE)
    return None if level is None or _VAL not in level.attrib else level.get(_VAL) != "9"
