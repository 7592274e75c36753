"""Sections of the 参阅文件: the page of GB/T 9704, and page numbers outside (odd right, even left), — 1 —."""

from __future__ import annotations

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.parts.hdrftr import FooterPart
from docx.text.paragraph import Paragraph

from hrss12333.writing.reference.fields import field_runs, text_run
from hrss12333.writing.reference.report_source import Element
from hrss12333.writing.reference.typography import (
    BOTTOM,
    CHARACTER_SPACE,
    FOOTER,
    FOOTER_STYLE,
    LEFT,
    LINE_PITCH,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    TOP,
)

_ONE_CHARACTER = 280
"""Of 4号, in twips: what stays free between the page number and the edge of the 版心."""


class Sections:
    """The sections of one document, from front to back."""

    def __init__(self, document: Document) -> None:
        """Footers are made once and shared by all sections."""
        self._document = document
        self._footers = {
            "default": self._footer(1, "right"),
            "even": self._footer(2, "left"),
        }

    def close(self, last: Paragraph, *, numbered: str | None) -> None:
        """End a section with this paragraph; ``numbered`` is how its pages count from 1, None without a number."""
        last._p.get_or_add_pPr().append(self._properties(numbered))

    def close_document(self, *, numbered: str) -> None:
        """The last section, which the body itself describes."""
        body = self._document.element.body
        body.replace(body.sectPr, self._properties(numbered))

    def _properties(self, numbered: str | None) -> Element:
        footers = "".join(
            f'<w:footerReference w:type="{kind}" r:id="{relation}"/>' for kind, relation in self._footers.items()
        )
        counting = f'<w:pgNumType w:fmt="{numbered}" w:start="1"/>' if numbered else ""
        return parse_xml(
            f'<w:sectPr {nsdecls("w", "r")}>{footers if numbered else ""}<w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
            f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" '
            f'w:footer="{FOOTER}" w:gutter="0"/>{counting}<w:cols w:space="425"/>'
            f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE_PITCH}" w:charSpace="{CHARACTER_SPACE}"/></w:sectPr>'
        )

    def _footer(self, number: int, side: str) -> str:
        """Relation of a footer with the page number; made here, as python-docx would look for a file of its own."""
        root = parse_xml(
            f'<w:ftr {nsdecls("w", "r")}><w:p><w:pPr><w:pStyle w:val="{FOOTER_STYLE}"/>'
            f'<w:ind w:{side}="{_ONE_CHARACTER}"/><w:jc w:val="{side}"/></w:pPr></w:p></w:ftr>'
        )
        paragraph = root[0]
        for run in (text_run("— "), *field_runs("PAGE", "1"), text_run(" —")):
            paragraph.append(run)
        part = FooterPart(PackURI(f"/word/footer{number}.xml"), CT.WML_FOOTER, root, self._document.part.package)
        return str(self._document.part.relate_to(part, RT.FOOTER))
