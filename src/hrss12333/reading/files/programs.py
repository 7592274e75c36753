"""Programs of the machine that may be started, and temporary folders."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_INBOXES: set[Path] = set()
"""The folders that are read in this run."""


def distrust(folder: Path) -> None:
    """Start no program of this folder."""
    _INBOXES.add(folder.resolve())


def find_program(*names: str, places: Iterable[str] = ()) -> str | None:
    """The absolute path of the first of these programs; ``places``: where it may be that is on no search path."""
    suffixes = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if sys.platform == "win32" else ("",)
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder).is_absolute()]  # none in the current one
    wanted = (folder / f"{name}{suffix}" for name in names for folder in folders for suffix in suffixes)
    found = (path for path in (*wanted, *map(Path, places)) if path.is_file() and os.access(path, os.X_OK))
    return next((str(path) for path in found if _is_trusted(path.parent)), None)


def _is_trusted(folder: Path) -> bool:
    own = folder.resolve()
    refused = {Path.cwd().resolve(), *_INBOXES}
    return not any(own.is_relative_to(each) for each in refused if each != each.parent)


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
