"""Draws a marking into a workbook, in the worker: colours, comments and the sheet 审核结果."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from math import ceil
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec import convert
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from hrss12333.model.check_code import AUDIT_SHEET, COPY_CATEGORY
from hrss12333.model.filing import Place, Problem, column_letters
from hrss12333.model.finding import Severity
from hrss12333.patterns import clean
from hrss12333.reading.files.package import SHEET_ENTRY, Package, with_properties
from hrss12333.reading.grid import Book, FileProblem
from hrss12333.reading.worker.limits import damaged
from hrss12333.reporting.marked_copies import MarkedQuestion, Marking
from hrss12333.wording.text import wrap
from hrss12333.wording.values import SEVERITIES
from hrss12333.writing.workbook import A4, safe, same_bytes

AUTHOR = "12333审核"
_SEPARATOR = "\n──审核意见──\n"
"""Separates the sender's comment from ours below it."""
GROUNDS = {severity: f"FF{SEVERITIES[severity].fill[1:]}" for severity in (Severity.ERROR, Severity.QUERY)}
"""Severity → the colour of its cells, by which an earlier marked copy's are recognised."""
_COMMENT_CHARACTERS = 44
_COMMENT_PIXELS = 330
_LINE_PIXELS = 17
AUDIT_TITLE = f"{AUDIT_SHEET}："
_HEADINGS = ("序号", "级别", "规则", "工作表", "单元格", "地区", "栏目", "原值", "问题", "建议")
_WIDTHS = (5, 11, 6, 8, 8, 10, 18, 10, 40, 25)
"""Widths of the columns under these headings, in characters."""
_LEVEL, _PLACE = 2, 5
"""Numbers of the columns 级别, which is coloured, and 单元格, which is a link."""
_QUESTION = 8
"""Index of the column 问题, which takes the width of 建议 where nothing is suggested."""
_LINE_POINTS = 15.5
_USUAL_WIDTH, _MOST_WIDE = 8.43, 190
"""Characters of a column by Excel's default, and of all columns on a page on which letters of 10 points keep 8."""
_EDGE = Side("thin", color="FFBFBFBF")
_BOX_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_PLAIN_FONT, _BOLD = Font("宋体", sz=10), Font("宋体", sz=10, bold=True)
_LARGE = Font("宋体", sz=16, bold=True)
_LINKED = Font("宋体", sz=10, underline="single", color="FF0563C1")
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TITLE: Mapping[str, Any] = {"font": _LARGE, "border": None, "alignment": Alignment(vertical="center")}
_HEADS: Mapping[str, Any] = {"font": _BOLD, "fill": PatternFill("solid", fgColor="FFD9E2F3"), "alignment": _CENTRE}


def marked(data: bytes, given: Any) -> bytes:
    """A task of the worker: the marked copy of a workbook."""
    book = _workbook_of(data)
    _draw(book, convert(given, Marking))
    return _to_bytes(book)


def _draw(book: Workbook, marking: Marking) -> None:
    _clear(book)
    sheets = {page.title for page in book.worksheets}
    filled: set[Place] = set()
    comments: dict[Place, list[str]] = {}
    lines = list[tuple[MarkedQuestion, str]]()

    def shown(places: Iterable[Place]) -> list[Place]:
        return list(dict.fromkeys(_shown_at(book[place.sheet], place) for place in places if place.sheet in sheets))

    for item in marking.questions:
        places = shown(item.places)
        if places and item.words:
            for place in (*places, *shown(item.also)):
                if place not in filled:
                    book[place.sheet][place.a1].fill = PatternFill("solid", fgColor=GROUNDS[item.severity])
                filled.add(place)
            comments.setdefault(places[0], []).append(item.words)
        sheet, cell = (places[0].sheet, places[0].a1) if places else (item.sheet, "")
        link = f"{quote_sheetname(sheet)}!{cell or 'A1'}" if sheet in sheets else ""
        item.texts[2:4] = clean(sheet), cell or ("见工作表" if link else "")
        lines.append((item, link))
    for place, listed in comments.items():
        cell = book[place.sheet][place.a1]
        words = "\n".join(listed)
        there = cell.comment
        cell.comment = Comment(f"{there.text}{_SEPARATOR}{words}", there.author) if there else Comment(words, AUTHOR)
    _fit_comments(book)
    _add_audit_sheet(book, marking, lines)
    for page in book.worksheets[1:]:
        _on_paper(page, _pages_wide(page))
    book.properties.category, book.properties.keywords = COPY_CATEGORY, marking.keywords


def _clear(book: Workbook) -> None:
    """Remove the marks of an earlier marked copy that came back."""
    if book.properties.category != COPY_CATEGORY:
        return
    for page in book.worksheets:
        if page.title.startswith(AUDIT_SHEET) and str(page["A1"].value).startswith(AUDIT_TITLE):
            book.remove(page)
            continue
        for cell in _all_cells(page):
            if cell.fill.fgColor.rgb in GROUNDS.values():
                cell.fill = PatternFill()
            present = cell.comment
            if present is not None and present.author == AUTHOR:
                cell.comment = None
            elif present is not None:
                present.text = present.text.partition(_SEPARATOR.strip())[0].rstrip("\n")


def _workbook_of(data: bytes) -> Workbook:
    """The sender's workbook, where openpyxl reads its format and all its sheets."""
    try:
        package = Package(data)
        part = next(name for name in package.names if re.fullmatch(r"xl/workbook\d*\.xml", name))
    except Exception as problem:  # whatever zipfile makes of it
        raise FileProblem(Problem.OTHER_FORMAT, "不是.xlsx或.xlsm格式") from problem
    if b"purl.oclc.org" in package.read(part):
        raise FileProblem(Problem.OTHER_FORMAT, "是“Strict Open XML电子表格”格式")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            book = load_workbook(BytesIO(data), rich_text=True)
        except MemoryError:
            raise
        except Exception as error:  # openpyxl raises anything for a file that breaks the schema
            raise damaged() from error
    if not book.worksheets or len(book.sheetnames) != len(SHEET_ENTRY.findall(package.read(part))):
        raise damaged()
    if any("outside the limits for dates" in str(warning.message) for warning in caught):
        raise FileProblem(Problem.OTHER_FORMAT, "有的数字被设成日期格式，又超出日期的范围")
    book.template = False
    _keep_dates(book, package)
    return book


def _keep_dates(book: Workbook, package: Package) -> None:
    """Keep the sender's dates and name, which openpyxl replaces by today and its own where there are none."""
    core = package.read("docprops/core.xml")
    book.properties.modified = with_properties(Book(), package).saved
    for name in ("created", "creator"):
        if f"{name}>".encode() not in core:
            setattr(book.properties, name, None)


class _InMemory(ExcelWriter):
    """Writes sheets in memory, as a full disk silently cuts the library's temporary files short."""

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet as the library does, but in memory."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer: Any = WorksheetWriter(ws, BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())  # type: ignore[attr-defined]  # not in the stubs
        self.manifest.append(ws)


def _to_bytes(book: Workbook) -> bytes:
    """The workbook as a file, the same bytes each time."""
    out = BytesIO()
    try:
        _InMemory(book, ZipFile(out, "w", ZIP_DEFLATED)).save()
    except MemoryError:
        raise
    except Exception as error:  # a picture that cannot be converted, a style that breaks the schema
        raise damaged() from error
    return same_bytes(out.getvalue())


def _add_audit_sheet(book: Workbook, marking: Marking, lines: Sequence[tuple[MarkedQuestion, str]]) -> None:
    """Put the sheet 审核结果 before all others; ``lines``: the questions, each with the target of its link."""
    page: Worksheet = book.create_sheet(AUDIT_SHEET, 0)
    _write_cell(page, 1, 1, f"{AUDIT_TITLE}{marking.title}", **_TITLE)
    page.row_dimensions[1].height = 30
    widths = [*_WIDTHS]
    if not any(question.texts[-1] for question, _ in lines):
        widths[_QUESTION] += widths.pop()  # nothing is suggested
    for row, remark in enumerate(marking.remarks, start=2):
        _write_cell(page, row, 1, remark, border=None)
        page.row_dimensions[row].height = _height([(remark, sum(widths))])
    heading = len(marking.remarks) + 2
    for row in range(1, heading):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    for column, (label, width) in enumerate(zip(_HEADINGS, widths, strict=False), start=1):
        _write_cell(page, heading, column, label, **_HEADS)
        page.column_dimensions[column_letters(column)].width = width
    page.row_dimensions[heading].height = 22
    for number, (question, link) in enumerate(lines, start=1):
        _write_line(page, heading + number, number, question, link, widths)
    _set_up(book, page, heading, f"{column_letters(len(widths))}{heading + len(lines)}")


def _write_line(
    page: Worksheet, row: int, number: int, question: MarkedQuestion, link: str, widths: Sequence[int]
) -> None:
    ground = PatternFill("solid", fgColor=GROUNDS[question.severity]) if question.severity in GROUNDS else None
    shown = (number, *question.texts)[: len(widths)]
    for column, words in enumerate(shown, start=1):
        look: dict[str, Any] = {"alignment": _CENTRE} if column <= _PLACE else {}
        if column == _LEVEL and ground:
            look |= {"font": _BOLD, "fill": ground}
        elif column == _PLACE and link:
            look["font"] = _LINKED
            page.cell(row, column).hyperlink = Hyperlink(ref="", location=link, display=str(words))
        _write_cell(page, row, column, words, **look)
    page.row_dimensions[row].height = _height(zip(map(str, shown), widths, strict=True))


def _write_cell(page: Worksheet, row: int, column: int, value: int | str, **look: Any) -> None:
    """Write a cell in the plain look, changed by ``look``; a text stays a text whatever it begins with."""
    cell = page.cell(row, column)
    if value != "":
        cell.value = safe(value) if isinstance(value, str) else value
        cell.data_type = "s" if isinstance(value, str) else "n"
    for name, style in {"font": _PLAIN_FONT, "border": _BOX_BORDER, "alignment": _LEFT, **look}.items():
        if style is not None:
            setattr(cell, name, style)


def _set_up(book: Workbook, page: Worksheet, heading: int, last: str) -> None:
    page.freeze_panes = f"A{heading + 1}"
    page.auto_filter.ref = f"A{heading}:{last}"
    page.sheet_view.showGridLines = False
    page.sheet_properties.tabColor = "FFC00000"
    _on_paper(page)
    page.page_margins.top = page.page_margins.bottom = 0.5
    page.print_title_rows = f"{heading}:{heading}"
    for other in book.worksheets:  # sheets selected together would be edited together
        other.sheet_view.tabSelected = other is page
    book.active = 0


def _pages_wide(page: Worksheet) -> int:
    """Pages side by side on which a sender's sheet is readable up to its last filled column; one if it has a
    print area."""
    if page.print_area:
        return 1
    last = max((cell.column for cell in _all_cells(page) if cell.value is not None), default=1)
    usual = page.sheet_format.defaultColWidth or _USUAL_WIDTH
    wide = last * usual
    for column in page.column_dimensions.values():
        columns = range(column.min or 1, min(column.max or 0, last) + 1)
        wide += len(columns) * ((0.0 if column.hidden else column.width) - usual)
    return max(1, ceil(wide / _MOST_WIDE))


def _on_paper(page: Worksheet, wide: int = 1) -> None:
    """Print on A4 landscape, ``wide`` pages side by side and as many high as needed."""
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.paperSize, page.page_setup.orientation = A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = wide, 0
    page.page_margins.left = page.page_margins.right = 0.3


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Height in points of a row of these texts, each with its column's width; Excel's most is 409."""
    rooms = ((text, max(2, int(width * 1.05) - 3)) for text, width in texts)
    lines = max(sum(len(wrap(part, room)) for part in text.split("\n")) for text, room in rooms)
    return min(409.0, 6 + lines * _LINE_POINTS)


def _shown_at(page: Worksheet, place: Place) -> Place:
    """The cell that shows a cell's content: the first of its merged range, else itself."""
    for box in page.merged_cells.ranges:
        if box.min_row <= place.row <= box.max_row and box.min_col <= place.column <= box.max_col:
            return Place(place.sheet, box.min_row, box.min_col)
    return place


def _fit_comments(book: Workbook) -> None:
    """Fit the box of every comment to its text, as openpyxl does not keep the sizes that it read."""
    for page in book.worksheets:
        for cell in _all_cells(page):
            if cell.comment is not None:
                lines = sum(len(wrap(line, _COMMENT_CHARACTERS)) for line in cell.comment.text.split("\n"))
                cell.comment.width, cell.comment.height = _COMMENT_PIXELS, _LINE_PIXELS * (lines + 1)


def _all_cells(page: Worksheet) -> Iterator[Cell | MergedCell]:
    """The cells that exist; `iter_rows` would make a million more where a format reaches far down."""
    yield from list(page._cells.values())
