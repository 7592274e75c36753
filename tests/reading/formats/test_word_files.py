"""Word files: text in reading order, tables with merged cells, what Word would not count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from time import process_time
from types import MappingProxyType
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.styles.style import ParagraphStyle

from cases import words
from damaged import WORD_MACROS, Change, biff8, bytes_of, document, encrypted, ole, problem_of, with_parts, workbook
from hrss12333.checking.rules import OBJECTS
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.formats.word_document import WordDocument
from hrss12333.reading.grid import Box, Prose
from merge_runs import opened_as

pytestmark = pytest.mark.usefixtures("in_this_process")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def of_body(body: str, parts: Mapping[str, Change] = MappingProxyType({})) -> Prose:
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} {MC}><w:body>{body}</w:body></w:document>'
    return opened_as(Prose, with_parts(document(), {"word/document.xml": xml.encode(), **parts}))


def related(relation: str, **parts: Change) -> dict[str, Change]:
    """Parts of a package whose text has one relation more."""
    added = f"<Relationship {relation}/></Relationships>".encode()
    return {"word/_rels/document.xml.rels": (b"</Relationships>", added), **parts}


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_text_and_tables_in_reading_order() -> None:
    made: Any = Document()
    made.add_heading("12333工作总结", 0)
    made.add_heading("一、基本情况", 1)
    made.add_paragraph("来电 1200 个。")
    table = made.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("地区", "来电", "样例市", "1200"), strict=True
    ):
        cell.text = text
    made.add_paragraph("完。")
    made.sections[0].footer.paragraphs[0].text = "校验码 ABCD"
    made.core_properties.modified = datetime(2020, 1, 9, 1, 2, 3)
    read = opened_as(Prose, bytes_of(made))
    said = "12333工作总结 | 一、基本情况 | 来电 1200 个。 | 地区 | 来电 | 样例市 | 1200 | 完。"
    assert [*read.paragraphs] == words(said)
    assert [(grid.name, grid.cells) for grid in read.grids] == [("表格1", (["地区", "来电"], ["样例市", 1200]))]
    assert Text(TextKind.PAGE, "校验码 ABCD") in read.texts
    assert read.saved == datetime(2020, 1, 9, 1, 2, 3)
    assert not read.macros
    assert not read.external_links


def test_merged_cells() -> None:
    made: Any = Document()
    table = made.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "地区"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "来电情况"
    table.cell(1, 1).text, table.cell(1, 2).text, table.cell(2, 2).text = "总量", "人工", "7"
    (grid,) = opened_as(Prose, bytes_of(made)).grids
    assert grid.cells == (["地区", "来电情况", None], [None, "总量", "人工"], [None, None, 7])
    assert grid.merges == (Box(0, 0, 1, 0), Box(0, 1, 0, 2))


def test_a_table_in_a_table_is_one_of_its_own() -> None:
    made: Any = Document()
    table = made.add_table(1, 2)
    outer, table.cell(0, 1).text = table.cell(0, 0), "旁"
    outer.text = "外"
    outer.add_table(1, 1).cell(0, 0).text = "内"
    read = opened_as(Prose, bytes_of(made))
    assert [(grid.name, grid.cells) for grid in read.grids] == [("表格1", (["外", "旁"],)), ("表格2", (["内"],))]
    assert read.paragraphs == ("外", "内", "旁")


def test_a_table_in_the_one_cell_of_another_keeps_the_lines_around_it() -> None:
    made: Any = Document()
    frame = made.add_table(1, 1).cell(0, 0)
    frame.text = "联系人：张三"
    frame.add_table(1, 1).cell(0, 0).text = "内"
    frame.add_paragraph("填表人：李四")
    (grid,) = opened_as(Prose, bytes_of(made)).grids
    assert (grid.cells, grid.before, grid.after) == ((["内"],), ("联系人：张三",), ("填表人：李四",))


def test_rows_that_begin_later_or_end_earlier_hidden_rows_and_deleted_cells() -> None:
    rows = [
        ("", ("a", "b", "c")),
        ('<w:gridBefore w:val="2"/>', ("x",)),
        ('<w:gridAfter w:val="2"/>', ("x",)),
        ("<w:hidden/>", ("1", "2", "3")),
    ]
    body = "".join(
        f"<w:tr><w:trPr>{about}</w:trPr>{''.join(f'<w:tc>{p(text)}</w:tc>' for text in texts)}</w:tr>"
        for about, texts in rows
    )
    removed = f'<w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr>{p("7")}</w:tc>'
    (grid,) = of_body(f"<w:tbl>{body}<w:tr>{removed}<w:tc>{p('8')}</w:tc><w:tc>{p('9')}</w:tc></w:tr></w:tbl>").grids
    assert [*grid.cells[:3]] == [["a", "b", "c"], [None, None, "x"], ["x", None, None]]
    assert (grid.ragged, grid.hidden_rows) == (frozenset(), frozenset({3}))
    assert (grid.cells[4], grid.mark(4, 0).struck) == ([7, 8, 9], True)


def test_a_comment_on_a_paragraph_is_a_text() -> None:
    commented = Document()
    commented.add_comment(commented.add_paragraph("本表由中心汇总。").runs[0], text="固原数据有误", author="x")
    texts = opened_as(Prose, bytes_of(commented)).texts
    assert [text.text for text in texts if text.kind is TextKind.COMMENT] == ["固原数据有误"]


def test_content_controls_are_looked_into_and_a_deleted_row_is_none() -> None:
    def held(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    cell = held("<w:tc>" + held(p("格")) + "</w:tc>")
    removed = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('去')}</w:tc></w:tr>"
    read = of_body("<w:tbl>" + held(f"<w:tr>{cell}</w:tr>") + removed + "</w:tbl>")
    assert (read.paragraphs, read.grids[0].cells) == (("格",), (["格"],))


def test_the_level_of_a_heading_is_its_styles_or_its_own() -> None:
    made = Document()
    derived = made.styles.add_style("mine", WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(derived, ParagraphStyle)
    derived.base_style = made.styles["Heading 1"]
    made.add_heading("题", 0)
    made.add_heading("一", 1)
    made.add_paragraph("二", derived)
    own = made.add_paragraph("三")
    own.paragraph_format.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="1"/>'))
    document = WordDocument(made.part)
    levels = [document.paragraph(each).look.get("level") for each in made.element.body.p_lst]
    assert levels == [0, 1, 1, 2]


def test_macros_and_pictures_from_elsewhere() -> None:
    link = 'Id="r99" Type="x/image" Target="http://example.com/a.png" TargetMode="External"'
    read = opened_as(Prose, with_parts(document(), related(link) | WORD_MACROS))
    assert (read.macros, read.external_links) == (True, True)


@pytest.mark.parametrize("part", ["word/styles.xml", "docProps/core.xml", "word/_rels/document.xml.rels"])
def test_a_missing_part_hides_no_text(part: str) -> None:
    assert opened_as(Prose, with_parts(document(), {part: None})).paragraphs == opened_as(Prose, document()).paragraphs


def test_a_relation_that_leads_nowhere_hides_no_text() -> None:
    data = with_parts(document(), related(f'Id="rId99" Type="{RT.IMAGE}" Target="NULL"'))
    assert opened_as(Prose, data) == opened_as(Prose, document())


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr></w:tc></w:tr></w:tbl>', "F004"),
        ("<w:sdt>" * 5000 + "</w:sdt>" * 5000, "F001"),
        ("<w:p>", "F001"),
    ],
)
def test_documents_that_go_wrong(body: str, rule: str) -> None:
    assert OBJECTS[problem_of(of_body, body)].id == rule


def of_cells(*cells: str) -> list[object]:
    """What is read from the cells of a table of one row, given the content of their paragraphs."""
    row = "".join(f"<w:tc><w:p>{content}</w:p></w:tc>" for content in cells)
    return list(of_body(f"<w:tbl><w:tblGrid/><w:tr>{row}</w:tr></w:tbl>").grids[0].cells[0])


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_what_word_shows_in_a_cell_besides_plain_text() -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    one = f"<m:oMath {math}><m:r><m:t>4</m:t></m:r></m:oMath>"
    half = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    assert of_cells(r("8") + one, f"<m:oMath {math}>{half}</m:oMath>") == [84, "1 2"]
    assert of_cells(control.format("<w:showingPlcHdr/>", r("0")), control.format("", r("5"))) == [None, 5]
    assert of_cells(r("84") + r("1", '<w:position w:val="10"/>'), r("84", '<w:position w:val="-2"/>')) == ["84[1]", 84]
    assert of_cells(r("9", '<w:sz w:val="2"/>') + r("84", '<w:sz w:val="21"/>')) == [84]


def test_rows_of_a_word_table_that_are_not_as_wide_as_most() -> None:
    row = "<w:tr>{}</w:tr>"
    cell = f"<w:tc>{p('1')}</w:tc>"
    rows = (
        row.format(cell * 3) * 3
        + row.format(cell * 2)
        + row.format('<w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr><w:p/></w:tc>')
    )
    assert of_body(f"<w:tbl><w:tblGrid/>{rows}</w:tbl>").grids[0].ragged == {3}


def test_a_paragraph_of_many_runs_takes_no_longer_for_each() -> None:
    def seconds(runs: int) -> float:
        before = process_time()
        assert of_body("<w:p>" + "<w:r><w:t>字</w:t></w:r>" * runs + "</w:p>").paragraphs == ("字" * runs,)
        return process_time() - before

    seconds(1_000)  # what is loaded once
    assert seconds(80_000) < 40 * seconds(5_000)


@pytest.mark.parametrize("look", ["", "<w:rPr/>", "<w:rPr><w:strike/></w:rPr>", '<w:rPr><w:sz w:val="2"/></w:rPr>'])
def test_the_text_of_a_run_is_that_of_python_docx_but_for_one_too_small_to_be_seen(look: str) -> None:
    pieces = "<w:t>25</w:t>|<w:t> </w:t>|<w:t/>|<w:tab/>|<w:ptab/>|<w:cr/>|<w:br/>|<w:drawing/>"
    others = ("<w:noBreakHyphen/>", "<w:br w:type='page'/>", "<w:lastRenderedPageBreak/>")
    for piece in (*pieces.split("|"), *others, "<w:sym w:font='Wingdings' w:char='F021'/>"):
        run = f"<w:r>{look}<w:t>甲</w:t>{piece}<w:t>乙</w:t></w:r>"
        shown = WordDocument(Document().part).paragraph(parse_xml(f"<w:p {W}>{run}</w:p>"))
        texts = [part for each in shown.runs for part in each.parts if isinstance(part, str)]
        of_library = parse_xml(run.replace("<w:r>", f"<w:r {W}>", 1)).text
        assert "".join(texts) == ("" if "w:sz" in look else of_library), piece


def test_styles_that_many_files_share_are_those_of_each() -> None:
    named = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{}"/><w:rPr>{}</w:rPr></w:style>'
    body = "<w:p><w:pPr><w:pStyle w:val='a'/></w:pPr><w:r><w:t>一</w:t></w:r></w:p>"
    for _ in range(2):
        for struck in (False, True):
            style = named.format("Body", "<w:strike/>" * struck)
            found = of_body(body, {"word/styles.xml": f"<w:styles {W}>{style}</w:styles>".encode()})
            assert found.paragraphs == (() if struck else ("一",))


@pytest.mark.parametrize(
    ("kind", "content", "workbooks"),
    [
        (RT.PACKAGE, workbook(), 1),
        (RT.OLE_OBJECT, ole({"Package": workbook()}), 1),
        (RT.OLE_OBJECT, ole({"Workbook": biff8([["x"]])}), 1),
        (RT.OLE_OBJECT, ole({"Equation Native": b"x"}), 0),
        (RT.PACKAGE, document(), 0),
    ],
)
def test_workbooks_within_a_word_file_are_counted_and_not_read(kind: str, content: bytes, workbooks: int) -> None:
    made = Document()
    part = Part(PackURI("/word/embeddings/object1.bin"), "application/octet-stream", content, made.part.package)
    made.part.relate_to(part, kind)
    assert opened_as(Prose, bytes_of(made)).embedded == workbooks


def test_a_locked_word_file_that_opens_without_asking() -> None:
    assert opened_as(Prose, encrypted("VelvetSweatshop", document())).paragraphs
