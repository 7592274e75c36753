"""Work sheets beside the form: a table without header that lacks columns is compared with the sound one, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from factory import CellValue, RowData, Style, clean_rows, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from readings import found_as

ROWS = clean_rows("宁夏", "附表1")
CALLS, TEAM = ("calls_agent", "calls_ivr", "calls_abandoned"), ("staff_total", "agents", "seats")
Changes = dict[tuple[int, str], CellValue]
Put = Callable[[Workbook, list[list[CellValue]]], None]


def work_sheet(keys: Sequence[str], changes: Changes, count: int = 5) -> list[list[CellValue]]:
    """地区 and some columns of the form, a line a city."""
    lines: list[list[CellValue]] = [["地区", *(SERVICE.by_key[key].label for key in keys)]]
    for at, row in enumerate(ROWS[:count]):
        lines.append([row["region"], *(changes.get((at, key), row[key]) for key in keys)])
    return lines


def write(book: Workbook, sheet: str, top: int, left: int, lines: list[list[CellValue]]) -> None:
    page: Any = book[sheet]
    for down, line in enumerate(lines):
        for right, value in enumerate(line):
            page.cell(top + down, left + right, value)


def on_a_sheet(name: str, at: int | None = None) -> Put:
    def put(book: Workbook, lines: list[list[CellValue]]) -> None:
        book.create_sheet(name, at)
        write(book, name, 1, 1, lines)

    return put


def hidden(book: Workbook, lines: list[list[CellValue]]) -> None:
    on_a_sheet("数据")(book, lines)
    book["数据"].sheet_state = "hidden"


def below(book: Workbook, lines: list[list[CellValue]]) -> None:
    write(book, "附表1", book["附表1"].max_row + 3, 2, lines)


def beside(book: Workbook, lines: list[list[CellValue]]) -> None:
    write(book, "附表1", 4, 16, lines)


def judged(
    path: Path, put: Put, *tables: list[list[CellValue]], rows: Mapping[str, Sequence[RowData]] | None = None
) -> tuple[Filing, list[Finding]]:
    write_filing(path, "宁夏", rows)
    book = openpyxl.load_workbook(path)
    for lines in tables:
        put(book, lines)
    book.save(path)
    document = found_as(Filing, path)
    return document, list(check(document, EDITION).findings)


def rows_of(filing: Filing) -> dict[str, int]:
    return {form.key: sum(len(table.rows) for table in filing.tables_of(form)) for form in EDITION.forms}


@pytest.mark.parametrize("keys", [CALLS, TEAM])
@pytest.mark.parametrize("put", [on_a_sheet("统计"), on_a_sheet("人工", 0), on_a_sheet("底稿"), hidden, below, beside])
def test_figures_that_agree_are_nothing_and_those_that_differ_one_query(
    tmp_path: Path, put: Put, keys: Sequence[str]
) -> None:
    filing, findings = judged(tmp_path / "宁夏.xlsx", put, work_sheet(keys, {}))
    assert findings == []
    assert rows_of(filing) == {"附表1": 5, "附表2": 5}
    filing, findings = judged(tmp_path / "宁夏.xlsx", put, work_sheet(keys, {(1, keys[0]): 3, (4, keys[2]): 7_777}))
    assert rows_of(filing) == {"附表1": 5, "附表2": 5}
    (found,) = findings
    assert (found.rule, found.severity) == ("R203", Severity.QUERY)
    assert all(f"“{ROWS[at]['region']}”" in found.message_text for at in (1, 4))
    assert f"{SERVICE.by_key[keys[0]].label}3／{ROWS[1][keys[0]]:,}" in found.message_text
    page = openpyxl.load_workbook(tmp_path / "宁夏.xlsx")[found.sheet or ""]
    assert page[found.cell or ""].value == 3
    cells = re.findall(r"（([A-Z]+\d+)）", found.message_text)
    assert [page[cell].value for cell in cells] == [3, 7_777]


def test_two_work_sheets_are_no_form_of_their_own(tmp_path: Path) -> None:
    """Side by side they would be one with more columns."""
    tables = work_sheet(CALLS, {}), work_sheet(TEAM, {(0, "seats"): 1})
    filing, findings = judged(tmp_path / "宁夏.xlsx", on_a_sheet("表"), *tables)
    assert [(f.rule, f.severity) for f in findings] == [("R203", Severity.QUERY)]
    assert rows_of(filing) == {"附表1": 5, "附表2": 5}


@pytest.mark.parametrize(("more", "asked"), [(0, 0), (1, 1)])
def test_a_row_for_the_whole_unit_is_compared_with_the_sum(tmp_path: Path, more: int, asked: int) -> None:
    lines = work_sheet(CALLS, {}, count=0)
    lines.append(["全区", *(sum(int(str(row[key])) for row in ROWS) + more for key in CALLS)])
    filing, findings = judged(tmp_path / "宁夏.xlsx", on_a_sheet("统计"), lines)
    assert [f.rule for f in findings] == ["R203"] * asked
    assert rows_of(filing) == {"附表1": 5, "附表2": 5}


def test_what_the_form_leaves_blank_differs(tmp_path: Path) -> None:
    rows = {"附表1": [{**ROWS[0], "seats": None}, *ROWS[1:]]}
    _, found = judged(tmp_path / "宁夏.xlsx", on_a_sheet("统计"), work_sheet(TEAM, {}), rows=rows)
    assert sorted(f.rule for f in found) == ["R203", "V301"]
    assert f"坐席数{ROWS[0]['seats']}／空白" in next(f.message_text for f in found if f.rule == "R203")


def test_cities_that_the_form_lacks_are_named(tmp_path: Path) -> None:
    rows = {key: clean_rows("宁夏", key, 4) for key in ("附表1", "附表2")}
    filing, found = judged(tmp_path / "宁夏.xlsx", on_a_sheet("统计"), work_sheet(CALLS, {}), rows=rows)
    assert ["“中卫市”" in f.message_text for f in found if f.rule == "R203"] == [True]
    assert rows_of(filing) == {"附表1": 4, "附表2": 4}


def test_alone_it_counts_and_says_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "宁夏.xlsx"
    book = Workbook()
    write(book, "Sheet", 1, 1, work_sheet(CALLS, {}))
    book.save(path)
    document = found_as(Filing, path)
    assert rows_of(document) == {"附表1": 5, "附表2": 0}
    assert {"F007"} <= {f.rule for f in check(document, EDITION).findings}


def test_a_table_with_a_header_of_its_own_competes(tmp_path: Path) -> None:
    header: list[CellValue] = ["联系人：李四", "手机号：13900000000"]
    lines: list[list[CellValue]] = [header, *work_sheet(CALLS, {(0, "calls_agent"): 1})]
    filing, findings = judged(tmp_path / "宁夏.xlsx", on_a_sheet("统计"), lines)
    assert rows_of(filing)["附表1"] == 10
    assert Severity.ERROR in {f.severity for f in findings if f.rule == "R203"}


def test_the_headings_of_the_next_page_are_no_other_table(tmp_path: Path) -> None:
    """With other cities the rows go on, even where a heading was left out."""
    path = tmp_path / "宁夏.xlsx"
    write_filing(
        path, "宁夏", {"附表1": ROWS[:3]}, forms=("附表1",), style=Style(sample=False, total="none", notes=False)
    )
    book = openpyxl.load_workbook(path)
    keys = [column.key for column in SERVICE.data if column.key != "seats"]
    write(book, "附表1", 9, 2, [work_sheet(keys, {})[0], *work_sheet(keys, {})[4:]])
    book.save(path)
    document = found_as(Filing, path)
    assert [row.region for table in document.tables for row in table.rows] == [row["region"] for row in ROWS]


@pytest.mark.parametrize("change", [None, "", 3, "exchanged"])
@pytest.mark.parametrize("title", ["附表1（作废）", "附表1（备份）", "2018", "1月"])
def test_a_whole_table_passed_over_is_asked_about_where_it_holds_other_figures_for_the_same_time(
    tmp_path: Path, change: CellValue, title: str
) -> None:
    """None changes nothing, "" blanks the copy; two cities' figures may be exchanged in it."""
    other_period = title in ("2018", "1月")
    rule, severity = ("V310", Severity.QUERY) if change and not other_period else ("V306", Severity.NOTE)

    def put(book: Workbook, _: list[list[CellValue]]) -> None:
        copy = book.copy_worksheet(book["附表1"])
        copy.title = title
        if change == "":
            copy.delete_rows(6, len(ROWS))
        elif change == 3:
            copy["C6"] = 3
        elif change:
            copy["C6"], copy["C7"] = copy["C7"].value, copy["C6"].value

    filing, found = judged(tmp_path / "宁夏.xlsx", put, [])
    assert rows_of(filing) == {"附表1": 5, "附表2": 5}
    (finding,) = found
    assert (finding.rule, finding.severity, f"“{title}”" in finding.message_text) == (rule, severity, True)


@pytest.mark.parametrize("column", [None, "C", "L"])
def test_a_copy_that_lacks_some_figures_holds_no_others(tmp_path: Path, column: str | None) -> None:
    """None: it lacks the last columns."""

    def put(book: Workbook, _: list[list[CellValue]]) -> None:
        copy = book.copy_worksheet(book["附表1"])
        copy.title = "备份"
        if column is None:
            copy.delete_cols(9, 5)
        else:
            copy[f"{column}6"] = None

    _, found = judged(tmp_path / "宁夏.xlsx", put, [])
    assert [(finding.rule, finding.severity) for finding in found] == [("V306", Severity.NOTE)]


def test_what_is_passed_over_for_one_reason_is_one_question(tmp_path: Path) -> None:
    def put(book: Workbook, _: list[list[CellValue]]) -> None:
        for title in ("备份1", "备份2", "备份3"):
            copy = book.copy_worksheet(book["附表1"])
            copy.title, copy["C6"] = title, 3

    _, (finding,) = judged(tmp_path / "宁夏.xlsx", put, [])
    assert re.findall("“(备份.)”从A5起", finding.message_text) == ["备份1", "备份2", "备份3"]
