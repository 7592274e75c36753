"""The way down: a source is unpacked, and what it then is decides the reader, which guards and decodes it.

A new format is a reader in a file of its own and an entry in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable

from hrss12333.reading.files.discovery import Source
from hrss12333.reading.files.file_type import cannot_read
from hrss12333.reading.files.package import Package
from hrss12333.reading.files.unpacking import Content, unpacked
from hrss12333.reading.formats import delimited_text, html_tables, old_workbook, workbook_package, xml_spreadsheet
from hrss12333.reading.grid import Book, Prose

Reader = Callable[[Content], Book | Prose]
"""Guards and decodes a content of its kind; raises FileProblem."""


def _of_package(read: Callable[[Package], Book | Prose]) -> Reader:
    return lambda content: read(content.package or Package(content.data))


def _of_bytes(read: Callable[[bytes], Book | Prose]) -> Reader:
    return lambda content: read(content.data)


def _word(package: Package) -> Book | Prose:
    from hrss12333.reading.formats.word import read_word  # python-docx takes long to load

    return read_word(package)


FORMATS: dict[str, Reader] = {
    "xlsx": _of_package(workbook_package.read_xlsx),
    "xlsb": _of_package(workbook_package.read_xlsb),
    "ods": _of_package(workbook_package.read_ods),
    "xls": _of_bytes(old_workbook.read_xls),
    "docx": _of_package(_word),
    "html": _of_bytes(html_tables.read_html),
    "mhtml": _of_bytes(html_tables.read_mhtml),
    "xml2003": _of_bytes(xml_spreadsheet.read_xml_spreadsheet),
    "text": _of_bytes(delimited_text.read_text),
}
"""Kind of content (see `file_type`) → its reader."""


def open_source(source: Source) -> Book | Prose:
    """What stands in a file.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    return open_bytes(source.data)


def open_bytes(data: bytes) -> Book | Prose:
    """The same from the file's content."""
    content = unpacked(data)
    reader = FORMATS.get(content.kind)
    if reader is None:
        raise cannot_read(content.kind)
    return reader(content)
