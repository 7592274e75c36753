"""What a cell says beside its value, in every format that is read: struck out, hidden, in 万, an error, a formula, a comment;
and the texts of a file that are in no cell."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
import xlwt
from docx.oxml import OxmlElement
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from cases import cases
from conftest import Resaved
from damaged import biff8, bytes_of, ole, record, with_parts, with_prefixes, with_sheet, workbook, xls
from filing_writers import write_beside
from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.grid import At, Book, Grid, Mark, Prose, shown_by
from merge_runs import marked, opened_as, stale, struck
from rich_workbook import everything


def first(data: bytes) -> Grid:
    return open_document(data).grids[0]


# Struck out, hidden, in 万. Each writer makes: A1 plain · B1 struck · C1 partly struck · D1 struck in parts that are all ·
# A2 3 as 0"万" · rows 3 and 4 hidden · column F hidden.


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    removed = InlineFont(strike=True)
    sheet["A1"], sheet["B1"], sheet["F1"], sheet["A2"] = "平", 3000, "隐", 3
    sheet["B1"].font = Font(strike=True)
    sheet["C1"] = CellRichText(TextBlock(removed, "3000"), TextBlock(InlineFont(), "4120"))
    sheet["D1"] = CellRichText(TextBlock(removed, "30"), TextBlock(removed, "00"))
    sheet["A2"].number_format = '0"万"'
    sheet["A3"], sheet["A4"], sheet["A5"] = "藏", "零", 5
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True  # openpyxl writes no height of 0
    sheet.column_dimensions["F"].hidden = True
    return bytes_of(book)


def by_xlsxwriter() -> bytes:
    """The fourth row has height 0."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    removed, plain = book.add_format({"font_strikeout": True}), book.add_format()
    sheet.write_row(0, 0, ["平"])
    sheet.write(0, 1, 3000, removed)
    sheet.write_rich_string(0, 2, removed, "3000", plain, "4120")
    sheet.write_rich_string(0, 3, removed, "30", removed, "00")
    sheet.write(0, 5, "隐")
    sheet.write(1, 0, 3, book.add_format({"num_format": '0"万"'}))
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
    sheet.write(1, 0, 3, style(num_format_str='0"万"'))
    for row, value in enumerate(("藏", "零", 5), 2):
        sheet.write(row, 0, value)
    sheet.row(2).hidden = True
    sheet.row(3).height_mismatch = True
    sheet.row(3).height = 0
    sheet.col(5).hidden = True
    return bytes_of(book)


@pytest.mark.parametrize(
    "write",
    [
        *(lambda _: by_openpyxl(), lambda _: by_xlsxwriter(), lambda _: by_xlwt()),
        lambda _: with_prefixes(by_xlsxwriter()),
        pytest.param(lambda resaved: resaved(by_xlsxwriter(), "xlsx"), marks=pytest.mark.libreoffice),
        pytest.param(lambda resaved: resaved(by_xlsxwriter(), "xls"), marks=pytest.mark.libreoffice),
    ],
)
def test_what_other_writers_strike_out_and_hide(write: Callable[[Resaved], bytes], resaved: Resaved) -> None:
    grid = first(write(resaved))
    assert struck(grid) == {(0, 1): None, (0, 2): "4120", (0, 3): None}
    assert (grid.at(0, 1), grid.at(0, 2), grid.at(0, 3)) == (3000, "4120", "3000")
    assert marked(grid, "shown") == {(1, 0): "{}万"}
    assert (set(grid.hidden_rows), set(grid.hidden_columns)) == ({2, 3}, {5})


def test_an_ordinary_workbook_says_nothing_besides() -> None:
    made = xlwt.Workbook()
    made.add_sheet("S").write(0, 0, 1)
    for data in (workbook(), bytes_of(made)):
        grid = first(data)
        assert (grid.marks, grid.hidden_rows, grid.hidden_columns) == ({}, frozenset(), frozenset())
        assert open_document(data).texts == ()


@cases(r"""
    lowered=  shown    code
    1         {}万     0"万" | 0万 | #,##0.00"万" | #,##0\万
    1_000     {}万     0.0,"万"
    10_000    {}万     0!.0,"万"
    1         {}千人次  #,##0"千人次"
    10        {}       0!.0
    1         {}百     0"百" | General"百" | G/通用格式"百"
    1         约{}     "约"0
    1         {}000    0"000"
    1         {}k      0"k"
    1         {}十万   0"十万"
    1         {}次/月  0"次/月"
    0.01      {}%      0%
    1         ¥{}      [$¥-804]#,##0
    1         ""       General | #,##0 | 0.0, | 0;-0"万" | ;;; | yyyy-mm-dd | yyyy"年"m"月" | _ * #,##0_ ;_ * -#,##0_ ;_ @_ | [Red]0 | (0)
""")
def test_what_a_format_shows_around_the_digits(code: str, lowered: float, shown: str) -> None:
    assert shown_by(code) == (shown.strip('"'), lowered)


@pytest.mark.parametrize("part", ["[0", '"', "0万", "_", '0"万";'])
def test_a_format_longer_than_any_that_excel_takes_says_nothing(part: str) -> None:
    assert shown_by(part * 300_000) == ("", 1)


def with_footnotes(script: int = 1) -> bytes:
    """A1 41200 with a raised 2 (``script`` 2: one below the line) · B1 plain."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_rich_string(0, 0, "41200", book.add_format({"font_script": script}), "2")
    sheet.write(0, 1, "412002")
    return bytes_of(book)


def footnotes_of_word() -> bytes:
    made = docx.Document()
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].paragraphs[0].add_run("41200")
    cells[0].paragraphs[0].add_run("2").font.superscript = True
    cells[1].text = "412002"
    return bytes_of(made)


@pytest.mark.parametrize("make", [with_footnotes, lambda: with_footnotes(2), footnotes_of_word])
def test_the_number_of_a_footnote_is_no_digit_of_the_figure(make: Callable[[], bytes]) -> None:
    assert [str(cell) for cell in first(make()).cells[0]] == ["41200[2]", "412002"]


@pytest.mark.libreoffice
def test_the_number_of_a_footnote_in_an_old_workbook(resaved: Resaved) -> None:
    assert [str(cell) for cell in first(resaved(with_footnotes(), "xls")).cells[0]] == ["41200[2]", "412002"]


# Word


def test_struck_and_hidden_words_of_word() -> None:
    made = docx.Document()
    table = made.add_table(1, 4)
    for column, parts in enumerate(((("3000", "w:strike"), ("4120", "")), (("作废", "w:dstrike"),), (("5", ""),))):
        for text, mark in parts:
            run = table.cell(0, column).paragraphs[0].add_run(text)
            if mark:
                run._r.get_or_add_rPr().append(OxmlElement(mark))
    table.cell(0, 3).paragraphs[0].add_run("藏").font.hidden = True
    table.cell(0, 3).paragraphs[0].add_run("7").font.strike = False
    paragraph = made.add_paragraph("来电总量")
    paragraph.add_run("3000").font.strike = True
    paragraph.add_run("4120次")
    read = opened_as(Prose, bytes_of(made))
    assert list(read.grids[0].cells[0]) == [4120, "作废", 5, 7]
    assert struck(read.grids[0]) == {(0, 0): "4120", (0, 1): None}
    assert read.grids[0].after == ("来电总量4120次",)


# Errors, and formulas without a stored result


SHARED = """
<row r="2"><c r="D2"><f t="shared" ref="D2:D4" si="0">A2+$B$2</f></c></row><row r="3"><c r="D3"><f t="shared" si="0"/></c></row>
<row r="4"><c r="D4"><f t="shared" si="7"/></c></row><row r="5"><c r="D5"><v>1</v></c></row>"""
NO_ADDRESS = '<row r="5"><c><v>1</v></c><c><f>A5</f></c></row><row><c/><c t="e"><v>#N/A</v></c><c><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        ('<row><c r="A1" t="e"><f>B1</f><v>#DIV/0!</v></c></row>', {(0, 0): Mark(error="#DIV/0!")}),
        ('<row><c r="A1"><f>B1+C1</f></c></row>', {(0, 0): stale("=B1+C1")}),
        ('<row><c r="A1"><f>=B1</f><v/></c></row>', {(0, 0): stale("=B1")}),
        ('<row><c r="A1"><f>B1</f><v>0</v></c></row>', {(0, 0): Mark(formula="=B1")}),
        ('<row><c r="A1" t="str"><f>IF(B1,"","")</f><v></v></c></row>', {}),
        ('<row><c r="A1"/></row>', {}),
        ('<row><c r="A1" t="inlineStr"><is><t></t></is></c></row>', {}),
        (SHARED, {(1, 3): stale("=A2+$B$2"), (2, 3): stale("=A3+$B$2")}),  # moved to where they stand
        (NO_ADDRESS, {(4, 1): stale("=A5"), (5, 1): Mark(error="#N/A")}),  # one behind the other
    ],
)
def test_cells_of_xlsx(rows: str, marks: dict[At, Mark]) -> None:
    assert first(with_sheet(rows.encode())).marks == marks


def test_formulas_and_errors_of_an_old_workbook() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, 10)
    sheet.write(0, 1, xlwt.Formula("A1+1"))
    assert first(bytes_of(book)).marks == {(0, 1): stale("=A1+1.0")}

    def formula(column: int, value: bytes) -> bytes:
        return record(0x0006, bytes((0, 0, column, 0, 0, 0)) + value + bytes(8))

    cells = formula(0, b"\x02\x00\x17\x00\x00\x00\xff\xff") + formula(1, b"\x01\x00\x01\x00\x00\x00\xff\xff")
    stream = biff8([])[: -len(record(0x000A))] + cells + formula(2, bytes(8)) + record(0x000A)
    assert first(ole({"Workbook": stream})).marks == {(0, 0): Mark(error="#REF!")}
    assert first(xls([["地区", ValueError("#N/A")]])).marks == {(0, 1): Mark(error="#N/A")}


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_formulas_that_libreoffice_stores(kind: str, resaved: Resaved) -> None:
    book = opened_as(Book, resaved(everything(), kind))
    assert book.grids[0].at(0, 5) == 3.5
    assert marked(book.grids[0], "formula")[0, 5] == "=B1+C1"
    assert marked(book.grids[0], "error") == {(0, 6): "#DIV/0!"}


def test_merged_ranges_and_formatting_far_below_cost_nothing() -> None:
    rows = b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    grid = first(with_parts(with_sheet(rows), {"*": (b"</sheetData>", merged)}))
    assert (grid.marks, len(grid.cells)) == ({(0, 0): Mark(error="#REF!")}, 1)


# Text boxes, page headers and footers, notes, properties; and comments on cells


def test_texts_of_a_workbook() -> None:
    book = opened_as(Book, everything())
    assert book.texts == (
        Text(TextKind.BOX, "应为3000\n请核对", Place("附表1", 5, 3), sheet="附表1"),
        Text(TextKind.PAGE, "左 中", sheet="附表1"),
        Text(TextKind.PAGE, "校验码", sheet="附表1"),
        Text(TextKind.PAGE, "校验码", sheet="附表2"),
        Text(TextKind.PROPERTY, "报送稿"),
        Text(TextKind.PROPERTY, "第二次报送"),
    )
    assert marked(book.grids[0], "comment") == {(2, 1): "应为3000"}


@pytest.mark.libreoffice
def test_texts_of_an_old_workbook(resaved: Resaved) -> None:
    book = opened_as(Book, resaved(everything(), "xls"))
    assert [text.text for text in book.texts if text.kind is TextKind.PROPERTY] == ["报送稿", "第二次报送"]
    assert marked(book.grids[0], "comment")[2, 1].endswith("应为3000")


def test_of_a_thread_the_remarks_are_noted() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([1, 2])
    begin = "[线程批注]\n任何编辑都将被删除。了解详细信息: https://go.microsoft.com/fwlink/?linkid=870924\n\n"
    sheet["A1"].comment = Comment(f"{begin}注释:\n    应为3000\n答复:\n    已核对", "x")
    grid = opened_as(Book, bytes_of(book)).grids[0]
    assert marked(grid, "comment") == {(0, 0): "注释:\n    应为3000\n答复:\n    已核对"}


def test_texts_of_a_word_file() -> None:
    """With a paragraph, a comment on a cell, a text box, a footnote, an endnote, a header, comments."""
    made = docx.Document()
    line = made.add_table(1, 1).cell(0, 0).paragraphs[0]
    line.add_run("2500")
    made.add_comment(line.runs, text="应为2600", author="张三")
    made.add_paragraph("后面的话")
    write_beside(made, {"页眉页脚": "校验码 ABCD", "文本框": "框", "脚注": "脚", "尾注": "尾", "文件属性": "报送稿"})
    read = opened_as(Prose, bytes_of(made))
    assert read.texts == (
        Text(TextKind.BOX, "框"),
        Text(TextKind.NOTE, "脚"),
        Text(TextKind.NOTE, "尾"),
        Text(TextKind.PAGE, "校验码 ABCD"),
        Text(TextKind.PROPERTY, "报送稿"),
    )
    assert read.paragraphs == ("2500", "后面的话", "框", "脚", "尾")
    assert read.grids[0].after == ("后面的话",)
    assert marked(read.grids[0], "comment") == {(0, 0): "应为2600"}
