"""The reader of .xlsx and .xlsm: each cell with its value, error, formula, comment, letters and style, in one pass.

One of two that fill the same record; the other is `openpyxl_reader`. It stands on python-calamine-plus alone. What it
reads has passed `zip_guard`, for a hostile workbook makes it hold or do as much as it claims to have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_AREA, MAX_AREAS, MAX_COLUMN
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.calamine_reader import refusals, without_blank_end
from hrss12333.reading.formats.marks import CellStyle, Marks, StyleCondition, look_of, rich
from hrss12333.reading.grid import Box, Cell, Grid

if TYPE_CHECKING:
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook

_FOOTER_CODE = lazy(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')
_WIDE = 32
"""Columns beyond which it is asked where the filled ones end: rows are as wide as the sheet claims to be."""


Sheets = tuple[tuple[Grid, ...], tuple[str, ...]]
"""The sheets of a workbook, and the texts of page headers and footers, in which a printed 校验码 may stand."""


def read_cells(data: bytes) -> Sheets:
    """All worksheets of a workbook.

    Raises:
        FileProblem: F001 where it cannot be read, F002 where it is encrypted, F004 where it is too large.
        ImportError: where the library is missing.
    """
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with refusals():
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = {item["name"]: item["value"] for item in book.defined_names}
        looks: dict[int, CellStyle] = {}
        grids, footers, area = [], list[str | None](), 0
        for number, sheet in enumerate(book.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            stream, rows = _rows(book, number)
            marks = Marks()
            cells = _plain_cells(rows, marks, looks)
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


def _plain_cells(rows: Iterator[list[CalamineCell]], marks: Marks, looks: dict[int, CellStyle]) -> list[list[Cell]]:
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
            if runs or its.is_special:
                text = rich((run["text"], run["font"] or {}) for run in runs) if runs else None
                line[column] = marks.look((row, column), value, its, text)
        found.append(line if filled else blank)
    return found


def sheet_of(
    name: str,
    lines: list[list[Cell]],
    marks: Marks,
    names: Mapping[str, str],
    *,
    is_hidden: bool,
    merges: Iterable[Box],
    rows: Iterable[tuple[int, bool, float | None]],
    columns: Iterable[tuple[int, int, bool, float | None]],
    rules: Iterable[StyleCondition],
    sources: Iterable[str | None],
) -> Grid:
    """A sheet with these cells, without the blank rows at its end, and with what they say beside.

    Of a row its number is given, whether it is hidden, and its height; of columns from which to which, and the same.
    ``sources`` are those of the lists that validations make, as formulas; ``names`` says what the workbook calls by name.
    """
    cells = without_blank_end(lines)
    marks.hidden_rows = {row for row, hidden, height in rows if hidden or height == 0}
    marks.hidden_columns = columns_of((first, last) for first, last, hidden, width in columns if hidden or width == 0)
    marks.by_condition(cells, rules)
    lists = dict.fromkeys(names.get(source.lstrip("="), source) for source in sources if source)
    return marks.on(Grid(name, cells, is_hidden, tuple(merges), lists=tuple(lists)))


def columns_of(spans: Iterable[tuple[int, int]]) -> set[int]:
    """The columns of spans, both ends within, however many there are and however often they name the same."""
    named = bytearray(MAX_COLUMN)
    for first, last in spans:
        named[first : last + 1] = b"\1" * len(range(first, min(last + 1, MAX_COLUMN)))
    return {column for column, is_named in enumerate(named[:MAX_COLUMN]) if is_named} if any(named) else set()


def plain_footer(text: str) -> str:
    """An Excel header or footer without codes such as &C, &P, &"宋体,Regular", &9; sections are parted by a blank."""
    return " ".join(_FOOTER_CODE.sub(" ", text).split())


def as_workbook(grids: Iterable[Grid], footers: Iterable[str | None]) -> Sheets:
    """The sheets with what stands on their pages, each text once."""
    plain = (plain_footer(text) for text in footers if text)
    return tuple(grids), tuple(dict.fromkeys(filter(None, plain)))


def formula_of(text: str) -> str:
    """As ``=C5+D5``, with one sign before it."""
    return f"={text.lstrip('=').strip()}"
