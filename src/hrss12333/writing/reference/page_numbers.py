"""On which page the headings and captions of the 参阅文件 stand, by LibreOffice where it is installed.

Lines of a fixed height keep the pages of Word, WPS and LibreOffice alike; where a program breaks them otherwise, its
own update of the contents is right.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from io import BytesIO

from hrss12333.patterns import lazy
from hrss12333.reading.files.libreoffice import as_pdf

_BOOKMARK = lazy(r"(Toc\d+)$")
"""What is left of a bookmark's name in the PDF, whatever becomes of its first character."""


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
