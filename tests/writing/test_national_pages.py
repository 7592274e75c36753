"""On paper: few pages, each of one matter, none empty; counted as LibreOffice prints them."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from msgspec.structs import replace

from hrss12333.merging.last_year import load
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.writing.national import write_national
from national_tables import table

THREE = tuple(unit for unit in EDITION.units if unit.short in ("北京", "浙江", "新疆兵团"))
GROUPS = ("接通情况", "接听效率", "队伍配置", "服务项目", "电话系统建设", "服务渠道", "规范化建设")


def pages(path: Path) -> list[str]:
    """The text of every page."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


@pytest.mark.libreoffice
@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext reads the pages back")
@pytest.mark.parametrize("units", [THREE, EDITION.units], ids=["3 units", "32 units"])
def test_every_sheet_prints_on_few_pages(
    tmp_path: Path, soffice_convert: Callable[..., Path], units: tuple[Unit, ...]
) -> None:
    write_national(tmp_path / "2018.xlsx", table(units, edition=replace(EDITION, year=2018)))
    previous = load(tmp_path / "2018.xlsx", EDITION)
    write_national(tmp_path / "2019.xlsx", table(units), previous=previous)
    found = pages(soffice_convert(tmp_path / "2019.xlsx", "pdf"))
    sheets = ["概览", "附表1汇总", "附表2汇总", "附表1明细", "附表2明细", "指标分析", "报送情况", "联系人", "问题清单"]
    # Name of the sheet stands in the footer, the last line of a page.
    named = [next(sheet for sheet in sheets if sheet in page.strip().splitlines()[-1]) for page in found]
    count = Counter(named)
    assert count["概览"] == 3
    assert (count["附表1汇总"], count["附表2汇总"]) == (2, 2)
    assert count["指标分析"] == 6
    for name, page in zip(named, found, strict=True):
        assert len(page.split()) > 12, f"{name} prints a page with hardly a word"
    analysis = [page for name, page in zip(named, found, strict=True) if name == "指标分析"]
    where = {group: [number for number, page in enumerate(analysis) if group in page.split()] for group in GROUPS}
    assert all(len(numbers) == 1 for numbers in where.values()), where
    for page in analysis:
        assert all(unit.name in page for unit in units)
        assert "全国" in page
