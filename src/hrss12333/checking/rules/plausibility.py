"""Group P (P501, P502, P505): figures that look wrong and may be right: queries, answered by a reason in 备注.

P502 finds figures that are off by 千 or 万, which no balance shows. It compares 来电总量 and ratios of the form with their
usual levels, by experience or, better, the median of the unit, which a few wrong rows do not move. It does so in decimal
logarithms, where 千 is always 3 and 万 always 4. Of all suppositions (no error; these columns 1,000 or 10,000 times too
large or too small) it takes the one whose corrected row is nearest to the usual levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import repeat
from math import log10
from typing import Any

from msgspec import Struct

from hrss12333.checking.rule import Case, Hit, Scope, Undecided, query, suggest
from hrss12333.indicators import RATIOS
from hrss12333.model.filing import Row, Table
from hrss12333.model.message import Label, Message, Several, compose
from hrss12333.survey.schema import LARGEST_EXACT, Form, Kind, Scalar

_ENOUGH_ROWS = 4
"""How many rows a unit's median needs."""
_REACH = 0.7
"""How far, in decades, a unit's median may be from experience: a unit all in 万 must not excuse itself."""
_STRANGE = 3.0
"""Deviation in spreads from which a row is examined."""
_POWERS = (3, 4)
"""千 and 万 as powers of 10."""
_CLEAR, _CLEAR_IF_EXACT = 6.0, 4.0
"""Spreads by which a correction must bring a row nearer; fewer if it takes only zeros off its figures."""
_FAR = 3.0
"""Spreads by which a correction must beat the next best for its figures to be suggested."""
_FITTING = 1.2
"""Spreads within which each comparison that the message quotes must be once corrected."""
_PLAIN_SIZE = 300
"""People, seats or attendances below which one column is not taken to be 1,000 times too large."""
_QUOTED = 2
"""Comparisons that a message quotes."""
_EXPERIENCE = {
    "calls_per_agent": (3.85, 0.35),
    "calls_per_seat": (3.90, 0.35),
    "agents_per_seat": (0.08, 0.25),
    "agent_share": (-0.08, 0.20),
    "training_per_head": (0.70, 0.50),
}
"""Ratio → usual level and spread by experience, such as 3,000 to 25,000 calls an adviser and year."""
_SIZE = 5.0, 0.9
"""Usual level and spread of 来电总量: a prefecture has 20,000 to 500,000 a year, some have more or fewer."""
_LAST_YEARS_SPREAD = 0.12
"""Spread around last year's figure: within a third of it."""


class Comparison(Struct, frozen=True):
    """A row's count, or ratio of two counts, beside its usual level, as decimal logarithms."""

    name: str
    """Chinese, for messages."""
    above: str
    """Key of the count, or of the numerator."""
    below: str
    """Key of the denominator; empty for a count alone."""
    now: float
    usual: float
    spread: float
    source: str
    """What the usual level is (Chinese, for messages)."""

    def shifted(self, fields: Sequence[str], power: int) -> float:
        """The level after these fields are divided by 10 to the ``power``."""
        return self.now - power * ((self.above in fields) - (self.below in fields))

    def strangeness(self, fields: Sequence[str] = (), power: int = 0) -> float:
        """Distance of that level from the usual one, in spreads."""
        return abs(self.shifted(fields, power) - self.usual) / self.spread

    def in_words(self, fields: Sequence[str], power: int) -> Message:
        """The levels as they are, as usual, and after these fields are divided by 10 to the ``power``."""
        levels = self.now, self.usual, self.shifted(fields, power)
        # Whole from 100, else with as many places as it needs.
        now, usual, then = (f"{10**each:,.0f}" if each >= 2 else f"{Decimal(f'{10**each:.3g}'):f}" for each in levels)
        fact = "{name}为{now}，{source}{usual}，改正后为{then}"
        return compose(fact, name=self.name, now=now, source=self.source, usual=usual, then=then)


def _measure_hits(case: Case, form: Form) -> Iterator[Hit]:
    """A hit for each row of a form whose figures are off by 千 or 万."""
    rows = [(table, row) for table in case.filing.tables_of(form) for row in table.rows]
    compared = [list(_with_last_year(case, form, row)) if case.comparisons.previous else [] for _, row in rows]
    figures = dict(zip(form.by_key, zip(*[row.scalars_in(form) for _, row in rows], strict=True), strict=False))
    for name, above, below, usual, spread in _usual_levels(form):
        now = list(map(_level, figures.get(above, ()), figures.get(below) or repeat(1)))
        if not below:  # the size of the whole unit is not that of its cities
            now = [None if row.is_unit else level for (_, row), level in zip(rows, now, strict=True)]
        levels = sorted(level for level in now if level is not None)
        source = "一般水平"
        if len(levels) >= _ENOUGH_ROWS:
            median = (levels[(len(levels) - 1) // 2] + levels[len(levels) // 2]) / 2
            if abs(median - usual) <= _REACH:
                usual, source = median, "本单位各地区中位数"
        for level, comparisons in zip(now, compared, strict=True):
            if level is not None:
                comparisons.append(Comparison(name, above, below, level, usual, spread, source))
    for (table, row), comparisons in zip(rows, compared, strict=True):
        strange = any(abs(each.now - each.usual) / each.spread >= _STRANGE for each in comparisons)
        keys = (balance.fields for balance in form.balances)
        # Figures of the 样例 row that the form prints are R206's.
        if strange and not any(all(row.number(key) == form.by_key[key].sample for key in of) for of in keys):
            yield from _measure_hit(table, row, comparisons)


def _usual_levels(form: Form) -> Iterator[tuple[str, str, str, float, float]]:
    """Name, numerator, denominator, usual level and spread of each comparison that a form allows."""
    for ratio in RATIOS:
        if ratio.key in _EXPERIENCE and form.has(*ratio.fields):
            yield ratio.name, ratio.numerator[0], ratio.denominator[0], *_EXPERIENCE[ratio.key]
    for balance in form.balances:
        yield form.by_key[balance.total].label, balance.total, "", *_SIZE


def _level(figure: Scalar, per: Scalar = 1) -> float | None:
    """The decimal logarithm of a count or ratio; None unless its counts are positive and possible."""
    if not isinstance(figure, int) or not isinstance(per, int):
        return None
    return log10(figure / per) if 0 < figure < LARGEST_EXACT and 0 < per < LARGEST_EXACT else None


def _with_last_year(case: Case, form: Form, row: Row) -> Iterator[Comparison]:
    """Comparisons of a row's counts with last year's, but for parts of a balance, which follow it."""
    parts = {part for balance in form.balances for part in balance.parts}
    for key, past in case.last_year(form, row).items():
        if key not in parts and type(past) is int and 0 < past < LARGEST_EXACT:
            level = _level(row.number(key))
            if level is not None:
                yield Comparison(form.by_key[key].label, key, "", level, log10(past), _LAST_YEARS_SPREAD, "上年")


def _measure_hit(table: Table, row: Row, compared: Sequence[Comparison]) -> Iterator[Hit]:
    """A hit where one supposition explains a row clearly better than no error does."""
    left = {
        (fields, power): sum(each.strangeness(fields, power) for each in compared)
        for fields, power in _suppositions(table.form, row, compared)
    }
    (fields, power), least = min(left.items(), key=lambda item: item[1], default=(((), 0), 0.0))
    figures = {key: row.number(key) or 0 for key in fields}
    exact = power > 0 and not any(figure % 10**power for figure in figures.values())
    nearer = sum(each.strangeness() for each in compared) - least
    if not fields or nearer < (_CLEAR_IF_EXACT if exact else _CLEAR):
        return
    telling = [each for each in compared if each.strangeness(fields, power) < each.strangeness()][:_QUOTED]
    far = sorted(left.values())[1] - least >= _FAR
    fits = all(each.strangeness(fields, power) < _FITTING for each in telling)
    corrected = {key: figure // 10**power for key, figure in figures.items() if figure and exact and far and fits}
    message = _off_in_words(table, row, fields, power, telling)
    key = fields[0]
    gap = figures[key] - round(figures[key] * 10.0**-power)
    named = tuple(str(row.number(each)) for each in fields)
    suggestion = suggest(f"除以{10**power:,}后与参照相符", corrected) if corrected else None
    yield Hit(message, table, row, key, figures=fields, difference=gap, named=named, suggestion=suggestion)


def _off_in_words(table: Table, row: Row, fields: Sequence[str], power: int, telling: Sequence[Comparison]) -> Message:
    """The message that these fields are too large by 10 to the ``power``, or too small if it is negative."""
    measure = "千" if abs(power) == 3 else "万"
    factor = f"{10 ** abs(power):,}"
    first, *others = [table.form.by_key[key].label for key in fields]
    return compose(
        "{label}{labels}疑似{size}（{cause}）：{seen:；}",
        "请核对原始数据，以个位为单位填写；数字确实如此的，请在备注中写明“{label}确为{first}{unit}{others}，因……”。",
        first=row.number(fields[0]) or 0,
        unit=table.form.by_key[fields[0]].measure,
        label=Label(first),
        labels="".join(f"、{label}" for label in others),
        others=f"，{'、'.join(others)}也属实" if others else "",
        size=f"偏大，是实际数的{factor}倍" if power > 0 else f"偏小，只有实际数的{measure}分之一",
        cause=f"可能是按“{measure}”换算时多乘了一次" if power > 0 else f"可能是以“{measure}”为单位填写的",
        seen=Several(each.in_words(fields, power) for each in telling),
    )


def _suppositions(form: Form, row: Row, compared: Sequence[Comparison]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Columns that may be wrong together, each with the power of 10."""
    for balance in form.balances:
        if any(row.numbers(balance.fields)) and not balance.gap(row.numbers(balance.fields)):  # else B401 asks first
            fields = tuple([column.key for column in form.columns if column.key in balance.fields])
            yield from ((fields, sign * power) for power in _POWERS for sign in (1, -1))
    in_balance = {key for balance in form.balances for key in balance.fields}
    counts = {each.above for each in compared if not each.below}  # compared by themselves, not in a ratio
    for key in (column.key for column in form.of_kind(Kind.COUNT) if column.key not in in_balance):
        signs = [1] * ((row.number(key) or 0) >= _PLAIN_SIZE) + [-1] * (key in counts)
        yield from (((key,), sign * power) for power in _POWERS for sign in signs)


_MOST_CALLS = 30_000
"""Calls that one adviser can answer in a year: 120 a working day; the busiest hotline reports 90."""
MOST_CHANGE = 50
"""Change on last year in percent that is not asked about."""
LEAST_CHANGE = {"次": 1_000, "条": 500, "人次": 50, "人": 5, "个": 5}
"""Measure → the least change that is asked about: five seats more may be +100 %."""


@query(
    "P501 人均接听量过高",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why=f"人工接听量除以咨询员人数，一年超过{_MOST_CALLS:,}次，即每个工作日要接约120个电话以上，一般做不到。"
    "多半是人工接听量偏大，或咨询员人数没有填全。",
    example="人工接听量400,000，咨询员人数10，人均40,000次 → 人工接听量100,000，咨询员人数10，人均10,000次",
    figures=("calls_agent", "agents"),
)
def too_many_calls(case: Case) -> Iterator[Hit | Undecided]:
    """More calls for each adviser than one can answer in a year."""
    for table, row in case.rows("calls_agent", "agents"):
        calls, agents = row.numbers(("calls_agent", "agents"))
        if calls is None or agents is None:
            yield Undecided(table, row)
            continue
        if not calls or not agents or calls <= _MOST_CALLS * agents:
            continue
        fact = "{label}{calls:,}，咨询员{agents:,}人，人均接听{each:,}次，超过一年{most:,}次"
        request = "请核对人工接听量和咨询员人数；确实如此的，请在备注中说明（如部分电话由其他单位代接）。"
        numbers = {"calls": calls, "agents": agents, "each": calls // agents, "most": _MOST_CALLS}
        message = compose(fact, request, label=Label(table.form.by_key["calls_agent"].label), **numbers)
        yield Hit(message, table, row, "calls_agent")


@query(
    "P502 数字疑似差千倍或万倍",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why="以“千”“万”为单位填写、换算时多乘或少乘，等式照样成立，只能与别的数比较：人均、席均接听量，本单位其他地区，"
    "上年的数（提供上年汇总表时）。比较用中位数，个别错数不影响参照。",
    example="来电总量1,200,000,000，咨询员12人，人均接听4,000万次 → 来电总量120,000，人均接听4,000次",
)
def off_by_magnitude(case: Case) -> Iterator[Hit]:
    """Figures that are off by 千 or 万: one hit a row, about all its columns."""
    for form in case.edition.forms:
        yield from _measure_hits(case, form)


@query(
    f"P505 与上年相比变动超过{MOST_CHANGE}%",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why=f"有上年的汇总表时，逐地区逐栏与上年比较。增减超过{MOST_CHANGE}%的需要确认；相差太小的不问："
    f"{'、'.join(f'以“{unit}”计的不到{least:,}' for unit, least in LEAST_CHANGE.items())}（如坐席由5个增加到8个）。"
    "一行里变动的各栏合为一条。",
    example="上年来电总量100,000，本年180,000，备注空白 → 备注写明：8月起并入社保中心热线，来电增加",
)
def changed_much(case: Case) -> Iterator[Hit]:
    """Large changes on last year: one hit a row, about all columns that changed."""
    if not case.comparisons.previous:
        return
    for table, row in case.rows():
        sentences = list[Message]()
        changed = _changes(table, row, case.last_year(table.form, row))
        for key, by in changed.items():
            label = Label(table.form.by_key[key].label)
            now = row.number(key) or 0
            sentences.append(compose("{label}本年{now:,}，上年{past:,}", label=label, now=now, past=now - by))
        if sentences:
            fact = f"{{changes:；}}，变动超过{MOST_CHANGE}%"
            message = compose(fact, "请核对；属实的，请在备注中说明变动原因。", changes=Several(sentences))
            first = next(iter(changed))
            yield Hit(message, table, row, first, figures=tuple(changed), difference=changed[first])


def _changes(table: Table, row: Row, then: Mapping[str, Any]) -> dict[str, int]:
    """Field key → a large change; also the change of a part whose total changed the same way."""
    found = dict[str, int]()
    moved = dict[str, int]()
    for column in table.form.of_kind(Kind.COUNT):
        past, now = then.get(column.key), row.number(column.key)
        if type(past) is int and now is not None and past >= 0 and 100 * abs(now - past) > MOST_CHANGE * past:
            moved[column.key] = now - past
            if abs(now - past) >= LEAST_CHANGE.get(column.measure, 1):
                found[column.key] = now - past
    for balance in table.form.balances:
        total = found.get(balance.total, 0)
        found |= {key: by for key in balance.parts if (by := moved.get(key, 0)) * total > 0}
    return {key: by for key, by in moved.items() if key in found}
