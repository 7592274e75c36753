"""What is between a stranger's zip and a compiled reader: nothing here builds a tree, all of it is bounded.

What is judged is whether the parts that the reader parses declare entities, and whether reading them provably costs little. A
value in A1 and one in XFD1048576 is a file of 2 KB that makes the fast reader ask for 549 GB, which kills the process and
cannot be caught: so this process reads only sheets whose every cell has an address near A1. Whatever is large or odd, though
it may be honest, is left to the child process and its limits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from posixpath import normpath

from msgspec import Struct

from hrss12333.reading.files.bounds import MAX_ROW, SMALL, leave_to_child
from hrss12333.reading.files.package import CARRIED, Package, as_utf8, declaring, too_large, unescaped

_MAX_XML_OF_FILE = 128 * 2**20
"""Bytes of XML in all; the largest honest workbook seen has 108 MiB."""
_MAX_COPIED = 128 * 2**20
"""Bytes of texts in this process: one long text shown in a great many cells is copied for each of them."""
_UTF8_BEGINNING = rb"""(?:\xef\xbb\xbf)?<(?:[A-Za-z]|\?xml(?:\s+(?:version|standalone)=["'][\w.]*["']|\s+encoding=["'](?:UTF|utf)-8["'])*\s*\?>)"""
"""How a part begins that is in UTF-8 for every parser, so that no DTD hides there in another encoding."""
_MAX_SHEETS = 2_000
_FEW_SHEETS = 20
"""Sheets up to which this process reads them; each has at most 104 columns and 999 rows."""
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TO_WORKBOOK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
_RELATION = re.compile(rb"<(?:[\w.-]+:)?Relationship\s[^<>]*>")
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?sheet\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"""(?<![\w.-])([\w.-]++)\s*+=\s*+["']([^"']*+)""")
"""Local name and value."""
_NOT_NEAR = re.compile(rb'<c(?! r="[A-C]?[A-Z]\d{1,3}+")')
"""A cell beyond column CZ or row 999, or one whose place is written otherwise than nearly every program does."""
_COUNT = re.compile(rb"""ount\s*=\s*["']\s*(\d{1,15})""")


class Inspected(Struct, frozen=True):
    """What the guard found in a package that it lets through."""

    parts: dict[str, bytes]
    """What was measured, each part in UTF-8: the reader would see nothing in UTF-16. It is given these parts and no others, so
    that it finds no workbook but this one."""
    sheets: Mapping[str, str]
    """Sheet name → name of its part, of an .xlsx."""


class _Part(Struct, frozen=True):
    odd: bool
    """Whether it may cost more than its bytes tell."""
    longest: int = 0
    """Bytes of the longest text that cells share."""
    cells: int = 0


def inspect(package: Package, kind: str, *, known: bool = False) -> Inspected:
    """Let a package through to its reader.

    ``known``: whether it was read before, within the limits of the child process: then it need not be small.

    Raises:
        FileProblem: F001 where a part does not decompress, F004 where it holds a DTD or too much.
        Costly: where it is not provably small, and this is not the child process.
    """
    leave_to_child(unless=known or package.parsed_size(SMALL[kind]) <= SMALL[kind])
    measured: dict[str, bytes] = {}
    parts, sheets, odd = _parsed(package, kind)
    cells = size = longest = 0
    for name, times in parts.items():
        raw = measured[name] = as_utf8(package.read(name))
        part = _measured(raw, kind)
        size += len(raw) * times
        cells += part.cells * times
        longest = max(longest, part.longest)
        odd |= part.odd
        if size > _MAX_XML_OF_FILE:
            raise too_large(word=package.word)
    is_small = size <= SMALL[kind] and len(sheets) <= _FEW_SHEETS and longest * cells <= _MAX_COPIED
    leave_to_child(unless=known or (is_small and not odd))
    if kind == "xlsx" and _WORKBOOK in parts:
        measured["_rels/.rels"] = _TO_WORKBOOK
    return Inspected(measured, sheets)


def _measured(raw: bytes, kind: str) -> _Part:
    """What a part of a package of this kind holds."""
    if b"!" in raw and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):  # wherever it stands
        raise declaring(word=kind == "docx")
    if kind == "docx":
        return _Part(not re.match(_UTF8_BEGINNING, raw))
    # The reader makes room for as many entries as the part claims to have.
    is_whole = raw.count(b"<") == raw.count(b">") and raw.rstrip(b" \r\n\t\0").endswith(b">")
    odd = not is_whole or _claimed_entries(raw) > max(len(raw), MAX_ROW)
    if b"sheetData" in raw:
        start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
        return _Part(odd or not has_near_cells(raw), 0, raw.count(b"<c", max(start, 0), end))
    return _Part(odd, max(map(len, raw.split(b"</si>"))) if b"si>" in raw else 0)


def has_near_cells(raw: bytes) -> bool:
    """Whether every cell of a sheet has an address near A1, written as nearly every program does."""
    if raw.count(b"sheetData") == 1:
        return b"<sheetData/>" in raw
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    # else with a prefix, or in a comment before the real one
    is_plain = 0 <= start < end and raw.count(b"sheetData") == 2 and raw.find(b":c", start, end) < 0
    return is_plain and not _NOT_NEAR.search(raw, start, end)


def parsed_names(package: Package) -> list[str]:
    """The parts that any reader may parse."""
    return [name for name in package.names if name.endswith((".xml", ".rels", ".vml")) and not CARRIED.search(name)]


def _parsed(package: Package, kind: str) -> tuple[Mapping[str, int], Mapping[str, str], bool]:
    """Parts that the reader of this kind parses → how many times; the sheets; whether a part of them is not there."""
    if kind != "xlsx" or _WORKBOOK not in package:
        return dict.fromkeys(parsed_names(package), 1), {}, False
    both = package.read(_RELATIONS), package.read(_WORKBOOK)
    parts, sheets, named = _listed_parts(*both)
    return {name: n for name, n in parts.items() if name in package}, sheets, any(name not in package for name in named)


def _listed_parts(relations: bytes, workbook: bytes) -> tuple[Mapping[str, int], Mapping[str, str], Sequence[str]]:
    """Parts that the reader of an .xlsx parses, whether they exist or not; the sheets; their parts, empty where unknown."""
    parts = dict.fromkeys((_WORKBOOK, _RELATIONS, "xl/sharedstrings.xml", "xl/styles.xml"), 1)
    targets: dict[bytes, str] = {}
    for relation in map(_attributes, _RELATION.findall(as_utf8(relations))):
        if target := relation.get(b"Target"):
            path = target.decode("utf-8", "replace").replace("\\", "/")
            name = normpath(path if path.startswith("/") else f"xl/{path}").lstrip("/").lower()
            targets[relation.get(b"Id", b"")] = name
            if not name.startswith("xl/theme/"):
                parts[name] = 1
    # Each entry is read on its own, though many may name one part.
    entries = [*map(_attributes, _ENTRY.findall(as_utf8(workbook)))]
    if len(entries) > _MAX_SHEETS:
        raise too_large()
    named = [targets.get(entry.get(b"id", b"?"), "") for entry in entries]
    parts |= Counter(filter(None, named))
    titles = (unescaped(entry.get(b"name", b"")) for entry in entries)
    return parts, dict(zip(titles, named, strict=True)), named


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return dict(reversed(_ATTRIBUTE.findall(tag)))  # of two of one name the first


def _claimed_entries(raw: bytes) -> int:
    """The largest number of entries that a part claims to have; the cells themselves claim nothing."""
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    outside = raw[:start] + raw[end:] if 0 <= start < end else raw
    return max(map(int, _COUNT.findall(outside)), default=0)
