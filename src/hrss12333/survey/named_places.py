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
def _known(gazetteer: Gazetteer) -> dict[str, dict[str, NamedPlace]]:
    """First letter → every spelling of a unit or a region that begins with it, the longest first: 吉林市 is not 吉林."""
    regions: dict[str, list[tuple[Unit, str]]] = {}
    for unit in gazetteer.units:
        for spelling, region in unit.certain.items():
            regions.setdefault(folded(spelling), []).append((unit, region))
    found = {spelling: NamedPlace(spelling, regions=tuple(owners)) for spelling, owners in regions.items()}
    found |= {spelling: NamedPlace(spelling, unit) for spelling, unit in gazetteer.by_name.items()}
    by_letter: dict[str, dict[str, NamedPlace]] = {}
    for spelling in sorted(found, key=len, reverse=True):
        by_letter.setdefault(spelling[0], {})[spelling] = found[spelling]
    return by_letter


@lru_cache(maxsize=4096)
def places_in(text: str, gazetteer: Gazetteer) -> tuple[NamedPlace, ...]:
    """The units and regions that a text names, in its order; of names in one another the longest."""
    text, known = folded(text), _known(gazetteer)
    found: list[NamedPlace] = []
    start = 0
    while start < len(text):
        names = known.get(text[start], {})
        place = next((named for spelling, named in names.items() if text.startswith(spelling, start)), None)
        found += [place] if place else []
        start += len(place.spelling) if place else 1
    return tuple(found)
