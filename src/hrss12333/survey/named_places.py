"""The units and regions that a text names: a file's name, a title, a line of a mail."""

from __future__ import annotations

from functools import cache, lru_cache

from msgspec import Struct

from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.region_names import folded
from hrss12333.survey.regions import Unit


class NamedPlace(Struct, frozen=True):
    """One name in a text."""

    spelling: str
    unit: Unit | None = None
    """The unit that it names; None for a region."""
    regions: tuple[tuple[Unit, str], ...] = ()
    """Each unit that has a region of this name, with the region's official name."""


@cache
def _spellings(gazetteer: Gazetteer) -> tuple[frozenset[str], frozenset[str], range]:
    """Every spelling of a unit or a region, the first two letters of each, and how long they are, the longest first."""
    found = frozenset().union(gazetteer.by_name, *(unit.certain for unit in gazetteer.units))
    return found, frozenset([spelling[:2] for spelling in found]), range(max(map(len, found)), 1, -1)


def _place_of_spelling(spelling: str, gazetteer: Gazetteer) -> NamedPlace:
    if spelling in gazetteer.by_name:
        return NamedPlace(spelling, gazetteer.by_name[spelling])
    owners = [(unit, region) for unit in gazetteer.units if (region := unit.certain.get(spelling))]
    return NamedPlace(spelling, regions=tuple(owners))


@lru_cache(maxsize=4096)
def places_in(text: str, gazetteer: Gazetteer) -> tuple[NamedPlace, ...]:
    """The units and regions that a text names, in its order; of names in one another the longest: 吉林市 is not 吉林."""
    text, (known, starts, lengths) = folded(text), _spellings(gazetteer)
    found: list[NamedPlace] = []
    start = 0
    while start < len(text) - 1:
        ends = [start + length for length in lengths] if text[start : start + 2] in starts else ()
        spelling = next((text[start:end] for end in ends if text[start:end] in known), "")
        found += [_place_of_spelling(spelling, gazetteer)] if spelling else []
        start += len(spelling) or 1
    return tuple(found)
