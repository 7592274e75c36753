"""The texts of a file that are in no cell: text boxes, page headers and footers, notes, properties; and comments on cells."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
import xlwt
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from openpyxl.comments import Comment

import hrss12333
from binary_workbooks import bytes_of
from cell_marks import marked
from conftest import saved_as
from damaged import document, with_parts, workbook
from documents_read import opened_as
from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.opening import open_document
from hrss12333.reading.grid import Book, Prose
from hrss12333.reading.worker.serving import dumps

EXAMPLE = Path(__file__).parents[3] / "examples" / "filings" / "12333电话服务情况（宁夏）.xlsx"


def everything() -> bytes:
    """A workbook with a comment, a text box, a header, a footer on each of two sheets, title and comments."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    book.set_properties({"title": "报送稿", "comments": "第二次报送"})
    sheet, other = book.add_worksheet("附表1"), book.add_worksheet("附表2")
    sheet.write_row(0, 0, range(9))
    sheet.write_comment(0, 5, " 应为3000 ", {"author": "张三"})
    sheet.insert_textbox(4, 2, "应为3000\n请核对", {"width": 40, "height": 15})
    sheet.set_header('&L左&C&"宋体"中')
    for each in (sheet, other):
        each.set_footer("&C校验码 &P")
    return bytes_of(book)


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
    assert marked(book.grids[0], "comment") == {(0, 5): "应为3000"}


@saved_as("xls", of=everything)
def test_texts_of_an_old_workbook(kind: str, saved: bytes) -> None:
    book = opened_as(Book, saved)
    assert [text.text for text in book.texts if text.kind is TextKind.PROPERTY] == ["报送稿", "第二次报送"]
    assert marked(book.grids[0], "comment")[0, 5].endswith("应为3000")


def test_a_workbook_that_says_nothing_besides() -> None:
    made = xlwt.Workbook()
    made.add_sheet("S").write(0, 0, 1)
    for data in (workbook(), bytes_of(made)):
        assert open_document(data).texts == ()


def test_of_a_thread_the_remarks_are_noted() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([1, 2])
    begin = "[线程批注]\n任何编辑都将被删除。了解详细信息: https://go.microsoft.com/fwlink/?linkid=870924\n\n"
    sheet["A1"].comment = Comment(f"{begin}注释:\n    应为3000\n答复:\n    已核对", "x")
    grid = opened_as(Book, bytes_of(book)).grids[0]
    assert marked(grid, "comment") == {(0, 0): "注释:\n    应为3000\n答复:\n    已核对"}


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_with_everything() -> bytes:
    """A Word file with a paragraph, a comment on a cell, a text box, a footnote, an endnote, a footer."""
    made = docx.Document()
    line = made.add_table(1, 1).cell(0, 0).paragraphs[0]
    line.add_run("2500")
    made.add_comment(line.runs, text="应为2600", author="张三")
    made.add_paragraph("后面的话")
    made.sections[0].footer.paragraphs[0].text = "校验码 ABCD"
    made.core_properties.title, made.core_properties.comments = "报送稿", ""
    box = "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    note = '<w:{0}s {1}><w:{0} w:type="separator"><w:p/></w:{0}><w:{0}><w:p><w:r><w:t>{0}</w:t></w:r></w:p></w:{0}></w:{0}s>'
    kinds = {"footnote": RT.FOOTNOTES, "endnote": RT.ENDNOTES}
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{related}" Target="{kind}s.xml"/>' for kind, related in kinds.items()
    )
    return with_parts(
        bytes_of(made),
        {
            "word/document.xml": (b"<w:sectPr", box.encode() + b"<w:sectPr"),
            "word/_rels/document.xml.rels": (b"</Relationships>", f"{relations}</Relationships>".encode()),
            **{f"word/{kind}s.xml": note.format(kind, W).encode() for kind in kinds},
        },
    )


def test_texts_of_a_word_file() -> None:
    read = opened_as(Prose, word_with_everything())
    assert read.texts == (
        Text(TextKind.BOX, "框"),
        Text(TextKind.NOTE, "footnote"),
        Text(TextKind.NOTE, "endnote"),
        Text(TextKind.PAGE, "校验码 ABCD"),
        Text(TextKind.PROPERTY, "报送稿"),
    )
    assert read.paragraphs == ("2500", "后面的话", "框", "footnote", "endnote")
    assert read.grids[0].after == ("后面的话",)
    assert marked(read.grids[0], "comment") == {(0, 0): "应为2600"}


@pytest.mark.parametrize("make", [everything, word_with_everything, document, EXAMPLE.read_bytes])
def test_another_process_gives_the_same(make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = make()
    there = open_document(data)
    monkeypatch.setattr(hrss12333, "worker", "reading.worker:Here")
    assert dumps(open_document(data)) == dumps(there)
