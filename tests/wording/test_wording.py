"""Findings in sentences: what is reported together, and in which order; figures are rounded as one was taught to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factory import suggested
from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.places import by_sheet, stem_of
from hrss12333.wording.rounding import amount, is_large, percent, rounded
from hrss12333.wording.text import display_width, wrap
from hrss12333.wording.values import answer_text, field_label, found_text
from reporting_samples import finding


def unknown(region: str, row: int, reason: str = "") -> Finding:
    words = f"“{region}”不在广东省的地区名单中。请核对。"
    place = {"cell": f"B{row}", "region": region, "field": "region", "value": region}
    return finding("R202", Severity.QUERY, words, **place, explained=bool(reason), reason=reason)


def test_what_has_a_reason_of_its_own_is_told_beside_those_that_say_the_same() -> None:
    found = [unknown("甲市", 7), unknown("乙市", 8), unknown("丙市", 9, "新设的填报单位")]
    listed = [line.words for line in finding_lines(found, EDITION)]
    assert listed == [
        "“甲市”（B7）、“乙市”（B8）不在广东省的地区名单中。请核对。",
        "B9：“丙市”不在广东省的地区名单中。请核对。",
        "  备注说明：新设的填报单位",
    ]


def test_corrections_of_one_column_for_one_reason_are_told_once_with_every_value() -> None:
    def large(region: str, row: int, reason: str) -> Finding:
        advice = suggested(reason, ("seats", row, f"K{row}"))
        place = {"cell": f"K{row}", "region": region, "field": "seats", "value": row * 1000, "form": "附表1"}
        return finding("P502", Severity.QUERY, f"坐席数{row},000疑似偏大。请核对。", **place, suggestion=advice)

    found = [large("甲市", 7, "除以1,000"), large("乙市", 8, "除以1,000"), large("丙市", 9, "除以100")]
    listed = [line.words for line in finding_lines(found, EDITION)]
    assert listed == [
        "甲市（K7）：坐席数7,000疑似偏大。请核对。同样的问题还有1处：乙市（K8）。",
        "  建议：坐席数（K7）改为7，坐席数（K8）改为8：除以1,000",
        "丙市（K9）：坐席数9,000疑似偏大。请核对。",
        "  建议：坐席数（K9）改为9：除以100",
    ]


def test_the_sheets_come_in_the_order_of_the_forms_whatever_weighs_most() -> None:
    second = finding("V304", sheet="Sheet1", form="附表2")
    first = finding("V301", Severity.QUERY, sheet="Sheet2", form="附表1")
    whole = finding("H108", Severity.QUERY, sheet=None, cell=None, form=None)
    assert by_sheet([second, first, whole]) == [(None, [whole]), ("Sheet2", [first]), ("Sheet1", [second])]


def test_other_sheets_come_as_they_come_up() -> None:
    late, early = (finding("F008", sheet=name, form=None) for name in ("乙", "甲"))
    assert [sheet for sheet, _ in by_sheet([late, early])] == ["乙", "甲"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(2345, 1000), "2.35"),
        (Fraction(2344, 1000), "2.34"),
        (Fraction(1005, 1000), "1.01"),
        (Fraction(-2345, 1000), "-2.35"),
        (Fraction(-1, 1000), "0.00"),
        (1234567, "1,234,567.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: Fraction | int, shown: str) -> None:
    assert rounded(value) == shown


def test_large_counts_are_told_in_ten_thousands_and_small_ones_in_full() -> None:
    assert amount(87_343_652, "次") == "8,734.37万次"
    assert amount(5_591, "人") == "5,591人"
    assert amount(5_591, "人", in_ten_thousands=True) == "0.56万人"
    assert (is_large(99_999, None), is_large(100_000), is_large(None)) == (False, True, False)


def test_shares_have_one_decimal() -> None:
    assert percent(Fraction(1, 8)) == "12.5%"
    assert percent(Fraction(32, 32), 0) == "100%"


def test_a_name_that_windows_refuses_becomes_a_safe_one() -> None:
    names = ("LPT1.xlsx", "con.表.xlsx", "表. .xlsx", "甲:乙?.xlsx", "com¹.xlsx", "console.xlsx")
    assert [stem_of(name) for name in names] == ["_LPT1", "_con.表", "表", "甲_乙_", "_com¹", "console"]


def test_every_office_is_written_to_by_its_exact_name() -> None:
    names = {unit.short: unit.office for unit in EDITION.units}
    assert (names["北京"], names["新疆"]) == ("北京市人力资源和社会保障局", "新疆维吾尔自治区人力资源和社会保障厅")
    assert names["新疆兵团"] == "新疆生产建设兵团人力资源和社会保障局"
    assert sum(office.endswith("局") for office in names.values()) == 5
    assert all(region.office.endswith("人力资源和社会保障局") for region in EDITION.units[16].regions[-1:])


def test_words_for_values_and_fields() -> None:
    assert [found_text(value) for value in (None, True, 2500.0, 2.5, " a\tb ")] == ["", "TRUE", "2500", "2.5", "a b"]
    assert [answer_text(value) for value in (None, True, False, 5, "互联网")] == ["空白", "是", "否", "5", "互联网"]
    named = [field_label(EDITION, form, key) for form, key in (("附表1", "mobile"), (None, "wechat"), (None, None))]
    assert named == ["手机号", "是否开通微信服务", ""]


def worded(findings: Sequence[Finding]) -> list[str]:
    """The paragraphs about findings of one sheet, as terminal and letter have them."""
    return [
        f"{line.label} {line.words}".lstrip() if line.label else line.words for line in finding_lines(findings, EDITION)
    ]


def test_queries_alike_of_one_row_are_told_together() -> None:
    """P505 comes by the hundred: a city is asked once about all its figures."""
    rest = "。请核对；属实的，请在备注中说明变动原因。"
    asked = [
        finding(
            "P505", Severity.QUERY, f"{label}今年{now}，上年1{rest}", cell=cell, field=field, value=now, suggestion=None
        )
        for label, field, cell, now in (("总人数", "staff_total", "I7", 93), ("坐席数", "seats", "K7", 66))
    ]
    together = f"广州市（第7行）：总人数今年93，上年1（I7）；坐席数今年66，上年1（K7）{rest}"
    lines = worded(asked)
    assert f"[核实性错误 P505] {together}" in lines
    settled = [replace(asked[0], explained=True), asked[1]]
    assert not any("第7行" in line for line in worded(settled))


def test_a_query_that_stands_with_those_of_its_column_does_not_stand_again_with_those_of_its_row() -> None:
    rest = "。请核对；属实的，请在备注中说明变动原因。"
    cells = [("广州市", "I7", "staff_total", 93), ("广州市", "K7", "seats", 66), ("深圳市", "K8", "seats", 66)]
    asked = [
        finding("P505", Severity.QUERY, f"{key}今年{now}，上年1{rest}", cell=cell, field=key, value=now, region=region)
        for region, cell, key, now in cells
    ]
    lines = worded([replace(each, suggestion=None) for each in asked])
    for cell in ("I7", "K7", "K8"):
        assert sum(f"（{cell}）" in line for line in lines) == 1


def test_what_is_missing_in_many_rows_and_what_is_said_of_many_is_one_point() -> None:
    rows = enumerate(("广州市", "深圳市", "珠海市"), 7)
    shifted = "没有填，请核对是不是错了一格。"
    found = [
        item
        for row, region in rows
        for item in (
            finding("V301", message=shifted, cell=f"C{row}", region=region, field="calls_total", value=None),
            finding("R207", Severity.QUERY, f"“{region}”在附表2中没有。", cell=f"B{row}", region=region, value=region),
        )
    ]
    lines = worded(found)
    assert (
        "[强制性错误 V301] 广州市来电总量（C7）、深圳市来电总量（C8）、珠海市来电总量（C9）：没有填，请核对是不是错了一格。"
        in lines
    )
    assert "[核实性错误 R207] “广州市”（B7）、“深圳市”（B8）、“珠海市”（B9）在附表2中没有。" in lines


def test_rows_in_which_the_same_cells_are_missing_are_one_point() -> None:
    found = [
        finding("V301", message="没有填。", cell=f"{letter}{row}", region=region, field=field, value=None)
        for row, region in ((7, "广州市"), (8, "深圳市"), (9, "珠海市"))
        for letter, field in (("C", "calls_total"), ("E", "calls_ivr"))
        if (row, letter) != (9, "E")
    ]
    lines = worded(found)
    many = (
        "广州市（第7行）、深圳市（第8行）没有填来电总量、自助语音量，请补填；没有发生的填0，不掌握的在备注中说明原因。"
    )
    assert f"[强制性错误 V301] {many}" in lines
    assert "[强制性错误 V301] 珠海市来电总量（C9）：没有填。" in lines


def test_figures_missing_for_a_reason_are_a_point_each() -> None:
    """They need no figure, but somebody who looks at the reason."""
    reported = "没有填，备注中已说明原因。"
    found = [
        finding("V301", Severity.QUERY, reported, cell=cell, field=field, value=None, explained=True, reason="不掌握")
        for cell, field in (("C7", "calls_total"), ("E7", "calls_ivr"))
    ]
    lines = worded(found)
    assert not any("请补填" in line for line in lines)
    assert sum("没有填，备注中已说明原因" in line for line in lines) == 2


def test_many_notes_of_one_kind_are_told_by_examples() -> None:
    notes = tuple(
        finding("V306", Severity.NOTE, f"“{n}次”读作“{n}”。", cell=f"C{n}", region=None, value=f"{n}次")
        for n in range(7, 17)
    )
    same = tuple(finding("V306", Severity.NOTE, "“√”读作“是”。", cell=f"G{n}", value="√") for n in range(7, 17))
    lines = worded((*notes, *same))
    listed = [line for line in lines if "读作" in line]
    assert listed == [
        "  “7次”读作“7”（C7）；“8次”读作“8”（C8）；“9次”读作“9”（C9）；“10次”读作“10”（C10）；等10处",
        "  “√”读作“是”（G7、G8、G9、G10、G11、G12等10处）",
    ]


@given(st.text(alphabet="来电，。（）“”12345abc \u3000…", max_size=120), st.integers(8, 40))
def test_breaking_a_line_loses_nothing_and_keeps_the_width(words: str, width: int) -> None:
    lines = wrap(words, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(display_width(line) <= width for line in lines)


def test_no_line_begins_with_a_closing_mark_or_tears_a_number() -> None:
    assert wrap("来电总量为2500，请核对", 14) == ["来电总量为", "2500，请核对"]
    assert wrap("请核对（见说明）", 8) == ["请核对", "（见说", "明）"]
    assert wrap("a" * 10, 4) == ["aaaa", "aaaa", "aa"]
