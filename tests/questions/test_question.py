"""One question a place: which finding is the ground, what is told with it, and in which order; made of findings by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cases import scenes
from factory import CellValue, Style, clean_rows, write_filing
from hrss12333.checking.reasons import reason_for
from hrss12333.checking.rules import RULES
from hrss12333.indicators import indicators
from hrss12333.model.finding import Finding, Location, Severity, Verification
from hrss12333.model.message import File, Param, RegionName, Several, compose
from hrss12333.model.national import National
from hrss12333.model.summary_lines import FEWEST, Figure, compared_by, lines, not_compared, total_line
from hrss12333.published import Nation
from hrss12333.questions import Stakes, questions_of
from hrss12333.questions.respondents import respondents_of
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.question_lines import further_text
from hrss12333.wording.verdicts import question_line
from merge_runs import judged, merged
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


def asked(*findings: Finding) -> list[str]:
    """The rules of each question, its ground first; an answered one in brackets."""
    made = questions_of("广东省", findings)
    told = ["+".join(each.rule for each in question.findings) for question in made]
    return [words if question.is_open else f"({words})" for words, question in zip(told, made, strict=True)]


def told(words: str) -> list[Finding]:
    """The findings of a line: rule, fields (calls: all four), and what else is known of them; in both forms where it says so."""
    findings = []
    for rule, *tokens in map(str.split, words.split(";")):
        fields = [
            key
            for token in tokens
            if token.isascii() and "=" not in token
            for key in (CALLS if token == "calls" else [token])
        ]
        about: dict[str, Any] = dict(token.split("=") for token in tokens if "=" in token)
        about |= {"row": int(about["row"])} if "row" in about else {}
        about |= {"region": None} if rule[0] == "H" else {}
        forms = [{"form": form, "sheet": form} for form in ("附表1", "附表2")] if "两表" in tokens else [{}]
        findings += [found(rule, *fields, **about | form) for form in forms]
    return findings


COUNTY = "R208 两表 region=博罗县 row=9"
ONE_CAUSE = f"""
# a part above the whole that also changed
P505 agents seats ; B402 staff_total agents | B402+P505
# more seats than staff, which also changed
P505 seats ; P504 staff_total seats | P504+P505
# many calls an adviser, which also changed
P505 calls ; P501 calls_agent agents | P501+P505
# figures like last year's in another form
P505 calls ; P507 calls | P507+P505
# a copied sample and each column that changed
R206 ; P505 calls_total ; P505 calls_agent ; P505 seats | R206+P505+P505+P505
# the header of both forms
H106 两表 mobile row=3 ; H104 两表 mobile row=3 ; H101 两表 mobile row=3 | H101+H101+H104+H104+H106+H106
# a county in both forms
{COUNTY} | R208+R208
# ten-fold figures before all that follows from them
P505 calls ; P501 calls_agent agents ; P502 calls | P502+P501+P505
# overlaps directly, not by way of another
P502 calls_agent ; P501 calls_agent agents ; P504 agents seats | P502+P501 P504
# other figures, other rows and other files are asked apart
P505 seats ; P505 seats row=8 ; P505 seats file=乙.xlsx ; P504 agents | P505 P505 P505 P504
# an error that words can't answer beside one that they can
V301 agents ; B402 agents staff_total | V301 B402
# a sum that words answer is told with what they can't
B401 calls ; V302 calls_agent | V302+B401
# an error before a query, whatever its group
V309 seats ; B402 seats | B402+V309
# an answered one beside an open one
P501 calls_agent explained=1 reason=代接 ; V302 calls_agent | V302 (P501)
"""


@pytest.mark.parametrize(("given", "expected"), scenes(ONE_CAUSE))
def test_one_cause_is_one_question(given: str, expected: str) -> None:
    findings = told(given)
    for each in (findings, findings[::-1]):
        assert sorted(asked(*each)) == sorted(expected.split())
    assert asked(found("V306", severity=Severity.NOTE)) == []


def test_what_an_answer_leaves_open_becomes_the_ground() -> None:
    first, second = found("B401", *CALLS), found("P505", "calls_total")
    assert asked(first, second) == ["B401+P505"]
    explained = replace(first, severity=Severity.QUERY, explained=True, reason="含漏话")
    assert asked(explained, second) == ["P505", "(B401)"]


def test_a_reason_beside_one_that_names_columns_must_name_its_own() -> None:
    asked_of_a_row = [found("P502", *CALLS), found("P504", "staff_total", "seats"), found("P504", "seats", row=8)]
    made = questions_of("广东省", asked_of_a_row)
    assert [(each.ground.rule, each.ground.row) for each in made if each.names_columns] == [("P504", 7)]
    assert [further_text(each) for each in made] == ["", "这一行的备注要答复几处的，这一处请写明栏目名称。", ""]


def test_a_question_has_form_region_fields_and_state() -> None:
    staff = Verification("人员整体转隶，已核实", "甲", date(2020, 2, 3))
    (question,) = questions_of("广州市", [found("P505", "seats", verification=staff)])
    assert (question.form, question.region, question.fields) == ("附表1", "广州市", ("seats",))
    assert (question.state, question.is_error) == ("settled", False)
    (county,) = questions_of("惠州市", told(COUNTY))
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
    assert stakes.of(replace(differs, difference=10**15)) == 1.0
    assert stakes.of(finding("S601", Severity.ERROR, "长。", file=item.file)) == 0.0
    unread = finding("F001", Severity.ERROR, "坏。", file="坏.xlsx", region=None, field=None, cell=None, unit="广东省")
    regions = sum(len(unit.regions) for unit in national.edition.units)
    assert stakes.of(unread) == 21 / regions


# A finding's places, and which figures it puts in open question


FIRST, SECOND = EDITION.forms
BARE = Style(sample=False, total="none")
CALL_KEYS = {"calls_total", "calls_agent", "calls_ivr", "calls_abandoned"}
Asked = dict[str, set[str]]


def in_question(national: National) -> Asked:
    """Region → keys in question, of 附表1."""
    found = {
        entry.row.region or "": {*national.figures_in_question.get(entry.where, ())}
        for entry in national.entries_of(FIRST)
    }
    return {region: keys for region, keys in found.items() if keys}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({}, {}),
        ({"calls_total6": 7}, {"杭州市": CALL_KEYS}),  # B401
        ({"calls_total6": 7, "remarks6": "〔核实 来电总量：含转接〕"}, {}),  # the same, explained
        ({"staff_total6": 40, "agents6": 90}, {"杭州市": {"agents", "staff_total"}}),  # B402
        ({"calls_abandoned7": None}, {"宁波市": {"calls_abandoned"}}),  # V301
        ({"voicemail7": "部分"}, {"宁波市": {"voicemail"}}),  # V304
        ({"B6": "不知道市"}, {}),  # R202 asks about the name alone
        ({"A3": "手机号：123"}, {}),  # header errors
        ({"calls_total17": 1}, {}),  # B403: the 合计, no row
    ],
)
def test_errors_of_a_row_ask_about_what_they_name(tmp_path: Path, cells: dict[str, CellValue], found: Asked) -> None:
    style = Style(sample=False, total="typed")
    write_filing(tmp_path / "浙江.xlsx", "浙江", style=style, cells={"附表1": cells})
    assert in_question(merged(tmp_path)) == found


@pytest.mark.parametrize(("key", "heading"), [("seats", "坐席数（千个）"), ("calls_abandoned", "甲")])
def test_a_column_in_another_unit_or_that_nobody_knows_is_asked_of_every_row(
    tmp_path: Path, key: str, heading: str
) -> None:
    write_filing(tmp_path / "浙江.xlsx", "浙江", style=BARE, cells={"附表1": {f"{key}5": heading}})
    found = in_question(merged(tmp_path))
    assert len(found) == len(clean_rows("浙江"))
    assert all(key in keys for keys in found.values())


def test_a_region_twice_is_asked_as_a_whole_though_neither_row_counts(tmp_path: Path) -> None:
    write_filing(tmp_path / "浙江.xlsx", "浙江", style=BARE, cells={"附表1": {"B7": "杭州市"}})
    national = respondents_of(judged(tmp_path)).inbox.national
    (line,) = (line for line in lines(national, FIRST) if line.rows)
    assert [entry.counted for entry, _ in line.questioned] == [False, False]
    assert line.is_in_question(("seats",))
    assert line.label == "要改"
    assert len(line.rated(("seats",))) == line.rows  # no row that counts leaves a rate


def in_words(national: National, **about: Any) -> National:
    """The table with a query about the seats of its first row, with these differences."""
    first = national.entries_of(FIRST)[0]
    asks = finding_at(
        first, "P502", Severity.QUERY, "偏大。", region=first.row.region, form=FIRST.key, field="seats", doubts=True
    )
    return replace(national, findings=(replace(asks, **about),))


def test_what_is_answered_is_in_no_question() -> None:
    national = table(EDITION.units[:1])
    staff = Verification("已电话核实，数字无误", "张三")
    assert in_question(in_words(national)) == {"东城区": {"seats"}}
    assert in_question(in_words(national, explained=True)) == {}
    assert in_question(in_words(national, verification=staff)) == {}
    assert in_question(in_words(national, doubts=False)) == {}
    assert in_question(in_words(national, severity=Severity.NOTE)) == {}


def test_a_finding_without_a_region_is_about_its_cell_else_its_table_else_its_file() -> None:
    national = table(EDITION.units[:2])
    first, other = (next(e for e in national.entries_of(FIRST) if e.unit is unit) for unit in EDITION.units[:2])
    nameless = {"region": None, "sheet": first.sheet}
    cell = first.row.get("seats").place
    assert cell is not None
    assert in_question(in_words(national, **nameless, row=cell.row, column=cell.column)) == {
        str(first.row.region): {"seats"}
    }
    of_table = in_question(in_words(national, **nameless, row=5, line=0, column=cell.column))
    assert len(of_table) == len([e for e in national.entries_of(FIRST) if e.file == first.file])
    of_file = in_words(national, **nameless | {"sheet": None}, row=None, line=0, form=None, field=None)
    assert {e.form for e in of_file.entries if e.where in of_file.figures_in_question} == {FIRST, SECOND}
    assert other.where not in of_file.figures_in_question


def test_the_rules_that_doubt_are_those_of_the_contract() -> None:
    named = {"F007", "R203", "R206", "R209", "V309", "P501", "P502", "P504", "P505", "P507"}
    assert {rule.id for rule in RULES.values() if rule.doubts} == named


def spoil(national: National, number: int) -> National:
    """The table with an open question about the calls of so many units."""
    firsts = [next(e for e in national.entries_of(FIRST) if e.unit is unit) for unit in EDITION.units[:number]]
    findings = [
        finding_at(
            e, "B401", Severity.ERROR, "不平。", region=e.row.region, form=FIRST.key, field="calls_total", doubts=True
        )
        for e in firsts
    ]
    return replace(national, findings=tuple(findings))


@pytest.mark.parametrize(
    ("units", "in_question", "compared"),
    [(32, 0, 32), (32, 16, 16), (32, 17, 0), (8, 4, 4), (7, 4, 0), (5, 1, 4), (5, 2, 0), (4, 0, 4), (3, 0, 0)],
)
def test_units_are_compared_where_enough_are_in_no_question(units: int, in_question: int, compared: int) -> None:
    national = spoil(table(reporting=EDITION.units[:units]), in_question)
    listed = lines(national, FIRST)
    rate = next(item for item in indicators(FIRST) if item.key == "answer_rate")
    seats = Figure(FIRST.by_key["seats"])
    for found in (compared_by(listed, Figure(FIRST.by_key["calls_total"])), compared_by(listed, rate)):
        assert [line.name for line, _ in found] == [u.name for u in EDITION.units[in_question:units]] * bool(compared)
    assert len(compared_by(listed, seats)) == (units if units >= FEWEST else 0)
    names, every = not_compared(EDITION, {form.key: lines(national, form) for form in EDITION.forms})
    assert ("综合接通率" in names, "坐席数" in names, every) == (not compared, units < FEWEST, units < FEWEST)


def test_a_row_in_question_leaves_rates_on_both_sides_and_stays_in_the_sum() -> None:
    clean, national = table(EDITION.units[:5]), spoil(table(EDITION.units[:5]), 1)
    before, after = (total_line(FIRST, lines(each, FIRST)) for each in (clean, national))
    rate = next(item for item in indicators(FIRST) if item.key == "abandon_rate")
    out = national.entries_of(FIRST)[0].row
    was, now = before.quotient(rate), after.quotient(rate)
    assert after.value(Figure(FIRST.by_key["calls_total"])) == before.value(Figure(FIRST.by_key["calls_total"]))
    assert (now.numerator, now.denominator) == (
        (was.numerator or 0) - (out.number("calls_abandoned") or 0),
        (was.denominator or 0) - (out.number("calls_total") or 0),
    )
    assert now.covered == was.covered - 1
    assert len(after.questioned_rows("calls_total")) == 1
    other = next(item for item in indicators(FIRST) if item.key == "agents_per_seat")
    assert after.quotient(other) == before.quotient(other)


def test_one_line_names_whose_figures_they_are() -> None:
    national = spoil(table(EDITION.units[:5]), 2)
    assert question_line(national) == (
        "有疑问：北京、天津2个单位2个地区的部分数据。这些数计入合计，不计入比率、排名、图表和与上年的比较。"
    )
    assert question_line(table(EDITION.units[:5])) == ""
    assert Nation(national).few.startswith("下列项目数据齐全、没有疑问的单位不足4个")
    assert Nation(table()).few == ""


def about(*files: str, **params: Param) -> Finding:
    """A finding that names files."""
    reported = compose("{region}在{named}中没有了", region=RegionName("银川市"), **params)
    further = tuple(map(Location, files[1:]))
    return Finding(files[0], rule="M706", severity=Severity.QUERY, message=reported, further=further)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (File("乙/新.xlsx"), "“银川市”在“乙/新.xlsx”中没有了。"),
        (Several(map(File, ("乙/新.xlsx", "丙.xlsx"))), "“银川市”在“乙/新.xlsx”“丙.xlsx”中没有了。"),
    ],
)
def test_files_in_its_words_are_renamed_with_its_places(named: Param, message: str) -> None:
    finding = about("甲/旧.xlsx", "乙/新.xlsx", "丙.xlsx", named=named)
    assert finding.message.text == message
    last = finding.renamed(lambda file: file.rpartition("/")[2])
    assert (last.file, last.message.text) == ("旧.xlsx", message.replace("乙/", ""))
    others = finding.renamed(lambda file: file.rpartition("/")[2], first=1)
    assert (others.file, others.message.text) == ("甲/旧.xlsx", message.replace("乙/", ""))


def test_a_row_that_is_replaced_or_repeated_names_the_other_row(tmp_path: Path) -> None:
    write_filing(tmp_path / "旧.xlsx", "宁夏", style=BARE, cells={"附表1": {"seats6": 77}})
    write_filing(tmp_path / "更正.xlsx", "宁夏", style=BARE)
    (found,) = (finding for finding in merged(tmp_path).findings if finding.rule == "M702")
    here, (there,) = found, found.further
    assert (Path(here.file).name, Path(there.file).name) == ("旧.xlsx", "更正.xlsx")
    assert (here.sheet, here.row, here.column, here.region) == (there.sheet, there.row, there.column, there.region)
    assert there.region == "银川市"
    write_filing(tmp_path / "更正.xlsx", "宁夏", style=BARE, cells={"附表1": {"B7": "银川市"}})
    (found,) = (finding for finding in merged(tmp_path).findings if finding.rule == "R203")
    assert [(place.region, place.row) for place in (found, *found.further)] == [("银川市", 7), ("银川市", 6)]
