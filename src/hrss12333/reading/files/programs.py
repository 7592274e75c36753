"""Programs of the machine that are started: only those of the search path, and none in the current folder or in what is
being read, where a program may have come with the mails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

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
