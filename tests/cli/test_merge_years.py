"""`merge` of either year, where the forms changed between them: files that name no year bear the forms of the year merged."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_runs import refused, report, run
from factory import Style, clean_rows, write_filing
from hrss12333.survey import editions
from next_edition import NEXT


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(editions.EDITIONS, NEXT.year, NEXT)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "收件").mkdir()
    return Path("收件")


def test_a_file_without_a_year_is_read_by_the_forms_of_the_year_merged(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    write_filing(inbox / "福建.xlsx", "福建", style=Style(sample=False, notes=False))
    made = report("merge", inbox)
    assert made["output"] == "12333全国汇总_2019.xlsx"
    rows = [*clean_rows("广东"), *clean_rows("福建")]
    assert made["totals"]["附表1"]["training_attendances"] == sum(int(str(row["training_attendances"])) for row in rows)


def test_the_other_years_files_are_left_out_and_named(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    made = report("merge", inbox, "--year", "2020")
    assert made["output"] == "12333全国汇总_2020.xlsx"
    assert made["other_years"] == [str(inbox / "广东.xlsx")]
    assert made["totals"]["附表1"]["calls_total"] is None


def test_since_of_one_unit_takes_its_own_workbook_alone(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    unit: tuple[str | Path, ...] = ("merge", inbox, "--unit", "广东")
    assert run(*unit, "-o", "一.xlsx").exit_code == 0
    assert run(*unit, "-o", "二.xlsx", "--since", "一_汇总.xlsx").exit_code == 0
    listed = refused(2, *unit, "-o", "三.xlsx", "--since", inbox / "广东.xlsx")
    assert "请在 --since 后给出本工具上次写出的、同一年度的广东省的汇总表" in listed


def test_check_too_reads_a_file_without_a_year_by_the_forms_that_most_units_name(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    write_filing(inbox / "福建.xlsx", "福建", style=Style(sample=False, notes=False))
    rows = {file["unit"]: file["rows"]["附表1"][0] for file in report("check", inbox)["files"]}
    assert rows["福建省"]["training_attendances"] == clean_rows("福建")[0]["training_attendances"]


def test_an_existing_target_is_refused_before_anything_is_read(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_filing(inbox / "广东.xlsx", style=Style(sample=False))
    for command, target in (("merge", "12333全国汇总_2019.xlsx"), ("compile", "12333参阅文件_2019.docx")):
        Path(target).touch()
        with monkeypatch.context() as patch:
            patch.setattr("hrss12333.inbox.judge", lambda *_: pytest.fail("went on"))
            known = refused(2, command, inbox)
            patch.setattr("hrss12333.cli.common.read", lambda *_: pytest.fail("read"))
            assert refused(2, command, inbox, "--year", "2019") == known
        assert f"“{target}”已经存在" in known


@pytest.mark.parametrize("option", ["--previous", "--since"])
def test_a_workbook_to_compare_with_is_looked_at_first(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr("hrss12333.cli.common.read", lambda *_: pytest.fail("read"))
    for path, why in (("无.xlsx", "不存在"), ("收件", "不是普通文件")):
        listed = refused(2, "merge", inbox, option, path)
        assert option in listed
        assert why in listed


def test_a_name_alone_makes_a_file_no_other_years_and_it_is_read_by_the_forms_of_the_year_merged(inbox: Path) -> None:
    for unit in ("广东", "海南"):
        write_filing(inbox / f"{unit}.xlsx", unit, style=Style(sample=False))
    write_filing(inbox / "福建2020年度.xlsx", "福建", style=Style(sample=False, notes=False))
    made = report("merge", inbox)
    assert made["output"] == "12333全国汇总_2019.xlsx"
    assert made["other_years"] == []
    assert [Path(item["file"]).name for item in made["findings"] if item["rule"] == "M705"] == ["福建2020年度.xlsx"]
    rows = [row for unit in ("广东", "海南", "福建") for row in clean_rows(unit)]
    assert made["totals"]["附表1"]["training_attendances"] == sum(int(str(row["training_attendances"])) for row in rows)
