"""Temporary folders, each removed with all that is in it however its block ends."""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES, _BETWEEN_TRIES = 20, 0.05
"""How often, and how many seconds apart, a folder is removed until nothing is left of it."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Answer a request to end only after the block, where the system lets it wait: what is made in it can then be removed."""
    held = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def new_folder() -> Path:
    """A temporary folder, for `remove`; an OSError where there is no room."""
    with uninterrupted():
        return Path(tempfile.mkdtemp(prefix="hrss12333-"))


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
