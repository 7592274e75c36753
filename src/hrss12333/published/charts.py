"""The charts, planned once: which bars, sorted, from which figures of the workbook; each output draws them as it can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from hrss12333.model.summary_lines import Figure, comparable
from hrss12333.published.nation import Nation, Topic, label
from hrss12333.survey.indicators import Better
from hrss12333.wording.rounding import TEN_THOUSAND, is_large


class FigureSource(Struct, frozen=True):
    """A figure of the workbook."""

    form: str
    key: str
    """Key of a figure of 汇总 or of an indicator."""
    line: str = ""
    """Name of a unit's line; empty for the nation's."""


class Series(Struct, frozen=True):
    """The values of one colour, in the order of the names."""

    name: str
    sources: Sequence[FigureSource]
    values: Sequence[float | None]
    """The values as drawn; None draws nothing: it is no zero."""


class Chart(Struct, frozen=True):
    """One chart before it is drawn."""

    title: str
    names: Sequence[str]
    """Names of its level bars, the first on top."""
    series: Sequence[Series]
    """Of parts, their total last, which is only written."""
    num_format: str
    times: Fraction = Fraction(1)
    """Factor by which figures of the workbook are drawn: they may be given in 万, or in percent."""
    nation_at: int | None = None
    """The nation's bar, counted from 0; None where there is none."""

    @property
    def is_stacked(self) -> bool:
        """Whether bars are made of the parts of a total, which is given at the end."""
        return len(self.series) > 1


def charts(nation: Nation, topic: Topic) -> Iterator[Chart]:
    """The charts of one topic that the data allow."""
    yield from _stacked_charts(nation, topic)
    yield from _ranked(nation, topic)


def _stacked_charts(nation: Nation, topic: Topic) -> Iterator[Chart]:
    if topic.balance is None:
        return
    form, noun = topic.form, nation.national.noun
    total, parts = form.by_key[topic.balance.total], [form.by_key[key] for key in topic.balance.parts]
    compared = comparable(nation.lines[form.key], topic.balance.fields, lambda line: line.value(Figure(total)))
    if not compared:
        return
    compared.sort(key=lambda item: -item[1])
    names = [line.unit.short if line.unit else "" for line, _ in compared]
    size = is_large(compared[0][1])
    times, unit = (Fraction(1, TEN_THOUSAND), f"万{total.unit}") if size else (Fraction(1), total.unit)
    series = []
    for column in (*parts, total):
        sources = [FigureSource(form.key, column.key, line.name) for line, _ in compared]
        values = [line.value(Figure(column)) for line, _ in compared]
        name = label(column) if column != total else f"{label(column)}（末端数字）"
        series.append(Series(name, sources, [None if value is None else float(value * times) for value in values]))
    title = f"{nation.among(form, len(compared)) or f'各{noun}'}{label(total)}及其构成（{unit}）"
    yield Chart(title, names, series, "#,##0.0" if size else "#,##0", times)


def _ranked(nation: Nation, topic: Topic) -> Iterator[Chart]:
    if not topic.indicators:
        return
    item, form = topic.indicators[0], topic.form
    national, found = nation.totals[form.key].quotient(item).exact, nation.rates(form, item)
    if not found or national is None:
        return
    bars = [(value, line.unit.short if line.unit else "", line.name) for line, value in found]
    bars = sorted([*bars, (national, nation.national.collective_name, "")], key=lambda bar: -bar[0])
    if item.better is Better.LOW:
        bars.reverse()
    values, names, lines = zip(*bars, strict=True)
    times = Fraction(100 if item.percent else 1)
    among = nation.among(form, len(found)) or f"各{nation.national.noun}"
    title = f"{among}{item.name}（{'%' if item.percent else item.unit}）"
    sources = [FigureSource(form.key, item.key, line) for line in lines]
    series = Series(item.name, sources, [float(value * times) for value in values])
    yield Chart(title, names, [series], item.number_format, times, lines.index(""))


def openings_chart(nation: Nation) -> Chart | None:
    """Every question of 是 or 否: the share of regions that said 是."""
    if not nation.openings:
        return None
    shares, names, forms, items = zip(*nation.openings, strict=True)
    sources = [FigureSource(form.key, item.key) for form, item in zip(forms, items, strict=True)]
    series = Series("占比", sources, [float(share * 100) for share in shares])
    return Chart("各项服务功能、渠道和建设的地区占比（%）", names, [series], "0.0", Fraction(100))
