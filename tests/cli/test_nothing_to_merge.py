"""A merge in which nothing is a filing: what came is listed, nothing is written."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from cli_runs import names, refused, report, run
from factory import Style, write_filing

BARE = Style(sample=False)
UNIT = ("--unit", "海南")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs beside an empty folder 收."""
    (tmp_path / "here" / "收").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.mark.parametrize("unit", [(), UNIT])
def test_what_cannot_be_read_is_listed_and_nothing_is_written(unit: tuple[str, ...], here: Path) -> None:
    (here / "收" / "海南.xlsx").write_bytes(b"PK\3\4broken")
    (here / "收" / "扫描.pdf").write_bytes(b"%PDF-1.4 scan")
    made = report("merge", "收", *unit, "--csv", "表", "--report", "报告.html")
    assert made["output"] is None
    assert sorted(f["rule"] for f in made["findings"] if f["rule"] != "M701") == ["F001", "F003"]
    result = run("merge", "收", *unit)
    assert result.exit_code == 1
    assert "没有写出" in result.stdout
    assert "已写入" not in result.stdout
    assert names(here) == ["报告.html", "收", "收/扫描.pdf", "收/海南.xlsx"]


@pytest.mark.usefixtures("no_libreoffice")
def test_reports_alone_make_no_workbook(here: Path) -> None:
    document = docx.Document()
    document.add_paragraph("海南省12333电话咨询服务工作总结。" + "全年工作情况良好。" * 40)
    document.save(str(here / "收" / "海南总结.docx"))
    result = run("merge", "收")
    assert result.exit_code == 1
    assert "没有读到任何调查表，没有写出汇总表。" in result.stdout.splitlines()
    assert names(here) == ["收", "收/海南总结.docx"]
    assert run("compile", "收").exit_code == 1
    assert "12333参阅文件_2019.docx" in names(here)


def test_neither_forms_nor_reports_make_no_reference(here: Path) -> None:
    (here / "收" / "海南.xlsx").write_bytes(b"PK\3\4broken")
    result = run("compile", "收")
    assert result.exit_code == 1
    assert "没有收到调查表，也没有收到工作总结，没有写出参阅文件。" in result.stdout.splitlines()
    assert "收/海南.xlsx" in result.stdout
    assert names(here) == ["收", "收/海南.xlsx"]


@pytest.mark.parametrize("unit", [(), UNIT])
def test_nothing_to_read_at_all_is_wrong_usage(unit: tuple[str, ...], here: Path) -> None:
    assert "没有可读的文件" in refused(2, "merge", "收", *unit)
    write_filing(here / "收" / "宁夏.xlsx", "宁夏", style=BARE)
    if unit:
        for command in ("check", "merge"):
            assert "“收/宁夏.xlsx”不是海南省的报送" in refused(2, command, "收", *unit)
    assert names(here) == ["收", "收/宁夏.xlsx"]


def test_a_letter_is_written_all_the_same(here: Path) -> None:
    """Who sent what cannot be read is to send it again."""
    (here / "收" / "海南.xlsx").write_bytes(b"PK\3\4broken")
    assert run("merge", "收", "--returns", "退").exit_code == 1
    assert any("海南" in name for name in names(here / "退"))
