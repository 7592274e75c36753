"""The empty Word document that the 参阅文件 (and a letter) is written into: the page of GB/T 9704, styles, fonts, page numbers
outside (odd right, even left), — 1 —, and no more.

It takes nothing from python-docx's own template, so that a packaged program needs no data files of that library.
"""

from __future__ import annotations

from datetime import date, datetime, time
from importlib.resources import files
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
from hrss12333.writing.workbook import same_bytes

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ONE_CHARACTER = 280
"""Of 4号, in twips: what stays free between the page number and the edge of the 版心."""


def new_document() -> Document:
    """An empty document with the styles, settings and fonts of `data`; its one section is still bare."""
    package = Package()

    def part(
        kind: str, content: str, xml: bytes
    ) -> Any:  # python-docx has no types for what it makes of a content type
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
