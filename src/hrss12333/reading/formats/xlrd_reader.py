"""What xlrd tells of an .xls: its values, what it hides, its errors and formulas, and how its cells look.

Runs in the child process only.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import xlrd
from xlrd.formula import FMLA_TYPE_CELL, FMLA_TYPE_SHARED, decompile_formula

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.package import LOCKED, damaged, refused
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.formats.marks import CellStyle, StyleRecord, look_of, read_runs
from hrss12333.reading.formats.sheet_builder import SheetBuilder
from hrss12333.reading.grid import At, Box, Cell, FileProblem, Grid

_FORMULA, _SHARED, _MOST_FORMULAS = 0x0006, 0x04BC, 5_000
_ELSEWHERE = b"\1"
"""How a formula begins that is written where it was shared."""
_NO_NUMBER, _BLANKS = b"\xff\xff", (0, 3)
"""How the place of a formula's number ends where a text, an answer or an error is stored instead; and how it begins where that
is a text or an empty text, which programs that never calculate store, too, instead of 0."""
_ONE_CELL = lazy(r"(\$?[A-Z]+\$?\d+):\1(?![\w])")
"""How xlrd tells a single cell of another sheet."""
_EXCEL_5 = 50
"""Of those before it, xlrd does not know how their cells look."""


def read_xls(data: bytes) -> tuple[Grid, ...]:
    """All worksheets with what they hide, their errors and their formulas."""
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            book: Any = xlrd.open_workbook(
                file_contents=data, logfile=nowhere, formatting_info=True, on_demand=True, ragged_rows=True
            )
    except Exception as error:  # xlrd fails in many ways on what is not as it should be
        raise (FileProblem(Problem.ENCRYPTED, LOCKED) if "encrypted" in str(error) else damaged()) from error
    with refused():
        look = cache(partial(_look, book))
        grids = [_grid(book, *_with_formulas(book, number), look) for number in range(book.nsheets)]
    # A program that never calculates stores no figure at all, and empty texts instead of 0.
    return sifted(grids, empty_texts=True)


def _with_formulas(book: Any, number: int) -> tuple[Any, dict[At, str]]:
    """A sheet, and its formulas that give a number or a blank, which xlrd sees but does not keep."""
    found: list[bytes] = []
    shared: list[bytes] = []
    records = book.get_record_parts

    def noting() -> tuple[int, int, bytes]:
        kind, length, data = records()
        if kind == _FORMULA and (data[12:14] != _NO_NUMBER or data[6] in _BLANKS):
            found.append(data)
        elif kind == _SHARED:
            shared.append(data)
        return kind, length, data

    book.get_record_parts = noting
    sheet = book.sheet_by_index(number)
    book.get_record_parts = records
    formulas: dict[At, str] = {}
    for data in found[:_MOST_FORMULAS]:
        row, column = struct.unpack("<HH", data[:4])
        with suppress(Exception):  # of a formula that xlrd cannot tell: it is not known
            text = _text_of(book, data, (row, column), shared)
            if text and "?" not in text:  # which stands for what it cannot tell
                formulas[row, column] = "=" + _ONE_CELL.sub(r"\1", text)
    return sheet, formulas


def _text_of(book: Any, data: bytes, at: tuple[int, int], shared: Sequence[bytes]) -> str:
    """A formula as it is written; one that was filled down stands once for all of its cells."""
    row, column = at
    code, kind = data[20:], FMLA_TYPE_CELL
    if code[2:3] == _ELSEWHERE:
        areas = ((*struct.unpack("<HHBB", area[:6]), area[8:]) for area in shared)
        code = next(its for top, bottom, left, right, its in areas if top <= row <= bottom and left <= column <= right)
        kind = FMLA_TYPE_SHARED
    (length,) = struct.unpack("<H", code[:2])
    return str(decompile_formula(book, code[2:], length, kind, browx=row, bcolx=column) or "")


def _look(book: Any, number: int) -> CellStyle:
    """The look of cells of this format; of one that the workbook does not have, the usual."""
    if book.biff_version < _EXCEL_5 or not 0 <= number < len(book.xf_list):
        return CellStyle()
    style = book.xf_list[number]
    ground, code = style.background, book.format_map.get(style.format_key)
    fill = {
        "pattern": ("none", "solid", "other")[min(ground.fill_pattern, 2)],
        "fg_color": _colour(book, ground.pattern_colour_index),
    }
    font = _font(book, style.font_index)
    return look_of({"font": font, "fill": fill, "number_format": code.format_str if code else ""})


def _font(book: Any, number: int) -> StyleRecord:
    font = book.font_list[number]
    raised = "superscript" if font.escapement else ""
    return {"strike": font.struck_out, "color": _colour(book, font.colour_index), "vert_align": raised}


def _colour(book: Any, number: int) -> StyleRecord | None:
    """None where it is left to the program."""
    known = book.colour_map.get(number)
    return {"rgb": "{:02X}{:02X}{:02X}".format(*known)} if known else None


def _runs(book: Any, text: str, number: int, runs: Sequence[tuple[int, int]]) -> Iterator[tuple[str, StyleRecord]]:
    """A text of which runs have fonts of their own; the letters before them have that of the cell."""
    if runs:
        yield text[: runs[0][0]], {**_font(book, book.xf_list[number].font_index), "vert_align": ""}
    for (start, font), (end, _) in pairwise([*runs, (len(text), 0)]):
        yield text[start:end], _font(book, font)


def _grid(book: Any, given: Any, formulas: Mapping[At, str], look: Callable[[int], CellStyle]) -> Grid:
    sheet = SheetBuilder(given.name, hidden=given.visibility != 0)
    sheet.hidden_rows = {row for row, info in given.rowinfo_map.items() if info.hidden or info.height == 0}
    sheet.hidden_columns = [
        range(at, at + 1) for at, info in given.colinfo_map.items() if info.hidden or info.width == 0
    ]
    sheet.merges = [Box(top, left, bottom - 1, right - 1) for top, bottom, left, right in given.merged_cells]
    for at, note in given.cell_note_map.items():
        sheet.note(at, comment=note.text)
    for at, formula in formulas.items():
        sheet.note(at, formula=formula)
    for row, cells in enumerate(given.get_rows()):
        line = [_cell_value(cell, book.datemode) for cell in cells]
        sheet.rows.append(line)
        for column, (cell, value) in enumerate(zip(cells, line, strict=True)):
            at = row, column
            if cell.ctype == xlrd.XL_CELL_ERROR:
                sheet.note(at, error=xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
            runs = given.rich_text_runlist_map.get(at) if isinstance(value, str) else None
            if value != "" and (runs or look(cell.xf_index).is_special):
                letters = read_runs(_runs(book, str(value), cell.xf_index, runs or ()), look(cell.xf_index))
                sheet.note_look(at, value, letters, look(cell.xf_index))
                line[column] = letters.text or value
    return sheet.grid()


def _cell_value(cell: Any, datemode: int) -> Cell:
    """A cell as the fast reader would give it: blank where an error stands."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate.xldate_as_datetime(cell.value, datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return float(cell.value)
        if 0 <= cell.value < 1:
            return moment.time()
        return moment if moment.time() != time() else moment.date()
    return cell.value  # type: ignore[no-any-return]  # xlrd has no types
