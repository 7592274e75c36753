"""``hrss12333 check``: exit status, what goes to which stream, what is passed over; and ``hrss12333 rules``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docx
import pytest
from click import unstyle

from cli_runs import refused, report, run
from factory import CellValue, Style, clean_rows, unit_named, write_filing
from hrss12333.checking.rules import ALL
from hrss12333.reporting import REPORTS, offered
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.text import display_width

pytestmark = pytest.mark.usefixtures("here")
CLEAN: dict[str, CellValue] = {}
ERROR: dict[str, CellValue] = {"voicemail6": "部分"}
QUERY: dict[str, CellValue] = {"seats6": 20000}
EXPLAINED: dict[str, CellValue] = {"seats6": 20000, "remarks6": "坐席数确为20000个，因含外包席位"}


@pytest.mark.parametrize(("cells", "plain", "strict"), [(CLEAN, 0, 0), (ERROR, 1, 1), (QUERY, 0, 1), (EXPLAINED, 0, 0)])
def test_exit_status(cells: dict[str, CellValue], plain: int, strict: int) -> None:
    changed = {"附表1": {**cells, "seats27": None}}
    write_filing(Path("a.xlsx"), cells=changed)
    assert run("check", "a.xlsx").exit_code == plain
    assert run("check", "a.xlsx", "--strict").exit_code == strict
    assert run("check", "a.xlsx", "--strict", "--format", "json").exit_code == strict


@pytest.mark.usefixtures("few_reminders")
def test_a_folder_passes_over_locks_hidden_files_and_own_outputs() -> None:
    """All of it is said; what goes back is not read as sent."""
    inbox = Path("收件")
    inbox.mkdir()
    write_filing(inbox / "广东.xlsx", cells={"附表1": ERROR})
    first = report("merge", inbox, "-o", inbox / "汇总.xlsx", "--returns", inbox)
    run("compile", inbox, "-o", inbox / "参阅.docx")
    (inbox / "~$广东.xlsx").write_bytes(b"lock")
    (inbox / ".隐藏.xlsx").write_bytes(b"hidden")
    (inbox / "说明.txt").write_text("说明", encoding="utf-8")
    told = run("check", inbox, "-v").stdout.splitlines()
    passed_over = [line for line in told if line.startswith("跳过")]
    for name, reason in (
        ("~$广东.xlsx", "锁"),
        (".隐藏.xlsx", "隐藏"),
        ("说明.txt", "不是表格或文档"),
        *((name, "是本工具生成的汇总结果，不是报送材料") for name in ("汇总.xlsx", "参阅.docx", "催报函_海南省.docx")),
        ("广东_审核.xlsx", "审核副本，内容没有改动"),
    ):
        assert any(name in line and reason in line for line in passed_over), "\n".join(passed_over)
    again = report("merge", inbox, "-o", "又.xlsx")
    assert [again[key] for key in ("totals", "units", "counts")] == [
        first[key] for key in ("totals", "units", "counts")
    ]


def test_what_differs_from_last_year_is_asked_for() -> None:
    write_filing(Path("a.xlsx"))
    assert run("merge", "a.xlsx", "-o", "去年.xlsx").exit_code == 1
    write_filing(Path("b.xlsx"), cells={"附表1": {"training_attendances6": 531, "training_attendances27": None}})
    for more in ((), ("--previous", "去年.xlsx")):
        (file,) = report("check", "b.xlsx", *more)["files"]
        assert ("P505" in {finding["rule"] for finding in file["findings"]}) == bool(more)


GUANGDONG = unit_named("广东")
WORK_REPORT = Path(__file__).parents[2] / "examples" / "filings" / "吉林省12333工作总结.docx"
CITIES = [region.name for region in GUANGDONG.regions]
WRONG: dict[str, dict[str, CellValue]] = {
    "珠海市": {"calls_total6": 1},
    "梅州市": {"voicemail6": "部分"},
    "云浮市": {"calls_abandoned6": None, "training_attendances6": "十几次"},
}


def test_it_fits_on_one_screen_and_names_the_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """The filings of all cities of 广东, three of them faulty."""
    for name, setting in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "80")):
        monkeypatch.setenv(name, setting)
    Path("各市").mkdir()
    for at, city in enumerate(CITIES):
        rows = {form.key: [clean_rows(GUANGDONG, form)[at]] for form in EDITION.forms}
        write_filing(Path("各市", f"{city}.xlsx"), GUANGDONG, rows, cells={"附表1": WRONG.get(city, {})})
    result = run("check", "各市")
    lines = unstyle(result.stdout).splitlines()
    assert result.exit_code == 1
    assert len(lines) <= 40
    assert max(map(display_width, lines)) <= 80
    assert "结论：21个文件，21个地区：要改3个，可以用18个" in result.stdout
    named = next(line for line in lines if line.startswith("  要改"))
    assert [city for city in CITIES if city in named] == list(WRONG)


def test_a_unit_that_sent_its_work_report_alone_has_not_sent_its_forms(tmp_path: Path) -> None:
    write_filing(tmp_path / "福建.xlsx", "福建")
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
    assert "写的是2018年，本次汇总的是2019年度" in result.stdout
    assert "2018年度，附表1有8行" in run("check", tmp_path / "青海.xlsx").stdout


@pytest.mark.parametrize("command", ["check", "merge"])
def test_another_year_than_all_files_name_is_told_once(command: str, tmp_path: Path) -> None:
    for number in range(3):
        write_filing(tmp_path / f"{number}.xlsx", "福建", style=Style(sample=False, title_year=True))
    shown = run(command, tmp_path, "--year", "1999").stdout
    assert shown.count("1999") == 1 + (command == "merge")  # and in the workbook's name
    assert shown.startswith("按1999年度处理：写明其他年度的3个文件不计入；")
    assert ("  没报   9个：福州市、" if command == "check" else "  没报   31个：北京市、") in shown


@pytest.mark.parametrize("arguments", [("函.docx",), (".",), ("函.docx", "--unit", "广东")])
def test_a_covering_letter_alone_is_quoted(arguments: tuple[str, ...], here: Path) -> None:
    book = docx.Document()
    book.add_paragraph("关于报送材料的函：12月数据为暂估数，电话13812345678。")
    book.save("函.docx")
    result = run("check", *arguments)
    assert result.exit_code == 0
    assert result.stdout.startswith("结论：0个文件")
    assert "\n附注1条，其中1条请先看：\n  请先看 来源不明　《函.docx》 函件：关于报送材料的函" in result.stdout
    assert "13812345678" not in result.stdout
    assert [text["marked"] for text in report("check", *arguments)["texts"]] == [True]


def test_with_unit_a_file_that_names_no_unit_is_still_that_of_the_regions_it_lists(tmp_path: Path) -> None:
    write_filing(tmp_path / "一.xlsx", "湖南省")
    write_filing(tmp_path / "二.xlsx", "吉林省", header={})
    write_filing(tmp_path / "三.xlsx", "湖南省", header={}, rows={"附表1": clean_rows("湖南省", count=2)})
    printed = run("check", tmp_path, "--unit", "湖南", "-v").stdout
    assert "跳过1个文件（不是湖南省的报送）" in printed
    assert "二.xlsx" in printed.partition("跳过1个文件")[2]
    assert "长春" not in printed


# ``hrss12333 rules``


def test_every_rule_is_listed_with_its_weight() -> None:
    assert [rule["id"] for rule in report("rules")["rules"]] == [rule.id for rule in ALL]
    lines = run("rules").stdout.splitlines()
    for rule in ALL:
        assert any(
            rule.id in line and rule.severity.label in line and rule.text_in(EDITION).title in line for line in lines
        )


@pytest.mark.parametrize("written", ["B401", "b401"])
def test_one_rule_is_explained(written: str) -> None:
    shown = run("rules", written).stdout
    assert shown.startswith("B401 强制性错误 ")
    for heading in ("要求：", "依据：人社网信函〔2019〕28号", "错误示例：", "正确示例：", "审核范围："):
        assert heading in shown
    assert json.loads(run("rules", written, "--format", "json").stdout)["rules"][0]["id"] == "B401"


def test_each_command_offers_its_own_formats_and_refuses_others() -> None:
    assert "markdown" in refused(2, "check", "a.xlsx", "--format", "markdown")
    assert next(iter(offered("check"))) == next(iter(offered("rules"))) == "text"
    assert {"text", "json"} <= offered("check").keys() <= REPORTS.keys() - {"markdown"}
    for name in offered("rules"):
        assert run("rules", "B401", "--format", name).stdout.count("B401") >= 1
