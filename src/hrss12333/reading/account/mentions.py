"""Which region of the unit, and which columns of the forms, a text speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import normal
from hrss12333.survey.region_names import folded
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

_COUNTY = lazy(r"[县区市旗]", needs="县区市旗")
_SHORTEST = 3
"""Characters from which a name is told by itself; shorter ones by the figure behind them (坐席45个)."""


@lru_cache(maxsize=64)
def _names_in(unit: Unit) -> re.Pattern[str]:
    """The spellings of the unit and its regions, the longest first: 吉林省 is no 吉林市."""
    names = sorted({*unit.certain, *unit.spellings}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


@lru_cache(maxsize=4096)
def names_region(unit: Unit | None, text: str, itself: str | None = None) -> bool:
    """Whether a text names a region of the unit, or a county below one; ``itself`` is whose the filing is, if a region's."""
    if unit is None:
        return False
    said = folded(text)
    found = {unit.certain.get(match[0]) for match in _names_in(unit).finditer(said) if match[0] not in unit.spellings}
    if found - {itself}:
        return True
    counties = unit.counties if _COUNTY.search(said) else ()
    return any(len(name) >= _SHORTEST and name in said for name in counties if name != itself)


def without_unit(unit: Unit | None, text: str) -> str:
    """A text without the names of the unit itself."""
    said = folded(text)
    return _names_in(unit).sub(lambda match: "" if match[0] in unit.spellings else match[0], said) if unit else said


@lru_cache(maxsize=16)
def _columns_in(forms: tuple[Form, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(set(_names_of(forms)), key=len, reverse=True)))


def _names_of(forms: tuple[Form, ...]) -> Iterator[str]:
    """Patterns of the names of the columns that ask for data."""
    for form in forms:
        for column in form.data:
            for name in (column.heading, *column.aliases):
                named = normal(re.sub(r"[（(].*", "", name))
                yield re.escape(named) + ("" if len(named) >= _SHORTEST else r"[^\d,，。；;]{0,4}\d")


@lru_cache(maxsize=4096)
def names_column(forms: tuple[Form, ...], text: str) -> bool:
    """Whether a text names a column of the forms that asks for data."""
    return bool(_columns_in(forms).search(normal(text)))
