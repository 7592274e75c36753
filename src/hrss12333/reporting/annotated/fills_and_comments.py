"""Our fill and our comment on the cells of a workbook, and how they are taken away again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.styles.fills import Fill
from openpyxl.worksheet.worksheet import Worksheet

from hrss12333.model.filing import Place
from hrss12333.model.finding import Severity
from hrss12333.patterns import lazy
from hrss12333.wording.typeset import wrap

AUTHOR = "12333审核"
SEPARATOR = "\n──审核意见──\n"
"""Between the sender's comment and ours below it."""
GROUNDS = {Severity.ERROR: "FFFFC7CD", Severity.QUERY: "FFFFEB9B"}
"""Fill of wrong cells; one shade off the colours that Excel itself offers, so that ours are known again."""
_CODE = lazy(r"_(?=x[0-9A-Fa-f]{4}_)")
_LOOKS = ("font", "fill", "border", "alignment", "number_format", "protection")
_BOX_CHARACTERS = 44
_BOX_PIXELS = 330
_LINE_PIXELS = 17


def shown_at(page: Worksheet, place: Place) -> Place:
    """The cell that shows what stands at a place: the first of its merged range, else itself."""
    for box in page.merged_cells.ranges:
        if box.min_row <= place.row <= box.max_row and box.min_col <= place.column <= box.max_col:
            return Place(place.sheet, box.min_row, box.min_col)
    return place


def escaped(text: str) -> str:
    """A text as a cell stores it: Excel takes _x000D_ for the character of this number, as it would in a file's name."""
    return _CODE.sub("_x005F_", text)


def unescaped(stored: str) -> str:
    """The reverse of `escaped`."""
    return stored.replace("_x005F_", "_")


def fill_and_comment(page: Worksheet, place: Place, severity: Severity, words: str) -> Fill:
    """Fill a cell and comment on it, below the comment that is there; returns the fill that was there."""
    cell = _cell_at(page, place)
    former, words = fill_of(cell), escaped(words)
    cell.fill = PatternFill("solid", fgColor=GROUNDS[severity])
    present = cell.comment
    cell.comment = Comment(f"{present.text}{SEPARATOR}{words}", present.author) if present else Comment(words, AUTHOR)
    return former


def fill_of(cell: Cell | MergedCell) -> Fill:
    """The cell's fill, to be given to another."""
    return cast(Fill, copy(cell.fill))  # what a cell shows is a proxy; its copy is the fill itself


def clear_fills_and_comments(book: Workbook, fills: Mapping[tuple[str, str], Fill]) -> None:
    """Take away every comment and fill of an earlier audit; ``fills`` tells what stood at (sheet, cell) before."""
    for page in book.worksheets:
        for cell in _all_cells(page):
            if cell.fill.fgColor.rgb in GROUNDS.values():
                cell.fill = copy(fills.get((page.title, cell.coordinate), PatternFill()))
            comment = cell.comment
            if comment is not None and comment.author == AUTHOR:
                cell.comment = None
            elif comment is not None:
                comment.text = comment.text.partition(SEPARATOR.strip())[0].rstrip("\n")


def fit_comments(book: Workbook) -> None:
    """Size the box of every comment to its text: openpyxl knows no other size than its own."""
    for page in book.worksheets:
        for cell in _all_cells(page):
            if cell.comment is not None:
                lines = sum(len(wrap(line, _BOX_CHARACTERS)) for line in cell.comment.text.split("\n"))
                cell.comment.width, cell.comment.height = _BOX_PIXELS, _LINE_PIXELS * (lines + 1)


def _all_cells(page: Worksheet) -> Iterator[Cell | MergedCell]:
    """The cells that are there; `iter_rows` would make a million of them for a format far below the data."""
    yield from list(page._cells.values())


def _cell_at(page: Worksheet, place: Place) -> Cell:
    """The cell; a new one takes the format of its row or column, as it does when a person fills it."""
    _, row, column = place
    fresh = (row, column) not in page._cells
    cell: Cell = page[place.a1]
    if fresh:
        columns = [known for known in page.column_dimensions.values() if (known.min or 0) <= column <= (known.max or 0)]
        rows = [page.row_dimensions[row]] if row in page.row_dimensions else []
        for known in [*rows, *columns]:
            if known.has_style:
                for look in _LOOKS:
                    setattr(cell, look, copy(getattr(known, look)))
                break
    return cell
