"""What of a page is shown, and how: hidden, struck out or lifted by tags, attributes and styles, or in a field of a form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from hrss12333.patterns import lazy

_STRUCK_TAGS = ("s", "strike", "del")
_RAISED = ("sup", "sub")
"""The number of a footnote is no digit of the figure before it."""
_SILENT = ("script", "style", "head", "title", "noscript", "template")
_CLASS = lazy(r"\.([\w-]+)\s*\{([^{}]*)\}")
_DECLARATION = lazy(r"""(?<![\w-])([\w-]++)\s*+:((?:"(?:\\.|[^"\\])*+(?:"|\\?$)|'[^']*+(?:'|$)|[^;"'])*+)""", re.S)
_HIDDEN = lazy(r"(?:display:none|visibility:(?:hidden|collapse)|mso-hide:all|font-size:0(?![.\d]*[1-9]))", re.I)
_LIFTED = lazy(r"(?:super|sub)\b", re.I)
_QUOTED = lazy(r"""["']((?:\\.|[^"'\\])*+)""", re.S)
_ESCAPED = lazy(r"\\([0-9A-Fa-f]{4})|\\(.)")
_FIELDS = ("text", "number", "tel", "")
"""Kinds of input fields whose value is shown as a text."""
_MOST_LOOKS = 2_000
"""Styles of elements that are remembered: most cells of a page have one of a few."""


class Look(Struct, frozen=True):
    """What styles say of the elements that have them."""

    hidden: bool = False
    struck: bool = False
    lifted: bool = False
    letters: str = ""
    """The colour of their letters, as written; empty where none is set, as below."""
    ground: str = ""
    """The colour behind them."""
    code: str = ""
    """Their number format."""


PLAIN = Look()


class Looks:
    """How the elements of a page look: each style of the page is read once, and so is each that elements share."""

    def __init__(self, page: str) -> None:
        self._classes = dict(_CLASS.findall(page))
        self._of_classes: dict[str, Look] = {}
        self._known: dict[tuple[str, str], Look] = {}

    def of(self, element: Any) -> Look:
        """How an element looks."""
        if not isinstance(element.tag, str) or not element.attrib:
            return PLAIN
        said = element.get("style") or "", element.get("class") or ""
        look = self._known.get(said)
        if look is None:
            own, names = said
            look = _together([_look(own), *map(self._of_class, dict.fromkeys(names.split()))])
            if len(self._known) >= _MOST_LOOKS:
                self._known.clear()
            self._known[said] = look
        return look

    def _of_class(self, name: str) -> Look:
        if name not in self._of_classes:
            self._of_classes[name] = _look(self._classes.get(name, ""))
        return self._of_classes[name]


def _together(looks: Iterable[Look]) -> Look:
    """What several styles say: the last colour, the first number format."""
    found = [look for look in looks if look is not PLAIN]
    if len(found) <= 1:
        return found[0] if found else PLAIN
    return Look(
        hidden=any(look.hidden for look in found),
        struck=any(look.struck for look in found),
        lifted=any(look.lifted for look in found),
        letters=next((look.letters for look in reversed(found) if look.letters), ""),
        ground=next((look.ground for look in reversed(found) if look.ground), ""),
        code=next((look.code for look in found if look.code), ""),
    )


def _look(style: str) -> Look:
    """What one style says."""
    if not style:
        return PLAIN
    said = [(name.lower(), value.strip()) for name, value in _DECLARATION.findall(style)]
    last = dict(said)
    return Look(
        hidden=any(_HIDDEN.match(f"{name}:{value}") for name, value in said),
        struck=any(name.startswith("text-decoration") and "line-through" in value.lower() for name, value in said),
        lifted=any(name == "vertical-align" and _LIFTED.match(value) for name, value in said),
        letters=last.get("color", ""),
        ground=next((value for name, value in reversed(said) if name in ("background", "background-color")), ""),
        code=_number_format(next((value for name, value in said if name == "mso-number-format"), "")),
    )


def _number_format(value: str) -> str:
    r"""A number format as Excel writes it in a style: ``0\0022万\0022``, ``0\.0``."""
    quoted = _QUOTED.match(value)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], quoted[1] if quoted else value)


def is_hidden(element: Any, look: Look) -> bool:
    """Whether an element says that it is not shown."""
    return look.hidden or element.get("hidden") is not None


def is_silent(element: Any, tag: str, look: Look) -> bool:
    """Whether nothing of it is shown; a hidden row is kept, as one that is hidden."""
    if tag == "option":
        return not _is_chosen(element)
    return tag in _SILENT or not tag or (tag != "tr" and is_hidden(element, look))


def is_raised(tag: str, look: Look) -> bool:
    """Whether it stands above or below the line."""
    return tag in _RAISED or (tag == "span" and look.lifted)


def shown_field(element: Any) -> str:
    """What an input field of a form shows: the text in it, or whether it is ticked."""
    kind = (element.get("type") or "").lower()
    if kind in ("checkbox", "radio"):
        return "☐" if element.get("checked") is None else "☑"
    return element.get("value", "") if kind in _FIELDS else ""


def is_struck(tag: str, look: Look) -> bool:
    """Whether it is struck out."""
    return tag in _STRUCK_TAGS or look.struck


def _is_chosen(option: Any) -> bool:
    """Whether a list shows this of its options: the one that is chosen, else the first."""
    if option.get("selected") is not None or option.getprevious() is not None:
        return option.get("selected") is not None
    return all(other.get("selected") is None for other in option.itersiblings())
