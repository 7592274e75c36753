"""What stands in cells that the fast reader shows as blank: errors such as #REF!, and formulas never calculated.

Asked only where a value is due and the cell looks blank, so it may be slow; it is done once a book, by another library
than the first, and in the child process where the file is large or odd. It never fails: what that library cannot read
hides nothing that could be named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from hrss12333.patterns import lazy
from hrss12333.reading.files.child_answers import decode_unseen
from hrss12333.reading.files.child_process import in_child
from hrss12333.reading.files.package import Package
from hrss12333.reading.formats.ods_formulas import FORMULA, ods_cells, plain_formula
from hrss12333.reading.grid import FindUnseen, Grid, Unseen, UnseenSheets

MOST_CELLS = 100_000
"""Cells of a book beyond which it is looked at in the child process, lest it hold this one for seconds."""

TIME_LIMIT = 5.0
"""Seconds that a second look may take there."""

_ODS_ERROR = lazy(r"(?:#[A-Z/0]+[!?A]?|Err:\d+|#N/A|错误:\d+|#NAME\?)$")


def unseen_finder(
    kind: str, data: bytes, grids: Sequence[Grid], *, odd: bool, known: UnseenSheets | None = None
) -> FindUnseen:
    """A second look at a workbook of this kind (xlsx, xls, ods), of which the fast reader saw ``grids``.

    Args:
        odd: Whether the fast reader, too, was given it in the child process only.
        known: What is already known of some cells.
    """

    def read() -> UnseenSheets:
        if odd or sum(len(row) for grid in grids for row in grid.cells) > MOST_CELLS:
            return decode_unseen(in_child(f"unseen_{kind}", data, TIME_LIMIT)["unseen"])
        return READERS[kind](data, grids)

    @cache
    def sheets() -> UnseenSheets:
        try:
            return read()
        except Exception:  # whatever a library makes of a file that another one could read
            return {}

    return lambda sheet: sheets().get(sheet, {}) | (known or {}).get(sheet, {})


def _xlsx(data: bytes, grids: Sequence[Grid]) -> UnseenSheets:
    from hrss12333.reading.formats.openpyxl_reader import unseen_xlsx

    return unseen_xlsx(data, grids)


def _ods(data: bytes, _: Sequence[Grid]) -> UnseenSheets:
    """Error cells of an OpenDocument spreadsheet, which no library tells apart from texts."""
    sheets: UnseenSheets = {}
    for name, at, element in ods_cells(Package(data).read("content.xml")):
        text = "".join(element.itertext()).strip()
        kinds = {value for key, value in element.items() if key.endswith("}value-type")}
        formula = element.get(FORMULA, "")
        if formula and not text and not kinds:
            sheets.setdefault(name, {})[at] = Unseen(formula=plain_formula(formula))
        elif "error" in kinds or (formula and _ODS_ERROR.match(text)):
            sheets.setdefault(name, {})[at] = Unseen(error=text or "#ERROR!")
    return sheets


READERS: dict[str, Callable[[bytes, Sequence[Grid]], UnseenSheets]] = {"xlsx": _xlsx, "ods": _ods}
"""Kind → what stands in cells that the grids have blank; .xls is never read in this process."""
