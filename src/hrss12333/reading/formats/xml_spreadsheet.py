"""XML Spreadsheet 2003, which office systems call .xls: one XML file, read element by element."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from hrss12333.model.problem import Problem
from hrss12333.reading.files.document_properties import parse_time
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.files.xml_events import elements
from hrss12333.reading.formats.coloured_text import is_unseen
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.plain_text import MAX_TEXT, decoded
from hrss12333.reading.formats.stale_formulas import is_suspect, sifted
from hrss12333.reading.formats.xml_formulas import in_letters
from hrss12333.reading.formats.xml_texts import WHITE, read_text
from hrss12333.reading.grid import At, Book, Box, Cell, FileProblem, Grid, Unseen, UnseenCells, UnseenSheets

_MOST_CELLS = 1_000_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_DEEPEST = 100
_BLANK: list[Cell] = []
"""The rows in between that hold nothing."""
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_NAMED_FORMATS = {
    "Percent": "0%",
    "Yes/No": '"是";"是";"否"',
    "True/False": '"真";"真";"假"',
    "On/Off": '"开";"开";"关"',
}


def read_xml_spreadsheet(data: bytes) -> Book:
    """Every worksheet.

    Raises:
        FileProblem: F001 where it is not well-formed, F004 where it is too large or declares entities.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException

    if len(data) > MAX_TEXT * 2:
        raise too_large()
    reader = _Reader()
    try:
        reader.read(_elements(data))
    except DefusedXmlException as error:
        raise FileProblem(Problem.TOO_LARGE, _ENTITIES) from error
    except (ParseError, ValueError, OverflowError) as error:
        raise damaged() from error
    grids, stale = sifted(reader.grids, reader.suspects, calculated=reader.calculated)

    def unseen(sheet: str) -> UnseenCells:
        return reader.unseen.get(sheet, {}) | stale.get(sheet, {})

    return Book("xml", grids, unseen_in=unseen, saved=reader.saved)


_ENTITIES = "文件的XML中含有外部定义（DTD），可能会耗尽内存，为安全起见没有读取。请在Excel或WPS中另存为.xlsx再报送。"


def _elements(data: bytes) -> Iterator[tuple[str, Any]]:
    known = data[:200].lower()
    if b"encoding" in known and b"utf" not in known:  # gb2312: expat knows it not
        text = decoded(data)
        data = ("<?xml version='1.0' encoding='utf-8'?>" + text[text.find("?>") + 2 :]).encode("utf-8", "replace")
    yield from elements(data, "start", "end")


class _Style(Struct):
    """What a style says that changes what a cell says."""

    struck: bool = False
    code: str = ""
    letters: str = ""
    ground: str = ""

    @property
    def invisible(self) -> bool:
        """Letters in the colour of what is behind them; white on nothing, too."""
        return is_unseen(self.letters, self.ground or WHITE)


class _Sheet(Struct):
    """A worksheet while it is read."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    hidden: bool = False
    marks: Marks = field(default_factory=Marks)
    hidden_columns: list[range] = field(default_factory=list)


class _Reader:
    """Follows the elements of a workbook in their order."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.unseen: UnseenSheets = {}
        self.suspects: dict[str, dict[At, str]] = {}
        """Sheet name → cell → a formula whose stored value may not be what it computes."""
        self.calculated = False
        self.saved: datetime | None = None
        self._styles: dict[str, _Style] = {}
        self._style = _Style()
        self._sheet = _Sheet("")
        self._row = self._column = self._next_column = 0
        self._cells = 0

    def read(self, elements: Iterator[tuple[str, Any]]) -> None:
        """The whole workbook."""
        starts = {"Worksheet": self._begin_sheet, "Style": self._begin_style, "Row": self._begin_row}
        ends = {
            "Worksheet": self._end_sheet,
            "Font": self._font,
            "Interior": self._interior,
            "NumberFormat": self._number_format,
            "Column": self._columns,
            "Cell": self._cell,
            "Row": lambda row: row.clear(),
            "Visible": self._visible,
            "LastSaved": self._last_saved,
        }
        depth = 0
        for event, element in elements:
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise too_large()
            name = element.tag.rpartition("}")[2]
            work = (starts if event == "start" else ends).get(name)
            if work:
                work(element)

    def _begin_style(self, element: Any) -> None:
        parent = self._styles.get(element.get(f"{_SS}Parent", "Default"), _Style())
        self._style = _Style(parent.struck, parent.code, parent.letters, parent.ground)
        self._styles[element.get(f"{_SS}ID", "")] = self._style

    def _font(self, element: Any) -> None:
        if element.tag == f"{_SS}Font":
            self._style.struck = element.get(f"{_SS}StrikeThrough") == "1"
            self._style.letters = element.get(f"{_SS}Color", "").upper()

    def _interior(self, element: Any) -> None:
        if element.get(f"{_SS}Pattern", "None") != "None":
            self._style.ground = element.get(f"{_SS}Color", "").upper()

    def _number_format(self, element: Any) -> None:
        code = element.get(f"{_SS}Format", "")
        self._style.code = _NAMED_FORMATS.get(code, code)

    def _last_saved(self, element: Any) -> None:
        self.saved = parse_time((element.text or "").strip())

    def _visible(self, element: Any) -> None:
        self._sheet.hidden = (element.text or "").startswith("SheetHidden") or "Hidden" in (element.text or "")

    def _begin_sheet(self, element: Any) -> None:
        self._sheet = _Sheet(element.get(f"{_SS}Name", ""))
        self._row, self._next_column = -1, 0

    def _end_sheet(self, element: Any) -> None:
        sheet = self._sheet
        width = max(map(len, sheet.rows), default=0)
        sheet.marks.hidden_columns.update(*(each[: max(width - each.start, 0)] for each in sheet.hidden_columns))
        self.grids.append(sheet.marks.on(Grid(sheet.name, tuple(sheet.rows), sheet.hidden, tuple(sheet.boxes))))
        element.clear()

    def _columns(self, element: Any) -> None:
        first = _number(element, "Index", self._next_column + 1) - 1
        if first < self._next_column:
            raise too_large()
        self._next_column = first + 1 + _number(element, "Span", 0)
        if self._next_column > _MOST_COLUMNS:
            raise too_large()
        if element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}Width") == "0":
            self._sheet.hidden_columns.append(range(first, self._next_column))

    def _begin_row(self, element: Any) -> None:
        """A row begins: the next one, or the one that it names itself, which must lie below."""
        first = _number(element, "Index", self._row + 2) - 1
        if not self._row < first < _MOST_ROWS:
            raise too_large()
        self._row, self._column = first, -1
        if element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}Height") == "0":
            self._sheet.marks.hidden_rows.add(first)
        if element.get(f"{_SS}Span"):
            self._row += _number(element, "Span", 0)

    def _cell(self, element: Any) -> None:
        """A cell ends: its value goes into the row, what its style and its comment say into the marks of the sheet."""
        column = _number(element, "Index", self._column + 2) - 1
        across, down = _number(element, "MergeAcross", 0), _number(element, "MergeDown", 0)
        if self._row < 0:
            raise damaged()  # a cell in no row
        if not self._column < column < _MOST_COLUMNS:
            raise too_large()
        self._column = column + across
        at = (self._row, column)
        style = self._styles.get(element.get(f"{_SS}StyleID", "Default"), _Style())
        value = self._value(element, at, style)
        if across or down:
            self._sheet.boxes.append(Box(*at, self._row + down, column + across))
        if value is None:
            return
        marks = self._sheet.marks
        if style.struck:
            marks.struck[at] = None
        if style.invisible:
            marks.invisible.add(at)
        marks.note_format(at, value, style.code)
        comment = element.find(f"{_SS}Comment/{_SS}Data")
        if comment is not None:
            marks.comments[at] = "".join(comment.itertext()).strip()
        rows = self._sheet.rows
        if len(rows) <= self._row:
            self._cells += self._row - len(rows)
            rows += [_BLANK] * (self._row - len(rows))
            rows.append([])
        row = rows[self._row]
        row += [None] * (column - len(row))
        row.append(value)
        self._cells += len(row)
        if self._cells > _MOST_CELLS * 8:
            raise too_large()

    def _value(self, element: Any, at: At, style: _Style) -> Cell:
        """What a cell holds; an error, or a formula without a result, is kept for the second look, and the cell
        blank."""
        data = element.find(f"{_SS}Data")
        formula = in_letters(element.get(f"{_SS}Formula", ""), *at)
        kind = data.get(f"{_SS}Type", "String") if data is not None else ""
        text = "".join(data.itertext()) if data is not None else ""
        if kind == "Error":
            self._see(at, Unseen(error=text.strip() or "#ERROR!"))
            return None
        if not text.strip():
            if formula and data is None:
                self._see(at, Unseen(formula=formula))
            return None
        if kind == "Number":
            number = float(text)
            if formula and is_suspect(formula, number):
                self.suspects.setdefault(self._sheet.name, {})[at] = formula
            self.calculated |= bool(formula and number)
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
        if kind == "Boolean":
            return text.strip() == "1"
        if kind == "DateTime":
            return parse_time(text.strip()) or text
        read, gone = read_text(data, style.letters, style.ground or WHITE)
        if gone:
            self._sheet.marks.struck[at] = read or None
        return read or text

    def _see(self, at: At, unseen: Unseen) -> None:
        self.unseen.setdefault(self._sheet.name, {})[at] = unseen


def _number(element: Any, name: str, default: int) -> int:
    text = element.get(f"{_SS}{name}")
    return default if text is None else min(max(int(text), 0), _MOST_ROWS + 1)
