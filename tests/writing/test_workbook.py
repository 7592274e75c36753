"""Opening and closing a workbook: text stays text, and what the system refuses is said in words."""

from __future__ import annotations

import errno
from pathlib import Path

import openpyxl
import pytest

from hrss12333.model.errors import JobStop, in_words
from hrss12333.writing.target import replacing
from hrss12333.writing.workbook import Styles, day_after, new_workbook


def test_text_stays_text_whatever_it_begins_with(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with new_workbook(path, {"created": day_after(2019)}, ("Arial", 10)) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(("=1+1", "http://example.com", "12")):
            sheet.write(row, 0, text)
    cells = [cell for (cell,) in openpyxl.load_workbook(path).active.iter_rows()]  # type: ignore[union-attr]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [
        ("=1+1", "s", None),
        ("http://example.com", "s", None),
        ("12", "s", None),
    ]


def test_what_the_system_refuses_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(JobStop, match=r"无法写入“报表[.]xlsx”：文件夹不存在"),
        replacing(Path("报表.xlsx")),
        new_workbook(tmp_path / "没有" / "a.xlsx", {}, ("Arial", 10)) as book,
    ):
        book.add_worksheet()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.ENAMETOOLONG, None])
def test_no_english_of_the_system_reaches_the_user(number: int | None) -> None:
    error = OSError(number, "No space left on device") if number else ValueError("No space left on device")
    listed = in_words(error)
    assert "space" not in listed
    assert "请" in listed


def test_a_format_is_made_once_and_bears_what_all_have_in_common(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "a.xlsx", {}, ("Arial", 10)) as book:
        styles = Styles(book, bold=True)
        look = styles.get(italic=True, align="center")
        assert look is styles.get(align="center", italic=True)
        assert look is not styles.get(italic=True)
        book.add_worksheet().write_string(0, 0, "甲", look)
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A1"]
    assert (cell.font.b, cell.font.i) == (True, True)
