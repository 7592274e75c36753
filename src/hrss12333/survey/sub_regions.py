"""Places below the regions that fill a row of their own: districts, counties, development zones, a city's own level.

Their figures may be in the row of the city that they belong to, so that both rows would count them twice. Which city
that is, and which of them are known to report by themselves, is in the data (data/README.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from hrss12333.patterns import lazy

DATA = Path(__file__).with_name("data")
"""The lists of places that come with the package."""
_OWN_LEVEL = lazy(r"(?:市|地区|州|盟)?(?:本级|市区|城区|市直|直属|直机关|本部)$")
"""How a city calls what it runs itself, behind its own name."""
_ZONES = ("经济技术开发区", "经济开发区", "特别合作区", "综合实验区", "保护开发区", "管委会", "示范区", "新区")
_COUNTIES = ("自治县", "自治旗", "县", "市", "区", "旗")
_SHORTEST = 2
_YES = "是"


class SubRegion(Struct, frozen=True):
    """A place below a region."""

    name: str
    cities: tuple[str, ...]
    """Official names of the regions that it may belong to; several where the name stands for several places."""
    reports_itself: bool = False
    """Whether it is known to report beside its city, which then does not include it."""
    namesakes: bool = False
    """Whether each of several cities has a place of this name."""
    own_level: bool = False
    """Whether it is what its city runs itself: the city under another name, unless the city has a row besides."""

    def within(self, city: str) -> SubRegion:
        """The place of this name in one of its cities, which is before the name where others have such a place."""
        return SubRegion(f"{city}{self.name}" if self.namesakes else self.name, (city,))


def sub_region(
    province: str, counties: Mapping[str, SubRegion], regions: Mapping[str, str], text: str
) -> SubRegion | None:
    """The place that a text names.

    Args:
        province: Code of the reporting unit.
        counties: What `counties_of` gives for this unit.
        regions: Certain spelling of a region of this unit → its official name.
        text: As written, half-width and without blanks.
    """
    known = _special_regions().get(province, {})
    if text in known:
        return known[text]
    own = _OWN_LEVEL.search(text)
    city = regions.get(text[: own.start()]) if own else None
    if city:
        return SubRegion(text, (city,), own_level=True)
    if text in counties:
        return counties[text]
    for size in range(len(text) - _SHORTEST, _SHORTEST - 1, -1):  # 银川市永宁县, the longest name of a city first
        city = regions.get(text[:size])
        found = (known.get(text[size:]) or counties.get(text[size:])) if city else None
        if found and city and city in found.cities:
            return found.within(city) if found.name not in known else found
    return None


@cache
def listed(name: str) -> tuple[list[str], ...]:
    """The lines of a list that comes with the package, below its heading."""
    text = (DATA / name).read_text(encoding="utf-8-sig")
    return tuple(line.split(",") for line in text.splitlines()[1:] if line)


@cache
def _special_regions() -> dict[str, dict[str, SubRegion]]:
    """Province → zones and counties of which more is known than their city, by name and by name without its ending."""
    found: dict[str, dict[str, SubRegion]] = defaultdict(dict)
    for code, name, cities, alone in listed("special_regions.csv"):
        place = found[code][name] = SubRegion(name, tuple(cities.split("|")), alone == _YES)
        found[code].setdefault(without_ending(name), place)
    return found


def enclaves_of(province: str, regions: Container[str]) -> dict[str, str]:
    """Each such place that belongs to another unit's region, none of these ``regions`` → that region's name."""
    places = _special_regions().get(province, {}).values()
    return {place.name: place.cities[0] for place in places if place.cities[0] not in regions}


@cache
def _counties_of_cities() -> dict[str, list[str]]:
    """Code of a region → the names of its districts and counties."""
    found: dict[str, list[str]] = {}
    for code, name in listed("counties.csv"):
        found.setdefault(f"{code[:4]}00", []).append(name)
    return found


@cache
def _county_names() -> frozenset[str]:
    return frozenset(name for names in _counties_of_cities().values() for name in names)


@cache
def names_below() -> frozenset[str]:
    """The full names of all places below the regions."""
    return _county_names() | {name for _, name, *_ in listed("special_regions.csv")}


def is_county(text: str) -> bool:
    """Whether any province has a district or county of this name."""
    return text in _county_names()


def counties_of(codes: Mapping[str, str]) -> dict[str, SubRegion]:
    """The districts and counties of a province by name, and by name without its ending where no region is called so.

    Args:
        codes: Code of a region of the province → its official name.
    """
    regions = {*codes.values()}
    cities: dict[str, list[str]] = {}
    for code, city in sorted(codes.items()):
        for name in _counties_of_cities().get(code, ()):
            cities.setdefault(name, []).append(city)
    found = {
        name: SubRegion(name, tuple(owners), namesakes=len(owners) > 1)
        for name, owners in cities.items()
        if name not in regions
    }
    short: dict[str, list[SubRegion]] = {}
    for name, place in found.items():
        short.setdefault(without_ending(name, _COUNTIES), []).append(place)
    taken = {without_ending(region, ("市", "地区", "州", "盟")) for region in regions}
    return {name: places[0] for name, places in short.items() if len(places) == 1 and name not in taken} | found


def without_ending(name: str, endings: Sequence[str] = (*_ZONES, *_COUNTIES)) -> str:
    """A place's name without what it is: 昆山 of 昆山市."""
    ending = next((ending for ending in endings if name.endswith(ending)), "")
    return name.removesuffix(ending) if len(name) - len(ending) >= _SHORTEST else name
