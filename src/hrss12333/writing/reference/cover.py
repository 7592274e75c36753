"""The cover of the 参阅文件: year, title, conference, what it is compiled from and by whom, as far as the notice is known; and
the day of the last filing. And the document's properties, signed as this tool's output, with no date of the clock's."""

from __future__ import annotations

from datetime import date, datetime, time

from docx.document import Document
from docx.shared import Pt

from hrss12333.model.document_marks import GENERATOR, OUTPUT_CATEGORY
from hrss12333.model.national import NATION, National
from hrss12333.model.summary_lines import missing, reported
from hrss12333.published.nation import Nation
from hrss12333.writing.reference.typography import COVER, COVER_SMALL


def write_cover(document: Document, nation: Nation) -> None:
    """The first page."""
    national = nation.national
    edition, add = national.edition, document.add_paragraph
    add(f"{edition.year}年度", style=COVER).paragraph_format.space_before = Pt(130)
    add(subject(national), style=COVER)
    add("参阅文件", style=COVER)
    if edition.notice.conference:
        add(f"（{edition.notice.conference}）", style=COVER_SMALL).paragraph_format.space_before = Pt(24)
    source = f"根据{edition.notice.number}" if edition.notice.number else "根据"
    add(f"{source}各单位报送材料汇编", style=COVER_SMALL).paragraph_format.space_before = Pt(110)
    add(f"应报{len(national.units)}个单位，已报{len(reported(national))}个单位", style=COVER_SMALL)
    if edition.notice.ministry:
        add(edition.notice.ministry.office, style=COVER_SMALL).paragraph_format.space_before = Pt(30)
    if nation.as_of:
        add(f"（{nation.as_of}收到的材料）", style=COVER_SMALL)


def subject(national: National) -> str:
    """What the document is about: of the nation it speaks only where all units have reported."""
    return f"{'' if missing(national) else NATION}12333电话服务情况"


def sign(document: Document, national: National) -> None:
    """Fill the document's properties; its dates are the survey's, not the clock's."""
    edition = national.edition
    properties = document.core_properties
    properties.author = properties.last_modified_by = GENERATOR
    properties.category = OUTPUT_CATEGORY
    properties.title = f"{edition.year}年度{subject(national)}参阅文件"
    properties.comments = ""
    properties.created = properties.modified = datetime.combine(
        edition.deadline or date(edition.year + 1, 1, 1), time()
    )
    properties.language = "zh-CN"
    properties.revision = 1
