"""附注: whatever was written in words in the filings and around them, verbatim, with room for what staff make of it.

What staff wrote in an earlier workbook stays beside its text while that is the same; what they handled comes last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from hrss12333.merging.quoted import text_key
from hrss12333.model.finding import StaffAnswer
from hrss12333.model.summary_lines import QUOTED, nobody, reporter
from hrss12333.model.text import Quoted
from hrss12333.wording.text import clean
from hrss12333.wording.values import field_label
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.issues import day_of, room_for_staff
from hrss12333.writing.national.table import TextTable, write_table

_MARKED, _NEW = "是", "新增"
_HANDLED = ("@handled", "@handler", "@handled_on")
TEXT_KEY = "@key_text"


class _Line(Struct, frozen=True):
    """A text, with what staff wrote beside it earlier."""

    quoted: Quoted
    unit: str
    file: str
    key: str
    handled: StaffAnswer | None
    is_new: bool
    """Whether there is an earlier workbook, and it does not have the text."""


def write_quoted(book: NationalBook, quoted: Sequence[Quoted], sheet: Any) -> None:
    """Fill the sheet."""
    earlier = book.progress.texts if book.progress else None
    lines = sorted(_lines(book, quoted, earlier), key=lambda line: line.handled is not None and line.handled.is_given)
    marked = sum(one.marked for one in quoted)
    remarks = [
        f"表格内外所写的文字，共{len(lines)}条，其中{marked}条请先看（有存疑的字样或数字）。只作摘录，数据没有因此改动。",
        "处理过的，在“处理情况”“处理人”“日期”三栏写明；下次汇总时用 --since 指定本表，文字没有变的沿用，排在最后。",
    ]
    columns = _columns(book)
    table = TextTable(name=QUOTED, title=f"{book.year}年度{QUOTED}", columns=columns, lines=lines, remarks=remarks)
    room_for_staff(book, sheet, columns, _HANDLED, write_table(book, sheet, table))


def _lines(book: NationalBook, quoted: Sequence[Quoted], earlier: Mapping[str, StaffAnswer] | None) -> list[_Line]:
    national, found = book.national, list[_Line]()
    cities = {file: one.unit.name for one in national.units if national.of for file in one.files}
    for item in quoted:
        file = book.renamed(item.file)
        unit = item.unit.name if item.unit else nobody(national)
        unit = (item.text.region or cities.get(file) or unit) if national.of and item.unit else unit
        key = text_key(item)
        handled = earlier.get(key) if earlier else None
        found.append(_Line(item, unit, file, key, handled, earlier is not None and key not in earlier))
    return found


def _columns(book: NationalBook) -> list[SheetColumn]:
    staff: dict[str, Any] = {"stays": True, "mark": lambda line: "room"}

    def written(line: _Line) -> StaffAnswer:
        return line.handled or StaffAnswer()

    return [
        SheetColumn("@unit", reporter(book.national), 14.0, show=lambda line: line.unit),
        SheetColumn("@file", "来源文件", 22.0, show=lambda line: line.file),
        SheetColumn("@place", "位置", 22.0, show=lambda line: _place(book, line.quoted)),
        SheetColumn("@text", "原文", 62.0, show=lambda line: line.quoted.excerpt),
        SheetColumn("@marked", "请先看", 8.0, show=_marks, look="centre", mark=lambda line: "query" if line.quoted.marked else ""),
        SheetColumn(_HANDLED[0], "处理情况", 26.0, show=lambda line: written(line).text, **staff),
        SheetColumn(_HANDLED[1], "处理人", 9.0, show=lambda line: written(line).who, **staff),
        SheetColumn(_HANDLED[2], "日期", 11.0, show=lambda line: day_of(written(line)), look="date", **staff),
        SheetColumn(TEXT_KEY, TEXT_KEY, 10.0, show=lambda line: line.key, look="", prints=False, is_folded=True),
    ]  # fmt: skip


def _marks(line: _Line) -> str:
    return "，".join(word for word, holds in ((_MARKED, line.quoted.marked), (_NEW, line.is_new)) if holds)


def _place(book: NationalBook, item: Quoted) -> str:
    """备注，附表1 M7，广州市: what kind of text it is, and where it is."""
    text = item.text
    cell = text.place.a1 if text.place else ""
    where = " ".join(filter(None, [text.sheet or text.form or "", cell]))
    about = clean(text.region or "") + (field_label(book.national.edition, text.form, text.field) if text.field else "")
    parts = [item.located, where, about if about != item.located else ""]
    return "，".join(filter(None, parts))
