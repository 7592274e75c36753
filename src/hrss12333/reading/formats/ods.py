"""OpenDocument spreadsheets (.ods): as two trees, within bounds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import asdict, replace

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import expect_small
from hrss12333.reading.files.package import LOCKED, Package, parsed, properties, refused
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.formats.marks import HIDDEN, RAISED, STRUCK, Look, Piece, read_letters
from hrss12333.reading.formats.sheet_builder import ERROR, Room, SheetBuilder, as_number, text_pieces
from hrss12333.reading.formats.workbook_package import has_macros
from hrss12333.reading.grid import Book, Cell, FileProblem, Grid

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _STYLE, _TEXT, _OFFICE = (_NAMESPACE % name for name in ("table", "style", "text", "office"))
_SHEETS = f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"
_CELLS = f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_ANNOTATION, _PARAGRAPH = f"{_OFFICE}annotation", f"{_TEXT}p"
_SIGN_OF_TAG = {
    f"{_TEXT}tab": "\t",
    f"{_TEXT}line-break": "\n",
    **dict.fromkeys((f"{_TEXT}ruby-text", f"{_TEXT}note", _ANNOTATION), ""),
}
"""What stands for a sign, and what is not read."""
_FOOTERS = [f"{_STYLE}{place}{kind}" for place in ("header", "footer") for kind in ("", "-left", "-first")]
_MOST_BLANKS = 100
_RAISED_POSITIONS = ("super", "sub", "33", "-33")
_HIDING_STYLES: dict[str, tuple[str, Callable[[str], bool]]] = {
    f"{_STYLE}text-line-through-style": (STRUCK, lambda setting: setting != "none"),
    f"{_STYLE}text-line-through-type": (STRUCK, lambda setting: setting != "none"),
    f"{_STYLE}text-position": (RAISED, lambda setting: setting.startswith(_RAISED_POSITIONS)),
    f"{_TEXT}display": (HIDDEN, lambda setting: setting == "none"),
    f"{_TABLE}display": (HIDDEN, lambda setting: setting == "false"),
}
"""Attribute of a style's properties → the look of which it decides, and whether it gives it."""
_ODS_REFERENCE = lazy(r"\[([^\[\]:]+)(?::([^\[\]]+))?\]")
_LIST = lazy(r"cell-content-is-in-list\(([^\"()]*)\)")
_DURATION = lazy(r"PT(\d{1,6})H(\d{1,6})M(\d{1,6})(?:[.,]\d+)?S")
_STORED = {"boolean": "boolean-value", "date": "date-value", "time": "time-value", "string": "string-value"}


def read_ods(package: Package) -> Book:
    """An .ods."""
    if b"manifest:encryption-data" in package.read("META-INF/manifest.xml"):
        raise FileProblem(Problem.ENCRYPTED, LOCKED)
    parts = package.read("styles.xml"), package.read("content.xml")
    both = b"".join(parts)
    expect_small(bytes=len(both), tags=both.count(b"<"), elements=both.count(b"</"))
    with refused():  # numbers that are none
        roots = [parsed(part) for part in parts if part]
        reader = _OdsReader()
        for style in _elements(roots, f"{_STYLE}style"):
            reader.add_style(style)
        conditions = (each.get(f"{_TABLE}condition", "") for each in _elements(roots, f"{_TABLE}content-validation"))
        lists = tuple(_plain_formula(f"={found[1]}") for found in map(_LIST.search, conditions) if found)
        grids = [reader.grid(table) for root in roots for table in root.iterfind(_SHEETS)]
        grids[:1] = (replace(grid, lists=lists) for grid in grids[:1])
        pages = (each for root in roots for each in root.iter() if each.tag in _FOOTERS)
        footers = (" ".join(" ".join(each.itertext()).split()) for each in pages)
        return Book(
            "ods",
            sifted(grids, lambda: b"Office" in package.read("meta.xml")),
            footers=dict.fromkeys(filter(None, footers), ()),
            macros=has_macros(package),
            **asdict(properties(package)),
        )


def _elements(roots: Iterable[Any], name: str) -> Iterator[Any]:
    return (element for root in roots for element in root.iter(name))


class _OdsReader:
    """What the sheets of a workbook share while they are read."""

    def __init__(self) -> None:
        self._looks: dict[str, frozenset[str]] = {}
        """Name of a style → how it looks."""
        self._room = Room()

    def add_style(self, style: Any) -> None:
        """Where a style says nothing, the one that it is derived from decides."""
        look = self._look(style, f"{_STYLE}parent-style-name")
        for name, setting in (item for each in style for item in each.items() if item[0] in _HIDING_STYLES):
            kind, gives = _HIDING_STYLES[name]
            look = look | {kind} if gives(setting) else look - {kind}
        self._looks[style.get(f"{_STYLE}name", "")] = look

    def _look(self, element: Any, name: str = f"{_TABLE}style-name") -> frozenset[str]:
        return self._looks.get(element.get(name, ""), frozenset())

    def grid(self, table: Any) -> Grid:
        sheet = SheetBuilder(table.get(f"{_TABLE}name", ""), self._room, HIDDEN in self._look(table))
        starts, looks = [0], list[frozenset[str]]()
        """Where columns begin, and how their cells look that say nothing themselves."""
        for element in table.iter(f"{_TABLE}table-column"):
            starts.append(starts[-1] + _repetitions(element, "columns-repeated"))
            looks.append(self._look(element, f"{_TABLE}default-cell-style-name"))
            if _is_hidden(element):
                sheet.hidden_columns.append(range(*starts[-2:]))
        looks.append(frozenset())
        row = 0
        for element in table.iter(f"{_TABLE}table-row"):
            rows, column = range(row, row + _repetitions(element, "rows-repeated")), 0
            for cell in (each for each in element if each.tag in _CELLS):
                columns = range(column, column + _repetitions(cell, "columns-repeated"))
                has_own = f"{_TABLE}style-name" in cell.attrib
                look = self._look(cell) if has_own else looks[bisect_right(starts, column) - 1]
                self._read_cell(cell, sheet, rows, columns, look & {STRUCK})
                column = columns.stop
            if _is_hidden(element):
                sheet.hidden_rows.update(range(row, min(rows.stop, len(sheet.rows))))
            row = rows.stop
        return sheet.grid()

    def _read_cell(self, cell: Any, sheet: SheetBuilder, rows: range, columns: range, look: frozenset[str]) -> None:
        """It goes into the sheet as often as it is repeated, if it holds anything."""
        letters = read_letters(self._pieces(cell, look))
        text = (letters.text or letters.removed).strip()
        formula = _plain_formula(written) if (written := cell.get(f"{_TABLE}formula")) else ""
        kinds = {value for name, value in cell.items() if name.endswith("}value-type")}
        is_error = "error" in kinds or (formula and ERROR.match(text))
        error = (text or "#ERROR!") if is_error else ""
        value = None if is_error else _cell_value(cell, letters.text)
        annotation = cell.find(_ANNOTATION)
        lines = () if annotation is None else annotation.iter(_PARAGRAPH)
        comment = "\n".join("".join(line.itertext()) for line in lines).strip()
        rows_spanned, columns_spanned = _repetitions(cell, "rows-spanned"), _repetitions(cell, "columns-spanned")
        sheet.merge((rows.start, columns.start), rows_spanned, columns_spanned)
        is_filled = value is not None or letters.removed or comment or formula or error
        for at in ((row, column) for row in rows for column in columns) if is_filled else ():
            self._room.take(cells=1)
            if value is not None or letters.removed:
                sheet.put(at, value, letters)
                sheet.note_shown(at, value, text)
            if comment or formula or error:
                sheet.note(at, comment=comment, error=error, formula=formula if not error else "")

    def _pieces(self, cell: Any, look: frozenset[str]) -> Iterator[Piece]:
        between = ""
        for line in cell:
            if line.tag == _PARAGRAPH:
                if between:
                    yield between, (), ""
                yield from text_pieces(line, self._look_within, look)
                between = "\n"

    def _look_within(self, element: Any) -> Look:
        """How a part of a text looks, or what it stands for."""
        if element.tag == f"{_TEXT}s":
            blanks = _repetitions(element, "c", _TEXT)
            self._room.take(cells=blanks // _MOST_BLANKS)
            return " " * min(blanks, _MOST_BLANKS)
        return _SIGN_OF_TAG[element.tag] if element.tag in _SIGN_OF_TAG else self._look(element, f"{_TEXT}style-name")


def _repetitions(element: Any, name: str, namespace: str = f"{_TABLE}number-") -> int:
    return max(int(element.get(namespace + name, "1")), 1)


def _is_hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _cell_value(element: Any, text: str) -> Cell:
    kind = element.get(f"{_OFFICE}value-type", "")
    stored = element.get(f"{_OFFICE}{_STORED.get(kind, 'value')}", "")
    if kind == "boolean" and stored:
        return bool(stored == "true")
    if kind == "date" and stored:
        return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
    if kind == "time" and (found := _DURATION.fullmatch(stored)):
        hours, minutes, seconds = map(int, found.groups())
        taken = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return taken if taken.days else (datetime.min + taken).time()
    if kind in ("float", "percentage", "currency") and stored:
        return as_number(stored)
    return text or stored or None


def _plain_formula(formula: str) -> str:
    """``of:=SUM([.C5:.C9])+[$附表2.D1]`` as ``=SUM(C5:C9)+'附表2'!D1``."""

    def reference(found: re.Match[str]) -> str:
        sheet, _, first = found[1].rpartition(".")
        name, (until, _, end) = sheet.strip("$'"), (found[2] or "").rpartition(".")
        last = f":{end}" if end else ""
        if (until := until.strip("$'")) not in ("", name):  # over several sheets
            name = f"{name}:{until}"
        return (f"'{name}'!" if name else "") + first + last

    return "=" + _ODS_REFERENCE.sub(reference, formula.partition("=")[2])
