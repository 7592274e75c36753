"""Evidence that a filing has another owner (H108): headers, names around it, its mail; and the year to merge.

In a filing of one city, the name of another city of its unit is another owner's, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hrss12333.model.filing import BLANK, Document, Filing, Row, Table
from hrss12333.model.text import Evidence, Text, TextKind
from hrss12333.reading.layout.attribution import NAMED_AROUND, header_city, lines_naming_units, units_named
from hrss12333.survey.gazetteer import Gazetteer, places_in
from hrss12333.survey.regions import Unit


def other_owners(filing: Filing, gazetteer: Gazetteer) -> tuple[str, list[Evidence[str]]]:
    """The owner by the strongest evidence, and the evidence of another."""
    unit = filing.unit
    if unit is None:
        return "", []
    found = list(_in_headers(filing, unit))
    for table in filing.tables:
        found += _in_text(Text(TextKind.SHEET, table.sheet, sheet=table.sheet), unit, only_city([table]), gazetteer)
    city = only_city(filing.tables)
    for text in filing.around:
        if text.kind in NAMED_AROUND:
            found += _in_text(text, unit, None if text.kind is TextKind.MAIL else city, gazetteer)
    return city or unit.name, found


def only_city(tables: Sequence[Table]) -> str | None:
    """The only region in the tables; None where they list several, or none for certain."""
    cities = (_city_of(row) for table in tables for row in table.rows)
    first = next(cities, None)
    return first if first is not None and all(city == first for city in cities) else None


def _city_of(row: Row) -> str | None:
    """The region of a row, or of its place; None for the unit, and for a place that reports by itself."""
    below = row.match.below if row.match else None
    if below is None or below.reports_itself:
        return row.region if row.match and row.match.official else None
    return below.cities[0] if len(below.cities) == 1 else None


def _in_headers(filing: Filing, unit: Unit) -> Iterator[Evidence[str]]:
    """Headers that name another owner."""
    for table in filing.tables:
        value = table.header.get("unit", BLANK)
        city, named = only_city([table]), header_city(table, unit)
        # 吉林 is the unit before it is its city.
        of_city = named if city and named != city and str(value.found).strip() not in unit.spellings else None
        other = value.value if value.value not in (None, unit.name) else of_city
        if isinstance(other, str):
            yield Evidence(other, Text(TextKind.HEADER, str(value.found), value.place, table.sheet, table.form.key))


def _in_text(text: Text, unit: Unit, city: str | None, gazetteer: Gazetteer) -> Iterator[Evidence[str]]:
    for line in lines_naming_units(text, gazetteer):
        if other := _other_owner(line, unit, city, gazetteer):
            yield Evidence(other, Text(text.kind, line, sheet=text.sheet))
            return


def _other_owner(text: str, unit: Unit, city: str | None, gazetteer: Gazetteer) -> str | None:
    places = places_in(text, gazetteer)
    # 海南 is a region of 青海, too, where that alone is sent.
    regions = [place.spelling for place in places if city or place.unit is None]
    own = {unit.certain[spelling] for spelling in regions if spelling in unit.certain}
    if own:
        return next(iter(own)) if city and len(own) == 1 and city not in own else None
    if any(place.unit is unit for place in places):
        return None
    others = units_named(text, gazetteer)
    return others[0].name if len(others) == 1 else None


def year_of_most(documents: Iterable[Document]) -> int | None:
    """The year that most units name, of several the newest; None where as many name none, or where names
    alone give it and some filing has none.

    A unit that names none is taken to report on the newest survey. Files without a unit count only where no
    unit names a year.
    """
    filings = [item for item in documents if isinstance(item, Filing)]
    if all(evidence.is_named for item in filings for evidence in item.evidence) and not all(
        item.year for item in filings
    ):
        return None
    units: dict[int, set[str]] = {}
    for filing in [item for item in filings if item.unit and item.year] or filings:
        if filing.year:
            units.setdefault(filing.year, set()).add(filing.unit.code if filing.unit else filing.file)
    silent = {item.unit.code for item in filings if item.unit}.difference(*units.values())
    most = max(units, key=lambda year: (len(units[year]), year), default=None)
    return most if most and len(units[most]) > len(silent) else None


def is_named_otherwise(documents: Iterable[Document], year: int) -> bool:
    """Whether a filing has another year by names alone."""
    others = (item for item in documents if isinstance(item, Filing) and item.year not in (None, year))
    return any(item.evidence and all(evidence.is_named for evidence in item.evidence) for item in others)
