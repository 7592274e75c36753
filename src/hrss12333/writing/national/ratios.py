"""The indicators worked out for every line of 指标分析: what the sheet stores, and what its remarks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from hrss12333.model.national import Status
from hrss12333.model.quotient import Quotient, quotient, together
from hrss12333.model.summary_lines import Line
from hrss12333.survey.indicators import Better, Indicator, indicators
from hrss12333.survey.schema import Form

NOTHING = Quotient(None, None, 0)
"""Of no rows."""


class Ratios(Struct, frozen=True):
    """One form's indicators by line."""

    form: Form
    indicators: tuple[Indicator, ...]
    by_line: Mapping[str, Mapping[str, Quotient]]
    """Name of the line → indicator key → quotient."""
    nation: Mapping[str, Quotient]
    """Indicator key → quotient over all lines."""

    def get(self, name: str, indicator: Indicator) -> Quotient:
        """The indicator of one line; empty where the line has no rows of this form."""
        return self.by_line.get(name, {}).get(indicator.key, NOTHING)

    def ranks(self, indicator: Indicator, among: Sequence[str]) -> dict[str, int]:
        """Name → place among those named that have a value, equal values sharing the better place."""
        values = {name: value for name in among if (value := self.get(name, indicator).value) is not None}
        ordered = sorted(values.values(), reverse=indicator.better is not Better.LOW)
        return {name: ordered.index(value) + 1 for name, value in values.items()}


def work_out(form: Form, lines: Sequence[Line]) -> Ratios:
    """Every indicator of the form for every line and for the nation."""
    applicable = indicators(form)
    by_line = {
        line.name: {item.key: quotient(item, [entry.row for entry in line.entries]) for item in applicable}
        for line in lines
    }
    nation = {item.key: together(found[item.key] for found in by_line.values()) for item in applicable}
    return Ratios(form, applicable, by_line, nation)


def remark(ratios: Ratios, line: Line | None, quotients: Mapping[str, Quotient]) -> str:
    """What a reader must know of one line's indicators; empty where every region is in every one of them."""
    if line is None or line.status is Status.MISSING:
        return ""
    form = ratios.form
    if not line.rows:
        return f"{form.key}没有数据行"
    parts = [f"{form.key}有{line.rows}/{line.expected} 个地区填报"] if line.absent else []
    partial: dict[int, list[str]] = {}
    nothing, by_zero = [], []
    for item in ratios.indicators:
        found = quotients[item.key]
        if not found.covered:
            nothing.append(item.name)
        elif found.denominator == 0:
            by_zero.append(item.name)
        if 0 < found.covered < line.rows:
            partial.setdefault(found.covered, []).append(item.name)
    for covered in sorted(partial, reverse=True):
        parts.append(f"{'、'.join(partial[covered])}按所需数据齐全的{covered}/{line.expected} 个地区计算")
    parts += [f"{'、'.join(nothing)}缺少数据，留空"] if nothing else []
    parts += [f"{'、'.join(by_zero)}分母为0，留空"] if by_zero else []
    return "；".join(parts)
