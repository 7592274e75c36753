"""A form too wide for its paper, cut between its columns: in two tables of a Word file, sheets, or one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cell_marks import marks_of, struck
from hrss12333.model.filing import Table
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.candidates import page_breaks_joined
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions.y2019 import EDITION

SERVICE = EDITION.form("附表1")
HEADER: list[Cell] = ["（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"]
HEADINGS: list[Cell] = [column.heading for column in SERVICE.columns]
ROWS: list[list[Cell]] = [
    [number, name, 90 + number, 60, 20, 10 + number, "是", "否", 14, 10, 9 + number, 31, "无"]
    for number, name in enumerate(("银川市", "石嘴山市", "吴忠市"), 1)
]
TOTAL: list[Cell] = [None, "合计", 276, 180, 60, 36, None, None, 42, 30, 33, 93, None]


def part(rows: Sequence[Sequence[Cell]], *, right: bool, cut: int = 8) -> list[list[Cell]]:
    """The columns on one side of the cut; 序号 and 地区 stand on both."""
    return [[*row[:2], *(row[cut:] if right else row[2:cut])] for row in rows]


def read(*grids: Grid) -> list[Table]:
    return [table for table, _ in read_tables(Book("xlsx", grids), "f.xlsx", EDITION)]


LEFT = [HEADER, *part([HEADINGS, *ROWS, TOTAL], right=False)]
RIGHT = part([HEADINGS, *ROWS, TOTAL], right=True)


@pytest.mark.parametrize(
    "grids",
    [
        (Grid("表格1", LEFT), Grid("表格2", RIGHT)),
        (Grid("附表1", [*LEFT, *RIGHT]),),
        (Grid("附表1", [*LEFT, ["续表"], *RIGHT]),),
    ],
    ids=["apart", "below", "below 续表"],
)
def test_the_parts_are_one_table(grids: tuple[Grid, ...]) -> None:
    (table,) = read(*grids)
    assert [[row.get(column.key).found for column in SERVICE.columns] for row in table.rows] == ROWS
    assert (table.column_problems, table.header["name"].value) == ((), "张三")
    assert table.total is not None
    assert table.total.number("training_attendances") == 93


def test_a_column_that_neither_part_has_is_missing() -> None:
    right = [row[:-2] for row in RIGHT]
    (table,) = read(Grid("表格1", LEFT), Grid("表格2", right))
    assert [problem.field for problem in table.column_problems] == ["training_attendances"]


@pytest.mark.parametrize(
    "other",
    [
        part([HEADINGS, *ROWS[:2]], right=True),  # not the same regions
        [HEADINGS, *ROWS],  # not other columns
        part([HEADINGS, *ROWS, ROWS[0]], right=True),  # one region twice
    ],
)
def test_what_is_no_other_part_stays_a_table_of_its_own(other: list[list[Cell]]) -> None:
    assert len(read(Grid("表格1", LEFT), Grid("表格2", other))) == 2


def test_what_is_struck_below_a_page_break_is_struck_in_the_whole() -> None:
    above = Grid("表格1", [HEADINGS, *ROWS[:2]])
    below = Grid("表格2", ROWS[2:], marks=marks_of(*((0, column) for column in range(13)), struck=True))
    (whole,) = page_breaks_joined([above, below], EDITION)
    assert len(struck(whole)) == 13
    (table,) = read(whole)
    assert [row.region for row in table.rows] == ["银川市", "石嘴山市"]
    assert [item.text for item in table.concealed] == ["吴忠市"]


@pytest.mark.parametrize("name", ["2018年", "附表1（旧）", "备份"])
def test_columns_of_another_year_or_an_old_copy_complete_nothing(name: str) -> None:
    tables = read(Grid("附表1", LEFT), Grid(name, RIGHT))
    assert "seats" not in tables[0].headings
