"""What stands in cells that the fast reader shows as blank: errors such as #REF!, and formulas never calculated.

Asked only where a value is due and the cell looks blank, so it may be slow; it is done once a book, by another library
than the first. It never fails: what that library cannot read, or not in time, hides nothing that could be named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from hrss12333.reading.grid import FindUnseen, Grid, UnseenCells, UnseenSheets

MOST_CELLS = 200_000
"""Cells of a book beyond which no second look is taken: a filing has a hundredth of them, and each takes its time."""


def unseen_finder(kind: str, data: bytes, grids: Sequence[Grid], *, known: UnseenSheets | None = None) -> FindUnseen:
    """A second look at a workbook of this kind (xlsx, xls), of which the fast reader saw ``grids``; ``known`` is what
    is already known of some cells."""

    @cache
    def sheets() -> UnseenSheets:
        if sum(len(row) for grid in grids for row in grid.cells) > MOST_CELLS:
            return {}
        try:
            return READERS[kind](data, grids)
        except Exception:  # whatever a library makes of a file that another one could read
            return {}

    @cache
    def look(sheet: str) -> UnseenCells:
        return sheets().get(sheet, {}) | (known or {}).get(sheet, {})

    return look


def _xlsx(data: bytes, grids: Sequence[Grid]) -> UnseenSheets:
    from hrss12333.reading.formats.openpyxl_reader import unseen_xlsx

    return unseen_xlsx(data, grids)


def _xls(data: bytes, _: Sequence[Grid]) -> UnseenSheets:
    from hrss12333.reading.files.ole import unlocked
    from hrss12333.reading.formats.xlrd_reader import unseen_xls

    return unseen_xls(unlocked(data))


READERS: dict[str, Callable[[bytes, Sequence[Grid]], UnseenSheets]] = {"xlsx": _xlsx, "xls": _xls}
"""Kind → what stands in cells that the grids have blank."""
