"""Entries that one sheet of the official form takes: names of units and regions, answers, required columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import NO, YES, Column, Form, Kind

_WHOLE_UNIT_NAMES = ("全省", "全区", "全市", "全自治区", "全兵团")
ENDINGS = ("市", "区", "县", "州", "盟", "地区")
"""Endings that a short name leaves out: names that differ in these alone are one region's."""
_OWN_OFFICE = ("本级", "省本级", "区本级", "自治区本级", "市本级", "兵团本级", "省直", "区直", "市直", "兵团直属")


class SheetNames(Struct, frozen=True):
    """The names that one sheet takes."""

    units: tuple[str, ...]
    """Names that the header's unit may have."""
    unit: str = ""
    """Official name of the unit that the sheet was made for; empty where anyone may fill it in."""
    regions: tuple[str, ...] = ()
    """Names that the rows may have; empty where nobody knows whose the sheet is."""
    whole_unit: tuple[str, ...] = ()
    """Names of rows that mean the whole unit."""
    expected: tuple[str, ...] = ()
    """Regions that must have a row."""
    short: frozenset[str] = frozenset()
    """Names of rows that are short for another."""

    def spellings_of(self, name: str) -> list[str]:
        """The name of a region and the short ones."""
        return [name, *(short for short in _shortened(name) if short in self.short)]


def _shortened(name: str) -> list[str]:
    return [name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)]


def _of_no_region(edition: Edition) -> Iterator[str]:
    """Names of units that no region of another unit has: 海南 is a prefecture of 青海, too."""
    for each in edition.units:
        others = [other for other in edition.units if other is not each]
        yield from (name for name in each.spellings if not any(name in other.certain for other in others))


def names_for(edition: Edition, unit: Unit | None, expected: Sequence[str]) -> SheetNames:
    """The names of a sheet made for ``unit``, whose rows must be these regions."""
    if unit is None:
        spellings = tuple(spelling for each in edition.units for spelling in each.spellings)
        return SheetNames(spellings, whole_unit=(*_WHOLE_UNIT_NAMES, *_of_no_region(edition)))
    whole = tuple(name for name in (*_WHOLE_UNIT_NAMES, *unit.spellings) if match_region(unit, name).is_unit)
    own = tuple(name for name in _OWN_OFFICE if match_region(unit, name).name == name)
    short = [
        name
        for region in unit.regions
        for name in _shortened(region.name)
        if unit.certain.get(name) == region.name and name not in unit.spellings
    ]
    listed = tuple(dict.fromkeys((*(region.name for region in unit.regions), *short, *whole, *own)))
    return SheetNames(unit.spellings, unit.name, listed, whole, tuple(expected), frozenset(short))


def remarks_column(form: Form) -> Column | None:
    """The column where a deviation is explained: the last free text that need not be answered."""
    return next((column for column in reversed(form.of_kind(Kind.TEXT)) if not column.required), None)


def required_columns(form: Form, *kinds: Kind) -> list[str]:
    """The columns that a row with a region must answer, region apart; of these kinds, or of all."""
    columns = form.of_kind(*kinds) if kinds else form.columns
    return [column.key for column in columns if column.required and column.kind is not Kind.REGION]


def allowed_answers(column: Column) -> tuple[str, ...]:
    """The entries that a column allows, where the form limits them."""
    return (YES, NO) if column.kind is Kind.YESNO else column.choices
