"""Words behind a figure: for how many it stands, and of what."""

from __future__ import annotations

MAGNITUDE = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
"""Chinese orders of magnitude that are written after figures."""
UNITS = "人次|话次|人|次|条|个|名|位|席|件|通|台|部|座席|坐席|座"
"""Units of measure that are written after figures."""
