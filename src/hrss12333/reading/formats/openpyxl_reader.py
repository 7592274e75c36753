"""What openpyxl tells of an .xlsx: the same record as `rich_reader` fills, thirty times as slow; and a few cells far apart.

It is asked where the other library refuses a workbook or is missing, in the child process only: it fills merged ranges
cell by cell, and its rows are as wide as the sheet claims to be. Of Strict OOXML it sees no sheets.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from hrss12333.reading.files.package import damaged
from hrss12333.reading.formats.conditional_marks import mark_by_condition
from hrss12333.reading.formats.looks import WHITE, Look, Run, colour, look, rich
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.workbook import Workbook, columns_of, footers_of, list_source, without_blank_end
from hrss12333.reading.grid import Box, Cell, Grid


def read_cells(data: bytes) -> Workbook:
    """All worksheets of a workbook.

    Raises:
        FileProblem: F001 where openpyxl sees no sheet. Whatever else goes wrong leaves as it is.
    """
    book, computed = _load(data, rich_text=True), _load(data, data_only=True)
    if not book.worksheets:
        raise damaged()
    names = {name: item.attr_text or "" for name, item in book.defined_names.items()}
    grids, footers = [], list[str]()
    for sheet in book.worksheets:
        grids.append(_grid(sheet, computed[sheet.title], names))
        for place in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
            item: Any = getattr(sheet, place)
            parts = (
                f"&{side[0].upper()}{text}"
                for side in ("left", "center", "right")
                if (text := getattr(item, side).text)
            )
            footers += footers_of(["".join(parts)])
    return Workbook(tuple(grids), tuple(dict.fromkeys(footers)))


def _grid(sheet: Any, computed: Any, names: Mapping[str, str]) -> Grid:
    marks, rows = Marks(), list[list[Cell]]()
    looks: dict[int, Look] = {}
    for row, (cells, results) in enumerate(zip(sheet.iter_rows(), computed.iter_rows(), strict=True)):
        rows.append(
            [_value((row, column), *pair, marks, looks) for column, pair in enumerate(zip(cells, results, strict=True))]
        )
    lines = without_blank_end(rows)
    for row, line in enumerate(lines):
        if line.count("") == len(line):
            lines[row].clear()
    marks.hidden_rows = {row - 1 for row, item in sheet.row_dimensions.items() if item.hidden or item.height == 0}
    marks.hidden_columns = columns_of(
        (item.min - 1, item.max - 1) for item in sheet.column_dimensions.values() if item.hidden or item.width == 0
    )
    rules = (
        ([str(part) for part in block.sqref.ranges], rule.type, rule.operator, rule.formula, _differing(rule.dxf))
        for block in sheet.conditional_formatting
        for rule in block.rules
    )
    mark_by_condition(marks, lines, rules)
    lists = [
        source
        for item in sheet.data_validations.dataValidation
        if item.type == "list"
        for source in list_source(item.formula1, names)
    ]
    merges = tuple(
        Box(box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1) for box in sheet.merged_cells.ranges
    )
    return marks.on(Grid(sheet.title, lines, sheet.sheet_state != "visible", merges, lists=tuple(dict.fromkeys(lists))))


def _value(at: tuple[int, int], cell: Any, result: Any, marks: Marks, looks: dict[int, Look]) -> Cell:
    """A cell's value; what else it says goes into the marks."""
    if getattr(cell, "comment", None):
        marks.comments[at] = cell.comment.text.strip()
    if result.data_type == "e":
        marks.errors[at] = str(result.value or "#ERROR!")
        return ""
    value = _known(result.value)
    if cell.data_type == "f" and (value != "" or result.data_type != "s"):  # else calculated, to an empty text
        text = getattr(cell.value, "text", cell.value) or ""
        marks.formulas[at] = f"={text.lstrip('=').strip()}"
    runs = cell.value if isinstance(cell.value, CellRichText) else None
    if value == "" or not (cell.has_style or runs):
        return value
    its = looks.get(cell._style) or looks.setdefault(cell._style, _look(cell))
    return marks.look(at, value, its, rich(map(_run, runs)) if runs else None)


def _known(value: object) -> Cell:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()  # as the other reader gives it
    return value if isinstance(value, str | int | float | datetime | date | time | timedelta) else ""


def _look(cell: Any) -> Look:
    font, fill = _font(cell.font), cell.fill
    pattern = getattr(fill, "patternType", None)
    ground = colour(_colour(fill.fgColor)) if pattern == "solid" else ""
    return look(
        struck=font["strike"],
        letters=colour(font["color"]),
        ground=WHITE if pattern in (None, "none") else ground,
        code=cell.number_format or "",
    )


def _run(part: str | TextBlock) -> Run:
    if isinstance(part, str):
        return Run(part)
    font = part.font
    return Run(
        part.text,
        bool(font.strike),
        colour(_colour(font.color), of_letters=True),
        font.vertAlign in ("superscript", "subscript"),
    )


def _font(font: Any) -> dict[str, Any]:
    return {"strike": bool(font and font.strike), "color": _colour(font.color) if font else None}


def _differing(style: Any) -> dict[str, Any]:
    return {"font": _font(style.font), "fill": style.fill} if style else {}


def _colour(said: Any) -> dict[str, Any] | None:
    return {said.type: said.value, "tint": said.tint} if said is not None else None


def read_sparse(data: bytes) -> tuple[Grid, ...]:
    """The values of a few cells far from one another: what is held is the cells, not the rectangle around them all."""
    book = _load(data, read_only=True, data_only=True)
    grids = []
    for title in book.sheetnames:
        sheet: Any = book[title]
        sheet.reset_dimensions()
        cells = tuple([_known(cell.value) if cell.data_type != "e" else "" for cell in row] for row in sheet.rows)
        grids.append(Grid(title, cells, sheet.sheet_state != "visible"))
    if not grids:
        raise damaged()
    return tuple(grids)


def _load(data: bytes, **options: bool) -> Book:
    with warnings.catch_warnings(action="ignore"):  # it warns on stderr of what it leaves out
        return load_workbook(BytesIO(data), keep_links=False, **options)
