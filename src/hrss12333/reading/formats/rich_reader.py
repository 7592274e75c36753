"""The two readers of .xlsx and .xlsm that fill the same record: each cell with its value, error, formula, comment, letters and
style.

`read_cells` stands on python-calamine-plus alone and takes one pass. What it reads has passed `zip_guard`, for a hostile
workbook makes it hold or do as much as it claims to have. `read_patiently` stands on openpyxl and takes thirty times as long:
it is asked where the other library refuses a workbook or is missing, in the child process only, for it fills merged ranges
cell by cell, and its rows are as wide as the sheet claims to be. Of Strict OOXML it sees no sheets.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_AREAS
from hrss12333.reading.files.package import damaged
from hrss12333.reading.formats.marks import CellStyle, StyleRecord, look_of, read_runs
from hrss12333.reading.formats.sheet_builder import Room, SheetBuilder
from hrss12333.reading.formats.workbook_package import refusals
from hrss12333.reading.grid import At, Box, Cell, Grid

if TYPE_CHECKING:
    from openpyxl import Workbook
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook

_FOOTER_CODE = lazy(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')
_WIDE = 32
"""Columns beyond which it is asked where the filled ones end: rows are as wide as the sheet claims to be."""
SheetsAndFooters = tuple[tuple[Grid, ...], Mapping[str, Sequence[str]]]
"""The sheets of a workbook, and the texts of page headers and footers, as in `Book.footers`."""


def read_cells(data: bytes) -> SheetsAndFooters:
    """All worksheets of a workbook; an ImportError where the library is missing."""
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with refusals():
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = {item["name"]: item["value"] for item in book.defined_names}
        looks: dict[int, CellStyle] = {}
        room = Room(cells=MAX_AREAS)
        grids, footers = list[Grid](), list[tuple[str, Iterable[str | None]]]()
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
            sheet.lists = _named_lists(
                (each["formula1"] for each in stream.data_validations or () if each["type"] == "list"), names
            )
            grids.append(sheet.grid())
            footers.append((known.name, ((stream.sheet_settings or {}).get("header_footer") or {}).values()))
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
                    sheet.note((row, column), formula=_formula_of(formula))
                continue
            if value == "":
                continue
            filled = True
            if formula := cell.formula:
                sheet.note((row, column), formula=_formula_of(formula))
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


def _named_lists(sources: Iterable[str | None], names: Mapping[str, str]) -> tuple[str, ...]:
    """The lists that validations make, given as formulas, by the cells that they name; the workbook calls some by ``names``."""
    return tuple(names.get(source.lstrip("="), source) for source in sources if source)


def plain_footers(pages: Iterable[tuple[str, Iterable[str | None]]]) -> Mapping[str, Sequence[str]]:
    """What stands on the pages of sheets, each text once, without codes such as &C, &P, &"宋体,Regular", &9; sections are
    parted by a blank."""
    found: dict[str, list[str]] = defaultdict(list)
    for sheet, texts in pages:
        for plain in dict.fromkeys(" ".join(_FOOTER_CODE.sub(" ", text).split()) for text in texts if text):
            if plain:
                found[plain].append(sheet)
    return found


def _formula_of(text: str) -> str:
    """As ``=C5+D5``, with one sign before it."""
    return f"={text.lstrip('=').strip()}"


# By openpyxl


def read_patiently(data: bytes) -> SheetsAndFooters:
    """The same by openpyxl."""
    book, computed = _load(data, rich_text=True), _load(data, data_only=True)
    if not book.worksheets:
        raise damaged()
    names = {name: item.attr_text or "" for name, item in book.defined_names.items()}
    pages = [(sheet.title, sheet.HeaderFooter) for sheet in book.worksheets]
    footers = plain_footers((name, [str(getattr(page, its)) for its in page.__elements__]) for name, page in pages)
    return tuple(_patient_grid(sheet, computed[sheet.title], names) for sheet in book.worksheets), footers


def _patient_grid(given: Any, computed: Any, names: Mapping[str, str]) -> Grid:
    sheet, blank = SheetBuilder(given.title, hidden=given.sheet_state != "visible"), list[Cell]()
    looks: dict[Any, CellStyle] = {}
    for row, (cells, results) in enumerate(zip(given.iter_rows(), computed.iter_rows(), strict=True)):
        pairs = enumerate(zip(cells, results, strict=True))
        line = [_patient_value((row, column), *pair, sheet, looks) for column, pair in pairs]
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
    sheet.lists = _named_lists(
        (each.formula1 for each in given.data_validations.dataValidation if each.type == "list"), names
    )
    return sheet.grid()


def _patient_value(at: At, cell: Any, result: Any, sheet: SheetBuilder, looks: dict[Any, CellStyle]) -> Cell:
    if getattr(cell, "comment", None):
        sheet.note(at, comment=cell.comment.text.strip())
    if result.data_type == "e":
        sheet.note(at, error=str(result.value or "#ERROR!"))
        return ""
    value = _known_value(result.value)
    if cell.data_type == "f" and (value != "" or result.data_type != "s"):  # else calculated, to an empty text
        sheet.note(at, formula=_formula_of(getattr(cell.value, "text", cell.value) or ""))
    runs = cell.value if isinstance(cell.value, list) else []  # texts, and blocks that have a font
    if value == "" or not (cell.has_style or runs):
        return value
    its = looks.get(cell._style) or looks.setdefault(cell._style, look_of(_style(cell)))
    letters = read_runs(((str(run), _font(getattr(run, "font", None))) for run in runs), its)
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
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # it warns on stderr of what it leaves out
        return load_workbook(BytesIO(data), keep_links=False, **options)
