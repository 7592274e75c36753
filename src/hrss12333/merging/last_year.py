"""Last year's figures, to compare with: what its national workbook published, and each region's own figures; or the
rows of one unit's filing in the official form, or of its own workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field

from hrss12333.merging.national_workbook import Cells, Sheets, counted_rows, differing_columns, summary_figures
from hrss12333.merging.unit_and_year import with_owners
from hrss12333.model.column_keys import from_properties
from hrss12333.model.errors import UsageStop, in_words
from hrss12333.model.filing import Filing
from hrss12333.model.national import Entry
from hrss12333.model.quotient import Quotient, quotient
from hrss12333.model.summary_lines import (
    CONTACTS,
    NOBODY,
    OVERVIEW,
    REPORTERS,
    UNIT_KEY,
    Figure,
    Line,
    detail_sheet,
    figures,
    owner,
    summary_sheet,
)
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER, TOTAL
from hrss12333.survey.indicators import Indicator
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Scalar

T = TypeVar("T")
Rows = dict[tuple[str, str, str], Mapping[str, Scalar]]


class Past(dict[str, Scalar]):
    """A row of last year's as indicators take it."""

    def scalar(self, key: str) -> Scalar:
        """A field; None where it is missing."""
        return self.get(key)


class Previous(Struct, frozen=True, dict=True):
    """What last year's workbook or filing says."""

    year: int | None = None
    """None where it does not say."""
    totals: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    """(unit, form key) → figure key → figure of 汇总; the nation under 合计. A figure that was blank is absent."""
    rows: Mapping[tuple[str, str, str], Mapping[str, Scalar]] = field(default_factory=dict)
    """(unit, region, form key) → field key → value, of the rows counted then; a region with several rows is absent."""
    unmatched: tuple[str, ...] = ()
    """What the two years' forms do not have in common; Chinese sentences."""
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Unit → name, mobile and email of its first contact, as far as they are given."""
    asked: Mapping[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    """As of ``rows`` → keys of the figures that were in open question then."""

    def total(self, name: str, form: Form, key: str) -> int | None:
        """A figure of last year's 汇总."""
        return self.totals.get((name, form.key), {}).get(key)

    def row(self, entry: Entry) -> Past:
        """Last year's figures of a row's region, without those that were in question; none where it is not known."""
        return self._past.get((owner(entry), entry.row.region or "", entry.form.key), Past())

    @cached_property
    def _past(self) -> dict[tuple[str, str, str], Past]:
        asked: Mapping[tuple[str, str, str], frozenset[str]] = self.asked
        return {
            at: Past({key: value for key, value in row.items() if key not in asked[at]} if at in asked else row)
            for at, row in self.rows.items()
        }

    def common(self, line: Line, keys: Collection[str]) -> list[tuple[Entry, Past]]:
        """The line's rows that give all of these figures in both years, in no question in either: the only ones that are
        compared."""
        both = self._once(line, "", lambda: [(entry, self.row(entry)) for entry in line.entries])
        if line.in_question(keys):
            out = {id(entry) for entry in line.asked_rows(*keys)}
            both = [(now, then) for now, then in both if id(now) not in out]
        for key in keys:
            both = [(now, then) for now, then in both if then.get(key) is not None and now.row.scalar(key) is not None]
        return both

    def sums(self, line: Line, figure: Figure) -> tuple[int, int, int] | None:
        """A figure over these rows, this year's first, and how many they are; None where there are none."""
        return self._once(line, figure.key, lambda: self._sums(line, figure))

    def _sums(self, line: Line, figure: Figure) -> tuple[int, int, int] | None:
        key, choice = figure.column.key, figure.choice
        both = [(now.row.scalar(key), then[key]) for now, then in self.common(line, (key,))]
        counted = [(now == choice, then == choice) for now, then in both] if choice else both
        if not both:
            return None
        now, then = (sum([value for value in year if isinstance(value, int)]) for year in zip(*counted, strict=True))
        return now, then, len(both)

    def quotients(self, line: Line, indicator: Indicator) -> tuple[Quotient, Quotient]:
        """An indicator over these rows, this year's first."""
        return self._once(line, indicator, lambda: self._quotients(line, indicator))

    def _quotients(self, line: Line, indicator: Indicator) -> tuple[Quotient, Quotient]:
        both = self.common(line, indicator.fields)
        return quotient(indicator, [entry.row for entry, _ in both]), quotient(indicator, [then for _, then in both])

    def _once(self, line: Line, what: object, work_out: Callable[[], T]) -> T:
        """What several sheets ask of a line, worked out once; the line is kept, so that no other can take its number."""
        if (id(line), what) not in self._known:
            self._known[id(line), what] = line, work_out()
        found: T = self._known[id(line), what][1]
        return found

    @cached_property
    def _known(self) -> dict[tuple[int, object], tuple[Line, Any]]:
        return {}

    def regions(self, unit: str, form: Form) -> tuple[str, ...]:
        """Regions that the unit reported last year, in the order of the workbook."""
        return tuple(self._regions.get((unit, form.key), ()))

    @cached_property
    def _regions(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for unit, region, form in self.rows:
            found.setdefault((unit, form), []).append(region)
        return found

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Units that reported any figure last year."""
        given = (name for (name, _), found in self.totals.items() if found and name != TOTAL)
        return tuple(dict.fromkeys(given))


def load(path: Path, edition: Edition, edition_of: Callable[[int], Edition] | None = None) -> Previous:
    """Read a workbook of the nation or of one unit that this tool wrote, or a filing in the official form; stored values
    only, nothing in it is run or followed. Compared are the fields of ``edition``; what is neither is refused."""
    of_year = edition_of or edition.of_year
    sheets, data = open_national(path, "上一年的汇总表或报送表")
    held = [form for form in edition.forms if {summary_sheet(form), detail_sheet(form)} <= sheets.cells.keys()]
    if not held:
        return _of_filing(path, data, edition, of_year)
    year = sheets.year or _year(sheets.cells.get(OVERVIEW, []))
    earlier = {form.key: form for form in (of_year(year) if year else edition).forms}
    totals: dict[tuple[str, str], Mapping[str, int]] = {}
    rows: Rows = {}
    asked: dict[tuple[str, str, str], frozenset[str]] = {}
    unmatched = [f"上一年的汇总表没有{form.key}，不作比较" for form in edition.forms if form not in held]
    for form in held:
        then = earlier.get(form.key, form)
        of = sheets.unit
        for name, found in summary_figures(sheets, form, then).items():
            if of and name == TOTAL:  # its cities' figures are those of their rows
                totals[of, form.key] = found
            elif not of and name != NOBODY:  # nobody knows whether they are the same
                totals[name, form.key] = found
        counted = [((of or unit, region, form.key), row) for unit, region, row in counted_rows(sheets, form, then)]
        rows |= _single((name, row.values) for name, row in counted)
        asked |= {name: row.asked for name, row in counted if row.asked}
        unmatched += _differing(form, *differing_columns(sheets, form, then))
    return Previous(year, totals, rows, tuple(unmatched), _contacts(sheets), asked)


def _differing(form: Form, gone: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    for labels, why in ((gone, "是上一年的，今年没有"), (new, "上一年没有")):
        if listed := "”“".join(labels):
            yield f"{form.key}的“{listed}”{why}，不作比较"


def _single(rows: Iterable[tuple[tuple[str, str, str], Mapping[str, Scalar]]]) -> Rows:
    """Each region's only row: which of two to compare with would be a guess."""
    found: Rows = {}
    twice = set()
    for key, values in rows:
        twice |= {key} & found.keys()
        found[key] = values
    return {key: values for key, values in found.items() if key not in twice}


def _contacts(sheets: Sheets) -> dict[str, dict[str, str]]:
    """The first contact of each unit or city."""
    labels = {blank.label: blank.key for blank in HEADER if blank.key != "unit"}
    start, columns = sheets.columns(CONTACTS, REPORTERS | labels)
    found: dict[str, dict[str, str]] = {}
    for line in sheets.cells.get(CONTACTS, ())[start:]:
        given = {key: str(line[at]) for key, at in columns.items() if at < len(line) and line[at]}
        if UNIT_KEY in given:
            found.setdefault(given.pop(UNIT_KEY), given)
    return found


def _year(cells: Cells) -> int | None:
    texts = (value for line in cells[:3] for value in line if isinstance(value, str))
    return next((int(match[1]) for text in texts if (match := re.search(r"((?:19|20)\d\d)年度", text))), None)


def _of_filing(path: Path, data: bytes, edition: Edition, edition_of: Callable[[int], Edition]) -> Previous:
    """The rows of a unit's filing, read with the forms of the year that it names."""
    from hrss12333.reading.documents import read_source
    from hrss12333.reading.files.source import Source

    source = Source(path.name, lambda: data, named=True)
    document = read_source(source, edition)
    if isinstance(document, Filing) and document.year and edition_of(document.year).forms is not edition.forms:
        document = read_source(source, edition_of(document.year))
    owned = with_owners([document], edition.gazetteer)[0] if isinstance(document, Filing) else None
    if not isinstance(owned, Filing) or owned.unit is None:
        raise UsageStop(
            f"“{path}”不是本工具生成的汇总表，也不是写明单位的报送表。请在 --previous 后给出上一年 merge 命令写出的汇总表，"
            "或本单位上一年的报送表。"
        )
    rows: Rows = {}
    totals: dict[tuple[str, str], Mapping[str, int]] = {}
    unmatched: list[str] = []
    for form in edition.forms:
        given = [(table, row) for table in owned.tables if table.form.key == form.key for row in table.rows]
        said = [(row.region, row.scalars()) for _, row in given]
        rows |= _single(((owned.unit.name, region, form.key), values) for region, values in said if region)
        totals[owned.unit.name, form.key] = _figures(form, [values for _, values in said])
        known = {column.key: column.label for table, _ in given for column in table.form.data}
        gone = [label for key, label in known.items() if key not in form.by_key]
        unmatched += _differing(form, gone, [column.label for column in form.data if given and column.key not in known])
    return Previous(owned.year, totals, rows, tuple(unmatched))


def within(previous: Previous, unit: Unit, edition: Edition) -> Previous:
    """The same of one unit, its cities in the units' place."""
    totals: dict[tuple[str, str], Mapping[str, int]] = {}
    rows: Rows = {}
    for form in edition.forms:
        own = {name: row for (of, name, key), row in previous.rows.items() if (of, key) == (unit.name, form.key)}
        for name, row in own.items():
            rows[name, name, form.key] = row
            totals[name, form.key] = _figures(form, [row])
        totals[TOTAL, form.key] = previous.totals.get((unit.name, form.key)) or _figures(form, list(own.values()))
    asked = {(name, name, key): keys for (of, name, key), keys in previous.asked.items() if of == unit.name}
    return Previous(previous.year, totals, rows, previous.unmatched, previous.contacts, asked)


def _figures(form: Form, rows: Sequence[Mapping[str, Scalar]]) -> dict[str, int]:
    """Figure key → figure over these rows; one that no row answers is absent."""
    found: dict[str, int] = {}
    for figure in figures(form):
        given = [value for row in rows if (value := row.get(figure.column.key)) is not None]
        if given:
            counted = [value == figure.choice if figure.choice else value for value in given]
            found[figure.key] = sum(value for value in counted if isinstance(value, int))
    return found


def open_national(path: Path, what: str) -> tuple[Sheets, bytes]:
    """The sheets of a workbook, through the same guarded door as any stranger's file, and its content; ``what`` says in
    Chinese what was looked for, where it cannot be read."""
    from hrss12333.reading.files.document_properties import custom_properties
    from hrss12333.reading.files.package import Package
    from hrss12333.reading.formats.opening import open_bytes
    from hrss12333.reading.grid import Book, FileProblem

    try:
        data = path.read_bytes()
        book = open_bytes(data)
        keys = from_properties(custom_properties(Package(data))) if data.startswith(b"PK") else None
    except OSError as error:
        raise UsageStop(f"无法读取{what}“{path}”：{in_words(error)}。") from error
    except FileProblem as problem:
        raise UsageStop(f"无法读取{what}“{path}”：{problem.message}") from problem
    return Sheets({grid.name: grid.cells for grid in book.grids} if isinstance(book, Book) else {}, keys), data
