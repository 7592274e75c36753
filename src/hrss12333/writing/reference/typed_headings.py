"""Headings typed as ordinary paragraphs: “一、工作进展” and “（一）推进省集中”, as official documents number them."""

from __future__ import annotations

import re

from hrss12333.patterns import lazy

_LEVELS = (
    lazy(r"^第[一二三四五六七八九十]+(?:章|部分|节)"),
    lazy(r"^[一二三四五六七八九十]{1,3}[、.．]"),
    lazy(r"^[(（][一二三四五六七八九十]{1,3}[)）]"),
)
_LONGEST = 40
_TITLE = lazy(r"总结|报告|汇报|情况|12333")


def typed_heading(text: str) -> int | None:
    """Heading level from 1 of a paragraph that looks like a heading; None for body text."""
    if len(text) > _LONGEST or re.search(r"[。；：！？;]", text):
        return None
    return next((level for level, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), None)


def typed_title(text: str, *, marked: bool) -> bool:
    """Whether a report's first paragraph is its title; ``marked`` where it is styled as a heading."""
    if len(text) > _LONGEST + 20 or text.endswith("。") or typed_heading(text):
        return False
    return bool(_TITLE.search(text)) or not marked
