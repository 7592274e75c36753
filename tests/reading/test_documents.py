"""Habits of offices that a trial with strangers' filings turned up, each read from a file as they send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell

from binary_workbooks import bytes_of
from factory import CellValue, Style, a1, plan_filing, write_filing
from hrss12333.checking.engine import Checked, check
from hrss12333.model.filing import Filing, Skipped, Table
from hrss12333.reading.documents import read_source
from hrss12333.reading.files.source import Source
from hrss12333.survey.editions.y2019 import EDITION

BARE = Style(sample=False, total="none")


def read(name: str, data: bytes) -> Checked:
    document = read_source(Source(name, lambda: data), EDITION)
    assert not isinstance(document, Skipped)
    return check(document, EDITION)


def filing(path: Path, cells: Mapping[str, Mapping[str, CellValue]] | None = None) -> Checked:
    return read(path.name, write_filing(path, "宁夏", style=BARE, cells=cells).read_bytes())


def table(checked: Checked, form: str = "附表1") -> Table:
    assert isinstance(checked.document, Filing)
    (found,) = checked.document.tables_of(EDITION.form(form))
    return found


def found(checked: Checked) -> set[tuple[str, str | None, str | None]]:
    return {(f.rule, f.sheet, f.cell) for f in checked.findings}


def word_rows(form: str = "附表1") -> list[list[CellValue]]:
    """The rows of a clean sheet from its headings on, as a Word table has them."""
    plan = plan_filing("宁夏", style=BARE)[form]
    width = len(EDITION.form(form).columns)
    letters = [chr(65 + index) for index in range(width)]
    return [[plan.cells.get(f"{letter}{row}") for letter in letters] for row in range(5, plan.first_row + 5)]


def headings(form: str = "附表1") -> list[CellValue]:
    return [column.label for column in EDITION.form(form).columns]


def word(parts: Sequence[Sequence[Sequence[CellValue]]], between: str = "") -> WordDocument:
    document = docx.Document()
    document.add_paragraph("12333电话服务情况调查表")
    document.add_paragraph("（盖章）  宁夏回族自治区  联系人：张三  手机号：13800000001  邮箱：a@example.com")
    for index, rows in enumerate(parts):
        if index and between:
            document.add_paragraph(between)
        grid = document.add_table(rows=len(rows), cols=len(rows[0]))
        for line, values in zip(grid.rows, rows, strict=True):
            for cell, value in zip(line.cells, values, strict=True):
                cell.text = "" if value is None else str(value)
    return document


def data_rows() -> list[list[CellValue]]:
    return [row for row in word_rows() if isinstance(row[0], int)]


def test_a_word_table_that_goes_on_under_its_headings_is_read_whole() -> None:
    rows = data_rows()
    checked = read("宁夏.docx", bytes_of(word([[headings(), *rows[:3]], [headings(), *rows[3:]]], "续表")))
    assert isinstance(checked.document, Filing)
    assert [row.region for part in checked.document.tables for row in part.rows] == [row[1] for row in rows]
    assert {finding.rule for finding in checked.findings} == {"F006"}


def test_one_header_line_is_of_both_tables_of_a_word_file() -> None:
    systems = [row for row in word_rows("附表2") if isinstance(row[0], int)]
    parts = [[headings(), *data_rows()], [headings("附表2"), *systems]]
    checked = read("宁夏.docx", bytes_of(word(parts, "12333电话系统建设情况调查表")))
    assert [len(table(checked, form).rows) for form in ("附表1", "附表2")] == [len(systems)] * 2
    assert found(checked) == set()


def test_a_word_table_without_headings_is_quoted() -> None:
    rows = data_rows()
    checked = read("宁夏.docx", bytes_of(word([[headings(), *rows[:3]], rows[3:]])))
    assert [row.region for row in table(checked).rows] == [row[1] for row in rows[:3]]
    assert isinstance(checked.document, Filing)
    assert any(str(rows[3][1]) in text.text for text in checked.document.texts)
    assert "R204" in {finding.rule for finding in checked.findings}


def sign(cell: _Cell, code: str) -> None:
    symbol = OxmlElement("w:sym")
    symbol.set(qn("w:font"), "Wingdings")
    symbol.set(qn("w:char"), code)
    cell.paragraphs[0].add_run()._r.append(symbol)


def test_ticks_of_a_symbol_font_are_read_and_unknown_signs_are_named() -> None:
    rows, answered = [list(row) for row in data_rows()], headings().index("是否开通留言服务")
    for row in rows[:3]:
        row[answered] = None
    document = word([[headings(), *rows]])
    for line, code in zip(document.tables[0].rows[1:4], ("F0FC", "F0FB", "F041"), strict=True):
        sign(line.cells[answered], code)
    checked = read("宁夏.docx", bytes_of(document))
    answers = [row.get("voicemail") for row in table(checked).rows[:3]]
    assert [answer.value for answer in answers] == [True, False, None]
    assert [f.rule for f in checked.findings if f.field == "voicemail" and f.blocks] == ["V304"]


def test_a_form_without_any_header_line_is_one_finding(tmp_path: Path) -> None:
    checked = filing(tmp_path / "宁夏.xlsx", {"附表2": {"A3": None}})
    assert found(checked) == {("H101", "附表2", None)}


def test_figures_beyond_reason_are_no_figures(tmp_path: Path) -> None:
    checked = filing(
        tmp_path / "宁夏.xlsx",
        {"附表1": {"training_attendances6": 1e300}, "附表2": {"knowledge_entries6": "99999999999999999999"}},
    )
    assert found(checked) == {
        ("V302", "附表1", a1("training_attendances6")),
        ("V302", "附表2", a1("knowledge_entries6")),
    }
