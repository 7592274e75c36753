"""A province's rounds: what ``merge --unit`` asks of 21 cities, what staff answer, and what becomes of each question; and
what an earlier run wrote is neither lost nor taken for what a city sent."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from cli_runs import refused, report, run, run_in_both
from factory import a1, blank, clean_header, clean_rows, lines_below, opened, unit_named, write_below, write_filing
from hrss12333.inbox import with_national
from hrss12333.model.filing import Skipped
from hrss12333.questions.respondents import respondents_of
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Scalar
from hrss12333.wording.verdicts import obstacles_of
from merge_runs import judged

UNIT = unit_named("广东")
CITIES = [region.name for region in UNIT.regions]
FILING, WORKBOOK = "12333报送表_2019_广东省.xlsx", "12333汇总_2019_广东省.xlsx"
MERGE = ("merge", "各市", "--unit", "广东")


@pytest.fixture(autouse=True)
def _cities(here: Path) -> None:
    (here / "各市").mkdir()


def city(name: str, *, day: int = 6, file: str = "", mobile: bool = True, forms: int = 2, **figures: Scalar) -> Path:
    """A city's file, clean but for these figures of 附表1."""
    at = CITIES.index(name)
    rows = {form.key: [dict(clean_rows(UNIT, form)[at])] for form in EDITION.forms[:forms]}
    rows["附表1"][0].update(figures)
    header = {**clean_header(UNIT), "name": f"张{at}", "mobile": f"138000000{at:02d}"}
    if not mobile:
        del header["mobile"]
    path = Path("各市") / f"{file or name}.xlsx"
    return write_filing(path, UNIT, rows, header, saved=datetime(2020, 1, day, 2), forms=list(rows))


@pytest.fixture(scope="module")
def round_of_twenty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """来电总量 of 珠海 is no sum, 佛山 and 湛江 leave out the telephone, 肇庆 附表2, and nothing comes from 云浮."""
    folder = tmp_path_factory.mktemp("round")
    (folder / "各市").mkdir()
    faults: dict[str, dict[str, Any]] = {
        "珠海市": {"calls_total": 1},
        "佛山市": {"mobile": False},
        "湛江市": {"mobile": False},
        "肇庆市": {"forms": 1},
    }
    with contextlib.chdir(folder):
        for name in CITIES[:-1]:
            city(name, **faults.get(name, {}))
        result, reported = run_in_both(*MERGE)
        assert result.exit_code == 1
    return folder, json.loads(reported)


@pytest.fixture
def first_round(round_of_twenty: tuple[Path, Any], here: Path) -> Any:
    """What twenty cities sent, and what was made of it; what the merge reported."""
    shutil.copytree(round_of_twenty[0], here, dirs_exist_ok=True)
    return round_of_twenty[1]


@pytest.mark.parametrize(("sheet", "first", "staff"), [("问题清单", "序号", "核实人"), ("附注", "报送单位", "处理人")])
def test_what_staff_wrote_into_the_nations_workbook_is_never_written_over(sheet: str, first: str, staff: str) -> None:
    write_filing(Path("各市/a.xlsx"), cells={"附表1": {"calls_total6": 1, "remarks7": "九月系统升级"}})
    assert run("merge", "各市", "-o", "全国.xlsx").exit_code == 1
    page = openpyxl.load_workbook("全国.xlsx")
    assert write_below(page[sheet], {}, first, **{staff: "王五"})
    page.save("全国.xlsx")
    message = refused(2, "merge", "各市", "-o", "全国.xlsx", "--force")
    assert message.splitlines()[-1].strip() == "hrss12333 merge 各市 --since 全国.xlsx -o 全国_2.xlsx"
    assert run("merge", "各市", "-o", "全国_2.xlsx", "--since", "全国.xlsx").exit_code == 1


def test_an_earlier_workbook_of_somebody_else_is_refused() -> None:
    write_filing(Path("各市/a.xlsx"))
    write_filing(Path("各市/b.xlsx"), "福建")
    run("merge", "各市", "-o", "全国.xlsx")
    for name in ("福建", "广东"):
        run("merge", "各市", "--unit", name, "-o", f"{name}.xlsx")
        Path(f"{name}_汇总.xlsx").rename(f"{name}的.xlsx")
    for since, whose, unit in (
        ("福建的.xlsx", "福建省", ("--unit", "广东")),
        ("全国.xlsx", "全国", ("--unit", "广东")),
        ("广东的.xlsx", "广东省", ()),
    ):
        message = refused(2, "merge", "各市", "--since", since, "-o", "新.xlsx", *unit)
        assert f"“{since}”是2019年度{whose}的汇总表" in message


def edited(path: Path, cells: Mapping[str, str | int]) -> None:
    """Somebody writes into the official form and saves it, later than any city."""
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book["附表1"][cell] = value
    book.save(path)


def of(city_name: str) -> str:
    """The cell of a city's 年度培训人次 in the official form without a sample."""
    page = opened(FILING)["附表1"]
    return a1(f"training_attendances{next(cell.row for cell in page['B'] if cell.value == city_name)}")


@pytest.mark.parametrize("command", ["check", "merge"])
def test_what_an_earlier_run_wrote_is_passed_over_and_named(command: str, first_round: Any, here: Path) -> None:
    for each in ("check", "merge", "compile", "fix"):
        assert "是本工具生成的汇总结果" in refused(2, each, WORKBOOK)
    before = report(command, "各市", "--unit", "广东") if command == "check" else first_round
    for name in (FILING, WORKBOOK):
        Path(name).rename(here / "各市" / name)
    after = report(command, "各市", "--unit", "广东", *(("-o", "又.xlsx") if command == "merge" else ()))
    assert (after["counts"], after.get("totals")) == (before["counts"], before.get("totals"))
    reasons = {Path(item["path"]).name: item["reason"] for item in after["skipped"]}
    assert reasons.keys() == {FILING, WORKBOOK}
    assert reasons[FILING].startswith("是本工具生成的广东省的报送表，内容没有改动")


@pytest.mark.usefixtures("first_round")
def test_the_filing_of_an_earlier_run_is_read_where_it_is_named_or_sent_to_the_ministry(here: Path) -> None:
    named = report("merge", FILING, "--unit", "广东", "-o", "又.xlsx")
    assert named["units"][0]["rows"] == {"附表1": 20, "附表2": 19}
    (here / "收件").mkdir()
    Path(FILING).rename(here / "收件" / FILING)
    sent = report("merge", "收件")
    assert (sent["coverage"]["received"], sent["skipped"]) == (1, [])
    assert sent["totals"] == named["totals"]


def test_a_filing_of_an_earlier_run_that_was_changed_since_is_asked_and_the_cities_count(
    first_round: Any, here: Path
) -> None:
    """Though it was saved later than any city's file."""
    edited(Path(FILING), {of("汕头市"): 12345, of("中山市"): 54321})
    Path(FILING).rename(here / "各市" / FILING)
    made = report(*MERGE, "-o", "又.xlsx")
    assert made["totals"] == first_round["totals"]
    asked_now = [finding for finding in made["findings"] if finding["rule"] == "M702"]
    assert sorted((Path(f["file"]).name, f["region"], f["severity"]) for f in asked_now) == [
        (FILING, "中山市", "query"),
        (FILING, "汕头市", "query"),
    ]
    assert all("取各地区报来的“各市/" in finding["message"] for finding in asked_now)
    # What staff wrote into it is not written over, either.
    assert "是这次要读的文件" in refused(2, *MERGE, "-o", f"各市/{FILING}", "--force")


@pytest.mark.usefixtures("first_round")
def test_check_tells_what_became_of_an_earlier_workbooks_questions() -> None:
    """With a folder of the unit's files, named or not; what is not read this time is not called corrected."""
    city("珠海市", day=9, file="珠海市更正")
    for more in (("--unit", "广东"), ()):
        since = report("check", "各市", *more, "--since", WORKBOOK)["since"]
        assert [(item["rule"], item["unit"]) for item in since["corrected"]] == [("B401", "珠海市")]
        assert sorted(finding["rule"] for finding in since["still_open"]) == ["H104"] * 4 + ["R207"]
    result = run("check", "各市/佛山市.xlsx", "--unit", "广东", "--since", WORKBOOK)
    assert "仍未解决：佛山市（1处）" in result.stdout
    assert "本次未核对：" in result.stdout
    assert "这次没有它的材料，上次提出的" in result.stdout
    assert "不存在" in refused(2, "check", "各市", "--since", "无.xlsx")


@pytest.mark.usefixtures("first_round")
def test_the_units_own_contact_is_given_once() -> None:
    given = {"name": "张三", "mobile": "13800000000", "email": None}
    report(*MERGE, "-o", "二.xlsx", "--contact", "张三 13800000000")
    report(*MERGE, "-o", "三.xlsx", "--since", "二_汇总.xlsx")
    for path in ("二.xlsx", "三.xlsx"):
        (file,) = report("check", path)["files"]
        assert (file["contact"], [f for f in file["findings"] if f["rule"][0] == "H" and f["severity"] != "note"]) == (
            given,
            [],
        )
    for wrong in ("张三", "张三 1380000", "13800000000", "张三 13800000000 zhang"):
        assert "姓名 手机号 邮箱" in refused(2, *MERGE, "-o", "四.xlsx", "--contact", wrong)
    assert "--unit" in refused(2, "merge", "各市", "--contact", "张三 13800000000")


@pytest.mark.usefixtures("first_round")
def test_a_contact_written_into_the_filing_of_an_earlier_run_is_kept_and_nothing_is_asked(here: Path) -> None:
    """The form was printed with the province's own contact; that is no city's to answer."""
    form = opened(FILING)["附表1"]
    edited(Path(FILING), {blank(form, "联系人"): "赵厅", blank(form, "手机号"): "13900000000"})
    Path(FILING).rename(here / "各市" / FILING)
    made = report(*MERGE, "-o", "又.xlsx")
    assert [finding for finding in made["findings"] if finding["rule"] == "M702"] == []
    assert report("check", "又.xlsx")["files"][0]["contact"]["name"] == "赵厅"


@pytest.mark.usefixtures("first_round")
def test_the_unit_is_told_whether_it_may_stamp() -> None:
    def merged_as(name: str, *more: str) -> tuple[list[str], object]:
        told = run(*MERGE, "-o", f"{name}.xlsx", *more).stdout.splitlines()
        start = next(at for at, line in enumerate(told) if line.startswith(("暂勿盖章", "可以盖章")))
        return told[start:], opened(f"{name}.xlsx")["附表1"][a1("remarks2")].value

    told, word = merged_as("一")
    assert told == [
        "暂勿盖章：以下各项都办结以后再盖。",
        "  要改　珠海市（改正1处）：来电总量≠人工接听量＋自助语音量＋放弃量",
        "  要改　佛山市（改正1处）：没有填手机号",
        "  要改　湛江市（改正1处）：没有填手机号",
        "  要核实　肇庆市（核实1处）：两张表的地区不一致",
        "  没报　云浮市",
    ]
    assert word == "未定稿"
    for name in ("珠海市", "佛山市", "湛江市", "肇庆市", "云浮市"):
        city(name, day=9)
    (only,), word = merged_as("二", "--since", "一_汇总.xlsx")
    assert only.startswith("可以盖章：")
    assert only.endswith("已经盖章的须重新盖章。")
    assert word != "未定稿"
    (only,), _ = merged_as("三", "--since", "二_汇总.xlsx")
    assert only.startswith("可以盖章：")
    assert "重新盖章" not in only
    shown = judged(Path("各市"), only=UNIT)
    unread = replace(shown.national, skipped=(Skipped("某市.doc", "", unaudited=True),))
    assert obstacles_of(respondents_of(with_national(shown, unread))) == (["本页未审核1个文件：某市.doc。"], True)


def paper(path: str, name: str, code: str, day: str = "2020-01-20") -> None:
    """Staff note a city's or unit's stamped paper in 报送情况."""
    book = openpyxl.load_workbook(path)
    assert write_below(book["报送情况"], {"报送地区": name, "内容": None}, 盖章件校验码=code, 盖章件收到日期=day)
    book.save(path)


@pytest.mark.usefixtures("first_round")
def test_the_code_of_a_stamped_paper_is_compared_with_the_files() -> None:
    """In whatever width it is typed; also the code that covers the forms of several files."""
    codes = {line["报送地区"]: line["校验码"] for line in filings_of(WORKBOOK)}
    for form in ("附表1", "附表2"):
        run("fix", "各市/广州市.xlsx", "-o", f"各市/广州市{form}.xlsx")
        book = openpyxl.load_workbook(f"各市/广州市{form}.xlsx")
        for other in {*book.sheetnames} - {form}:
            del book[other]
        book.save(f"各市/广州市{form}.xlsx")
    Path("各市/广州市.xlsx").unlink()
    spelt = codes["广州市"].lower().replace("-", " － ")
    for name, code in {"广州市": spelt, "深圳市": "aaaabbbb", "广东省": "CCCC-DDDD"}.items():
        paper(WORKBOOK, name, code)
    assert "报送情况里有3行" in refused(2, *MERGE, "--force")
    made = report(*MERGE, "-o", "二.xlsx", "--since", WORKBOOK)
    asked = {(f["rule"], Path(f["file"]).name, f["value"]) for f in made["findings"] if f["rule"] == "H109"}
    assert asked == {("H109", "深圳市.xlsx", "AAAA-BBBB"), ("H109", "", "CCCC-DDDD")}
    kept = {line["报送地区"]: (line["盖章件校验码"], line["盖章件收到日期"]) for line in filings_of("二_汇总.xlsx")}
    assert kept["深圳市"] == ("aaaabbbb", datetime(2020, 1, 20))
    (unit,) = made["units"]
    for name, code in (("深圳市", codes["深圳市"]), ("广东省", unit["code"])):
        paper("二_汇总.xlsx", name, code)
    made = report(*MERGE, "-o", "三.xlsx", "--since", "二_汇总.xlsx")
    assert [f for f in made["findings"] if f["rule"] == "H109"] == []


def filings_of(path: str) -> list[dict[str, Any]]:
    """The lines of 报送情况."""
    return [line for line in lines_below(opened(path)["报送情况"].values) if line["状态"] is not None]
