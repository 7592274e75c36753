"""What passes between this process and the child: the nouns of reading as JSON takes them, and back.

Texts, numbers and None stand for themselves; all else is a list that begins with what it is. Only the frozen nouns of
`_NOUNS` are ever made of it, so that nothing that a hostile file could have prepared is run. A form and a unit, of which
there is one object each, are named; what can be called (a second look, a way to load) is left behind.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any

from msgspec import NODEFAULT, Struct

REQUEST = struct.Struct("<dQIQ")
"""Before a request: seconds and bytes of memory that it may take, lengths of its text and of the file that follows."""

ANSWER = struct.Struct("<?dQ")
"""Before an answer: whether it is the child's last, the seconds that it took, its length."""

_ROOT = "hrss12333."
_NOUNS = frozenset(
    f"{_ROOT}{module}"
    for module in (
        "model.account",
        "model.doubt",
        "model.evidence",
        "model.filing",
        "model.problem",
        "model.row",
        "model.message",
        "model.text",
        "reading.companions",
        "reading.files.mails",
        "reading.grid",
        "survey.region_names",
        "survey.schema",
        "survey.sub_regions",
    )
)
"""Modules whose classes pass; their names are in the list, and they are imported when one comes."""
_PLAIN = frozenset((str, int, float, bool, type(None)))
_EMPTY: list[Any] = []
"""Every list that holds nothing: a sheet may have a million blank rows."""
_UNIT, _FORM = ("survey.regions", "Unit"), ("survey.schema", "Form")
_MANY: dict[str, Callable[[list[Any]], Any]] = {
    "(": tuple,
    "[": lambda items: items or _EMPTY,
    "{": lambda items: dict(zip(items[::2], items[1::2], strict=True)),
    "<": frozenset,
}
_HEADS: dict[type, str] = {tuple: "(", list: "[", frozenset: "<", set: "<"}
_SIMPLE: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytes: (lambda value: base64.b64encode(value).decode(), base64.b64decode),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    timedelta: (timedelta.total_seconds, lambda seconds: timedelta(seconds=seconds)),
}
"""What one text or number says → how it becomes that, and what it is made of again."""
_MADE = {kind.__name__: made for kind, (_, made) in _SIMPLE.items()}


def encode(value: Any) -> Any:
    """A value as JSON takes it.

    Raises:
        TypeError: of a kind that does not pass.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in _SIMPLE:
        return [kind.__name__, _SIMPLE[kind][0](value)]
    if isinstance(value, Mapping):
        return ["{", *(encode(item) for pair in value.items() for item in pair)]
    if kind in _HEADS:
        return [_HEADS[kind], *(item if type(item) in _PLAIN else encode(item) for item in value)]
    module = kind.__module__.removeprefix(_ROOT)
    if (module, kind.__name__) in (_UNIT, _FORM):
        return [kind.__name__, *_edition_and_name(value)]
    if kind.__module__ not in _NOUNS:
        raise TypeError(f"{kind} does not pass to another process")
    return [f"{module}:{kind.__name__}", *_parts_of_value(value)]


def decode(plain: Any) -> Any:
    """The reverse of `encode`.

    Raises:
        ValueError: where it is none of what `encode` makes.
    """
    if type(plain) is not list:
        return plain
    head, *items = plain
    if head in _MANY:
        return _MANY[head]([decode(item) if type(item) is list else item for item in items])
    if head in _MADE:
        return _MADE[head](items[0])
    if head in ("Unit", "Form"):
        return _one_of(head, *items)
    return _noun(head)(*map(decode, items))


def _parts_of_value(value: Any) -> list[Any]:
    """What a noun is made of again: the fields of a struct by their names, without those that are as usual or functions."""
    if isinstance(value, Enum):
        return [value.name]
    if isinstance(value, Struct):
        given = {name: getattr(value, name) for name, usual in _fields(type(value)) if getattr(value, name) != usual}
        return [{name: encode(item) for name, item in given.items() if not callable(item)}]
    if isinstance(value, str):
        return [str(value)]
    if isinstance(value, tuple):
        return [encode(part) for part in value] if hasattr(value, "_fields") else [encode(tuple(value))]
    return [encode(part) for part in value.parts]


@cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, Any], ...]:
    """The names of a struct's fields, each with its default; what has none, or one made anew each time, never equals it."""
    names, usual = kind.__struct_fields__, kind.__struct_defaults__
    return tuple(zip(names, ((NODEFAULT,) * len(names) + usual)[-len(names) :], strict=True)) if names else ()


@cache
def _noun(head: str) -> Callable[..., Any]:
    module, _, name = head.partition(":")
    kind = getattr(import_module(_ROOT + module), name, None) if _ROOT + module in _NOUNS else None
    if not isinstance(kind, type) or kind.__module__ != _ROOT + module:
        raise ValueError(head)
    if issubclass(kind, Enum):
        return lambda member: kind[member]  # of an enumeration of texts, `__getitem__` would be the text's
    if issubclass(kind, Struct):
        return lambda given: kind(**{name: decode(item) for name, item in given.items()})
    return kind


def _edition_and_name(value: Any) -> tuple[int, str]:
    from hrss12333.survey.editions import EDITIONS

    for year, edition in EDITIONS.items():
        if any(known is value for known in edition.units):
            return year, value.name
        if any(known is value for known in edition.forms):
            return year, value.key
    raise TypeError(f"{value} stands in no edition")


@cache
def _one_of(kind: str, year: int, name: str) -> Any:
    from hrss12333.survey.editions import EDITIONS

    edition = EDITIONS[year]
    return edition.form(name) if kind == "Form" else next(unit for unit in edition.units if unit.name == name)
