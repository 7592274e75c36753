"""The official form on paper: as few pages as its rows allow, and none without rows. LibreOffice prints all in one go."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from conftest import ConvertAll
from factory import clean_header, clean_rows, unit_named
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from hrss12333.survey.schema import Scalar
from hrss12333.writing.official.layout import FormContent, Layout, page_breaks
from hrss12333.writing.official.workbook import blank_sheets, write_official
from next_edition import NEXT

PDFTOTEXT = shutil.which("pdftotext")
FEWEST_ROWS = 2
"""Numbered rows on the last page of a form that takes several."""
BLANK = ("广东", "重庆", "河南", "四川", "海南", "宁夏", "新疆兵团")
PAGES = {"重庆": 4, "通用": 4, "长备注": 5, "一条长备注": 4}
"""Pages of both forms where they are more than two."""


def filled(unit: str, remark: str | None = None, only: int | None = None) -> list[FormContent]:
    """What ``merge --unit`` writes."""
    rows = {form.key: [dict(row) for row in clean_rows(unit, form)] for form in EDITION.forms}
    if remark:
        for row in [row for listed in rows.values() for row in listed[only : only and only + 1]]:
            row["remarks"] = remark
    return [FormContent(form, clean_header(unit), rows[form.key], sample=False) for form in EDITION.forms]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, soffice_convert_all: ConvertAll) -> dict[str, list[str]]:
    """Name → the text of each page."""
    folder = tmp_path_factory.mktemp("pages")
    books = {name: blank_sheets(EDITION, unit_named(name)) for name in BLANK}
    books |= {f"{name}报送": filled(name) for name in ("广东", "四川", "海南")}
    books |= {"通用": blank_sheets(EDITION), "长备注": filled("广东", "全年有较长时间停机，人员不足，" * 2)}
    books["一条长备注"] = filled("云南", "系统于6月更换供应商，口径略有不同。" * 9, only=4)
    for name, sheets in books.items():
        write_official(folder / f"{name}.xlsx", EDITION, sheets)
    write_official(folder / "下年.xlsx", NEXT, blank_sheets(NEXT, unit_named("广东")))
    found = {}
    for path in soffice_convert_all(sorted(folder.glob("*.xlsx")), "pdf"):
        text = subprocess.run(
            [PDFTOTEXT or "pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, encoding="utf-8"
        ).stdout
        found[path.stem] = text.split("\f")[:-1]
    return found


@pytest.mark.long
@pytest.mark.libreoffice
@pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext is not installed on this machine")
def test_each_form_takes_as_few_pages_as_its_rows_allow_and_every_page_has_rows(printed: dict[str, list[str]]) -> None:
    """None with headings alone, or with headings and notes."""
    assert {name: len(pages) for name, pages in printed.items()} == {name: PAGES.get(name, 2) for name in printed}
    assert len(printed) == len(BLANK) + 7
    rows = [len(re.findall(r"^ *\d+(?: |$)", page, re.MULTILINE)) for pages in printed.values() for page in pages]
    assert min(rows) >= FEWEST_ROWS


@pytest.mark.parametrize(
    ("heights", "begin"),
    [
        ([17.0] * 21, []),
        ([17.0] * 24, [19]),
        ([17.0] * 38, [30]),
        ([17.0] * 3 + [409.0] + [17.0] * 12, [7]),
        ([17.0, 409.0, 409.0], [2]),
    ],
)
def test_the_pages_of_a_filled_form_are_full_and_the_last_has_rows(heights: list[float], begin: list[int]) -> None:
    rows = Layout(FormContent(SERVICE, sample=False, rows=[{}] * len(heights)))
    assert page_breaks(rows, heights) == [rows.first + at for at in begin]
    assert page_breaks(Layout(FormContent(SERVICE, spare=38, ellipsis=True)), heights) == []


def test_a_total_of_many_digits_is_shown() -> None:
    rows: list[dict[str, Scalar]] = [{"calls_total": 2_062_100_000, "calls_agent": 7}, {"calls_total": "约三千"}]
    columns = Layout(FormContent(SERVICE, rows=rows)).widths
    assert columns[SERVICE.columns.index(SERVICE.by_key["calls_total"])] == len("2,062,100,000") + 2
    assert columns[SERVICE.columns.index(SERVICE.by_key["calls_agent"])] == 11
