"""One worksheet of a workbook: its cells by address, merged ranges, and sizes on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from hrss12333.filing import column_letters
from hrss12333.reporting.ooxml.package import MAIN, RELATIONSHIPS, EditError
from hrss12333.reporting.text import cell_position

_M = f"{{{MAIN}}}"
_AFTER_LEGACY_DRAWING = (
    "AlternateContent",  # wraps form controls or embedded objects
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
_RANGE = re.compile(r"\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
Position = tuple[int, int]
"""Row and column, counted from 1."""


class Sheet:
    """A worksheet part; cells that are asked for and do not stand there are made."""

    def __init__(self, root: Any) -> None:
        """Give every row and cell its address where the writer left it out.

        Raises:
            EditError: where the part is no worksheet.
        """
        data = root.find(f"{_M}sheetData")
        if data is None:
            raise EditError("工作表内部结构不规范")
        self.root = root
        self._rows: dict[int, Any] = {}
        self._data = data
        last = 0
        for row in data.iterchildren(f"{_M}row"):
            last = int(row.get("r", last + 1))
            row.set("r", str(last))
            self._rows[last] = row
        self._merges = [
            (*cell_position(f"{m[1]}{m[2]}"), *cell_position(f"{m[3]}{m[4]}"))
            for m in (_RANGE.fullmatch(merge.get("ref", "")) for merge in root.iter(f"{_M}mergeCell"))
            if m and m[3]
        ]

    def anchor(self, at: Position) -> Position:
        """The cell that shows what stands at ``at``: the first of its merged range, else itself."""
        row, column = at
        for top, left, bottom, right in self._merges:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return at

    def cells(self) -> Iterator[tuple[Position, Any]]:
        """Every cell that stands in the sheet, with its address."""
        for number, row in self._rows.items():
            column = 0
            for cell in row.iterchildren(f"{_M}c"):
                column = cell_position(cell.get("r"))[1] or column + 1
                yield (number, column), cell

    def style(self, at: Position) -> int:
        """Format index of a cell."""
        return int(self.cell(at).get("s", "0"))

    def set_style(self, at: Position, index: int) -> None:
        """Give a cell another format."""
        self.cell(at).set("s", str(index))

    def cell(self, at: Position) -> Any:
        """The cell element; a new one takes the format of its row or column."""
        row = self._row(at[0])
        column = 0
        for place, cell in enumerate(row.iterchildren(f"{_M}c")):
            column = cell_position(cell.get("r"))[1] or column + 1
            cell.set("r", f"{column_letters(column)}{at[0]}")
            if column == at[1]:
                return cell
            if column > at[1]:
                return self._new(row, place, at)
        return self._new(row, len(row.findall(f"{_M}c")), at)

    def _new(self, row: Any, place: int, at: Position) -> Any:
        cell = etree.Element(f"{_M}c", r=f"{column_letters(at[1])}{at[0]}")
        style = row.get("s") if row.get("customFormat") in ("1", "true") else self._column_style(at[1])
        if style:
            cell.set("s", style)
        row.insert(place, cell)
        row.attrib.pop("spans", None)
        return cell

    def _column_style(self, column: int) -> str | None:
        found = self._column(column)
        return None if found is None else found.get("style")

    def _column(self, column: int) -> Any:
        for known in self.root.iter(f"{_M}col"):
            if int(known.get("min", "0")) <= column <= int(known.get("max", "0")):
                return known
        return None

    def _row(self, number: int) -> Any:
        if number not in self._rows:
            row = etree.Element(f"{_M}row", r=str(number))
            before = sum(known < number for known in self._rows)
            self._data.insert(before, row)
            self._rows[number] = row
        return self._rows[number]

    def column_pixels(self, column: int) -> int:
        """Width of a column on the screen at 100 %."""
        known = self._column(column)
        if known is not None and known.get("hidden") in ("1", "true"):
            return 0
        default = self._format("defaultColWidth", 9.14)
        width = float(known.get("width", default)) if known is not None else default
        return int(width * 7 + 0.5)

    def row_pixels(self, row: int) -> int:
        """Height of a row on the screen at 100 %."""
        known = self._rows.get(row)
        if known is not None and known.get("hidden") in ("1", "true"):
            return 0
        default = self._format("defaultRowHeight", 15)
        height = float(known.get("ht", default)) if known is not None else default
        return int(height * 4 / 3 + 0.5)

    def _format(self, attribute: str, otherwise: float) -> float:
        found = self.root.find(f"{_M}sheetFormatPr")
        return float(found.get(attribute, otherwise)) if found is not None else otherwise

    @property
    def legacy_drawing(self) -> str | None:
        """Relationship id of the drawing that holds comment boxes."""
        found = self.root.find(f"{_M}legacyDrawing")
        return None if found is None else found.get(f"{{{RELATIONSHIPS}}}id")

    def set_legacy_drawing(self, relation: str) -> None:
        """Point to the drawing that holds comment boxes; the element stands where the schema wants it."""
        for former in self.root.findall(f"{_M}legacyDrawing"):
            self.root.remove(former)
        element = etree.Element(f"{_M}legacyDrawing", nsmap={"r": RELATIONSHIPS})
        element.set(f"{{{RELATIONSHIPS}}}id", relation)
        for place, child in enumerate(self.root):
            if isinstance(child.tag, str) and etree.QName(child).localname in _AFTER_LEGACY_DRAWING:
                self.root.insert(place, element)
                return
        self.root.append(element)
