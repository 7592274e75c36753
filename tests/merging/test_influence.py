"""Influence: what share of the national total a finding puts at stake."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from factory import located_finding, spot
from hrss12333.merging.influence import Stakes, with_influence
from hrss12333.model.filing import BLANK, Place, Row, Value
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.message import compose
from hrss12333.model.national import Entry, National, Status, UnitStatus
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.region_names import RegionMatch
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Scalar

SERVICE, SYSTEMS = EDITION.forms
GUANGDONG = next(unit for unit in EDITION.units if unit.short == "广东")
HAINAN = next(unit for unit in EDITION.units if unit.short == "海南")
EXPECTED = sum(len(unit.expected) for unit in EDITION.units)


def entry(
    number: int,
    calls: int | None,
    *,
    form: Form = SERVICE,
    unit: Unit = GUANGDONG,
    counted: bool = True,
    file: str = "a",
) -> Entry:
    figures: Mapping[str, Scalar] = {"calls_total": calls, "calls_agent": calls}
    values = {
        column.key: Value(figures[column.key], figures[column.key]) if figures.get(column.key) is not None else BLANK
        for column in form.columns
    }
    region = unit.regions[number - 7].name if counted else unit.regions[0].name
    row = Row.of(form, Place(form.key, number, 2), region, RegionMatch(region, official=True), values)
    return Entry(form, unit, file, form.key, row, counted)


def national(*entries: Entry, absent: tuple[str, ...] = ()) -> National:
    status = UnitStatus(GUANGDONG, Status.FAULTY, missing_regions={SERVICE.key: absent})
    return National(EDITION, entries, (status, UnitStatus(HAINAN, Status.MISSING)))


NATION = national(entry(7, 100), entry(8, 200), entry(9, 300), entry(10, 400), entry(11, None))


def finding(
    rule: str, cell: str | None = None, field: str | None = None, severity: Severity = Severity.ERROR, **about: object
) -> Finding:
    given: dict[str, object] = {
        "file": "a",
        "sheet": SERVICE.key if cell else None,
        "form": SERVICE.key if cell else None,
        "unit": GUANGDONG.name,
    }
    return located_finding(rule, severity, compose("……"), field=field, **(given | spot(cell) | about))


def influence(about: Finding, table: National) -> float:
    return Stakes(table).of(about)


def test_what_other_figures_demand_puts_the_difference_at_stake() -> None:
    assert influence(finding("B401", "C9", "calls_total", difference=-50), NATION) == pytest.approx(50 / 1000)


def test_where_nothing_demands_a_figure_the_units_median_is_expected() -> None:
    assert influence(finding("P501", "D10", "calls_agent"), NATION) == pytest.approx((400 - 250) / 1000)


def test_a_missing_figure_is_expected_like_the_others() -> None:
    assert influence(finding("V301", "C11", "calls_total"), NATION) == pytest.approx(250 / 1250)


def test_an_answer_weighs_one_row() -> None:
    assert influence(finding("V304", "G7", "voicemail"), NATION) == pytest.approx(1 / 5)


def test_a_row_without_a_region_weighs_all_that_it_holds() -> None:
    assert influence(finding("R201", "B10", "region"), NATION) == pytest.approx(400 / 1000)


def test_a_file_of_unknown_origin_weighs_all_its_rows() -> None:
    two = national(entry(7, 100), entry(8, 300, file="b"))
    assert influence(finding("H101", "A3", "unit", file="b", unit=None), two) == pytest.approx(300 / 400)


def test_a_total_weighs_its_difference() -> None:
    wrong = finding("B403", "C30", "calls_total", value=1_100, difference=100)
    assert influence(wrong, NATION) == pytest.approx(100 / 1000)


def test_a_missing_column_weighs_what_its_rows_should_hold() -> None:
    other = entry(7, 500, unit=HAINAN, file="b")
    lacking = [entry(number, None) for number in (7, 8)]
    found = influence(finding("F007", "A5", "calls_total"), national(other, *lacking))
    assert found == pytest.approx(1_000 / 1_500)


def test_a_row_that_was_left_out_weighs_as_one_row() -> None:
    """R206: a sample row with figures of its own is no reason to doubt the whole table."""
    left_out = finding("R206", "B6", "region", severity=Severity.QUERY)
    assert influence(left_out, national(*(entry(number, 10) for number in range(7, 17)))) == pytest.approx(1 / 10)


def test_a_superseded_row_weighs_the_difference_to_the_one_that_counts() -> None:
    two = national(entry(7, 100), entry(8, 900), entry(7, 150, counted=False, file="old"))
    assert influence(finding("M702", "B7", severity=Severity.QUERY, file="old"), two) == pytest.approx(50 / 1000)


def test_versions_of_which_none_counts_weigh_what_each_would_add() -> None:
    two = national(entry(8, 900), *(entry(7, figure, counted=False, file=f"{figure}") for figure in (100, 150)))
    weights = [influence(finding("M702", "B7", file=file), two) for file in ("100", "150")]
    assert weights == [pytest.approx(100 / 1000), pytest.approx(150 / 1050)]


def test_a_unit_that_sent_another_year_alone_weighs_its_regions() -> None:
    share = len(HAINAN.expected) / EXPECTED
    assert influence(finding("M705", unit=HAINAN.name), NATION) == pytest.approx(share)
    assert influence(finding("M705", unit=HAINAN.name, severity=Severity.QUERY, file="b"), NATION) == 0


@pytest.mark.parametrize("rule", ["M701", "F001", "F005"])
def test_a_unit_of_which_nothing_is_counted_weighs_its_regions(rule: str) -> None:
    share = len(HAINAN.expected) / EXPECTED
    assert influence(finding(rule, unit=HAINAN.name, file=""), NATION) == pytest.approx(share)
    assert influence(finding(rule, unit=None, file="扫描件.pdf"), NATION) == pytest.approx(1 / 32)


def test_missing_regions_weigh_their_number() -> None:
    two = national(entry(7, 100), absent=("云浮市", "潮州市"))
    about = {"form": SERVICE.key, "sheet": SERVICE.key}
    of_both = len(GUANGDONG.expected) + len(HAINAN.expected)
    assert influence(finding("R204", **about), two) == pytest.approx(2 / of_both)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "harmless",
    [
        finding("V306", "C10", "calls_total", Severity.NOTE),
        finding("H105", "A3", "mobile"),
        finding("S601", severity=Severity.ERROR),
    ],
)
def test_what_enters_no_total_weighs_nothing(harmless: Finding) -> None:
    assert influence(harmless, NATION) == 0


def test_absurd_figures_weigh_no_more_than_everything() -> None:
    absurd = national(entry(7, 10**400), entry(8, 100), entry(9, 100), entry(10, 100))
    assert influence(finding("P501", "C7", "calls_agent"), absurd) == pytest.approx(1)
    assert influence(finding("B401", "C7", "calls_total", difference=10**400), absurd) == pytest.approx(1)


def test_nothing_read_weighs_nothing_and_fails_nowhere() -> None:
    empty = national()
    for each in (
        finding("B401", "C9", "calls_total"),
        finding("R205", "A1"),
        finding("P503", "C9", "web"),
        finding("H101"),
    ):
        assert 0 <= influence(each, empty) <= 1


def test_findings_are_asked_in_the_order_of_their_weight() -> None:
    note = finding("V306", "C10", "calls_total", Severity.NOTE)
    settled = finding("P501", "D10", "calls_agent", Severity.QUERY, explained=True)
    light = finding("P501", "D9", "calls_agent", Severity.QUERY)
    heavy = finding("P501", "D10", "calls_agent", Severity.QUERY)
    error = finding("H104", "A3", "mobile")
    ordered = with_influence([note, settled, light, heavy, error], NATION)
    assert [(each.rule, each.cell, each.explained) for each in ordered] == [
        ("H104", "A3", False),
        ("P501", "D10", False),
        ("P501", "D9", False),
        ("P501", "D10", True),
        ("V306", "C10", False),
    ]
    assert [each.influence for each in ordered] == pytest.approx([0, 0.15, 0.05, 0.15, 0])
