"""The second reader of .xlsx and .xlsm, by openpyxl: asked where python-calamine-plus refuses a workbook or is missing, in
the child process only, for it fills merged ranges cell by cell, and its rows are as wide as the sheet claims to be. It takes
thirty times as long. Of Strict OOXML it sees no sheets.
"""

from __future__ import annotations

import warnings
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hrss12333.reading.files.package import damaged
from hrss12333.reading.formats.sheet_builder import CellStyle, SheetBuilder, StyleRecord, read_runs, style_of
from hrss12333.reading.grid import At, Box, Cell

if TYPE_CHECKING:
    from openpyxl import Workbook


def read_cells(data: bytes) -> list[SheetBuilder]:
    """All worksheets of a workbook."""
    book, computed = _load(data, rich_text=True), _load(data, data_only=True)
    if not book.worksheets:
        raise damaged()
    return [_sheet(sheet, computed[sheet.title]) for sheet in book.worksheets]


def _sheet(given: Any, computed: Any) -> SheetBuilder:
    sheet, blank = SheetBuilder(given.title, hidden=given.sheet_state != "visible"), list[Cell]()
    styles: dict[Any, CellStyle] = {}
    for row, (cells, results) in enumerate(zip(given.iter_rows(), computed.iter_rows(), strict=True)):
        pairs = enumerate(zip(cells, results, strict=True))
        line = [_value((row, column), *pair, sheet, styles) for column, pair in pairs]
        sheet.rows.append(line if line.count("") < len(line) else blank)
    sheet.merges = [
        Box(box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1) for box in given.merged_cells.ranges
    ]
    sheet.hidden_rows = {row - 1 for row, its in given.row_dimensions.items() if its.hidden or its.height == 0}
    sheet.hidden_columns = [
        range(its.min - 1, its.max) for its in given.column_dimensions.values() if its.hidden or its.width == 0
    ]
    around = given.HeaderFooter
    sheet.pages = [text for its in around.__elements__ if (text := str(getattr(around, its)))]
    return sheet


def _value(at: At, cell: Any, result: Any, sheet: SheetBuilder, styles: dict[Any, CellStyle]) -> Cell:
    """The value of a cell, what it says beside goes into the sheet; ``result``: the same cell with what is stored."""
    if getattr(cell, "comment", None):
        sheet.comment(at, cell.comment.text)
    if result.data_type == "e":
        sheet.note(at, error=str(result.value or "#ERROR!"))
        return ""
    value = _known_value(result.value)
    if cell.data_type == "f" and (value != "" or result.data_type != "s"):  # else calculated, to an empty text
        formula = str(getattr(cell.value, "text", cell.value) or "")
        sheet.note(at, formula=f"={formula.lstrip('=').strip()}", stale=value == "")
    runs = cell.value if isinstance(cell.value, list) else []  # texts, and blocks that have a font
    if value == "" or not (cell.has_style or runs):
        return value
    its = styles.get(cell._style) or styles.setdefault(cell._style, style_of(_style(cell)))
    return sheet.styled(at, value, its, read_runs((str(run), _font(getattr(run, "font", None))) for run in runs))


def _known_value(value: object) -> Cell:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()  # as the other reader gives it
    return value if isinstance(value, str | int | float | datetime | date | time | timedelta) else ""


def _style(cell: Any) -> StyleRecord:
    return {"font": _font(cell.font), "number_format": cell.number_format}


def _font(font: Any) -> StyleRecord:
    return {"strike": font.strike, "vert_align": font.vertAlign} if font else {}


def _load(data: bytes, **options: bool) -> Workbook:
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # it warns on stderr of what it leaves out
        return load_workbook(BytesIO(data), keep_links=False, **options)
