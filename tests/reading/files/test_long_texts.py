"""Texts that no person typed: they cost no time, and lose nothing but themselves."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from cell_marks import marked, marks_of
from documents_read import read_as
from factory import Style, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import LONGEST_TEXT, Box, Grid, clipped
from hrss12333.reading.layout.sheets import MergedCells
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.places import cell_place
from long_runs import few

TEXTS = ("9", "1,", " ", "（", "(", "：", "联系人：", "\n", "1 万（", "是（", "银川市、", "-", "a@")
PLACES = {"value": "C7", "answer": "G7", "region": "B7", "remark": "M7", "heading": "C5", "title": "A2", "header": "A3"}


@pytest.mark.parametrize("text", few(TEXTS, 7))
def test_a_text_that_fills_its_cell_costs_no_time(text: str, tmp_path: Path) -> None:
    endless = (text * 32_000)[:32_000]
    before = process_time()
    for number, cell in enumerate(PLACES.values()):
        path = tmp_path / f"{number}.xlsx"
        write_filing(
            path, "宁夏", style=Style(), cells={"附表1": {cell: f"字{endless}" if text.isspace() else endless}}
        )
        document = read_as(Filing, path)
        found = check(document, EDITION).findings
        assert all(len(cell_place(finding, EDITION)) < 100 for finding in found)
    assert process_time() - before < 3 * len(PLACES)


def test_what_is_cut_off_is_said() -> None:
    """In cells, in what stands around a table, and in comments."""
    endless = "县" * 60_000
    usual = Grid("表", (["无" * LONGEST_TEXT, 1],), before=("标题",), marks=marks_of((0, 0), comment="批注"))
    assert clipped([usual])[0] is usual
    marks = marks_of((0, 0), comment=endless)
    (grid,) = clipped([Grid("表", (["无" * 9_000, 1],), before=(endless,), after=(endless,), marks=marks)])
    assert str(grid.at(0, 0)).startswith("无" * 4_900)
    assert str(grid.at(0, 0)).endswith("…（后面还有4050个字，没有读取）")
    texts = (str(grid.at(0, 0)), *grid.before, *grid.after, *marked(grid, "comment").values())
    assert [(len(text) <= LONGEST_TEXT, text.endswith("没有读取）")) for text in texts] == [(True, True)] * 4


def test_a_figure_of_six_thousand_digits_is_none() -> None:
    assert read_count("9" * 6_000).problem is Problem.NOT_WHOLE
    assert read_count("9" * 100).problem is Problem.NOT_WHOLE


def test_merged_ranges_beyond_measure_are_decoration() -> None:
    cells = (["地区", None],)
    title = Box(0, 0, 0, 1)
    assert MergedCells(Grid("表", cells, merges=(title, Box(0, 0, 30_000, 0)))).box(20_000, 0) is None
    overlapping = tuple(Box(row, 0, row + 50, 25) for row in range(60_000))
    filled = MergedCells(Grid("表", cells, merges=(title, *overlapping)))
    assert 100 < len(filled.rows) < 1_000
