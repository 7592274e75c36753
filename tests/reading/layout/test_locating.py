"""Where forms stand: headings in any shape, columns that are the form's and columns that only look like it."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.locating import locate

from cases import cases
from hrss12333.reading.grid import Box, Cell, Grid
from hrss12333.reading.layout.headings import ALIKE, OWN, USUAL, column_alike, named_column
from hrss12333.reading.values.numbers import line_measures
from printed_2019 import EDITION

SERVICE, SYSTEMS = EDITION.forms
HEADINGS = [column.label for column in SERVICE.columns]
OTHERS = [column.label for column in SYSTEMS.columns]
ROW: list[Cell] = [1, "广州市", 300, 100, 100, 100, "是", "否", 20, 10, 5, 33, "无"]


def grid(*rows: Sequence[Cell], merges: tuple[Box, ...] = ()) -> Grid:
    return Grid("表", tuple(rows), merges=merges)


def columns(located: Candidate) -> dict[str, int]:
    return {key: match.column for key, match in located.columns.items()}


IN_ORDER = {column.key: place for place, column in enumerate(SERVICE.columns)}


@cases(r"""
    key          quality  text
    calls_total  OWN      来电总量 | 来电 总量 | 来电\n总量 | 来电总量（次） | 1.来电总量 | （1）来电总量 | 一、来电总量 | *来电总量：
    calls_total  OWN      来电情况-来电总量 | 来电情况（来电总量） | 2019年来电总量 | 来电总量（2019年1-12月） | 来电总量（单位：次）
    calls_total  OWN      来电总量（2019年1月1日至2019年12月31日） | 1-12月来电总量
    calls_total  USUAL    来电总数 | 总呼入量
    staff_total  OWN      总人数（含管理人员和咨询员） | 总人数（人）
    seats        OWN      坐席数（席） | 座席数
    calls_ivr    USUAL    IVR语音量
    calls_abandoned USUAL 来电放弃量
    agents       OWN      咨询员人数
    voicemail    OWN      是否开通留言服务（是/否）
    region       USUAL    市（州、盟） | 设区市名称
""")
def test_headings_that_name_a_column_for_certain(text: str, key: str, quality: str) -> None:
    found = named_column(SERVICE, text, 2019)
    assert found is not None
    assert (found.key, found.quality, found.scale) == (key, {"OWN": OWN, "USUAL": USUAL}[quality], 0)


def test_坐席_and_座席_are_used_for_each_other() -> None:  # noqa: N802  the words are what is tested
    assert {named_column(SERVICE, "坐席数"), named_column(SERVICE, "座席数")} == {named_column(SERVICE, "坐席数")}
    found = named_column(SYSTEMS, "坐席是否省集中")
    assert found is not None
    assert found.key == "seats_centralized"


@cases("""
    scale=  text
    10_000  来电总量（万次） | 来电总量（单位：万次） | 来电总量，万 | 来电总量/万次 | 来电总量（以万次计） | 来电总量（×10000） | 来电总量（×10⁴）
    1_000   来电总量（k） | 来电总量【千次】
    0       来电总量（次） | 来电总量（5）
""")
def test_a_heading_that_counts_in_ten_thousands_says_so(text: str, scale: int) -> None:
    found = named_column(SERVICE, text)
    assert found is not None
    assert (found.key, found.scale) == ("calls_total", scale)


@cases("""
    scales=                    text
    {"条":10_000}              单位：万条
    {"次":10_000}              单位为万次 | 注：来电量以万次计
    {"人":1000}                计量单位：千人
    {"次":1,"人":1,"条":10_000} （单位：次、人、万条）
    {"":10_000}                单位：万
    {"次":1}                   单位：次
    {}                         填报单位：万载县人社局 | 填报单位：人社局
""")
def test_a_line_says_in_what_it_counts(text: str, scales: dict[str, int]) -> None:
    assert dict(line_measures(text)) == scales


@cases("""
    key                 text
    unified_uniform     服装是否统一
    wechat              是否有微信服务
    app                 APP服务开通情况
    knowledge_entries   知识库条目总数
    system_centralized  系统是否实现省集中
    unified_number      12333号码是否统一提供服务
""")
def test_the_same_words_in_another_order(text: str, key: str) -> None:
    column = column_alike(SYSTEMS, text)
    assert column is not None
    assert column.key == key


@cases("""
    text
    人工接听率 | 人工接听量占比 | 上年来电总量 | 2018年来电总量 | 其中：知识库条目数 | 咨询员人数（外包） | 来电总量（人工） | 来电总量（12月）
    来电总量（日） | 来电总量（2018年） | 咨询员人数（全职） | 咨询员人数（含管理人员） | 坐席数（省级） | 坐席数（人） | 坐席人数 | 自助语音量（转人工）
    市级来电总量 | 专职咨询员人数 | 人工接听时长 | 人工未接听量 | 自助语音放弃量 | 坐席利用率 | 是否开通电话服务 | 年度培训费用 | 日均来电总量
    来电总量（千次） | 联系电话 | 总人数增幅
""")
def test_headings_of_something_else_are_never_taken(text: str) -> None:
    found = named_column(SERVICE, text, 2019)
    assert found is None or found.scale
    assert column_alike(SERVICE, text) is None


@cases("""
    text
    是否开通电话服务 | 是否开通抖音服务 | 微信关注人数 | 网上服务办件量 | 短信发送量 | 知识库更新条目数
""")
def test_other_channels_are_no_channel_of_the_form(text: str) -> None:
    assert named_column(SYSTEMS, text) is None
    assert column_alike(SYSTEMS, text) is None


def test_one_heading_row() -> None:
    (found,) = locate(grid(["附表1"], HEADINGS, ROW), EDITION)
    assert (found.form.key, found.top, found.body, found.end) == (SERVICE.key, 1, 2, 3)
    assert columns(found) == IN_ORDER


def test_padding_and_foreign_columns() -> None:
    wide = [*HEADINGS[:3], "人工接通率", *HEADINGS[3:]]
    (found,) = locate(grid([], [None, None, *wide], [None, None, *ROW]), EDITION)
    assert columns(found) == {key: place + 2 + (place >= 3) for key, place in IN_ORDER.items()}
    assert [(match.text, match.column) for match in found.strangers] == [("人工接通率", 5)]


def test_split_headings_and_merged_groups() -> None:
    upper = [None, None, "来电情况", None, None, None, None, None, "队伍建设", None, None, None, None]
    lower = [heading if heading != "咨询员人数" else "咨询员" for heading in HEADINGS]
    last: list[Cell] = [*[None] * 9, "人数"]
    (found,) = locate(grid(upper, lower, last, ROW, merges=(Box(0, 2, 0, 5), Box(0, 8, 0, 11))), EDITION)
    assert columns(found) == IN_ORDER
    assert found.body == 3


def test_a_data_row_is_never_taken_for_a_heading() -> None:
    (found,) = locate(grid(HEADINGS, [1, "广州市", 300, 100, 100, 100, "No", "No", 20, 10, 5, 33, "无"]), EDITION)
    assert found.body == 1


def test_forms_side_by_side_are_parted() -> None:
    left, right = locate(grid([*HEADINGS, None, *OTHERS], [*ROW, None, 1, "广州市"]), EDITION)
    assert (left.form.key, right.form.key) == (SERVICE.key, SYSTEMS.key)
    assert columns(left) == IN_ORDER
    assert columns(right) == {column.key: 14 + place for place, column in enumerate(SYSTEMS.columns)}
    assert left.grid.at(1, 15) is None
    assert right.grid.at(1, 1) is None
    assert right.sheet.at(1, 1) == "广州市"


def test_one_region_column_for_both_forms() -> None:
    left, right = locate(grid([*HEADINGS[:-1], *OTHERS[2:]], ROW), EDITION)
    assert left.columns["region"].column == right.columns["region"].column == 1
    assert left.columns["remarks"].column == right.columns["remarks"].column == 23


def test_forms_one_below_the_other_end_where_the_next_begins() -> None:
    upper, lower = locate(grid(HEADINGS, ROW, [], [SYSTEMS.title], ["（盖章）广东省"], OTHERS, [1, "广州市"]), EDITION)
    assert (upper.end, lower.top) == (2, 5)


def test_doubled_and_missing_columns_are_named() -> None:
    headings = [*HEADINGS[:5], "人工接听", *HEADINGS[6:]]
    (found,) = locate(grid(headings, ROW), EDITION)
    assert [match.column for match in found.doubled["calls_agent"]] == [3, 5]
    assert "calls_abandoned" not in found.columns


def test_the_column_of_cities_is_chosen_before_that_of_the_province() -> None:
    headings = ["序号", "地区", "市（州）", *HEADINGS[2:]]
    rows = [[n, "广东省", city, *ROW[2:]] for n, city in enumerate(["广州市", "深圳市"], 1)]
    (found,) = locate(grid(headings, *rows), EDITION)
    assert found.columns["region"].column == 2


def test_a_heading_parted_below_is_no_heading() -> None:
    parted: list[Cell] = [*[None] * 8, "专职", "人数"]
    headings = [heading if heading != "咨询员人数" else "咨询员" for heading in HEADINGS]
    headings[8] = "总人数"
    (found,) = locate(grid(headings, parted, ROW), EDITION)
    assert "staff_total" not in found.columns or found.body == 1


def test_a_list_of_headings_is_no_table() -> None:
    assert locate(grid(*[[heading, "解释"] for heading in HEADINGS]), EDITION) == []


def test_a_likeness_is_taken_only_where_it_stands_alone() -> None:
    headings = [heading if heading != "放弃量" else "放弃次数" for heading in HEADINGS]
    (found,) = locate(grid(headings, ROW), EDITION)
    assert found.columns["calls_abandoned"].quality == ALIKE
    (twice,) = locate(grid([*headings, "放弃总数"], ROW), EDITION)
    assert "calls_abandoned" not in twice.columns
