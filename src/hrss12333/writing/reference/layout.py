"""The look of the 参阅文件: page, styles, page numbers, contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from hrss12333.writing.reference import report_copy as reference_copy
from hrss12333.writing.reference.report_source import Element

PAGE_WIDTH, PAGE_HEIGHT = Cm(21.0), Cm(29.7)
SIDE = Cm(2.6)
TEXT_WIDTH = Length(PAGE_WIDTH - 2 * SIDE)
LANDSCAPE_WIDTH = Length(PAGE_HEIGHT - 2 * Cm(2.0))
_SONG, _HEI, _LATIN = "宋体", "黑体", "Times New Roman"
COVER, COVER_SMALL, CONTENTS, CAPTION, NOTE, SMALL, DENSE = (
    "封面标题",
    "封面文字",
    "目录标题",
    "图表标题",
    "说明",
    "表格文字",
    "密集表格文字",
)
REPORT_LEVELS = {level: f"Heading{level + 3}" for level in range(1, 7)}
"""Heading level within a report → id of the style below the unit's own headings."""
_SIZES = {1: 18.0, 2: 16.0, 3: 14.0, 4: 14.0, 5: 12.0, 6: 12.0, 7: 12.0, 8: 12.0, 9: 12.0}
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading that the contents list."""

    level: int
    text: str
    bookmark: str


def new_document() -> Document:
    """An empty document with the styles of the 参阅文件."""
    document = docx.Document()
    for default in document.styles.element.iter(qn("w:lang")):
        default.set(qn("w:eastAsia"), "zh-CN")
    normal = cast(ParagraphStyle, document.styles["Normal"])
    _font(normal, _SONG, 12.0)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.5
    for level, size in _SIZES.items():
        style = cast(ParagraphStyle, document.styles[f"Heading {level}"])
        _font(style, _HEI, size, bold=level in (1, 2))
        style.font.italic = False
        style.paragraph_format.space_before = Pt(12 if level < 4 else 6)
        style.paragraph_format.space_after = Pt(6 if level < 4 else 3)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.line_spacing = 1.15
    _own_styles(document)
    section = document.sections[0]
    _page(section, landscape=False)
    section.different_first_page_header_footer = True
    _page_number(section)
    return document


def _own_styles(document: Document) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _style(document, COVER, _HEI, 30.0, align=centre, spacing=1.4)
    _style(document, COVER_SMALL, _SONG, 16.0, align=centre)
    _style(document, CONTENTS, _HEI, 18.0, align=centre, after=12.0)
    _style(document, CAPTION, _HEI, 10.5, align=centre, before=6.0, after=3.0, keep=True)
    _style(document, NOTE, _SONG, 10.5, spacing=1.25, after=3.0)
    _style(document, SMALL, _SONG, 9.0, align=centre, spacing=1.0)
    _style(document, DENSE, _SONG, 7.5, align=centre, spacing=1.0)
    _style(document, reference_copy.TITLE, _HEI, 16.0, align=centre, before=6.0, after=6.0, keep=True)
    _style(document, reference_copy.BODY, _SONG, 12.0, indent=200)
    _style(document, reference_copy.LIST, _SONG, 12.0)
    _style(document, reference_copy.CELL, _SONG, 10.5, spacing=1.0)
    _style(document, reference_copy.FIGURE, _SONG, 12.0, align=centre, spacing=1.0, before=3.0, after=3.0)
    for level, indent in ((1, 0.0), (2, 0.74)):
        style = _style(document, f"toc {level}", _HEI if level == 1 else _SONG, 10.5)
        style.paragraph_format.line_spacing = Pt(15.5)
        style.paragraph_format.left_indent = Cm(indent)
        style.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _style(
    document: Document,
    name: str,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    spacing: float = 1.5,
    before: float = 0.0,
    after: float = 0.0,
    keep: bool = False,
    indent: int = 0,
) -> ParagraphStyle:
    style = cast(ParagraphStyle, document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.base_style = document.styles["Normal"]
    _font(style, font, size)
    layout = style.paragraph_format
    layout.alignment, layout.line_spacing = align, spacing
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.keep_with_next = keep or None
    if indent:
        layout.first_line_indent = Pt(size * indent / 100)
        style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), str(indent))
    return style


def _font(style: ParagraphStyle, east_asian: str, size: float, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = _LATIN, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for attribute in [name for name in fonts.attrib if "Theme" in name]:
        del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), east_asian)


def _page(section: Section, *, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (PAGE_HEIGHT, PAGE_WIDTH) if landscape else (PAGE_WIDTH, PAGE_HEIGHT)
    section.left_margin = section.right_margin = Cm(2.0) if landscape else SIDE
    section.top_margin = section.bottom_margin = Cm(1.5) if landscape else Cm(2.6)
    section.footer_distance = Cm(0.7) if landscape else Cm(1.5)


def new_section(document: Document, *, landscape: bool) -> None:
    """Begin a new page of this orientation; page numbers run on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _page(section, landscape=landscape)


def _page_number(section: Section) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("第 ")
    add_field(paragraph._p, "PAGE", "1")
    paragraph.add_run(" 页  共 ")
    add_field(paragraph._p, "NUMPAGES", "1")
    paragraph.add_run(" 页")


def _run(*parts: Element) -> Element:
    made = OxmlElement("w:r")
    for part in parts:
        made.append(part)
    return made


def _character(kind: str) -> Element:
    made = OxmlElement("w:fldChar")
    made.set(qn("w:fldCharType"), kind)
    return made


def _instruction(text: str) -> Element:
    made = OxmlElement("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = f" {text} "
    return made


def _text(text: str) -> Element:
    made = OxmlElement("w:t")
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def add_field(parent: Element, instruction: str, shown: str) -> None:
    """A field with what it shows until a program works it out."""
    parts = [_character("begin"), _instruction(instruction), _character("separate"), _character("end")]
    if shown:
        parts.insert(3, _text(shown))
    for part in parts:
        parent.append(_run(part))


def _for_word(part: Element) -> Element:
    """A run that Word reads and LibreOffice passes over.

    Both show the contents' page numbers from PAGEREF fields. Inside a TOC field LibreOffice freezes them at what the
    file holds; outside it works them out. Word needs the TOC field to rebuild the contents after editing.
    """
    made = parse_xml(
        f'<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="{_MC}" xmlns:w15="{_W15}">'
        '<mc:AlternateContent><mc:Choice Requires="w15"/><mc:Fallback/></mc:AlternateContent></w:r>'
    )
    made[0][0].append(part)
    return made


def fill_contents(document: Document, before: Paragraph, marks: Sequence[Mark]) -> None:
    """A contents field before a paragraph, with a linked entry for each heading."""
    for number, mark in enumerate(marks):
        paragraph = before.insert_paragraph_before(style=f"toc {mark.level}")
        if number == 0:
            for part in (_character("begin"), _instruction('TOC \\o "1-2" \\h \\z \\u'), _character("separate")):
                paragraph._p.append(_for_word(part))
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), mark.bookmark)
        link.set(qn("w:history"), "1")
        link.append(_run(_text(mark.text)))
        link.append(_run(OxmlElement("w:tab")))
        add_field(link, f"PAGEREF {mark.bookmark} \\h", "")
        paragraph._p.append(link)
        if number == len(marks) - 1:
            paragraph._p.append(_for_word(_character("end")))
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    _insert_setting(document.settings.element, update)


_AFTER_UPDATE = (
    "hdrShapeDefaults",
    "footnotePr",
    "endnotePr",
    "compat",
    "docVars",
    "rsids",
    "mathPr",
    "attachedSchema",
)
"""Settings that the schema puts after w:updateFields, the nearest first."""


def _insert_setting(settings: Element, setting: Element) -> None:
    for child in settings:
        if str(child.tag).rpartition("}")[2] in _AFTER_UPDATE:
            child.addprevious(setting)
            return
    settings.append(setting)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Put a bookmark around a heading's text."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), str(number))
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)
