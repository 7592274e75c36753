"""Links from the workbook to the filings that it was made of: relative, to files that are there, or none at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hrss12333.patterns import lazy
from hrss12333.wording.privacy import public_text

MOST = 60_000
"""A worksheet holds 65,530 links."""
OPEN_FILE, SEE_ROWS = "打开来源文件", "单击查看来源"
LINK_SIGN = "-"
"""The text of a link whose cell shows a figure instead."""
# A link does not wrap in every program: a long path is set smaller instead of being cut.
LINK_LOOK: dict[str, Any] = {"shrink": True, "font_color": "#0563C1", "underline": 1}
"""How a cell looks that leads to a file."""
_UNSAFE = lazy(r"[#%\\:*?\"<>|\x00-\x1f\ud800-\udfff]")
"""Characters that a spreadsheet would not take for a part of a file's name."""


class Links:
    """Where each file stands as seen from the workbook."""

    def __init__(self, workbook: Path, names: Mapping[str, str]) -> None:
        """``names``: path → name of files that are not named by where they are."""
        self._folder, self._paths = workbook.resolve().parent, {name: path for path, name in names.items()}
        self.to = cache(self._link)
        """A file's name → a link to it."""

    def _link(self, file: str) -> str | None:
        """A link to the file, or to the container that holds it; None where there is no safe one.

        Only files below or beside the workbook's folder are linked to, by a relative path: the workbook can then be
        sent on together with its folder, and no name from a filing can lead to another computer.
        """
        if public_text(file) != file:
            return None
        place = Path(self._paths.get(file, file))
        try:
            path = next((path for path in (place, *place.parents) if path.is_file()), None)
            relative = os.path.relpath(os.path.realpath(path), self._folder) if path else ""
        except (OSError, ValueError):  # a name that the system refuses, another drive
            return None
        parts = Path(relative).parts
        if any(_UNSAFE.search(part) for part in parts) or len(relative) > 200:
            return None
        return "external:" + "/".join(parts) if parts else None
