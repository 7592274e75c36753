"""A table as the yearbooks set it: open at the sides, a strong line above and below, rows that never wrap.

Columns are as wide as their longest figure asks; what is left over is shared out. Only headings may take several lines.
Figures end below each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.reading.formats.word_document import Element, find, w
from hrss12333.writing.reference.skeleton import SMALL, SMALL_LEFT, TEXT_TWIPS, add, element, written
from hrss12333.writing.sheet_text import broken

NO_FIGURE = "—"
"""Stands where a figure is missing: never a zero."""
_POINTS = 9
_MARGIN = 40
"""Twips left free on either side within a cell."""
SHORT = 12
"""Rows up to which a table needs no page of its own; it is kept together."""
SIGN = "△"
"""Behind a figure of which regions' figures are missing or in open question."""
_FIGURE = rf"(?:[+\-]?[\d,.]+[%点]?|—){SIGN}?|"
_SIGN_WIDE = "\u2003"
"""A blank as wide as a sign behind a figure."""
_NARROW = {"%": 0.85, **dict.fromkeys(",./ ", 0.28)}
"""Sign → its width in characters; others take 0.6."""
_HEADING_LINES = 3
"""Lines that a heading may take."""
_ROW_TWIPS = 264
"""Height of a row: 38 of them, heading and notes fill a page."""


class PrintedTable(Struct, frozen=True):
    """What is in a table."""

    heading: Sequence[str]
    """What follows a line break is in a line of its own: the unit."""
    rows: Sequence[Sequence[str]]
    """A row of one text is a title over all columns. The first column is what a row is about, the others mostly figures."""
    strong: int = 0
    """How many rows from the first are set bold: totals."""


def ems(text: str) -> float:
    """Width of a text in characters of the table's fonts: a Chinese one is 1, a digit a half."""
    return sum(
        1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 if sign.isdigit() else _NARROW.get(sign, 0.6)
        for sign in text
    )


def widths(grid: PrintedTable) -> list[int]:
    """Widths of the columns in twips, together that of the page's text."""
    plain = [row for row in grid.rows if len(row) > 1]
    needed = [
        max([_heading_needed(text), *(_needed(row[at]) for row in plain)]) for at, text in enumerate(grid.heading)
    ]
    rest = TEXT_TWIPS - sum(needed)
    if rest < 0:
        found = [need * TEXT_TWIPS // sum(needed) for need in needed]
    else:
        found = [need + rest // len(needed) for need in needed]
    found[0] += TEXT_TWIPS - sum(found)
    return found


def _needed(text: str) -> int:
    """Twips for a text on one line."""
    return ceil(ems(text) * _POINTS * 20) + 2 * _MARGIN + 20


def _heading_needed(heading: str) -> int:
    """Twips for a heading whose name may take several lines, its unit below in one."""
    name, *unit = heading.split("\n")
    parts = min(_HEADING_LINES, ceil(ems(name) / 3))
    return max([_needed("　" * ceil(ems(name) / parts)), *(_needed(line) for line in unit)])


def table(grid: PrintedTable) -> Element:
    """The table, ready for the body; its heading is repeated where it takes several pages."""
    grid, figures = _aligned(grid)
    columns = widths(grid)
    ends = {
        at: max(0, (columns[at] - max(_needed(row[at]) for row in grid.rows if len(row) > 1)) // 2) for at in figures
    }
    made = element(
        "tbl",
        element(
            "tblPr",
            element("tblStyle", val="TableNormal"),
            element("tblW", w=str(sum(columns)), type="dxa"),
            element("jc", val="center"),
            element("tblBorders", _line("top", 12), _line("bottom", 12), _line("insideV", 4, "7F7F7F")),
            element("tblLayout", type="fixed"),
            element("tblCellMar", *(element(side, w=str(_MARGIN), type="dxa") for side in ("left", "right"))),
        ),
        element("tblGrid", *(element("gridCol", w=str(wide)) for wide in columns)),
        _row(*(_heading_cell(*one) for one in zip(grid.heading, columns, strict=True)), heading=True),
        *(_body_row(grid, at, columns, ends) for at in range(len(grid.rows))),
    )
    if len(grid.rows) <= SHORT:
        for style in made.iter(w("pStyle")):
            style.addnext(element("keepNext"))
    return made


def _aligned(grid: PrintedTable) -> tuple[PrintedTable, list[int]]:
    """The table with a blank behind figures where others of their column bear a sign, and which columns hold figures."""
    rows = [[*row] for row in grid.rows]
    plain = [row for row in rows if len(row) > 1]
    figures = [at for at in range(1, len(grid.heading)) if all(re.fullmatch(_FIGURE, row[at]) for row in plain)]
    for at in figures:
        if any(row[at].endswith(SIGN) for row in plain):
            for row in plain:
                row[at] += "" if row[at].endswith(SIGN) else _SIGN_WIDE
    return replace(grid, rows=rows), figures


def _body_row(grid: PrintedTable, at: int, columns: Sequence[int], ends: Mapping[int, int]) -> Element:
    texts = grid.rows[at]
    if len(texts) == 1:
        whole = element("gridSpan", val=str(len(columns)))
        return _row(_cell(texts[0], sum(columns), whole, strong=True, look=SMALL_LEFT))
    cells = []
    for column, (text, wide) in enumerate(zip(texts, columns, strict=True)):
        cells.append(_cell(text, wide, strong=at < grid.strong, look=SMALL if column else SMALL_LEFT))
        if column in ends:
            properties = find(cells[-1], "p", "pPr")
            add(properties, "ind", right=str(ends[column]))
            add(properties, "jc", val="right")
    return _row(*cells)


def _row(*cells: Element, heading: bool = False) -> Element:
    height = element("trHeight", val=str(_ROW_TWIPS), hRule="atLeast")
    repeated = element("tblHeader") if heading else None
    return element("tr", element("trPr", element("cantSplit"), height, repeated), *cells)


def _line(side: str, thick: int, colour: str = "000000") -> Element:
    return element(side, val="single", sz=str(thick), space="0", color=colour)


def _heading_cell(heading: str, wide: int) -> Element:
    room = (wide - 2 * _MARGIN) / (_POINTS * 20 / 2)
    lines = (broken(line, room) for line in heading.split("\n"))
    return _cell("\n".join(lines), wide, element("tcBorders", _line("bottom", 6)), strong=True)


def _cell(text: str, wide: int, *properties: Element, strong: bool = False, look: str = SMALL) -> Element:
    first, *others = text.split("\n")
    parts = [written("t", first)] if text else []
    for other in others:
        parts += [element("br"), written("t", other)]
    bold = element("rPr", element("b")) if strong else None
    return element(
        "tc",
        element("tcPr", element("tcW", w=str(wide), type="dxa"), *properties, element("vAlign", val="center")),
        element("p", element("pPr", element("pStyle", val=look)), element("r", bold, *parts) if parts else None),
    )
