"""Annotated copies: marks on the right cells, links that lead there, and nothing of the sender's workbook lost."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook as Opened

from damaged import long_text_everywhere, with_parts
from factory import PLAIN, a1, write_filing
from factory import filing as filed
from hrss12333.checking.engine import Checked, check
from hrss12333.model.check_code import COPY_CATEGORY, copy_code_of
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Filing, WorkReport
from hrss12333.model.finding import Finding, Severity
from hrss12333.questions.respondents import respondents_of
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.worker import limits
from hrss12333.reporting.marked_copies import annotate_all
from hrss12333.reporting.working_copy import AUTHOR, GROUNDS
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import found_as
from reporting_samples import (
    BALANCE,
    CODE,
    EXPLAINED,
    GUANGDONG,
    MISSING,
    READ_AS,
    checked_of,
    clean,
    filing,
    finding,
    inbox_of,
    unreadable,
)
from rich_workbook import picture, write_rich

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")
"""openpyxl, with which the copies are looked at, says what it cannot show."""
RED, YELLOW = GROUNDS[Severity.ERROR], GROUNDS[Severity.QUERY]
QUERY = finding("P501", Severity.QUERY, "人均接听量偏高。", cell="D7", field="calls_agent", value=1000)


def of(*findings: Finding) -> Checked:
    return checked_of(findings)


def annotated(folder: Path, *checked: Checked, data: bytes = b"") -> tuple[list[Path], list[str]]:
    """The copies of these files, each of these bytes; and lines on those without one."""
    inbox = inbox_of(*checked)
    copies, refused = annotate_all(
        folder, respondents_of(inbox), lambda name: Source(name, lambda: data), inbox.files, force=False
    )
    return [*copies.values()], refused


def written(data: bytes, checked: Checked, folder: Path) -> Path:
    """Where the copy of a file of these bytes is."""
    (path,), _ = annotated(folder, checked, data=data)
    return path


def copy_of(data: bytes, checked: Checked, folder: Path) -> Opened:
    return openpyxl.load_workbook(written(data, checked, folder))


def difference(book: Opened) -> str:
    """Why the copy is not the sender's file itself, as the first sheet says."""
    (said,) = re.findall("原文件(.+，不能直接在上面批注.+)。", texts_of(book))
    return str(said)


def comments(book: Opened) -> dict[str, str]:
    return {
        f"{page.title}!{cell.coordinate}": cell.comment.text
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.comment
    }


def fills(book: Opened) -> dict[str, str]:
    """附表1!C7 → our fill, for the cells that have one."""
    found = {
        f"{page.title}!{cell.coordinate}": str(cell.fill.fgColor.rgb)
        for page in book.worksheets[1:]
        for row in page.iter_rows()
        for cell in row
    }
    return {cell: rgb for cell, rgb in found.items() if rgb in (RED, YELLOW)}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook with shapes, pictures, extended dropdowns and stored values."""
    return write_rich(tmp_path_factory.mktemp("rich") / "rich.xlsx").read_bytes()


@pytest.fixture
def ordinary() -> bytes:
    return filed(writer="xlsxwriter")


def test_errors_and_open_queries_are_filled_and_commented(ordinary: bytes, tmp_path: Path) -> None:
    book = copy_of(ordinary, of(BALANCE, *MISSING, QUERY, EXPLAINED, *READ_AS), tmp_path)
    assert fills(book) == {"附表1!C7": RED, "附表1!C8": RED, "附表1!E8": RED, "附表1!D7": YELLOW}
    found = comments(book)
    assert set(found) == {"附表1!C7", "附表1!C8", "附表1!E8", "附表1!D7"}
    assert found["附表1!C7"].startswith("【强制性错误 B401】来电总量2500不等于")
    assert found["附表1!C7"].endswith("\n建议：放弃量（F7）改为500：改后该行对得上。")
    assert found["附表1!D7"] == "【核实性错误 P501】人均接听量偏高。"


def test_the_first_sheet_lists_the_findings_with_links(ordinary: bytes, tmp_path: Path) -> None:
    whole = finding("R204", Severity.QUERY, "缺少 1 个地区。", cell=None, region=None, field=None, value=None)
    book = copy_of(ordinary, of(EXPLAINED, *READ_AS[:1], whole, MISSING[0], BALANCE), tmp_path)
    page = book.worksheets[0]
    assert (page.title, book.active) == ("审核结果", page)
    lines = [[cell.value for cell in row] for row in page.iter_rows(max_col=10)]
    start = next(index for index, line in enumerate(lines) if line[0] == "序号")
    assert lines[start] == ["序号", "级别", "规则", "工作表", "单元格", "地区", "栏目", "原值", "问题", "建议"]
    listed = [line[:8] for line in lines[start + 1 :]]
    assert listed == [
        [1, "强制性错误", "B401", "附表1", "C7", "广州市", "来电总量", 2500],
        [2, "强制性错误", "V301", "附表1", "C8", "阳江市", "来电总量", None],
        [3, "核实性错误", "R204", "附表1", "见工作表", None, None, None],
        [4, "核实性错误（已说明）", "P504", "附表1", "K7", "广州市", "坐席数", 8],
        [5, "提示", "V306", "附表1", "G7", "广州市", None, "√"],
    ]
    links = [page.cell(start + 2 + index, 5).hyperlink for index in range(5)]
    assert [link.location for link in links if link] == [f"'附表1'!{cell}" for cell in ("C7", "C8", "A1", "K7", "G7")]
    assert lines[start + 4][9] == "备注说明：部分坐席为备用"
    assert f"校验码：{CODE}" in texts_of(book)
    assert page["A1"].value == "审核结果：需要修改后再报送：改正2处、核实1处（另有1处已说明）。"
    assert max(cell.font.sz for row in page.iter_rows() for cell in row) == page["A1"].font.sz  # the largest


def texts_of(book: Opened) -> str:
    return "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows(max_col=1) for cell in row if cell.value)


def test_what_a_copy_keeps(rich: bytes, tmp_path: Path) -> None:
    path = written(rich, of(BALANCE, *MISSING), tmp_path)
    page = openpyxl.load_workbook(path)["附表1"]
    assert page["C9"].value == "=SUM(C7:C8)"
    assert [str(rule.sqref) for rule in page.data_validations.dataValidation] == ["G7:G8", "H7:H8"]
    assert [str(ranges.sqref) for ranges in page.conditional_formatting] == ["C7:C8"]
    assert [str(merged) for merged in page.merged_cells.ranges] == ["A3:D3"]
    assert (page.protection.sheet, page.protection.formatCells) == (True, False)
    assert page.page_setup.orientation == "landscape"
    assert page["C12"].number_format == "yyyy-mm-dd"
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/media/image1.png") == picture()
        assert "附表1" in archive.read("xl/charts/chart1.xml").decode()
        assert "<oddFooter>&C第 &P 页</oddFooter>" in unescape(archive.read("xl/worksheets/sheet2.xml").decode())
    runs = openpyxl.load_workbook(path, rich_text=True)["附表1"]["A1"].value
    assert isinstance(runs, CellRichText)
    assert [run.font.b for run in runs if isinstance(run, TextBlock)] == [True]


@pytest.mark.parametrize(("width", "pages"), [(8, 1), (14, 2), (40, 4)])
def test_no_sheet_of_a_copy_is_printed_too_small(width: int, pages: int, tmp_path: Path) -> None:
    """16 columns of this width, on a sheet without a mark too."""
    book, data = Opened(), io.BytesIO()
    for page in (book.worksheets[0], book.create_sheet("附表1")):
        for column in range(1, 17):
            page.cell(3, column, "栏目")
            page.column_dimensions[get_column_letter(column)].width = width
    book.save(data)
    copy = copy_of(data.getvalue(), of(QUERY), tmp_path)
    setups = [page.page_setup for page in copy.worksheets[1:]]
    assert [(each.orientation, each.fitToWidth) for each in setups] == [("landscape", pages)] * 2


def test_there_is_a_column_of_suggestions_only_where_there_are_any(ordinary: bytes, tmp_path: Path) -> None:
    for findings, last in (((BALANCE, QUERY), "建议"), ((QUERY, *MISSING), "问题")):
        page = copy_of(ordinary, of(*findings), tmp_path / last).worksheets[0]
        heads = next(row for row in page.iter_rows(values_only=True) if row[0] == "序号")
        assert [head for head in heads if head][-1] == last


@pytest.mark.parametrize("heading", ["其他量", None])
def test_a_missing_column_is_marked_at_the_heading_that_may_be_meant_or_in_the_row(
    heading: str | None, tmp_path: Path
) -> None:
    source = write_filing(tmp_path / "广东.xlsx", cells={"附表1": {"calls_abandoned5": heading}}, style=PLAIN)
    checked = check(found_as(Filing, source), EDITION)
    missing = [found for found in checked.findings if found.rule == "F007"]
    assert [found.cell for found in missing] == [None]
    book = copy_of(source.read_bytes(), replace(checked, findings=tuple(missing)), tmp_path / "退回")
    marked = fills(book)
    row = {a1("附表1!calls_total5"), a1("附表1!seats5")}
    assert marked.keys() == {a1("附表1!calls_abandoned5")} if heading else row <= marked.keys()
    assert a1("附表1!calls_total7") not in marked
    links = [cell.hyperlink.location for row in book["审核结果"].iter_rows() for cell in row if cell.hyperlink]
    assert [str(link).split("!")[1] for link in links] == [cell.split("!")[1] for cell in comments(book)]


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml"])
def test_a_copy_holds_nothing_that_runs(part: str, ordinary: bytes, tmp_path: Path) -> None:
    path = written(with_parts(ordinary, {part: b"x"}), of(BALANCE), tmp_path)
    assert part not in zipfile.ZipFile(path).namelist()


def test_existing_comments_are_kept_and_ours_added(rich: bytes, tmp_path: Path) -> None:
    path = written(rich, of(BALANCE, MISSING[0]), tmp_path)
    found = comments(openpyxl.load_workbook(path))
    assert set(found) == {"附表1!C7", "附表1!E9", "附表1!C8"}
    assert found["附表1!C7"].startswith("填报人的批注\n──审核意见──\n【强制性错误 B401】")
    assert found["附表1!E9"] == "另一处批注"
    with zipfile.ZipFile(path) as archive:
        boxes = archive.read("xl/drawings/commentsDrawing1.vml").decode()
    heights = [int(height) for height in re.findall(r"height:(\d+)px", boxes)]
    assert heights[0] > 100, "as high as their text"
    assert heights[1:] == [34, 34]


def test_a_finding_in_a_merged_range_is_marked_where_it_shows(rich: bytes, tmp_path: Path) -> None:
    wrong = finding("H102", message="单位不对。", cell="B3", region=None, field="unit", value="广东")
    book = copy_of(rich, of(wrong), tmp_path)
    assert fills(book)["附表1!A3"] == RED
    assert "附表1!A3" in comments(book)


def test_all_figures_of_a_finding_are_filled_and_two_findings_share_a_comment_which_is_the_audits(
    ordinary: bytes, tmp_path: Path
) -> None:
    asked = replace(QUERY, line=7, figures=("calls_total", "calls_ivr"))
    assert set(fills(copy_of(ordinary, of(asked), tmp_path / "a"))) == {"附表1!C7", "附表1!D7", "附表1!E7"}
    book = copy_of(ordinary, of(replace(QUERY, row=7, column=3), BALANCE), tmp_path / "b")
    assert fills(book) == {"附表1!C7": RED}
    comment = book["附表1"]["C7"].comment
    assert comment is not None
    assert re.findall(r"【.*?】", comment.text) == ["【强制性错误 B401】", "【核实性错误 P501】"]
    assert comment.author == AUTHOR


def test_a_copy_is_marked_as_ours_with_the_code_of_its_data(ordinary: bytes, tmp_path: Path) -> None:
    path = written(ordinary, of(BALANCE), tmp_path / "a")
    assert path.read_bytes() == written(ordinary, of(BALANCE), tmp_path / "b").read_bytes()
    book, before = openpyxl.load_workbook(path), openpyxl.load_workbook(io.BytesIO(ordinary)).properties
    code = copy_code_of(filing().tables, ())
    assert (book.properties.category, book.properties.keywords) == (COPY_CATEGORY, f"校验码:{code}")
    assert (book.properties.modified, book.properties.creator) == (before.modified, before.creator)


def test_a_copy_sent_back_is_annotated_anew(rich: bytes, tmp_path: Path) -> None:
    once = written(rich, of(BALANCE, MISSING[0], QUERY), tmp_path / "a").read_bytes()
    book = copy_of(once, of(MISSING[1]), tmp_path / "b")
    assert book.sheetnames == ["审核结果", "附表1", "选项"]
    assert fills(book) == {"附表1!E8": RED}
    assert book["附表1"]["D7"].fill.patternType in (None, "none")
    found = comments(book)
    assert set(found) == {"附表1!C7", "附表1!E9", "附表1!E8"}
    assert found["附表1!C7"] == "填报人的批注"
    assert book["附表1"].print_area == "'附表1'!$A$1:$M$9"


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0 an old .xls", b"PK\x03\x04 damaged"])
def test_what_cannot_be_edited_in_place_becomes_the_official_form(data: bytes, tmp_path: Path) -> None:
    book = copy_of(data, of(BALANCE, *MISSING, EXPLAINED), tmp_path)
    assert "统一表样" in difference(book)
    assert book.sheetnames == ["审核结果", "附表1", "附表2"]
    page = book["附表1"]
    cells = {cell.split("!")[1] for cell in comments(book)}
    assert {page[cell].column_letter for cell in cells} == {"C", "E"}
    assert sorted(str(page.cell(page[cell].row, 2).value) for cell in cells) == ["广州市", "阳江市", "阳江市"]
    assert [page[cell].value for cell in sorted(cells)] == [2500, None, None]
    assert "改为500" in "".join(comments(book).values())
    links = [cell.hyperlink.location for row in book["审核结果"].iter_rows() for cell in row if cell.hyperlink]
    assert {str(link).split("!")[1] for link in links} >= cells


def test_what_was_not_taken_for_an_answer_is_none_on_the_official_form(tmp_path: Path) -> None:
    """Of two columns under one heading that differ, say: sent back unchanged, the copy asks the same again."""
    first = filing().tables[0]
    row = first.rows[0]
    doubted = replace(first, rows=(row.changed({"voicemail": replace(row.get("voicemail"), value=None)}),))
    assert row.get("voicemail").found is True
    item = Checked(replace(filing(), tables=(doubted,)), (BALANCE,))
    page = copy_of(b"", item, tmp_path)["附表1"]
    listed = [cell.value for row in page.iter_rows() for cell in row if str(cell.value).startswith("待核实")]
    assert listed == ["待核实：是"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/x/main", "Strict"),
        (b'<row r="', b'<row r="x', "不规范"),
        (b"<sheetData>", b"<sheetData><", "不规范"),
        (b"worksheets/sheet1.xml", b"worksheets/gone.xml", "不规范"),
        (b"</worksheet>", b'<mergeCells><mergeCell ref="A20:XFD1048576"/></mergeCells></worksheet>', "过大"),
        (b"</worksheet>", b'<hyperlinks><hyperlink ref="A:XFD"/></hyperlinks></worksheet>', "过大"),
    ],
)
def test_what_openpyxl_does_not_read_whole_is_refilled(
    old: bytes, new: bytes, why: str, ordinary: bytes, tmp_path: Path
) -> None:
    book = copy_of(with_parts(ordinary, {"*": (old, new)}), of(BALANCE), tmp_path)
    assert why in difference(book)
    assert book.sheetnames == ["审核结果", "附表1", "附表2"]


def test_a_long_text_that_thousands_of_cells_share_is_not_written_into_each(tmp_path: Path) -> None:
    assert "过大" in difference(copy_of(long_text_everywhere(), of(BALANCE), tmp_path))


def test_a_copy_replaces_nothing(ordinary: bytes, tmp_path: Path) -> None:
    """Neither another of this run, nor what is there."""
    checked = [Checked(filing(file), (replace(BALANCE, file=file),)) for file in ("表.xlsm", "表.xlsx")]
    made, _ = annotated(tmp_path, *checked, data=ordinary)
    assert [path.name for path in made] == ["表_审核.xlsx", "表_审核(2).xlsx"]
    (tmp_path / "表_审核.xlsx").write_bytes(b"mine")
    with pytest.raises(UsageStop, match="已经存在"):
        written(ordinary, checked[0], tmp_path)
    assert (tmp_path / "表_审核.xlsx").read_bytes() == b"mine"


def test_files_without_a_copy_are_said_so(tmp_path: Path) -> None:
    summary = Checked(WorkReport("总结.docx", GUANGDONG, ("一",), words=1), (finding("S601", file="总结.docx"),))
    checked = [unreadable(), summary, clean(), Checked(filing("注.xlsx"), READ_AS)]
    why = "不是调查表，或者无法读取，没有可以批注的单元格"
    assert annotated(tmp_path, *checked) == ([], [f"没有副本的文件2个（{why}）：报送/坏.xlsx、总结.docx"])


def test_a_copy_takes_of_what_its_file_may_cost(ordinary: bytes, tmp_path: Path) -> None:
    inbox = inbox_of(of(BALANCE))
    source = Source(inbox.files[0].file, lambda: ordinary)
    source.budget.take(limits.SECONDS)
    _, refused = annotate_all(tmp_path, respondents_of(inbox), lambda _: source, inbox.files, force=False)
    assert refused == [f"没有副本的文件1个（内容太多，没有批注）：{source.name}"]


def test_a_copy_reads_as_the_file_it_was_made_of(tmp_path: Path) -> None:
    source = write_filing(tmp_path / "广东.xlsx", cells={"附表1": {"calls_total7": 1}}, style=PLAIN)
    document = found_as(Filing, source)
    checked = check(document, EDITION)
    book = copy_of(source.read_bytes(), checked, tmp_path / "退回")
    book["附表1"][a1("remarks7")] = "改过"
    book.save(tmp_path / "改过.xlsx")
    again = found_as(Filing, tmp_path / "改过.xlsx")
    assert [row.number("calls_total") for table in again.tables for row in table.rows] == [
        row.number("calls_total") for table in document.tables for row in table.rows
    ]
    assert {f.rule for f in check(again, EDITION).findings} == {f.rule for f in checked.findings}
