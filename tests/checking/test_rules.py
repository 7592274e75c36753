"""Every rule with a case that fails it and one that passes: the findings are asserted to the last cell.

The base is a clean filing of 广东省 without its sample row: 附表1 and 附表2, regions from row 6 (广州市) to row 26.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as varied
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from factory import BARE, CellValue, Formula, RowData, Style, a1, clean_header, clean_rows, sound, write_filing
from hrss12333.checking import engine
from hrss12333.checking import rules as rules_package
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.rule import NO_COMPARISONS, Comparisons, Hit
from hrss12333.checking.rules import ALL
from hrss12333.model.filing import Skipped
from hrss12333.model.finding import Fault, Severity
from hrss12333.model.message import compose
from hrss12333.reading.documents import read_source
from hrss12333.reading.files.discovery import Source
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

Place = tuple[str, str | None, str | None]
"""Rule, sheet, cell."""
Cells = Mapping[str, Mapping[str, CellValue]]


@dataclass(frozen=True)
class Case:
    """A filing, how it departs from the clean one, and exactly what is found in it."""

    name: str
    cells: Cells = field(default_factory=dict)
    found: frozenset[Place] = frozenset()
    style: Style = BARE
    header: Mapping[str, str] | None = None
    regions: Mapping[str, slice] = field(default_factory=dict)
    """Form key → which of the clean rows are kept."""
    forms: tuple[str, ...] = ("附表1", "附表2")
    unit: str = "广东省"
    severity: Severity | None = None
    """Of the rule's findings, where a case may have others."""
    comparisons: Comparisons = NO_COMPARISONS


def at(rule: str, *cells: str | None, sheet: str | None = "附表1") -> frozenset[Place]:
    return frozenset((rule, sheet, cell and a1(cell, sheet or "")) for cell in cells)


def in_both(rule: str) -> frozenset[Place]:
    """Of the line above the table, in either form."""
    return at(rule, "A3") | at(rule, "A3", sheet="附表2")


def one(sheet: str, **cells: CellValue) -> dict[str, dict[str, CellValue]]:
    return {sheet: cells}


def run(path: Path, case: Case) -> Checked:
    rows = {key: clean_rows(case.unit, key)[part] for key, part in case.regions.items()}
    write_filing(path, case.unit, rows, case.header, case.style, cells=case.cells, forms=case.forms)
    return read(path.name, path.read_bytes(), case.comparisons)


def read(name: str, data: bytes, comparisons: Comparisons = NO_COMPARISONS) -> Checked:
    document = read_source(Source(name, lambda: data), EDITION)
    assert not isinstance(document, Skipped)
    return check(document, EDITION, comparisons)


def places(checked: Checked) -> set[Place]:
    return {(finding.rule, finding.sheet, finding.cell) for finding in checked.findings}


def header(**changes: str) -> dict[str, str]:
    return {key: text for key, text in (clean_header("广东省") | changes).items() if text}


LAST = {"广东省": {("广东省", "广州市", "附表1"): {"calls_total": 100_000, "calls_agent": 40_000}}}
WHOLE = {"附表1": {"B6": "全省"}, "附表2": {"B6": "全省"}}
FIRST = {"附表1": slice(0, 1), "附表2": slice(0, 1)}
COUNTS = [column.key for column in EDITION.form("附表1").of_kind(Kind.COUNT)]
TOTALS_GONE: dict[str, CellValue] = {f"{key}27": None for key in COUNTS}
SEATS_AGAIN: dict[str, CellValue] = {f"beside{at}": row["seats"] for at, row in enumerate(clean_rows("广东省"), 6)}
SEATS_AGAIN |= {"beside5": "坐席数", "beside7": 99}
TURNED: dict[str, CellValue] = {f"R{at}": column.label for at, column in enumerate(EDITION.form("附表1").columns, 30)}
TURNED |= {f"S{at}": "是" for at in range(30, 43)}
UNSUMMED = replace(BARE, total="none")
COPIED: dict[str, CellValue] = TOTALS_GONE | {
    f"{key}6": value for key, value in sound().items() if key not in ("serial", "region", "remarks")
}
"""The figures of the form's sample in the row of 广州市."""
CALLS_AGAIN: dict[str, CellValue] = {
    "calls_total7": 469_421,
    "calls_agent7": 196_981,
    "calls_ivr7": 246_493,
    "calls_abandoned7": 25_947,
}
"""The calls of 广州市 in the row of the next city."""
ONE_BASE: dict[str, CellValue] = {f"system_centralized{row}": "是" for row in range(6, 27)} | {
    f"knowledge_entries{row}": 5_000 for row in range(6, 27)
}


def line(row: int, region: str, form: str = "附表1") -> dict[str, CellValue]:
    calls = {"calls_total": 6000, "calls_agent": 3000, "calls_ivr": 2000, "calls_abandoned": 1000}
    figures = calls | {"staff_total": 3, "agents": 2, "seats": 2, "training_attendances": 20, "knowledge_entries": 900}
    answers = {"seats_centralized": "否", "remarks": None}
    return {f"{key}{row}": value for key, value in sound(form, region=region, **figures, **answers).items()}


FAILING = {
    "F005": Case(
        "headings of 附表1 down a column, beside 附表2", {"附表2": TURNED}, forms=("附表2",), found=at("F005", "R30", sheet="附表2")
    ),
    "F006": Case("only 附表1", forms=("附表1",), found=at("F006", None, sheet=None)),
    "F007": Case(
        "one missing, one twice", one("附表1", calls_abandoned5="线路数", **SEATS_AGAIN), found=at("F007", None, "beside5")
    ),
    "H101": Case("no unit in 附表1", header=header(unit=""), found=in_both("H101")),
    "H102": Case("unknown unit", header=header(unit="光东省"), found=in_both("H102")),
    "H103": Case("no name", header=header(name=""), found=in_both("H103")),
    "H104": Case("no mobile", header=header(mobile=""), found=in_both("H104")),
    "H105": Case("a landline", header=header(mobile="020-83330000"), found=in_both("H105")),
    "H106": Case("no @", header=header(email="unit.example.com"), found=in_both("H106")),
    "H107": Case("no address", header=header(email=""), found=in_both("H107")),
    "H108": Case(
        "another contact in 附表2",
        one("附表2", A3="（盖章）  广东省（自治区、直辖市）  联系人：李四  手机号：13800000044  邮箱：unit44@example.com"),
        found=at("H108", "A3", sheet="附表2"),
    ),
    "R201": Case("a filled row without a name", one("附表1", B6=None), found=at("R201", "B6")),
    "R202": Case("misspelt", one("附表1", B6="广卅市"), found=at("R202", "B6")),
    "R203": Case("广州市 twice", one("附表1", B7="广州市"), found=at("R203", "B7"), severity=Severity.ERROR),
    "R204": Case("20 of 21", regions={"附表1": slice(0, 20), "附表2": slice(0, 20)}, found=frozenset({("R204", None, None)})),
    "R205": Case("no rows at all", regions={"附表1": slice(0, 0)}, found=at("R205", None)),
    "R206": Case("the sample's figures", one("附表1", **COPIED), found=at("R206", "B6"), severity=Severity.QUERY),
    "R207": Case("云浮市 is missing from 附表2", regions={"附表2": slice(0, 20)}, found=at("R207", "B26")),
    "R208": Case("昆山市 beside 苏州市", {"附表1": line(19, "昆山市")}, unit="江苏省", style=UNSUMMED, found=at("R208", "B19")),
    "R209": Case(
        "全区, not the sum", {"附表1": line(11, "全区")}, unit="宁夏回族自治区", style=UNSUMMED, found=at("R209", "B11")
    ),
    "V301": Case("blank, U+3000, a dash", one("附表1", calls_abandoned6=None, voicemail6="　", training_attendances6="-"), found=at("V301", "calls_abandoned6", "voicemail6", "training_attendances6")),
    "V302": Case(
        "not whole, not a number, two numbers",
        one("附表1", training_attendances6="两千多", seats6=8.5, seats7="8\n9"),
        found=at("V302", "training_attendances6", "seats6", "seats7"),
    ),
    "V303": Case("negative", one("附表1", training_attendances6=-59, training_attendances27=None), found=at("V303", "training_attendances6")),
    "V304": Case("neither", one("附表1", voicemail6="部分开通", voicemail7="是（2020年2月开通）"), found=at("V304", "voicemail6", "voicemail7")),
    "V305": Case(
        "another network",
        one("附表2", network_location6="政务外网", network_location7="互联网（已停用）"),
        found=at("V305", "network_location6", "network_location7", sheet="附表2"),
    ),
    "V306": Case("full-width digits", one("附表1", training_attendances6="５９"), found=at("V306", "training_attendances6")),
    "V307": Case("#REF!", one("附表1", training_attendances6="#REF!"), found=at("V307", "training_attendances6")),
    "V309": Case(
        "a heading in 万",
        one("附表2", knowledge_entries5="知识库条目数（万条）", **dict.fromkeys((f"knowledge_entries{row}" for row in range(6, 27)), 0.5), knowledge_entries27=10.5),
        found=at("V309", "knowledge_entries5", sheet="附表2"),
    ),
    "V308": Case("never calculated", one("附表1", training_attendances6=Formula("=VLOOKUP(B6,Z1:Z9,1,0)", 0)), found=at("V308", "training_attendances6")),
    "V310": Case("beside and below the table", one("附表1", apart8=70000, C40="63,000次"), found=at("V310", "apart8", "C40")),
    "B401": Case("off by a digit", one("附表1", calls_total6=469_461, calls_total27=None), found=at("B401", "calls_total6")),
    "B402": Case("more agents than staff", one("附表1", staff_total6=11, agents6=12, staff_total27=None, agents27=None), found=at("B402", "agents6") | at("P504", "seats6")),
    "B403": Case("typed and wrong", one("附表1", training_attendances27=2072), found=at("B403", "training_attendances27")),
    "B404": Case("no agent calls", one("附表1", calls_total6=272_440, calls_agent6=0, calls_total27=None, calls_agent27=None), found=at("B404", "calls_agent6")),
    "P501": Case("too many calls an agent", one("附表1", agents6=3, seats6=3, **TOTALS_GONE), found=at("P501", "calls_agent6")),
    "P502": Case(
        "a whole row in units of one",
        one("附表1", calls_total6=4_694_210_000, calls_agent6=1_969_810_000, calls_ivr6=2_464_930_000, calls_abandoned6=259_470_000, **TOTALS_GONE),
        found=at("P502", "calls_total6") | at("P501", "calls_agent6"),
    ),
    "P503": Case("answers differ", one("附表2", system_centralized6="否", system_centralized7="是"), found=at("P503", "system_centralized7", sheet="附表2")),
    "P504": Case("more seats than staff", one("附表1", seats6=32, seats27=None), found=at("P504", "seats6")),
    "P505": Case("changed beyond ±50 %", found=at("P505", "calls_total6"), comparisons=Comparisons(previous=LAST["广东省"])),
    "P506": Case("centralised, yet all report seats", {"附表2": {f"seats_centralized{row}": "是" for row in range(6, 27)}}, found=at("P506", "seats_centralized6", sheet="附表2")),
    "P507": Case("all calls of 广州市 again", one("附表1", **CALLS_AGAIN, **TOTALS_GONE), found=at("P507", "calls_total7")),
    "P508": Case("one system, one 知识库", {"附表2": ONE_BASE}, found=at("P508", "knowledge_entries6", sheet="附表2")),
    "M705": Case("last year's title, this year's line", one("附表1", A1="2019年度", A2="2018年度12333电话服务情况调查表"), found=at("M705", "A2")),
}  # fmt: skip
PASSING = {
    **dict.fromkeys(["F005", "F006", "H108", "R203", "R207", "V303", "V307", "B401", "P501", "P502", "P503", "P505", "P506"], Case("clean")),
    "F007": Case("坐席 and 座席 are one word", one("附表1", seats5="座席数")),
    "H101": Case("short name", header=header(unit="广东")),
    "H102": Case("with the office's name", header=header(unit="广东省人力资源和社会保障厅"), found=in_both("V306")),
    "H103": Case("two names", header=header(name="张三、李四")),
    "H104": Case("two mobiles", header=header(mobile="13800000001、13800000002")),
    "H105": Case("with dashes", header=header(mobile="138-0000-0001"), found=in_both("V306")),
    "H106": Case("full-width @", header=header(email="a＠example.com"), found=in_both("V306")),
    "H107": Case("an address", header=header(email="a@example.com")),
    "R201": Case("a numbered blank row", one("附表1", A27=22), style=UNSUMMED),
    "R202": Case("with the province before it", one("附表1", B6="广东省广州市"), found=at("V306", "B6")),
    **dict.fromkeys(("R204", "R205", "R209"), Case("one row for the whole province", WHOLE, regions=FIRST)),
    "R206": Case("one figure like the sample's", one("附表1", training_attendances6=1000, training_attendances27=None)),
    "R208": Case(
        "one that reports by itself", {key: line(17, "定州市", key) for key in FIRST}, unit="河北省", style=UNSUMMED
    ),
    "V301": Case("zero is data", one("附表1", training_attendances6=0, training_attendances27=None)),
    "V302": Case("text that is certain", one("附表1", training_attendances6="1,059人次", training_attendances27=None), found=at("V306", "training_attendances6")),
    "V304": Case("a tick", one("附表1", voicemail6="√"), found=at("V306", "voicemail6")),
    "V305": Case("专网", one("附表2", network_location6="专网"), found=at("V306", "network_location6", sheet="附表2")),
    "V306": Case("plain digits", one("附表1", training_attendances6=59)),
    "V309": Case("the form's own unit", one("附表2", knowledge_entries5="知识库条目数（条）")),
    "V308": Case("a 合计 that was never calculated", one("附表1", training_attendances27=Formula("=SUM(L6:L26)", 0))),
    "V310": Case(
        "a signature, a date, a column with a heading of its own",
        one("附表1", B40="审核人：赵六", D40="填表日期：2020年1月10日", beside5="接通率", beside6=0.9, beside7=0.8),
    ),
    "B402": Case("as many", one("附表1", staff_total6=26, staff_total27=None)),
    "B403": Case("typed and right", one("附表1", training_attendances27=2071)),
    "B404": Case("none of all three", one("附表1", calls_total6=272_440, calls_agent6=0, agents6=0, seats6=0, calls_total27=None, calls_agent27=None, agents27=None, seats27=None)),
    "P504": Case("as many", one("附表1", seats6=31, seats27=None)),
    "P507": Case("all but one of them", one("附表1", **{**CALLS_AGAIN, "calls_total7": 469_422, "calls_abandoned7": 25_948}, **TOTALS_GONE)),
    "P508": Case("two cities differ", {"附表2": {**ONE_BASE, "knowledge_entries26": 5_001}}),
    "M705": Case("this year's title", one("附表1", A2="2019年度12333电话服务情况调查表")),
}  # fmt: skip


@pytest.mark.parametrize("rule", FAILING)
def test_failing_case(rule: str, tmp_path: Path) -> None:
    case = FAILING[rule]
    checked = run(tmp_path / f"{case.unit}.xlsx", case)
    assert places(checked) == case.found, [finding.message.text for finding in checked.findings]
    if case.severity:
        assert {f.severity for f in checked.findings if f.rule == rule} == {case.severity}


@pytest.mark.parametrize("rule", PASSING)
def test_passing_case(rule: str, tmp_path: Path) -> None:
    case = PASSING[rule]
    checked = run(tmp_path / f"{case.unit}.xlsx", case)
    assert places(checked) == case.found, [finding.message.text for finding in checked.findings]
    assert checked.result == "pass"


def test_every_filing_rule_has_both_cases() -> None:
    """A new rule without a failing and a passing case is caught here."""
    those = {rule.id for rule in ALL if rule.check and rule.id not in ELSEWHERE}
    assert those == set(FAILING) == set(PASSING)
    for rule, failing in FAILING.items():
        assert rule in {found for found, _, _ in failing.found}
        assert rule == "V306" or rule not in {found for found, _, _ in PASSING[rule].found}


ELSEWHERE = {
    "F008": "needs a file with macros: below",
    "H109": "needs a printed form: below",
    "R210": "needs hidden rows: tests/reading/layout/test_headings.py",
    "S601": "is about a 工作总结: tests/checking/test_work_report_rules.py",
    "S602": "the same",
}


def test_macros_are_a_note(tmp_path: Path) -> None:
    write_filing(tmp_path / "广东.xlsx")
    with zipfile.ZipFile(tmp_path / "广东.xlsx", "a") as package:
        package.writestr("xl/vbaProject.bin", b"not a macro, but in a macro's place")
    checked = read("广东.xlsm", (tmp_path / "广东.xlsx").read_bytes())
    assert places(checked) == {("F008", None, None)}
    assert checked.result == "pass"


def test_printed_code_is_compared(tmp_path: Path) -> None:
    path = write_filing(tmp_path / "广东.xlsx")
    code = read("广东.xlsx", path.read_bytes()).code
    for printed, found in ((code, set()), ("AAAA-AAAA", {("H109", None, None)})):
        book = openpyxl.load_workbook(path)
        footer: Any = book["附表1"].oddFooter
        footer.center.text = f"校验码：{printed}"
        book.save(tmp_path / "打印.xlsx")
        assert places(read("打印.xlsx", (tmp_path / "打印.xlsx").read_bytes())) == found


def test_what_rows_without_a_good_name_cannot_account_for_is_told(tmp_path: Path) -> None:
    """One cause is reported once; of two missing regions one row accounts for neither."""
    one_of_two = Case("one of two", one("附表1", B6=None), regions={"附表1": slice(0, 20)})
    assert places(run(tmp_path / "b.xlsx", one_of_two)) == (at("R201", "B6") | at("R207", "B6", "B26", sheet="附表2"))


@pytest.mark.parametrize(
    ("rule", "cells", "expected"),
    [
        ("R201", {"B6": None}, [[("B6", "广州市")]]),
        ("R201", {"B6": None, "B7": None}, [[], []]),
        ("R202", {"B7": "韶官市"}, [[("B7", "韶关市")]]),
        ("R202", {"B7": "韶官市", "B8": "深土市"}, [[("B7", "韶关市")], [("B8", "深圳市")]]),
        ("R202", {"B7": "粤港澳中心"}, [[]]),
        ("R203", {"B7": "珠海市"}, [[]]),
        ("H102", {"unit": "光东省"}, [[("A3", "广东省")]] * 2),  # as near to another, whose regions are not listed
        ("H102", {"unit": "黑龙省"}, [[]] * 2),  # nearest to a unit whose regions are not listed
        ("V303", {"calls_ivr6": -5}, [[]]),
    ],
)
def test_a_correction_is_suggested_only_where_it_can_be_no_other(
    tmp_path: Path, rule: str, cells: dict[str, CellValue], expected: list[list[tuple[str, str]]]
) -> None:
    unit = cells.get("unit")
    case = Case("unit", header=header(unit=str(unit))) if unit else Case("cells", one("附表1", **TOTALS_GONE, **cells))
    found = [each.suggestion for each in run(tmp_path / "a.xlsx", case).findings if each.rule == rule]
    assert [[(new.cell, new.value) for new in each.values] if each else [] for each in found] == expected


FEW = dict.fromkeys(("calls_abandoned6", "staff_total6", "agents6", "seats6", "training_attendances6"), 7)


@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        # the form's sample row is asked about only with figures of its own
        ({}, False),
        ({"calls_total6": None, "calls_agent6": None}, False),
        ({"voicemail6": "否"}, False),
        ({"calls_total6": 9_999}, True),
        ({"training_attendances6": "若干"}, True),
        # a real row with the sample's figures, whatever it answers
        (COPIED | {"voicemail6": "否"}, True),
        (COPIED | {"staff_total6": 31, "agents6": 26, "seats6": 20, "training_attendances6": 59}, True),
        (COPIED | {"calls_total6": 3_000, **FEW}, False),
    ],
)
def test_the_samples_figures(tmp_path: Path, cells: dict[str, CellValue], asked: bool) -> None:
    style = Style(sample="calls_total27" not in cells)
    found = run(tmp_path / "广东.xlsx", Case("sample", {"附表1": cells}, style=style)).findings
    assert [(f.cell, f.severity) for f in found if f.rule == "R206"] == [("B6", Severity.QUERY)] * asked
    assert not style.sample or [f for f in found if f.rule != "R206"] == []


BESIDE_POINT = "年初机房搬迁，12日内无法接听"
ANSWERS: dict[str, tuple[str, str]] = {
    "R202": ("remarks6", "广卅市由部里单独批准填报"),
    "R204": ("remarks6", "云浮市由肇庆代为接听，没有自己的系统"),
    "R206": ("remarks6", "广州市的数确与样例相同，因按整千登记"),
    "R207": ("remarks26", "云浮市没有自己的系统"),
    "R208": ("remarks19", "市数据不含本行"),
    "R209": ("remarks11", "全区一行是区本级自己的来电"),
    "V309": ("remarks6", "知识库条目数按万条为单位导出"),
    "V310": ("remarks6", "表外的数是工单数，参考用"),
    "P502": ("remarks6", "来电总量确为4,694,210,000次，因含自动外呼"),
    "M705": ("remarks6", "数据为2019年度的，沿用了旧表头"),
}
"""Rule → the cell and the words that answer its failing case; any other reason does not."""


@pytest.mark.parametrize("rule", ANSWERS)
def test_only_a_reason_that_speaks_of_it_answers(tmp_path: Path, rule: str) -> None:
    case, (cell, words) = FAILING[rule], ANSWERS[rule]
    form = "附表2" if rule == "V309" else "附表1"
    for text, explained in ((words, True), (BESIDE_POINT, False)):
        cells = {**case.cells, form: {**case.cells.get(form, {}), cell: text}}
        checked = run(tmp_path / f"{case.unit}.xlsx", varied(case, cells=cells))
        assert {f.explained for f in checked.findings if f.rule == rule} == {explained}, text


ADVISED = re.compile(r"备注中?(?:写明|写|说明)(?:：|“|（如)([^”）]+)")


def test_what_the_rules_themselves_advise_to_write_is_doubted_by_none(tmp_path: Path) -> None:
    """In a row that gives no 放弃量 and whose region is beside its city's."""
    apart = FAILING["R208"]
    asked = run(tmp_path / "江苏.xlsx", apart)
    said = [rule.text.right for rule in ALL] + [finding.message.text for finding in asked.findings]
    advised = {text for words in said for text in ADVISED.findall(words)}
    assert {"市数据不含本行", "苏州市数据不含昆山", "放弃量未统计"} < advised
    for text in advised:
        cells = {"附表1": {**apart.cells["附表1"], "remarks19": text, "calls_abandoned19": None}}
        checked = run(tmp_path / "江苏.xlsx", varied(apart, cells=cells))
        assert (text, [f for f in checked.findings if f.rule in ("V310", "R210")]) == (text, [])


# The engine: a rule that breaks down costs only itself, what cannot be decided is counted, every rule is listed.


def broken(_: object) -> Iterator[Hit]:
    yield Hit(compose("……"))
    raise KeyError("来电")


def test_a_rule_that_breaks_down_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("blank", one("附表1", calls_ivr6=None))
    sound = run(tmp_path / "广东.xlsx", case)
    rules = [replace(rule, check=broken) if rule.id == "B401" else rule for rule in ALL]
    monkeypatch.setattr(engine, "ALL", rules)
    hurt = run(tmp_path / "广东.xlsx", case)
    assert hurt.faults == (Fault("B401", "广东.xlsx", "KeyError: '来电'"),)
    assert [f for f in hurt.findings if f.rule != "B401"] == [f for f in sound.findings if f.rule != "B401"] != []


def test_a_row_that_cannot_be_decided_is_counted(tmp_path: Path) -> None:
    assert run(tmp_path / "a.xlsx", Case("whole")).undecided == {}
    partial = run(tmp_path / "b.xlsx", Case("unclear", one("附表1", calls_ivr6="不详", calls_abandoned7="约三千")))
    rows = [(where.file, where.form, where.row) for where in partial.undecided["B401"]]
    assert rows == [("b.xlsx", "附表1", 6), ("b.xlsx", "附表1", 7)]
    assert "B402" not in partial.undecided


def test_every_module_of_rules_is_in_the_catalogue_and_each_id_once() -> None:
    modules = {found.name for found in iter_modules(rules_package.__path__)}
    assert modules == {module.__name__.rpartition(".")[2] for module in rules_package.MODULES}
    assert len(rules_package.RULES) == len(ALL)


def test_of_a_total_only_rows_that_it_adds_up_are_undecided(tmp_path: Path) -> None:
    """A row for the whole unit beside its regions is no part of the sum."""
    style: Any = {"style": Style(sample=False, total="typed")}
    every: list[RowData] = [*clean_rows("广东"), {"region": "全省", "calls_total": 1}]
    path = write_filing(tmp_path / "广东.xlsx", rows={"附表1": every}, **style)
    assert "B403" not in read("广东.xlsx", path.read_bytes()).undecided
    part = run(tmp_path / "b.xlsx", Case("part", one("附表1", calls_total6="不详"), **style))
    assert len(part.undecided["B403"]) == 1
