"""Reads a national workbook's sheets back into figures: of last year's, of an earlier one of this year, of the one just
written. Columns are found by the keys that the workbook keeps in its own properties: headings are words of one year's forms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, field

from hrss12333.model import summary_lines
from hrss12333.model.errors import UsageStop, in_words
from hrss12333.model.national import NATION
from hrss12333.survey.schema import NO, TOTAL, YES, Column, Form, Kind, Scalar

if TYPE_CHECKING:
    from hrss12333.reading.grid import Values

Cells = Sequence[Sequence[Any]]
"""A sheet as stored values, row by row."""
_LARGEST_SUM = 1e300
"""No sum of counts: what is beyond, infinity and NaN too, is no figure."""
_SCHEMA = "hrss12333.national/1"
_LONGEST_PROPERTY = 255
"""Characters that Excel allows in a property."""
_MOST_ABOVE = 40
"""Rows among which a sheet's headings are looked for."""


class StoredColumn(NamedTuple):
    """A column of a sheet, counted from 1."""

    number: int
    key: str
    heading: str


class DetailRow(Struct, frozen=True):
    """One row of a 明细 sheet."""

    unit: str
    region: str | None
    values: Mapping[str, Scalar]
    """Field key → value, where it is one that the column can hold."""
    counted: bool
    questioned: frozenset[str] = frozenset()
    """Keys of its figures that are in open question."""


class Sheets(Struct, frozen=True):
    """The sheets of a workbook, with its own properties."""

    cells: Mapping[str, Cells]
    year: int | None = None
    """The year that it reports on; None where this tool did not write it."""
    unit: str = ""
    """Official name of the unit whose cities are listed; empty where units are."""
    stored: Mapping[str, Sequence[StoredColumn]] = field(default_factory=dict)
    """Name of a sheet → its columns."""

    def columns(self, sheet: str) -> tuple[int, dict[str, int]]:
        """The row below the sheet's headings, and key → column; none where the headings are not to be found."""
        cells, stored = self.cells.get(sheet, ()), self.stored.get(sheet, ())
        known = {each: "".join(each.heading.split()) for each in stored}  # without line breaks
        wanted = {*known.values()} - {""}
        for number, line in enumerate(cells[:_MOST_ABOVE] if wanted else ()):
            headings = ["".join(_text(cell).split()) for cell in line]
            if 2 * len(wanted.intersection(headings)) > len(wanted):
                # A column is where its heading went; where that is in none or several, where it was.
                sole = {text: at for at, text in enumerate(headings) if headings.count(text) == 1}
                places = {each.key: sole.get(heading, each.number - 1) for each, heading in known.items()}
                return number + 1, {key: at for key, at in places.items() if at < len(line)}
        return len(cells), {}


def open_national(path: Path, what: str, names: Sequence[str] | None = None) -> Sheets:
    """The sheets of a workbook, all or these; ``what``, Chinese, is what was looked for."""
    from hrss12333.reading.files.discovery import load
    from hrss12333.reading.grid import FileProblem, Values
    from hrss12333.reading.worker import run

    try:
        return sheets_of(run(Values, "reading.formats.workbook:read_values", load(path), names))
    except OSError as error:
        raise UsageStop(f"无法读取{what}“{path}”：{in_words(error)}。") from error
    except FileProblem as problem:
        raise UsageStop(f"无法读取{what}“{path}”：{problem.message.text}") from problem


def sheet_texts(sheets: Sheets, name: str) -> Iterator[dict[str, Any]]:
    """The lines of a sheet below its headings: key of a column → its cell."""
    start, columns = sheets.columns(name)
    for line in sheets.cells.get(name, ())[start:]:
        yield {key: line[at] if at < len(line) else None for key, at in columns.items()}


def figures_by_line(sheets: Sheets, name: str) -> dict[str, dict[str, float]]:
    """Name of a line → key → figure, where it is not blank, of a 汇总 sheet or 指标分析, to the last line."""
    last = (TOTAL, sheets.unit or NATION) if name == summary_lines.ANALYSIS else (TOTAL,)
    found: dict[str, dict[str, float]] = {}
    for line in sheet_texts(sheets, name):
        if title := _text(line.get(summary_lines.UNIT_KEY)):
            figures = {key: _number(cell) for key, cell in line.items() if "@" not in key}
            found[title] = {key: figure for key, figure in figures.items() if figure is not None}
        if title in last:
            break
    return found


def detail_rows(sheets: Sheets, form: Form, then: Form | None = None) -> Iterator[DetailRow]:
    """The rows of a 明细 sheet, none where there is no such sheet; ``then``: the form as it was in that year."""
    marked = [(column.key, summary_lines.questioned_mark(column)) for column in (then or form).data]
    for line in sheet_texts(sheets, summary_lines.detail_sheet(form)):
        if not (name := _text(line.get(summary_lines.UNIT_KEY))):
            continue
        values = {column.key: _scalar(column, line.get(column.key)) for column in form.columns}
        region, marks = values[form.region.key], _text(line.get(summary_lines.QUESTIONED_KEY))
        yield DetailRow(
            name,
            region if isinstance(region, str) else None,
            values,
            _text(line.get(summary_lines.COUNTED_KEY)) == YES,
            frozenset(key for key, mark in marked if mark in marks) if marks else frozenset(),
        )


def _scalar(column: Column, cell: Any) -> Scalar:
    if column.kind in (Kind.COUNT, Kind.SERIAL):
        number = _number(cell)
        return int(number) if number is not None and number == int(number) else None
    text = _text(cell)
    if column.kind is Kind.YESNO:
        return {YES: True, NO: False}.get(text)
    if column.kind is Kind.CHOICE:
        return text if text in column.choices else None
    return text or None


def _number(cell: Any) -> float | None:
    is_number = type(cell) is float or type(cell) is int
    return float(cell) if is_number and -_LARGEST_SUM <= cell <= _LARGEST_SUM else None


def _text(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def key_properties(year: int, unit: str, stored: Mapping[str, Sequence[StoredColumn]]) -> Iterator[tuple[str, str]]:
    """Names and values of the custom properties that hold what `sheets_of` reads."""
    yield from (("schema", _SCHEMA), ("year", str(year)), *([("unit", unit)] if unit else []))
    for sheet, columns in stored.items():
        for number, key, heading in columns:
            yield f"{sheet}!{number}", f"{key} {heading}"[:_LONGEST_PROPERTY]


def sheets_of(values: Values) -> Sheets:
    """The sheets of a workbook, found by its properties; without a year where it is none of this tool's."""
    cells, given = {grid.name: grid.cells for grid in values.grids}, values.properties
    if given.get("schema") != _SCHEMA or not re.fullmatch(r"20\d\d", given.get("year", "")):
        return Sheets(cells)
    stored: dict[str, list[StoredColumn]] = defaultdict(list)
    for name, value in given.items():
        if numbered := re.fullmatch(r"(.*)!(\d{1,3})", name, re.DOTALL):
            key, _, heading = value.partition(" ")
            stored[numbered[1]].append(StoredColumn(int(numbered[2]), key, heading))
    columns = {name: sorted(listed) for name, listed in stored.items()}
    return Sheets(cells, int(given["year"]), given.get("unit", ""), columns)
