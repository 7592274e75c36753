"""How the letters of a Word file look: struck out, hidden, raised or coloured by themselves, by their own style, or by their
paragraph's."""

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
_Properties = Mapping[str, Element]
"""Name of a property → what is reported about it."""


class LetterStyle(Struct, frozen=True):
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
        """Whether they are above or below the line; after figures also what was only lifted there."""
        return self.raised or (self.lifted and before[-1:].isdigit())


class Paragraph(Struct, frozen=True):
    """What holds for all letters of a paragraph."""

    look: LetterStyle = LetterStyle()
    grounded: bool = False
    heading: bool = False


class _WordStyle(Struct, frozen=True):
    """What a style and those that it is based on say."""

    look: LetterStyle
    heading: bool
    shaded: bool
    """Whether it puts a colour behind anything."""


class RunStyles:
    """The styles of a document, by their id; what they say is found when it is first asked."""

    def __init__(self, root: Element = ()) -> None:
        """``root``: of the part that holds them."""
        self._styles = {style.styleId: style for style in (root.style_lst if len(root) else ())}
        self._known: dict[str, _WordStyle] = {}

    def _style(self, name: str) -> _WordStyle:
        if name not in self._known:
            bases = [*self._with_bases(name)]
            properties = [_properties_of(style, _RPR) for style in bases]
            hidden, struck = (
                next((given for each in properties if (given := _is_set(each, names)) is not None), False)
                for names in (_HIDES, _STRIKES)
            )
            self._known[name] = _WordStyle(
                LetterStyle(hidden, struck, next(filter(None, map(_colour, properties)), "")),
                any(
                    _HEADING.match(each.name_val or "") or _outline_level(_properties_of(each, _PPR)) for each in bases
                ),
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

    def look(self, run: Element, around: LetterStyle) -> LetterStyle:
        """How a run looks: by itself, or else by its style or its paragraph's, which is ``around``."""
        properties = _properties_of(run, _RPR)
        if not properties:
            return around
        style = self._style(_property_value(properties, _RSTYLE)).look
        hidden, struck, colour = _is_set(properties, _HIDES), _is_set(properties, _STRIKES), _colour(properties)
        size = _property_value(properties, _SIZE)
        return LetterStyle(
            hidden=(style.hidden or around.hidden if hidden is None else hidden)
            or (size.isdecimal() and int(size) <= _TINY),
            struck=style.struck or around.struck if struck is None else struck,
            letters=colour or style.letters or around.letters,
            colour=colour,
            raised=_property_value(properties, _RAISED) in ("superscript", "subscript"),
            lifted=_property_value(properties, _LIFTED) not in ("", "0"),
            grounded=_has_ground(properties),
        )

    def paragraph(self, paragraph: Element) -> Paragraph:
        """What a paragraph and its style say; a heading has an outline level, or its style, or one that this is based on,
        has one or is called so."""
        properties = _properties_of(paragraph, _PPR)
        level, style = _outline_level(properties), self._style(_property_value(properties, _PSTYLE))
        return Paragraph(style.look, _has_ground(properties), style.heading if level is None else level)

    def ground(self, table: Element) -> str:
        """The colour behind a table's text, as RRGGBB; empty where it is not known: its style shades cells, too."""
        known = filled(table, _TABLE)
        if known is not None:
            return known
        return "" if self._style(_property_value(_properties_of(table, _TABLE), _TABLE_STYLE)).shaded else _WHITE


def filled(element: Element, properties: str) -> str | None:
    """The colour that a table or a cell puts behind its text; empty where it is not known, None where there is none."""
    shading = _properties_of(element, properties).get(_SHADING)
    if shading is None or (fill := shading.get(_FILL, "auto")) == "auto":
        return None
    return str(fill).upper() if shading.get(_VAL) == "clear" else ""


def _properties_of(element: Element, properties: str) -> _Properties:
    """What the properties of an element say, by name; the first of a name counts."""
    held = element.find(properties)
    if held is None or not len(held):
        return {}
    return {part.tag: part for part in reversed(held) if part.tag in _HEEDED}


def _property_value(properties: _Properties, name: str) -> str:
    return properties[name].get(_VAL, "") if name in properties else ""


def _has_ground(properties: _Properties) -> bool:
    return _SHADING in properties or _HIGHLIGHT in properties


def _is_set(properties: _Properties, names: tuple[str, ...]) -> bool | None:
    """Whether it says one of these; None where it says nothing of them."""
    found = [properties[name] for name in names if name in properties]
    return any(part.get(_VAL, "1") not in _OFF for part in found) if found else None


def _colour(properties: _Properties) -> str:
    """The colour that it gives, as RRGGBB; empty where it gives none that is known."""
    if _COLOUR not in properties:
        return ""
    theme = properties[_COLOUR].get(_THEME)
    if theme:
        return _WHITE if theme in ("background1", "light1") else theme
    return str(properties[_COLOUR].get(_VAL, "auto")).upper()


def _outline_level(properties: _Properties) -> bool | None:
    """Whether a paragraph or style has one; None where it does not say. 9 is body text."""
    return _property_value(properties, _OUTLINE) != "9" if _property_value(properties, _OUTLINE) else None
