"""The public JSON against the contract, written down here a second time: every key, its place and the type of its value,
over the examples: 32 clean filings and one faulty file of each kind; then what each key holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cli_runs import run
from factory import clean_header, suggested, write_filing
from hrss12333.checking.engine import Checked
from hrss12333.checking.rule import Rule, Scope
from hrss12333.inbox import Inbox
from hrss12333.model.filing import CoveringLetter, Place
from hrss12333.model.finding import Severity
from hrss12333.model.text import Text, TextKind
from hrss12333.questions.respondents import respondents_of
from hrss12333.reporting import MergeResult
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import RuleText
from reporting_samples import BALANCE, clean, faulty, filing, finding, inbox_of, national, shown_as

EXAMPLES = Path(__file__).parents[2] / "examples"
OFFICIAL = {unit.name: {region.name for region in unit.regions} for unit in EDITION.units}
Shape = Any
"""A dict of keys in their order, a list of what each item is, a tuple of what it may be, a predicate, or the value itself."""


class OfForm(dict[str, Shape]):
    """Columns of a form: those that the forms have been given since may follow. Keys are added, none is taken away."""


class Keyed(dict[Shape, Shape]):
    """Any keys of one shape, with values of another."""


def unlike(shape: Shape, value: Any, at: str = "$") -> Iterator[str]:
    """Where a value is not of this shape."""
    if isinstance(shape, Keyed) and isinstance(value, dict):
        ((of_key, of_value),) = shape.items()
        for key, item in value.items():
            yield from unlike(of_key, key, f"{at} key")
            yield from unlike(of_value, item, f"{at}.{key}")
    elif isinstance(shape, dict) and isinstance(value, dict):
        known = [key for key in value if key in shape or not (isinstance(shape, OfForm) and key in LATER)]
        if known != [*shape]:
            yield f"{at}: {known}"
        for key in known:
            yield from unlike(shape.get(key), value[key], f"{at}.{key}")
    elif isinstance(shape, list) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from unlike(shape[0], item, f"{at}[{number}]")
    elif isinstance(shape, tuple):
        if all(any(unlike(one, value)) for one in shape):
            yield f"{at}: {value!r}"
    elif not (shape(value) if callable(shape) else type(shape) is type(value) and shape == value):
        yield f"{at}: {value!r}"


def like(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


text, number, truth = (partial(lambda kind, value: type(value) is kind, kind) for kind in (str, int, bool))


def count(value: object) -> bool:
    return type(value) is int and value >= 0


MAYBE_TEXT, MAYBE_COUNT, MAYBE_TRUTH = (text, None), (count, None), (truth, None)
SCALAR = (number, truth, text, None)
RULE, CODE, CELL = (
    like(r"[FHRVBPSM]\d{3}"),
    like(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"),
    like(r"[A-Z]{1,3}[1-9]\d*"),
)
UNIT: Callable[[object], bool] = OFFICIAL.__contains__
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
TEAM = ("staff_total", "agents", "seats", "training_attendances")
CENTRAL, ANSWERS = ("system_centralized", "seats_centralized"), ("voicemail", "complaints")
CHANNELS = ("web", "sms", "app", "wechat", "unified_number", "unified_logo", "unified_uniform")
NAMED = {"serial": (number, None), "region": MAYBE_TEXT}
SERVICE = OfForm(
    NAMED
    | dict.fromkeys(CALLS, MAYBE_COUNT)
    | dict.fromkeys(ANSWERS, MAYBE_TRUTH)
    | dict.fromkeys(TEAM, MAYBE_COUNT)
    | {"remarks": MAYBE_TEXT}
)
SYSTEM = OfForm(
    NAMED
    | dict.fromkeys(CENTRAL, MAYBE_TRUTH)
    | {"network_location": ("互联网", "业务专网", None), "knowledge_entries": MAYBE_COUNT}
    | dict.fromkeys(CHANNELS, MAYBE_TRUTH)
    | {"remarks": MAYBE_TEXT}
)
HEADER = ("unit", "name", "mobile", "email")
LATER = {column.key for form in EDITION.forms for column in form.columns} - {*SERVICE, *SYSTEM}
FORM, FIELD = ("附表1", "附表2"), tuple({*HEADER, *SERVICE, *SYSTEM, *LATER})
NEW_VALUE = {"field": FIELD, "cell": (CELL, None), "value": SCALAR}
FINDING = {
    "rule": RULE,
    "severity": ("error", "query", "note"),
    "file": text,
    "sheet": MAYBE_TEXT,
    "cell": (CELL, None),
    "form": (*FORM, None),
    "region": MAYBE_TEXT,
    "field": (*FIELD, None),
    "value": SCALAR,
    "message": like("(?s).+"),
    "suggestions": [NEW_VALUE | {"reason": like("(?s).+"), "also": [NEW_VALUE]}],
    "explained": truth,
    "settled": ({"who": text, "when": text, "reason": text}, None),
}
COUNTS = {"error": count, "query": count, "note": count}
ABOUT_THE_RUN = {"undecided": Keyed({RULE: count}), "faults": [{"rule": text, "file": text, "error": text}]}
SKIPPED = [{"path": text, "reason": text}]
TEXT = {
    "file": text,
    "place": ("备注", "批注", "表外", "文本框", "页眉页脚", "脚注", "段落", "工作表", "邮件", "函件", "文件属性"),
    "sheet": MAYBE_TEXT,
    "cell": (CELL, None),
    "form": (*FORM, None),
    "region": MAYBE_TEXT,
    "field": (*FIELD, None),
    "text": like("(?s).+"),
    "marked": truth,
    "unit": (UNIT, None),
}
FILE = {
    "path": text,
    "result": ("pass", "fail", "unreadable"),
    "unit": (UNIT, None),
    "year": (number, None),
    "contact": dict.fromkeys(HEADER[1:], MAYBE_TEXT),
    "code": (CODE, None),
    "rows": {"附表1": [SERVICE], "附表2": [SYSTEM]},
    "findings": [FINDING],
    "superseded_by": MAYBE_TEXT,
    "texts": [TEXT],
}
STATES = ("要改", "要核实", "没报", "可以用")
QUESTION = {
    "respondent": text,
    "state": ("open", "explained", "settled"),
    "ground": FINDING,
    "further": [FINDING],
    "form": (*FORM, None),
    "region": MAYBE_TEXT,
    "fields": [FIELD],
    "since": MAYBE_TEXT,
    "is_changed": truth,
    "answers": [{"who": text, "when": MAYBE_TEXT, "reason": text}],
}
ASKED = {
    "respondents": [{"name": text, "state": STATES, "note": text, "files": [text], "questions": [count]}],
    "questions": [QUESTION],
}
CHECK = {
    "schema": "hrss12333.check/1",
    "unaudited": [text],
    "files": [FILE],
    "counts": COUNTS,
    "units": [{"unit": UNIT, "files": [text], "findings": [FINDING]}],
    **ASKED,
    **ABOUT_THE_RUN,
    "since": None,
    "skipped": SKIPPED,
    "texts": [TEXT],
}
SUMS = dict.fromkeys((*CALLS, *ANSWERS, *TEAM), MAYBE_COUNT)
"""Sums, and counts of 是; null where nothing at all was answered."""
SYSTEM_SUMS = (
    dict.fromkeys(CENTRAL, MAYBE_COUNT)
    | {"network_location": {"互联网": count, "业务专网": count}, "knowledge_entries": MAYBE_COUNT}
    | dict.fromkeys(CHANNELS, MAYBE_COUNT)
)
MERGE = {
    "schema": "hrss12333.merge/1",
    "unaudited": [text],
    "output": text,
    "totals": {"附表1": OfForm(SUMS), "附表2": OfForm(SYSTEM_SUMS)},
    "coverage": {"expected": count, "received": count, "missing": [UNIT]},
    "units": [
        {
            "unit": UNIT,
            "status": ("accepted", "faulty", "missing"),
            "files": [text],
            "rows": {"附表1": count, "附表2": count},
            "code": (CODE, None),
            "texts": [TEXT],
        }
    ],
    "findings": [FINDING],
    **ASKED,
    "counts": COUNTS,
    **ABOUT_THE_RUN,
    "other_years": [text],
    "since": None,
    "skipped": SKIPPED,
    "texts": [TEXT],
}


def produced(*arguments: str | Path) -> Any:
    """What a command prints, which must be JSON without floats and without NaN."""

    def no_float(text: str) -> float:
        raise AssertionError(f"{text} is a float")

    text = run(*arguments, "--format", "json").stdout
    return json.loads(text, parse_float=no_float, parse_constant=no_float)


@pytest.fixture(scope="module", params=["filings", "faulty"])
def checked(request: pytest.FixtureRequest, examples_read_once: None) -> Any:
    return produced("check", EXAMPLES / request.param)


@pytest.fixture(scope="module", params=["filings", "faulty"])
def merged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, examples_read_once: None) -> Any:
    return produced("merge", EXAMPLES / request.param, "-o", tmp_path_factory.mktemp("merge") / "n.xlsx")


def test_check_is_as_the_contract_says(checked: Any) -> None:
    assert [*unlike(CHECK, checked)] == []
    assert max(len(f["suggestions"]) for item in checked["files"] for f in item["findings"]) <= 1


def test_merge_is_as_the_contract_says(merged: Any) -> None:
    assert [*unlike(MERGE, merged)] == []


def counted(findings: Iterable[Any]) -> dict[str, int]:
    severities = Counter(finding["severity"] for finding in findings)
    return {name: severities[name] for name in COUNTS}


def test_counts_and_results_follow_from_the_findings(checked: Any) -> None:
    assert checked["counts"] == counted(f for item in (*checked["files"], *checked["units"]) for f in item["findings"])
    for file in checked["files"]:
        errors = {finding["rule"] for finding in file["findings"] if finding["severity"] == "error"}
        unreadable = errors & {"F001", "F002", "F003", "F004", "F005"}
        assert file["result"] == ("unreadable" if unreadable else "fail" if errors else "pass")
        filled = any(file["rows"].values())
        assert (file["code"] is not None) is filled
        assert {finding["file"] for finding in file["findings"]} <= {file["path"]}
        if unreadable:
            assert (filled, any(file["contact"].values()), file["year"]) == (False, False, None)


def test_counts_and_coverage_agree_with_findings_and_units(merged: Any) -> None:
    assert merged["counts"] == counted(merged["findings"])
    units, coverage = merged["units"], merged["coverage"]
    assert [unit["unit"] for unit in units] == [unit.name for unit in EDITION.units]
    assert coverage["missing"] == [unit["unit"] for unit in units if unit["status"] == "missing"]
    assert coverage["expected"] == 32 == coverage["received"] + len(coverage["missing"])
    for unit in units:
        assert bool(unit["files"]) is (unit["status"] != "missing")
        assert (unit["code"] is None) is not any(unit["rows"].values())


def test_names_short_and_unknown_in_the_json(tmp_path: Path) -> None:
    """unit is the full official name, null where it is not known; a region the official name where it is known, else as
    written."""
    cells = {"附表1": {"B6": "广州", "B7": "韶观市"}}
    for header, expected in (("广东", "广东省"), ("光东省", None)):
        path = write_filing(tmp_path / f"{header}.xlsx", header={**clean_header("广东"), "unit": header}, cells=cells)
        (file,) = produced("check", path)["files"]
        assert (file["unit"], file["code"] is None) == (expected, False)
        assert [row["region"] for row in file["rows"]["附表1"][:2]] == ["广州市", "韶观市"]


# What each key holds


B401 = Rule(
    "B401", Severity.ERROR, Scope.FILE, RuleText("两边不等 | 说明", "应相等。", "第3条", "2500≠2400", "2500=2500")
)


def check_of(*items: Checked, **about: Any) -> Any:
    return json.loads(shown_as("json", "check", respondents_of(inbox_of(*items, **about)), [], None))


def merge_of(inbox: Inbox, output: Path | None = None) -> Any:
    return json.loads(shown_as("json", "merge", MergeResult(respondents_of(inbox), output=output)))


def test_a_filing_with_its_contact_its_rows_and_its_counts() -> None:
    report = check_of(faulty())
    (file,) = report["files"]
    assert (file["path"], file["result"], file["unit"], file["year"]) == ("报送/广东省.xlsx", "fail", "广东省", None)
    assert file["contact"] == {"name": "张三", "mobile": "13800000000", "email": "zhang@example.cn"}
    assert file["code"] == faulty().code
    assert report["counts"] == {"error": 3, "query": 2, "note": 4}
    first, second = file["rows"]["附表1"]
    assert list(first) == [column.key for column in EDITION.forms[0].columns]
    assert (first["serial"], first["region"], first["calls_total"]) == (2, "广州市", 2500)
    assert (first["voicemail"], first["complaints"], first["training_attendances"]) == (True, False, 0)
    assert second["calls_total"] is None
    assert file["rows"]["附表2"][0]["network_location"] == "互联网"


def test_what_is_changed_together_stands_in_one_suggestion() -> None:
    swapped = suggested("填反", ("calls_total", 1000, "C7"), ("calls_ivr", 2500, "E7"))
    one = {"field": "calls_abandoned", "cell": "F7", "value": 500, "reason": "改后该行对得上", "also": []}
    two: dict[str, Any] = {"field": "calls_total", "cell": "C7", "value": 1000, "reason": "填反"}
    two["also"] = [{"field": "calls_ivr", "cell": "E7", "value": 2500}]
    for suggestion, expected in ((BALANCE.suggestion, [one]), (swapped, [two]), (None, [])):
        (file,) = check_of(Checked(clean().document, (replace(BALANCE, suggestion=suggestion),)))["files"]
        assert file["findings"][0]["suggestions"] == expected


def test_values_are_integers_booleans_strings_or_null() -> None:
    values = [2500.0, 2500.5, float("inf"), True, "２５", None]
    (file,) = check_of(Checked(clean().document, tuple(finding(value=value) for value in values)))["files"]
    found = [each["value"] for each in file["findings"]]
    assert [*map(repr, found)] == [*map(repr, (2500, "2500.5", "inf", True, "２５", None))]


def test_a_lone_surrogate_in_a_name_does_not_stop_the_output() -> None:
    text = shown_as("json", "check", respondents_of(inbox_of(clean("报送/\udcff.xlsx"))), [], None)
    assert json.loads(text.encode())["files"][0]["path"] == "报送/\ufffd.xlsx"


def test_a_merge_has_totals_coverage_and_units() -> None:
    report = merge_of(inbox_of(table=national()), Path("12333全国汇总_2019.xlsx"))
    assert report["output"] == "12333全国汇总_2019.xlsx"
    totals = report["totals"]["附表1"]
    assert list(totals) == [column.key for column in EDITION.forms[0].data]
    assert (totals["calls_total"], totals["calls_agent"], totals["voicemail"]) == (2500, 1010, 1)
    assert report["totals"]["附表2"]["network_location"] == {"互联网": 1, "业务专网": 0}
    assert report["totals"]["附表2"]["web"] is None, "a sum over nothing is no zero"
    assert report["coverage"] == {"expected": 3, "received": 2, "missing": ["河北省"]}
    about = ["广东省", "faulty", ["报送/广东省.xlsx"], {"附表1": 2, "附表2": 1}, "AB12-CD34", []]
    assert [*report["units"][2].values()] == about
    assert report["units"][1]["rows"] == {"附表1": 0, "附表2": 0}
    assert report["counts"] == {"error": 4, "query": 1, "note": 4}


def test_texts_are_verbatim_with_their_places_by_file_and_by_unit_and_those_of_nobody_at_the_top() -> None:
    words = "12月为暂估数\n电话13812345678" + "，" * 300
    remark = Text(TextKind.REMARK, words, Place("附表1", 7, 13), form="附表1", region="广州市", field="remarks")
    item = replace(clean(), document=replace(filing(), texts=(remark, Text(TextKind.PARAGRAPH, "另函说明"))))
    stray = CoveringLetter("来信.eml", (Text(TextKind.MAIL, "数据有误，稍后更正"),))
    table = replace(national(), letters=(stray,))
    audit, merge = check_of(item, table=table), merge_of(inbox_of(item, table=table))
    first, second = audit["files"][0]["texts"]
    place = ["报送/广东省.xlsx", "备注", "附表1", "M7", "附表1", "广州市", "remarks"]
    assert [*first.values()] == [*place, words, True, "广东省"]
    assert (second["place"], second["cell"], second["marked"]) == ("段落", None, False)
    assert [text["text"] for text in merge["units"][2]["texts"]] == [words, "另函说明"]
    for report in (audit, merge):
        assert [(text["file"], text["place"], text["unit"]) for text in report["texts"]] == [("来信.eml", "邮件", None)]


def test_the_catalogue_as_json_and_as_a_markdown_table() -> None:
    (rule,) = json.loads(shown_as("json", "rules", [B401], EDITION, one=True))["rules"]
    about = ["B401", "error", "B", "file", "两边不等 | 说明", "应相等。", "人社网信函〔2019〕28号第3条"]
    assert [*rule.values()] == [*about, {"wrong": "2500≠2400", "right": "2500=2500"}]
    assert [*rule] == ["id", "severity", "group", "scope", "title", "why", "clause", "example"]
    assert shown_as("markdown", "rules", [B401], EDITION, one=True).splitlines() == [
        "| 规则 | 级别 | 内容 | 依据 | 怎样答复 |",
        "|---|---|---|---|---|",
        "| B401 | 强制性错误 | 两边不等 \\| 说明 | 人社网信函〔2019〕28号第3条 | "
        "改正；或在这一行的备注中写明原因，相差超过较大一方十分之一的还要写明差额；或由核实人员在核实情况中答复 |",
    ]
