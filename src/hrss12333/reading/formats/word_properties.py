"""What the properties of a Word document say of letters, paragraphs and cells; and how its elements are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docx.oxml.ns import nsmap

from hrss12333.reading.formats.sheet_builder import HIDDEN, RAISED, STRUCK

Element = Any
"""An element of lxml, which ships no types, under python-docx's."""


def w(name: str) -> str:
    """A WordprocessingML name as lxml writes it."""
    return f"{{{nsmap['w']}}}{name}"


def find(parent: Element, *path: str) -> Element:
    """The first child of the first name, and within it that of the next; None where there is none."""
    for name in path:
        parent = None if parent is None else parent.find(w(name))
    return parent


def value(parent: Element, *path: str, attribute: str = "val") -> str | None:
    """An attribute of what is found there, empty where it has none; None where nothing is found."""
    found = find(parent, *path)
    return None if found is None else found.get(w(attribute), "")


def whole_number(text: str | None) -> int | None:
    """A whole number of the file; None where it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def is_on(setting: Element) -> bool:
    """Whether a toggle is set; one that is not there is not."""
    return setting is not None and setting.get(_VAL, "1").lower() not in ("0", "false", "off", "none")


def within(parent: Element, *names: str) -> Iterator[Element]:
    """The outermost elements of these names, whatever wraps them."""
    for child in parent:
        if child.tag in names:
            yield child
        else:
            yield from within(child, *names)


_VAL = w("val")
NO_HEADING = 10
"""The level of what is no heading."""
WordLook = Mapping[str, Any]
"""What properties say of letters and paragraphs: the style that they name; whether they are struck (twice), hidden, raised or
lifted, of what size (in half points); the level of a heading from 1, 0 of a title; its list and the level there; whether it is
in a table of contents. What they do not say is missing."""


def look_of(properties: Element) -> WordLook:
    """What these properties say; the first of a name counts."""
    parts = [] if properties is None else [part for part in reversed(properties) if part.tag in _SAYINGS]
    said = {name: read(part) for part in parts for name, read in [_SAYINGS[part.tag]]}
    return {name: found for name, found in said.items() if found is not None}


_SAYINGS: Mapping[str, tuple[str, Callable[[Element], Any]]] = {
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
"""Property → what it tells of, and how."""
