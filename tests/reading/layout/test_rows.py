"""What becomes of each row: one ordered table; nothing but the regions' rows count, and nothing is dropped unnamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from cases import cases, words
from five_cities import (
    CALLS,
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    case,
    cases_of,
    figures,
    filing,
    lines,
    read,
    regions,
    seen,
    set_aside,
    sheet,
    sums,
)
from hrss12333.checking.engine import check
from hrss12333.model.row import Place, Problem, Value
from hrss12333.reading.grid import Box, Cell, Grid, Mark
from merge_runs import marks_of
from printed_2019 import EDITION

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
甲|乙|1|2|3|4|5|6|7|8|9|10|11||请各市核对 / 1-5
栏目序号|1|2|3|4|5|6|7|8|9|10|11|12 / 1-5
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
    "name",
    words(
        "合计 | 合 计 | 总计 | 全区合计 | 合计： | 共计 | 累计 | 总数 | （合计） | 合计（5个市） | 宁夏合计 | 全省（区）合计 | 合计：5个市 | 总合计"
    ),
)
@pytest.mark.parametrize("column", [0, 1])
def test_the_total_is_the_tables(name: str, column: int) -> None:
    row = sums(None)
    row[column] = name
    table = read([*ROWS, row])
    assert table.total is not None
    assert (regions(table), table.total.scalar("calls_total")) == (CITIES, sum(map(int, map(str, CALLS))))


def in_place_of(row: int, *, at: int, cell: Cell, more: Cell = None) -> Grid:
    """The five cities with another cell in a city's row."""
    changed: list[list[Cell]] = [[*given, more if number == row else None] for number, given in enumerate(ROWS)]
    changed[row][at] = cell
    return sheet(changed)


TOP = lines(HEADER)[0]
OF_2018 = [("2018年", (*CITIES,))]
YEAR = [[*HEADINGS, "年度"]]
SIGNED = "序号|姓名|岗位|职务 / 1|李四|话务|组长 / 9|银川市|100|50"
PART = "12333电话服务情况调查表（1-11月）"
TIMES = [[*ROWS[0], "2019年"], [*ROWS[0], "2019年1-11月"], [*ROWS[1], "1-11月"]]


@cases_of(
    case("the whole unit below regions that are not read is the total",
         sheet([*ROWS, sums("全区")], [["地名" if h == HEADINGS[1] else h for h in HEADINGS]]),
         unclear=["region"], calls=CALLS, total=True),
    case("of the whole unit the figure in a doubled column is asked about with the column",
         Grid("附表2", (TOP, [*SYSTEM_HEADINGS, SYSTEM_HEADINGS[5]], *([*row, row[5]] for row in SYSTEM_ROWS),
                       [None, "全区", None, None, None, 5000])),
         regions=CITIES, unclear=["knowledge_entries"], rules=["F006", "F007"]),
    case("its region names a row before its number does", in_place_of(0, at=0, cell="样例"), regions=CITIES,
         texts=["样例"]),
    case("a region in place of its number names a row without one",
         sheet([[row[1], None, *row[2:]] for row in ROWS]), regions=CITIES, rules=["F006"]),
    case("and so does the whole unit there", sheet([["宁夏", *sums(None)[1:]], *ROWS]), regions=["宁夏回族自治区", *CITIES]),
    case("the same row again stands for no other region", sheet([ROWS[0], ROWS[0], *ROWS[2:]]),
         rules=["F006", "R204"]),
    case("a region merged over rows names each of them",
         sheet([ROWS[0], [None, None, *ROWS[0][2:]], *ROWS[1:]], merges=(Box(2, 1, 3, 1),)), regions=["银川市", *CITIES]),
    case("a region beside a number is a row without figures", sheet("1-4 / 五|中卫市"), regions=CITIES),
    case("and so is one beside an answer", sheet("1-4 / |中卫市||||||是"), regions=CITIES),
    case("but not a region alone", sheet("1-4 / |中卫市"), regions=CITIES[:4], texts=["中卫市"]),
    *(case(f"two answers make a row of data, named or not: {row}", sheet(f"1-5 / {row}"), regions=[*CITIES,
           named or None])
      for row, named in (("9||100|50|30|20", ""), ("||100|||||是", ""), ("9|宁东管委会|100|50", "宁东管委会"),
                         ("9|宁东管委会||||||是|是", "宁东管委会"), ("|未统计|100|50", "未统计"))),
    case("an error is as good as a figure",
         Grid("附表1", (TOP, HEADINGS, *ROWS, ["9", "某地", *[None] * 11]), marks=marks_of((7, 2), (7, 3), error="#REF!")),
         regions=[*CITIES, "某地"]),
    case("one figure without a region is no row", sheet("1-5 / |某地|7000"), regions=CITIES, texts=["某地"],
         loose=[("7000",)]),
    case("words in two columns of data end the rows", sheet(f"1-5 / {SIGNED}"), regions=CITIES, rules=["F006"],
         texts=["序号 姓名 岗位 职务\n1 李四 话务 组长\n9 银川市 100 50"]),
    case("headings again continue the table over their own columns", sheet("1-3 / 序号|地区|来电总量|人工接听量 / 4-5"),
         regions=CITIES, texts=[]),
    # rows of other years
    case("a year alone dates the rows below it", sheet("2019年 / 1-5 / 2018年 / 1-2"),
         regions=CITIES, calls=CALLS, other_years=[("2018年", ("银川市", "石嘴山市"))], rules=["F006", "M705"]),
    case("a total of all years is not asked about besides", sheet("1-3 / 2018年 / 4-5 / Σ 合计"), rules=["F006", "M705"]),
    case("rows above the first year are the year's own", sheet("1-5 / 上年数据 / 1-5"), regions=CITIES,
         other_years=OF_2018),
    case("where all rows are of one year it is the table's", sheet("2018年 / 1-5"), year=2018, regions=CITIES),
    case("a column of years dates its rows", sheet([[*row, year] for year in (2019, 2018) for row in ROWS], YEAR),
         regions=CITIES, other_years=OF_2018),
    case("a year merged over rows dates each of them",
         Grid("附表1", (TOP, *YEAR, *([*row, year if row is ROWS[0] else None] for year in (2019, 2018) for row in ROWS)),
              merges=(Box(2, 13, 6, 13), Box(7, 13, 11, 13))),
         regions=CITIES, other_years=OF_2018),
    case("a column of one year dates the table", sheet([[*row, 2018] for row in ROWS], YEAR), year=2018,
         regions=CITIES),
    case("a year in place of its number dates nothing", sheet([[2001 + at, *row[1:]] for at, row in enumerate(ROWS)]),
         regions=CITIES, year=None),
    case("a part of the year beside the same region's year is not read", sheet(TIMES, [[*HEADINGS, "统计时间"]]),
         regions=CITIES[:1], other_years=[("2019年1—11月", ("银川市",))], rules=["F006", "M705", "M705", "R204"]),
    case("a row that a column dates as of a part of the year is asked about and counts",
         sheet([[*row, "2019年" if at else "2019年上半年"] for at, row in enumerate(ROWS)], [[*HEADINGS, "统计时间"]]),
         regions=CITIES[:1], period="2019年1—6月", rules=["F006", "M705"]),
    case("a part of the year in a remark takes out nothing", in_place_of(2, at=12, cell="1-11月数据"), period="",
         regions=CITIES),
    *(case(f"a part of the year above is asked about and counts: {above}", sheet(ROWS, above=[[above], TOP]),
           period="2019年1—11月", regions=CITIES, rules=["F006", "M705"])
      for above in ("2019年1-11月", PART, "数据截至11月")),
    case("a second table of a part of the year is one by itself",
         Grid("附表1", (TOP, HEADINGS, *ROWS[:3], [], [PART], HEADINGS, *ROWS[3:])), regions=CITIES[:3], rules=["F006",
         "M705"]),
    # rows that the sheet or they themselves take out
    *(case(f"a row that says so itself is taken out: {word}",
           in_place_of(2, at=12, cell=word) if column == 12 else in_place_of(2, at=12, cell="无", more=word),
           regions=[*CITIES[:2], *CITIES[3:]], rules=["F006", "R210"])
      for word in ("作废", "此行作废", "不计入", "测试") for column in (12, 13)),
    *(case(f"a row that is concealed is asked about and not counted: {[*how]}", Grid("附表1", (TOP, HEADINGS, *ROWS), **how),
           regions=[*CITIES[:2], *CITIES[3:]], concealed=["吴忠市"], rules=["F006", "R210"])
      for how in ({"marks": marks_of(*[(4, column) for column in range(13)], struck=True)},
                  {"hidden_rows": frozenset((4,))})),
    case("beside other words it takes out nothing", in_place_of(2, at=12, cell="上月数据作废"),
         regions=CITIES, texts=["上月数据作废"]),
)  # fmt: skip
def test_which_rows_are_read(grids: tuple[Grid, ...], about: dict[str, Any], expected: dict[str, Any]) -> None:
    assert seen(grids, about, expected) == expected


def test_a_line_of_a_year_dates_what_is_below_headings_again_as_it_is_written_and_where_it_is() -> None:
    (evidence,) = read("上年数据 / 1-2 / H / 3-5").evidence
    assert (evidence.source.text, evidence.source.place, str(evidence.value)) == (
        "上年数据",
        Place("附表1", 3, 1),
        "2018年",
    )


def test_headings_again_over_other_columns_end_the_table() -> None:
    found = filing(sheet("1-3 / 序号|地区|自助语音量|人工接听量 / 4-5"))
    assert regions(found.tables[0]) == CITIES[:3]
    assert any("固原市" in text.text for text in found.texts)


@pytest.mark.parametrize("name", ["附表1作废", "附表1（测试）", "样表", "附表1旧"])
def test_a_sheets_name_takes_its_table_out(name: str) -> None:
    assert filing(sheet(ROWS, name=name)).tables[0].unfit


# What a cell of a row says: merged, struck, uncalculated, in another unit of measure


def grid(*rows: list[Cell], marks: dict[tuple[int, int], Mark], ragged: frozenset[int] = frozenset()) -> Grid:
    return Grid("附表1", (lines(HEADER)[0], HEADINGS, *rows, *ROWS[len(rows) :]), marks=marks, ragged=ragged)


def rows_with(at: int, first: Cell, others: Sequence[Cell] = ()) -> list[list[Cell]]:
    """The cities' rows with another cell in a column of the first, and of the others."""
    given = [first, *(others or [row[at] for row in ROWS[1:]])]
    return [[*row[:at], cell, *row[at + 1 :]] for row, cell in zip(ROWS, given, strict=True)]


def value(grid: Grid, key: str) -> Value:
    """What the first row says in this column."""
    return filing(grid).tables[0].rows[0].get(key)


BLANK: list[Cell] = [None] * 4
LEFT_OUT = "单元格中划掉的内容没有读取"
NO_RESULT = {(7, column): Mark(formula="=SUM(C3:C7)", stale=True) for column in range(2, 6)}
IN_TEN_THOUSANDS = [["来电总量（万次）" if heading == "来电总量" else heading for heading in HEADINGS]]


def test_an_answer_merged_over_rows_is_each_rows() -> None:
    table = read(rows_with(6, "是", BLANK), merges=(Box(2, 6, 6, 6),))
    assert figures(table, "voicemail") == [True] * 5
    assert [row.get("voicemail").note is not None for row in table.rows] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("grid", "asked"),
    [
        (sheet(rows_with(8, 70, BLANK), merges=(Box(2, 8, 6, 8),)), [("V302", "I3")]),
        (sheet([[*ROWS[0][:9], None, *ROWS[0][10:]], *ROWS[1:]], merges=(Box(2, 8, 2, 9),)), [("V302", "I3")]),
        (Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS, ["合计", *[None] * 12]), marks=NO_RESULT), []),
    ],
    ids=["a count merged over rows", "or over columns is one question", "a total without a result is none"],
)
def test_what_is_asked_of_counts(grid: Grid, asked: list[tuple[str, str]]) -> None:
    found = check(filing(grid), EDITION).findings
    assert [(f.rule, f.cell) for f in found if f.rule in ("V301", "V302", "V308", "B403")] == asked


def test_what_is_struck_out_is_no_value() -> None:
    whole = value(grid([*ROWS[0]], marks=marks_of((2, 8), struck=True)), "staff_total")
    assert (whole.value, whole.problem, str(whole.note)) == (None, Problem.MISSING, LEFT_OUT)
    partly = value(grid([*ROWS[0]], marks=marks_of((2, 8), cut=True)), "staff_total")
    assert (partly.value, str(partly.note)) == (ROWS[0][8], LEFT_OUT)


def test_an_error_and_a_formula_without_a_result_are_asked_about() -> None:
    marks = {(2, 8): Mark(error="#REF!"), (2, 9): Mark(formula="=A1", stale=True)}
    spoilt = grid([*ROWS[0][:8], None, None, *ROWS[0][10:]], marks=marks)
    asked = [value(spoilt, key).problem for key in ("staff_total", "agents")]
    assert asked == [Problem.CELL_ERROR, Problem.NOT_CALCULATED]


@cases("""
    factor=  lowered=  told       shown
    10_000   1         “14万”     {}万
    1_000    1         “14千人”   {}千人
    1        10_000    “0.0014万”  {}万
    1        1         “14百”     {}百
    1        1         “约14”     约{}
    1        1         “14十万”   {}十万
    1        1         “14000”    {}000
    1        1         “14人/月”  {}人/月
    1        0.01      “1400%”     {}%
""")
def test_what_a_number_format_shows_beyond_the_figure_is_asked_about(
    shown: str, factor: int, lowered: float, told: str
) -> None:
    """万 and 千 are converted, all else leaves the figure as stored; the column's own unit is nothing to ask about."""
    (table,) = filing(grid([*ROWS[0]], marks=marks_of((2, 8), shown=shown, lowered=lowered))).tables
    (scale,) = table.scales
    assert (figures(table, "staff_total")[0], scale.place.a1, scale.factor) == (14 * factor, "I3", factor)
    assert told in scale.reported
    assert filing(grid([*ROWS[0]], marks=marks_of((2, 8), shown="{}人"))).tables[0].scales == ()


def test_of_ten_thousands_a_magnitude_of_its_own_is_not_scaled_again_and_a_fraction_is_refused() -> None:
    assert figures(read(rows_with(2, "6.31万"), IN_TEN_THOUSANDS))[0] == 63100
    assert value(sheet(rows_with(2, 6.31004), IN_TEN_THOUSANDS), "calls_total").problem is Problem.NOT_WHOLE


def test_a_row_of_a_word_table_that_lacks_a_cell_is_refused() -> None:
    (table,) = filing(grid([*ROWS[0]], marks={}, ragged=frozenset((2,)))).tables
    assert table.rows[0].get("calls_total").problem is Problem.NOT_WHOLE
    assert (regions(table), figures(table)[1:]) == (CITIES, CALLS[1:])
