"""Names: the unit or region that a written name means, and those that a text names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property, lru_cache

from msgspec import Struct

from hrss12333.patterns import BRACKET, half_width
from hrss12333.survey import flat_list, words_of
from hrss12333.survey.regions import SubRegion, Unit, bare_name, units_of

MOST_NAMES = 16_384
"""Most names cached: reading, rules and joining each look them up."""
_UNSEEN = str.maketrans("", "", "\u200b\ufeff_")
_WORDS = "name_words.tsv"
_NUMBERING = r"^(?:(?:\d\d?|0\d\d)(?!\d|师)[.、)\-—:]*|\d{3}[.、)\-—:]+|[一二三四五六七八九十]+[.、)])"
"""A number before a name; a longer number is part of the name: 114中心, 12345中心."""
_NUMERALS = frozenset("一二三四五六七八九十")
_MARKS = "*.。,;、:：-★☆●■◆\"“”‘’'《》【】"
_AND = r"[、,和及]"
_TAIL, _WHOLE, _OWN_LEVEL, _WHOLE_CITY, _CITY_LEVEL = "尾", "全省", "本级", "全市", "市本级"
"""Kinds of words in `_WORDS`."""
_LEAST_ALIKE = 0.4
"""Least likeness at which a name is suggested."""


class RegionMatch(Struct, frozen=True):
    """The region that a written name is taken to mean."""

    name: str | None
    """The official name, or the usual one of a place that has none; None if the name is unknown."""
    official: bool = False
    """Whether the name is that of one of the unit's listed regions."""
    is_unit: bool = False
    """Whether the row is about the whole unit (全省)."""
    below: SubRegion | None = None
    """Set for a place below the regions (county, zone, a city's own level); its city may be unknown."""
    nearest: tuple[str, ...] = ()
    """For an unknown name: the nearest official names of the unit."""

    @property
    def reports(self) -> bool:
        """Whether it sends figures itself: a listed region, or a county listed as reporting itself."""
        return self.official or bool(self.below and self.below.reports_itself)

    @property
    def is_own_level(self) -> bool:
        """Whether the row is about what the unit itself runs: 省本级, 省直, 省厅."""
        return bool(self.name) and not (self.official or self.is_unit or self.below)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Half-width, without white space: the form in which names are compared."""
    plain = half_width(text)
    return plain if plain.isalnum() else "".join(plain.split()).translate(_UNSEEN)


@lru_cache(maxsize=MOST_NAMES)
def match_region(unit: Unit, written: str) -> RegionMatch:
    """The region of ``unit`` that a text means; ``name`` is None if it means none for certain."""
    if known := certain_region(unit, written):
        return known
    names = {region.name: bare_name(region.name) for region in unit.regions}
    return RegionMatch(None, nearest=tuple(nearest_names(folded(written), names)))


@lru_cache(maxsize=MOST_NAMES)
def regions_in(unit: Unit, text: str) -> frozenset[str]:
    """The unit's regions in a file's name; a name that is also the unit's (吉林) counts as the unit's."""
    names = {*unit.certain, *unit.spellings}
    found = _names_in(folded(text), names, max(map(len, names)))
    return frozenset(unit.certain[name] for name in found if name not in unit.spellings)


def _names_in(text: str, known: Collection[str], longest: int) -> Iterator[str]:
    """The names found in a text, in order; of overlapping ones the first and longest: 吉林市, not 吉林."""
    start = 0
    while start < len(text) - 1:
        ends = range(min(start + longest, len(text)), start + 1, -1)
        if name := next((text[start:end] for end in ends if text[start:end] in known), ""):
            yield name
        start += len(name) or 1


@lru_cache(maxsize=MOST_NAMES)
def certain_region(unit: Unit, written: str) -> RegionMatch | None:
    """The region that a text means for certain, else None."""
    text = folded(written)
    if text in unit.certain:
        return RegionMatch(unit.certain[text], official=True)
    if text in unit.spellings:
        return RegionMatch(unit.name, is_unit=True)
    if part := _bracketed_part(unit, text):
        return part
    named = [each for base in bases(text) for each in (base, *map(base.removeprefix, unit.prefixes))]
    candidates = [*filter(None, dict.fromkeys(spelling for each in named for spelling in without_office(each)))]
    match = next(filter(None, (_exact_match(unit, candidate) for candidate in candidates)), None)
    if match is None and not set(unit.spellings).isdisjoint(candidates):
        return RegionMatch(unit.name, is_unit=True)
    return match


def _exact_match(unit: Unit, text: str) -> RegionMatch | None:
    """The region, place below, whole unit or own level (the unit's or a city's) with exactly this name."""
    if text in unit.certain:
        return RegionMatch(unit.certain[text], official=True)
    if below := unit.place_below(text):
        return RegionMatch(below.name, below=below)
    kind = _kinds_of_words().get(text)
    if kind in (_WHOLE_CITY, _CITY_LEVEL) and not unit.is_municipality:
        return RegionMatch(text, below=SubRegion(text, (), own_level=True))
    if kind is None or any(word in text and word not in unit.name for word in ("兵团", "自治区")):
        return None
    return RegionMatch(text, is_unit=kind in (_WHOLE, _WHOLE_CITY))


@cache
def _kinds_of_words() -> Mapping[str, str]:
    """Word for a whole unit, its own level, or a city → its kind."""
    return {word: kind for word, kind in flat_list(_WORDS) if kind != _TAIL}


@cache
def _tails() -> tuple[str, ...]:
    """The names of offices and of the hotline, the longest first."""
    return tuple(sorted(words_of(_WORDS, _TAIL), key=len, reverse=True))


def _bracketed_part(unit: Unit, text: str) -> RegionMatch | None:
    """The place in brackets after the name of its region: 石嘴山市（大武口区）."""
    before, _, places = text.removesuffix(")").rpartition("(")
    around = certain_region(unit, before) if text.endswith(")") and before and ")" not in places else None
    if around is None or not (around.official or around.is_unit):
        return None
    if around.is_unit:
        return certain_region(unit, places)
    names = re.split(_AND, places)
    parts = [unit.place_below(f"{around.name}{name}") for name in names]
    if not all(parts):
        return None
    several = SubRegion(f"{around.name}（{'、'.join(names)}）", (str(around.name),))
    below = parts[0] if len(parts) == 1 and parts[0] else several
    return RegionMatch(below.name, below=below)


def bases(text: str) -> tuple[str, str]:
    """The text, and the text without the numbers, marks and brackets around it."""
    bare = BRACKET.sub("", text)
    if bare[:1].isdecimal() or bare[:1] in _NUMERALS:
        bare = re.sub(_NUMBERING, "", bare)
    return text, bare.strip(_MARKS)


def without_office(named: str) -> list[str]:
    """The text, then what remains after each name of an office or hotline is removed from its end."""
    found, tails = [named.lstrip("/-—·、:")], _tails()
    while found[-1].endswith(tails):
        found.append(found[-1].removesuffix(next(filter(found[-1].endswith, tails))))
    return found


def nearest_names(text: str, names: Mapping[str, str]) -> list[str]:
    """At most three official names similar to an unknown one; ``names``: official name → bare name."""
    from difflib import get_close_matches  # most runs recognise every name

    stem, letters = bare_name(text), frozenset(bare_name(text))
    sharing = {bare: name for name, bare in names.items() if not letters.isdisjoint(bare)}
    return [sharing[bare] for bare in get_close_matches(stem, sharing, cutoff=_LEAST_ALIKE)]


class UnitMatch(Struct, frozen=True):
    """The unit that a written name is taken to mean."""

    unit: Unit | None
    """The unit; None if the text means none for certain."""
    how: str = ""
    """How it was recognised, Chinese; empty for its full name."""
    nearest: tuple[str, ...] = ()
    """For an unknown name: the nearest full names of units, likeliest first."""


class Gazetteer(Struct, frozen=True, eq=False, dict=True):
    """The units of one year's lists, and how names are matched to them."""

    year: str
    """Year of the lists (data/regions_YEAR.csv)."""

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The reporting units in the official order."""
        return units_of(self.year)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The groups of units, in the order of publication."""
        return tuple(dict.fromkeys(unit.zone for unit in self.units))

    @cached_property
    def by_name(self) -> dict[str, Unit]:
        """Every certain spelling of a unit → the unit."""
        return {folded(spelling): unit for unit in self.units for spelling in unit.spellings}

    @lru_cache(maxsize=MOST_NAMES)  # noqa: B019  a gazetteer lives as long as the program
    def owners(self, written: str) -> list[Unit]:
        """The units that a text names, directly or by a region."""
        # Matching takes time, so only certain spellings and texts that begin with the unit's name are tried.
        text = folded(written)
        named, begun = self.by_name.get(text), bases(text)
        bare = frozenset(name for base in begun for name in without_office(base))
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

    def match(self, written: str) -> UnitMatch:
        """The unit that a text names: as it is, without brackets and office, or before a region; else the nearest."""
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
    unit: Unit | None
    """The unit that it names; None for a region."""
    owner: tuple[Unit, str | None] | None
    """The unit that it names, or the only unit with a region of this name, and that region."""


@cache
def _places(gazetteer: Gazetteer) -> tuple[dict[str, NamedPlace], int]:
    """Every spelling of a unit or region → what it names; and the length of the longest."""
    found: dict[str, NamedPlace] = {}
    for unit in gazetteer.units:
        for spelling, region in unit.certain.items():
            found[spelling] = NamedPlace(spelling, None, None if spelling in found else (unit, region))
    found |= {name: NamedPlace(name, unit, (unit, None)) for name, unit in gazetteer.by_name.items()}
    return found, max(map(len, found))


@lru_cache(maxsize=4096)
def places_in(text: str, gazetteer: Gazetteer) -> tuple[NamedPlace, ...]:
    """The units and regions that a text names, in order."""
    places, longest = _places(gazetteer)
    return tuple([places[name] for name in _names_in(folded(text), places, longest)])
