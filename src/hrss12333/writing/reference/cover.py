"""The cover of the 参阅文件: year, title, conference, and what it is compiled from, as far as the notice is known."""

from __future__ import annotations

from docx.document import Document
from docx.shared import Pt

from hrss12333.model.national import NATION, National
from hrss12333.model.summary_lines import missing, reported
from hrss12333.writing.reference.typography import COVER, COVER_SMALL


def write_cover(document: Document, national: National) -> None:
    """The first page."""
    edition, add = national.edition, document.add_paragraph
    add(f"{edition.year}年度", style=COVER).paragraph_format.space_before = Pt(130)
    add(subject(national), style=COVER)
    add("参阅文件", style=COVER)
    if edition.notice.conference:
        add(f"（{edition.notice.conference}）", style=COVER_SMALL).paragraph_format.space_before = Pt(24)
    source = f"根据{edition.notice.number}" if edition.notice.number else "根据"
    add(f"{source}各单位报送材料汇编", style=COVER_SMALL).paragraph_format.space_before = Pt(190)
    add(f"应报{len(national.units)}个单位，已报{len(reported(national))}个单位", style=COVER_SMALL)


def subject(national: National) -> str:
    """What the document is about: of the nation it speaks only where all units have reported."""
    return f"{'' if missing(national) else NATION}12333电话服务情况"
