"""Where an error lies: what is suggested, what is not, and how often it is right, by the benchmark's count."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory import a1
from hrss12333.checking.engine import apply_rules
from hrss12333.checking.rule import Case, Comparisons, Scope
from hrss12333.model.filing import Filing, Place, Row, Table, Value
from hrss12333.model.finding import Finding
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.region_names import match_region
from long_runs import few

SERVICE = EDITION.forms[0]
CALLS = SERVICE.balances[0].fields
COUNTS = [*CALLS, "staff_total", "agents", "seats", "training_attendances"]
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "localisation.py"
GUANGDONG = next(unit for unit in EDITION.units if unit.short == "广东")
ROWS = ((100_234, 40_123, 50_111, 10_000, 11, 9, 8, 60), (98_765, 39_876, 46_543, 12_346, 14, 12, 11, 75))
"""来电总量, 人工接听量, 自助语音量, 放弃量, 总人数, 咨询员人数, 坐席数, 培训人次 of 广州市 (row 7) and 韶关市 (row 8)."""
Figures = dict[str, int]
Changed = Mapping[str, int]


def found(
    *changed: Changed, total: Changed | None = None, remarks: str | None = None, past: Changed | None = None
) -> list[Finding]:
    """Group B over two rows with some figures changed; ``total`` are changes to a 合计 of the figures as they were."""
    rows = [dict(zip(COUNTS, row, strict=True)) for row in ROWS]
    lines: list[dict[str, Any]] = [
        {**row, **(changed[at] if at < len(changed) else {}), "region": GUANGDONG.regions[at].name}
        for at, row in enumerate(rows)
    ]
    lines[0]["remarks"] = remarks
    if total is not None:
        lines.append({**{key: sum(row[key] for row in rows) for key in COUNTS}, **total, "region": "合计"})
    made = [
        Row.of(SERVICE, Place("附表1", number, 2), name, match_region(GUANGDONG, name), values(number, line))
        for number, line in enumerate(lines, start=7)
        for name in [line["region"]]
    ]
    table = Table(SERVICE, "省.xlsx", "附表1", {}, tuple(made[:2]), total=made[2] if total is not None else None)
    previous = {(GUANGDONG.name, "广州市", SERVICE.key): past or {}}
    filing = Filing("省.xlsx", GUANGDONG, (table,))
    findings = apply_rules(Case(filing, EDITION, Comparisons(previous=previous)), (Scope.FILE,)).findings
    return [finding for finding in findings if finding.rule[0] == "B"]


def values(number: int, line: Mapping[str, Any]) -> dict[str, Value]:
    return {
        column.key: Value(line.get(column.key), line.get(column.key), Place("附表1", number, index))
        for index, column in enumerate(SERVICE.columns, start=1)
    }


def suggested(findings: Sequence[Finding], rule: str = "B401") -> list[dict[str, Any]]:
    """Cell, by key and row → new value of what each finding of the rule suggests."""
    return [
        {f"{new.field}{new.row}": new.value for new in finding.suggestion.values} if finding.suggestion else {}
        for finding in findings
        if finding.rule == rule
    ]


@pytest.mark.parametrize(
    ("field", "written", "kind"),
    [
        ("calls_total", 102_034, "相邻两位写颠倒"),
        ("calls_agent", 40_123_000, "放大到1000倍"),
        ("calls_total", 1_002_340_000, "放大到10000倍"),
        ("calls_ivr", 50, "以千为单位填写"),
    ],
)
def test_an_error_that_fingers_make_is_put_right(field: str, written: int, kind: str) -> None:
    (finding,) = found({field: written})
    right = dict(zip(COUNTS, ROWS[0], strict=True))[field]
    assert suggested([finding]) == [{f"{field}7": right}]
    assert finding.suggestion is not None
    assert finding.suggestion.reason == f"像是{kind}，改后该行对得上"
    assert "请核对" not in finding.message_text


@pytest.mark.parametrize("changed", [{"calls_ivr": 51_111}, {"calls_total": 163_871}, {"calls_abandoned": 10_007}])
def test_where_several_figures_may_be_wrong_nothing_is_suggested(changed: Changed) -> None:
    last_year = {"calls_total": 99_000, "calls_agent": 41_000, "calls_abandoned": 9_500}
    (finding,) = found(changed, past=last_year)
    assert finding.suggestion is None
    assert (
        a1("请核对calls_total7、calls_agent7、calls_ivr7、calls_abandoned7，改正填错的，或在备注中说明原因。")
        in finding.message_text
    )
    assert finding.message_text.endswith("上年来电总量99,000、人工接听量41,000、放弃量9,500。")
    assert "上年" not in found(changed)[0].message_text


def test_a_difference_that_is_one_of_the_parts_is_said_and_not_put_right() -> None:
    """来电总量 without 放弃量, or 人工接听量 with it: both happen."""
    (finding,) = found({"calls_total": 90_234})
    assert finding.suggestion is None
    assert "来电总量少10,000。相差的正是放弃量的数。请核对" in finding.message_text


def test_a_reason_in_the_remarks_leaves_the_figures_alone() -> None:
    (finding,) = found({"calls_total": 102_034}, remarks="含转接来电")
    assert (finding.explained, finding.suggestion) == (True, None)


def test_the_typed_total_tells_what_the_row_does_not() -> None:
    findings = found({"calls_agent": 41_123}, total={})
    assert [finding.rule for finding in findings] == ["B401", "B403"]
    assert suggested(findings) == suggested(findings, "B403") == [{"calls_agent7": 40_123}]
    assert findings[0].suggestion is not None
    assert findings[0].suggestion.reason == "只错这一个数，改后该行和该栏合计对得上"


def test_a_total_summed_from_the_wrong_figure_tells_nothing() -> None:
    assert suggested(found({"calls_agent": 41_123}, total={"calls_agent": 41_123 + 39_876})) == [{}]


def test_a_total_that_alone_is_off_is_put_right() -> None:
    """Every row balances, and the 合计 row does not: no row can be wrong."""
    whole = sum(row[1] for row in ROWS)
    findings = found(total={"calls_agent": whole + 4_711})
    assert suggested(findings, "B403") == [{"calls_agent9": whole}]
    assert f"各行之和为{whole:,}" in findings[0].message_text


def test_a_total_that_is_off_like_its_row_is_only_asked_about() -> None:
    """人工接听量 and 来电总量 both 4,711 more: a region may be missing."""
    more = {key: sum(row[at] for row in ROWS) + 4_711 for at, key in enumerate(CALLS[:2])}
    assert suggested(found(total=more), "B403") == [{}, {}]


def test_two_figures_in_each_others_place_are_one_suggestion() -> None:
    assert suggested(found({"calls_total": 50_111, "calls_ivr": 100_234})) == [
        {"calls_total7": 100_234, "calls_ivr7": 50_111}
    ]
    down = {"calls_agent": 39_876}, {"calls_agent": 40_123}
    assert suggested(found(*down)) == [
        {"calls_agent7": 40_123, "calls_agent8": 39_876},
        {"calls_agent8": 39_876, "calls_agent7": 40_123},
    ]


def test_more_agents_than_people_are_exchanged_only_where_both_totals_say_so() -> None:
    exchanged = {"staff_total": 9, "agents": 11}
    (alone,) = found(exchanged)
    assert alone.suggestion is None
    assert alone.message_text == a1("咨询员人数11大于总人数9，请核对两项（staff_total7、agents7）是否填反或填错。")
    assert found(exchanged, past={"agents": 8})[0].message_text.endswith("上年咨询员人数8。")
    far = {"staff_total": 12, "agents": 75}
    rows = {"staff_total": 75, "agents": 12}
    total = {key: rows[key] + ROWS[1][COUNTS.index(key)] for key in rows}
    assert suggested(found(far, total=total), "B402") == [{"agents7": 12, "staff_total7": 75}]
    assert suggested(found(far, total={}), "B402") == [{}]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (60, "多出的60恰好等于“广州市”一行，可能重复计入。"),
        (-75, "少计的75恰好等于“韶关市”一行，可能漏计。"),
        (7, ""),
    ],
)
def test_a_total_that_is_off_by_one_row_says_which(more: int, words: str) -> None:
    (finding,) = found(total={"training_attendances": 135 + more})
    assert finding.suggestion is None
    assert finding.message_text.endswith(f"。{words}请核对合计或各行。")


@given(st.lists(st.integers(-(10**7), 10**19), min_size=4, max_size=4), st.booleans())
def test_what_is_suggested_makes_the_row_balance(figures: list[int], typed: bool) -> None:
    row: Figures = {key: max(figure, 0) for key, figure in zip(CALLS, figures, strict=True)}
    for finding in found(row, total={} if typed else None):
        if finding.suggestion and finding.rule == "B401":
            after = row | {new.field: int(str(new.value)) for new in finding.suggestion.values if new.row == 7}
            assert after["calls_total"] == sum(after[key] for key in CALLS[1:])
            assert min(after.values()) >= 0


@pytest.fixture(scope="module")
def benchmark_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("localisation_benchmark", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("number", few([10, 40], 1))
def test_what_is_shown_is_right_and_other_errors_show_nothing(benchmark_module: ModuleType, number: int) -> None:
    scores = benchmark_module.measure_all(number)
    assert benchmark_module.missed(scores) == []
    assert sum(score.shown for (_, typed), score in scores.items() if typed) > 150 * number / 40
