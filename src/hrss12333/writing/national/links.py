"""Links from the workbook to the filings that it was made of: relative, to files that are there, or none at all."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hrss12333.wording.privacy import public_text

MOST = 60_000
"""A worksheet holds 65,530 links."""
OPEN_FILE = "打开来源文件"
SEE_ROWS = "单击查看来源"
LINK_SIGN = "-"
"""The text of a link whose cell shows a figure instead."""
# A link does not wrap in every program: a long path is set smaller instead of being cut.
LINK_LOOK: dict[str, Any] = {"shrink": True, "font_color": "#0563C1", "underline": 1}
"""How a cell looks that leads to a file."""
_UNSAFE = re.compile(r"[#%\\:*?\"<>|\x00-\x1f\ud800-\udfff]")
"""Characters that a spreadsheet would not take for a part of a file's name."""


class Links:
    """Where each file stands as seen from the workbook."""

    def __init__(self, workbook: Path, elsewhere: Mapping[str, str]) -> None:
        """``elsewhere``: name → path of files that are not named by where they are."""
        self._folder, self._elsewhere = workbook.resolve().parent, elsewhere
        self._way_to = cache(lambda folder: os.path.relpath(os.path.realpath(folder), self._folder))
        self.to = cache(self._link)
        """A file's name → a link to it."""

    def _link(self, file: str) -> str | None:
        """A link to the file, or to the container that holds it; None where there is no safe one.

        Only files below or beside the workbook's folder are linked to, by a relative path: the workbook can then be
        sent on together with its folder, and no name from a filing can lead to another computer.
        """
        if public_text(file) != file:
            return None
        place = Path(self._elsewhere.get(file, file))
        try:
            path = next((path for path in (place, *place.parents) if path.is_file()), None)
            relative = self._relative_path(path) if path else ""
        except (OSError, ValueError):  # a name that the system refuses, another drive
            return None
        parts = Path(relative).parts
        if any(_UNSAFE.search(part) for part in parts) or Path(relative).is_absolute() or len(relative) > 200:
            return None
        return "external:" + "/".join(parts) if parts else None

    def _relative_path(self, path: Path) -> str:
        """The file's path from the workbook's folder; that of a folder is worked out once."""
        if path.is_symlink():
            return os.path.relpath(os.path.realpath(path), self._folder)
        return os.path.normpath(f"{self._way_to(path.parent)}/{path.name}")
