"""What Word's styles say of a run of text: struck out, hidden or raised by itself, by its own style, or by its paragraph's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml.ns import qn

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""

_MOST_BASES = 20
_RPR, _VAL = qn("w:rPr"), qn("w:val")
_STYLES = ((qn("w:rPr"), qn("w:rStyle")), (qn("w:pPr"), qn("w:pStyle")))
_SHADING, _WHITE = qn("w:shd"), "FFFFFF"
_OFF = ("0", "false", "off")
_TINY = 4
"""Size, in half points, up to which nothing can be read."""
_STRIKES, _HIDES = ("w:strike", "w:dstrike"), ("w:vanish",)


class RunStyles:
    """The styles of a document, by their id."""

    def __init__(self, styles: Mapping[str, Element]) -> None:
        self._styles = styles
        self._shaded: dict[str, bool] = {}
        self._given: dict[tuple[str, tuple[str, ...]], bool] = {}
        self._paragraph: Element = None
        self._its_style = ""

    def with_bases(self, name: str | None) -> Iterator[Element]:
        """A style and those that it is based on."""
        style = self._styles.get(name or "")
        for _ in range(_MOST_BASES):
            if style is None:
                return
            yield style
            style = self._styles.get(style.basedOn_val)

    def is_struck(self, run: Element, paragraph: Element) -> bool:
        """Whether a run is struck out."""
        return self._is(run, paragraph, _STRIKES)

    def is_hidden(self, run: Element, paragraph: Element) -> bool:
        """Whether a run is not shown at all."""
        return self._is(run, paragraph, _HIDES) or _is_tiny(run)

    def ground(self, cell: Element, table: Element) -> str:
        """The colour behind a cell's text, as RRGGBB; empty where it is not known: its table's style shades cells, too."""
        for element, properties in ((cell, "w:tcPr"), (table, "w:tblPr")):
            within = element.find(qn(properties))
            shading = None if within is None else within.find(_SHADING)
            if shading is not None and (fill := shading.get(qn("w:fill"), "auto")) != "auto":
                return str(fill).upper() if shading.get(_VAL) == "clear" else ""
        name = _named(table, qn("w:tblPr"), qn("w:tblStyle"))
        if name not in self._shaded:
            self._shaded[name] = any(next(style.iter(_SHADING), None) is not None for style in self.with_bases(name))
        return "" if self._shaded[name] else _WHITE

    def is_unseen(self, run: Element, paragraph: Element, ground: str) -> bool:
        """Whether the letters of a run have the colour of the ground that they stand on."""
        styles = self._named_by(run, paragraph)
        said = (letters_of(element) for element in (run, *(base for name in styles for base in self.with_bases(name))))
        return bool(ground) and next(filter(None, said), "") == ground and not _has_ground_of_its_own(run, paragraph)

    def _is(self, run: Element, paragraph: Element, names: tuple[str, ...]) -> bool:
        """Whether a run has one of these properties, by itself or else by its style or its paragraph's."""
        own = _said(run, names)
        if own is not None:
            return own
        styles = self._named_by(run, paragraph)
        return any(self._gives(style, names) for style in styles if style)

    def _named_by(self, run: Element, paragraph: Element) -> tuple[str, str]:
        """The styles of a run and of its paragraph, which is asked once: to find none takes it past all its runs."""
        if self._paragraph is not paragraph:
            self._paragraph, self._its_style = paragraph, _named(paragraph, *_STYLES[1])
        return _named(run, *_STYLES[0]), self._its_style

    def _gives(self, style: str, names: tuple[str, ...]) -> bool:
        key = (style, names)
        if key not in self._given:
            said = (_said(element, names) for element in self.with_bases(style))
            self._given[key] = next((given for given in said if given is not None), False)
        return self._given[key]


def _named(element: Element, properties: str, tag: str) -> str:
    """The style that a run or a paragraph names."""
    within = element.find(properties)
    found = None if within is None else within.find(tag)
    return "" if found is None else found.get(_VAL, "")


def letters_of(element: Element) -> str:
    """The colour of the letters that a run or a style sets, as RRGGBB; empty where it sets none that is known."""
    properties = element.find(_RPR)
    colour = None if properties is None else properties.find(qn("w:color"))
    if colour is None:
        return ""
    theme = colour.get(qn("w:themeColor"))
    if theme:
        return _WHITE if theme in ("background1", "light1") else theme
    return str(colour.get(_VAL, "auto")).upper()


def _has_ground_of_its_own(run: Element, paragraph: Element) -> bool:
    within = [element for element in (run.find(_RPR), paragraph.find(qn("w:pPr"))) if element is not None]
    return any(element.find(name) is not None for element in within for name in (_SHADING, qn("w:highlight")))


def _said(element: Element, names: tuple[str, ...]) -> bool | None:
    """Whether a run or a style has one of these properties; None where it says nothing of them."""
    properties = element.find(_RPR)
    found = [] if properties is None else [part for name in names if (part := properties.find(qn(name))) is not None]
    return any(part.get(_VAL, "1") not in _OFF for part in found) if found else None


def is_vanished(run: Element) -> bool:
    """Whether a run says itself that it is not shown, nor anything that is anchored in it."""
    return bool(_said(run, _HIDES))


def is_raised(run: Element, before: str) -> bool:
    """Whether a run stands above or below the line, as the number of a footnote does; after figures also one that was
    only lifted there."""
    properties = run.find(_RPR)
    if properties is None:
        return False
    found, lifted = properties.find(qn("w:vertAlign")), properties.find(qn("w:position"))
    if found is not None and found.get(_VAL) in ("superscript", "subscript"):
        return True
    return before[-1:].isdigit() and lifted is not None and lifted.get(_VAL, "0") != "0"


def _is_tiny(run: Element) -> bool:
    """Whether letters are too small to be seen."""
    properties = run.find(_RPR)
    size = None if properties is None else properties.find(qn("w:sz"))
    return size is not None and size.get(_VAL, "").isdecimal() and int(size.get(_VAL)) <= _TINY
