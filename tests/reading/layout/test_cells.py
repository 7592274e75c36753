"""Rows read by sight and rows read with patience are the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hrss12333.reading.layout.row_words import plain_name
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl.utils import coordinate_to_tuple

from cases import words
from draws import drawn
from factory import plan_filing
from filing_layouts import Formula, Sheet
from hrss12333.model.filing import Row, Table
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.rows import RowReader
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

PLANS = plan_filing("广东省")
LAST = len(EDITION.form("附表1").columns) - 1
"""Where 备注 is."""
CELLS: list[Cell] = [
    *words(r"""
    | \s | 是 | 否 | √ | 无 | 有 | 2,500 | １２ | 2.5万 | 互联网 | 业务专网 | 专网 | 广州市 | 广州 | \s广州市 | 珠海市 | 某市 | 样例
    合计 | 合 计 | 小计 | …… | - | 其中：番禺区 | 全省 | 广东省 | 省本级 | 横琴新区 | 填表人：张三 | 备注：无 | 说明 | #REF! | 甲 | 1 | 2
    数据含夜间
    """),
    *(None, 0.0, 5.0, 12, -3.0, 2.5, 1e13, float("nan"), True),
]
"""What may be in a cell below the headings."""


def grid(plan: Sheet, changes: Sequence[tuple[int, int, Cell]] = (), merges: Sequence[Box] = ()) -> Grid:
    """A planned sheet as readers show it, with some cells below the headings changed: whole numbers are int or float."""
    cells: dict[tuple[int, int], Cell] = {}
    for name, content in plan.cells.items():
        row, column = coordinate_to_tuple(name)
        value = content.value if isinstance(content, Formula) else content
        shown = "" if value is None else value
        cells[row - 1, column - 1] = float(shown) if type(shown) is int and row % 2 else shown
    for row, column, changed in changes:
        cells[plan.first_row - 2 + row, column] = changed
    width = max(column for _, column in cells) + 1
    lines = [[cells.get((row, column), "") for column in range(width)] for row in range(max(r for r, _ in cells) + 1)]
    ends = [[coordinate_to_tuple(end) for end in span.split(":")] for span in plan.merges]
    boxes = [Box(top - 1, left - 1, bottom - 1, right - 1) for (top, left), (bottom, right) in ends]
    return Grid(plan.name, tuple(lines), merges=(*boxes, *merges))


def read(sheets: Sequence[Grid], format: str = "xlsx") -> list[Table]:
    return [table for table, _ in read_tables(Book(format, tuple(sheets)), "file", EDITION)[1]]


def told(row: Row | None) -> Any:
    """All that a row says, whatever keeps it."""
    if row is None:
        return None
    counts = [column.key for form in EDITION.forms for column in form.of_kind(Kind.COUNT) if column.key in row.values]
    assert row.numbers(counts) == tuple(row.number(key) for key in counts)
    assert row.figures(counts) == tuple(row.figure(key) for key in counts)
    assert repr(row.scalars_of([*row.values])) == repr(tuple(row.scalar(key) for key in row.values))
    values = dict(row.values), dict(row.noted_values), row.scalars(), row.figures(counts)
    return row.place, row.region, row.match, *values


def everything(tables: Sequence[Table]) -> list[Any]:
    """All that tables say of their rows."""
    return [
        (
            table.sheet,
            [told(row) for row in table.rows],
            [told(row) for row in table.samples],
            told(table.total),
            table.asides,
            table.year,
            [(row.place, column.key, value) for row, column, value in table.noted_values],
        )
        for table in tables
    ]


def patiently(sheets: Sequence[Grid], format: str = "xlsx") -> list[Any]:
    """The same with nothing taken by sight."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RowReader, "_numbered", lambda self, index: None)
        patch.setattr(CellReader, "fits", lambda self, index: False)
        return everything(read(sheets, format))


def test_clean_rows_are_read_by_sight() -> None:
    tables = read([grid(plan) for plan in PLANS.values()])
    assert [len(table.rows) for table in tables] == [21, 21]
    assert all(row.cells >= 0 and not row.noted_values for table in tables for row in table.rows)


def test_a_cell_that_is_not_plain_is_marked_and_the_rest_of_its_row_is_not() -> None:
    (table,) = read([grid(PLANS["附表1"], [(1, 2, "2,500")])])
    (marked,) = table.noted_values
    assert marked[0].cells >= 0
    assert (marked[1].key, marked[2].found, marked[2].value) == ("calls_total", "2,500", 2500)


def test_a_merged_row_is_read_with_patience() -> None:
    plan = PLANS["附表1"]
    (table,) = read([grid(plan, merges=[Box(plan.first_row, 2, plan.first_row + 1, 2)])])
    assert [row.cells < 0 for row in table.rows][:4] == [False, True, True, False]


CHANGES = st.lists(st.tuples(st.integers(0, 26), st.integers(0, 14), st.sampled_from(CELLS)), max_size=40)
MERGES = st.lists(st.tuples(st.integers(6, 28), st.integers(0, 12), st.integers(0, 2), st.integers(0, 2)), max_size=2)


@drawn(
    *(30, 60),
    changes=CHANGES,
    merges=MERGES,
    form=st.sampled_from(["附表1", "附表2"]),
    format=st.sampled_from(["xlsx", "docx"]),
)
def test_both_ways_agree(
    changes: list[tuple[int, int, Cell]], merges: list[tuple[int, int, int, int]], form: str, format: str
) -> None:
    boxes = [Box(row, column, row + tall, column + wide) for row, column, tall, wide in merges if tall or wide]
    sheets = [grid(PLANS[form], changes, boxes)]
    assert repr(everything(read(sheets, format))) == repr(patiently(sheets, format))


_NAMES = """甲甲屯 广卅市 南海 天河区 广州 銀川市 廣州市 广州市（12月） 佛 山市 佛山 市 湛江市 （本级及各县） 市本级 全省 全市 省直
广东省人社厅 长沙市 西安 甲 单位 序号 人次 数值型 ① 1 A calls_total 㐀㐁 同上 作废 甲屯（作废） 某市 样例 合计 广州市合计 珠三角小计
湖南省湘西土家族苗族自治州合计 平均 2018年 手机 联系人 填表人：甲 1．请务必填写本表 注：甲 备注 其中：甲屯 …… 一个比任何地区名称都要长得多的名称市"""
NAMES: list[Cell] = [*_NAMES.split(), "广 州 市", "广州市 Guangzhou", " 甲甲屯", "甲\n甲屯", "", None, 3.0, True]
"""What may stand where a row is named, listed or not."""
REMARKS: list[Cell] = [
    *["无", "联系人", "手机", "审核人：乙", "日期：", "上年同期", "同上", "此行作废", "仅上半年数据"],
    "",
    7.0,
]
Line = tuple[Cell, Cell, list[Cell] | None, Cell]
"""Number, name, figures (None: those of a filing without faults) and remarks of a row of 附表1."""
_BLANK: list[Cell] = [""] * 10
_NUMBERING: list[Cell] = [float(number) for number in range(3, 13)]
FIGURES: list[list[Cell] | None] = [
    _BLANK,
    _NUMBERING,
    ["次"] * 10,
    ["", "", "", "", "是", "否", 9.0, "", "", ""],
    [8.0, "同上", "√", "2,500", "是", "否", "", "", "", ""],
]
SERIALS: list[Cell] = [1.0, 2.0, "1", "", "（一）", "……", -1.0]
NUMBERED = st.tuples(st.sampled_from([1.0, 2.0]), st.sampled_from(NAMES), st.none(), st.sampled_from(["", *REMARKS]))
GUIDES = st.tuples(st.just(2.0), st.sampled_from(NAMES), st.just(_NUMBERING), st.just(""))
ODD = st.tuples(st.sampled_from(SERIALS), st.sampled_from(NAMES), st.sampled_from(FIGURES), st.sampled_from(REMARKS))
HALVES: list[tuple[Line, Line]] = [
    ((1.0, first, figures, ""), ("", second, None if figures else _BLANK, ""))
    for first, second in (("佛", "山市"), ("佛山", "市"), ("甲甲", "屯"), ("广州", "全市"))
    for figures in (None, _BLANK)
]
LINES = st.lists(
    st.one_of(NUMBERED.map(lambda line: [line]), GUIDES.map(lambda line: [line]), ODD.map(lambda line: [line]))
    | st.sampled_from([[*pair] for pair in HALVES]),
    max_size=10,
).map(lambda parts: [line for part in parts for line in part])


def with_lines(lines: Sequence[Line], first: int = 1) -> list[Grid]:
    """A filing whose ``first`` row, counted from the sample's place, and those below are these."""
    changes: list[tuple[int, int, Cell]] = []
    for row, (serial, name, figures, remarks) in enumerate(lines, first):
        given = [(column + 2, figure) for column, figure in enumerate(figures or ())]
        changes += [(row, column, cell) for column, cell in ((0, serial), (1, name), *given, (LAST, remarks))]
    return [grid(PLANS["附表1"], changes)]


def without_unit(sheet: Grid) -> Grid:
    """The sheet of a filing that does not say whose it is."""
    named = [
        [cell.replace("广东", "") if isinstance(cell, str) and "盖章" in cell else cell for cell in line]
        for line in sheet.cells
    ]
    return replace(sheet, cells=tuple(named))


def test_names_of_nobody_knows_whose_filing_are_read_by_sight() -> None:
    ((table, unit),) = read_tables(Book("xlsx", tuple(map(without_unit, with_lines([])))), "file", EDITION)[1]
    assert unit is None
    assert len(table.rows) == 21
    assert all(row.cells >= 0 and row.match is None for row in table.rows)


@drawn(
    *(50, 200),
    lines=LINES,
    first=st.sampled_from([0, 1, 12]),
    format=st.sampled_from(["xlsx", "docx", "csv"]),
    owned=st.booleans(),
)
def test_both_ways_agree_about_odd_names(lines: list[Line], first: int, format: str, owned: bool) -> None:
    sheets = with_lines(lines, first) if owned else list(map(without_unit, with_lines(lines, first)))
    assert repr(everything(read(sheets, format))) == repr(patiently(sheets, format))


@pytest.mark.parametrize(
    "text", ["序号", "甲", " 甲屯", "甲屯 Town", "湖南省湘西土家族苗族自治州合计", "ABC", "12", "说明："]
)
def test_a_text_that_may_be_something_else_is_no_plain_name(text: str) -> None:
    assert plain_name(EDITION.gazetteer.by_name["湖南省"], text) is None


def test_names_that_no_list_has_are_read_by_sight() -> None:
    names = ("甲甲屯", "广卅市", "乙乙开发区", "廣州市", "深 圳 市")
    (table,) = read(with_lines([(2.0, name, None, "") for name in names]))
    assert [row.region for row in table.rows[:5]] == ["甲甲屯", "广卅市", "乙乙开发区", "广州市", "深圳市"]
    assert all(row.cells >= 0 for row in table.rows)
    assert [[*row.noted_values] for row in table.rows[:5]] == [[], [], [], ["region"], ["region"]]
