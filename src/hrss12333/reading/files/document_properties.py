"""What a document says of itself: when it was saved, and this tool's mark on its own outputs."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import Package, as_utf8, root_of, unescaped

_CUSTOM = "docprops/custom.xml"
_MEMBERS = ("docprops/core.xml", "meta.xml")
_PROPERTIES = lazy(rb"<(?:[\w.-]+:)?(modified|date|created|creation-date|category|keywords)(?:\s[^<>]*)?>([^<]+)")
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
    # The core properties may stand anywhere; the content type tells them, the usual ending nearly always does.
    others = (name for name in package.names if name.endswith(".psmdcp"))
    member = next((name for name in _MEMBERS if name in package), None) or next(others, "")
    written = {
        name.decode(): unescaped(text.strip())
        for name, text in reversed(_PROPERTIES.findall(as_utf8(package.read(member))))
    }
    saved = next((time for name in _TIMES if (time := parse_time(written.get(name, "")))), None)
    return Properties(saved, written.get("category", ""), written.get("keywords", ""))


def custom_properties(package: Package) -> dict[str, str]:
    """The properties that a user or program added to an OOXML package, as text; empty where there are none."""
    root = root_of(package.read(_CUSTOM))
    named = {each.get("name", ""): "".join(each.itertext()) for each in (() if root is None else root)}
    return {name: value for name, value in named.items() if name}


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
