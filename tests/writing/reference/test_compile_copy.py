"""What is kept and what is dropped when a 工作总结 is copied into the 参阅文件."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm

from cases import cases, words
from damaged import Change, bytes_of, document, with_parts
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.grid import Prose
from hrss12333.writing.reference import TEXT_WIDTH, new_document
from hrss12333.writing.reference.document import put_report
from hrss12333.writing.reference.report_copy import ReportCopy, copied, copy_report
from merge_runs import opened_as
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


# What the 参阅文件 prints of a 工作总结 is, in order, what is read of it


NAMESPACES = nsdecls("w", "m", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
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


def field(result: str, instruction: str = "<w:r><w:instrText> QUOTE </w:instrText></w:r>") -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{at}"/></w:r>' for at in ("begin", "separate", "end"))
    return f"{begin}{instruction}{separate if result else ''}{result}{end}"


def held(content: str, about: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def styled(style: str, *runs: str) -> str:
    return p(f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>', *runs)


def cell(text: str) -> str:
    return f"<w:tc>{p(r(text))}</w:tc>"


BOX = f"<w:txbxContent>{p(r('二'))}</w:txbxContent>"
TWICE = (
    f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{BOX}</w:drawing></mc:Choice>'
    f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>"
)
TEXTS: dict[str, tuple[str, list[str]]] = {
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
    "a struck table": (f'<w:tbl><w:tblPr><w:tblStyle w:val="t1"/></w:tblPr><w:tr>{cell("去")}</w:tr></w:tbl>', []),
    "rows": (
        f"<w:tbl>{held(f'<w:tr>{cell(chr(0x4E00))}</w:tr>')}<w:tr><w:trPr><w:del/></w:trPr>{cell('去')}</w:tr></w:tbl>",
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
    styles = f"<w:styles {NAMESPACES}>{STYLES_XML}</w:styles>".encode()
    for made in (body, f"<w:tbl><w:tr><w:tc>{body}{p()}</w:tc></w:tr></w:tbl>"):
        read, _, lines = text_of(made, **{"word/styles.xml": styles})
        assert (read, lines) == (texts, texts)
