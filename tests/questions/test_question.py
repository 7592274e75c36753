"""One question a place: which finding is the ground, what is told with it, and in which order; made of findings by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from hrss12333.checking.reasons import reason_for
from hrss12333.model.finding import Finding, Severity, Verification
from hrss12333.questions.question import Stakes, questions_of
from national_tables import finding_at, table
from reporting_samples import finding

CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
ERRORS = frozenset(("F007", "H101", "H103", "H104", "H105", "R203", "V301", "V302", "V304", "B401", "B402", "B403"))
DOUBTING = frozenset(("R203", "R206", "R209", "P501", "P502", "P504", "P505", "P507", "V309"))


def found(rule: str, *fields: str, row: int = 7, region: str | None = "广州市", **about: Any) -> Finding:
    """A finding of this rule about these figures of a row; without any about the row as a whole."""
    place: dict[str, Any] = {"row": row, "column": 3, "line": row if region else 0, "region": region}
    place |= {"field": fields[0] if fields else "region", "figures": fields, "value": None, "doubts": rule in DOUBTING}
    severity = Severity.ERROR if rule in ERRORS else Severity.QUERY
    place["answered_by"] = reason_for(rule, severity)
    return replace(finding(rule, about.pop("severity", severity)), **place | about)


def header(rule: str, form: str) -> Finding:
    return found(rule, "mobile", region=None, form=form, sheet=form, row=3)


def asked(*findings: Finding) -> list[str]:
    """The rules of each question, its ground first; an answered one in brackets."""
    made = questions_of("广东省", findings)
    told = ["+".join(each.rule for each in question.findings) for question in made]
    return [words if question.is_open else f"({words})" for words, question in zip(told, made, strict=True)]


ONE_CAUSE: dict[str, tuple[list[Finding], list[str]]] = {
    "a part above the whole that also changed": (
        [found("P505", "agents", "seats"), found("B402", "staff_total", "agents")],
        ["B402+P505"],
    ),
    "more seats than staff, which also changed": (
        [found("P505", "seats"), found("P504", "staff_total", "seats")],
        ["P504+P505"],
    ),
    "many calls an adviser, which also changed": (
        [found("P505", *CALLS), found("P501", "calls_agent", "agents")],
        ["P501+P505"],
    ),
    "figures like last year's in another form": ([found("P505", *CALLS), found("P507", *CALLS)], ["P507+P505"]),
    "a copied sample and each column that changed": (
        [found("R206"), *(found("P505", key) for key in (*CALLS, "seats"))],
        ["R206+P505+P505+P505+P505+P505"],
    ),
    "the header of both forms": (
        [header(rule, form) for rule in ("H106", "H104", "H101") for form in ("附表1", "附表2")],
        ["H101+H101+H104+H104+H106+H106"],
    ),
    "a county in both forms": (
        [found("R208", region="博罗县", form=form, sheet=form, row=9) for form in ("附表1", "附表2")],
        ["R208+R208"],
    ),
    "ten-fold figures before all that follows from them": (
        [found("P505", *CALLS), found("P501", "calls_agent", "agents"), found("P502", *CALLS)],
        ["P502+P501+P505"],
    ),
    "overlaps directly, not by way of another": (
        [found("P502", "calls_agent"), found("P501", "calls_agent", "agents"), found("P504", "agents", "seats")],
        ["P502+P501", "P504"],
    ),
    "other figures, other rows and other files are asked apart": (
        [found("P505", "seats"), found("P505", "seats", row=8), found("P505", "seats", file="乙.xlsx"), found("P504", "agents")],
        ["P505", "P505", "P505", "P504"],
    ),
    "an error that words can't answer beside one that they can": (
        [found("V301", "agents"), found("B402", "agents", "staff_total")],
        ["V301", "B402"],
    ),
    "a sum that words answer is told with what they can't": (
        [found("B401", *CALLS), found("V302", "calls_agent")],
        ["V302+B401"],
    ),
    "an error before a query, whatever its group": ([found("V309", "seats"), found("B402", "seats")], ["B402+V309"]),
    "an answered one beside an open one": (
        [found("P501", "calls_agent", explained=True, reason="代接"), found("V302", "calls_agent")],
        ["V302", "(P501)"],
    ),
    "what asks nothing is none": ([found("V306", severity=Severity.NOTE), found("M701", region=None)], []),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE_CAUSE)
def test_one_cause_is_one_question(case: str) -> None:
    findings, expected = ONE_CAUSE[case]
    assert sorted(asked(*findings)) == sorted(expected)
    assert sorted(asked(*reversed(findings))) == sorted(expected)


def test_what_an_answer_leaves_open_becomes_the_ground() -> None:
    first, second = found("B401", *CALLS), found("P505", "calls_total")
    assert asked(first, second) == ["B401+P505"]
    explained = replace(first, severity=Severity.QUERY, explained=True, reason="含漏话")
    assert asked(explained, second) == ["P505", "(B401)"]


def test_a_question_has_form_region_fields_and_state() -> None:
    staff = Verification("人员整体转隶，已核实", "甲", date(2020, 2, 3), settles=True)
    (question,) = questions_of("广州市", [found("P505", "seats", verification=staff)])
    assert (question.form, question.region, question.fields) == ("附表1", "广州市", ("seats",))
    assert (question.state, question.is_error) == ("settled", False)
    (county,) = questions_of("惠州市", ONE_CAUSE["a county in both forms"][0])
    assert (county.form, county.region, county.state) == (None, "博罗县", "open")


def test_errors_come_first_then_the_most_at_stake() -> None:
    shares = {7: 0.1, 8: 0.3, 9: 0.2}
    findings = [found("P504", "seats", row=row) for row in shares] + [found("V302", "agents")]
    made = questions_of("广东省", findings, lambda each: shares[each.row or 0])
    assert [(each.ground.rule, each.stake) for each in made] == [
        ("V302", 0.1),
        *(("P504", share) for share in (0.3, 0.2, 0.1)),
    ]


def test_what_is_at_stake_is_a_share_of_the_total() -> None:
    national = table()
    item = national.entries[0]
    total = sum(each.row.number("calls_total") or 0 for each in national.entries_of(item.form))
    calls = item.row.number("calls_total") or 0
    stakes = Stakes(national)
    row: dict[str, Any] = {"region": item.row.region}
    of_row = finding_at(item, "P504", Severity.QUERY, "多。", **row)
    assert stakes.of(of_row) == calls / total
    differs = finding_at(item, "B401", Severity.ERROR, "不平。", **row, field="calls_total", difference=-50)
    assert stakes.of(differs) == 50 / total
    absurd = replace(differs, difference=10**15)
    assert stakes.of(absurd) == 1.0
    assert stakes.of(finding("S601", Severity.ERROR, "长。", file=item.file)) == 0.0
    unread = finding("F001", Severity.ERROR, "坏。", file="坏.xlsx", region=None, field=None, cell=None, unit="广东省")
    regions = sum(len(unit.regions) for unit in national.edition.units)
    assert stakes.of(unread) == 21 / regions
