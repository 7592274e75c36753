"""A finding's places, and which figures it puts in open question: those of the row, column, table or file that it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from factory import CellValue, Style, clean_rows, write_filing
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.finding import Finding, Location, Severity, Verification
from hrss12333.model.message import File, Param, RegionName, Several, compose
from hrss12333.model.national import National
from hrss12333.model.summary_lines import FEWEST, Figure, by_figure, by_indicator, lines, not_compared, total_line
from hrss12333.questions.respondents import respondents_of
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.indicators import indicators
from hrss12333.wording.verdicts import few_line, question_line
from merge_runs import judged, merged
from national_tables import finding_at, table

FIRST, SECOND = EDITION.forms
BARE = Style(sample=False, total="none")
CALLS = {"calls_total", "calls_agent", "calls_ivr", "calls_abandoned"}
Asked = dict[str, set[str]]


def asked(national: National) -> Asked:
    """Region → keys in question, of 附表1."""
    found = {entry.row.region or "": {*national.questions.get(entry.where, ())} for entry in national.entries_of(FIRST)}
    return {region: keys for region, keys in found.items() if keys}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({}, {}),
        ({"calls_total6": 7}, {"杭州市": CALLS}),  # B401
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
    national = merged(tmp_path)
    assert asked(national) == found
    for entry in national.entries_of(FIRST):
        keys = found.get(entry.row.region or "", set())
        assert {*national.questions.get(entry.where, ())} == keys


@pytest.mark.parametrize(("key", "heading"), [("seats", "坐席数（千个）"), ("calls_abandoned", "甲")])
def test_a_column_in_another_unit_or_that_nobody_knows_is_asked_of_every_row(
    tmp_path: Path, key: str, heading: str
) -> None:
    write_filing(tmp_path / "浙江.xlsx", "浙江", style=BARE, cells={"附表1": {f"{key}5": heading}})
    found = asked(merged(tmp_path))
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
    staff = Verification("已电话核实，数字无误", "张三", None, settles=True)
    assert asked(in_words(national)) == {"东城区": {"seats"}}
    assert asked(in_words(national, explained=True)) == {}
    assert asked(in_words(national, verification=staff)) == {}
    assert asked(in_words(national, doubts=False)) == {}
    assert asked(in_words(national, severity=Severity.NOTE)) == {}


def test_a_finding_without_a_region_is_about_its_cell_else_its_table_else_its_file() -> None:
    national = table(EDITION.units[:2])
    first, other = (next(e for e in national.entries_of(FIRST) if e.unit is unit) for unit in EDITION.units[:2])
    nameless = {"region": None, "sheet": first.sheet}
    cell = first.row.get("seats").place
    assert cell is not None
    assert asked(in_words(national, **nameless, row=cell.row, column=cell.column)) == {str(first.row.region): {"seats"}}
    of_table = asked(in_words(national, **nameless, row=5, line=0, column=cell.column))
    assert len(of_table) == len([e for e in national.entries_of(FIRST) if e.file == first.file])
    of_file = in_words(national, **nameless | {"sheet": None}, row=None, line=0, form=None, field=None)
    assert {e.form for e in of_file.entries if e.where in of_file.questions} == {FIRST, SECOND}
    assert other.where not in of_file.questions


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
    for found in (by_figure(listed, Figure(FIRST.by_key["calls_total"])), by_indicator(listed, rate)):
        assert [line.name for line, _ in found] == [u.name for u in EDITION.units[in_question:units]] * bool(compared)
    assert len(by_figure(listed, seats)) == (units if units >= FEWEST else 0)
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
    of_lines = {form.key: lines(national, form) for form in EDITION.forms}
    assert few_line(national, of_lines).startswith("下列项目数据齐全、没有疑问的单位不足4个")
    assert few_line(table(), {form.key: lines(table(), form) for form in EDITION.forms}) == ""


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
    assert finding.message_text == message
    last = finding.renamed(lambda file: file.rpartition("/")[2])
    assert (last.file, last.message_text) == ("旧.xlsx", message.replace("乙/", ""))
    others = finding.renamed(lambda file: file.rpartition("/")[2], first=1)
    assert (others.file, others.message_text) == ("甲/旧.xlsx", message.replace("乙/", ""))


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
