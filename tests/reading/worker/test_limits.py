"""What small files can cost is bounded: each of `costly_files.COSTLY` is read in time, or refused in words, and so is the next.

The files are made smaller here than those that once took minutes, and large enough that what grew with the square of
their size would take far more than they are given. `benchmarks/bounds.py` measures them as they were.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

import pytest

from costly_files import COSTLY, xlsx_rows
from damaged import archive
from documents_read import marked, marks_of, read_as
from factory import Style, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import Document, Filing, Unreadable
from hrss12333.model.row import Problem
from hrss12333.reading import documents
from hrss12333.reading.documents import Read, Settings, documents_of, read_paths
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import LONGEST_TEXT, Book, Box, FileProblem, Grid, Prose, clipped
from hrss12333.reading.values.cell_text import read_count
from hrss12333.reading.worker import limits, the_worker
from hrss12333.reading.worker.limits import MAX_ROWS, Budget
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.places import cell_place
from long_runs import few

SECONDS = 4.0
"""Of CPU time, for one of these files and an ordinary one; what was quadratic took ten times as long and more."""


def read(folder: Path) -> dict[str, Document]:
    return {Path(item.file).name: item for item in read_paths(sorted(folder.iterdir()), EDITION).documents}


@pytest.mark.parametrize("name", COSTLY)
def test_what_costs_much_is_bounded_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    costly = COSTLY[name]
    (tmp_path / f"a.{costly.extension}").write_bytes(costly.make(costly.few))
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    begun = process_time() + the_worker().spent
    found = read(tmp_path)
    assert process_time() + the_worker().spent - begun < SECONDS
    assert isinstance(found.pop("宁夏.xlsx"), Filing)
    for item in found.values():
        assert not isinstance(item, Unreadable) or ("请" in item.message.text and "出错" not in item.message.text)


def expect_too_large(item: Document, reported: str) -> None:
    assert isinstance(item, Unreadable)
    assert (item.problem, reported in item.message.text) == (Problem.TOO_LARGE, True), item.message.text


def test_what_exceeds_the_time_is_said_and_the_next_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.2)
    (tmp_path / "a.docx").write_bytes(COSTLY["docx-rows"].make(4_000))
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    found = read(tmp_path)
    expect_too_large(found["a.docx"], "请在Excel或WPS中打开")
    assert isinstance(found["宁夏.xlsx"], Filing)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of CPU time")
def test_what_takes_the_program_itself_too_long_is_said_and_the_next_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(source: Source, opened: Book | Prose, settings: Settings) -> Read:
        while source.name.endswith("a.xlsx"):
            pass
        return documents_of(source, opened, settings)

    monkeypatch.setattr(limits, "SECONDS", 1.0)
    monkeypatch.setattr(documents, "documents_of", endless)
    (tmp_path / "a.xlsx").write_bytes(xlsx_rows(1))
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    found = read(tmp_path)
    expect_too_large(found["a.xlsx"], "请在Excel或WPS中打开")
    assert isinstance(found["宁夏.xlsx"], Filing)


def test_a_form_has_no_more_rows_than_there_are_counties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ROWS > 3_000
    monkeypatch.setattr(limits, "MAX_ROWS", 30)
    for rows in (30, 31):
        (tmp_path / f"{rows}.xlsx").write_bytes(xlsx_rows(rows))
    found = read(tmp_path)
    assert isinstance(found["30.xlsx"], Filing)
    expect_too_large(found["31.xlsx"], "超过30行")


@pytest.mark.usefixtures("in_this_process")
def test_a_file_has_no_more_cells_than_a_form_may_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx_rows(30))
    monkeypatch.setattr(limits, "MAX_CELLS", 100)
    expect_too_large(read(tmp_path)["a.xlsx"], "单元格和文字太多")


def test_an_archive_has_no_more_rows_than_are_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 30)
    monkeypatch.setattr(limits, "_SMALLEST_ROW", 10**6)
    (tmp_path / "a.zip").write_bytes(archive([(f"{number}.xlsx", xlsx_rows(20)) for number in range(9)]))
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    found = read(tmp_path)
    assert isinstance(found.pop("宁夏.xlsx"), Filing)
    refused = [item for item in found.values() if isinstance(item, Unreadable)]
    assert 0 < len(refused) < 9
    for item in refused:
        expect_too_large(item, "压缩包")


def test_an_archive_has_no_more_files_than_its_size_allows(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive([(f"{number}.xlsx", b"x") for number in range(300)]))
    (tmp_path / "b.zip").write_bytes(archive([(f"{number}.xlsx", xlsx_rows(1)) for number in range(3)]))
    found = read(tmp_path)
    expect_too_large(found.pop("a.zip"), "文件数超过")
    assert len(found) == 3


def test_files_of_an_archive_share_their_time() -> None:
    whole = Budget()
    for _ in range(200):
        whole.take_file(1)
        whole.take(0.005)
        whole.limit()  # ordinary ones take nothing of it
    whole.take(5.0)
    whole.limit()
    whole.take(5.0)
    with pytest.raises(FileProblem, match="压缩包") as raised:
        whole.limit()
    assert raised.value.kind is Problem.TOO_LARGE


# Texts that no person typed: they cost no time, and lose nothing but themselves


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
    assert (20_000, 0) not in Grid("表", cells, merges=(title, Box(0, 0, 30_000, 0))).boxes
    overlapping = tuple(Box(row, 0, row + 50, 25) for row in range(60_000))
    filled = Grid("表", cells, merges=(title, *overlapping))
    assert 100 < len(filled.merged_rows) < 1_000
