"""The workbook of one unit: the nation's, with its cities in the units' place."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from cli_runs import report, run
from factory import clean_header, clean_rows, opened, stored, unit_named, write_filing
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Scalar
from national_tables import plain

pytestmark = pytest.mark.usefixtures("here")
UNIT = unit_named("宁夏")
CITIES = [region.name for region in UNIT.regions]
LAST_YEAR = {
    name: int(str(row["training_attendances"])) - 1 for name, row in zip(CITIES, clean_rows(UNIT), strict=True)
}
MERGE = ("merge", "各市", "--unit", "宁夏", "-o", "报送.xlsx")
Figures = dict[str, list[dict[str, Scalar]]]


def rows(*names: str) -> Figures:
    return {form.key: [dict(clean_rows(UNIT, form)[CITIES.index(name)]) for name in names] for form in EDITION.forms}


def sent(name: str, given: Mapping[str, Any], contact: str = "") -> None:
    header = {**clean_header(UNIT), "name": contact or f"{name}某"}
    Path("各市").mkdir(exist_ok=True)
    write_filing(Path("各市") / f"{name}.xlsx", UNIT, given, header, saved=datetime(2020, 1, 6, 2))


def all_but_the_last() -> None:
    for name in CITIES[:-1]:
        sent(name, rows(name))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder in which all cities but the last one were merged, and what the run said."""
    folder = tmp_path_factory.mktemp("once")
    with contextlib.chdir(folder):
        all_but_the_last()
        return folder, report(*MERGE)


@pytest.fixture
def merged(once: tuple[Path, Any], here: Path) -> Any:
    shutil.copytree(once[0], here, dirs_exist_ok=True)
    return once[1]


def sheet(name: str, workbook: str = "报送_汇总.xlsx") -> list[list[Any]]:
    """The stored values from the headings, without their line breaks, to 合计 or the next blank line."""
    lines = [[None if value == "" else value for value in line] for line in stored(Path(workbook))[name]]
    top = next(at for at, line in enumerate(lines) if "报送地区" in line)
    head = [plain(text or "") for text in lines[top]]
    found = [*takewhile(any, lines[top + 1 :])]
    end = next((at for at, line in enumerate(found) if line[0] == "合计"), len(found))
    return [head, *found[: end + 1]]


def column(name: str, heading: str, workbook: str = "报送_汇总.xlsx") -> dict[str, Any]:
    """Name of a line → what is in a column of it; of several, in the first."""
    head, *lines = sheet(name, workbook)
    who, at = head.index("报送地区"), head.index(heading)
    found = dict[str, Any]()
    for line in lines:
        found.setdefault(line[who], line[at])
    return {name: value for name, value in found.items() if name}


def test_each_city_is_a_line_and_their_sum_is_the_units(merged: Any) -> None:
    found = column("附表1汇总", "来电总量")
    assert list(found) == [*CITIES, "合计"]
    calls = {name: row["calls_total"] for name, row in zip(CITIES, clean_rows(UNIT), strict=True)}
    assert found == {**calls, CITIES[-1]: None, "合计": merged["totals"]["附表1"]["calls_total"]}
    assert column("附表1汇总", "填报覆盖")["合计"] == f"{len(CITIES) - 1}/{len(CITIES)}个地区"
    assert column("附表1汇总", "状态")[CITIES[-1]] == "没报"
    assert list(column("指标分析", "综合接通率")) == [*CITIES, "合计"]
    assert list(column("附表1明细", "计入汇总")) == CITIES[:-1]
    assert column("附表1明细", "来源文件") == {name: f"{name}.xlsx" for name in CITIES[:-1]}
    states = column("报送情况", "状态")
    assert [states[name] for name in CITIES] == ["可以用"] * (len(CITIES) - 1) + ["没报"]
    codes = column("报送情况", "校验码")
    assert codes[CITIES[0]] == report("check", f"各市/{CITIES[0]}.xlsx")["files"][0]["code"]
    people = column("联系人", "联系人")
    assert [people[name] for name in CITIES] == [*(f"{name}某" for name in CITIES[:-1]), None]
    reported = [value for line in stored(Path("报送_汇总.xlsx"))["概览"] for value in line]
    assert "2019年度12333电话服务情况宁夏回族自治区汇总" in reported
    assert any(
        str(text).startswith(f"收到宁夏回族自治区{len(CITIES)}个地区中{len(CITIES) - 1}个的数据") for text in reported
    )
    assert not any("单位" in str(text) or "全国" in str(text) for text in reported)


def test_long_names_are_shown_whole_and_what_is_one_everywhere_is_not(here: Path) -> None:
    write_filing(here / "全省.xlsx", unit_named("云南"))
    report("merge", "全省.xlsx", "--unit", "云南", "-o", "报送.xlsx")
    book = opened(here / "报送_汇总.xlsx")
    for name in ("附表1汇总", "附表2汇总", "指标分析"):
        assert book[name].column_dimensions["A"].width > len("德宏傣族景颇族自治州") * 2 + 1
    runs = book["附表1汇总"].column_dimensions.values()
    assert (2, 2) in [(run.min, run.max) for run in runs if run.hidden]  # 状态


def test_rows_that_are_no_citys_stand_there_too(here: Path) -> None:
    """省本级 counts and has a line; a row without a name, or of an earlier version, is in 明细 alone."""
    all_but_the_last()
    own, nameless = rows(CITIES[0]), rows(CITIES[1])
    own["附表1"][0].update(region="省本级", calls_total=5, calls_agent=3, calls_ivr=1, calls_abandoned=1)
    nameless["附表1"][0].update(region="", calls_total=50, calls_agent=30, calls_ivr=10, calls_abandoned=10)
    sent("省本级", {"附表1": own["附表1"]})
    sent("无名", {"附表1": nameless["附表1"]})
    sent("旧", {"附表1": [{**rows(CITIES[0])["附表1"][0], "training_attendances": 1}]})
    total = report(*MERGE)["totals"]["附表1"]["calls_total"]
    found = column("附表1汇总", "来电总量")
    assert list(found)[len(CITIES) :] == ["省本级", "合计"]
    assert (found["省本级"], found["合计"]) == (5, total)
    assert [name for name, state in column("报送情况", "状态").items() if state] == [*CITIES, "宁夏回族自治区"]
    counted = [(line[0], line[-6]) for line in sheet("附表1明细")[1:]]
    assert [answer for name, answer in counted if name == CITIES[0]] == ["是", "否"]
    assert ("（没有写地区）", "否") in counted


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Last year's figures of every city, in each form in which they may be kept."""
    folder = tmp_path_factory.mktemp("earlier")
    (folder / "各市").mkdir()
    with contextlib.chdir(folder):
        for name in CITIES:
            given = rows(name)
            given["附表1"][0]["training_attendances"] = LAST_YEAR[name]
            sent(name, given)
        run("merge", "各市", "-o", "全国.xlsx")
        run("merge", "各市", "--unit", "宁夏", "-o", "去年.xlsx")
    files = {"national": "全国.xlsx", "filing": "去年.xlsx", "own workbook": "去年_汇总.xlsx"}
    return {how: folder / name for how, name in files.items()}


@pytest.mark.parametrize("how", ["national", "filing", "own workbook"])
def test_last_years_figures_stand_beside_each_citys(how: str, earlier: dict[str, Path]) -> None:
    all_but_the_last()
    run(*MERGE, "--previous", earlier[how])
    named = (
        [re.sub("（人次）$", "", str(cell).replace("\n", "")) for cell in line]
        for line in stored(Path("报送_汇总.xlsx"))["与上年比较"]
    )
    groups = next(line for line in named if "年度培训人次" in line)
    _, *lines = sheet("与上年比较")
    at = groups.index("年度培训人次")
    now, then, change = ({line[0]: line[at + beside] for line in lines} for beside in (0, 1, 2))
    sum_then = sum(LAST_YEAR[name] for name in CITIES[:-1])
    assert then == {**LAST_YEAR, CITIES[-1]: None, "合计": sum_then}
    assert change["合计"] == round(100 * (now["合计"] / sum_then - 1), 1)


@pytest.mark.long
@pytest.mark.libreoffice
def test_a_filing_that_another_program_saved_is_known_by_its_mark(
    merged: Any, soffice_convert: Callable[[Path, str], Path]
) -> None:
    saved = soffice_convert(Path("报送.xlsx"), "xlsx")
    (Path("各市") / "又存的.xlsx").write_bytes(saved.read_bytes())
    made = report("merge", "各市", "--unit", "宁夏", "-o", "又.xlsx")
    assert [Path(item["path"]).name for item in made["skipped"]] == ["又存的.xlsx"]


def test_the_units_own_name_over_a_row_of_all_is_no_second_line_of_it(here: Path) -> None:
    """The forms name the whole differently: the line of the unit itself is that of all rows together."""
    given = rows(CITIES[0])
    given["附表1"][0]["region"], given["附表2"][0]["region"] = "全省", "宁夏回族自治区"
    sent("全省", given)
    result = run(*MERGE)
    assert result.exit_code == 0, result.output
    assert [name for name, value in column("附表2汇总", "知识库条目数（条）").items() if value is not None] == [
        "全省",
        "合计",
    ]
