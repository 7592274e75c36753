"""What a cell shows besides its value, in every format that can: number formats with words, colours, comments."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
import xlwt
from docx.shared import RGBColor
from odf import style as ods
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import LineBreak, P, Ruby, RubyBase, RubyText, Span, Tab
from openpyxl.comments import Comment
from openpyxl.styles import Font

from cases import cases
from cell_marks import invisible, marked, struck
from damaged import with_parts
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.formats.marks import scale_of, shown_as
from hrss12333.reading.grid import Book, Grid, Prose
from oldbooks import bytes_of

RED = "FF0000"
"""Each writer makes: A1 2500 by the format 0"余" · B1 25 by 0% · C1 7 by "" · D1 2500 and a red 2600 · E1 25, of which 5 is red ·
F1 84 with a comment 应为3000."""


def grid_of(data: bytes) -> Grid:
    opened = open_bytes(data)
    assert isinstance(opened, Book | Prose)
    return opened.grids[0]


def by_xlsxwriter() -> bytes:
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet, red = book.add_worksheet(), book.add_format({"font_color": f"#{RED}"})
    for column, (number, code) in enumerate([(2500, '0"余"'), (25, "0%"), (7, '""')]):
        sheet.write_number(0, column, number, book.add_format({"num_format": code}))
    sheet.write_rich_string(0, 3, "2500", red, "2600")
    sheet.write_rich_string(0, 4, "2", red, "5")
    sheet.write_number(0, 5, 84)
    sheet.write_comment(0, 5, "应为3000", {"author": "张三"})
    return bytes_of(book)


def by_xlwt() -> bytes:
    book = xlwt.Workbook()
    sheet, red = book.add_sheet("S"), xlwt.easyxf("font: colour red").font
    for column, (number, code) in enumerate([(2500, '0"余"'), (25, "0%"), (7, '""')]):
        sheet.write(0, column, number, xlwt.easyxf(num_format_str=code))
    sheet.write_rich_text(0, 3, ("2500", ("2600", red)))
    sheet.write_rich_text(0, 4, ("2", ("5", red)))
    sheet.write(0, 5, 84)
    return bytes_of(book)


def of_one_row(book: OpenDocumentSpreadsheet, row: TableRow) -> bytes:
    table = Table(name="S")
    table.addElement(row)
    book.spreadsheet.addElement(table)
    book.write(out := io.BytesIO())
    return out.getvalue()


def by_odfpy() -> bytes:
    book, row = OpenDocumentSpreadsheet(), TableRow()
    for value, shown in ((2500, "2500余"), (25, "2500%"), (2500.6, "2,501")):
        cell = TableCell(valuetype="float", value=value)
        cell.addElement(P(text=shown))
        row.addElement(cell)
    reported, cell = Annotation(), TableCell(valuetype="float", value=84)
    reported.addElement(P(text="应为3000"))
    cell.addElement(reported)
    row.addElement(cell)
    return of_one_row(book, row)


def test_what_an_ods_shows_beside_a_number_and_its_comments() -> None:
    grid = grid_of(by_odfpy())
    assert list(grid.cells[0]) == [2500, 25, 2500.6, 84]
    assert marked(grid, "shown") == {(0, 0): "2500余", (0, 1): "2500%"}
    assert marked(grid, "comment") == {(0, 3): "应为3000"}


SPREADSHEET = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row>
 <Cell><Data ss:Type="Number">84</Data><Comment ss:Author="x"><ss:Data>应为3000</ss:Data></Comment></Cell>
 <Cell><Comment><ss:Data>请补</ss:Data></Comment></Cell></Row></Table></Worksheet></Workbook>"""


def test_comments_of_xml_spreadsheet_2003() -> None:
    grid = grid_of(SPREADSHEET.encode())
    assert (grid.at(0, 0), marked(grid, "comment")) == (84, {(0, 0): "应为3000", (0, 1): "请补"})


@pytest.mark.parametrize("write", [by_xlsxwriter, by_xlwt])
def test_what_a_cell_shows_is_what_is_read(write: Callable[[], bytes]) -> None:
    grid = grid_of(write())
    assert list(grid.cells[0][:2]) == [2500, 25]
    assert marked(grid, "shown") == {(0, 0): "2500余", (0, 1): "2500%"}
    assert invisible(grid) == {(0, 2)}
    two, one, commented = grid.cells[0][3:]
    assert (two, str(one), commented) == ("2500\n2600", "25", 84)
    assert marked(grid, "comment") == ({(0, 5): "应为3000"} if write is not by_xlwt else {})


def test_figures_of_two_colours_in_word() -> None:
    made = docx.Document()
    line = made.add_table(1, 1).cell(0, 0).paragraphs[0]
    line.add_run("2500")
    line.add_run("2600").font.color.rgb = RGBColor(255, 0, 0)
    made.add_comment(line.runs, text="应为2600", author="张三")
    grid = grid_of(bytes_of(made))
    assert (grid.at(0, 0), marked(grid, "comment")) == ("2500\n2600", {(0, 0): "应为2600"})


def test_letters_of_nearly_the_colour_of_their_ground_are_not_seen() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([1, 2])
    sheet["A1"].font, sheet["B1"].font = Font(color="FFFDFDFD"), Font(color="FFBFBFBF")
    assert invisible(grid_of(bytes_of(book))) == {(0, 0)}


def test_what_a_condition_makes_white_or_strikes_out() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([5, 50, 0, 7, 8])
    white, through = Font(color="FFFFFFFF"), Font(strike=True)
    rules: Any = import_module("openpyxl.formatting.rule")
    sheet.conditional_formatting.add("A1:C1", rules.CellIsRule("lessThan", ["10"], font=white))
    sheet.conditional_formatting.add("D1", rules.FormulaRule(["TRUE"], font=through))
    sheet.conditional_formatting.add("E1", rules.FormulaRule(["E1>D1"], font=white))
    grid = grid_of(bytes_of(book))
    assert invisible(grid) == {(0, 0)}
    assert struck(grid) == {(0, 3): None}


def test_a_thread_of_comments_that_is_settled_says_nothing() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([1, 2])
    for cell in ("A1", "B1"):
        sheet[cell].comment = Comment("[线程批注] 您对它所作的任何改动都将被删除", "x")
    thread = '<threadedComment ref="{}" {}><text>{}</text></threadedComment>'
    reported = thread.format("A1", 'done="1"', "应为3000") + thread.format("B1", "", "应为4")
    targets = ("/xl/comments/comment1.xml", "../threadedComments/t.xml")
    rels = "".join(f'<Relationship Target="{target}"/>' for target in targets)
    parts = {
        "xl/threadedComments/t.xml": f"<ThreadedComments>{reported}</ThreadedComments>".encode(),
        "*sheet1.xml.rels": f"<Relationships>{rels}</Relationships>".encode(),
    }
    assert marked(grid_of(with_parts(bytes_of(book), parts)), "comment") == {(0, 1): "应为4"}


def test_a_text_box_over_a_cell_is_known_by_that_cell() -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, range(9))
    sheet.insert_textbox(4, 2, "应为3000", {"width": 40, "height": 15})
    assert marked(grid_of(bytes_of(book)), "box") == {(4, 2): "应为3000"}


def test_lines_tabs_and_ruby_in_cells_of_ods() -> None:
    book, row = OpenDocumentSpreadsheet(), TableRow()
    hidden = ods.Style(name="h", family="text")
    hidden.addElement(ods.TextProperties(display="none"))
    book.automaticstyles.addElement(hidden)
    ruby = Ruby()
    ruby.addElement(RubyBase(text="人次"))
    ruby.addElement(RubyText(text="renci"))
    for between, after in ((Tab(), "30"), (LineBreak(), "30"), (Span(stylename=hidden, text="9"), ""), (ruby, "")):
        line, cell = P(text="25"), TableCell(valuetype="string")
        line.addElement(between)
        line.addText(after)
        cell.addElement(line)
        row.addElement(cell)
    grid = grid_of(of_one_row(book, row))
    assert list(grid.cells[0]) == ["25\t30", "25\n30", "25", "25人次"]
    assert struck(grid) == {(0, 2): "25"}


@cases(r"""
    scale=  code
    1       General | #,##0 | 0.0, | 0!.0,"万" | 0,"000" | 0.00"0" | "0"0 | 0;-0"0000"
    10      0.0,"万"
    1_000   0\0\0\0 | #,##0"000"
    10_000  0"万" | 0"0000"
""")
def test_what_a_format_makes_of_a_number(code: str, scale: int) -> None:
    assert scale_of(code) == scale


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0%", 25, "2500%"),
        ("0.0%", 0.123, "12.3%"),
        ('0"余"', 2500, "2500余"),
        ('"约"#,##0', 2500, "约2500"),
        (r"0\+", 25, "25+"),
        ('"-"', 25, "-"),
        (";;;", 25, ""),
        ('[>2000]"超限";0', 2500, "超限"),
        ('"是";;"否"', 1, "是"),
        ("-0", 5, "-5"),
    ],
)
def test_formats_that_show_words_or_another_number(code: str, number: float, shown: str) -> None:
    assert shown_as(code, number) == shown


@cases(r"""
    code
    General | G/通用格式 | #,##0.00_ ;[红色]-#,##0.00\s | 0"次" | 0"（人）" | 0!.0,"万" | [>9999]0!.0,"万";0 | 0"万" | 000-0000-0000
    _ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_\s | yyyy"年"m"月" | [h]:mm | # ?/? | 0.00E+00 | [DBNum2][$-804]General | "0"0
    0"." |
""")
def test_formats_that_show_the_number(code: str) -> None:
    assert shown_as(code, 2500) is None


def test_zero_is_zero_however_it_is_shown() -> None:
    assert shown_as('0;-0;"-"', 0) is None
    assert shown_as('"-"', 0) is None


@pytest.mark.parametrize("part", ["[0", '"', "0万", "_", '0"万";'])
def test_a_format_longer_than_any_that_excel_takes_says_nothing(part: str) -> None:
    code = part * 300_000
    assert scale_of(code) == 1
    assert shown_as(code, 25) is None
