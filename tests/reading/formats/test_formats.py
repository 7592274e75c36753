"""Every format, by content, from files that other programs wrote; and every damaged file as one clear problem."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import strategies as st
from openpyxl.styles import Font

from cases import drawn
from conftest import Resaved
from damaged import (
    DAMAGED,
    ODD_BUT_READABLE,
    Change,
    archive,
    biff8,
    bytes_of,
    document,
    encrypted,
    ods,
    ole,
    with_parts,
    with_sheet,
    workbook,
    xls,
)
from factory import save_dated
from filing_styles import Style, draw
from filing_writers import filing_of, styles, write
from hrss12333.model.row import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.formats import workbook as calamine_reader
from hrss12333.reading.grid import Book, Box, Cell, FileProblem, Grid, Moment, SheetBuilder
from hrss12333.reading.worker.limits import MEMORY
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from merge_runs import opened_as
from rich_workbook import everything, write_rich

ROWS: list[list[str | float | bool]] = [
    ["地区", "来电总量", "留言"],
    ["样例市", 1200.0, True],
    ["", "", ""],
    ["备注", "", "2,500次"],
]


def filled(grid: Grid) -> list[list[object]]:
    """The rows of a grid without the blanks at their ends."""
    rows: list[list[object]] = [["" if cell is None else cell for cell in row] for row in grid.cells]
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    return rows


EXPECTED = [["地区", "来电总量", "留言"], ["样例市", 1200, True], [], ["备注", "", "2,500次"]]


def by_openpyxl() -> bytes:
    """ROWS with a merged cell, a hidden sheet, a footer and a time of saving."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "调查表"
    for row in ROWS:
        sheet.append([None if value == "" else value for value in row])
    sheet.merge_cells("A4:B4")
    footer: Any = sheet.oddFooter  # its stubs do not agree with themselves
    footer.center.text = "校验码 ABCD-1234"
    hidden = book.create_sheet("隐藏")
    hidden["B2"] = "在"
    hidden.sheet_state = "hidden"
    save_dated(book, out := io.BytesIO(), datetime(2020, 1, 9, 2, 3, 4))
    return out.getvalue()


@pytest.mark.parametrize(
    "writer",
    ["openpyxl", *(pytest.param(f"LibreOffice {kind}", marks=pytest.mark.libreoffice) for kind in ("xlsx", "xls"))],
)
def test_a_workbook_by_another_writer(writer: str, resaved: Resaved) -> None:
    kind = writer.rpartition(" ")[2].replace("openpyxl", "xlsx")
    book = opened_as(Book, by_openpyxl() if writer == "openpyxl" else resaved(by_openpyxl(), kind))
    assert (book.macros, book.external_links) == (False, False)
    assert book.saved == datetime(2020, 1, 9, 2, 3, 4) or (book.saved and writer != "openpyxl")
    assert [(grid.name, grid.hidden) for grid in book.grids] == [("调查表", False), ("隐藏", True)]
    assert [filled(grid) for grid in book.grids] == [EXPECTED, [[], ["", "在"]]]
    assert book.grids[0].merges == (Box(3, 0, 3, 1),)
    printed = Text(TextKind.PAGE, "校验码 ABCD-1234", sheet="调查表")
    assert book.texts == ((printed,) if kind != "xls" else ())  # no library tells those of an .xls


def test_dates_of_an_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    kinds = ((43_840, "yyyy-mm-dd"), (43_840.5, "yyyy-mm-dd h:mm"), (0.5, "h:mm"), (5, "0"))
    for column, (value, code) in enumerate(kinds):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    (grid,) = opened_as(Book, bytes_of(book)).grids
    moments = ("2020-01-10", True), ("2020-01-10 12:00:00", True), ("12:00:00", False)
    assert list(grid.cells[0]) == [*(Moment(text, is_date=is_date) for text, is_date in moments), 5]


def test_macros_and_external_links_are_noted() -> None:
    assert opened_as(Book, ole({"Workbook": biff8([["x"]]), "_VBA_PROJECT_CUR": b""})).macros
    assert not opened_as(Book, xls([["x"]])).macros
    link = {"xl/externalLinks/externalLink2.xml": b"<externalLink/>"}
    assert opened_as(Book, with_parts(workbook(), link)).external_links
    assert not opened_as(Book, workbook()).external_links


PAGE = "<html><table>" + "<tr><td>1</td></tr>" * 24 + "</table></html>"
XML = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
REFUSED = {
    "xlsb": (archive([("xl/workbook.bin", b"x")]), "Excel二进制工作簿（.xlsb）"),
    "ods": (ods(), "LibreOffice表格（.ods）"),
    "fods": (b'<?xml version="1.0"?><office:document x="opendocument"/>', "XML表格"),
    "page called .xls": (PAGE.encode(), "网页"),
    "page in GBK": (PAGE.replace("1", "银川市").encode("gbk"), "网页"),
    "page in UTF-16": (PAGE.encode("utf-16"), "网页"),
    "page behind a mark": (b"\xef\xbb\xbf  <!DOCTYPE HTML><p>", "网页"),
    "page that begins with its table": (b"\n\n<TABLE border=1>", "网页"),
    "page behind a long remark": (b"<!--" + b"x" * 5_000 + b"--><table>", "网页"),
    "XML called .xls": (XML.encode(), "XML表格"),
    "XML in UTF-16": (f"\ufeff{XML}".encode("utf-16"), "XML表格"),
    "mht": (b"From: <Saved by Excel>\nMIME-Version: 1.0\n\n<table>", "网页（.mht）"),
    "mht by another program": (b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n", "网页（.mht）"),
    "mht of nobody": (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n", "网页（.mht）"),
    "csv": ("地区,来电总量\n银川市,1".encode("gbk"), "纯文本（.csv、.txt）"),
    "text that begins like a mail": ("From 一月".encode(), "纯文本（.csv、.txt）"),
    "text with labels": (b"note: this\nand: that\n", "纯文本（.csv、.txt）"),
    "blanks": (b"   ", "纯文本（.csv、.txt）"),
    "odt": (archive([("mimetype", b"application/vnd.oasis.opendocument.text")]), "LibreOffice文档（.odt）"),
    "slides": (archive([("[Content_Types].xml", b"<x/>"), ("ppt/presentation.xml", b"<x/>")]), "演示文稿"),
    "xps": (archive([("[Content_Types].xml", b"<x/>"), ("Documents/1/Pages/1.fpage", b"<x/>")]), "XPS版式文件"),
    "numbers": (archive([("Index/Document.iwa", b"<x/>")]), "苹果Numbers表格"),
    "msg": (ole({"__properties_version1.0": b"x"}), "Outlook邮件（.msg）"),
    "gz": (b"\x1f\x8b\x08", "tar/gz压缩包"),
    "tar": (bytes(257) + b"ustar", "tar/gz压缩包"),
    "nothing known": (bytes(range(40)), "无法识别的文件"),
}
"""What nothing reads → its name."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_called_by_its_kind_with_what_to_do(name: str) -> None:
    data, called = REFUSED[name]
    with pytest.raises(FileProblem) as raised:
        open_document(data)
    assert raised.value.kind is Problem.OTHER_FORMAT
    said = raised.value.text
    assert said.startswith((f"这是{called}，无法读取。请", f"这是{called}，无法读取。其中的数字"))
    assert "LibreOffice时" not in said


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n" + bytes(40), b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"],
)
def test_a_scan_is_called_so(data: bytes) -> None:
    with pytest.raises(FileProblem) as raised:
        open_document(data)
    assert raised.value.kind is Problem.SCAN


def test_a_sheet_of_unknown_kind_does_not_hide_the_others() -> None:
    kind = b"http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    related = b'<Relationship Id="rId99" Type="%s" Target="other/m.xml"/></Relationships>' % kind
    parts: dict[str, Change] = {
        "xl/workbook.xml": (b"</sheets>", b'<sheet name="M" sheetId="9" r:id="rId99"/></sheets>'),
        "xl/_rels/workbook.xml.rels": (b"</Relationships>", related),
        "xl/other/m.xml": b'<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"/>',
    }
    book = opened_as(Book, with_parts(workbook(), parts))
    assert filled(book.grids[0])[0] == ["地区", "来电总量"]


@pytest.mark.parametrize("name", ODD_BUT_READABLE)
def test_what_only_looks_suspicious_is_read(name: str) -> None:
    opened = opened_as(Book, ODD_BUT_READABLE[name]())
    assert filled(opened.grids[0])[0] != []
    assert opened.macros == (name == "macros")
    if name in ("strict", "opens-without-asking"):
        assert opened.grids == opened_as(Book, workbook()).grids


ALL_IN_ONE = """
import json, sys
sys.path[:0] = sys.argv[1:3]
linux = sys.platform == "linux"
if linux:
    import resource
    most = 1536 * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
from damaged import DAMAGED
from hrss12333.checking.rules import OBJECTS
from hrss12333.reading.files import programs
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import limits, the_worker
limits.SECONDS = 2.0  # what takes too long takes that as well
programs.program = lambda: None  # the long tests start it
found = {}
for name, (rule, make) in DAMAGED.items():
    try:
        open_document(make())
        found[name] = "no problem", ""
    except FileProblem as problem:
        found[name] = OBJECTS[problem.kind].id, problem.text
    except Exception as error:
        found[name] = repr(error), ""
the_worker().close()
own = children = 0
if linux:  # ru_maxrss of the process itself begins with that of the process that started it
    own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([found, own, children]))
"""


def test_damaged_files_are_one_clear_problem_cost_little_and_print_nothing() -> None:
    """All of them opened one after the other, in one process of little memory; counted where Linux counts it, in KiB."""
    here = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", ALL_IN_ONE, str(here / "helpers"), str(here.parent / "examples")],
        capture_output=True,
        timeout=600,
        check=True,
    )
    found, own, children = json.loads(done.stdout)
    assert {name: rule for name, (rule, _) in found.items()} == {name: rule for name, (rule, _) in DAMAGED.items()}
    assert [name for name, (_, message) in found.items() if "请" not in message] == []  # what to do
    assert done.stderr == b"" or sys.platform != "linux"
    assert own * 1024 < 2**29
    assert children * 1024 < MEMORY + 2**26


def test_wrong_cells_end_as_a_problem_or_as_cells() -> None:
    for reference in (b"A99999999999", b"ZZZZ1", b"XFE1", b"A1048577"):
        with suppress(FileProblem):
            open_document(with_sheet(b'<row><c r="%s"><v>1</v></c></row>' % reference))


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize(
    ("library", "module", "make"),
    [
        ("msoffcrypto", "", encrypted),
        ("xlrd", "hrss12333.reading.formats.ole", lambda: xls([["x"]])),
        ("docx", "hrss12333.reading.formats.word", document),
    ],
)
def test_a_library_that_is_missing_is_said_to_be(
    library: str, module: str, make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make()
    for name in [name for name in sys.modules if name.partition(".")[0] == library or name == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(FileProblem, match=library) as raised:
        open_document(data)
    assert raised.value.kind is Problem.OTHER_FORMAT


# The two readers of .xlsx give the same cells


ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(ROOT.glob("examples/f*/*.xlsx"))[::6] + sorted(ROOT.glob("templates/*.xlsx"))


def all_of_a_sheet(grid: Grid) -> Mapping[str, Any]:
    """All of a sheet; blanks at the end of a row are none."""

    def line(cells: list[Cell]) -> list[Cell]:
        last = max((at for at, cell in enumerate(cells) if cell not in (None, "")), default=-1)
        return cells[: last + 1]

    return {
        "name": (grid.name, grid.hidden),
        "cells": [line(list(cells)) for cells in grid.cells],
        "merges": {(box.top, box.left, box.bottom, box.right) for box in grid.merges},
        "hidden": (grid.hidden_rows, grid.hidden_columns),
        "marks": dict(grid.marks),
    }


def expect_the_same(data: bytes) -> None:
    """Hold both readers of a workbook against one another."""
    one, other = calamine_reader.read_cells(data), calamine_reader.read_by_openpyxl(data)
    assert [all_of_a_sheet(sheet.grid()) for sheet in one] == [all_of_a_sheet(sheet.grid()) for sheet in other]
    assert [{*sheet.pages} for sheet in one] == [{*sheet.pages} for sheet in other]


def test_all_that_excel_has_is_the_same(tmp_path: Path) -> None:
    expect_the_same(write_rich(tmp_path / "表.xlsx").read_bytes())


@drawn(
    12,
    unit=st.sampled_from(EDITION.units),
    style=styles(),
    seed=st.integers(0, 2**32),
    writer=st.sampled_from(["openpyxl", "xlsxwriter"]),
)
def test_filings_of_any_style_have_the_same_cells(unit: Unit, style: Style, seed: int, writer: str) -> None:
    dice = random.Random(seed)
    planned = draw(filing_of(unit, dice), style, dice, "xlsx")
    with tempfile.TemporaryDirectory() as folder:
        for path in write(planned, writer, Path(folder)):
            expect_the_same(path.read_bytes())


def never_calculated() -> bytes:
    """A workbook of openpyxl's, whose formulas have no results."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([1, "=A1+1", "=SUM(A1:B1)"])
    sheet["B9"], sheet["A9"] = "=A1", "x"
    sheet["A9"].font = Font(strike=True)
    return bytes_of(book)


SHOWN = [workbook, ODD_BUT_READABLE["macros"], everything, never_calculated, *(path.read_bytes for path in EXAMPLES)]


@pytest.mark.parametrize("make", SHOWN)
def test_whatever_a_cell_can_say_is_the_same(make: Callable[[], bytes]) -> None:
    expect_the_same(make())


@pytest.mark.usefixtures("in_this_process")
def test_openpyxl_reads_what_the_other_library_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> Iterator[Mapping[str, Any]]:
        book = opened_as(Book, everything())
        yield from map(all_of_a_sheet, book.grids)

    def refusing(data: bytes) -> list[SheetBuilder]:
        raise ImportError

    usual = list(read())
    monkeypatch.setattr(calamine_reader, "read_cells", refusing)
    assert list(read()) == usual


def test_both_give_the_same_values_of_a_workbook_of_this_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its property makes it one; what is guarded must be whole for openpyxl, too."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    book.set_custom_property("schema", "x")
    book.add_worksheet("汇总").write_row(0, 0, ["广东省", 1, 2.5, True, date(2020, 1, 10)], book.add_format())
    data = bytes_of(book)
    usual = calamine_reader.read_values(data)
    monkeypatch.setitem(sys.modules, "python_calamine_plus", None)
    assert [[*grid.cells] for grid in calamine_reader.read_values(data).grids] == [[*g.cells] for g in usual.grids]
