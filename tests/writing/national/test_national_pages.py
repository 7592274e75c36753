"""On paper: few pages, each of one matter, none empty; counted as LibreOffice prints them."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from shutil import which

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from cases import cases, few, words
from conftest import Convert
from factory import clean_rows, opened
from hrss12333.merging.earlier_figures import load_previous
from hrss12333.model.filing import Found
from hrss12333.model.national import Received
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.wording.text import display_width
from hrss12333.writing.national import write_national
from hrss12333.writing.national.book import SheetColumn
from hrss12333.writing.national.lines import side_by_side
from hrss12333.writing.national.table import PAGE_WIDE
from hrss12333.writing.workbook import broken
from national_tables import THREE, entries_of, table, with_entries

GROUPS = ("接通情况", "接听效率", "队伍配置", "服务项目", "电话系统建设", "服务渠道", "规范化建设")


def pages(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``written(units, compared)``: what these units report, compared with last year where asked; each written once."""

    @cache
    def write(units: tuple[Unit, ...], listed: tuple[Unit, ...], compared: bool) -> Path:
        folder = tmp_path_factory.mktemp("national")
        previous = None
        if compared:
            write_national(folder / "2018.xlsx", table(units, edition=replace(EDITION, year=2018)))
            previous = load_previous(folder / "2018.xlsx", EDITION)
        path = folder / f"{len(units)}_{compared}.xlsx"
        write_national(path, table(listed, reporting=units), previous=previous)
        return path

    return write


@pytest.mark.libreoffice
@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext reads the pages back")
@pytest.mark.parametrize("units", few([(THREE,), (EDITION.units,)], 1), ids=["3 units", "32 units"])
def test_every_sheet_prints_on_few_pages(
    written: Callable[..., Path], soffice_convert: Convert, units: tuple[Unit, ...]
) -> None:
    """Compared with last year: at most twelve pages beside 明细, 问题清单 and 附注, which of clean filings have nothing to
    print: no page is empty."""
    found = pages(soffice_convert(written(units, units, True), "pdf"))
    named = [page.strip().splitlines()[-1].split()[0] for page in found]  # the footer names the sheet
    count = Counter(named)
    few_pages = words("概览 1 | 附表1汇总 1 | 附表2汇总 1 | 与上年比较 2 | 指标分析 2 | 报送情况 1 | 联系人 1")
    assert {name: count[name] for name, _, _ in (each.partition(" ") for each in few_pages)} == {
        name: int(number) for name, _, number in (each.partition(" ") for each in few_pages)
    }
    for name, page in zip(named, found, strict=True):
        assert len(page.split()) > 12, f"{name} prints a page with hardly a word"
    assert count["问题清单"] == count["附注"] == 0
    assert "###" not in "".join(found), "a column is too narrow for a figure"
    analysis = [page for name, page in zip(named, found, strict=True) if name == "指标分析"]
    where = {group: [number for number, page in enumerate(analysis) if group in page.split()] for group in GROUPS}
    assert all(len(numbers) == 1 for numbers in where.values()), where
    for name, page in zip(named, found, strict=True):
        if name in ("与上年比较", "指标分析"):
            assert all(unit.name in page for unit in units)
            assert "全国" in page
        assert "单击" not in page


def test_a_comparison_in_which_every_figure_changed_takes_four_pages(tmp_path: Path) -> None:
    """Of everything that is counted there was a tenth less, and every answer was another one."""
    edition, before = replace(EDITION, year=2018), []

    def changed(value: Found) -> Found:
        if isinstance(value, bool):
            return not value
        return value * 9 // 10 if isinstance(value, int) else value

    for unit, form in product(EDITION.units, edition.forms):
        rows = [{key: changed(value) for key, value in row.items()} for row in clean_rows(unit, form)]
        before += entries_of(form, unit, rows)
    write_national(tmp_path / "2018.xlsx", with_entries(table(edition=edition), before))
    write_national(tmp_path / "2019.xlsx", table(), previous=load_previous(tmp_path / "2018.xlsx", EDITION))
    assert len(str(opened(tmp_path / "2019.xlsx")["与上年比较"].print_area).split(",")) == 4


def test_explanations_are_as_high_as_they_need_and_begin_where_the_table_begins(tmp_path: Path) -> None:
    write_national(tmp_path / "2019.xlsx", table(THREE))
    sheet = opened(tmp_path / "2019.xlsx")["指标分析"]
    first_page = column_index_from_string(str(sheet.print_area).split(",")[0].split("$")[-2])
    assert sheet["A1"].value == "2019年度12333电话服务指标分析"
    notes = [cell for cell in sheet["A"] if str(cell.value).startswith(("注：", "　　"))]
    assert len(notes) == 5  # the last names a share that is the same everywhere
    wide = sum(sheet.column_dimensions[get_column_letter(at)].width for at in range(1, first_page + 1))
    for cell in notes:
        (area,) = (area for area in sheet.merged_cells.ranges if area.min_row == cell.row)
        assert (area.min_col, area.max_col) == (1, first_page)
        lines = -(-display_width(str(cell.value)) // wide)
        assert (sheet.row_dimensions[cell.row].height or 0) >= 14 * lines, cell.value


def test_a_sheet_of_texts_is_no_wider_than_its_page(tmp_path: Path) -> None:
    """Whatever the names of files, and with times of mails beside those of files."""
    national, sent = table(THREE), datetime(2020, 1, 20, tzinfo=UTC)
    files = ("各单位来信/" + "调查表" * 20 + ".xlsx",)
    units = [
        replace(one, files=files, received=sent, saved=sent + timedelta(days))
        for days, one in enumerate(national.units)
    ]
    write_national(tmp_path / "2019.xlsx", replace(national, units=tuple(units)))
    sheet = opened(tmp_path / "2019.xlsx")["报送情况"]
    last = column_index_from_string(str(sheet.print_area).rsplit("$", 2)[-2])
    runs = [(run.min or 0, run.max or 0, run.width) for run in sheet.column_dimensions.values() if not run.hidden]
    assert sum((end - start + 1) * wide * 7 for start, end, wide in runs if end <= last) <= PAGE_WIDE + last


def test_the_name_of_every_unit_and_region_takes_one_line(tmp_path: Path) -> None:
    """Characters of 13⅓ pixels, with an indent of 13 and the borders."""
    write_national(tmp_path / "2019.xlsx", table(THREE))
    book = opened(tmp_path / "2019.xlsx")
    names = {"A": [unit.name for unit in EDITION.units]}
    names["C"] = [region.name for unit in EDITION.units for region in unit.regions]
    for sheet, column, of in (("附表1明细", "A", "A"), ("附表1明细", "C", "C"), ("问题清单", "B", "A")):
        room = book[sheet].column_dimensions[column].width * 7 - 16
        assert max(map(len, names[of])) * 40 / 3 <= room, sheet


def test_columns_that_a_page_does_not_hold_become_tables_with_the_names_of_their_lines() -> None:
    columns = [SheetColumn("@unit", "报送单位", 17.0), *(SheetColumn(str(at), "数", 28.0) for at in range(8))]
    columns += [SheetColumn("joined", "率", 28.0, is_joined=True), SheetColumn("folded", "依据", 90.0, prints=False)]
    placed, breaks = side_by_side(columns)
    assert [column.key for column in placed] == ["@unit", *"01234", "@unit2", *"567", "joined", "folded"]
    assert breaks == [6]
    assert side_by_side(columns, {*"567", "joined"})[1] == []


@cases("""
    width=  lines
    8.8     年度培训/人次
    11.0    年度培训/人次
    9.5     人工/接通率/（近似）
    8.8     是否使用/12333/号码统一/提供服务
    6.0     是否/逾期 | 编外用/语
    8.0     来电总量
""")
def test_headings_break_by_sense(width: float, lines: str) -> None:
    assert broken(lines.replace("/", ""), width).split("\n") == lines.split("/")


def test_fingerprints_of_files_take_no_paper(tmp_path: Path) -> None:
    """They are below the units, for the screen."""
    files = tuple(Received(f"{unit.short}.xlsx", unit.name, "调查表", "0" * 64) for unit in THREE)
    write_national(tmp_path / "out.xlsx", replace(table(THREE), received=files))
    sheet = opened(tmp_path / "out.xlsx")["报送情况"]
    assert [cell.value for cell in sheet["D"]][-3:] == [file.file for file in files]
    assert int(sheet.print_area.rpartition("$")[2]) == sheet.max_row - 3


def test_where_rows_are_from_takes_no_paper(written: Callable[..., Path]) -> None:
    """明细 is printed as far as the form goes."""
    sheet = opened(written(THREE, THREE, False))["附表1明细"]
    last = column_index_from_string(sheet.print_area.split("$")[-2])
    headings = [cell.value for cell in sheet[5]]
    assert headings[last - 1] in ("年度培训人次", "备注")
    assert headings.index("来源文件") >= last


@pytest.mark.parametrize("units", few([(THREE,), (EDITION.units,)], 1), ids=["3 units", "32 units"])
@pytest.mark.parametrize("compared", [False, True], ids=["", "with last year"])
def test_nothing_is_printed_smaller_than_eight_points(
    written: Callable[..., Path], units: tuple[Unit, ...], compared: bool
) -> None:
    """Every font at the scale at which the sheet is as wide as its page; each of its tables is on a page of its own."""
    for sheet in openpyxl.load_workbook(written(units, EDITION.units, compared)).worksheets:
        assert sheet.page_setup.fitToHeight in (0, 1, None)
        width = {}
        for dimension in sheet.column_dimensions.values():
            for at in range(dimension.min or 0, (dimension.max or 0) + 1):
                width[at] = 0.0 if dimension.hidden else dimension.width * 7
        for area in str(sheet.print_area).split(","):
            left, top, right, bottom = range_boundaries(area.rpartition("!")[2].replace("$", ""))
            cells = [cell for line in sheet.iter_rows(top, bottom, left, right) for cell in line]
            wide = sum(width.get(at, 64.0) for at in {cell.column or 0 for cell in cells})
            scale = min(1.0, 1045 / wide) if wide else 1.0
            if sheet.page_setup.fitToHeight != 0:
                heights = [sheet.row_dimensions[at].height or 15 for at in range(top or 1, (bottom or 0) + 1)]
                scale = min(scale, 530 / sum(heights))
            sizes = [float(cell.font.sz) * scale for cell in cells if cell.value is not None]
            assert min(sizes, default=8.0) >= 8, sheet.title
