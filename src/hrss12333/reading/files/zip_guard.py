"""What is between a stranger's zip and a compiled reader: nothing here builds a tree, all of it is bounded.

What is judged is how much the parts that the reader parses would make it hold, and whether they declare entities. A value in
A1 and one in XFD1048576 is a file of 2 KB that makes the fast reader ask for 549 GB, which kills the process and cannot be
caught: so the area is bounded from the cell references themselves, never from ``<dimension>``.
Whatever is large or odd, though it may be honest, is left to the child process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from posixpath import normpath

from msgspec import Struct

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import (
    MAX_AREA,
    MAX_AREAS,
    MAX_COLUMN,
    MAX_ROW,
    SMALL,
    counted_area,
    leave_to_child,
)
from hrss12333.reading.files.package import CARRIED, Package, as_utf8, declaring, too_large, unescaped
from hrss12333.reading.grid import FileProblem, column_number

_MAX_XML_OF_FILE = 128 * 2**20
"""Bytes of XML in all; the largest honest workbook seen has 108 MiB."""
_MAX_COPIED = 128 * 2**20
"""Bytes of texts in this process: one long text shown in a great many cells is copied for each of them."""
_UTF8_BEGINNING = lazy(
    rb"""(?:\xef\xbb\xbf)?<(?:[A-Za-z]|\?xml(?:\s+(?:version|standalone)=["'][\w.]*["']|\s+encoding=["'](?:UTF|utf)-8["'])*\s*\?>)"""
)
"""How a part begins that is in UTF-8 for every parser, so that no DTD hides there in another encoding."""
_MAX_SHEETS = 2_000
_QUICK_PARTS = 40
"""Parts up to which a rough bound of each keeps the sum far within the limit."""
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TO_WORKBOOK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
_RELATION = lazy(rb"<(?:[\w.-]+:)?Relationship\s[^<>]*>")
_ENTRY = lazy(rb"<(?:[\w.-]+:)?sheet\s[^<>]*>")
_ATTRIBUTE = lazy(rb"""(?<![\w.-])([\w.-]++)\s*+=\s*+["']([^"']*+)""")
"""Local name and value."""
_MAX_CELLS = 6_000_000
"""Filled or formatted cells of a workbook. The largest honest one seen (108 MiB unpacked) has about four million."""
_MOST_IN_PARENT = 2_000_000
"""Rows × columns of a sheet that this process reads itself."""
_BEYOND = (
    "工作表里有单元格在Excel的范围（1048576行、16384列）之外，文件可能已损坏。"
    "请在Excel或WPS中打开，另存为新的.xlsx再报送。"
)
_QUICK_AREA = 999 * 702
_NOT_NEAR = lazy(rb'<c(?! r="[A-Z]{1,2}+\d{1,3}+")')
"""A cell beyond column ZZ or row 999, or one whose place is written otherwise than nearly every program does."""
_ROW = lazy(rb"""\sr\s*=\s*["']\s*[A-Za-z$]*(\d{1,8})""")
_COLUMN = lazy(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)""")
_CELL_TAG = lazy(rb"<(?:[\w.-]+:)?c[\s/>]")
_ADDRESSED_CELL = lazy(
    rb"""<(?:[\w.-]+:)?c(?:\s++[^\s=<>"'/]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*?\s++r\s*+=\s*+["']\s*+[A-Za-z]++\d"""
)
"""A cell that has an address, not only in the text of another attribute."""
# A tag is looked at up to where the next one begins, for a sign < within it is none that XML allows: so each byte is
# looked at once. Whatever stands twice in it counts as the larger.
_FILLED = lazy(rb"<(?:[\w.-]+:)?c(?=[\s>])[^<]*(?=<(?!/))")
_COUNT = lazy(rb"""ount\s*=\s*["']\s*(\d{1,15})""")


class Inspected(Struct, frozen=True):
    """What the guard found in a package that it lets through."""

    parts: dict[str, bytes]
    """What was measured, each part in UTF-8: the reader would see nothing in UTF-16. It is given these parts and no others, so
    that it finds no workbook but this one."""
    sheets: Mapping[str, str]
    """Sheet name → name of its part, of an .xlsx."""


class _Part(Struct, frozen=True):
    odd: bool
    """Whether it may be more than what is measured."""
    longest: int = 0
    """Bytes of the longest text that cells share."""
    cells: int = 0
    area: int = 0


def inspect(package: Package, kind: str, *, known: bool = False) -> Inspected:
    """Bound what reading the package can cost.

    ``known``: whether it was read before, within the limits of the child process: then it need not be small.

    Raises:
        FileProblem: F001 where a part does not decompress, F004 where it holds a DTD or too large an area.
        Costly: where it is not provably small, and this is not the child process.
    """
    leave_to_child(unless=known or package.parsed_size(SMALL[kind]) <= SMALL[kind])
    measured: dict[str, bytes] = {}
    parts, sheets, odd = _parsed(package, kind)
    cells = area = widest = size = longest = 0
    for name, times in parts.items():
        raw = measured[name] = as_utf8(package.read(name))
        part = _measured(raw, kind, quick=len(parts) < _QUICK_PARTS)
        size += len(raw) * times
        cells += part.cells * times
        area += part.area * times
        longest, widest = max(longest, part.longest), max(widest, part.area)
        odd |= part.odd
        if size > _MAX_XML_OF_FILE or cells > _MAX_CELLS or area > MAX_AREAS:
            raise too_large(word=package.word)
    is_small = size <= SMALL[kind] and widest <= _MOST_IN_PARENT and longest * cells <= _MAX_COPIED
    leave_to_child(unless=known or (is_small and not odd))
    if kind == "xlsx" and _WORKBOOK in parts:
        measured["_rels/.rels"] = _TO_WORKBOOK
    return Inspected(measured, sheets)


def _measured(raw: bytes, kind: str, *, quick: bool) -> _Part:
    """What a part of a package of this kind holds; ``quick`` as `sheet_area` has it."""
    if b"!" in raw and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):  # wherever it stands
        raise declaring(word=kind == "docx")
    if kind == "docx":
        odd = not _UTF8_BEGINNING.match(raw)
    else:  # the reader makes room for as many entries as the part claims to have
        is_whole = raw.count(b"<") == raw.count(b">") and raw.rstrip(b" \r\n\t\0").endswith(b">")
        odd = not is_whole or _claimed_entries(raw) > max(len(raw), MAX_ROW)
    if b"sheetData" in raw:
        cells, area, certain = sheet_area(raw, quick=quick)
        return _Part(odd or not certain, 0, cells, area)
    return _Part(odd, max(map(len, raw.split(b"</si>"))) if b"si>" in raw else 0)


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


def _column_number(letters: bytes) -> int:
    return MAX_COLUMN + 1 if len(letters) > len("XFD") else column_number(letters.decode().upper()) + 1


def sheet_area(raw: bytes, *, quick: bool) -> tuple[int, int, bool]:
    """Cells, the area that the fast reader will ask for at most, and whether that is certain; ``quick``: whether a rough bound
    will do where a glance gives one."""
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    # else with a prefix, or in a comment before the real one
    is_plain = quick and 0 <= start < end and raw.count(b"sheetData") == 2
    if is_plain and raw.find(b":c", start, end) < 0 and not _NOT_NEAR.search(raw, start, end):
        return raw.count(b"<c", start, end), _QUICK_AREA, True
    cells = len(_CELL_TAG.findall(raw))
    if cells > _MAX_CELLS:
        raise too_large()
    rows, columns, unnamed = _reach(raw, cells)
    if unnamed > 0:  # cells without an address follow one another, rows as well
        rows, columns = rows + raw.count(b"row"), columns + unnamed
    if counted_area(rows, columns) <= MAX_AREA:
        return cells, counted_area(rows, columns), True
    # Formatting far below or beside the data is harmless: only filled cells count.
    filled = [tag for tag in _FILLED.findall(raw) if not tag.rstrip().endswith(b"/>")]
    rows, columns, unnamed = _reach(b"".join(filled), len(filled))
    area = counted_area(rows, columns)
    if area > MAX_AREA:
        raise too_large()
    return cells, area, not unnamed


def _reach(tags: bytes, cells: int) -> tuple[int, int, int]:
    """The last row and column that are named in tags, and how many of these cells have no address."""
    rows = max(map(int, _ROW.findall(tags)), default=0)
    columns = max(map(_column_number, set(_COLUMN.findall(tags))), default=0)
    if rows > MAX_ROW or columns > MAX_COLUMN:
        raise FileProblem(Problem.TOO_LARGE, _BEYOND)
    return rows, columns, cells - len(_ADDRESSED_CELL.findall(tags))
