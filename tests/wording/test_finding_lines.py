"""Findings in sentences: what is reported together, and what is reported besides."""

from __future__ import annotations

from factory import suggested
from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.finding_lines import finding_lines
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
