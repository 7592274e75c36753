"""A day as people write it, on the command line and under 核实日期."""

from __future__ import annotations

from datetime import date, datetime

_PATTERNS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


def written_day(text: str) -> date | None:
    """The day that a text names; None where it names none."""
    for pattern in _PATTERNS:
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    return None
