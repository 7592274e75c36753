"""What the text of a cell of an .ods says: without struck and hidden letters, footnotes in brackets, lines and tabs kept.

The fast reader runs together what a tab or a line break parts, and reads ruby with its base.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from hrss12333.reading.formats.coloured_text import joined

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _OFFICE = _NAMESPACE % "text", _NAMESPACE % "office"
_LINE, _SPAN, _BLANKS = f"{_TEXT}p", f"{_TEXT}span", f"{_TEXT}s"
_UNREAD = (f"{_TEXT}ruby-text", f"{_TEXT}note", f"{_OFFICE}annotation")
_SIGNS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MOST_BLANKS = 100


class TextStyles(Struct):
    """Names of the styles that change what a text says."""

    struck: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    """Above or below the line: the number of a footnote is no digit of the figure before it."""
    invisible: set[str] = field(default_factory=set)
    vanished: set[str] = field(default_factory=set)
    """Those of letters that are not shown."""
    colours: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name of a style → the colours of its letters and of its ground."""


class Text(Struct, frozen=True):
    """What a cell says."""

    said: str
    gone: bool
    """Whether some of it is struck out, hidden, or in the colour of its ground."""


def annotation(element: Any) -> str:
    """The comment on a cell; empty where there is none."""
    found = element.find(f"{_OFFICE}annotation")
    return "" if found is None else "\n".join("".join(line.itertext()) for line in found.iter(_LINE)).strip()


def text_of(element: Any, styles: TextStyles, *, filled: bool) -> Text | None:
    """The text of a cell; None where it is of one piece, which the fast reader reads as well.

    Args:
        element: The cell.
        styles: What they say.
        filled: Whether its ground is not white.
    """
    lines = [child for child in element if child.tag == _LINE]
    if not any(len(line) for line in lines):
        return None
    said, gone = [], False
    for line in lines:
        runs: list[tuple[str, str]] = []
        for text, names in _pieces(line, ()):
            unseen = not names.isdisjoint(styles.struck) or not names.isdisjoint(styles.vanished)
            if text.strip() and (unseen or not (filled or names.isdisjoint(styles.invisible))):
                gone = True
                continue
            raised = text.strip() and not names.isdisjoint(styles.raised)
            colours = [letters for name in names if (letters := styles.colours.get(name, ("", ""))[0])]
            runs.append((f"[{text}]" if raised else text, colours[-1] if colours else ""))
        said.append(joined(runs))
    return Text("\n".join(said).strip(), gone)


def _pieces(element: Any, names: tuple[str, ...]) -> Iterator[tuple[str, frozenset[str]]]:
    """The texts within an element, each with the styles that it stands in."""
    if element.text:
        yield element.text, frozenset(names)
    for child in element:
        if child.tag == _BLANKS:
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST_BLANKS), frozenset(names)
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag], frozenset(names)
        elif child.tag not in _UNREAD:
            own = (child.get(f"{_TEXT}style-name", ""),) if child.tag == _SPAN else ()
            yield from _pieces(child, names + own)
        if child.tail:
            yield child.tail, frozenset(names)
