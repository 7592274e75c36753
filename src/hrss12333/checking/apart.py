"""Whether a 备注 says that a city's figure does not include a place below it, whose own row then counts beside the city's.

The words must be about these two: 不含企业来电 on a county's row says nothing of its city.
"""

from __future__ import annotations

import re

from hrss12333.model.filing import Row
from hrss12333.patterns import lazy
from hrss12333.survey.sub_regions import SubRegion, without_ending

_OWN_LEVEL = ("本级", "市区", "城区", "市直")
_CITY = ("全市", "本市", "该市", "我市", "所在市", "地级市", "上级市", "市级", "市数据", "设区市", "重复")
"""How a county refers to its city without naming it."""
_EXCLUDED = lazy(
    r"(?:不|未|没有?|无)(?:再|予|曾|被)?(?:包[含括]|含|计入|列入|纳入|并入|算入|统计在|汇总在|在[^，。；]{0,8}内|重复)"
)
_ALONE = lazy(r"(?<![不未没非])(?<!没有)(?:单独|独立|另行|分开|分别)(?:进行)?(?:统计|填报|核算|报送|上报|列|计算|汇总)")
_INCLUDED = lazy(r"(?:包[含括]|计入|列入|纳入|并入|算入|统计在内|(?<!不)含)")


def is_reported_apart(place: Row, below: SubRegion, cities: list[Row]) -> bool:
    """Whether the place's own 备注, or that of one of its cities, says that the city's figure is without the place."""
    if _ALONE.search(place.text("remarks")):
        return True
    about = _remarks_on_both(place, below, cities)
    return any(_EXCLUDED.search(text) for text in about) or any(_ALONE.search(text) for text in about[1:])


def is_reported_within(place: Row, below: SubRegion, cities: list[Row]) -> bool:
    """Whether they say that the city's figure includes the place, so that nothing remains to be asked."""
    return any(_INCLUDED.search(text) and not _EXCLUDED.search(text) for text in _remarks_on_both(place, below, cities))


def _remarks_on_both(place: Row, below: SubRegion, cities: list[Row]) -> list[str]:
    """What is reported about the two: the place's own words where they name its city, first, then each city's that
    name it."""
    bare = [below.name.removeprefix(city) for city in ("", *below.cities)]
    names = {*bare, *map(without_ending, bare), *(_OWN_LEVEL if below.own_level else ())}
    theirs = {part for city in below.cities for part in (city, without_ending(city))}
    own = place.text("remarks")
    remarks = (text for city in cities for text in (city.text("remarks"), _behind_name(city)))
    return [own if _names_any(own, theirs | set(_CITY)) else "", *(text for text in remarks if _names_any(text, names))]


def _behind_name(city: Row) -> str:
    """What is in brackets behind its name: （含定州）."""
    marked = city.marked.get("region")
    found = re.search(r"[（(](.+)[)）]", marked.found) if marked and isinstance(marked.found, str) else None
    return found[1] if found else ""


def _names_any(text: str, names: set[str]) -> bool:
    return any(name in text for name in names)
