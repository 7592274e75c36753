"""Which reporting unit a written name means, among all units of a year's lists, and which units and regions a text names."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property, lru_cache

from msgspec import Struct

from hrss12333.patterns import BRACKET
from hrss12333.survey.region_names import MOST_NAMES, bases, certain_region, folded, nearest_names, without_office
from hrss12333.survey.regions import Unit, units_of


class UnitMatch(Struct, frozen=True):
    """The unit that a written name was taken for."""

    unit: Unit | None
    """The unit; None where the text names none for certain."""
    how: str = ""
    """Chinese: how it was recognised, empty where the full name was there."""
    nearest: tuple[str, ...] = ()
    """For an unknown name: the nearest full names of units, likeliest first."""


class Gazetteer:
    """The reporting units of one year's lists (data/regions_YEAR.csv), and how a written name is matched to them.

    Two gazetteers of the same lists share their units: there is one object of each.
    """

    def __init__(self, year: str) -> None:
        self._year = year

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The reporting units in the official order."""
        return units_of(self._year)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The groups that the units form, in the order in which they are published."""
        return tuple(dict.fromkeys(unit.area for unit in self.units))

    @cached_property
    def by_name(self) -> dict[str, Unit]:
        """Every certain spelling of a unit → the unit."""
        return {folded(spelling): unit for unit in self.units for spelling in unit.spellings}

    @lru_cache(maxsize=MOST_NAMES)  # noqa: B019  a gazetteer lives as long as the program
    def owners(self, written: str) -> list[Unit]:
        """The units that a text names, or a region of which it names.

        Looks closely only where the text, bare, is a certain spelling or begins with the unit's name."""
        text = folded(written)
        named, begun = self.by_name.get(text), bases(text)
        bare = frozenset(name for base in begun for name in without_office(base))
        prefixes, certain = self._beginnings_and_regions
        if certain.isdisjoint(bare) and not any(base.startswith(prefixes) for base in begun):
            return [named] if named else []
        return [
            unit
            for unit in self.units
            if unit is named
            or (
                (any(base.startswith(unit.prefixes) for base in begun) or not unit.certain.keys().isdisjoint(bare))
                and (match := certain_region(unit, text))
                and match.official
            )
        ]

    @cached_property
    def _beginnings_and_regions(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """Beginnings that the name of any unit's region may have, and every certain spelling of one."""
        prefixes = (prefix for unit in self.units for prefix in unit.prefixes)
        return tuple(dict.fromkeys(prefixes)), frozenset().union(*(unit.certain for unit in self.units))

    def match(self, written: str) -> UnitMatch:
        """The reporting unit that a text names: as it is, then without brackets, office and hotline, then as what is before one
        of its regions; else the nearest."""
        text = folded(written)
        known = self.by_name
        if text in known:
            return UnitMatch(known[text], "" if text == known[text].name else "按全称读取")
        tidy = BRACKET.sub("", text).strip(":：.,，。;；、-—")
        for candidate in without_office(tidy):
            for spelling in (candidate, candidate.removesuffix("省"), candidate.removesuffix("市")):
                if spelling in known:
                    return UnitMatch(known[spelling], "按全称读取")
        for spelling, unit in sorted(known.items(), key=lambda item: -len(item[0])):
            rest = tidy.removeprefix(spelling)
            if rest != tidy and rest and (found := certain_region(unit, rest)) and found.reports:
                return UnitMatch(unit, "写的是所辖地区，按所属省份读取")
        places = [(unit, certain_region(unit, tidy)) for unit in self.units]
        owners = [unit for unit, place in places if place and place.official] or [
            unit for unit, place in places if place and place.below and place.below.cities
        ]
        nearest = [unit.name for unit in owners] or nearest_names(tidy, {unit.name: unit.short for unit in self.units})
        return UnitMatch(None, nearest=tuple(nearest[:3]))


class NamedPlace(Struct, frozen=True):
    """A name of a unit or region in a text."""

    spelling: str
    unit: Unit | None = None
    """The unit that it names; None for a region."""
    regions: tuple[tuple[Unit, str], ...] = ()
    """Each unit that has a region of this name, with the region's official name."""


@cache
def _places(gazetteer: Gazetteer) -> tuple[dict[str, NamedPlace], int]:
    """Every spelling of a unit or a region → what it names; and how long they are at most."""
    owners: dict[str, list[tuple[Unit, str]]] = defaultdict(list)
    for unit in gazetteer.units:
        for spelling, region in unit.certain.items():
            owners[spelling].append((unit, region))
    found = {spelling: NamedPlace(spelling, regions=tuple(of)) for spelling, of in owners.items()}
    found |= {spelling: NamedPlace(spelling, unit) for spelling, unit in gazetteer.by_name.items()}
    return found, max(map(len, found))


@lru_cache(maxsize=4096)
def places_in(text: str, gazetteer: Gazetteer) -> tuple[NamedPlace, ...]:
    """The units and regions that a text names, in its order; of names in one another the longest: 吉林市 is not 吉林."""
    text, (known, longest) = folded(text), _places(gazetteer)
    found: list[NamedPlace] = []
    start = 0
    while start < len(text) - 1:
        ends = range(min(start + longest, len(text)), start + 1, -1)
        spelling = next((text[start:end] for end in ends if text[start:end] in known), "")
        found += [known[spelling]] if spelling else []
        start += len(spelling) or 1
    return tuple(found)
