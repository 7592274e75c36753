"""What a document says of itself: when it was saved, and this tool's mark on its own outputs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from msgspec import Struct

from hrss12333.reading.files.package import Package

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CUSTOM = "docprops/custom.xml"
_MEMBERS = ("docprops/core.xml", "meta.xml")
_TIMES = ("modified", "date", "created", "creation-date")
"""Local names in order of preference: OOXML's dcterms:modified, OpenDocument's dc:date, then the creation."""


class Properties(Struct, frozen=True):
    """Some of a document's properties."""

    saved: datetime | None = None
    """Naive, UTC."""
    category: str = ""
    keywords: str = ""


def properties(package: Package) -> Properties:
    """Properties of an OOXML or OpenDocument package; whatever is missing or malformed is left out."""
    for member in _MEMBERS:
        if member in package:
            return _parsed(package.read(member))
    # The core properties may stand anywhere; the content type tells them, the usual ending nearly always does.
    other = next((name for name in package.names if name.endswith(".psmdcp")), None)
    return _parsed(package.read(other)) if other else Properties()


def custom_properties(package: Package) -> dict[str, str]:
    """The properties that a user or program added to an OOXML package, as text; empty where there are none."""
    root = root_of(package.read(_CUSTOM))
    named = {each.get("name", ""): "".join(each.itertext()) for each in (() if root is None else root)}
    return {name: value for name, value in named.items() if name}


def root_of(xml: bytes) -> Element | None:
    """The tree of a part; None where there is none, or one that cannot be read, or holds a DTD."""
    if not xml:
        return None
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _parsed(xml: bytes) -> Properties:
    texts = text_of_names(xml)
    saved = next((time for name in _TIMES if (time := parse_time(texts.get(name, "")))), None)
    return Properties(saved, texts.get("category", ""), texts.get("keywords", ""))


def text_of_names(xml: bytes) -> dict[str, str]:
    """Local name → text before any child of the first such element that has one; nothing where a part is malformed.

    Without a tree: many files have properties of their own, and the parser that guards trees is slow to start.
    """
    texts: dict[str, str] = {}
    names: list[str] = []
    pieces: list[str] = []

    def settle() -> None:
        text = "".join(pieces)
        if text and names:
            texts.setdefault(names[-1].rpartition("}")[2], text.strip())
        pieces.clear()

    def opened(name: str, _: object) -> None:
        settle()
        names.append(name)
        parser.CharacterDataHandler = pieces.append

    def closed(_: str) -> None:
        settle()
        names.pop()
        parser.CharacterDataHandler = None  # what stands behind an element is no text of its own

    def refuse(*_: object) -> None:
        raise ValueError

    parser = ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except (ExpatError, ValueError, LookupError):
        return {}
    return texts


def parse_time(text: str) -> datetime | None:
    """An ISO 8601 time as naive UTC; None where it is none. Excel writes the nil date 1601-01-01 for "never"."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return naive_utc(time)


def naive_utc(time: datetime) -> datetime | None:
    """Without its offset; None for dates that no office program can have meant."""
    try:
        if time.tzinfo is not None:
            time = time.astimezone(UTC).replace(tzinfo=None)
    except (OverflowError, ValueError):
        return None
    return time if 1980 <= time.year <= 2200 else None
