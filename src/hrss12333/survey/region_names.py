"""How the written name of a region is matched to the regions of one reporting unit.

Names match within the reporting unit only, and only when the spelling is certain: an unknown name comes back with the
nearest official names and is never corrected.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.survey.regions import SubRegion, Unit
from hrss12333.survey.spellings import HAN, bases, nearest_names, simplified, without_office

MOST_NAMES = 16_384
"""Names remembered: reading, rules and joining ask about each in turn."""
_BLANK = re.compile(r"[\s\u200b\ufeff_]+")
_WHOLE_UNIT_WORDS = re.compile(
    r"^(?:全|本)(?:省|区|市|自治区|兵团|师)(?:合并|统一|集中|数据|情况|统计|范围|合并数|总体)?$"
)
_CITY_ITSELF = re.compile(r"^(?:[全本][市师州盟]|全地区|[市师州盟](?:本级|直|直属|直机关|级|局|中心))$")
"""What a city calls itself where its name is understood."""
_PROVINCIAL = re.compile(
    r"^(?:省|区|市|自治区|兵团|厅|直辖市)?(?:本级|直属|直|中心|级)$|^(?:省|市|自治区|兵团)(?:厅|局|级单位|直单位|直机关|12333中心|中心)$"
    r"|^(?:省|自治区)?(?:人力资源(?:和|与|及)?社会保障|人社)厅(?:本级|机关|(?:数据)?信息中心|(?:12333|电话).{0,8})?$"
)
_PLACES = r"(.{2,})\(([^()]{2,})\)"
_AND = r"[、,和及]"
_ZONES = ("新区", "开发区", "示范区", "实验区", "试验区", "高新区", "经开区", "合作区", "管理区", "管委会")
"""How the names of zones end that no list has."""
_ZONE = f"{HAN}{{4,}}"
_OF_REMARKS = ("未", "不", "除", "包括", "本表", "另有")


class RegionMatch(Struct, frozen=True):
    """What a written region was taken for."""

    name: str | None
    """Name to use: the official one where known; None where the name is unknown."""
    official: bool = False
    """Whether it is one of the unit's listed regions."""
    is_unit: bool = False
    """Whether the row speaks for the whole unit (全省)."""
    below: SubRegion | None = None
    """Set for a place below the regions: a county, a zone, a city's own level; of which city may be unknown."""
    how: str = ""
    """Chinese: how it was recognised, empty where it was there letter for letter."""
    nearest: tuple[str, ...] = ()
    """For an unknown name: the nearest official names of the unit."""

    @property
    def reports(self) -> bool:
        """Whether the place sends figures of its own: a listed region, or a county known to report by itself."""
        return self.official or bool(self.below and self.below.reports_itself)

    @property
    def is_own_level(self) -> bool:
        """Whether the row is about what the unit runs itself: 省本级, 省直, 省厅."""
        return bool(self.name) and not (self.official or self.is_unit or self.below)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Half-width, without any white space: the form in which names are compared."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=MOST_NAMES)
def match_region(unit: Unit, written: str) -> RegionMatch:
    """The region of ``unit`` that a text names; ``name`` is None where it names none for certain."""
    if certain := certain_region(unit, written):
        return certain
    modern = simplified(written)
    if modern != written and (certain := certain_region(unit, modern)):
        return replace(certain, how="繁体字按简体读取")
    return RegionMatch(None, nearest=tuple(nearest_names(folded(written), unit.bare_names)[:3]))


def certain_region(unit: Unit, written: str) -> RegionMatch | None:
    """`match_region`, but None for an unknown name: the nearest names take time to find."""
    text = folded(written)
    known = unit.certain
    if text in known:
        tidied = "去掉多余的空格" if known[text] == text else "按规范名称读取"
        return RegionMatch(known[text], official=True, how="" if written == known[text] else tidied)
    if text in unit.spellings:
        return RegionMatch(unit.name, is_unit=True, how="" if text == unit.name == written else "按本单位整体读取")
    if part := _bracketed_part(unit, text):
        return part
    candidates = _spellings(unit, text)
    city = next(filter(_CITY_ITSELF.match, candidates), None)
    if city and not unit.is_municipality:
        return RegionMatch(
            city, below=SubRegion(city, (), own_level=True), how="" if city == written else "去掉多余的文字"
        )
    of_unit = [text for text in candidates if "兵团" not in text or "兵团" in unit.short]
    if whole := next(filter(_WHOLE_UNIT_WORDS.match, of_unit), None):
        return RegionMatch(whole, is_unit=True, how="" if whole == written else "按本单位整体读取")
    for candidate in candidates:
        if candidate in known:
            return RegionMatch(known[candidate], official=True, how="按规范名称读取")
        below = unit.place_below(candidate)
        if below:
            return RegionMatch(below.name, below=below, how="" if below.name == written else "按规范名称读取")
    # What no list has is taken as written, without the names of unit and office around it.
    provincial = [*filter(_PROVINCIAL.match, of_unit)]
    functional = sorted(filter(_is_zone, candidates), key=len)
    if provincial or functional:
        name = (provincial or functional)[0]
        zone = None if provincial else SubRegion(name, ())
        return RegionMatch(name, below=zone, how="" if name == written else "去掉单位名称")
    return None


def _is_zone(text: str) -> bool:
    """Whether it is what a zone may be called, and no remark about one."""
    return (
        text.endswith(_ZONES) and not any(map(text.__contains__, _OF_REMARKS)) and re.fullmatch(_ZONE, text) is not None
    )


def _bracketed_part(unit: Unit, text: str) -> RegionMatch | None:
    """What behind a region's name is in brackets, where that is no more than places of the region: 石嘴山市（大武口区）."""
    match = re.fullmatch(_PLACES, text) if "(" in text else None
    around = certain_region(unit, match[1]) if match else None
    if match is None or around is None or not (around.official or around.is_unit):
        return None
    if around.is_unit:
        within = certain_region(unit, match[2])
        return replace(within, how="按规范名称读取") if within else None
    names = re.split(_AND, match[2])
    parts = [unit.place_below(f"{around.name}{name}") for name in names]
    if not all(parts):
        return None
    several = SubRegion(f"{around.name}（{'、'.join(names)}）", (str(around.name),))
    below = parts[0] if len(parts) == 1 and parts[0] else several
    return RegionMatch(below.name, below=below, how="按规范名称读取")


def _spellings(unit: Unit, text: str) -> list[str]:
    """The text, then with what offices put around a name taken off."""
    named = [each for base in dict.fromkeys(bases(text)) for each in (base, *map(base.removeprefix, unit.prefixes))]
    return list(
        filter(None, dict.fromkeys([spelling for each in dict.fromkeys(named) for spelling in without_office(each)]))
    )
