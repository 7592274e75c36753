"""The elements of a stranger's XML one by one, none of which a DTD could have made large, and none too deep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from hrss12333.reading.files.package import damaged, declaring, too_large

_STEP = 4096
_DEEPEST = 100
_Work = Callable[[Any], None]


def elements(content: bytes) -> Iterator[tuple[str, Any]]:
    """Start and end of each element, and the element.

    A DTD is before the first element or is none, so that what comes first is looked at by the parser that follows,
    whatever the encoding; defusedxml's way makes every element in Python, which takes five times as long.
    """
    from xml.etree.ElementTree import ParseError, iterparse

    depth = 0
    try:
        with suppress(ExpatError, _Begun):
            _refuse_dtd(content)
        for event, element in iterparse(BytesIO(content), ("start", "end")):  # noqa: S314 - see above
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise too_large()
            yield event, element
    except (ParseError, ValueError, LookupError) as error:  # the latter two: an encoding that is not known
        raise damaged() from error


def follow(content: bytes, starts: Mapping[str, _Work], ends: Mapping[str, _Work]) -> None:
    """Do what is due at the start and at the end of each element, by its name."""
    for event, element in elements(content):
        if work := (starts if event == "start" else ends).get(element.tag):
            work(element)


class _Begun(Exception):  # noqa: N818 - no error
    """The first element was reached."""


def _refuse_dtd(content: bytes) -> None:
    def refuse(*_: object) -> None:
        raise declaring()

    def begun(*_: object) -> None:
        raise _Begun

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse, begun
    for start in range(0, len(content), _STEP):
        parser.Parse(content[start : start + _STEP], False)
