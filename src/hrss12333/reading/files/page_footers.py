"""Texts of page headers and footers, in which a printed 校验码 may stand."""

from __future__ import annotations

from html import unescape
from itertools import islice

from hrss12333.patterns import lazy

_STYLE_FOOTER = lazy(rb"<(style:(?:footer|header)(?:-left|-first)?)[\s>]")
_MOST = 100
_FOOTER_CODE = lazy(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')
_TAG = lazy(r"<[^>]*>")


def plain_footer(text: str) -> str:
    """An Excel header or footer without codes such as &C, &P, &"宋体,Regular", &9; sections are parted by a blank."""
    return " ".join(_FOOTER_CODE.sub(" ", text).split())


def style_footers(raw: bytes) -> list[str]:
    """Header and footer texts of OpenDocument page styles."""
    found, read = [], 0
    for match in islice(_STYLE_FOOTER.finditer(raw), _MOST):
        end = raw.find(b"</" + match[1], match.end())
        if end < 0 or match.start() < read:
            continue
        body, read = raw[match.start() : end], end
        text = " ".join(unescape(_TAG.sub(" ", body.decode("utf-8", "replace"))).split())
        if text:
            found.append(text)
    return found
