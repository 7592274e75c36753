"""A table of a 工作总结 made anew: rows, spans, shading and alignment kept, its width fitted to the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hrss12333.patterns import lazy
from hrss12333.writing.reference.report_source import (
    Element,
    SourceDocument,
    add,
    children,
    element,
    is_on,
    number,
    value,
    w,
)

GRID = "TableGrid"
"""The target's table style with borders."""
_TWIP = 635
"""EMU of a twentieth of a point."""
_COLOUR = lazy(r"[0-9A-Fa-f]{6}")
_MOST_COLUMNS = 63
"""What Word allows."""
Fill = Callable[[Element, int], Iterator[Element]]
"""(source cell, its width in EMU) → what goes into the copy."""


def copy_table(source: Element, document: SourceDocument, width: int, fill: Fill) -> Element:
    """The table for the target, at most ``width`` EMU wide; None where it has no cells or too many columns."""
    rows = [(row, list(children(row, "tc"))) for row in children(source, "tr")]
    rows = [(row, cells) for row, cells in rows if cells]
    columns = max((_column_count(row, cells) for row, cells in rows), default=0)
    if not 0 < columns <= _MOST_COLUMNS:
        return None
    widths = _widths(source, columns, width)
    made = element("tbl")
    properties = add(made, "tblPr")
    if _has_borders(source, document):
        add(properties, "tblStyle", val=GRID)
    add(properties, "tblW", w=str(sum(widths)), type="dxa")
    add(properties, "jc", val="center")
    add(properties, "tblLayout", type="fixed")
    grid = add(made, "tblGrid")
    for column in widths:
        add(grid, "gridCol", w=str(column))
    for row, cells in rows:
        made.append(_copied_row(row, cells, widths, fill))
    return made


def _span(cell: Element) -> int:
    return max(number(value(cell.find(w("tcPr")), "gridSpan")) or 1, 1)


def _outside(row: Element, name: str) -> int:
    return max(number(value(row.find(w("trPr")), name)) or 0, 0)


def _column_count(row: Element, cells: list[Element]) -> int:
    return _outside(row, "gridBefore") + sum(map(_span, cells)) + _outside(row, "gridAfter")


def _widths(source: Element, columns: int, width: int) -> list[int]:
    """Widths of the columns in twentieths of a point, in the source's proportions where it gives them."""
    room = width // _TWIP
    grid = source.find(w("tblGrid"))
    given = [number(column.get(w("w"))) or 0 for column in ([] if grid is None else grid.iterchildren(w("gridCol")))]
    if len(given) != columns or min(given) <= 0:
        return [room // columns] * columns
    total = sum(given)
    return [max(column * room // total, 1) for column in given] if total > room else given


def _has_borders(source: Element, document: SourceDocument) -> bool:
    properties = source.find(w("tblPr"))
    if document.draws_table(value(properties, "tblStyle")):
        return True
    found = [*source.iter(w("tblBorders")), *source.iter(w("tcBorders"))]
    return any(line.get(w("val"), "none") not in ("none", "nil") for borders in found for line in borders)


def _copied_row(source: Element, cells: list[Element], widths: list[int], fill: Fill) -> Element:
    made = element("tr")
    properties = add(made, "trPr")
    before, after = _outside(source, "gridBefore"), _outside(source, "gridAfter")
    if before:
        add(properties, "gridBefore", val=str(before))
    if after:
        add(properties, "gridAfter", val=str(after))
    if all(cell.find(f".//{w('tbl')}") is None for cell in cells):  # else LibreOffice takes minutes to lay it out
        add(properties, "cantSplit")
    if is_on(source.find(w("trPr")), "tblHeader"):
        add(properties, "tblHeader")
    column = before
    for cell in cells:
        span = _span(cell)
        room = sum(widths[column : column + span])
        made.append(_copied_cell(cell, span, room, fill))
        column += span
    return made


def _copied_cell(source: Element, span: int, room: int, fill: Fill) -> Element:
    made = element("tc")
    properties = add(made, "tcPr")
    own = source.find(w("tcPr"))
    add(properties, "tcW", w=str(room), type="dxa")
    if span > 1:
        add(properties, "gridSpan", val=str(span))
    merged = value(own, "vMerge")
    if merged is not None:
        add(properties, "vMerge", val="restart" if merged == "restart" else "continue")
    colour = None if own is None or own.find(w("shd")) is None else own.find(w("shd")).get(w("fill"))
    if colour and _COLOUR.fullmatch(colour):
        add(properties, "shd", val="clear", color="auto", fill=colour)
    alignment = value(own, "vAlign")
    add(properties, "vAlign", val=alignment if alignment in ("top", "center", "bottom") else "center")
    for block in fill(source, room * _TWIP):
        made.append(block)
    return made
