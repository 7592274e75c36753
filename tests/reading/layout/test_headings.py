"""Where a form stands: by two thirds of its columns in one heading of up to three rows; and what is refused, and how."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from cases import cases
from five_cities import (
    CALLS,
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SERVICE,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    SYSTEMS,
    document,
    figures,
    filing,
    lines,
    loose,
    read,
    refusal,
    regions,
    rules,
    set_aside,
    sheet,
    tables,
    texts,
    unclear,
)
from hrss12333.model.filing import Unreadable
from hrss12333.reading.grid import Box, Cell, Grid
from hrss12333.reading.layout.heading_words import named_column

GROUPS: list[Cell] = [
    *("序号", "地区\n（市、州）", "来电情况", None, None, None, "是否开通\n留言服务", "是否开通\n投诉举报服务"),
    *("队伍建设", None, None, None, "备注"),
]
UNDER: list[Cell] = [
    *(None, None, "来电总量", "人工接听量", "自助语音量", "放弃量", None, None),
    *("总人数", "咨询员\n人数", "坐席数", "年度培训\n人次", None),
]
OVER_GROUPS = (Box(1, 2, 1, 5), Box(1, 8, 1, 11))
TALL = (Box(1, 0, 2, 0), Box(1, 1, 2, 1), Box(1, 6, 2, 6), Box(1, 7, 2, 7), Box(1, 12, 2, 12))


@cases(r"""
    key              text
    calls_total      来电总量 | 来 电\n总量 | 来电总量： | *来电总量 | ＊来电总量 | 来电总量（次） | 来电总量/次 | 来电总量（2018年） | 来电量
    calls_total      来电情况-来电总量 | 来电总量① | 来电总量（含重复）（次）
    calls_abandoned  放弃量（含排队放弃） | 放弃 | 放弃量【次】
    seats            座席数 | 坐席数（个） | 坐 席 数 | 队伍建设坐席数
    staff_total      总人数（人） | 人员总数 | 总人数/人
    region           地区（市、州） | 地区 | 市（州、盟） | 地市/州
    voicemail        是否开通留言服务 | 留言服务（是/否）
    None             上年来电总量 | 其中：来电总量 | 来电总量同比 | 2018年来电总量 | 人工接听率 | 坐席利用率 | 来电总量 Total calls
    None             总人数其中外包 | 是 | （12月）来电总量 | 放弃量占比
""")
def test_a_heading_is_the_columns_own_or_an_alias_whatever_is_around_it(key: str, text: str) -> None:
    """And nothing else names a column."""
    assert str(getattr(named_column(SERVICE, text), "key", None)) == key


@pytest.mark.parametrize(
    ("headings", "merges"),
    [
        ([GROUPS, UNDER], (*OVER_GROUPS, *TALL)),
        ([GROUPS, UNDER], ()),
        ([HEADINGS], ()),
        (
            [[str(cell).partition("\n")[0] for cell in HEADINGS], [str(cell).partition("\n")[2] for cell in HEADINGS]],
            (),
        ),
        ([[str(h)[:2] for h in HEADINGS], [str(h)[2:4] for h in HEADINGS], [str(h)[4:] for h in HEADINGS]], ()),
        ([GROUPS, UNDER, ["", "", "次", "次", "次", "次", "是/否", "是/否", "人", "人", "个", "人次", ""]], ()),
        ([HEADINGS, ["甲", "乙", *range(1, 12)]], ()),
    ],
)
def test_a_heading_has_up_to_three_rows_and_one_of_units_or_numbers_is_passed_over(
    headings: list[list[Cell]], merges: tuple[Box, ...]
) -> None:
    found = filing(sheet(ROWS, headings, merges=merges))
    (table,) = found.tables
    assert (regions(table), figures(table), unclear(table), texts(found)) == (CITIES, CALLS, [], [])


def test_words_over_the_headings_are_lines_above_the_table() -> None:
    over: list[Cell] = [None] * 13
    over[2] = "上年情况"
    assert filing(sheet(ROWS, [over, HEADINGS])).year == 2018
    over[2] = "1-6月"
    assert f"{filing(sheet(ROWS, [over, HEADINGS])).tables[0].part}" == "2019年1—6月"


def test_two_thirds_of_the_columns_make_a_table_and_a_third_less_does_not() -> None:
    nine = [0, 1, 2, 3, 4, 5, 8, 9, 10]
    (table,) = tables(Grid("表", tuple([[row[at] for at in nine] for row in (HEADINGS, *ROWS)])))
    assert unclear(table) == ["voicemail", "complaints", "training_attendances"]
    eight = nine[:-1]
    found = refusal(Grid("表", tuple([[row[at] for at in eight] for row in (HEADINGS, *ROWS)])))
    assert "工作表“表”：只找到附表1的部分栏目名称，缺少" in found
    four = [[row[at] for at in nine[:4]] for row in (HEADINGS, *ROWS)]
    assert "的表头，只有“来电总量”、“人工接听量”等栏目名称" in refusal(Grid("表", tuple(four)))


def test_a_refused_workbook_is_of_the_unit_that_it_names_and_its_words_are_quoted() -> None:
    four = [[row[at] for at in range(4)] for row in (HEADINGS, *ROWS)]
    found = document(Grid("表", ([HEADER.partition(" |")[0], "填报单位：宁夏"], *four, ["银川数据有误"])))
    assert isinstance(found, Unreadable)
    assert (found.unit and found.unit.short, found.texts[0].text.endswith("\n银川数据有误")) == ("宁夏", True)


def test_columns_in_any_order_anywhere_on_any_sheet() -> None:
    order = [12, 5, 1, 9, 2, 11, 3, 0, 4, 7, 6, 10, 8]
    moved = [[None] * 4 + [row[at] for at in order] for row in (HEADINGS, *ROWS)]
    (table,) = tables(Grid("说明", (["填报注意"],)), Grid("表", ([], [], [], *moved)))
    assert (regions(table), figures(table), unclear(table)) == (CITIES, CALLS, [])


def test_headings_repeated_further_down_continue_the_table() -> None:
    table = read("1-2 / Σ 合计 1-2 / H / 3-5 / Σ 合计 3-5")
    assert (regions(table), len(table.earlier_totals)) == (CITIES, 1)
    assert rules(filing(sheet("1-2 / Σ 合计 1-2 / H / 3-5 / Σ 合计 3-5"))) == ["F006"]
    assert rules(filing(sheet("1-2 / Σ 合计 1-2 / H / 3-5 / Σ 合计"))) == ["F006"]
    assert rules(filing(sheet("1-2 / Σ 合计 3-4 / H / 3-5 / Σ 合计"))) == ["B403"] * 8 + ["F006"]


def test_a_word_table_goes_on_under_its_headings_and_is_quoted_without_them() -> None:
    first = Grid("表格1", (HEADINGS, *ROWS[:3]), before=(HEADER,))
    found = filing(first, Grid("表格2", (HEADINGS, *ROWS[3:]), before=("续表",)), kind="docx")
    assert ([*map(regions, found.tables)], rules(found)) == ([CITIES[:3], CITIES[3:]], ["F006"])
    found = filing(first, Grid("表格2", tuple(ROWS[3:])), kind="docx")
    assert ([*map(regions, found.tables)], rules(found)) == ([CITIES[:3]], ["F006", "R204", "V310", "V310"])
    assert all(name in texts(found)[0] for name in CITIES[3:])


def test_headings_repeated_under_a_header_of_their_own_begin_another_table() -> None:
    second: list[list[Cell]] = [["（盖章）宁夏回族自治区", "联系人：李四"], HEADINGS, *ROWS[2:]]
    found = tables(Grid("表", (lines(HEADER)[0], HEADINGS, *ROWS[:2], [], *second)))
    assert [(len(table.rows), table.header["name"].value) for table in found] == [(2, "张三"), (3, "李四")]


def test_the_two_forms_may_be_one_below_the_other_under_one_header() -> None:
    found = filing(
        Grid(
            "表",
            ([SERVICE.title], lines(HEADER)[0], HEADINGS, *ROWS, [], [SYSTEMS.title], SYSTEM_HEADINGS, *SYSTEM_ROWS),
        )
    )
    assert [(table.form.key, len(table.rows), table.header["name"].value) for table in found.tables] == [
        ("附表1", 5, "张三"),
        ("附表2", 5, "张三"),
    ]
    assert texts(found) == []
    first, second = ((SERVICE, HEADINGS, ROWS), (SYSTEMS, SYSTEM_HEADINGS, SYSTEM_ROWS))
    of_word = [Grid(form.key, (headings, *rows), before=(form.title,)) for form, headings, rows in (first, second)]
    found = filing(replace(of_word[0], before=(SERVICE.title, HEADER)), of_word[1], kind="docx")
    assert (rules(found), [table.header["name"].value for table in found.tables]) == ([], ["张三", "张三"])


def test_who_signed_below_the_second_form_is_no_header_of_it_beside_that_above_both() -> None:
    signed = "联系人：李四  联系电话：0951-1234567"
    one = Grid("表", (lines(HEADER)[0], HEADINGS, *ROWS, [], SYSTEM_HEADINGS, *SYSTEM_ROWS, [signed]))
    first = Grid("表格1", (HEADINGS, *ROWS), before=(HEADER,))
    second = Grid("表格2", (SYSTEM_HEADINGS, *SYSTEM_ROWS), after=(signed,))
    for found in (filing(one), filing(first, second, kind="docx")):
        assert (rules(found), [table.header["name"].value for table in found.tables]) == ([], ["张三", "张三"])
        assert texts(found) == []
    words = "联系电话：0951-1234567（数据有误）"
    assert texts(filing(first, replace(second, after=(words,)), kind="docx")) == [words]


# What is behind a heading


def test_words_behind_a_heading_are_quoted_and_units_are_not() -> None:
    headings = [*HEADINGS]
    headings[2], headings[5], headings[8] = "来电总量（不含外呼）", "放弃量（次）", "总人数（必填）"
    found = filing(sheet(ROWS, [headings]))
    assert (texts(found), unclear(found.tables[0])) == (["不含外呼"], [])


def test_a_year_behind_a_heading_is_evidence_like_a_line_above_the_table() -> None:
    headings = [*HEADINGS]
    headings[2] = "来电总量（2018年）"
    assert filing(sheet(ROWS, [headings])).year == 2018


@pytest.mark.parametrize("group", ["2018年来电情况", "来电情况2018年", "2018年"])
def test_a_year_in_a_groups_heading_is_evidence_and_no_part_of_the_columns_names(group: str) -> None:
    found = filing(sheet(ROWS, [[*GROUPS[:2], group, *GROUPS[3:]], UNDER], merges=OVER_GROUPS))
    assert (found.year, unclear(found.tables[0]), figures(found.tables[0])) == (2018, [], CALLS)


@pytest.mark.parametrize("beside", ["队伍建设", None])
def test_a_groups_heading_with_a_year_need_not_be_merged(beside: str | None) -> None:
    over: list[Cell] = [None, None, "2018年来电情况", *[None] * 5, beside]
    assert filing(sheet(ROWS, [over, HEADINGS])).year == 2018


def test_a_part_of_the_year_behind_a_heading_is_the_tables() -> None:
    headings = [*HEADINGS]
    headings[2] = "来电总量（1-11月）"
    assert f"{filing(sheet(ROWS, [headings])).tables[0].part}" == "2019年1—11月"


def test_of_two_headings_the_one_without_more_words_is_meant() -> None:
    found = filing(sheet([[*row, 9] for row in ROWS], [[*HEADINGS, "来电总量（2018年）"]]))
    assert (figures(found.tables[0]), unclear(found.tables[0]), found.year) == (CALLS, [], None)
    assert texts(found) == ["来电总量（2018年）\n9\n9\n9\n9\n9"]


@cases("""
    factor=  heading
    10_000   来电总量（万次）
    1_000    来电总量/千次
    1        来电总量（十次） | 来电总量（次/月） | 来电总量（元）
""")
def test_a_unit_of_measure_other_than_the_forms_is_asked_about(heading: str, factor: int) -> None:
    headings = [*HEADINGS]
    headings[2] = heading
    table = read(ROWS, [headings])
    assert [(scale.field, scale.factor) for scale in table.scales] == [("calls_total", factor)]
    assert figures(table) == [factor * int(str(calls)) for calls in CALLS]


@cases("""
    fields=  above
    4        单位：万次 | 计量单位：万次、人 | 单位：次/月
    8        单位：元
    0        单位：次、人、个 | 单位：宁夏人社厅
""")
def test_a_line_above_names_the_unit_of_measure(above: str, fields: int) -> None:
    assert len(read(ROWS, above=[[above], lines(HEADER)[0]]).scales) == fields


def test_the_heading_of_a_group_names_the_unit_of_its_columns() -> None:
    groups = [*GROUPS]
    groups[2] = "来电情况（万次）"
    assert [scale.field for scale in read(ROWS, [groups, UNDER]).scales] == [
        *("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
    ]


# What is refused


def test_a_missing_column_is_named_with_what_was_seen() -> None:
    headings = [*HEADINGS]
    headings[5] = "其他"
    found = filing(sheet(ROWS, [headings]))
    (problem,) = found.tables[0].column_problems
    assert problem.field == "calls_abandoned"
    assert "F2“其他”" in problem.message.text
    assert figures(found.tables[0]) == CALLS
    assert texts(found) == ["其他\n" + "\n".join(str(row[5]) for row in ROWS)]


@pytest.mark.parametrize("parts", [("部级", "省级"), ("2018年", "2019年"), (2018, 2019.0)])
def test_a_column_that_is_parted_below_its_heading_is_missing(parts: tuple[Cell, Cell]) -> None:
    headings = [*HEADINGS[:12], None, HEADINGS[12]]
    rows = [[*row[:12], 9, row[12]] for row in ROWS]
    for merges in ((), (Box(1, 11, 1, 12),)):
        found = filing(sheet(rows, [headings, [*[None] * 11, *parts]], merges=merges))
        assert (unclear(found.tables[0]), figures(found.tables[0])) == (["training_attendances"], CALLS)


def test_a_doubled_column_is_not_read_and_the_rest_counts() -> None:
    table = read([[*row, 7] for row in ROWS], [[*HEADINGS, "来电总量"]])
    assert (unclear(table), figures(table), figures(table, "seats")) == (
        ["calls_total"],
        [None] * 5,
        [row[10] for row in ROWS],
    )
    assert "出现了2次（C2、N2）" in table.column_problems[0].message.text


def test_of_two_columns_of_remarks_the_forms_own_is_meant() -> None:
    found = filing(sheet([[*row, "外包"] for row in ROWS], [[*HEADINGS, "说明"]]))
    assert (unclear(found.tables[0]), found.tables[0].rows[0].text("remarks")) == ([], "无")
    assert texts(found) == ["说明\n外包\n外包\n外包\n外包\n外包"]


TURNED = [[HEADINGS[at], *(row[at] for row in ROWS)] for at in range(13)]
SHAPES: dict[str, list[list[Cell]]] = {
    "附表1的栏目自上而下排列": TURNED,
    "附表1的栏目左右出现两次": [
        [*HEADINGS, None, *HEADINGS],
        *([*row, None, *other] for row, other in zip(ROWS[:2], ROWS[2:4], strict=True)),
    ],
    "附表1的栏目左右出现两次。": [
        [*HEADINGS[:2], *(f"{HEADINGS[at]}（{year}年）" for year in (2018, 2019) for at in range(2, 6)), *HEADINGS[6:]],
        *([*row[:2], *row[2:6], *row[2:6], *row[6:]] for row in ROWS),
    ],
    "附表1被分成了几张表": [
        HEADINGS[:7],
        *(row[:7] for row in ROWS),
        [],
        [],
        [*HEADINGS[:2], *HEADINGS[7:]],
        *([*row[:2], *row[7:]] for row in ROWS),
    ],
}


@pytest.mark.parametrize("shape", [*SHAPES])
def test_a_form_in_another_shape_is_refused_with_what_was_found(shape: str) -> None:
    found = refusal(Grid("表", tuple(SHAPES[shape])))
    assert shape in found
    assert "请按通知所附的空白调查表填报" in found


@pytest.mark.parametrize("shape", [*SHAPES])
def test_beside_a_form_that_is_read_such_a_sheet_is_an_error_and_no_form_is_missing(shape: str) -> None:
    systems = Grid("附表2", (lines(HEADER)[0], SYSTEM_HEADINGS, *SYSTEM_ROWS))
    found = filing(systems, Grid("表", tuple(SHAPES[shape])))
    assert rules(found) == ["F005"]


def test_below_a_table_that_is_read_its_columns_twice_are_an_error() -> None:
    found = filing(Grid("附表1", (*sheet("1-3").cells, [], *SHAPES["附表1的栏目左右出现两次"])))
    assert (regions(found.tables[0]), rules(found)) == (CITIES[:3], ["F005", "F006"])


def test_two_forms_beside_one_another_are_refused() -> None:
    beside = [
        [*one, None, *other] for one, other in zip((HEADINGS, *ROWS), (SYSTEM_HEADINGS, *SYSTEM_ROWS), strict=True)
    ]
    assert isinstance(document(Grid("表", tuple(beside))), Unreadable)


def test_a_list_of_the_headings_without_data_is_nothing_to_ask_about() -> None:
    explained = Grid("指标解释", tuple([[column.label, column.note or "见通知"] for column in SERVICE.data]))
    found = filing(sheet(ROWS), explained)
    assert (found.unrecognised, texts(found), loose(found)) == ((), [], [])


def test_a_renamed_column_is_noted() -> None:
    headings = [*HEADINGS]
    headings[2] = "呼入总量"
    assert set_aside(read(ROWS, [headings])) == ["呼入总量"]


def test_headings_repeated_hundreds_of_times_and_long_words_take_no_time() -> None:
    begun = time.process_time()
    assert len(read("1-5 / H / " * 300).rows) == 1500
    headings = [*HEADINGS]
    headings[12] = "\ufdfa" * 5_000
    read(ROWS, [headings])
    assert time.process_time() - begun < 6
