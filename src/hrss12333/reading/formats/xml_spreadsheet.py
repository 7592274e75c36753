"""XML Spreadsheet 2003, which office systems call .xls: one XML file, read element by element."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from hrss12333.model.filing import column_letters
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_COLUMN, MAX_ROW
from hrss12333.reading.files.package import damaged, follow, parse_time, too_large
from hrss12333.reading.formats.plain_text import MAX_TEXT, decoded
from hrss12333.reading.formats.sheet_builder import (
    RAISED,
    STRUCK,
    Room,
    SheetBuilder,
    as_book,
    as_number,
    text_pieces,
    what_remains,
)
from hrss12333.reading.grid import Book, Cell

_MICROSOFT = "{urn:schemas-microsoft-com:office:"
_SS = f"{_MICROSOFT}spreadsheet}}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_LOOKS = {f"{_HTML}S": {STRUCK}, f"{_HTML}Sup": {RAISED}, f"{_HTML}Sub": {RAISED}}
"""Tags of HTML that are in texts."""
_REFERENCE = lazy(r"(?<![\w\]])R(\[-?\d+\]|\d*)C(\[-?\d+\]|\d*)(?![\w(\[])")
_QUOTED = lazy(r"""("[^"]*"|'[^']*')""")


def read_xml_spreadsheet(data: bytes) -> Book:
    """Every worksheet."""
    if len(data) > MAX_TEXT * 2:
        raise too_large()
    known = data[:200].lower()
    if b"encoding" in known and b"utf" not in known:  # gb2312: expat knows it not
        text = decoded(data)
        data = ("<?xml version='1.0' encoding='utf-8'?>" + text[text.find("?>") + 2 :]).encode("utf-8", "replace")
    reader = _XmlReader()
    try:
        reader.read(data)
    except (ValueError, OverflowError, LookupError) as error:  # numbers that are none, cells in no sheet
        raise damaged() from error
    return as_book("xml", reader.sheets, saved=reader.saved)


class _XmlReader:
    """Follows the elements of a workbook in their order."""

    def __init__(self) -> None:
        self.sheets: list[SheetBuilder] = []
        self.saved: datetime | None = None
        self._struck: dict[str, bool] = {}
        """Style → whether it strikes out."""
        self._style = ""
        self._room = Room()
        self._row = self._column = self._next_column = 0

    def read(self, data: bytes) -> None:
        starts = {
            f"{_SS}Worksheet": self._begin_sheet,
            f"{_SS}Style": self._begin_style,
            f"{_SS}Row": self._begin_row,
        }
        ends = {
            f"{_SS}Worksheet": lambda sheet: sheet.clear(),
            f"{_SS}Font": self._font,
            f"{_SS}Column": self._read_columns,
            f"{_SS}Cell": self._read_cell,
            f"{_SS}Row": lambda row: row.clear(),
            f"{_MICROSOFT}excel}}Visible": self._visible,
            f"{_MICROSOFT}office}}LastSaved": self._last_saved,
        }
        follow(data, starts, ends)

    def _begin_style(self, element: Any) -> None:
        self._style = element.get(f"{_SS}ID", "")
        self._struck[self._style] = self._struck.get(element.get(f"{_SS}Parent", "Default"), False)

    def _font(self, element: Any) -> None:
        self._struck[self._style] = element.get(f"{_SS}StrikeThrough") == "1"

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
            self.sheets[-1].marks.hidden_rows.add(first)
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
        kind = data.get(f"{_SS}Type", "String") if data is not None else ""
        text = "".join(data.itertext()).strip() if data is not None else ""
        value: Cell = None
        removed = ""
        if text and kind == "String":
            remaining, removed = what_remains(text_pieces(data, lambda child: _LOOKS.get(child.tag, ())))
            value = remaining or None
        elif text and kind != "Error":
            value = _cell_value(kind, text)
        if value is not None or removed:
            sheet.put(at, value, removed)
        is_computed = data is None or (kind == "Number" and isinstance(value, int | float))
        comment = element.find(f"{_SS}Comment/{_SS}Data")
        sheet.note(
            at,
            error=text if kind == "Error" else None,
            formula=in_letters(element.get(f"{_SS}Formula", ""), *at) if is_computed else "",
            comment="" if comment is None else "".join(comment.itertext()).strip(),
            struck=bool(text) and kind != "Error" and self._struck.get(element.get(f"{_SS}StyleID", "Default"), False),
        )


def _cell_value(kind: str, text: str) -> Cell:
    if kind == "Number":
        return as_number(text)
    if kind == "Boolean":
        return text == "1"
    return (parse_time(text) if kind == "DateTime" else None) or text


def _attribute_number(element: Any, name: str, default: int = 0) -> int:
    text = element.get(f"{_SS}{name}")
    return default if text is None else min(max(int(text), 0), MAX_ROW + 1)


def in_letters(formula: str, row: int, column: int) -> str:
    """``=SUM(RC[1]:RC[3])`` in this cell as ``=SUM(D6:F6)``, as all other formulas are; as it is where it leads off the
    sheet."""

    def cell(found: re.Match[str]) -> str:
        down, across = (_position(written, own) for written, own in zip(found.groups(), (row, column), strict=True))
        if down < 1 or across < 1:
            raise ValueError(found[0])
        return f"{column_letters(across)}{down}"

    try:
        pieces = _QUOTED.split(formula)
        return "".join(piece if number % 2 else _REFERENCE.sub(cell, piece) for number, piece in enumerate(pieces))
    except ValueError:
        return formula


def _position(written: str, own: int) -> int:
    if written.startswith("["):
        return own + 1 + int(written[1:-1])
    return int(written) if written else own + 1
