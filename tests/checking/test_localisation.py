"""Where an error lies: what is suggested, what is not, and how often it is right, by the benchmark's count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from cases import cases, drawn, few
from factory import unit_named
from hrss12333.model.finding import Finding
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import asked, table

SERVICE = EDITION.forms[0]
CALLS = SERVICE.balances[0].fields
COUNTS = [*CALLS, "staff_total", "agents", "seats", "training_attendances"]
GUANGDONG = unit_named("广东")
ROWS = [
    dict(zip(COUNTS, row, strict=True))
    for row in ((100_234, 40_123, 50_111, 10_000, 11, 9, 8, 60), (98_765, 39_876, 46_543, 12_346, 14, 12, 11, 75))
]
"""广州市 (row 7) and 韶关市 (row 8)."""
Figures = dict[str, int]
Changed = Mapping[str, int]


def found(*changed: Changed, total: Changed | None = None, remarks: str | None = None) -> list[Finding]:
    """Group B over two rows with some figures changed; ``total`` are changes to a 合计 of the figures as they were."""
    changes = [*changed, {}, {}]
    names = ("广州市", "韶关市")
    lines = [{**row, **changes[at], "region": names[at], "remarks": remarks} for at, row in enumerate(ROWS)]
    sums = {"region": "合计", **{key: sum(row[key] for row in ROWS) for key in COUNTS}}
    return asked(GUANGDONG, table(SERVICE, GUANGDONG, lines, None if total is None else {**sums, **total}), rules="B")


def suggested(findings: Sequence[Finding], rule: str = "B401") -> list[dict[str, Any]]:
    """Cell, by key and row → new value of what each finding of the rule suggests."""
    return [
        {f"{new.field}{new.row}": new.value for new in finding.suggestion.values} if finding.suggestion else {}
        for finding in findings
        if finding.rule == rule
    ]


@cases("""
    field        written=       kind
    calls_total  102_034        相邻两位写颠倒
    calls_agent  40_123_000     放大到1000倍
    calls_total  1_002_340_000  放大到10000倍
    calls_ivr    50             以千为单位填写
""")
def test_an_error_that_fingers_make_is_put_right(field: str, written: int, kind: str) -> None:
    (finding,) = found({field: written})
    assert suggested([finding]) == [{f"{field}7": ROWS[0][field]}]
    assert finding.suggestion is not None
    assert finding.suggestion.reason == f"像是{kind}，改后该行对得上"


AGENT, CALLED = (sum(row[key] for row in ROWS) for key in ("calls_agent", "calls_total"))
SUGGESTED: list[tuple[list[Changed], Changed | None, str, list[Changed]]] = [
    # several figures may be wrong; 来电总量 without 放弃量, or 人工接听量 with it: both happen
    ([{"calls_ivr": 51_111}], None, "B401", [{}]),
    ([{"calls_total": 163_871}], None, "B401", [{}]),
    ([{"calls_abandoned": 10_007}], None, "B401", [{}]),
    ([{"calls_total": 90_234}], None, "B401", [{}]),
    # two figures in each other's place
    ([{"calls_total": 50_111, "calls_ivr": 100_234}], None, "B401", [{"calls_total7": 100_234, "calls_ivr7": 50_111}]),
    (
        [{"calls_agent": 39_876}, {"calls_agent": 40_123}],
        None,
        "B401",
        [{"calls_agent7": 40_123, "calls_agent8": 39_876}, {"calls_agent8": 39_876, "calls_agent7": 40_123}],
    ),
    # the typed 合计 tells what the row does not, unless it was summed from the wrong figure
    ([{"calls_agent": 41_123}], {}, "B401", [{"calls_agent7": 40_123}]),
    ([{"calls_agent": 41_123}], {}, "B403", [{"calls_agent7": 40_123}]),
    ([{"calls_agent": 41_123}], {"calls_agent": 41_123 + 39_876}, "B401", [{}]),
    # every row balances, and the 合计 row does not: no row can be wrong
    ([], {"calls_agent": AGENT + 4_711}, "B403", [{"calls_agent9": AGENT}]),
    # 人工接听量 and 来电总量 both 4,711 more: a region may be missing
    ([], {"calls_agent": AGENT + 4_711, "calls_total": CALLED + 4_711}, "B403", [{}, {}]),
    # what may be exchanged may as well be two errors
    ([{"staff_total": 9, "agents": 11}], None, "B402", [{}]),
]


@pytest.mark.parametrize(("changed", "total", "rule", "values"), SUGGESTED)
def test_what_is_suggested(
    changed: list[Changed], total: Changed | None, rule: str, values: list[dict[str, int]]
) -> None:
    assert suggested(found(*changed, total=total), rule) == values


def test_a_reason_in_the_remarks_leaves_the_figures_alone() -> None:
    (finding,) = found({"calls_total": 102_034}, remarks="含转接来电")
    assert (finding.explained, finding.suggestion) == (True, None)


@drawn(40, figures=st.lists(st.integers(-(10**7), 10**19), min_size=4, max_size=4), typed=st.booleans())
def test_what_is_suggested_makes_the_row_balance(figures: list[int], typed: bool) -> None:
    row: Figures = {key: max(figure, 0) for key, figure in zip(CALLS, figures, strict=True)}
    for finding in found(row, total={} if typed else None):
        if finding.suggestion and finding.rule == "B401":
            after = row | {new.field: int(str(new.value)) for new in finding.suggestion.values if new.row == 7}
            assert after["calls_total"] == sum(after[key] for key in CALLS[1:])
            assert min(after.values()) >= 0


@pytest.mark.parametrize("number", few([10, 40], 1))
def test_what_is_shown_is_right_and_other_errors_show_nothing(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    benchmark = import_module("localisation")
    scores = benchmark.measure_all(number)
    assert benchmark.missed(scores) == []
    assert sum(score.shown for (_, typed), score in scores.items() if typed) > 150 * number / 40
