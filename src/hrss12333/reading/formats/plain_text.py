"""Text files: what encoding they are in, and which of their texts are numbers that a spreadsheet would show as such."""

from __future__ import annotations

import re

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.grid import Cell

MAX_TEXT = 16 * 2**20
"""Bytes of a table that is sent as text; a filing has some thousands."""

_WHOLE = lazy(r"-?(?:0|[1-9]\d{0,14})")
_GUARDED = lazy(r'="([^"]*)"')
_DECIMAL = lazy(r"-?(?:0|[1-9]\d{0,14})\.\d{1,12}")
_DECLARED = lazy(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
_CHINESE = {"gb2312", "gbk", "gb18030", "x-gbk", "cp936"}


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or a Chinese encoding.

    Raises:
        FileProblem: F001 where it is in none of them, F004 where it is too large.
    """
    if len(data) > MAX_TEXT:
        raise too_large()
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _DECLARED.search(data[:2048])
    # What it declares may be wrong; but what is UTF-8 throughout is seldom anything else.
    for encoding in ("utf-8", "gb18030", "big5" if declared and declared[1].lower() == b"big5" else "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if declared and declared[1].decode().lower() in _CHINESE:
        return data.decode("gb18030", "replace")
    raise damaged()


def typed(text: str) -> Cell:
    """The text, or the number that a spreadsheet would take it for; None where it is blank."""
    bare = text.strip()
    if guarded := _GUARDED.fullmatch(bare):  # ="00123", as programs write what a spreadsheet must leave alone
        bare = text = guarded[1]
    if not bare:
        return None
    if _WHOLE.fullmatch(bare):
        return int(bare)
    return float(bare) if _DECIMAL.fullmatch(bare) else text
