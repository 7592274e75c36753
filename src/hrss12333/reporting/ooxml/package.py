"""An OOXML package in memory: parts, relationships and content types; written with fixed dates, so that the same input
gives the same bytes."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from typing import Any

from lxml import etree

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONTENT_TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = f"{{{_PACKAGE}/content-types}}"
_RELS = f"{{{_PACKAGE}/relationships}}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class EditError(Exception):
    """The workbook cannot be edited in place; the message says why, in Chinese."""


def parse(data: bytes) -> Any:
    """The root element of an XML part.

    Raises:
        EditError: where it is not well-formed.
    """
    try:
        return etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise EditError("工作簿内部结构不规范") from error


class Package:
    """A package whose XML parts are parsed when they are first asked for; only those that were to be changed are written
    anew."""

    def __init__(self, data: bytes) -> None:
        """Read all parts.

        Raises:
            EditError: where it is no package.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise EditError("不是 Excel 2007 以后的工作簿格式") from error
        self._trees: dict[str, Any] = {}
        self._touched: set[str] = set()
        if CONTENT_TYPES not in self.parts:
            raise EditError("不是 Excel 2007 以后的工作簿格式")

    def read(self, part: str) -> Any:
        """Root of a part, to be looked at.

        Raises:
            EditError: where the part is missing or not well-formed.
        """
        if part not in self._trees:
            if part not in self.parts:
                raise EditError("工作簿内部结构不完整")
            self._trees[part] = parse(self.parts[part])
        return self._trees[part]

    def xml(self, part: str) -> Any:
        """Root of a part, to be changed: the part will be written anew.

        Raises:
            EditError: where the part is missing or not well-formed.
        """
        self._touched.add(part)
        return self.read(part)

    def add(self, part: str, data: bytes, content_type: str) -> None:
        """A new part, or new content for one."""
        self.parts[part] = data
        self._trees.pop(part, None)
        self.set_content_type(part, content_type)

    def rewrite(self, part: str, change: Callable[[bytes], bytes]) -> None:
        """Change a part's bytes, whether it was parsed before or not."""
        data = self._content(part)
        changed = change(data)
        if changed != data:
            self.parts[part] = changed
            self._trees.pop(part, None)

    def remove(self, part: str) -> None:
        """Take a part out, with its relationships and content type."""
        for name in (part, rels_name(part)):
            self.parts.pop(name, None)
            self._trees.pop(name, None)
        for override in list(self.xml(CONTENT_TYPES)):
            if override.get("PartName", "").lstrip("/") == part:
                override.getparent().remove(override)

    def fresh(self, pattern: str) -> str:
        """A part name not yet taken; ``{}`` in the pattern becomes a number."""
        number = 1
        taken = {name.lower() for name in self.parts}
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def content_type(self, part: str) -> str:
        """Content type of a part, empty where none is declared."""
        root = self.read(CONTENT_TYPES)
        for override in root.iter(f"{_TYPES}Override"):
            if override.get("PartName", "").lstrip("/").lower() == part.lower():
                return str(override.get("ContentType", ""))
        extension = part.rpartition(".")[2].lower()
        for default in root.iter(f"{_TYPES}Default"):
            if default.get("Extension", "").lower() == extension:
                return str(default.get("ContentType", ""))
        return ""

    def set_content_type(self, part: str, content_type: str) -> None:
        """Declare a part's content type."""
        if self.content_type(part) == content_type:
            return
        root = self.xml(CONTENT_TYPES)
        for override in root.iter(f"{_TYPES}Override"):
            if override.get("PartName", "").lstrip("/").lower() == part.lower():
                override.set("ContentType", content_type)
                return
        etree.SubElement(root, f"{_TYPES}Override", PartName=f"/{part}", ContentType=content_type)

    def set_default_type(self, extension: str, content_type: str) -> None:
        """Declare the content type of all parts of an extension, unless it is declared."""
        root = self.xml(CONTENT_TYPES)
        known = {default.get("Extension", "").lower() for default in root.iter(f"{_TYPES}Default")}
        if extension not in known:
            default = etree.Element(f"{_TYPES}Default", Extension=extension, ContentType=content_type)
            root.insert(0, default)

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """(id, type, target part) of a part's internal relationships; "" asks for the package's own."""
        name = rels_name(part)
        if name not in self.parts:
            return []
        return [
            (str(rel.get("Id")), str(rel.get("Type")), resolve(part, str(rel.get("Target"))))
            for rel in self.read(name).iter(f"{_RELS}Relationship")
            if rel.get("TargetMode") != "External"
        ]

    def related(self, part: str, kind: str) -> str | None:
        """The first part related by a type that ends in ``/kind``."""
        return next((target for _, known, target in self.relations(part) if known.endswith(f"/{kind}")), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship of a full type name; returns its id."""
        name = rels_name(part)
        if name not in self.parts:
            self.parts[name] = f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode()
        root = self.xml(name)
        taken = {rel.get("Id") for rel in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        etree.SubElement(root, f"{_RELS}Relationship", Id=f"rId{number}", Type=kind, Target=f"/{target}")
        return f"rId{number}"

    def unrelate(self, part: str, target: str) -> None:
        """Remove the relationships that lead from a part to another."""
        for rel in list(self.xml(rels_name(part)).iter(f"{_RELS}Relationship")):
            if rel.get("TargetMode") != "External" and resolve(part, str(rel.get("Target"))) == target:
                rel.getparent().remove(rel)

    def to_bytes(self) -> bytes:
        """The package as a file; content types first, as readers that sniff expect."""
        buffer = io.BytesIO()
        names = sorted(self.parts, key=lambda name: (name != CONTENT_TYPES, name != "_rels/.rels"))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                info = zipfile.ZipInfo(name, _EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                archive.writestr(info, self._content(name))
        return buffer.getvalue()

    def _content(self, name: str) -> bytes:
        if name not in self._touched or name not in self._trees:
            return self.parts[name]
        return bytes(etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True))


def rels_name(part: str) -> str:
    """Where the relationships of a part stand."""
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def resolve(part: str, target: str) -> str:
    """A relationship's target as a part name."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Text with what XML cannot hold taken out."""
    return _ILLEGAL.sub("", text)
