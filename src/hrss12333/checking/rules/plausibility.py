"""Group P: figures that may be right and look wrong. Queries only; a reason in 备注 settles each.

All need the whole unit, whose other cities are what a city is compared with. Where one slip would make several of them ask, only
P502 does, which names the cause: figures off by 千 or 万 that no balance shows. Compared are ratios of the form and sizes with how
they usually lie, in the unit and by experience, on a decimal log scale, where an error of 千 is 3 and one of 万 is 4 whatever the
size of the place. Centres are medians: a few wrong rows don't move what they are judged by. Each explanation (nothing is wrong;
these columns are 1,000 or 10,000 times too large or too small) is scored by how well the row, corrected, agrees with its
references. Errors are rare, so an explanation must win clearly; corrected figures are proposed only where it is far likelier than
all others and they are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import exp, log, log10
from statistics import median
from typing import Any

from msgspec import Struct

from hrss12333.checking.rule import Case, Hit, Scope, Undecided, query, suggest
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Where, row_where
from hrss12333.model.message import Label, Message, Several, compose
from hrss12333.survey.indicators import RATIOS
from hrss12333.survey.schema import LARGEST_COUNT, Balance, Form, Kind

_ENOUGH_ROWS = 4
"""Rows from which the unit's own level counts."""
_REACH = 0.7
"""How far (decades) a unit's level may lie from the usual one: a whole unit in 万 must not excuse itself."""
_FREEDOM = 4
"""Degrees of freedom of the t distribution that judges deviations: real places have heavy tails."""
_STRANGE = 3.0
"""Spreads from which a comparison makes a row worth a look."""
_POWERS = (3, 4)
"""千 and 万."""
_PRIOR = log(400)
"""Cost of supposing an error: one row in about 400 has one."""
_ROUND = 2.5
"""Weight of the evidence that all figures of a group end in the zeros that the error gives them, or that one does not."""
_PLAIN_SIZE = 300
"""People, seats or attendances below which a single column is not taken for a thousandfold."""
_FAR = 0.97
"""Probability, among all explanations and none, from which corrected figures are proposed."""
_QUOTED = 2
"""Comparisons that a message quotes."""
_FITTING = 1.0
"""Spreads within which each of these must lie after the correction for one to be proposed."""
_TORN = 0.5
"""Share of the total by which a balance fails where one figure alone is off by 千 or 万: localisation deals with that."""


class Standard(Struct, frozen=True):
    """Where a figure usually lies, as powers of ten."""

    center: float
    below: float
    """Spread downwards."""
    above: float
    """Spread upwards; smaller where nature sets a limit."""
    source: str = "一般水平"
    """Whose level this is, Chinese, for messages."""

    def strangeness(self, at: float) -> float:
        """How far a place deviates, in spreads."""
        off = at - self.center
        return off / self.above if off > 0 else -off / self.below

    def log_likelihood(self, at: float) -> float:
        """Log density of a t distribution, 0 at the centre."""
        return -(_FREEDOM + 1) / 2 * log(1 + self.strangeness(at) ** 2 / _FREEDOM)

    def among(self, places: Sequence[float]) -> Standard:
        """The unit's own level, where its rows are enough to tell it and it lies near; else this one."""
        if len(places) < _ENOUGH_ROWS or abs((own := median(places)) - self.center) > _REACH:
            return self
        return Standard(own, self.below, self.above, "本单位各地区中位数")


_EXPERIENCE = {
    "calls_per_agent": Standard(3.85, 0.40, 0.25),
    "calls_per_seat": Standard(3.90, 0.40, 0.30),
    "agents_per_seat": Standard(0.08, 0.25, 0.25),
    "agent_share": Standard(-0.08, 0.20, 0.10),
    "training_per_head": Standard(0.70, 0.50, 0.50),
}
"""Where nothing better is known. An adviser answers 3,000 to 25,000 calls a year: 80 to 90 a working day at the busiest
known hotline, 150 at the extreme. The rest is wide on purpose."""
_SIZE = Standard(5.0, 0.9, 0.9)
"""来电总量 of a prefecture, 20,000 to 500,000 a year, with room for the small and the large."""


class Compared(Struct, frozen=True):
    """What is compared of a row: a count, or one count for each of another."""

    name: str
    """Chinese, for messages."""
    usual: Standard
    above: str
    """The field that it grows with."""
    below: str = ""
    """The field that it falls with."""

    def place(self, row: Row) -> float | None:
        """Its decimal log; None where a count is missing, not positive or absurd."""
        figures = row.numbers((self.above, self.below)) if self.below else (row.number(self.above), 1)
        above, below = (figure if figure and 0 < figure < LARGEST_COUNT else None for figure in figures)
        return log10(above / below) if above and below else None


@cache
def _measures_of(form: Form) -> list[Compared]:
    ratios = [ratio for ratio in RATIOS if ratio.key in _EXPERIENCE and form.has(*ratio.fields)]
    found = [Compared(ratio.name, _EXPERIENCE[ratio.key], *ratio.fields) for ratio in ratios]
    return found + [Compared(form.by_key[b.total].label, _SIZE, b.total) for b in form.balances]


class Clue(Struct, frozen=True):
    """One comparison of a row."""

    measure: Compared
    place: float
    standard: Standard

    def shifted(self, fields: frozenset[str], power: int) -> float:
        """The place once these fields are divided by 10 to the ``power``."""
        return self.place - power * ((self.measure.above in fields) - (self.measure.below in fields))

    def gain(self, fields: frozenset[str], power: int) -> float:
        """How much better the corrected row agrees."""
        return self.standard.log_likelihood(self.shifted(fields, power)) - self.standard.log_likelihood(self.place)


class UnitError(Struct, frozen=True):
    """What a row's unit error is taken to be."""

    table: Table
    row: Row
    fields: tuple[str, ...]
    """The columns that are off, in the form's order."""
    power: int
    """3 or 4: too large by 千 or 万; negative: too small."""
    clues: tuple[Clue, ...]
    """The most telling comparisons, for the message."""
    corrected: Mapping[str, int]
    """Field key → the figure without the error; empty where it is not certain, or no longer exact."""


def unit_errors(case: Case, form: Form) -> Mapping[Where, UnitError]:
    """The rows of a form in which figures are off by 千 or 万."""
    return case.once(("unit errors", form.key), lambda: dict(_errors(case, form)))


def _errors(case: Case, form: Form) -> Iterator[tuple[Where, UnitError]]:
    rows = [(table, row) for table in case.filing.tables_of(form) for row in table.rows]
    clues = [list(_last_year_clues(case, form, row)) for _, row in rows]
    for measure in _measures_of(form):
        # The size of the whole unit is not that of its cities.
        places = [None if row.is_unit and not measure.below else measure.place(row) for _, row in rows]
        standard = measure.usual.among([place for place in places if place is not None])
        for place, own in zip(places, clues, strict=True):
            own += [] if place is None else [Clue(measure, place, standard)]
    for (table, row), own in zip(rows, clues, strict=True):
        if any(clue.standard.strangeness(clue.place) >= _STRANGE for clue in own) and not _is_sample(form, row):
            error = _explained(table, row, own)
            yield from [(row_where(table, row), error)] if error else []


def _last_year_clues(case: Case, form: Form, row: Row) -> Iterator[Clue]:
    parts = {part for balance in form.balances for part in balance.parts}
    for key, past in case.last_year(form, row).items():
        if key not in parts and type(past) is int and 0 < past < LARGEST_COUNT:
            measure = Compared(form.by_key[key].label, Standard(log10(past), 0.12, 0.12, "上年"), key)
            if (place := measure.place(row)) is not None:
                yield Clue(measure, place, measure.usual)


def _is_sample(form: Form, row: Row) -> bool:
    """Whether a balance's figures are those that the form prints in its 样例 row (R206)."""
    return any(all(row.number(key) == form.by_key[key].sample for key in b.fields) for b in form.balances)


def _explained(table: Table, row: Row, clues: Sequence[Clue]) -> UnitError | None:
    """The row's unit error; None where the row can be explained without."""
    form = table.form
    gains = {
        (fields, power): sum(clue.gain(fields, power) for clue in clues) + _roundness(row, fields, power) - _PRIOR
        for fields, power in _suppositions(form, row, clues)
    }
    (fields, power), most = max(gains.items(), key=lambda item: item[1], default=((frozenset[str](), 0), 0.0))
    if most <= 0:
        return None
    telling = sorted((c for c in clues if c.gain(fields, power) > 0), key=lambda c: -c.gain(fields, power))[:_QUOTED]
    keys = tuple([column.key for column in form.columns if column.key in fields])
    far = _FAR * (exp(-most) + sum(exp(gain - most) for gain in gains.values())) <= 1
    fits = all(clue.standard.strangeness(clue.shifted(fields, power)) < _FITTING for clue in telling)
    balanced = not any(_imbalance(balance, row) for balance in form.balances if balance.total in fields)
    certain = far and fits and balanced and _roundness(row, fields, power) > 0
    corrected = {key: figure // 10**power for key in keys if (figure := row.number(key))} if certain else {}
    return UnitError(table, row, keys, power, tuple(telling), corrected)


def _suppositions(form: Form, row: Row, clues: Sequence[Clue]) -> Iterator[tuple[frozenset[str], int]]:
    """Groups of columns that go wrong together, and by which power."""
    for balance in form.balances:
        if any(row.numbers(balance.fields)) and _imbalance(balance, row) <= _TORN:
            yield from ((frozenset(balance.fields), sign * power) for power in _POWERS for sign in (1, -1))
    in_balance = {key for balance in form.balances for key in balance.fields}
    compared = {clue.measure.above for clue in clues if not clue.measure.below}  # with its own last year
    for key in (column.key for column in form.of_kind(Kind.COUNT) if column.key not in in_balance):
        signs = [1] * ((row.number(key) or 0) >= _PLAIN_SIZE) + [-1] * (key in compared)
        yield from ((frozenset((key,)), sign * power) for power in _POWERS for sign in signs)


def _imbalance(balance: Balance, row: Row) -> float:
    """Share of the total by which a balance fails, up to the whole of it; 0 where a figure is missing."""
    gap, total = balance.gap(row.numbers(balance.fields)), max(row.number(balance.total) or 0, 1)
    return min(abs(gap or 0), total) / total


def _roundness(row: Row, fields: frozenset[str], power: int) -> float:
    """Whether the figures' last zeros fit an error of this size: a figure times 10,000 ends in four."""
    return 0.0 if power < 0 else -_ROUND if any((row.number(key) or 0) % 10**power for key in fields) else _ROUND


_MOST_CALLS = 30_000
"""Calls that one adviser can answer in a year: 250 working days of 120; the busiest known hotline reports 80 to 90 a day."""
MOST_CHANGE = 50
"""Change on last year, in percent, up to which nothing is asked."""
LEAST_CHANGE = {"次": 1_000, "条": 500, "人次": 50, "人": 5, "个": 5}
"""Unit of measure → change below which a percentage is no news: a few seats more are +100 %."""


def is_explained_by_unit(case: Case, table: Table, row: Row, *keys: str) -> bool:
    """Whether P502 is already about one of these columns."""
    errors = unit_errors(case, table.form)
    error = errors.get(row_where(table, row)) if errors else None
    return error is not None and not set(keys).isdisjoint(error.fields)


def _figure_in_words(value: float) -> str:
    """A figure for a message: whole from 100, else with as many places as it needs."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@query(
    "P501",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    title="人均接听量过高",
    why=f"人工接听量除以咨询员人数，一年超过{_MOST_CALLS:,}次，即每个工作日要接约120个电话以上，一般做不到。"
    "多半是人工接听量偏大，或咨询员人数没有填全。",
    wrong="人工接听量400,000，咨询员人数10，人均40,000次",
    right="人工接听量100,000，咨询员人数10，人均10,000次",
    figures=("calls_agent", "agents"),
)
def too_many_calls(case: Case) -> Iterator[Hit | Undecided]:
    """P501."""
    for table, row in case.rows("calls_agent", "agents"):
        calls, agents = row.numbers(("calls_agent", "agents"))
        if calls is None or agents is None:
            yield Undecided(table, row)
            continue
        if not calls or not agents or calls <= _MOST_CALLS * agents:
            continue
        if not is_explained_by_unit(case, table, row, "calls_agent", "agents"):
            message = compose(
                "{label}{calls:,}，咨询员{agents:,}人，人均接听{each:,}次，超过一年{most:,}次",
                "请核对人工接听量和咨询员人数；确实如此的，请在备注中说明（如部分电话由其他单位代接）。",
                label=Label(table.form.by_key["calls_agent"].label),
                calls=calls,
                agents=agents,
                each=calls // agents,
                most=_MOST_CALLS,
            )
            yield Hit(message, table, row, "calls_agent")


@query(
    "P502",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    title="数字疑似差千倍或万倍",
    why="以“千”“万”为单位填写、换算时多乘或少乘，等式照样成立，只能与别的数比较：人均、席均接听量，本单位其他地区，"
    "上年的数（提供上年汇总表时）。比较用中位数，个别错数不影响参照。",
    wrong="来电总量1,200,000,000，咨询员12人，人均接听4,000万次",
    right="来电总量120,000，人均接听4,000次",
)
def off_by_unit(case: Case) -> Iterator[Hit]:
    """P502: one hit a row, with the corrected value of each of its columns."""
    for form in case.edition.forms:
        yield from map(_unit_hit, unit_errors(case, form).values())


def _unit_hit(error: UnitError) -> Hit:
    table, row = error.table, error.row
    unit = "千" if abs(error.power) == 3 else "万"
    factor = f"{10 ** abs(error.power):,}"
    first_label, *labels = [table.form.by_key[key].label for key in error.fields]
    size = f"偏大，是实际数的{factor}倍" if error.power > 0 else f"偏小，只有实际数的{unit}分之一"
    cause = f"可能是按“{unit}”换算时多乘了一次" if error.power > 0 else f"可能是以“{unit}”为单位填写的"
    first = row.number(error.fields[0]) or 0
    message = compose(
        "{label}{labels}疑似{size}（{cause}）：{seen:；}",
        "请核对原始数据，以个位为单位填写；数字确实如此的，请在备注中说明。",
        label=Label(first_label),
        labels="".join(f"、{label}" for label in labels),
        size=size,
        cause=cause,
        seen=Several(_comparison_in_words(clue, error) for clue in error.clues),
    )
    return Hit(
        message,
        table,
        row,
        error.fields[0],
        figures=error.fields,
        difference=first - round(first * 10.0**-error.power),
        suggestion=suggest(f"除以{factor}后与参照相符", error.corrected) if error.corrected else None,
    )


def _comparison_in_words(clue: Clue, error: UnitError) -> Message:
    now, then = 10**clue.place, 10 ** clue.shifted(frozenset(error.fields), error.power)
    figures = {"now": now, "usual": 10**clue.standard.center, "then": then}
    return compose(
        "{name}为{now}，{source}{usual}，改正后为{then}",
        name=clue.measure.name,
        source=clue.standard.source,
        whole=round(now)
        if now >= 100
        else 0,  # `now` without separators, by which it is known that the value is quoted
        **{key: _figure_in_words(figure) for key, figure in figures.items()},
    )


@query(
    "P505",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    title=f"与上年相比变动超过{MOST_CHANGE}%",
    why=f"有上年的汇总表时，逐地区逐栏与上年比较。增减超过{MOST_CHANGE}%的需要确认；相差太小的不问："
    f"{'、'.join(f'以“{unit}”计的不到{least:,}' for unit, least in LEAST_CHANGE.items())}（如坐席由5个增加到8个）。"
    "来电总量已问的，与它同向变动的分项不再重复。",
    wrong="上年来电总量100,000，今年180,000，备注空白",
    right="备注写明：8月起并入社保中心热线，来电增加",
)
def changed_much(case: Case) -> Iterator[Hit]:
    """P505: one hit a cell that changed by itself, not by what another finding, or its total, accounts for."""
    for table, row in case.rows() if case.comparisons.previous else ():
        changed = _changes(table, row, case.last_year(table.form, row))
        implied = {
            key
            for balance in table.form.balances
            if balance.total in changed
            for key in balance.parts
            if key in changed and (changed[key] > 0) == (changed[balance.total] > 0)
        }
        for key, change in changed.items():
            if key not in implied and not is_explained_by_unit(case, table, row, key):
                now = row.number(key) or 0
                message = compose(
                    f"{{label}}今年{{now:,}}，上年{{past:,}}，{{how}}超过{MOST_CHANGE}%",
                    "请核对；属实的，请在备注中说明变动原因。",
                    label=Label(table.form.by_key[key].label),
                    now=now,
                    past=now - change,
                    how="增加" if change > 0 else "减少",
                )
                yield Hit(message, table, row, key, difference=change)


def _changes(table: Table, row: Row, then: Mapping[str, Any]) -> dict[str, int]:
    """Field key → by how much a figure changed, where that is much."""
    found = {}
    for column in table.form.of_kind(Kind.COUNT):
        past, now = then.get(column.key), row.number(column.key)
        if type(past) is int and now is not None and past >= 0:
            change = abs(now - past)
            if change >= LEAST_CHANGE.get(column.unit, 1) and 100 * change > MOST_CHANGE * past:
                found[column.key] = now - past
    return found
