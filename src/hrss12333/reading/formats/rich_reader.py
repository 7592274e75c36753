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
from hrss12333.reading.files.bounds import MAX_AREAS
from hrss12333.reading.formats.marks import CellStyle, look_of, read_runs
from hrss12333.reading.formats.sheet_builder import Room, SheetBuilder
from hrss12333.reading.formats.workbook_package import refusals
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
        room = Room(cells=MAX_AREAS)
        grids, footers = list[Grid](), list[str | None]()
        for number, known in enumerate(book.sheets_metadata):
            if known.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = SheetBuilder(known.name, room, hidden=known.visible != SheetVisibleEnum.Visible)
            stream, rows = _rich_rows(book, number)
            _read_rows(rows, sheet, looks)
            for at, comment in (stream.comments or {}).items():
                sheet.note(at, comment=(comment["text"] or "").strip())
            sheet.merges = [Box(*first, *last) for first, last in stream.merged_cell_ranges or ()]
            sheet.hidden_rows = {row for row, its in (stream.row_dimensions or {}).items() if _is_hidden(its, "height")}
            sheet.hidden_columns = [
                range(its["min"], its["max"] + 1) for its in stream.column_dimensions or () if _is_hidden(its, "width")
            ]
            sheet.apply_conditions(
                (block["ranges"], rule["type"], rule["operator"], rule["formulas"], rule["style"] or {})
                for block in stream.conditional_formats or ()
                for rule in block["rules"]
            )
            sheet.lists = named_lists(
                (each["formula1"] for each in stream.data_validations or () if each["type"] == "list"), names
            )
            grids.append(sheet.grid())
            footers += ((stream.sheet_settings or {}).get("header_footer") or {}).values()
        return tuple(grids), plain_footers(footers)


def _rich_rows(book: CalamineWorkbook, number: int) -> tuple[CalamineSheetStream, Iterator[list[CalamineCell]]]:
    """A sheet and its rows, no wider than what is filled where it claims to be wide."""
    stream: Any = book.stream_sheet_by_index(number, rich=True)
    first = next(stream, None)
    if first is not None and len(first) > _WIDE:
        end = book.get_sheet_by_index(number).end
        stream = book.stream_sheet_by_index(number, rich=True, max_col=end[1] if end else 0)
        first = next(stream, None)
    return stream, iter(()) if first is None else chain([first], stream)


def _read_rows(rows: Iterator[list[CalamineCell]], sheet: SheetBuilder, looks: dict[int, CellStyle]) -> None:
    blank: list[Cell] = []
    for row, cells in enumerate(rows):
        line: list[Cell] = [cell.value for cell in cells]
        sheet.room.take(cells=len(line))
        filled = False
        for column, cell in enumerate(cells):
            value = line[column]
            if type(value) is str and (kind := cell.data_type) != "s":
                if kind == "e":
                    line[column] = ""
                    sheet.note((row, column), error=value or "#ERROR!")
                elif formula := cell.formula:  # never calculated: one that gave an empty text holds a text
                    sheet.note((row, column), formula=formula_of(formula))
                continue
            if value == "":
                continue
            filled = True
            if formula := cell.formula:
                sheet.note((row, column), formula=formula_of(formula))
            its = looks.get(cell.style_id)
            if its is None:
                its = looks[cell.style_id] = look_of(cell.style or {})
            runs = cell.rich_text if type(value) is str else None
            if runs or its.is_special:
                letters = read_runs(((run["text"], run["font"] or {}) for run in runs or ()), its)
                line[column] = letters.text or value
                sheet.note_look((row, column), value, letters, its)
        sheet.rows.append(line if filled else blank)


def _is_hidden(dimension: Mapping[str, Any], size: str) -> bool:
    return bool(dimension["hidden"]) or dimension[size] == 0


def named_lists(sources: Iterable[str | None], names: Mapping[str, str]) -> tuple[str, ...]:
    """The lists that validations make, given as formulas, by the cells that they name; the workbook calls some by ``names``."""
    return tuple(names.get(source.lstrip("="), source) for source in sources if source)


def plain_footer(text: str) -> str:
    """An Excel header or footer without codes such as &C, &P, &"宋体,Regular", &9; sections are parted by a blank."""
    return " ".join(_FOOTER_CODE.sub(" ", text).split())


def plain_footers(texts: Iterable[str | None]) -> tuple[str, ...]:
    """What stands on the pages, each text once."""
    return tuple(dict.fromkeys(filter(None, map(plain_footer, filter(None, texts)))))


def formula_of(text: str) -> str:
    """As ``=C5+D5``, with one sign before it."""
    return f"={text.lstrip('=').strip()}"
