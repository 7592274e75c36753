"""Number formats that show another number than the cell holds: 3 shown as 3万."""

from __future__ import annotations

import re
from functools import cache

_TOKEN = re.compile(r"""(?P<quoted>"[^"]*"?)|(?P<escaped>[\\!].)|_.|\*.|(?P<bracket>\[[^\]]*\])|(?P<plain>.)""", re.S)
_WORDS = {"万": 10_000, "萬": 10_000, "千": 1_000, "亿": 100_000_000}


@cache
def scale_of(code: str) -> int:
    r"""How many times the number that is stored the one is that a format shows: 1 for nearly all.

    ``0"万"`` shows 3 as 3万, so 10000. ``0!.0,"万"`` shows 25000 as 2.5万, which is the same number, so 1; and so is what
    ``0.0,`` shows as 25.0, without a word that would say another one. ``0"0000"`` shows 12 as 120000.
    """
    word, thousands, shifted, point, behind = 1, 0, 0, False, False
    zeros: int | None = None
    """Zeros that are written behind the figures; None before any figure."""
    for token in _TOKEN.finditer(code):
        literal = (token["quoted"] or "").strip('"') or (token["escaped"] or "")[1:]
        plain = token["plain"] or ""
        if plain == ";":  # the other sections are for negative numbers, zero and text
            break
        word = next((_WORDS[sign] for sign in literal or plain if sign in _WORDS), word)
        point |= literal == "."
        behind |= "." in (literal, plain)
        if zeros is not None and not behind and literal and not literal.strip("0"):
            zeros += len(literal)
        if plain and plain in "0#?":
            zeros = zeros or 0
            thousands, shifted = 0, shifted + point
        elif plain == ",":
            thousands += 1
    raised = word * 10 ** (zeros or 0)
    shown = raised // (1_000**thousands * 10**shifted) if raised > 1 else 1
    return max(shown, 1)
