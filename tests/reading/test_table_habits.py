"""Habits of laying out a table: rows of sums by any name, signatures over cells, columns without a heading."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from factory import unit_named
from hrss12333.model.filing import Table
from hrss12333.model.problem import Problem
from hrss12333.reading.account.account import with_account
from hrss12333.reading.account.explained import explained
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.dispositions import OTHER_YEARS
from hrss12333.reading.layout.headings import named_column
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.region_names import match_region
from hrss12333.survey.schema import Kind

SERVICE = EDITION.form("附表1")
HEADINGS: list[Cell] = [column.heading for column in SERVICE.columns]
HEADER: list[Cell] = ["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001"]
CITIES = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市")


def city(name: str | None, number: int = 0) -> list[Cell]:
    """A sound row; another number, other figures."""
    agent, ivr, left = 40000 + 3170 * number, 20000 + 710 * number, 3100 + 57 * number
    staff = [14 + number, 10 + number, 9 + number, 31 + number]
    return [number + 2, name, agent + ivr + left, agent, ivr, left, "是", "否", *staff, "无"]


ROWS = [city(name, number) for number, name in enumerate(CITIES)]


def sums(name: str | None, rows: Sequence[Sequence[Cell]], answers: Sequence[Cell] = (None, None)) -> list[Cell]:
    added: list[Cell] = [sum(cell for row in rows if isinstance(cell := row[at], int)) for at in range(13)]
    return [None, name, *added[2:6], *answers, *added[8:12], None]


def read(
    *rows: Sequence[Cell], headings: Sequence[Sequence[Cell]] = (HEADINGS,), above: Sequence[Cell] = HEADER
) -> Table:
    ((table, _),) = read_tables(Book("xlsx", (Grid("附表1", (above, *headings, *rows)),)), "f.xlsx", EDITION)
    return table


def quoted(*rows: Sequence[Cell], merges: tuple[Box, ...] = ()) -> Table:
    """The table with what of its sheet was not read."""
    book = Book("xlsx", (Grid("附表1", (HEADER, HEADINGS, *rows), merges=merges),))
    owned = read_tables(book, "f.xlsx", EDITION)
    (((table, _),), _) = with_account(book, explained(book, owned, EDITION), owned, EDITION)
    return table


def regions(table: Table) -> list[str | None]:
    return [row.region for row in table.rows]


@pytest.mark.parametrize(
    "name",
    [
        "较上年增减",
        "同比增长",
        "2018年",
        "上一年度",
        "与上年相比",
        "占全区比重",
        "综合接通率",
        "接通率（%）",
        "月均",
        "名次",
    ],
)
def test_rows_reckoned_from_others_are_no_regions(name: str) -> None:
    table = read(*ROWS, sums("合计", ROWS), [None, name, 4000, 3000, 900, 100, "是", "是", 15, 12, 9, 20, None])
    assert regions(table) == list(CITIES)
    assert table.asides


@pytest.mark.parametrize(
    ("heading", "merges"),
    [
        (["一", "沿黄地区"], ()),
        ([1, "沿黄地区"], ()),
        ([None, "（二）沿黄片"], ()),
        (["沿黄地区"], (Box(4, 0, 4, 12),)),
        ([None, "沿黄地区"], (Box(4, 1, 4, 12),)),
    ],
)
def test_the_name_of_a_group_without_figures_is_no_region(heading: list[Cell], merges: tuple[Box, ...]) -> None:
    table = quoted(*ROWS[:2], heading, *ROWS[2:], merges=merges)
    assert regions(table) == list(CITIES)
    assert not any(block.asks for block in table.unread_cells)


def test_a_region_without_figures_is_one_that_lacks_them() -> None:
    assert regions(read(*ROWS[:4], ["五", "中卫市"])) == list(CITIES)


@pytest.mark.parametrize("name", ["共计5个市", "合计5市", "总计（5个市）"])
def test_a_total_that_counts_its_regions_is_the_total(name: str) -> None:
    table = read(*ROWS, sums(name, ROWS))
    assert (regions(table), table.total is not None) == (list(CITIES), True)


@pytest.mark.parametrize(
    "line",
    [
        ["填表人：", "李四", None, "审核人：", "王五", None, "电话", "0951-5012345"],
        ["制表：", "李四", "复核：", "王五", "分管领导：", "赵六", "日期", "2020-01-10"],
    ],
)
def test_names_of_those_who_sign_are_no_regions(line: list[Cell]) -> None:
    assert regions(read(*ROWS, sums("合计", ROWS), line)) == list(CITIES)


def test_a_region_whose_figures_stand_under_a_signature_is_still_read() -> None:
    assert regions(read(*ROWS[:4], ["填表人：", "李四"], ROWS[4])) == list(CITIES)


@pytest.mark.parametrize("heading", [None, "统筹区", "12333中心名称"])
def test_the_column_of_known_regions_names_the_rows_under_any_heading(heading: Cell) -> None:
    table = read(*ROWS, headings=[[HEADINGS[0], heading, *HEADINGS[2:]]])
    assert regions(table) == list(CITIES)
    assert table.headings["region"].a1 == "B2"
    assert [aside.place.a1 for aside in table.asides] == ["B2"]


def test_a_column_of_other_words_names_no_rows() -> None:
    rows = [[row[0], "热线", *row[2:]] for row in ROWS]
    assert "region" not in read(*rows, headings=[[HEADINGS[0], None, *HEADINGS[2:]]]).headings


def grouped(group: str) -> list[list[Cell]]:
    """Two heading rows whose groups were never merged."""
    upper: list[Cell] = ["序号", "地区", group, None, None, None, *HEADINGS[6:8], "队伍建设", None, None, None, "备注"]
    return [upper, [None, None, *HEADINGS[2:6], None, None, *HEADINGS[8:12], None]]


@pytest.mark.parametrize("above", [[], sums("合计", ROWS)], ids=["blank", "total"])
@pytest.mark.parametrize("lead", ["地区", "月份", None])
def test_another_table_below_is_quoted_and_not_read(above: list[Cell], lead: Cell) -> None:
    others: list[list[Cell]] = [[number, name, 95, 99, 3] for number, name in enumerate(CITIES, 1)]
    note: list[Cell] = ["数据采集周期为：2018年1月1日至2018年12月31日。"]
    table = quoted(*ROWS, above, [None, lead, "接通率", "满意度", "同比"], *others, note)
    assert (regions(table), table.year) == (list(CITIES), 2018)
    assert [(block.place.row, block.last.row, block.headed) for block in table.unread_cells] == [(9, 14, True)]


@pytest.mark.parametrize(
    "row",
    [
        [None, "银川市", "未统计", "未统计", "未统计", "未统计"],
        [None, "某地", "120次", "60次"],
        [None, "某地", "无", "不详"],
        [None, "某地", "详见附件", "详见附件", None, None, "是", "否"],
        [7, "某地", "详见附件", "详见附件"],
    ],
)
def test_a_row_with_words_for_figures_is_no_heading(row: list[Cell]) -> None:
    table = read(*ROWS[1:], [], row)
    assert len(table.rows) == 5


@pytest.mark.parametrize("figure", [55, "55"])
def test_yes_and_no_in_the_last_row_but_one_are_no_headings_of_the_ticks_below(figure: Cell) -> None:
    second = EDITION.form("附表2")
    rows: list[list[Cell]] = [
        [None, "银川市", "是", "否", "业务专网", figure, "是", "否", "是", "是", "是", "是", "是", None],
        [None, "吴忠市", "是", "否", "业务专网", figure, "√", "√", "√", "是", "是", "是", "√", None],
    ]
    table = read(*rows, headings=[[column.heading for column in second.columns]])
    assert [[row.scalar(key) for key in ("web", "sms", "app")] for row in table.rows] == [
        [True, False, True],
        [True] * 3,
    ]


def test_a_column_for_each_answer_is_one_column() -> None:
    second = EDITION.form("附表2")
    upper: list[Cell] = [column.heading for column in second.columns]
    upper.insert(7, None)
    lower: list[Cell] = [*[None] * 6, "是", "否"]
    rows: list[list[Cell]] = [
        [None, name, "是", "否", "业务专网", 55, *ticks, "否", "是", "是", "是", "是", "是", None]
        for name, ticks in (("银川市", ["√", None]), ("吴忠市", [None, "√"]))
    ]
    grid = Grid("附表2", (HEADER, upper, lower, *rows), merges=(Box(1, 6, 1, 7),))
    ((table, _),) = read_tables(Book("xlsx", (grid,)), "f.xlsx", EDITION)
    assert [[row.scalar(key) for key in ("web", "sms")] for row in table.rows] == [[True, False], [False, False]]


def test_groups_below_their_headings_part_nothing() -> None:
    upper, lower = grouped("来电情况")
    turned = [[below or above for above, below in zip(upper, lower, strict=True)]]
    turned += [[above if below else None for above, below in zip(upper, lower, strict=True)]]
    table = read(*ROWS, headings=turned)
    assert (table.column_problems, regions(table)) == ((), list(CITIES))
    assert [row.scalar("staff_total") for row in table.rows] == [row[8] for row in ROWS]


@pytest.mark.parametrize("group", ["来电情况（万次）", "来电情况（单位：万次）"])
def test_a_scale_in_a_groups_heading_holds_for_all_its_columns(group: str) -> None:
    row = city("银川市")
    table = read([*row[:2], 9, 6, 2, 1, *row[6:]], headings=grouped(group))
    calls = [column.key for column in SERVICE.of_kind(Kind.COUNT) if column.key.startswith("calls")]
    assert [table.rows[0].scalar(key) for key in calls] == [90000, 60000, 20000, 10000]
    assert [scale.field for scale in table.scales] == calls
    assert table.rows[0].scalar("staff_total") == 14


def test_a_part_in_a_groups_heading_makes_all_its_columns_parts() -> None:
    table = read(*ROWS, headings=grouped("来电情况（12月）"))
    assert {problem.field for problem in table.column_problems} == {k for k in SERVICE.by_key if k.startswith("calls")}


def test_groups_that_were_never_merged_name_their_columns() -> None:
    assert read(*ROWS, headings=grouped("来电情况")).column_problems == ()


def test_last_years_group_that_was_never_merged_names_no_column_of_this_year() -> None:
    upper, lower = grouped("来电情况")
    headings = [[*upper, "上年情况", None], [*lower, "来电总量", "人工接听量"]]
    table = read(*([*row, 9, 8] for row in ROWS), headings=headings)
    assert table.column_problems == ()
    assert [item.heading for item in table.unread] == ["上年情况来电总量", "上年情况人工接听量"]
    assert [row.scalar("calls_agent") for row in table.rows] == [row[3] for row in ROWS]


def test_a_rate_beside_the_calls_takes_nothing_from_what_stands_right_of_it() -> None:
    upper, lower = grouped("来电情况")
    table = read(*([*row, 0.9, 8] for row in ROWS), headings=[[*upper, "接通率", None], [*lower, None, "坐席数"]])
    assert [problem.field for problem in table.column_problems] == ["seats"]


CONTACT: list[Cell] = ["联系人", "张三", "手机", "138 0000 0001（微信同号）", "邮箱", "a@b.gov.cn"]


@pytest.mark.parametrize(
    "above", [["报送单位", "宁夏回族自治区", *CONTACT], ["填报单位", None, "宁夏", None, *CONTACT]]
)
def test_a_header_in_cells_without_colons_is_no_heading(above: list[Cell]) -> None:
    headings = grouped("来电情况")
    table = read(*ROWS, headings=headings, above=above)
    said = {key: value.value for key, value in table.header.items()}
    assert said == {"unit": "宁夏回族自治区", "name": "张三", "mobile": "13800000001", "email": "a@b.gov.cn"}
    assert table.headings["serial"].a1 == "A2"


def test_forms_below_each_other_have_headers_without_colons_of_their_own() -> None:
    second = EDITION.form("附表2")
    lines: list[list[Cell]] = [
        ["报送单位", "宁夏回族自治区", *CONTACT],
        HEADINGS,
        *ROWS,
        ["报送单位", "宁夏", "联系人", "李四", "手机", 13900000002],
    ]
    lines += [
        [column.heading for column in second.columns],
        [1, CITIES[0], "是", "否", "业务专网", 5, *["是"] * 7, None],
    ]
    tables = read_tables(Book("xlsx", (Grid("表", lines),)), "f.xlsx", EDITION)
    assert [(table.form.key, table.header["name"].value) for table, _ in tables] == [
        ("附表1", "张三"),
        ("附表2", "李四"),
    ]
    assert [len(table.rows) for table, _ in tables] == [5, 1]


def test_columns_of_contacts_are_headings() -> None:
    upper, lower = grouped("来电情况")
    headings = [[*upper, "联系人", "联系电话"], [*lower, None, None]]
    table = read(*([*row, "李四", "0951-5012345"] for row in ROWS), headings=headings)
    assert (table.headings["serial"].a1, table.column_problems) == ("A2", ())


def test_a_contact_in_cells_below_the_table_is_no_region() -> None:
    table = read(*ROWS, sums("合计", ROWS), CONTACT, above=["填报单位：宁夏回族自治区"])
    assert regions(table) == list(CITIES)
    assert {key: table.header[key].value for key in ("name", "mobile")} == {"name": "张三", "mobile": "13800000001"}


@pytest.mark.parametrize("name", ["王科", "王小明"])
def test_what_the_contact_is_does_not_part_him_from_his_number(name: str) -> None:
    above: list[Cell] = ["填报单位：", "宁夏回族自治区", "联系人：", name, "职务", "科长", "座机", "0951-5012345"]
    table = read(*ROWS, above=[*above, "手机", "13800000001"])
    assert [table.header[key].value for key in ("name", "mobile")] == [name, "13800000001"]


def test_a_cover_sheet_without_colons() -> None:
    lines: list[list[Cell]] = [["报送单位", "宁夏回族自治区"], ["联系人", "张三"], ["手机号", 13800000001]]
    grids = (Grid("封面", lines), Grid("附表1", (HEADINGS, *ROWS)))
    ((table, unit),) = read_tables(Book("xlsx", grids), "f.xlsx", EDITION)
    assert unit is unit_named("宁夏")
    assert (table.header["name"].value, table.header["mobile"].value) == ("张三", "13800000001")


def test_a_form_in_traditional_characters() -> None:
    words = "序號 地區（市、州） 來電總量 人工接聽量 自助語音量 放棄量 是否開通留言服務 是否開通投訴舉報服務 總人數 諮詢員人數 坐席數 年度培訓人次 備註"
    above: list[Cell] = ["（蓋章）寧夏回族自治區", "聯繫人：張三", "手機號：13800000001"]
    table = read(*ROWS, sums("合計", ROWS), headings=[words.split()], above=above)
    assert (regions(table), table.column_problems, table.total is not None) == (list(CITIES), (), True)
    assert (table.header["name"].value, table.header["mobile"].value) == ("張三", "13800000001")


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("来电总量（=人工接听量+自助语音量+放弃量）", "calls_total"),
        ("来电总量（人工接听量＋自助语音量）", "calls_total"),
        ("年度培训人次（部、省、市）", "training_attendances"),
        ("来电总量（人工接听量）", None),
        ("来电总量（人工接听量+外呼量）", None),
    ],
)
def test_brackets_that_say_what_a_column_is_the_sum_of(heading: str, key: str | None) -> None:
    match = named_column(SERVICE, heading)
    assert (match.key if match else None) == key


@pytest.mark.parametrize(
    "guide", [["填数字", "是/否"], ["填写整数", "填是或否"], ["请填写数字", "请填是或否"], ["（填数字）", "（是/否）"]]
)
def test_a_row_that_says_what_to_fill_in_is_no_region(guide: list[str]) -> None:
    number, answer = guide
    line: list[Cell] = [None, "请填规范名称", *[number] * 4, *[answer] * 2, *[number] * 4, None]
    assert regions(read(line, *ROWS)) == list(CITIES)


SAMPLE: list[Cell] = [2500, 1000, 1000, 500, "是", "是", 150, 100, 100, 1000, "无"]


@pytest.mark.parametrize(
    ("serial", "name"), [(1, "某某市"), (1, "XX市"), (1, "××州"), ("1（样例）", "银川市"), ("样例", "银川市")]
)
def test_the_sample_by_other_names(serial: Cell, name: str) -> None:
    table = read([serial, name, *SAMPLE], *ROWS)
    assert (regions(table), len(table.samples)) == (list(CITIES), 1)


def test_a_region_that_wrote_over_the_sample_is_counted() -> None:
    table = read(["样例", *ROWS[0][1:]], *ROWS[1:])
    assert (regions(table), table.samples) == (list(CITIES), ())


def test_the_contact_is_he_who_is_asked_about_the_work() -> None:
    line: list[Cell] = ["宁夏回族自治区 业务联系人：张三 手机号：13800000001 技术联系人：李四 手机号：13800000002"]
    header = read(*ROWS, above=line).header
    assert (header["name"].value, header["mobile"].value) == ("张三", "13800000001")


def test_years_under_the_headings_part_the_columns() -> None:
    upper: list[Cell] = ["序号", "地区", "来电总量", None, *HEADINGS[3:]]
    lower: list[Cell] = [None, None, "2018年", "2019年"]
    rows = [[*row[:2], 1, row[2], *row[3:]] for row in ROWS]
    table = read(*rows, headings=[upper, lower])
    assert {row.scalar("calls_total") for row in table.rows} == {None}
    assert {row.get("calls_total").problem for row in table.rows} == {Problem.COLUMN_UNCLEAR}


@pytest.mark.parametrize("given", [2018, "2018年", "2018年度", 2018.0])
def test_a_column_of_years_tells_the_year(given: Cell) -> None:
    rows = [[row[0], given, *row[1:]] for row in ROWS]
    headings: list[Cell] = [HEADINGS[0], "年度", *HEADINGS[1:]]
    assert read(*rows, headings=[headings]).year == 2018


def test_rows_of_other_years_are_named_and_not_read() -> None:
    rows = [
        [row[0], year, *row[1:3], *(row[3:] if year == 2019 else [7] * 10)] for row in ROWS for year in (2018, 2019)
    ]
    table = read(*rows, headings=[[HEADINGS[0], "年度", *HEADINGS[1:]]])
    assert (regions(table), table.year) == (list(CITIES), None)
    assert [row.scalar("calls_agent") for row in table.rows] == [row[3] for row in ROWS]
    assert [aside.place.a1 for aside in table.asides if "2018年" in aside.reason] == ["C3", "C5", "C7", "C9", "C11"]


def test_a_column_of_several_other_years_tells_none() -> None:
    rows = [[row[0], 2016 + number % 2, *row[1:]] for number, row in enumerate(ROWS)]
    table = read(*rows, headings=[[HEADINGS[0], "年度", *HEADINGS[1:]]])
    assert (regions(table), table.year) == (list(CITIES), None)


@pytest.mark.parametrize(
    ("first", "second"), [("2018年", "2019年"), ("2018年度", "2019年度"), ("2019年度", "2018年度"), ("上年", "本年")]
)
@pytest.mark.parametrize("merged", [True, False])
def test_of_two_years_side_by_side_the_years_own_columns_are_read(first: str, second: str, merged: bool) -> None:
    own = 1 if first.startswith("2019") else 0
    upper: list[Cell] = ["序号", "地区", first, *[None] * 9, second]
    lower: list[Cell] = [None, None, *HEADINGS[2:12], *HEADINGS[2:12]]
    lines = [[*row[:2], *(row[2:12] if own else [7] * 10), *([7] * 10 if own else row[2:12])] for row in ROWS]
    boxes = (Box(1, 2, 1, 11), Box(1, 12, 1, 21), Box(1, 0, 2, 0), Box(1, 1, 2, 1)) if merged else ()
    grid = Grid("附表1", (HEADER, upper, lower, *lines), merges=boxes)
    ((table, _),) = read_tables(Book("xlsx", (grid,)), "f.xlsx", EDITION)
    assert table.column_problems == ()
    assert [row.scalar("calls_agent") for row in table.rows] == [row[3] for row in ROWS]
    assert len(table.unread) == 10


@pytest.mark.parametrize("over", ["2018年来电情况", "2018年度来电情况"])
def test_columns_under_a_group_of_another_year_are_another_figure(over: str) -> None:
    """Headings that nobody merged: the year stands over the first of the columns alone."""
    upper: list[Cell] = [*HEADINGS[:2], "来电情况", None, None, None, *HEADINGS[6:], over]
    lower: list[Cell] = [None, None, *HEADINGS[2:6], *[None] * 7, *HEADINGS[2:6]]
    table = read(*([*row, 7, 7, 7, 7] for row in ROWS), headings=[upper, lower])
    assert table.column_problems == ()
    assert [row.scalar("calls_agent") for row in table.rows] == [row[3] for row in ROWS]
    assert next(column.heading for column in table.unread) == f"{over}来电总量"


def test_a_figure_above_repeated_headings_is_no_year() -> None:
    """1920 in the last row of a printed page stands above a heading of the next."""
    last = city("石嘴山市", 1906)
    lines = (HEADER, HEADINGS, city("银川市", 1), last, HEADINGS, city("吴忠市", 7))
    ((table, _),) = read_tables(Book("xlsx", (Grid("附表1", lines),)), "f.xlsx", EDITION)
    assert (table.column_problems, table.unread) == ((), ())
    assert [row.scalar("staff_total") for row in table.rows] == [15, 1920, 21]


@pytest.mark.parametrize(("first", "second"), [("", "2018年度"), ("2018年度", "")])
def test_a_table_of_another_year_in_the_same_sheet_is_named_and_not_read(first: str, second: str) -> None:
    own, old = ROWS, [city(name, 9) for name in CITIES]
    lines: list[Sequence[Cell]] = []
    for year in (first, second):
        lines += [[f"{year}{SERVICE.title}"], HEADER, HEADINGS, *(old if year else own), []]
    ((table, _),) = read_tables(Book("xlsx", (Grid("附表1", tuple(lines)),)), "f.xlsx", EDITION)
    assert table.year is None
    assert [row.scalar("calls_agent") for row in table.rows] == [row[3] for row in ROWS]
    assert ["2018年度的附表1，没有读取" in aside.reason for aside in table.asides] == [True]


@pytest.mark.parametrize("name", ["1月", "附表1（1季度）", "2019年上半年", "附表1_第三季度", "1-6月"])
def test_a_part_of_the_year_beside_the_whole_is_named_and_not_read(name: str) -> None:
    grids = (Grid("附表1", (HEADER, HEADINGS, *ROWS)), Grid(name, (HEADER, HEADINGS, *(city(n, 9) for n in CITIES))))
    ((table, _),) = read_tables(Book("xlsx", grids), "f.xlsx", EDITION)
    assert (table.sheet, [aside.text for aside in table.asides]) == ("附表1", [name])


@pytest.mark.parametrize("name", ["附表1（1月15日修改）", "附表1（最终）"])
def test_a_later_version_beside_the_first_is_read(name: str) -> None:
    grids = (Grid("附表1", (HEADER, HEADINGS, *ROWS)), Grid(name, (HEADER, HEADINGS, *(city(n, 9) for n in CITIES))))
    assert len(read_tables(Book("xlsx", grids), "f.xlsx", EDITION)) == 2


@pytest.mark.parametrize("name", ["2018年", "2018", "附表1（2018年）", "附表1_2018", "上年数据", "去年"])
def test_last_years_sheet_beside_this_years_is_named_and_not_read(name: str) -> None:
    grids = (Grid("附表1", (HEADER, HEADINGS, *ROWS)), Grid(name, (HEADER, HEADINGS, *(city(n, 9) for n in CITIES))))
    ((table, _),) = read_tables(Book("xlsx", grids), "f.xlsx", EDITION)
    assert table.sheet == "附表1"
    assert [aside.text for aside in table.asides] == [name]


def test_a_sheet_by_months_beside_the_form_is_named_and_not_read() -> None:
    lines: list[list[Cell]] = [[f"{month}月", 40, 20, 10, 10] for month in range(1, 13)]
    months = Grid("分月", (["月份", *HEADINGS[2:6]], *lines))
    ((table, _),) = read_tables(Book("xlsx", (Grid("附表1", (HEADER, HEADINGS, *ROWS)), months)), "f.xlsx", EDITION)
    assert [aside.text for aside in table.asides] == ["分月"]


def test_a_cover_sheet_fills_headers_that_were_left_blank() -> None:
    blank: list[Cell] = ["（盖章）      省（自治区、直辖市）  联系人：      手机号：    邮箱：   "]
    cover = Grid("封面", (["填报单位：", "宁夏回族自治区"], ["联系人：", "张三"], ["手机号：", "13800000001"]))
    ((table, unit),) = read_tables(Book("xlsx", (cover, Grid("附表1", (blank, HEADINGS, *ROWS)))), "f.xlsx", EDITION)
    assert unit is not None
    assert (table.header["name"].value, table.header["mobile"].value) == ("张三", "13800000001")


def test_bracketed_rows_of_last_year_are_no_regions() -> None:
    assert regions(read(ROWS[0], [None, "（上年）", *city(None, 7)[2:]], *ROWS[1:])) == list(CITIES)


@pytest.mark.parametrize(
    "names", [("沿黄合计", "山区合计"), ("沿黄地区汇总", "山区汇总"), ("沿黄（小计）", "山区（小计）")]
)
def test_sums_of_areas_are_no_sum_of_the_table(names: tuple[str, str]) -> None:
    table = read(*ROWS[:3], sums(names[0], ROWS[:3]), *ROWS[3:], sums(names[1], ROWS[3:]))
    assert regions(table) == list(CITIES)
    assert table.total is None
    assert [(aside.place.a1, aside.reason) for aside in table.asides] == [
        ("B6", "小计行，不计入数据"),
        ("B9", "小计行，不计入数据"),
    ]


@pytest.mark.parametrize("name", ["宁夏合计", "全区合计", "各市合计", "合计"])
def test_a_sum_of_everything_is_the_tables_whatever_follows(name: str) -> None:
    table = read(sums(name, ROWS), *ROWS)
    assert table.total is not None
    assert table.total.place.a1 == "B3"
    assert table.asides == ()


def test_a_row_of_letters_and_dashes_under_the_numbers_is_no_region() -> None:
    numbers: list[Cell] = [str(number + 1) for number in range(13)]
    assert regions(read(numbers, ["甲", "乙", *["—"] * 11], *ROWS)) == list(CITIES)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("银川市①", "银川市"),
        ("银川市注1", "银川市"),
        ("银川市[12]", "银川市"),
        ("银川市本级及各县区", "银川市"),
        ("银川市全市", "银川市"),
        ("银川市人力资源社会保障局信息中心", "银川市"),
        ("银川市12", None),
        ("银川市本级及兴庆", None),
    ],
)
def test_marks_and_offices_around_a_region(written: str, name: str | None) -> None:
    assert match_region(unit_named("宁夏"), written).name == name


def test_a_header_right_of_the_table() -> None:
    told: list[list[Cell]] = [["单位", "宁夏"], ["联系人", "张三"], ["手机号", "13800000001"], ["邮箱", "a@b.cn"]]
    rows = [[*row, None, *label] for row, label in zip(ROWS, told, strict=False)]
    table = read(*rows, above=["2019年"])
    assert {key: value.value for key, value in table.header.items()} == {
        "unit": "宁夏回族自治区",
        "name": "张三",
        "mobile": "13800000001",
        "email": "a@b.cn",
    }
    assert regions(table) == list(CITIES[:4])


def test_columns_of_contacts_right_of_the_table_are_no_header() -> None:
    headings = [*HEADINGS, None, "联系人", "手机号"]
    rows = [[*row, None, "张三", "13800000001"] for row in ROWS]
    table = read(*rows, headings=(headings,), above=["2019年"])
    assert [value.value for value in table.header.values() if value.found] == []


def test_the_unit_is_told_below_the_table() -> None:
    table = read(*ROWS, [None], ["填报单位：宁夏回族自治区", "联系人：张三"], above=["2019年"])
    assert table.header["unit"].value == "宁夏回族自治区"
    assert table.header["name"].value == "张三"


@pytest.mark.parametrize(
    "line",
    [
        [1, None, "张三", "13800000001"],
        [None, None, "0951-5012345"],
        [None, None, 0.95, 0.8],
        [None, None, 13800000001, None, None, "见通讯录"],
    ],
)
@pytest.mark.parametrize("gap", [0, 1])
def test_a_list_of_the_regions_below_the_table_is_quoted_and_not_read(line: list[Cell], gap: int) -> None:
    listed = [[line[0], name, *line[2:]] for name in CITIES]
    table = quoted(*ROWS, *[[None]] * gap, *listed)
    assert regions(table) == list(CITIES)
    assert table.unread_cells[0].place.row == 8 + gap


def test_a_list_below_may_begin_a_column_further_left() -> None:
    table = read(*ROWS, [None], *[[name, "张三", "13800000001"] for name in CITIES])
    assert regions(table) == list(CITIES)


@pytest.mark.parametrize(
    "below",
    [
        [[None, "银川市", *city("银川市", 7)[2:8], "约二十人"]],
        [[None, "银川市", 500, "见附件"]],
        [[None, "永宁县", "张三", "13800000001"], [None, "贺兰县", "李四", "13800000002"]],
        [[None, "银川市", 500, 200], [None, "吴忠市", 400, 100]],
    ],
)
def test_rows_below_that_may_be_the_forms_are_read(below: list[list[Cell]]) -> None:
    assert regions(read(*ROWS, [None], *below)) == [*CITIES, *(row[1] for row in below)]


@pytest.mark.parametrize("line", ["2018年", "附：2018年数据（供参考）", "去年同期"])
@pytest.mark.parametrize("gap", [0, 1])
def test_the_same_regions_below_another_years_line_are_named_and_not_read(line: str, gap: int) -> None:
    last = [city(name, number + 20) for number, name in enumerate(CITIES)]
    table = read(*ROWS, *[[None]] * gap, [None, line], *last)
    assert regions(table) == list(CITIES)
    assert [(aside.place.row, aside.reason) for aside in table.asides] == [(8 + gap, OTHER_YEARS)]


@pytest.mark.parametrize("line", ["2019年", "2018年和2019年新增", "2018年银川市系统升级，数据从新系统上线后开始统计"])
def test_a_line_that_gives_the_rows_to_no_other_year_parts_nothing(line: str) -> None:
    table = read(*ROWS[:3], [None, line], ROWS[1], *ROWS[3:])
    assert regions(table) == [*CITIES[:3], CITIES[1], *CITIES[3:]]


def test_a_line_of_another_year_above_new_regions_parts_nothing() -> None:
    assert regions(read(*ROWS[:3], [None, "2018年新开通"], *ROWS[3:])) == list(CITIES)


@pytest.mark.parametrize(
    ("unit", "written", "name"),
    [
        ("兵团", "8师", "第八师石河子市"),
        ("兵团", "十一师", "第十一师"),
        ("兵团", "14师昆玉市", "第十四师昆玉市"),
        ("兵团", "15师", None),
        ("重庆", "石柱自治县", "石柱土家族自治县"),
        ("重庆", "彭水县", "彭水苗族土家族自治县"),
        ("海南", "琼中", "琼中黎族苗族自治县"),
        ("海南", "白沙自治县", "白沙黎族自治县"),
        ("重庆", "白沙自治县", None),
    ],
)
def test_divisions_and_autonomous_counties_by_shorter_names(unit: str, written: str, name: str | None) -> None:
    assert match_region(unit_named(unit), written).name == name


@pytest.mark.parametrize(
    "guide",
    [
        [column.key for column in SERVICE.columns],
        [f"C{number}" for number in range(13)],
        [None, None, *["数值型"] * 4, "字符型", "字符型", *["数值型"] * 4],
        [None, "填写说明", "填全年总量", None, None, None, "是/否", None, "含管理人员"],
    ],
)
def test_a_row_for_programs_or_about_filling_in_is_no_region(guide: list[Cell]) -> None:
    table = read(guide, *ROWS)
    assert regions(table) == list(CITIES)
    assert [row.number("calls_total") for row in table.rows] == [row[2] for row in ROWS]


def test_answers_in_letters_are_data() -> None:
    row: list[Cell] = [1, "银川市", 70, 40, 20, 10, "yes", "no", 9, 8, 7, 6]
    assert regions(read(row)) == ["银川市"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("是否开通留言服务？", "voicemail"),
        ("A1来电总量", "calls_total"),
        ("F12 年度培训人次", "training_attendances"),
        ("培训（人次）", "training_attendances"),
        ("话务员人数", "agents"),
        ("话务人员总数", None),
        ("AB1来电总量", None),
    ],
)
def test_codes_and_question_marks_around_a_heading(heading: str, key: str | None) -> None:
    found = named_column(SERVICE, heading)
    assert (found and found.key) == key


@pytest.mark.parametrize("name", ["（样例）某市", "样例：某某市", "【示例】××市"])
def test_a_sample_named_beside_its_label(name: str) -> None:
    sample = [1, name, *[column.sample for column in SERVICE.columns][2:]]
    table = read(["是" if cell is True else "否" if cell is False else cell for cell in sample], *ROWS)
    assert (regions(table), len(table.samples)) == (list(CITIES), 1)


@pytest.mark.parametrize("beside", ["\n{}", " {}", "（{}）"])
@pytest.mark.parametrize("words", ["Total calls (2019)", "ᠨᠡᠢᠳᠡ", "جەمئىي", "འབྲེལ་གཏུག"])
def test_a_translation_beside_a_heading_changes_nothing(words: str, beside: str) -> None:
    found = named_column(SERVICE, "来电总量" + beside.format(words.removesuffix(" (2019)")), 2019)
    assert found is not None
    assert found.key == "calls_total"


@pytest.mark.parametrize("text", ["来电总量 APP", "来电总量VIP", "Total calls", "来电总量（人工）\nagent"])
def test_words_in_capitals_or_chinese_limits_are_no_translation(text: str) -> None:
    assert named_column(SERVICE, text, 2019) is None


def test_a_row_of_translations_below_the_headings_is_no_data() -> None:
    english: list[Cell] = [
        "No.",
        "Region",
        "Total calls",
        "Agent",
        "IVR",
        "Abandoned",
        "Voicemail",
        "Complaints",
        "Staff",
    ]
    for row in (english, ["رەت", "رايون", *["ئومۇمىي"] * 9]):
        assert regions(read(row, *ROWS)) == list(CITIES)


def test_12333_before_a_heading_changes_nothing() -> None:
    headings = [f"12333{text}" if text in ("来电总量", "坐席数") else text for text in HEADINGS]
    table = read(*ROWS, headings=[headings])
    assert (table.column_problems, regions(table)) == ((), list(CITIES))


@pytest.mark.parametrize("name", ["培训人数", "年度培训次数", "培训场次"])
def test_what_is_counted_otherwise_is_another_column(name: str) -> None:
    headings = [name if "培训" in str(text) else text for text in HEADINGS]
    table = read(*ROWS, headings=[headings])
    assert [problem.field for problem in table.column_problems] == ["training_attendances"]
    assert {row.get("training_attendances").value for row in table.rows} == {None}


@pytest.mark.parametrize("name", ["来电总量（更正）", "修改后来电总量", "来电总量核定数"])
def test_a_column_of_corrections_beside_its_own_is_not_passed_over(name: str) -> None:
    rows = [[*row[:3], number, *row[3:]] for number, row in enumerate(ROWS)]
    rows[0][3] = rows[0][2]
    table = read(*rows, headings=[[*HEADINGS[:3], name, *HEADINGS[3:]]])
    assert [problem.field for problem in table.column_problems] == ["calls_total"]
    assert [row.get("calls_total").value for row in table.rows] == [ROWS[0][2], None, None, None, None]


@pytest.mark.parametrize("other", ["2018年", "上年数", "计划数"])
@pytest.mark.parametrize("first", [True, False])
def test_two_groups_of_the_same_columns_are_told_by_what_stands_over_them(other: str, first: bool) -> None:
    width = len(HEADINGS) - 2
    groups: list[Cell] = [other, "2019年"] if first else ["2019年", other]
    over: list[Cell] = [None, None, groups[0], *[None] * (width - 1), groups[1], *[None] * (width - 1)]
    merges = (Box(1, 2, 1, 1 + width), Box(1, 2 + width, 1, 1 + 2 * width))
    wrong = [[cell + 7 if isinstance(cell, int) else cell for cell in row[2:]] for row in ROWS]
    rows = [[*row[:2], *(old + row[2:] if first else row[2:] + old)] for row, old in zip(ROWS, wrong, strict=True)]
    grid = Grid("附表1", (HEADER, over, [*HEADINGS, *HEADINGS[2:]], *rows), merges=merges)
    ((table, _),) = read_tables(Book("xlsx", (grid,)), "f.xlsx", EDITION)
    assert [row.get("calls_total").value for row in table.rows] == [row[2] for row in ROWS]
    assert table.column_problems == ()


@pytest.mark.parametrize("line", ["附：2018年数据", "上年数据"])
def test_headings_below_a_line_with_another_year_do_not_go_on_with_the_table(line: str) -> None:
    other: list[list[Cell]] = [[line], HEADINGS[:6], *([*row[:2], 10, 5, 3, 2] for row in ROWS)]
    table = read(*ROWS, [], *other)
    assert [row.get("calls_total").value for row in table.rows] == [row[2] for row in ROWS]
    assert "这张工作表是2018年度的附表1，没有读取" in [aside.reason for aside in table.asides]


@pytest.mark.parametrize("heading", ["月份", "季度"])
def test_a_table_of_months_below_is_another_though_its_headings_are_the_forms(heading: str) -> None:
    months: list[list[Cell]] = [[heading, *HEADINGS[2:6]], ["1月", 10, 5, 3, 2], ["2月", 10, 5, 3, 2]]
    table = read(*ROWS, [], *months)
    assert (regions(table), table.column_problems) == (list(CITIES), ())
    assert [aside.reason for aside in table.asides] == ["这张工作表也有附表1，但没有地区一栏，没有读取"]


def test_a_check_row_below_the_sums_is_no_region() -> None:
    assert regions(read(*ROWS, sums("合计", ROWS), [None, "校验", 0, 0, 0, 0])) == list(CITIES)


@pytest.mark.parametrize("beside", ["{}\nYinchuan", "{} ᠬᠥᠬᠡᠬᠣᠲᠠ", "ལྷ་ས\n{}", "{}（شەھىرى）"])
def test_a_region_with_its_name_in_another_script(beside: str) -> None:
    assert regions(read(*([row[0], beside.format(row[1]), *row[2:]] for row in ROWS))) == list(CITIES)


def test_a_table_of_pairs_with_the_contact_in_it_names_its_region() -> None:
    pairs: list[list[Cell]] = [
        ["报送单位", "宁夏回族自治区", "联系人", "张三"],
        ["手机号", "13800000001", "邮箱", "a@b.cn"],
    ]
    pairs += [["地区", "银川市"], *([text, value] for text, value in zip(HEADINGS[2:], ROWS[0][2:], strict=True))]
    ((table, unit),) = read_tables(Book("docx", (Grid("表格1", tuple(pairs)),)), "f.docx", EDITION)
    assert unit is unit_named("宁夏")
    assert [(row.region, row.get("calls_total").value) for row in table.rows] == [("银川市", ROWS[0][2])]
    assert table.header["mobile"].value == "13800000001"


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("联系人（张三） 手机号（13800000001）", "name", "张三"),
        ("联系人 Contact：张三 手机号：13800000001", "name", "张三"),
        ("联络员：张三 移动电话：13800000001", "name", "张三"),
        ("联络员：张三 移动电话：13800000001", "mobile", "13800000001"),
        ("联系人：张三 手机号：13800000001 邮箱：a@b.cn\n附表2", "email", "a@b.cn"),
        ("宁夏回族自治区 Ningxia 联系人：张三 手机号：13800000001", "unit", "宁夏回族自治区"),
    ],
)
def test_contacts_in_brackets_and_two_languages(line: str, key: str, value: str) -> None:
    table = read(*ROWS, above=[f"（盖章）{line}" if "宁夏" in line else f"（盖章）宁夏回族自治区 {line}"])
    assert table.header[key].value == value


def moved(row: Sequence[Cell], at: int, by: int) -> list[Cell]:
    """A row of which a cell was deleted (-1) or inserted (1), as Excel then moves the rest."""
    return [*row[:at], *row[at + 1 :], None] if by < 0 else [*row[:at], None, *row[at:]]


@pytest.mark.parametrize(("at", "by"), [(3, -1), (5, -1), (6, -1), (7, -1), (2, 1), (4, 1), (7, 1), (9, 1)])
def test_a_row_whose_cells_were_moved_is_asked_about_where_they_do_not_fit(at: int, by: int) -> None:
    table = read(*ROWS[:2], moved(ROWS[2], at, by), *ROWS[3:])
    assert {row.region for row in table.rows if any(v.problem for v in row.values.values())} == {CITIES[2]}


@pytest.mark.parametrize(
    ("at", "cell"), [(6, 5), (8, "是"), (11, "2500\n2600"), (2, "见备注"), (7, None), (12, "系统升级")]
)
def test_one_wrong_cell_does_not_make_a_row_a_moved_one(at: int, cell: Cell) -> None:
    table = read(*ROWS[:2], [*ROWS[2][:at], cell, *ROWS[2][at + 1 :]], *ROWS[3:])
    asked = [column.key for column in SERVICE.data if column.kind is not Kind.TEXT]
    assert sum(table.rows[2].get(key).value is None for key in asked) == (at != 12)


def test_of_a_column_of_cities_and_one_of_their_counties_the_counties_name_the_rows() -> None:
    counties = ("永宁县", "贺兰县", "大武口区", "惠农区", "盐池县")
    headings: list[Cell] = [HEADINGS[0], "市州", "县（市、区）", *HEADINGS[2:]]
    rows = [
        [row[0], None if at % 2 else row[1], county, *row[2:]]
        for at, (row, county) in enumerate(zip(ROWS, counties, strict=True))
    ]
    assert regions(read(*rows, headings=[headings])) == list(counties)
