"""Zips, which office formats and most archives are, and their XML, opened with distrust.

Sizes are summed before a byte is decompressed; a member that claims less than it holds fails its checksum, as no
more than the claim is ever decompressed. No DTD may make an element large.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property, partial
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar
from zipfile import ZipFile, ZipInfo

from msgspec.structs import replace

from hrss12333.model.row import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import decoded
from hrss12333.reading.grid import Book, FileProblem
from hrss12333.reading.worker.limits import MAX_MEMBER, damaged, expect_few_members, too_large

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_Book = TypeVar("_Book", bound=Book)
_CARRIED = frozenset(("media", "embeddings", "theme", "activex", "customxml"))
_LOCKED = "文件设有打开密码，无法读取。请取消密码后重新保存再报送。"
locked = partial(FileProblem, Problem.ENCRYPTED, _LOCKED)
"""F002: a file opens only with a password."""


def name_of(info: ZipInfo) -> str:
    """A member's name in the encoding in which it was written."""
    if not info.flag_bits & 0x800:  # zipfile decodes as cp437 then; Chinese Windows writes GBK, some programs UTF-8
        with suppress(UnicodeError):
            return decoded(info.filename.encode("cp437"))
    return info.filename


def root_of(xml: bytes) -> Element:
    """The tree of a part; an empty one where the part is missing, cannot be read, or holds a DTD."""
    from xml.etree.ElementTree import Element

    from defusedxml import ElementTree

    with suppress(ElementTree.ParseError, ValueError, LookupError):  # the latter: an encoding that is not known
        root: Element = ElementTree.fromstring(xml, forbid_dtd=True)
        return root
    return Element("")


class Package:
    """The members of a zip, by name, each read at most as far as the limits allow."""

    def __init__(self, data: bytes) -> None:
        """Open the directory of a zip."""
        self.data = data
        self._zip = ZipFile(BytesIO(data))
        self.infos = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        sizes = [info.file_size for info in self.infos]
        expect_few_members(sizes)
        if any(info.flag_bits & 0x1 for info in self.infos):
            raise locked()
        self._by_name = {_part_key(info.filename): info for info in self.infos}
        self.names = tuple(self._by_name)
        """Names of all members, in lower case with slashes."""
        self.listing = "".join(f"{name}\n" for name in self.names)
        """Names of all members, a line each."""
        self.doubled = len(self._by_name) != len(self.infos)
        """Whether two members have one name: programs differ in which of them they read."""
        self.size = sum(sizes)
        """Bytes of all members."""

    def __contains__(self, name: str) -> bool:
        return _part_key(name) in self._by_name

    @cached_property
    def declared(self) -> bytes:
        """What it declares to be: as an OpenDocument, then ``<``, then as an Office package; in small letters."""
        kind = self.read("mimetype")[:100]
        if b"opendocument" not in kind and b"office:spreadsheet" in self.read("content.xml"):
            kind = b"opendocument.spreadsheet"
        return (kind + b"<" + self.read("[Content_Types].xml")).lower()

    def read(self, name: str) -> bytes:
        """One member's content; empty where there is no such member."""
        info = self._by_name.get(_part_key(name))
        return self.read_info(info) if info else b""

    def read_info(self, info: ZipInfo) -> bytes:
        """The content of an entry of `infos`."""
        if info.file_size > MAX_MEMBER:
            raise too_large()
        with self._zip.open(info) as stream:
            # Without a number zipfile decompresses all there is before it cuts off what was not claimed.
            return stream.read(info.file_size + 1)

    def repacked(self, changed: Mapping[str, bytes]) -> bytes:
        """A copy of the package with parts replaced by those under their `names`."""
        return packed({info.filename: changed.get(key) or self.read_info(info) for key, info in self._by_name.items()})


def _is_carried(name: str) -> bool:
    """Whether no reader looks into a part."""
    return not _CARRIED.isdisjoint(name.split("/")) or "/afchunk" in name


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts, not deflated."""
    with ZipFile(made := BytesIO(), "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


def _part_key(name: str) -> str:
    """A part's name in lower case with slashes: office programs heed neither case nor kind of slash."""
    return name.replace("\\", "/").lstrip("/").lower()


_CORE = "docprops/core.xml"
_PROPERTIES = re.compile(rb"<(?:[\w.-]+:)?(modified|created|category|keywords|title|description)(?:\s[^<>]*)?>([^<]+)")


def with_properties(book: _Book, package: Package) -> _Book:
    """A book with the properties of its OOXML package; whatever is missing or malformed is left out."""
    # They may be anywhere: their content type identifies them, and nearly always their ending.
    others = (name for name in package.names if name.endswith(".psmdcp"))
    member = _CORE if _CORE in package else next(others, "")
    found = reversed(_PROPERTIES.findall(package.read(member)))
    written = {name.decode(): text.decode("utf-8", "replace").strip() for name, text in found}
    if any("&" in text for text in written.values()):
        from html import unescape  # it takes as long to load as ten filings to read

        written = {name: unescape(text) for name, text in written.items()}
    saved = None
    for name in ("modified", "created"):
        with suppress(ValueError):  # it is no time of ISO 8601
            saved = saved or naive_utc(datetime.fromisoformat(written.get(name, "")))
    texts = tuple(Text(TextKind.PROPERTY, text) for name in ("title", "description") if (text := written.get(name)))
    about = {name: written.get(name, "") for name in ("category", "keywords")}
    return replace(book, saved=saved, texts=(*book.texts, *texts), **about)


def naive_utc(time: datetime | None) -> datetime | None:
    """The time in UTC, without offset; None of an impossible one (Excel writes 1601-01-01 for "never")."""
    with suppress(OverflowError, ValueError):
        time = time.astimezone(UTC).replace(tzinfo=None) if time and time.tzinfo else time
        return time if time and 1980 <= time.year <= 2200 else None
    return None


_MAX_PARSED = 128 * 2**20
"""Bytes of all that is parsed; the largest honest workbook seen has 108 MiB of XML."""
_WORKBOOK = "xl/workbook.xml"
SHEET_ENTRY = re.compile(rb"<(?:[\w.-]+:)?sheet\s")
_NOT_OF_WORKBOOKS = ("docprops/", "[content_types]", "_rels/.rels")
"""Beginnings of the names of parts that the reader of workbooks does not use, or is given anew."""
_TO_WORKBOOK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
_DECLARES = (
    "文件的XML中含有外部定义（DTD），这不是Office或WPS会写出的内容，可能会耗尽内存，为安全起见没有读取。"
    "请在Excel、Word或WPS中打开，另存为新文件再报送。"
)


def inspect(package: Package) -> dict[str, bytes]:
    """Name → part of a package, of those that its reader may see; F004 where they hold a DTD or too much."""
    if sum(info.file_size for info in package.infos if not _is_carried(_part_key(info.filename))) > _MAX_PARSED:
        raise too_large()
    passed_over = _NOT_OF_WORKBOOKS if _WORKBOOK in package else ()
    parts = {
        name: package.read(name)
        for name in package.names
        if name.endswith((".xml", ".rels", ".vml")) and not (name.startswith(passed_over) or _is_carried(name))
    }
    for raw in parts.values():
        if b"\0" in raw:  # UTF-16, which no office program writes: a DTD could hide in it
            raise damaged()
        if b"!" in raw and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):  # anywhere in the part
            raise FileProblem(Problem.TOO_LARGE, _DECLARES)
    if _WORKBOOK in parts:  # so that the reader opens the workbook that was inspected
        parts["_rels/.rels"] = _TO_WORKBOOK
    return parts
