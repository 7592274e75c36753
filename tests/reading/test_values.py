"""What single cells say: numbers, 是 and 否, choices; exact readings and exact objections."""

from __future__ import annotations

import pytest

from cases import cases, words
from filing_words import NUMBERS
from hrss12333.model.filing import Place
from hrss12333.model.row import Problem
from hrss12333.reading.grid import Cell, Moment
from hrss12333.reading.values import as_found, is_blank, read_value, tidy
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Column

COLUMNS: dict[str, Column] = {key: column for form in EDITION.forms for key, column in form.by_key.items()}
PLACE = Place("附表1", 5, 3)


def read(key: str, cell: Cell) -> tuple[object, Problem | None, str]:
    value = read_value(COLUMNS[key], cell, PLACE)
    return value.value, value.problem, str(value.note or "")


@cases(r"""
    number=      note                                            cell
    2500         -                                               2500
    2500         文本改为数值                                    \s2500\u3000 | '2500
    0            文本改为数值                                    0
    12           文本改为数值                                    +12
    1234         文本改为数值                                    1234. | 1’234
    469_421      文本改为数值                                    469\u202f421
    2500         去掉千分位逗号                                  2,500 | 2,500.00
    1_234_567    去掉千分位逗号、全角改半角                      1，234，567
    1_234_567    去掉单位“次”                                    1'234'567次
    123          全角改半角                                      １２３
    300          全角改半角                                      300．
    12_500       去掉数字中间的空格                              12 500
    1_234_567    去掉数字中间的空格                              1 234 567
    5000         按“万、亿、千”换算                              .5万
    300          按“万、亿、千”换算、全角改半角                  ３百
    25_000       按“万、亿、千”换算                              2.5万 | 2万5千
    12_345       按“万、亿、千”换算                              1.2345万
    120_000_000  按“万、亿、千”换算、全角改半角                  １．２亿
    20_500       按“万、亿、千”换算                              2万0500
    3000         按“万、亿、千”换算                              3千
    25_000       按“万、亿、千”换算、去掉“约”、去掉单位“次”      约2.5万次
    186_648      去掉数字中间的空格                              186 648
    89_967       去掉数字中间的空格、去掉单位“次”                89 967次
    2500         去掉“左右”                                      2500左右
    2500         去掉单位“人次”                                  2500 人次
    15           去掉单位“个”、全角改半角                        15（个）
    15           去掉“共”、去掉单位“条”                          共15条
""")
def test_numbers_as_people_write_them(cell: str, number: int, note: str) -> None:
    assert read("calls_total", cell) == (number, None, "文本改为数值" if note == "-" else note)


@cases("""
    key                number=  cell
    seats              8        8个坐席 | 8 座席
    knowledge_entries  3121     3121条目
    knowledge_entries  5000     约0.5万条知识
    agents             25       25名咨询员
    calls_total        1200     1,200次来电
    seats              None     8个班
    calls_total        None     100放弃 | 8个坐席
    training_attendances  None  2019年 | 2019年度
""")
def test_a_word_of_the_heading_may_stand_behind_the_number(key: str, cell: str, number: int | None) -> None:
    assert read(key, cell)[0] == number


@cases(r"""
    problem     cell
    MISSING     | \s | \u3000 | \u200b | - | － | —— | / | 无 | 不详 | N/A
    NOT_WHOLE   两千多 | 12.5 | 50% | 2万5 | 万 | ½ | 1.234.567 | 1e5 | =1+2 | 99999999999999999999 | 100多 | 近3000 | 2500-3000 | 10² | ①2500 | 25OO
    NOT_WHOLE   120\n340 | 120,\n340 | 120（原340） | 旧120新340 | 5\n6 | 3, 120 | 3\n120 | 2 5 0 0 | 3000/4120
    NOT_WHOLE   1,23 | 12,34,567 | 12 34
    NEGATIVE    -1,200 | －12
    CELL_ERROR  #REF! | #DIV/0! | Err:502
""")
def test_what_is_no_number_is_an_objection_never_a_guess(cell: Cell, problem: str) -> None:
    value = read_value(COLUMNS["calls_total"], cell, PLACE)
    assert (value.value, value.problem, value.place) == (None, Problem[problem], PLACE)


@pytest.mark.parametrize("number", [0, 7, 1000, 20_000, 123_456, 9_800_000])
def test_every_shape_of_a_number_says_the_same(number: int) -> None:
    shapes = [shape for way in NUMBERS if (shape := way(number)) is not None]
    assert {read("calls_total", shape)[:2] for shape in shapes} == {(number, None)}


ANSWERS = {
    True: words(r"""
    是 | √ | ✓ | ✔ | 有 | Y | yes | TRUE | 已开 | 已开通 | 开通 | 已经启用 | 是的 | 是。 | （是） | \s是\s | Ｙ | ☑ | ●是 ○否 | ☑是
    ☑是□否 | 是☑否□ | □否 ☑是 | 是（√）否（ ）
    ■是 □否 | 是√ | 全面开通 | 是√ 否 | √是 否 | √是否 | 是√/否 | ☑ 是、否
    """),
    False: words(r"""
    否 | × | ✗ | ✘ | 无 | 没有 | N | no | 未开通 | 尚未开通 | 暂未启用 | 未 | 不是 | 否。 | x | ○是 ●否
    □是☑否 | 是□否☑ | 是（ ）否（√） | □是 ■否 | 没有开通 | 不统一 | 否\n | 是 否√ | 是 √否 | 是否√ | 是/√否
    """),
    None: words("""
    部分开通 | 是/否 | 是否 | 0 | 1 | 是（计划2020年开通） | 是（部分县区未开通） | 否（已在建） | □是□否 | ☑是☑否 | 在建 | 待定中 | ☒ | ■
    √× | 是（已停用） | 有无 | 拟开通 | 未知中 | 是 √ 否 | 是√否 | 是√ 否√
    """),
}


@pytest.mark.parametrize(("answer", "cell"), [(answer, cell) for answer, cells in ANSWERS.items() for cell in cells])
def test_yes_and_no_and_neither(answer: bool | None, cell: str) -> None:
    assert read("voicemail", cell)[:2] == (answer, Problem.NOT_YES_OR_NO if answer is None else None)


@cases(r"""
    choice    cell
    互联网    互联网 | 外网 | Internet | “互联网” | 互联网（公网） | 公网（互联网）
    业务专网  业务专网 | \s业务 专网\s | 专网 | 人社专网 | 业务专网部署 | 业务专网（金保网） | □互联网 ☑业务专网
""")
def test_choices(cell: str, choice: str) -> None:
    assert read("network_location", cell)[:2] == (choice, None)


@cases(r"""
    key               problem        cell
    voicemail         MISSING        \s | - | / | 不详 | ……
    voicemail         NOT_YES_OR_NO  是（已下线） | √（已停） | 是；已停用 | 是，但已下线 | 是（已转12345） | 是\n（停用） | 是（规划中）
    voicemail         NOT_YES_OR_NO  是（2020年2月开通） | 有（待建） | 是（80%） | 是（部分） | 是（×） | 是（未下线） | 是（省级） | 是（试运行）
    voicemail         NOT_YES_OR_NO  是（） | 是（？） | 是，2018年开通 | 否（已开通） | 否（计划中） | 是（省厅统一建设）
    network_location  NOT_A_CHOICE   互联网（已停用） | 业务专网（计划、拟迁） | 互联网，已停用 | 互联网（阿里云） | 业务专网（省厅机房）
    network_location  NOT_A_CHOICE   政务外网 | 内网 | 互联网、业务专网 | 互联网√ 业务专网□ | 业务专网（互联网备份） | 是 | 3 | 互联网+专网
    network_location  NOT_A_CHOICE   业务专网（公网）
""")
def test_an_answer_with_anything_behind_it_or_another_one_is_none(key: str, cell: str, problem: str) -> None:
    assert read(key, cell)[:2] == (None, Problem[problem])


MOBILES = (13_000_000_000, 13_800_000_000, 13_800_000_000.0, 19_999_999_999)
"""What reads as a mobile number is no count; the numbers on either side of these are counts of whatever size."""
NO_COUNTS: list[Cell] = [12.5, True, 1e300, float("inf"), float("nan"), *MOBILES, *map(str, MOBILES)]
NO_COUNTS += [Moment("12:00:00", is_date=False), Moment("1906-11-03", is_date=True)]
BY_TYPE: list[tuple[str, Cell, tuple[object, ...]]] = [
    *(("calls_total", number, (number, None, "")) for number in (2500, 2500.0, 0, 12_999_999_999, 20_000_000_000)),
    ("calls_total", 2499.9999999999995, (2500, None, "去掉计算产生的极小误差")),
    ("calls_total", None, (None, Problem.MISSING)),
    ("calls_total", -5, (None, Problem.NEGATIVE)),
    *(("calls_total", cell, (None, Problem.NOT_WHOLE)) for cell in NO_COUNTS),
    ("voicemail", None, (None, Problem.MISSING)),
    *(("voicemail", number, (None, Problem.NOT_YES_OR_NO)) for number in (1, 0.0, 2)),
    ("voicemail", "是", (True, None, "")),
    ("voicemail", "是 ", (True, None, "去掉多余的空格")),
    *(("voicemail", cell, (True, None, "按“是”读取")) for cell in (True, "√")),
    ("network_location", 3, (None, Problem.NOT_A_CHOICE)),
    ("remarks", " 系统升级，停机3天 ", ("系统升级，停机3天", None, "")),
    ("remarks", 12.0, ("12", None, "")),
    ("remarks", None, (None, None, "")),
    ("serial", "2", (2, None, "")),
    ("serial", "甲", (None, None, "")),
]


@pytest.mark.parametrize(("key", "cell", "expected"), BY_TYPE)
def test_what_is_read_of_a_cell_by_its_type(key: str, cell: Cell, expected: tuple[object, ...]) -> None:
    assert read(key, cell)[: len(expected)] == expected


def test_what_a_cell_shows() -> None:
    assert [is_blank(cell) for cell in (None, "", " ", "\u3000", "\u200b", 0, "0", False)] == [True] * 5 + [False] * 3
    assert tidy("（Ａ－１）\u3000") == "(A-1)"
    assert as_found(5.0) == 5
    assert as_found(Moment("2019-12-31", is_date=True)) == "2019-12-31"
