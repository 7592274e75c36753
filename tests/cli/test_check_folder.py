"""A folder is judged as a folder: cities of one unit each in a file of its own, told on one screen."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from click import unstyle

from cli_runs import run
from factory import CellValue, Style, a1, clean_rows, unit_named, write_filing
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.text import display_width

GUANGDONG = unit_named("广东")
BARE = Style(sample=False)
WORK_REPORT = Path(__file__).parents[2] / "examples" / "filings" / "吉林省12333工作总结.docx"
CITIES = [region.name for region in GUANGDONG.expected]
WRONG: dict[str, dict[str, CellValue]] = {
    "珠海市": {"calls_total6": 1},
    "梅州市": {"voicemail6": "部分"},
    "云浮市": {"calls_abandoned6": None, "training_attendances6": "十几次"},
}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The filings of all cities of 广东, three of them faulty."""
    folder = tmp_path / "各市"
    folder.mkdir()
    for city in CITIES:
        sent(folder, city, WRONG.get(city))
    return folder


def sent(folder: Path, city: str, cells: Mapping[str, CellValue] | None = None) -> None:
    """The filing of one city."""
    at = CITIES.index(city)
    rows = {form.key: [clean_rows(GUANGDONG, form)[at]] for form in EDITION.forms}
    write_filing(folder / f"{city}.xlsx", GUANGDONG, rows, style=BARE, cells={"附表1": cells or {}})


def test_it_fits_on_one_screen_and_names_the_three(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(inbox.parent)
    result = run("check", inbox.name)
    lines = unstyle(result.stdout).splitlines()
    assert result.exit_code == 1
    assert len(lines) <= 40
    assert max(map(display_width, lines)) <= 80
    assert "结论：21个文件，21个地区：要改3个，可以用18个" in result.stdout
    named = next(line for line in lines if line.startswith("  要改"))
    assert [city for city in CITIES if city in named] == list(WRONG)


def test_a_folder_is_told_in_short(inbox: Path) -> None:
    """A correction where there is a certain one, and no names of faultless files; whose they are is in the list above."""
    calls = int(str(clean_rows(GUANGDONG)[CITIES.index("珠海市")]["calls_abandoned"]))
    sent(inbox, "珠海市", {"calls_abandoned6": calls * 10_000})
    result = run("check", inbox)
    for shown in (result, run("check", inbox / "珠海市.xlsx")):
        assert (
            f"建议：放弃量（{a1('calls_abandoned6')}）改为{calls:,}：像是放大到10000倍，改后该行对得上\n"
            in shown.stdout
        )
        assert shown.stdout.count("建议：") == 1
    assert "广州市.xlsx" not in result.stdout
    assert "广州市.xlsx" in run("check", inbox, "-v").stdout


def test_strict_fails_for_open_queries_alone(inbox: Path) -> None:
    for city in WRONG:
        (inbox / f"{city}.xlsx").unlink()
    assert run("check", inbox).exit_code == 0
    strict = run("check", inbox, "--strict")
    assert strict.exit_code == 1  # three cities are missing (R204)
    assert "结论：18个文件，21个地区和广东省（合起来看）：要核实1个，没报3个，可以用18个" in strict.stdout
    for city in WRONG:
        sent(inbox, city)
    assert run("check", inbox, "--strict").exit_code == 0


def test_a_scan_beside_the_cities_is_no_reason_to_fail(inbox: Path) -> None:
    for city in WRONG:
        sent(inbox, city)
    (inbox / "广州市盖章.pdf").write_bytes(b"%PDF-1.4\n")
    result = run("check", inbox, "--strict")
    assert result.exit_code == 0
    assert "22个文件，21个地区：可以用21个" in result.stdout


def test_a_unit_that_sent_its_work_report_alone_has_not_sent_its_forms(tmp_path: Path) -> None:
    write_filing(tmp_path / "福建.xlsx", "福建", style=BARE)
    shutil.copy(WORK_REPORT, tmp_path)
    result = run("check", tmp_path)
    assert "吉林省（只报了工作总结）" in next(line for line in result.stdout.splitlines() if line.startswith("  没报"))
    assert "  可以用 1个：福建省" in result.stdout
    assert "没报" not in run("check", tmp_path / WORK_REPORT.name, tmp_path / "福建.xlsx").stdout


def test_a_units_own_filing_and_work_report_leave_nobody_missing_among_its_cities(tmp_path: Path) -> None:
    write_filing(tmp_path / "吉林.xlsx", "吉林")
    shutil.copy(WORK_REPORT, tmp_path)
    assert "结论：2个文件，9个地区：可以用9个" in run("check", tmp_path, "--unit", "吉林").stdout


def test_a_file_of_another_year_is_named(tmp_path: Path) -> None:
    for unit in ("福建", "海南"):
        write_filing(tmp_path / f"{unit}.xlsx", unit, style=Style(sample=False, title_year=True))
    assert "其他年度" not in run("check", tmp_path).stdout
    write_filing(
        tmp_path / "青海.xlsx",
        "青海",
        style=Style(sample=False, notes=False),
        cells={"附表1": {"A2": "2018年度12333电话服务情况调查表"}},
    )
    result = run("check", tmp_path)
    assert result.stdout.startswith("按2019年度处理：写明其他年度的1个文件不计入；")
    assert "写的是2018年度，本次汇总的是2019年度" in result.stdout
    assert "2018年度，附表1有8行" in run("check", tmp_path / "青海.xlsx").stdout
