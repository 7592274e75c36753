"""XML Spreadsheet 2003, which office systems call .xls: one XML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hrss12333.model.filing import column_letters
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_COLUMN, MAX_ROW
from hrss12333.reading.files.package import damaged, parse_time, parsed, refused, too_large
from hrss12333.reading.formats.formula import sifted
from hrss12333.reading.formats.marks import RAISED, STRUCK, Letters, read_letters
from hrss12333.reading.formats.plain_text import MAX_TEXT, decoded
from hrss12333.reading.formats.sheet_builder import Room, SheetBuilder, as_number, text_pieces
from hrss12333.reading.grid import At, Book, Cell, Grid

_MICROSOFT = "{urn:schemas-microsoft-com:office:"
_SS = f"{_MICROSOFT}spreadsheet}}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_PLAIN_LETTERS, _STRUCK_LETTERS, _RAISED_LETTERS = frozenset[str](), frozenset((STRUCK,)), frozenset((RAISED,))
_LETTERS_OF_TAG = {f"{_HTML}S": _STRUCK_LETTERS, f"{_HTML}Sup": _RAISED_LETTERS, f"{_HTML}Sub": _RAISED_LETTERS}
"""Tags of HTML that are in texts."""
_R1C1_REFERENCE = lazy(r"""("[^"]*"|'[^']*')|(?<![\w\]])R(\[-?\d+\]|\d*)C(\[-?\d+\]|\d*)(?![\w(\[])""")
"""What is quoted, in which nothing is meant, or a cell."""


def read_xml_spreadsheet(data: bytes) -> Book:
    """Every worksheet."""
    if len(data) > MAX_TEXT * 2:
        raise too_large()
    known = data[:200].lower()
    if b"encoding" in known and b"utf" not in known:  # gb2312: expat knows it not
        text = decoded(data)
        data = ("<?xml version='1.0' encoding='utf-8'?>" + text[text.find("?>") + 2 :]).encode("utf-8", "replace")
    with refused():  # numbers that are none
        root = parsed(data)
        looks: dict[str, frozenset[str]] = {}
        for style in root.iter(f"{_SS}Style"):
            look, font = looks.get(style.get(f"{_SS}Parent", "Default"), _PLAIN_LETTERS), style.find(f"{_SS}Font")
            if font is not None:
                look = _STRUCK_LETTERS if font.get(f"{_SS}StrikeThrough") == "1" else _PLAIN_LETTERS
            looks[style.get(f"{_SS}ID", "")] = look
        room = Room()
        grids = [_grid(worksheet, looks, room) for worksheet in root.iterfind(f"{_SS}Worksheet")]
        saved = parse_time(_element_text(root.find(f".//{_MICROSOFT}office}}LastSaved")))
    return Book("xml", sifted(grids), saved=saved)


def _grid(worksheet: Any, looks: Mapping[str, frozenset[str]], room: Room) -> Grid:
    is_hidden = "Hidden" in _element_text(worksheet.find(f".//{_MICROSOFT}excel}}Visible"))
    sheet, row, column = SheetBuilder(worksheet.get(f"{_SS}Name", ""), room, is_hidden), -1, 0
    if worksheet.find(f"{_SS}Table/{_SS}Cell") is not None:
        raise damaged()  # a cell in no row
    for element in worksheet.iterfind(f"{_SS}Table/{_SS}Column"):
        first = _attribute_number(element, "Index", column + 1) - 1
        if first < column or first >= MAX_COLUMN:
            raise too_large()
        column = min(first + 1 + _attribute_number(element, "Span"), MAX_COLUMN)
        if element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}Width") == "0":
            sheet.hidden_columns.append(range(first, column))
    for element in worksheet.iterfind(f"{_SS}Table/{_SS}Row"):
        # The next one, or the one that it names itself, which must lie below.
        first = _attribute_number(element, "Index", row + 2) - 1
        if not row < first < MAX_ROW:
            raise too_large()
        if element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}Height") == "0":
            sheet.hidden_rows.add(first)
        column, row = -1, first + _attribute_number(element, "Span")
        for cell in element.iterfind(f"{_SS}Cell"):
            first = _attribute_number(cell, "Index", column + 2) - 1
            if not column < first < MAX_COLUMN:
                raise too_large()
            column = first + _attribute_number(cell, "MergeAcross")
            sheet.merge((row, first), _attribute_number(cell, "MergeDown") + 1, column - first + 1)
            _read_cell(cell, (row, first), sheet, looks.get(cell.get(f"{_SS}StyleID", "Default"), _PLAIN_LETTERS))
    return sheet.grid()


def _read_cell(cell: Any, at: At, sheet: SheetBuilder, look: frozenset[str]) -> None:
    """What a cell holds goes into the sheet; an error, or a formula without a result, leaves it blank."""
    data = cell.find(f"{_SS}Data")
    kind = "" if data is None else data.get(f"{_SS}Type", "String")
    text, comment = map(_element_text, (data, cell.find(f"{_SS}Comment/{_SS}Data")))
    sheet.note(at, comment=comment)
    if kind == "Error":
        sheet.note(at, error=text or "#ERROR!")
    elif data is None or (kind == "Number" and text):
        sheet.note(at, formula=_in_letters(cell.get(f"{_SS}Formula", ""), *at))
    if text and kind != "Error":
        letters = read_letters(text_pieces(data, lambda child: _LETTERS_OF_TAG.get(child.tag, _PLAIN_LETTERS), look))
        sheet.put(at, _cell_value(kind, text, letters), letters)


def _element_text(element: Any) -> str:
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


def _in_letters(formula: str, row: int, column: int) -> str:
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
        return _R1C1_REFERENCE.sub(cell, formula)
    except ValueError:
        return formula
