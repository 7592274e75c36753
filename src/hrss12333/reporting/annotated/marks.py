"""What an audit puts into a workbook: a fill and a comment on each wrong cell, and a first sheet 审核结果, a line a finding, each
linked to the cell that it means; and how all of it is taken away again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hrss12333.model.document_marks import AUDIT_SHEET
from hrss12333.model.filing import Place, column_letters
from hrss12333.model.finding import Severity
from hrss12333.wording.text import wrap
from hrss12333.writing.sheet_text import safe

AUTHOR = "12333审核"
_SEPARATOR = "\n──审核意见──\n"
"""Between the sender's comment and ours below it."""
GROUNDS = {Severity.ERROR: "FFFFC7CD", Severity.QUERY: "FFFFEB9B"}
"""Fill of wrong cells; one shade off the colours that Excel itself offers, so that ours are known again."""
_COMMENT_CHARACTERS = 44
_COMMENT_PIXELS = 330
_LINE_PIXELS = 17
AUDIT_TITLE = f"{AUDIT_SHEET}："
_HEADINGS = ("序号", "级别", "规则", "工作表", "单元格", "地区", "栏目", "原值", "问题", "建议")
_WIDTHS = (5, 11, 6, 9, 8, 12, 13, 12, 46, 30)
"""Of the columns under these headings, in characters."""
_LEVEL, _PLACE = 2, 5
"""Numbers of columns that are more than text."""
_QUESTION, _ADVICE = 8, 9
"""Places of two columns; the last is there only where anything is advised, else its room is the other's."""
_LINE_POINTS = 15.5
_EDGE = Side("thin", color="FFBFBFBF")
_BOX_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_PLAIN_FONT = Font("宋体", sz=10)
_BOLD = Font("宋体", sz=10, bold=True)
_LARGE = Font("宋体", sz=16, bold=True)
_LINKED = Font("宋体", sz=10, underline="single", color="FF0563C1")
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TITLE: Mapping[str, Any] = {"font": _LARGE, "border": None, "alignment": Alignment(vertical="center")}
_HEADS: Mapping[str, Any] = {"font": _BOLD, "fill": PatternFill("solid", fgColor="FFD9E2F3"), "alignment": _CENTRE}


class AuditLine(Struct, frozen=True):
    """One finding as the sheet shows it."""

    texts: tuple[int | str, ...]
    """What is under the headings, from 级别 on."""
    severity: Severity
    link: str
    """Where the cell leads, as ``'附表1'!C7``; empty for none."""


def add_audit_sheet(book: Workbook, title: str, remarks: Sequence[str], lines: Sequence[AuditLine]) -> None:
    """Put the sheet before all others, and show it first."""
    page: Worksheet = book.create_sheet(AUDIT_SHEET, 0)
    _write_cell(page, 1, 1, f"{AUDIT_TITLE}{title}", **_TITLE)
    page.row_dimensions[1].height = 30
    widths = _widths(lines)
    for row, remark in enumerate(remarks, start=2):
        _write_cell(page, row, 1, remark, border=None)
        page.row_dimensions[row].height = _height([(remark, sum(widths))])
    heading = len(remarks) + 2
    for row in range(1, heading):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    for column, (label, width) in enumerate(zip(_HEADINGS, widths, strict=False), start=1):
        _write_cell(page, heading, column, label, **_HEADS)
        page.column_dimensions[column_letters(column)].width = width
    page.row_dimensions[heading].height = 22
    for number, line in enumerate(lines, start=1):
        _write_line(page, heading + number, number, line, widths)
    _set_up(book, page, heading, f"{column_letters(len(widths))}{heading + len(lines)}")


def _widths(lines: Sequence[AuditLine]) -> list[int]:
    """Of the columns that are shown, in characters."""
    widths = [*_WIDTHS]
    if not any(line.texts[_ADVICE - 1] for line in lines):
        widths[_QUESTION] += widths.pop()
    return widths


def _write_line(page: Worksheet, row: int, number: int, line: AuditLine, widths: Sequence[int]) -> None:
    ground = PatternFill("solid", fgColor=GROUNDS[line.severity]) if line.severity in GROUNDS else None
    shown = (number, *line.texts)[: len(widths)]
    for column, words in enumerate(shown, start=1):
        look: dict[str, Any] = {"alignment": _CENTRE} if column <= _PLACE else {}
        if column == _LEVEL and ground:
            look |= {"font": _BOLD, "fill": ground}
        elif column == _PLACE and line.link:
            look["font"] = _LINKED
        _write_cell(page, row, column, words, **look)
    if line.link:
        page.cell(row, _PLACE).hyperlink = Hyperlink(ref="", location=line.link, display=str(line.texts[_PLACE - 2]))
    page.row_dimensions[row].height = _height(zip(map(str, shown), widths, strict=True))


def _write_cell(page: Worksheet, row: int, column: int, value: int | str, **look: Any) -> None:
    """A cell in its look, else the plain one; a text stays a text whatever it begins with."""
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
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.paperSize, page.page_setup.orientation, page.page_setup.fitToHeight = 9, "landscape", 0
    page.page_margins.left = page.page_margins.right = 0.3
    page.page_margins.top = page.page_margins.bottom = 0.5
    page.print_title_rows = f"{heading}:{heading}"
    for other in book.worksheets:  # sheets selected together would be edited together
        other.sheet_view.tabSelected = other is page
    book.active = 0
    for view in book.views:
        view.firstSheet = 0


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Points that the tallest of these texts needs in a column of its width; Excel's limit is 409."""
    rooms = ((text, max(2, int(width * 1.05) - 3)) for text, width in texts)
    lines = max(sum(len(wrap(part, room)) for part in text.split("\n")) for text, room in rooms)
    return min(409.0, 6 + lines * _LINE_POINTS)


def shown_at(page: Worksheet, place: Place) -> Place:
    """The cell that shows what stands at a place: the first of its merged range, else itself."""
    for box in page.merged_cells.ranges:
        if box.min_row <= place.row <= box.max_row and box.min_col <= place.column <= box.max_col:
            return Place(place.sheet, box.min_row, box.min_col)
    return place


def fill(page: Worksheet, place: Place, severity: Severity) -> None:
    """Fill a cell."""
    page[place.a1].fill = PatternFill("solid", fgColor=GROUNDS[severity])


def comment(page: Worksheet, place: Place, words: str) -> None:
    """Comment on a cell, below the comment that is there."""
    cell: Cell = page[place.a1]
    present = cell.comment
    cell.comment = Comment(f"{present.text}{_SEPARATOR}{words}", present.author) if present else Comment(words, AUTHOR)


def clear_fills_and_comments(book: Workbook) -> None:
    """Take away every comment and fill of an earlier audit."""
    for page in book.worksheets:
        for cell in _all_cells(page):
            if cell.fill.fgColor.rgb in GROUNDS.values():
                cell.fill = PatternFill()
            present = cell.comment
            if present is not None and present.author == AUTHOR:
                cell.comment = None
            elif present is not None:
                present.text = present.text.partition(_SEPARATOR.strip())[0].rstrip("\n")


def fit_comments(book: Workbook) -> None:
    """Size the box of every comment to its text: openpyxl knows no other size than its own."""
    for page in book.worksheets:
        for cell in _all_cells(page):
            if cell.comment is not None:
                lines = sum(len(wrap(line, _COMMENT_CHARACTERS)) for line in cell.comment.text.split("\n"))
                cell.comment.width, cell.comment.height = _COMMENT_PIXELS, _LINE_PIXELS * (lines + 1)


def _all_cells(page: Worksheet) -> Iterator[Cell | MergedCell]:
    """The cells that are there; `iter_rows` would make a million of them for a format far below the data."""
    yield from list(page._cells.values())
