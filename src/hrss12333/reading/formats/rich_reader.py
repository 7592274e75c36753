"""The reader of .xlsx and .xlsm: each cell with its value, error, formula, comment, letters and style, in one pass.

One of two that fill the same record; the other is `openpyxl_reader`. It stands on python-calamine-plus alone. What it
reads has passed `zip_guard`, for a hostile workbook makes it hold or do as much as it claims to have.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.calamine_reader import MAX_AREA, MAX_AREAS, refusals
from hrss12333.reading.formats.conditional_marks import mark_by_condition
from hrss12333.reading.formats.looks import WHITE, Look, Rich, Run, colour, look, rich
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.workbook import Workbook, columns_of, footers_of, list_source, without_blank_end
from hrss12333.reading.grid import Box, Cell, Grid

if TYPE_CHECKING:
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook, SheetMetadata

_WIDE = 32
"""Columns beyond which it is asked where the filled ones end: rows are as wide as the sheet claims to be."""


def read_cells(data: bytes) -> Workbook:
    """All worksheets of a workbook.

    Raises:
        FileProblem: F001 where it cannot be read, F002 where it is encrypted, F004 where it is too large.
        ImportError: where the library is missing.
    """
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum

    with refusals():
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = {item["name"]: item["value"] for item in book.defined_names}
        looks, grids, footers, area = _Looks(), [], list[str](), 0
        for number, sheet in enumerate(book.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            stream, rows = _rows(book, number)
            grid = _grid(sheet, stream, rows, looks, names)
            area += sum(map(len, grid.cells))
            if area > MAX_AREAS:
                raise too_large()
            grids.append(grid)
            footers += footers_of((((stream.sheet_settings or {}).get("header_footer")) or {}).values())
        return Workbook(tuple(grids), tuple(dict.fromkeys(footers)))


def _rows(book: CalamineWorkbook, number: int) -> tuple[CalamineSheetStream, Iterator[list[CalamineCell]]]:
    """A sheet and its rows, no wider than what is filled where it claims to be wide."""
    stream: Any = book.stream_sheet_by_index(number, rich=True)
    first = next(stream, None)
    if first is not None and len(first) > _WIDE:
        end = book.get_sheet_by_index(number).end
        stream = book.stream_sheet_by_index(number, rich=True, max_col=end[1] if end else 0)
        first = next(stream, None)
    return stream, iter(()) if first is None else chain([first], stream)


def _grid(
    sheet: SheetMetadata,
    stream: CalamineSheetStream,
    rows: Iterator[list[CalamineCell]],
    looks: _Looks,
    names: dict[str, str],
) -> Grid:
    from python_calamine_plus import SheetVisibleEnum

    marks = Marks()
    cells = without_blank_end(_cells(rows, marks, looks))
    marks.comments = {at: (item["text"] or "").strip() for at, item in (stream.comments or {}).items()}
    marks.hidden_rows = {
        row for row, item in (stream.row_dimensions or {}).items() if item["hidden"] or item["height"] == 0
    }
    marks.hidden_columns = columns_of(
        (item["min"], item["max"]) for item in stream.column_dimensions or () if item["hidden"] or item["width"] == 0
    )
    rules = (
        (block["ranges"], rule["type"], rule["operator"], rule["formulas"], rule["style"] or {})
        for block in stream.conditional_formats or ()
        for rule in block["rules"]
    )
    mark_by_condition(marks, cells, rules)
    lists = [
        source
        for item in stream.data_validations or ()
        if item["type"] == "list"
        for source in list_source(item["formula1"], names)
    ]
    merges = [Box(top, left, bottom, right) for (top, left), (bottom, right) in stream.merged_cell_ranges or ()]
    hidden = sheet.visible != SheetVisibleEnum.Visible
    return marks.on(Grid(sheet.name, cells, hidden, tuple(merges), lists=tuple(dict.fromkeys(lists))))


def _cells(rows: Iterator[list[CalamineCell]], marks: Marks, looks: _Looks) -> list[list[Cell]]:
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
                    marks.errors[row, column], line[column] = value or "#ERROR!", ""
                elif formula := cell.formula:  # never calculated: one that gave an empty text holds a text
                    marks.formulas[row, column] = _formula(formula)
                continue
            if value == "":
                continue
            filled = True
            if formula := cell.formula:
                marks.formulas[row, column] = _formula(formula)
            its = looks[cell]
            if type(value) is str:
                if (runs := cell.rich_text) or its.tells:
                    line[column] = marks.look((row, column), value, its, _rich(runs) if runs else None)
            elif its.tells:
                marks.look((row, column), value, its)
        found.append(line if filled else blank)
    return found


def _formula(text: str) -> str:
    """As ``=C5+D5``, with one sign before it."""
    return f"={text.lstrip('=').strip()}"


class _Looks:
    """The looks of a workbook's cells, each worked out when it is first met."""

    def __init__(self) -> None:
        self._known: dict[int, Look] = {}

    def __getitem__(self, cell: CalamineCell) -> Look:
        number = cell.style_id
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = _look(cell.style or {})
        return known


def _look(style: dict[str, Any]) -> Look:
    font, fill = style.get("font") or {}, style.get("fill") or {}
    ground = colour(fill.get("fg_color")) if fill.get("pattern") == "solid" else ""
    return look(
        struck=bool(font.get("strike")),
        letters=colour(font.get("color")),
        ground=WHITE if fill.get("pattern") in (None, "none") else ground,
        code=style.get("number_format") or "",
    )


def _rich(runs: list[dict[str, Any]]) -> Rich | None:
    fonts = [run["font"] or {} for run in runs]
    return rich(
        Run(
            run["text"],
            bool(font.get("strike")),
            colour(font.get("color"), of_letters=True),
            font.get("vert_align") in ("superscript", "subscript"),
        )
        for run, font in zip(runs, fonts, strict=True)
    )
