"""Habits of single offices: 其中 over parts, marks of notes, remarks that take an answer back, answers one cell aside."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hrss12333.model.filing import Table
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.headings import named_column
from hrss12333.reading.layout.tables import read_tables
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_value import read_value
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Form

SERVICE, SYSTEMS = EDITION.form("附表1"), EDITION.form("附表2")
HEADER: list[Cell] = ["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001"]
CITIES = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市")


def headings(form: Form) -> list[Cell]:
    return [column.heading for column in form.columns]


def service(number: int) -> list[Cell]:
    agent, ivr, left = 40000 + 3170 * number, 20000 + 710 * number, 3100 + 57 * number
    return [number + 2, CITIES[number], agent + ivr + left, agent, ivr, left, "是", "否", 14, 10, 9, 31 + number, "无"]


def systems(number: int) -> list[Cell]:
    return [
        number + 2,
        CITIES[number],
        "是",
        "否",
        "业务专网",
        900 + number,
        "是",
        "否",
        "是",
        "否",
        "是",
        "是",
        "否",
        None,
    ]


ROWS = [service(number) for number in range(5)]
SYSTEM_ROWS = [systems(number) for number in range(5)]


def read(
    form: Form,
    *rows: Sequence[Cell],
    over: Sequence[Sequence[Cell]] | None = None,
    merges: Sequence[Box] = (),
    sheet: str = "",
    header: bool = True,
) -> Table:
    above = HEADER if header else HEADER[:1]
    grid = Grid(sheet or form.key, (above, *(over or [headings(form)]), *rows), merges=tuple(merges))
    ((table, _),) = read_tables(Book("xlsx", (grid,)), "f.xlsx", EDITION)
    return table


@pytest.mark.parametrize(
    "heading",
    [
        "来电总量①",
        "来电总量\n（次）②",
        "来电总量¹",
        "来电总量[注1]",
        "来电总量 注2",
        "来电总量（注1）",
        "来电总量（次/年）",
        "求和项:来电总量",
    ],
)
def test_a_mark_that_refers_to_a_note_changes_no_heading(heading: str) -> None:
    found = named_column(SERVICE, heading, 2019)
    assert found is not None
    assert found.key == "calls_total"


@pytest.mark.parametrize("heading", ["备注1", "附注"])
def test_such_a_mark_is_none_of_these(heading: str) -> None:
    assert named_column(SERVICE, heading, 2019) == named_column(SERVICE, heading)


def test_of_which_over_the_parts_of_a_sum_heads_all_of_them() -> None:
    upper: list[Cell] = ["序号", "地区", "来电总量", "其中", None, None, *headings(SERVICE)[6:]]
    lower: list[Cell] = [None, None, None, "人工接听量", "自助语音量", "放弃量"]
    table = read(SERVICE, *ROWS, over=[upper, lower])
    assert table.column_problems == ()
    assert [row.scalar("calls_agent") for row in table.rows] == [row[3] for row in ROWS]


def test_of_which_over_what_the_form_makes_no_part_of_anything_is_another_figure() -> None:
    upper: list[Cell] = [*headings(SERVICE)[:11], "其中", "备注"]
    lower: list[Cell] = [*[None] * 11, "年度培训人次"]
    table = read(SERVICE, *ROWS, over=[upper, lower])
    assert [problem.field for problem in table.column_problems] == ["training_attendances"]


def test_a_group_that_asks_whether_and_short_names_below_it() -> None:
    own = headings(SYSTEMS)
    upper: list[Cell] = [*own[:6], "服务渠道（是否开通）", None, None, None, *own[10:]]
    lower: list[Cell] = [*[None] * 6, "网上", "短信", "APP", "微信"]
    merged = [Box(1, at, 2, at) for at in range(14) if not 6 <= at < 10]
    table = read(SYSTEMS, *SYSTEM_ROWS, over=[upper, lower], merges=[*merged, Box(1, 6, 1, 9)])
    assert table.column_problems == ()
    assert [table.rows[0].scalar(key) for key in ("web", "sms", "app", "wechat")] == [True, False, True, False]


@pytest.mark.parametrize(
    "note",
    [
        "单位：次",
        "1.来电总量＝人工接听量＋自助语音量＋放弃量，若不相等，请在备注中说明情况，并与市局信息中心联系核对后再报省厅汇总。",
    ],
)
def test_notes_right_of_the_headings_of_a_text_file_hide_none_of_them(note: str) -> None:
    """Nothing is merged there: the groups of the upper row are told by what stands below them."""
    own = headings(SYSTEMS)
    groups: list[Cell] = ["电话系统建设", None, None, None, "服务渠道", None, None, None, "规范化建设", None, None]
    upper: list[Cell] = [*own[:2], *groups, own[13], None, note]
    table = read(SYSTEMS, *SYSTEM_ROWS, over=[upper, [None, None, *own[2:13]]])
    assert (table.column_problems, [row.region for row in table.rows]) == ((), list(CITIES))
    assert {key: place.row for key, place in table.headings.items() if key in ("serial", "region", "web")} == {
        "serial": 2,
        "region": 2,
        "web": 3,
    }


def test_of_which_alone_names_no_region() -> None:
    part: list[Cell] = [None, "其中", 30, 10, 10, 10, "是", "否", 4, 3, 2, 1, None]
    table = read(SERVICE, ROWS[0], part, *ROWS[1:])
    assert [row.region for row in table.rows] == list(CITIES)
    assert [aside.text for aside in table.asides] == ["其中"]


def test_a_remark_that_spells_a_heading_makes_no_heading_of_its_row() -> None:
    table = read(SERVICE, [*ROWS[0][:12], "来电量单位：次"], *ROWS[1:])
    assert [row.region for row in table.rows] == list(CITIES)
    assert table.column_problems == ()


@pytest.mark.parametrize("sheet", ["附表1（万次）", "附表1（单位：万次）"])
def test_the_name_of_a_sheet_names_the_unit_of_its_figures(sheet: str) -> None:
    rows: list[list[Cell]] = [[*row[:2], 9.5, 6.5, 2, 1, *row[6:]] for row in ROWS]
    table = read(SERVICE, *rows, sheet=sheet)
    assert [row.scalar("calls_total") for row in table.rows] == [95000] * 5
    assert {scale.factor for scale in table.scales} == {10_000}
    assert [row.scalar("staff_total") for row in table.rows] == [14] * 5


def test_the_contact_right_of_the_table_below_a_unit_above_it() -> None:
    beside: list[list[Cell]] = [[None, "联系人：李四"], [None, "手机号：13900000002"]]
    rows = [[*row, *(beside[at] if at < len(beside) else [])] for at, row in enumerate(ROWS)]
    table = read(SERVICE, *rows, header=False)
    assert {key: value.value for key, value in table.header.items()} == {
        "unit": "宁夏回族自治区",
        "name": "李四",
        "mobile": "13900000002",
    }


def test_a_figure_that_is_not_filled_in_is_no_sign_of_a_row_that_moved() -> None:
    table = read(SERVICE, [*ROWS[0][:5], None, *ROWS[0][6:]], *ROWS[1:])
    assert [(key, value.note) for key, value in table.rows[0].marked.items()] == [("calls_abandoned", "")]


@pytest.mark.parametrize("written", ["是（？）", "否（?）"])
def test_an_answer_with_a_question_mark_is_asked_about(written: str) -> None:
    assert read_yesno(written, 2019).doubt


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("是（市集中）", None),
        ("是，市级部署", None),
        ("是（州级自建）", None),
        ("是（全省各市统一接入）", True),
        ("是（省集中）", True),
        ("否（市级集中）", False),
    ],
)
def test_a_city_is_no_province(written: str, said: bool | None) -> None:
    value = read_value(SYSTEMS.by_key["system_centralized"], written, None, 2019)
    assert (value.value, value.problem is None) == (said, said is not None)
    assert read_value(SYSTEMS.by_key["web"], "是（市级部署）", None, 2019).value is True
