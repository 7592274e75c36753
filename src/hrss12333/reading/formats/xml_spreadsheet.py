"""XML Spreadsheet 2003, which office systems call .xls: one XML file, read element by element."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from hrss12333.model.filing import column_letters
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_COLUMN, MAX_ROW
from hrss12333.reading.files.document_properties import parse_time
from hrss12333.reading.files.package import damaged, refused, too_large
from hrss12333.reading.files.xml_events import follow
from hrss12333.reading.formats.marks import RAISED, STRUCK, Letters, read_letters
from hrss12333.reading.formats.plain_text import MAX_TEXT, decoded
from hrss12333.reading.formats.sheet_builder import Room, SheetBuilder, as_book, as_number, text_pieces
from hrss12333.reading.grid import Book, Cell

_MICROSOFT = "{urn:schemas-microsoft-com:office:"
_SS = f"{_MICROSOFT}spreadsheet}}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_PLAIN, _STRUCK, _RAISED = frozenset[str](), frozenset((STRUCK,)), frozenset((RAISED,))
_LOOKS = {f"{_HTML}S": _STRUCK, f"{_HTML}Sup": _RAISED, f"{_HTML}Sub": _RAISED}
"""Tags of HTML that are in texts."""
_REFERENCE = lazy(r"""("[^"]*"|'[^']*')|(?<![\w\]])R(\[-?\d+\]|\d*)C(\[-?\d+\]|\d*)(?![\w(\[])""")
"""What is quoted, in which nothing is meant, or a cell."""


def read_xml_spreadsheet(data: bytes) -> Book:
    """Every worksheet."""
    if len(data) > MAX_TEXT * 2:
        raise too_large()
    known = data[:200].lower()
    if b"encoding" in known and b"utf" not in known:  # gb2312: expat knows it not
        text = decoded(data)
        data = ("<?xml version='1.0' encoding='utf-8'?>" + text[text.find("?>") + 2 :]).encode("utf-8", "replace")
    reader = _XmlReader()
    with refused():  # numbers that are none, cells in no sheet
        follow(data, reader.starts, reader.ends)
    return as_book("xml", reader.sheets, saved=reader.saved)


class _XmlReader:
    """Follows the elements of a workbook in their order."""

    def __init__(self) -> None:
        self.sheets: list[SheetBuilder] = []
        self.saved: datetime | None = None
        self.starts = {
            f"{_SS}Worksheet": self._begin_sheet,
            f"{_SS}Style": self._begin_style,
            f"{_SS}Row": self._begin_row,
        }
        self.ends = {
            f"{_SS}Worksheet": lambda sheet: sheet.clear(),
            f"{_SS}Font": self._font,
            f"{_SS}Column": self._read_columns,
            f"{_SS}Cell": self._read_cell,
            f"{_SS}Row": lambda row: row.clear(),
            f"{_MICROSOFT}excel}}Visible": self._visible,
            f"{_MICROSOFT}office}}LastSaved": self._last_saved,
        }
        self._looks: dict[str, frozenset[str]] = {}
        """Style → how the letters of a cell look."""
        self._style = ""
        self._room = Room()
        self._row = self._column = self._next_column = 0

    def _begin_style(self, element: Any) -> None:
        self._style = element.get(f"{_SS}ID", "")
        self._looks[self._style] = self._look(element, "Parent")

    def _look(self, element: Any, name: str) -> frozenset[str]:
        return self._looks.get(element.get(f"{_SS}{name}", "Default"), _PLAIN)

    def _font(self, element: Any) -> None:
        self._looks[self._style] = _STRUCK if element.get(f"{_SS}StrikeThrough") == "1" else _PLAIN

    def _last_saved(self, element: Any) -> None:
        self.saved = parse_time((element.text or "").strip())

    def _visible(self, element: Any) -> None:
        self.sheets[-1].hidden = "Hidden" in (element.text or "")

    def _begin_sheet(self, element: Any) -> None:
        self.sheets.append(SheetBuilder(element.get(f"{_SS}Name", ""), self._room))
        self._row, self._next_column = -1, 0

    def _read_columns(self, element: Any) -> None:
        first = _attribute_number(element, "Index", self._next_column + 1) - 1
        if first < self._next_column:
            raise too_large()
        self._next_column = first + 1 + _attribute_number(element, "Span")
        if self._next_column > MAX_COLUMN:
            raise too_large()
        if element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}Width") == "0":
            self.sheets[-1].hidden_columns.append(range(first, self._next_column))

    def _begin_row(self, element: Any) -> None:
        """A row begins: the next one, or the one that it names itself, which must lie below."""
        first = _attribute_number(element, "Index", self._row + 2) - 1
        if not self._row < first < MAX_ROW:
            raise too_large()
        if element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}Height") == "0":
            self.sheets[-1].hidden_rows.add(first)
        self._row, self._column = first + _attribute_number(element, "Span"), -1

    def _read_cell(self, element: Any) -> None:
        """A cell ends: what it holds goes into the sheet; an error, or a formula without a result, leaves it blank."""
        column = _attribute_number(element, "Index", self._column + 2) - 1
        across, down = _attribute_number(element, "MergeAcross"), _attribute_number(element, "MergeDown")
        if self._row < 0:
            raise damaged()  # a cell in no row
        if not self._column < column < MAX_COLUMN:
            raise too_large()
        self._column = column + across
        at, sheet, data = (self._row, column), self.sheets[-1], element.find(f"{_SS}Data")
        sheet.merge(at, down + 1, across + 1)
        kind = "" if data is None else data.get(f"{_SS}Type", "String")
        text, comment = map(_text_of, (data, element.find(f"{_SS}Comment/{_SS}Data")))
        sheet.note(at, comment=comment)
        if kind == "Error":
            sheet.note(at, error=text or "#ERROR!")
        elif data is None or (kind == "Number" and text):
            sheet.note(at, formula=in_letters(element.get(f"{_SS}Formula", ""), *at))
        if text and kind != "Error":
            look = self._look(element, "StyleID")
            letters = read_letters(text_pieces(data, lambda child: _LOOKS.get(child.tag, _PLAIN), look))
            sheet.put(at, _cell_value(kind, text, letters), letters)


def _text_of(element: Any) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _cell_value(kind: str, text: str, letters: Letters) -> Cell:
    if kind == "Number":
        return as_number(text)
    if kind == "Boolean":
        return text == "1"
    return (parse_time(text) if kind == "DateTime" else None) or letters.text or None


def _attribute_number(element: Any, name: str, default: int = 0) -> int:
    text = element.get(f"{_SS}{name}")
    return default if text is None else min(max(int(text), 0), MAX_ROW + 1)


def in_letters(formula: str, row: int, column: int) -> str:
    """``=SUM(RC[1]:RC[3])`` in this cell as ``=SUM(D6:F6)``, as all other formulas are; as it is where it leads off the
    sheet."""

    def cell(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        down, across = (
            own + int(written[1:-1]) if written[:1] == "[" else int(written or own)
            for written, own in ((found[2], row + 1), (found[3], column + 1))
        )
        if down < 1 or across < 1:
            raise ValueError(found[0])
        return f"{column_letters(across)}{down}"

    try:
        return _REFERENCE.sub(cell, formula)
    except ValueError:
        return formula
