"""Group P: what is asked, what is not, and how rarely a clean filing is asked anything."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from factory import RowData, a1, clean_rows, unit_named
from hrss12333.checking.rule import NO_COMPARISONS, Comparisons
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.checking.rules.plausibility import LEAST_CHANGE
from hrss12333.model.filing import Table
from hrss12333.model.finding import Finding, Severity
from hrss12333.questions.question import questions_of
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind
from merge_runs import asked as found_in
from merge_runs import table as made

SERVICE, SYSTEMS = EDITION.forms
BALANCE = SERVICE.balances[0]
GUANGDONG = unit_named("广东")
ROWS = clean_rows(GUANGDONG)


def table(form: Form, rows: Sequence[RowData], unit: Unit = GUANGDONG) -> Table:
    return made(form, unit, rows)


def facts(*tables: Table, unit: Unit = GUANGDONG, comparisons: Comparisons = NO_COMPARISONS) -> list[Finding]:
    return found_in(unit, *tables, rules="P", comparisons=comparisons)


def asked(*tables: Table, unit: Unit = GUANGDONG, comparisons: Comparisons = NO_COMPARISONS) -> list[Finding]:
    """The notes, and the grounds of the questions."""
    found = facts(*tables, unit=unit, comparisons=comparisons)
    grounds = [question.ground for question in questions_of(unit.name, found)]
    return [finding for finding in found if finding in grounds or finding.severity is Severity.NOTE]


def places(findings: Sequence[Finding]) -> list[tuple[str, str | None, str | None]]:
    return [(finding.rule, finding.form, finding.cell) for finding in findings]


def proposed(finding: Finding) -> list[tuple[str, Any]]:
    return [(new.field, new.value) for new in finding.suggestion.values] if finding.suggestion else []


def scaled(row: RowData, power: int) -> RowData:
    """The row with its four call figures off by a power of ten, still balanced."""
    parts = {key: round(int(str(row[key])) * 10**power) for key in BALANCE.parts}
    return {**row, **parts, BALANCE.total: sum(parts.values())}


def service(**changed: Any) -> Table:
    """Guangdong's clean rows of 附表1, the first one changed."""
    return table(SERVICE, [{**ROWS[0], **changed}, *ROWS[1:]])


def system(answers: Mapping[str, Sequence[bool]], remarks: Sequence[str | None] = ()) -> Table:
    """Guangdong's clean rows of 附表2 with these answers in the first rows."""
    rows = clean_rows(GUANGDONG, SYSTEMS)
    for key, given in answers.items():
        for index, answer in enumerate(given):
            rows[index] = {**rows[index], key: answer}
    for index, remark in enumerate(remarks):
        rows[index] = {**rows[index], "remarks": remark}
    return table(SYSTEMS, rows)


def test_clean_filings_are_hardly_ever_asked() -> None:
    rows, found = 0, []
    for unit in EDITION.units:
        tables = [table(form, clean_rows(unit, form), unit) for form in EDITION.forms]
        rows += len(tables[0].rows)
        found += asked(*tables, unit=unit)
    assert rows == 453
    assert len({(f.unit, f.region) for f in found if f.severity is not Severity.NOTE}) <= rows / 200


@pytest.mark.parametrize(("power", "share"), [(4, 0.99), (3, 0.95), (-3, 0.95), (-4, 0.95)])
def test_a_city_off_by_a_unit_is_found(power: int, share: float) -> None:
    found = shown = 0
    rng = random.Random(2019)
    for unit in EDITION.units:
        rows = clean_rows(unit)
        wrong = rng.randrange(len(rows))
        written = table(SERVICE, [scaled(row, power) if i == wrong else row for i, row in enumerate(rows)], unit)
        findings = asked(written, unit=unit)
        found += places(findings) == [("P502", "附表1", a1(f"calls_total{7 + wrong}"))]
        right = [(key, rows[wrong][key]) for key in BALANCE.fields if rows[wrong][key]]
        given = proposed(findings[0]) if findings else []
        assert given in ([], right)
        shown += given == right
    assert found >= share * len(EDITION.units)
    assert shown >= 0.9 * len(EDITION.units) if power > 0 else not shown  # 2.5 in 万 may have been 24,500


def test_the_message_shows_what_it_compares_with() -> None:
    finding = asked(service(**scaled(ROWS[0], 4)))[0]
    assert finding.severity is Severity.QUERY
    for words in (
        "来电总量、人工接听量、自助语音量、放弃量疑似偏大，是实际数的10,000倍",
        "人均接听量为",
        "本单位各地区中位数",
        "改正后为",
    ):
        assert words in finding.message_text
    assert "一般水平" in asked(table(SERVICE, [scaled(ROWS[3], 4)]))[0].message_text


def test_a_whole_unit_in_units_of_ten_thousand_does_not_excuse_itself() -> None:
    found = asked(table(SERVICE, [scaled(row, 4) for row in ROWS]))
    assert [finding.rule for finding in found] == ["P502"] * len(ROWS)


def test_last_year_tells_where_nobody_is_counted() -> None:
    nobody = {"staff_total": None, "agents": None, "seats": None, "training_attendances": None}
    written = table(SERVICE, [{**scaled(ROWS[5], 3), **nobody}])
    past = {(GUANGDONG.name, str(ROWS[5]["region"]), SERVICE.key): {key: ROWS[5][key] for key in BALANCE.fields}}
    found = asked(written, comparisons=Comparisons(previous=past))
    assert places(found) == [("P502", "附表1", a1("calls_total7"))]
    assert f"上年{ROWS[5]['calls_total']:,}" in found[0].message_text


@pytest.mark.parametrize(
    ("key", "shown"), [("agents", True), ("seats", True), ("staff_total", True), ("training_attendances", False)]
)
def test_a_single_column_off_by_a_thousand_is_named(key: str, shown: bool) -> None:
    """A figure is proposed where it lies near to what it is compared with."""
    right = int(str(ROWS[0][key]))
    found = asked(service(**{key: right * 1000}))
    assert places(found) == [("P502", "附表1", a1(f"{key}7"))]
    assert proposed(found[0]) == [(key, right)] * shown


@pytest.mark.parametrize("seats", [35_999, 8_000])
def test_a_figure_is_proposed_only_where_it_is_exact_and_fits_what_the_message_quotes(seats: int) -> None:
    """36 would be rounded; 8 seats are too few for 26 advisers."""
    (found,) = asked(service(seats=seats))
    assert (found.rule, found.cell, found.suggestion) == ("P502", a1("seats7"), None)


BUSY = {"calls_total": 800_000, "calls_agent": 310_000, "calls_ivr": 400_000, "calls_abandoned": 90_000}


def test_one_answer_that_differs_from_the_others() -> None:
    same = [True] * len(GUANGDONG.regions)
    found = asked(system({"system_centralized": [True, False, *same[2:]], "seats_centralized": [False] * len(same)}))
    assert places(found) == [("P503", "附表2", a1("system_centralized8"))]
    assert "其中填“否”的是" in found[0].message_text
    assert not found[0].explained


def test_no_remark_answers_for_the_whole_unit() -> None:
    answers = {"system_centralized": [False, *[True] * 20], "seats_centralized": [False] * 21}
    (found,) = asked(system(answers, ["自建系统，计划2020年并入省系统"]))
    assert (found.explained, "备注不能答复" in found.message_text) == (False, True)


@pytest.mark.parametrize(
    "key", ["calls_total", "calls_agent", "agents", "seats", "staff_total", "training_attendances"]
)
def test_absurd_figures_break_nothing(key: str) -> None:
    for absurd in (10**16, 10**400):
        assert "P502" not in {f.rule for f in asked(service(**{key: absurd}), comparisons=past(**{key: 7}))}


def past(**figures: Any) -> Comparisons:
    """Last year's figures of the first region: nearly this year's, some changed."""
    counts = {key: value + 1 for key, value in ROWS[0].items() if type(value) is int}
    return Comparisons(previous={(GUANGDONG.name, str(ROWS[0]["region"]), SERVICE.key): counts | figures})


CALLS_AGENT = int(str(ROWS[0]["calls_agent"]))
LAST_SEATS = int(str(ROWS[0]["seats"]))
HALVES = {key: int(str(ROWS[0][key])) // 2 for key in BALANCE.fields}
SMALL = {"calls_total": 900, "calls_agent": 400, "calls_ivr": 400, "calls_abandoned": 100}


@pytest.mark.parametrize(
    ("changed", "last", "found"),
    [
        (
            scaled(ROWS[0], 4) | {"calls_agent": CALLS_AGENT * 10_000 + 10_000},
            None,
            "P501 calls_agent7",
        ),  # left to B401
        ({"calls_agent": CALLS_AGENT * 1000}, None, "P501 calls_agent7"),  # its unit is left to localisation
        ({column.key: column.sample for column in SERVICE.of_kind(Kind.COUNT)}, None, ""),  # left to R206
        (SMALL | {"agents": 1, "staff_total": 1, "seats": 1, "training_attendances": 2}, None, ""),
        (BUSY | {"agents": 11, "staff_total": 12, "seats": 10}, None, ""),
        (BUSY | {"agents": 10, "staff_total": 12, "seats": 10}, None, "P501 calls_agent7"),
        ({"staff_total": 30, "agents": 25, "seats": 31}, None, "P504 seats7"),
        ({"staff_total": 30, "agents": 25, "seats": 30}, None, ""),
        ({"staff_total": 30, "agents": 31, "seats": 31}, None, "P504 seats7"),  # told with B402
        ({}, {}, ""),
        ({}, {"seats": LAST_SEATS * 3}, "P505 seats7"),
        ({}, {"seats": LAST_SEATS + 1}, ""),
        ({}, HALVES, "P505 calls_total7"),
        ({"seats": 8}, {"seats": 5}, ""),
        ({"seats": 10}, {"seats": 5}, "P505 seats7"),
        ({"seats": 4}, {"seats": 0}, ""),
        ({"seats": 5}, {"seats": 0}, "P505 seats7"),
    ],
)
def test_what_is_asked_of_one_row(changed: dict[str, int], last: dict[str, int] | None, found: str) -> None:
    """Among the clean rows of its unit; ``last`` are last year's figures that were not nearly the same."""
    comparisons = NO_COMPARISONS if last is None else past(**last)
    findings = asked(service(**changed), comparisons=comparisons)
    assert " ".join(f"{f.rule} {f.cell}" for f in findings) == a1(found)


def test_a_message_says_the_figures() -> None:
    (busy,) = asked(service(**BUSY, agents=10, staff_total=12, seats=10))
    assert "人均接听31,000次" in busy.message_text
    (found,) = asked(service(), comparisons=past(seats=LAST_SEATS * 3))
    assert f"坐席数今年{LAST_SEATS}，上年{LAST_SEATS * 3}，变动超过50%" in found.message_text


def test_call_figures_ten_times_as_large_are_one_question_about_all_of_them() -> None:
    """The smallest part, which changed by less than is asked about by itself, among them; a count that did not change is not."""
    last = {key: int(str(ROWS[0][key])) for key in BALANCE.fields} | {"calls_abandoned": 40}
    last["calls_total"] = sum(last[key] for key in BALANCE.parts)
    findings = facts(service(**{key: 10 * value for key, value in last.items()}), comparisons=past(**last))
    (found,) = [finding for finding in findings if finding.rule == "P505"]
    assert (found.field, found.doubts) == ("calls_total", True)
    assert set(found.figures) == set(BALANCE.fields)
    assert all(SERVICE.by_key[key].label in found.message_text for key in BALANCE.fields)


def test_the_least_difference_is_that_of_the_kind_of_figure_and_stated_in_the_rule() -> None:
    now = ROWS[0]
    for column in SERVICE.of_kind(Kind.COUNT):
        least = LEAST_CHANGE[column.unit]
        for more, expected in ((least - 1, []), (least, ["P505"])):
            before = {key: now[key] for key in BALANCE.fields}
            found = facts(service(**{**before, column.key: more}), comparisons=past(**{column.key: 0}))
            assert [f.rule for f in found if f.field == column.key and f.rule == "P505"] == expected
        assert f"以“{column.unit}”计的不到{least:,}" in RULES["P505"].text.why


def test_seats_everywhere_although_centralised() -> None:
    answers = {"system_centralized": [True] * 21, "seats_centralized": [True] * 21}
    found = asked(service(), system(answers))
    assert places(found) == [("P506", "附表2", a1("seats_centralized7"))]
    assert "21个地区都填报了坐席数" in found[0].message_text
    assert asked(service(seats=0), system(answers)) == []


def test_a_survey_without_these_columns_is_asked_nothing() -> None:
    other = replace(SYSTEMS, key="附表3")
    assert asked(table(other, clean_rows(GUANGDONG, SYSTEMS))) == []
