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
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.styles.style import ParagraphStyle

from cases import words
from damaged import WORD_MACROS, Change, biff8, bytes_of, document, encrypted, ole, problem_of, with_parts, workbook
from hrss12333.checking.rules import OBJECTS
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.formats.word_document import WordDocument
from hrss12333.reading.grid import Box, Prose
from hrss12333.writing.reference.report_copy import ReportCopy, copied
from merge_runs import opened_as

pytestmark = pytest.mark.usefixtures("in_this_process")


WORD = f'{nsdecls("w", "m", "r")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word(body: str, parts: Mapping[str, Change]) -> bytes:
    """A file with this body."""
    xml = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return with_parts(document(), {"word/document.xml": xml.encode(), **parts})


def of_body(body: str, parts: Mapping[str, Change] = MappingProxyType({})) -> Prose:
    return opened_as(Prose, word(body, parts))


def p(*content: str) -> str:
    """A paragraph."""
    return f"<w:p>{''.join(content)}</w:p>"


def r(text: str, look: str = "") -> str:
    """A run."""
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"


def held(content: str, about: str = "") -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def cells_of(*texts: str) -> str:
    """Cells of a row."""
    return "".join(f"<w:tc>{p(r(text))}</w:tc>" for text in texts)


def related(relation: str, **parts: Change) -> dict[str, Change]:
    """Parts of a package whose text has one relation more."""
    added = f"<Relationship {relation}/></Relationships>".encode()
    return {"word/_rels/document.xml.rels": (b"</Relationships>", added), **parts}


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


def test_rows_that_begin_later_or_end_earlier_hidden_and_deleted_rows_and_cells() -> None:
    """Also in content controls."""
    rows = [
        ("", cells_of("a", "b", "c")),
        ('<w:gridBefore w:val="2"/>', cells_of("x")),
        ('<w:gridAfter w:val="2"/>', cells_of("x")),
        ("<w:hidden/>", cells_of("1", "2", "3")),
        ("", f'<w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr>{p(r("7"))}</w:tc>{cells_of("8", "9")}'),
        ("<w:del/>", cells_of("去", "去", "去")),
        ("", held(cells_of("4")) + cells_of("5", "6")),
    ]
    made = [f"<w:tr><w:trPr>{about}</w:trPr>{cells}</w:tr>" for about, cells in rows]
    (grid,) = of_body(f"<w:tbl>{''.join(made[:-1])}{held(made[-1])}</w:tbl>").grids
    assert [*grid.cells[:3]] == [["a", "b", "c"], [None, None, "x"], ["x", None, None]]
    assert (grid.ragged, grid.hidden_rows) == (frozenset(), frozenset({3}))
    assert ([*grid.cells[4:]], grid.mark(4, 0).struck) == ([[7, 8, 9], [4, 5, 6]], True)


def test_a_comment_on_a_paragraph_is_a_text() -> None:
    commented = Document()
    commented.add_comment(commented.add_paragraph("本表由中心汇总。").runs[0], text="固原数据有误", author="x")
    texts = opened_as(Prose, bytes_of(commented)).texts
    assert [text.text for text in texts if text.kind is TextKind.COMMENT] == ["固原数据有误"]


def test_the_level_of_a_heading_is_its_styles_or_its_own() -> None:
    made = Document()
    derived = made.styles.add_style("mine", WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(derived, ParagraphStyle)
    derived.base_style = made.styles["Heading 1"]
    made.add_heading("题", 0)
    made.add_heading("一", 1)
    made.add_paragraph("二", derived)
    own = made.add_paragraph("三")
    own.paragraph_format.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {WORD} w:val="1"/>'))
    document = WordDocument(made.part)
    levels = [document.paragraph(each).look.get("level") for each in made.element.body.p_lst]
    assert levels == [0, 1, 1, 2]


def test_macros_and_pictures_from_elsewhere() -> None:
    link = 'Id="r99" Type="x/image" Target="http://example.com/a.png" TargetMode="External"'
    read = opened_as(Prose, with_parts(document(), related(link) | WORD_MACROS))
    assert (read.macros, read.external_links) == (True, True)


@pytest.mark.parametrize(
    "parts",
    [
        *({part: None} for part in ("word/styles.xml", "docProps/core.xml", "word/_rels/document.xml.rels")),
        related(f'Id="rId99" Type="{RT.IMAGE}" Target="NULL"'),
    ],
)
def test_a_missing_part_and_a_relation_that_leads_nowhere_hide_no_text(parts: dict[str, Change]) -> None:
    assert opened_as(Prose, with_parts(document(), parts)).paragraphs == opened_as(Prose, document()).paragraphs


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


def test_what_word_shows_in_a_cell_besides_plain_text() -> None:
    one = "<m:oMath><m:r><m:t>4</m:t></m:r></m:oMath>"
    half = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    assert of_cells(r("8") + one, f"<m:oMath>{half}</m:oMath>") == [84, "1 2"]
    assert of_cells(held(r("0"), "<w:showingPlcHdr/>"), held(r("5"))) == [None, 5]
    assert of_cells(r("84") + r("1", '<w:position w:val="10"/>'), r("84", '<w:position w:val="-2"/>')) == ["84[1]", 84]
    assert of_cells(r("9", '<w:sz w:val="2"/>') + r("84", '<w:sz w:val="21"/>')) == [84]


def test_rows_of_a_word_table_that_are_not_as_wide_as_most() -> None:
    spanning = '<w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr><w:p/></w:tc>'
    rows = (*[cells_of("1", "1", "1")] * 3, cells_of("1", "1"), spanning)
    made = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    assert of_body(f"<w:tbl><w:tblGrid/>{made}</w:tbl>").grids[0].ragged == {3}


def test_a_paragraph_of_many_runs_takes_no_longer_for_each() -> None:
    def seconds(runs: int) -> float:
        before = process_time()
        assert of_body(p(r("字") * runs)).paragraphs == ("字" * runs,)
        return process_time() - before

    seconds(1_000)  # what is loaded once
    assert seconds(80_000) < 40 * seconds(5_000)


@pytest.mark.parametrize("look", ["", "<w:rPr/>", "<w:rPr><w:strike/></w:rPr>", '<w:rPr><w:sz w:val="2"/></w:rPr>'])
def test_the_text_of_a_run_is_that_of_python_docx_but_for_one_too_small_to_be_seen(look: str) -> None:
    pieces = "<w:t>25</w:t>|<w:t> </w:t>|<w:t/>|<w:tab/>|<w:ptab/>|<w:cr/>|<w:br/>|<w:drawing/>"
    others = ("<w:noBreakHyphen/>", "<w:br w:type='page'/>", "<w:lastRenderedPageBreak/>")
    for piece in (*pieces.split("|"), *others, "<w:sym w:font='Wingdings' w:char='F021'/>"):
        run = f"<w:r>{look}<w:t>甲</w:t>{piece}<w:t>乙</w:t></w:r>"
        shown = WordDocument(Document().part).paragraph(parse_xml(f"<w:p {WORD}>{run}</w:p>"))
        texts = [part for each in shown.runs for part in each.parts if isinstance(part, str)]
        of_library = parse_xml(run.replace("<w:r>", f"<w:r {WORD}>", 1)).text
        assert "".join(texts) == ("" if "w:sz" in look else of_library), piece


def test_styles_that_many_files_share_are_those_of_each() -> None:
    named = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{}"/><w:rPr>{}</w:rPr></w:style>'
    body = p("<w:pPr><w:pStyle w:val='a'/></w:pPr>", r("一"))
    for _ in range(2):
        for struck in (False, True):
            style = named.format("Body", "<w:strike/>" * struck)
            found = of_body(body, {"word/styles.xml": f"<w:styles {WORD}>{style}</w:styles>".encode()})
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


# What the 参阅文件 prints of a 工作总结 is, in order, what is read of it


STYLES = {
    "p1": ("paragraph", "p2", "<w:strike/>"),
    "p2": ("paragraph", "p1", "<w:i/>"),
    "p3": ("paragraph", "p2", '<w:strike w:val="off"/>'),
    "p4": ("paragraph", "", "<w:vanish/>"),
    "p5": ("paragraph", "p4", '<w:sz w:val="24"/>'),
    "c1": ("character", "", "<w:dstrike/>"),
    "c2": ("character", "c1", '<w:vanish w:val="1"/>'),
    "c3": ("character", "", '<w:vanish w:val="0"/><w:sz w:val="24"/>'),
    "t1": ("table", "", "<w:dstrike/>"),
}
"""Id → kind, what it is based on, and what it says."""
STYLES_XML = "".join(
    f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{key}"/><w:basedOn w:val="{base}"/><w:rPr>{said}</w:rPr></w:style>'
    for key, (kind, base, said) in STYLES.items()
)


def text_of(body: str, **parts: Change) -> tuple[list[str], ReportCopy, list[str]]:
    """What is read of a body, its copy, and the text of each paragraph that the copy prints."""
    copy = copied(data := word(body, parts))
    assert isinstance(copy, ReportCopy)
    lines = ["".join(p.itertext(qn("w:t"))) for p in parse_xml(copy.xml).iter(qn("w:p"))]
    return [*opened_as(Prose, data).paragraphs], copy, [line for line in lines if line]


def test_signs_are_text_where_they_are_known() -> None:
    sign = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'
    read, _, lines = text_of(p(r("甲"), sign.format("F0FC"), r("乙\uf0fb"), sign.format("F021"), r("丙")))
    assert (read, lines) == (["甲√乙×\ufffd丙"], ["甲√乙×丙"])
    pi = '<w:r><w:sym w:font="Symbol" w:char="F050"/></w:r>'  # in another font the same code is another sign
    read, _, lines = text_of(p(r("甲"), pi))
    assert (read, lines) == (["甲\ufffd"], ["甲"])


def test_of_a_table_in_a_cell_and_of_one_that_word_would_not_hold_the_text_is_kept() -> None:
    nested = ""
    for number in reversed(range(12)):
        nested = f"<w:tbl><w:tr><w:tc>{p(r(str(number)))}{nested}</w:tc></w:tr></w:tbl>"
    wide = f"<w:tbl><w:tr>{cells_of('甲') * 70}</w:tr></w:tbl>"
    for table, texts, left_out in ((nested, [*map(str, range(12))], {}), (wide, ["甲"] * 70, {"表格": 1})):
        read, copy, lines = text_of(table)
        assert (read, lines, copy.left_out) == (texts, texts, left_out)


def field(result: str, instruction: str = "<w:r><w:instrText> QUOTE </w:instrText></w:r>") -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{at}"/></w:r>' for at in ("begin", "separate", "end"))
    return f"{begin}{instruction}{separate if result else ''}{result}{end}"


def styled(style: str, *runs: str) -> str:
    return p(f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>', *runs)


BOX = f"<w:txbxContent>{p(r('二'))}</w:txbxContent>"
TWICE = (
    f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{BOX}</w:drawing></mc:Choice>'
    f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>"
)
TEXTS: dict[str, tuple[str, list[str]]] = {
    "not remarks": ("<!-- a --><w:p><!-- b --><w:r><?c d?><w:t>一</w:t></w:r><mc:AlternateContent/></w:p>", ["一"]),
    "a content control": (p(held(r("一"))), ["一"]),
    "but not what it shows while it is empty": (p(held(r("去"), "<w:showingPlcHdr/>"), r("一")), ["一"]),
    "what was inserted and deleted": (p(f"<w:ins>{r('一')}</w:ins><w:del>{r('去')}</w:del>"), ["一"]),
    "what was moved": (p(f"<w:moveTo>{r('一')}</w:moveTo><w:moveFrom>{r('去')}</w:moveFrom>"), ["一"]),
    "what wraps it": (
        p(f"<w:smartTag>{r('一')}</w:smartTag><w:bdo>{r('二')}</w:bdo><w:hyperlink>{r('三')}</w:hyperlink>"),
        ["一二三"],
    ),
    "deleted in what wraps it": (p(f"<w:smartTag><w:del>{r('去')}</w:del>{r('一')}</w:smartTag>"), ["一"]),
    "a simple field": (p(f'<w:fldSimple w:instr="X">{r("一")}<w:moveFrom>{r("去")}</w:moveFrom></w:fldSimple>'), ["一"]),
    "a field's result": (p(field(r("一")), r("二")), ["一二"]),
    "a field without one": (p(field("", r("去")), r("一")), ["一"]),
    "a field in a field's instruction": (p(field(r("一"), field(r("去")))), ["一"]),
    "characters with their sound": (
        p(f"<w:r><w:ruby><w:rt>{r('去')}</w:rt><w:rubyBase>{r('一')}</w:rubyBase></w:ruby></w:r>"),
        ["一"],
    ),
    "looks": (
        p(*(r("去", look) for look in ("<w:strike/>", "<w:dstrike/>", "<w:vanish/>", '<w:sz w:val="2"/>')), r("一")),
        ["一"],
    ),
    "looks that are off": (p(r("一", '<w:strike w:val="0"/>'), r("二", '<w:vanish w:val="false"/>')), ["一二"]),
    "styles based on one another": ("".join(styled(f"p{n}", r(str(n))) for n in range(1, 6)), ["3"]),
    "styles of runs": (p(*(r(str(n), f'<w:rStyle w:val="c{n}"/>') for n in range(1, 4))), ["3"]),
    "a style of runs goes before the paragraph's": (styled("p4", r("一", '<w:rStyle w:val="c3"/>')), ["一"]),
    "a struck table": (f'<w:tbl><w:tblPr><w:tblStyle w:val="t1"/></w:tblPr><w:tr>{cells_of("去")}</w:tr></w:tbl>', []),
    "rows": (
        f"<w:tbl>{held(f'<w:tr>{cells_of(chr(0x4E00))}</w:tr>')}<w:tr><w:trPr><w:del/></w:trPr>{cells_of('去')}</w:tr></w:tbl>",
        ["一"],
    ),
    "blocks in what wraps them": (f"<w:customXml>{p(r('一'))}</w:customXml>{held(p(r('二')))}", ["一", "二"]),
    "a text box": (p(r("一"), f"<w:r><w:pict>{BOX}</w:pict></w:r>"), ["一", "二"]),
    "one in two kinds of drawing": (p(r("一"), f"<w:r>{TWICE}</w:r>"), ["一", "二"]),
}  # fmt: skip
"""A body and its texts."""


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_printed_is_what_is_read(case: str) -> None:
    """Also in a cell."""
    body, texts = TEXTS[case]
    styles = f"<w:styles {WORD}>{STYLES_XML}</w:styles>".encode()
    for made in (body, f"<w:tbl><w:tr><w:tc>{body}{p()}</w:tc></w:tr></w:tbl>"):
        read, _, lines = text_of(made, **{"word/styles.xml": styles})
        assert (read, lines) == (texts, texts)
