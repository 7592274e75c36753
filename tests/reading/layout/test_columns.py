"""Columns that are missing, left out on purpose, or under another name; figures in other units than the form's."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.model.filing import Table
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.schema import Kind
from printed_2019 import EDITION

SERVICE, SYSTEMS = EDITION.forms
HEADINGS: list[Cell] = [column.label for column in SERVICE.columns]
LINE = "（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001 邮箱：a@b.cn"
ROW: list[Cell] = [1, "银川市", 300, 100, 100, 100, "是", "否", 20, 10, 5, 33, None]


def read(*rows: Sequence[Cell], above: Sequence[Sequence[Cell]] = ([LINE],), merges: tuple[Box, ...] = ()) -> Table:
    grid = Grid("表", ([SERVICE.title], *above, *rows), merges=merges)
    ((table, _),) = read_tables(Book("xlsx", (grid,)), "f.xlsx", EDITION)[1]
    return table


def renamed(**names: str) -> list[Cell]:
    return [names.get(column.key, column.label) for column in SERVICE.columns]


def test_a_missing_column_names_the_unread_one_that_may_be_it() -> None:
    table = read([*renamed(calls_total="电话总量"), "处室"], [*ROW, "信息处"], [2, "吴忠市", *ROW[2:], "信息处"])
    (problem,) = table.column_problems
    assert problem.field == "calls_total"
    assert "C3“电话总量”" in problem.message.text
    assert "处室" not in problem.message.text
    assert [(item.heading, item.kind, item.filled) for item in table.unread] == [
        ("电话总量", Kind.COUNT, 2),
        ("处室", Kind.TEXT, 2),
    ]


def test_remarks_may_be_left_out() -> None:
    table = read(HEADINGS[:-1], ROW[:-1])
    assert table.column_problems == ()
    assert len(table.rows) == 1


def test_a_part_under_a_groups_heading_is_no_column() -> None:
    for group, listed in (
        ("来电情况（12月）", False),
        ("来电情况（热线）", False),
        ("来电情况", True),
        ("来电情况（次）", True),
    ):
        upper: list[Cell] = [None, None, group, *[None] * 10]
        table = read(upper, HEADINGS, ROW, merges=(Box(2, 2, 2, 5),))
        assert ("calls_total" in table.headings) is listed, group


def test_a_line_or_a_guide_row_names_the_unit_of_measure() -> None:
    guide: list[Cell] = [None, None, "万次", "万次", "万次", "万次", None, None, "人", "人", "个", "人次"]
    figures: list[Cell] = [1, "银川市", 2.5, 1, 1, 0.5, *ROW[6:]]
    for table in (
        read(HEADINGS, guide, figures),
        read(HEADINGS, figures, above=([LINE], ["单位：万次、人、个"])),
        read(HEADINGS, figures, ["注：来电情况各栏以万次计"]),
        read([f"{cell}（万次）" if 2 <= at <= 5 else cell for at, cell in enumerate(HEADINGS)], figures),
    ):
        (row,) = table.rows
        assert [row.number(key) for key in ("calls_total", "calls_abandoned", "staff_total")] == [25_000, 5000, 20]
        assert {scale.field for scale in table.scales} == {
            "calls_total",
            "calls_agent",
            "calls_ivr",
            "calls_abandoned",
        }


def test_a_figure_that_names_its_own_magnitude_is_not_scaled_again() -> None:
    table = read(
        renamed(calls_total="来电总量（万次）"), [1, "银川市", "3万", *ROW[3:]], [2, "吴忠市", "2.5", *ROW[3:]]
    )
    assert [row.number("calls_total") for row in table.rows] == [30_000, 25_000]
    assert [scale.place.a1 for scale in table.scales] == ["C5"]


def test_an_answer_in_two_columns_is_the_one_that_is_ticked() -> None:
    upper = [*HEADINGS[:7], None, *HEADINGS[7:]]
    lower: list[Cell] = [*[None] * 6, "是", "否"]
    rows: list[list[Cell]] = [
        [serial, region, *ROW[2:6], *ticks, *ROW[7:]]
        for serial, (region, ticks) in enumerate(
            [("银川市", ("√", None)), ("吴忠市", (None, "√")), ("固原市", ("√", "√")), ("中卫市", (None, None))], 1
        )
    ]
    for merges in ((Box(2, 6, 2, 7),), ()):
        table = read(upper, lower, *rows, merges=merges)
        assert [row.get("voicemail").value for row in table.rows] == [True, False, None, None]
        assert table.column_problems == ()
        assert [row.get("voicemail").problem is None for row in table.rows] == [True, True, False, False]
        assert table.rows[0].get("complaints").value is False
