"""Texts of an .xlsx that hold letters of several kinds: struck out, white, raised as a footnote is, of several colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.formats.coloured_text import is_unseen, joined

WHITE = "FFFFFF"
_SIGNS = (b"strike", b"vertAlign", b"<color")
_INLINE = lazy(rb"<c\s([^<>]*)><is>((?:[^<]++|<(?!/?is>|c\s))*+)</is>")
_REFERENCE = lazy(rb"""\br=["']([A-Z]+)(\d+)["']""")
_DARK = "1 0"
"""How a theme calls the colour of ordinary letters."""
_FAINT = 0.06
"""A tint that leaves white nearly white."""


class Rich(Struct, frozen=True):
    """One such text."""

    text: str
    """What is to be read: nothing struck out, footnotes in brackets, figures of two colours on lines of their own."""
    seen: str
    """The same without what is white."""
    struck: bool
    white: bool


def shared_texts(raw: bytes) -> dict[int, Rich]:
    """Number of a shared text → what it says, where its letters tell more than its characters."""
    if not any(sign in raw for sign in _SIGNS):
        return {}
    root = parsed(raw)
    return dict(_rich(enumerate(root if root is not None else ())))


def inline_texts(raw: bytes) -> dict[tuple[int, int], Rich]:
    """The same of texts that stand in the cells of a sheet themselves."""
    found: dict[tuple[int, int], Rich] = {}
    for match in _INLINE.finditer(raw) if b"<is><r" in raw else ():
        place = _REFERENCE.search(match[1])
        if place and any(sign in match[2] for sign in _SIGNS):
            for rich in shared_texts(b'<sst xmlns="x"><si>%s</si></sst>' % match[2]).values():
                found[int(place[2]) - 1, column_number(place[1])] = rich
    return found


def _rich(items: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Rich]]:
    for number, item in items:
        runs = [(_text(run), child(run, "rPr")) for run in item if str(run.tag).endswith("}r")]
        kept: list[tuple[str, str]] = []
        seen: list[tuple[str, str]] = []
        struck = white = False
        for text, properties in runs:
            style = properties if properties is not None and text.strip() else ()
            if is_on(child(style, "strike")):
                struck = True
                continue
            named = colour(child(style, "color"))
            run = f"[{text}]" if _is_raised(style) else text, "" if named == _DARK else named
            kept.append(run)
            if is_unseen(named, WHITE):
                white = True
            else:
                seen.append(run)
        whole, read = "".join(text for text, _ in runs), joined(kept)
        if struck or white or read != whole:
            yield number, Rich(read.strip(), joined(seen).strip(), struck, white)


def _is_raised(style: Any) -> bool:
    align = child(style, "vertAlign")
    return align is not None and align.get("val") in ("superscript", "subscript")


def _text(run: Any) -> str:
    text = child(run, "t")
    return "" if text is None else text.text or ""


def parsed(raw: bytes) -> Any:
    """The root of a part; None where it is none that can be read."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(raw, forbid_dtd=True) if raw else None
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def child(element: Any, name: str) -> Any:
    """The first child of this name."""
    return next((part for part in element if str(part.tag).rpartition("}")[2] == name), None)


def is_on(element: Any) -> bool:
    """Whether a property is set."""
    return element is not None and element.get("val", "1") not in ("0", "false")


def colour(element: Any) -> str:
    """A colour as RRGGBB, or by its number in the theme; empty where it is left to the program."""
    if element is None:
        return ""
    if element.get("rgb"):
        return str(element.get("rgb"))[-6:].upper()
    if element.get("theme"):
        tint = element.get("tint", "0")
        return (
            WHITE
            if element.get("theme") == "0" and abs(float(tint or 0)) < _FAINT
            else f"{element.get('theme')} {tint}"
        )
    return WHITE if element.get("indexed") in ("1", "9") else ""


def column_number(letters: bytes) -> int:
    """The column that letters name, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
