"""Temporary folders, each removed with all that is in it however its block ends; what a killed run left, a later run removes."""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_PREFIX = "hrss12333-"
_ABANDONED = 3600.0
"""Seconds without a change after which a folder is one that a killed run left behind."""
_TRIES, _BETWEEN_TRIES = 20, 0.05
"""The number of tries, and the seconds between them, to remove a folder until nothing is left of it."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold a request to end until after the block: what the block makes is known by then, and can be removed."""
    due: list[int] = []
    usual: dict[int, Any] = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        if callable(signal.getsignal(number)):
            usual[number] = signal.signal(number, lambda number, _: due.append(number))
    try:
        yield
    finally:
        for held, handler in usual.items():
            signal.signal(held, handler)
        for asked in due:
            signal.raise_signal(asked)


def new_folder() -> Path:
    """A temporary folder, for `remove`; an OSError where there is no room."""
    _remove_abandoned(Path(tempfile.gettempdir()))
    with uninterrupted():
        return Path(tempfile.mkdtemp(prefix=_PREFIX))


def _remove_abandoned(place: Path) -> None:
    for left in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if not left.is_symlink() and time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it."""
    for _ in range(_TRIES):  # what was ended a moment ago may still be writing into it
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(_BETWEEN_TRIES)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for the block."""
    folder = new_folder()
    try:
        yield folder
    finally:
        remove(folder)
