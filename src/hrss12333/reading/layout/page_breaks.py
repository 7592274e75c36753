"""Tables of a Word file that a page break parted: put together before forms are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.locate import locate
from hrss12333.survey.editions.edition import Edition


def joined(grids: Sequence[Grid], edition: Edition) -> tuple[Grid, ...]:
    """Tables of a Word file with those put together that a page break parted: as wide, and nothing but 续表 between.

    The part below has no headings, or repeats those of the part above.
    """
    found: list[Grid] = []
    for grid in grids:
        above = found[-1] if found else None
        if above is None or not _goes_on(above, grid, edition):
            found.append(grid)
            continue
        found[-1] = above.followed_by(grid)
    return tuple(found)


def _goes_on(above: Grid, below: Grid, edition: Edition) -> bool:
    width = [max((len(line) for line in grid.cells), default=0) for grid in (above, below)]
    if width[0] != width[1] or any(not re.fullmatch(r"[(（]?\s*续\s*表?.{0,4}", text) for text in below.before):
        return False
    upper = [item.form for item in locate(above, edition)]
    lower = [item.form for item in locate(below, edition)]
    return bool(upper) and (not lower or lower == upper[-1:])
