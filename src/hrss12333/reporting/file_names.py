"""File names for outputs that are named after what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from hrss12333.patterns import lazy
from hrss12333.wording.places import base_name

_UNFIT = lazy(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICE = lazy(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_LONGEST_STEM = 180
"""Bytes: 60 Chinese characters, 45 emoji. Names of 255 bytes are the longest that systems take, and endings follow."""


def safe_stem(name: str) -> str:
    """A name without what some system refuses in a file name: Windows' devices, reserved marks, a dot at the end."""
    stem = _UNFIT.sub("_", name).encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore").strip(" .")
    return f"_{stem}" if _DEVICE.match(stem) else stem or "文件"


def stem_of(file: str) -> str:
    """File name without folders, container and extension, fit for any system."""
    name = base_name(file)
    return safe_stem(name.rpartition(".")[0] or name)


def unique_paths(folder: Path, stem: str, extensions: Iterable[str], taken: set[str]) -> dict[str, Path]:
    """Extension → path in ``folder``, all of one stem that no other output of this run has; the stem joins ``taken``."""
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}({number})", number + 1
    taken.add(name.lower())
    return {extension: folder / f"{name}{extension}" for extension in extensions}
