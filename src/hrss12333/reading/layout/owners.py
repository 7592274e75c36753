"""Whose each table of a book is: what most of its regions tell, else its header, the tables around it, the names of its sheet,
file, folder or archive, the mail. Then whose a row is in which a city reports itself without its name: 全市 or 市本级 under a
header that names the city, and 银川市本级 where the city has no row of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec.structs import replace

from hrss12333.model.filing import BLANK, OwnedTable, Row, Table, Value
from hrss12333.model.message import read_as
from hrss12333.model.text import NAMED, Text, TextKind
from hrss12333.reading.layout.rows import TablePart
from hrss12333.reading.layout.table_words import is_note, is_sample, is_statistic, is_total
from hrss12333.reading.values import as_text
from hrss12333.survey.gazetteer import Gazetteer, RegionMatch, match_region, places_in, regions_in
from hrss12333.survey.regions import SubRegion, Unit

NAMED_AROUND = NAMED - {TextKind.SHEET} | {TextKind.MAIL}
"""Kinds of texts around a file that may name its owner."""
_LONGEST_SIGNATURE = 30
"""Letters of the line of a mail that may be its signature."""
_SUFFIXES = tuple("省市州盟区县师")
"""Endings of the full name of a place: 东方 may be another word, 东方市 is none."""


def attribute_owners(parts: Sequence[TablePart], around: Iterable[Text], default: Unit | None) -> None:
    """Give each table of a book its owner; ``default`` is that of a book in which no table has one.

    Tables under headers of one unit are decided together; one without a header goes with those before it where it is their
    next page or their other form. Forms headed by several units are one filing, unless their regions tell two owners or several
    tables are of one form.
    """
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
    # One name in a table without a header is a slip sooner than another owner.
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
    """The unit that knows most of the regions listed: the header's, else the one that knows more than any other; where no
    unit knows any, the one that knows most as its counties."""
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
    """The texts in the column of regions beside which something is filled in, but for totals, samples and notes."""
    found = {
        as_text(part.grid.shown_at(row, region))
        for part in parts
        if (region := part.heading.region) is not None
        for row in range(part.heading.body, part.end)
        if any(part.grid.at(row, column) not in (None, "") for column in part.heading.of_data)
    }
    others = (is_total, is_sample, is_statistic, is_note)
    return {name for name in found if name and not any(is_other(name) for is_other in others)}


# Names around a table


def units_named(text: str, gazetteer: Gazetteer) -> list[Unit]:
    """The units that a text names, by themselves or by the full name of a region."""
    places = places_in(text, gazetteer)
    owners = [each.owner for each in places if each.unit or each.spelling.endswith(_SUFFIXES)]
    return [*dict.fromkeys(owner[0] for owner in owners if owner)]


def lines_naming_units(text: Text, gazetteer: Gazetteer) -> list[str]:
    """The text itself where it is a name; of a mail, words that are an office's name and no more: its signature."""
    if text.kind is not TextKind.MAIL:
        return [text.text]
    words = (word for line in text.text.splitlines() if len(line) <= _LONGEST_SIGNATURE for word in line.split())
    return [word for word in words if places_in(word, gazetteer) and gazetteer.match(word).unit]


def _unit_of_names(parts: Sequence[TablePart], around: Iterable[Text]) -> Unit | None:
    """The unit that the strongest of the names around these tables names alone."""
    sheets = (Text(TextKind.SHEET, name) for name, _ in groupby(part.grid.name for part in parts))
    texts = (*sheets, *(text for text in around if text.kind in NAMED_AROUND))
    gazetteer = parts[0].edition.gazetteer
    named = (units_named(line, gazetteer) for text in texts for line in lines_naming_units(text, gazetteer))
    return next((units[0] for units in named if len(units) == 1), None)


# Rows of a city under its name


def with_city_rows(tables: Sequence[OwnedTable]) -> list[OwnedTable]:
    """The tables of one file, with such rows under their city's name."""
    found: list[OwnedTable] = []
    for table, unit in tables:
        if unit is None:
            found.append((table, unit))
            continue
        same = [row for other, owner in tables if other.form is table.form and owner is unit for row in other.rows]
        city = header_city(table, unit) or _city_by_name(table, unit)
        rows = tuple(
            _of_city(table, row, place, city or _heading(table.rows, at))
            if (place := _place_below(row)) and place.namesakes
            else _row_under_city(table, row, unit, city, same)
            for at, row in enumerate(table.rows)
        )
        found.append((replace(table, rows=rows), unit))
    return found


def header_city(table: Table, unit: Unit) -> str | None:
    """The region that the header names beside the unit, or instead of it."""
    written = table.header.get("unit", BLANK).found
    match = match_region(unit, written) if isinstance(written, str) else None
    return match.name if match and match.reports else None


def _city_by_name(table: Table, unit: Unit) -> str | None:
    """The one region that the name of the sheet gives, else that of the file."""
    names = (table.sheet, table.file.replace("\\", "/").rpartition("/")[2])
    named = next(filter(None, (regions_in(unit, name) for name in names)), frozenset[str]())
    return next(iter(named)) if len(named) == 1 else None


def _renamed(table: Table, row: Row, match: RegionMatch | None, region: str | None) -> Row:
    """The row under another region, with a note of how it is read."""
    key = table.form.region.key
    value = row.get(key)
    written = value.found if value.found is not None else row.region
    how = read_as(region) if region and region != written else None
    named = Value(written, region, value.place or row.place, note=how)
    return replace(row.changed({key: named}), region=region, match=match)


def _place_below(row: Row) -> SubRegion | None:
    return row.match.below if row.match else None


def _of_city(table: Table, row: Row, place: SubRegion, city: str | None) -> Row:
    """The row of a district such as 市中区, as that of the city that the header names, or under which the row is."""
    if city not in place.cities:
        return row
    own = place.within(city)
    return _renamed(table, row, RegionMatch(own.name, below=own), own.name)


def _heading(rows: Sequence[Row], at: int) -> str | None:
    """The region above a row, where all rows between are places of its own."""
    between: list[SubRegion] = []
    for row in reversed(rows[:at]):
        if row.match and row.match.official:
            return row.region if all(row.region in place.cities for place in between) else None
        if row.match is None or row.match.below is None:
            return None
        between.append(row.match.below)
    return None


def _row_under_city(table: Table, row: Row, unit: Unit, city: str | None, same: Sequence[Row]) -> Row:
    """The row, under its city where it is the only one that is about it."""
    below = _place_below(row)
    if below is None or not below.own_level:
        # The districts of a municipality say 全区 of themselves; 全市 or the unit's name is the whole municipality.
        itself = unit.is_municipality and city and row.match and row.match.is_unit and str(row.region).endswith("区")
        return _renamed(table, row, RegionMatch(city, official=True), city) if itself else row
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
        return _renamed(table, row, match_region(unit, owner), owner)
    if below.cities:
        return row
    name = f"{owner}本级"
    return _renamed(table, row, RegionMatch(name, below=SubRegion(name, (owner,), own_level=True)), name)
