"""National workbooks read back, and last year's figures of each region, from such a workbook or a unit's filing.

Columns are found by the keys in the workbook's properties: headings are words of one year's forms.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.indicators import Indicator, Quotient, quotient
from hrss12333.model import summary_lines
from hrss12333.model.errors import UsageStop, in_words
from hrss12333.model.filing import Filing, Problem, Unreadable
from hrss12333.model.national import NATION, Entry
from hrss12333.model.summary_lines import CONTACTS, NOBODY, UNIT_KEY, Figure, SummaryLine, detail_sheet, owner
from hrss12333.survey.editions import edition_named, edition_of
from hrss12333.survey.regions import Unit, successors
from hrss12333.survey.schema import NO, TOTAL, YES, Column, Edition, Form, Kind, Scalar

if TYPE_CHECKING:
    from hrss12333.reading.grid import Values

Cells = Sequence[Sequence[Any]]
"""A sheet as a matrix of stored values."""
_LARGEST_SUM = 1e300
"""A number beyond this, such as infinity, is no figure."""
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
    """Field key → value; None where the cell's content does not suit the column."""
    counted: bool
    questioned: frozenset[str] = frozenset()
    """Keys of its figures that are in open question."""


class Sheets(Struct, frozen=True):
    """The sheets of a workbook, with what this tool wrote into its properties."""

    cells: Mapping[str, Cells]
    year: int | None = None
    """The year of its figures; None where this tool did not write it."""
    unit: str = ""
    """Official name of the unit whose cities it lists; empty where it lists units."""
    stored: Mapping[str, Sequence[StoredColumn]] = field(default_factory=dict)
    """Name of a sheet → its columns."""

    def columns(self, sheet: str) -> tuple[int, dict[str, int]]:
        """The first row below the sheet's headings, and key → column; no columns if no headings are found."""
        cells, stored = self.cells.get(sheet, ()), self.stored.get(sheet, ())
        headings = {each: "".join(each.heading.split()) for each in stored}  # without line breaks
        expected = {*headings.values()} - {""}
        for number, line in enumerate(cells[:_MOST_ABOVE]):
            found = ["".join(cell_text(cell).split()) for cell in line]
            if 2 * len(expected.intersection(found)) > len(expected):
                # A column is where its heading is now; if no cell or several have it, where it was written.
                sole = {text: at for at, text in enumerate(found) if found.count(text) == 1}
                places = {each.key: sole.get(heading, each.number - 1) for each, heading in headings.items()}
                return number + 1, {key: at for key, at in places.items() if at < len(line)}
        return len(cells), {}


def open_national(path: Path, what: str, names: Sequence[str] | None = None) -> Sheets:
    """The sheets of a workbook, all or those of these names; ``what``: what file it should be, Chinese."""
    from hrss12333.reading.files.discovery import load
    from hrss12333.reading.grid import FileProblem, Values
    from hrss12333.reading.worker import run

    try:
        return sheets_of(run(Values, "reading.formats.workbook:read_values", load(path), names))
    except OSError as error:
        raise UsageStop(f"无法读取{what}“{path}”：{in_words(error)}。") from error
    except FileProblem as problem:
        raise UsageStop(f"无法读取{what}“{path}”：{problem.text}") from problem


def sheet_texts(sheets: Sheets, name: str) -> Iterator[dict[str, Any]]:
    """Each line below a sheet's headings: key of a column → its cell."""
    start, columns = sheets.columns(name)
    for line in sheets.cells.get(name, ())[start:]:
        yield {key: line[at] if at < len(line) else None for key, at in columns.items()}


def figures_by_line(sheets: Sheets, name: str) -> dict[str, dict[str, float]]:
    """Name of a line → key → its figures, in a 汇总 sheet or 指标分析, down to 合计."""
    last = (TOTAL, sheets.unit or NATION) if name == summary_lines.ANALYSIS else (TOTAL,)
    found: dict[str, dict[str, float]] = {}
    for line in sheet_texts(sheets, name):
        if title := cell_text(line.get(UNIT_KEY)):
            figures = {key: _number(cell) for key, cell in line.items() if "@" not in key}
            found[title] = {key: figure for key, figure in figures.items() if figure is not None}
        if title in last:
            break
    return found


def detail_rows(sheets: Sheets, form: Form, then: Form | None = None) -> Iterator[DetailRow]:
    """The rows of a form's 明细 sheet; ``then``: the form of the workbook's year, where that differs."""
    marked = [(column.key, summary_lines.questioned_mark(column)) for column in (then or form).data]
    for line in sheet_texts(sheets, detail_sheet(form)):
        if not (name := cell_text(line.get(UNIT_KEY))):
            continue
        values = {column.key: _scalar(column, line.get(column.key)) for column in form.columns}
        region, marks = values[form.region.key], cell_text(line.get(summary_lines.QUESTIONED_KEY))
        yield DetailRow(
            name,
            region if isinstance(region, str) else None,
            values,
            cell_text(line.get(summary_lines.COUNTED_KEY)) == YES,
            frozenset(key for key, mark in marked if mark in marks) if marks else frozenset(),
        )


def _scalar(column: Column, cell: Any) -> Scalar:
    if column.kind in (Kind.COUNT, Kind.SERIAL):
        number = _number(cell)
        return int(number) if number is not None and number == int(number) else None
    text = cell_text(cell)
    if column.kind is Kind.YESNO:
        return {YES: True, NO: False}.get(text)
    if column.kind is Kind.CHOICE:
        return text if text in column.choices else None
    return text or None


def _number(cell: Any) -> float | None:
    is_number = type(cell) is float or type(cell) is int
    return float(cell) if is_number and -_LARGEST_SUM <= cell <= _LARGEST_SUM else None


def cell_text(cell: Any) -> str:
    """The content of a cell as a text: 2500 for 2500.0, empty if blank."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def key_properties(year: int, unit: str, stored: Mapping[str, Sequence[StoredColumn]]) -> Iterator[tuple[str, str]]:
    """Names and values of the custom properties that `sheets_of` reads."""
    yield from (("schema", _SCHEMA), ("year", str(year)), *([("unit", unit)] if unit else []))
    for sheet, columns in stored.items():
        for number, key, heading in columns:
            yield f"{sheet}!{number}", f"{key} {heading}"[:_LONGEST_PROPERTY]


def sheets_of(values: Values) -> Sheets:
    """The sheets of a workbook with what its properties say; no year for another program's workbook."""
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


RowsOfYear = dict[tuple[str, str, str], Mapping[str, Scalar]]
"""(unit, region, form key) → field key → value."""


class Past(dict[str, Scalar]):
    """A region's row of last year, which indicators read like a row of this year."""

    def scalar(self, key: str) -> Scalar:
        """A field; None where it is missing."""
        return self.get(key)


class Previous(Struct, frozen=True, dict=True):
    """Last year's figures, from a workbook or a filing."""

    year: int | None = None
    """The year that it names, if any."""
    rows: RowsOfYear = field(default_factory=dict)
    """The rows that counted then, except those of regions with several."""
    unmatched: tuple[str, ...] = ()
    """Columns that only one of the two years has, a Chinese sentence each."""
    joined: tuple[str, ...] = ()
    """Regions that were joined to their successors, a Chinese sentence each."""
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Unit → name, mobile and email of its first contact, where filled in."""
    questioned: Mapping[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    """(unit, region, form key) → keys of the figures that were in open question then."""

    def row(self, entry: Entry) -> Past:
        """Last year's figures of a row's region but those in open question; empty where there are none."""
        return self._past.get((owner(entry), entry.row.region or "", entry.form.key), Past())

    @cached_property
    def _past(self) -> dict[tuple[str, str, str], Past]:
        questioned = {at: self.questioned.get(at, ()) for at in self.rows}
        return {at: Past({key: row[key] for key in row if key not in questioned[at]}) for at, row in self.rows.items()}

    def common(self, line: SummaryLine, keys: Collection[str]) -> list[tuple[Entry, Past]]:
        """The line's rows, each with last year's, where both have all these figures in no question."""
        both = [(entry, self.row(entry)) for entry in line.rated(keys)]
        for key in keys:
            both = [(now, then) for now, then in both if then.get(key) is not None and now.row.scalar(key) is not None]
        return both

    def sums(self, line: SummaryLine, figure: Figure) -> tuple[int, int, int] | None:
        """A figure's sums in both years over the rows that have both, and their number; None without any."""
        key, choice = figure.column.key, figure.choice
        both = [(now.row.scalar(key), then[key]) for now, then in self.common(line, (key,))]
        counted = [(now == choice, then == choice) for now, then in both] if choice else both
        if not both:
            return None
        now, then = (sum([value for value in year if isinstance(value, int)]) for year in zip(*counted, strict=True))
        return now, then, len(both)

    def quotients(self, line: SummaryLine, indicator: Indicator) -> tuple[Quotient, Quotient]:
        """An indicator this year and last over the rows that both years have."""
        both = self.common(line, indicator.fields)
        return quotient(indicator, [entry.row for entry, _ in both]), quotient(indicator, [then for _, then in both])


def load_previous(path: Path, edition: Edition) -> Previous:
    """Last year's figures from a workbook of this tool or a filing, by the fields of this year's edition."""
    sheets = open_national(path, "上一年的汇总表或报送表")
    if sheets.year is None:
        return _from_filing(path, edition)
    earlier = {form.key: form for form in edition_named(edition, sheets.year).forms}
    rows: RowsOfYear = {}
    not_counted: RowsOfYear = {}
    questioned: dict[tuple[str, str, str], frozenset[str]] = {}
    unmatched: list[str] = []
    for form in edition.forms:
        if detail_sheet(form) not in sheets.cells:
            unmatched.append(f"上一年的汇总表没有{form.key}，不作比较")
            continue
        named = [
            ((sheets.unit or row.unit, row.region or "", form.key), row)
            for row in detail_rows(sheets, form, earlier.get(form.key))
            if row.unit != NOBODY  # rows of unknown owners cannot be told apart
        ]
        counted = [(name, row) for name, row in named if row.counted]
        not_counted |= _single_rows((name, row.values) for name, row in named if not row.counted)
        rows |= _single_rows((name, row.values) for name, row in counted if row.region)
        questioned |= {name: row.questioned for name, row in counted if row.questioned and row.region}
        stored = sheets.stored.get(detail_sheet(form), ())
        unmatched += _differing_columns(form, {one.key: one.heading for one in stored if one.key[:1] != "@"})
    found = Previous(sheets.year, rows, tuple(unmatched), (), contacts_in(sheets), questioned)
    return _with_successors(found, not_counted, edition)


def _differing_columns(form: Form, headings: Mapping[str, str]) -> Iterator[str]:
    """Sentences about columns that only last year had (key → heading), or only this year's form has."""
    # A heading of a workbook has line breaks, and the measure in brackets at its end.
    removed = ["".join(text.split()).partition("（")[0] for key, text in headings.items() if key not in form.by_key]
    new = [column.label for column in form.data if column.key not in headings]
    for labels, why in ((removed, "是上一年的，今年没有"), (new, "上一年没有")):
        if listed := "”“".join(labels):
            yield f"{form.key}的“{listed}”{why}，不作比较"


def _single_rows(rows: Iterable[tuple[tuple[str, str, str], Mapping[str, Scalar]]]) -> RowsOfYear:
    """The rows of the regions that have one row only."""
    listed = list(rows)
    times = Counter(name for name, _ in listed)
    return {name: values for name, values in listed if times[name] == 1}


def contacts_in(sheets: Sheets) -> dict[str, dict[str, str]]:
    """Name of a unit → name, mobile and email of its first contact, where filled in."""
    contacts = dict[str, dict[str, str]]()
    for line in sheet_texts(sheets, CONTACTS):
        texts = {key: cell_text(line.get(key)) for key in ("name", "mobile", "email")}
        contacts.setdefault(cell_text(line.get(UNIT_KEY)), {key: text for key, text in texts.items() if text})
    return contacts


def _from_filing(path: Path, edition: Edition) -> Previous:
    """Last year's figures from a unit's filing, read by the forms of its year, else of the year before."""
    from hrss12333.reading.documents import read_source
    from hrss12333.reading.files.discovery import Source, load

    source = Source(path.name, partial(load, path), named=True)
    before = edition_of(edition.year - 1)
    document = read_source(source, before, year_settled=True)
    if isinstance(document, Unreadable) and document.problem is not Problem.NO_FORM:
        raise UsageStop(f"无法读取上一年的汇总表或报送表“{path}”：{document.message.text}")
    if isinstance(document, Filing) and (then := edition_named(before, document.year)).forms is not before.forms:
        document = read_source(source, then, year_settled=True)
    if not isinstance(document, Filing) or document.unit is None:
        raise UsageStop(
            f"“{path}”不是本工具生成的汇总表，也不是写明单位的报送表。请在 --previous 后给出上一年 merge 命令写出的汇总表，"
            "或本单位上一年的报送表。"
        )
    rows: RowsOfYear = {}
    unmatched: list[str] = []
    for form in edition.forms:
        tables = [table for table in document.tables_of(form) if table.rows]
        named = [row for table in tables for row in table.rows if row.region]
        rows |= _single_rows(((document.unit.name, row.region or "", form.key), row.scalars()) for row in named)
        if tables:
            labels = {column.key: column.label for table in tables for column in table.form.data}
            unmatched += _differing_columns(form, labels)
    return _with_successors(Previous(document.year or before.year, rows, tuple(unmatched)), {}, edition)


def _with_successors(previous: Previous, not_counted: RowsOfYear, edition: Edition) -> Previous:
    """Last year's figures, with those of regions since merged into others added to their successors'."""
    # A region may not have counted then because it was a place below its city.
    rows = dict(previous.rows)
    questioned = dict(previous.questioned)
    joined: dict[tuple[str, str], str] = {}
    year = previous.year or edition.year - 1
    for unit in edition.units:
        for old, new in successors(unit, year, edition.year).items():
            for form in edition.forms:
                was, now = (unit.name, old, form.key), (unit.name, new, form.key)
                ended = rows.pop(was, None) or not_counted.get(was)
                kept = rows.get(now)
                if ended and kept:
                    rows[now] = {column.key: _sum(column, kept, ended) for column in form.columns}
                    questioned[now] = questioned.get(now, frozenset()) | questioned.pop(was, frozenset())
                    joined[unit.name, old] = f"{old}已并入{new}，上一年的数加在一起与今年的{new}比较"
    return replace(previous, rows=rows, questioned=questioned, joined=tuple(joined.values()))


def _sum(column: Column, kept: Mapping[str, Scalar], ended: Mapping[str, Scalar]) -> Scalar:
    """The value of two merged regions: the sum of figures, an answer that both gave; else None."""
    one, other = kept.get(column.key), ended.get(column.key)
    if column.kind is not Kind.COUNT:
        return one if one == other or column.kind in (Kind.REGION, Kind.SERIAL) else None
    return one + other if isinstance(one, int) and isinstance(other, int) else None


def within_unit(previous: Previous, unit: Unit) -> Previous:
    """Last year's figures of one unit, its cities taking the place of units."""
    rows = {(name, name, key): row for (of, name, key), row in previous.rows.items() if of == unit.name}
    questioned = {(name, name, key): keys for (of, name, key), keys in previous.questioned.items() if of == unit.name}
    return replace(previous, rows=rows, questioned=questioned)
