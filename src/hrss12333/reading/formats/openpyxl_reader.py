"""What openpyxl tells of an .xlsx: the same record as `rich_reader` fills, thirty times as slow; and a few cells far apart.

It is asked where the other library refuses a workbook or is missing, in the child process only: it fills merged ranges
cell by cell, and its rows are as wide as the sheet claims to be. Of Strict OOXML it sees no sheets.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from hrss12333.reading.files.package import damaged
from hrss12333.reading.formats.marks import CellStyle, StyleRecord, look_of, read_runs
from hrss12333.reading.formats.rich_reader import Sheets, formula_of, named_lists, plain_footers
from hrss12333.reading.formats.sheet_builder import SheetBuilder
from hrss12333.reading.grid import At, Box, Cell, Grid


def read_cells(data: bytes) -> Sheets:
    """All worksheets of a workbook."""
    book, computed = _load(data, rich_text=True), _load(data, data_only=True)
    if not book.worksheets:
        raise damaged()
    names = {name: item.attr_text or "" for name, item in book.defined_names.items()}
    pages = [sheet.HeaderFooter for sheet in book.worksheets]
    footers = plain_footers(str(getattr(page, place)) for page in pages for place in page.__elements__)
    return tuple(_grid(sheet, computed[sheet.title], names) for sheet in book.worksheets), footers


def _grid(given: Any, computed: Any, names: Mapping[str, str]) -> Grid:
    sheet, blank = SheetBuilder(given.title, hidden=given.sheet_state != "visible"), list[Cell]()
    looks: dict[Any, CellStyle] = {}
    for row, (cells, results) in enumerate(zip(given.iter_rows(), computed.iter_rows(), strict=True)):
        pairs = enumerate(zip(cells, results, strict=True))
        line = [_cell_value((row, column), *pair, sheet, looks) for column, pair in pairs]
        sheet.rows.append(line if line.count("") < len(line) else blank)
    sheet.merges = [
        Box(box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1) for box in given.merged_cells.ranges
    ]
    sheet.hidden_rows = {row - 1 for row, its in given.row_dimensions.items() if its.hidden or its.height == 0}
    sheet.hidden_columns = [
        range(its.min - 1, its.max) for its in given.column_dimensions.values() if its.hidden or its.width == 0
    ]
    sheet.apply_conditions(
        ([str(part) for part in block.sqref.ranges], rule.type, rule.operator, rule.formula, _style(rule.dxf))
        for block in given.conditional_formatting
        for rule in block.rules
    )
    sheet.lists = named_lists(
        (each.formula1 for each in given.data_validations.dataValidation if each.type == "list"), names
    )
    return sheet.grid()


def _cell_value(at: At, cell: Any, result: Any, sheet: SheetBuilder, looks: dict[Any, CellStyle]) -> Cell:
    if getattr(cell, "comment", None):
        sheet.note(at, comment=cell.comment.text.strip())
    if result.data_type == "e":
        sheet.note(at, error=str(result.value or "#ERROR!"))
        return ""
    value = _known_value(result.value)
    if cell.data_type == "f" and (value != "" or result.data_type != "s"):  # else calculated, to an empty text
        sheet.note(at, formula=formula_of(getattr(cell.value, "text", cell.value) or ""))
    runs = cell.value if isinstance(cell.value, CellRichText) else ()
    if value == "" or not (cell.has_style or runs):
        return value
    its = looks.get(cell._style) or looks.setdefault(cell._style, look_of(_style(cell)))
    letters = read_runs(map(_run, runs), its)
    sheet.note_look(at, value, letters, its)
    return letters.text or value


def _known_value(value: object) -> Cell:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()  # as the other reader gives it
    return value if isinstance(value, str | int | float | datetime | date | time | timedelta) else ""


def _style(given: Any) -> StyleRecord:
    if given is None:
        return {}
    fill = given.fill and {
        "pattern": getattr(given.fill, "patternType", None),
        "fg_color": _colour(getattr(given.fill, "fgColor", None)),
    }
    return {"font": _font(given.font), "fill": fill, "number_format": getattr(given, "number_format", "")}


def _run(part: str | TextBlock) -> tuple[str, StyleRecord]:
    return (part, {}) if isinstance(part, str) else (part.text, _font(part.font))


def _font(font: Any) -> StyleRecord:
    if not font:
        return {}
    return {"strike": font.strike, "color": _colour(font.color), "vert_align": font.vertAlign}


def _colour(given: Any) -> StyleRecord | None:
    return {given.type: given.value, "tint": given.tint} if given is not None else None


def read_sparse(data: bytes) -> tuple[Grid, ...]:
    """The values of a few cells far from one another: what is held is the cells, not the rectangle around them all."""
    book = _load(data, read_only=True, data_only=True)
    grids = []
    for title in book.sheetnames:
        sheet: Any = book[title]
        sheet.reset_dimensions()
        cells = tuple([_known_value(cell.value) if cell.data_type != "e" else "" for cell in row] for row in sheet.rows)
        grids.append(Grid(title, cells, sheet.sheet_state != "visible"))
    if not grids:
        raise damaged()
    return tuple(grids)


def _load(data: bytes, **options: bool) -> Workbook:
    with warnings.catch_warnings(action="ignore"):  # it warns on stderr of what it leaves out
        return load_workbook(BytesIO(data), keep_links=False, **options)
