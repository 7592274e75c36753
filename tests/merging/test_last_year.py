"""Last year's figures by field key, whatever the headings were; of a national workbook, or of one unit's own filing."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from damaged import with_parts
from factory import clean_rows, unit_named, write_filing
from hrss12333.merging.last_year import load_previous
from hrss12333.model.errors import UsageStop
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from national_tables import table
from next_edition import NEXT

BEIJING = unit_named("北京")
SERVICE, SYSTEMS = NEXT.forms


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("last") / "2019.xlsx"
    write_national(path, table((BEIJING,)))
    return path


def test_a_renamed_column_is_found_by_its_key(workbook: Path) -> None:
    found = load_previous(workbook, NEXT)
    places = clean_rows(BEIJING, "附表2")
    assert found.rows["北京市", BEIJING.regions[0].name, "附表2"]["network_location"] == places[0]["network_location"]


def test_what_the_years_do_not_share_is_named(workbook: Path) -> None:
    assert load_previous(workbook, NEXT).unmatched == (
        "附表1的“年度培训人次”是上一年的，今年没有，不作比较",
        "附表1的“在线咨询量”上一年没有，不作比较",
    )
    assert load_previous(workbook, EDITION).unmatched == ()


def test_columns_that_staff_moved_or_renamed_are_found(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    page = book["附表1明细"]
    top = next(cell.row for cell in page["A"] if cell.value == "报送单位")
    calls = next(cell for cell in page[top] if "".join(str(cell.value).split()) == "来电总量（次）")
    calls.value = "全年来电"
    page.insert_cols(1)
    book.save(tmp_path / "改.xlsx")
    before, after = load_previous(workbook, EDITION), load_previous(tmp_path / "改.xlsx", EDITION)
    first = ("北京市", BEIJING.regions[0].name, "附表1")
    assert after.rows[first]["calls_agent"] == before.rows[first]["calls_agent"]


def test_last_years_filing_serves_too(tmp_path: Path) -> None:
    path = write_filing(tmp_path / "广东.xlsx")
    found = load_previous(path, replace(EDITION, year=2020))
    rows = clean_rows("广东")
    assert found.year == 2019
    assert found.rows["广东省", "广州市", "附表1"]["calls_total"] == rows[0]["calls_total"]


@pytest.mark.parametrize("edited", ["1e999", "-1e999", "1e308", "NaN"])
def test_a_number_that_is_none_is_a_blank(workbook: Path, tmp_path: Path, edited: str) -> None:
    """As the file's XML may say, whatever program or person wrote it."""
    number = re.compile(rb"(<c [^>]*>(?<!t=.s.>)(?:<f>[^<]*</f>)?<v>)[\d.]+(?=</v>)")
    path = tmp_path / "改.xlsx"
    with_number = partial(number.sub, rb"\g<1>" + edited.encode())
    path.write_bytes(with_parts(workbook.read_bytes(), {"*sheet*": with_number}))
    sound, found = load_previous(workbook, EDITION), load_previous(path, EDITION)
    assert found.rows["北京市", BEIJING.regions[0].name, "附表1"]["calls_total"] is None
    assert found.rows.keys() == sound.rows.keys()


def test_what_is_neither_is_refused(workbook: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    for path in (tmp_path / "没有.xlsx", tmp_path, tmp_path / "坏.xlsx"):
        with pytest.raises(UsageStop, match="无法读取上一年的汇总表"):
            load_previous(path, EDITION)
    without_keys = openpyxl.load_workbook(workbook)
    without_keys.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # the stubs do not know it
    for book in (openpyxl.Workbook(), without_keys):
        book.save(tmp_path / "x.xlsx")
        with pytest.raises(UsageStop, match="不是本工具生成的汇总表"):
            load_previous(tmp_path / "x.xlsx", EDITION)
