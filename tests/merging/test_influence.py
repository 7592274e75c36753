"""Influence: what share of the national total a finding puts at stake."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from factory import spot
from hrss12333.merging.influence import with_influence
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.message import compose
from hrss12333.model.national import Entry, National, Status, UnitStatus
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form
from national_tables import entry as entry_of

SERVICE, SYSTEMS = EDITION.forms
GUANGDONG = next(unit for unit in EDITION.units if unit.short == "广东")
HAINAN = next(unit for unit in EDITION.units if unit.short == "海南")
EXPECTED = sum(len(unit.regions) for unit in EDITION.units)


def entry(
    number: int,
    calls: int | None,
    *,
    form: Form = SERVICE,
    unit: Unit = GUANGDONG,
    counted: bool = True,
    file: str = "a",
) -> Entry:
    region = unit.regions[number - 7 if counted else 0].name
    figures = {"region": region, "calls_total": calls, "calls_agent": calls}
    return entry_of(form, unit, figures, number, file=file, counted=counted)


def national(*entries: Entry, absent: tuple[str, ...] = ()) -> National:
    status = UnitStatus(GUANGDONG, Status.FAULTY, missing_regions={SERVICE.key: absent})
    return National(EDITION, entries, (status, UnitStatus(HAINAN, Status.MISSING)))


NATION = national(entry(7, 100), entry(8, 200), entry(9, 300), entry(10, 400), entry(11, None))


def finding(
    rule: str, cell: str | None = None, field: str | None = None, severity: Severity = Severity.ERROR, **about: object
) -> Finding:
    given: dict[str, Any] = {
        "file": "a",
        "sheet": SERVICE.key if cell else None,
        "form": SERVICE.key if cell else None,
        "unit": GUANGDONG.name,
    }
    return Finding(rule=rule, severity=severity, message=compose("……"), field=field, **(given | spot(cell) | about))


LEFT_OUT = national(*(entry(number, 10) for number in range(7, 17)))
TWO_FILES = national(entry(7, 100), entry(8, 300, file="b"))
LACKING = national(entry(7, 500, unit=HAINAN, file="b"), *(entry(number, None) for number in (7, 8)))
SUPERSEDED = national(entry(7, 100), entry(8, 900), entry(7, 150, counted=False, file="old"))
NONE_COUNTS = national(entry(8, 900), *(entry(7, figure, counted=False, file=f"{figure}") for figure in (100, 150)))
ABSENT = national(entry(7, 100), absent=("云浮市", "潮州市"))
ABSURD = national(entry(7, 10**400), entry(8, 100), entry(9, 100), entry(10, 100))
OF_TABLE: Any = {"form": SERVICE.key, "sheet": SERVICE.key}
QUERY = Severity.QUERY
OF_HAINAN = len(HAINAN.regions) / EXPECTED
WEIGHTS = {
    "what other figures demand": (finding("B401", "C9", "calls_total", difference=-50), NATION, 50 / 1000),
    "else all that the row has": (finding("P501", "D10", "calls_agent"), NATION, 400 / 1000),
    "a missing figure, one row": (finding("V301", "C11", "calls_total"), NATION, 1 / 5),
    "an answer, its row": (finding("V304", "G7", "voicemail"), NATION, 100 / 1000),
    "a row without a region, all that it holds": (finding("R201", "B10", "region"), NATION, 400 / 1000),
    "a file of unknown origin": (finding("H101", "A3", "unit", file="b", unit=None), TWO_FILES, 300 / 400),
    "a total": (finding("B403", "C30", "calls_total", value=1_100, difference=100), NATION, 100 / 1000),
    "a missing column, its rows": (finding("F007", "A5", "calls_total"), LACKING, 2 / 3),
    "a sample row with figures, one row": (finding("R206", "B6", "region", QUERY), LEFT_OUT, 1 / 10),
    "a concealed row, one row": (finding("R210", "B20", None, QUERY, region="云浮市"), LEFT_OUT, 1 / 10),
    "a superseded row, the difference": (finding("M702", "B7", None, QUERY, file="old"), SUPERSEDED, 50 / 1000),
    "a version that none counts before": (finding("M702", "B7", file="100"), NONE_COUNTS, 100 / 900),
    "the other of them": (finding("M702", "B7", file="150"), NONE_COUNTS, 150 / 900),
    "a unit that sent another year": (finding("M705", unit=HAINAN.name), NATION, OF_HAINAN),
    "one that sent this year, too": (finding("M705", None, None, QUERY, unit=HAINAN.name, file="b"), NATION, 0),
    "a missing unit": (finding("M701", unit=HAINAN.name, file=""), NATION, OF_HAINAN),
    "a unit's unreadable file": (finding("F001", unit=HAINAN.name, file=""), NATION, OF_HAINAN),
    "a unit's locked file": (finding("F005", unit=HAINAN.name, file=""), NATION, OF_HAINAN),
    "a unit of nobody": (finding("M701", unit=None, file="扫描件.pdf"), NATION, 1 / 32),
    "a file of nobody": (finding("F001", unit=None, file="扫描件.pdf"), NATION, 1 / 32),
    "a scan of nobody": (finding("F005", unit=None, file="扫描件.pdf"), NATION, 1 / 32),
    "missing regions, their number": (
        finding("R204", **OF_TABLE),
        ABSENT,
        2 / sum(len(unit.regions) for unit in (GUANGDONG, HAINAN)),
    ),
    "what is read for certain": (finding("V306", "C10", "calls_total", Severity.NOTE), NATION, 0),
    "a contact": (finding("H105", "A3", "mobile"), NATION, 0),
    "a work report": (finding("S601"), NATION, 0),
    "absurd calls, nearly all": (finding("P501", "C7", "calls_agent"), ABSURD, 1),
    "an absurd difference": (finding("B401", "C7", "calls_total", difference=10**400), ABSURD, 1),
}


def influence(about: Finding, table: National) -> float:
    return with_influence(replace(table, findings=(about,)))[0].influence


@pytest.mark.parametrize("what", WEIGHTS)
def test_what_each_puts_at_stake(what: str) -> None:
    about, table, weight = WEIGHTS[what]
    assert influence(about, table) == pytest.approx(weight)


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
    ordered = with_influence(replace(NATION, findings=(note, settled, light, heavy, error)))
    assert [(each.rule, each.cell, each.explained) for each in ordered] == [
        ("H104", "A3", False),
        ("P501", "D10", False),
        ("P501", "D9", False),
        ("P501", "D10", True),
        ("V306", "C10", False),
    ]
    assert [each.influence for each in ordered] == pytest.approx([0, 0.4, 0.3, 0.4, 0])
