"""Error localisation: which figure is wrong, and how well that is told, beside the oracle of the benchmark."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss12333.checking.localisation import Localised, explain_total_gap, implied_value, localise, localise_rows
from hrss12333.survey.editions.y2019 import SERVICE
from hrss12333.survey.schema import Balance

BALANCE = SERVICE.balances[0]
LABELS = {key: SERVICE.by_key[key].label for key in BALANCE.fields}
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "localisation.py"
ROW = (100_234, 40_123, 50_111, 10_000)
FIGURES = st.integers(-(10**7), 10**9)


def figures(*values: int) -> dict[str, int]:
    """The four figures of a row by their keys."""
    return dict(zip(BALANCE.fields, values, strict=True))


def row(**changed: int) -> dict[str, int]:
    """A balanced row with some figures changed."""
    return figures(*ROW) | changed


def first(found: Localised) -> tuple[str, int, str]:
    """Field, value and kind of the likeliest repair."""
    repair = found.repairs[0]
    return repair.field, repair.value, repair.kind


@pytest.mark.parametrize(
    ("field", "written", "kind", "words"),
    [
        ("calls_ivr", 54_111, "一位数字不同", "千位上的“0”写成“4”"),
        ("calls_total", 102_034, "相邻两位颠倒", "相邻两位“02”写成“20”"),
        ("calls_agent", 4_023, "漏一位", "漏写一位数字"),
        ("calls_agent", 401_123, "多一位", "多写一位数字"),
        ("calls_ivr", 501_110, "多一个零", "末尾多写一个零"),
        ("calls_abandoned", 1_000, "少一个零", "末尾少写一个零"),
        ("calls_abandoned", -10_000, "符号", "多写负号"),
        ("calls_agent", 40_123_000, "×1000", "放大到1000倍"),
        ("calls_total", 1_002_340_000, "×10000", "放大到10000倍"),
        ("calls_ivr", 50, "÷1000", "按“千”为单位填写"),
        ("calls_total", 10, "÷10000", "按“万”为单位填写"),
    ],
)
def test_each_slip_is_named_and_described(field: str, written: int, kind: str, words: str) -> None:
    found = localise(BALANCE, row(**{field: written}), labels=LABELS)
    repair = next(repair for repair in found.repairs if repair.field == field)
    assert (repair.value, repair.kind) == (row()[field], kind)
    assert words in repair.reason
    assert f"{written:,}" in repair.reason


def test_a_decided_row_names_one_figure() -> None:
    found = localise(BALANCE, row(calls_total=102_034), labels=LABELS)
    assert found.decided
    assert found.wording == "最可能是来电总量填错"
    assert [repair.field for repair in found.repairs][:1] == ["calls_total"]


def test_an_undecided_row_says_so_and_offers_the_places() -> None:
    found = localise(BALANCE, row(calls_ivr=51_111))
    assert not found.decided
    assert found.wording == "仅凭这几个数不能确定错在哪一项"
    assert ("calls_ivr", 50_111) in [(repair.field, repair.value) for repair in found.repairs]


def test_a_part_left_out_of_the_total_is_said() -> None:
    found = localise(BALANCE, row(calls_total=90_234), labels=LABELS)
    assert first(found) == ("calls_total", 100_234, "漏计一项")
    assert "恰好少了放弃量" in found.repairs[0].reason


def test_the_typed_total_decides_what_the_row_does_not() -> None:
    wrong = row(calls_agent=41_123)
    assert not localise(BALANCE, wrong).decided
    gaps = figures(0, -1_000, 0, 0)
    for known in (gaps, {"calls_agent": -1_000}):
        found = localise(BALANCE, wrong, column_gaps=known)
        assert found.decided
        assert first(found) == ("calls_agent", 40_123, "一位数字不同")
        assert "与该栏合计也吻合" in found.repairs[0].reason


def test_totals_summed_from_the_wrong_figures_prove_nothing() -> None:
    wrong = row(calls_agent=41_123)
    alone = localise(BALANCE, wrong).repairs
    summed = localise(BALANCE, wrong, column_gaps=figures(0, 0, 0, 0)).repairs
    assert [r.field for r in summed] == [r.field for r in alone]
    assert summed[0].probability == pytest.approx(alone[0].probability)


def test_two_wrong_rows_are_told_apart_together() -> None:
    rows = [row(calls_agent=41_123), row(calls_agent=40_173)]
    found = localise_rows(BALANCE, rows, column_gaps=figures(0, -1_050, 0, 0))
    assert [first(each) for each in found] == [("calls_agent", 40_123, "一位数字不同")] * 2
    assert all(each.decided for each in found)


def test_rows_whose_total_nothing_explains_are_judged_alone() -> None:
    rows = [row(calls_agent=41_123), row(calls_total=102_034)]
    for gaps in (figures(77, 0, 0, 0), None):
        assert localise_rows(BALANCE, rows, column_gaps=gaps) == [localise(BALANCE, r, column_gaps=gaps) for r in rows]


def test_an_arbitrary_difference_decides_nothing() -> None:
    found = localise(BALANCE, row(calls_total=163_871))
    assert not found.decided
    assert "仅由等式推得" in found.repairs[0].reason


def test_no_figure_is_repaired_to_a_negative_one() -> None:
    assert localise(BALANCE, figures(10, 5_000, 7_000, -20_000)).repairs == ()
    assert "至少有两处有误" in localise(BALANCE, figures(10, 5_000, 7_000, -20_000)).wording


def test_absurd_figures_are_not_analysed() -> None:
    assert localise(BALANCE, row(calls_total=10**5000)).repairs == ()


def test_any_balance_can_be_localised() -> None:
    balance = Balance("all", ("left", "right"))
    found = localise(balance, {"all": 53, "left": 17, "right": 18}, labels={"all": "总", "left": "左", "right": "右"})
    assert first(found) == ("all", 35, "相邻两位颠倒")
    assert found.wording == "最可能是总填错"


@given(st.tuples(FIGURES, FIGURES, FIGURES, FIGURES))
def test_every_repair_restores_the_balance(values: tuple[int, int, int, int]) -> None:
    written = figures(*values)
    found = localise(BALANCE, written)
    for repair in found.repairs:
        assert repair.value >= 0
        repaired = written | {repair.field: repair.value}
        assert implied_value(BALANCE, repaired, repair.field) == repair.value
    probabilities = [repair.probability for repair in found.repairs]
    assert probabilities == sorted(probabilities, reverse=True)
    assert localise(BALANCE, written) == found


@pytest.mark.parametrize(
    ("gap", "rows", "words"),
    [
        (2_500, [("广州市", 7_000), ("深圳市", 2_600)], "恰好等于样例行"),
        (2_600, [("广州市", 7_000), ("深圳市", 2_600)], "“深圳市”一行，可能重复计入"),
        (-7_000, [("广州市", 7_000), ("深圳市", None)], "“广州市”一行，可能漏计"),
        (-80, [("广州市", 80), ("深圳市", 80)], "“广州市”、“深圳市”各行"),
        (81_108, [("广州市", 7_000), ("深圳市", 2_012)], "合计可能录入有误：末尾多写一个零"),
        (-6_300, [("广州市", 7_000), ("深圳市", 2_212)], "合计可能录入有误：相邻两位“92”写成“29”"),
    ],
)
def test_a_total_that_is_off_by_one_row_says_which(gap: int, rows: list[tuple[str, int | None]], words: str) -> None:
    assert words in (explain_total_gap(gap, rows, 2_500) or "")


def test_a_total_that_agrees_with_a_repaired_row_accuses_the_row() -> None:
    rows = [("广州市", 15_258), ("深圳市", 36_000)]
    assert "“广州市”的这一栏按勾稽关系改正后，合计正好相符" in (
        explain_total_gap(36_000, rows, None, [("深圳市", 1), ("广州市", 36_000)]) or ""
    )


def test_a_difference_that_means_nothing_is_not_explained() -> None:
    assert explain_total_gap(4_711, [("广州市", 7_000), ("深圳市", 2_012)], 2_500) is None
    assert explain_total_gap(900, [("广州市", 7_000), ("深圳市", 2_012)]) is None  # any row may be off by 900
    assert explain_total_gap(9, [("广州市", 5), ("深圳市", 7)]) is None
    assert explain_total_gap(0, [("广州市", 7_000)], 2_500) is None
    assert explain_total_gap(2_500, [("广州市", None)], None) is None


@pytest.fixture(scope="module")
def benchmark_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("localisation_benchmark", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_localisation_keeps_up_with_the_oracle(benchmark_module: ModuleType) -> None:
    scores = benchmark_module.measure_all(200)
    assert benchmark_module.missed(scores) == []
    rates: Mapping[str, float] = benchmark_module.overall(scores).rates()
    assert rates["first"] > 0.88
    assert rates["three"] > 0.985
