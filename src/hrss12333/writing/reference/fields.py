"""Fields, bookmarks and runs of a Word document, made from what they say."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from hrss12333.writing.reference.report_source import Element, W, add, element

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


def mark(kind: str) -> Element:
    """The ``begin``, ``separate`` or ``end`` of a field."""
    return element("fldChar", fldCharType=kind)


def instruction(text: str) -> Element:
    """What a field does."""
    return written("instrText", f" {text} ")


def field_runs(does: str, shown: str) -> list[Element]:
    """A field with what it shows until a program works it out."""
    runs = [run(mark("begin")), run(instruction(does)), run(mark("separate")), run(mark("end"))]
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
