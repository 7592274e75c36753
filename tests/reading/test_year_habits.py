"""Years as offices write them: 18年度, 二〇一八年, behind a region, in the name of a sheet whose text was copied."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hrss12333.model.filing import Table
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.headings import named_column
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.written_years import full_years, year_around, year_in_name

SERVICE = EDITION.form("附表1")
HEADINGS: list[Cell] = [column.heading for column in SERVICE.columns]
HEADER: list[Cell] = ["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001"]
PERIOD: list[Cell] = ["2．数据采集周期为：2019年1月1日至2019年12月31日。"]
CITIES = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市")


def city(name: str, number: int, *, earlier: bool = False) -> list[Cell]:
    agent, ivr, left = 40000 + 3170 * number, 20000 + 710 * number, 3100 + 57 * number
    if earlier:
        agent, ivr, left = agent - 900, ivr - 90, left - 9
    return [number + 2, name, agent + ivr + left, agent, ivr, left, "是", "否", 14, 10, 9, 31 + number, "无"]


ROWS = [city(name, number) for number, name in enumerate(CITIES)]
EARLIER = [city(name, number, earlier=True) for number, name in enumerate(CITIES)]


def tables(*grids: Grid) -> list[Table]:
    return [table for table, _ in read_tables(Book("xlsx", grids), "f.xlsx", EDITION)]


def read(*rows: Sequence[Cell], headings: Sequence[Sequence[Cell]] = (HEADINGS,)) -> Table:
    (table,) = tables(Grid("附表1", (HEADER, *headings, *rows)))
    return table


def figures(table: Table) -> list[tuple[str | None, object]]:
    return [(row.region, row.scalar("calls_agent")) for row in table.rows]


OWN = [(row[1], row[3]) for row in ROWS]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18年度", "2018年度"),
        ("（18年）", "（2018年）"),
        ("'18年", "2018年"),
        ("18年1-12月", "2018年1-12月"),
        ("18年来电情况", "2018年来电情况"),
        ("二〇一八年度", "2018年度"),
        ("二○一九年", "2019年"),
        ("二零二〇年", "2020年"),
        ("18年3月", "18年3月"),
        ("2018年", "2018年"),
        ("运行18年", "运行18年"),
        ("20年来", "20年来"),
        ("第18年", "第18年"),
        ("12333热线20年", "12333热线20年"),
        ("1.18年报", "1.18年报"),
        ("二十年", "二十年"),
    ],
)
def test_a_year_without_its_century_or_in_words(written: str, meant: str) -> None:
    assert full_years(written) == meant


@pytest.mark.parametrize(
    ("name", "rest", "year"),
    [
        ("银川市2018年", "银川市", 2018),
        ("2018年银川市", "银川市", 2018),
        ("银川市（18年度）", "银川市", 2018),
        ("银川市2019", "银川市", 2019),
        ("2018年合计", "合计", 2018),
        ("2018年", "2018年", None),
        ("第八师", "第八师", None),
        ("640100", "640100", None),
    ],
)
def test_a_year_around_a_name(name: str, rest: str, year: int | None) -> None:
    assert year_around(name) == (rest, year)


@pytest.mark.parametrize("title", ["18年度12333电话服务情况调查表", "二〇一八年12333电话服务情况调查表", "（18年度）"])
def test_a_title_names_such_a_year(title: str) -> None:
    (table,) = tables(Grid("附表1", ([title], HEADER, HEADINGS, *ROWS)))
    assert table.year == 2018


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("宁夏18年", 2018),
        ("宁夏（18年度）", 2018),
        ("宁夏二〇一八年", 2018),
        ("宁夏19年", 2019),
        ("宁夏18年19年", None),
        ("宁夏20年1月报", None),
        ("宁夏1月18日", None),
        ("宁夏运行18年", None),
        ("18年12333调查表-宁夏", 2018),
    ],
)
def test_the_name_of_a_file_names_such_a_year(name: str, year: int | None) -> None:
    assert year_in_name(name, 2019) == year


@pytest.mark.parametrize(
    ("this", "last"),
    [("{}2019年", "{}2018年"), ("2019年{}", "18年{}"), ("{}", "{}（2018年）"), ("{}（本年）", "{}（上年）")],
)
def test_two_rows_for_each_region_are_told_apart_by_the_year_in_its_name(this: str, last: str) -> None:
    """Both would count, under names that no list has."""
    lines = []
    for now, before in zip(ROWS, EARLIER, strict=True):
        lines += [[now[0], this.format(now[1]), *now[2:]], [None, last.format(now[1]), *before[2:]]]
    table = read(*lines)
    assert figures(table) == OWN
    told_of = [aside.text for aside in table.asides if "其他年度" in aside.reason]
    assert told_of == [last.format(name) for name in CITIES]


@pytest.mark.parametrize("name", ["2018年合计", "18年合计", "合计（2018年）", "上年合计", "去年总计"])
def test_the_sum_of_another_year_is_not_the_tables(name: str) -> None:
    added = [sum(int(str(row[at])) for row in ROWS) if at in (2, 3, 4, 5, 8, 9, 10, 11) else None for at in range(13)]
    own: list[Cell] = ["合计", *added[1:]]
    table = read(*ROWS, own, [name, None, 7, 4, 2, 1, None, None, 7, 7, 7, 7, None])
    assert table.total is not None
    assert (figures(table), table.total.scalar("calls_agent")) == (OWN, added[3])
    assert [aside.text for aside in table.asides if "其他年度" in aside.reason] == [name]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("来电总量（19年）", "calls_total"),
        ("19年来电总量", "calls_total"),
        ("来电总量（18年）", None),
        ("18年来电总量", None),
    ],
)
def test_a_heading_names_such_a_year(heading: str, key: str | None) -> None:
    found = named_column(SERVICE, heading, 2019)
    assert (found.key if found else None) == key


def test_a_group_of_such_a_year_is_not_this_years() -> None:
    upper: list[Cell] = [*HEADINGS[:2], "18年来电情况", None, None, None, *HEADINGS[6:]]
    lower: list[Cell] = [None, None, *HEADINGS[2:6]]
    table = read(*ROWS, headings=[upper, lower])
    assert {row.scalar("calls_agent") for row in table.rows} == {None}
    assert {problem.field for problem in table.column_problems} >= {"calls_total", "calls_agent"}


@pytest.mark.parametrize("name", ["附表1（18年）", "附表1（2018年）", "2018年附表1"])
def test_a_sheet_named_for_another_year_is_not_read_whatever_its_copied_text_says(name: str) -> None:
    grids = [
        Grid("附表1", (HEADER, HEADINGS, *ROWS, PERIOD)),
        Grid(name, (HEADER, HEADINGS, *EARLIER, PERIOD)),
    ]
    for order in (grids, grids[::-1]):
        (table,) = tables(*order)
        assert (table.sheet, figures(table)) == ("附表1", OWN)
        assert [(aside.text, "2018年度" in aside.reason) for aside in table.asides] == [(name, True)]


def test_of_two_tables_side_by_side_the_years_own_is_read() -> None:
    above: list[Cell] = [*[None] * 14, "2018年数据（上年）"]
    wide = [[*row, None, *old] for row, old in zip(ROWS, EARLIER, strict=True)]
    (table,) = tables(Grid("附表1", (HEADER, above, [*HEADINGS, None, *HEADINGS], *wide)))
    assert figures(table) == OWN
