"""What stands in cells that the fast reader shows as blank: errors such as #REF!, and formulas never calculated.

Asked only where a value is due and the cell looks blank, so it may be slow; it is done once a book. It never fails: a
part that cannot be read hides nothing that could be named.

.xlsx is scanned here rather than with openpyxl, which sees no sheets in Strict OOXML and fills every cell of a merged
range, be it a million; its translator of shared formulas is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from hrss12333.reading.grid import FileProblem, SecondLook, Unseen
from hrss12333.reading.package import Package
from hrss12333.reading.xlsb import error_cells

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Cells = dict[tuple[int, int], Unseen]
Sheets = dict[str, Cells]

_MOST_FORMULAS = 200_000
_WORTH_LOOKING = re.compile(rb"""<(?:[\w.-]+:)?f[\s/>]|\st\s*=\s*["']e["']""")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_ODS_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_ODS_ERROR = re.compile(r"(?:#[A-Z/0]+[!?A]?|Err:\d+|#N/A|错误:\d+|#NAME\?)$")


def _lazily(read: Callable[[], Sheets]) -> SecondLook:
    """Read once, on the first question; a failure means that nothing is known."""

    @cache
    def sheets() -> Sheets:
        try:
            return read()
        except (FileProblem, ValueError, LookupError, SyntaxError, ArithmeticError, RecursionError, OSError):
            return {}  # SyntaxError: ParseError of the XML is one

    return lambda sheet: sheets().get(sheet, {})


def xlsx_second_look(data: bytes) -> SecondLook:
    """Of an .xlsx or .xlsm that the guard has let through."""
    return _lazily(lambda: _xlsx(Package(data)))


def xlsb_second_look(data: bytes) -> SecondLook:
    """Of an .xlsb that the guard has let through; only errors: its formulas always have a value."""

    def read() -> Sheets:
        package = Package(data)
        return error_cells(package, _relations(package, "xl/workbook.bin"))

    return _lazily(read)


def known_errors(sheets: dict[str, list[tuple[int, int, str]]]) -> SecondLook:
    """Of an .xls, whose errors were found when it was read: sheet → (row, column, error)."""
    known = {name: {(row, col): Unseen(error=text) for row, col, text in cells} for name, cells in sheets.items()}
    return lambda sheet: known.get(sheet, {})


def ods_second_look(data: bytes) -> SecondLook:
    """Of an .ods that the guard has let through."""
    return _lazily(lambda: _ods(Package(data).read("content.xml")))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    """An attribute by its local name: Strict and Transitional OOXML differ in the namespace alone."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _root(xml: bytes) -> Element:
    from defusedxml.ElementTree import fromstring

    root: Element = fromstring(xml, forbid_dtd=True)
    return root


def _events(xml: bytes) -> Iterator[tuple[str, Element]]:
    """Elements as they begin and end, in the order of the document."""
    from defusedxml.ElementTree import iterparse

    yield from iterparse(BytesIO(xml), events=("start", "end"), forbid_dtd=True)


def _relations(package: Package, part: str) -> dict[str, str]:
    """Id → target of a part's relations."""
    folder, _, file = part.rpartition("/")
    relations = _root(package.read(f"{folder}/_rels/{file}.rels"))
    return {_attribute(relation, "Id"): _attribute(relation, "Target") for relation in relations}


def _xlsx(package: Package) -> Sheets:
    workbook = next((name for name in ("xl/workbook.xml", "workbook.xml") if name in package), "")
    folder = workbook.rpartition("/")[0]
    targets = _relations(package, workbook)
    sheets: Sheets = {}
    for element in _root(package.read(workbook)).iter():
        if _local(element) == "sheet":
            target = targets.get(_attribute(element, "id"), "")
            part = target if target.startswith("/") else f"{folder}/{target}"
            sheets[element.get("name", "")] = _xlsx_sheet(package.read(part))
    return sheets


def _xlsx_sheet(xml: bytes) -> Cells:
    found: Cells = {}
    if not _WORTH_LOOKING.search(xml):
        return found
    masters: dict[str, tuple[str, str]] = {}
    row = column = -1
    for event, element in _events(xml):
        tag = _local(element)
        if tag == "row":
            if event == "start":
                number = element.get("r", "")
                row, column = int(number) - 1 if number.isdigit() else row + 1, -1
            else:
                element.clear()
        if tag != "c" or event == "start":
            continue
        address = _ADDRESS.match(element.get("r", ""))
        # Cells without an address follow one another.
        place = (int(address[2]) - 1, _column_index(address[1])) if address else (row, column + 1)
        column = place[1]
        parts = {_local(child): child for child in element}
        stored = (parts["v"].text or "") if "v" in parts else None
        formula = _formula(parts.get("f"), element.get("r", ""), masters)
        if element.get("t") == "e":
            found[place] = Unseen(error=stored or "#ERROR!")
        elif formula and not stored and not (element.get("t") == "str" and stored is not None) and "is" not in parts:
            found[place] = Unseen(formula=formula)
        if len(found) > _MOST_FORMULAS:
            break
        element.clear()
    return found


def _column_index(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _formula(element: Element | None, address: str, masters: dict[str, tuple[str, str]]) -> str:
    """The formula of a cell as ``=…``; a shared one moved to where it is used."""
    if element is None:
        return ""
    text = (element.text or "").strip()
    index = element.get("si", "") if element.get("t") == "shared" else ""
    if index and text:
        masters[index] = address, text
    elif index in masters:
        from openpyxl.formula.translate import Translator, TranslatorError

        origin, text = masters[index]
        try:
            return str(Translator(f"={text}", origin=origin).translate_formula(address))
        except (TranslatorError, ValueError, TypeError):
            return ""
    return f"={text.removeprefix('=')}" if text else ""


def _ods(xml: bytes) -> Sheets:
    sheets: Sheets = {}
    for table in _root(xml).iter():
        if _local(table) == "table" and (name := _attribute(table, "name")):
            sheets[name] = dict(_ods_cells(table))
    return sheets


def _ods_cells(table: Element) -> Iterator[tuple[tuple[int, int], Unseen]]:
    row = 0
    for element in table.iter():
        if _local(element) != "table-row":
            continue
        column = 0
        for cell in element:
            if _local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            unseen = _ods_unseen(cell)
            if unseen:
                yield (row, column), unseen
            column += _count(cell, "number-columns-repeated")
        row += _count(element, "number-rows-repeated")


def _count(element: Element, name: str) -> int:
    text = _attribute(element, name)
    return int(text) if text.isdigit() else 1


def _ods_unseen(cell: Element) -> Unseen | None:
    formula = _attribute(cell, "formula")
    kinds = {value for key, value in cell.items() if key.rpartition("}")[2] == "value-type"}
    text = "".join(cell.itertext()).strip()
    if "error" in kinds or (formula and _ODS_ERROR.match(text)):
        return Unseen(error=text or "#ERROR!")
    if formula and not kinds and not text:
        return Unseen(formula=ods_formula(formula))
    return None


def ods_formula(text: str) -> str:
    """``of:=[.C5]+[.D5]`` as Excel writes it: ``=C5+D5``."""
    text = text.partition(":=")[2] if re.match(r"[a-z]+:=", text) else text.removeprefix("=")

    def reference(match: re.Match[str]) -> str:
        sheet, dot, cells = match[1].partition(".")
        return (f"{sheet.removeprefix('$')}!" if dot and sheet else "") + cells.replace(":.", ":")

    return "=" + _ODS_REFERENCE.sub(reference, text).replace(";", ",")
