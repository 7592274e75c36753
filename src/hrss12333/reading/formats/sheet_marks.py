"""What an .xlsx shows otherwise than it holds it: struck, hidden and invisible cells, and number formats that scale.

The fast reader tells none of this. Nearly every workbook has none of it either, which a search in its parts shows at
once; only where one is found is the sheet gone through for the cells that it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct, field

from hrss12333.patterns import lazy
from hrss12333.reading.files.remembered import remembered
from hrss12333.reading.formats.coloured_text import is_unseen
from hrss12333.reading.formats.conditional_marks import marked_cells, telling_formats
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.number_formats import shows_otherwise
from hrss12333.reading.formats.rich_strings import (
    WHITE,
    Rich,
    child,
    colour,
    column_number,
    inline_texts,
    is_on,
    parsed,
    shared_texts,
)
from hrss12333.reading.grid import At, Grid

_ROW = lazy(rb"<(?:\w+:)?row\s[^<>]*>")
_COLUMN = lazy(rb"<(?:\w+:)?col\s[^<>]*>")
_CELL = lazy(rb"<(?:\w+:)?c\s([^<>]*?)(?:/>|>(?:<(?:\w+:)?v>(\d+)<)?)")
_NUMBER = lazy(rb"""\s?\br=["']([A-Z]*)(\d+)["']""")
_STYLE = lazy(rb"""\bs=["'](\d+)["']""")
_ENDS = lazy(rb"""\b(min|max)=["'](\d+)["']""")
_HIDDEN = lazy(rb"""\b(?:hidden=["'](?:1|true)|(?:ht|width)=["']0(?:\.0+)?["'])""")
_MOST_HIDDEN, _MOST_COLUMNS = 1_048_576, 16_384
_MANY = 100
"""Styles beyond which all cells are gone through, rather than searched for these."""
_LARGEST_STYLES = 2**18
"""Bytes of styles that are remembered; those of a form that went from hand to hand are many."""

_BUILT_IN = {"9": "0%", "10": "0.00%"}
"""Number formats that have no code of their own and show another number than the cell holds."""


class _Styles(Struct, frozen=True, dict=True):
    """Numbers of the cell formats that change what a cell says."""

    struck: frozenset[int] = frozenset()
    invisible: frozenset[int] = frozenset()
    codes: Mapping[int, str] = field(default_factory=dict)
    """Those whose number format may show something else than the number → its code."""
    filled: frozenset[int] = frozenset()
    """Those with a ground that is not white."""
    conditional: Mapping[str, bool] = field(default_factory=dict)
    """Conditional formats that strike out or make unseen."""

    @cached_property
    def all(self) -> frozenset[int]:
        """All of them."""
        return self.struck.union(self.invisible, self.codes)


def marked(grids: Sequence[Grid], read: Callable[[str], bytes], sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with what their sheets show otherwise.

    Args:
        grids: As the fast reader gave them.
        read: A part's content by its name.
        sheets: Sheet name → name of its part.
    """
    styles = _styles(read("xl/styles.xml"))
    strings = shared_texts(read("xl/sharedStrings.xml"))
    return tuple(_marked(grid, read(sheets.get(grid.name, "")), styles, strings) for grid in grids)


def _marked(grid: Grid, raw: bytes, styles: _Styles, strings: Mapping[int, Rich]) -> Grid:
    """The grid with what its sheet, of which ``raw`` is the XML, shows otherwise."""
    rows, columns = _hidden(raw)
    marks = Marks(hidden_rows=set(rows), hidden_columns=set(columns))
    wanted = styles.all
    used = wanted and not wanted.isdisjoint(map(int, _STYLE.findall(raw)))
    inline = inline_texts(raw)
    by_condition = dict(marked_cells(raw, grid, styles.conditional)) if styles.conditional else {}
    if not used and not strings and not inline and not by_condition:
        return marks.on(grid) if rows or columns else grid
    marks.struck |= {at: None for at, is_struck in by_condition.items() if is_struck}
    marks.invisible |= by_condition.keys() - marks.struck.keys()
    noted: dict[At, str | None] = {}
    telling = _CELL if strings or inline or len(wanted) > _MANY else _cells_of(wanted)
    for at, number, string in _placed(raw, telling):
        rich = strings.get(string) or inline.get(at)
        cell = grid.at(*at) if number in wanted or rich is not None else None
        if cell is None or cell == "":
            continue
        unseen = rich is not None and rich.white and number not in styles.filled
        text = None if rich is None else rich.seen if unseen else rich.text
        if rich is not None and (rich.struck or (unseen and text)):
            marks.struck[at] = text or None
        elif number in styles.struck:
            marks.struck[at] = None
        elif text:
            noted[at] = text
        if number in styles.invisible or (unseen and not text):
            marks.invisible.add(at)
        marks.note_format(at, cell, styles.codes.get(number, ""))
    return marks.on(grid, instead=noted | marks.struck)


def _placed(raw: bytes, cells: re.Pattern[bytes]) -> Iterator[tuple[At, int, int]]:
    """Place, number of its format, and number of its shared text (-1 where it has none) of each of these cells."""
    for match in cells.finditer(raw):
        attributes = match[1]
        place = _NUMBER.search(attributes)
        if place is None or not place[1]:
            continue
        style = _STYLE.search(attributes)
        shared = match[2] and (b't="s"' in attributes or b"t='s'" in attributes)
        at = (int(place[2]) - 1, column_number(place[1]))
        yield at, int(style[1]) if style else 0, int(match[2]) if shared else -1


@lru_cache(maxsize=64)
def _cells_of(styles: frozenset[int]) -> re.Pattern[bytes]:
    """The cells of these styles: most sheets have few of them."""
    numbers = b"|".join(b"%d" % number for number in sorted(styles))
    return re.compile(
        rb"""<(?:\w+:)?c\s((?>[^<>]*?\bs=["'])(?:%s)["'][^<>]*+)>(?:(?<!/>)<(?:\w+:)?v>(\d+)<)?""" % numbers
    )


def _hidden(raw: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Rows and columns that a sheet does not show."""
    start = raw.find(b"<sheetData")
    rows: set[int] = set()
    said = raw.find(b' hidden="', start)
    if raw.find(b' ht="0', start) > 0 or (
        said > 0 and (raw.find(b' hidden="1"', said) > 0 or raw.find(b' hidden="true"', said) > 0)
    ):
        for found in _ROW.findall(raw):
            number = _NUMBER.search(found)
            if number and _HIDDEN.search(found) and int(number[2][:8]) <= _MOST_HIDDEN:
                rows.add(int(number[2][:8]) - 1)
    return frozenset(rows), _hidden_columns(raw[: max(start, 0)])


@remembered
def _hidden_columns(head: bytes) -> frozenset[int]:
    """The same of columns, which stand before the cells."""
    columns = bytearray(_MOST_COLUMNS)
    for found in _COLUMN.findall(head) if _HIDDEN.search(head) else ():
        ends = {name: int(number[:7]) for name, number in _ENDS.findall(found)}
        if _HIDDEN.search(found) and b"min" in ends and b"max" in ends:
            first, last = max(ends[b"min"] - 1, 0), min(ends[b"max"], _MOST_COLUMNS)
            columns[first:last] = b"\1" * (last - first)
    return frozenset(column for column, hidden in enumerate(columns) if hidden) if any(columns) else frozenset()


def _read_styles(raw: bytes) -> _Styles:
    """What the styles of a workbook say; of most workbooks of a nation they are the same few."""
    root = parsed(raw)
    if root is None:
        return _Styles()
    codes = _BUILT_IN | {item.get("numFmtId"): item.get("formatCode", "") for item in _all(root, "numFmts")}
    fonts, fills = _all(root, "fonts"), _all(root, "fills")
    struck, invisible, filled, telling = set(), set(), set(), {}
    for number, style in enumerate(_all(root, "cellXfs")):
        font, fill = _nth(fonts, style.get("fontId")), _nth(fills, style.get("fillId"))
        code = codes.get(style.get("numFmtId"), "")
        if font is not None and is_on(child(font, "strike")):
            struck.add(number)
        letters = colour(child(font, "color")) if font is not None else ""
        ground = _ground(fill)
        if code.replace(" ", "") == ";;;" or is_unseen(letters, ground):
            invisible.add(number)
        if ground != WHITE:
            filled.add(number)
        if code and shows_otherwise(code):
            telling[number] = code
    return _Styles(
        frozenset(struck), frozenset(invisible), telling, frozenset(filled), telling_formats(_all(root, "dxfs"))
    )


_styles = remembered(_read_styles, _LARGEST_STYLES)


def _all(root: Any, name: str) -> list[Any]:
    """The children of a list of the styles."""
    found = child(root, name)
    return [] if found is None else [*found]


def _nth(items: list[Any], number: str | None) -> Any:
    return items[int(number)] if number and number.isdecimal() and int(number) < len(items) else None


def _ground(fill: Any) -> str:
    pattern = child(fill, "patternFill") if fill is not None else None
    if pattern is None or pattern.get("patternType", "none") == "none":
        return WHITE
    return colour(child(pattern, "fgColor")) if pattern.get("patternType") == "solid" else ""
