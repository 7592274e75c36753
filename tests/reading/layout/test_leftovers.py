"""What no table, row or header claims: words are quoted, each once, and figures are asked about (V310)."""

from __future__ import annotations

from datetime import date

import pytest

from cases import cases, words
from cell_marks import marks_of
from five_cities import (
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SERVICE,
    filing,
    lines,
    loose,
    regions,
    rules,
    sheet,
    texts,
)
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.grid import Box, Cell, Grid, Mark


def kinds(*grids: Grid) -> list[tuple[TextKind, str, str | None]]:
    """Kind, words and cell of each text."""
    return [(text.kind, text.text, text.place and text.place.a1) for text in filing(*grids).texts]


CLEAN = """
1-5
1-5 / |全区
1-5 / Σ 合计 / 填表说明： / |1．请务必填写联系人及手机号。
1-5 / · / 注：数据采集周期为：2019年1月1日至2019年12月31日。
1-5 / · / 填表人：|李四||审核人：|王五||电话：|0951-5012345
1-5 / · / 报送人：李四 / 部门：|就业处
1-5 / 2020年1月10日
1-5 / · / （盖章）
1-5 / 7 / 8 / 9 / ……
"""


def test_of_a_title_with_unit_and_header_nothing_is_quoted_and_a_blank_is_asked_about_once() -> None:
    title = f"宁夏回族自治区{SERVICE.title}（2019年）\n（盖章）  宁夏  省（自治区、直辖市）  联系人：张三"
    found = filing(sheet(ROWS, above=[[title], ["手机号", "邮箱"], [1389738687, "a@b.cn"]]))
    assert (texts(found), loose(found)) == ([], [])
    assert "H105" in rules(found)


@pytest.mark.parametrize("rows", CLEAN.split("\n")[1:-1])
def test_a_clean_form_leaves_nothing(rows: str) -> None:
    found = filing(sheet(rows, above=[["附表1"], ["宁夏2019年度12333电话服务情况调查表"], lines(HEADER)[0]]))
    assert (texts(found), loose(found)) == ([], [])


def test_remarks_comments_cells_beside_and_below_are_quoted_once_with_their_place() -> None:
    row: list[Cell] = [*ROWS[1][:12], "停机3天", None, "含惠农区"]
    marks = marks_of((3, 2), comment="张三:\n估算数")
    grid = Grid("附表1", (lines(HEADER)[0], HEADINGS, ROWS[0], row, *ROWS[2:], [], ["咨询员含外包"]), marks=marks)
    assert kinds(grid) == [
        (TextKind.COMMENT, "估算数", "C4"),
        (TextKind.REMARK, "停机3天", "M4"),
        (TextKind.CELL, "含惠农区", "O4"),
        (TextKind.CELL, "咨询员含外包", "A9"),
    ]
    found = {text.kind: text for text in filing(grid).texts}
    about = (found[TextKind.REMARK].region, found[TextKind.REMARK].form, found[TextKind.REMARK].field)
    assert about == ("石嘴山市", "附表1", "remarks")
    assert (found[TextKind.COMMENT].region, found[TextKind.COMMENT].field) == ("石嘴山市", "calls_total")


def test_a_remark_merged_over_rows_is_quoted_once() -> None:
    rows: list[list[Cell]] = [[*row[:12], "停机3天" if not at else None] for at, row in enumerate(ROWS[:3])]
    assert texts(filing(sheet(rows, merges=(Box(2, 12, 4, 12),)))) == ["停机3天"]


def test_what_the_header_says_beside_its_blanks_is_quoted() -> None:
    above = [["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001", "说明：数据为初步统计"]]
    found = filing(sheet(ROWS, above=above))
    assert texts(found) == ["说明：数据为初步统计"]


def test_a_column_of_its_own_is_one_text() -> None:
    rows = [[*row, 90 + at] for at, row in enumerate(ROWS)]
    found = filing(sheet(rows, [[*HEADINGS, "满意度"]]))
    assert (texts(found), loose(found)) == (["满意度\n90\n91\n92\n93\n94"], [])


def test_a_column_that_is_there_twice_is_quoted_as_it_is_not_read() -> None:
    rows = [[*row, 90 + at] for at, row in enumerate(ROWS[:2])]
    found = filing(sheet(rows, [[*HEADINGS, "坐席数"]]))
    assert [(text.text, text.form, text.field) for text in found.texts] == [
        (f"坐席数\n{ROWS[0][10]}\n{ROWS[1][10]}", "附表1", "seats"),
        ("坐席数\n90\n91", "附表1", "seats"),
    ]


@pytest.mark.parametrize("at", [0, 16])
def test_a_table_of_its_own_is_one_text(at: int) -> None:
    own: list[list[Cell]] = [["项目", "件数"], ["留言", 500], ["投诉", 30]]
    below = [[None] * at + row for row in own]
    found = filing(sheet([*ROWS, [], *below]))
    assert (texts(found), loose(found)) == (["项目 件数\n留言 500\n投诉 30"], [])


def test_a_table_of_words_is_one_text() -> None:
    found = filing(sheet([*ROWS, [], ["情况说明", "内容"], ["系统升级", "三月停机两天"], ["人员", "新招两人"]]))
    assert texts(found) == ["情况说明 内容\n系统升级 三月停机两天\n人员 新招两人"]


def test_another_sheet_is_one_text() -> None:
    found = filing(sheet(ROWS), Grid("工单", (["月份", "件数"], ["1月", 500], ["备注：含投诉"])))
    assert [(text.kind, text.text, text.sheet) for text in found.texts] == [
        (TextKind.OTHER_SHEET, "月份 件数\n1月 500\n备注：含投诉", "工单")
    ]
    assert loose(found) == []


def test_figures_under_no_heading_of_another_sheet_are_asked_about() -> None:
    row: list[Cell] = [7, "自治区本级", 500, 400, "是", 90]
    found = filing(sheet(ROWS), Grid("附表1续", (["附表1（续）"], row)))
    assert (loose(found), texts(found)) == ([("500", "400"), ("90",)], ["附表1（续）\n7 自治区本级 500 400 是 90"])
    headed = Grid("统计", (["序号", "地区", "年份", None, "答复", "件数"], [None, None, 2018, 2019], [], row))
    summed = Grid("统计", (["来电总量", 500],), marks={(0, 1): Mark(formula="=SUM(附表1!C3:C7)")})
    for grid in (headed, summed, Grid("旧", (row,)), Grid("附表1续", (row,), hidden=True)):
        assert loose(filing(sheet(ROWS), grid)) == []


def test_paragraphs_around_a_word_table_are_quoted_without_the_header() -> None:
    before = (
        SERVICE.title,
        "（盖章）宁夏回族自治区  联系人：张三  手机号：13800000001",
        "现将数据报送如下，不含宁东。",
    )
    found = filing(Grid("表格1", (HEADINGS, *ROWS), before=before, after=("填表人：李四", "其中银川为暂估。")))
    assert [(text.kind, text.text) for text in found.texts] == [
        (TextKind.PARAGRAPH, "现将数据报送如下，不含宁东。"),
        (TextKind.PARAGRAPH, "其中银川为暂估。"),
    ]


@cases("""
    said
    数据有疑问请与联系人李四联系，手机号：13900000000 | 数据由联系人提供 | 经与联系人核对，固原市数据有误
    联系人李四已调离，其统计的数据不准确。 | 手机号登记的来电有遗漏 | 电话高峰期放弃量偏大，联系人：王五负责解释 | （单位：千次） | 情况说明
""")
def test_a_sentence_that_holds_the_word_of_a_label_is_one_text(said: str) -> None:
    assert texts(filing(sheet([*ROWS, [], [said]]))) == [said]
    assert texts(filing(Grid("表格1", (HEADINGS, *ROWS), after=(said,)))) == [said]


@pytest.mark.parametrize(
    "header", ["联系人：张三 手机号：13800000001", "联系人:张三  手机号 13800000001", "联系人 张三 手机号 13800000001"]
)
def test_the_header_in_one_cell_or_paragraph_is_left_out(header: str) -> None:
    line = f"（盖章）宁夏回族自治区 省（自治区、直辖市） {header}"
    for found in (filing(sheet(ROWS, above=[[line]])), filing(Grid("表格1", (HEADINGS, *ROWS), before=(line,)))):
        assert (texts(found), found.tables[0].header["name"].value) == ([], "张三")


@pytest.mark.parametrize(("said", "quoted"), [("2018年", ["2018年"]), ("无", []), ("-", []), ("/", []), ("—", [])])
def test_a_remark_is_quoted_unless_it_says_nothing(said: str, quoted: list[str]) -> None:
    assert texts(filing(sheet([[*ROWS[0][:12], said], *ROWS[1:]]))) == quoted


def test_texts_in_no_cell_are_passed_on() -> None:
    given = (Text(TextKind.BOX, "数据未定稿"), Text(TextKind.PAGE, "第1页 共2页"), Text(TextKind.NOTE, "含热线"))
    assert texts(filing(sheet(ROWS), texts=given)) == ["数据未定稿", "含热线"]


def test_words_in_rows_that_are_no_data_are_quoted() -> None:
    total: list[Cell] = ["合计（不含宁东）", None, 1, 1, 1, 1, None, None, 1, 1, 1, 1, "另报"]
    of_last_year: list[list[Cell]] = [["2018年"], [*ROWS[0][:12], "含惠农区"]]
    subtotal: list[Cell] = ["另有热线", "小计", 1, 1, 1, 1, "多数", None, 1, 1, 1, 1, None]
    found = filing(sheet([*ROWS, total, subtotal, *of_last_year]))
    assert texts(found) == ["另报", "合计（不含宁东）", "另有热线", "多数", "含惠农区"]
    hidden = [*ROWS[0][:4], "数未定", *ROWS[0][5:]]
    grid = Grid("附表1", (lines(HEADER)[0], HEADINGS, hidden, *ROWS[1:]), hidden_rows=frozenset({2}))
    assert texts(filing(grid)) == ["数未定"]


@cases("""
    quoted                     said
    石嘴山估算                  手机号：13900000000 石嘴山估算 | 联系人：张三 石嘴山估算 | 邮箱：a@b.cn　石嘴山估算
    统计日期：2018年12月31日     统计日期：2018年12月31日
    -                          填表日期：2020年1月15日 | 填报时间：2019年12月20日至2020年1月17日 | 手机号：13900000000（短号666001）
""")
def test_of_a_header_line_only_what_was_read_is_left_out(said: str, quoted: str) -> None:
    line = "（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"
    for above in ([[line], [said]], [[f"{line} {said}"]]):
        assert texts(filing(sheet(ROWS, above=above))) == [text for text in [quoted] if text != "-"], above


@cases("""
    said
    2018年度 | 2018年12月31日 | （2018年）
""")
def test_the_forms_own_words_are_those_of_the_year_that_is_processed(said: str) -> None:
    """Below the table, on a page, in a comment, in the properties and on another sheet; with the year processed it is left out."""
    for text, quoted in ((said, [said]), (said.replace("2018", "2019"), [])):
        marks = marks_of((3, 2), comment=text)
        beside = [Text(kind, text) for kind in (TextKind.PAGE, TextKind.PROPERTY)]
        for found in (
            filing(sheet([*ROWS, [], [text]])),
            filing(Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS), marks=marks)),
            filing(sheet(ROWS), Grid("说明", ([text],))),
        ):
            assert texts(found) == quoted
        assert texts(filing(sheet(ROWS), texts=tuple(beside))) == 2 * quoted


# Figures


@pytest.mark.parametrize("figure", [70000, 70000.5, "7万", "70,000次", "约70000", "12.5%", "70000（次）", "７００００"])
def test_a_figure_outside_the_tables_is_asked_about(figure: Cell) -> None:
    for grid in (
        sheet([[*ROWS[0], None, figure], *ROWS[1:]]),
        sheet([*ROWS, [], [None, None, figure]]),
        sheet(ROWS, above=[[None, figure], lines(HEADER)[0]]),
    ):
        found = filing(grid)
        assert (len(loose(found)), texts(found)) == (1, []), grid
        assert "V310" in rules(found)


def test_neighbouring_figures_are_one_question() -> None:
    found = filing(sheet([*ROWS, [], [None, 1001, 2302], [None, 3003, 4004], [], [None, 5005]]))
    assert loose(found) == [("1001", "2302", "3003", "4004"), ("5005",)]


DAYS = words("2018年 | 2020-01-10 | 0951-5012345 | １３８０００００００１ | 12333 | 20200110")


@pytest.mark.parametrize("figure", [*DAYS, 2018, 13800000001, date(2020, 1, 10)])
def test_years_days_and_telephones_are_no_figures(figure: Cell) -> None:
    assert loose(filing(sheet([*ROWS, [], [None, None, figure]]))) == []


def test_serial_numbers_are_no_figures() -> None:
    assert loose(filing(sheet("1-5 / 7 / 8 / · / 1|请核对 / 2|请盖章"))) == []


def test_a_label_and_its_figure_are_a_text_and_a_question() -> None:
    found = filing(sheet([*ROWS, [], [None, "另有热线", 7000]]))
    assert (texts(found), loose(found)) == (["另有热线"], [("7000",)])


@cases("""
    asked=  formula
    False   =C3-D3 | =ROUND(C3/10000,2) | =SUM(附表1!C3:C7)
    True    =C3+5000 | =Z99 | =SUM(C3:C7)-P20
""")
def test_what_only_computes_from_the_table_is_no_figure(formula: str, asked: bool) -> None:
    grid = Grid(
        "附表1",
        (lines(HEADER)[0], HEADINGS, [*ROWS[0], None, 7000], *ROWS[1:]),
        marks={(2, 14): Mark(formula=formula)},
    )
    assert bool(loose(filing(grid))) is asked


def test_thousands_of_cells_beside_a_table_are_one_text_and_one_question() -> None:
    many: list[list[Cell]] = [[*[None] * 14, f"话{at}", at] for at in range(1500)]
    found = filing(sheet([*ROWS, *many]))
    assert (len(found.texts), len(loose(found))) <= (2, 2)
    assert regions(found.tables[0]) == CITIES


@pytest.mark.parametrize(
    "above",
    [
        [["数据为初步统计 联系人：张三 手机号：13800000001"], ["（盖章）宁夏回族自治区"]],
        [["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001", None, "数据为初步统计"]],
        [["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001"], ["数据为初步统计"]],
        [["数据为初步统计"], ["（盖章）宁夏回族自治区", "联系人：张三", "手机号：13800000001"]],
        [["（盖章）宁夏回族自治区", "联系人：", "张三", "手机号：", "13800000001、13900000002", "数据为初步统计"]],
        [["（盖章）宁夏回族自治区", "联系人：", "张三", "手机号：", 13800000001, None, "数据为初步统计"]],
        [["（盖章）宁夏回族自治区 省（自治区、直辖市）", "数据为初步统计"], ["联系人：张三", "手机号：13800000001"]],
    ],
)
def test_words_around_the_header_are_quoted(above: list[list[Cell]]) -> None:
    found = filing(sheet(ROWS, above=above))
    assert texts(found) == ["数据为初步统计"]
    assert found.tables[0].header["name"].value == "张三"
