"""Processes of this machine, as Linux lists them."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """All that a process started, and what that started."""
    own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*own, *(each for child in own for each in descendants(child))]


def have_ended(pids: Collection[int], seconds: float = 10.0) -> bool:
    """Whether none of them is there any more in so many seconds, or only as one that nobody asks for."""
    until = time.monotonic() + seconds
    while any(map(_is_there, pids)):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _is_there(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
