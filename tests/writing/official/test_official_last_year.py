"""Last year's figures beside the blank form: shown by field key, outside the print area, never read back as data."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

from cli_runs import report, run
from documents_read import read_as
from factory import clean_header, clean_rows, opened, unit_named, write_filing
from form_fillings import fill_in
from hrss12333.model.filing import Filing
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.frame import LAST_YEAR_HEADING, SELF_CHECK
from hrss12333.survey.schema import Form, Scalar
from hrss12333.writing.official.layout import FormContent, LastYear, Layout
from hrss12333.writing.official.workbook import blank_sheets, write_official
from next_edition import NEXT

UNIT = unit_named("宁夏")
REGIONS = [region.name for region in UNIT.regions]


def last_year(form: Form) -> LastYear:
    """What 宁夏 reported in 2019, as far as this year's form asks it."""
    return LastYear(2019, {str(row["region"]): row for row in clean_rows(UNIT, form.key)})


def this_year(form: Form) -> list[dict[str, Scalar]]:
    """Other figures than last year's, for every column."""
    return [
        {**{column.key: 5 + at if column.unit else column.sample for column in form.data}, "region": name}
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
    reported = run("template", "--unit", "宁夏", "--year", "2020", "--previous", "n.xlsx").stdout
    assert "上年数据（2019年度）列在表旁：不打印，不计入报送。" in reported
    assert reported.count("的这些地区，上年的表里没有：中卫市。") == 2
    assert list(block(Path("12333调查表_2020_宁夏回族自治区.xlsx"), "附表1")) == REGIONS[:4]
    run("template", "--unit", "宁夏", "--per-city", "--year", "2020", "--previous", "n.xlsx", "-o", "各市")
    own = Path("各市") / f"12333调查表_2020_宁夏回族自治区_{REGIONS[1]}.xlsx"
    assert list(block(own, "附表2")) == [REGIONS[1]]


def test_the_command_names_the_columns_that_one_year_alone_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Last year's table is the unit's own filing in the official form."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(EDITIONS, NEXT.year, NEXT)
    write_filing(Path("宁夏.xlsx"), UNIT, {key: clean_rows(UNIT, key) for key in ("附表1", "附表2")})
    report("merge", "--unit", "宁夏", "--year", "2019", "宁夏.xlsx", "-o", "上年.xlsx")
    result = run("template", "--unit", "宁夏", "--year", "2020", "--previous", "上年.xlsx")
    assert result.stderr.splitlines() == [
        "提示：与上一年比较时，附表1的“年度培训人次”是上一年的，今年没有，不作比较。",
        "提示：与上一年比较时，附表1的“在线咨询量”上一年没有，不作比较。",
    ]
    assert result.stdout.splitlines()[1:] == ["上年数据（2019年度）列在表旁：不打印，不计入报送。"]
    shown = block(Path("12333调查表_2020_宁夏回族自治区.xlsx"), "附表1")
    assert list(shown) == REGIONS
    assert shown[REGIONS[0]]["来电总量"] == clean_rows(UNIT, "附表1")[0]["calls_total"]
