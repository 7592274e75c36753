"""Regular expressions that are compiled when they are first asked: of some three hundred a run needs about a third."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """Stands for a pattern until one of its methods is called; from then on that method is the compiled one's own."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self._flags), name)
        self.__dict__[name] = found
        return found


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The same as `re.compile`, without its cost where nobody asks; for patterns of a module."""
    return cast("re.Pattern[AnyStr]", _Pattern(pattern, flags))
