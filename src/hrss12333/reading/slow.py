"""The slow readers: for whole and well-formed files that the fast one refuses. They run in the child process only.

It gives up on an .xlsx with a sheet of a kind it does not know, and on an .ods whose XML is indented. A file that is
damaged is not tried here: half of it would be read as if it were all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hrss12333.reading.grid import Box, Cell, Grid
from hrss12333.reading.package import Package, damaged

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def slow_xlsx(data: bytes) -> tuple[Grid, ...]:
    """All worksheets of an .xlsx, by openpyxl.

    Raises:
        FileProblem: F001 where it sees no sheet. Whatever else goes wrong leaves as it is.
    """
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(data), data_only=True)
    if not book.worksheets:
        raise damaged()
    return tuple(
        Grid(
            name=sheet.title,
            cells=tuple([_shown(cell) for cell in row] for row in sheet.iter_rows()),
            hidden=sheet.sheet_state != "visible",
            merges=tuple(
                Box(box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1)
                for box in sheet.merged_cells.ranges
            ),
        )
        for sheet in book.worksheets
    )


def _shown(cell: Any) -> Cell:
    """A cell as the fast reader would give it: blank where an error stands."""
    value = cell.value
    known = isinstance(value, str | int | float | datetime | date | time | timedelta)
    return value if known and cell.data_type != "e" else ""


def slow_ods(data: bytes) -> tuple[Grid, ...]:
    """All tables of an .ods.

    Raises:
        FileProblem: F001 where there is none. Whatever else goes wrong leaves as it is.
    """
    from defusedxml.ElementTree import fromstring

    root = fromstring(Package(data).read("content.xml"), forbid_dtd=True)
    hidden = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        if any(child.get(f"{_TABLE}display") == "false" for child in style)
    }
    grids = tuple(
        Grid(table.get(f"{_TABLE}name", ""), tuple(_rows(table)), table.get(f"{_TABLE}style-name") in hidden)
        for table in root.iter(f"{_TABLE}table")
    )
    if not grids:
        raise damaged()
    return grids


def _rows(table: Element) -> Iterator[list[Cell]]:
    """Rows up to the last filled one; blank ones at the end may be repeated a million times."""
    blank = 0
    for element in table.iter(f"{_TABLE}table-row"):
        row: list[Cell] = []
        gap = 0
        for cell in element:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            times, value = int(cell.get(f"{_TABLE}number-columns-repeated", "1")), _value(cell)
            if value == "":
                gap += times
            else:
                row += [""] * gap + [value] * times
                gap = 0
        times = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
        if not row:
            blank += times
            continue
        yield from ([] for _ in range(blank))
        yield from (list(row) for _ in range(times))
        blank = 0


def _value(cell: Element) -> Cell:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if any(key.endswith("}value-type") and value == "error" for key, value in cell.items()):
        return ""
    if kind in ("float", "percentage", "currency"):
        return float(cell.get(f"{_OFFICE}value", "nan"))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        text = cell.get(f"{_OFFICE}date-value", "")
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text
    return "\n".join("".join(_text(paragraph)) for paragraph in cell.findall(f"{_TEXT}p"))


def _text(element: Element) -> Iterator[str]:
    """Text of a paragraph with its spaces and tabs; the guard has bounded how many spaces one may stand for."""
    if element.tag == f"{_TEXT}s":
        yield " " * int(element.get(f"{_TEXT}c", "1"))
    elif element.tag == f"{_TEXT}tab":
        yield "\t"
    elif element.tag == f"{_TEXT}line-break":
        yield "\n"
    yield element.text or ""
    for child in element:
        yield from _text(child)
        yield child.tail or ""
