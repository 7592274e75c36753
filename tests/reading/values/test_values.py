"""What single cells say: numbers, 是 and 否, choices; exact readings and exact objections."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from filing_words import NUMBERS
from hrss12333.model.filing import Place
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Cell
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import as_found, is_blank, tidy
from hrss12333.reading.values.cell_value import read_value
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Column

COLUMNS: dict[str, Column] = {key: column for form in EDITION.forms for key, column in form.by_key.items()}
PLACE = Place("附表1", 5, 3)


def read(key: str, cell: Cell) -> tuple[object, Problem | None, str]:
    """Value, objection and note."""
    value = read_value(COLUMNS[key], cell, PLACE)
    return value.value, value.problem, str(value.note or "")


@pytest.mark.parametrize(
    ("cell", "number", "note"),
    [
        (2500, 2500, ""),
        (2500.0, 2500, ""),
        (0, 0, ""),
        (2499.9999999999995, 2500, "去掉计算产生的极小误差"),
        ("2500", 2500, "文本改为数值"),
        ("0", 0, "文本改为数值"),
        (" 2500\u3000", 2500, "文本改为数值"),
        ("2,500", 2500, "去掉千分位逗号"),
        ("1，234，567", 1234567, "去掉千分位逗号、全角改半角"),
        ("2,500.00", 2500, "去掉千分位逗号"),
        ("1’234", 1234, "文本改为数值"),
        ("1'234'567次", 1234567, "去掉单位“次”"),
        ("469\u202f421", 469421, "文本改为数值"),
        ("１２３", 123, "全角改半角"),
        ("12 500", 12500, "去掉数字中间的空格"),
        ("1 234 567", 1234567, "去掉数字中间的空格"),
        ("1234.", 1234, "文本改为数值"),
        ("300．", 300, "全角改半角"),
        (".5万", 5000, "按“万、亿、千”换算"),
        ("３百", 300, "按“万、亿、千”换算、全角改半角"),
        ("2.5万", 25000, "按“万、亿、千”换算"),
        ("1.2345万", 12345, "按“万、亿、千”换算"),
        ("１．２亿", 120_000_000, "按“万、亿、千”换算、全角改半角"),
        ("2万5千", 25000, "按“万、亿、千”换算"),
        ("2万0500", 20500, "按“万、亿、千”换算"),
        ("3千", 3000, "按“万、亿、千”换算"),
        ("约2.5万次", 25000, "按“万、亿、千”换算、去掉“约”、去掉单位“次”"),
        ("2500左右", 2500, "去掉“左右”"),
        ("2500 人次", 2500, "去掉单位“人次”"),
        ("15（个）", 15, "去掉单位“个”、全角改半角"),
        ("共15条", 15, "去掉“共”、去掉单位“条”"),
        ("'2500", 2500, "文本改为数值"),
        ("+12", 12, "文本改为数值"),
    ],
)
def test_numbers_as_people_write_them(cell: Cell, number: int, note: str) -> None:
    assert read("calls_total", cell) == (number, None, note)


@pytest.mark.parametrize(
    ("key", "cell", "number"),
    [
        ("seats", "8个坐席", 8),
        ("seats", "8 座席", 8),
        ("knowledge_entries", "3121条目", 3121),
        ("knowledge_entries", "约0.5万条知识", 5000),
        ("agents", "25名咨询员", 25),
        ("calls_total", "1,200次来电", 1200),
        ("seats", "8个班", None),
        ("calls_total", "100放弃", None),
        ("calls_total", "8个坐席", None),
    ],
)
def test_a_word_of_the_heading_may_stand_behind_the_number(key: str, cell: str, number: int | None) -> None:
    assert read(key, cell)[0] == number


@pytest.mark.parametrize(
    ("cell", "problem", "candidates"),
    [
        (None, Problem.MISSING, ()),
        ("", Problem.MISSING, ()),
        (" ", Problem.MISSING, ()),
        ("\u3000", Problem.MISSING, ()),
        ("\u200b", Problem.MISSING, ()),
        ("-", Problem.MISSING, ()),
        ("－", Problem.MISSING, ()),
        ("——", Problem.MISSING, ()),
        ("/", Problem.MISSING, ()),
        ("无", Problem.MISSING, ()),
        ("不详", Problem.MISSING, ()),
        ("N/A", Problem.MISSING, ()),
        ("两千多", Problem.NOT_WHOLE, ()),
        ("100多", Problem.NOT_WHOLE, (100,)),
        ("近3000", Problem.NOT_WHOLE, (3000,)),
        ("2500-3000", Problem.NOT_WHOLE, (2500, 3000)),
        ("120\n340", Problem.NOT_WHOLE, (120, 340)),
        ("5\n6", Problem.NOT_WHOLE, (5, 6)),
        ("3 120", Problem.NOT_WHOLE, (3, 120)),
        ("120 340", Problem.NOT_WHOLE, (120, 340)),
        ("2 5 0 0", Problem.NOT_WHOLE, (2, 5, 0)),
        ("3, 120", Problem.NOT_WHOLE, (3, 120)),
        ("120,\n340", Problem.NOT_WHOLE, (120, 340)),
        ("3000/4120", Problem.NOT_WHOLE, (3000, 4120)),
        ("120（原340）", Problem.NOT_WHOLE, (120, 340)),
        ("旧120新340", Problem.NOT_WHOLE, (120, 340)),
        ("12.5", Problem.NOT_WHOLE, ()),
        (12.5, Problem.NOT_WHOLE, ()),
        ("50%", Problem.NOT_WHOLE, ()),
        ("1,23", Problem.NOT_WHOLE, (123,)),
        ("12,34,567", Problem.NOT_WHOLE, (1234567,)),
        ("12 34", Problem.NOT_WHOLE, (12, 34)),
        ("2万5", Problem.NOT_WHOLE, ()),
        ("万", Problem.NOT_WHOLE, ()),
        ("10²", Problem.NOT_WHOLE, (10,)),
        ("①2500", Problem.NOT_WHOLE, (2500,)),
        ("½", Problem.NOT_WHOLE, ()),
        ("25OO", Problem.NOT_WHOLE, (25,)),
        ("1.234.567", Problem.NOT_WHOLE, ()),
        ("1e5", Problem.NOT_WHOLE, ()),
        ("=1+2", Problem.NOT_WHOLE, ()),
        (True, Problem.NOT_WHOLE, ()),
        (float("inf"), Problem.NOT_WHOLE, ()),
        (float("nan"), Problem.NOT_WHOLE, ()),
        (datetime(1906, 11, 3), Problem.NOT_WHOLE, (2499,)),
        (date(2019, 12, 31), Problem.NOT_WHOLE, (43830,)),
        (time(12, 0), Problem.NOT_WHOLE, ()),
        (-5, Problem.NEGATIVE, (5,)),
        ("-1,200", Problem.NEGATIVE, (1200,)),
        ("－12", Problem.NEGATIVE, (12,)),
        ("#REF!", Problem.CELL_ERROR, ()),
        ("#DIV/0!", Problem.CELL_ERROR, ()),
        ("Err:502", Problem.CELL_ERROR, ()),
    ],
)
def test_what_is_no_number_is_an_objection_never_a_guess(
    cell: Cell, problem: Problem, candidates: tuple[int, ...]
) -> None:
    value = read_value(COLUMNS["calls_total"], cell, PLACE)
    assert (value.value, value.problem, value.candidates) == (None, problem, candidates)
    assert value.place == PLACE


@pytest.mark.parametrize("number", [0, 7, 1000, 20_000, 123_456, 9_800_000])
def test_every_shape_of_a_number_says_the_same(number: int) -> None:
    shapes = [shape for way in NUMBERS if (shape := way(number)) is not None]
    assert {read("calls_total", shape)[:2] for shape in shapes} == {(number, None)}


YES = [
    "是",
    "√",
    "✓",
    "✔",
    "有",
    "Y",
    "yes",
    "TRUE",
    "已开",
    "已开通",
    "开通",
    "已经启用",
    "是的",
    "是。",
    "（是）",
    " 是 ",
    "Ｙ",
    "☑",
]
YES += ["●是 ○否", "☑是", "是（省厅统一建设）", "是（7×24小时不间断）", "是（含各县区）"]
YES += ["是（试运行）", "是，2018年开通", "☑是□否", "是☑否□", "□否 ☑是", "是（√）否（ ）", "■是 □否", "是√", "全面开通"]
YES += ["是√ 否", "√是 否", "√是否", "是√/否", "☑ 是、否"]
NO = [
    "否",
    "×",
    "✗",
    "✘",
    "无",
    "没有",
    "N",
    "no",
    "未开通",
    "尚未开通",
    "暂未启用",
    "未",
    "不是",
    "否。",
    "否（计划中）",
    "x",
]
NO += ["○是 ●否", "否（2020年开通）", "□是☑否", "是□否☑", "是（ ）否（√）", "□是 ■否", "没有开通", "不统一", "否\n"]
NO += ["是 否√", "是 √否", "是否√", "是/√否"]
NEITHER = [
    "部分开通",
    "是/否",
    "是否",
    "0",
    "1",
    "是（计划2020年开通）",
    "是（部分县区未开通）",
    "否（已在建）",
    "□是□否",
    "☑是☑否",
]
NEITHER += ["在建", "待定中", "☒", "■", "√×", "是（已停用）", "有无", "拟开通", "未知中", "是 √ 否", "是√否", "是√ 否√"]


TAKEN_BACK = [
    "是（已下线）",
    "是（已取消）",
    "√（已停）",
    "开通（已下线）",
    "是；已停用",
    "是，但已下线",
    "是（已转12345）",
    "是\n（停用）",
]
PUT_OFF = [
    "是（规划中）",
    "是（申请中）",
    "是（预计年底）",
    "是（2020年2月开通）",
    "是（20年2月）",
    "有（待建）",
    "是（2020.3起）",
]
LIMITED = ["是（县级）", "是（80%）", "是（部分）", "是（仅市区）", "是（3个区县）", "已开通（80%）"]
CONTRADICTED = ["是（×）", "是（未下线）", "否（已开通）", "否（部分开通）"]
UNSURE = ["是（维护中）", "是（省级）", "是（2月开通）", "是（）", "是（全覆盖）"]


@pytest.mark.parametrize("cell", [*TAKEN_BACK, *PUT_OFF, *LIMITED, *CONTRADICTED])
def test_an_answer_that_its_own_words_undo_is_none(cell: str) -> None:
    value = read_value(COLUMNS["voicemail"], cell, PLACE, 2019)
    assert (value.value, value.problem) == (None, Problem.NOT_YES_OR_NO)


@pytest.mark.parametrize("cell", UNSURE)
def test_an_answer_with_unknown_words_is_read_and_asked_about(cell: str) -> None:
    value = read_value(COLUMNS["voicemail"], cell, PLACE, 2019)
    assert (value.value, value.problem, bool(value.doubt)) == (True, None, True)


def test_a_date_counts_by_the_year_reported_on() -> None:
    cells = ["是（2019年3月开通）", "是（2018年底开通）", "否（2020年开通）"]
    values = [read_value(COLUMNS["voicemail"], cell, PLACE, 2019) for cell in cells]
    assert [(value.value, value.doubt) for value in values] == [(True, ""), (True, ""), (False, "")]
    assert read_value(COLUMNS["voicemail"], "是（2019年3月开通）", PLACE, 2018).problem is Problem.NOT_YES_OR_NO


@pytest.mark.parametrize(
    "cell", ["互联网（已停用）", "业务专网（计划、拟迁）", "互联网，已停用", "业务专网（过渡）", "互联网（部分）"]
)
def test_a_network_that_its_own_words_undo_is_none(cell: str) -> None:
    value = read_value(COLUMNS["network_location"], cell, PLACE, 2019)
    assert (value.value, value.problem) == (None, Problem.NOT_A_CHOICE)


def test_a_network_with_unknown_words_is_read_and_asked_about() -> None:
    value = read_value(COLUMNS["network_location"], "互联网（阿里云）", PLACE, 2019)
    assert (value.value, value.problem, bool(value.doubt)) == ("互联网", None, True)


@pytest.mark.parametrize("cell", YES)
def test_yes(cell: str) -> None:
    assert read("voicemail", cell)[:2] == (True, None)


@pytest.mark.parametrize("cell", NO)
def test_no(cell: str) -> None:
    assert read("voicemail", cell)[:2] == (False, None)


@pytest.mark.parametrize("cell", NEITHER)
def test_neither_yes_nor_no(cell: str) -> None:
    assert read("voicemail", cell)[:2] == (None, Problem.NOT_YES_OR_NO)


@pytest.mark.parametrize("cell", [None, " ", "-", "/", "不详", "……"])
def test_a_blank_is_neither_yes_nor_no(cell: Cell) -> None:
    assert read("voicemail", cell)[:2] == (None, Problem.MISSING)


def test_only_a_plain_answer_needs_no_note() -> None:
    assert read("voicemail", "是") == (True, None, "")
    assert read("voicemail", "是 ") == (True, None, "去掉多余的空格")
    assert read("voicemail", True) == (True, None, "按“是”读取")
    assert read("voicemail", "√") == (True, None, "按“是”读取")


def test_numbers_in_place_of_an_answer_are_offered_not_taken() -> None:
    assert read_value(COLUMNS["voicemail"], 1, PLACE).candidates == (True,)
    assert read_value(COLUMNS["voicemail"], 0.0, PLACE).candidates == (False,)
    assert read_value(COLUMNS["voicemail"], 2, PLACE).candidates == ()
    assert read("voicemail", 1)[:2] == (None, Problem.NOT_YES_OR_NO)


@pytest.mark.parametrize(
    ("cell", "choice"),
    [
        ("互联网", "互联网"),
        ("业务专网", "业务专网"),
        (" 业务 专网 ", "业务专网"),
        ("专网", "业务专网"),
        ("人社专网", "业务专网"),
        ("外网", "互联网"),
        ("Internet", "互联网"),
        ("“互联网”", "互联网"),
        ("业务专网（省厅机房）", "业务专网"),
        ("业务专网部署", "业务专网"),
        ("业务专网（金保网）", "业务专网"),
        ("互联网（公网）", "互联网"),
        ("公网（互联网）", "互联网"),
        ("□互联网 ☑业务专网", "业务专网"),
    ],
)
def test_choices(cell: str, choice: str) -> None:
    assert read("network_location", cell)[:2] == (choice, None)


@pytest.mark.parametrize(
    ("cell", "candidates"),
    [
        ("政务外网", ()),
        ("内网", ()),
        ("互联网、业务专网", ()),
        ("互联网+专网", ("互联网",)),
        ("互联网√ 业务专网□", ()),
        ("业务专网（互联网备份）", ()),
        ("业务专网（公网）", ("业务专网",)),
        ("是", ()),
        (3, ()),
    ],
)
def test_other_networks_are_no_choice(cell: Cell, candidates: tuple[str, ...]) -> None:
    value = read_value(COLUMNS["network_location"], cell, PLACE)
    assert (value.value, value.problem, value.candidates) == (None, Problem.NOT_A_CHOICE, candidates)


def test_remarks_are_kept_as_they_stand() -> None:
    assert read("remarks", " 系统升级，停机3天 ") == ("系统升级，停机3天", None, "")
    assert read("remarks", 12.0) == ("12", None, "")
    assert read("remarks", None) == (None, None, "")
    assert read("serial", "2") == (2, None, "")
    assert read("serial", "甲") == (None, None, "")


def test_what_a_cell_shows() -> None:
    assert [is_blank(cell) for cell in (None, "", " ", "\u3000", "\u200b", 0, "0", False)] == [True] * 5 + [False] * 3
    assert tidy("（Ａ－１）\u3000") == "(A-1)"
    assert as_found(5.0) == 5
    assert as_found(datetime(2019, 12, 31)) == "2019-12-31"


def test_a_number_that_a_format_keeps_with_a_fraction_of_nothing_is_read_at_once() -> None:
    """A range is looked through one by one for anything that is no whole number by its type."""
    column = EDITION.forms[0].by_key["calls_total"]
    assert read_value(column, 113.0, None).value == 113
    assert read_value(column, 13_800_000_000.0, None).problem is Problem.NOT_WHOLE


@pytest.mark.parametrize("number", [13_000_000_000, 13_800_000_000, 19_999_999_999])
def test_what_reads_as_a_mobile_number_is_no_count(number: int) -> None:
    """The numbers on either side of these are counts of whatever size."""
    column = EDITION.forms[0].by_key["calls_total"]
    asked = read_value(column, number, None)
    assert (asked.value, asked.problem) == (None, Problem.NOT_WHOLE)
    assert read_value(column, str(number), None).problem is Problem.NOT_WHOLE
    assert [read_value(column, around, None).problem for around in (12_999_999_999, 20_000_000_000)] == [None, None]


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
    value = read_value(COLUMNS["system_centralized"], written, None, 2019)
    assert (value.value, value.problem is None) == (said, said is not None)
    assert read_value(COLUMNS["web"], "是（市级部署）", None, 2019).value is True
