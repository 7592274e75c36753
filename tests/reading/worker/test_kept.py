"""The worker of a page in a browser, without a browser: what it keeps, and what is not audited there."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import hrss12333
from cli_runs import report, run
from damaged import document, workbook
from factory import mail
from hrss12333.reading.worker import close
from hrss12333.reading.worker.serving import Kept

EXAMPLES = Path(__file__).parents[3] / "examples" / "filings"
FIRST = "本页未审核1个文件：四川省.docx。"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The tasks that were begun, in a program whose worker is the page's, and that has no library for Word."""
    tasks: list[str] = []
    monkeypatch.setattr(hrss12333, "worker", "reading.worker.serving:Kept")
    monkeypatch.setattr(Kept, "answers", {})
    monkeypatch.setattr(Kept, "begun", staticmethod(tasks.append), raising=False)
    monkeypatch.setattr(Kept, "ended", staticmethod(lambda _, __: None), raising=False)
    for module in [name for name in sys.modules if name.startswith(("docx", "hrss12333.reading.formats.word"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "docx", None)
    yield tasks
    close()


def test_a_command_run_again_gets_the_answers_that_there_were(begun: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    first = report("check", tmp_path)
    known = [*begun]
    assert report("check", tmp_path) == first
    assert begun == known
    Kept.answers[known[-1]] = None
    rules = [[finding["rule"] for finding in file["findings"]] for file in report("check", tmp_path)["files"]]
    assert rules == [["F004"], ["F001"]]


def test_elsewhere_a_missing_library_is_named(
    begun: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hrss12333, "worker", "reading.worker:Worker")
    (tmp_path / "四川省.docx").write_bytes(document())
    (file,) = report("check", tmp_path)["files"]
    assert [(finding["rule"], "docx，本程序里没有装" in finding["message"]) for finding in file["findings"]] == [
        ("F003", True)
    ]


def test_what_is_not_read_here_comes_first_and_is_no_finding(begun: list[str], tmp_path: Path) -> None:
    folder, output, page = tmp_path / "收件", tmp_path / "汇总.xlsx", tmp_path / "报告.html"
    folder.mkdir()
    shutil.copy(EXAMPLES / "广东省12333调查表.xlsx", folder)
    (folder / "四川省.docx").write_bytes(document())
    checked: Any = report("check", folder)
    assert [len(file["findings"]) for file in checked["files"]] == [0]
    assert (checked["unaudited"], checked["counts"]["error"]) == ([str(folder / "四川省.docx")], 0)
    assert run("check", folder, "--report", page).stdout.startswith(FIRST)
    written = page.read_text(encoding="utf-8")
    assert 0 < written.find(FIRST) < written.find('class="sum"')
    merged = run("merge", folder, "-o", output)
    assert merged.stdout.startswith(FIRST)
    assert "四川省（有文件本页未审核）" in merged.stdout
    overview = openpyxl.load_workbook(output)["概览"]
    assert FIRST in str([cell.value for cell in overview["A"][:5]])
    (folder / "四川省.docx").rename(tmp_path / "表.docx")
    sent = mail(
        ("表.docx", (tmp_path / "表.docx").read_bytes()), subject="四川省报送", sent="14 Jan 2020 09:00:00 +0800"
    )
    (folder / "a.eml").write_bytes(sent)
    merged = run("merge", folder, "-o", output, "--force")
    assert merged.stdout.startswith("本页未审核1个文件：表.docx。")
    assert "四川省（1月14日来信，附件本页未审核）" in merged.stdout
