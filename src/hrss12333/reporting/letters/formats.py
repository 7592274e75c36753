"""A letter as a file: plain text, a Word document, a draft that a mail program opens ready to be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

from hrss12333.model.document_marks import GENERATOR, OUTPUT_CATEGORY
from hrss12333.patterns import lazy
from hrss12333.reporting.letters.letter import INDENT, Letter

_WORKBOOKS = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".xlsm": ("application", "vnd.ms-excel.sheet.macroEnabled.12"),
}
_ADDRESS = lazy(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
DAY = "　　　　年　　月　　日"
"""Where the day of a printed letter is written by hand; a mail bears its own."""
_HEADING = lazy(r"[一二三四]、")
_LEAD = lazy(r"^[一二三四]、|^《|：$")
"""A line that stays on one page with the next: a heading, the file of a point, what leads to a list."""
_BODY, _TITLE = "仿宋", "黑体"
_BODY_POINTS, _TITLE_POINTS, _LINE_POINTS = 16, 18, 28


def as_text(letter: Letter, _copies: Mapping[str, bytes]) -> bytes:
    """Text to be pasted into a mail; UTF-8 with a byte order mark and CRLF, so that Notepad shows it right."""
    lines = [f"主题：{letter.subject}", *letter.addresses, "", *letter.body, ""]
    return "\r\n".join(lines).encode("utf-8-sig")


def as_draft(letter: Letter, copies: Mapping[str, bytes]) -> bytes:
    """A mail not yet sent (X-Unsent), the copies attached; the same bytes each time."""
    from email.message import EmailMessage
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["X-Mailer"] = GENERATOR
    mail["Subject"] = letter.subject
    to = [address for address in letter.to if _ADDRESS.fullmatch(address)]
    if to:
        mail["To"] = ", ".join(to)
    mail.set_content("\n".join([*letter.body, ""]), cte="base64")
    for name, content in copies.items():
        main, sub = _WORKBOOKS[name[-5:].lower()]
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    if copies:
        mail.set_boundary(f"=_{sha256(letter.subject.encode() + letter.name.encode()).hexdigest()[:24]}")
    return mail.as_bytes()


def as_word(letter: Letter, _copies: Mapping[str, bytes]) -> bytes:
    """A Word document to be printed, in the faces of official letters; the same bytes each time."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    from hrss12333.writing.zip_repack import same_bytes

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)
    _face(document.styles["Normal"], _BODY, _BODY_POINTS)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _face(title.add_run(letter.subject), _TITLE, _TITLE_POINTS)
    for line in ("", *letter.addresses, *letter.body):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(_LINE_POINTS)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.keep_with_next = bool(_LEAD.search(line))
        if line.startswith(INDENT):
            paragraph.paragraph_format.first_line_indent = Pt(2 * _BODY_POINTS)
        elif line.startswith(" "):  # a suggestion below its point
            paragraph.paragraph_format.left_indent = Pt(_BODY_POINTS)
        run = paragraph.add_run(line.strip())
        if _HEADING.match(line):
            _face(run, _TITLE, _BODY_POINTS)
    document.add_paragraph(DAY).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    about = document.core_properties
    about.author = about.last_modified_by = GENERATOR
    about.category, about.title, about.comments = OUTPUT_CATEGORY, letter.subject, ""
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _face(of: Any, name: str, points: int) -> None:
    """A Chinese face, named and not embedded."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    of.font.name, of.font.size = name, Pt(points)
    of.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


LETTER_FORMATS: dict[str, Callable[[Letter, Mapping[str, bytes]], bytes]] = {
    ".eml": as_draft,
    ".docx": as_word,
    ".txt": as_text,
}
"""Extension → how a letter becomes a file. A new format is one function and one entry."""
