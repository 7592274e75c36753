"""Last year's figures of each region, read from a national workbook, a unit's own workbook, or a unit's filing in the official
form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.merging.national_workbook import Sheets, detail_rows, open_national, sheet_texts
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.model.national import Entry
from hrss12333.model.row import Problem
from hrss12333.model.summary_lines import CONTACTS, NOBODY, UNIT_KEY, Figure, SummaryLine, detail_sheet, owner
from hrss12333.survey.editions import edition_named, edition_of
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.indicators import Indicator, Quotient, quotient
from hrss12333.survey.regions import Unit, successors
from hrss12333.survey.schema import Column, Form, Kind, Scalar

RowsOfYear = dict[tuple[str, str, str], Mapping[str, Scalar]]


class Past(dict[str, Scalar]):
    """A row of last year, with the method that indicators read."""

    def scalar(self, key: str) -> Scalar:
        """A field; None where it is missing."""
        return self.get(key)


class Previous(Struct, frozen=True, dict=True):
    """The content of last year's workbook or filing."""

    year: int | None = None
    """The year that it names; None where it names none."""
    rows: Mapping[tuple[str, str, str], Mapping[str, Scalar]] = field(default_factory=dict)
    """(unit, region, form key) → field key → value, of the rows counted then; a region with several rows is absent."""
    unmatched: tuple[str, ...] = ()
    """Columns that only one of the two years' forms has; Chinese sentences."""
    joined: tuple[str, ...] = ()
    """Regions that were joined to their successors; Chinese sentences."""
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Unit → name, mobile and email of its first contact, as far as they are given."""
    questioned: Mapping[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    """(unit, region, form key) → keys of the figures that were in open question then."""

    def row(self, entry: Entry) -> Past:
        """Last year's figures of a row's region, without those that were in question; none where it is not known."""
        return self._past.get((owner(entry), entry.row.region or "", entry.form.key), Past())

    @cached_property
    def _past(self) -> dict[tuple[str, str, str], Past]:
        out = {at: self.questioned.get(at, ()) for at in self.rows}
        return {at: Past({key: row[key] for key in row if key not in out[at]}) for at, row in self.rows.items()}

    def common(self, line: SummaryLine, keys: Collection[str]) -> list[tuple[Entry, Past]]:
        """The line's rows that are compared: those with all of these figures in both years, none of them in open question."""
        both = [(entry, self.row(entry)) for entry in line.rated(keys)]
        for key in keys:
            both = [(now, then) for now, then in both if then.get(key) is not None and now.row.scalar(key) is not None]
        return both

    def sums(self, line: SummaryLine, figure: Figure) -> tuple[int, int, int] | None:
        """This year's and last year's figure over the rows that are compared, and their number; None without such rows."""
        key, choice = figure.column.key, figure.choice
        both = [(now.row.scalar(key), then[key]) for now, then in self.common(line, (key,))]
        counted = [(now == choice, then == choice) for now, then in both] if choice else both
        if not both:
            return None
        now, then = (sum([value for value in year if isinstance(value, int)]) for year in zip(*counted, strict=True))
        return now, then, len(both)

    def quotients(self, line: SummaryLine, indicator: Indicator) -> tuple[Quotient, Quotient]:
        """This year's and last year's indicator over the rows that are compared."""
        both = self.common(line, indicator.fields)
        return quotient(indicator, [entry.row for entry, _ in both]), quotient(indicator, [then for _, then in both])


def load_previous(path: Path, edition: Edition) -> Previous:
    """Last year's figures, stored in a workbook of this tool's or a filing, in the fields of ``edition``."""
    sheets = open_national(path, "上一年的汇总表或报送表")
    if sheets.year is None:
        return _from_filing(path, edition)
    earlier = {form.key: form for form in edition_named(edition, sheets.year).forms}
    rows: RowsOfYear = {}
    former: RowsOfYear = {}
    questioned: dict[tuple[str, str, str], frozenset[str]] = {}
    unmatched: list[str] = []
    for form in edition.forms:
        known = {column.key: column.heading for column in sheets.stored.get(detail_sheet(form), ())}
        if detail_sheet(form) not in sheets.cells:
            unmatched.append(f"上一年的汇总表没有{form.key}，不作比较")
            continue
        named = [
            ((sheets.unit or row.unit, row.region or "", form.key), row)
            for row in detail_rows(sheets, form, earlier.get(form.key))
            if row.unit != NOBODY  # rows of unknown owners cannot be told apart
        ]
        counted = [(name, row) for name, row in named if row.counted]
        former |= _single_rows((name, row.values) for name, row in named if not row.counted)
        rows |= _single_rows((name, row.values) for name, row in counted if row.region)
        questioned |= {name: row.questioned for name, row in counted if row.questioned and row.region}
        unmatched += _differing_columns(form, {key: text for key, text in known.items() if key[:1] != "@"})
    found = Previous(sheets.year, rows, tuple(unmatched), (), _contacts(sheets), questioned)
    return _with_successors(found, former, edition)


def _differing_columns(form: Form, known: Mapping[str, str]) -> Iterator[str]:
    """Sentences about the columns that only last year had, of ``known`` (key → heading), and those that only the form has."""
    # A heading of a workbook has line breaks, and the measure in brackets at its end.
    removed = ["".join(text.split()).partition("（")[0] for key, text in known.items() if key not in form.by_key]
    new = [column.label for column in form.data if column.key not in known]
    for labels, why in ((removed, "是上一年的，今年没有"), (new, "上一年没有")):
        if listed := "”“".join(labels):
            yield f"{form.key}的“{listed}”{why}，不作比较"


def _single_rows(rows: Iterable[tuple[tuple[str, str, str], Mapping[str, Scalar]]]) -> RowsOfYear:
    """The rows of the regions that have only one."""
    listed = list(rows)
    times = Counter(name for name, _ in listed)
    return {name: values for name, values in listed if times[name] == 1}


def _contacts(sheets: Sheets) -> dict[str, dict[str, str]]:
    lines, keys = [line for line in sheet_texts(sheets, CONTACTS) if line.get(UNIT_KEY)], ("name", "mobile", "email")
    return {str(line[UNIT_KEY]): {key: str(line[key]) for key in keys if line.get(key)} for line in reversed(lines)}


def _from_filing(path: Path, edition: Edition) -> Previous:
    """The rows of a unit's filing, read with the forms of the year that it names, else of the year before."""
    from hrss12333.reading.documents import read_source
    from hrss12333.reading.files.discovery import Source, load

    source = Source(path.name, partial(load, path), named=True)
    before = edition_of(edition.year - 1)
    document = read_source(source, before, year_settled=True)
    if isinstance(document, Unreadable) and document.problem is not Problem.NO_FORM:
        raise UsageStop(f"无法读取上一年的汇总表或报送表“{path}”：{document.message.text}")
    if isinstance(document, Filing) and (own := edition_named(before, document.year)).forms is not before.forms:
        document = read_source(source, own, year_settled=True)
    if not isinstance(document, Filing) or document.unit is None:
        raise UsageStop(
            f"“{path}”不是本工具生成的汇总表，也不是写明单位的报送表。请在 --previous 后给出上一年 merge 命令写出的汇总表，"
            "或本单位上一年的报送表。"
        )
    rows: RowsOfYear = {}
    unmatched: list[str] = []
    for form in edition.forms:
        given = [(table, row) for table in document.tables if table.form.key == form.key for row in table.rows]
        rows |= _single_rows(
            ((document.unit.name, row.region, form.key), row.scalars()) for _, row in given if row.region
        )
        known = {column.key: column.label for table, _ in given for column in table.form.data}
        unmatched += _differing_columns(form, known) if given else ()
    return _with_successors(Previous(document.year or before.year, rows, tuple(unmatched)), {}, edition)


def _with_successors(previous: Previous, former: RowsOfYear, edition: Edition) -> Previous:
    """Last year's figures, those of regions that have since become part of others added to their successors' figures.
    ``former``: rows that did not count then, as a region's that the lists of ``edition`` name below a city."""
    rows = dict(previous.rows)
    questioned = dict(previous.questioned)
    joined: dict[tuple[str, str], str] = {}
    year = previous.year or edition.year - 1
    for unit in edition.units:
        for old, new in successors(unit, year, edition.year).items():
            for form in edition.forms:
                was, now = (unit.name, old, form.key), (unit.name, new, form.key)
                ended = rows.pop(was, None) or former.get(was)
                kept = rows.get(now)
                if ended and kept:
                    rows[now] = {column.key: _sum(column, kept, ended) for column in form.columns}
                    questioned[now] = questioned.get(now, frozenset()) | questioned.pop(was, frozenset())
                    joined[unit.name, old] = f"{old}已并入{new}，上一年的数加在一起与今年的{new}比较"
    return replace(previous, rows=rows, questioned=questioned, joined=tuple(joined.values()))


def _sum(column: Column, kept: Mapping[str, Scalar], ended: Mapping[str, Scalar]) -> Scalar:
    """The value of two regions together: the sum of two figures, or an answer that both gave; else None."""
    one, other = kept.get(column.key), ended.get(column.key)
    if column.kind is not Kind.COUNT:
        return one if one == other or column.kind in (Kind.REGION, Kind.SERIAL) else None
    return one + other if isinstance(one, int) and isinstance(other, int) else None


def within_unit(previous: Previous, unit: Unit) -> Previous:
    """Last year's figures of one unit, with its cities in the units' place."""
    rows = {(name, name, key): row for (of, name, key), row in previous.rows.items() if of == unit.name}
    questioned = {(name, name, key): keys for (of, name, key), keys in previous.questioned.items() if of == unit.name}
    return replace(previous, rows=rows, questioned=questioned)
