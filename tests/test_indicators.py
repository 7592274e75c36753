"""The indicators: what they divide, in which words, and what happens where an operand is missing."""

from __future__ import annotations

from typing import Any

import pytest

from cases import words
from hrss12333.indicators import RATIOS, Quotient, indicators, quotient
from hrss12333.model.filing import Row
from hrss12333.survey.editions.y2019 import EDITION
from national_tables import entry

FIRST, SECOND = EDITION.forms
BY_KEY = {item.key: item for form in EDITION.forms for item in indicators(form)}
CALLS = {"calls_total": 1000, "calls_agent": 400, "calls_ivr": 450, "calls_abandoned": 150}
TEAM = {"staff_total": 20, "agents": 16, "seats": 10, "training_attendances": 50}


def row(**values: Any) -> Row:
    return entry(FIRST, EDITION.units[0], {"region": "某地", **values}, 7).row


def test_the_indicators_of_the_contract_and_no_others() -> None:
    assert [item.name for item in indicators(FIRST)] == words("""
        综合接通率 | 人工接通率（近似） | 放弃率 | 自助服务占比 | 人均接听量 | 席均接听量 | 人席比 | 咨询员占比 | 人均培训人次
        留言服务开通率 | 投诉举报服务开通率
    """)
    assert [item.name for item in indicators(SECOND)] == words("""
        系统省集中占比 | 座席省集中占比 | 网上服务开通率 | 短信服务开通率 | APP服务开通率 | 微信服务开通率
        使用12333号码统一提供服务占比 | 启用统一标识占比 | 统一服装占比
    """)
    assert [item.name for item in RATIOS if item.low_first] == ["放弃率"]


ONE = [row(**CALLS, **TEAM)]
SEVERAL = [row(calls_abandoned=10, calls_total=100), row(calls_abandoned=900, calls_total=1000)]
LACKING = [row(**CALLS), row(**{**CALLS, "calls_ivr": None}), row(**{**CALLS, "calls_total": None})]
ANSWERS = [row(voicemail=answer) for answer in (True, False, True, None)]


@pytest.mark.parametrize(
    ("key", "rows", "above", "below", "covered"),
    [
        ("answer_rate", ONE, 850, 1000, 1),
        ("agent_answer_rate", ONE, 400, 550, 1),
        ("abandon_rate", ONE, 150, 1000, 1),
        ("ivr_share", ONE, 450, 1000, 1),
        ("calls_per_agent", ONE, 400, 16, 1),
        ("calls_per_seat", ONE, 400, 10, 1),
        ("agents_per_seat", ONE, 16, 10, 1),
        ("agent_share", ONE, 16, 20, 1),
        ("training_per_head", ONE, 50, 20, 1),
        ("abandon_rate", SEVERAL, 910, 1100, 2),  # a sum over a sum, no mean of rates
        ("answer_rate", LACKING, 850, 1000, 1),  # a row that lacks an operand is in neither sum
        ("abandon_rate", LACKING, 300, 2000, 2),
        ("voicemail_rate", ANSWERS, 2, 3, 3),
        ("calls_per_seat", [row(calls_agent=0, seats=4)], 0, 4, 1),
    ],
)
def test_what_each_divides(key: str, rows: list[Row], above: int, below: int, covered: int) -> None:
    found = quotient(BY_KEY[key], rows)
    assert found == Quotient(above, below, covered, BY_KEY[key].percent)
    assert found.value == above / below


def test_nothing_to_divide_is_no_zero() -> None:
    assert quotient(BY_KEY["answer_rate"], [row()]) == Quotient(None, None, 0)
    assert quotient(BY_KEY["answer_rate"], []).value is None
    by_zero = quotient(BY_KEY["calls_per_seat"], [row(calls_agent=0, seats=0)])
    assert (by_zero, by_zero.value) == (Quotient(0, 0, 1), None)


def test_a_share_above_the_whole_is_no_figure() -> None:
    found = quotient(BY_KEY["agent_share"], [row(agents=184, staff_total=100)])
    assert (found.value, found.exact) == (None, None)
    assert quotient(BY_KEY["agent_share"], [row(agents=100, staff_total=100)]).value == 1
    assert quotient(BY_KEY["agents_per_seat"], [row(agents=184, seats=100)]).value == 1.84  # no share


def test_the_formula_in_words() -> None:
    assert BY_KEY["answer_rate"].formula(FIRST) == "综合接通率＝（人工接听量＋自助语音量）÷来电总量"
    assert BY_KEY["calls_per_agent"].formula(FIRST) == "人均接听量＝人工接听量÷咨询员人数"
    assert BY_KEY["web_rate"].formula(SECOND) == "网上服务开通率＝是否开通网上服务答“是”的地区数÷有效填报数"
