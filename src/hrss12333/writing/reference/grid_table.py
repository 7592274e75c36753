"""A table as the yearbooks set it: open at the sides, a strong line above and below, rows that never wrap.

Columns are as wide as their longest figure asks; what is left over is shared out. Only headings may take several lines.
Figures of a column stand with their points below each other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.writing.reference.fields import written
from hrss12333.writing.reference.report_source import Element, add, element
from hrss12333.writing.reference.typography import SMALL, SMALL_LEFT, TEXT_TWIPS

BLANK = "—"
"""Stands where a figure is missing: never a zero."""
_POINTS = 9
_MARGIN = 40
"""Twips left free on either side within a cell."""
SHORT = 12
"""Rows up to which a table needs no page of its own; it is kept together."""
_FIGURE = lazy(r"([+\-]?[\d,]+|—)((?:\.\d+)?[%点]?[△*]?)")
"""A figure up to its point, and what follows."""
_DIGIT_WIDE, _POINT_WIDE = "\u2007", "\u2008"
"""Blanks as wide as a digit and as a point."""
_NARROW = {_DIGIT_WIDE: 0.5, "%": 0.85, **dict.fromkeys(f",./ {_POINT_WIDE}", 0.28)}
"""Sign → its width in characters; others take 0.6."""
_HEADING_LINES = 3
"""Lines that a heading may take."""
ROW_TWIPS = 264
"""Height of a row: 38 of them, heading and notes fill a page."""


class PrintedTable(Struct, frozen=True):
    """What is in a table."""

    heading: Sequence[str]
    """What follows a line break is in a line of its own: the unit."""
    rows: Sequence[Sequence[str]]
    groups: Sequence[str] = ()
    """Group above each column's heading; neighbours of one name share it, "" leaves the heading both lines."""
    left: frozenset[int] = frozenset({0})
    """Columns whose text begins at the left."""
    strong: frozenset[int] = frozenset()
    """Rows set bold: totals."""
    titles: frozenset[int] = frozenset()
    """Rows that hold one title over all columns."""
    shares: Sequence[float] = ()
    """Widths of the columns in proportion; worked out from the texts where there are none."""


def ems(text: str) -> float:
    """Width of a text in characters of the table's fonts: a Chinese one is 1, a digit a half."""
    return sum(_em(sign) for sign in text)


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    return 0.5 if sign.isdigit() else _NARROW.get(sign, 0.6)


def fits(grid: PrintedTable) -> bool:
    """Whether every figure has room on one line."""
    return sum(_all_needed(_aligned(grid)[0])) <= TEXT_TWIPS


def widths(grid: PrintedTable) -> list[int]:
    """Widths of the columns in twips, together that of the page's text."""
    if grid.shares:
        return _shared_widths([0] * len(grid.shares), grid.shares)
    needed = _all_needed(grid)
    if sum(needed) > TEXT_TWIPS:
        return _shared_widths([0] * len(needed), needed)
    return _shared_widths(needed, [1] * len(needed))


def _all_needed(grid: PrintedTable) -> list[int]:
    plain = [row for number, row in enumerate(grid.rows) if number not in grid.titles]
    return [
        max([*(_needed(row[at]) for row in plain), _heading_needed(heading)]) for at, heading in enumerate(grid.heading)
    ]


def figures_below_each_other(texts: Sequence[str]) -> list[str] | None:
    """The figures of a column with blanks behind them, as wide as what others have behind their points; None where the
    column holds something else."""
    found = [_FIGURE.fullmatch(text) for text in texts]
    if not any(found) or not all(match or not text for match, text in zip(found, texts, strict=True)):
        return None
    longest = max(ems(match[2]) for match in found if match)
    shown = []
    for match in found:
        lacks = longest - ems(match[2]) if match else 0
        point = _POINT_WIDE if match and "." not in match[2] and lacks >= 0.7 else ""
        shown.append(f"{match[0]}{point}{_DIGIT_WIDE * round((lacks - 0.28 * bool(point)) * 2)}" if match else "")
    return shown


def _needed(text: str) -> int:
    """Twips for a text on one line."""
    return ceil(ems(text) * _POINTS * 20) + 2 * _MARGIN + 20


def _heading_needed(heading: str) -> int:
    """Twips for a heading whose name may take several lines, its unit below in one."""
    name, *unit = heading.split("\n")
    parts = min(_HEADING_LINES, ceil(ems(name) / 3))
    return max([_needed("　" * ceil(ems(name) / parts)), *(_needed(line) for line in unit)])


def _shared_widths(given: Sequence[int], shares: Sequence[float]) -> list[int]:
    rest = TEXT_TWIPS - sum(given)
    found = [start + int(rest * share / sum(shares)) for start, share in zip(given, shares, strict=True)]
    found[0] += TEXT_TWIPS - sum(found)
    return found


def table(grid: PrintedTable) -> Element:
    """The table, ready for the body; its heading is repeated where it takes several pages."""
    grid, figures = _aligned(grid)
    columns = widths(grid)
    ends = {at: max(0, (columns[at] - max(_needed(row[at]) for row in grid.rows)) // 2) for at in figures}
    lines = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in columns)
    made = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableNormal"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders><w:top w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
        f'<w:bottom w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
        f'<w:insideV w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/></w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{_MARGIN}" w:type="dxa"/>'
        f'<w:right w:w="{_MARGIN}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{lines}</w:tblGrid></w:tbl>"
    )
    grouped = any(grid.groups)
    if grouped:
        made.append(_group_row(grid, columns))
    heading = _row_element(heading=True)
    for number, (text, wide) in enumerate(zip(grid.heading, columns, strict=True)):
        under = grouped and not grid.groups[number]
        heading.append(
            _table_cell("" if under else text, wide, strong=True, line=True, merged="continue" if under else "")
        )
    made.append(heading)
    for number, texts in enumerate(grid.rows):
        made.append(_body_row(grid, number, texts, columns, ends))
    if len(grid.rows) <= SHORT:
        for properties in made.iter(qn("w:pPr")):
            properties.find(qn("w:pStyle")).addnext(element("keepNext"))
    return made


def _aligned(grid: PrintedTable) -> tuple[PrintedTable, list[int]]:
    """The table with the figures of each column below each other, and which columns hold figures."""
    rows = [[*row] for row in grid.rows]
    plain = [number for number in range(len(rows)) if number not in grid.titles]
    figures = []
    for column in range(len(grid.heading)):
        shown = figures_below_each_other([rows[number][column] for number in plain])
        if shown is None or column in grid.left:
            continue
        figures.append(column)
        for number, text in zip(plain, shown, strict=True):
            rows[number][column] = text
    return replace(grid, rows=rows), figures


def _body_row(
    grid: PrintedTable, number: int, texts: Sequence[str], columns: Sequence[int], ends: Mapping[int, int]
) -> Element:
    row = _row_element(heading=False)
    if number in grid.titles:
        row.append(_table_cell(texts[0], sum(columns), strong=True, span=len(columns), left=True))
        return row
    for column, (text, wide) in enumerate(zip(texts, columns, strict=True)):
        row.append(_table_cell(text, wide, strong=number in grid.strong, left=column in grid.left))
        if column in ends:
            properties = row[-1].find(f"{qn('w:p')}/{qn('w:pPr')}")
            add(properties, "ind", right=str(ends[column]))
            add(properties, "jc", val="right")
    return row


def _group_row(grid: PrintedTable, columns: Sequence[int]) -> Element:
    row = _row_element(heading=True)
    at = 0
    for title, members in groupby(range(len(columns)), key=lambda column: grid.groups[column] or column):
        span = len([*members])
        wide = sum(columns[at : at + span])
        if isinstance(title, str):
            row.append(_table_cell(title, wide, strong=True, span=span, line=True))
        else:
            row.append(_table_cell(grid.heading[at], wide, strong=True, merged="restart"))
        at += span
    return row


def _row_element(*, heading: bool) -> Element:
    made = element("tr")
    properties = add(made, "trPr")
    add(properties, "cantSplit")
    add(properties, "trHeight", val=str(ROW_TWIPS), hRule="atLeast")
    if heading:
        add(properties, "tblHeader")
    return made


def _table_cell(
    text: str,
    wide: int,
    *,
    strong: bool = False,
    left: bool = False,
    span: int = 1,
    line: bool = False,
    merged: str = "",
) -> Element:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    joined = f'<w:vMerge w:val="{merged}"/>' if merged else ""
    below = (
        '<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:tcBorders>' if line else ""
    )
    made = parse_xml(
        f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{spanned}{joined}{below}<w:vAlign w:val="center"/>'
        f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="{SMALL_LEFT if left else SMALL}"/></w:pPr></w:p></w:tc>'
    )
    if text:
        letters = add(made.find(qn("w:p")), "r")
        if strong:
            add(add(letters, "rPr"), "b")
        first, *others = text.split("\n")
        letters.append(written("t", first))
        for other in others:
            letters.extend([element("br"), written("t", other)])
    return made
