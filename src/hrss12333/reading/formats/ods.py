"""OpenDocument spreadsheets (.ods): one walk through the content, element by element, within bounds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import expect_small
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.package import LOCKED, Package, refused
from hrss12333.reading.files.xml_events import follow
from hrss12333.reading.formats.marks import HIDDEN, RAISED, STRUCK, Look, Piece, read_letters
from hrss12333.reading.formats.sheet_builder import Room, SheetBuilder, as_book, as_number, text_pieces
from hrss12333.reading.formats.workbook_package import has_macros
from hrss12333.reading.grid import At, Book, Cell, FileProblem

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _STYLE, _TEXT, _OFFICE = (_NAMESPACE % name for name in ("table", "style", "text", "office"))
_ANNOTATION, _LINE = f"{_OFFICE}annotation", f"{_TEXT}p"
_SIGNS = {
    f"{_TEXT}tab": "\t",
    f"{_TEXT}line-break": "\n",
    **dict.fromkeys((f"{_TEXT}ruby-text", f"{_TEXT}note", _ANNOTATION), ""),
}
"""What stands for a sign, and what is not read."""
_FOOTERS = [f"{_STYLE}{place}{kind}" for place in ("header", "footer") for kind in ("", "-left", "-first")]
_MOST_BLANKS = 100
_RAISED = ("super", "sub", "33", "-33")
_HIDING_STYLES: dict[str, tuple[str, Callable[[str], bool]]] = {
    f"{_STYLE}text-line-through-style": (STRUCK, lambda setting: setting != "none"),
    f"{_STYLE}text-line-through-type": (STRUCK, lambda setting: setting != "none"),
    f"{_STYLE}text-position": (RAISED, lambda setting: setting.startswith(_RAISED)),
    f"{_TEXT}display": (HIDDEN, lambda setting: setting == "none"),
    f"{_TABLE}display": (HIDDEN, lambda setting: setting == "false"),
}
"""Attribute of a style's properties → the look of which it decides, and whether it gives it."""
_ERROR = lazy(r"(?:#[A-Z/0]+[!?A]?|Err:\d+|#N/A|错误:\d+|#NAME\?)$")
_REFERENCE = lazy(r"\[([^\[\]:]+)(?::([^\[\]]+))?\]")
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
    reader = _OdsReader()
    with refused():  # numbers that are none, cells in no sheet
        for part in filter(None, parts):
            follow(part, reader.starts, reader.ends)
    known = properties(package)
    return as_book(
        "ods",
        reader.sheets,
        reader.lists,
        lambda: b"Office" in package.read("meta.xml"),
        saved=known.saved,
        footers=tuple(dict.fromkeys(filter(None, reader.footers))),
        macros=has_macros(package),
        category=known.category,
        keywords=known.keywords,
    )


class _OdsReader:
    """Follows the elements of a workbook in their order: of the styles that all sheets share, then of the sheets."""

    def __init__(self) -> None:
        self.sheets: list[SheetBuilder] = []
        self.lists: list[str] = []
        self.footers: list[str] = []
        self.starts = {f"{_TABLE}table": self._begin_sheet, f"{_TABLE}table-row": self._begin_row}
        self.ends = {
            f"{_STYLE}style": self._style,
            f"{_TABLE}content-validation": self._validation,
            f"{_TABLE}table-column": self._read_column,
            f"{_TABLE}table-row": self._end_row,
            f"{_TABLE}table-cell": self._read_cell,
            f"{_TABLE}covered-table-cell": self._read_cell,
            **dict.fromkeys(_FOOTERS, self._footer),
        }
        self._looks: dict[str, frozenset[str]] = {}
        """Name of a style → how it looks."""
        self._room = Room()
        self._row = self._column = self._times = 0
        """Where the cell stands that comes next, and how often its row is repeated."""
        self._columns: list[tuple[range, frozenset[str]]] = []
        """How the cells of columns look that say nothing themselves."""

    def _style(self, style: Any) -> None:
        """Where a style says nothing, the one that it is derived from decides."""
        look = self._look(style, f"{_STYLE}parent-style-name")
        for name, setting in (item for each in style for item in each.items() if item[0] in _HIDING_STYLES):
            kind, gives = _HIDING_STYLES[name]
            look = look | {kind} if gives(setting) else look - {kind}
        self._looks[style.get(f"{_STYLE}name", "")] = look

    def _look(self, element: Any, name: str = f"{_TABLE}style-name") -> frozenset[str]:
        return self._looks.get(element.get(name, ""), frozenset())

    def _validation(self, element: Any) -> None:
        if found := _LIST.search(element.get(f"{_TABLE}condition", "")):
            self.lists.append(plain_formula(f"={found[1]}"))

    def _footer(self, element: Any) -> None:
        self.footers.append(" ".join(" ".join(element.itertext()).split()))

    def _begin_sheet(self, element: Any) -> None:
        name, is_hidden = element.get(f"{_TABLE}name", ""), HIDDEN in self._look(element)
        self.sheets.append(SheetBuilder(name, self._room, is_hidden))
        self._row, self._columns = 0, []

    def _read_column(self, element: Any) -> None:
        first = self._columns[-1][0].stop if self._columns else 0
        place = range(first, first + _repetitions(element, "columns-repeated"))
        self._columns.append((place, self._look(element, f"{_TABLE}default-cell-style-name")))
        if _is_hidden(element):
            self.sheets[-1].hidden_columns.append(place)

    def _begin_row(self, element: Any) -> None:
        self._column, self._times = 0, _repetitions(element, "rows-repeated")

    def _end_row(self, element: Any) -> None:
        last = min(self._row + self._times, len(self.sheets[-1].rows))
        if _is_hidden(element):
            self.sheets[-1].hidden_rows.update(range(self._row, last))
        self._row += self._times
        element.clear()

    def _read_cell(self, element: Any) -> None:
        """A cell ends: it goes into the sheet as often as it is repeated, if it holds anything."""
        sheet, times = self.sheets[-1], _repetitions(element, "columns-repeated")
        look = self._look(element) if f"{_TABLE}style-name" in element.attrib else self._of_column()
        letters = read_letters(self._pieces(element, look & {STRUCK}))
        text = (letters.text or letters.removed).strip()
        formula = plain_formula(written) if (written := element.get(f"{_TABLE}formula")) else ""
        kinds = {value for name, value in element.items() if name.endswith("}value-type")}
        is_error = "error" in kinds or (formula and _ERROR.match(text))
        told = {"error": text or "#ERROR!"} if is_error else {"formula": formula}
        value = None if is_error else _cell_value(element, letters.text)
        comment = "\n".join("".join(line.itertext()) for line in element.iterfind(f"{_ANNOTATION}//{_LINE}")).strip()
        rows, columns = (_repetitions(element, f"{what}-spanned") for what in ("rows", "columns"))
        sheet.merge((self._row, self._column), rows, columns)
        for at in self._places(times) if value is not None or letters.removed or comment or any(told.values()) else ():
            if value is not None or letters.removed:
                sheet.put(at, value, letters)
                sheet.note_shown(at, value, text)
            sheet.note(at, comment=comment, **told)
        self._column += times
        element.clear()

    def _places(self, times: int) -> Iterator[At]:
        for row in range(self._row, self._row + self._times):
            for column in range(self._column, self._column + times):
                self._room.take(cells=1)
                yield row, column

    def _of_column(self) -> frozenset[str]:
        number = bisect_right(self._columns, self._column, key=lambda column: column[0].start) - 1
        return self._columns[number][1] if number >= 0 and self._column in self._columns[number][0] else frozenset()

    def _pieces(self, cell: Any, look: frozenset[str]) -> Iterator[Piece]:
        for number, line in enumerate(cell.iterfind(_LINE)):
            if number:
                yield "\n", (), ""
            yield from text_pieces(line, self._look_within, look)

    def _look_within(self, element: Any) -> Look:
        """How a part of a text looks, or what it stands for."""
        if element.tag == f"{_TEXT}s":
            blanks = _repetitions(element, "c", _TEXT)
            self._room.take(cells=blanks // _MOST_BLANKS)
            return " " * min(blanks, _MOST_BLANKS)
        return _SIGNS[element.tag] if element.tag in _SIGNS else self._look(element, f"{_TEXT}style-name")


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


def plain_formula(formula: str) -> str:
    """``of:=SUM([.C5:.C9])+[$附表2.D1]`` as ``=SUM(C5:C9)+'附表2'!D1``."""

    def reference(found: re.Match[str]) -> str:
        sheet, _, first = found[1].rpartition(".")
        name = sheet.strip("$'")
        last = f":{found[2].rpartition('.')[2]}" if found[2] else ""
        return (f"'{name}'!" if name else "") + first + last

    return "=" + _REFERENCE.sub(reference, formula.partition("=")[2])
