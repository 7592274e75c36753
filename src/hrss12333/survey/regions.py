"""The reporting units and their regions, and how a written name is matched to them.

Names match within the reporting unit only, and only when the spelling is certain: an unknown name comes back with the
nearest official names and is never corrected. Data and source: data/README.md.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Container, Iterator
from functools import cache, cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.survey.nearest import SUFFIXES, bare_name, nearest_names
from hrss12333.survey.spellings import BRACKET, HAN, HOTLINE, OFFICE, bases, without_office
from hrss12333.survey.sub_regions import DATA, SubRegion, counties_of, sub_region
from hrss12333.survey.traditional import simplified

OPTIONAL_KIND = "省直辖"
"""Regions that a unit may report on their own; 新疆's belong to 兵团."""
_MOST_NAMES = 16_384
"""Names remembered: reading, rules and joining ask about each in turn."""
_WHOLE = lazy(r"^(?:全|本)(?:省|区|市|自治区|兵团|师)(?:合并|统一|集中|数据|情况|统计|范围|合并数|总体)?$")
_CITY_ITSELF = lazy(r"^(?:[全本][市师州盟]|全地区|[市师州盟](?:本级|直|直属|直机关|级|局|中心))$")
"""What a city calls itself where its name is understood."""
_PROVINCIAL = lazy(
    r"^(?:省|区|市|自治区|兵团|厅|直辖市)?(?:本级|直属|直|中心|级)$|^(?:省|市|自治区|兵团)(?:厅|局|级单位|直单位|直机关|12333中心|中心)$"
    r"|^(?:省|自治区)?(?:人力资源(?:和|与|及)?社会保障|人社)厅(?:本级|机关|(?:数据)?信息中心|(?:12333|电话).{0,8})?$"
)
_FUNCTIONAL = lazy(f"{HAN}{{2,}}(?:新区|开发区|示范区|实验区|试验区|高新区|经开区|合作区|管理区|管委会)$")


class Region(Struct, frozen=True):
    """A region that fills a row of its own."""

    code: str
    name: str
    kind: str
    """地级市, 自治州, 地区, 盟, 师, 区县 or 省直辖."""


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

    @cached_property
    def expected(self) -> tuple[Region, ...]:
        """The regions that must fill a row; 新疆's 省直辖 cities report through 兵团 and may be absent."""
        return tuple(r for r in self.regions if r.kind != OPTIONAL_KIND or self.short != "新疆")

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """How the unit itself is written."""
        return _unit_spellings(self.name, self.short)

    @cached_property
    def municipality(self) -> bool:
        """Whether it is a city itself, whose districts fill the rows (直辖市)."""
        return any(region.kind == "区县" for region in self.regions)

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """What may stand before the name of a region, the longest first."""
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


class RegionMatch(Struct, frozen=True):
    """What a written region was taken for."""

    name: str | None
    """Name to use: the official one where known; None where the name is unknown."""
    official: bool = False
    """Whether it is one of the unit's listed regions."""
    whole: bool = False
    """Whether the row speaks for the whole unit (全省)."""
    below: SubRegion | None = None
    """Set for a place below the regions: a county, a zone, a city's own level; of which city may be unknown."""
    how: str = ""
    """Chinese: how it was recognised, empty where it stood there letter for letter."""
    nearest: tuple[str, ...] = ()
    """For an unknown name: the nearest official names of the unit."""

    @property
    def reports(self) -> bool:
        """Whether the place sends figures of its own: a listed region, or a county known to report by itself."""
        return self.official or bool(self.below and self.below.reports_itself)

    @property
    def own_level(self) -> bool:
        """Whether the row is about what the unit runs itself: 省本级, 省直, 省厅."""
        return bool(self.name) and not (self.official or self.whole or self.below)


class UnitMatch(Struct, frozen=True):
    """What a written reporting unit was taken for."""

    unit: Unit | None
    how: str = ""
    nearest: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Half-width, without any white space: the form in which names are compared."""
    return re.sub(r"[\s\u200b\ufeff_]+", "", unicodedata.normalize("NFKC", text))


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


def _read(name: str) -> Iterator[dict[str, str]]:
    text = (DATA / name).read_text(encoding="utf-8-sig")
    yield from csv.DictReader(text.splitlines())


@cache
def _units(year: str) -> tuple[Unit, ...]:
    """The reporting units of a year's lists, in the official order."""
    regions: dict[str, list[Region]] = {}
    names: dict[str, tuple[str, str]] = {}
    for line in _read(f"regions_{year}.csv"):
        names[line["province_code"]] = (line["province_name"], line["province_short"])
        regions.setdefault(line["province_code"], []).append(Region(line["city_code"], line["city_name"], line["kind"]))
    official = {region.code: region.name for listed in regions.values() for region in listed}
    aliases: dict[str, dict[str, str]] = {code: {} for code in names}
    for line in _read(f"regions_{year}_alias.csv"):
        if line["city_code"] in official:
            aliases[line["province_code"]].setdefault(line["alias"], official[line["city_code"]])
    areas = {line["province_code"]: line["area"] for line in _read(f"areas_{year}.csv")}
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


def _with_bare_names(regions: list[Region], aliases: dict[str, str]) -> dict[str, str]:
    """Add each region's name without its suffix, where that is still unambiguous in the unit."""
    bare: dict[str, list[str]] = {}
    for region in regions:
        for suffix in SUFFIXES:
            if region.name.endswith(suffix) and len(region.name) - len(suffix) >= 2:
                bare.setdefault(region.name.removesuffix(suffix), []).append(region.name)
                break
    found = {alias: names[0] for alias, names in bare.items() if len(names) == 1}
    found |= aliases
    autonomous = {region.name for region in regions if region.name.endswith("自治州")}
    short = {alias.removesuffix("州") + "自治州": name for alias, name in found.items() if name in autonomous}
    return short | found


class Gazetteer:
    """The reporting units of one year's lists (data/regions_YEAR.csv), and how a written name is matched to them.

    Two gazetteers of the same lists share their units: there is one object of each.
    """

    def __init__(self, year: str) -> None:
        self._year = year
        self._matched: dict[str, UnitMatch] = {}
        self._owned: dict[str, list[Unit]] = {}

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The reporting units in the official order."""
        return _units(self._year)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The groups that the units form, in the order in which they are published."""
        listed = (line["area"] for line in _read(f"areas_{self._year}.csv"))
        return tuple(dict.fromkeys(listed))

    @cached_property
    def by_name(self) -> dict[str, Unit]:
        """Every certain spelling of a unit → the unit."""
        return {plain(spelling): unit for unit in self.units for spelling in unit.spellings}

    def match(self, written: str) -> UnitMatch:
        """The reporting unit that a text names; ``unit`` is None where it names none for certain."""
        found = self._matched.get(written)
        if found is None:
            found = self._matched[written] = self._match(written)
        return found

    def owners(self, written: str) -> list[Unit]:
        """The units of which a text is the name, or the name of a region."""
        text = plain(written)
        if text not in self._owned:
            if len(self._owned) >= _MOST_NAMES:
                self._owned.clear()
            named = self.by_name.get(text)
            anyones = named or _may_name(text, self._prefixes, self._certain)
            self._owned[text] = [
                unit
                for unit in (self.units if anyones else ())
                if unit is named
                or (
                    _may_name(text, unit.prefixes, unit.certain)
                    and (match := certain_region(unit, text))
                    and match.official
                )
            ]
        return self._owned[text]

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        """Of all units."""
        return tuple(prefix for unit in self.units for prefix in unit.prefixes)

    @cached_property
    def _certain(self) -> frozenset[str]:
        """Of all units."""
        return frozenset(spelling for unit in self.units for spelling in unit.certain)

    def _match(self, written: str) -> UnitMatch:
        text = plain(written)
        known = self.by_name
        if text in known:
            return UnitMatch(known[text], "" if text == known[text].name else "按全称读取")
        tidy = BRACKET.sub("", text).strip(":：.,，。;；、-—")
        for candidate in (tidy, HOTLINE.sub("", tidy), OFFICE.sub("", HOTLINE.sub("", tidy)), OFFICE.sub("", tidy)):
            for spelling in (candidate, candidate.removesuffix("省"), candidate.removesuffix("市")):
                if spelling in known:
                    return UnitMatch(known[spelling], "按全称读取")
        for spelling, unit in sorted(known.items(), key=lambda item: -len(item[0])):
            rest = tidy.removeprefix(spelling)
            if rest != tidy and rest and (found := certain_region(unit, rest)) and found.reports:
                return UnitMatch(unit, "写的是所辖地区，按所属省份读取")
        if (modern := simplified(written)) != written:
            return UnitMatch(None, nearest=(m.unit.name,) if (m := self._match(modern)).unit else m.nearest)
        places = [(unit, certain_region(unit, tidy)) for unit in self.units]
        owners = [unit for unit, place in places if place and place.official] or [
            unit for unit, place in places if place and place.below and place.below.cities
        ]
        nearest = [unit.name for unit in owners] or nearest_names(tidy, {unit.name: unit.short for unit in self.units})
        return UnitMatch(None, nearest=tuple(nearest[:3]))


def _may_name(text: str, prefixes: tuple[str, ...], certain: Container[str]) -> bool:
    """Whether a closer look may show that a text names a region of those that are written so: most are ruled out at once."""
    found = bases(text)
    return any(base.startswith(prefixes) for base in found) or any(
        candidate in certain for base in found for candidate in without_office(base)
    )


@lru_cache(maxsize=_MOST_NAMES)
def match_region(unit: Unit, written: str) -> RegionMatch:
    """The region of ``unit`` that a text names; ``name`` is None where it names none for certain."""
    if certain := certain_region(unit, written):
        return certain
    modern = simplified(written)
    if modern != written and (certain := certain_region(unit, modern)):
        return replace(certain, how="繁体字按简体读取")
    return RegionMatch(None, nearest=tuple(nearest_names(plain(written), unit.bare_names)[:3]))


def certain_region(unit: Unit, written: str) -> RegionMatch | None:
    """The same, but None for an unknown name, without the nearest names, which take time to find."""
    text = plain(written)
    known = unit.certain
    if text in known:
        tidied = "去掉多余的空格" if known[text] == text else "按规范名称读取"
        return RegionMatch(known[text], official=True, how="" if written == known[text] else tidied)
    if text in unit.spellings:
        return RegionMatch(unit.name, whole=True, how="" if text == unit.name == written else "按本单位整体读取")
    candidates = list(_spellings(unit, text))
    city = next(filter(_CITY_ITSELF.match, candidates), None)
    if city and not unit.municipality:
        return RegionMatch(
            city, below=SubRegion(city, (), own_level=True), how="" if city == written else "去掉多余的文字"
        )
    of_unit = [text for text in candidates if "兵团" not in text or "兵团" in unit.short]
    if whole := next(filter(_WHOLE.match, of_unit), None):
        return RegionMatch(whole, whole=True, how="" if whole == written else "按本单位整体读取")
    for candidate in candidates:
        if candidate in known:
            return RegionMatch(known[candidate], official=True, how="按规范名称读取")
        below = sub_region(unit.code, unit.counties, known, candidate)
        if below:
            return RegionMatch(below.name, below=below, how="" if below.name == written else "按规范名称读取")
    # What no list has is taken as it stands, without the names of unit and office around it.
    provincial = [candidate for candidate in of_unit if _PROVINCIAL.match(candidate)]
    functional = [candidate for candidate in sorted(candidates, key=len) if _FUNCTIONAL.match(candidate)]
    if provincial or functional:
        name = (provincial or functional)[0]
        zone = None if provincial else SubRegion(name, ())
        return RegionMatch(name, below=zone, how="" if name == written else "去掉单位名称")
    return None


def _spellings(unit: Unit, text: str) -> Iterator[str]:
    """The text, then with what offices put around a name taken off."""
    seen: set[str] = set()
    for base in bases(text):
        for named in (base, *(base.removeprefix(prefix) for prefix in unit.prefixes)):
            for candidate in without_office(named):
                if candidate and candidate not in seen:
                    seen.add(candidate)
                    yield candidate
