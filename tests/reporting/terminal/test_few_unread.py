"""Of what was not read in a file a terminal prints five blocks; JSON and HTML hold all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_runs import run
from factory import write_filing

BLOCKS = {f"O{row}": 60_000 + row for row in range(20, 34, 2)} | {"B50": "说明：数据由系统导出"}


def test_five_blocks_of_a_file_are_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_filing(tmp_path / "宁夏.xlsx", "宁夏", cells={"附表1": BLOCKS})
    shown = run("check", "宁夏.xlsx", "--report", "r.html").stdout
    assert shown.count("V310") == 5
    assert "另有3处写了没有读取的内容" in shown
    assert (tmp_path / "r.html").read_text(encoding="utf-8").count("没有读取：") == len(BLOCKS)
    (file,) = json.loads(run("check", "宁夏.xlsx", "--format", "json").stdout)["files"]
    assert sum(finding["rule"] == "V310" for finding in file["findings"]) == len(BLOCKS)
    assert file["account"]["unread"] == len(BLOCKS)
