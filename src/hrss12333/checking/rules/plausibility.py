"""Group P: figures that may be right and look wrong. Queries only; a reason in 备注 settles each.

All need the whole unit, whose other cities are what a city is compared with. Where one slip would make several of
them speak, only P502 does, which names the cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hrss12333.checking.magnitude import Clue, UnitError, unit_errors
from hrss12333.checking.rule import Case, Hit, Scope, Undecided, query, suggest
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import row_where
from hrss12333.model.message import Label, Message, Several, compose
from hrss12333.survey.schema import Kind

_MOST_CALLS = 30_000
"""Calls that one adviser can answer in a year: 250 working days of 120; the busiest known hotline reports 80 to 90 a day."""
MOST_CHANGE = 50
"""Change on last year, in percent, up to which nothing is asked."""
LEAST_CHANGE = {"次": 1_000, "条": 500, "人次": 50, "人": 5, "个": 5}
"""Unit of measure → change below which a percentage is no news: a few seats more are +100 %."""
TRUE_DATA = "通知第二部分第（一）条“确保情况真实、数据准确”"


def is_explained_by_unit(case: Case, table: Table, row: Row, *keys: str) -> bool:
    """Whether P502 is already about one of these columns."""
    error = unit_errors(case, table.form).get(row_where(table, row))
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
    clause=TRUE_DATA,
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
    clause=TRUE_DATA,
    wrong="来电总量1,200,000,000，咨询员12人，人均接听4,000万次",
    right="来电总量120,000，人均接听4,000次",
)
def off_by_unit(case: Case) -> Iterator[Hit]:
    """P502: one hit a row, with the corrected value of each of its columns."""
    for table, row in case.rows():
        error = unit_errors(case, table.form).get(row_where(table, row))
        if error:
            yield _unit_hit(table, row, error)


def _unit_hit(table: Table, row: Row, error: UnitError) -> Hit:
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
