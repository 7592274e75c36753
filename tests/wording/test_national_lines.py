"""The three sentences about a merge: what came, what is missing, what is most in doubt."""

from __future__ import annotations

from dataclasses import replace

from hrss12333.model.finding import Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.national_lines import largest_doubt, what_came, what_is_missing
from national_tables import finding, table

UNITS = EDITION.units


def test_a_complete_table_lacks_nothing_and_leaves_no_doubt() -> None:
    assert what_came(table()).startswith("应报32个单位，已报32个，计入附表1的")
    assert what_is_missing(table()) == "没有缺报的单位和地区，也没有强制性错误。"
    assert largest_doubt(table()) == "没有待核实的疑问。"


def test_a_few_missing_units_are_named_and_of_many_the_number_is_told() -> None:
    assert what_is_missing(table(reporting=UNITS[1:])) == "北京没有报送。"
    assert what_is_missing(table(reporting=UNITS[3:])) == "北京、天津、河北3个单位没有报送。"
    assert what_is_missing(table(reporting=UNITS[:3])) == "山西、内蒙古、辽宁等29个单位没有报送。"


def test_absent_regions_are_counted_once_whatever_the_form() -> None:
    national = table()
    first = replace(national.units[0], missing_regions={"附表1": ("东城区",), "附表2": ("东城区", "西城区")})
    told = what_is_missing(replace(national, units=(first, *national.units[1:])))
    assert told == "已报单位中还缺2个地区。"


def test_the_doubt_named_is_the_one_with_most_at_stake_not_a_missing_unit() -> None:
    findings = (
        finding("M701", Severity.ERROR, "北京市没有报送。", unit="北京市", influence=0.5),
        finding("P501", Severity.QUERY, "人均接听量过高。请核对。", unit="天津市", region="和平区", influence=0.02),
        finding("P505", Severity.QUERY, "变动大。", unit="天津市", region="河东区", influence=0.01, explained=True),
    )
    national = replace(table(reporting=UNITS[1:]), findings=findings)
    assert largest_doubt(national) == (
        "共有待核实1条，最大的一处：天津市和平区，人均接听量过高（可能影响全国合计的2.00%）。"
    )
