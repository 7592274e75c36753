"""A heading band that is known says what the same band says when it is read for the first time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.locating import locate
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl.utils import coordinate_to_tuple

from cases import words
from draws import drawn
from factory import plan_filing
from filing_layouts import Formula, Sheet
from hrss12333.reading.grid import Box, Cell, Grid
from hrss12333.reading.layout import locating
from hrss12333.survey.editions.y2019 import EDITION

PLANS = plan_filing("广东省")
TEXTS: list[Cell] = [
    *words("""
    | 来电总量 | 人工接听量 | 其中：人工接听量 | 上年情况 | 队伍建设 | 咨询员 | 人数 | 总人数 | 坐席数 | 座席数 | 地区 | 市 | 区县 | 备注
    说明 | 来电总量（万次） | 是否开通留言服务 | 次 | （次） | 专职 | 是 | 否
    """),
    *(None, 5.0, 2019.0, True),
]
"""What may be in and around the headings."""


def grid(plan: Sheet) -> Grid:
    cells: dict[tuple[int, int], Cell] = {}
    for name, content in plan.cells.items():
        row, column = coordinate_to_tuple(name)
        value = content.value if isinstance(content, Formula) else content
        cells[row - 1, column - 1] = float(value) if type(value) is int else "" if value is None else value
    width, height = (max(place[axis] for place in cells) + 1 for axis in (1, 0))
    lines = [[cells.get((row, column), "") for column in range(width)] for row in range(height)]
    ends = [[coordinate_to_tuple(end) for end in span.split(":")] for span in plan.merges]
    return Grid(plan.name, tuple(lines), merges=tuple(Box(t - 1, le - 1, b - 1, r - 1) for (t, le), (b, r) in ends))


def changed(sheet: Grid, changes: Sequence[tuple[int, int, Cell]], merges: Sequence[Box] = ()) -> Grid:
    lines = [list(line) for line in sheet.cells]
    for row, column, cell in changes:
        lines[row][column] = cell
    return replace(sheet, cells=tuple(lines), merges=(*sheet.merges, *merges))


def anew(sheet: Grid) -> list[Candidate]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locating, "_KNOWN", {})
        return locate(sheet, EDITION)


def test_the_same_headings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = grid(PLANS["附表1"])
    (known,) = locate(first, EDITION)
    monkeypatch.setattr(locating, "headings_of_band", None)  # whoever reads headings now breaks down
    (again,) = locate(changed(first, [(8, 2, 7.0)]), EDITION)
    assert again.columns is known.columns
    with pytest.raises(TypeError):
        locate(changed(first, [(4, 2, "来电总数")]), EDITION)


def test_a_band_of_many_words_is_read_and_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locating, "_KNOWN", {})
    first = grid(PLANS["附表1"])
    wide = changed(first, [(4, column, "说" * 4_000) for column in (6, 7, 12)])
    assert locate(wide, EDITION)[0].columns.keys() >= {"calls_total", "agents"}
    assert len(locating._KNOWN) == 1
    wider = replace(
        wide, cells=tuple([*line, *["说" * 4_000] * 4] if row == 4 else line for row, line in enumerate(wide.cells))
    )
    assert locate(wider, EDITION)[0].columns.keys() >= {"calls_total", "agents"}
    assert len(locating._KNOWN) == 1


CHANGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12), st.sampled_from(TEXTS)), max_size=6)
MERGES = st.lists(st.tuples(st.integers(1, 7), st.integers(0, 11), st.integers(0, 2), st.integers(0, 2)), max_size=2)


@drawn(
    *(30, 100),
    variants=st.lists(st.tuples(CHANGES, MERGES), min_size=2, max_size=5),
    form=st.sampled_from(["附表1", "附表2"]),
)
def test_known_bands_and_new_ones_agree(
    variants: list[tuple[list[tuple[int, int, Cell]], list[tuple[int, int, int, int]]]], form: str
) -> None:
    for changes, merges in variants:
        boxes = [Box(row, column, row + tall, column + wide) for row, column, tall, wide in merges if tall or wide]
        sheet = changed(grid(PLANS[form]), changes, boxes)
        assert locate(sheet, EDITION) == anew(sheet)
