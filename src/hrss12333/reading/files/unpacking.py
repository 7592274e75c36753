"""What a file really is once its envelope is off: an .xlsx encrypted with the password that Excel tries by itself is an
.xlsx, and a .doc is the .docx that LibreOffice makes of it."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.reading.files.file_type import CONVERTIBLE, cannot_read, package_kind, sniff_head
from hrss12333.reading.files.package import Package

_MAY_BE_OTHER = tuple(
    name.encode("utf-16-le")
    for name in ("EncryptedPackage", "WordDocument", "PowerPoint Document", "__properties_version1.0")
)
"""Names within an OLE file that is no .xls, or that embeds another document: then its directory must be read."""


class Content(Struct, frozen=True):
    """A file's content without its envelope."""

    kind: str
    """As `sniff` names it: xlsx xlsb ods docx xls html …, or a key of `UNREADABLE`."""
    data: bytes
    package: Package | None = None
    """Its parts, where it is a package."""


def unpacked(data: bytes) -> Content:
    """A file's content, whatever it is wrapped in.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 a document that nothing here converts, F004 over the limits.
    """
    kind = sniff_head(data[:4096])
    if kind == "ole":
        kind = "xls"
        if any(name in data for name in _MAY_BE_OTHER):
            from hrss12333.reading.files.child_process import in_child

            answer = in_child("ole_kind", data)
            kind = str(answer["kind"])
            if "package" in answer:
                data, kind = answer["package"], "zip"
    package = Package(data) if kind == "zip" else None
    if package is not None:
        kind = package_kind(package)
    if kind in CONVERTIBLE:
        from hrss12333.reading.files.libreoffice import as_docx

        converted = as_docx(kind, data)
        if converted is None:
            raise cannot_read(kind)
        return Content("docx", converted, Package(converted))
    return Content(kind, data, package)
