"""OLE files (.xls, .et, .doc, .msg, encrypted .xlsx), recognised by their streams, and the reader of .xls.

xlrd gives no text boxes, page headers or footers of an .xls."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any

import olefile
import xlrd
from xlrd.formula import FMLA_TYPE_CELL, FMLA_TYPE_SHARED, decompile_formula

from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.file_type import FORMAT_TABLE, cannot_read
from hrss12333.reading.files.package import locked, naive_utc
from hrss12333.reading.grid import NO_MARK, At, Book, Box, Grid, Mark, SheetBuilder, StyleRecord, style_of
from hrss12333.reading.worker.limits import damaged

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105  public: Excel locks "protected" workbooks with it and asks for none
_FORMULA_RECORD, _SHARED_RECORD, _MOST_FORMULAS = 0x0006, 0x04BC, 5_000
_SHARED = b"\1"
"""The first byte of a formula that is stored in a shared record."""
_NO_NUMBER, _TEXTS = b"\xff\xff", (0, 3)
"""How the result of a formula ends if it is no number, and how it begins if it is a text, or an empty one."""
_ONE_CELL = r"(\$?[A-Z]+\$?\d+):\1(?![\w])"
"""A reference to a single cell of another sheet as xlrd writes it."""
_OLE, _EXCEL_5 = b"\xd0\xcf", 50
"""The first bytes of an OLE file; the BIFF version from which xlrd reads the looks of cells."""


def kind_of(data: bytes) -> tuple[str, bytes]:
    """The kind of an OLE file; for an encrypted package without a password, "zip" and the package."""
    _, roots = _opened_container(data)
    if "encryptedpackage" in roots:
        return "zip", _unlocked(data)
    return next((item.tag for item in FORMAT_TABLE if item.stream.lower() in roots), "xls"), b""


def read_old_workbook(data: bytes) -> Book:
    """An .xls or .et, also one of an Excel older than OLE."""
    if not data.startswith(_OLE):
        return Book(read_xls(data))
    ole, roots = _opened_container(data)
    name = roots.get("workbook") or roots.get("book")
    if name is None:
        raise cannot_read("ole") if roots else damaged()
    if len(ole.openstream(name).read()) < ole.get_size(name):
        raise damaged()  # rows may be missing
    saved, category, texts = _meta(ole)
    with suppress(ImportError):  # without the library, xlrd refuses encrypted files
        data = _unlocked(data)
    return Book(read_xls(data), texts, saved, "_vba_project_cur" in roots, category=category)


def _opened_container(data: bytes) -> tuple[Any, dict[str, str]]:
    """The file, and the names of its streams and storages by their lower case."""
    ole = olefile.OleFileIO(BytesIO(data))
    return ole, {path[0].lower(): path[0] for path in ole.listdir(streams=True, storages=True)}


def _unlocked(data: bytes) -> bytes:
    """The document, decrypted if the password works that Excel tries by itself."""
    import msoffcrypto

    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
        if not file.is_encrypted():
            return data
    except Exception:  # a workbook older than encryption, or one that the reader will reject
        return data
    out = BytesIO()
    try:
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(out)
    except Exception as error:
        raise locked() from error
    return out.getvalue()


def _meta(ole: Any) -> tuple[datetime | None, str, tuple[Text, ...]]:
    """Time of saving, category, and texts of title and comments, where well formed."""
    with suppress(Exception):  # an optional stream, in which anything may be wrong
        meta = ole.get_metadata()
        saved = next((naive_utc(time) for time in (meta.last_saved_time, meta.create_time) if time), None)
        texts = (_property(given, meta.codepage) for given in (meta.title, meta.comments))
        known = tuple(Text(TextKind.PROPERTY, text) for text in texts if text)
        return saved, _property(meta.category, meta.codepage_doc), known
    return None, "", ()


def _property(given: Any, codepage: int | None) -> str:
    encoding = "utf-8" if codepage is None else f"cp{codepage % 2**16}"
    return given.decode(encoding, "replace").rstrip("\x00").strip() if isinstance(given, bytes) else ""


def read_xls(data: bytes) -> tuple[Grid, ...]:
    """All worksheets with their hidden parts, errors and formulas."""
    kept = {"formatting_info": True, "on_demand": True, "ragged_rows": True}
    try:
        book: Any = xlrd.open_workbook(file_contents=data, logfile=StringIO(), **kept)
    except Exception as error:  # xlrd fails in many ways on malformed files
        raise (locked() if "encrypted" in str(error) else damaged()) from error
    style = cache(partial(_style, book))
    return tuple(_grid(book, number, style) for number in range(book.nsheets))


def _with_formulas(book: Any, number: int) -> tuple[Any, dict[At, str]]:
    """A sheet, and its formulas with a number or text as result, which xlrd reads but does not keep."""
    found: list[bytes] = []
    shared: list[bytes] = []
    records = book.get_record_parts

    def noting() -> tuple[int, int, bytes]:
        kind, length, data = records()
        if kind == _FORMULA_RECORD and (data[12:14] != _NO_NUMBER or data[6] in _TEXTS):
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
        with suppress(Exception):  # a formula that xlrd cannot decompile is left out
            text = _formula_text(book, data, (row, column), shared)
            if text and "?" not in text:  # a "?" stands for what xlrd cannot decompile
                formulas[row, column] = "=" + re.sub(_ONE_CELL, r"\1", text)
    return sheet, formulas


def _formula_text(book: Any, data: bytes, at: tuple[int, int], shared: Sequence[bytes]) -> str:
    """A formula as text; one that was filled down is stored once, with the range of its cells."""
    row, column = at
    code, kind = data[20:], FMLA_TYPE_CELL
    if code[2:3] == _SHARED:
        boxes = ((*struct.unpack("<HHBB", record[:6]), record[8:]) for record in shared)
        code = next(own for top, end, left, right, own in boxes if top <= row <= end and left <= column <= right)
        kind = FMLA_TYPE_SHARED
    (length,) = struct.unpack("<H", code[:2])
    return str(decompile_formula(book, code[2:], length, kind, browx=row, bcolx=column) or "")


def _style(book: Any, number: int) -> Mark:
    """The mark of cells with this format; none if the workbook has no such format."""
    if book.biff_version < _EXCEL_5 or not 0 <= number < len(book.xf_list):
        return NO_MARK
    style = book.xf_list[number]
    code = book.format_map.get(style.format_key)
    return style_of({"font": _font(book, style.font_index), "number_format": code.format_str if code else ""})


def _font(book: Any, number: int) -> StyleRecord:
    font = book.font_list[number]
    return {"strike": font.struck_out, "vert_align": "superscript" if font.escapement else ""}


def _runs(book: Any, text: str, number: int, runs: Sequence[tuple[int, int]]) -> Iterator[tuple[str, StyleRecord]]:
    """The runs of a text with their fonts; letters before the first run have the cell's."""
    if runs:
        yield text[: runs[0][0]], {**_font(book, book.xf_list[number].font_index), "vert_align": ""}
    for (start, font), (end, _) in pairwise([*runs, (len(text), 0)]):
        yield text[start:end], _font(book, font)


def _grid(book: Any, number: int, style: Callable[[int], Mark]) -> Grid:
    given, formulas = _with_formulas(book, number)
    sheet = SheetBuilder(given.name, hidden=given.visibility != 0)
    sheet.hidden_rows = {row for row, info in given.rowinfo_map.items() if info.hidden or info.height == 0}
    hidden = (at for at, info in given.colinfo_map.items() if info.hidden or info.width == 0)
    sheet.hidden_columns = [range(at, at + 1) for at in hidden]
    sheet.merges = [Box(top, left, bottom - 1, right - 1) for top, bottom, left, right in given.merged_cells]
    for at, note in given.cell_note_map.items():
        sheet.comment(at, note.text)
    for row, cells in enumerate(given.get_rows()):
        line = [_cell_value(cell, book.datemode) for cell in cells]
        sheet.rows.append(line)
        for column, (cell, value) in enumerate(zip(cells, line, strict=True)):
            at = row, column
            if cell.ctype == xlrd.XL_CELL_ERROR:
                sheet.note(at, error=xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
            elif at in formulas:  # an empty text is no result: some programs store it without calculating
                sheet.note(at, formula=formulas[at], stale=value == "")
            if value != "":
                runs = given.rich_text_runlist_map.get(at) if isinstance(value, str) else None
                fonts = _runs(book, str(value), cell.xf_index, runs or ())
                line[column] = sheet.styled(at, value, style(cell.xf_index), fonts)
    return sheet.grid()


def _cell_value(cell: Any, datemode: int) -> Any:
    """A cell's value as the reader of .xlsx gives it; blank for an error."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate.xldate_as_datetime(cell.value, datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return float(cell.value)
        return moment.time() if 0 <= cell.value < 1 else moment
    return cell.value
