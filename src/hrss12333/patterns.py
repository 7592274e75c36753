"""What several modules need: letters that show nothing or do harm, and code that is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Characters that control a terminal, in the brackets of a pattern, as are the next; tabs and line breaks are text."""
DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""What turns the direction of a text."""
INVISIBLE = DIRECTIONS + "\u200b-\u200f\u2060-\u206f\ufeff\ufff9-\ufffb"
"""What is in a text and takes no room in it."""


def code(reference: str) -> Any:
    """What a module of this package holds, as ``cli.check:command`` names it: the module is imported now, not before."""
    module, _, name = reference.partition(":")
    return getattr(import_module(f"hrss12333.{module}"), name)
