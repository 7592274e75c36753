"""What no table, row or header claims: words are quoted, each once, and figures are asked about (V310)."""

from __future__ import annotations

from typing import Any

import pytest

from cases import cases, words
from five_cities import (
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SERVICE,
    case,
    cases_of,
    filing,
    lines,
    loose,
    rules,
    seen,
    sheet,
    texts,
)
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.grid import Box, Cell, Grid, Mark, Moment
from merge_runs import marks_of

TOP = lines(HEADER)[0]
SEALED = "（盖章）宁夏回族自治区"

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


@pytest.mark.parametrize("rows", CLEAN.split("\n")[1:-1])
def test_a_clean_form_leaves_nothing(rows: str) -> None:
    found = filing(sheet(rows, above=[["附表1"], ["宁夏2019年度12333电话服务情况调查表"], lines(HEADER)[0]]))
    assert (texts(found), loose(found)) == ([], [])


def with_remark(text: Cell, row: int = 0, *more: Cell) -> list[list[Cell]]:
    """The rows of the cities, of one with another remark, and cells behind it."""
    return [[*given[:12], text, *more] if at == row else [*given] for at, given in enumerate(ROWS)]


TITLE = f"宁夏回族自治区{SERVICE.title}（2019年）\n（盖章）  宁夏  省（自治区、直辖市）  联系人：张三"
MORE: list[list[Cell]] = [["项目", "件数"], ["留言", 500], ["投诉", 30]]
UNLISTED: list[Cell] = [7, "自治区本级", 500, 400, "是", 90]
TOTAL: list[Cell] = ["合计（不含宁东）", None, 1, 1, 1, 1, None, None, 1, 1, 1, 1, "另报"]
SUBTOTAL: list[Cell] = ["另有热线", "小计", 1, 1, 1, 1, "多数", None, 1, 1, 1, 1, None]
MANY: list[list[Cell]] = [[*[None] * 14, f"话{at}", at] for at in range(1500)]
SAYS = (f"{SEALED}  联系人：张三  手机号：13800000001", "现将数据报送如下，不含宁东。")

AROUND: list[list[list[Cell]]] = [
    [["数据为初步统计 联系人：张三 手机号：13800000001"], [SEALED]],
    [[SEALED, "联系人：张三", "手机号：13800000001", None, "数据为初步统计"]],
    [[SEALED, "联系人：张三", "手机号：13800000001"], ["数据为初步统计"]],
    [["数据为初步统计"], [SEALED, "联系人：张三", "手机号：13800000001"]],
    [[SEALED, "联系人：", "张三", "手机号：", "13800000001、13900000002", "数据为初步统计"]],
    [[SEALED, "联系人：", "张三", "手机号：", 13800000001, None, "数据为初步统计"]],
    [[f"{SEALED} 省（自治区、直辖市）", "数据为初步统计"], ["联系人：张三", "手机号：13800000001"]],
]
NO_FIGURES: list[Cell] = [
    *words("2018年 | 2020-01-10 | 0951-5012345 | １３８０００００００１ | 12333 | 20200110"),
    *(2018, 13800000001, Moment("2020-01-10", is_date=True)),
]


@cases_of(
    case("of a title with unit and header nothing is quoted, and a mobile without a digit is asked about once",
         sheet(ROWS, above=[[TITLE], ["手机号", "邮箱"], [1389738687, "a@b.cn"]]), texts=[], loose=[], rules=["F006",
         "H105"]),
    case("remarks, comments, cells beside and below are quoted once with their place",
         Grid("附表1", (TOP, HEADINGS, *with_remark("停机3天", 1, None, "含惠农区"), [], ["咨询员含外包"]),
              marks=marks_of((3, 2), comment="张三:\n估算数")),
         kinds=[(TextKind.COMMENT, "估算数", "C4"), (TextKind.REMARK, "停机3天", "M4"), (TextKind.CELL, "含惠农区", "O4"),
                (TextKind.CELL, "咨询员含外包", "A9")]),
    case("with the region and column that they are about",
         Grid("附表1", (TOP, HEADINGS, *with_remark("停机3天", 1)), marks=marks_of((3, 2), comment="张三:\n估算数")),
         fields=[("估算数", "石嘴山市", "附表1", "calls_total"), ("停机3天", "石嘴山市", "附表1", "remarks")]),
    case("a remark merged over rows is quoted once",
         sheet([[*row[:12], "停机3天" if not at else None] for at, row in enumerate(ROWS[:3])], merges=(Box(2, 12, 4,
         12),)),
         texts=["停机3天"]),
    case("what the header says beside its blanks", sheet(ROWS, above=[[SEALED, "联系人：张三", "手机号：13800000001",
         "说明：数据为初步统计"]]),
         texts=["说明：数据为初步统计"]),
    case("a column of its own is one text", sheet([[*row, 90 + at] for at, row in enumerate(ROWS)], [[*HEADINGS,
         "满意度"]]),
         texts=["满意度\n90\n91\n92\n93\n94"], loose=[]),
    case("a column that is there twice is quoted as it is not read",
         sheet([[*row, 90 + at] for at, row in enumerate(ROWS[:2])], [[*HEADINGS, "坐席数"]]),
         fields=[(f"坐席数\n{ROWS[0][10]}\n{ROWS[1][10]}", None, "附表1", "seats"), ("坐席数\n90\n91", None, "附表1", "seats")]),
    *(case(f"a table of its own is one text, {at} columns to the right", sheet([*ROWS, [],
           *([None] * at + row for row in MORE)]),
           texts=["项目 件数\n留言 500\n投诉 30"], loose=[]) for at in (0, 16)),
    case("a table of words is one text", sheet([*ROWS, [], ["情况说明", "内容"], ["系统升级", "三月停机两天"], ["人员", "新招两人"]]),
         texts=["情况说明 内容\n系统升级 三月停机两天\n人员 新招两人"]),
    case("another sheet is one text", sheet(ROWS), Grid("工单", (["月份", "件数"], ["1月", 500], ["备注：含投诉"])),
         kinds=[(TextKind.OTHER_SHEET, "月份 件数\n1月 500\n备注：含投诉", "A1")], loose=[]),
    case("figures under no heading of another sheet are asked about", sheet(ROWS), Grid("附表1续", (["附表1（续）"], UNLISTED)),
         loose=[("500", "400"), ("90",)], texts=["附表1（续）\n7 自治区本级 500 400 是 90"]),
    *(case(f"but not those of {what}", sheet(ROWS), grid, loose=[]) for what, grid in {
        "a table with headings": Grid("统计", (["序号", "地区", "年份", None, "答复", "件数"], [None, None, 2018, 2019], [],
        UNLISTED)),
        "a sheet that adds up": Grid("统计", (["来电总量", 500],), marks={(0, 1): Mark(formula="=SUM(附表1!C3:C7)")}),
        "an old sheet": Grid("旧", (UNLISTED,)),
        "a hidden sheet": Grid("附表1续", (UNLISTED,), hidden=True),
    }.items()),
    case("paragraphs around a Word table are quoted without the header",
         Grid("表格1", (HEADINGS, *ROWS), before=(SERVICE.title, *SAYS), after=("填表人：李四", "其中银川为暂估。")),
         kinds=[(TextKind.PARAGRAPH, SAYS[1], None), (TextKind.PARAGRAPH, "其中银川为暂估。", None)]),
    case("texts in no cell", sheet(ROWS), about={"texts": tuple(Text(kind, text) for kind, text in (
        (TextKind.BOX, "数据未定稿"), (TextKind.PAGE, "第1页 共2页"), (TextKind.NOTE, "含热线")))}, texts=["数据未定稿", "含热线"]),
    case("words in rows that are no data", sheet([*ROWS, TOTAL, SUBTOTAL, ["2018年"], [*ROWS[0][:12], "含惠农区"]]),
         texts=["另报", "合计（不含宁东）", "另有热线", "多数", "含惠农区"]),
    *(case(f"words in the name of a total: {name}", sheet([*ROWS, [name, *TOTAL[1:12]]]), texts=[name])
      for name in ("合计：不含宁东", "全区（不含宁东）合计")),
    case("and in a hidden row", Grid("附表1", (TOP, HEADINGS, [*ROWS[0][:4], "数未定", *ROWS[0][5:]], *ROWS[1:]),
         hidden_rows=frozenset({2})),
         texts=["数未定"]),
    *(case(f"a remark, unless it says nothing: {text}", sheet(with_remark(text)),
           texts=[text] if text == "2018年" else [])
      for text in ("2018年", "无", "-", "/", "—")),
    # figures
    case("neighbouring figures are one question", sheet([*ROWS, [], [None, 1001, 2302], [None, 3003, 4004], [], [None,
         5005]]),
         loose=[("1001", "2302", "3003", "4004"), ("5005",)]),
    *(case(f"years, days and telephones are no figures: {figure}", sheet([*ROWS, [], [None, None, figure]]), loose=[])
      for figure in NO_FIGURES),
    case("a period above the table is no figure", sheet(ROWS, above=[["201906"], TOP]), loose=[]),
    case("serial numbers are no figures", sheet("1-5 / 7 / 8 / · / 1|请核对 / 2|请盖章"), loose=[]),
    case("a label and its figure are a text and a question", sheet([*ROWS, [], [None, "另有热线", 7000]]),
         texts=["另有热线"], loose=[("7000",)]),
    *(case(f"what only computes from the table is no figure: {formula}",
           Grid("附表1", (TOP, HEADINGS, [*ROWS[0], None, 7000], *ROWS[1:]), marks={(2, 14): Mark(formula=formula)}),
           loose=[("7000",)] * asked)
      for formula, asked in (("=C3-D3", False), ("=ROUND(C3/10000,2)", False), ("=SUM(附表1!C3:C7)", False),
                             ("=C3+5000", True), ("=Z99", True), ("=SUM(C3:C7)-P20", True))),
    *(case(f"words around the header are quoted: {above}", sheet(ROWS, above=above), texts=["数据为初步统计"], contacts=["张三"])
      for above in AROUND),
)  # fmt: skip
def test_what_is_quoted_and_asked_about(
    grids: tuple[Grid, ...], about: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert seen(grids, about, expected) == expected


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


@cases("""
    quoted                     said
    石嘴山估算                  手机号：13900000000 石嘴山估算 | 联系人：张三 石嘴山估算 | 邮箱：a@b.cn　石嘴山估算
    统计日期：2018年12月31日     统计日期：2018年12月31日
    复核人（数据有误）：李四    复核人（数据有误）：李四
    -                          邮箱：zs@163.com | 邮箱：lisi@163.com
    -                          填表日期：2020年1月15日 | 填报时间：2019年12月20日至2020年1月17日 | 手机号：13900000000（短号666001）
""")
def test_of_a_header_line_only_what_was_read_is_left_out(said: str, quoted: str) -> None:
    line = "（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"
    for above in ([[line], [said]], [[f"{line} {said}"]]):
        assert texts(filing(sheet(ROWS, above=above))) == [text for text in [quoted] if text != "-"], above


@cases("""
    said
    （数据为估算，缺两个市） | （2018年数据）
""")
def test_words_in_brackets_behind_the_unit_of_the_header_are_quoted(said: str) -> None:
    line = f"（盖章）宁夏回族自治区{said}  联系人：张三 手机号：13800000001"
    (quoted,) = texts(filing(sheet(ROWS, above=[[line]])))
    assert said in quoted


@cases("""
    quoted=   unit
    False     宁夏
    True      甘肃省
""")
def test_a_title_that_names_another_unit_than_the_header_is_quoted(quoted: bool, unit: str) -> None:
    title = f"{unit}2019年度12333电话服务情况调查表"
    line = "（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"
    assert texts(filing(sheet(ROWS, above=[[title], [line]]))) == ([title] if quoted else [])


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


def test_thousands_of_cells_beside_a_table_are_one_text_and_one_question() -> None:
    found = filing(sheet([*ROWS, *MANY]))
    assert (len(found.texts), len(loose(found))) <= (2, 2)
    assert [row.region for row in found.tables[0].rows] == CITIES
