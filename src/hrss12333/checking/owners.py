"""Whose a filing is, by the evidence of the regions that it lists, its header, the names around it, the mail.

The strongest decides (`model.text`); what names another owner is asked about (H108). A filing of one city is the
city's: a name of another city of its unit is another owner's, too. A file without a unit is joined with the others of
the one that it is taken for, so that its correction replaces it; H101 and H102 stay open. Also the year that is merged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import BLANK, Document, Filing, Row, Table
from hrss12333.model.text import NAMED, Evidence, Text, TextKind
from hrss12333.reading.layout.city_rows import header_city, named_within, with_city_rows
from hrss12333.survey.gazetteer import Gazetteer, places_in
from hrss12333.survey.regions import Unit

_NAMED_AROUND = NAMED - {TextKind.SHEET} | {TextKind.MAIL}
_LONGEST_SIGNATURE = 30
"""Letters of the line of a mail that may be its signature."""
_SUFFIXES = tuple("省市州盟区县师")
"""Endings of the full name of a place: 东方 may be another word, 东方市 is none."""


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
        if text.kind in _NAMED_AROUND:
            found += _in_text(text, unit, None if text.kind is TextKind.MAIL else city, gazetteer)
    return city or unit.name, found


def only_city(tables: Sequence[Table]) -> str | None:
    """The one region of whose figures the tables are; None where they list several, or none for certain."""
    cities = (_city_of(row) for table in tables for row in table.rows)
    first = next(cities, None)
    return first if first is not None and all(city == first for city in cities) else None


def _city_of(row: Row) -> str | None:
    """The region that a row, or its place, belongs to; None for the unit, and for a place that reports by itself."""
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
    for line in _lines_naming_units(text, gazetteer):
        if other := _other_owner(line, unit, city, gazetteer):
            yield Evidence(other, Text(text.kind, line, sheet=text.sheet))
            return


def _lines_naming_units(text: Text, gazetteer: Gazetteer) -> list[str]:
    """The text itself where it is a name; of a mail, words that are an office's name and no more: its signature."""
    if text.kind is not TextKind.MAIL:
        return [text.text]
    words = (word for line in text.text.splitlines() if len(line) <= _LONGEST_SIGNATURE for word in line.split())
    return [word for word in words if places_in(word, gazetteer) and gazetteer.match(word).unit]


def _other_owner(text: str, unit: Unit, city: str | None, gazetteer: Gazetteer) -> str | None:
    places = places_in(text, gazetteer)
    # 海南 is a region of 青海, too, where that alone is sent.
    regions = [place.spelling for place in places if city or place.unit is None]
    own = {unit.certain[spelling] for spelling in regions if spelling in unit.certain}
    if own:
        return next(iter(own)) if city and len(own) == 1 and city not in own else None
    if any(place.unit is unit for place in places):
        return None
    others = _units_named(text, gazetteer)
    return others[0].name if len(others) == 1 else None


def _units_named(text: str, gazetteer: Gazetteer) -> list[Unit]:
    found: dict[str, Unit] = {}
    for place in places_in(text, gazetteer):
        owners = [place.unit] if place.unit else [unit for unit, _ in place.regions]
        if len(owners) == 1 and (place.unit or place.spelling.endswith(_SUFFIXES)):
            found[owners[0].code] = owners[0]
    return list(found.values())


def _unit_of_names(filing: Filing, gazetteer: Gazetteer) -> Unit | None:
    """The unit that the strongest of the names around a filing names alone."""
    sheets = (Text(TextKind.SHEET, table.sheet) for table in filing.tables)
    around = (text for text in filing.around if text.kind in _NAMED_AROUND)
    named = (
        _units_named(line, gazetteer) for text in (*sheets, *around) for line in _lines_naming_units(text, gazetteer)
    )
    return next((units[0] for units in named if len(units) == 1), None)


def _unit_of_rows(filing: Filing, gazetteer: Gazetteer) -> Unit | None:
    """The unit that knows most of the filing's regions, more of them than any other unit does; where no unit knows any,
    the one that knows most as its counties."""
    names = {row.region for table in filing.tables for row in table.rows if row.region}
    known = Counter(unit for name in names for unit in gazetteer.owners(name)) or {
        unit: sum(map(unit.counties.__contains__, names)) for unit in gazetteer.units
    }
    most = max(known.values(), default=0)
    likely = [unit for unit, number in known.items() if number == most and 2 * most > len(names)]
    return likely[0] if len(likely) == 1 else None


def with_owners(documents: Sequence[Document], gazetteer: Gazetteer) -> list[Document]:
    """The documents; filings that name no unit, or not that of most of their regions, under the one shown otherwise."""
    return [_owned(item, gazetteer) if isinstance(item, Filing) else item for item in documents]


def _owned(filing: Filing, gazetteer: Gazetteer) -> Filing:
    """The filing under the unit whose regions it lists; else the one it is read as, else that of its names."""
    rows = [row for table in filing.tables for row in table.rows]
    own = sum(bool(row.match and row.match.official) for row in rows)
    if filing.unit is not None and (not rows or 2 * own > len(rows)):
        return filing
    unit = _unit_of_rows(filing, gazetteer) or filing.unit or _unit_of_names(filing, gazetteer)
    if unit is None or unit is filing.unit:
        return filing
    tables = with_city_rows([(named_within(table, unit), unit) for table in filing.tables])
    told = replace(filing, unit=unit, unit_inferred_from_rows=True, tables=tuple(table for table, _ in tables))
    return replace(told, header_unit=filing.unit)


def year_of_most(documents: Iterable[Document]) -> int | None:
    """The year that most units name, of several the newest; None where as many name none, which are of the newest survey, or
    where names alone give it and some filing has none.

    Files without a unit count only where no unit names a year.
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
    """Whether names alone give a filing another year."""
    others = (item for item in documents if isinstance(item, Filing) and item.year not in (None, year))
    return any(item.evidence and all(evidence.is_named for evidence in item.evidence) for item in others)
