"""What small files can cost is bounded: each of `costly_files.COSTLY` is read in time, or refused in words, and so is the next.

The files are made smaller here than those that once took minutes, and large enough that what grew with the square of
their size would take far more than they are given. `benchmarks/bounds.py` measures them as they were.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any
from zipfile import ZipFile

import pytest

from cases import few
from costly_files import COSTLY, xlsx_rows
from damaged import (
    Change,
    archive,
    document,
    far_corner,
    problem_of,
    stored_rar,
    with_parts,
    with_prefixes,
    with_sheet,
    workbook,
    xls,
)
from factory import Style, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import Document, Filing, Unreadable
from hrss12333.model.row import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.reading import documents
from hrss12333.reading.documents import Read, documents_of, read_paths
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.files.package import Package, root_of, with_properties
from hrss12333.reading.grid import LONGEST_TEXT, Book, Box, FileProblem, Grid, Prose, Values, clipped
from hrss12333.reading.values import read_count
from hrss12333.reading.worker import limits, run, the_worker
from hrss12333.reading.worker.limits import MAX_ROWS, Budget
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.wording.values import cell_place
from merge_runs import marked, marks_of, read_as

SECONDS = 4.0
"""Of CPU time, for one of these files and an ordinary one; what was quadratic took ten times as long and more."""


def read_beside(folder: Path) -> dict[str, Document]:
    """What lies in the folder, by name; an ordinary filing that comes after it is read."""
    write_filing(folder / "宁夏.xlsx", "宁夏")
    found = {Path(item.file).name: item for item in read_paths(sorted(folder.iterdir()), EDITION).documents}
    assert isinstance(found.pop("宁夏.xlsx"), Filing)
    return found


@pytest.mark.parametrize("name", COSTLY)
def test_what_costs_much_is_bounded_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    costly = COSTLY[name]
    (tmp_path / f"a.{costly.extension}").write_bytes(costly.make(costly.few))
    begun = process_time() + the_worker().spent
    found = read_beside(tmp_path)
    assert process_time() + the_worker().spent - begun < SECONDS
    for item in found.values():
        assert not isinstance(item, Unreadable) or ("请" in item.message.text and "出错" not in item.message.text)


def expect_too_large(item: Document, reported: str) -> None:
    assert isinstance(item, Unreadable)
    assert (item.problem, reported in item.message.text) == (Problem.TOO_LARGE, True), item.message.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of CPU time")
@pytest.mark.parametrize("by", ["a document", "the program itself"])
def test_what_takes_too_long_is_said_and_the_next_file_is_read(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(source: Source, *given: Any) -> Read:
        while source.name.endswith("a.docx"):
            pass
        return documents_of(source, *given)

    monkeypatch.setattr(limits, "SECONDS", 0.2 if by == "a document" else 1.0)
    if by != "a document":
        monkeypatch.setattr(documents, "documents_of", endless)
    (tmp_path / "a.docx").write_bytes(COSTLY["docx-rows"].make(4_000 if by == "a document" else 1))
    expect_too_large(read_beside(tmp_path)["a.docx"], "请在Excel或WPS中打开")


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize(
    ("limit", "most", "said"), [("MAX_ROWS", 30, "超过30行"), ("MAX_CELLS", 1_000, "单元格和文字太多")]
)
def test_a_file_has_no_more_rows_than_there_are_counties_and_no_more_cells_than_a_form_may_need(
    limit: str, most: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_ROWS > 3_000
    monkeypatch.setattr(limits, limit, most)
    for rows in (30, 500):
        (tmp_path / f"{rows}.xlsx").write_bytes(xlsx_rows(rows))
    found = read_beside(tmp_path)
    assert isinstance(found["30.xlsx"], Filing)
    expect_too_large(found["500.xlsx"], said)


def test_an_archive_has_no_more_rows_than_are_sent_and_no_more_files_than_its_size_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 30)
    monkeypatch.setattr(limits, "_SMALLEST_ROW", 10**6)
    (tmp_path / "a.zip").write_bytes(archive([(f"{number}.xlsx", xlsx_rows(20)) for number in range(9)]))
    (tmp_path / "b.zip").write_bytes(archive([(f"b{number}.xlsx", b"x") for number in range(300)]))
    found = read_beside(tmp_path)
    expect_too_large(found.pop("b.zip"), "文件数超过")
    refused = [item for item in found.values() if isinstance(item, Unreadable)]
    assert 0 < len(refused) < len(found) == 9
    for item in refused:
        expect_too_large(item, "压缩包")


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
    assert clipped(usual) is usual
    marks = marks_of((0, 0), comment=endless)
    grid = clipped(Grid("表", (["无" * 9_000, 1],), before=(endless,), after=(endless,), marks=marks))
    assert str(grid.at(0, 0)).startswith("无" * 4_900)
    assert str(grid.at(0, 0)).endswith("…（后面还有4050个字，没有读取）")
    texts = (str(grid.at(0, 0)), *grid.before, *grid.after, *marked(grid, "comment").values())
    assert [(len(text) <= LONGEST_TEXT, text.endswith("没有读取）")) for text in texts] == [(True, True)] * 4


def test_a_figure_of_six_thousand_digits_is_none() -> None:
    assert {read_count("9" * digits).problem for digits in (100, 6_000)} == {Problem.NOT_WHOLE}


def test_merged_ranges_beyond_measure_are_decoration() -> None:
    cells = (["地区", None],)
    title = Box(0, 0, 0, 1)
    assert (20_000, 0) not in Grid("表", cells, merges=(title, Box(0, 0, 30_000, 0))).boxes
    overlapping = tuple(Box(row, 0, row + 50, 25) for row in range(60_000))
    filled = Grid("表", cells, merges=(title, *overlapping))
    assert 100 < len(filled.merged_rows) < 1_000


# What the guard lets through, and what it refuses; and what a document says of itself


def test_few_cells_far_apart_are_refused_in_words() -> None:
    """In what was sent, and in a workbook of this tool's own that is to be replaced."""
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    last = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (row, row) for row in range(1, 6_001))
    for far in (rows, last):
        with pytest.raises(FileProblem, match="请") as raised:
            open_document(with_sheet(far))
        assert raised.value.kind is Problem.TOO_LARGE
        with suppress(FileProblem):
            run(Values, "reading.formats.workbook:read_values", with_sheet(far))


def test_the_reader_finds_no_workbook_but_the_one_that_was_measured() -> None:
    """The package's relations may name another one, in which a cell lies in the far corner."""
    names, far = (
        ("workbook.xml", "_rels/workbook.xml.rels", "worksheets/sheet1.xml", "styles.xml"),
        Package(far_corner()),
    )
    parts: dict[str, Change] = {f"far/{name}": far.read(f"xl/{name}").replace(b"/xl/", b"/far/") for name in names}
    parts["_rels/.rels"] = (b"xl/workbook.xml", b"far/workbook.xml")
    book = open_document(with_parts(workbook(), parts))
    assert [[*grid.cells] for grid in book.grids] == [[*grid.cells] for grid in open_document(workbook()).grids]


@pytest.mark.parametrize("before", [b"", b"<!-- <sheetData></sheetData> -->"])
def test_cells_with_a_prefix_are_bounded_too(before: bytes) -> None:
    def behind(old: bytes) -> bytes:
        return old.replace(b"<x:sheetData", before + b"<x:sheetData")

    data = with_parts(with_prefixes(far_corner()), {"xl/worksheets/*": behind})
    assert problem_of(open_document, data) is Problem.TOO_LARGE


def test_a_word_file_with_a_page_inside_that_has_a_doctype_is_read() -> None:
    page = b"<!DOCTYPE html><html><body>x</body></html>"
    for name in ("word/afchunk1.xhtml", "word/media/image1.svg"):
        assert isinstance(open_document(with_parts(document(), {name: page})), Prose)


@pytest.mark.parametrize(
    "hidden",
    [
        '<c x=">" r="XFD1048576">',
        "<c\nr = 'XFD1048576'>",
        '<c\nr="XFD1048576">',
        '<c r= "XFD1048576">',
        '<?x ?><c\tr="XFD1048576">',
        '<y:c r="XFD1048576" xmlns:y="u">',
    ],
)
def test_an_address_cannot_be_hidden_from_the_guard(hidden: str) -> None:
    end = "</y:c>" if "y:c" in hidden else "</c>"
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row>{hidden}<v>1</v>{end}</row>'
    assert problem_of(open_document, with_sheet(rows.encode())) is Problem.TOO_LARGE


def test_a_sheet_under_another_name_is_guarded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.5)
    sheet = Package(far_corner()).read("xl/worksheets/sheet1.xml")
    named = (b"worksheets/sheet1.xml", b"media/picture.png")
    data = with_parts(workbook(), {"*workbook.xml.rels": named, "xl/media/picture.png": sheet})
    assert problem_of(open_document, data) is Problem.TOO_LARGE


# What a document says of itself


NAMES = 'xmlns="urn:a" xmlns:dc="urn:b"'
DAY = datetime(2020, 1, 10, 9, 30)


def said(xml: bytes, member: str = "docProps/core.xml") -> Book:
    with ZipFile(out := BytesIO(), "w") as package:
        package.writestr(member, xml)
    return with_properties(Book(), Package(out.getvalue()))


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (f"<p {NAMES}><dc:category>一</dc:category><category>二</category><keywords/></p>", Book(category="一")),
        (f"<p {NAMES}>before<category>of <b>it</b> behind</category></p>", Book(category="of")),
        (f"<p {NAMES}><keywords a='1'\n>a&amp;&#20013;</keywords>\n<category/></p>", Book(keywords="a&中")),
        (f"<p {NAMES}><modified>\n 2020-01-10T17:30:00+08:00 </modified></p>", Book(saved=DAY)),
        (
            f"<p {NAMES}><created>2019-01-01T00:00:00Z</created><modified>2020-01-10T09:30:00Z</modified></p>",
            Book(saved=DAY),
        ),
        (f"<p {NAMES}><modified>soon</modified><created>2020-01-10T09:30:00</created></p>", Book(saved=DAY)),
        (
            f"<p {NAMES}><dc:title>稿</dc:title><dc:description> 一&amp;二 </dc:description></p>",
            Book(texts=(Text(TextKind.PROPERTY, "稿"), Text(TextKind.PROPERTY, "一&二"))),
        ),
        ("<p/>", Book()),
        ("", Book()),
    ],
)
def test_the_texts_are_those_of_a_tree(xml: str, expected: Book) -> None:
    assert said(xml.encode()) == expected
    assert said(xml.encode(), "docProps/x.psmdcp") == expected


def test_what_has_a_dtd_or_is_malformed_has_no_tree() -> None:
    laugh = b"<!DOCTYPE p [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><p><category>&f;</category></p>"
    assert said(laugh) == Book(category="&f;")
    for xml in (laugh, b"", b"<p><a>1</a>", b'<?xml version="1.0" encoding="nonsense"?><p><a>1</a></p>'):
        assert not [*root_of(xml)], xml


# Damaged bytes


SEEDS: dict[str, Callable[[], bytes]] = {
    "xlsx": workbook,
    "xls": lambda: xls([["地区", 12.0], [ValueError("#REF!"), True]]),
    "docx": document,
    "rar": lambda: stored_rar([("a.xlsx", workbook())]),
}


@pytest.mark.parametrize("kind", SEEDS)
def test_a_few_mutants(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(f"2019 {kind}")
    seed = SEEDS[kind]()
    for _ in range(25):
        data = bytearray(seed)
        for _ in range(dice.choice((1, 2, 8))):
            at = dice.randrange(len(data))
            data[at : at + dice.choice((0, 1, 1, 4))] = bytes([dice.randrange(256)] * dice.choice((0, 1, 1, 3)))
        with suppress(FileProblem):
            open_document(bytes(data))
    assert capfd.readouterr() == ("", "")
