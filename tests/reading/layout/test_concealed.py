"""What a sheet conceals is no value: rows struck out, hidden or in the colour of their background, and single cells."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from cell_marks import marks_of
from five_cities import judged
from hrss12333.checking.engine import check
from hrss12333.model.filing import Table
from hrss12333.model.finding import Severity
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Box, Cell, Grid, Mark
from hrss12333.reading.layout.sheets import legible
from printed_2019 import EDITION

SERVICE, _ = EDITION.forms
LINE = "（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001 邮箱：a@b.cn"
ROWS: list[list[Cell]] = [
    [1, "银川市", 300, 100, 100, 100, "是", "否", 20, 10, 5, 33, None],
    [2, "石嘴山市", 600, 200, 200, 200, "是", "否", 20, 10, 5, 33, None],
    [3, "吴忠市", 900, 300, 300, 300, "是", "否", 20, 10, 5, 33, None],
]
GRID = Grid("表", ([SERVICE.title], [LINE], [column.label for column in SERVICE.columns], *ROWS))
SECOND = 4
WHOLE = [(SECOND, column) for column in range(12)]


def read(grid: Grid) -> Table:
    (table,) = judged(grid).tables
    return table


def changed(column: int, text: str) -> Grid:
    """The sheet with this text in the second row."""
    cells = [list(line) for line in GRID.cells]
    cells[SECOND][column] = text
    return replace(GRID, cells=tuple(cells))


def found(grid: Grid, name: str = "f.xlsx") -> list[tuple[str, Severity, str | None]]:
    """What R210 says of the sheet in a file of this name."""
    checked = check(judged(grid, name=name), EDITION)
    return [(f.message_text, f.severity, f.cell) for f in checked.findings if f.rule == "R210"]


@pytest.mark.parametrize("marked", [{"hidden_rows": frozenset({SECOND})}, {"marks": marks_of(*WHOLE, struck=True)}])
@pytest.mark.parametrize("remark", ["作废", "此行作废", "测试数据"])
def test_what_a_concealed_row_says_of_itself_takes_no_other_row_out(marked: dict[str, Any], remark: str) -> None:
    grid = replace(changed(12, remark), **marked)
    assert [row.region for row in read(grid).rows] == ["银川市", "吴忠市"]
    assert len(found(grid)) == 1


def test_a_total_that_holds_a_concealed_row_is_asked_about_as_such() -> None:
    sums: list[Cell] = ["合计", None, *[sum(row[at] for row in ROWS) for at in range(2, 6)], None, None, *[None] * 5]  # type: ignore[misc]  # figures
    grid = replace(GRID, cells=(*GRID.cells, sums), hidden_rows=frozenset({SECOND}))
    said = [f.message_text for f in check(judged(grid), EDITION).findings if f.rule == "B403"]
    assert len(said) == 4
    assert "多出的600恰好等于没有计入的“石嘴山市”的数（R210）" in said[0]


@pytest.mark.parametrize(
    ("grid", "how"),
    [
        (replace(GRID, hidden_rows=frozenset({SECOND})), "被隐藏"),
        (replace(GRID, marks=marks_of(*WHOLE, struck=True)), "被划掉"),
        (replace(GRID, marks=marks_of(*WHOLE[1:], struck=True)), "被划掉"),
        (replace(GRID, marks=marks_of(*WHOLE, invisible=True)), "看不见"),
    ],
)
def test_a_concealed_row_is_not_counted_and_is_named_with_its_figures(grid: Grid, how: str) -> None:
    assert [row.region for row in read(grid).rows] == ["银川市", "吴忠市"]
    ((message, severity, cell),) = found(grid)
    assert how in message
    assert "来电总量600" in message
    assert (severity, cell) == (Severity.QUERY, "B5")


@pytest.mark.parametrize(
    "remark", ["作废", "此行作废", "本行数据已作废。", "已撤销", "重复，请删除", "与上行重复", "（删除）", "本行不计入"]
)
def test_a_row_that_its_own_words_take_back_is_not_counted_and_asked_about(remark: str) -> None:
    grid = changed(12, remark)
    assert [row.region for row in read(grid).rows] == ["银川市", "吴忠市"]
    ((message, severity, cell),) = found(grid)
    assert message.startswith(f"“石嘴山市”一行：备注写着“{remark}”，说")
    assert "没有计入（来电总量600、" in message
    assert (severity, cell) == (Severity.QUERY, "B5")


@pytest.mark.parametrize(
    ("title", "part"),
    [
        (f"2019年上半年{SERVICE.title}", "上半年"),
        (f"{SERVICE.title}（1-9月）", "1-9月"),
        (f"2019年{SERVICE.title}", ""),
    ],
)
def test_a_table_of_a_part_of_the_year_is_no_filing_of_the_year(title: str, part: str) -> None:
    """A merge counts none of its rows, so that a check must not let it pass."""
    grid = replace(GRID, cells=([title], *GRID.cells[1:]))
    listed = [
        (severity, cell, f"标题写着“{title}”，说的是一段时间的数" in message) for message, severity, cell in found(grid)
    ]
    assert listed == ([(Severity.ERROR, None, True)] if part else [])


@pytest.mark.parametrize(
    ("name", "holds"),
    [("宁夏1-6月.xlsx", False), ("宁夏半年报.xlsx", False), ("宁夏（作废）.xlsx", False), ("宁夏1-12月.xlsx", True)],
)
def test_a_file_that_does_not_hold_by_its_name_is_no_filing_either(name: str, holds: bool) -> None:
    listed = [(severity, cell) for _, severity, cell in found(GRID, name)]
    assert listed == ([] if holds else [(Severity.ERROR, None)])


def test_a_name_that_is_taken_back_too() -> None:
    assert [row.region for row in read(changed(1, "石嘴山市（作废）")).rows] == ["银川市", "吴忠市"]


@pytest.mark.parametrize(
    "remark", ["不重复", "原系统已撤销", "放弃量不计入", "请勿删除", "数据无误", "旧平台已删除重复工单", "数据", ""]
)
def test_a_row_whose_words_say_something_else_counts(remark: str) -> None:
    assert [row.region for row in read(changed(12, remark)).rows] == ["银川市", "石嘴山市", "吴忠市"]
    assert found(changed(12, remark)) == []


def test_rows_in_plain_sight_are_not_asked_about() -> None:
    assert [row.region for row in read(GRID).rows] == ["银川市", "石嘴山市", "吴忠市"]
    assert found(GRID) == []
    assert found(replace(GRID, hidden_rows=frozenset({7, 8}))) == []


def test_what_is_struck_out_in_a_cell_is_not_its_value() -> None:
    cells = [list(line) for line in GRID.cells]
    cells[SECOND][2] = "4120"  # 3000 was struck out before it
    table = read(replace(GRID, cells=tuple(cells), marks={(SECOND, 2): Mark(cut=True), (SECOND, 3): Mark(struck=True)}))
    row = table.rows[1]
    assert row.number("calls_total") == 4120
    assert "划掉" in str(row.get("calls_total").note)
    assert (row.get("calls_agent").value, row.get("calls_agent").problem) == (None, Problem.MISSING)
    assert "划掉" in str(row.get("calls_agent").note)


def test_a_figure_in_the_colour_of_its_background_is_none() -> None:
    row = read(replace(GRID, marks=marks_of((SECOND, 2), invisible=True))).rows[1]
    assert (row.get("calls_total").value, row.get("calls_total").problem) == (None, Problem.MISSING)
    assert row.number("calls_agent") == 200


def test_a_hidden_column_is_not_read_and_is_named() -> None:
    table = read(replace(GRID, hidden_columns=frozenset({2})))
    assert [row.number("calls_total") for row in table.rows] == [None] * 3
    assert [problem.field for problem in table.column_problems] == ["calls_total"]
    ((message, _, cell),) = found(replace(GRID, hidden_columns=frozenset({2})))
    assert ("“来电总量”栏被隐藏" in message, cell) == (True, "C3")


def test_a_merged_cell_is_shown_as_long_as_one_of_its_columns_is() -> None:
    grid = replace(GRID, merges=(Box(1, 0, 1, 12),), hidden_columns=frozenset({0, 1}))
    assert legible(grid).at(1, 0) == LINE
    assert legible(replace(grid, merges=(Box(1, 0, 1, 1),))).at(1, 0) is None


def test_a_hidden_column_of_serial_numbers_holds_nothing_to_ask_about_and_still_names_the_total() -> None:
    total: list[Cell] = ["合计", None, 1800, 600, 600, 600, None, None, 60, 30, 15, 99, None]
    grid = replace(GRID, cells=(*GRID.cells, total), merges=(Box(1, 0, 1, 12),), hidden_columns=frozenset({0}))
    filing = judged(grid)
    assert [row.region for row in filing.tables[0].rows] == ["银川市", "石嘴山市", "吴忠市"]
    assert filing.tables[0].total
    assert {f.rule for f in check(filing, EDITION).findings} == {f.rule for f in check(judged(GRID), EDITION).findings}


def test_figures_that_are_shown_in_ten_thousands_are_asked_about_once_a_column() -> None:
    some = read(replace(GRID, marks=marks_of((SECOND, 2), scale=10_000)))
    assert [row.number("calls_total") for row in some.rows] == [300, 6_000_000, 900]
    assert [scale.place.a1 for scale in some.scales] == ["C5"]
    every = read(replace(GRID, marks=marks_of(*((row, 2) for row in range(3, 6)), scale=10_000)))
    assert [scale.place.a1 for scale in every.scales] == ["C3"]
