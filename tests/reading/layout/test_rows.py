"""Which rows are data, and what is passed over: samples, sums, notes, signatures; merged, doubled and scaled cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest

from cell_marks import stale
from factory import unit_named
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding
from hrss12333.model.problem import Problem
from hrss12333.reading.account.explained import explained
from hrss12333.reading.account.sheet import with_unread
from hrss12333.reading.grid import At, Book, Box, Cell, Grid, Mark
from hrss12333.reading.layout.row_words import is_guide, is_note, is_sample, is_subtotal, is_total
from hrss12333.reading.layout.tables import read_tables
from printed_2019 import EDITION

SERVICE, SYSTEMS = EDITION.forms
GUANGDONG = unit_named("广东")
HEADINGS: list[Cell] = [column.label for column in SERVICE.columns]
OTHERS: list[Cell] = [column.label for column in SYSTEMS.columns]
LINE = "（盖章）广东省（自治区、直辖市） 联系人：张三 手机号：13800000001 邮箱：a@b.cn"
ABOVE: list[list[Cell]] = [[SERVICE.title], [LINE], HEADINGS]
SAMPLE: list[Cell] = [1, "样例", 2500, 1000, 1000, 500, "是", "是", 150, 100, 100, 1000, "无"]


def city(name: str | None, calls: int = 300, serial: Cell = 1) -> list[Cell]:
    return [serial, name, calls, calls // 3, calls // 3, calls // 3, "是", "否", 20, 10, 5, 33, None]


def read(
    *rows: Sequence[Cell],
    above: Sequence[Sequence[Cell]] = ABOVE,
    merges: tuple[Box, ...] = (),
    marks: Mapping[At, Mark] = MappingProxyType({}),
) -> Table:
    (table,) = tables(Grid("表", (*above, *rows), merges=merges, marks=marks))
    return table


def tables(*grids: Grid, format: str = "xlsx") -> list[Table]:
    return [table for table, _ in read_tables(Book(format, grids), "f.xlsx", EDITION)[1]]


def found(table: Table) -> Sequence[Finding]:
    return check(Filing("f.xlsx", GUANGDONG, (table,)), EDITION).findings


def regions(table: Table) -> list[tuple[str, str | None]]:
    return [(row.place.a1, row.region) for row in table.rows]


@pytest.mark.parametrize(
    "rows",
    [
        [SAMPLE, city("广州市"), city("深圳市")],
        [city("广州市"), SAMPLE, city("深圳市")],
        [city("广州市"), city("深圳市"), ["例：", "某市", *SAMPLE[2:]]],
        [city("广州市"), [], [], city("深圳市")],
        [city("广州市"), [None, "小计", *city("", 300)[2:]], city("深圳市")],
        [city("广州市"), city("深圳市"), ["……"], ["合计", None, 600, 200, 200, 200]],
        [city("广州市"), city("深圳市"), [None, "合 计", 600], [None, "全省平均", 300]],
        [["合计", None, 600, 200, 200, 200], city("广州市"), city("深圳市")],
        [["栏次", "甲", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], city("广州市"), city("深圳市")],
        [["甲", "乙", "1=2+3+4", 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], city("广州市"), city("深圳市")],
        [
            [None, None, "次", "次", "次", "次", "是/否", "是/否", "人", "人", "个", "人次"],
            city("广州市"),
            city("深圳市"),
        ],
        [city("广州市"), city("深圳市"), ["填表说明：1．请填写全部栏目"], [None, "2．数字"]],
        [city("广州市"), city("深圳市"), ["填报人：王五", None, "审核人：赵六", None, "日期：2020年1月10日"]],
        [city("广州市"), city("深圳市"), [None, None, "单位负责人：", None, "审核人：赵六"]],
        [city("广州市"), city("深圳市"), [3], [4], [5]],
        [city("1.广州市"), city("广东深圳"), ["占比", None, 0.5, 0.5]],
    ],
)
def test_what_is_no_data_is_passed_over(rows: list[list[Cell]]) -> None:
    assert [region for _, region in regions(read(*rows))] == ["广州市", "深圳市"]


def test_cells_are_the_physical_ones() -> None:
    table = read(SAMPLE, [], city("广州市"), [], city("深圳"))
    assert regions(table) == [("B6", "广州市"), ("B8", "深圳市")]
    assert table.rows[1].get("seats").place is not None
    assert [table.rows[1].get(key).place.a1 for key in ("calls_total", "remarks")] == ["C8", "M8"]  # type: ignore[union-attr]


def test_headings_repeated_for_printing_go_on_with_the_table() -> None:
    table = read(city("广州市"), HEADINGS, city("深圳市"), ["合计", None, 600])
    assert regions(table) == [("B4", "广州市"), ("B6", "深圳市")]
    assert table.total is not None
    assert table.total.number("calls_total") == 600


def test_a_row_without_a_region_is_kept_for_R201() -> None:  # noqa: N802
    assert regions(read(city("广州市"), city(None))) == [("B4", "广州市"), ("B5", None)]


def test_an_unfilled_region_is_a_row_with_missing_values() -> None:
    table = read(city("广州市"), [2, "深圳市"])
    assert table.rows[1].get("calls_total").problem is Problem.MISSING


def test_a_region_in_the_serial_column() -> None:
    table = read(["广州市", None, *city("")[2:]])
    assert regions(table) == [("A4", "广州市")]


def test_a_region_merged_over_two_rows_is_one_row() -> None:
    table = read(city("广州市"), [], city("深圳市"), merges=(Box(3, 1, 4, 1),))
    assert regions(table) == [("B4", "广州市"), ("B6", "深圳市")]


def test_answers_merged_downwards_are_shared_and_figures_are_not() -> None:
    second = city("深圳市")
    second[6] = second[2] = None
    table = read(city("广州市"), second, merges=(Box(3, 6, 4, 6), Box(3, 2, 4, 2)))
    assert [row.get("voicemail").value for row in table.rows] == [True, True]
    assert [row.get("calls_total").problem for row in table.rows] == [Problem.NOT_WHOLE, Problem.NOT_WHOLE]


def test_a_figure_merged_over_two_columns_belongs_to_neither() -> None:
    row = city("广州市")
    row[3] = None
    table = read(row, merges=(Box(3, 2, 3, 3),))
    assert [table.rows[0].get(key).problem for key in ("calls_total", "calls_agent")] == [
        Problem.NOT_WHOLE,
        Problem.NOT_WHOLE,
    ]


def test_doubled_columns_are_read_where_they_agree() -> None:
    table = read([*city("广州市"), 5], [*city("深圳市"), 6], above=[[*HEADINGS, "坐席数"]])
    assert [(row.get("seats").value, row.get("seats").problem) for row in table.rows] == [
        (5, None),
        (None, Problem.COLUMN_UNCLEAR),
    ]
    assert [problem.field for problem in table.column_problems] == ["seats"]


def test_figures_in_ten_thousands_are_read_so() -> None:
    headings = [f"{heading}（万次）" if heading == "来电总量" else heading for heading in HEADINGS]
    table = read([1, "广州市", 2.5, *city("")[3:]], above=[headings])
    value = table.rows[0].get("calls_total")
    assert (value.value, value.problem) == (25000, None)
    assert [(scale.field, scale.place.a1, scale.factor) for scale in table.scales] == [("calls_total", "C1", 10_000)]


def test_a_heading_parted_below_is_read_for_neither_part() -> None:
    parts: list[Cell] = [*[None] * 8, "专职", "兼职"]
    headings = [*HEADINGS[:9], None, *HEADINGS[9:]]
    row = [*city("广州市")[:8], 12, 8, *city("")[9:]]
    value = read(row, above=[headings, parts], merges=(Box(0, 8, 0, 9),)).rows[0].get("staff_total")
    assert (value.found, value.value, value.problem) == (12, None, Problem.COLUMN_UNCLEAR)


def test_a_whole_row_that_differs_from_the_sum_stays_a_row() -> None:
    """R209 asks about it."""
    table = read(city("广州市"), city("深圳市"), city("全省", 900))
    assert len(table.rows) == 3
    assert table.asides == ()


def test_errors_and_formulas_that_the_fast_reader_shows_as_blank() -> None:
    row = city("广州市")
    row[2] = row[8] = row[9] = None
    marks = {(3, 2): stale("=SUM(D4:F4)"), (3, 8): Mark(error="#REF!"), (3, 9): stale("=X(1)")}
    (line,) = read(row, marks=marks).rows
    assert {key: (line.get(key).value, line.get(key).problem) for key in ("calls_total", "staff_total", "agents")} == {
        "calls_total": (300, None),
        "staff_total": (None, Problem.CELL_ERROR),
        "agents": (None, Problem.NOT_CALCULATED),
    }


def test_a_name_that_only_a_formula_gives_is_asked_about_as_a_formula() -> None:
    row = city("广州市")
    row[1] = None
    asked = [f for f in found(read(row, marks={(3, 1): stale('="广州"&"市"')})) if f.cell == "B4"]
    assert sorted(f.rule for f in asked) == ["R201", "V308"]
    assert "没有计算结果" in asked[-1].message_text


def test_why_a_formula_is_not_believed_is_said() -> None:
    row = city("广州市")
    row[2] = None
    (finding,) = (f for f in found(read(row, marks={(3, 2): stale("=X(1)")})) if f.rule == "V308")
    assert "没有计算结果" in finding.message_text


def test_a_word_tables_paragraphs_are_its_header() -> None:
    grid = Grid("表格1", (HEADINGS, city("广州市")), before=(SERVICE.title, LINE), after=("1．请填写全部栏目",))
    ((table, unit),) = read_tables(Book("docx", (grid,)), "f.docx", EDITION)[1]
    assert unit is not None
    assert unit.short == "广东"
    assert table.header["mobile"].value == "13800000001"
    assert table.header["mobile"].place is None


def test_one_header_serves_both_forms_of_a_sheet_but_not_of_another() -> None:
    other: list[list[Cell]] = [[SYSTEMS.title], OTHERS, [1, "广州市", *["是"] * 2, "互联网", 9, *["是"] * 7]]
    stacked = tables(Grid("表", (*ABOVE, city("广州市"), [], *other)))
    assert [table.header["name"].value for table in stacked] == ["张三", "张三"]
    apart = tables(Grid("一", (*ABOVE, city("广州市"))), Grid("二", tuple(other)))
    assert [bool(table.header) for table in apart] == [True, False]


def test_a_cover_sheet_is_the_header_of_forms_that_have_none() -> None:
    cover = Grid("封面", (["报送单位：广东省人力资源和社会保障厅"], ["联系人：张三", "手机号：13800000001"]))
    ((table, unit),) = read_tables(Book("xlsx", (cover, Grid("表", (HEADINGS, city("广州市"))))), "f", EDITION)[1]
    assert unit is not None
    assert table.header["mobile"].place is not None
    assert table.header["mobile"].place.sheet == "封面"


def test_each_table_belongs_to_the_unit_that_its_own_header_names() -> None:
    second: list[list[Cell]] = [[SERVICE.title], ["（盖章）广西壮族自治区 联系人：李四"], HEADINGS, city("南宁市")]
    book = Book("xlsx", (Grid("一", (*ABOVE, city("广州市"))), Grid("二", tuple(second))))
    found = [(unit.short if unit else None, table.rows[0].region) for table, unit in read_tables(book, "f", EDITION)[1]]
    assert found == [("广东", "广州市"), ("广西", "南宁市")]


def test_blank_and_hidden_copies_are_left_out_and_named() -> None:
    filled = Grid("一", (*ABOVE, city("广州市")))
    copies = (Grid("空", (*ABOVE, [1], [2])), Grid("旧", (*ABOVE, city("广州市", 900)), hidden=True))
    (table,) = tables(filled, *copies)
    assert table.sheet == "一"
    assert sorted(aside.text for aside in table.asides) == ["旧", "空"]
    (hidden,) = tables(*copies[1:])
    assert hidden.sheet == "旧"


def test_no_region_reads_as_a_sample_a_sum_or_a_note() -> None:
    names = {name for unit in EDITION.units for region in unit.regions for name in (region.name, region.name[:2])}
    names |= {alias for unit in EDITION.units for alias in unit.aliases}
    assert [name for name in names if is_sample(name) or is_total(name) or is_subtotal(name) or is_note(name)] == []


def test_kinds_of_rows() -> None:
    assert all(
        map(
            is_total, ["合计", "合 计", "总计", "全省合计", "合计：", "（合计）", "合计（21个市）", "Total", "本省总计"]
        )
    )
    assert not any(map(is_total, ["合作市", "合肥市", "总人数", "计"]))
    assert all(map(is_sample, ["样例", "样 例", "示例", "（样例）", "例：某市"]))
    assert is_guide(["栏次", "1", "2", "3", "4"])
    assert is_guide(["A", "B", "C", "D"])
    assert not is_guide(["1", "广州市", "2", "3", "4", "5"])
    assert not is_guide(["是", "否", "是", "否"])


@pytest.mark.parametrize(
    "name",
    ["附表1（旧）", "备份", "初稿", "草稿", "空白", "测试", "练习", "附表1作废", "样表", "附表1-副本", "附表1 old"],
)
def test_a_sheet_that_is_marked_as_stale_is_left_out_and_named(name: str) -> None:
    current = Grid("附表1", (*ABOVE, city("广州市")))
    stale = Grid(name, (*ABOVE, city("广州市", 900), city("深圳市", 900)))
    for grids in ((current, stale), (stale, current)):
        (table,) = tables(*grids)
        assert [row.number("calls_total") for row in table.rows] == [300]
        (aside,) = table.asides
        assert aside.text == name
        assert "以“附表1”为准，其中深圳市在“附表1”中没有" in aside.reason
    (alone,) = tables(stale)
    assert len(alone.rows) == 2


def test_the_list_of_changes_is_no_form() -> None:
    changes = Grid("修改记录", (["修改记录（原文件：宁夏.xlsx）"], HEADINGS, city("深圳市")))
    current = Grid("附表1", (*ABOVE, city("广州市")))
    (table,) = tables(current, changes)
    assert regions(table) == [("B4", "广州市")]
    assert len(tables(current, Grid("修改记录", (*ABOVE, city("深圳市"))))) == 2


def test_half_of_a_name_and_the_same_as_above_are_asked_about() -> None:
    above: list[list[Cell]] = [[SERVICE.title], ["（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"], HEADINGS]
    ditto = city("吴忠市")
    ditto[6] = "同上"
    rows: list[list[Cell]] = [*above, city("银川市"), city("石嘴"), [None, "山市"], ditto]
    book = Book("xlsx", (Grid("表", rows),))
    owned = read_tables(book, "f", EDITION)[1]
    ((table, unit),) = with_unread(book, explained(book, owned, EDITION), owned, EDITION)
    found = check(Filing("f.xlsx", unit, (table,)), EDITION).findings
    assert {("R202", "B5"), ("V304", "G7"), ("V310", "B6")} <= {(f.rule, f.cell) for f in found}


def test_a_region_in_traditional_characters_is_read() -> None:
    assert regions(read(city("廣州市"))) == [("B4", "广州市")]
