"""OLE files: .xls, .et, .doc, .ppt, .msg and encrypted .xlsx look alike until their streams are listed; and what xlrd tells of
an .xls: its values, what it hides, its errors and formulas, and how its cells look.

Runs in the child process only: a crafted sector chain can send any parser in circles.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time
from functools import cache, partial
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import msoffcrypto
import olefile
import xlrd
from xlrd.formula import FMLA_TYPE_CELL, FMLA_TYPE_SHARED, decompile_formula

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.file_type import FORMAT_TABLE, cannot_read
from hrss12333.reading.files.package import LOCKED, damaged, naive_utc, refused
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.formats.marks import CellStyle, StyleRecord, look_of, read_runs
from hrss12333.reading.formats.sheet_builder import SheetBuilder
from hrss12333.reading.formats.workbook_package import read_grids
from hrss12333.reading.grid import At, Book, Box, Cell, FileProblem, Grid

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105  public: Excel locks "protected" workbooks with it and asks for none
_WRAPPED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a workbook begins that was dropped into a Word file as an icon."""
_FORMULA_RECORD, _SHARED_RECORD, _MOST_FORMULAS = 0x0006, 0x04BC, 5_000
_ELSEWHERE = b"\1"
"""How a formula begins that is written where it was shared."""
_NO_NUMBER, _BLANKS = b"\xff\xff", (0, 3)
"""How the place of a formula's number ends where a text, an answer or an error is stored instead; and how it begins where that
is a text or an empty text, which programs that never calculate store, too, instead of 0."""
_ONE_CELL = lazy(r"(\$?[A-Z]+\$?\d+):\1(?![\w])")
"""How xlrd tells a single cell of another sheet."""
_EXCEL_5 = 50
"""Of those before it, xlrd does not know how their cells look."""


def kind_of(data: bytes) -> str | bytes:
    """What an OLE file is, a tag of the table of formats; the .xlsx or .docx itself that it held and that opens without
    asking."""
    _, roots = _opened_container(data)
    if "encryptedpackage" in roots:
        return _unlocked(data)
    return next((item.tag for item in FORMAT_TABLE if item.stream.lower() in roots), "xls")


def read_old_workbook(data: bytes) -> Book:
    """An .xls or .et, of Excel 97, of older ones, or of those that knew no OLE."""
    if not data.startswith(b"\xd0\xcf"):
        return Book("xls", read_xls(data))
    ole, roots = _opened_container(data)
    name = roots.get("workbook") or roots.get("book")
    if name is None:
        raise cannot_read("ole") if roots else damaged()
    _stream(ole, name)
    plain = _unlocked(data)
    try:
        grids = read_xls(plain)
    except FileProblem as problem:
        if problem.kind is not Problem.DAMAGED:
            raise
        grids = read_grids(plain)  # it may know more: what is hidden there is then not known
    saved, category = _meta(ole)
    return Book("xls", grids, saved=saved, macros="_vba_project_cur" in roots, category=category)


def _opened_container(data: bytes) -> tuple[Any, dict[str, str]]:
    """The file, and the names of its streams and storages in lower case → as they are."""
    with refused():
        ole = olefile.OleFileIO(BytesIO(data))
        return ole, {path[0].lower(): path[0] for path in ole.listdir(streams=True, storages=True)}


def embedded_in(data: bytes) -> bytes:
    """The file that an OLE object of a Word file wraps; the object itself where that is a workbook of old."""
    ole, roots = _opened_container(data)
    if "package" in roots:
        return _stream(ole, roots["package"])
    if "\x01ole10native" in roots:
        content = _stream(ole, roots["\x01ole10native"])
        start = min((at for at in map(content.find, _WRAPPED) if at >= 0), default=0)
        return content[start:]  # after the name and path that the file once had
    return data


def _stream(ole: Any, name: str) -> bytes:
    with refused():
        content: bytes = ole.openstream(name).read()
        if len(content) < ole.get_size(name) or _is_circular(ole, name):
            raise damaged()  # rows may be missing or doubled
        return content


def _is_circular(ole: Any, name: str) -> bool:
    """Whether a stream's chain of sectors comes back to one that it has passed: the fast reader would read on."""
    entry = next(entry for entry in ole.direntries if entry is not None and entry.name == name)
    if entry.size < ole.minisectorcutoff:
        return False  # short streams lie together in another one, which is read once
    sector, passed = entry.isectStart, set()
    for _ in range(-(-entry.size // ole.sectorsize)):
        if sector in passed:
            return True
        passed.add(sector)
        sector = ole.fat[sector]
    return False


def _unlocked(data: bytes) -> bytes:
    """The document itself, or what it encrypts, if that opens with the password that Excel tries by itself."""
    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
        if not file.is_encrypted():
            return data
    except Exception:  # a workbook older than encryption, or one that the reader will object to
        return data
    out = BytesIO()
    try:
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(out)
    except Exception as error:
        raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
    return out.getvalue()


def _meta(ole: Any) -> tuple[datetime | None, str]:
    """When it was saved and its category; whatever is malformed is left out."""
    with suppress(Exception):  # of an optional stream that anything may be wrong with
        meta = ole.get_metadata()
        saved = next((naive_utc(time) for time in (meta.last_saved_time, meta.create_time) if time), None)
        category = meta.category or b""
        encoding = "utf-8" if meta.codepage_doc in (65001, None) else f"cp{int(meta.codepage_doc)}"
        return saved, category.decode(encoding, "replace").rstrip("\x00") if isinstance(category, bytes) else ""
    return None, ""


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
        if kind == _FORMULA_RECORD and (data[12:14] != _NO_NUMBER or data[6] in _BLANKS):
            found.append(data)
        elif kind == _SHARED_RECORD:
            shared.append(data)
        return kind, length, data

    book.get_record_parts = noting
    sheet = book.sheet_by_index(number)
    book.get_record_parts = records
    formulas: dict[At, str] = {}
    for data in found[:_MOST_FORMULAS]:
        row, column = struct.unpack("<HH", data[:4])
        with suppress(Exception):  # of a formula that xlrd cannot tell: it is not known
            text = _formula_text(book, data, (row, column), shared)
            if text and "?" not in text:  # which stands for what it cannot tell
                formulas[row, column] = "=" + _ONE_CELL.sub(r"\1", text)
    return sheet, formulas


def _formula_text(book: Any, data: bytes, at: tuple[int, int], shared: Sequence[bytes]) -> str:
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
