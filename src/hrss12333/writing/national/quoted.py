"""附注: whatever was written in words in the filings and around them, verbatim, with room for what staff make of it.

What staff wrote in an earlier workbook stays beside its text while that is the same; what they handled comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from hrss12333.merging.quoted import text_key
from hrss12333.model.finding import StaffAnswer
from hrss12333.model.summary_lines import nobody, reporter
from hrss12333.model.text import Quoted
from hrss12333.wording.text import clean
from hrss12333.wording.values import field_label
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.issues import day_number
from hrss12333.writing.national.table import write_table

_MARKED, _NEW = "是", "新增"


class _QuotedLine(Struct, frozen=True):
    """A text, with what staff wrote beside it earlier."""

    quoted: Quoted
    unit: str
    handled: StaffAnswer
    is_new: bool
    """Whether there is an earlier workbook, and it does not have the text."""


def write_quoted(book: NationalBook, quoted: Sequence[Quoted], sheet: Any) -> None:
    """Fill the sheet."""
    lines = sorted(_lines(book, quoted), key=lambda line: line.handled.is_given)
    marked = sum(one.marked for one in quoted)
    remarks = ["各表内外没有写需要摘录的文字。"]
    if lines:
        remarks = [
            f"表格内外所写的文字，共{len(lines)}条，其中{marked}条请先看（有存疑的字样或数字）。只作摘录，数据没有因此改动。",
            "处理过的，在“处理情况”“处理人”“日期”三栏写明；下次汇总时用 --since 指定本表，文字没有变的沿用，排在最后。",
        ]
    write_table(book, sheet, _columns(book), (lines, ()), remarks)


def _lines(book: NationalBook, quoted: Sequence[Quoted]) -> list[_QuotedLine]:
    national, found = book.national, list[_QuotedLine]()
    earlier = book.progress.texts if book.progress else None
    cities = {file: one.unit.name for one in national.units if national.of for file in one.files}
    for item in quoted:
        unit, key = item.unit.name if item.unit else nobody(national), text_key(item)
        unit = (item.text.region or cities.get(item.file) or unit) if national.of and item.unit else unit
        handled = earlier.get(key) if earlier else None
        found.append(_QuotedLine(item, unit, handled or StaffAnswer(), earlier is not None and key not in earlier))
    return found


def _columns(book: NationalBook) -> list[SheetColumn]:
    def day(line: _QuotedLine) -> str | float | None:
        return day_number(line.handled.when) or line.handled.day

    def mark(line: _QuotedLine) -> str:
        return "query" if line.quoted.marked else ""

    staff: dict[str, Any] = {"stays": True, "mark": lambda line: "room"}
    hidden: dict[str, Any] = {"look": "", "prints": False, "is_folded": True}
    return [
        SheetColumn("@unit", reporter(book.national), 14.0, show=lambda line: line.unit),
        SheetColumn("@file", "来源文件", 22.0, show=lambda line: line.quoted.file),
        SheetColumn("@place", "位置", 22.0, show=lambda line: _place(book, line.quoted)),
        SheetColumn("@text", "原文", 62.0, show=lambda line: line.quoted.excerpt),
        SheetColumn("@marked", "请先看", 8.0, show=_marks, look="centre", mark=mark),
        SheetColumn("@handled", "处理情况", 26.0, show=lambda line: line.handled.text, **staff),
        SheetColumn("@handler", "处理人", 9.0, show=lambda line: line.handled.who, **staff),
        SheetColumn("@handled_on", "日期", 11.0, show=day, look="date", **staff),
        SheetColumn("@key_text", "@key_text", 10.0, show=lambda line: text_key(line.quoted), **hidden),
    ]


def _marks(line: _QuotedLine) -> str:
    return "，".join(word for word, holds in ((_MARKED, line.quoted.marked), (_NEW, line.is_new)) if holds)


def _place(book: NationalBook, item: Quoted) -> str:
    """备注，附表1 M7，广州市: what kind of text it is, and where it is."""
    text = item.text
    cell = text.place.a1 if text.place else ""
    where = " ".join(filter(None, [text.sheet or text.form or "", cell]))
    about = clean(text.region or "") + (field_label(book.national.edition, text.form, text.field) if text.field else "")
    parts = [item.located, where, about if about != item.located else ""]
    return "，".join(filter(None, parts))
