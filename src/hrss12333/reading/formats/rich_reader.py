"""The reader of .xlsx and .xlsm: each cell with its value, error, formula, comment, letters and style, in one pass.

One of two that fill the same record; the other is `openpyxl_reader`. It stands on python-calamine-plus alone. What it
reads has passed `zip_guard`, for a hostile workbook makes it hold or do as much as it claims to have.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from hrss12333.reading.files.bounds import MAX_AREA, MAX_AREAS
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.calamine_reader import refusals
from hrss12333.reading.formats.marks import Look, Marks, look_of, rich
from hrss12333.reading.formats.workbook import Workbook, as_workbook, formula_of, sheet_of
from hrss12333.reading.grid import Box, Cell

if TYPE_CHECKING:
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook

_WIDE = 32
"""Columns beyond which it is asked where the filled ones end: rows are as wide as the sheet claims to be."""


def read_cells(data: bytes) -> Workbook:
    """All worksheets of a workbook.

    Raises:
        FileProblem: F001 where it cannot be read, F002 where it is encrypted, F004 where it is too large.
        ImportError: where the library is missing.
    """
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with refusals():
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = {item["name"]: item["value"] for item in book.defined_names}
        looks: dict[int, Look] = {}
        grids, footers, area = [], list[str | None](), 0
        for number, sheet in enumerate(book.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            stream, rows = _rows(book, number)
            marks = Marks()
            cells = _cells(rows, marks, looks)
            for at, comment in (stream.comments or {}).items():
                marks.note(at, comment=(comment["text"] or "").strip())
            grid = sheet_of(
                sheet.name,
                cells,
                marks,
                names,
                is_hidden=sheet.visible != SheetVisibleEnum.Visible,
                merges=(Box(*first, *last) for first, last in stream.merged_cell_ranges or ()),
                rows=((row, each["hidden"], each["height"]) for row, each in (stream.row_dimensions or {}).items()),
                columns=(
                    (each["min"], each["max"], each["hidden"], each["width"]) for each in stream.column_dimensions or ()
                ),
                rules=(
                    (block["ranges"], rule["type"], rule["operator"], rule["formulas"], rule["style"] or {})
                    for block in stream.conditional_formats or ()
                    for rule in block["rules"]
                ),
                sources=(each["formula1"] for each in stream.data_validations or () if each["type"] == "list"),
            )
            area += sum(map(len, grid.cells))
            if area > MAX_AREAS:
                raise too_large()
            grids.append(grid)
            footers += ((stream.sheet_settings or {}).get("header_footer") or {}).values()
        return as_workbook(grids, footers)


def _rows(book: CalamineWorkbook, number: int) -> tuple[CalamineSheetStream, Iterator[list[CalamineCell]]]:
    """A sheet and its rows, no wider than what is filled where it claims to be wide."""
    stream: Any = book.stream_sheet_by_index(number, rich=True)
    first = next(stream, None)
    if first is not None and len(first) > _WIDE:
        end = book.get_sheet_by_index(number).end
        stream = book.stream_sheet_by_index(number, rich=True, max_col=end[1] if end else 0)
        first = next(stream, None)
    return stream, iter(()) if first is None else chain([first], stream)


def _cells(rows: Iterator[list[CalamineCell]], marks: Marks, looks: dict[int, Look]) -> list[list[Cell]]:
    """The values row by row; what else their cells say goes into the marks."""
    found: list[list[Cell]] = []
    area = 0
    blank: list[Cell] = []
    for row, cells in enumerate(rows):
        line: list[Cell] = [cell.value for cell in cells]
        area += len(line)
        if area > MAX_AREA:
            raise too_large()
        filled = False
        for column, cell in enumerate(cells):
            value = line[column]
            if type(value) is str and (kind := cell.data_type) != "s":
                if kind == "e":
                    line[column] = ""
                    marks.note((row, column), error=value or "#ERROR!")
                elif formula := cell.formula:  # never calculated: one that gave an empty text holds a text
                    marks.note((row, column), formula=formula_of(formula))
                continue
            if value == "":
                continue
            filled = True
            if formula := cell.formula:
                marks.note((row, column), formula=formula_of(formula))
            its = looks.get(cell.style_id)
            if its is None:
                its = looks[cell.style_id] = look_of(cell.style or {})
            runs = cell.rich_text if type(value) is str else None
            if runs or its.tells:
                text = rich((run["text"], run["font"] or {}) for run in runs) if runs else None
                line[column] = marks.look((row, column), value, its, text)
        found.append(line if filled else blank)
    return found
