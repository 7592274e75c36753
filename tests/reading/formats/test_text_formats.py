"""Tables that are sent as text: web pages and XML called .xls, comma- and tab-separated, by whatever name."""

from __future__ import annotations

import csv
import io
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pandas as pd
import pytest

from cell_marks import marked, stale, struck, unseen
from conftest import ConvertAll
from damaged import problem_of
from draws import few
from factory import Style, clean_rows, write_filing
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.model.problem import Problem
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.grid import Book, Box, Cell, Grid, Mark
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind
from readings import found_as, opened_as

UNIT = "宁夏回族自治区"


def cells(grid: Grid) -> list[list[Cell]]:
    return [list(row) for row in grid.cells]


PAGE = """<html><head><meta charset="{0}"><style>.xl1{{text-decoration:line-through}}
</style></head><body><p>填报单位：宁夏</p><table><tr><td rowspan="2">地区</td><td colspan=2>来电<br>情况</td></tr>
<tr><td>来电总量</td><td>放弃量&nbsp;</td></tr><tr style="display:none"><td>样例</td><td x:num="2500.5">2,501</td><td>1,000</td></tr>
<tr><td>银川市</td><td>3</td><td class=xl1>5</td></tr><tr><td><s>3000</s>4120</td><td>12</td><td>0.50</td></tr>
</table><p>注：以上</p><table><tr><td>二</td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-8-sig", "utf-16"])
def test_a_web_page_that_is_called_xls(encoding: str) -> None:
    book = opened_as(Book, PAGE.format("gb2312" if encoding == "gbk" else encoding).encode(encoding))
    first, second = book.grids
    assert cells(first) == [
        ["地区", "来电\n情况", None],
        [None, "来电总量", "放弃量"],
        ["样例", 2500.5, "1,000"],
        ["银川市", 3, 5],
        [4120, 12, 0.5],
    ]
    assert first.merges == (Box(0, 0, 1, 0), Box(0, 1, 0, 2))
    assert (first.before, first.after, second.before) == (("填报单位：宁夏",), ("注：以上",), ("注：以上",))
    assert first.hidden_rows == {2}
    assert struck(first) == {(3, 2): None, (4, 0): "4120"}
    assert cells(second) == [["二"]]


@pytest.mark.parametrize("depth", [300, 5_000])
def test_what_is_nested_deep_is_read_or_refused_but_never_cut_off(depth: int) -> None:
    page = ("<html><table><tr><td>银川市</td><td>3</td></tr></table>" + "<div>" * depth + "坐席数应为5</html>").encode()
    if depth < 1_000:
        assert opened_as(Book, page).grids[0].after == ("坐席数应为5",)
    else:
        assert problem_of(open_bytes, page) is Problem.TOO_LARGE


def test_pandas_writes_html() -> None:
    frame = pd.DataFrame({"地区": ["银川市"], "来电总量": [1200]})
    assert cells(opened_as(Book, frame.to_html(index=False).encode()).grids[0]) == [
        ["地区", "来电总量"],
        ["银川市", 1200],
    ]


def test_a_table_within_a_table_is_a_grid_of_its_own() -> None:
    page = "<table><tr><td>外<table><tr><td>内</td></tr></table>边</td></tr></table>"
    assert [cells(grid) for grid in opened_as(Book, page.encode()).grids] == [[["外边"]], [["内"]]]


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("<table>" * 60 + "<tr><td>x", Problem.TOO_LARGE),
        ("<table>" + "<tr><td colspan=1000>x</td></tr>" * 1_001, Problem.TOO_LARGE),
        ("<table><tr><td>" + "x" * (17 * 2**20), Problem.TOO_LARGE),
    ],
)
def test_pages_that_are_too_much(page: str, problem: Problem) -> None:
    assert problem_of(open_bytes, page.encode()) is problem


def test_a_span_beyond_measure_is_cut() -> None:
    book = opened_as(Book, b'<table><tr><td rowspan="999999999" colspan="99999999999999999999">x</td></tr></table>')
    assert len(book.grids[0].cells[0]) == 1_000


def test_a_page_in_one_file_as_excel_saves_it() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "由 Microsoft Excel 保存", "表"
    message["MIME-Version"], message["X-Document-Type"] = "1.0", "Workbook"
    message.set_type("multipart/related")
    for text in ("甲", "乙"):
        page = EmailMessage()
        page.set_content(f"<html><table><tr><td>{text}</td></tr></table></html>", subtype="html")
        message.attach(page)
    assert [cells(grid) for grid in opened_as(Book, bytes(message)).grids] == [[["甲"]], [["乙"]]]


XML = """<?xml version="1.0"{0}?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
 <DocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><LastSaved>2020-01-10T01:30:00Z</LastSaved></DocumentProperties>
 <Styles><Style ss:ID="Default"/><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style>
  <Style ss:ID="s2" ss:Parent="s1"><Font ss:StrikeThrough="0"/></Style></Styles>
 <Worksheet ss:Name="附表"><Table>
  <Column ss:Hidden="1"/>
  <Row><Cell ss:MergeAcross="1"><Data ss:Type="String">来电情况</Data></Cell><Cell><Data ss:Type="String">备注</Data></Cell></Row>
  <Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">1200</Data></Cell>
   <Cell ss:StyleID="s2"><Data ss:Type="Number">3</Data></Cell><Cell ss:StyleID="s1"><Data ss:Type="Number">5</Data></Cell></Row>
  <Row><Cell ss:Formula="=R1C1+1"/><Cell><Data ss:Type="Error">#REF!</Data></Cell>
   <Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>3000</S>4120</ss:Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="隐"><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible>
 </WorksheetOptions></Worksheet>
</Workbook>"""


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", ""), ("gb18030", ' encoding="gb2312"')])
def test_xml_spreadsheet_2003(encoding: str, declared: str) -> None:
    book = opened_as(Book, XML.format(declared).encode(encoding))
    grid, hidden = book.grids
    assert cells(grid) == [
        ["来电情况", None, "备注"],
        [],
        [],
        [None, 1200, 3, 5],
        [None, None, "4120", True],
    ]
    assert (grid.name, grid.hidden, hidden.name, hidden.hidden) == ("附表", False, "隐", True)
    assert grid.merges == (Box(0, 0, 0, 1),)
    assert (grid.hidden_rows, grid.hidden_columns) == (frozenset({3}), frozenset({0}))
    assert struck(grid) == {(3, 3): None, (4, 2): "4120"}
    assert unseen(book, "附表") == {(4, 0): stale("=A1+1"), (4, 1): Mark(error="#REF!")}
    assert book.saved is not None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("<Workbook", '<!DOCTYPE d [<!ENTITY a "ha">]><Workbook'), Problem.TOO_LARGE),
        (('ss:Index="4"', 'ss:Index="99999999"'), Problem.TOO_LARGE),
        (('ss:Index="2"', 'ss:Index="20000"'), Problem.TOO_LARGE),
        (("</Table>", ""), Problem.DAMAGED),
    ],
)
def test_xml_spreadsheets_that_go_wrong(change: tuple[str, str], problem: Problem) -> None:
    assert problem_of(open_bytes, XML.format("").replace(*change).encode()) is problem


ROWS = [["地区", "来电总量", "备注"], ["银川市", "1200", "含“,”和\n换行"], ["固原市", "0951", "1.50"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tables_as_text(encoding: str, delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(ROWS)
    (grid,) = opened_as(Book, out.getvalue().encode(encoding)).grids
    assert cells(grid) == [["地区", "来电总量", "备注"], ["银川市", 1200, "含“,”和\n换行"], ["固原市", "0951", 1.5]]


def test_figures_that_a_program_guards_as_text_are_figures() -> None:
    (grid,) = opened_as(Book, '地区,来电总量,代码\n银川市,="64600",="012"\n="吴忠市",="",x\n'.encode()).grids
    assert cells(grid)[1:] == [["银川市", 64600, "012"], ["吴忠市", None, "x"]]


def test_how_old_programs_end_a_text_file_and_part_its_columns() -> None:
    text = "地区|来电总量\n银川市|1200\n"
    for end in (b"", b"\x1a", b"\0\0"):
        (grid,) = opened_as(Book, text.encode("gbk") + end).grids
        assert cells(grid)[:2] == [["地区", "来电总量"], ["银川市", 1200]]


def test_a_row_of_a_text_file_with_more_cells_than_there_are_headings_is_not_read_by_them(tmp_path: Path) -> None:
    out = io.StringIO()
    write = csv.writer(out)
    form = EDITION.form("附表1")
    write.writerow([f"（盖章）{UNIT} 联系人：张三 手机号：13800000001"])
    write.writerow([column.label for column in form.columns])
    shown = {True: "是", False: "否", None: ""}
    for number, row in enumerate(clean_rows(UNIT, form), 1):
        reported = [row.get(column.key, number) for column in form.columns]
        write.writerow([shown[value] if value is None or isinstance(value, bool) else value for value in reported])
    lines = out.getvalue().splitlines()
    at = lines[3].split(",")
    at[2] = f"{int(at[2]):,}"  # 162,038 without quotes
    lines[3] = ",".join(at)
    (tmp_path / "表.csv").write_text("\n".join(lines), encoding="utf-8")
    filing = found_as(Filing, tmp_path / "表.csv")
    (table,) = filing.tables
    asked = [column.key for column in form.data if column.kind is not Kind.TEXT]
    for read in table.rows:
        broken = read.region == at[1]
        assert [read.get(key).value is None for key in asked] == [broken] * len(asked)
        assert all((read.get(key).problem is not None) is broken for key in asked)


@pytest.mark.parametrize(
    ("inside", "read"),
    [
        ('<span style="mso-hide:all">9</span>84', 84),
        ('<span style="font-size:0">9</span>84', 84),
        ('<span style="font-size:0.9em">9</span>84', 984),
        ('84<span style="vertical-align:super;font-size:60%">1</span>', "84[1]"),
        ("<span hidden>9</span>84", 84),
        ('<input type="text" value="84">', 84),
        ('84<input type="hidden" value="9">', 84),
        ("<select><option>是<option selected>否</select>", "否"),
        ("<select><option>是</option><option>否</option></select>", "是"),
        ("<input type=radio>是<input type=radio checked>否", "☐是☑否"),
    ],
)
def test_what_a_page_shows_in_a_cell(inside: str, read: object) -> None:
    assert cells(opened_as(Book, f"<html><table><tr><td>{inside}</td></tr></table></html>".encode()).grids[0]) == [
        [read]
    ]


def test_a_day_in_a_table_as_text_is_one_as_in_a_spreadsheet() -> None:
    page = (
        "<html><table><tr><td>2020-01-05</td><td>2020/1/5</td><td>2020-13-40</td><td>2020-1/5</td></tr></table></html>"
    )
    day = date(2020, 1, 5)
    assert cells(opened_as(Book, page.encode()).grids[0]) == [[day, day, "2020-13-40", "2020-1/5"]]


def test_numbers_that_a_page_holds_besides_what_it_shows() -> None:
    page = """<html><table><tr hidden><td>1</td></tr><tr><td sdval="162038" sdnum="2052;0;0,">162</td>
        <td x:num="2500">2500余</td><td x:num="12345.6">12,346</td><td x:num="0">-</td><td x:num="7">##</td>
        <td x:num="204954">205.0千</td><td x:num="3">3万<comment>应为4万</comment></td><td sdval="0">#REF!</td></tr></table></html>"""
    (grid,) = opened_as(Book, page.encode()).grids
    assert grid.hidden_rows == {0}
    assert list(grid.cells[1]) == [162038, 2500, 12345.6, 0, 7, 204954, 3, "#REF!"]
    assert marked(grid, "shown") == {(1, 1): "2500余", (1, 6): "3万"}
    assert marked(grid, "comment") == {(1, 6): "应为4万"}


def test_a_formula_of_xml_spreadsheet_2003_is_computed_and_its_stale_zero_is_no_value() -> None:
    numbers = "".join(f'<Cell><Data ss:Type="Number">{number}</Data></Cell>' for number in (3, 4))
    formula = '<Cell ss:Formula="=SUM(RC[-2]:RC[-1])">{}</Cell>'
    zero = formula.format('<Data ss:Type="Number">0</Data>')
    right = formula.replace("RC[-2]:RC[-1]", "RC1:R1C2").format('<Data ss:Type="Number">7</Data>')
    off = formula.replace("RC[-2]", "RC[-9]").format("")
    rows = f"<Row>{numbers}{zero}{right}{off}</Row>"
    text = (
        XML.format("").partition("<Worksheet")[0]
        + f'<Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    book = opened_as(Book, text.encode())
    assert cells(book.grids[0]) == [[3, 4, "", 7]]
    assert unseen(book, "S") == {
        (0, 2): stale("=SUM(A1:B1)", stored=0),
        (0, 4): stale("=SUM(RC[-9]:RC[-1])"),
    }


def test_a_letter_is_no_table() -> None:
    assert problem_of(open_bytes, "各位同事：\n请查收，谢谢。".encode()) is Problem.OTHER_FORMAT


def assert_read(path: Path) -> None:
    documents = read_paths([path], EDITION).documents
    filings = [document for document in documents if isinstance(document, Filing)]
    assert len(filings) == len(documents)
    tables = [table for filing in filings for table in filing.tables]
    assert {table.form.key for table in tables} == {form.key for form in EDITION.forms}
    for table in tables:
        keys = [column.key for column in table.form.columns if column.kind not in (Kind.SERIAL, Kind.TEXT)]
        written = [{key: row[key] for key in keys} for row in clean_rows(UNIT, table.form)]
        assert [{key: row.scalars()[key] for key in keys} for row in table.rows] == written


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    "to",
    few(["html:HTML (StarCalc)", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"], 1),
)
def test_filings_that_libreoffice_saves_as_text(to: str, tmp_path: Path, soffice_convert_all: ConvertAll) -> None:
    made = soffice_convert_all([write_filing(tmp_path / "表.xlsx", UNIT, style=Style(total="typed"))], to)
    if to.startswith("html"):
        made[0].rename(made[0].with_suffix(".xls"))
    assert_read(made[0].parent)


def test_text_in_a_folder_that_holds_no_form_is_passed_over(tmp_path: Path) -> None:
    write_filing(tmp_path / "表.xlsx", UNIT)
    (tmp_path / "名单.csv").write_bytes("姓名,电话\n张三,1\n李四,2\n".encode("gbk"))
    (tmp_path / "通知.html").write_bytes(b"<html><body><table><tr><td>x</td></tr></table></body></html>")
    reading = read_paths([tmp_path], EDITION)
    assert len(reading.documents) == 1
    assert {Path(item.file).name: item.reason for item in reading.skipped} == {
        "名单.csv": "不是表格或文档",
        "通知.html": "不是表格或文档",
    }
    document = found_as(Unreadable, tmp_path / "名单.csv")
    assert document.problem is Problem.NO_FORM


def _xml_sheets(count: int, row: str) -> bytes:
    names = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    )
    sheet = f'<Worksheet ss:Name="S"><Table>{row}</Table></Worksheet>'
    return f'<?xml version="1.0"?><Workbook {names}>{sheet * count}</Workbook>'.encode()


def test_a_cell_in_the_last_row_is_no_burden() -> None:
    far = '<Row ss:Index="1048576"><Cell><Data ss:Type="Number">1</Data></Cell></Row>'
    (grid,) = opened_as(Book, _xml_sheets(1, far)).grids
    assert (len(grid.cells), grid.at(1_048_575, 0), grid.at(5, 0)) == (1_048_576, 1, None)
    assert len({id(row) for row in grid.cells}) == 2
    assert problem_of(open_bytes, _xml_sheets(20, far)) is Problem.TOO_LARGE


@pytest.mark.parametrize(
    "row",
    [
        "<Row><Cell><Data>" + "<B>" * 200 + "</B>" * 200 + "</Data></Cell></Row>",
        '<Column ss:Index="1" ss:Span="100"/>' * 2,
    ],
)
def test_what_no_program_writes_is_refused(row: str) -> None:
    assert problem_of(open_bytes, _xml_sheets(1, row)) is Problem.TOO_LARGE


def test_blanks_beside_cells_that_go_on_downward_count_too() -> None:
    block = "<tr>" + "<td rowspan=1000 colspan=100>a</td>" * 10 + "</tr>" + "<tr><td>x</td></tr>" * 998
    assert problem_of(open_bytes, f"<html><table>{block * 2}</table></html>".encode()) is Problem.TOO_LARGE
