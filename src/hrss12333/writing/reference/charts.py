"""The charts of the 参阅文件, planned: what is drawn from which figures, sorted, with the nation's as a line."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from hrss12333.model.comparable import comparable
from hrss12333.model.summary_lines import Figure
from hrss12333.survey.indicators import Better, Indicator, opening_rate
from hrss12333.survey.schema import Kind
from hrss12333.wording.rounding import TEN_THOUSAND, amount, large, percent
from hrss12333.writing.reference.nation import Nation, Topic, label, stem
from hrss12333.writing.reference.rounding import ratio


class Shape(StrEnum):
    """How a chart is drawn."""

    STACKED = "stacked"
    """Columns of parts, their total above."""
    COLUMNS = "columns"
    """A column a unit, the nation's value as a line across."""
    BARS = "bars"
    """A bar a question, its share at the end."""


class Series(Struct, frozen=True):
    """The values of one colour, in the order of the names."""

    name: str
    values: Sequence[float | None]
    """None draws nothing: it is no zero."""


class Chart(Struct, frozen=True):
    """One chart before it is drawn."""

    title: str
    describes: str
    """What it shows, for readers who do not see it."""
    shape: Shape
    names: Sequence[str]
    series: Sequence[Series]
    num_format: str
    line: Series | None = None
    """Drawn above the columns: their totals, or the nation's value."""


def topic_charts(nation: Nation, topic: Topic) -> list[Chart]:
    """The charts of one topic that the data allow."""
    return [chart for chart in (_stacked(nation, topic), _rates(nation, topic)) if chart]


def _stacked(nation: Nation, topic: Topic) -> Chart | None:
    if topic.balance is None:
        return None
    total, parts = topic.form.by_key[topic.balance.total], [topic.form.by_key[key] for key in topic.balance.parts]
    compared = comparable(nation.lines[topic.form.key], topic.balance.fields, lambda line: line.value(Figure(total)))
    if not compared:
        return None
    compared.sort(key=lambda item: -item[1])
    ranked = [(line.unit.short if line.unit else "", value) for line, value in compared]
    size = large(ranked[0][1])
    by, unit = (TEN_THOUSAND, f"万{total.unit}") if size else (1, total.unit)
    drawn = [(label(part), [line.value(Figure(part)) for line, _ in compared]) for part in parts]
    series = [Series(name, [None if value is None else value / by for value in values]) for name, values in drawn]
    first = "、".join(f"{name}{amount(value, total.unit, in_ten_thousands=size)}" for name, value in ranked[:3])
    title = f"各单位{label(total)}及其构成（{unit}）"
    return Chart(
        title,
        f"{title}，由多到少排列；最多的是{first}。",
        Shape.STACKED,
        [name for name, _ in ranked],
        series,
        "#,##0.00" if size else "#,##0",
        Series(label(total), [value / by for _, value in ranked]),
    )


def _rates(nation: Nation, topic: Topic) -> Chart | None:
    if not topic.indicators:
        return None
    item = topic.indicators[0]
    ranked, national = nation.ratios_by_unit(topic.form, item), nation.quotient(topic.form, item).exact
    if not ranked or national is None:
        return None
    if item.better is Better.LOW:
        ranked.reverse()
    title = f"各单位{item.name}（{'%' if item.percent else item.unit}）"
    return Chart(
        title,
        f"{title}，由{'低到高' if item.better is Better.LOW else '高到低'}排列，虚线为{nation.level}{ratio(item, national)}；"
        f"最前{_told(item, ranked[0])}，最后{_told(item, ranked[-1])}。",
        Shape.COLUMNS,
        [name for name, _ in ranked],
        [Series(item.name, [_value(item, value) for _, value in ranked])],
        "0.0" if item.percent else "#,##0",
        Series(f"{nation.level}{ratio(item, national)}", [_value(item, national)] * len(ranked)),
    )


def _value(item: Indicator, value: Fraction) -> float:
    return float(value * 100 if item.percent else value)


def _told(item: Indicator, unit: tuple[str, Fraction]) -> str:
    return f"{unit[0]}{ratio(item, unit[1])}"


def openings_chart(nation: Nation) -> Chart | None:
    """Every question of 是 or 否: the share of regions that said 是."""
    found = [
        (stem(column), share)
        for topic in nation.topics
        for column in topic.of_kind(Kind.YESNO)
        if (share := nation.quotient(topic.form, opening_rate(column)).exact) is not None
    ]
    if not found:
        return None
    found.sort(key=lambda item: -item[1])
    return Chart(
        "各项服务功能、渠道和建设的地区占比（%）",
        "占有效填报地区的比例：" + "；".join(f"{name}{percent(share)}" for name, share in found) + "。",
        Shape.BARS,
        [name for name, _ in found],
        [Series("占比", [float(share * 100) for _, share in found])],
        "0.00",
    )
