"""The guard between a stranger's zip and a compiled reader: it builds no tree, and all that it does is bounded.

It judges whether the parts that a reader may parse declare entities, and whether reading them provably costs little. A
value in A1 and one in XFD1048576 is a file of 2 KB that makes the fast reader ask for 549 GB, which kills the process
and cannot be caught: so this process reads only sheets whose every cell has an address near A1. Whatever is large or
odd, though it may be honest, is left to the child process and its limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hrss12333.model.problem import Problem
from hrss12333.reading.files.bounds import MAX_ROW, SMALL, leave_to_child
from hrss12333.reading.files.package import Package, damaged, is_carried, too_large
from hrss12333.reading.grid import FileProblem

_MAX_PARSED = 128 * 2**20
"""Bytes of all that is parsed; the largest honest workbook seen has 108 MiB of XML."""
_MAX_COPIED = 128 * 2**20
"""Bytes of texts in this process: one long text shown in a great many cells is copied for each of them."""
_UTF8_BEGINNING = rb"""(?:\xef\xbb\xbf)?<(?:[A-Za-z]|\?xml(?:\s+(?:version|standalone)=["'][\w.]*["']|\s+encoding=["'](?:UTF|utf)-8["'])*\s*\?>)"""
"""How a part begins that is in UTF-8 for every parser, so that no DTD hides there in another encoding."""
_MAX_SHEETS, _FEW_SHEETS = 2_000, 20
"""Sheets of a workbook, and those up to which this process reads them; each has at most 104 columns and 999 rows then."""
_WORKBOOK = "xl/workbook.xml"
_TO_WORKBOOK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
SHEET_ENTRY = re.compile(rb"<(?:[\w.-]+:)?sheet\s")
_NOT_NEAR = re.compile(rb'<c(?! r="[A-C]?[A-Z]\d{1,3}+")')
"""A cell beyond column CZ or row 999, or one whose place is written otherwise than nearly every program does."""
_COUNT = re.compile(rb"""ount\s*=\s*["']\s*(\d{1,15})""")
_DECLARES = (
    "文件的XML中含有外部定义（DTD），这不是Office或WPS会写出的内容，可能会耗尽内存，为安全起见没有读取。"
    "请在Excel、Word或WPS中打开，另存为新文件再报送。"
)


def inspect(package: Package, kind: str, *, known: bool = False) -> dict[str, bytes]:
    """The parts of a package, by name, that its reader is to be given, and no others.

    ``known``: whether it was read before, within the limits of the child process: then it need not be small.

    Raises:
        FileProblem: F001 where a part does not decompress, F004 where it holds a DTD or too much.
        Costly: where it is not provably small, and this is not the child process.
    """
    leave_to_child(unless=known or package.parsed_size(SMALL[kind]) <= SMALL[kind])
    if package.parsed_size(_MAX_PARSED) > _MAX_PARSED:
        raise too_large()
    parts = {name: package.read(name) for name in _parsed_names(package, kind)}
    for raw in parts.values():
        if b"\0" in raw:  # UTF-16: no office program writes it, and the reader would see nothing of it
            raise damaged()
        if b"!" in raw and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):  # anywhere in the part
            raise FileProblem(Problem.TOO_LARGE, _DECLARES)
    if kind == "xlsx":
        is_small = _is_small_workbook(parts)
    else:
        is_small = all(re.match(_UTF8_BEGINNING, raw) for raw in parts.values())
    leave_to_child(unless=known or is_small)
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


def _is_small_workbook(parts: Mapping[str, bytes]) -> bool:
    """Whether a workbook of these parts provably costs little to read."""
    entries = sum(len(SHEET_ENTRY.findall(raw)) for raw in parts.values() if b"sheets" in raw)
    if entries > _MAX_SHEETS:
        raise too_large()
    sheets = [raw for raw in parts.values() if b"sheetData" in raw]
    others = [raw for raw in parts.values() if b"sheetData" not in raw]
    # Each entry is read by itself, though many may name one part.
    size = sum(map(len, others)) + entries * max(map(len, sheets), default=0)
    cells = entries * max((raw.count(b"<c") for raw in sheets), default=0)
    longest = max((len(raw) for raw in others if b"si>" in raw), default=0)
    return (
        entries <= _FEW_SHEETS
        and size <= SMALL["xlsx"]
        and longest * cells <= _MAX_COPIED
        and all(map(_is_whole, parts.values()))
        and all(map(has_near_cells, sheets))
    )


def has_near_cells(raw: bytes) -> bool:
    """Whether every cell of a sheet has an address near A1, written as nearly every program does."""
    if raw.count(b"sheetData") == 1:
        return b"<sheetData/>" in raw
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    # Else the element has a prefix, or a comment before it holds another.
    is_plain = 0 <= start < end and raw.count(b"sheetData") == 2 and raw.find(b":c", start, end) < 0
    return is_plain and not _NOT_NEAR.search(raw, start, end)


def _is_whole(raw: bytes) -> bool:
    """Whether a part ends, and claims no more entries than it can hold, for which the reader would make room."""
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    outside = raw[:start] + raw[end:] if 0 <= start < end else raw  # the cells themselves claim nothing
    claimed = max(map(int, _COUNT.findall(outside)), default=0)
    is_closed = raw.count(b"<") == raw.count(b">") and raw.rstrip(b" \r\n\t").endswith(b">")
    return is_closed and claimed <= max(len(raw), MAX_ROW)
