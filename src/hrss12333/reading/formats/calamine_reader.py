"""The readers of workbooks on calamine: every sheet as a grid of cells with physical addresses.

Only what `zip_guard` has let through is read in this process; the rest is read by `child_main`, which uses the same
functions. The library is compiled: it holds the interpreter while it works, and its faults are no ordinary exceptions.

`read_cells` asks each cell of an .xlsx or .xlsm what it is; `openpyxl_reader` fills the same record in its place. Where cells
hold nothing but values and formulas with stored figures, as programs write them, `read_quickly` sees at once, by a search in
the parts, that the answer is nothing, and takes the values as a block. A test holds that all three read the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from io import BytesIO
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_AREA, MAX_AREAS, area_of
from hrss12333.reading.files.package import LOCKED, Package, damaged, packed, refused, too_large, unescaped
from hrss12333.reading.files.zip_guard import Inspected
from hrss12333.reading.formats.marks import CellStyle, look_of, read_runs
from hrss12333.reading.formats.sheet_builder import Room, SheetBuilder, without_blank_end
from hrss12333.reading.grid import At, Box, Cell, FileProblem, Grid, Mark, column_number

if TYPE_CHECKING:
    from python_calamine import CalamineSheet
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the library makes of a workbook that it refuses into a problem of the file.

    Meanwhile fd 2 is closed to it, to which it writes behind Python's back when it fails.
    """
    with refused(), ExitStack() as stack:
        with suppress(OSError):  # no stderr at all
            kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, 2)
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PasswordError":
                raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
            if type(error).__name__ == "PanicException":  # of pyo3: deliberately no Exception
                raise damaged() from error
            raise


def read_grids(source: bytes | str) -> tuple[Grid, ...]:
    """All worksheets of a workbook; ``source`` is its content or, where the content alone is not recognised, its path."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    grids = []
    areas = 0
    with refusals():
        book = CalamineWorkbook.from_object(source if isinstance(source, str) else BytesIO(source))
        for number, known in enumerate(book.sheets_metadata):
            if known.typ != SheetTypeEnum.WorkSheet:  # a chart, a macro sheet
                continue
            sheet = book.get_sheet_by_index(number)
            area = area_of(sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else 0
            areas += area
            if area > MAX_AREA or areas > MAX_AREAS:
                raise too_large()
            merges = tuple(Box(*first, *last) for first, last in sheet.merged_cell_ranges or ())
            grids.append(Grid(known.name, _rows(sheet), known.visible != SheetVisibleEnum.Visible, merges))
    return tuple(grids)


def _rows(sheet: CalamineSheet) -> tuple[list[Cell], ...]:
    """Rows from row 1 on; a blank row in between is an empty list."""
    blank: list[Cell] = []
    # Rows are counted from row 1, but columns from the first filled.
    padding: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    return without_blank_end([blank if row.count("") == len(row) else [*padding, *row] for row in sheet.iter_rows()])


_IN_CELLS = (b"'", b"hidden", b' ht="0', b'"e"', b" =")
_AROUND_CELLS = (*b"hidden width=\"0 conditionalFormat dataValidation headerFooter :sheetData '".split(), b" =")
_IN_STYLES = (*b'strike rgb indexed theme="0" formatCode numFmtId="9" numFmtId="10" \''.split(), b"<dxf ")
"""What a part holds that may say more: an error, letters of several kinds, something hidden, colours, number formats, a
notation that few programs have."""
_CELL = lazy(rb'<c r="([A-Z]+)(\d+)"(?: s="\d+")?>')
_FORMULA = lazy(rb">([^<]*)</f><v>-?\d+(?:\.\d+)?(?:E[-+]?\d+)?</v></c>")
_MOST = 1_000
"""Formulas of a sheet that are searched for."""


def read_quickly(package: Package, found: Inspected) -> tuple[Grid, ...] | None:
    """All worksheets of a workbook that the guard has let through; None where its cells may say more."""
    parts = found.parts
    if "comment" in package.listing or not _are_plain(parts.get("xl/styles.xml", b"")):
        return None
    if any(b"<rPr" in part for part in parts.values()):
        return None
    marks = {name: _formulas(parts.get(part, b"")) for name, part in found.sheets.items()}
    if None in marks.values():
        return None
    return tuple(replace(grid, marks=marks.get(grid.name) or {}) for grid in read_grids(packed(parts)))


@lru_cache(maxsize=8)  # as they are in every filing that one program wrote
def _are_plain(styles: bytes) -> bool:
    return bool(styles) and not any(sign in styles for sign in _IN_STYLES)


def _formulas(sheet: bytes) -> dict[At, Mark] | None:
    """The formulas of a sheet, None where it may say more."""
    start, end = sheet.find(b"<sheetData"), sheet.rfind(b"</sheetData")
    around = sheet[:start] + sheet[end:]
    if not 0 <= start < end or any(sign in around for sign in _AROUND_CELLS):
        return None
    if any(sheet.find(sign, start, end) >= 0 for sign in _IN_CELLS):
        return None
    pieces = sheet[start:end].split(b"<f", _MOST)
    found: dict[At, Mark] = {}
    for before, behind in pairwise(pieces):
        cell, formula = _CELL.fullmatch(before, before.rfind(b"<c ")), _FORMULA.match(behind)
        if cell is None or formula is None:
            return None
        at = int(cell[2]) - 1, column_number(cell[1].decode())
        found[at] = Mark(formula=f"={unescaped(formula[1])}")
    return found if len(pieces) <= _MOST else None


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
