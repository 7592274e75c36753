"""The finished 参阅文件 as a package: signed as this tool's output, and the same bytes whenever it is written."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document

from hrss12333.forms import Survey
from hrss12333.marks import GENERATOR, OUTPUT_CATEGORY

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""


def sign(document: Document, survey: Survey) -> None:
    """Fill the document's properties; its dates are the survey's, not the clock's."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = GENERATOR
    properties.category = OUTPUT_CATEGORY
    properties.title = f"{survey.year}年度全国12333电话服务情况参阅文件"
    properties.comments = ""
    properties.created = properties.modified = datetime.combine(survey.deadline, time())
    properties.language = "zh-CN"
    properties.revision = 1


def same_bytes(data: bytes) -> bytes:
    """The package with every part dated alike."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in package.namelist():
            about = ZipInfo(name, _EPOCH)
            about.compress_type = ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            target.writestr(about, package.read(name))
    return out.getvalue()
