"""Reads the cells of a national workbook's sheets back into figures: of last year's, and of the one just written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import indicators
from hrss12333.survey.schema import Column, Form, Kind, Scalar

Cells = Sequence[Sequence[Any]]
"""A sheet as stored values, row by row."""


@dataclass(frozen=True)
class DetailRow:
    """One row of a 明细 sheet."""

    unit: str
    region: str | None
    values: Mapping[str, Scalar]
    """Field key → value, where it is one that the column can hold."""
    counted: bool
    file: str
    sheet: str
    row: int | None


def summary_figures(cells: Cells, form: Form) -> dict[str, dict[str, int]]:
    """Name of a line → figure key → figure, of a 汇总 sheet; a blank figure is absent."""
    known = {
        heading: figure.key
        for figure in figures.figures(form)
        for heading in (figure.heading, *(() if figure.choice else figure.column.aliases))
    }
    return {
        name: {key: int(value) for key, value in found.items() if value is not None}
        for name, found in _lines(cells, known)
    }


def indicator_values(cells: Cells, form: Form) -> dict[str, dict[str, float]]:
    """Name of a line → indicator key → value, of 指标分析; a blank value is absent."""
    known = {item.name: item.key for item in indicators(form)}
    return {
        name: {key: value for key, value in found.items() if value is not None} for name, found in _lines(cells, known)
    }


def detail_rows(cells: Cells, form: Form) -> Iterator[DetailRow]:
    """The rows of a 明细 sheet."""
    known = {heading: column.key for column in form.columns for heading in (column.label, *column.aliases)}
    for heading in (figures.COUNTED, figures.SOURCE_FILE, figures.SOURCE_SHEET, figures.SOURCE_ROW):
        known[heading] = heading
    start, columns = _headings(cells, known)
    for line in cells[start:]:
        name = _text(line, 0)
        if not name:
            continue
        values = {column.key: _scalar(column, line, columns.get(column.key)) for column in form.columns}
        region = values[form.region.key]
        row = _number(line, columns.get(figures.SOURCE_ROW))
        yield DetailRow(
            name,
            region if isinstance(region, str) else None,
            values,
            _text(line, columns.get(figures.COUNTED)) == figures.YES,
            _text(line, columns.get(figures.SOURCE_FILE)),
            _text(line, columns.get(figures.SOURCE_SHEET)),
            int(row) if row is not None else None,
        )


def _headings(cells: Cells, known: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """The row below the headings, and key → column; (number of rows, nothing) where there are no headings."""
    for number, line in enumerate(cells):
        if _text(line, 0) == figures.UNIT:
            columns: dict[str, int] = {}
            for at in range(1, len(line)):
                # An indicator's unit of measure stands on a second line of its heading.
                key = known.get(_text(line, at)) or known.get(_text(line, at).partition("\n")[0])
                if key:
                    columns.setdefault(key, at)
            return number + 1, columns
    return len(cells), {}


def _lines(cells: Cells, known: Mapping[str, str]) -> Iterator[tuple[str, dict[str, float | None]]]:
    """The lines down to the nation's; what stands below it are the same units once more, by area."""
    start, columns = _headings(cells, known)
    for line in cells[start:]:
        if name := _text(line, 0):
            yield name, {key: _number(line, at) for key, at in columns.items()}
        if name in (TOTAL, figures.NATION):
            return


def _scalar(column: Column, line: Sequence[Any], at: int | None) -> Scalar:
    if column.kind in (Kind.COUNT, Kind.SERIAL):
        number = _number(line, at)
        return int(number) if number is not None and number == int(number) else None
    text = _text(line, at)
    if column.kind is Kind.YESNO:
        return {figures.YES: True, figures.NO: False}.get(text)
    if column.kind is Kind.CHOICE:
        return text if text in column.choices else None
    return text or None


def _number(line: Sequence[Any], at: int | None) -> float | None:
    value = line[at] if at is not None and at < len(line) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(line: Sequence[Any], at: int | None) -> str:
    value = line[at] if at is not None and at < len(line) else None
    return value.strip() if isinstance(value, str) else ""
