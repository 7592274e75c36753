"""Contents, list of tables and list of figures: exact entries, and page numbers where they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docx.document import Document
from docx.text.paragraph import Paragraph
from msgspec import Struct

from hrss12333.writing.reference.fields import field_runs, for_word, instruction, mark, run, text_run
from hrss12333.writing.reference.report_source import add, element
from hrss12333.writing.reference.typography import ENTRIES, LISTED

TABLE, FIGURE = "表", "图"
"""Labels of captions; also names of the sequences that Word counts them by."""

_AFTER_UPDATE = ("compat", "themeFontLang")
"""Settings that the schema puts after w:updateFields."""


class Mark(Struct, frozen=True):
    """A heading or caption that a list names."""

    text: str
    bookmark: str
    level: int = 0
    """Of a heading; 0 for a caption."""
    label: str = ""
    """Of a caption: 表 or 图."""


def headings(marks: Sequence[Mark]) -> tuple[str, list[Mark]]:
    """Instruction and entries of the contents."""
    return 'TOC \\o "1-2" \\h \\z \\t "单位标题,2"', [item for item in marks if item.level]


def captions(marks: Sequence[Mark], label: str) -> tuple[str, list[Mark]]:
    """Instruction and entries of the list of tables or of figures."""
    return f'TOC \\h \\z \\c "{label}"', [item for item in marks if item.label == label]


def fill(before: Paragraph, listed: tuple[str, list[Mark]], pages: Mapping[str, str]) -> None:
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
            paragraph.extend(map(for_word, (mark("begin"), instruction(does), mark("separate"))))
        link = add(paragraph, "hyperlink", anchor=item.bookmark, history="1")
        field = field_runs(f"PAGEREF {item.bookmark} \\h", pages.get(item.bookmark, ""))
        link.extend([text_run(item.text), run(element("tab")), *field])
        if number == len(marks) - 1:
            paragraph.append(for_word(mark("end")))


def ask_for_update(document: Document) -> None:
    """Let Word work out all fields when it opens the document; it asks the reader first."""
    update, settings = element("updateFields", val="true"), document.settings.element
    for child in settings:
        if str(child.tag).rpartition("}")[2] in _AFTER_UPDATE:
            child.addprevious(update)
            return
    settings.append(update)
