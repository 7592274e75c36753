"""Whose each table of a book is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions.y2019 import EDITION

GUANGXI = "广西壮族自治区"


def sheet(number: int, described: str) -> Grid:
    """A sheet of this number by its form, the unit in its header and the regions that it lists: 1 广东省 广州市 深圳市."""
    kind, unit, *regions = described.split()
    form = EDITION.forms[int(kind) - 1]
    header = [] if unit == "无" else [[f"{unit}（盖章）"]]
    rows: list[Sequence[Cell]] = [[at, region, *([5] * len(form.data))] for at, region in enumerate(regions, 1)]
    cells: list[Sequence[Cell]] = [[form.title], *header, [column.heading for column in form.columns], *rows]
    return Grid(f"Sheet{number}", cells)


@pytest.mark.parametrize(
    ("sheets", "owners"),
    [
        (["1 广东省 广州市 深圳市", "2 广东省 广州市 深圳市"], ["广东省"] * 2),
        ([f"1 {GUANGXI} 广州市 深圳市"], ["广东省"]),
        ([f"1 {GUANGXI} 广州市 深圳市", "2 广东省 广州市"], ["广东省"] * 2),
        ([f"1 {GUANGXI} 甲 乙", "2 广东省 丙"], [GUANGXI] * 2),
        (
            ["1 无 广州市 深圳市", "2 无 广州市 深圳市", "1 无 南京市 苏州市", "2 无 苏州市"],
            ["广东省"] * 2 + ["江苏省"] * 2,
        ),
        (["1 无 广州市", "1 无 深圳市", "1 无 珠海市"], ["广东省"] * 3),
        (["1 广东省 广州市", "1 无 深圳市", "1 无 桂林市"], ["广东省"] * 3),  # a slip, not a unit of one city
        (["1 广东省 广州市", "2 无 桂林市"], ["广东省"] * 2),
        (["1 无 广州市", "2 广东省 广州市"], ["广东省"] * 2),
        (["1 无 昆山市 常熟市 张家港市"], ["江苏省"]),
        (["1 无 海南"], [None]),
        (["1 青海省 海南"], ["青海省"]),
    ],
)
def test_regions_tell_before_headers_and_headers_before_neighbours(sheets: list[str], owners: list[str | None]) -> None:
    tables = read_tables(Book("xlsx", tuple(map(sheet, range(len(sheets)), sheets))), "表.xlsx", EDITION).tables
    assert [unit and unit.name for _, unit in tables] == owners
