"""What of a page is shown, and how: hidden, struck out or lifted by tags, attributes and styles, or in a field of a form."""

from __future__ import annotations

import re
from typing import Any

from hrss12333.patterns import lazy

_STRUCK_TAGS = ("s", "strike", "del")
_RAISED = ("sup", "sub")
"""The number of a footnote is no digit of the figure before it."""
_SILENT = ("script", "style", "head", "title", "noscript", "template")
_HIDDEN = lazy(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])", re.I
)
_LIFTED = lazy(r"vertical-align\s*:\s*(?:super|sub)\b", re.I)
_STRUCK = lazy(r"text-decoration[\w-]*\s*:[^;]*line-through", re.I)
_FIELDS = ("text", "number", "tel", "")
"""Kinds of input fields whose value is shown as a text."""


def is_hidden(element: Any, style: str) -> bool:
    """Whether an element says that it is not shown."""
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def is_silent(element: Any, tag: str, style: str) -> bool:
    """Whether nothing of it is shown; a hidden row is kept, as one that is hidden."""
    if tag == "option":
        return not _is_chosen(element)
    return tag in _SILENT or not tag or (tag != "tr" and is_hidden(element, style))


def is_raised(tag: str, style: str) -> bool:
    """Whether it stands above or below the line."""
    return tag in _RAISED or bool(style and tag == "span" and _LIFTED.search(style))


def shown_field(element: Any) -> str:
    """What an input field of a form shows: the text in it, or whether it is ticked."""
    kind = (element.get("type") or "").lower()
    if kind in ("checkbox", "radio"):
        return "☐" if element.get("checked") is None else "☑"
    return element.get("value", "") if kind in _FIELDS else ""


def is_struck(tag: str, style: str) -> bool:
    """Whether it is struck out."""
    return tag in _STRUCK_TAGS or bool(style and _STRUCK.search(style))


def _is_chosen(option: Any) -> bool:
    """Whether a list shows this of its options: the one that is chosen, else the first."""
    if option.get("selected") is not None or option.getprevious() is not None:
        return option.get("selected") is not None
    return all(other.get("selected") is None for other in option.itersiblings())
