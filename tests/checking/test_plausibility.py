"""Group P: what is asked, what is not, and how rarely a clean filing is asked anything."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from factory import RowData, a1, clean_rows, unit_named
from hrss12333.checking.rule import NO_COMPARISONS, Comparisons
from hrss12333.checking.rules import RULES
from hrss12333.checking.rules.plausibility import LEAST_CHANGE
from hrss12333.model.filing import Table
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import lines, total_line
from hrss12333.questions import questions_of
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind
from merge_runs import asked as found_in
from merge_runs import table as made
from national_tables import entries_of, with_entries
from national_tables import table as national_table

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


def test_a_whole_unit_in_units_of_ten_thousand_does_not_excuse_itself() -> None:
    found = asked(table(SERVICE, [scaled(row, 4) for row in ROWS]))
    assert [finding.rule for finding in found] == ["P502"] * len(ROWS)
    assert all("一般水平" in finding.message.text for finding in found)


def test_last_year_tells_where_nobody_is_counted() -> None:
    nobody = {"staff_total": None, "agents": None, "seats": None, "training_attendances": None}
    written = table(SERVICE, [{**scaled(ROWS[5], 3), **nobody}])
    past = {(GUANGDONG.name, str(ROWS[5]["region"]), SERVICE.key): {key: ROWS[5][key] for key in BALANCE.fields}}
    found = asked(written, comparisons=Comparisons(previous=past))
    assert places(found) == [("P502", "附表1", a1("calls_total7"))]
    assert f"上年{ROWS[5]['calls_total']:,}" in found[0].message.text


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


def test_no_remark_answers_for_the_whole_unit() -> None:
    answers = {"system_centralized": [False, *[True] * 20], "seats_centralized": [False] * 21}
    (found,) = asked(system(answers, ["自建系统，计划2020年并入省系统"]))
    assert (found.explained, "备注不能答复" in found.message.text) == (False, True)


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
    assert "人均接听31,000次" in busy.message.text
    (found,) = asked(service(), comparisons=past(seats=LAST_SEATS * 3))
    assert f"坐席数本年{LAST_SEATS}，上年{LAST_SEATS * 3}，变动超过50%" in found.message.text


def test_call_figures_ten_times_as_large_are_one_question_about_all_of_them() -> None:
    """The smallest part, which changed by less than is asked about by itself, among them; a count that did not change is not."""
    last = {key: int(str(ROWS[0][key])) for key in BALANCE.fields} | {"calls_abandoned": 40}
    last["calls_total"] = sum(last[key] for key in BALANCE.parts)
    findings = facts(service(**{key: 10 * value for key, value in last.items()}), comparisons=past(**last))
    (found,) = [finding for finding in findings if finding.rule == "P505"]
    assert (found.field, found.doubts) == ("calls_total", True)
    assert set(found.figures) == set(BALANCE.fields)
    assert all(SERVICE.by_key[key].label in found.message.text for key in BALANCE.fields)


def test_the_least_difference_is_that_of_the_kind_of_figure_and_stated_in_the_rule() -> None:
    now = ROWS[0]
    for column in SERVICE.of_kind(Kind.COUNT):
        least = LEAST_CHANGE[column.measure]
        for more, expected in ((least - 1, []), (least, ["P505"])):
            before = {key: now[key] for key in BALANCE.fields}
            found = facts(service(**{**before, column.key: more}), comparisons=past(**{column.key: 0}))
            assert [f.rule for f in found if f.field == column.key and f.rule == "P505"] == expected
        assert f"以“{column.measure}”计的不到{least:,}" in RULES["P505"].text.why


# P507 and P508: figures alike that nobody counted, and one knowledge base that every city reports


UNIT = unit_named("宁夏")
CALLS = SERVICE.balances[0].fields


def alike(
    rows: Sequence[RowData], rule: str = "P507", form: Form = SERVICE, last: Mapping[str, int] | None = None
) -> list[Finding]:
    """What the rule finds among these rows; ``last`` are the first region's figures of last year."""
    previous = {(UNIT.name, str(rows[0]["region"]), form.key): last} if last else {}
    return found_in(UNIT, made(form, UNIT, rows), rules=rule, comparisons=Comparisons(previous=previous))


def calls(*figures: int) -> dict[str, int]:
    return dict(zip(CALLS, figures, strict=True))


def counted_on(rows: int, *keys: str) -> dict[str, range]:
    """So many rows from the first on, of which these columns count on by one."""
    return {key: range(start, start + rows) for start, key in zip(range(5_001, 6_000, 7), keys, strict=False)}


@pytest.mark.parametrize(
    ("at", "figures", "found"),
    [
        # two regions with the same calls, three of them not 0 and one of 1,000 or more
        ((1, 3), calls(6_000, 3_000, 2_000, 1_000), 10),
        ((1, 3), calls(5_000, 3_000, 2_000, 0), 10),
        *(((1, 3), calls(*few), 0) for few in ((3_000, 3_000, 0, 0), (999, 500, 400, 99), (0, 0, 0, 0))),
        # one digit five times
        *(
            ((2,), {key: n}, 9)
            for key, n in (("calls_ivr", 66_666), ("training_attendances", 111_112), ("staff_total", 11_111))
        ),
        *(((2,), {"calls_ivr": figure}, 0) for figure in (100_000, 66_667)),
        # four rows or more counted on in two columns or more
        (range(4), counted_on(4, *CALLS[:2]), 7),
        (range(3), counted_on(3, *CALLS[:2]), 0),
        (range(5), counted_on(5, *CALLS[:1]), 0),
        (range(5), counted_on(5, *CALLS[:3]), 7),
        (range(4), counted_on(4, "agents", "seats"), 7),
    ],
)
def test_figures_alike_that_cannot_be(at: Sequence[int], figures: Mapping[str, int | range], found: int) -> None:
    rows = clean_rows(UNIT)
    for number, row in enumerate(at):
        rows[row] = {**rows[row], **{key: n if isinstance(n, int) else n[number] for key, n in figures.items()}}
    asked = [(f.cell, f.severity, f.figures or (f.field,)) for f in alike(rows)]
    assert asked == [(a1(f"{next(iter(figures))}{found}"), Severity.QUERY, tuple(figures))] * bool(found)


def test_many_regions_alike_are_one_question_that_a_reason_answers() -> None:
    rows = [{**row, **calls(6_000, 3_000, 2_000, 1_000), "remarks": None} for row in clean_rows(UNIT)]
    (finding,) = alike(rows)
    assert (finding.region, finding.explained) == (rows[1]["region"], False)
    rows[3] = {**rows[3], "remarks": "全区话务集中受理，按五市平均分摊"}
    (finding,) = alike(rows)
    assert (finding.region, finding.explained) == (rows[3]["region"], True)


def test_calls_of_last_year_again() -> None:
    first = clean_rows(UNIT)[0]
    same = {key: int(str(first[key])) for key in CALLS}
    assert [f.cell for f in alike(clean_rows(UNIT), last=same)] == [a1("calls_total7")]
    assert alike(clean_rows(UNIT), last={**same, "calls_ivr": 1}) == []
    assert alike(clean_rows(UNIT), last={key: same[key] for key in CALLS[:3]}) == []
    assert alike([{**first, **calls(0, 0, 0, 0)}, *clean_rows(UNIT)[1:]], last=calls(0, 0, 0, 0)) == []


def test_random_figures_are_hardly_ever_alike() -> None:
    chance, found = random.Random(7), 0
    keys = [column.key for column in SERVICE.of_kind(Kind.COUNT)]
    for _ in range(400):
        found += len(alike([{**row, **{key: chance.randint(0, 300_000) for key in keys}} for row in clean_rows(UNIT)]))
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
    found = alike(bases(**changes), "P508", SYSTEMS)
    assert [(f.severity, f.field) for f in found] == [(Severity.NOTE, "knowledge_entries")] * (once is not None)
    assert all("25,000" in finding.message.text and "只计一次为5,000" in finding.message.text for finding in found)
    own, others = entries_of(SYSTEMS, UNIT, bases(**changes)), list[Entry]()
    for other in ("福建", "吉林"):
        apart = [{**row, "knowledge_entries": 900 + at} for at, row in enumerate(clean_rows(other, SYSTEMS))]
        others += entries_of(SYSTEMS, unit_named(other), apart)
    alone, nation = (with_entries(national_table([UNIT]), rows) for rows in (own, [*own, *others]))
    rest = sum(entry.row.number("knowledge_entries") or 0 for entry in others)
    assert _once(alone, SYSTEMS, "knowledge_entries") == once
    assert _once(nation, SYSTEMS, "knowledge_entries") == (None if once is None else rest + once)
    assert _once(nation, SERVICE, "seats") is None


def _once(national: National, form: Form, key: str) -> int | None:
    return total_line(form, lines(national, form)).once(key)
