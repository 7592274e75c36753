"""Findings in sentences: what is told together, and what is told besides."""

from __future__ import annotations

from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.finding_lines import finding_lines
from reporting_samples import finding


def unknown(region: str, row: int, reason: str = "") -> Finding:
    """A region that no list has."""
    words = f"“{region}”不在广东省的地区名单中。请核对。"
    place = {"cell": f"B{row}", "region": region, "field": "region", "value": region}
    return finding("R202", Severity.QUERY, words, **place, explained=bool(reason), reason=reason)


def test_what_has_a_reason_of_its_own_is_told_beside_those_that_say_the_same() -> None:
    found = [unknown("甲市", 7), unknown("乙市", 8), unknown("丙市", 9, "新设的填报单位")]
    told = [line.words for line in finding_lines(found, EDITION)]
    assert told == [
        "“甲市”（B7）、“乙市”（B8）不在广东省的地区名单中。请核对。",
        "B9：“丙市”不在广东省的地区名单中。请核对。",
        "  备注说明：新设的填报单位",
    ]
