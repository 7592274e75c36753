"""What becomes of a row: those of regions are read; sums, shares, guides, signatures and other years are not."""

from __future__ import annotations

import pytest
from hrss12333.reading.layout.dispositions import OTHER_YEARS

from cases import cases
from five_cities import (
    CALLS,
    CITIES,
    ROWS,
    SERVICE,
    city,
    figures,
    quoted,
    read,
    regions,
    set_aside,
    sheet,
    sums,
    tables,
)
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Box, Cell
from hrss12333.survey.schema import Kind

FIVE_CITIES = """
1-5 / Σ 合计 / 填表人：|李四||审核人：|王五||电话|0951-5012345
1-5 / Σ 合计 / 制表：|李四|复核：|王五|分管领导：|赵六|日期|2020-01-10
1-4 / 填表人：|李四 / 5
1-5 / Σ 合计 / |校验|0|0|0|0
1 / |（上年）|90659|62190|24970|3499|是|否|21|17|16|38|无 / 2-5
1-3 / |2018年新开通 / 4-5
1-5 / · / 本表未包括宁东管委会
1-5 / · / 更正情况 / 地区|栏目|原报|更正 / 固原市|咨询员人数|27|25
1-5 / · / 银川市|张三|'13800000001 / 石嘴山市|张三|'13800000001 / 吴忠市|张三|'13800000001 / 固原市|张三|'13800000001
'1|'2|'3|'4|'5|'6|'7|'8|'9|'10|'11|'12|'13 / 甲|乙|—|—|—|—|—|—|—|—|—|—|— / 1-5
|请填规范名称|填数字|填数字|填数字|填数字|是/否|是/否|填数字|填数字|填数字|填数字| / 1-5
|请填规范名称|填写整数|填写整数|填写整数|填写整数|填是或否|填是或否|填写整数|填写整数|填写整数|填写整数| / 1-5
|请填规范名称|请填数字|请填数字|请填数字|请填数字|请填是或否|请填是或否|请填数字|请填数字|请填数字|请填数字| / 1-5
|请填规范名称|（填数字）|（填数字）|（填数字）|（填数字）|（是/否）|（是/否）|（填数字）|（填数字）|（填数字）|（填数字）| / 1-5
C0|C1|C2|C3|C4|C5|C6|C7|C8|C9|C10|C11|C12 / 1-5
||数值型|数值型|数值型|数值型|字符型|字符型|数值型|数值型|数值型|数值型 / 1-5
|填写说明|填全年总量||||是/否||含管理人员 / 1-5
No.|Region|Total calls|Agent|IVR|Abandoned|Voicemail|Complaints|Staff / 1-5
رەت|رايون|ئومۇمىي|ئومۇمىي|ئومۇمىي|ئومۇمىي|ئومۇمىي|ئومۇمىي|ئومۇمىي|ئومۇمىي|ئومۇمىي / 1-5
"""
"""Sheets in which nothing but the five cities is a row of data, each a line."""


@pytest.mark.parametrize("rows", [*FIVE_CITIES.split("\n")[1:-1], [[column.key for column in SERVICE.columns], *ROWS]])
def test_nothing_but_the_cities_is_a_row(rows: str) -> None:
    table = read(rows)
    assert (regions(table), figures(table)) == (CITIES, CALLS)


@cases("""
    name
    较上年增减 | 同比增长 | 2018年 | 上一年度 | 与上年相比 | 占全区比重 | 综合接通率 | 接通率（%） | 月均 | 名次
""")
def test_rows_reckoned_from_others_are_no_regions(name: str) -> None:
    table = read(f"1-5 / Σ 合计 / |{name}|4000|3000|900|100|是|是|15|12|9|20|")
    assert regions(table) == CITIES
    assert table.asides


@pytest.mark.parametrize(
    ("heading", "merges"),
    [
        ("一|沿黄地区", ()),
        ("1|沿黄地区", ()),
        ("|（二）沿黄片", ()),
        ("沿黄地区", (Box(4, 0, 4, 12),)),
        ("|沿黄地区", (Box(4, 1, 4, 12),)),
    ],
)
def test_the_name_of_a_group_without_figures_is_no_region(heading: str, merges: tuple[Box, ...]) -> None:
    table = quoted(f"1-2 / {heading} / 3-5", merges=merges)
    assert regions(table) == CITIES
    assert not any(block.is_question for block in table.unread_cells)


def test_a_region_without_figures_is_one_that_lacks_them() -> None:
    assert regions(read("1-4 / 五|中卫市")) == CITIES


@pytest.mark.parametrize("serial", ["", "2"])
def test_of_which_alone_names_no_region(serial: str) -> None:
    table = read(f"1 / {serial}|其中|30|10|10|10|是|否|4|3|2|1| / 2-5")
    assert (regions(table), [aside.text for aside in table.asides]) == (CITIES, ["其中"])


@pytest.mark.parametrize("name", ["共计5个市", "合计5市", "总计（5个市）"])
def test_a_total_that_counts_its_regions_is_the_total(name: str) -> None:
    table = read(f"1-5 / Σ {name}")
    assert (regions(table), table.total is not None) == (CITIES, True)


@pytest.mark.parametrize("names", ["沿黄合计 山区合计", "沿黄地区汇总 山区汇总", "沿黄（小计） 山区（小计）"])
def test_sums_of_areas_are_no_sum_of_the_table(names: str) -> None:
    first, second = names.split()
    table = read(f"1-3 / Σ {first} 1-3 / 4-5 / Σ {second} 4-5")
    assert (regions(table), table.total) == (CITIES, None)
    assert set_aside(table) == [("B6", "小计行，不计入数据"), ("B9", "小计行，不计入数据")]


@pytest.mark.parametrize("name", ["宁夏合计", "全区合计", "各市合计", "合计"])
def test_a_sum_of_everything_is_the_tables_whatever_follows(name: str) -> None:
    table = read(f"Σ {name} / 1-5")
    assert table.total is not None
    assert (table.total.place.a1, table.asides) == ("B3", ())


@pytest.mark.parametrize("name", ["2018年合计", "18年合计", "合计（2018年）", "上年合计", "去年总计"])
def test_the_sum_of_another_year_is_not_the_tables(name: str) -> None:
    own = ["合计", *sums(None)[1:]]
    table = read([*ROWS, own, [name, None, 7, 4, 2, 1, None, None, 7, 7, 7, 7, None]])
    assert table.total is not None
    assert (figures(table), table.total.scalar("calls_total")) == (CALLS, own[2])
    assert [aside.text for aside in table.asides if "其他年度" in aside.reason] == [name]


@pytest.mark.parametrize("beside", ["{}\nYinchuan", "{} ᠬᠥᠬᠡᠬᠣᠲᠠ", "ལྷ་ས\n{}", "{}（شەھىرى）"])
def test_a_region_with_its_name_in_another_script(beside: str) -> None:
    assert regions(read([[row[0], beside.format(row[1]), *row[2:]] for row in ROWS])) == CITIES


@pytest.mark.parametrize(
    "row",
    [
        "|银川市|未统计|未统计|未统计|未统计",
        "|某地|120次|60次",
        "|某地|无|不详",
        "|某地|详见附件|详见附件|||是|否",
        "7|某地|详见附件|详见附件",
    ],
)
def test_a_row_with_words_for_figures_is_no_heading(row: str) -> None:
    assert len(read(f"2-5 / · / {row}").rows) == 5


def test_answers_in_letters_are_data() -> None:
    assert regions(read("1|银川市|70|40|20|10|yes|no|9|8|7|6")) == ["银川市"]


@pytest.mark.parametrize("begins", ["1|某某市", "1|XX市", "1|××州", "1（样例）|银川市", "样例|银川市"])
def test_the_sample_by_other_names(begins: str) -> None:
    table = read(f"{begins}|2500|1000|1000|500|是|是|150|100|100|1000|无 / 1-5")
    assert (regions(table), len(table.samples)) == (CITIES, 1)


@pytest.mark.parametrize("name", ["（样例）某市", "样例：某某市", "【示例】××市"])
def test_a_sample_named_beside_its_label(name: str) -> None:
    sample = [1, name, *[column.sample for column in SERVICE.columns][2:]]
    table = read([["是" if cell is True else "否" if cell is False else cell for cell in sample], *ROWS])
    assert (regions(table), len(table.samples)) == (CITIES, 1)


def test_a_region_that_wrote_over_the_sample_is_counted() -> None:
    table = read([["样例", *ROWS[0][1:]], *ROWS[1:]])
    assert (regions(table), table.samples) == (CITIES, ())


# Other tables and lists below

LISTS = (
    [1, None, "张三", "13800000001"],
    [None, None, "0951-5012345"],
    [None, None, 0.95, 0.8],
    [None, None, 13800000001, None, None, "见通讯录"],
)


@pytest.mark.parametrize("line", LISTS)
@pytest.mark.parametrize("gap", [0, 1])
def test_a_list_of_the_regions_below_the_table_is_quoted_and_not_read(line: list[Cell], gap: int) -> None:
    table = quoted([*ROWS, *[[None]] * gap, *([line[0], name, *line[2:]] for name in CITIES)])
    assert (regions(table), table.unread_cells[0].place.row) == (CITIES, 8 + gap)


@pytest.mark.parametrize(
    ("below", "names"),
    [
        ("|银川市|90659|62190|24970|3499|是|否|约二十人", "银川市"),
        ("|银川市|500|见附件", "银川市"),
        ("|永宁县|张三|'13800000001 / |贺兰县|李四|'13800000002", "永宁县 贺兰县"),
        ("|银川市|500|200 / |吴忠市|400|100", "银川市 吴忠市"),
    ],
)
def test_rows_below_that_may_be_the_forms_are_read(below: str, names: str) -> None:
    assert regions(read(f"1-5 / · / {below}")) == [*CITIES, *names.split()]


@pytest.mark.parametrize("above", ["·", "Σ 合计"])
@pytest.mark.parametrize("lead", ["地区", "月份", ""])
def test_another_table_below_is_quoted_and_not_read(above: str, lead: str) -> None:
    others = " / ".join(f"{number}|{name}|95|99|3" for number, name in enumerate(CITIES, 1))
    note = "数据采集周期为：2018年1月1日至2018年12月31日。"
    table = quoted(f"1-5 / {above} / |{lead}|接通率|满意度|同比 / {others} / {note}")
    assert (regions(table), table.year) == (CITIES, 2018)
    assert [(block.place.row, block.last.row, block.headed) for block in table.unread_cells] == [(9, 14, True)]


@pytest.mark.parametrize("heading", ["月份", "季度"])
def test_a_table_of_months_below_is_another_though_its_headings_are_the_forms(heading: str) -> None:
    table = read([*ROWS, [], [heading, *(column.heading for column in SERVICE.columns[2:6])],
                  ["1月", 10, 5, 3, 2], ["2月", 10, 5, 3, 2]])  # fmt: skip
    assert (regions(table), table.column_problems) == (CITIES, ())
    assert [reason for _, reason in set_aside(table)] == ["这张工作表也有附表1，但没有地区一栏，没有读取"]


# Rows of other years


@pytest.mark.parametrize("line", ["2018年", "附：2018年数据（供参考）", "去年同期"])
@pytest.mark.parametrize("gap", [0, 1])
def test_the_same_regions_below_another_years_line_are_named_and_not_read(line: str, gap: int) -> None:
    last = [city(name, number + 20) for number, name in enumerate(CITIES)]
    table = read([*ROWS, *[[None]] * gap, [None, line], *last])
    assert (regions(table), set_aside(table)) == (CITIES, [(f"B{8 + gap}", OTHER_YEARS)])


@pytest.mark.parametrize("line", ["2019年", "2018年和2019年新增", "2018年银川市系统升级，数据从新系统上线后开始统计"])
def test_a_line_that_gives_the_rows_to_no_other_year_parts_nothing(line: str) -> None:
    assert regions(read(f"1-3 / |{line} / 2 / 4-5")) == [*CITIES[:3], CITIES[1], *CITIES[3:]]


@pytest.mark.parametrize("line", ["附：2018年数据", "上年数据"])
def test_headings_below_a_line_with_another_year_do_not_go_on_with_the_table(line: str) -> None:
    head = [column.heading for column in SERVICE.columns[:6]]
    table = read([*ROWS, [], [line], head, *([*row[:2], 10, 5, 3, 2] for row in ROWS)])
    assert figures(table) == CALLS
    assert "这张工作表是2018年度的附表1，没有读取" in [reason for _, reason in set_aside(table)]


@pytest.mark.parametrize(
    ("this", "last"),
    [("{}2019年", "{}2018年"), ("2019年{}", "18年{}"), ("{}", "{}（2018年）"), ("{}（本年）", "{}（上年）")],
)
def test_two_rows_for_each_region_are_told_apart_by_the_year_in_its_name(this: str, last: str) -> None:
    """Both would count, under names that no list has."""
    rows = [row for number, name in enumerate(CITIES) for row in (city(this.format(name), number),
            [None, *city(last.format(name), number + 9)[1:]])]  # fmt: skip
    table = read(rows)
    assert (regions(table), figures(table)) == (CITIES, CALLS)
    told_of = [aside.text for aside in table.asides if "其他年度" in aside.reason]
    assert told_of == [last.format(name) for name in CITIES]


# Rows whose cells were moved


def moved(row: list[Cell], at: int, by: int) -> list[Cell]:
    """A row of which a cell was deleted (-1) or inserted (1), as Excel then moves the rest."""
    return [*row[:at], *row[at + 1 :], None] if by < 0 else [*row[:at], None, *row[at:]]


@pytest.mark.parametrize(("at", "by"), [(3, -1), (5, -1), (6, -1), (7, -1), (2, 1), (4, 1), (7, 1), (9, 1)])
def test_a_row_whose_cells_were_moved_is_asked_about_where_they_do_not_fit(at: int, by: int) -> None:
    table = read([*ROWS[:2], moved(ROWS[2], at, by), *ROWS[3:]])
    assert {row.region for row in table.rows if any(v.problem for v in row.values.values())} == {CITIES[2]}


@pytest.mark.parametrize(
    ("at", "cell"), [(6, 5), (8, "是"), (11, "2500\n2600"), (2, "见备注"), (7, None), (12, "系统升级")]
)
def test_one_wrong_cell_does_not_make_a_row_a_moved_one(at: int, cell: Cell) -> None:
    table = read([*ROWS[:2], [*ROWS[2][:at], cell, *ROWS[2][at + 1 :]], *ROWS[3:]])
    asked = [column.key for column in SERVICE.data if column.kind is not Kind.TEXT]
    assert sum(table.rows[2].get(key).value is None for key in asked) == (at != 12)


def test_a_figure_that_is_not_filled_in_is_no_sign_of_a_row_that_moved() -> None:
    table = read([[*ROWS[0][:5], None, *ROWS[0][6:]], *ROWS[1:]])
    assert [(key, value.note) for key, value in table.rows[0].noted_values.items()] == [("calls_abandoned", None)]


# Columns of years


@pytest.mark.parametrize("given", [2018, "2018年", "2018年度", 2018.0])
def test_a_column_of_years_tells_the_year(given: Cell) -> None:
    assert read([[row[0], given, *row[1:]] for row in ROWS], with_years()).year == 2018


def with_years() -> list[list[Cell]]:
    """The headings with 年度 before the region."""
    words: list[Cell] = [column.heading for column in SERVICE.columns]
    return [[words[0], "年度", *words[1:]]]


def test_rows_of_other_years_are_named_and_not_read() -> None:
    rows = [
        [row[0], year, *row[1:3], *(row[3:] if year == 2019 else [7] * 10)] for row in ROWS for year in (2018, 2019)
    ]
    table = read(rows, with_years())
    assert (regions(table), table.year) == (CITIES, None)
    assert figures(table, "calls_agent") == [row[3] for row in ROWS]
    assert [at for at, reason in set_aside(table) if "2018年" in reason] == ["C3", "C5", "C7", "C9", "C11"]


@pytest.mark.parametrize("first", [2018, 2019])
@pytest.mark.parametrize("heading", ["年度", "项目", None])
def test_of_two_years_of_a_merged_name_the_years_own_is_read(first: int, heading: str | None) -> None:
    rows, boxes = list[list[Cell]](), list[Box]()
    for at, row in enumerate(ROWS):
        for year in (first, 4037 - first):
            own = row if year == 2019 else [*row[:2], *(7 for _ in row[2:])]
            rows.append([*((row[0], row[1]) if year == first else (None, None)), f"{year}年", *own[2:]])
        boxes += [Box(2 * at + 2, column, 2 * at + 3, column) for column in (0, 1)]
    words: list[Cell] = [column.heading for column in SERVICE.columns]
    table = read(rows, [[*words[:2], heading, *words[2:]]], merges=boxes)
    assert (regions(table), figures(table)) == (CITIES, CALLS)
    assert sum("2018年" in reason for _, reason in set_aside(table)) == len(CITIES)


def test_a_column_of_several_other_years_tells_none() -> None:
    table = read([[row[0], 2016 + number % 2, *row[1:]] for number, row in enumerate(ROWS)], with_years())
    assert (regions(table), table.year) == (CITIES, None)


def test_years_under_the_headings_part_the_columns() -> None:
    upper, lower = [*with_years()[0][:1], *with_years()[0][2:4], None, *with_years()[0][4:]], "||2018年|2019年"
    table = read([[*row[:2], 1, row[2], *row[3:]] for row in ROWS], [upper, lower.split("|")])
    assert figures(table) == [None] * 5
    assert {row.get("calls_total").problem for row in table.rows} == {Problem.COLUMN_UNCLEAR}


def test_a_figure_above_repeated_headings_is_no_year() -> None:
    """1920 in the last row of a printed page is above a heading of the next."""
    head: list[Cell] = [column.heading for column in SERVICE.columns]
    (table,) = tables(sheet([city("银川市", 1), city("石嘴山市", 1906), head, city("吴忠市", 7)]))
    assert (table.column_problems, table.unread) == ((), ())
    assert figures(table, "staff_total") == [15, 1920, 21]
