"""Findings in sentences: what is reported together, and in which order; figures are rounded as one was taught to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from factory import suggested
from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.places import by_sheet, stem_of
from hrss12333.wording.rounding import amount, is_large, percent, rounded
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
