"""What becomes of each row: one ordered table; nothing but the regions' rows count, and nothing is dropped unnamed."""

from __future__ import annotations

import pytest

from cases import cases, words
from cell_marks import marks_of
from five_cities import (
    CALLS,
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    figures,
    filing,
    lines,
    loose,
    read,
    regions,
    rules,
    set_aside,
    sheet,
    sums,
    texts,
    unclear,
)
from hrss12333.reading.grid import Box, Cell, Grid

FIVE_CITIES = """
1-5
1-2 / · / · / 3-5
1|样例|2500|1000|1000|500|是|是|150|100|100|1000|无 / 1-5
样例||2500|1000|1000|500|是|是|150|100|100|1000|无 / 1-5
1|某某市|2500|1000|1000|500|是|是|150|100|100|1000|无 / 1-5
1-5 / 7 / 8 / …… / Σ 合计
1-5 / Σ 合计
Σ 全区合计 / 1-5
1-5 / Σ 宁夏回族自治区合计
1-5 / 填表人：|李四||审核人：|王五||电话|0951-5012345
1-5 / Σ 合计 / 制表：|李四|复核：|王五||||日期：|2020-01-10
1-5 / 2020年1月10日
1-5 / 注：|以上数据均已核对
1-5 / 填表说明： / |1．请务必填写联系人及手机号。
甲|乙|1|2|3|4|5|6|7|8|9|10|11 / 1-5
||次|次|次|次|||人|人|个|人次| / 1-5
||（次）|（次）|（次）|（次）|是/否|是/否|（人）|（人）|（个）|（人次）| / 1-5
A|B|C|D|E|F|G|H|I|J|K|L|M / 1-5
1-5 / · / 本表未包括宁东管委会
1-5 / · / 更正情况 / 地区|栏目|原报|更正 / 固原市|咨询员人数|27|25
1-3 / 一|沿黄地区 / 4-5
1-5 / 联系人|王芳|手机号|13800138000|邮箱|w1@163.com
1-5 / 填报单位：|宁夏|联系人：|王芳|手机号：|13800138000
1-5 / 序号|地区|联系人|手机号|邮箱 / 1|银川市|王芳|13800138000|w1@163.com
"""
"""Sheets in which nothing but the five cities is a row of data, each a line."""


@pytest.mark.parametrize("rows", FIVE_CITIES.split("\n")[1:-1])
def test_nothing_but_the_cities_is_a_row(rows: str) -> None:
    table = read(rows)
    assert (regions(table), figures(table)) == (CITIES, CALLS)


@cases("""
    name
    小计 | 川区小计 | 银川市合计 | 沿黄汇总 | 平均 | 平均值 | 人均 | 占比 | 占全区比重 | 同比 | 同比增长 | 较上年增减 | 上年合计 | 上年同期 | 去年
    其中 | 其中：县级 | 1月 | 12月份 | 三季度 | 上半年 | 综合接通率 | 2018年合计 | 排名 | （其中）川区
""")
def test_a_row_that_is_worked_out_from_others_is_named_and_not_counted(name: str) -> None:
    table = read(f"1-5 / Σ 合计 / |{name}|4000|3000|900|100|是|是|15|12|9|20|")
    assert (regions(table), set_aside(table)) == (CITIES, [name])


@pytest.mark.parametrize("name", words("样例 | 示例 | （样例） | XX市 | 某市 | 范例"))
def test_a_sample_is_kept_apart_by_the_whole_text_of_its_name(name: str) -> None:
    table = read(f"1|{name}|2500|1000|1000|500|是|是|150|100|100|1000|无 / 1-5")
    assert (regions(table), len(table.samples)) == (CITIES, 1)


@pytest.mark.parametrize(
    "name", words("合计 | 合 计 | 总计 | 全区合计 | 合计： | 共计 | （合计） | 合计（5个市） | 宁夏合计")
)
@pytest.mark.parametrize("column", [0, 1])
def test_the_total_is_the_tables(name: str, column: int) -> None:
    row = sums(None)
    row[column] = name
    table = read([*ROWS, row])
    assert table.total is not None
    assert (regions(table), table.total.scalar("calls_total")) == (CITIES, sum(map(int, map(str, CALLS))))


def test_the_whole_unit_below_regions_that_are_not_read_is_the_tables() -> None:
    table = read([*ROWS, sums("全区")], headings=[["地名" if h == HEADINGS[1] else h for h in HEADINGS]])
    assert (unclear(table), figures(table), table.total is not None) == (["region"], CALLS, True)


def test_the_whole_units_figure_in_a_doubled_column_is_asked_about_with_the_column() -> None:
    rows = ([*row, row[5]] for row in SYSTEM_ROWS)
    total = [None, "全区", None, None, None, 5000]
    found = filing(Grid("附表2", (lines(HEADER)[0], [*SYSTEM_HEADINGS, SYSTEM_HEADINGS[5]], *rows, total)))
    assert (regions(found.tables[0]), unclear(found.tables[0])) == (CITIES, ["knowledge_entries"])
    assert "V310" not in rules(found)


def test_what_names_a_row_is_its_region_before_its_number() -> None:
    row = [*ROWS[0]]
    row[0] = "样例"
    table = read([row, *ROWS[1:]])
    assert (regions(table), table.samples) == (CITIES, ())
    assert texts(filing(sheet([row, *ROWS[1:]]))) == ["样例"]


def test_a_region_merged_over_rows_names_each_of_them() -> None:
    second = [None, None, *ROWS[0][2:]]
    table = read([ROWS[0], second, *ROWS[1:]], merges=(Box(2, 1, 3, 1),))
    assert regions(table) == ["银川市", *CITIES]


def test_a_region_beside_a_number_or_an_answer_is_a_row_without_figures() -> None:
    assert regions(read("1-4 / 五|中卫市")) == CITIES
    assert regions(read("1-4 / |中卫市||||||是")) == CITIES
    assert regions(read("1-4 / |中卫市")) == CITIES[:4]
    assert texts(filing(sheet("1-4 / |中卫市"))) == ["中卫市"]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("9||100|50|30|20", ""),
        ("||100|||||是", ""),
        ("9|宁东管委会|100|50", "宁东管委会"),
        ("9|宁东管委会||||||是|是", "宁东管委会"),
        ("|未统计|100|50", "未统计"),
    ],
)
def test_two_answers_make_a_row_of_data_named_or_not(row: str, named: str) -> None:
    table = read(f"1-5 / {row}")
    assert regions(table) == [*CITIES, named or None]


def test_an_error_is_as_good_as_a_figure() -> None:
    row: list[Cell] = ["9", "某地", None, None, *[None] * 9]
    grid = Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS, row), marks=marks_of((7, 2), (7, 3), error="#REF!"))
    (table,) = filing(grid).tables
    assert regions(table) == [*CITIES, "某地"]


def test_one_figure_without_a_region_is_no_row() -> None:
    found = filing(sheet("1-5 / |某地|7000"))
    assert (regions(found.tables[0]), texts(found), loose(found)) == (CITIES, ["某地"], [("7000",)])


def test_words_in_two_columns_of_data_end_the_rows() -> None:
    found = filing(sheet("1-5 / 序号|姓名|岗位|职务 / 1|李四|话务|组长 / 9|银川市|100|50"))
    assert regions(found.tables[0]) == CITIES
    assert rules(found) == ["F006"]
    assert texts(found) == ["序号 姓名 岗位 职务\n1 李四 话务 组长\n9 银川市 100 50"]


@pytest.mark.parametrize(
    ("headings", "asked"), [("序号|地区|自助语音量|人工接听量", True), ("序号|地区|来电总量|人工接听量", False)]
)
def test_headings_again_continue_the_table_only_over_their_own_columns(headings: str, asked: bool) -> None:
    found = filing(sheet(f"1-3 / {headings} / 4-5"))
    assert regions(found.tables[0]) == (CITIES[:3] if asked else CITIES)
    assert any("固原市" in text for text in texts(found)) is asked


# Rows of other years


def test_a_year_alone_dates_the_rows_below_it() -> None:
    found = filing(sheet("2019年 / 1-5 / 2018年 / 1-2"))
    (table,) = found.tables
    assert (regions(table), figures(table)) == (CITIES, CALLS)
    assert [(rows.period.year, rows.names, rows.rows[0].place.a1) for rows in table.other_years] == [
        (2018, ("银川市", "石嘴山市"), "B10")
    ]
    assert rules(found) == ["F006", "M705"]


def test_a_total_of_all_years_is_not_asked_about_besides() -> None:
    assert rules(filing(sheet("1-3 / 2018年 / 4-5 / Σ 合计"))) == ["F006", "M705"]


def test_rows_above_the_first_year_are_the_years_own() -> None:
    (table,) = filing(sheet("1-5 / 上年数据 / 1-5")).tables
    assert (regions(table), [rows.period.year for rows in table.other_years]) == (CITIES, [2018])


def test_where_all_rows_are_of_one_year_it_is_the_tables() -> None:
    found = filing(sheet("2018年 / 1-5"))
    assert (found.year, len(found.tables[0].rows)) == (2018, 5)


def test_a_column_of_years_dates_its_rows() -> None:
    rows = [[*row, 2019] for row in ROWS] + [[*row, 2018] for row in ROWS]
    (table,) = filing(sheet(rows, [[*HEADINGS, "年度"]])).tables
    assert (regions(table), [rows.period.year for rows in table.other_years]) == (CITIES, [2018])


def test_a_year_merged_over_rows_dates_each_of_them() -> None:
    rows = [[*row, year] for row, year in zip([*ROWS, *ROWS], [2019, *[None] * 4, 2018, *[None] * 4], strict=True)]
    grid = Grid("附表1", (lines(HEADER)[0], [*HEADINGS, "年度"], *rows), merges=(Box(2, 13, 6, 13), Box(7, 13, 11, 13)))
    (table,) = filing(grid).tables
    assert (regions(table), [rows.period.year for rows in table.other_years]) == (CITIES, [2018])
    assert [len(rows.rows) for rows in table.other_years] == [5]


def test_a_column_of_one_year_dates_the_table() -> None:
    found = filing(sheet([[*row, 2018] for row in ROWS], [[*HEADINGS, "年度"]]))
    assert (found.year, len(found.tables[0].rows)) == (2018, 5)


def test_a_year_in_place_of_its_number_dates_nothing() -> None:
    rows = [[2001 + at, *row[1:]] for at, row in enumerate(ROWS)]
    assert regions(filing(sheet(rows)).tables[0]) == CITIES


def test_a_part_of_the_year_beside_the_same_regions_year_is_not_read() -> None:
    rows = [[*ROWS[0], "2019年"], [*ROWS[0], "2019年1-11月"], [*ROWS[1], "1-11月"]]
    found = filing(sheet(rows, [[*HEADINGS, "统计时间"]]))
    (table,) = found.tables
    assert (regions(table), [(f"{rows.period}", rows.names) for rows in table.other_years]) == (
        CITIES[:2],
        [("2019年1—11月", (CITIES[0],))],
    )


# Rows that the sheet or they themselves take out


@pytest.mark.parametrize("how", ["struck", "hidden"])
def test_struck_and_hidden_rows_are_asked_about_and_not_counted(how: str) -> None:
    marks = marks_of(*[(4, column) for column in range(13)], struck=True) if how == "struck" else {}
    hidden = frozenset((4,)) if how == "hidden" else frozenset[int]()
    found = filing(Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS), marks=marks, hidden_rows=hidden))
    (table,) = found.tables
    assert (regions(table), [item.text for item in table.concealed]) == ([*CITIES[:2], *CITIES[3:]], ["吴忠市"])
    assert "R210" in rules(found)


@pytest.mark.parametrize("word", words("作废 | 此行作废 | 不计入 | 测试"))
@pytest.mark.parametrize("column", [12, 13])
def test_a_row_that_says_so_itself_is_taken_out(word: str, column: int) -> None:
    row: list[Cell] = [*ROWS[2], None]
    row[column] = word
    found = filing(sheet([*ROWS[:2], row, *ROWS[3:]]))
    assert regions(found.tables[0]) == [*CITIES[:2], *CITIES[3:]]
    assert "R210" in rules(found)


def test_beside_other_words_it_takes_out_nothing() -> None:
    row: list[Cell] = [*ROWS[2][:12], "上月数据作废"]
    found = filing(sheet([*ROWS[:2], row, *ROWS[3:]]))
    assert (regions(found.tables[0]), texts(found)) == (CITIES, ["上月数据作废"])


def test_a_part_of_the_year_in_a_remark_takes_out_nothing() -> None:
    row: list[Cell] = [*ROWS[2][:12], "1-11月数据"]
    found = filing(sheet([*ROWS[:2], row, *ROWS[3:]]))
    assert (found.tables[0].period, regions(found.tables[0])) == (None, CITIES)


@pytest.mark.parametrize("above", ["2019年1-11月", "12333电话服务情况调查表（1-11月）", "数据截至11月"])
def test_a_part_of_the_year_above_is_asked_about_and_counts(above: str) -> None:
    found = filing(sheet(ROWS, above=[[above], lines(HEADER)[0]]))
    assert (f"{found.tables[0].period}", regions(found.tables[0])) == ("2019年1—11月", CITIES)
    assert rules(found) == ["F006", "M705"]


def test_a_second_table_of_a_part_of_the_year_is_one_by_itself() -> None:
    title = "12333电话服务情况调查表（1-11月）"
    found = filing(Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS[:3], [], [title], HEADINGS, *ROWS[3:])))
    assert (regions(found.tables[0]), rules(found)) == (CITIES[:3], ["F006", "M705"])


@pytest.mark.parametrize("name", ["附表1作废", "附表1（测试）", "样表", "附表1旧"])
def test_a_sheets_name_takes_its_table_out(name: str) -> None:
    assert filing(sheet(ROWS, name=name)).tables[0].unfit


@pytest.mark.parametrize("name", ["宁夏-作废.xlsx", "测试.xlsx", "宁夏旧.xlsx", "备份.xlsx"])
def test_a_files_name_takes_the_file_out(name: str) -> None:
    found = filing(sheet(ROWS), name=name)
    assert found.unfit
    assert rules(found).count("R210") == 1
