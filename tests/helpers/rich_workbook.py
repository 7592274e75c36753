"""Senders' workbooks with much that a copy must keep, or openpyxl drops and the copy must name; and with all that a cell says."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from damaged import bytes_of


def picture(width: int = 1, height: int = 1) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def write_rich(path: Path) -> Path:
    """A form sheet 附表1 with figures in row 7 and 8, and a hidden sheet of choices."""
    book: Any = xlsxwriter.Workbook(str(path))
    book.set_properties({"author": "样例", "keywords": "旧关键词"})
    page = book.add_worksheet("附表1")
    choices = book.add_worksheet("选项")
    choices.write_column("A1", ["是", "否"])
    choices.hide()
    yellow = book.add_format({"bg_color": "#FFFF99", "num_format": "#,##0", "border": 1})
    page.merge_range("A3:D3", "报送单位：广东省", yellow)
    page.write_rich_string("A1", "普通", book.add_format({"bold": True}), "加粗")
    page.write_number("C7", 2500, yellow)
    page.write_number("D7", 1000)
    page.write_formula("C9", "=SUM(C7:C8)", None, 2500)
    page.write_string("C10", "=1+1")
    page.set_row(10, None, book.add_format({"locked": False}))
    page.write_datetime("C12", datetime(2019, 12, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
    page.data_validation("G7:G8", {"validate": "list", "source": ["是", "否"]})
    page.data_validation("H7:H8", {"validate": "list", "source": "=选项!$A$1:$A$2"})
    page.conditional_format("C7:C8", {"type": "data_bar", "data_bar_2010": True})
    page.add_sparkline("N7", {"range": "附表1!C7:F7"})
    page.insert_textbox("P2", "文本框")
    page.insert_button("P8", {"caption": "按钮"})
    drawing = path.with_suffix(".png")
    drawing.write_bytes(picture())
    page.insert_image("P12", str(drawing))
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=附表1!$C$7:$F$7"})
    page.insert_chart("P16", chart)
    page.write_comment("C7", "填报人的批注", {"author": "张三"})
    page.write_comment("E9", "另一处批注", {"author": "张三"})
    page.print_area("A1:M9")
    page.repeat_rows(4, 5)
    page.set_landscape()
    page.set_footer("&C第 &P 页")
    page.set_h_pagebreaks([9])
    choices.print_area("A1:A2")
    page.protect("", {"format_cells": True})
    book.close()
    drawing.unlink()
    return path


def everything() -> bytes:
    """Formulas with and without results, errors, letters of several kinds, comments, formats, what is hidden, a text box, pages'
    headers and footers, properties."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    book.set_properties({"title": "报送稿", "comments": "第二次报送"})
    sheet, other = book.add_worksheet("附表1"), book.add_worksheet("附表2")
    through, raised = (book.add_format(reported) for reported in ({"font_strikeout": 1}, {"font_script": 1}))
    sheet.write_row(0, 0, ["地区", 1, 2.5, True, "#REF!"])
    sheet.write_formula("F1", "=B1+C1", None, 3.5)
    sheet.write_formula("G1", "=1/0", None, "#DIV/0!")
    sheet.write_formula("H1", '=IF(B1,"","x")', None, "")
    sheet.write_rich_string("A2", "30", through, "4120", raised, "2")
    sheet.write("B2", 7, through)
    sheet.write_row("I2", [time(9, 30), timedelta(hours=30), date(2020, 1, 10)])
    for column, code in enumerate(('0"万"', '0"余"', "0%", ";;;", "yyyy-mm-dd", "h:mm", "[h]:mm"), 3):
        sheet.write_number(1, column, 43_830 if code[0] == "y" else 0.25, book.add_format({"num_format": code}))
    sheet.write_comment("B3", " 应为3000 ")
    sheet.merge_range("A4:B5", "合并")
    sheet.set_row(5, 0)
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.set_column(20, 25, None, None, {"hidden": True})
    sheet.set_header('&L左&C&"宋体"中')
    sheet.insert_textbox(4, 2, "应为3000\n请核对", {"width": 40, "height": 15})
    for each in (sheet, other):
        each.set_footer("&C校验码 &P")
    other.hide()
    other.write("C9", 1)
    return bytes_of(book)
