"""`merge` of either year, where the forms changed between them: files that name no year bear the forms of the year merged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from factory import Style, clean_rows, write_filing
from hrss12333.cli import cli
from hrss12333.survey import editions
from next_edition import NEXT


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(editions.EDITIONS, NEXT.year, NEXT)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "收件").mkdir()
    return Path("收件")


def report(*options: str) -> dict[str, object]:
    result = CliRunner().invoke(cli, ["merge", "收件", "--format", "json", *options])
    assert result.exit_code in (0, 1), result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_file_without_a_year_is_read_by_the_forms_of_the_year_merged(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    write_filing(inbox / "福建.xlsx", "福建", style=Style(sample=False, notes=False))
    made = report()
    assert made["output"] == "12333全国汇总_2019.xlsx"
    totals = made["totals"]
    assert isinstance(totals, dict)
    rows = [*clean_rows("广东"), *clean_rows("福建")]
    assert totals["附表1"]["training_attendances"] == sum(int(str(row["training_attendances"])) for row in rows)


def test_the_other_years_files_are_left_out_and_named(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    made = report("--year", "2020")
    assert made["output"] == "12333全国汇总_2020.xlsx"
    assert made["other_years"] == [str(inbox / "广东.xlsx")]
    totals = made["totals"]
    assert isinstance(totals, dict)
    assert totals["附表1"]["calls_total"] is None


def test_since_is_refused_for_one_unit(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    result = CliRunner().invoke(cli, ["merge", "收件", "--unit", "广东", "--since", "x.xlsx"])
    assert result.exit_code == 2
    assert "--since 用于全国汇总，不能与 --unit 同用" in result.stderr
