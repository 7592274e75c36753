"""What an .ods shows otherwise than it holds it: struck, hidden and invisible cells, number formats, texts, merged ranges.

The counterpart of `sheet_marks` for OpenDocument: the fast reader tells none of this, and only where a search finds a
sign of it is the content gone through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from hrss12333.patterns import lazy
from hrss12333.reading.files.xml_events import elements
from hrss12333.reading.formats.coloured_text import is_unseen
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.number_formats import shows_otherwise
from hrss12333.reading.formats.ods_texts import TextStyles, annotation, text_of
from hrss12333.reading.grid import At, Box, Cell, Grid

_SIGNS = (
    b'"collapse"',
    b'"filter"',
    b"text-line-through",
    b"display-factor",
    b"text-position",
    b"-spanned",
    b"#fffff",
    b"<number:text>",
    b"percentage",
    b"<text:tab",
    b"<text:line-break",
    b"<text:ruby",
    b"<office:annotation",
    b"fo:color",
    b'display="none"',
)
_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _STYLE, _NUMBER, _TEXT = (_NAMESPACE % name for name in ("table", "style", "datastyle", "text"))
_MAP = f"{_STYLE}map"
_SHEET, _ROW, _COLUMN, _CELL, _COVERED = (
    f"{_TABLE}{name}" for name in ("table", "table-row", "table-column", "table-cell", "covered-table-cell")
)
_CELLS = (_CELL, _COVERED)
_NAMED = f"{_STYLE}style"
_VISIBILITY, _UNSEEN = f"{_TABLE}visibility", ("collapse", "filter")
_STYLE_NAME = f"{_TABLE}style-name"
_ROWS, _COLUMNS = (f"{_TABLE}number-{what}-repeated" for what in ("rows", "columns"))
_DOWN, _ACROSS = (f"{_TABLE}number-{what}-spanned" for what in ("rows", "columns"))
_VALUE_TYPE = _NAMESPACE % "office" + "value-type"
_PERCENT = f"{_NUMBER}percentage-style"
_FORMATS = (f"{_NUMBER}number-style", f"{_NUMBER}text-style", f"{_NUMBER}currency-style", _PERCENT)
_HEEDED = frozenset((_SHEET, _ROW, _COLUMN, *_CELLS, _NAMED, *_FORMATS))
_CONDITION = lazy(r"value\(\)((?:<=|>=|!=|<|>|=)-?\d+(?:\.\d+)?)")
_FO = _NAMESPACE % "xsl-fo-compatible"
_WHITE = "#ffffff"
_LONGEST_CODE = 1_000
"""Signs of a number format: those that it refers to stand in it, too."""
_MOST_CELLS = 300_000
"""Cells of a book beyond which it is not gone through: no filing has so many."""


class _Styles(TextStyles):
    """Names of the styles that change what a cell says."""

    filled: set[str] = field(default_factory=set)
    """Those with a ground that is not white."""
    codes: dict[str, str] = field(default_factory=dict)
    """Name of a style → the code of its number format, where that may show something else than the number."""
    formats: dict[str, str] = field(default_factory=dict)
    """Name of a number format → the code that a spreadsheet program would show for it."""
    silent: set[str] = field(default_factory=set)
    """Names of number formats that show nothing (;;;)."""
    mute: set[str] = field(default_factory=set)
    """Names of styles with such a format."""

    def note(self, style: Any) -> None:
        """What one style says; where it says nothing, the style that it is derived from decides."""
        name, parent = style.get(f"{_STYLE}name", ""), style.get(f"{_STYLE}parent-style-name", "")
        letters, ground = self.colours.get(parent, ("", _WHITE))
        struck, raised, vanished = parent in self.struck, parent in self.raised, parent in self.vanished
        for properties in style:
            lines = [properties.get(f"{_STYLE}text-line-through-{what}") for what in ("style", "type")]
            if lines != [None, None]:
                struck = any(line not in (None, "none") for line in lines)
            if place := properties.get(f"{_STYLE}text-position"):
                raised = place.startswith(("super", "sub", "33", "-33", "58"))
            vanished = properties.get(f"{_TEXT}display", "none" if vanished else "") == "none"
            letters = properties.get(f"{_FO}color", letters).lower()
            ground = properties.get(f"{_FO}background-color", ground).lower().replace("transparent", _WHITE)
        self.colours[name] = letters, ground
        shown_by = style.get(f"{_STYLE}data-style-name")
        silent = shown_by in self.silent if shown_by else parent in self.mute
        for said, names in (
            (struck, self.struck),
            (raised, self.raised),
            (vanished, self.vanished),
            (silent, self.mute),
            (is_unseen(letters, ground) or silent, self.invisible),
            (ground != _WHITE, self.filled),
        ):
            if said:
                names.add(name)
        code = self.formats.get(shown_by, "") if shown_by else self.codes.get(parent, "")
        if shows_otherwise(code):
            self.codes[name] = code

    def note_format(self, style: Any) -> None:
        """The code that a spreadsheet program would show for a number format."""
        code, name = "", style.get(f"{_STYLE}name", "")
        others = {part.get(f"{_STYLE}apply-style-name", ""): part for part in style if part.tag == _MAP}
        shown = [part for part in style if part.tag not in (f"{_NUMBER}text", _MAP) or part.text]
        if len(style) and not shown and others.keys() <= self.silent:  # 0;-0; shows figures, but no zeros
            self.silent.add(name)
        for part in style:
            if part.tag == f"{_NUMBER}number":
                factor = part.get(f"{_NUMBER}display-factor", "1")
                code += "0" + "," * ((len(factor.partition(".")[0]) - 1) // 3)
            elif part.tag == f"{_NUMBER}text" and part.text:
                code += "%" if style.tag == _PERCENT and part.text.strip() == "%" else f'"{part.text}"'
        conditions = {
            applied: _CONDITION.fullmatch(part.get(f"{_STYLE}condition", "")) for applied, part in others.items()
        }
        first = "".join(f"[{found[1]}]{self.formats.get(name, '0')};" for name, found in conditions.items() if found)
        self.formats[name] = (first + code)[:_LONGEST_CODE]


class _Sheet(Struct):
    """What is found of one sheet."""

    marks: Marks = field(default_factory=Marks)
    noted: dict[At, str] = field(default_factory=dict)
    """Cells whose text says more than its characters: with footnotes in brackets, figures of two colours parted."""
    merges: list[Box] = field(default_factory=list)


def marked_ods(grids: Sequence[Grid], content: bytes, common: bytes) -> tuple[Grid, ...]:
    """The grids with what their sheets show otherwise.

    Args:
        grids: As the fast reader gave them.
        content: The package's content.xml.
        common: Its styles.xml, where number formats may stand.
    """
    if (
        not any(sign in content or sign in common for sign in _SIGNS)
        or sum(len(row) for g in grids for row in g.cells) > _MOST_CELLS
    ):
        return tuple(grids)
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException

    known = {grid.name: grid for grid in grids}
    try:
        for name, sheet in _sheets(content, _common(common), known):
            texts = {**sheet.marks.struck, **sheet.noted}
            known[name] = sheet.marks.on(known[name], instead=texts, merges=tuple(sheet.merges))
    except (ParseError, DefusedXmlException, ValueError):
        return tuple(grids)
    return tuple(known[grid.name] for grid in grids)


def _common(raw: bytes) -> _Styles:
    """The styles that all sheets share."""
    styles = _Styles()
    for _, element in elements(raw, "end") if raw else ():
        if element.tag in _FORMATS:
            styles.note_format(element)
        elif element.tag == _NAMED:
            styles.note(element)
    return styles


def _sheets(content: bytes, styles: _Styles, grids: dict[str, Grid]) -> Iterator[tuple[str, _Sheet]]:
    """Each sheet by its name, with what its cells, rows and columns show otherwise; the content is gone through
    once."""
    sheet, grid, defaults = _Sheet(), Grid("", ()), list[str]()
    row = column = width = 0
    for event, element in elements(content, "start", "end"):
        tag = element.tag
        if tag not in _HEEDED:
            continue
        if event == "start":
            if tag == _SHEET:
                grid = grids.get(element.get(f"{_TABLE}name", ""), Grid("", ()))
                sheet, defaults, row, column = _Sheet(), [], 0, 0
                width = max(map(len, grid.cells), default=0)
            elif tag == _ROW:
                column = 0
        elif tag in _CELLS:
            last, cells = column + int(element.get(_COLUMNS, 1)), grid.cells[row] if 0 <= row < len(grid.cells) else ()
            if _DOWN in element.attrib or _ACROSS in element.attrib:
                down, across = int(element.get(_DOWN, 1)), int(element.get(_ACROSS, 1))
                if down > 1 or across > 1:
                    sheet.merges.append(Box(row, column, row + down - 1, column + across - 1))
            own = element.get(_STYLE_NAME)
            for at in range(max(column, 0), min(last, len(cells))):
                if cells[at] not in (None, ""):
                    default = defaults[at] if at < len(defaults) else ""  # some programs write no columns at all
                    _mark(sheet, cells[at], (row, at), element, own or default, styles)
            column = last
            element.clear()
        elif tag == _ROW:
            last = row + int(element.get(_ROWS, 1))
            if element.get(_VISIBILITY) in _UNSEEN:
                sheet.marks.hidden_rows |= set(range(row, min(last, len(grid.cells))))
            row = last
            element.clear()
        elif tag == _COLUMN:
            last = min(len(defaults) + int(element.get(_COLUMNS, 1)), width)
            if element.get(_VISIBILITY) in _UNSEEN:
                sheet.marks.hidden_columns |= set(range(len(defaults), last))
            defaults += [element.get(f"{_TABLE}default-cell-style-name", "")] * (last - len(defaults))
        elif tag == _NAMED:
            styles.note(element)
        elif tag in _FORMATS:
            styles.note_format(element)
        elif grid.name:  # the end of a sheet
            yield grid.name, sheet


def _mark(sheet: _Sheet, cell: Cell, at: At, element: Any, style: str, styles: _Styles) -> None:
    """Note what the cell's style, its text and its comment say of it."""
    marks = sheet.marks
    if said := annotation(element):
        marks.comments[at] = said
    text = text_of(element, styles, filled=style in styles.filled) if isinstance(cell, str) else None
    if style in styles.struck:
        marks.struck[at] = None
    elif text and text.gone:
        marks.struck[at] = text.said or None
    elif text and text.said:
        sheet.noted[at] = text.said
    if style in styles.invisible:
        marks.invisible.add(at)
    marks.note_format(at, cell, styles.codes.get(style, "0%" if element.get(_VALUE_TYPE) == "percentage" else ""))
