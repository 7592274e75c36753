"""What is struck out or hidden is reported of every format; invisible or shown in 万 of .xlsx, .xls and .docx."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
import xlwt
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from odf import style as ods
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from cell_marks import invisible, marked, struck
from damaged import with_parts, workbook
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.grid import Book, Box, Grid, Prose
from oldbooks import bytes_of
from readings import opened_as
from saved_elsewhere import saved_as


def first(data: bytes) -> Grid:
    opened = open_bytes(data)
    assert isinstance(opened, Book | Prose)
    return opened.grids[0]


def by_openpyxl() -> bytes:
    """A1 plain · B1 struck · C1 partly struck · D1 struck in parts that are all · A2 white · B2 white on blue · C2 0"万" ·
    D2 ;;; · rows 3 and 4 hidden · column F hidden."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    removed = InlineFont(strike=True)
    sheet["A1"], sheet["B1"], sheet["F1"] = "平", 3000, "隐"
    sheet["B1"].font = Font(strike=True)
    sheet["C1"] = CellRichText(TextBlock(removed, "3000"), TextBlock(InlineFont(), "4120"))
    sheet["D1"] = CellRichText(TextBlock(removed, "30"), TextBlock(removed, "00"))
    sheet["A2"], sheet["B2"], sheet["C2"], sheet["D2"] = 1, 2, 3, 4
    sheet["A2"].font = Font(color="FFFFFFFF")
    sheet["B2"].font = Font(color="FFFFFFFF")
    sheet["B2"].fill = PatternFill("solid", fgColor="FF0000FF")
    sheet["C2"].number_format = '0"万"'
    sheet["D2"].number_format = ";;;"
    sheet["A3"], sheet["A4"], sheet["A5"] = "藏", "零", 5
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True  # openpyxl writes no height of 0
    sheet.column_dimensions["F"].hidden = True
    return bytes_of(book)


def by_xlsxwriter() -> bytes:
    """The same, row 4 of height 0."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    removed, plain = book.add_format({"font_strikeout": True}), book.add_format()
    sheet.write_row(0, 0, ["平"])
    sheet.write(0, 1, 3000, removed)
    sheet.write_rich_string(0, 2, removed, "3000", plain, "4120")
    sheet.write_rich_string(0, 3, removed, "30", removed, "00")
    sheet.write(0, 5, "隐")
    sheet.write(1, 0, 1, book.add_format({"font_color": "#FFFFFF"}))
    sheet.write(1, 1, 2, book.add_format({"font_color": "#FFFFFF", "bg_color": "#0000FF"}))
    sheet.write(1, 2, 3, book.add_format({"num_format": '0"万"'}))
    sheet.write(1, 3, 4, book.add_format({"num_format": ";;;"}))
    sheet.write_column(2, 0, ["藏", "零", 5])
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(3, 0)
    sheet.set_column("F:F", None, None, {"hidden": True})
    return bytes_of(book)


def by_xlwt() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    style = xlwt.easyxf
    removed, plain = style("font: struck_out on").font, style().font
    sheet.write(0, 0, "平")
    sheet.write(0, 1, 3000, style("font: struck_out on"))
    sheet.write_rich_text(0, 2, (("3000", removed), ("4120", plain)))
    sheet.write_rich_text(0, 3, (("30", removed), ("00", removed)))
    sheet.write(0, 5, "隐")
    sheet.write(1, 0, 1, style("font: colour white"))
    sheet.write(1, 1, 2, style("font: colour white; pattern: pattern solid, fore_colour blue"))
    sheet.write(1, 2, 3, style(num_format_str='0"万"'))
    sheet.write(1, 3, 4, style(num_format_str=";;;"))
    for row, value in enumerate(("藏", "零", 5), 2):
        sheet.write(row, 0, value)
    sheet.row(2).hidden = True
    sheet.row(3).height_mismatch = True
    sheet.row(3).height = 0
    sheet.col(5).hidden = True
    return bytes_of(book)


def with_prefixes() -> bytes:
    """The same with <x:row> for <row>, as programs write it that use Microsoft's library for such files."""
    name = b'="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

    def prefixed(old: bytes) -> bytes:
        if b"xmlns" + name not in old:
            return old
        return re.sub(rb"<(/?)(?=\w)", rb"<\1x:", old).replace(b"xmlns" + name, b"xmlns:x" + name)

    return with_parts(by_xlsxwriter(), {"xl/*": prefixed})


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt, with_prefixes])
def test_what_is_hidden_in_a_workbook(write: Callable[[], bytes]) -> None:
    grid = first(write())
    assert struck(grid) == {(0, 1): None, (0, 2): "4120", (0, 3): None}
    assert (grid.at(0, 1), grid.at(0, 2), grid.at(0, 3)) == (3000, "4120", "3000")
    assert invisible(grid) == {(1, 0), (1, 3)}
    assert marked(grid, "scale") == {(1, 2): 10_000}
    assert (set(grid.hidden_rows), set(grid.hidden_columns)) == ({2, 3}, {5})


@saved_as("xlsx", "xls", "ods", of=by_xlsxwriter)
def test_as_libreoffice_writes_it(kind: str, saved: bytes) -> None:
    grid = first(saved)
    assert struck(grid) == {(0, 1): None, (0, 2): "4120", (0, 3): None}
    assert (set(grid.hidden_rows), set(grid.hidden_columns)) == ({2, 3}, {5})
    if kind == "ods":
        assert marked(grid, "shown") == {(1, 2): "3万"}
    else:
        assert invisible(grid) >= {(1, 0), (1, 3)}
        assert marked(grid, "scale") == {(1, 2): 10_000}


def with_merges() -> bytes:
    """A1:B2 and D3:D5 merged."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet("S")
    sheet.merge_range("A1:B2", "全部")
    sheet.merge_range("D3:D5", "是")
    return bytes_of(book)


@saved_as("ods", of=with_merges)
def test_merged_ranges_in_ods(kind: str, saved: bytes) -> None:
    assert sorted(first(saved).merges, key=lambda box: box.left) == [Box(0, 0, 1, 1), Box(2, 3, 4, 3)]


def with_footnotes(script: int = 1) -> bytes:
    """A1 41200 with a raised 2 (``script`` 2: one below the line) · B1 plain."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_rich_string(0, 0, "41200", book.add_format({"font_script": script}), "2")
    sheet.write(0, 1, "412002")
    return bytes_of(book)


def test_the_number_of_a_footnote_is_no_digit_of_the_figure() -> None:
    made = docx.Document()
    for text, raised in (("41200", False), ("2", True)):
        made.add_table(1, 2) if not made.tables else None
        made.tables[0].cell(0, 0).paragraphs[0].add_run(text).font.superscript = raised
    made.tables[0].cell(0, 1).text = "412002"
    page = "<table><tr><td>41200<sup>2</sup></td><td>412002</td></tr><tr><td>1</td><td>2</td></tr></table>"
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"] = CellRichText("41200", TextBlock(InlineFont(vertAlign="superscript"), "2"))
    sheet["B1"] = "412002"
    below = page.replace("sup>", "sub>").encode()
    for data in (with_footnotes(), with_footnotes(2), bytes_of(book), bytes_of(made), page.encode(), below):
        assert [str(cell) for cell in first(data).cells[0]] == ["41200[2]", "412002"]


def with_lowered_footnotes() -> bytes:
    return with_footnotes(2)


@saved_as("ods", "xls", of=with_footnotes)
def test_the_number_of_a_footnote_in_other_formats(kind: str, saved: bytes) -> None:
    grid = first(saved)
    assert ([str(cell) for cell in grid.cells[0]], struck(grid)) == (["41200[2]", "412002"], {})


@saved_as("ods", "xls", of=with_lowered_footnotes)
def test_the_number_of_a_footnote_below_the_line_in_other_formats(kind: str, saved: bytes) -> None:
    grid = first(saved)
    assert ([str(cell) for cell in grid.cells[0]], struck(grid)) == (["41200[2]", "412002"], {})


def test_the_number_of_a_footnote_in_xml() -> None:
    raised = '<Sup xmlns="http://www.w3.org/TR/REC-html40">2</Sup>'
    page = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row>'
        f'<Cell><Data ss:Type="String">41200{raised}人</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    assert list(first(page.encode()).cells[0]) == ["41200[2]人"]


def test_what_a_style_of_word_strikes_out_or_hides() -> None:
    made = docx.Document()
    for name, kind in (("删去", WD_STYLE_TYPE.CHARACTER), ("作废", WD_STYLE_TYPE.PARAGRAPH)):
        made.styles.add_style(name, kind).font.strike = True
        made.styles.add_style(f"{name}之二", kind).base_style = made.styles[name]
    kept = made.styles.add_style("恢复", WD_STYLE_TYPE.PARAGRAPH)
    kept.base_style, kept.font.strike = made.styles["作废"], False
    made.styles.add_style("不显示", WD_STYLE_TYPE.CHARACTER).font.hidden = True
    table = made.add_table(1, 6)
    table.cell(0, 5).paragraphs[0].add_run("9", "不显示")
    table.cell(0, 5).paragraphs[0].add_run("8")
    for column, style in enumerate(("删去", "删去之二")):
        paragraph = table.cell(0, column).paragraphs[0]
        paragraph.add_run("3000", style)
        paragraph.add_run("4120")
    for column, style in enumerate(("作废", "作废之二", "恢复"), 2):
        table.cell(0, column).paragraphs[0].style = style
        table.cell(0, column).paragraphs[0].add_run("7")
    grid = first(bytes_of(made))
    assert struck(grid) == {(0, 0): "4120", (0, 1): "4120", (0, 2): None, (0, 3): None}
    assert list(grid.cells[0]) == [4120, 4120, "7", "7", 7, 8]


def test_an_ordinary_workbook_hides_nothing() -> None:
    grid = first(workbook())
    assert [
        struck(grid),
        marked(grid, "scale"),
        *map(set, (invisible(grid), grid.hidden_rows, grid.hidden_columns)),
    ] == [
        {},
        {},
        set(),
        set(),
        set(),
    ]


def test_struck_and_hidden_words_of_word() -> None:
    made = docx.Document()
    table = made.add_table(1, 4)
    made.add_paragraph("正文")
    for column, parts in enumerate(((("3000", "w:strike"), ("4120", "")), (("作废", "w:dstrike"),), (("5", ""),))):
        for text, mark in parts:
            run = table.cell(0, column).paragraphs[0].add_run(text)
            if mark:
                run._r.get_or_add_rPr().append(OxmlElement(mark))
    hidden = table.cell(0, 3).paragraphs[0].add_run("藏")
    hidden.font.hidden = True
    off = table.cell(0, 3).paragraphs[0].add_run("7")
    off.font.strike = False
    grid = first(bytes_of(made))
    assert list(grid.cells[0]) == [4120, "作废", 5, 7]
    assert struck(grid) == {(0, 0): "4120", (0, 1): None}


def test_the_small_change_in_a_report_counts_no_struck_words() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("来电总量")
    paragraph.add_run("3000").font.strike = True
    paragraph.add_run("4120次")
    opened = opened_as(Prose, bytes_of(made))
    assert opened.paragraphs == ("来电总量4120次",)


def test_all_pages_of_a_file_are_read() -> None:
    page = "<html><head><title>{0}</title></head><body><p>{0}</p><table><tr><td>1</td><td>2</td></tr></table></body></html>"
    opened = open_bytes("\n".join(page.format(name) for name in ("附表1", "附表2")).encode())
    assert [grid.before for grid in opened.grids] == [("附表1",), ("附表2",)]


def test_letters_in_the_colour_of_a_word_cells_ground() -> None:
    made = docx.Document()
    table = made.add_table(2, 5)
    white = RGBColor(255, 255, 255)
    for column in range(5):
        paragraph = table.cell(0, column).paragraphs[0]
        paragraph.add_run("9").font.color.rgb = white
        if column == 1:
            paragraph.add_run("120")
        table.cell(1, column).text = "7"
    for cell in (table.cell(0, 2), table.cell(0, 3)):
        shading = OxmlElement("w:shd")
        shading.set(qn("w:val"), "clear")
        shading.set(qn("w:fill"), "4472C4" if cell._tc is table.cell(0, 2)._tc else "auto")
        cell._tc.get_or_add_tcPr().append(shading)
    table.cell(0, 4).paragraphs[0].runs[0].font.highlight_color = WD_COLOR_INDEX.BLACK
    other = made.add_table(1, 2, "Colorful List Accent 1")
    other.cell(0, 0).paragraphs[0].add_run("地区").font.color.rgb = white
    opened = open_bytes(bytes_of(made))
    grid, shaded = opened.grids
    assert invisible(grid) == {(0, 0), (0, 3)}
    assert struck(grid) == {(0, 1): "120"}
    assert list(grid.cells[0]) == [9, 120, 9, 9, 9]
    assert (invisible(shaded), list(shaded.cells[0])) == (set(), ["地区", None])


def white_runs() -> bytes:
    """A1 1920, of which 9 is white · B1 the same on a dark ground · C1 120, of which 20 is red."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    white, black = book.add_format({"font_color": "white"}), book.add_format({"font_color": "black"})
    sheet.write_rich_string(0, 0, black, "1", white, "9", black, "20")
    sheet.write_rich_string(0, 1, black, "1", white, "9", black, "20", book.add_format({"bg_color": "#4472C4"}))
    sheet.write_rich_string(0, 2, black, "1", book.add_format({"font_color": "red"}), "20")
    return bytes_of(book)


@saved_as("xls", of=white_runs)
def test_white_runs_on_white_are_no_part_of_the_figure(kind: str, saved: bytes) -> None:
    for grid in map(first, (white_runs(), saved)):
        assert struck(grid) == {(0, 0): "120"}
        assert [str(cell) for cell in grid.cells[0]] == ["120", "1920", "120"]


def test_what_a_style_of_ods_says_holds_for_those_derived_from_it() -> None:
    made = OpenDocumentSpreadsheet()
    common = ods.Style(name="删", family="table-cell")
    common.addElement(ods.TextProperties(textlinethroughstyle="solid"))
    made.styles.addElement(common)
    styles = (("c1", "删", None), ("c2", "删", ods.TextProperties(textlinethroughstyle="none")))
    table = Table(name="S")
    row = TableRow()
    table.addElement(row)
    for name, parent, properties in styles:
        own = ods.Style(name=name, family="table-cell", parentstylename=parent)
        own.addElement(properties or ods.ParagraphProperties(textalign="center"))
        made.automaticstyles.addElement(own)
        cell = TableCell(valuetype="float", value=7, stylename=name)
        cell.addElement(P(text="7"))
        row.addElement(cell)
    made.spreadsheet.addElement(table)
    grid = first(bytes_of(made))
    assert list(struck(grid)) == [(0, 0)]
