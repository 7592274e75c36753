"""The package that the 参阅文件 (and a letter) is written into, made part by part: the page of GB/T 9704, styles, fonts, page numbers
outside (odd right, even left), — 1 —, and no more.

It takes nothing from python-docx's own template, so that a packaged program needs no data files of that library.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.package import Package
from docx.parts.hdrftr import FooterPart

from hrss12333.model.document_marks import GENERATOR, OUTPUT_CATEGORY
from hrss12333.reading.formats.word_properties import Element
from hrss12333.writing.reference import typography as page
from hrss12333.writing.reference.fields import field_runs, text_run
from hrss12333.writing.reference.typography import FONTS, STYLES, Font, ParagraphStyle
from hrss12333.writing.workbook import same_bytes

_W = nsdecls("w")
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ONE_CHARACTER = 280
"""Of 4号, in twips: what stays free between the page number and the edge of the 版心."""


def new_document(looks: Sequence[ParagraphStyle] = STYLES) -> Document:
    """An empty document with these paragraph styles, the first the one that the others are based on; its one section is
    still bare."""
    package = Package()

    def part(kind: str, content: str, xml: str) -> Any:  # python-docx has no types for what it makes of a content type
        data = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{xml}'.encode()
        return PartFactory(PackURI(f"/word/{kind}.xml"), f"{_WORD_TYPE}.{content}+xml", "", data, package)

    main = part("document", "document.main", f"<w:document {_W}><w:body><w:sectPr/></w:body></w:document>")
    package.relate_to(main, RT.OFFICE_DOCUMENT)
    for kind, xml in (
        ("styles", _styles(looks)),
        ("settings", _settings()),
        ("numbering", f"<w:numbering {_W}/>"),
        ("fontTable", f"<w:fonts {_W}>{''.join(map(_font_xml, FONTS))}</w:fonts>"),
    ):
        main.relate_to(part(kind, kind, xml), f"{_RELATION}/{kind}")
    for number, side in enumerate(("right", "left"), 1):
        footer = parse_xml(
            f'<w:ftr {nsdecls("w", "r")}><w:p><w:pPr><w:pStyle w:val="{page.FOOTER_STYLE}"/>'
            f'<w:ind w:{side}="{_ONE_CHARACTER}"/><w:jc w:val="{side}"/></w:pPr></w:p></w:ftr>'
        )
        footer[0].extend([text_run("— "), *field_runs("PAGE", "1"), text_run(" —")])
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
        f'<w:pgSz w:w="{page.PAGE_WIDTH}" w:h="{page.PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{page.TOP}" w:right="{page.RIGHT}" w:bottom="{page.BOTTOM}" w:left="{page.LEFT}" w:header="851" '
        f'w:footer="{page.FOOTER}" w:gutter="0"/>{counting}<w:cols w:space="425"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{page.LINE_PITCH}" w:charSpace="{page.CHARACTER_SPACE}"/></w:sectPr>'
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


def _settings() -> str:
    names = ("overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures", "doNotFlipMirrorIndents")
    options = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in {"compatibilityMode": 15, **dict.fromkeys(names, 1)}.items()
    )
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        f'<w:drawingGridVerticalSpacing w:val="{page.LINE_PITCH}"/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:useFELayout/>{options}</w:compat>"
        f'<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font_xml(font: Font) -> str:
    others = f'<w:altName w:val="{",".join(font.instead)}"/>' if font.instead else ""
    charset, pitch = ("86", "auto") if font.chinese else ("00", "variable")
    return (
        f'<w:font w:name="{font.name}">{others}<w:charset w:val="{charset}"/><w:family w:val="{font.family}"/>'
        f'<w:pitch w:val="{pitch}"/></w:font>'
    )


def _styles(looks: Sequence[ParagraphStyle]) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    return (
        f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_letters_xml(looks[0])}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        f"{''.join(_paragraph_style(look, first=look is looks[0]) for look in looks)}"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        '</w:tblPr></w:style><w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style></w:styles>'
    )


def _paragraph_style(look: ParagraphStyle, *, first: bool) -> str:
    default = ' w:default="1"' if first else ""
    based = "" if first else '<w:basedOn w:val="Normal"/>'
    then = f'<w:next w:val="{look.then}"/>' if look.then else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{look.id or look.name}"><w:name w:val="{look.name}"/>{based}{then}'
        f"<w:qFormat/><w:pPr>{_layout(look)}</w:pPr><w:rPr>{_letters_xml(look)}</w:rPr></w:style>"
    )


def _layout(look: ParagraphStyle) -> str:
    keep = "<w:keepNext/><w:keepLines/>" if look.keep else ""
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{look.dots}"/></w:tabs>' if look.dots else ""
    free = "" if look.grid else '<w:snapToGrid w:val="0"/>'
    rule = f'w:line="{round(look.exact * 20)}" w:lineRule="exact"' if look.exact else 'w:line="240" w:lineRule="auto"'
    left = f' w:left="{look.left}"' if look.left else ""
    first = (
        f' w:firstLineChars="{look.indent}" w:firstLine="{round(look.indent * look.size / 5)}"' if look.indent else ""
    )
    indent = f"<w:ind{left}{first}/>" if left or first else ""
    level = f'<w:outlineLvl w:val="{look.level - 1}"/>' if look.level else ""
    return (
        f'{keep}{tabs}{free}<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}" {rule}/>'
        f'{indent}<w:jc w:val="{look.align}"/>{level}'
    )


def _letters_xml(look: ParagraphStyle) -> str:
    bold = "<w:b/>" if look.bold else ""
    size = round(look.size * 2)
    return (
        f'<w:rFonts w:ascii="{look.latin}" w:hAnsi="{look.latin}" w:eastAsia="{look.font}" w:cs="{look.latin}"/>'
        f'{bold}<w:color w:val="000000"/><w:kern w:val="0"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    )
