"""Findings in sentences: what is reported together, and in which order; figures are rounded as one was taught to;
no mobile number and no mail address in what may leave the office."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import strategies as st

from cases import cases, drawn
from factory import suggested
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import National, State, UnitStatus
from hrss12333.questions import Question
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.question_lines import lines_of
from hrss12333.wording.text import display_width, wrap
from hrss12333.wording.values import (
    LEFT_OUT,
    amount,
    answer_text,
    by_sheet,
    field_label,
    found_text,
    is_large,
    percent,
    public_text,
    rounded,
    stem_of,
    without_contacts,
)
from hrss12333.wording.verdicts import missing_in_words
from reporting_samples import finding


def unknown(region: str, row: int, reason: str = "") -> Finding:
    words = f"“{region}”不在广东省的地区名单中。请核对。"
    place = {"cell": f"B{row}", "region": region, "field": "region", "value": region}
    return finding("R202", Severity.QUERY, words, **place, explained=bool(reason), reason=reason)


def large(region: str, row: int, reason: str) -> Finding:
    advice = suggested(reason, ("seats", row, f"K{row}"))
    place = {"cell": f"K{row}", "region": region, "field": "seats", "value": row * 1000}
    return finding("P502", Severity.QUERY, f"坐席数{row},000疑似偏大。请核对。", **place, suggestion=advice)


def missing(region: str, cell: str, **rest: Any) -> Finding:
    field, label = ("calls_total", "来电总量") if cell[0] == "C" else ("calls_ivr", "自助语音量")
    return finding(
        "V301", message=f"{label}没有填。请补填。", cell=cell, region=region, field=field, value=None, **rest
    )


def only_in(region: str, row: int) -> Finding:
    words = f"“{region}”在附表2中没有。"
    return finding("R207", Severity.QUERY, words, cell=f"B{row}", region=region, field="region", value=region)


CITIES = {7: "广州市", 8: "深圳市", 9: "珠海市"}
NOTES = [
    *[finding("V306", Severity.NOTE, f"“{n}次”读作“{n}”。", cell=f"C{n}", region=None) for n in range(7, 17)],
    *[finding("V306", Severity.NOTE, "“√”读作“是”。", cell=f"G{n}", value="√") for n in range(7, 17)],
]
ALIKE: dict[str, tuple[list[Finding], str]] = {
    "reasons": (
        [unknown("甲市", 7), unknown("乙市", 8), unknown("丙市", 9, "新设的填报单位")],
        """
“甲市”（B7）、“乙市”（B8）共2处不在广东省的地区名单中。请核对。
B9：“丙市”不在广东省的地区名单中。请核对。
  备注说明：新设的填报单位
""",
    ),
    "advice": (
        [large("甲市", 7, "除以1,000"), large("乙市", 8, "除以1,000"), large("丙市", 9, "除以100")],
        """
甲市（K7）：坐席数7,000疑似偏大。请核对。
  建议：坐席数（K7）改为7：除以1,000
乙市（K8）：坐席数8,000疑似偏大。请核对。
  建议：坐席数（K8）改为8：除以1,000
丙市（K9）：坐席数9,000疑似偏大。请核对。
  建议：坐席数（K9）改为9：除以100
""",
    ),
    "one column": (
        [missing("广州市", "C7"), only_in("广州市", 7), missing("深圳市", "C8"), only_in("深圳市", 8)],
        """
广州市（C7）、深圳市（C8）共2处：来电总量没有填。请补填。
“广州市”（B7）、“深圳市”（B8）共2处在附表2中没有。
""",
    ),
    "notes": (
        NOTES,
        """
以下20处读取时作了转换或取舍，请核对：
  “7次”读作“7”（C7）；“8次”读作“8”（C8）；“9次”读作“9”（C9）；“10次”读作“10”（C10）；等10处
  “√”读作“是”（G7、G8、G9、G10、G11、G12等10处）
""",
    ),
}


@pytest.mark.parametrize("case", ALIKE)
def test_rows_of_which_the_same_is_asked_are_one_line(case: str) -> None:
    findings, expected = ALIKE[case]
    shown = []
    for line in lines_of([Question("", each) for each in findings], EDITION):
        first, *more = line.text.split("\n")
        shown += [first, *(f"  {words}" for words in more)]
        shown += [f"  {line.answer}"] if line.answer else []
        shown += [f"  建议：{line.advice}"] if line.advice else []
    assert "\n".join(shown) == expected.strip("\n")


def test_the_sheets_come_in_the_order_of_the_forms_whatever_weighs_most() -> None:
    second = Question("", finding("V304", sheet="Sheet1", form="附表2"))
    first = Question("", finding("V301", Severity.QUERY, sheet="Sheet2", form="附表1"))
    whole = Question("", finding("H108", Severity.QUERY, sheet=None, cell=None, form=None))
    assert by_sheet([second, first, whole]) == [(None, [whole]), ("Sheet2", [first]), ("Sheet1", [second])]


def test_halves_are_rounded_away_from_zero_and_large_counts_told_in_ten_thousands() -> None:
    thousandths = {2345: "2.35", 2344: "2.34", 1005: "1.01", -2345: "-2.35", -1: "0.00"}
    assert {value: rounded(Fraction(value, 1000)) for value in thousandths} == thousandths
    assert rounded(1234567) == "1,234,567.00"
    assert [amount(87_343_652, "次"), amount(5_591, "人")] == ["8,734.37万次", "5,591人"]
    assert amount(5_591, "人", in_ten_thousands=True) == "0.56万人"
    assert (is_large(99_999, None), is_large(100_000), is_large(None)) == (False, True, False)
    assert [percent(Fraction(1, 8)), percent(Fraction(32, 32), 0)] == ["12.5%", "100%"]


def test_a_name_that_windows_refuses_becomes_a_safe_one() -> None:
    names = ("LPT1.xlsx", "con.表.xlsx", "表. .xlsx", "甲:乙?.xlsx", "com¹.xlsx", "console.xlsx")
    assert [stem_of(name) for name in names] == ["_LPT1", "_con.表", "表", "甲_乙_", "_com¹", "console"]


def test_words_for_values_and_fields() -> None:
    assert [found_text(value) for value in (None, True, 2500.0, 2.5, " a\tb ")] == ["", "TRUE", "2500", "2.5", "a b"]
    assert [answer_text(value) for value in (None, True, False, 5, "互联网")] == ["空白", "是", "否", "5", "互联网"]
    named = [field_label(EDITION, form, key) for form, key in (("附表1", "mobile"), (None, "wechat"), (None, None))]
    assert named == ["手机号", "是否开通微信服务", ""]


@drawn(40, words=st.text(alphabet="来电，。（）“”12345abc \u3000…", max_size=120), width=st.integers(8, 40))
def test_breaking_a_line_loses_nothing_and_keeps_the_width(words: str, width: int) -> None:
    lines = wrap(words, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(display_width(line) <= width for line in lines)


def test_no_line_begins_with_a_closing_mark_or_tears_a_number() -> None:
    assert wrap("来电总量为2500，请核对", 14) == ["来电总量为", "2500，请核对"]
    assert wrap("请核对（见说明）", 8) == ["请核对", "（见说", "明）"]
    assert wrap("请与中卫市核对知识库条目数", 16) == ["请与中卫市核对", "知识库条目数"]
    assert wrap("a" * 10, 4) == ["aaaa", "aaaa", "aa"]
    assert wrap("1来 \u3000\u3000\u3000", 8) == ["1来"]


# Privacy


@cases("""
    written
    13812345678 | 138 1234 5678 | 138-1234-5678 | 138－1234－5678 | 138—1234—5678 | +86 13812345678 | ＋86-138-1234-5678
    008613812345678 | １３８１２３４５６７８ | zhang.san@example.cn | zhang@ example.cn | zhang＠example.cn | 138.1234.5678
    138/1234/5678 | 138_1234_5678 | 138•1234•5678 | 138，1234，5678 | 138­1234­5678 | x[at]qq.com | x@qq。com
    138 - 1234 - 5678 | 86-138 1234 5678 | 013812345678 | x (at) qq.com | zhang.san（AT）example.cn
""")
def test_a_contact_is_hidden(written: str) -> None:
    assert without_contacts(f"请电{written}，多谢") == f"请电{LEFT_OUT}，多谢"


@cases("""
    written shown
    张三,13812345678 张三,［略］
    13812345678,13912345678 ［略］,［略］
    13812345678.13912345678 ［略］.［略］
    tel.13812345678 tel.［略］
    电话:+8613812345678 电话:［略］
    （86）13812345678 （86）［略］
    张三13812345678李四 张三［略］李四
    手机13812345678/13912345678 手机［略］/［略］
    13812345678@example.cn ［略］
    (139)12340011 (［略］
    来电总量13,812,345,678 来电总量13,812,345,678
    010-84209211 010-84209211
    138123456789012 138123456789012
    0.13812345678 0.13812345678
""")
def test_a_contact_is_hidden_whatever_stands_beside_it_and_a_figure_kept(written: str, shown: str) -> None:
    assert without_contacts(written) == shown


def test_a_long_text_without_an_address_takes_no_time() -> None:
    text = "a" * 200_000 + "。@"
    assert without_contacts(text) == text


def test_no_control_or_direction_character_goes_out_and_none_parts_a_number() -> None:
    harmful = "\x00\x07\x1b\x7f\x80\x85\x9f\u202a\u202e\u2066\u2069\ud800"
    assert public_text(f"甲{harmful}乙\n丙") == "甲乙\n丙"
    assert public_text("\x1b".join("13812345678")) == LEFT_OUT


PARTS = [*"1１38 09()6+＋.-—@＠甲a\0，", "13812345678", "a@b.cn", "138.1234.567", "86-", "(at)"]


@drawn(40, parts=st.lists(st.sampled_from(PARTS), max_size=40))
def test_of_what_is_left_nothing_is_hidden_again(parts: list[str]) -> None:
    left = without_contacts("".join(parts))
    assert without_contacts(left) == left


def test_what_is_lacking_is_told_by_form_and_not_what_staff_closed() -> None:
    short = {unit.short: unit for unit in EDITION.units}
    one, closed, silent = short["广东"], short["天津"], short["河北"]
    lacking = {"附表1": ("茂名市", "云浮市"), "附表2": ("云浮市", "汕尾市")}
    units = UnitStatus(one, ("广东.xlsx",), missing_regions=lacking), UnitStatus(closed), UnitStatus(silent)
    states = {closed.name: State.DECLINED, "汕尾市": State.DECLINED}
    words = missing_in_words(National(EDITION, (), units, states=states))
    assert closed.name not in words
    assert "汕尾市" not in words
    assert f"{silent.name}尚未报送调查表" in words
    assert "茂名市的附表1没有数据计入" in words
    assert "云浮市没有数据计入" in words
    alone = UnitStatus(one, ("广东.xlsx",), missing_regions={"附表1": ("茂名市",)})
    assert missing_in_words(National(EDITION, (), (alone,))) == "还缺：茂名市的附表1没有数据计入；工作总结尚未报送。"
