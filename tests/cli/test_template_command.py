"""``hrss12333 template``: which workbooks it writes, where, and what it refuses."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl.utils import get_column_letter

import cli_runs
from cli_runs import report
from factory import Style, clean_header, clean_rows, opened, unit_named, write_filing
from form_fillings import fill_in
from hrss12333.model.filing import Filing
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import LAST_YEAR_HEADING, SELF_CHECK, Form, Scalar
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.official.layout import FormContent, LastYear, Layout
from merge_runs import read_as
from next_edition import NEXT

pytestmark = pytest.mark.usefixtures("here")
TEMPLATES = Path(__file__).parents[2] / "templates"


def run(*arguments: str) -> Result:
    return cli_runs.run("template", *arguments)


def files(folder: Path) -> list[str]:
    """Every file below, by its path from there."""
    return [name for name in cli_runs.names(folder) if Path(name).suffix]


def unit_of(path: Path) -> object:
    sheet = opened(path)["附表1"]
    written = [found.value for found in sheet[4] if found.value]
    return written[2] if written[2] != "联系人：" else None


def members(path: Path) -> dict[str, bytes]:
    """The parts of a workbook: zlib need not compress alike everywhere, so the bytes of the file may differ."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_with_no_option_it_writes_the_form_for_everyone(here: Path) -> None:
    """Which is kept in the repository, as are those of all units."""
    result = run()
    assert (
        result.stdout
        == "已生成空白调查表“12333调查表_2019.xlsx”（含附表1、附表2）。填好后可用 hrss12333 check 审核。\n"
    )
    assert result.stderr == ""
    assert files(here) == ["12333调查表_2019.xlsx"]
    fresh, kept = here / "12333调查表_2019.xlsx", TEMPLATES / "12333调查表_2019.xlsx"
    assert unit_of(fresh) is None
    assert members(fresh) == members(kept), f"run: hrss12333 template --force -o templates/{kept.name}"


def test_all_writes_one_for_each_unit(here: Path) -> None:
    result, folder = run("--all"), here / "12333调查表_2019"
    assert files(folder) == sorted(f"12333调查表_2019_{unit.name}.xlsx" for unit in EDITION.units)
    assert result.stdout == (
        "已在文件夹“12333调查表_2019”中生成全部32份空白调查表（各报送单位，每份含附表1、附表2）：12333调查表_2019_北京市.xlsx 等。\n"
    )
    assert result.stderr == ""
    kept, how = TEMPLATES / "各单位", "run: hrss12333 template --all --force -o templates/各单位"
    assert files(folder) == files(kept), how
    assert [name for name in files(folder) if members(folder / name) != members(kept / name)] == [], how


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


def test_last_years_figures_that_are_no_earlier_years_are_remarked_on(here: Path) -> None:
    write_filing(here / "今年.xlsx", "宁夏", style=Style(title_year=True))
    for year, listed in (("2019", True), ("2020", False)):
        result = run("--unit", "宁夏", "--year", year, "--previous", "今年.xlsx", "-o", f"{year}.xlsx")
        assert ("--previous 给的是2019年度的表，不早于本次的2019年度" in result.stderr) is listed


# Last year's figures beside the blank form: shown by field key, outside the print area, never read back as data


UNIT = unit_named("宁夏")
REGIONS = [region.name for region in UNIT.regions]


def last_year(form: Form) -> LastYear:
    """What 宁夏 reported in 2019, as far as this year's form asks it."""
    return LastYear(2019, {str(row["region"]): row for row in clean_rows(UNIT, form.key)})


def this_year(form: Form) -> list[dict[str, Scalar]]:
    """Other figures than last year's, for every column."""
    return [
        {**{column.key: 5 + at if column.measure else column.sample for column in form.data}, "region": name}
        for at, name in enumerate(REGIONS)
    ]


def blank_forms() -> list[FormContent]:
    """The form of 2020 for 宁夏, with the figures of 2019 beside it."""
    return blank_sheets(NEXT, UNIT, last_year={form.key: last_year(form) for form in NEXT.forms})


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    write_official(tmp_path / "blank.xlsx", NEXT, blank_forms())
    return tmp_path / "blank.xlsx"


def block(path: Path, key: str) -> dict[str, dict[str, object]]:
    """Region → heading → the figure beside its row."""
    page = opened(path, data_only=True)[key]
    start = next(cell for row in page.iter_rows() for cell in row if str(cell.value).startswith(LAST_YEAR_HEADING))
    top, headings, *lines = page.iter_rows(min_row=start.row, values_only=True)
    beside, end = int(start.column or 0) - 1, top.index(SELF_CHECK)
    shown = [str(heading).replace("\n", "") for heading in headings[beside:end]]
    found: dict[str, dict[str, object]] = {
        str(line[1]): dict(zip(shown, line[beside:end], strict=True)) for line in lines
    }
    return {name: figures for name, figures in found.items() if any(figures.values())}


def test_figures_stand_under_this_years_headings_by_key(blank: Path) -> None:
    system = {str(row["region"]): row for row in clean_rows(UNIT, "附表2")}
    shown = block(blank, "附表2")
    assert list(shown) == REGIONS
    for name in REGIONS:
        assert shown[name] == {"知识库条目数（条）": system[name]["knowledge_entries"]}
    service = block(blank, "附表1")[REGIONS[0]]
    assert service["来电总量"] == clean_rows(UNIT, "附表1")[0]["calls_total"]
    assert "年度培训人次" not in service
    assert service["在线咨询量"] is None


def test_the_block_is_locked_and_outside_the_print_area(blank: Path) -> None:
    page = opened(blank)["附表1"]
    last = Layout(blank_sheets(NEXT, UNIT)[0], NEXT.forms).last_column
    assert page.print_area.split("$")[-2] == get_column_letter(last + 1)
    cells = [
        cell
        for row in page.iter_rows(min_row=7, min_col=last + 2, max_col=last + 9)
        for cell in row
        if cell.value is not None
    ]
    assert cells
    assert all(cell.protection.locked for cell in cells)


def test_nothing_of_it_is_read_as_data(tmp_path: Path) -> None:
    typed = {form.key: this_year(form) for form in NEXT.forms}
    fill_in(tmp_path / "a.xlsx", NEXT, blank_forms(), clean_header(UNIT), typed)
    filing = read_as(Filing, tmp_path / "a.xlsx", NEXT)
    assert len(filing.tables) == 2
    for table in filing.tables:
        rows = [{k: v for k, v in row.scalars().items() if k not in ("serial", "remarks")} for row in table.rows]
        assert rows == this_year(table.form)
        assert table.column_problems == ()
        assert [aside.text for aside in table.asides if LAST_YEAR_HEADING in aside.text] == []


def test_the_command_takes_last_years_national_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = {key: clean_rows(UNIT, key)[:4] for key in ("附表1", "附表2")}
    write_filing(Path("宁夏.xlsx"), UNIT, rows)
    report("merge", "宁夏.xlsx", "-o", "n.xlsx")
    reported = run("--unit", "宁夏", "--year", "2020", "--previous", "n.xlsx").stdout
    assert "上年数据（2019年度）列在表旁：不打印，不计入报送。" in reported
    assert reported.count("的这些地区，上年的表里没有：中卫市。") == 2
    assert list(block(Path("12333调查表_2020_宁夏回族自治区.xlsx"), "附表1")) == REGIONS[:4]
    run("--unit", "宁夏", "--per-city", "--year", "2020", "--previous", "n.xlsx", "-o", "各市")
    own = Path("各市") / f"12333调查表_2020_宁夏回族自治区_{REGIONS[1]}.xlsx"
    assert list(block(own, "附表2")) == [REGIONS[1]]


def test_the_command_names_the_columns_that_one_year_alone_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Last year's table is the unit's own filing in the official form."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(EDITIONS, NEXT.year, NEXT)
    write_filing(Path("宁夏.xlsx"), UNIT, {key: clean_rows(UNIT, key) for key in ("附表1", "附表2")})
    report("merge", "--unit", "宁夏", "--year", "2019", "宁夏.xlsx", "-o", "上年.xlsx")
    result = run("--unit", "宁夏", "--year", "2020", "--previous", "上年.xlsx")
    assert result.stderr.splitlines() == [
        "提示：与上一年比较时，附表1的“年度培训人次”是上一年的，今年没有，不作比较。",
        "提示：与上一年比较时，附表1的“在线咨询量”上一年没有，不作比较。",
    ]
    assert result.stdout.splitlines()[1:] == ["上年数据（2019年度）列在表旁：不打印，不计入报送。"]
    assert list(block(Path("12333调查表_2020_宁夏回族自治区.xlsx"), "附表1")) == REGIONS
