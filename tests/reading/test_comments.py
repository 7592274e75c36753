"""Comments on cells: which of them put the value in doubt."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from cli_runs import report, run
from factory import plan_filing, write_filing
from hrss12333.reading.values.comments import comment_doubt
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Scalar

COLUMNS = EDITION.form("附表1").by_key


@pytest.mark.parametrize(
    ("field", "comment", "value"),
    [
        ("seats", "张三:\n应为3000", 84),
        ("seats", "3000个", 84),
        ("seats", "此数待核实", 84),
        ("seats", "不含灵武市", 84),
        ("voicemail", "2020年才开通", True),
        ("voicemail", "已停用", True),
        ("voicemail", "否", True),
        ("region", "此行作废", "银川市"),
    ],
)
def test_comments_that_say_something_else(field: str, comment: str, value: Scalar) -> None:
    assert "批注" in comment_doubt(COLUMNS[field], comment, value, 2019)


@pytest.mark.parametrize(
    ("field", "comment", "value"),
    [
        ("seats", "84", 84),
        ("seats", "含参加部级培训20人次", 84),
        ("seats", "已核实，无误", 84),
        ("seats", "张三:\n", 84),
        ("seats", "【核实性错误 P504】坐席数84大于总人数13，请核对。", 84),
        ("voicemail", "是", True),
        ("voicemail", "2018年开通", True),
        ("voicemail", "已停用", False),
    ],
)
def test_comments_that_only_explain(field: str, comment: str, value: Scalar) -> None:
    assert not comment_doubt(COLUMNS[field], comment, value, 2019)


def test_a_comment_that_corrects_a_figure_is_asked_about_and_nothing_else_is(tmp_path: Path) -> None:
    path = write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    plan = plan_filing("宁夏")["附表1"]
    book = openpyxl.load_workbook(path)
    for key, words in (("training_attendances", "应为3000"), ("seats", "含租用的坐席"), ("region", "本行数据有误")):
        book["附表1"][plan.at(key, 1)].comment = Comment(words, "张三")
    book.save(path)
    (file,) = report("check", path)["files"]
    asked = {(f["rule"], f["cell"], f["severity"]) for f in file["findings"] if f["severity"] != "note"}
    assert asked == {("V302", plan.at("training_attendances", 1), "query"), ("R202", plan.at("region", 1), "query")}


def test_an_instruction_that_every_cell_of_a_column_has_asks_nothing(tmp_path: Path) -> None:
    path = write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    plan = plan_filing("宁夏")["附表1"]
    book = openpyxl.load_workbook(path)
    for number in range(5):
        book["附表1"][plan.at("seats", number)].comment = Comment("坐席数只填在用的，不含备用坐席", "省厅")
    book.save(path)
    (file,) = report("check", path)["files"]
    assert [f for f in file["findings"] if f["severity"] != "note"] == []


def test_an_annotated_copy_that_comes_back_corrected_asks_nothing_about_our_own_remarks(tmp_path: Path) -> None:
    plan = plan_filing("宁夏")["附表1"]
    seats = plan.at("seats", 1)
    path = write_filing(tmp_path / "宁夏.xlsx", "宁夏", cells={"附表1": {seats: "8个半"}})
    run("check", path, "--annotate", tmp_path / "副本")
    (copy,) = (tmp_path / "副本").glob("*.xlsx")
    book = openpyxl.load_workbook(copy)
    assert "V302" in book["附表1"][seats].comment.text
    book["附表1"][seats] = 8
    book.save(copy)
    (file,) = report("check", copy)["files"]
    assert [f for f in file["findings"] if f["severity"] != "note"] == []
