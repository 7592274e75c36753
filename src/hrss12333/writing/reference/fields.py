"""Fields, bookmarks and runs of a Word document, made from what they say; and of them contents, list of tables and list of
figures: exact entries, and page numbers where LibreOffice is installed. Lines of a fixed height keep the pages of Word, WPS and
LibreOffice alike; where a program breaks them otherwise, its own update of the contents is right."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from io import BytesIO

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.libreoffice import as_pdf
from hrss12333.writing.reference.report_source import Element, W, add, element
from hrss12333.writing.reference.typography import ENTRIES, LISTED

TABLE, FIGURE = "表", "图"
"""Labels of captions; also names of the sequences that Word counts them by."""

_AFTER_UPDATE = ("compat", "themeFontLang")
"""Settings that the schema puts after w:updateFields."""
_BOOKMARK = lazy(r"(Toc\d+)$")
"""What is left of a bookmark's name in the PDF, whatever becomes of its first character."""
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def run(*parts: Element) -> Element:
    """A run that holds these."""
    made = element("r")
    made.extend(parts)
    return made


def written(name: str, text: str) -> Element:
    """An element that holds text, its blanks kept."""
    made = element(name)
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def text_run(text: str) -> Element:
    """A run of text."""
    return run(written("t", text))


def edge(kind: str) -> Element:
    """The ``begin``, ``separate`` or ``end`` of a field."""
    return element("fldChar", fldCharType=kind)


def instruction(text: str) -> Element:
    """What a field does."""
    return written("instrText", f" {text} ")


def field_runs(does: str, shown: str) -> list[Element]:
    """A field with what it shows until a program works it out."""
    runs = [run(edge("begin")), run(instruction(does)), run(edge("separate")), run(edge("end"))]
    if shown:
        runs.insert(3, text_run(shown))
    return runs


def for_word(part: Element) -> Element:
    """A run that Word reads and LibreOffice passes over.

    Both show the contents' page numbers from PAGEREF fields. Inside a TOC field LibreOffice freezes them at what the
    file holds; outside it works them out. Word needs the TOC field to rebuild the contents after editing.
    """
    made = parse_xml(
        f'<w:r xmlns:w="{W}" xmlns:mc="{_MC}" xmlns:w15="{_W15}">'
        '<mc:AlternateContent><mc:Choice Requires="w15"/><mc:Fallback/></mc:AlternateContent></w:r>'
    )
    made[0][0].append(part)
    return made


def bookmark(paragraph: Element, name: str, number: int) -> None:
    """Put a bookmark around all that a paragraph holds."""
    paragraph.insert(1 if paragraph.pPr is not None else 0, element("bookmarkStart", id=str(number), name=name))
    add(paragraph, "bookmarkEnd", id=str(number))


class ContentsEntry(Struct, frozen=True):
    """A heading or caption that a list names."""

    text: str
    bookmark: str
    level: int = 0
    """Of a heading; 0 for a caption."""
    label: str = ""
    """Of a caption: 表 or 图."""


def headings(marks: Sequence[ContentsEntry]) -> tuple[str, list[ContentsEntry]]:
    """Instruction and entries of the contents."""
    return 'TOC \\o "1-2" \\h \\z \\t "单位标题,2"', [item for item in marks if item.level]


def captions(marks: Sequence[ContentsEntry], label: str) -> tuple[str, list[ContentsEntry]]:
    """Instruction and entries of the list of tables or of figures."""
    return f'TOC \\h \\z \\c "{label}"', [item for item in marks if item.label == label]


def fill(before: Paragraph, listed: tuple[str, list[ContentsEntry]], pages: Mapping[str, str]) -> None:
    """A list before a paragraph, with a linked entry for each mark.

    Args:
        before: paragraph that follows the list.
        listed: what the list's field does, and its entries.
        pages: bookmark → page number, as far as they are known.
    """
    does, marks = listed
    for number, item in enumerate(marks):
        paragraph = before.insert_paragraph_before()._p
        add(paragraph.get_or_add_pPr(), "pStyle", val=ENTRIES.get(item.level, LISTED))
        if number == 0:
            paragraph.extend(map(for_word, (edge("begin"), instruction(does), edge("separate"))))
        link = add(paragraph, "hyperlink", anchor=item.bookmark, history="1")
        field = field_runs(f"PAGEREF {item.bookmark} \\h", pages.get(item.bookmark, ""))
        link.extend([text_run(item.text), run(element("tab")), *field])
        if number == len(marks) - 1:
            paragraph.append(for_word(edge("end")))


def ask_for_update(document: Document) -> None:
    """Let Word work out all fields when it opens the document; it asks the reader first."""
    update, settings = element("updateFields", val="true"), document.settings.element
    for child in settings:
        if str(child.tag).rpartition("}")[2] in _AFTER_UPDATE:
            child.addprevious(update)
            return
    settings.append(update)


def page_numbers(document: bytes) -> Mapping[str, str]:
    """Bookmark → number printed on its page; nothing where LibreOffice is missing or fails."""
    laid_out = as_pdf(document)
    if laid_out is None:
        return {}
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(laid_out))
        pages = {
            f"_{match[1]}": page
            for name, place in reader.named_destinations.items()
            if (match := _BOOKMARK.search(name)) and (page := reader.get_destination_page_number(place)) is not None
        }
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    # The first heading begins the section whose pages count from 1.
    first = min(pages.values(), default=0)
    return {bookmark: str(page - first + 1) for bookmark, page in pages.items()}
