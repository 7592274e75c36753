"""What Word's styles say of a run of text: struck out or raised by itself, by its own style, or by its paragraph's."""

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


class RunStyles:
    """The styles of a document, by their id."""

    def __init__(self, styles: Mapping[str, Element]) -> None:
        self._styles = styles
        self._struck: dict[str, bool] = {}

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
        own = _struck(run)
        if own is not None:
            return own
        names = (_named(run, *_STYLES[0]), _named(paragraph, *_STYLES[1]))
        return any(self._strikes(name) for name in names if name)

    def _strikes(self, name: str) -> bool:
        if name not in self._struck:
            said = (_struck(style) for style in self.with_bases(name))
            self._struck[name] = next((struck for struck in said if struck is not None), False)
        return self._struck[name]


def _named(element: Element, properties: str, tag: str) -> str:
    """The style that a run or a paragraph names."""
    within = element.find(properties)
    found = None if within is None else within.find(tag)
    return "" if found is None else found.get(_VAL, "")


def _struck(element: Element) -> bool | None:
    """Whether a run or a style strikes out; None where it does not say."""
    said = [is_on(element, name) for name in ("w:strike", "w:dstrike")]
    return None if said == [None, None] else any(said)


def is_on(element: Element, name: str) -> bool | None:
    """Whether a run or a style has a property of its own; None where it does not say."""
    properties = element.find(_RPR)
    found = None if properties is None else properties.find(qn(name))
    return None if found is None else found.get(_VAL, "1") not in _OFF


def is_raised(run: Element) -> bool:
    """Whether a run stands above or below the line, as the number of a footnote does."""
    properties = run.find(_RPR)
    found = None if properties is None else properties.find(qn("w:vertAlign"))
    return found is not None and found.get(_VAL) in ("superscript", "subscript")
