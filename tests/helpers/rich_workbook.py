"""A sender's workbook with much that a copy must keep, and much that openpyxl drops and the copy must name."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter


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
