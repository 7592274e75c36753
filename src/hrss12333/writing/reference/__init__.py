"""The 参阅文件. In go published figures and copies of work reports; out comes a Word document on the page of
GB/T 9704-2012 (公文格式). This module makes the empty document, also for letters: page, styles, fonts, page
numbers outside (odd right, even left).

Its parts are in `data`, so that a packaged program needs none of python-docx's. A working paper has no 红头,
发文字号 or seal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import date, datetime, time
from importlib.resources import files
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import PartFactory
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.package import Package

from hrss12333.model.check_code import GENERATOR, OUTPUT_CATEGORY
from hrss12333.reading.formats.word_document import Element, w, within
from hrss12333.writing.workbook import same_bytes

EMU_TWIP = 635
TEXT_TWIPS, LINE_PITCH, CHARACTERS = 8845, 579, 28
"""Width of the text (版心, 156 mm), height of a line, and body characters on a line."""
TEXT_WIDTH = TEXT_TWIPS * EMU_TWIP
"""Width of the text, in EMU."""
COVER, COVER_SMALL = "封面标题", "封面文字"
TABLE_TITLE, FIGURE_TITLE, NOTE, SMALL, SMALL_LEFT = "表题", "图题", "表注", "表格文字", "表格栏目"
UNIT_HEADING = "单位标题"
SECTION_END = "分节"
"""Style of a line one point high that ends a section or keeps two tables apart."""
PART_STYLE, SECTION = "Heading1", "Heading2"
"""Ids of the headings: of a part of the document, and of 一、 in the first part."""
TITLE, BODY, CELL, FIGURE = "总结标题", "总结正文", "总结表格", "总结图片"
"""Styles of what is copied from a 工作总结; BODY is also the document's own text."""
REPORT_LEVELS = {level: f"Heading{level + 3}" for level in range(1, 7)}
"""Heading level within a report → id of the style below the unit's own headings."""
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def element(name: str, /, *parts: Element | None, **attributes: str) -> Element:
    """A new WordprocessingML element with these parts; None is skipped."""
    made = OxmlElement(f"w:{name}")
    for key, text in attributes.items():
        made.set(w(key), text)
    made.extend(part for part in parts if part is not None)
    return made


def add(parent: Element, name: str, /, *parts: Element | None, **attributes: str) -> Element:
    """A new element as the last child of ``parent``."""
    made = element(name, *parts, **attributes)
    parent.append(made)
    return made


def written(name: str, text: str) -> Element:
    """An element with this text, its blanks kept."""
    made = element(name)
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def table(style: str, widths: Sequence[int], rows: Iterable[Element], *properties: Element) -> Element:
    """A table with columns of these widths in twips; ``properties`` follow its position on the page."""
    about = element("tblStyle", val=style), element("tblW", w=str(sum(widths)), type="dxa"), element("jc", val="center")
    grid = element("tblGrid", *(element("gridCol", w=str(wide)) for wide in widths))
    return element("tbl", element("tblPr", *about, *properties), grid, *rows)


def table_row(cells: Iterable[Element], *properties: Element | None) -> Element:
    """A row that is not split between pages."""
    return element("tr", element("trPr", element("cantSplit"), *properties), *cells)


def table_cell(wide: int, paragraphs: Iterable[Element], *properties: Element | None) -> Element:
    """A cell of this width in twips."""
    about = element("tcW", w=str(wide), type="dxa"), *properties, element("vAlign", val="center")
    return element("tc", element("tcPr", *about), *paragraphs)


def new_document() -> Document:
    """An empty document made of the parts in `data`."""
    package = Package()

    def part(name: str, kind: str) -> Any:  # python-docx has no types for this
        xml = files("hrss12333.writing.reference").joinpath("data", f"{name}.xml").read_bytes()
        return PartFactory(PackURI(f"/word/{name}.xml"), f"{_WORD_TYPE}.{kind}+xml", "", xml, package)

    main = part("document", "document.main")
    package.relate_to(main, RT.OFFICE_DOCUMENT)
    for name in ("styles", "settings", "fontTable", "footer1", "footer2"):
        kind = name.rstrip("12")
        main.relate_to(part(name, kind), f"{_RELATION}/{kind}")
    document: Document = main.document
    return document


def unnumbered_section(document: Document) -> Element:
    """A section like the document's last, without page numbers."""
    made = deepcopy(document.element.body.sectPr)
    for each in [*within(made, w("pgNumType"), w("footerReference"))]:
        made.remove(each)
    return made


def sign(document: Document, title: str, day: date, keywords: str = "") -> None:
    """Fill the document's properties: this tool's mark, and ``day`` instead of the current time."""
    about = document.core_properties
    about.author = about.last_modified_by = GENERATOR
    about.category = OUTPUT_CATEGORY
    if keywords:
        about.keywords = keywords
    about.title, about.comments = title, ""
    about.created = about.modified = datetime.combine(day, time())


def saved(document: Document) -> bytes:
    """The document as a file; the same content gives the same bytes."""
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())
