"""``hrss12333 template``: which workbooks it writes, where, and what it refuses."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest
from click.testing import Result

import cli_runs
from factory import Style, opened, write_filing
from hrss12333.survey.editions.y2019 import EDITION

pytestmark = pytest.mark.usefixtures("here")
TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="module")
def every_unit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One run of ``--all``, in an empty folder, and that folder: only to be looked at."""
    folder = tmp_path_factory.mktemp("all")
    with contextlib.chdir(folder):
        return run("--all"), folder


def run(*arguments: str) -> Result:
    return cli_runs.run("template", *arguments)


def files(folder: Path) -> list[str]:
    """Every file below, by its path from there."""
    return [name for name in cli_runs.names(folder) if Path(name).suffix]


def unit_of(path: Path) -> object:
    sheet = opened(path)["附表1"]
    written = [found.value for found in sheet[4] if found.value]
    return written[2] if written[2] != "联系人：" else None


def test_with_no_option_it_writes_the_form_for_everyone(here: Path) -> None:
    result = run()
    assert (
        result.stdout
        == "已生成空白调查表“12333调查表_2019.xlsx”（含附表1、附表2）。填好后可用 hrss12333 check 审核。\n"
    )
    assert result.stderr == ""
    assert files(here) == ["12333调查表_2019.xlsx"]
    assert unit_of(here / "12333调查表_2019.xlsx") is None


def test_all_writes_one_for_each_unit(every_unit: tuple[Result, Path]) -> None:
    result, folder = every_unit
    expected = sorted(f"12333调查表_2019/12333调查表_2019_{unit.name}.xlsx" for unit in EDITION.units)
    assert files(folder) == expected
    assert len(expected) == 32
    assert result.stdout == (
        "已在文件夹“12333调查表_2019”中生成全部32份空白调查表（各报送单位，每份含附表1、附表2）：12333调查表_2019_北京市.xlsx 等。\n"
    )
    assert result.stderr == ""


def test_per_city_writes_one_for_each_region(here: Path) -> None:
    asked = ("--reply-by", "2020-02-10", "--contact", "李四 13800000001 l@example.org")
    run("--unit", "宁夏", "--per-city", "-o", "各市", *asked)
    assert files(here) == sorted(
        f"各市/12333调查表_2019_宁夏回族自治区_{name}.xlsx"
        for name in ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市")
    )
    path = here / "各市" / "12333调查表_2019_宁夏回族自治区_固原市.xlsx"
    sheet = opened(path, data_only=True)["附表1"]
    assert (unit_of(path), sheet["B8"].value, sheet["A9"].value) == ("宁夏回族自治区", "固原市", "合计")
    assert str(sheet["A1"].value).endswith("右侧“自检”都是√后于2月10日前发给李四 13800000001 l@example.org。")


def test_year_rows_and_protection_are_as_asked(here: Path) -> None:
    run("--year", "2020", "--rows", "3", "--no-protect")
    sheet = opened(here / "12333调查表_2020.xlsx")["附表1"]
    assert [sheet.cell(row, 1).value for row in range(7, 13)] == [1, 2, 3, 4, "……", "合计"]
    assert sheet["C15"].value == "2．数据采集周期为：2020年1月1日至2020年12月31日。"
    assert sheet.protection.sheet is False


@pytest.mark.parametrize(("year", "known"), [("2019", True), ("2020", False)])
def test_a_year_whose_notice_is_unknown_cites_none(here: Path, year: str, known: bool) -> None:
    """Neither document number nor deadline of another year stands anywhere in the workbook."""
    run("--year", year, "-o", "a.xlsx")
    book = b"".join(members(here / "a.xlsx").values()).decode("utf-8")
    assert ("28号" in book) is known
    assert ("2019" in book) is known
    assert "1月17日" not in book


def test_last_years_figures_that_are_no_earlier_years_are_remarked_on(here: Path) -> None:
    write_filing(here / "今年.xlsx", "宁夏", style=Style(title_year=True))
    for year, listed in (("2019", True), ("2020", False)):
        result = run("--unit", "宁夏", "--year", year, "--previous", "今年.xlsx", "-o", f"{year}.xlsx")
        assert ("--previous 给的是2019年度的表，不早于本次的2019年度" in result.stderr) is listed


def test_of_many_files_none_is_written_where_one_exists(here: Path) -> None:
    folder, theirs = here / "12333调查表_2019", "12333调查表_2019_西藏自治区.xlsx"
    folder.mkdir()
    (folder / theirs).write_text("mine")
    assert f"{theirs}”已经存在" in cli_runs.refused(2, "template", "--all")
    assert files(folder) == [theirs]
    cities = ("--unit", "宁夏", "--per-city", "-o", "12333调查表_2019")
    (folder / theirs).rename(folder / (own := "12333调查表_2019_宁夏回族自治区_银川市.xlsx"))
    assert f"{own}”已经存在" in cli_runs.refused(2, "template", *cities)
    run(*cities, "--force")
    assert len(files(folder)) == 5


def test_a_file_in_the_place_of_the_folder_is_refused(here: Path) -> None:
    (here / "12333调查表_2019").write_text("mine")
    assert "这里需要文件夹" in cli_runs.refused(2, "template", "--all")


def members(path: Path) -> dict[str, bytes]:
    """The parts of a workbook: zlib need not compress alike everywhere, so the bytes of the file may differ."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_blank_workbook_of_the_repository_is_what_the_command_writes(here: Path) -> None:
    run()
    fresh, kept = here / "12333调查表_2019.xlsx", TEMPLATES / "12333调查表_2019.xlsx"
    assert members(fresh) == members(kept), f"run: hrss12333 template --force -o templates/{kept.name}"


def test_the_units_workbooks_of_the_repository_are_what_the_command_writes(every_unit: tuple[Result, Path]) -> None:
    fresh, kept = every_unit[1] / "12333调查表_2019", TEMPLATES / "各单位"
    how = "run: hrss12333 template --all --force -o templates/各单位"
    assert files(fresh) == files(kept), how
    assert [name for name in files(fresh) if members(fresh / name) != members(kept / name)] == [], how
