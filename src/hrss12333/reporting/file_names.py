"""File names for outputs that are named after what was sent."""

from __future__ import annotations

import re
from pathlib import Path

from hrss12333.wording.places import base_name

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LONGEST_STEM = 60


def stem_of(file: str) -> str:
    """File name without folders, container and extension, fit for any system."""
    name = base_name(file)
    stem = name.rpartition(".")[0] or name
    return _UNFIT.sub("_", stem)[:_LONGEST_STEM].strip(" .") or "文件"


def unique_path(folder: Path, stem: str, extension: str, taken: set[str]) -> Path:
    """A path in ``folder`` that no other output of this run has; the name joins ``taken``."""
    name, number = f"{stem}{extension}", 2
    while name.lower() in taken:
        name, number = f"{stem}({number}){extension}", number + 1
    taken.add(name.lower())
    return folder / name
