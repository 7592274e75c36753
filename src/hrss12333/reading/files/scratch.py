"""Temporary folders. Each belongs to the process that made it, which removes it; what a process left that was killed, the next
one removes: a folder is held by a lock as long as its process lives.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "hrss12333-"
_TRIES, _BETWEEN_TRIES = 20, 0.05
"""How often, and how many seconds apart, a folder is removed until nothing is left of it."""
_YOUNG = 60.0
"""Seconds in which a folder may not be locked yet."""


class ScratchFolder:
    """A temporary folder of this process."""

    def __init__(self) -> None:
        """Make it; an OSError where there is no room."""
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = _locked(self.path)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        for _ in range(_TRIES):  # what was ended a moment ago may still be writing into it
            shutil.rmtree(self.path, ignore_errors=True)
            if not self.path.exists():
                break
            time.sleep(_BETWEEN_TRIES)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for the block."""
    folder = ScratchFolder()
    try:
        yield folder.path
    finally:
        folder.remove()


def remove_abandoned() -> None:
    """Remove the folders of processes that no longer live."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX):
                with suppress(OSError):
                    _remove_if_abandoned(Path(entry.path))


def _remove_if_abandoned(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir() or time.time() - folder.stat().st_mtime < _YOUNG:
        return
    lock = _locked(folder)
    if lock is not None:
        os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int | None:
    """An open file that locks the folder while it is open; None where another process holds it, or nothing locks here."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (OSError, ImportError):
        os.close(lock)
        return None
    return lock
