"""What is made when it is first asked: code of other modules, referred to by its name, and regular expressions, of which a
run needs about a third of some three hundred.

To compile one costs as much as to read a row, so a pattern may say what every match of it holds: a text without any of
these characters is answered without the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, AnyStr, cast

CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Characters that control a terminal, in the brackets of a pattern, as are the next; tabs and line breaks are text."""
DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""What turns the direction of a text."""
INVISIBLE = DIRECTIONS + "\u200b-\u200f\u2060-\u206f\ufeff\ufff9-\ufffb"
"""What is in a text and takes no room in it."""
_UNMATCHED: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    **dict.fromkeys(("search", "match", "fullmatch"), lambda _: None),
    **dict.fromkeys(("finditer", "findall"), lambda _: []),
    "sub": lambda given: given[1],
}
"""Method → what it answers, by what it is given, where nothing matches."""


class _Pattern:
    """Stands for a pattern until one of its methods must be asked; from then on that method is the compiled one's own."""

    def __init__(self, pattern: str | bytes, flags: int, needs: str) -> None:
        self.pattern, self._flags, self.needs = pattern, flags, frozenset(needs)

    def __getattr__(self, name: str) -> Any:
        unmatched = _UNMATCHED.get(name)
        if not self.needs or not unmatched:
            return self._compiled(name)

        needs, at = self.needs, int(name == "sub")

        def ask(*given: Any) -> Any:
            return unmatched(given) if needs.isdisjoint(given[at]) else self._compiled(name)(*given)

        self.__dict__[name] = ask
        return ask

    def _compiled(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(re.compile(self.pattern, self._flags), name)
        return found


def code(reference: str) -> Any:
    """What a module of this package holds, as ``cli.check:command`` names it: the module is imported now, not before."""
    module, _, name = reference.partition(":")
    return getattr(import_module(f"hrss12333.{module}"), name)


def lazy(pattern: AnyStr, flags: int = 0, *, needs: str = "") -> re.Pattern[AnyStr]:
    """A regular expression that is compiled when it is first asked; for patterns of a module.

    ``needs``: characters of which every match holds at least one.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(pattern, flags, needs))
