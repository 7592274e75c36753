"""What a 备注 explains, and what it settles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cases import cases, words, written
from factory import CellValue, filing
from hrss12333.checking.reasons import is_reason, is_settled, objection
from hrss12333.model.finding import Finding, Reason, Severity
from hrss12333.survey.editions.y2019 import SERVICE
from merge_runs import judged


def found(path: Path, cells: Mapping[str, CellValue], *rules: str) -> list[Finding]:
    """The findings of these rules over a filing with these cells of 附表1; of all where none are named."""
    (path / "宁夏.xlsx").write_bytes(filing("宁夏", cells={"附表1": cells}))
    of_files = judged(path).national.findings_of_files
    return [item for item in of_files if item.severity is not Severity.NOTE and (not rules or item.rule in rules)]


EMPTY = words(r"""
    | \s | \u3000 | 无 | - | / | — | 无。 | 没有 | 暂无 | N/A | ｎ／ａ | 样例 | 123 | …… | √ | a | 同上 | 备注：无 | 无特殊情况
    见附件 | 详见附件 | 不涉及 | 正常 | 已核实 | 核对无误 | 经核实，数据准确无误。 | 坐席数已核实 | 来电总量、放弃量
    正在核实 | 不知道 | 原因不明 | 以后再报 | 按要求填报 | 同去年 | 领导已审定 | 系统数据 | 统计中 | 历史原因 | 暂时这样 | 按实际情况
    数据有误，后续更正 | 放弃量数据待核实 | 待补报 | 以纸质为准 | 差额为测试电话，数据应为2500
""")
HONEST = words("""
    差额777次为测试电话 | 含漏话 | 重复计数 | 有误差 | 系统估算，按比例折算 | 12月数据丢失，按均值推算 | 待机线路的来电不分类 | 放弃量不完整
    自助语音沿用老系统口径 | 来电总量含初步接通即挂断的 | 3月系统升级，部分数据缺失 | 含转接来电 | 无自助语音 | 兼职 | 未统计放弃量
    经核实，差额为IVR中途挂断 | APP内来电不分类 | 上年没报 | 去年没有 | 含测试 | 正在搬迁 | 领导兼任 | 实际无专人 | 省厅代接 | 尚未建成
""")
HARMLESS = words("""
    坐席待扩容 | 知识库以省库为准 | 坐席待启用，暂由市局代接 | 大概率年内上线短信 | 错峰排班 | 培训待定期开展 | 系统不完整迁移中 | 测试环境已拆除
    初步建成两个坐席 | 套用省厅统一标识 | 为准备搬迁，先报修线路 | 沿用原机房
""")


@pytest.mark.parametrize("text", [*EMPTY, "没有" * 50_000])
def test_no_reason(text: str) -> None:
    assert not is_reason(text, SERVICE)
    assert objection(text, SERVICE)


@pytest.mark.parametrize("text", [*HONEST, *HARMLESS, "没有" * 50_000 + "坐席"])
def test_a_reason(text: str) -> None:
    assert is_reason(text, SERVICE)


def test_reasons_that_others_wrote() -> None:
    texts = written("reasons.tsv")
    assert [line for line in texts if is_reason(line["text"], SERVICE) is (line["expected"] == "none")] == []


@pytest.mark.parametrize("text", HARMLESS)
def test_no_word_raises_a_finding(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, {"remarks6": text}) == []


@cases("""
    settled= labels= text
    False ["来电总量"] 〔核实 放弃量：含转接来电〕
    True  ["放弃量"] 〔核实 放弃量：线路故障〕 | 系统升级〔核实 来电总量：含转接〕〔核实 放弃量：线路故障〕 | 〔核实 来电总量、放弃量：线路故障〕
    True  ["地区（市、州）"] 〔核实 地区：确有此地〕
    True  [] 〔核实：全市只有一行〕
""")
def test_what_is_settled_is_of_the_columns_that_are_named(settled: bool, labels: list[str], text: str) -> None:
    assert is_settled(text, labels) is settled
    assert settled or not is_reason(text, SERVICE)


PARTS: dict[str, CellValue] = {"calls_agent6": 1000, "calls_ivr6": 1000, "calls_abandoned6": 500}
GAP, FAR = {**PARTS, "calls_total6": 2550}, {**PARTS, "calls_total6": 3500}
BLANK: dict[str, CellValue] = {"calls_abandoned6": None}
ALONE: dict[str, CellValue] = {f"{key}6": None for key in ("serial", *(column.key for column in SERVICE.data))}
"""A row of nothing but a name."""
ANSWERED: list[tuple[Mapping[str, CellValue], str, str, bool]] = [
    (GAP, "差额为测试电话", "B401", True),
    (GAP, "已核实", "B401", False),
    (GAP, "坐席数含备用坐席", "B401", False),
    (FAR, "含转接来电", "B401", False),
    (FAR, "多1000", "B401", False),
    (FAR, "含转接来电21000次", "B401", False),
    (FAR, "来电总量比各项之和多1,000，因含转接来电", "B401", True),
    (FAR, "〔核实 来电总量、放弃量：含转接〕", "B401", True),
    (FAR, "〔核实 坐席数：含备用〕", "B401", False),
    (BLANK, "系统没有该项统计", "V301", True),
    (BLANK, "放弃量：话务系统没有这项功能", "V301", True),
    (BLANK, "放弃量待补", "V301", False),
    (BLANK, "放弃量未统计，坐席数有误差", "V301", True),
    (BLANK, "坐席数含备用坐席", "V301", False),
    (ALONE, "并入省中心", "V301", True),
    ({"voicemail6": None}, "系统没有该项统计", "V301", False),
    ({"seats6": 999}, "含备用坐席", "P504", True),
    ({"seats6": 999}, "来电总量含转接", "P504", False),
    ({"seats6": 999}, "〔核实 坐席数：已电话核实〕", "P504", True),
]


@pytest.mark.parametrize(("cells", "remark", "rule", "explained"), ANSWERED)
def test_what_a_remark_answers(
    tmp_path: Path, cells: Mapping[str, CellValue], remark: str, rule: str, explained: bool
) -> None:
    """And where it does not, the message says so."""
    (asked,) = found(tmp_path, {**cells, "remarks6": remark}, rule)
    assert asked.explained is explained
    assert (asked.severity is Severity.ERROR) is (not explained and rule != "P504")
    told = "不能作为说明" in asked.message.text
    assert told is (not explained and asked.answered_by is not Reason.NONE)
