"""What a 备注 explains, what it settles, and what it puts in question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from factory import CellValue, filing
from hrss12333.checking.reasons import columns_named, is_reason, is_settled, without_settled
from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import SERVICE
from merge_runs import judged


def found(path: Path, cells: Mapping[str, CellValue], *rules: str) -> list[Finding]:
    """The findings of these rules over a filing with these cells of 附表1."""
    (path / "宁夏.xlsx").write_bytes(filing("宁夏", cells={"附表1": cells}))
    return [item for item in judged(path).national.findings if item.rule in rules]


SAYS_NOTHING = "无 - / — 无。 没有 暂无 N/A ｎ／ａ 样例 123 …… √ a 同上 备注：无 无特殊情况"
VOUCHES = "已核实 核对无误 经核实，数据准确无误。"
DOUBTS = "来电总量为估算数 数据有误，后续更正 放弃量待核实 应为41000"
EXPLAINS = "3月系统升级，部分数据缺失 含转接来电 无自助语音 兼职 未统计放弃量 经核实，差额为IVR中途挂断"


@pytest.mark.parametrize("text", ["", " ", "\u3000", "没有" * 50_000, *f"{SAYS_NOTHING} {VOUCHES} {DOUBTS}".split()])
def test_no_reason(text: str) -> None:
    assert not is_reason(text)


@pytest.mark.parametrize("text", ["没有" * 50_000 + "坐席", *EXPLAINS.split()])
def test_a_reason(text: str) -> None:
    assert is_reason(text)


@pytest.mark.parametrize("text", ["〔核实 来电总量：经核，12月为暂估，已确认〕", "无〔核实 放弃量：线路故障〕"])
def test_what_staff_settled_explains_its_own_column_alone(text: str) -> None:
    assert not is_reason(text)
    assert without_settled(text) in ("", "无")


def test_what_is_settled_is_of_the_column_that_is_named() -> None:
    text = "系统升级〔核实 来电总量：含转接来电〕〔核实 放弃量：线路故障〕"
    assert is_settled(text, "来电总量")
    assert is_settled(text, "放弃量")
    assert not is_settled(text, "坐席数")


def test_columns_are_named_by_their_headings() -> None:
    assert [*columns_named(SERVICE, "来电总量和座席数有误")] == ["calls_total", "seats"]
    assert columns_named(SERVICE, "数据有误") == {}


@pytest.mark.parametrize(
    ("remark", "figures"),
    [
        ("12月数据为暂估数", ()),
        ("坐席数填错，应为25个", ("seats",)),
        ("来电总量、放弃量待核实", ("calls_total", "calls_abandoned")),
        ("作废，见下行", ()),
    ],
)
def test_an_asked_word_in_a_remark_asks_about_the_row_or_the_columns_that_it_names(
    tmp_path: Path, remark: str, figures: tuple[str, ...]
) -> None:
    asked = found(tmp_path, {"remarks6": remark}, "V311", "R210")
    assert [(f.rule, f.severity, f.region, f.figures, f.explained) for f in asked] == [
        ("V311", Severity.QUERY, "银川市", figures, False)
    ]


@pytest.mark.parametrize("remark", ["系统由省厅统一建设", "咨询员为劳务派遣", "数据无误", "无", "12月31日前已开通"])
def test_an_ordinary_remark_asks_nothing(tmp_path: Path, remark: str) -> None:
    assert found(tmp_path, {"remarks6": remark}, "V311") == []


def test_an_asked_word_in_a_comment_on_a_cell_of_a_row(tmp_path: Path) -> None:
    (path := tmp_path / "宁夏.xlsx").write_bytes(filing("宁夏"))
    book = openpyxl.load_workbook(path)
    book["附表1"]["C6"].comment = Comment("张三:\n12月为估算", "张三")
    book["附表1"]["A1"].comment = Comment("张三:\n数据有误", "张三")
    book.save(path)
    asked = [f for f in judged(tmp_path).national.findings if f.rule == "V311"]
    assert [(f.region, f.figures) for f in asked] == [("银川市", ("calls_total",))]


def test_what_staff_settled_is_not_asked_again_and_settles_no_error(tmp_path: Path) -> None:
    settled = "〔核实 坐席数：含备用坐席，经核属实，12月暂估〕"
    asked = found(tmp_path, {"remarks6": settled, "seats6": 999, "calls_total6": 7}, "P504", "V311", "B401")
    assert sorted((f.rule, f.severity, f.explained) for f in asked) == [
        ("B401", Severity.ERROR, False),
        ("P504", Severity.QUERY, True),
    ]


def test_what_staff_settled_of_a_whole_row_names_no_column(tmp_path: Path) -> None:
    asked = found(tmp_path, {"remarks6": "12月数据为暂估数〔核实 ：经核属实，已补齐〕"}, "V311")
    assert [(f.severity, f.explained) for f in asked] == [(Severity.QUERY, True)]


def test_what_is_not_known_is_asked_as_missing_alone(tmp_path: Path) -> None:
    asked = found(tmp_path, {"remarks6": "放弃量未统计", "calls_abandoned6": None}, "V301", "V311")
    assert [(f.rule, f.severity, f.explained) for f in asked] == [("V301", Severity.QUERY, True)]
    both = found(tmp_path, {"remarks6": "放弃量未统计，坐席数有误", "calls_abandoned6": None}, "V301", "V311")
    assert {f.rule: ("seats" in f.figures, f.explained) for f in both} == {"V301": (False, True), "V311": (True, False)}


@pytest.mark.parametrize("name", ["宁夏（征求意见稿）.xlsx", "宁夏初稿.xlsx"])
def test_a_file_that_is_called_a_draft(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(filing("宁夏"))
    asked = [f for f in judged(tmp_path).national.findings if f.rule == "V311"]
    assert [(f.severity, f.region) for f in asked] == [(Severity.QUERY, None)]
