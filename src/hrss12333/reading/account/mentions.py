"""Which region of the unit, and which columns of the forms, a text speaks of."""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import normal
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.named_places import places_in
from hrss12333.survey.region_names import folded
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

_COUNTY = lazy(r"[县区市旗]", needs="县区市旗")
_SHORTEST = 3
"""Characters from which a name is told by itself; shorter ones by the figure behind them (坐席45个)."""


def names_region(edition: Edition, unit: Unit | None, text: str, itself: str | None = None) -> bool:
    """Whether a text names a region of the unit, or a county below one; ``itself`` is whose the filing is, if a region's."""
    if unit is None:
        return False
    places = places_in(text, edition.gazetteer)
    if any(owner is unit and region != itself for place in places for owner, region in place.regions):
        return True
    counties = unit.counties if _COUNTY.search(text) else ()
    return any(len(name) >= _SHORTEST and name in text for name in counties if name != itself)


def without_unit(unit: Unit | None, text: str) -> str:
    """A text without the names of the unit itself."""
    said = folded(text)
    for name in unit.prefixes if unit else ():
        said = said.replace(name, "")
    return said


Field = tuple[str, str]
"""Keys of a form and of one of its columns."""


@lru_cache(maxsize=16)
def _columns_in(forms: tuple[Form, ...]) -> tuple[re.Pattern[str], dict[str, frozenset[Field]]]:
    """The names of the columns that ask for data, the longest first, and whose they are."""
    named: dict[str, set[Field]] = {}
    for form in forms:
        for column in form.data:
            for name in (column.heading, *column.aliases):
                named.setdefault(normal(re.sub(r"[（(].*", "", name)), set()).add((form.key, column.key))
    longest = sorted(named, key=len, reverse=True)
    told = (re.escape(n) + ("" if len(n) >= _SHORTEST else r"(?=[^\d,，。；;]{0,4}\d)") for n in longest)
    return re.compile("|".join(told)), {name: frozenset(fields) for name, fields in named.items()}


@lru_cache(maxsize=4096)
def columns_named(forms: tuple[Form, ...], text: str) -> frozenset[Field]:
    """The columns of the forms that a text names, of those that ask for data."""
    pattern, named = _columns_in(forms)
    return frozenset().union(*(named[match[0]] for match in pattern.finditer(normal(text))))


def names_column(forms: tuple[Form, ...], text: str) -> bool:
    """Whether it names any."""
    return bool(columns_named(forms, text))
