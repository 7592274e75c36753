"""Rows in which a city reports itself without its name: 全市 or 市本级 under a header that names the city, and
银川市本级 where the city has no row of its own. Such a row is the city's."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from hrss12333.model.filing import BLANK, OwnedTable, Row, Table, Value
from hrss12333.model.message import read_as
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import SubRegion, Unit


def with_city_rows(tables: Sequence[OwnedTable]) -> list[OwnedTable]:
    """The tables of one file, such rows under their city's name."""
    rows = (row.match for table, _ in tables for row in table.rows if row.match)
    if not any(match.is_unit or (match.below and (match.below.own_level or match.below.namesakes)) for match in rows):
        return list(tables)
    return [(_with_city_rows(table, unit, tables), unit) for table, unit in tables]


def header_city(table: Table, unit: Unit) -> str | None:
    """The region that the header names beside the unit, or instead of it."""
    written = table.header.get("unit", BLANK).found
    match = match_region(unit, written) if isinstance(written, str) else None
    return match.name if match and match.reports else None


def _city_by_name(table: Table, unit: Unit) -> str | None:
    """The one region that the name of the sheet gives, else that of the file."""
    for name in (table.sheet, table.file.replace("\\", "/").rpartition("/")[2]):
        for prefix in unit.prefixes:
            name = name.replace(prefix, "")
        named = {region for spelling, region in unit.certain.items() if spelling in name}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def renamed(table: Table, row: Row, match: RegionMatch | None, region: str | None) -> Row:
    """The row under another region, with a note of how it is read."""
    key = table.form.region.key
    value = row.get(key)
    written = value.found if value.found is not None else row.region
    how = read_as(region) if region and region != written else None
    named = Value(written, region, value.place or row.place, note=how)
    return replace(row.changed({key: named}), region=region, match=match)


def _place_below(row: Row) -> SubRegion | None:
    return row.match.below if row.match else None


def _with_city_rows(table: Table, unit: Unit | None, tables: Sequence[OwnedTable]) -> Table:
    if unit is None:
        return table
    same = [row for other, owner in tables if other.form is table.form and owner is unit for row in other.rows]
    city = header_city(table, unit) or _city_by_name(table, unit)
    rows = tuple(
        _of_city(table, row, place, city or _heading(table.rows, at))
        if (place := _place_below(row)) and place.namesakes
        else _row_under_city(table, row, unit, city, same)
        for at, row in enumerate(table.rows)
    )
    return replace(table, rows=rows) if rows != table.rows else table


def _of_city(table: Table, row: Row, place: SubRegion, city: str | None) -> Row:
    """The row of a district such as 市中区, as that of the city that the header names, or under which the row is."""
    if city not in place.cities:
        return row
    own = place.within(city)
    return renamed(table, row, RegionMatch(own.name, below=own), own.name)


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
        return renamed(table, row, RegionMatch(city, official=True), city) if itself else row
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
        return renamed(table, row, match_region(unit, owner), owner)
    if below.cities:
        return row
    name = f"{owner}本级"
    return renamed(table, row, RegionMatch(name, below=SubRegion(name, (owner,), own_level=True)), name)
