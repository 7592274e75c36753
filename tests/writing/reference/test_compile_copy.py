"""What is kept and what is dropped when a 工作总结 is copied into the 参阅文件."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from hypothesis import given
from hypothesis import strategies as st

from binary_workbooks import bytes_of
from cases import cases, words
from damaged import Change, document, with_parts
from documents_read import opened_as
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import Prose
from hrss12333.writing.reference.document import put_report
from hrss12333.writing.reference.report_copy import ReportCopy, copied, copy_report
from hrss12333.writing.reference.skeleton import TEXT_WIDTH, new_document
from rich_workbook import picture

R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Copied:
    def __init__(self, data: bytes) -> None:
        copy = copy_report(Source("总结.docx", lambda: data))
        self.left_out, self.hidden = copy.left_out, copy.hidden
        document = new_document()
        put_report(document, copy, {})
        self.package = bytes_of(document)
        self.document = docx.Document(BytesIO(self.package))
        self.xml = zipfile.ZipFile(BytesIO(self.package)).read("word/document.xml").decode()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(style, text) of each paragraph outside tables."""
        return [(str(p.style.name if p.style else ""), p.text) for p in self.document.paragraphs]


def paragraph(xml: str) -> Any:
    return parse_xml(f"<w:p {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{xml}</w:p>")


def put(document: Document, *blocks: Any) -> None:
    for block in blocks:
        document.element.body.sectPr.addprevious(block)


def test_headings_are_demoted_and_keep_their_order() -> None:
    source = docx.Document()
    source.add_heading("广东省2019年度12333工作总结", 0)
    source.add_heading("一、工作进展", 2)
    source.add_paragraph("　　正文一。")
    source.add_heading("（一）系统建设", 3)
    source.add_heading("二、取得的成效", 2)
    assert Copied(bytes_of(source)).lines == [
        ("总结标题", "广东省2019年度12333工作总结"),
        ("Heading 4", "一、工作进展"),
        ("总结正文", "正文一。"),
        ("Heading 5", "（一）系统建设"),
        ("Heading 4", "二、取得的成效"),
    ]


def test_typed_headings_are_recognised_where_none_are_styled() -> None:
    source = docx.Document()
    for text in words(
        "广东省12333工作总结 | 第一部分 概况 | 一、工作进展 | (二) 推进省集中 | 一是完成了升级；二是开通了微信。 | 一、进展。2019年， | 广东省"
    ):
        source.add_paragraph(text)
    styles = words("总结标题 | Heading 4 | Heading 4 | Heading 5 | 总结正文 | 总结正文 | 总结正文")
    assert [style for style, _ in Copied(bytes_of(source)).lines] == styles


def test_lists_are_text_that_counts_as_their_writer_did() -> None:
    source = docx.Document()
    source.add_paragraph("情况")
    for text in ("甲", "乙"):
        source.add_paragraph(text, style="List Number")
    source.add_paragraph("丙", style="List Bullet")
    assert Copied(bytes_of(source)).lines[1:] == [("总结正文", "1. 甲"), ("总结正文", "2. 乙"), ("总结正文", "• 丙")]


@cases("""
    shown   form
    （二）  chineseCounting | japaneseCounting
    （2）   decimal | decimalZero | decimalEnclosedCircle
""")
def test_numbers_of_lists(form: str, shown: str) -> None:
    source = docx.Document()
    source.add_paragraph("情况")
    for text in ("甲", "乙"):
        source.add_paragraph(text, style="List Number")
    for level in source.part.numbering_part.element.iter(qn("w:lvl")):
        level.find(qn("w:numFmt")).set(qn("w:val"), form)
        level.find(qn("w:lvlText")).set(qn("w:val"), "（%1）")
    assert Copied(bytes_of(source)).lines[-1][1] == f"{shown}乙"


def test_tables_keep_spans_and_fit_the_page() -> None:
    source = docx.Document()
    source.add_paragraph("情况")
    table = source.add_table(rows=3, cols=3, style="Table Grid")
    for index, cell in enumerate(table._cells):
        cell.text = str(index)
        cell.width = Cm(12)
    for column in table.columns:
        column.width = Cm(12)
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).merge(table.cell(2, 2))
    copied = Copied(bytes_of(source)).document.tables[0]
    assert copied.style is not None
    assert copied.style.name == "Table Grid"
    assert copied.cell(0, 0)._tc is copied.cell(0, 1)._tc
    assert copied.cell(1, 2)._tc is copied.cell(2, 2)._tc
    assert copied.cell(0, 2).text == "2"
    assert sum(int(column.width or 0) for column in copied.columns) <= TEXT_WIDTH


def test_neighbouring_tables_do_not_run_together() -> None:
    source = docx.Document()
    for text in ("甲", "乙"):
        source.add_table(rows=1, cols=1).cell(0, 0).text = text
        put(source, paragraph(""))  # blank paragraphs are left out
    copied = Copied(bytes_of(source))
    assert [table.cell(0, 0).text for table in copied.document.tables] == ["甲", "乙"]


def test_pictures_are_kept_and_fitted() -> None:
    source = docx.Document()
    source.add_paragraph("情况")
    source.add_picture(BytesIO(picture(40, 30)), width=Cm(30))
    source.add_table(rows=1, cols=2).cell(0, 1).paragraphs[0].add_run().add_picture(
        BytesIO(picture(20, 20)), width=Cm(20)
    )
    copied = Copied(bytes_of(source))
    shapes = copied.document.inline_shapes
    assert len(shapes) == 2
    assert shapes[0].width == TEXT_WIDTH
    assert shapes[0].height == pytest.approx(TEXT_WIDTH * 3 / 4, abs=2)
    assert shapes[1].width < TEXT_WIDTH / 2 + 2
    assert copied.left_out == {}


def test_a_broken_picture_is_named_in_its_place() -> None:
    source = docx.Document()
    source.add_paragraph("情况")
    source.add_picture(BytesIO(picture(40, 30)))
    name = next(n for n in zipfile.ZipFile(BytesIO(bytes_of(source))).namelist() if n.startswith("word/media/"))
    copied = Copied(with_parts(bytes_of(source), {name: b"no picture"}))
    assert copied.left_out == {"图片": 1}
    assert "［此处图片未能收入，请见原文］" in [text for _, text in copied.lines]


def test_nobodys_telephone_or_address_comes_along() -> None:
    """Also one set in several runs, or in a table; a figure in two columns is none."""
    source = docx.Document()
    source.add_paragraph("联系电话138")
    for text in ("1234", "5678，邮箱li", "@example.org。"):
        source.paragraphs[0].add_run(text).bold = True
    source.add_paragraph("1381\t2345678")
    source.add_table(1, 1).cell(0, 0).text = "张三,13812345678"
    copied = Copied(bytes_of(source))
    assert [text for _, text in copied.lines if text] == ["联系电话［略］，邮箱［略］。", "1381\t2345678"]
    assert copied.document.tables[0].cell(0, 0).text == "张三,［略］"
    assert copied.hidden == 3


def test_a_table_of_contents_of_its_own_is_left_out() -> None:
    source = docx.Document()
    source.add_paragraph("工作总结")
    source.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    source.add_paragraph("一、进展……1", "toc 1")
    source.add_paragraph("正文。")
    assert [text for _, text in Copied(bytes_of(source)).lines] == ["工作总结", "正文。"]


def everything(package: bytes) -> str:
    with zipfile.ZipFile(BytesIO(package)) as opened:
        return "\n".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def hostile() -> bytes:
    """A report with everything that must not come along."""
    source = docx.Document()
    source.add_paragraph("情况")
    image = source.part.relate_to("http://example.invalid/a.png", f"{R_NS}/image", is_external=True)
    chunk = source.part.relate_to("http://example.invalid/a.htm", f"{R_NS}/aFChunk", is_external=True)
    template = source.part.relate_to("http://example.invalid/a.dotm", f"{R_NS}/attachedTemplate", is_external=True)
    graphic = (
        '<w:r><w:drawing><wp:inline><wp:extent cx="100" cy="100"/><a:graphic><a:graphicData uri="'
        'http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:blipFill>'
        f'<a:blip {{}}="{image}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    ole = (
        '<w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Link" ProgID="Package" '
        f'r:id="{image}"/></w:object></w:r>'
    )
    put(
        source,
        paragraph(graphic.format("r:link")),
        paragraph(graphic.format("r:embed")),
        paragraph(ole),
        paragraph('<w:fldSimple w:instr=" DDEAUTO c:\\\\cmd.exe "><w:r><w:t>域结果。</w:t></w:r></w:fldSimple>'),
        paragraph('<w:pPr><w:sectPr><w:type w:val="nextPage"/></w:sectPr></w:pPr><w:r><w:t>分节。</w:t></w:r>'),
        parse_xml(f'<w:altChunk {nsdecls("w", "r")} r:id="{chunk}"/>'),
        paragraph("<w:r><w:t>末段。</w:t></w:r>"),
    )
    source.sections[0].header.paragraphs[0].text = "来件页眉"
    assert template
    return with_parts(bytes_of(source), {"word/vbaProject.bin": b"macro", "word/activeX/activeX1.bin": b"control"})


def test_nothing_dangerous_comes_along() -> None:
    copied = Copied(hostile())
    text = everything(copied.package)
    banned = "example.invalid | DDEAUTO | OLEObject | altChunk | vbaProject | activeX | 来件页眉 | External"
    for word in words(banned):
        assert word not in text
    assert copied.xml.count("<w:sectPr") == 1
    assert copied.left_out == {"图片": 2, "图表或图形": 1, "嵌入的外部文档": 1}
    assert [line for _, line in copied.lines if "末段" in line or "域结果" in line] == ["域结果。", "末段。"]


@pytest.mark.long
@pytest.mark.libreoffice
def test_a_report_of_the_old_kind_is_copied_as_libreoffice_reads_it(
    tmp_path: Path, soffice_convert: Callable[..., Path]
) -> None:
    source = docx.Document()
    source.add_heading("一、进展", 1)
    source.add_heading("二、成效", 1)
    source.save(str(tmp_path / "a.docx"))
    old = soffice_convert(tmp_path / "a.docx", "doc").read_bytes()
    assert not old.startswith(b"PK")
    assert [text for _, text in Copied(old).lines if text] == ["一、进展", "二、成效"]


# Generated documents: what the 参阅文件 prints of a 工作总结 is, in order, what is read of it


NAMESPACES = nsdecls("w", "m", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
LOOKS = (
    *("", "", "<w:b/>", "<w:strike/>", "<w:dstrike/>", '<w:strike w:val="0"/>', "<w:vanish/>"),
    *('<w:vanish w:val="false"/>', '<w:sz w:val="2"/>', '<w:sz w:val="21"/><w:strike/>'),
)
STYLES = {
    "p1": ("paragraph", "p2", "<w:strike/>"),
    "p2": ("paragraph", "p1", "<w:i/>"),
    "p3": ("paragraph", "p2", '<w:strike w:val="off"/>'),
    "p4": ("paragraph", "", "<w:vanish/>"),
    "p5": ("paragraph", "p4", '<w:sz w:val="3"/>'),
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


class Maker:
    """Draws the XML of documents, with a text of its own for each run."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self._numbers = count()

    def one_of(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))

    def several(self, most: int) -> range:
        return range(self._draw(st.integers(1, most)))

    def run(self) -> str:
        style = self.one_of("", "", *(f'<w:rStyle w:val="c{number}"/>' for number in (1, 2, 3)))
        return f"<w:r><w:rPr>{style}{self.one_of(*LOOKS)}</w:rPr><w:t>字{next(self._numbers)}。</w:t></w:r>"

    def inline(self, depth: int) -> str:
        """A run, or others within what wraps, hides or gives them."""
        if depth > 2:
            return self.run()
        before, after = self.one_of(*WRAPPERS, *WRAPPERS, *UNSEEN)
        inner = "".join(self.inline(depth + 1) for _ in self.several(2))
        return f"{before}{inner}{after}"

    def box(self) -> str:
        content = f"<w:txbxContent>{self.blocks(2)}</w:txbxContent>"
        return str(
            self.one_of(f"<w:r><w:pict>{content}</w:pict></w:r>", f"<w:r>{ALTERNATE.format(content, content)}</w:r>")
        )

    def paragraph(self, depth: int) -> str:
        style = self.one_of("", "", *(f'<w:pPr><w:pStyle w:val="p{number}"/></w:pPr>' for number in range(1, 6)))
        found = [self.inline(self.one_of(0, 2, 3)) for _ in self.several(4)]
        if depth < 2 and self._draw(st.integers(0, 3)) == 0:
            found.append(self.box())
        return f"<w:p>{style}{''.join(found)}</w:p>"

    def table(self, depth: int) -> str:
        rows = []
        for _ in self.several(2):
            cells = (f"<w:tc>{self.blocks(depth + 1)}</w:tc>" for _ in self.several(2))
            before, after = self.one_of(("", ""), (SDT, SDT_END))
            rows.append(f"{before}<w:tr>{''.join(cells)}</w:tr>{after}")
        deleted = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{self.paragraph(2)}</w:tc></w:tr>"
        style = self.one_of("", '<w:tblPr><w:tblStyle w:val="t1"/></w:tblPr>')
        return f"<w:tbl>{style}{''.join(rows)}{deleted}</w:tbl>"

    def blocks(self, depth: int) -> str:
        kinds = [self.paragraph, self.paragraph, *([self.table] if depth < 2 else [])]
        found = [self.one_of(*kinds)(depth) for _ in self.several(3)]
        before, after = self.one_of(("", ""), (SDT, SDT_END), ("<w:customXml>", "</w:customXml>"))
        return f"{before}{''.join(found)}{self.paragraph(2)}{after}"


SDT, SDT_END = "<w:sdt><w:sdtPr/><w:sdtContent>", "</w:sdtContent></w:sdt>"
ALTERNATE = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{}</w:drawing></mc:Choice>'
    "<mc:Fallback><w:pict>{}</w:pict></mc:Fallback></mc:AlternateContent>"
)
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = map(FIELD.format, ("begin", "separate", "end"))
INSTRUCTION = "<w:r><w:instrText> QUOTE </w:instrText></w:r>"
WRAPPERS = (
    *[("", ""), (SDT, SDT_END), ("<w:ins>", "</w:ins>"), ("<w:moveTo>", "</w:moveTo>")],
    *[("<w:smartTag>", "</w:smartTag>"), ("<w:hyperlink>", "</w:hyperlink>"), ('<w:bdo w:val="ltr">', "</w:bdo>")],
    ('<w:fldSimple w:instr=" DATE ">', "</w:fldSimple>"),
    (f"{BEGIN}{INSTRUCTION}{BEGIN}{INSTRUCTION}{SEPARATE}<w:r><w:t>内</w:t></w:r>{END}{SEPARATE}", END),
    (f"{BEGIN}{INSTRUCTION}{SEPARATE}", '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>'),
    ("<w:r><w:ruby><w:rt><w:r><w:t>音</w:t></w:r></w:rt><w:rubyBase>", "</w:rubyBase></w:ruby></w:r>"),
)
"""What is before and behind something that is shown."""
UNSEEN = (
    *[("<w:del>", "</w:del>"), ("<w:moveFrom>", "</w:moveFrom>"), (f"{BEGIN}{INSTRUCTION}", END)],
    ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>", SDT_END),
    ("<w:smartTag><w:del>", "</w:del></w:smartTag>"),
    ('<w:fldSimple w:instr="X"><w:moveFrom>', "</w:moveFrom></w:fldSimple>"),
)


@st.composite
def documents(draw: Any) -> str:
    return Maker(draw).blocks(0)


def text_of(xml: str, **parts: Change) -> tuple[list[str], ReportCopy, list[str]]:
    """What is read of a body, its copy, and the text of each paragraph that the copy prints."""
    body = f"<w:document {NAMESPACES}><w:body>{xml}</w:body></w:document>"
    data = with_parts(document(), {"word/document.xml": body.encode(), **parts})
    copy = copied(data)
    assert isinstance(copy, ReportCopy)
    lines = ["".join(p.itertext(qn("w:t"))) for p in parse_xml(copy.xml).iter(qn("w:p"))]
    return [*opened_as(Prose, data).paragraphs], copy, [line for line in lines if line]


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def r(text: str, said: str = "") -> str:
    return f"<w:r><w:rPr>{said}</w:rPr><w:t>{text}</w:t></w:r>"


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
    wide = f"<w:tbl><w:tr>{f'<w:tc>{p(r(chr(0x7532)))}</w:tc>' * 70}</w:tr></w:tbl>"
    for table, texts, left_out in ((nested, [*map(str, range(12))], {}), (wide, ["甲"] * 70, {"表格": 1})):
        read, copy, lines = text_of(table)
        assert (read, lines, copy.left_out) == (texts, texts, left_out)


def test_remarks_in_the_xml_are_nothing() -> None:
    read, _, lines = text_of("<!-- a --><w:p><!-- b --><w:r><?c d?><w:t>字</w:t></w:r><mc:AlternateContent/></w:p>")
    assert read == lines == ["字"]


@given(documents())
def test_what_is_printed_is_what_is_read(made: str) -> None:
    styles = f"<w:styles {NAMESPACES}>{STYLES_XML}</w:styles>".encode()
    read, _, lines = text_of(made, **{"word/styles.xml": styles})
    assert re.findall("字\\d+。|.", "".join(read)) == re.findall("字\\d+。|.", "".join(lines))
