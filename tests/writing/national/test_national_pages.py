"""On paper: few pages, each of one matter, none empty; counted as LibreOffice prints them."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from shutil import which

import openpyxl
import pytest
from hrss12333.writing.national.paper import line_breaks
from msgspec.structs import replace
from openpyxl.utils import column_index_from_string, get_column_letter

from conftest import Convert
from draws import few
from factory import opened
from hrss12333.merging.last_year import load_previous
from hrss12333.model.national import Received
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.wording.text import display_width
from hrss12333.writing.national import write_national
from national_tables import entry, table, with_entries

THREE = tuple(unit for unit in EDITION.units if unit.short in ("北京", "浙江", "新疆兵团"))
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
    """Compared with last year."""
    found = pages(soffice_convert(written(units, units, True), "pdf"))
    sheets = ["概览", "附表1汇总", "附表2汇总", "附表1明细", "附表2明细", "指标分析", "报送情况", "联系人", "问题清单"]
    # Name of the sheet is in the footer, the last line of a page.
    named = [next(sheet for sheet in sheets if sheet in page.strip().splitlines()[-1]) for page in found]
    count = Counter(named)
    assert count["概览"] == (2 if units is THREE else 3)  # three units are not ranked
    # Four columns a question (sum, both years alike, change), at a size that can be read.
    assert (count["附表1汇总"], count["附表2汇总"]) == ((3, 4) if units is THREE else (4, 4))
    assert count["指标分析"] == 6
    for name, page in zip(named, found, strict=True):
        assert len(page.split()) > 12, f"{name} prints a page with hardly a word"
    analysis = [page for name, page in zip(named, found, strict=True) if name == "指标分析"]
    where = {group: [number for number, page in enumerate(analysis) if group in page.split()] for group in GROUPS}
    assert all(len(numbers) == 1 for numbers in where.values()), where
    for page in analysis:
        assert all(unit.name in page for unit in units)
        assert "全国" in page


@pytest.mark.long
@pytest.mark.libreoffice
@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext reads the pages back")
def test_without_last_year_the_remarks_stand_on_the_last_page_of_indicators(
    written: Callable[..., Path], soffice_convert: Convert
) -> None:
    printed = pages(soffice_convert(written(THREE, EDITION.units, False), "pdf"))
    analysis = [page for page in printed if page.strip().splitlines()[-1].startswith("指标分析")]
    assert len(analysis) == 2
    assert "规范化建设" in analysis[-1]
    assert "未报送29个单位" in analysis[-1]


def test_what_stands_above_the_indicators_is_cut_nowhere(tmp_path: Path) -> None:
    """Explanations wrap within the first page, and the line of formulas is as high as the longest of them."""
    write_national(tmp_path / "2019.xlsx", table(THREE))
    sheet = opened(tmp_path / "2019.xlsx")["指标分析"]
    first_page = sheet.col_breaks.brk[0].id
    merged = {area.coord.partition(":")[0]: area for area in sheet.merged_cells.ranges}
    texts = {name: str(sheet[name].value) for name in merged if "：" in name or sheet[name].alignment.wrap_text}
    assert sum("排名" in text for text in texts.values()) == 1
    for name, text in texts.items():
        area = merged[name]
        assert area.min_col > first_page or area.max_col <= first_page
        columns = [get_column_letter(at) for at in range(area.min_col, area.max_col + 1)]
        wide = sum(sheet.column_dimensions[letter].width for letter in columns)
        lines = -(-display_width(text) // wide)  # at nine points there is room to spare
        high = sum(sheet.row_dimensions[row].height or 13 for row in range(area.min_row, area.max_row + 1))
        assert high >= 11 * (lines - 1), text


@pytest.mark.parametrize("below", [60.0, 200.0, 590.0])
@pytest.mark.parametrize("high", [[12.0] * 32, [26.0] * 32, [12.0, 52.0] * 40, [13.0] * 200])
def test_lines_are_parted_evenly_and_what_is_below_stays_together(high: list[float], below: float) -> None:
    breaks = line_breaks(high, below, 600.0)
    pages = [sum(high[start:end]) for start, end in pairwise([0, *breaks, len(high)])]
    pages[-1] += below
    assert max(pages) <= 600
    assert len(pages) <= -(-sum(high) // 548) + (below > 60)
    assert min(pages[:-1], default=300.0) >= 52


def test_a_table_of_several_pages_ends_on_one_with_its_sums(tmp_path: Path) -> None:
    """Not on one of headings and explanations alone: every unit lists in several lines what it lacks."""
    national, gappy = table(), []
    for at, own in enumerate(national.entries, 7):
        given = own.row.scalars().items()
        kept = {key: value for number, (key, value) in enumerate(given) if (at + number) % 5 or key == "region"}
        gappy.append(entry(own.form, own.unit, kept, at))
    write_national(tmp_path / "2019.xlsx", with_entries(national, gappy))
    for name in ("附表1汇总", "附表2汇总"):
        sheet = opened(tmp_path / "2019.xlsx")[name]
        total = next(cell.row for cell in sheet["A"] if cell.value == "合计")
        begin = [mark.id + 1 for mark in sheet.row_breaks.brk]
        assert 20 < begin[0] <= begin[-1] <= total


def test_fingerprints_of_files_take_no_paper(tmp_path: Path) -> None:
    """They are below the units, for the screen: on paper they were cut, and followed by pages of numbers alone."""
    files = tuple(Received(f"{unit.short}.xlsx", unit.name, "调查表", "0" * 64) for unit in THREE)
    write_national(tmp_path / "out.xlsx", replace(table(THREE), received=files))
    sheet = opened(tmp_path / "out.xlsx")["报送情况"]
    begins = next(cell.row for cell in sheet["A"] if cell.value == "收到的文件")
    assert [cell.value for cell in sheet["D"]][-3:] == [file.file for file in files]
    assert int(sheet.print_area.rpartition("$")[2]) < begins


def test_where_rows_are_from_takes_no_paper(written: Callable[..., Path]) -> None:
    """明细 is printed as far as the form goes."""
    sheet = opened(written(THREE, THREE, False))["附表1明细"]
    last = column_index_from_string(sheet.print_area.split("$")[-2])
    headings = [cell.value for cell in sheet[6]]
    assert headings[last - 1] in ("年度培训人次", "备注")
    assert headings.index("来源文件") >= last


@pytest.mark.parametrize("units", few([(THREE,), (EDITION.units,)], 1), ids=["3 units", "32 units"])
@pytest.mark.parametrize("compared", [False, True], ids=["", "with last year"])
def test_nothing_is_printed_smaller_than_seven_and_a_half_points(
    written: Callable[..., Path], units: tuple[Unit, ...], compared: bool
) -> None:
    """Every font at the sheet's scale; and no page is wider than the paper, or a column of it would stand alone."""
    for sheet in openpyxl.load_workbook(written(units, EDITION.units, compared)).worksheets:
        scale = (sheet.page_setup.scale or 100) / 100
        printed = sheet[sheet.print_area.rpartition("!")[2].replace("$", "")] if sheet.print_area else sheet.rows
        lines = list(printed)
        sizes = {cell.font.sz * scale for line in lines for cell in line if cell.value is not None}
        assert min(sizes) >= 7.5, sheet.title
        width = {}
        for dimension in sheet.column_dimensions.values():
            for at in range(dimension.min or 0, (dimension.max or 0) + 1):
                width[at] = 0.0 if dimension.hidden else dimension.width * 7
        edges = [0, *(mark.id for mark in sheet.col_breaks.brk), len(lines[0])]
        repeated = sheet.print_title_cols
        again = sum(width[at] for at in range(1, 1 + len(repeated.replace("$", "").split(":")))) if repeated else 0.0
        for start, end in pairwise(edges):
            wide = sum(width.get(at, 64.0) for at in range(start + 1, end + 1)) + (again if start else 0)
            assert wide * scale <= 1045, sheet.title
