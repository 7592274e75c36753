"""Which column a heading names, alone or under a group, and how columns of no name or of another year are
distinguished."""

from __future__ import annotations

import pytest

from cell_marks import marks_of, struck
from five_cities import (
    CALLS,
    CITIES,
    HEADINGS,
    ROWS,
    SERVICE,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    Lines,
    cells,
    figures,
    read,
    regions,
    sums,
    tables,
    unclear,
)
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.headings import named_column
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.schema import Kind
from printed_2019 import EDITION

NAMED = """
calls_total           来电总量（=人工接听量+自助语音量+放弃量） | 来电总量（人工接听量＋自助语音量） | A1来电总量
calls_total           来电总量① | 来电总量\\n（次）② | 来电总量¹ | 来电总量[注1] | 来电总量 注2 | 来电总量（注1）
calls_total           来电总量（次/年） | 求和项:来电总量 | 来电总量（19年） | 19年来电总量
voicemail             是否开通留言服务？
training_attendances  年度培训人次（部、省、市） | F12 年度培训人次 | 培训（人次）
agents                话务员人数 | 其中：咨询员人数 | 其中咨询员 | 咨询员人数（年末）
calls_agent           其中：人工接听量 | 其中:人工接听
staff_total           总人数（12月31日） | 总人数（截至2019年底） | 总人数（截止2019年12月31日）
none                  其中：来电总量 | 其中：女咨询员人数 | 总人数（截至11月底） | 总人数（截至2018年底） | 来电总量（12月）
none                  来电总量（人工接听量） | 来电总量（人工接听量+外呼量） | 话务人员总数 | AB1来电总量
none                  来电总量（18年） | 18年来电总量 | 来电总量 APP | 来电总量VIP | Total calls | 来电总量（人工）\\nagent
"""
"""Key of a column of 附表1, and words that name it; none of them is named by the last ones."""


@pytest.mark.parametrize(
    ("key", "words"),
    [(line.split()[0], word) for line in NAMED.strip().split("\n") for word in cells(line.partition(" ")[2])],
)
def test_the_column_that_a_heading_names(key: str, words: str) -> None:
    found = named_column(SERVICE, words, 2019)
    assert (found.key if found else "none") == key


@pytest.mark.parametrize("heading", ["备注1", "附注"])
def test_a_mark_that_refers_to_a_note_is_none_of_these(heading: str) -> None:
    assert named_column(SERVICE, heading, 2019) == named_column(SERVICE, heading)


@pytest.mark.parametrize("beside", ["\n{}", " {}", "（{}）"])
@pytest.mark.parametrize("words", ["Total calls (2019)", "ᠨᠡᠢᠳᠡ", "جەمئىي", "འབྲེལ་གཏུག"])
def test_a_translation_beside_a_heading_changes_nothing(words: str, beside: str) -> None:
    found = named_column(SERVICE, "来电总量" + beside.format(words.removesuffix(" (2019)")), 2019)
    assert found is not None
    assert found.key == "calls_total"


def test_12333_before_a_heading_changes_nothing() -> None:
    table = read("1-5", [[f"12333{text}" if text in ("来电总量", "坐席数") else text for text in HEADINGS]])
    assert (unclear(table), regions(table)) == ([], CITIES)


def test_a_form_in_traditional_characters() -> None:
    words = "序號|地區（市、州）|來電總量|人工接聽量|自助語音量|放棄量|是否開通留言服務|是否開通投訴舉報服務|總人數|諮詢員人數|坐席數|年度培訓人次|備註"
    table = read("1-5 / Σ 合計", words, above="（蓋章）寧夏回族自治區 | 聯繫人：張三 | 手機號：13800000001")
    assert (regions(table), unclear(table), table.total is not None) == (CITIES, [], True)
    assert (table.header["name"].value, table.header["mobile"].value) == ("張三", "13800000001")


@pytest.mark.parametrize("name", ["培训人数", "年度培训次数", "培训场次"])
def test_what_is_counted_otherwise_is_another_column(name: str) -> None:
    table = read("1-5", [[name if "培训" in str(text) else text for text in HEADINGS]])
    assert unclear(table) == ["training_attendances"]
    assert figures(table, "training_attendances") == [None] * 5


@pytest.mark.parametrize("name", ["来电总量（更正）", "修改后来电总量", "来电总量核定数"])
def test_a_column_of_corrections_beside_its_own_is_not_passed_over(name: str) -> None:
    rows = [[*row[:3], number or row[2], *row[3:]] for number, row in enumerate(ROWS)]
    table = read(rows, [[*HEADINGS[:3], name, *HEADINGS[3:]]])
    assert (unclear(table), figures(table)) == (["calls_total"], [ROWS[0][2], None, None, None, None])


def test_a_remark_that_spells_a_heading_makes_no_heading_of_its_row() -> None:
    table = read([[*ROWS[0][:12], "来电量单位：次"], *ROWS[1:]])
    assert (regions(table), unclear(table)) == (CITIES, [])


# The column that names the rows


@pytest.mark.parametrize("heading", [None, "统筹区", "12333中心名称"])
def test_the_column_of_known_regions_names_the_rows_under_any_heading(heading: Cell) -> None:
    table = read("1-5", [[HEADINGS[0], heading, *HEADINGS[2:]]])
    assert (regions(table), table.headings["region"].a1) == (CITIES, "B2")
    assert [aside.place.a1 for aside in table.asides] == ["B2"]


def test_a_column_of_other_words_names_no_rows() -> None:
    table = read([[row[0], "热线", *row[2:]] for row in ROWS], [[HEADINGS[0], None, *HEADINGS[2:]]])
    assert "region" not in table.headings


def test_of_a_column_of_cities_and_one_of_their_counties_the_counties_name_the_rows() -> None:
    counties = ["永宁县", "贺兰县", "大武口区", "惠农区", "盐池县"]
    rows = [[row[0], None if at % 2 else row[1], county, *row[2:]]
            for at, (row, county) in enumerate(zip(ROWS, counties, strict=True))]  # fmt: skip
    assert regions(read(rows, [[HEADINGS[0], "市州", "县（市、区）", *HEADINGS[2:]]])) == counties


# Answers


@pytest.mark.parametrize("figure", [55, "55"])
def test_yes_and_no_in_the_last_row_but_one_are_no_headings_of_the_ticks_below(figure: Cell) -> None:
    rows: list[list[Cell]] = [
        [None, "银川市", "是", "否", "业务专网", figure, "是", "否", "是", "是", "是", "是", "是", None],
        [None, "吴忠市", "是", "否", "业务专网", figure, "√", "√", "√", "是", "是", "是", "√", None],
    ]
    table = read(rows, [SYSTEM_HEADINGS])
    assert [figures(table, key) for key in ("web", "sms", "app")] == [[True, True], [False, True], [True, True]]


def test_a_column_for_each_answer_is_one_column() -> None:
    upper = [*SYSTEM_HEADINGS[:7], None, *SYSTEM_HEADINGS[7:]]
    rows = [[None, name, "是", "否", "业务专网", 55, *ticks, "否", "是", "是", "是", "是", "是", None]
            for name, ticks in (("银川市", ["√", None]), ("吴忠市", [None, "√"]))]  # fmt: skip
    table = read(rows, [upper, cells("·6|是|否")], name="附表2", merges=(Box(1, 6, 1, 7),))
    assert [figures(table, key) for key in ("web", "sms")] == [[True, False], [False, False]]


def test_a_group_that_asks_whether_and_short_names_below_it() -> None:
    upper = [*SYSTEM_HEADINGS[:6], *cells("服务渠道（是否开通）|·3"), *SYSTEM_HEADINGS[10:]]
    merged = [Box(1, at, 2, at) for at in range(14) if not 6 <= at < 10]
    table = read(SYSTEM_ROWS, [upper, cells("·6|网上|短信|APP|微信")], merges=[*merged, Box(1, 6, 1, 9)])
    assert unclear(table) == []
    assert [table.rows[0].scalar(key) for key in ("web", "sms", "app", "wechat")] == [True, False, True, False]


@pytest.mark.parametrize(
    "note",
    [
        "单位：次",
        "1.来电总量＝人工接听量＋自助语音量＋放弃量，若不相等，请在备注中说明情况，并与市局信息中心联系核对后再报省厅汇总。",
    ],
)
def test_notes_right_of_the_headings_of_a_text_file_hide_none_of_them(note: str) -> None:
    """Nothing is merged there: the groups of the upper row are recognised by what is below them."""
    groups = cells("电话系统建设|·3|服务渠道|·3|规范化建设|·2")
    table = read(SYSTEM_ROWS, [[*SYSTEM_HEADINGS[:2], *groups, SYSTEM_HEADINGS[13], None, note],
                               [None, None, *SYSTEM_HEADINGS[2:13]]])  # fmt: skip
    assert (unclear(table), regions(table)) == ([], CITIES)
    assert [table.headings[key].row for key in ("serial", "region", "web")] == [2, 2, 3]


# Groups over columns


def grouped(group: str) -> list[list[Cell]]:
    """Two heading rows whose groups were never merged."""
    upper = [*cells(f"序号|地区|{group}|·3"), *HEADINGS[6:8], *cells("队伍建设|·3|备注")]
    return [upper, [None, None, *HEADINGS[2:6], None, None, *HEADINGS[8:12], None]]


def beside(*more: str) -> list[list[Cell]]:
    """The same with cells more at the right of both rows."""
    return [[*line, *cells(cell)] for line, cell in zip(grouped("来电情况"), more, strict=True)]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (grouped("来电情况"), []),
        (grouped("来电情况（12月）"), ["calls_total", "calls_agent", "calls_ivr", "calls_abandoned"]),
        (beside("联系人|联系电话", "|"), []),
        ([cells("序号|地区|来电总量|其中|·2") + HEADINGS[6:], cells("·3|人工接听量|自助语音量|放弃量")], []),
        ([[*HEADINGS[:11], "其中", "备注"], cells("·11|年度培训人次")], ["training_attendances"]),
    ],
    ids=["never merged", "a part of the year", "contacts", "of which: parts of a sum", "of which: no part of anything"],
)
def test_what_stands_over_columns_that_are_asked_about_or_not(headings: Lines, fields: list[str]) -> None:
    table = read([[*row, "李四", "0951-5012345"][: len(headings[0])] for row in ROWS], headings)
    assert sorted(unclear(table)) == sorted(fields)
    assert fields or (table.headings["serial"].a1, figures(table, "calls_agent")) == ("A2", [row[3] for row in ROWS])


def test_groups_below_their_headings_part_nothing() -> None:
    upper, lower = grouped("来电情况")
    turned = [[below or above for above, below in zip(upper, lower, strict=True)]]
    turned += [[above if below else None for above, below in zip(upper, lower, strict=True)]]
    table = read("1-5", turned)
    assert (unclear(table), regions(table), figures(table, "staff_total")) == ([], CITIES, [row[8] for row in ROWS])


@pytest.mark.parametrize("group", ["来电情况（万次）", "来电情况（单位：万次）"])
def test_a_scale_in_a_groups_heading_holds_for_all_its_columns(group: str) -> None:
    table = read([[*ROWS[0][:2], 9, 6, 2, 1, *ROWS[0][6:]]], grouped(group))
    calls = [column.key for column in SERVICE.of_kind(Kind.COUNT) if column.key.startswith("calls")]
    assert [table.rows[0].scalar(key) for key in calls] == [90000, 60000, 20000, 10000]
    assert ([scale.field for scale in table.scales], table.rows[0].scalar("staff_total")) == (calls, 14)


def test_a_heading_over_two_columns_that_are_both_filled_names_neither() -> None:
    headings = [[*HEADINGS[:3], None, *HEADINGS[3:]]]
    table = read([[*row[:3], 7, *row[3:]] for row in ROWS], headings, merges=(Box(1, 2, 1, 3),))
    assert (regions(table), figures(table), figures(table, "calls_agent")) == (CITIES, [None] * 5, [r[3] for r in ROWS])
    assert {row.get("calls_total").problem for row in table.rows} == {Problem.COLUMN_UNCLEAR}


@pytest.mark.parametrize("name", ["附表1（万次）", "附表1（单位：万次）"])
def test_the_name_of_a_sheet_names_the_unit_of_its_figures(name: str) -> None:
    table = read([[*row[:2], 9.5, 6.5, 2, 1, *row[6:]] for row in ROWS], name=name)
    assert (figures(table), {scale.factor for scale in table.scales}) == ([95000] * 5, {10_000})
    assert figures(table, "staff_total") == [row[8] for row in ROWS]


def test_last_years_group_that_was_never_merged_names_no_column_of_this_year() -> None:
    table = read([[*row, 9, 8] for row in ROWS], beside("上年情况|", "来电总量|人工接听量"))
    assert unclear(table) == []
    assert [item.heading for item in table.unread] == ["上年情况来电总量", "上年情况人工接听量"]
    assert figures(table, "calls_agent") == [row[3] for row in ROWS]


def test_a_rate_beside_the_calls_takes_nothing_from_what_stands_right_of_it() -> None:
    assert unclear(read([[*row, 0.9, 8] for row in ROWS], beside("接通率|", "|坐席数"))) == ["seats"]


# Columns of another year


@pytest.mark.parametrize("over", ["2018年来电情况", "2018年度来电情况"])
def test_columns_under_a_group_of_another_year_are_another_figure(over: str) -> None:
    """Headings that nobody merged: the year is over the first of the columns alone."""
    upper = [*HEADINGS[:2], *cells("来电情况|·3"), *HEADINGS[6:], over]
    table = read(
        [[*row, 7, 7, 7, 7] for row in ROWS], [upper, [None, None, *HEADINGS[2:6], *[None] * 7, *HEADINGS[2:6]]]
    )
    assert (unclear(table), figures(table, "calls_agent")) == ([], [row[3] for row in ROWS])
    assert next(column.heading for column in table.unread) == f"{over}来电总量"


def test_a_group_of_another_year_in_two_figures_is_not_this_years() -> None:
    upper = [*HEADINGS[:2], *cells("18年来电情况|·3"), *HEADINGS[6:]]
    table = read("1-5", [upper, [None, None, *HEADINGS[2:6]]])
    assert figures(table, "calls_agent") == [None] * 5
    assert {*unclear(table)} >= {"calls_total", "calls_agent"}


@pytest.mark.parametrize(
    ("first", "second"), [("2018年", "2019年"), ("2018年度", "2019年度"), ("2019年度", "2018年度"), ("上年", "本年")]
)
@pytest.mark.parametrize("merged", [True, False])
def test_of_two_years_side_by_side_the_years_own_columns_are_read(first: str, second: str, merged: bool) -> None:
    own = first.startswith("2019")
    headings = [cells(f"序号|地区|{first}|·9|{second}"), [None, None, *HEADINGS[2:12], *HEADINGS[2:12]]]
    rows = [[*row[:2], *(row[2:12] if own else [7] * 10), *([7] * 10 if own else row[2:12])] for row in ROWS]
    boxes = (Box(1, 2, 1, 11), Box(1, 12, 1, 21), Box(1, 0, 2, 0), Box(1, 1, 2, 1)) if merged else ()
    table = read(rows, headings, merges=boxes)
    assert (unclear(table), figures(table, "calls_agent")) == ([], [row[3] for row in ROWS])
    assert len(table.unread) == 10


@pytest.mark.parametrize("other", ["2018年", "上年数", "计划数"])
@pytest.mark.parametrize("first", [True, False])
def test_two_groups_of_the_same_columns_are_told_by_what_stands_over_them(other: str, first: bool) -> None:
    over = cells("||{}|·10|{}|·10".format(*((other, "2019年") if first else ("2019年", other))))
    wrong = [[cell + 7 if isinstance(cell, int) else cell for cell in row[2:]] for row in ROWS]
    rows = [[*row[:2], *(old + row[2:] if first else row[2:] + old)] for row, old in zip(ROWS, wrong, strict=True)]
    table = read(rows, [over, [*HEADINGS, *HEADINGS[2:]]], merges=(Box(1, 2, 1, 12), Box(1, 13, 1, 23)))
    assert (figures(table), unclear(table)) == (CALLS, [])


def test_of_two_tables_side_by_side_the_years_own_is_read() -> None:
    wide = [[*row, None, *row[:2], *(7 for _ in row[2:6]), *row[6:]] for row in ROWS]
    table = read(wide, [cells("·14|2018年数据（上年）"), [*HEADINGS, None, *HEADINGS]])
    assert (regions(table), figures(table)) == (CITIES, CALLS)


# A form cut between its columns: in two tables of a Word file, sheets, or one below the other

CUT = [HEADINGS, *ROWS[:3], sums("合计", ROWS[:3])]
LEFT: list[list[Cell]] = [["（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"], *(line[:8] for line in CUT)]


def right(*rows: list[Cell]) -> list[list[Cell]]:
    """The columns right of the cut; 序号 and 地区 stand on both sides."""
    return [[*row[:2], *row[8:]] for row in rows]


RIGHT = right(*CUT)


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
    (table,) = tables(*grids)
    assert [[row.get(column.key).found for column in SERVICE.columns] for row in table.rows] == ROWS[:3]
    assert (unclear(table), table.header["name"].value) == ([], "张三")
    assert table.total is not None
    assert table.total.number("training_attendances") == CUT[-1][11]


def test_a_column_that_neither_part_has_is_missing() -> None:
    (table,) = tables(Grid("表格1", LEFT), Grid("表格2", [row[:-2] for row in RIGHT]))
    assert unclear(table) == ["training_attendances"]


@pytest.mark.parametrize(
    "other",
    [right(HEADINGS, *ROWS[:2]), [HEADINGS, *ROWS[:3]], right(HEADINGS, *ROWS[:3], ROWS[0])],
    ids=["not the same regions", "not other columns", "one region twice"],
)
def test_what_is_no_other_part_stays_a_table_of_its_own(other: list[list[Cell]]) -> None:
    assert len(tables(Grid("表格1", LEFT), Grid("表格2", other))) == 2


def test_what_is_struck_below_a_page_break_is_struck_in_the_whole() -> None:
    above = Grid("表格1", [HEADINGS, *ROWS[:2]])
    below = Grid("表格2", ROWS[2:3], marks=marks_of(*((0, column) for column in range(13)), struck=True))
    book, ((table, _),) = read_tables(Book("docx", (above, below), flowing=True), "f.docx", EDITION)
    (whole,) = book.grids
    assert len(struck(whole)) == 13
    assert (regions(table), [item.text for item in table.concealed]) == (CITIES[:2], [CITIES[2]])


@pytest.mark.parametrize("name", ["2018年", "附表1（旧）", "备份"])
def test_columns_of_another_year_or_an_old_copy_complete_nothing(name: str) -> None:
    assert "seats" not in tables(Grid("附表1", LEFT), Grid(name, RIGHT))[0].headings
