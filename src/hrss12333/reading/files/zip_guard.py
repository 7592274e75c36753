"""The guard between a stranger's zip and its reader: which parts that is given, and that none of them declares entities."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import Package, is_carried
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker.limits import damaged, too_large

_MAX_PARSED = 128 * 2**20
"""Bytes of all that is parsed; the largest honest workbook seen has 108 MiB of XML."""
_WORKBOOK = "xl/workbook.xml"
_TO_WORKBOOK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
SHEET_ENTRY = re.compile(rb"<(?:[\w.-]+:)?sheet\s")
_DECLARES = (
    "文件的XML中含有外部定义（DTD），这不是Office或WPS会写出的内容，可能会耗尽内存，为安全起见没有读取。"
    "请在Excel、Word或WPS中打开，另存为新文件再报送。"
)


def inspect(package: Package, kind: str) -> dict[str, bytes]:
    """The parts of a package, by name, that its reader is to be given, and no others.

    Raises:
        FileProblem: F001 where a part does not decompress, F004 where it holds a DTD or too much.
    """
    if package.parsed_size(_MAX_PARSED) > _MAX_PARSED:
        raise too_large()
    parts = {name: package.read(name) for name in _parsed_names(package, kind)}
    for raw in parts.values():
        if b"\0" in raw:  # UTF-16: no office program writes it, and the reader would see nothing of it
            raise damaged()
        if b"!" in raw and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):  # anywhere in the part
            raise FileProblem(Problem.TOO_LARGE, _DECLARES)
    if _WORKBOOK in parts:  # so that the reader opens the one that was judged
        parts["_rels/.rels"] = _TO_WORKBOOK
    return parts


def _parsed_names(package: Package, kind: str) -> Iterator[str]:
    """The parts that a reader of this kind may parse."""
    beside: tuple[str, ...] = ("docprops/", "[content_types]") if kind == "xlsx" else ()
    if _WORKBOOK in package:
        beside += ("_rels/.rels",)
    for name in package.names:
        if name.endswith((".xml", ".rels", ".vml")) and not (name.startswith(beside) or is_carried(name)):
            yield name
