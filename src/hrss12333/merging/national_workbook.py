"""Reads a national workbook's sheets back into figures: of last year's, of an earlier one of this year, of the one just
written. Columns are found by the keys that the workbook keeps in its own properties, since headings are words of one year's
forms; where it keeps none, by the headings of its own year."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from hrss12333.model import summary_lines
from hrss12333.model.national import NATION
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import indicators
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, Scalar

Cells = Sequence[Sequence[Any]]
"""A sheet as stored values, row by row."""
_LARGEST_SUM = 1e300
"""No sum of counts: what is beyond, infinity and NaN too, is no figure."""


_SCHEMA = "hrss12333.national/1"
_SCHEMA_NAME = "schema"
_YEAR_NAME = "year"
_UNIT_NAME = "unit"
_LONGEST_PROPERTY = 255
"""Characters that Excel allows in a property."""


class StoredColumn(NamedTuple):
    """A column of a sheet, counted from 1."""

    number: int
    key: str
    heading: str


class ColumnKeys(NamedTuple):
    """The year that a workbook reports on, its columns by sheet, and whose it is."""

    year: int
    sheets: dict[str, tuple[StoredColumn, ...]]
    unit: str = ""
    """Official name of the unit whose cities are listed; empty where units are."""


class DetailRow(Struct, frozen=True):
    """One row of a 明细 sheet."""

    unit: str
    region: str | None
    values: Mapping[str, Scalar]
    """Field key → value, where it is one that the column can hold."""
    counted: bool
    file: str
    sheet: str
    row: int | None
    questioned: frozenset[str] = frozenset()
    """Keys of its figures that are in open question."""


class Sheets(Struct, frozen=True):
    """The sheets of a workbook, and the columns that it remembers."""

    cells: Mapping[str, Cells]
    keys: ColumnKeys | None = None
    """None where the workbook keeps none."""

    @property
    def year(self) -> int | None:
        """The year that is kept with the keys."""
        return self.keys.year if self.keys else None

    @property
    def unit(self) -> str:
        """The unit whose cities are listed; empty where units are."""
        return self.keys.unit if self.keys else ""

    def heads(self, sheet: str) -> tuple[StoredColumn, ...]:
        """A sheet's columns as the workbook remembers them."""
        return self.keys.sheets.get(sheet, ()) if self.keys else ()

    def columns(self, sheet: str, headings: Mapping[str, str]) -> tuple[int, dict[str, int]]:
        """The row below the sheet's headings, and key → column; ``headings`` serve where no keys are kept."""
        cells, heads = self.cells.get(sheet, ()), self.heads(sheet)
        if not heads:
            return _by_heading(cells, headings)
        top = _heading_row(cells, heads)
        if top is None:
            return len(cells), {}
        return top + 1, dict(_columns_placed([_flat(_text_at(cells[top], at)) for at in range(len(cells[top]))], heads))


def _flat(heading: str) -> str:
    """The heading without the line breaks that it is written with."""
    return "".join(heading.split())


def _heading_row(cells: Cells, heads: Sequence[StoredColumn]) -> int | None:
    wanted = {flat for head in heads if (flat := _flat(head.heading))}
    for number, line in enumerate(cells[:40]):
        texts = {_flat(_text_at(line, at)) for at in range(len(line))}
        if 2 * len(texts & wanted) > len(wanted):
            return number
    return None


def _columns_placed(line: Sequence[str], heads: Sequence[StoredColumn]) -> Iterator[tuple[str, int]]:
    """Key → column: where it was, else where its heading went, else where it was under another heading."""
    there = [(head.number - 1, head.key, _flat(head.heading)) for head in heads]
    taken = {at for at, _, heading in there if at < len(line) and line[at] == heading}
    for at, key, heading in there:
        if at in taken:
            yield key, at
            continue
        moved = [to for to, text in enumerate(line) if text == heading and to not in taken]
        if len(moved) == 1:
            yield key, moved[0]
        elif not moved and at < len(line):
            yield key, at


def _by_heading(cells: Cells, known: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    for number, line in enumerate(cells):
        texts = [_flat(_text_at(line, at)) for at in range(len(line))]
        if not summary_lines.REPORTERS.keys().isdisjoint(texts):
            columns: dict[str, int] = {}
            for at, text in enumerate(texts):
                # An indicator's unit of measure stands behind its name.
                if key := known.get(text) or known.get(text.partition("（")[0]):
                    columns.setdefault(key, at)
            return number + 1, columns
    return len(cells), {}


def summary_figures(sheets: Sheets, form: Form) -> dict[str, dict[str, int]]:
    """Name of a line → figure key → figure, of a 汇总 sheet; a blank figure is absent."""
    headings = {
        heading: figure.key
        for figure in summary_lines.figures(form)
        for heading in (figure.heading, *(() if figure.choice else (figure.column.label, *figure.column.aliases)))
    }
    wanted = {figure.key for figure in summary_lines.figures(form)}
    lines = _figures_by_line(sheets, summary_lines.summary_sheet(form), headings, wanted, (TOTAL,))
    return {name: {key: int(value) for key, value in found.items()} for name, found in lines}


def indicator_values(sheets: Sheets, form: Form) -> dict[str, dict[str, float]]:
    """Name of a line → indicator key → value, of 指标分析; a blank value is absent."""
    known = {item.name: item.key for item in indicators(form)}
    return dict(
        _figures_by_line(sheets, summary_lines.ANALYSIS, known, {*known.values()}, (TOTAL, sheets.unit or NATION))
    )


def stored_columns(sheets: Sheets, form: Form) -> tuple[int, dict[str, int]]:
    """The row below the headings of a 明细 sheet, and key → column."""
    known = {heading: column.key for column in form.columns for heading in (column.label, *column.aliases)}
    own = summary_lines.REPORTERS | summary_lines.DETAIL_KEYS
    return sheets.columns(summary_lines.detail_sheet(form), known | own)


def detail_rows(sheets: Sheets, form: Form, then: Form | None = None) -> Iterator[DetailRow]:
    """The rows of a 明细 sheet; none where the workbook has no such sheet."""
    then = then or form
    start, columns = stored_columns(sheets, then)
    at = [(column, columns.get(column.key)) for column in form.columns]
    unit, counted, file, sheet, row, questioned = (
        columns.get(key) for key in ("@unit", "@counted", "@file", "@sheet", "@row", summary_lines.QUESTIONED_KEY)
    )
    for line in sheets.cells.get(summary_lines.detail_sheet(form), ())[start:]:
        name = _text_at(line, unit)
        if not name:
            continue
        values = {column.key: _scalar(column, line, place) for column, place in at}
        region, number, marks = values[form.region.key], _number_at(line, row), _text_at(line, questioned)
        yield DetailRow(
            name,
            region if isinstance(region, str) else None,
            values,
            _text_at(line, counted) == YES,
            _text_at(line, file),
            _text_at(line, sheet),
            int(number) if number is not None else None,
            frozenset(c.key for c in then.data if summary_lines.questioned_mark(c) in marks) if marks else frozenset(),
        )


def sheet_texts(sheets: Sheets, name: str) -> Iterator[dict[str, Any]]:
    """The lines of 问题清单 or 附注: key of a column → what is there."""
    start, columns = sheets.columns(name, {})
    for line in sheets.cells.get(name, ())[start:]:
        yield {key: line[at] if at < len(line) else None for key, at in columns.items()}


def _figures_by_line(
    sheets: Sheets, name: str, known: Mapping[str, str], wanted: Collection[str], last: Collection[str]
) -> Iterator[tuple[str, dict[str, float]]]:
    """The lines down to one of ``last``, the nation's; what is below it are the same units once more, by area."""
    start, columns = sheets.columns(name, known)
    chosen = [(key, at) for key, at in columns.items() if key in wanted]
    for line in sheets.cells.get(name, ())[start:]:
        if title := _text_at(line, columns.get("@unit", 0)):
            yield title, {key: value for key, at in chosen if (value := _number_at(line, at)) is not None}
        if title in last:
            return


def _scalar(column: Column, line: Sequence[Any], at: int | None) -> Scalar:
    if column.kind in (Kind.COUNT, Kind.SERIAL):
        number = _number_at(line, at)
        return int(number) if number is not None and number == int(number) else None
    text = _text_at(line, at)
    if column.kind is Kind.YESNO:
        return {YES: True, NO: False}.get(text)
    if column.kind is Kind.CHOICE:
        return text if text in column.choices else None
    return text or None


def _number_at(line: Sequence[Any], at: int | None) -> float | None:
    value: Any = line[at] if at is not None and at < len(line) else None
    is_number = type(value) is float or type(value) is int
    return float(value) if is_number and -_LARGEST_SUM <= value <= _LARGEST_SUM else None


def _text_at(line: Sequence[Any], at: int | None) -> str:
    value = line[at] if at is not None and at < len(line) else None
    return value.strip() if isinstance(value, str) else ""


def differing_columns(sheets: Sheets, form: Form, then: Form) -> tuple[list[str], list[str]]:
    """Headings of last year's columns that the form no longer has, and of the form's that last year had not."""
    _, columns = stored_columns(sheets, then)
    remembered = {head.key: head.heading for head in sheets.heads(summary_lines.detail_sheet(form))}
    names = remembered or {column.key: column.label for column in then.columns}
    removed = [names.get(key, key) for key in columns if not key.startswith("@") and key not in form.by_key]
    new = [column.label for column in form.data if column.key not in columns]
    return removed, new


def key_properties(stored: ColumnKeys) -> Iterator[tuple[str, str]]:
    """Names and values of the custom properties that hold the keys."""
    yield _SCHEMA_NAME, _SCHEMA
    yield _YEAR_NAME, str(stored.year)
    if stored.unit:
        yield _UNIT_NAME, stored.unit
    for sheet, columns in stored.sheets.items():
        for column in columns:
            yield f"{sheet}!{column.number}", f"{column.key} {column.heading}"[:_LONGEST_PROPERTY]


def from_properties(given: Mapping[str, str]) -> ColumnKeys | None:
    """The keys again; None where the workbook stores none (version 1.0.0 did not)."""
    if given.get(_SCHEMA_NAME) != _SCHEMA or not given.get(_YEAR_NAME, "").isdecimal():
        return None
    sheets: dict[str, list[StoredColumn]] = {}
    for name, value in given.items():
        sheet, mark, number = name.rpartition("!")
        if mark and number.isdecimal():
            key, _, heading = value.partition(" ")
            sheets.setdefault(sheet, []).append(StoredColumn(int(number), key, heading))
    found = {sheet: tuple(sorted(columns)) for sheet, columns in sheets.items()}
    return ColumnKeys(int(given[_YEAR_NAME]), found, given.get(_UNIT_NAME, ""))
