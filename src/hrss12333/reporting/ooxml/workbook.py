"""A workbook as a whole: its sheets in order, what refers to that order, its stylesheet and its document properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from hrss12333.reporting.ooxml.package import MAIN, RELATIONSHIPS, EditError, Package
from hrss12333.reporting.ooxml.styles import Styles

_M = f"{{{MAIN}}}"
_STRICT = "purl.oclc.org"
_SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_MAIN = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_MAIN_TYPES = {
    _SHEET_MAIN: _SHEET_MAIN,
    _MACRO_MAIN: _MACRO_MAIN,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": _SHEET_MAIN,
    "application/vnd.ms-excel.template.macroEnabled.main+xml": _MACRO_MAIN,
}
_WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_SELECTED = re.compile(rb'\stabSelected\s*=\s*["\'](?:1|true)["\']')


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One sheet of the workbook."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """A workbook of the transitional .xlsx or .xlsm format."""

    def __init__(self, data: bytes) -> None:
        """Find the parts.

        Raises:
            EditError: where the format or its state does not allow editing in place; the message says why.
        """
        self.package = Package(data)
        main = self.package.related("", "officeDocument")
        if main is None or self.package.content_type(main) not in _MAIN_TYPES:
            raise EditError("不是 .xlsx 或 .xlsm 格式")
        if any(_STRICT in kind for _, kind, _ in self.package.relations("")):
            raise EditError("是“Strict Open XML 电子表格”格式")
        self.part = main
        self.package.set_content_type(main, _MAIN_TYPES[self.package.content_type(main)])
        self.root = self.package.xml(main)
        styles = self.package.related(main, "styles")
        if styles is None or self.root.find(f"{_M}sheets") is None:
            raise EditError("工作簿内部结构不完整")
        self.styles = Styles(self.package.xml(styles))

    @property
    def macros(self) -> bool:
        """Whether the format is one that holds macros."""
        return self.package.content_type(self.part) == _MACRO_MAIN

    @property
    def sheets(self) -> list[SheetEntry]:
        """The sheets in the workbook's order."""
        targets = {relation: target for relation, _, target in self.package.relations(self.part)}
        return [
            SheetEntry(
                sheet.get("name", ""),
                targets.get(sheet.get(f"{{{RELATIONSHIPS}}}id"), ""),
                sheet.get("state", "visible") != "visible",
            )
            for sheet in self._sheets
        ]

    @property
    def _sheets(self) -> Any:
        return self.root.find(f"{_M}sheets")

    def insert_first(self, name: str, xml: bytes, names: dict[str, str]) -> str:
        """Put a worksheet before all others and show it first.

        Args:
            name: its name, not yet taken.
            xml: the worksheet part.
            names: names defined for this sheet alone (``_xlnm.Print_Titles``) and what they mean.

        Returns:
            Name of the new part.
        """
        for entry in self.sheets:
            if entry.part in self.package.parts:
                self._deselect(entry.part)
        part = self.package.fresh("xl/worksheets/sheet_audit{}.xml")
        self.package.add(part, xml, _WORKSHEET_TYPE)
        relation = self.package.relate(self.part, f"{RELATIONSHIPS}/worksheet", part)
        number = max((int(sheet.get("sheetId", "0")) for sheet in self._sheets), default=0) + 1
        sheet = etree.Element(f"{_M}sheet", name=name, sheetId=str(number), nsmap={"r": RELATIONSHIPS})
        sheet.set(f"{{{RELATIONSHIPS}}}id", relation)
        self._sheets.insert(0, sheet)
        self._shift_names(0, 1)
        for label, meaning in names.items():
            hidden = {"hidden": "1"} if label.endswith("FilterDatabase") else {}
            element = etree.SubElement(self._names(), f"{_M}definedName", name=label, localSheetId="0", **hidden)
            element.text = meaning
        for view in self.root.iter(f"{_M}workbookView"):
            view.set("activeTab", "0")
            view.attrib.pop("firstSheet", None)
        return part

    def remove(self, entry: SheetEntry) -> None:
        """Take a worksheet out, and the names defined for it alone."""
        index = [known.part for known in self.sheets].index(entry.part)
        self._sheets.remove(self._sheets[index])
        for name in list(self.root.iter(f"{_M}definedName")):
            if name.get("localSheetId") == str(index):
                name.getparent().remove(name)
        self._shift_names(index, -1)
        self.package.unrelate(self.part, entry.part)
        self.package.remove(entry.part)

    def _shift_names(self, start: int, by: int) -> None:
        for name in self.root.iter(f"{_M}definedName"):
            local = name.get("localSheetId")
            if local is not None and int(local) >= start:
                name.set("localSheetId", str(int(local) + by))

    def _names(self) -> Any:
        found = self.root.find(f"{_M}definedNames")
        if found is None:
            found = etree.Element(f"{_M}definedNames")
            before = [child for child in self.root if etree.QName(child).localname in _BEFORE_NAMES]
            before[-1].addnext(found)
        return found

    def _deselect(self, part: str) -> None:
        """A sheet that stays selected beside ours would be edited together with it."""
        self.package.rewrite(part, lambda data: _SELECTED.sub(b"", data, count=1))

    def text_cells(self, part: str) -> list[str]:
        """Texts of a worksheet's cells, in order: shared and inline ones."""
        shared = self.package.related(self.part, "sharedStrings")
        strings = []
        if shared in self.package.parts:
            strings = ["".join(t.text or "" for t in item.iter(f"{_M}t")) for item in self.package.read(shared)]
        found = []
        for cell in self.package.read(part).iter(f"{_M}c"):
            value = cell.findtext(f"{_M}v") or ""
            if cell.get("t") == "s":
                found.append(strings[int(value)] if value.isdigit() and int(value) < len(strings) else "")
            else:
                found.append("".join(t.text or "" for t in cell.iter(f"{_M}t")) or value)
        return found

    @property
    def _core(self) -> Any:
        part = self.package.related("", "core-properties")
        if part is None or part not in self.package.parts:
            part = "docProps/core.xml"
            self.package.add(part, f'<cp:coreProperties xmlns:cp="{_CORE}"/>'.encode(), _CORE_TYPE)
            self.package.relate("", _CORE_RELATION, part)
        return self.package.xml(part)

    def property(self, name: str) -> str:
        """A core property of the ``cp`` namespace: category, keywords."""
        return str(self._core.findtext(f"{{{_CORE}}}{name}") or "")

    def set_property(self, name: str, value: str) -> None:
        """Write a core property; an empty value removes it."""
        core = self._core
        for former in core.findall(f"{{{_CORE}}}{name}"):
            core.remove(former)
        if value:
            etree.SubElement(core, f"{{{_CORE}}}{name}").text = value

    def remove_signatures(self) -> bool:
        """Take out signatures, which any change makes void; whether there were some."""
        origin = self.package.related("", "origin")
        signed = [name for name in self.package.parts if name.lower().startswith("_xmlsignatures/")]
        if origin is not None:
            self.package.unrelate("", origin)
        for name in signed:
            self.package.remove(name)
        return bool(signed)

    def to_bytes(self) -> bytes:
        """The workbook as a file."""
        return self.package.to_bytes()
