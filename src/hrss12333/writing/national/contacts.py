"""联系人: whom to call at each unit."""

from __future__ import annotations

from typing import Any

from hrss12333.model.summary_lines import CONTACTS, reporter
from hrss12333.writing.national.book import Book, head, heading_line, paper
from hrss12333.writing.sheet_text import safe

COLUMNS = (
    ("联系人", 16.0),
    ("手机号", 18.0),
    ("邮箱", 30.0),
    ("来源文件", 48.0),
)


def write_contacts(book: Book, sheet: Any) -> None:
    """Fill the sheet: a line a contact; a unit without one is listed with blanks."""
    styles = book.styles
    noun = book.national.noun
    remarks = [f"取自各{noun}调查表表头。手机号按文本保存。空白是表头未填或该{noun}未报送。"]
    columns = (("序号", 6.0), (reporter(book.national), 24.0), *COLUMNS)
    headings, widths = [heading for heading, _ in columns], [width for _, width in columns]
    top = head(book, sheet, f"{book.year}年度12333{CONTACTS}", remarks)
    heading_line(book, sheet, top, headings, widths)
    row = top
    for status in book.national.units:
        for contact in status.contacts or (None,):
            row += 1
            given = (contact.name, contact.mobile, contact.email, contact.file) if contact else (None,) * 4
            sheet.write_number(row, 0, row - top, styles.number("0"))
            for at, text in enumerate((status.unit.name, *given), 1):
                if text:
                    sheet.write_string(row, at, safe(text), styles.text(text_wrap=True))
                else:
                    sheet.write_blank(row, at, None, styles.text())
    sheet.autofilter(top, 0, max(row, top + 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"D{top + 2}:D{max(row, top + 1) + 1}"})
    paper(sheet, widths, (top, top))
