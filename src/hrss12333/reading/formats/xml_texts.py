"""Texts of XML Spreadsheet 2003, in which tags of HTML stand: struck out, raised, of another colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hrss12333.reading.formats.coloured_text import is_unseen, joined

WHITE = "#FFFFFF"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_STRUCK_TAG, _FONT_TAG = f"{_HTML}S", f"{_HTML}Font"
_RAISED_TAGS = (f"{_HTML}Sup", f"{_HTML}Sub")
"""The number of a footnote is no digit of the figure before it."""


def read_text(data: Any, letters: str, ground: str) -> tuple[str, bool]:
    """What is to be read of a text: nothing struck out or white, footnotes in brackets, figures of two colours parted.

    And whether any of it is gone.
    """
    kept: list[tuple[str, str]] = []
    gone = False
    for text, tags, colour in _pieces(data, (), letters):
        if text.strip() and (_STRUCK_TAG in tags or (colour != letters and is_unseen(colour, ground))):
            gone = True
        else:
            raised = text.strip() and not tags.isdisjoint(_RAISED_TAGS)
            kept.append((f"[{text}]" if raised else text, colour))
    read = joined(kept)
    return read.strip() if gone else read, gone


def _pieces(element: Any, tags: tuple[str, ...], colour: str) -> Iterator[tuple[str, frozenset[str], str]]:
    """The texts within an element, each with the tags around it and the colour of its letters."""
    if element.text:
        yield element.text, frozenset(tags), colour
    for child in element:
        own = child.get(f"{_HTML}Color", colour).upper() if child.tag == _FONT_TAG else colour
        yield from _pieces(child, (*tags, child.tag), own)
        if child.tail:
            yield child.tail, frozenset(tags), colour
