"""``hrss12333 merge``: the national workbook, one unit's own filing, and what goes with them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pytest

from cli_runs import names, refused, report, run
from factory import Style, a1, clean_header, clean_rows, filing, footer, letter, opened, unit_named, write_filing
from hrss12333.survey import editions
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from next_edition import NEXT

pytestmark = pytest.mark.usefixtures("here")
UNIT = unit_named("宁夏")
FILING = "12333报送表_2019_宁夏回族自治区.xlsx"


def figures(path: Path) -> list[list[object]]:
    page = opened(path, data_only=True)["附表1"]
    rows = [dict(zip(SERVICE.by_key, row, strict=False)) for row in page.iter_rows(values_only=True)]
    known = {region.name for region in UNIT.regions}
    return [[row[key] for key in ("region", "calls_total", "remarks")] for row in rows if row["region"] in known]


@pytest.mark.usefixtures("few_reminders")
def test_json_alone_stands_on_standard_output(here: Path) -> None:
    write_filing(Path("a.xlsx"), cells={"附表1": {"voicemail6": "部分"}})
    result = run("merge", "a.xlsx", "--format", "json", "--csv", "表", "--returns", "退回")
    assert json.loads(result.stdout)["output"] == "12333全国汇总_2019.xlsx"
    assert result.exit_code == 1
    assert all(line.startswith("已写入：") for line in result.stderr.splitlines())
    assert {name.partition("/")[0] for name in names(here)} == {"a.xlsx", "12333全国汇总_2019.xlsx", "表", "退回"}


def test_the_year_is_that_of_the_filings(here: Path) -> None:
    """Next year's forms are merged into next year's workbook, and last year's file in the way is none."""
    assert run("template", "--year", "2020", "--unit", "宁夏", "-o", "空.xlsx").exit_code == 0
    book = openpyxl.load_workbook("空.xlsx")
    book["附表1"][a1("calls_total8")] = 12
    book["附表1"]["A2"] = "2020年度12333电话服务情况调查表"
    book.save("宁夏.xlsx")
    Path("12333全国汇总_2019.xlsx").write_bytes(b"last year's")
    assert "已写入：12333全国汇总_2020.xlsx" in run("merge", "宁夏.xlsx").stdout
    assert Path("12333全国汇总_2019.xlsx").read_bytes() == b"last year's"


def test_a_city_whose_rows_the_sheet_conceals_is_asked_and_not_reminded(here: Path) -> None:
    book = openpyxl.load_workbook(write_filing(here / "宁夏.xlsx", "宁夏"))
    for sheet in book:
        sheet.row_dimensions[7].hidden = True
    book.save("宁夏.xlsx")
    assert run("merge", "宁夏.xlsx", "--unit", "宁夏", "--returns", "退").exit_code == 1  # nothing is in its place
    assert "没报" not in run("check", "宁夏.xlsx", "--unit", "宁夏").stdout
    assert [name for name in names(here / "退") if name.endswith(".docx")] == ["退回修改意见_石嘴山市.docx"]


def test_a_units_own_filing_is_ready_to_send(here: Path) -> None:
    """Clean but for the province's contact, in the official order, remarks kept, the code printed in the footer."""
    (here / "各市").mkdir()
    for at, region in enumerate(UNIT.regions):
        rows = {form.key: [{**clean_rows(UNIT, form)[at], "remarks": f"备注{at}"}] for form in EDITION.forms}
        header = {**clean_header(UNIT), "name": f"张{at}", "mobile": f"138000000{at:02d}"}
        write_filing(here / "各市" / f"{region.name}.xlsx", UNIT, rows, header)
    result = run("merge", "各市", "--unit", "宁夏")
    assert result.exit_code == 0
    assert f"已写入：{FILING}" in result.stdout
    expected = [[row["region"], row["calls_total"], f"备注{at}"] for at, row in enumerate(clean_rows(UNIT))]
    assert figures(Path(FILING)) == expected
    checked = report("check", FILING)["files"][0]
    assert {f["rule"] for f in checked["findings"] if f["severity"] != "note"} == {"H103", "H104"}
    assert checked["unit"] == "宁夏回族自治区"
    assert footer(Path(FILING))[0] == f"校验码：{checked['code']}"


LI, WANG = {"name": "李四"}, {"name": "王五", "mobile": "13800000055"}
NOBODY = "请用 --contact 写明海南省的联系人"


@pytest.mark.parametrize(
    ("people", "regions", "contact", "told"),
    [
        ([LI, WANG, WANG], 1, (None, None), f"各文件的联系人都是各市的，没有代填，{NOBODY}"),
        ([LI, LI, WANG], 2, ("王五", "13800000055"), "各文件的联系人不同，表头填的是“各市/2.xlsx”的联系人王五"),
        ([{}], 17, (None, None), f"各文件都没有填联系人，{NOBODY}"),
    ],
)
def test_the_contact_of_the_units_filing_is_no_citys_and_the_most_complete(
    people: list[dict[str, str]], regions: int, contact: tuple[str | None, ...], told: str, here: Path
) -> None:
    (here / "各市").mkdir()
    for index, person in enumerate(people):
        rows = {form.key: clean_rows("海南", form)[regions * index :][:regions] for form in EDITION.forms}
        write_filing(here / "各市" / f"{index}.xlsx", "海南", rows, {"unit": "海南省", **person})
    assert told in run("merge", "各市", "--unit", "海南").stdout
    written = report("check", "12333报送表_2019_海南省.xlsx")["files"][0]["contact"]
    assert (written["name"], written["mobile"]) == contact


@pytest.mark.parametrize(("name", "its_own"), [("宁夏", False), ("海南", True), ("西宁市", True), ("扫描件", True)])
def test_what_cannot_be_read_is_another_units_where_its_name_says_so(tmp_path: Path, name: str, its_own: bool) -> None:
    """海南 is a region of 青海, too."""
    (tmp_path / "收").mkdir()
    whole = write_filing(tmp_path / "收" / "青海.xlsx", "青海")
    os.utime(whole, (1e9, 1e9))  # the newer file is not read
    (tmp_path / "收" / f"{name}.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))
    checked = report("check", tmp_path / "收", "--unit", "青海")
    assert [item["path"].endswith(f"{name}.xlsx") for item in checked["files"]].count(True) == its_own
    assert checked["counts"]["error"] == its_own
    assert run("merge", tmp_path / "收", "--unit", "青海", "-o", tmp_path / "o.xlsx").exit_code == its_own


BROKEN = {"海南.xlsx": b"PK\3\4broken", "网页.xls": b"<html><table></table></html>"}
REPORT = {"海南总结.docx": letter("海南省12333电话咨询服务工作总结。" + "全年工作情况良好。" * 40)}
OTHERS, REFERENCE = {"宁夏.xlsx": filing("宁夏")}, "12333参阅文件_2019.docx"


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.parametrize(
    ("files", "line", "said", "written"),
    [
        (BROKEN, "merge 收 --csv 表 --report 报告.html", "没有写出汇总表", ["报告.html"]),
        (BROKEN, "merge 收 --csv 表 --unit 海南", "没有写出报送表和汇总表", []),
        (BROKEN, "compile 收", "没有收到调查表，也没有收到工作总结，没有写出参阅文件。", []),
        (REPORT, "merge 收", "没有读到任何调查表，没有写出汇总表。", []),
        (REPORT, "compile 收", f"“{REFERENCE}”", [REFERENCE]),
        ({}, "merge 收", "没有可读的文件", None),
        ({}, "merge 收 --unit 海南", "没有可读的文件", None),
        (OTHERS, "merge 收 --unit 海南", "“收/宁夏.xlsx”不是海南省的报送", None),
        (OTHERS, "check 收 --unit 海南", "“收/宁夏.xlsx”不是海南省的报送", None),
    ],
)
def test_where_nothing_is_a_filing_nothing_is_written(
    files: dict[str, bytes], line: str, said: str, written: list[str] | None, here: Path
) -> None:
    """Where there is nothing to read at all, that is wrong usage; else every file is named."""
    (here / "收").mkdir()
    for name, content in files.items():
        (here / "收" / name).write_bytes(content)
    before = names(here)
    result = run(*line.split())
    assert (result.exit_code, said in result.output) == (2 if written is None else 1, True), result.output
    assert names(here) == sorted([*before, *(written or [])])
    if files is BROKEN:
        assert [name for name in files if name not in result.stdout] == []
        assert "已写入：" not in result.output
    if files is BROKEN and line.startswith("merge"):
        made = report("merge", "收")
        listed = sorted(f["rule"] for f in made["findings"] if f["rule"] != "M701")
        assert (made["output"], listed) == (None, ["F001", "F003"])


def test_an_existing_target_is_refused_before_anything_is_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(editions.EDITIONS, NEXT.year, NEXT)
    write_filing(here / "广东.xlsx", style=Style(title_year=True))
    for command, target in (("merge", "12333全国汇总_2019.xlsx"), ("compile", "12333参阅文件_2019.docx")):
        Path(target).touch()
        with monkeypatch.context() as patch:
            patch.setattr("hrss12333.cli.received.judge", lambda *_: pytest.fail("went on"))
            known = refused(2, command, "广东.xlsx")
            patch.setattr("hrss12333.cli.received.read", lambda *_: pytest.fail("read"))
            assert refused(2, command, "广东.xlsx", "--year", "2019") == known
        assert f"“{target}”已经存在" in known
