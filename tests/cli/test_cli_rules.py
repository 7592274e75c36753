"""``hrss12333 rules``: the catalogue in three formats, and one rule explained."""

from __future__ import annotations

import json

import pytest

from cli_runs import refused, report, run
from hrss12333.checking.rules.catalogue import ALL
from hrss12333.reporting.outputs import REPORTS, offered, output_of
from hrss12333.survey.editions.y2019 import EDITION


def test_every_rule_is_listed_with_its_weight() -> None:
    lines = run("rules").stdout.splitlines()
    for rule in ALL:
        assert any(
            rule.id in line and rule.severity.label in line and rule.text_in(EDITION).title in line for line in lines
        )


def test_json_is_the_whole_catalogue() -> None:
    listed = report("rules")
    assert listed["schema"] == "hrss12333.rules/1"
    assert [rule["id"] for rule in listed["rules"]] == [rule.id for rule in ALL]
    assert all(rule["why"] and rule["clause"] and all(rule["example"].values()) for rule in listed["rules"])


@pytest.mark.parametrize("written", ["B401", "b401"])
def test_one_rule_is_explained(written: str) -> None:
    shown = run("rules", written).stdout
    assert shown.startswith("B401 强制性错误 ")
    for heading in ("要求：", "依据：人社网信函〔2019〕28号", "错误示例：", "正确示例：", "审核范围："):
        assert heading in shown
    assert json.loads(run("rules", written, "--format", "json").stdout)["rules"][0]["id"] == "B401"


def test_an_unknown_rule() -> None:
    assert refused(2, "rules", "Z999") == "错误：没有编号为“Z999”的规则。用 hrss12333 rules 查看全部编号。\n"


def test_each_command_offers_its_own_formats_and_refuses_others() -> None:
    assert "markdown" in refused(2, "check", "a.xlsx", "--format", "markdown")
    assert next(iter(offered("check"))) == next(iter(offered("rules"))) == "text"
    assert {"text", "json"} <= offered("check").keys() <= REPORTS.keys() - {"markdown"}
    for name in offered("rules"):
        assert run("rules", "B401", "--format", name).stdout.count("B401") >= 1


def test_every_output_has_a_function_for_each_command_that_offers_it() -> None:
    assert all(callable(output_of(name, command)) for name, each in REPORTS.items() for command in each.commands)
