"""Figures off by 千 or 万 that no balance shows: which columns of a row are off, judged by what they are compared with.

Compared are ratios of the form and sizes with how they usually lie, in the nation, in the unit and by experience, on a decimal
log scale, where an error of 千 is 3 and one of 万 is 4 whatever the size of the place. Centres are medians, spreads median
absolute deviations: a few wrong rows don't move what they are judged by. Each explanation (nothing is wrong; these columns are
1,000 or 10,000 times too large or too small) is scored by how well the row, corrected, agrees with its references. Errors are
rare, so an explanation must win clearly; corrected figures are proposed only where it is far likelier than all others and they
are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import exp, log, log10
from statistics import median

from msgspec import Struct

from hrss12333.checking.rule import FAR, Case
from hrss12333.model.filing import Row, Table
from hrss12333.survey.indicators import RATIOS, Indicator
from hrss12333.survey.schema import LARGEST_COUNT, Balance, Form, Kind

_ENOUGH_NATION = 30
"""Rows from which the nation's own figures replace experience."""
_ENOUGH_UNIT = 4
"""Rows from which the unit's own level counts."""
_UNIT_REACH = 0.7
"""How far (decades) a unit's level may lie from the nation's: a whole unit in 万 must not excuse itself."""
_MAD_TO_SPREAD = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution."""
HEAVY = 4
"""Degrees of freedom of the t distribution that judges deviations: real places have heavy tails."""


_UNREMARKABLE = 3.0
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
        low, high = self.center - _UNREMARKABLE * self.below, self.center + _UNREMARKABLE * self.above
        return not places or (low < min(places) and max(places) < high)

    def log_likelihood(self, at: float) -> float:
        """Log density of a t distribution, 0 at the centre."""
        return -(HEAVY + 1) / 2 * log(1 + self.strangeness(at) ** 2 / HEAVY)


UNIT_LEVEL, NATION_LEVEL, USUAL_LEVEL, LAST_YEAR_LEVEL = "本单位各地区中位数", "全国各地区中位数", "一般水平", "上年"
"""Whose level a standard is."""
_EXPERIENCE = {
    "calls_per_agent": Standard(3.85, 0.40, 0.25, USUAL_LEVEL),
    "calls_per_seat": Standard(3.90, 0.40, 0.30, USUAL_LEVEL),
    "agents_per_seat": Standard(0.08, 0.25, 0.25, USUAL_LEVEL),
    "agent_share": Standard(-0.08, 0.20, 0.10, USUAL_LEVEL),
    "training_per_head": Standard(0.70, 0.50, 0.50, USUAL_LEVEL),
}
"""Where nothing better is known. An adviser answers 3,000 to 25,000 calls a year: 80 to 90 a working day at the busiest
known hotline, 150 at the extreme. The rest is wide on purpose."""
_SIZE = Standard(5.0, 0.9, 0.9, USUAL_LEVEL)
"""来电总量 of a prefecture, 20,000 to 500,000 a year, with room for the small and the large."""
_UNIT_SIZE_SPREAD = 0.5
"""Least spread of sizes within one unit."""
_FROM_LAST_YEAR = Standard(0.0, 0.12, 0.12, LAST_YEAR_LEVEL)
"""This year's figure over last year's."""
_JUDGED = {ratio.key: ratio for ratio in RATIOS if ratio.key in _EXPERIENCE}
"""The ratios compared, each of one count to another."""


def _count_of(row: Row, key: str) -> int | None:
    """A positive count; None where there is none or it is absurd."""
    figure = row.number(key)
    return figure if figure is not None and 0 < figure < LARGEST_COUNT else None


@cache
def _judged_of(form: Form) -> dict[str, Indicator]:
    """Those of the ratios compared that the form allows."""
    return {key: ratio for key, ratio in _JUDGED.items() if form.has(*ratio.fields)}


def _ratios_of(form: Form, rows: Sequence[Row]) -> dict[str, list[float]]:
    """Ratio key → its values in these rows, without those of which an operand is missing, not positive or absurd."""
    found = {}
    for key, ratio in _judged_of(form).items():
        counts = [row.numbers(ratio.fields) for row in rows]
        found[key] = [a / b for a, b in counts if a and b and 0 < a < LARGEST_COUNT and 0 < b < LARGEST_COUNT]
    return found


def national_ratios(tables: Iterable[Table]) -> dict[str, tuple[float, ...]]:
    """`Comparisons.ratios` over these tables: each ratio's values, sorted."""
    found: dict[str, list[float]] = {key: [] for key in _JUDGED}
    for table in tables:
        for key, values in _ratios_of(table.form, table.rows).items():
            found[key] += values
    return {key: tuple(sorted(values)) for key, values in found.items() if values}


def _spread_of(places: Sequence[float], center: float) -> float:
    """Robust spread of places around a centre."""
    return _MAD_TO_SPREAD * median(abs(place - center) for place in places)


@lru_cache(maxsize=32)
def _standard_of_nation(key: str, values: tuple[float, ...]) -> Standard:
    """Where a ratio lies in the nation; the same for all units, so worked out once."""
    known, positive = _EXPERIENCE[key], [value for value in values if value > 0]
    if len(positive) < _ENOUGH_NATION:
        return known
    places = [*map(log10, positive)]
    center = median(places)
    spread = _spread_of(places, center)
    return Standard(center, max(known.below, spread), max(known.above, spread), NATION_LEVEL)


def _in_unit(places: Sequence[float], nation: Standard) -> Standard:
    """The unit's own level, where its rows are enough to tell it and it lies near the nation's; else the nation's."""
    if len(places) < _ENOUGH_UNIT or abs((own := median(places)) - nation.center) > _UNIT_REACH:
        return nation
    return Standard(own, nation.below, nation.above, UNIT_LEVEL)


def _size_in_unit(places: Sequence[float]) -> Standard:
    """The size that totals usually have in a unit."""
    if len(places) < _ENOUGH_UNIT:
        return _SIZE
    center = median(places)
    spread = max(_UNIT_SIZE_SPREAD, _spread_of(places, center))
    return Standard(center, spread, spread, UNIT_LEVEL)


_POWERS = (3, 4)
"""千 and 万."""
_PRIOR = log(400)
"""Cost of supposing an error: one row in about 400 has one."""
ROUND = 2.5
"""Weight of the evidence that all figures of a group end in as many zeros as the error gives them, or that one does not."""
_PLAIN_SIZE = 300
"""People, seats or attendances below which a single column is not taken for a thousandfold."""
QUOTED = 2
"""Comparisons that a message quotes."""
_FITTING = 1.0
"""Spreads within which each of these must lie after the correction for one to be proposed."""
_TORN = 0.5
"""Share of the total by which a balance fails where one figure alone is off by 千 or 万: localisation deals with that."""


class Clue(Struct, frozen=True):
    """One comparison of a row."""

    place: float
    """Decimal log of what is there."""
    standard: Standard
    words: str
    """What is compared, Chinese."""
    above: tuple[str, ...]
    """Fields that it grows with."""
    below: tuple[str, ...] = ()
    """Fields that it falls with."""

    def shifted(self, fields: frozenset[str], power: int) -> float:
        """The place once these fields are divided by 10 to the ``power``."""
        return self.place - power * (fields.isdisjoint(self.below) - fields.isdisjoint(self.above))

    def gain(self, fields: frozenset[str], power: int) -> float:
        """How much better the corrected row agrees."""
        return self.standard.log_likelihood(self.shifted(fields, power)) - self.standard.log_likelihood(self.place)


class UnitError(Struct, frozen=True):
    """What a row's unit error is taken to be."""

    fields: tuple[str, ...]
    """The columns that are off, in the form's order."""
    power: int
    """3 or 4: too large by 千 or 万; negative: too small."""
    clues: tuple[Clue, ...]
    """The comparisons that tell, the most telling first."""
    corrected: Mapping[str, int]
    """Field key → the figure without the error; empty where it is not certain, or no longer exact."""


class Examiner:
    """Looks for unit errors in the rows of one form in a filing."""

    def __init__(self, form: Form, case: Case) -> None:
        self._form = form
        self._case = case
        rows = [row for table in case.filing.tables_of(form) for row in table.rows]
        self._all_usual = not case.comparisons.previous
        """Whether no row is worth a look."""
        self._ratios: dict[str, Standard] = {}
        for key, values in _ratios_of(form, rows).items():
            nation, places = _standard_of_nation(key, case.comparisons.ratios.get(key, ())), [*map(log10, values)]
            self._ratios[key] = standard = _in_unit(places, nation)
            self._all_usual &= standard.is_usual(places)
        self._sizes: dict[str, Standard] = {}
        cities = [row for row in rows if not row.is_unit]
        for total in (balance.total for balance in form.balances):
            places = [log10(figure) for row in cities if (figure := _count_of(row, total))]
            self._sizes[total] = standard = _size_in_unit(places)
            self._all_usual &= standard.is_usual(places)
        self._parts = {part for balance in form.balances for part in balance.parts}
        in_balance = {key for balance in form.balances for key in balance.fields}
        self._single = tuple(column.key for column in form.of_kind(Kind.COUNT) if column.key not in in_balance)

    def examine(self, row: Row) -> UnitError | None:
        """The row's unit error; None where the row can be explained without, or copies the sample (R206)."""
        clues = [] if self._all_usual else list(self._clues(row))
        if all(clue.standard.strangeness(clue.place) < _UNREMARKABLE for clue in clues) or self._is_copied(row):
            return None
        gains = {
            (fields, power): sum(clue.gain(fields, power) for clue in clues) + _roundness(row, fields, power) - _PRIOR
            for fields, power in self._suppositions(row, clues)
        }
        (fields, power), most = max(gains.items(), key=lambda item: item[1], default=((frozenset[str](), 0), 0.0))
        if most <= 0:
            return None
        evident = sorted((c for c in clues if c.gain(fields, power) > 0), key=lambda c: -c.gain(fields, power))
        order = [column.key for column in self._form.columns if column.key in fields]
        far = FAR * (exp(-most) + sum(exp(gain - most) for gain in gains.values())) <= 1
        balanced = not any(_imbalance(balance, row) for balance in self._form.balances if balance.total in fields)
        fits = balanced and all(
            clue.standard.strangeness(clue.shifted(fields, power)) < _FITTING for clue in evident[:QUOTED]
        )
        return UnitError(tuple(order), power, tuple(evident), _exact(row, order, power) if far and fits else {})

    def _is_copied(self, row: Row) -> bool:
        """Whether a balance's figures are those that the form prints in its 样例 row."""
        form = self._form
        return any(all(row.number(key) == form.by_key[key].sample for key in b.fields) for b in form.balances)

    def _suppositions(self, row: Row, clues: list[Clue]) -> Iterator[tuple[frozenset[str], int]]:
        """Groups of columns that go wrong together, and by which power."""
        for balance in self._form.balances:
            group = frozenset(balance.fields)
            if any(row.number(key) for key in group) and _imbalance(balance, row) <= _TORN:
                yield from ((group, sign * power) for power in _POWERS for sign in (1, -1))
        for key in self._single:
            compared = any(key in clue.above and not clue.below for clue in clues)  # with its own last year
            for power in _POWERS:
                if (row.number(key) or 0) >= _PLAIN_SIZE:
                    yield frozenset((key,)), power
                if compared:
                    yield frozenset((key,)), -power

    def _clues(self, row: Row) -> Iterator[Clue]:
        form = self._form
        for key, values in _ratios_of(form, [row]).items():
            ratio = _JUDGED[key]
            for value in values:
                yield Clue(log10(value), self._ratios[key], ratio.name, ratio.numerator, ratio.denominator)
        for total, standard in self._sizes.items():
            figure = _count_of(row, total)
            if figure and not row.is_unit:
                yield Clue(log10(figure), standard, form.by_key[total].label, (total,))
        for key, past in self._case.last_year(form, row).items():
            figure = _count_of(row, key)
            if key in self._parts or type(past) is not int or not 0 < past < LARGEST_COUNT or not figure:
                continue
            place = log10(figure)
            standard = Standard(log10(past), _FROM_LAST_YEAR.below, _FROM_LAST_YEAR.above, _FROM_LAST_YEAR.source)
            yield Clue(place, standard, form.by_key[key].label, (key,))


def _exact(row: Row, fields: Sequence[str], power: int) -> dict[str, int]:
    """The figures of these fields divided by 10 to the ``power``; none where a digit gets lost or was."""
    figures = {key: figure for key in fields if (figure := row.number(key))}
    factor = 10 ** max(power, 0)
    exact = power > 0 and not any(figure % factor for figure in figures.values())
    return {key: figure // factor for key, figure in figures.items()} if exact else {}


def _imbalance(balance: Balance, row: Row) -> float:
    """Share of the total by which a balance fails, up to the whole of it; 0 where a figure is missing."""
    total, *parts = row.numbers(balance.fields)
    known = [part for part in parts if part is not None]
    if total is None or len(known) < len(parts):
        return 0.0
    return min(abs(total - sum(known)), max(total, 1)) / max(total, 1)


def _roundness(row: Row, fields: frozenset[str], power: int) -> float:
    """Whether the figures' last zeros fit an error of this size: a figure times 10,000 ends in four."""
    if power < 0:
        return 0.0
    figures = [figure for figure in (row.number(key) for key in fields) if figure]
    zeros = min((len(text) - len(text.rstrip("0")) for text in map(str, figures)), default=0)
    if zeros < power:
        return -ROUND
    return ROUND if zeros == power or len(figures) == 1 else 0.0
