"""The way down: a source is unpacked, and what it then is decides the reader, which guards and decodes it.

A new format is a reader in a file of its own and an entry in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable

from hrss12333.reading.files.file_type import cannot_read
from hrss12333.reading.files.package import Package
from hrss12333.reading.files.source import Source
from hrss12333.reading.files.unpacking import Content, unpacked
from hrss12333.reading.formats import workbook_package
from hrss12333.reading.grid import Book, Prose

Reader = Callable[[Content], Book | Prose]
"""Guards and decodes a content of its kind; raises FileProblem."""


def _of_package(read: Callable[[Package], Book | Prose]) -> Reader:
    return lambda content: read(content.package or Package(content.data))


def _of_bytes(read: Callable[[bytes], Book | Prose]) -> Reader:
    return lambda content: read(content.data)


def _old_workbook(data: bytes) -> Book | Prose:
    from hrss12333.reading.formats.old_workbook import read_xls  # each of these only for a file of its kind

    return read_xls(data)


def _html(data: bytes) -> Book | Prose:
    from hrss12333.reading.formats.html_tables import read_html

    return read_html(data)


def _saved_page(data: bytes) -> Book | Prose:
    from hrss12333.reading.formats.saved_page import read_mhtml

    return read_mhtml(data)


def _xml_spreadsheet(data: bytes) -> Book | Prose:
    from hrss12333.reading.formats.xml_spreadsheet import read_xml_spreadsheet

    return read_xml_spreadsheet(data)


def _text(data: bytes) -> Book | Prose:
    from hrss12333.reading.formats.delimited_text import read_text

    return read_text(data)


def _word(package: Package) -> Book | Prose:
    from hrss12333.reading.formats.word import read_word  # python-docx takes long to load

    return read_word(package)


FORMATS: dict[str, Reader] = {
    "xlsx": _of_package(workbook_package.read_xlsx),
    "xlsb": _of_package(workbook_package.read_xlsb),
    "ods": _of_package(workbook_package.read_ods),
    "xls": _of_bytes(_old_workbook),
    "docx": _of_package(_word),
    "html": _of_bytes(_html),
    "mhtml": _of_bytes(_saved_page),
    "xml2003": _of_bytes(_xml_spreadsheet),
    "text": _of_bytes(_text),
}
"""Kind of content (see `file_type`) → its reader."""


def open_source(source: Source) -> Book | Prose:
    """What stands in a file.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    return open_bytes(source.data)


def open_bytes(data: bytes) -> Book | Prose:
    """What stands in a file with this content.

    Raises:
        FileProblem: as `open_source` does.
    """
    content = unpacked(data)
    reader = FORMATS.get(content.kind)
    if reader is None:
        raise cannot_read(content.kind)
    return reader(content)
