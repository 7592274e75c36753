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
_OFF = ("0", "false", "off")
_STRIKES, _HIDES = ("w:strike", "w:dstrike"), ("w:vanish",)


class RunStyles:
    """The styles of a document, by their id."""

    def __init__(self, styles: Mapping[str, Element]) -> None:
        self._styles = styles
        self._given: dict[tuple[str, tuple[str, ...]], bool] = {}

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
        return self._is(run, paragraph, _HIDES)

    def _is(self, run: Element, paragraph: Element, names: tuple[str, ...]) -> bool:
        """Whether a run has one of these properties, by itself or else by its style or its paragraph's."""
        own = _said(run, names)
        if own is not None:
            return own
        styles = (_named(run, *_STYLES[0]), _named(paragraph, *_STYLES[1]))
        return any(self._gives(style, names) for style in styles if style)

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


def _said(element: Element, names: tuple[str, ...]) -> bool | None:
    """Whether a run or a style has one of these properties; None where it speaks of none."""
    properties = element.find(_RPR)
    found = [] if properties is None else [part for name in names if (part := properties.find(qn(name))) is not None]
    return any(part.get(_VAL, "1") not in _OFF for part in found) if found else None


def is_vanished(run: Element) -> bool:
    """Whether a run says itself that it is not shown, nor anything that is anchored in it."""
    return bool(_said(run, _HIDES))


def is_raised(run: Element) -> bool:
    """Whether a run stands above or below the line, as the number of a footnote does."""
    properties = run.find(_RPR)
    found = None if properties is None else properties.find(qn("w:vertAlign"))
    return found is not None and found.get(_VAL) in ("superscript", "subscript")
