"""The reporting units, their regions, and the places below these, by a year's lists (data/README.md).

Figures of a place below a region (a county, a zone, a city's own level) may be in its city's row as well, and
would count twice. The lists have its city, and whether it reports by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache, cached_property, lru_cache

from msgspec import Struct

from hrss12333.survey import flat_list

_OWN_LEVEL = ("本级", "市区", "城区", "市直", "直属", "直机关", "本部")
"""Words after a city's name for what the city itself runs."""
_CITY_KINDS = ("市", "地区", "州", "盟")
_ENDINGS = (
    *("经济技术开发区", "经济开发区", "特别合作区", "综合实验区", "保护开发区", "管委会", "示范区", "新区"),
    *("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "州", "盟", "市", "县", "区", "旗"),
)
"""Kinds of places, as endings of names; a longer ending precedes one that it ends with."""
_SHORTEST = 2
_YES = "是"
_OFFICE = "人力资源和社会保障"
_CITIES = frozenset(("区县", "师"))
"""Kinds of regions whose unit has a 局, not a 厅: the municipalities and 兵团."""


class SubRegion(Struct, frozen=True):
    """A place below a region."""

    name: str
    cities: tuple[str, ...]
    """Official names of the regions that it may belong to."""
    reports_itself: bool = False
    """Whether it reports beside its city, by the list; the city then excludes it."""
    namesakes: bool = False
    """Whether several cities have a place of this name."""
    own_level: bool = False
    """Whether it is its city's own level, whose row is taken for the city's if that has none."""

    def within(self, city: str) -> SubRegion:
        """The place in one of its cities, whose name precedes it if other cities have a namesake."""
        return SubRegion(f"{city}{self.name}" if self.namesakes else self.name, (city,))


@cache
def _special_regions() -> dict[str, dict[str, SubRegion]]:
    """Province → places listed one by one, by name and by bare name."""
    found: dict[str, dict[str, SubRegion]] = defaultdict(dict)
    for code, name, cities, alone in flat_list("special_regions.csv"):
        place = found[code][name] = SubRegion(name, tuple(cities.split("|")), alone == _YES)
        found[code].setdefault(bare_name(name), place)
    return found


@cache
def _counties_of_cities() -> dict[str, list[str]]:
    """Code of a region → the names of its districts and counties."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in flat_list("counties.csv"):
        found[f"{code[:4]}00"].append(name)
    return found


def successors(unit: Unit, since: int, year: int) -> dict[str, str]:
    """Region of the unit that joined another between two years → that other region."""
    lines = flat_list("successors.csv")
    return {old: new for code, old, new, of in lines if code == unit.code and since < int(of) <= year}


@lru_cache(maxsize=8192)  # an unknown name is compared with all regions of its unit
def bare_name(name: str) -> str:
    """A place's name without its kind: 广州 of 广州市, 昆山 of 昆山市."""
    possible = (ending for ending in _ENDINGS if len(name) - len(ending) >= _SHORTEST)
    return name.removesuffix(next(filter(name.endswith, possible), ""))


class Region(Struct, frozen=True):
    """A region with its own row."""

    code: str
    """Administrative code (行政区划代码)."""
    name: str
    """Official name."""
    kind: str
    """地级市, 自治州, 地区, 盟, 师, 区县 or 省直辖."""

    @property
    def office(self) -> str:
        """Full name of its human resources office."""
        return f"{self.name}{_OFFICE}局"


class Unit(Struct, frozen=True, eq=False, dict=True):
    """A reporting unit: a province, autonomous region, municipality or 新疆生产建设兵团; one object each."""

    code: str
    name: str
    """Full official name."""
    short: str
    regions: tuple[Region, ...]
    """The regions, each of which must fill a row."""
    aliases: dict[str, str]
    """Other spellings of its regions → official name."""
    zone: str
    """东部, 中部, 西部 or 东北, the statistics office's groups of provinces."""
    spellings: tuple[str, ...]
    """Spellings of the unit itself, its name and its short name first."""

    @cached_property
    def enclaves(self) -> dict[str, str]:
        """Place in its territory that another unit reports (新疆's 兵团 cities) → that unit's region."""
        own, places = {region.name for region in self.regions}, _special_regions().get(self.code, {}).values()
        return {place.name: place.cities[0] for place in places if place.cities[0] not in own}

    @cached_property
    def is_municipality(self) -> bool:
        """Whether it is a municipality (直辖市), whose districts fill the rows."""
        return any(region.kind == "区县" for region in self.regions)

    @cached_property
    def office(self) -> str:
        """Full name of its human resources office."""
        return f"{self.name}{_OFFICE}{'局' if any(region.kind in _CITIES for region in self.regions) else '厅'}"

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """Names that may precede a region's, the longest first."""
        return tuple(sorted(self.spellings, key=len, reverse=True))

    @cached_property
    def places(self) -> dict[str, SubRegion]:
        """The places below its regions by name; by bare name, too, if nothing else has that name."""
        regions = {region.name for region in self.regions}
        cities: dict[str, list[str]] = defaultdict(list)
        for code, city in sorted((region.code, region.name) for region in self.regions):
            for name in _counties_of_cities().get(code, ()):
                cities[name].append(city)
        found = {
            name: SubRegion(name, tuple(owners), namesakes=len(owners) > 1)
            for name, owners in cities.items()
            if name not in regions
        }
        taken = Counter((*map(bare_name, found), *map(bare_name, regions)))
        short = {bare: found[name] for name in found if taken[bare := bare_name(name)] == 1}
        return short | found | _special_regions().get(self.code, {})

    def place_below(self, text: str) -> SubRegion | None:
        """The place below its regions that a text means, half-width and without blanks."""
        places, regions = self.places, self.certain
        if text in places:
            return places[text]
        if own := next(filter(text.endswith, _OWN_LEVEL), ""):
            stem = text.removesuffix(own)
            cities = (regions[name] for name in (stem, *map(stem.removesuffix, _CITY_KINDS)) if name in regions)
            if city := next(cities, None):
                return SubRegion(text, (city,), own_level=True)
        for size in range(len(text) - _SHORTEST, _SHORTEST - 1, -1):  # 银川市永宁县: the longest name of a city first
            city, found = regions.get(text[:size]), places.get(text[size:])
            if found and city in found.cities:
                return found.within(str(city)) if found.namesakes else found
        return None

    @cached_property
    def certain(self) -> dict[str, str]:
        """Every certain spelling of its regions → official name."""
        return self.aliases | {region.name: region.name for region in self.regions}


@cache
def units_of(year: str) -> tuple[Unit, ...]:
    """The reporting units of a year's lists, in the official order."""
    regions: dict[str, list[Region]] = {}
    names: dict[str, tuple[str, str]] = {}
    for province, name, short, code, city, kind in flat_list(f"regions_{year}.csv"):
        names[province] = (name, short)
        regions.setdefault(province, []).append(Region(code, city, kind))
    official = {region.code: region.name for own in regions.values() for region in own}
    aliases: dict[str, dict[str, str]] = {code: {} for code in names}
    for alias, code, province, _ in flat_list(f"regions_{year}_alias.csv"):
        if code in official:
            aliases[province].setdefault(alias, official[code])
    zones = {code: (zone, spellings) for code, zone, spellings in flat_list(f"zones_{year}.csv")}
    units = []
    for code, (name, short) in sorted(names.items()):
        zone, others = zones[code]
        spellings = (name, short, *filter(None, others.split("|")))
        units.append(Unit(code, name, short, tuple(regions[code]), aliases[code], zone, spellings))
    return tuple(units)
