"""Cell styles added to a workbook's own: tints of what is there, and the few looks of the result sheet."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from hrss12333.reporting.ooxml.package import MAIN, EditError, parse

_M = f"{{{MAIN}}}"
_NO_FILL = f'<fill xmlns="{MAIN}"><patternFill patternType="none"/></fill>'


class Styles:
    """A stylesheet to which formats are appended; indices already in use keep their meaning."""

    def __init__(self, root: Any) -> None:
        """Find the lists that are added to.

        Raises:
            EditError: where one is missing.
        """
        found = {name: root.find(f"{_M}{name}") for name in ("fonts", "fills", "borders", "cellXfs")}
        if any(part is None or not len(part) for part in found.values()):
            raise EditError("工作簿缺少样式定义")
        self._lists: dict[str, Any] = found
        self._tints: dict[tuple[int, str], int] = {}

    def add(self, kind: str, xml: str) -> int:
        """Append a font, fill or border given as XML without namespace; returns its index."""
        element = parse(f'<x xmlns="{MAIN}">{xml}</x>'.encode())[0]
        return self._append(kind, element)

    def fill(self, rgb: str) -> int:
        """A solid fill."""
        return self.add("fills", f'<fill><patternFill patternType="solid"><fgColor rgb="{rgb}"/></patternFill></fill>')

    def format(
        self,
        *,
        font: int = 0,
        fill: int = 0,
        border: int = 0,
        across: str = "left",
        quote: bool = False,
        wrap: bool = True,
    ) -> int:
        """A cell format; returns its index. ``quote`` marks text that must stay text when edited."""
        element = etree.Element(
            f"{_M}xf",
            numFmtId="0",
            fontId=str(font),
            fillId=str(fill),
            borderId=str(border),
            xfId="0",
            applyFont="1",
            applyFill="1",
            applyBorder="1",
            applyAlignment="1",
        )
        if quote:
            element.set("quotePrefix", "1")
        etree.SubElement(element, f"{_M}alignment", horizontal=across, vertical="center", wrapText="1" if wrap else "0")
        return self._append("cellXfs", element)

    def tinted(self, index: int, rgb: str) -> int:
        """The format ``index`` on another ground; all else as it was."""
        if (index, rgb) not in self._tints:
            known = self._lists["cellXfs"]
            element = deepcopy(known[index if index < len(known) else 0])
            element.set("fillId", str(self.fill(rgb)))
            element.set("applyFill", "1")
            self._tints[index, rgb] = self._append("cellXfs", element)
        return self._tints[index, rgb]

    def fill_xml(self, index: int) -> str:
        """The ground of a format, as XML, to restore it later."""
        known = self._lists["cellXfs"]
        fill = int(known[index if index < len(known) else 0].get("fillId", "0"))
        fills = self._lists["fills"]
        found = deepcopy(fills[fill if fill < len(fills) else 0])
        etree.cleanup_namespaces(found)
        return str(etree.tostring(found, encoding="unicode"))

    def __len__(self) -> int:
        """How many cell formats there are."""
        return len(self._lists["cellXfs"])

    def refilled(self, index: int, fill: str) -> int:
        """The format ``index`` on the ground that `fill_xml` told; on none where it is empty."""
        known = self._lists["cellXfs"]
        element = deepcopy(known[index if index < len(known) else 0])
        element.set("fillId", str(self._append("fills", parse((fill or _NO_FILL).encode()))))
        return self._append("cellXfs", element)

    def _append(self, kind: str, element: Any) -> int:
        listed = self._lists[kind]
        listed.append(element)
        listed.set("count", str(len(listed)))
        return len(listed) - 1
