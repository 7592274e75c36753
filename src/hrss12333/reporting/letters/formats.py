"""A letter as a file: a Word document in the look of the 参阅文件, and a draft that a mail program opens ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from hashlib import sha256
from io import BytesIO

from hrss12333.model.document_marks import GENERATOR, LETTER_KEYWORD, OUTPUT_CATEGORY
from hrss12333.patterns import lazy
from hrss12333.reporting.letters.letter import Letter, ParagraphRole
from hrss12333.writing.reference import typography
from hrss12333.writing.reference.typography import BODY_SIZE, FANG, HEI, KAI, STYLES, ParagraphStyle
from hrss12333.writing.sheet_text import width

_TYPES = {
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".xlsm": ("application", "vnd.ms-excel.sheet.macroEnabled.12"),
}
_ADDRESS = lazy(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_RULE = lazy(r"（规则[A-Z]\d{3}）$")
_FINE = 9.0
"""Points of a rule's number."""


def _point_style(name: str, font: str = FANG, *, keep: bool = False) -> ParagraphStyle:
    """A line of the list of points: smaller, and closer together, than the text."""
    return ParagraphStyle(name, name, font, 12.0, exact=18.0, indent=200, grid=False, keep=keep)


LOOKS = {
    ParagraphRole.TITLE: ParagraphStyle(
        "函标题", "函标题", typography.TITLE_FONT, 22.0, "center", exact=36.0, after=14.0, keep=True
    ),
    ParagraphRole.ADDRESSEE: ParagraphStyle("函主送", "函主送"),
    ParagraphRole.TEXT: ParagraphStyle("函正文", "函正文", indent=200),
    ParagraphRole.HEADING: _point_style("函小标题", HEI, keep=True),
    ParagraphRole.PLACE: _point_style("函位置", KAI, keep=True),
    ParagraphRole.POINT: _point_style("函意见"),
    ParagraphRole.ADVICE: _point_style("函建议"),
    ParagraphRole.SIGNATURE: ParagraphStyle("函落款", "函落款", align="right", before=8.0, keep=True),
    ParagraphRole.DAY: ParagraphStyle("函日期", "函日期", align="right"),
    ParagraphRole.SMALL: ParagraphStyle(
        "函附注", "函附注", FANG, 9.0, "left", exact=13.0, before=3.0, indent=200, grid=False
    ),
}
"""How each part of a letter looks."""


def as_draft(letter: Letter, attached: Mapping[str, bytes]) -> bytes:
    """A mail not yet sent (X-Unsent) with these files; the same bytes each time."""
    from email.message import EmailMessage
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["X-Mailer"] = GENERATOR
    mail["Subject"] = letter.title
    to = [address for address in letter.to if _ADDRESS.fullmatch(address)]
    if to:
        mail["To"] = ", ".join(to)
    flush = (ParagraphRole.ADDRESSEE, ParagraphRole.SIGNATURE)
    lines = [
        f"{'' if part in flush else '　　'}{text}"
        for part, text in letter.paragraphs
        if part is not ParagraphRole.TITLE
    ]
    mail.set_content("\n".join([*lines, ""]), cte="base64")
    for name, content in attached.items():
        main, sub = _TYPES[name[-5:].lower()]
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    mail.set_boundary(f"=_{sha256(letter.title.encode() + letter.recipient.name.encode()).hexdigest()[:24]}")
    return mail.as_bytes()


def as_word(letter: Letter) -> bytes:
    """A Word document to be printed and sealed, on the page of the 参阅文件; the same bytes each time."""
    from docx.shared import Pt

    from hrss12333.writing.reference.sections import Sections
    from hrss12333.writing.reference.skeleton import new_document
    from hrss12333.writing.workbook import same_bytes

    document = new_document(
        (*STYLES[:1], *LOOKS.values(), *(look for look in STYLES if look.id == typography.FOOTER_STYLE))
    )
    signed = next((width(text) for part, text in letter.paragraphs if part is ParagraphRole.SIGNATURE), 0)
    for part, text in letter.paragraphs:
        paragraph = document.add_paragraph(style=LOOKS[part].name)
        small = _RULE.search(text) if part is ParagraphRole.POINT else None
        paragraph.add_run(text[: small.start()] if small else text)
        if small:
            paragraph.add_run(small[0]).font.size = Pt(_FINE)
        if part in (
            ParagraphRole.SIGNATURE,
            ParagraphRole.DAY,
        ):  # the day begins two characters right of the name (GB/T 9704)
            free = 2.0 if part is ParagraphRole.SIGNATURE else max(2.0, (signed - width(text)) / 2)
            paragraph.paragraph_format.right_indent = Pt(free * BODY_SIZE)
    Sections(document).close_document(numbered="decimal")
    about = document.core_properties
    about.author = about.last_modified_by = GENERATOR
    about.category, about.keywords, about.title, about.comments = OUTPUT_CATEGORY, LETTER_KEYWORD, letter.title, ""
    about.created = about.modified = datetime.combine(letter.day, time())
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())
