"""P507 and P508: figures alike that nobody counted, and one knowledge base that every city reports."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from cases import cases
from factory import RowData, a1, clean_rows, unit_named
from hrss12333.checking.rule import Comparisons
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import National
from hrss12333.model.summary_lines import lines, total_line
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Form, Kind
from merge_runs import asked as found
from merge_runs import table as made
from national_tables import entries_of, table

SERVICE, SYSTEMS = EDITION.forms
UNIT = unit_named("宁夏")
CALLS = SERVICE.balances[0].fields


def asked(
    rows: Sequence[RowData], rule: str = "P507", form: Form = SERVICE, last: Mapping[str, int] | None = None
) -> list[Finding]:
    """What the rule finds among these rows; ``last`` are the first region's figures of last year."""
    previous = {(UNIT.name, str(rows[0]["region"]), form.key): last} if last else {}
    return found(UNIT, made(form, UNIT, rows), rules=rule, comparisons=Comparisons(previous=previous))


def changed(at: int, **figures: int | str | bool | None) -> list[RowData]:
    rows = clean_rows(UNIT)
    rows[at] = {**rows[at], **figures}
    return rows


def calls(*figures: int) -> dict[str, int]:
    return dict(zip(CALLS, figures, strict=True))


def test_clean_filings_have_nothing_alike() -> None:
    assert asked(clean_rows(UNIT)) == []


@cases("""
    found=  figures
    True    6000 3000 2000 1000 | 5000 3000 2000 0
    False   3000 3000 0 0 | 999 500 400 99 | 0 0 0 0
""")
def test_two_regions_with_the_same_calls(figures: str, found: bool) -> None:
    rows = clean_rows(UNIT)
    same = calls(*map(int, figures.split()))
    rows = [{**row, **same} if at in (1, 3) else row for at, row in enumerate(rows)]
    assert [(f.cell, f.severity, f.figures) for f in asked(rows)] == [
        (a1("calls_total10"), Severity.QUERY, CALLS)
    ] * found


def test_many_regions_alike_are_one_question_that_a_reason_answers() -> None:
    rows = [{**row, **calls(6_000, 3_000, 2_000, 1_000), "remarks": None} for row in clean_rows(UNIT)]
    (finding,) = asked(rows)
    assert (finding.region, finding.explained) == (rows[1]["region"], False)
    rows[3] = {**rows[3], "remarks": "全区话务集中受理，按五市平均分摊"}
    (finding,) = asked(rows)
    assert (finding.region, finding.explained) == (rows[3]["region"], True)


def test_calls_of_last_year_again() -> None:
    first = clean_rows(UNIT)[0]
    same = {key: int(str(first[key])) for key in CALLS}
    assert [f.cell for f in asked(clean_rows(UNIT), last=same)] == [a1("calls_total7")]
    assert asked(clean_rows(UNIT), last={**same, "calls_ivr": 1}) == []
    assert asked(clean_rows(UNIT), last={key: same[key] for key in CALLS[:3]}) == []
    assert asked(changed(0, **calls(0, 0, 0, 0)), last=calls(0, 0, 0, 0)) == []


@cases("""
    found=  key                   figure
    True    calls_ivr             66666
    True    training_attendances  111112
    True    staff_total           11111
    False   calls_ivr             100000 | 66667
""")
def test_one_digit_five_times(key: str, figure: str, found: bool) -> None:
    assert [f.field for f in asked(changed(2, **{key: int(figure)}))] == [key] * found


@pytest.mark.parametrize(
    ("rows", "keys", "found"),
    [
        (4, CALLS[:2], True),
        (3, CALLS[:2], False),
        (5, CALLS[:1], False),
        (5, CALLS[:3], True),
        (4, ("agents", "seats"), True),
    ],
)
def test_figures_counted_on(rows: int, keys: tuple[str, ...], found: bool) -> None:
    given = clean_rows(UNIT)
    for at in range(rows):
        given[at] = {**given[at], **{key: 5_001 + 7 * number + at for number, key in enumerate(keys)}}
    assert [(f.row, f.figures) for f in asked(given)] == [(7, keys)] * found


def test_random_figures_are_hardly_ever_alike() -> None:
    chance, found = random.Random(7), 0
    keys = [column.key for column in SERVICE.of_kind(Kind.COUNT)]
    for _ in range(400):
        found += len(asked([{**row, **{key: chance.randint(0, 300_000) for key in keys}} for row in clean_rows(UNIT)]))
    assert found <= 3


def bases(**changes: int | bool) -> list[RowData]:
    """One knowledge base for all; changes in the last row."""
    rows: list[RowData] = [
        {**row, "system_centralized": True, "knowledge_entries": 5_000} for row in clean_rows(UNIT, SYSTEMS)
    ]
    return [*rows[:-1], {**rows[-1], **changes}]


@pytest.mark.parametrize(
    ("changes", "once"), [({}, 5_000), ({"knowledge_entries": 5_001}, None), ({"system_centralized": False}, None)]
)
def test_a_base_that_every_city_reports(changes: dict[str, int | bool], once: int | None) -> None:
    """A note with both figures; the national table has both, too."""
    found = asked(bases(**changes), "P508", SYSTEMS)
    assert [(f.severity, f.field) for f in found] == [(Severity.NOTE, "knowledge_entries")] * (once is not None)
    assert all("25,000" in finding.message_text and "只计一次为5,000" in finding.message_text for finding in found)
    own = entries_of(SYSTEMS, UNIT, bases(**changes))
    national = table([UNIT])
    nation = type(national)(EDITION, (*own,), national.units)
    assert _once(nation, SYSTEMS, "knowledge_entries") == once
    others = []
    for other in ("福建", "吉林"):
        apart = [{**row, "knowledge_entries": 900 + at} for at, row in enumerate(clean_rows(other, SYSTEMS))]
        others += entries_of(SYSTEMS, unit_named(other), apart)
    nation = type(national)(EDITION, (*own, *others), national.units)
    rest = sum(entry.row.number("knowledge_entries") or 0 for entry in others)
    assert _once(nation, SYSTEMS, "knowledge_entries") == (None if once is None else rest + once)
    assert _once(nation, SERVICE, "seats") is None


def _once(national: National, form: Form, key: str) -> int | None:
    return total_line(form, lines(national, form)).once(key)


def test_one_row_shares_nothing() -> None:
    assert asked(bases()[:1], "P508", SYSTEMS) == []
