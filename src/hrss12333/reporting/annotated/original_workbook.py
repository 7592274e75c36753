"""The sender's workbook opened with openpyxl to be annotated, and written again."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.manifest import FileExtension
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from hrss12333.patterns import lazy
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.package import Package
from hrss12333.reading.grid import FileProblem
from hrss12333.reporting.annotated.lost_parts import left_out, warned_of
from hrss12333.writing.zip_repack import same_bytes

_CONTENT_TYPES = "[content_types].xml"
_CORE = "docprops/core.xml"
_WORKBOOK_TYPE = lazy(
    rb"spreadsheetml\.(?:sheet|template)\.main\+xml|ms-excel\.(?:sheet|template)\.macroEnabled\.main\+xml"
)
_WORKBOOK_PART = lazy(r"xl/workbook\d*\.xml")
_SHEET = lazy(rb"<(?:\w+:)?sheet\s")
_RANGE = lazy(rb"""<(?:\w+:)?(?:mergeCell|hyperlink|table)\s[^>]*?\bref\s*=\s*["']([^"']*:[^"']*)""")
_MAX_XML = 8 * 2**20
"""Bytes of XML, each of which takes openpyxl a microsecond and a hundred bytes; of an ordinary filing there are a
hundredth."""
_MAX_RANGES = 200_000
"""Cells of merged ranges, ranges with a link and tables: openpyxl makes every one of them."""
_MACRO_PARTS = {
    "bin": "application/vnd.ms-office.vbaProject",
    "emf": "image/x-emf",
    "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
}
"""Content types of what goes with macros; openpyxl copies these parts in no fixed order, and lists their types so."""
_BEYOND_DATES = "outside the limits for dates"
_ODD = "内部结构不规范"


class EditError(Exception):
    """The workbook cannot be annotated in place; the message says why, in Chinese, to stand after 原文件."""


def open_workbook(data: bytes, *, ours: bool = False) -> tuple[Workbook, list[str]]:
    """The workbook, and what it no longer holds of the file, in Chinese.

    Args:
        data: Its content.
        ours: Whether this program has written it, so that it is as large as it must be.

    Raises:
        EditError: where openpyxl does not read the format, or not the whole file.
    """
    try:
        package = Package(data)
        if not _WORKBOOK_TYPE.search(package.read(_CONTENT_TYPES)):
            raise EditError("不是.xlsx或.xlsm格式")
        part = next((name for name in package.names if _WORKBOOK_PART.fullmatch(name)), "")
        if b"purl.oclc.org" in package.read(part):
            raise EditError("是“Strict Open XML电子表格”格式")
        if not ours:
            _bound(package)
        lacks = list(left_out(package))
    except FileProblem as problem:
        raise EditError("不是.xlsx或.xlsm格式") from problem
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            book = load_workbook(BytesIO(data), keep_vba="xl/vbaproject.bin" in package, rich_text=True)
        except Exception as error:  # openpyxl has no error of its own for a file that breaks the schema
            raise EditError(_ODD) from error
    said = [str(warning.message) for warning in caught]
    if not book.worksheets or len(book.sheetnames) != len(_SHEET.findall(package.read(part))):
        raise EditError(_ODD)
    if any(_BEYOND_DATES in words for words in said):
        raise EditError("有的数字被设成日期格式，又超出日期的范围")
    book.template = False
    _keep_dates(book, package)
    return book, list(dict.fromkeys([*lacks, *warned_of(said)]))


def _bound(package: Package) -> None:
    """Refuse what would cost openpyxl minutes or gigabytes; it writes a text that cells share into each of them."""
    size = area = cells = longest = 0
    for name in package.names:
        if name.startswith("xl/") and name.endswith(".xml"):
            content = package.read(name)
            size += len(content)
            area += sum(_cells(found) for found in _RANGE.findall(content))
            if name.endswith("sharedstrings.xml"):
                longest = max(map(len, content.split(b"</si>")))
            else:
                cells += content.count(b"<c ")
    if size > _MAX_XML or area > _MAX_RANGES or longest * cells > 4 * _MAX_XML:
        raise EditError("过大")


def _cells(reference: bytes) -> int:
    try:
        left, top, right, bottom = range_boundaries(reference.decode())
    except ValueError:
        return 0
    return (right - left + 1) * (bottom - top + 1) if left and top and right and bottom else _MAX_RANGES + 1


def _keep_dates(book: Workbook, package: Package) -> None:
    """The document is as old as the sender's; openpyxl puts today and its own name where the file tells neither."""
    core = package.read(_CORE)
    book.properties.modified = properties(package).saved
    for name in ("created", "creator"):
        if f"{name}>".encode() not in core:
            setattr(book.properties, name, None)


def has_macros(book: Workbook) -> bool:
    """Whether the workbook must be an .xlsm."""
    return book.vba_archive is not None


class _InMemory(ExcelWriter):
    """Writes its sheets in memory: a file on a full disk is cut short by the library without a word."""

    def write_worksheet(self, ws: Any) -> None:
        """As the library does, but for where."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer: Any = WorksheetWriter(ws, BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())  # type: ignore[attr-defined]  # not in the stubs
        self.manifest.append(ws)


def to_bytes(book: Workbook) -> bytes:
    """The workbook as a file, the same bytes each time. `Workbook.save` would date it today.

    Raises:
        EditError: where openpyxl cannot write what it read.
    """
    out = BytesIO()
    writer = _InMemory(book, ZipFile(out, "w", ZIP_DEFLATED))
    if has_macros(book):
        for extension, kind in _MACRO_PARTS.items():
            writer.manifest.Default.append(FileExtension(extension, kind))
    try:
        writer.save()
    except Exception as error:  # a picture that cannot be converted, a style that breaks the schema
        raise EditError(_ODD) from error
    return same_bytes(out.getvalue())
