"""Owner and period of each table of a book, decided once from all evidence, before its rows are read.

Evidence of the owner, the strongest first: most of its regions, its header, the tables around it, the names
around it, the mail. Of the period: its title and a heading's bracket, a line above it, a line or column that
dates its rows, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec.structs import replace

from hrss12333.model.filing import BLANK, Row, Table, Value
from hrss12333.model.message import read_as
from hrss12333.model.text import NAMED, Evidence, Text, TextKind, ranked
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout import table_words
from hrss12333.reading.layout.rows import Fate, TablePart
from hrss12333.reading.layout.sheets import SheetRead, is_titled
from hrss12333.reading.values import as_text
from hrss12333.survey.editions import edition_named
from hrss12333.survey.gazetteer import Gazetteer, RegionMatch, match_region, places_in, regions_in
from hrss12333.survey.labels import is_label
from hrss12333.survey.periods import Period, times_in, year_period
from hrss12333.survey.regions import SubRegion, Unit
from hrss12333.survey.schema import Edition, Form

NAMED_AROUND = NAMED - {TextKind.SHEET} | {TextKind.MAIL}
"""Kinds of texts around a file that may name its owner."""
_LONGEST_SIGNATURE = 30
"""Letters in a line of a mail that may be its signature."""
_SUFFIXES = tuple("省市州盟区县师")
"""Endings of a place's full name: 东方 may be another word, 东方市 may not."""
_LONGEST_TITLE = 60
_QUARTER = 92
"""Days of the longest quarter."""
_OF_TITLES = ("调查表", "统计表", "情况表", "汇总表", "数据表", "报表", "电话服务", "电话系统")
_OF_ELSE = ("请", "根据", "按照", "通知", "要求", "计划", "目标", "安排")
"""Words of lines about something other than the table."""


# Owners


def attribute_owners(parts: Sequence[TablePart], around: Iterable[Text], default: Unit | None) -> None:
    """Give each table of a book its owner; ``default`` applies to a book without any.

    Tables whose headers name one unit are decided together; one without a header joins those before it if it
    is their next page or other form. Forms headed by several units are one filing, unless their regions have
    two owners or several tables are of one form."""
    groups: list[list[TablePart]] = []
    for part in parts:
        last = groups[-1] if groups else []
        continues = any(part.grid is other.grid for other in last[-1:])
        completes = all(part.heading.form is not other.heading.form for other in last)
        unit = part.headed
        if last and (unit is last[0].headed if unit else continues or completes):
            last.append(part)
        else:
            groups.append([part])
    # A single other name in a table without a header is more likely a slip than another owner.
    certain = [len(groups) == 1 or group[0].headed or len(_names_listed(group)) > 1 for group in groups]
    shown = [_unit_of_regions(group) if sure else None for group, sure in zip(groups, certain, strict=True)]
    found = [unit or group[0].headed for unit, group in zip(shown, groups, strict=True)]
    forms = {(part.heading.form.key, unit) for group, unit in zip(groups, found, strict=True) for part in group if unit}
    by_regions = {unit.code: unit for unit in shown if unit}
    if len(by_regions) < 2 and len(forms) == len({key for key, _ in forms}):
        found = [next(iter((*by_regions.values(), *filter(None, found))), None)] * len(found)
    unit = next(filter(None, found), None) or _unit_of_regions(parts) or default or _unit_of_names(parts, around)
    for group, own in zip(groups, found, strict=True):
        unit = own or unit
        for part in group:
            part.unit = unit


def _unit_of_regions(parts: Sequence[TablePart]) -> Unit | None:
    """The unit of most regions listed, the header's if several are equal; else the unit of its counties."""
    gazetteer, names = parts[0].edition.gazetteer, _names_listed(parts)
    known = Counter(unit for name in names for unit in gazetteer.owners(name)) or Counter(
        {unit: sum(map(unit.places.__contains__, names)) for unit in gazetteer.units}
    )
    likely = {unit: number for unit, number in known.items() if 2 * number > len(names)}
    if (headed := parts[0].headed) in likely:
        return headed
    best = [unit for unit, number in likely.items() if number == max(likely.values())]
    return best[0] if len(best) == 1 else None


def _names_listed(parts: Sequence[TablePart]) -> set[str]:
    """The texts in the column of regions with filled cells beside them, except totals, samples and notes."""
    found = {
        as_text(part.grid.shown_at(row, region))
        for part in parts
        if (region := part.heading.region) is not None
        for row in range(part.heading.body, part.end)
        if any(part.grid.cells[row])  # most rows below a table are blank
        and any(part.grid.at(row, column) not in (None, "") for column in part.heading.of_data)
    }
    others = (table_words.is_total, table_words.is_sample, table_words.is_statistic, table_words.is_note)
    return {name for name in found if name and not any(is_other(name) for is_other in others)}


# Names around a table


def units_named(text: str, gazetteer: Gazetteer) -> list[Unit]:
    """The units that a text names, directly or by the full name of a region."""
    places = places_in(text, gazetteer)
    owners = [each.owner for each in places if each.unit or each.spelling.endswith(_SUFFIXES)]
    return [*dict.fromkeys(owner[0] for owner in owners if owner)]


def lines_naming_units(text: Text, gazetteer: Gazetteer) -> list[str]:
    """The text itself if it is a name; of a mail, lines with only an office's name: its signature."""
    if text.kind is not TextKind.MAIL:
        return [text.text]
    words = (word for line in text.text.splitlines() if len(line) <= _LONGEST_SIGNATURE for word in line.split())
    return [word for word in words if places_in(word, gazetteer) and gazetteer.match(word).unit]


def _unit_of_names(parts: Sequence[TablePart], around: Iterable[Text]) -> Unit | None:
    """The only unit in the strongest of the names around these tables."""
    sheets = (Text(TextKind.SHEET, name) for name, _ in groupby(part.grid.name for part in parts))
    texts = (*sheets, *(text for text in around if text.kind in NAMED_AROUND))
    gazetteer = parts[0].edition.gazetteer
    named = (units_named(line, gazetteer) for text in texts for line in lines_naming_units(text, gazetteer))
    return next((units[0] for units in named if len(units) == 1), None)


# Periods


def attribute_periods(parts: Iterable[TablePart], book: Book, survey: int) -> None:
    """Give each table of a book its period, and each row dated otherwise that period; ``survey``: the year
    that is processed.

    A table dated only by names has the period of the book's other forms."""
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


def editions_of(sheets: Sequence[SheetRead], book: Book, edition: Edition) -> Iterator[Edition]:
    """The edition of each sheet, by the lines of its first table, else of other sheets, else by names."""
    every = [item for sheet in sheets for part in sheet.parts for item in _evidence_of_lines(part, edition.year)]
    for sheet in sheets:
        lines = [item for part in sheet.parts[:1] for item in _evidence_of_lines(part, edition.year)] or every
        names = _evidence_of_names(sheet.grid, book, edition.year)
        period = decided_period((*lines, *names), book, edition.year)
        yield edition_named(edition, period.year or period.last.year if period else None)


def decided_period(evidence: Iterable[Evidence[Period]], book: Book, survey: int) -> Period | None:
    """The period by all its evidence; None without any.

    The strongest decides, and periods within it narrow it (a sheet 11月 below the year's title). Names alone
    give no other year if the year that is processed is settled; otherwise they help to settle it."""
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
"""A table above another on its sheet, its lines' evidence, and the last line of a year among its rows."""


def _find_evidence(part: TablePart, above: Sequence[_Above], book: Book, survey: int) -> _Above:
    """Find all evidence of a table's period; a table without lines or title shares that of the table above."""
    same = [each for each in above if each[0].heading.form is part.heading.form]
    is_new = not above or (same and any(is_titled(line.text, part.edition.forms) for line in part.lines))
    lines: Sequence[Evidence[Period]] = [*_evidence_of_lines(part, survey)] or ([] if is_new else above[-1][1])
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
    """The period that a line names as a title or by itself, beside header labels and measures."""
    plain = table_words.without_measures(line)
    found = times_in(plain, survey)
    if found.is_alone:
        return (found.period, TextKind.ABOVE) if found.period else None
    # A form may be named without its full title: 宁夏12333电话服务情况（2018年）.
    is_named = any(word in line for word in _OF_TITLES) and not any(word in line for word in _OF_ELSE)
    if is_titled(line, forms) or (is_named and len(line) <= _LONGEST_TITLE):
        period = times_in(line, survey, is_title=True).period
        return (period, TextKind.TITLE) if period else None
    words = plain.split() if found.periods else []
    alone = [times_in(word, survey) for word in words if not is_label(word)]
    period = next((times.period for times in alone if times.is_alone), None) if len(alone) < len(words) else None
    return (period, TextKind.ABOVE) if period else None


def _evidence_of_names(grid: Grid, book: Book, survey: int) -> Iterator[Evidence[Period]]:
    """Evidence in the names of a sheet and its file; a month without a year in a file's name is none."""
    file = (text for text in book.around if text.kind is TextKind.FILE)
    for name in (Text(TextKind.SHEET, grid.name, sheet=grid.name), *file):
        period = times_in(name.text, survey).period
        is_bare = period is not None and not period.has_year and (period.last - period.first).days < _QUARTER
        if period and not (is_bare and name.kind is TextKind.FILE):
            yield Evidence(period, name)


# What dates rows


def _evidence_beside(part: TablePart, row: int, period: Period, kind: TextKind, text: str) -> Evidence[Period]:
    """Evidence in a row; its place is the row's first column."""
    return Evidence(period, Text(kind, text, part.grid.place(row, part.heading.first_column), part.grid.name))


def _lines_of_years(part: TablePart, line: Evidence[Period] | None) -> dict[int, Evidence[Period] | None]:
    """Row → the last line of a year above it; ``line``: the last one above the headings."""
    found: dict[int, Evidence[Period] | None] = {}
    for row in part.body:
        if row.fate is Fate.YEAR and (period := table_words.period_of_row(row.lead, part.edition.year)):
            line = _evidence_beside(part, row.index, period, TextKind.ABOVE, row.lead)
        found[row.index] = line
    return found


def _dates_in_columns(part: TablePart) -> dict[int, Evidence[Period]]:
    """Row → its evidence in a column without a field that has a period in every row."""
    found, survey = dict[int, Evidence[Period]](), part.edition.year
    for match in part.heading.strangers:
        dated = dict[int, Evidence[Period]]()
        for row in part.valid:
            cell = as_text(part.grid.shown_at(row.index, match.column))
            whole = f"{match.text}：{cell}"
            times = times_in(whole, survey)  # 填报时间 heads no such column
            if times.period and not times.sendings and times_in(cell, survey).is_alone:
                dated[row.index] = _evidence_beside(part, row.index, times.period, TextKind.CELL, whole)
        found |= dated if len(dated) == len(part.valid) else {}
    return found


def _other_periods(part: TablePart, dates: Mapping[int, Evidence[Period] | None]) -> dict[int, Period]:
    """Row → its period, for rows of another year, or of a part of the year if the whole year is there."""
    periods = {row: item.value if item else None for row, item in dates.items()}
    if len({*periods.values()}) < 2:
        return {}
    regions = {row.index: (row.match and row.match.name) or row.written for row in part.valid}
    whole = {regions[row] for row, period in periods.items() if period is None or period.year == part.edition.year}
    return {
        row: period
        for row, period in periods.items()
        if period and (period.year_beside(part.edition.year) or (period.year is None and regions[row] in whole))
    }


# Rows of a city under its name


def with_city_rows(tables: Sequence[Table]) -> list[Table]:
    """The tables of one file; rows in which a city reports itself as 全市 or 市本级 get the city's name."""
    return [replace(each, rows=tuple(_city_rows(each, each.unit, tables))) if each.unit else each for each in tables]


def _city_rows(table: Table, unit: Unit, tables: Iterable[Table]) -> Iterator[Row]:
    """The rows of a table; a district's such as 市中区 under the city in the header or above them."""
    same = [row for other in tables if other.form is table.form and other.unit is unit for row in other.rows]
    city = header_city(table, unit) or _city_by_name(table, unit)
    for at, row in enumerate(table.rows):
        place = _place_below(row)
        if place is None or not place.namesakes:
            yield _row_under_city(table, row, unit, city, same)
        elif (around := city or _heading(table.rows, at)) in place.cities:
            own = place.within(str(around))
            yield _renamed(table, row, RegionMatch(own.name, below=own))
        else:
            yield row


def header_city(table: Table, unit: Unit) -> str | None:
    """The region that the header names besides or instead of the unit."""
    written = table.header.get("unit", BLANK).found
    match = match_region(unit, written) if isinstance(written, str) else None
    return match.name if match and match.reports else None


def _city_by_name(table: Table, unit: Unit) -> str | None:
    """The only region in the name of the sheet, else of the file."""
    names = (table.sheet, table.file.replace("\\", "/").rpartition("/")[2])
    named = next(filter(None, (regions_in(unit, name) for name in names)), frozenset[str]())
    return next(iter(named)) if len(named) == 1 else None


def _renamed(table: Table, row: Row, match: RegionMatch) -> Row:
    """The row under another region, with a note of that."""
    key = table.form.region.key
    value = row.get(key)
    written = value.found if value.found is not None else row.region
    how = read_as(match.name) if match.name and match.name != written else None
    named = Value(written, match.name, value.place or row.place, note=how)
    return replace(row.changed({key: named}), region=match.name, match=match)


def _place_below(row: Row) -> SubRegion | None:
    return row.match.below if row.match else None


def _heading(rows: Sequence[Row], at: int) -> str | None:
    """The region above a row, if all rows between are places in it."""
    between: list[SubRegion] = []
    for row in reversed(rows[:at]):
        if row.match and row.match.official:
            return row.region if all(row.region in place.cities for place in between) else None
        if row.match is None or row.match.below is None:
            return None
        between.append(row.match.below)
    return None


def _row_under_city(table: Table, row: Row, unit: Unit, city: str | None, same: Sequence[Row]) -> Row:
    """The row, under its city if no other row is about the city."""
    below = _place_below(row)
    if below is None or not below.own_level:
        # A municipality's districts call themselves 全区; 全市 or the unit's name is the whole municipality.
        itself = unit.is_municipality and city and row.match and row.match.is_unit and str(row.region).endswith("区")
        return _renamed(table, row, RegionMatch(city, official=True)) if itself else row
    owner = below.cities[0] if len(below.cities) == 1 else city if not below.cities else None
    if owner is None:
        return row
    others = {
        other.place
        for other in same
        if other.region == owner
        or ((place := _place_below(other)) and place.own_level and owner in (place.cities or (city,)))
    }
    # 全市 and 本市 are all of it; 市本级 beside the city's counties is a part of it, as 市本级 beside 全市 is.
    whole = str(row.region)[:1] in ("全", "本") and not str(row.region).startswith("本级")
    places = filter(None, map(_place_below, same))
    counties = any(owner in place.cities and not (place.own_level or place.reports_itself) for place in places)
    if whole or (others == {row.place} and not counties):
        return _renamed(table, row, match_region(unit, owner))
    if below.cities:
        return row
    name = f"{owner}本级"
    return _renamed(table, row, RegionMatch(name, below=SubRegion(name, (owner,), own_level=True)))
