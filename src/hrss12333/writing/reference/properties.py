"""The properties of the finished 参阅文件: signed as this tool's output, with no date of the clock's."""

from __future__ import annotations

from datetime import date, datetime, time

from docx.document import Document

from hrss12333.model.document_marks import GENERATOR, OUTPUT_CATEGORY
from hrss12333.model.national import National
from hrss12333.writing.reference.cover import subject


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
