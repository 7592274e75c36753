"""The public JSON: what each key holds; `test_json_contract` holds the keys and their order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from factory import suggested
from hrss12333.checking.engine import Checked
from hrss12333.checking.rule import Rule, Scope
from hrss12333.inbox import Inbox
from hrss12333.model.filing import CoveringLetter, Place, Skipped
from hrss12333.model.finding import Severity
from hrss12333.model.text import Text, TextKind
from hrss12333.questions.respondents import respondents_of
from hrss12333.reporting.outputs import MergeResult
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import RuleText
from reporting_samples import (
    BALANCE,
    clean,
    faulty,
    filing,
    finding,
    inbox_of,
    national,
    shown_as,
)

RULE = Rule(
    "B401", Severity.ERROR, Scope.FILE, RuleText("两边不等 | 说明", "应相等。", "第3条", "2500≠2400", "2500=2500")
)


def checked(*items: Checked, **about: Any) -> Any:
    return json.loads(shown_as("json", "check", respondents_of(inbox_of(*items, **about)), [], None))


def merged(inbox: Inbox, output: Path | None = None) -> Any:
    return json.loads(shown_as("json", "merge", MergeResult(respondents_of(inbox), output=output)))


def test_a_filing_with_its_contact_its_rows_and_its_counts() -> None:
    report = checked(faulty())
    (file,) = report["files"]
    assert (file["path"], file["result"], file["unit"], file["year"]) == ("报送/广东省.xlsx", "fail", "广东省", None)
    assert file["contact"] == {"name": "张三", "mobile": "13800000000", "email": "zhang@example.cn"}
    assert file["code"] == "AB12-CD34"
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
        (file,) = checked(Checked(clean().document, (replace(BALANCE, suggestion=suggestion),)))["files"]
        assert file["findings"][0]["suggestions"] == expected


def test_values_are_integers_booleans_strings_or_null() -> None:
    values = [2500.0, 2500.5, float("inf"), True, "２５", None]
    (file,) = checked(Checked(clean().document, tuple(finding(value=value) for value in values)))["files"]
    found = [each["value"] for each in file["findings"]]
    assert found == [2500, "2500.5", "inf", True, "２５", None]
    assert found[3] is True


def test_a_lone_surrogate_in_a_name_does_not_stop_the_output() -> None:
    text = shown_as("json", "check", respondents_of(inbox_of(clean("报送/\udcff.xlsx"))), [], None)
    assert json.loads(text.encode())["files"][0]["path"] == "报送/\ufffd.xlsx"


def test_a_merge_has_totals_coverage_and_units() -> None:
    report = merged(inbox_of(table=national()), Path("12333全国汇总_2019.xlsx"))
    assert report["output"] == "12333全国汇总_2019.xlsx"
    totals = report["totals"]["附表1"]
    assert list(totals) == [column.key for column in EDITION.forms[0].data]
    assert (totals["calls_total"], totals["calls_agent"], totals["voicemail"]) == (2500, 1010, 1)
    assert report["totals"]["附表2"]["network_location"] == {"互联网": 1, "业务专网": 0}
    assert report["totals"]["附表2"]["web"] is None, "a sum over nothing is no zero"
    assert report["coverage"] == {"expected": 3, "received": 2, "missing": ["河北省"]}
    assert report["units"][2] == {
        "unit": "广东省",
        "status": "faulty",
        "files": ["报送/广东省.xlsx"],
        "rows": {"附表1": 2, "附表2": 1},
        "code": "AB12-CD34",
        "texts": [],
    }
    assert report["units"][1]["rows"] == {"附表1": 0, "附表2": 0}
    assert report["counts"] == {"error": 4, "query": 1, "note": 4}


def test_texts_are_verbatim_with_their_places_by_file_and_by_unit_and_those_of_nobody_at_the_top() -> None:
    words = "12月为暂估数\n电话13812345678" + "，" * 300
    remark = Text(TextKind.REMARK, words, Place("附表1", 7, 13), form="附表1", region="广州市", field="remarks")
    item = replace(clean(), document=replace(filing(), texts=(remark, Text(TextKind.PARAGRAPH, "另函说明"))))
    stray = CoveringLetter("来信.eml", (Text(TextKind.MAIL, "数据有误，稍后更正"),))
    table = replace(national(), letters=(stray,))
    audit, merge = checked(item, table=table), merged(inbox_of(item, table=table))
    first, second = audit["files"][0]["texts"]
    assert first == {
        "file": "报送/广东省.xlsx",
        "place": "备注",
        "sheet": "附表1",
        "cell": "M7",
        "form": "附表1",
        "region": "广州市",
        "field": "remarks",
        "text": words,
        "marked": True,
        "unit": "广东省",
    }
    assert (second["place"], second["cell"], second["marked"]) == ("段落", None, False)
    assert [text["text"] for text in merge["units"][2]["texts"]] == [words, "另函说明"]
    for report in (audit, merge):
        assert [(text["file"], text["place"], text["unit"]) for text in report["texts"]] == [("来信.eml", "邮件", None)]


def test_the_catalogue_as_json_and_as_a_markdown_table() -> None:
    (rule,) = json.loads(shown_as("json", "rules", [RULE], EDITION, one=True))["rules"]
    assert rule == {
        "id": "B401",
        "severity": "error",
        "group": "B",
        "scope": "file",
        "title": "两边不等 | 说明",
        "why": "应相等。",
        "clause": "人社网信函〔2019〕28号第3条",
        "example": {"wrong": "2500≠2400", "right": "2500=2500"},
    }
    assert shown_as("markdown", "rules", [RULE], EDITION, one=True).splitlines() == [
        "| 规则 | 级别 | 内容 | 依据 | 怎样答复 |",
        "|---|---|---|---|---|",
        "| B401 | 强制性错误 | 两边不等 \\| 说明 | 人社网信函〔2019〕28号第3条 | "
        "改正；或在这一行的备注中写明原因，相差超过较大一方十分之一的还要写明差额；或由核实人员在核实情况中答复 |",
    ]


def test_files_that_were_passed_over_are_named() -> None:
    skipped = (Skipped("收/~$广东.xlsx", "临时锁文件"),)
    for report in (checked(clean(), skipped=skipped), merged(inbox_of(table=replace(national(), skipped=skipped)))):
        assert report["skipped"] == [{"path": "收/~$广东.xlsx", "reason": "临时锁文件"}]
