"""Many rows of plain cells on their way into a sheet, fast where the writing library is known, the ordinary way elsewhere.

XlsxWriter makes an object of every cell and takes its time over each: of a large merge that is most of the work. Its
worksheet class can be exchanged, so `QuickSheet` takes whole rows as prepared text and writes them where the ordinary
way would have written them. It leans on how the library works inside; with a version that it does not know, `rows_of`
gives the ordinary way, and the result is the same cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from hrss12333.writing.national.links import LINK_SIGN, OPEN_FILE, SEE_ROWS
from hrss12333.writing.workbook import OWN_ROW

KNOWN = ("3.3.",)
"""How the versions of XlsxWriter begin that `QuickSheet` was tried with."""
CellContent = str | float | None
"""What is in a cell; None is a blank one with a format."""
ReadyCell = Any
"""A cell as `RowWriter.cell` prepares it: the same one may be added many times, wherever it stands."""


class RowWriter:
    """A sheet that takes plain rows, from top to bottom, below all that is written otherwise: every cell by a call of its
    own."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def cell(self, look: Any, content: CellContent) -> ReadyCell:
        """A cell with this format, or None, and content; None without a format is no cell at all."""
        return look, content

    def add(
        self,
        row: int,
        cells: Sequence[ReadyCell],
        level: int = 0,
        height: float | None = None,
        numbers: tuple[Any, ...] = (),
    ) -> None:
        """Cells from column A on; ``level`` is the row's level in the outline, ``height`` in points. ``numbers`` are the
        formats of columns of which a number below `LARGEST_EXACT` is given in the cell's place, None for others."""
        for column, cell in enumerate(cells):
            number = numbers[column] if numbers else None
            look, content = cell if number is None else (number, cell)
            if content is None:
                if look is not None:
                    self._sheet.write_blank(row, column, None, look)
            elif isinstance(content, str):
                self._sheet.write_string(row, column, content, look)
            else:
                self._sheet.write_number(row, column, content, look)
        if level or height is not None:
            self._sheet.set_row(row, height, None, {"level": level})

    def link(self, rows: range, column: int, url: str, text: str, look: Any) -> None:
        """Lead from a column's cells, which hold ``text`` in these rows, to a file."""
        for row in rows:
            self._sheet.write_url(row, column, url, look, text, OPEN_FILE)

    def figure(
        self, place: tuple[int, int], look: Any, formula: str, value: float | str | None, link: str | None = None
    ) -> None:
        """A formula, with `OWN_ROW` where it names its row, and its value (blank where there is none), in a cell (its row
        and column) that may lead to where the figure comes from."""
        if link:
            self._sheet.write_url(*place, link, look, LINK_SIGN, SEE_ROWS)
        formula = formula.replace(OWN_ROW, str(place[0] + 1))
        self._sheet.write_formula(*place, formula, look, "" if value is None else value)


@cache
def sheet_class() -> Any:
    """The class of sheets that take rows as a block; None where this version of the library is not known."""
    import xlsxwriter

    if not xlsxwriter.__version__.startswith(KNOWN):
        return None
    from hrss12333.writing.national.quick_sheet import QuickSheet

    return QuickSheet


def rows_of(sheet: Any) -> RowWriter:
    """The fastest way to add rows to a sheet: its own where it has the methods of a `RowWriter`."""
    known = sheet_class()
    return sheet if known is not None and isinstance(sheet, known) else RowWriter(sheet)
