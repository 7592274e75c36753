"""The empty Word document that the 参阅文件 (and a letter) is written into, and what it is made of: the page of GB/T 9704-2012
(公文格式), styles, fonts, page numbers outside (odd right, even left), — 1 —, and no more.

It takes nothing from python-docx's own template, so that a packaged program needs no data files of that library. The names of
styles are those of `data/styles.xml`. Fonts are named, never embedded; for a machine without one `data/fontTable.xml` names what
reads most like it. The document is a working paper, not an issued one: no 红头, no 发文字号, no seal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from importlib.resources import files
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.package import Package
from docx.parts.hdrftr import FooterPart
from docx.text.paragraph import Paragraph

from hrss12333.model.document_marks import GENERATOR, OUTPUT_CATEGORY
from hrss12333.reading.formats.word_document import Element, w
from hrss12333.writing.workbook import same_bytes

_TWIPS_MM = 1440 / 25.4
EMU_TWIP = 635

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
"""A4 in twips."""
TOP, BOTTOM, LEFT, RIGHT = (round(side * _TWIPS_MM) for side in (37, 35, 28, 26))
"""天头, 下白边, 订口 and 切口: a 版心 of 156 by 225 mm."""
FOOTER = round(23 * _TWIPS_MM)
"""From the edge of the paper to the foot of the page number, which stands 7 mm below the 版心."""
TEXT_TWIPS = PAGE_WIDTH - LEFT - RIGHT
TEXT_WIDTH = TEXT_TWIPS * EMU_TWIP
"""Width of the text in EMU."""
LINES, CHARACTERS, BODY_SIZE = 22, 28, 16.0
LINE_PITCH = (PAGE_HEIGHT - TOP - BOTTOM) // LINES
CHARACTER_SPACE = round((TEXT_TWIPS / 20 / CHARACTERS - BODY_SIZE) * 4096)
"""What is added to each character of the body's size, in 1/4096 pt, for 28 to fill a line."""

COVER, COVER_SMALL, CONTENTS = "封面标题", "封面文字", "目录标题"
TABLE_TITLE, FIGURE_TITLE, NOTE, SMALL, SMALL_LEFT = "表题", "图题", "表注", "表格文字", "表格栏目"
FOOTER_STYLE = "页码"
UNIT_HEADING = "单位标题"
SECTION_END = "分节"
"""Of the line in which a section ends: one point high."""
PART_STYLE, SECTION = "Heading1", "Heading2"
"""Ids of the headings: a part of the document, and 一、 within the first."""
TITLE, BODY, CELL, FIGURE = "总结标题", "总结正文", "总结表格", "总结图片"
"""Styles of what is copied from a 工作总结; BODY is that of the document's own text too."""
REPORT_LEVELS = {level: f"Heading{level + 3}" for level in range(1, 7)}
"""Heading level within a report → id of the style below the unit's own headings."""
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ONE_CHARACTER = 280
"""Of 4号, in twips: what stays free between the page number and the edge of the 版心."""


def element(name: str, /, *parts: Element, **attributes: str) -> Element:
    """A new WordprocessingML element that holds these parts; None is no part."""
    made = OxmlElement(f"w:{name}")
    for key, text in attributes.items():
        made.set(w(key), text)
    made.extend(part for part in parts if part is not None)
    return made


def add(parent: Element, name: str, /, *parts: Element, **attributes: str) -> Element:
    """A new element as the last child of ``parent``."""
    made = element(name, *parts, **attributes)
    parent.append(made)
    return made


def written(name: str, text: str) -> Element:
    """An element that holds text, its blanks kept."""
    made = element(name)
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def text_run(text: str) -> Element:
    """A run of text."""
    return element("r", written("t", text))


def field_runs(does: str, *shown: Element) -> list[Element]:
    """A field with what it shows until a program works it out."""
    begin, separate, end = (element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
    before = (begin, written("instrText", f" {does} "), separate)
    return [*(element("r", part) for part in before), *shown, element("r", end)]


def contents(before: Paragraph, entries: Sequence[tuple[str, str]]) -> None:
    """A table of contents before a paragraph: its headings, each with the style of its line, until Word adds the pages."""
    *lead, end = field_runs('TOC \\o "1-2" \\h \\z \\t "单位标题,2"')
    for text, style in entries:
        paragraph = before.insert_paragraph_before()._p
        paragraph.style = style
        paragraph.extend([*lead, text_run(text)])
        lead = []
    paragraph.append(end)


def new_document() -> Document:
    """An empty document with the styles, settings and fonts of `data`; its one section is still bare."""
    package = Package()

    def part(kind: str, content: str, xml: bytes) -> Any:  # python-docx has no types for what this makes
        return PartFactory(PackURI(f"/word/{kind}.xml"), f"{_WORD_TYPE}.{content}+xml", "", xml, package)

    main = part(
        "document", "document.main", f"<w:document {nsdecls('w')}><w:body><w:sectPr/></w:body></w:document>".encode()
    )
    package.relate_to(main, RT.OFFICE_DOCUMENT)
    for kind in ("styles", "settings", "fontTable"):
        xml = files("hrss12333.writing.reference").joinpath("data", f"{kind}.xml").read_bytes()
        main.relate_to(part(kind, kind, xml), f"{_RELATION}/{kind}")
    for number, side in enumerate(("right", "left"), 1):
        footer = parse_xml(
            f'<w:ftr {nsdecls("w", "r")}><w:p><w:pPr><w:pStyle w:val="{FOOTER_STYLE}"/>'
            f'<w:ind w:{side}="{_ONE_CHARACTER}"/><w:jc w:val="{side}"/></w:pPr></w:p></w:ftr>'
        )
        footer[0].extend([text_run("— "), *field_runs("PAGE", text_run("1")), text_run(" —")])
        main.relate_to(FooterPart(PackURI(f"/word/footer{number}.xml"), CT.WML_FOOTER, footer, package), RT.FOOTER)
    document: Document = main.document
    return document


def section(document: Document, numbered: str | None = "decimal") -> Element:
    """What a section is; ``numbered`` is how its pages count from 1, None without a number."""
    footers = [key for key, found in document.part.rels.items() if found.reltype == RT.FOOTER]
    kinds = zip(("default", "even"), footers, strict=True)
    shown = "".join(f'<w:footerReference w:type="{kind}" r:id="{key}"/>' for kind, key in kinds)
    counting = f'<w:pgNumType w:fmt="{numbered}" w:start="1"/>' if numbered else ""
    return parse_xml(
        f'<w:sectPr {nsdecls("w", "r")}>{shown if numbered else ""}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" '
        f'w:footer="{FOOTER}" w:gutter="0"/>{counting}<w:cols w:space="425"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE_PITCH}" w:charSpace="{CHARACTER_SPACE}"/></w:sectPr>'
    )


def close(document: Document) -> None:
    """The last section, which the body itself describes."""
    body = document.element.body
    body.replace(body.sectPr, section(document))


def sign(document: Document, title: str, day: date, keywords: str = "") -> None:
    """Fill the document's properties: it is one of ours, and of this day, not of the clock's."""
    about = document.core_properties
    about.author = about.last_modified_by = GENERATOR
    about.category = OUTPUT_CATEGORY
    if keywords:
        about.keywords = keywords
    about.title, about.comments = title, ""
    about.created = about.modified = datetime.combine(day, time())


def saved(document: Document) -> bytes:
    """The file; the same content gives the same bytes."""
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())
