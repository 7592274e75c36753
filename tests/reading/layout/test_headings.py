"""Where a form stands: by two thirds of its columns in one heading of up to three rows; and what is refused, and how."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from cases import cases, words
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
    case,
    cases_of,
    city,
    document,
    figures,
    filing,
    lines,
    read,
    refusal,
    regions,
    rules,
    seen,
    sheet,
    texts,
    unclear,
)
from hrss12333.model.filing import Unreadable
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.table_words import named_column
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.schema import CHANGES, LAST_YEAR_HEADING, Kind
from printed_2019 import EDITION

GROUPS: list[Cell] = [
    *("序号", "地区\n（市、州）", "来电情况", None, None, None, "是否开通\n留言服务", "是否开通\n投诉举报服务"),
    *("队伍建设", None, None, None, "备注"),
]
UNDER: list[Cell] = [
    *(None, None, "来电总量", "人工接听量", "自助语音量", "放弃量", None, None),
    *("总人数", "咨询员\n人数", "坐席数", "年度培训\n人次", None),
]
COUNTS = [column.key for column in SERVICE.of_kind(Kind.COUNT)]
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


def named(**headings: Cell) -> list[list[Cell]]:
    """The headings of 附表1, some of them (of their column's key) others."""
    return [[headings.get(column.key, column.heading) for column in SERVICE.columns]]


def over(at: int, text: Cell, beside: Cell = None) -> list[list[Cell]]:
    """The headings below a line with a text over one column."""
    return [[text if column == at else beside if column == 8 else None for column in range(13)], HEADINGS]


def only(columns: Sequence[int]) -> Grid:
    return Grid("表", tuple([[row[at] for at in columns] for row in (HEADINGS, *ROWS)]))


TOP = lines(HEADER)[0]
ORDER = [12, 5, 1, 9, 2, 11, 3, 0, 4, 7, 6, 10, 8]
MOVED = [[None] * 4 + [row[at] for at in ORDER] for row in (HEADINGS, *ROWS)]
OF_WORD = {"kind": "docx"}
FIRST = Grid("表格1", (HEADINGS, *ROWS[:3]), before=(HEADER,))
WHOLE = Grid("表格1", (HEADINGS, *ROWS), before=(HEADER,))
SECOND = Grid("附表2", (SYSTEM_HEADINGS, *SYSTEM_ROWS), before=(SYSTEMS.title,))
SIGNED = "联系人：李四  联系电话：0951-1234567"
PARTED = [*HEADINGS[:12], None, HEADINGS[12]]
PARTED_ROWS = [[*row[:12], 9, row[12]] for row in ROWS]
BOTH = [[SERVICE.title], TOP, HEADINGS, *ROWS, [], [SYSTEMS.title], SYSTEM_HEADINGS, *SYSTEM_ROWS]
OTHERS = "其他\n" + "\n".join(str(row[5]) for row in ROWS)


@cases_of(
    case("of nine columns three are missing", only([0, 1, 2, 3, 4, 5, 8, 9, 10]),
         unclear=["voicemail", "complaints", "training_attendances"]),
    case("columns in any order anywhere on any sheet", Grid("说明", (["填报注意"],)), Grid("表", ([], [], [], *MOVED)),
         regions=CITIES, calls=CALLS, unclear=[]),
    # headings again
    case("headings repeated further down continue the table", sheet("1-2 / Σ 合计 1-2 / H / 3-5 / Σ 合计 3-5"),
         regions=CITIES, rules=["F006"]),
    case("a total at the end of both parts adds up both", sheet("1-2 / Σ 合计 1-2 / H / 3-5 / Σ 合计"), rules=["F006"]),
    case("a total of the first part is checked as well", sheet("1-2 / Σ 合计 3-4 / H / 3-5 / Σ 合计"),
         rules=["B403"] * 8 + ["F006"]),
    case("a Word table goes on under its headings", FIRST, Grid("表格2", (HEADINGS, *ROWS[3:]), before=("续表",)),
         about=OF_WORD,
         tables=[CITIES[:3], CITIES[3:]], rules=["F006"]),
    case("and is quoted without them", FIRST, Grid("表格2", tuple(ROWS[3:])), about=OF_WORD,
         tables=[CITIES[:3]], rules=["F006", "R204", "V310", "V310"]),
    case("headings repeated under a header of their own begin another table",
         Grid("表", (TOP, HEADINGS, *ROWS[:2], [], ["（盖章）宁夏回族自治区", "联系人：李四"], HEADINGS, *ROWS[2:])),
         tables=[CITIES[:2], CITIES[2:]], contacts=["张三", "李四"]),
    case("the two forms one below the other under one header", Grid("表", tuple(BOTH)),
         tables=[CITIES, CITIES], contacts=["张三", "张三"], texts=[]),
    case("the two forms as tables of Word", replace(WHOLE, before=(SERVICE.title, HEADER)), SECOND, about=OF_WORD,
         contacts=["张三", "张三"], rules=[]),
    case("who signed below the second form is no contact", Grid("表", (TOP, *BOTH[2:], [SIGNED])),
         contacts=["张三", "张三"], rules=[], texts=[]),
    case("and in Word", WHOLE, replace(SECOND, before=(), after=(SIGNED,)), about=OF_WORD,
         contacts=["张三", "张三"], rules=[], texts=[]),
    case("unless more is said there", WHOLE, replace(SECOND, before=(), after=("联系电话：0951-1234567（数据有误）",)),
         about=OF_WORD,
         texts=["联系电话：0951-1234567（数据有误）"]),
    # what is behind a heading, or over it
    case("a year over the headings", sheet(ROWS, over(2, "上年情况")), year=2018),
    case("a part of the year over the headings", sheet(ROWS, over(2, "1-6月")), period="2019年1—6月"),
    case("words behind a heading are quoted and measures are not",
         sheet(ROWS, named(calls_total="来电总量（不含外呼）", calls_abandoned="放弃量（次）", staff_total="总人数（必填）")),
         texts=["不含外呼"], unclear=[]),
    case("a year behind a heading is evidence", sheet(ROWS, named(calls_total="来电总量（2018年）")), year=2018),
    case("brackets behind a heading may hold others", sheet(ROWS, named(calls_total="来电总量（2018年度（1-12月））")),
         year=2018),
    case("a part of the year behind a heading is the table's", sheet(ROWS, named(calls_total="来电总量（1-11月）")),
         period="2019年1—11月"),
    *(case(f"a year in a group's heading is no part of the columns' names: {group}",
           sheet(ROWS, [[*GROUPS[:2], group, *GROUPS[3:]], UNDER], merges=OVER_GROUPS), year=2018, unclear=[],
           calls=CALLS)
      for group in ("2018年来电情况", "来电情况2018年", "2018年")),
    *(case(f"a group's heading need not be merged, beside {beside}", sheet(ROWS, over(2, "2018年来电情况", beside)),
           year=2018)
      for beside in ("队伍建设", None)),
    case("of two headings the one without more words is meant", sheet([[*row, 9] for row in ROWS], [[*HEADINGS,
         "来电总量（2018年）"]]),
         calls=CALLS, unclear=[], year=None, texts=["来电总量（2018年）\n9\n9\n9\n9\n9"]),
    case("the heading of a group names the measure of its columns",
         sheet(ROWS, [[*GROUPS[:2], "来电情况（万次）", *GROUPS[3:]], UNDER]),
         scales=["calls_total", "calls_agent", "calls_ivr", "calls_abandoned"]),
    *(case(f"a line above names the measure: {above}", sheet(ROWS, above=[[above], TOP]), scales=fields)
      for above, fields in (*dict.fromkeys(("单位：万次", "计量单位：万次、人", "单位：次/月"), COUNTS[:4]).items(),
                            ("单位：元", COUNTS), ("单位：次、人、个", []), ("单位：宁夏人社厅", []))),
    # what is not read
    case("a missing column is named and quoted", sheet(ROWS, named(calls_abandoned="其他")),
         unclear=["calls_abandoned"], calls=CALLS, texts=[OTHERS]),
    *(case(f"a column that is parted below its heading is missing: {parts[0]}, {bool(merges)}",
           sheet(PARTED_ROWS, [PARTED, [*[None] * 11, *parts]], merges=merges), unclear=["training_attendances"],
           calls=CALLS)
      for parts in (("部级", "省级"), ("2018年", "2019年"), (2018, 2019.0)) for merges in ((), (Box(1, 11, 1, 12),))),
    case("a doubled column is not read", sheet([[*row, 7] for row in ROWS], [[*HEADINGS, "来电总量"]]),
         unclear=["calls_total"], calls=[None] * 5),
    case("of two columns of remarks the form's own is meant", sheet([[*row, "外包"] for row in ROWS], [[*HEADINGS,
         "说明"]]),
         unclear=[], texts=["说明\n外包\n外包\n外包\n外包\n外包"]),
    case("a renamed column is noted", sheet(ROWS, named(calls_total="呼入总量")), aside=["呼入总量"]),
    case("a list of the headings without data is nothing to ask about", sheet(ROWS),
         Grid("指标解释", tuple([[column.label, column.note or "见通知"] for column in SERVICE.data])),
         texts=[], loose=[], rules=["F006"]),
)  # fmt: skip
def test_which_columns_are_found(grids: tuple[Grid, ...], about: dict[str, Any], expected: dict[str, Any]) -> None:
    assert seen(grids, about, expected) == expected


def test_a_refused_workbook_is_of_the_unit_that_it_names_and_its_words_are_quoted() -> None:
    four = [[row[at] for at in range(4)] for row in (HEADINGS, *ROWS)]
    found = document(Grid("表", ([HEADER.partition(" |")[0], "填报单位：宁夏"], *four, ["银川数据有误"])))
    assert isinstance(found, Unreadable)
    assert (found.unit and found.unit.short, found.texts[0].text.endswith("\n银川数据有误")) == ("宁夏", True)


@cases("""
    factor=  heading
    10_000   来电总量（万次）
    1_000    来电总量/千次
    1        来电总量（十次） | 来电总量（次/月） | 来电总量（元）
""")
def test_a_unit_of_measure_other_than_the_forms_is_asked_about(heading: str, factor: int) -> None:
    table = read(ROWS, named(calls_total=heading))
    assert [(scale.field, scale.factor) for scale in table.scales] == [("calls_total", factor)]
    assert figures(table) == [factor * int(str(calls)) for calls in CALLS]


def test_the_message_says_where_another_column_was_seen() -> None:
    for headings, told in (
        (named(calls_abandoned="其他"), "F2“其他”"),
        ([[*HEADINGS, "来电总量"]], "出现了2次（C2、N2）"),
    ):
        (problem,) = read([[*row, 7] for row in ROWS], headings).column_problems
        assert told in problem.message.text


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
    """Beside a form that is read such a sheet is an error, and no form is missing."""
    found = refusal(Grid("表", tuple(SHAPES[shape])))
    assert shape in found
    assert "请按通知所附的空白调查表填报" in found
    systems = Grid("附表2", (lines(HEADER)[0], SYSTEM_HEADINGS, *SYSTEM_ROWS))
    assert rules(filing(systems, Grid("表", tuple(SHAPES[shape])))) == ["F005"]


def test_below_a_table_that_is_read_its_columns_twice_are_an_error() -> None:
    found = filing(Grid("附表1", (*sheet("1-3").cells, [], *SHAPES["附表1的栏目左右出现两次"])))
    assert (regions(found.tables[0]), rules(found)) == (CITIES[:3], ["F005", "F006"])


def test_headings_repeated_hundreds_of_times_and_long_words_take_no_time() -> None:
    begun = time.process_time()
    assert len(read("1-5 / H / " * 300).rows) == 1500
    read(ROWS, named(remarks="\ufdfa" * 5_000))
    assert time.process_time() - begun < 6


# Which sheets of a workbook are read: every table of a form, joined, but for hidden and spare ones beside another


SPARE = words("附表1（旧） | 备份 | 样表 | 填写样例 | 附表1作废")
OTHER_YEARS = words("上年附表1 | 2018年 | 去年")
TITLE, SYSTEM_TITLE = (form.title for form in EDITION.forms)
OWN, HIDDEN = sheet(ROWS), replace(sheet(ROWS, name="隐藏"), hidden=True)
SYSTEM_SHEET = Grid("附表2", (TOP, SYSTEM_HEADINGS, *SYSTEM_ROWS))
OLD_SYSTEMS = Grid("附表2", ([f"2018年{SYSTEM_TITLE}"], *SYSTEM_SHEET.cells))
OTHER = [city("银川市", 9), *ROWS[1:]]
SAMPLE = "1|样例|2500|1000|1000|500|是|是|150|100|100|1000|无 / 7 / 8"


@cases_of(
    case("a sheet a city is joined", *[sheet([row], name=str(row[1])) for row in ROWS],
         tables=[[name] for name in CITIES], rules=["F006"]),
    case("whatever a sheet is called that is no spare one", sheet(ROWS[:2]), sheet(ROWS[2:], name="附表1（更正）"),
         tables=[CITIES[:2], CITIES[2:]], rules=["F006"]),
    case("a sheet without a header goes under that of the same form", sheet("1-2"), sheet("3-5", above=[], name="续"),
         contacts=["张三", "张三"]),
    *(case(f"a spare sheet is not read beside another: {name}", OWN, sheet(ROWS, name=name),
           tables=[CITIES], graves=["note"], texts=[]) for name in SPARE + OTHER_YEARS),
    case("but what is written there is quoted", OWN,
         sheet([[*ROWS[0][:12], "暂估"], *ROWS[1:], [], ["旧数据勿用"], [None, 7000]], name="旧"), texts=["暂估", "旧数据勿用"],
         loose=[]),
    *(case(f"a table of another year is not read beside another of its sheet: {titles[0]}",
           Grid("附表1", tuple(line for title in titles for line in ([title], TOP, HEADINGS, *ROWS, []))),
           tables=[CITIES], graves=["note"], rules=["F006"]) for titles in ((f"2018年{TITLE}", TITLE), (TITLE,
           f"2018年{TITLE}"))),
    case("another form's table of another year counts as little", sheet(ROWS, above=[[f"2019年{TITLE}"], TOP]),
         OLD_SYSTEMS,
         tables=[CITIES], graves=["error"]),
    case("a form without a year is of that of the other", OWN, OLD_SYSTEMS, year=2018),
    case("headings repeated below a table of another year are of that year",
         Grid("附表1", ([f"2019年{TITLE}"], TOP, HEADINGS, *ROWS[:3], [], [f"2018年{TITLE}"], HEADINGS, *ROWS[:3],
         HEADINGS, *ROWS[3:])),
         tables=[CITIES[:3]], graves=["query"]),
    case("and below its rows", sheet("2019年 / 1-2 / 2018年 / 1-2 / H / 3-5"), tables=[CITIES[:2]]),
    *(case(f"a region that only the spare sheet has is asked about: {name}", sheet(ROWS[:4]), sheet(ROWS, name=name),
           tables=[CITIES[:4]], graves=["query"]) for name in SPARE),
    *(case(f"a sheet named for another year is read where no other has its regions: {name}", sheet(ROWS[:4]),
           sheet(ROWS[4:], name=name),
           tables=[CITIES[:4], CITIES[4:]], rules=["F006", "M705"]) for name in OTHER_YEARS),
    *(case(f"figures that only {name} has are a {asked}, hidden {hidden}", OWN, replace(sheet(OTHER, name=name),
           hidden=hidden),
           graves=[asked]) for name, asked in (("附表1（备份）", "query"), ("2018年", "note")) for hidden in (False, True)),
    case("a hidden sheet is never read", OWN, HIDDEN, tables=[CITIES], graves=["note"]),
    case("and asked about where it has more", sheet(ROWS[:4]), HIDDEN, graves=["query"]),
    case("or another form", SYSTEM_SHEET, HIDDEN, rules=["R210"], graves=["error"]),
    case("a blank form beside a filled one is nothing to ask", OWN, sheet(SAMPLE, name="Sheet2"),
         tables=[CITIES], graves=["note"], rules=["F006"]),
    case("also one that names the regions", OWN, sheet("1|银川市 / 2|石嘴山市", name="Sheet2"),
         tables=[CITIES], graves=["note"], rules=["F006"]),
    case("two sheets that differ are both read and asked about", OWN, sheet([OTHER[0]], name="银川"),
         tables=[CITIES, CITIES[:1]], rules=["F006", "R203"]),
    case("the year of a title goes before the sheet's name", sheet(ROWS, above=[["2019年度12333电话服务情况调查表"], TOP],
         name="2018"),
         year=2019, rules=["F006", "M705"]),
    case("what this tool wrote is nobody's",
         Grid("附表1", (TOP, [*HEADINGS, None, LAST_YEAR_HEADING], *([*row, None, 5] for row in ROWS))),
         Grid("修改记录", ([f"{CHANGES}a.xlsx）"], ["昆明", 7])), texts=[], loose=[], calls=CALLS),
)  # fmt: skip
def test_which_sheets_are_read(grids: tuple[Grid, ...], about: dict[str, Any], expected: dict[str, Any]) -> None:
    assert seen(grids, about, expected) == expected


BOTH_ROWS = zip((HEADINGS, *ROWS), (SYSTEM_HEADINGS, *SYSTEM_ROWS), strict=True)


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        (only([0, 1, 2, 3, 4, 5, 8, 9]), "工作表“表”：只找到附表1的部分栏目名称，缺少"),  # less than two thirds
        (only(range(4)), "的表头，只有“来电总量”、“人工接听量”等栏目名称"),
        (Grid("表", tuple([*one, None, *other] for one, other in BOTH_ROWS)), "栏目名称"),  # two forms side by side
        (HIDDEN, "是隐藏的工作表。请取消隐藏后再报送。"),
    ],
)
def test_a_sheet_alone_of_which_no_form_is_read_is_refused(grid: Grid, told: str) -> None:
    assert told in refusal(grid)


def test_a_hidden_column_is_read_and_noted() -> None:
    grid = Grid("附表1", (TOP, HEADINGS, *ROWS), hidden_columns=frozenset((2,)))
    (table,) = filing(grid).tables
    assert (figures(table), [aside.reason for aside in table.asides]) == (CALLS, ["这一栏被隐藏，照样读取"])


# Whose each table of a book is


GUANGXI = "广西壮族自治区"


def listing(number: int, described: str) -> Grid:
    """A listing of this number by its form, the unit in its header and the regions that it lists: 1 广东省 广州市 深圳市."""
    kind, unit, *regions = described.split()
    form = EDITION.forms[int(kind) - 1]
    header = [] if unit == "无" else [[f"{unit}（盖章）"]]
    rows: list[Sequence[Cell]] = [[at, region, *([5] * len(form.data))] for at, region in enumerate(regions, 1)]
    cells: list[Sequence[Cell]] = [[form.title], *header, [column.heading for column in form.columns], *rows]
    return Grid(f"Sheet{number}", cells)


@pytest.mark.parametrize(
    ("sheets", "owners"),
    [
        (["1 广东省 广州市 深圳市", "2 广东省 广州市 深圳市"], ["广东省"] * 2),
        ([f"1 {GUANGXI} 广州市 深圳市"], ["广东省"]),
        ([f"1 {GUANGXI} 广州市 深圳市", "2 广东省 广州市"], ["广东省"] * 2),
        ([f"1 {GUANGXI} 甲 乙", "2 广东省 丙"], [GUANGXI] * 2),
        (
            ["1 无 广州市 深圳市", "2 无 广州市 深圳市", "1 无 南京市 苏州市", "2 无 苏州市"],
            ["广东省"] * 2 + ["江苏省"] * 2,
        ),
        (["1 无 广州市", "1 无 深圳市", "1 无 珠海市"], ["广东省"] * 3),
        (["1 广东省 广州市", "1 无 深圳市", "1 无 桂林市"], ["广东省"] * 3),  # a slip, not a unit of one city
        (["1 广东省 广州市", "2 无 桂林市"], ["广东省"] * 2),
        (["1 无 广州市", "2 广东省 广州市"], ["广东省"] * 2),
        (["1 无 昆山市 常熟市 张家港市"], ["江苏省"]),
        (["1 无 海南"], [None]),
        (["1 青海省 海南"], ["青海省"]),
    ],
)
def test_regions_tell_before_headers_and_headers_before_neighbours(sheets: list[str], owners: list[str | None]) -> None:
    tables = read_tables(Book(tuple(map(listing, range(len(sheets)), sheets))), "表.xlsx", EDITION).tables
    assert [table.unit and table.unit.name for table in tables] == owners
