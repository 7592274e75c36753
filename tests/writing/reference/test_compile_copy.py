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
from damaged import bytes_of, with_parts
from hrss12333.reading.files.discovery import Source
from hrss12333.writing.reference import TEXT_WIDTH, new_document
from hrss12333.writing.reference.document import put_report
from hrss12333.writing.reference.report_copy import copy_report
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
    with zipfile.ZipFile(BytesIO(copied.package)) as opened:
        text = "\n".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())
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
