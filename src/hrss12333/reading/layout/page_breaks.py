"""Tables of a Word file that a page break parted: put together before forms are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from hrss12333.reading.grid import Box, Grid
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
        down = len(above.cells)
        boxes = (Box(box.top + down, box.left, box.bottom + down, box.right) for box in grid.merges)
        found[-1] = replace(
            above,
            cells=(*above.cells, *grid.cells),
            merges=(*above.merges, *boxes),
            after=grid.after,
            struck={**above.struck, **{(row + down, at): rest for (row, at), rest in grid.struck.items()}},
            invisible=above.invisible | {(row + down, at) for row, at in grid.invisible},
            comments={**above.comments, **{(row + down, at): text for (row, at), text in grid.comments.items()}},
            ragged=above.ragged | {row + down for row in grid.ragged},
        )
    return tuple(found)


def _goes_on(above: Grid, below: Grid, edition: Edition) -> bool:
    width = [max((len(line) for line in grid.cells), default=0) for grid in (above, below)]
    if width[0] != width[1] or any(not re.fullmatch(r"[(（]?\s*续\s*表?.{0,4}", text) for text in below.before):
        return False
    upper = [item.form for item in locate(above, edition)]
    lower = [item.form for item in locate(below, edition)]
    return bool(upper) and (not lower or lower == upper[-1:])
