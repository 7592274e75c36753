"""Why a 合计 differs from the sum of its rows, where the difference itself tells."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.checking.localisation.typing_errors import (
    DOUBLED,
    LOST,
    SIGN,
    SWAPPED,
    TIMES_1000,
    TIMES_10000,
    ZERO_LESS,
    ZERO_MORE,
    describe,
    fit,
)

OF_TOTAL = {slip.kind for slip in (SWAPPED, LOST, DOUBLED, ZERO_MORE, ZERO_LESS, SIGN, TIMES_1000, TIMES_10000)}
"""Slips that tell on a 合计. A single digit does not: one wrong in a row shows in the sum just the same."""
LONG = 1_000
"""Sum from which a slip is more than chance."""


def explain_total_gap(
    gap: int,
    rows: Sequence[tuple[str, int | None]],
    sample: int | None = None,
    repairs: Sequence[tuple[str, int]] = (),
) -> str | None:
    """A Chinese sentence on a 合计 that is off; None where the difference explains nothing.

    ``gap`` is 合计 as written minus the sum of the rows; ``rows`` names each row (region) with its figure in that
    column, None where it is missing or unreadable; ``sample`` is the figure of the 样例 row; ``repairs`` names rows
    whose figure in that column another finding would change, each with the change.
    """
    if not gap:
        return None
    mended = next((name for name, change in repairs if change == gap), None)
    if mended:
        return f"“{mended}”的这一栏按勾稽关系改正后，合计正好相符，应是该行有误"
    if sample and gap == sample:
        return f"多出的{gap:,}恰好等于样例行的数值，可能把样例行也加进了合计"
    equal = [name for name, figure in rows if figure and figure == abs(gap)]
    if equal:
        names = "、".join(f"“{name}”" for name in equal[:3])
        named = f"{names}一行" if len(equal) == 1 else f"{names}{'等' if len(equal) > 3 else ''}各行（每行都是这个数）"
        return f"多出的{gap:,}恰好等于{named}，可能重复计入" if gap > 0 else f"少计的{-gap:,}恰好等于{named}，可能漏计"
    known = [figure for _, figure in rows if figure is not None]
    total = sum(known)
    if len(known) == len(rows) and total >= LONG:
        kind = fit(total, total + gap).kind
        if kind in OF_TOTAL:
            return f"各行之和为{total:,}，合计可能录入有误：{describe(kind, total, total + gap)}"
    return None
