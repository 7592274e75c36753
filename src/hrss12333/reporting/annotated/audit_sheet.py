"""The first sheet of an annotated copy, 审核结果: a line a finding, each linked to the cell that it means."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.fills import Fill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hrss12333.model.document_marks import AUDIT_SHEET
from hrss12333.model.filing import Place, column_letters
from hrss12333.model.finding import Severity
from hrss12333.reporting.annotated.fills_and_comments import GROUNDS, escaped, fill_of, unescaped
from hrss12333.wording.typeset import display_width, wrap

TITLE = f"{AUDIT_SHEET}："
COLUMNS = (
    ("序号", 5),
    ("级别", 11),
    ("规则", 6),
    ("工作表", 9),
    ("单元格", 8),
    ("地区", 12),
    ("栏目", 13),
    ("原值", 12),
    ("问题", 46),
    ("建议", 30),
)
"""Heading and width, in characters."""
_LEVEL, _CELL, _VALUE = 2, 5, 8
"""Numbers of columns that are more than text."""
_MEMORY = len(COLUMNS) + 1
"""The first of two hidden columns: sheet and cell that a line annotated; the fill that was there is the first one's."""
_LAST = column_letters(len(COLUMNS))
_LINE_POINTS = 15.5
_TELEPHONE = 10**10
"""A number of as many digits may be a mobile's."""
_LONGEST = 32_767
"""Characters that a cell holds."""
_EDGE = Side("thin", color="FFBFBFBF")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_PLAIN = Font("宋体", sz=10)
_BOLD = Font("宋体", sz=10, bold=True)
_LARGE = Font("宋体", sz=16, bold=True)
_LINKED = Font("宋体", sz=10, underline="single", color="FF0563C1")
_LEFT = Alignment(vertical="center", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)


class _CellLook(Struct, frozen=True):
    """How a cell of the sheet looks."""

    font: Font = _PLAIN
    fill: Fill | None = None
    border: Border | None = _BOX
    alignment: Alignment = _LEFT


_TITLE_STYLE = _CellLook(_LARGE, border=None, alignment=Alignment(vertical="center"))
_HEADING_STYLE = _CellLook(_BOLD, PatternFill("solid", fgColor="FFD9E2F3"), alignment=_CENTRE)
_REMARK_STYLE = _CellLook(border=None)


class AnnotatedCell(Struct, frozen=True):
    """A cell that was annotated."""

    place: Place
    former: Fill
    """The fill that was there before ours."""


class AuditLine(Struct, frozen=True):
    """One finding as the sheet shows it."""

    texts: tuple[int | str, ...]
    """What is under the headings, from 级别 on."""
    severity: Severity
    link: str
    """Where the cell leads, as ``'附表1'!C7``; empty for none."""
    annotated: AnnotatedCell | None = None
    """The cell that was annotated for this line; None where another line's comment covers it."""


def link_to(sheet: str, cell: str) -> str:
    """A cell as a link names it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def add_audit_sheet(book: Workbook, title: str, remarks: Sequence[str], lines: Sequence[AuditLine]) -> None:
    """Put the sheet before all others, and show it first."""
    page: Worksheet = book.create_sheet(_free_name(book), 0)
    _write_cell(page, 1, 1, f"{TITLE}{title}", _TITLE_STYLE)
    page.row_dimensions[1].height = 30
    total = sum(width for _, width in COLUMNS)
    for row, remark in enumerate(remarks, start=2):
        _write_cell(page, row, 1, remark, _REMARK_STYLE)
        page.row_dimensions[row].height = _height([(remark, total)])
    heading = len(remarks) + 2
    for row in range(1, heading):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
    for column, (label, width) in enumerate(COLUMNS, start=1):
        _write_cell(page, heading, column, label, _HEADING_STYLE)
        page.column_dimensions[column_letters(column)].width = width
    page.row_dimensions[heading].height = 22
    for number, line in enumerate(lines, start=1):
        _write_line(page, heading + number, number, line)
    _set_up(book, page, heading, len(lines))


def former_fills(page: Worksheet) -> dict[tuple[str, str], Fill]:
    """(sheet, cell) → the fill before ours, from the sheet of an earlier audit."""
    rows = page.iter_rows(min_col=_MEMORY, max_col=_MEMORY + 1)
    return {
        (unescaped(str(sheet.value)), str(cell.value)): fill_of(sheet)
        for sheet, cell in rows
        if sheet.value and cell.value
    }


def _free_name(book: Workbook) -> str:
    taken = {name.lower() for name in book.sheetnames}
    name, number = AUDIT_SHEET, 2
    while name.lower() in taken:
        name, number = f"{AUDIT_SHEET}{number}", number + 1
    return name


def _write_line(page: Worksheet, row: int, number: int, line: AuditLine) -> None:
    ground = PatternFill("solid", fgColor=GROUNDS[line.severity]) if line.severity in GROUNDS else None
    for column, words in enumerate((number, *line.texts), start=1):
        font = _BOLD if column == _LEVEL and ground else _LINKED if column == _CELL and line.link else _PLAIN
        fill = ground if column == _LEVEL else None
        style = _CellLook(font, fill, alignment=_CENTRE if column <= _CELL else _LEFT)
        _write_cell(page, row, column, words, style)
    value = line.texts[_VALUE - 2]
    if isinstance(value, int) and value < _TELEPHONE:
        page.cell(row, _VALUE).number_format = "#,##0"
    # Text still when a person edits the cell.
    page.cell(row, _VALUE).quotePrefix = isinstance(value, str)
    if line.link:
        page.cell(row, _CELL).hyperlink = Hyperlink(ref="", location=line.link, display=str(line.texts[_CELL - 2]))
    if line.annotated:
        _write_cell(page, row, _MEMORY, line.annotated.place.sheet, _CellLook(fill=line.annotated.former, border=None))
        _write_cell(page, row, _MEMORY + 1, line.annotated.place.a1, _REMARK_STYLE)
    texts = zip(map(str, line.texts), (width for _, width in COLUMNS[1:]), strict=True)
    page.row_dimensions[row].height = _height(list(texts))


def _write_cell(page: Worksheet, row: int, column: int, value: int | str, style: _CellLook) -> None:
    """A cell in its look; a text stays a text whatever it begins with."""
    cell = page.cell(row, column)
    if value != "":
        cell.value = escaped(value)[:_LONGEST] if isinstance(value, str) else value
        cell.data_type = "s" if isinstance(value, str) else "n"
    cell.font, cell.alignment = style.font, style.alignment
    if style.fill is not None:
        cell.fill = style.fill
    if style.border is not None:
        cell.border = style.border


def _set_up(book: Workbook, page: Worksheet, heading: int, lines: int) -> None:
    """What the sheet is like on the screen and on paper."""
    for column in (_MEMORY, _MEMORY + 1):
        page.column_dimensions[column_letters(column)].hidden = True
    page.freeze_panes = f"A{heading + 1}"
    page.auto_filter.ref = f"A{heading}:{_LAST}{heading + lines}"
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


def _height(texts: Sequence[tuple[str, float]]) -> float:
    """Points that the tallest of these texts needs in a column of its width; Excel's limit is 409."""
    lines = max(sum(_wrapped_line_count(part, width) for part in text.split("\n")) for text, width in texts)
    return min(409.0, 6 + lines * _LINE_POINTS)


def _wrapped_line_count(text: str, width: float) -> int:
    room = max(2, int(width * 1.05) - 1)
    return 1 if display_width(text) <= room else len(wrap(text, room))
