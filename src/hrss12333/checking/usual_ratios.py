"""What figures are compared with: how ratios of the form usually lie, in the nation, in the unit and by experience.

Everything is on a decimal log scale, where an error of 千 is 3 and one of 万 is 4 whatever the size of the place.
Centres are medians, spreads median absolute deviations: a few wrong rows don't move what they are judged by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from math import log, log10
from statistics import median

from msgspec import Struct

from hrss12333.model.filing import Row, Table
from hrss12333.survey.indicators import RATIOS, Indicator
from hrss12333.survey.schema import Form

ENOUGH_NATION = 30
"""Rows from which the nation's own figures replace experience."""
ENOUGH_UNIT = 4
"""Rows from which the unit's own level counts."""
UNIT_REACH = 0.7
"""How far (decades) a unit's level may lie from the nation's: a whole unit in 万 must not excuse itself."""
MAD_TO_SPREAD = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution."""
HEAVY = 4
"""Degrees of freedom of the t distribution that judges deviations: real places have heavy tails."""


UNREMARKABLE = 3.0
"""Spreads within which every comparison must lie for a row to pass unexamined."""


class Standard(Struct, frozen=True):
    """Where a figure usually lies, as powers of ten."""

    center: float
    below: float
    """Spread downwards."""
    above: float
    """Spread upwards; smaller where nature sets a limit."""
    source: str
    """Whose level this is, Chinese, for messages."""

    @property
    def usual(self) -> float:
        """The centre as a figure."""
        return float(10**self.center)

    def strangeness(self, at: float) -> float:
        """How far a place deviates, in spreads."""
        off = at - self.center
        return off / self.above if off > 0 else -off / self.below

    def is_usual(self, places: Sequence[float]) -> bool:
        """Whether none of these places is worth a look."""
        low, high = self.center - UNREMARKABLE * self.below, self.center + UNREMARKABLE * self.above
        return not places or (low < min(places) and max(places) < high)

    def log_likelihood(self, at: float) -> float:
        """Log density of a t distribution, 0 at the centre."""
        return -(HEAVY + 1) / 2 * log(1 + self.strangeness(at) ** 2 / HEAVY)


UNIT, NATION, USUAL, LAST_YEAR = "本单位各地区中位数", "全国各地区中位数", "一般水平", "上年"
"""Whose level a standard is."""
EXPERIENCE = {
    "calls_per_agent": Standard(3.85, 0.40, 0.25, USUAL),
    "calls_per_seat": Standard(3.90, 0.40, 0.30, USUAL),
    "agents_per_seat": Standard(0.08, 0.25, 0.25, USUAL),
    "agent_share": Standard(-0.08, 0.20, 0.10, USUAL),
    "training_per_head": Standard(0.70, 0.50, 0.50, USUAL),
}
"""Where nothing better is known. An adviser answers 3,000 to 25,000 calls a year: 80 to 90 a working day at the busiest
known hotline, 150 at the extreme. The rest is wide on purpose."""
SIZE = Standard(5.0, 0.9, 0.9, USUAL)
"""来电总量 of a prefecture, 20,000 to 500,000 a year, with room for the small and the large."""
UNIT_SIZE_SPREAD = 0.5
"""Least spread of sizes within one unit."""
ABSURD = 10**15
"""No count of anything; compared with nothing."""
CHANGE = Standard(0.0, 0.12, 0.12, LAST_YEAR)
"""This year's figure over last year's."""
JUDGED = {ratio.key: ratio for ratio in RATIOS if ratio.key in EXPERIENCE}
"""The ratios compared."""


def count_of(row: Row, key: str) -> int | None:
    """A positive count; None where there is none or it is absurd."""
    figure = row.number(key)
    return figure if figure is not None and 0 < figure < ABSURD else None


@cache
def judged_of(form: Form) -> dict[str, Indicator]:
    """Those of the ratios compared that the form allows."""
    return {key: ratio for key, ratio in JUDGED.items() if form.has(*ratio.fields)}


@cache
def _operands(form: Form) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for ratio in judged_of(form).values() for field in ratio.fields))


def ratios_of(form: Form, rows: Sequence[Row]) -> dict[str, list[float]]:
    """Ratio key → its values in these rows, without those of which an operand is missing, not positive or absurd."""
    keys = _operands(form)
    if not keys:
        return {}
    counts: dict[str, list[int]] = {key: [] for key in keys}
    """Field key → its figures; 0 for one that is of no use."""
    for key, figures in zip(keys, zip(*[row.numbers(keys) for row in rows], strict=True), strict=False):
        counts[key] = [figure if figure and 0 < figure < ABSURD else 0 for figure in figures]
    found = {}
    for key, ratio in judged_of(form).items():
        above, below = (_added([counts[field] for field in of]) for of in (ratio.numerator, ratio.denominator))
        found[key] = [part / whole for part, whole in zip(above, below, strict=True) if part and whole]
    return found


def _added(columns: Sequence[list[int]]) -> list[int]:
    return columns[0] if len(columns) == 1 else [sum(row) * all(row) for row in zip(*columns, strict=True)]


def national_ratios(tables: Iterable[Table]) -> dict[str, tuple[float, ...]]:
    """`Comparisons.ratios` over these tables: each ratio's values, sorted."""
    found: dict[str, list[float]] = {key: [] for key in JUDGED}
    for table in tables:
        for key, values in ratios_of(table.form, table.rows).items():
            found[key] += values
    return {key: tuple(sorted(values)) for key, values in found.items() if values}


def spread_of(places: Sequence[float], center: float) -> float:
    """Robust spread of places around a centre."""
    return MAD_TO_SPREAD * median(abs(place - center) for place in places)


@lru_cache(maxsize=32)
def standard_of_nation(key: str, values: tuple[float, ...]) -> Standard:
    """Where a ratio lies in the nation; the same for all units, so worked out once."""
    known, positive = EXPERIENCE[key], [value for value in values if value > 0]
    if len(positive) < ENOUGH_NATION:
        return known
    places = [*map(log10, positive)]
    center = median(places)
    spread = spread_of(places, center)
    return Standard(center, max(known.below, spread), max(known.above, spread), NATION)


def in_unit(places: Sequence[float], nation: Standard) -> Standard:
    """The unit's own level, where its rows are enough to tell it and it lies near the nation's; else the nation's."""
    if len(places) < ENOUGH_UNIT or abs((own := median(places)) - nation.center) > UNIT_REACH:
        return nation
    return Standard(own, nation.below, nation.above, UNIT)


def size_in_unit(places: Sequence[float]) -> Standard:
    """The size that totals usually have in a unit."""
    if len(places) < ENOUGH_UNIT:
        return SIZE
    center = median(places)
    spread = max(UNIT_SIZE_SPREAD, spread_of(places, center))
    return Standard(center, spread, spread, UNIT)
