"""Text that came out of a file, made harmless.

Everything a report takes from a filing passes through `clean`: no control character reaches a terminal, a workbook or
a letter.
"""

from __future__ import annotations

from hrss12333.patterns import lazy

# C0 and C1 controls, line and paragraph separators, direction overrides, invisible joiners, lone surrogates,
# noncharacters
_HARMFUL = lazy(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_WHITE = lazy(r"[\s\u3000]+")


def harmless(text: str) -> str:
    """The text without control and direction characters; its lines stay."""
    return text if text.isprintable() else _HARMFUL.sub("", text)


def clean(text: str) -> str:
    """One line of printable text: white space runs become one space, control and direction characters vanish."""
    return _WHITE.sub(" ", harmless(text)).strip()


def shorten(text: str, limit: int = 60) -> str:
    """At most ``limit`` characters, an ellipsis for the rest."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
