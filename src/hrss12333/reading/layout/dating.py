"""Of what time each table of a book is: one decision for each, from all evidence, before its rows are read.

Evidence is, from the strongest: its title and a heading's bracket, a line above it, a line or a column that dates its rows, the names
of its sheet and file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec.structs import replace

from hrss12333.model.filing import Row, Table
from hrss12333.model.text import Evidence, Text, TextKind, ranked
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.rows import Fate, TablePart
from hrss12333.reading.layout.sheets import SheetRead, is_titled
from hrss12333.reading.layout.table_words import period_of_row, without_measures
from hrss12333.reading.values import as_text
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.labels import is_label
from hrss12333.survey.periods import Period, times_in, year_period
from hrss12333.survey.schema import Form

_LONGEST_TITLE = 60
_QUARTER = 92
"""Days of the longest quarter."""
_OF_TITLES = ("调查表", "统计表", "情况表", "汇总表", "数据表", "报表", "电话服务", "电话系统")
_OF_ELSE = ("请", "根据", "按照", "通知", "要求", "计划", "目标", "安排")
"""Words about other than the table."""


def attribute_periods(parts: Iterable[TablePart], book: Book, survey: int) -> None:
    """Give each table of a book its period, and each row that is dated otherwise its own; ``survey``: the year that is processed.

    A table that nothing but names dates is of the period that the other forms of its book have.
    """
    silent, dated = list[TablePart](), list[TablePart]()
    for _, of_sheet in groupby(parts, lambda part: id(part.grid)):
        above = list[_Above]()
        for part in of_sheet:
            above.append(_find_evidence(part, above, book, survey))
            part.period = decided_period(part.evidence, book, survey)
            (silent if all(item.is_named for item in part.evidence) else dated).append(part)
    agree = len({str(part.period) for part in dated}) == 1
    if agree and {part.heading.form for part in silent}.isdisjoint(part.heading.form for part in dated):
        inside = [item for item in dated[0].evidence if not item.is_named]
        for part in silent:
            part.evidence = (*inside, *part.evidence)
            part.period = decided_period(part.evidence, book, survey)


def by_period(table: Table, apart: Mapping[int, Evidence[Period]], book: Book, survey: int) -> list[Table]:
    """The table, or one for each part of the year of which it has rows; of these the first has what is no row, and none a 合计.

    ``apart``: row → what dates it, where not all are dated alike.
    """
    if not apart:
        return [table]
    rows: dict[Period | None, list[Row]] = defaultdict(list)
    evidence: dict[Period | None, tuple[Evidence[Period], ...]] = {}
    for row in table.rows:
        every = (*table.evidence, *filter(None, [apart.get(row.place.row - 1)]))
        period = decided_period(every, book, survey)
        part = period if period and period.year is None else table.period
        rows[part].append(row)
        evidence.setdefault(part, every)
    found = [
        replace(table, rows=tuple(of_part), period=part, evidence=evidence[part], total=None, earlier_totals=())
        for part, of_part in rows.items()
    ]
    rest = [replace(each, samples=(), asides=(), concealed=(), other_years=()) for each in found[1:]]
    return [*found[:1], *rest] if rest else [table]


def editions_of(sheets: Sequence[SheetRead], book: Book, edition: Edition) -> Iterator[Edition]:
    """The edition by whose forms each sheet is to be read: of the year that the lines of its first table name, else those of other
    sheets, else its name and the file's."""
    survey = edition.year
    every = [item for sheet in sheets for part in sheet.parts for item in _evidence_of_lines(part, survey)]
    for sheet in sheets:
        own = [item for part in sheet.parts[:1] for item in _evidence_of_lines(part, survey)]
        evidence = (*(own or every), *_evidence_of_names(sheet.grid, book, survey))
        period = decided_period(evidence, book, survey)
        yield edition_named(edition, period.year or period.last.year if period else None)


def decided_period(evidence: Iterable[Evidence[Period]], book: Book, survey: int) -> Period | None:
    """The period that all evidence of it gives; None where there is none.

    The strongest decides, and what lies within it narrows it (a sheet 11月 below the title of the year). Names alone make it no other
    year's where the year that is processed is settled: else that depends on them.
    """
    ordered = ranked(sorted(evidence, key=lambda item: not item.is_named and bool(item.value.year_beside(survey))))
    inside = [item.value for item in ordered if not item.is_named]
    names = [item.value for item in ordered if item.is_named]
    if not ordered:
        return None
    period = (inside or names)[0]
    own = [value for value in names if value.year_beside(survey) is None]
    if not inside and period not in own and (own or book.year_settled):
        period = own[0] if own else year_period(survey)
    year = period.year or period.last.year
    for value in (item.of_year(year) for item in (*inside, *names)):
        if value.year is None and value.within(period):
            period = replace(value, has_year=value.has_year or period.has_year)
    return period


_Above = tuple[TablePart, Sequence[Evidence[Period]], Evidence[Period] | None]
"""A table above another in its sheet, the evidence in its lines, and the last line of a year among its rows."""


def _find_evidence(part: TablePart, above: Sequence[_Above], book: Book, survey: int) -> _Above:
    """Find all evidence of a table's period that it and its names hold. The last table above shares its lines with it where it
    has neither such lines nor a title under which its form begins anew."""
    same = [each for each in above if each[0].heading.form is part.heading.form]
    lines: Sequence[Evidence[Period]] = [*_evidence_of_lines(part, survey)]
    is_new = bool(same) and any(is_titled(line.text, part.edition.forms) for line in part.lines)
    if above and not lines and not is_new:
        lines = above[-1][1]
    line = same[-1][2] if same and same[-1][1] == lines else None
    by_line = _lines_of_years(part, line)
    dates = {row.index: by_line[row.index] for row in part.valid} | _dates_in_columns(part)
    part.others = _other_periods(part, dates)
    left = {row: item for row, item in dates.items() if row not in part.others}
    is_dated = len({item.value if item else None for item in left.values()}) == 1
    own = [item for item in left.values() if item][:1] if is_dated else []
    part.apart = {} if is_dated else {row: item for row, item in left.items() if item}
    part.evidence = (*lines, *_evidence_of_names(part.grid, book, survey), *own)
    return part, lines, next(reversed(by_line.values()), line)


# The lines above a table, and the names of its sheet and file


def _evidence_of_lines(part: TablePart, survey: int) -> Iterator[Evidence[Period]]:
    """Evidence in the lines above a table and the brackets of its headings."""
    for text in part.lines:
        if text.kind is TextKind.HEADING:
            found = times_in(text.text, survey)
            if found.period and found.is_alone:
                yield Evidence(found.period, text)
            continue
        named = (_period_of_line(line, survey, part.edition.forms) for line in text.text.splitlines())
        if line := next(filter(None, named), None):
            yield Evidence(line[0], replace(text, kind=line[1]))


def _period_of_line(line: str, survey: int, forms: Sequence[Form]) -> tuple[Period, TextKind] | None:
    """The period that a line names, as a title or by itself, beside header labels and units of measure."""
    every = times_in(line, survey)
    if not (every.periods or every.sendings):
        return None
    plain = without_measures(line)
    found = times_in(plain, survey)
    if found.is_alone:
        return (found.period, TextKind.ABOVE) if found.period else None
    # A form may be named without its whole title: 宁夏12333电话服务情况（2018年）.
    is_named = any(word in line for word in _OF_TITLES) and not any(word in line for word in _OF_ELSE)
    if is_titled(line, forms) or (is_named and len(line) <= _LONGEST_TITLE):
        period = times_in(line, survey, is_title=True).period
        return (period, TextKind.TITLE) if period else None
    words = plain.split() if found.periods else []
    alone = [times_in(word, survey) for word in words if not is_label(word)]
    period = next((times.period for times in alone if times.is_alone), None) if len(alone) < len(words) else None
    return (period, TextKind.ABOVE) if period else None


def _evidence_of_names(grid: Grid, book: Book, survey: int) -> Iterator[Evidence[Period]]:
    """Evidence in the names of a sheet and its file; a month or a quarter without a year in a file's name is none."""
    file = (text for text in book.around if text.kind is TextKind.FILE)
    for name in (Text(TextKind.SHEET, grid.name, sheet=grid.name), *file):
        period = times_in(name.text, survey).period
        is_bare = period is not None and not period.has_year and (period.last - period.first).days < _QUARTER
        if period and not (is_bare and name.kind is TextKind.FILE):
            yield Evidence(period, name)


# What dates rows


def _evidence_beside(part: TablePart, row: int, period: Period, kind: TextKind, text: str) -> Evidence[Period]:
    """Evidence in a row, placed in its first column."""
    return Evidence(period, Text(kind, text, part.grid.place(row, part.heading.first_column), part.grid.name))


def _lines_of_years(part: TablePart, line: Evidence[Period] | None) -> dict[int, Evidence[Period] | None]:
    """Row → the last line of a year above it; ``line``: the last one above the headings."""
    found: dict[int, Evidence[Period] | None] = {}
    for row in part.body:
        if row.fate is Fate.YEAR and (period := period_of_row(row.lead, part.edition.year)):
            line = _evidence_beside(part, row.index, period, TextKind.ABOVE, row.lead)
        found[row.index] = line
    return found


def _dates_in_columns(part: TablePart) -> dict[int, Evidence[Period]]:
    """Row → what dates it in a column without a field, in every row of which a period stands."""
    found: dict[int, Evidence[Period]] = {}
    for match in part.heading.strangers:
        cells = {row.index: as_text(part.grid.shown_at(row.index, match.column)) for row in part.valid}
        periods = {row: _period_of_column(match.text, cell, part.edition.year) for row, cell in cells.items()}
        if all(periods.values()):
            for row, period in periods.items():
                if period:
                    found[row] = _evidence_beside(part, row, period, TextKind.CELL, f"{match.text}：{cells[row]}")
    return found


def _period_of_column(heading: str, cell: str, survey: int) -> Period | None:
    """The period by which a cell of a column without a field dates its row; 填报时间 heads no such column."""
    found = times_in(f"{heading}：{cell}", survey)
    return found.period if times_in(cell, survey).is_alone and not found.sendings else None


def _other_periods(part: TablePart, dates: Mapping[int, Evidence[Period] | None]) -> dict[int, Period]:
    """Row → its period, for rows dated as of another year, or of a part of the year beside the same region's whole one."""
    survey = part.edition.year
    periods = {row: item.value if item else None for row, item in dates.items()}
    if len({*periods.values()}) < 2:
        return {}
    regions = {row.index: (row.match and row.match.name) or row.written for row in part.valid}
    whole = {regions[row] for row, period in periods.items() if period is None or period.year == survey}
    return {
        row: period
        for row, period in periods.items()
        if period and (period.year_beside(survey) or (period.year is None and regions[row] in whole))
    }
