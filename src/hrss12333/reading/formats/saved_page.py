"""A web page that is saved as a single file, as mail is (.mht): Excel makes a page of each sheet."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

from hrss12333.reading.formats.html_tables import read_html
from hrss12333.reading.grid import Book, Grid

_MOST_PAGES = 100


def read_mhtml(data: bytes) -> Book:
    """Every table of every page in the file.

    Raises:
        FileProblem: as `read_html` does.
    """
    grids: list[Grid] = []
    for number, part in enumerate(BytesParser(policy=policy.default).parsebytes(data).walk()):
        content = part.get_payload(decode=True)
        if number < _MOST_PAGES and part.get_content_type() == "text/html" and isinstance(content, bytes):
            grids += read_html(content).grids
    return Book("html", tuple(grids))
