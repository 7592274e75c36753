"""The reporting units and their regions, as a year's lists name them. Data and source: data/README.md."""

from __future__ import annotations

from functools import cache, cached_property

from msgspec import Struct

from hrss12333.survey.spellings import bare_name
from hrss12333.survey.sub_regions import SubRegion, counties_of, enclaves_of, listed

_OFFICE = "人力资源和社会保障"
_CITIES = frozenset(("区县", "师"))
"""Kinds of regions whose unit has a 局, not a 厅: the municipalities and 兵团."""


class Region(Struct, frozen=True):
    """A region that fills a row of its own."""

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
    """A reporting unit: a province, autonomous region, municipality or 新疆生产建设兵团. There is one object of each."""

    code: str
    name: str
    """Full official name."""
    short: str
    regions: tuple[Region, ...]
    aliases: dict[str, str]
    """Other spellings of its regions → official name."""
    area: str = ""
    """东部, 中部, 西部 or 东北, as the statistics office groups the provinces; empty where the year's lists do not say."""

    @property
    def expected(self) -> tuple[Region, ...]:
        """The regions that must fill a row: all of them."""
        return self.regions

    @cached_property
    def enclaves(self) -> dict[str, str]:
        """Each place in its area that another unit reports (新疆's 兵团 cities) → the official name of that unit's region."""
        return enclaves_of(self.code, {region.name for region in self.regions})

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """How the unit itself is written."""
        return _unit_spellings(self.name, self.short)

    @cached_property
    def is_municipality(self) -> bool:
        """Whether it is a city itself, whose districts fill the rows (直辖市)."""
        return any(region.kind == "区县" for region in self.regions)

    @cached_property
    def office(self) -> str:
        """Full name of its human resources office."""
        return f"{self.name}{_OFFICE}{'局' if any(region.kind in _CITIES for region in self.regions) else '厅'}"

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """What may be before the name of a region, the longest first."""
        return tuple(sorted(self.spellings, key=len, reverse=True))

    @cached_property
    def counties(self) -> dict[str, SubRegion]:
        """Its districts and counties by name."""
        return counties_of({region.code: region.name for region in self.regions})

    @cached_property
    def bare_names(self) -> dict[str, str]:
        """Official name of each region → the same without what it is a name of."""
        return {region.name: bare_name(region.name) for region in self.regions}

    @cached_property
    def certain(self) -> dict[str, str]:
        """Every certain spelling of its regions → official name."""
        return self.aliases | {region.name: region.name for region in self.regions}


def _unit_spellings(name: str, short: str) -> tuple[str, ...]:
    found = [name, short]
    if short == "新疆兵团":
        found += ["兵团", "新疆建设兵团", "生产建设兵团", "新疆维吾尔自治区生产建设兵团", "新疆生产建设兵团"]
    elif name.endswith("自治区"):
        found += [short + "自治区", short + "省", short + "区"]
        found += ["内蒙"] if short == "内蒙古" else []
    else:
        found += [short + name[len(short) :]]
    return tuple(dict.fromkeys(found))


@cache
def units_of(year: str) -> tuple[Unit, ...]:
    """The reporting units of a year's lists, in the official order."""
    regions: dict[str, list[Region]] = {}
    names: dict[str, tuple[str, str]] = {}
    for province, name, short, code, city, kind in listed(f"regions_{year}.csv"):
        names[province] = (name, short)
        regions.setdefault(province, []).append(Region(code, city, kind))
    official = {region.code: region.name for own in regions.values() for region in own}
    aliases: dict[str, dict[str, str]] = {code: {} for code in names}
    for alias, code, province, _ in listed(f"regions_{year}_alias.csv"):
        if code in official:
            aliases[province].setdefault(alias, official[code])
    areas = {line[0]: line[1] for line in listed(f"areas_{year}.csv")}
    return tuple(
        Unit(
            code,
            *names[code],
            regions=tuple(regions[code]),
            aliases=_with_bare_names(regions[code], aliases[code]),
            area=areas.get(code, ""),
        )
        for code in sorted(names)
    )


def areas_of(year: str) -> tuple[str, ...]:
    """The groups that the units of a year's lists form, in the order in which they are published."""
    return tuple(dict.fromkeys(area for _, area in listed(f"areas_{year}.csv")))


def _with_bare_names(regions: list[Region], aliases: dict[str, str]) -> dict[str, str]:
    """Add each region's name without its suffix, where that is still unambiguous in the unit."""
    bare: dict[str, list[str]] = {}
    for region in regions:
        if (stem := bare_name(region.name)) != region.name:
            bare.setdefault(stem, []).append(region.name)
    found = {alias: names[0] for alias, names in bare.items() if len(names) == 1}
    found |= aliases
    autonomous = {region.name for region in regions if region.name.endswith("自治州")}
    short = {alias.removesuffix("州") + "自治州": name for alias, name in found.items() if name in autonomous}
    return short | found
