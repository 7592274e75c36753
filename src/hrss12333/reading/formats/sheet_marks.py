"""What an .xlsx shows otherwise than it holds it: struck, hidden and invisible cells, and number formats that scale.

The fast reader tells none of this. Nearly every workbook has none of it either, which a search in its parts shows at
once; only where one is found is the sheet gone through for the cells that it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.reading.formats.number_formats import scale_of
from hrss12333.reading.grid import Cell, Grid

_WHITE = "FFFFFF"
_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*>")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*?)(?:/>|>(?:<(?:\w+:)?v>(\d+)<)?)")
_NUMBER = re.compile(rb"""\s?\br=["']([A-Z]*)(\d+)["']""")
_INLINE = re.compile(rb"<c\s([^<>]*)><is>(.*?)</is>", re.S)
_STYLE = re.compile(rb"""\bs=["'](\d+)["']""")
_ENDS = re.compile(rb"""\b(min|max)=["'](\d+)["']""")
_HIDDEN = re.compile(rb"""\b(?:hidden=["'](?:1|true)|(?:ht|width)=["']0(?:\.0+)?["'])""")
_RAISED = b"vertAlign"
"""A sign of text above or below the line."""
_MOST_HIDDEN = 1_048_576


_WHITE_RUNS = (b'rgb="FFFFFFFF"', b'theme="0"')
"""Signs of white letters among texts of several colours."""

_Remains = Mapping[int, str | None]
"""Number of a shared text → what remains of it when some of its runs are left out."""


class _Styles(Struct, frozen=True):
    """Numbers of the cell formats that change what a cell says."""

    struck: frozenset[int] = frozenset()
    invisible: frozenset[int] = frozenset()
    scales: Mapping[int, int] | None = None
    filled: frozenset[int] = frozenset()
    """Those with a ground that is not white."""

    @property
    def all(self) -> frozenset[int]:
        """All of them."""
        return self.struck | self.invisible | frozenset(self.scales or {})


def marked(grids: Sequence[Grid], read: Callable[[str], bytes], sheets: Mapping[str, str]) -> tuple[Grid, ...]:
    """The grids with what their sheets show otherwise.

    Args:
        grids: As the fast reader gave them.
        read: A part's content by its name.
        sheets: Sheet name → name of its part.
    """
    styles = _styles(read("xl/styles.xml"))
    strings = read("xl/sharedstrings.xml")
    partly = _struck_strings(strings) if b"strike" in strings else {}
    white = _white_strings(strings) if any(sign in strings for sign in _WHITE_RUNS) else {}
    raised = _raised_strings(strings) if _RAISED in strings else {}
    return tuple(_marked(grid, read(sheets.get(grid.name, "")), styles, (partly, white), raised) for grid in grids)


def _marked(
    grid: Grid, raw: bytes, styles: _Styles, gone: tuple[_Remains, _Remains], raised: Mapping[int, str]
) -> Grid:
    partly, white = gone
    rows, columns = _hidden(raw)
    if rows or columns:
        grid = replace(grid, hidden_rows=rows, hidden_columns=columns)
    wanted = styles.all
    used = wanted and any(b's="%d"' % number in raw or b"s='%d'" % number in raw for number in wanted)
    if not used and not partly and not white and not raised and b"strike" not in raw and _RAISED not in raw:
        return grid
    inline = _inline(raw, b"strike", _struck_strings) if b"strike" in raw else {}
    high = _inline(raw, _RAISED, _raised_strings) if _RAISED in raw else {}
    struck: dict[tuple[int, int], str | None] = {}
    invisible: set[tuple[int, int]] = set()
    scales: dict[tuple[int, int], int] = {}
    noted: dict[tuple[int, int], str | None] = {}
    for match in _CELL.finditer(raw):
        attributes = match[1]
        place = _NUMBER.search(attributes)
        if place is None or not place[1]:
            continue
        style = _STYLE.search(attributes)
        number = int(style[1]) if style else 0
        string = int(match[2]) if match[2] and (b't="s"' in attributes or b"t='s'" in attributes) else -1
        at = (int(place[2]) - 1, column_number(place[1]))
        if (
            number not in wanted
            and string not in partly
            and string not in white
            and string not in raised
            and at not in inline
            and at not in high
        ):
            continue
        cell = grid.at(*at)
        if cell is None or cell == "":
            continue
        if string in raised:
            noted[at] = raised[string]
        elif at in high:
            noted[at] = high[at]
        if string in partly:
            struck[at] = partly[string]
        elif at in inline:
            struck[at] = inline[at]
        elif number in styles.struck:
            struck[at] = None
        elif string in white and number not in styles.filled and white[string]:
            struck[at] = white[string]
        if number in styles.invisible or (string in white and number not in styles.filled and not white[string]):
            invisible.add(at)
        if styles.scales and number in styles.scales and isinstance(cell, int | float):
            scales[at] = styles.scales[number]
    return replace(
        grid, cells=_remaining(grid, noted | struck), struck=struck, invisible=frozenset(invisible), scales=scales
    )


def _remaining(grid: Grid, struck: Mapping[tuple[int, int], str | None]) -> Sequence[Sequence[Cell]]:
    """The cells with what is to be read of partly struck ones, and with footnotes in brackets."""
    rests = {at: rest for at, rest in struck.items() if rest is not None}
    if not rests:
        return grid.cells
    cells = [*map(list, grid.cells)]
    for (row, column), rest in rests.items():
        cells[row][column] = rest
    return tuple(cells)


def _hidden(raw: bytes) -> tuple[frozenset[int], frozenset[int]]:
    start = raw.find(b"<sheetData")
    columns: set[int] = set()
    if _HIDDEN.search(raw, 0, max(start, 0)):
        for found in _COLUMN.findall(raw[:start]):
            ends = {name: int(number[:7]) for name, number in _ENDS.findall(found)}
            if _HIDDEN.search(found) and b"min" in ends and b"max" in ends:
                columns |= set(range(ends[b"min"] - 1, min(ends[b"max"], 16_384)))
    rows: set[int] = set()
    if any(raw.find(sign, start) > 0 for sign in (b' hidden="1"', b' ht="0', b' hidden="true"')):
        for found in _ROW.findall(raw):
            number = _NUMBER.search(found)
            if number and _HIDDEN.search(found) and int(number[2][:8]) <= _MOST_HIDDEN:
                rows.add(int(number[2]) - 1)
    return frozenset(rows), frozenset(columns)


def column_number(letters: bytes) -> int:
    """The column that letters name, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


@lru_cache(maxsize=64)
def _styles(raw: bytes) -> _Styles:
    """What the styles of a workbook say; of most workbooks of a nation they are the same few."""
    root = _parsed(raw)
    if root is None:
        return _Styles()
    codes = {item.get("numFmtId"): item.get("formatCode", "") for item in _all(root, "numFmts")}
    fonts, fills = _all(root, "fonts"), _all(root, "fills")
    struck, invisible, filled, scales = set(), set(), set(), {}
    for number, style in enumerate(_all(root, "cellXfs")):
        font, fill = _nth(fonts, style.get("fontId")), _nth(fills, style.get("fillId"))
        code = codes.get(style.get("numFmtId"), "")
        if font is not None and _is_on(_child(font, "strike")):
            struck.add(number)
        letters = _colour(_child(font, "color")) if font is not None else ""
        ground = _ground(fill)
        if code.replace(" ", "") == ";;;" or (letters and letters == ground):
            invisible.add(number)
        if ground != _WHITE:
            filled.add(number)
        if code and (scale := scale_of(code)) != 1:
            scales[number] = scale
    return _Styles(frozenset(struck), frozenset(invisible), scales, frozenset(filled))


def _parsed(raw: bytes) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(raw, forbid_dtd=True) if raw else None
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _all(root: Any, name: str) -> list[Any]:
    """The children of a list of the styles."""
    found = _child(root, name)
    return [] if found is None else [*found]


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if str(child.tag).rpartition("}")[2] == name), None)


def _nth(items: list[Any], number: str | None) -> Any:
    return items[int(number)] if number and number.isdecimal() and int(number) < len(items) else None


def _is_on(element: Any) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false")


def _colour(element: Any) -> str:
    """A colour as RRGGBB, or by its number in the theme; empty where it is left to the program."""
    if element is None:
        return ""
    if element.get("rgb"):
        return str(element.get("rgb"))[-6:].upper()
    if element.get("theme"):
        tint = element.get("tint", "0")
        return _WHITE if element.get("theme") == "0" and float(tint or 0) == 0 else f"{element.get('theme')} {tint}"
    return _WHITE if element.get("indexed") in ("1", "9") else ""


def _ground(fill: Any) -> str:
    pattern = _child(fill, "patternFill") if fill is not None else None
    if pattern is None or pattern.get("patternType", "none") == "none":
        return _WHITE
    return _colour(_child(pattern, "fgColor")) if pattern.get("patternType") == "solid" else ""


def _inline(
    raw: bytes, sign: bytes, read: Callable[[bytes], Mapping[int, str | None]]
) -> dict[tuple[int, int], str | None]:
    """What ``read`` makes of texts with this sign that stand in their cells, not among the shared ones."""
    found: dict[tuple[int, int], str | None] = {}
    for match in _INLINE.finditer(raw):
        place = _NUMBER.search(match[1])
        if place and sign in match[2]:
            for rest in read(b'<sst xmlns="x"><si>%s</si></sst>' % match[2]).values():
                found[int(place[2]) - 1, column_number(place[1])] = rest
    return found


def _struck_strings(raw: bytes) -> dict[int, str | None]:
    """The texts of which runs are struck out."""
    return _without(raw, lambda properties: _is_on(_child(properties, "strike")))


def _white_strings(raw: bytes) -> dict[int, str | None]:
    """The texts of which runs have white letters."""
    return _without(raw, lambda properties: _colour(_child(properties, "color")) == _WHITE)


def _without(raw: bytes, is_gone: Callable[[Any], bool]) -> dict[int, str | None]:
    """What remains of shared texts when the runs whose properties say so are left out; only those that have such runs."""
    found: dict[int, str | None] = {}
    root = _parsed(raw)
    for number, item in enumerate(root if root is not None else ()):
        runs = [child for child in item if str(child.tag).endswith("}r")]
        gone = [
            run for run in runs if (said := _child(run, "rPr")) is not None and is_gone(said) and _text(run).strip()
        ]
        if gone:
            rest = "".join(_text(run) for run in runs if run not in gone).strip()
            found[number] = rest or None
    return found


def _raised_strings(raw: bytes) -> dict[int, str]:
    """Number of a shared text with runs above or below the line → the text with these in brackets: footnotes are no digits."""
    found: dict[int, str] = {}
    root = _parsed(raw)
    for number, item in enumerate(root if root is not None else ()):
        said, high = "", False
        for run in (child for child in item if str(child.tag).endswith("}r")):
            align = _child(_child(run, "rPr") if _child(run, "rPr") is not None else (), "vertAlign")
            raised = align is not None and align.get("val") in ("superscript", "subscript") and bool(_text(run).strip())
            said += f"[{_text(run)}]" if raised else _text(run)
            high |= raised
        if high:
            found[number] = said
    return found


def _text(run: Any) -> str:
    text = _child(run, "t")
    return "" if text is None else text.text or ""
