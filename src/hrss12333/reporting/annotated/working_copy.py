"""The workbook on which an audit is drawn: the sender's own, opened with openpyxl and written again, or the official form filled
with the sender's data.

openpyxl keeps cells, formats, formulas, ordinary dropdowns, conditional formats, charts, pictures and the print set-up.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec import Struct
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from hrss12333.model.filing import Filing, Place
from hrss12333.model.finding import Finding
from hrss12333.reading.files.package import Package, properties
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form
from hrss12333.writing.official.filled import form_content, joined_tables
from hrss12333.writing.official.layout import FormContent, Layout
from hrss12333.writing.official.workbook import write_official
from hrss12333.writing.workbook import same_bytes

_CORE = "docprops/core.xml"
_WORKBOOK_PART = r"xl/workbook\d*\.xml"
_SHEET_TAG = rb"<(?:\w+:)?sheet\s"
_RANGE = rb"""<(?:\w+:)?(?:mergeCell|hyperlink|table)\s[^>]*?\bref\s*=\s*["']([^"']*:[^"']*)"""
_MAX_XML = 8 * 2**20
"""Bytes of XML, each of which takes openpyxl a microsecond and a hundred bytes; of an ordinary filing there are a
hundredth."""
_MAX_RANGES = 200_000
"""Cells of merged ranges, ranges with a link and tables: openpyxl makes every one of them."""
_BEYOND_DATES = "outside the limits for dates"
_ODD = "内部结构不规范"


class EditError(Exception):
    """The workbook cannot be annotated in place; the message says why, in Chinese, to stand after 原文件."""


class WorkingCopy(Struct, frozen=True):
    """A workbook to be annotated, and where in it the cells of the sender's file stand."""

    book: Workbook
    instead: str = ""
    """Why it is not the sender's file itself; Chinese, empty where it is."""
    moved: Mapping[Place, Place] | None = None
    """Where each cell of the sender's file is here; None where they are the same."""

    def find(self, place: Place | None) -> Place | None:
        """Where a cell of the sender's file is here; None where it does not."""
        there = place if self.moved is None or place is None else self.moved.get(place)
        return there if there and there.sheet in self.sheets else None

    @property
    def sheets(self) -> set[str]:
        """Names of the worksheets."""
        return {page.title for page in self.book.worksheets}

    def sheet_of(self, finding: Finding) -> str:
        """Name of the sheet here that a finding is about; empty for none."""
        return (finding.sheet if self.moved is None else finding.form) or ""


def copy_on_official_form(filing: Filing, edition: Edition, why: str) -> WorkingCopy:
    """The official form with what the file holds, what could not be read as it stood; ``why`` the file itself is not
    used."""
    moved: dict[Place, Place] = {}
    sheets = [_form_content(edition, form, filing, moved) for form in edition.forms if filing.tables_of(form)]
    out = BytesIO()
    write_official(out, edition, sheets)
    copy = copy_of_original(out.getvalue(), ours=True)
    return WorkingCopy(copy.book, why, moved)


def _form_content(edition: Edition, form: Form, filing: Filing, moved: dict[Place, Place]) -> FormContent:
    tables = filing.tables_of(form)
    sheet = form_content(joined_tables(tables)[form.key])
    layout = Layout(sheet, edition.forms)

    def there(row: int, column: int) -> Place:
        """A cell of the layout, which counts from 0."""
        return Place(form.key, row + 1, column + 1)

    for table in tables:
        for key, value in table.header.items():
            slot = layout.slot(key)
            if value.place:
                moved[value.place] = there(slot.row, slot.left)
        for key, place in table.headings.items():
            moved.setdefault(place, there(layout.heading + 1, layout.columns[key]))
        for key, value in table.total.values.items() if table.total else ():
            if value.place:
                moved[value.place] = there(layout.total, layout.columns[key])
    rows = [(table, row) for table in tables for row in table.rows]
    for index, (table, row) in enumerate(rows):
        number = layout.first + index
        moved[row.place] = there(number, layout.columns[form.region.key])
        for key, heading in table.headings.items():  # blank cells too
            moved[Place(table.sheet, row.place.row, heading.column)] = there(number, layout.columns[key])
    return sheet


def copy_of_original(data: bytes, *, ours: bool = False) -> WorkingCopy:
    """The sender's own workbook; ``ours`` whether this program has written it, so that it is as large as it must be.

    Raises:
        EditError: where openpyxl does not read the format, or not the whole file.
    """
    try:
        package = Package(data)
        part = next((name for name in package.names if re.fullmatch(_WORKBOOK_PART, name)), "")
        if not part:
            raise EditError("不是.xlsx或.xlsm格式")
        if b"purl.oclc.org" in package.read(part):
            raise EditError("是“Strict Open XML电子表格”格式")
        if not ours:
            _refuse_costly(package)
    except FileProblem as problem:
        raise EditError("不是.xlsx或.xlsm格式") from problem
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            book = load_workbook(BytesIO(data), rich_text=True)
        except Exception as error:  # openpyxl has no error of its own for a file that breaks the schema
            raise EditError(_ODD) from error
    if not book.worksheets or len(book.sheetnames) != len(re.findall(_SHEET_TAG, package.read(part))):
        raise EditError(_ODD)
    if any(_BEYOND_DATES in str(warning.message) for warning in caught):
        raise EditError("有的数字被设成日期格式，又超出日期的范围")
    book.template = False
    _keep_dates(book, package)
    return WorkingCopy(book)


def _refuse_costly(package: Package) -> None:
    """Refuse what would cost openpyxl minutes or gigabytes; it writes a text that cells share into each of them."""
    size = area = cells = longest = 0
    for name in package.names:
        if name.startswith("xl/") and name.endswith(".xml"):
            content = package.read(name)
            size += len(content)
            area += sum(_count_cells(found) for found in re.findall(_RANGE, content))
            if name.endswith("sharedstrings.xml"):
                longest = max(map(len, content.split(b"</si>")))
            else:
                cells += content.count(b"<c ")
    if size > _MAX_XML or area > _MAX_RANGES or longest * cells > 4 * _MAX_XML:
        raise EditError("过大")


def _count_cells(reference: bytes) -> int:
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


class _InMemory(ExcelWriter):
    """Writes its sheets in memory: a file on a full disk is cut short by the library without a word."""

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet as the library does, into memory."""
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
    try:
        _InMemory(book, ZipFile(out, "w", ZIP_DEFLATED)).save()
    except Exception as error:  # a picture that cannot be converted, a style that breaks the schema
        raise EditError(_ODD) from error
    return same_bytes(out.getvalue())
