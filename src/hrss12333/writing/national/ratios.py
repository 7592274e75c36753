"""The indicators worked out for every line of 指标分析: what the sheet stores, and what its remarks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from hrss12333.model.comparable import by_indicator
from hrss12333.model.national import Status
from hrss12333.model.quotient import Quotient, together
from hrss12333.model.summary_lines import ASKED, Line
from hrss12333.survey.indicators import Better, Indicator, indicators
from hrss12333.survey.schema import Form

FEW = 3
"""Indicators that a remark names one by one."""
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
    ranked: Mapping[str, Mapping[str, int]]
    """Indicator key → name of the line → its place among the units that may be compared, equal values sharing the better
    one; none where they are too few."""

    def get(self, name: str, indicator: Indicator) -> Quotient:
        """The indicator of one line; empty where the line has no rows of this form."""
        return self.by_line.get(name, {}).get(indicator.key, NOTHING)


def work_out(form: Form, lines: Sequence[Line]) -> Ratios:
    """Every indicator of the form for every line and for the nation."""
    applicable = indicators(form)
    by_line = {line.name: {item.key: line.quotient(item) for item in applicable} for line in lines}
    nation = {item.key: together(found[item.key] for found in by_line.values()) for item in applicable}
    ranked = {item.key: {} if item.answers else _ranks(item, lines) for item in applicable}
    return Ratios(form, applicable, by_line, nation, ranked)


def _ranks(item: Indicator, lines: Sequence[Line]) -> dict[str, int]:
    found = {line.name: quotient.value or 0.0 for line, quotient in by_indicator(lines, item)}
    ordered = sorted(found.values(), reverse=item.better is not Better.LOW)
    return {name: ordered.index(value) + 1 for name, value in found.items()}


def remark(ratios: Ratios, line: Line | None, quotients: Mapping[str, Quotient]) -> str:
    """What a reader must know of one line's indicators; empty where every region is in every one of them."""
    if line is None or line.status is Status.MISSING:
        return ""
    form = ratios.form
    if not line.rows:
        return f"{form.key}没有数据行"
    parts = [f"{form.key}有{line.rows}/{line.expected} 个地区填报"] if line.absent else []
    parts += [f"{form.key}{ASKED}，涉及的指标不排名"] if line.unit and line.asked else []
    partial: dict[int, list[str]] = {}
    nothing, by_zero, above = [], [], []
    for item in ratios.indicators:
        found = quotients[item.key]
        if not found.covered:
            nothing.append(item.name)
        elif found.denominator == 0:
            by_zero.append(item.name)
        elif found.exceeds:
            above.append(item.name)
        if 0 < found.covered < line.rows:
            partial.setdefault(found.covered, []).append(item.name)
    if partial:
        sure = "、没有疑问" if line.asked else ""
        each = [f"{_named(partial[covered])}{covered}/{line.expected}" for covered in sorted(partial, reverse=True)]
        parts.append(f"{form.key}按所需数据齐全{sure}的地区计算：{'；'.join(each)}")
    parts += [f"{_named(nothing)}缺少数据，留空"] if nothing else []
    parts += [f"{_named(by_zero)}分母为0，留空"] if by_zero else []
    parts += [f"{_named(above)}高于100%，留空"] if above else []
    return "；".join(parts)


def _named(names: Sequence[str]) -> str:
    """综合接通率、放弃率等5项: which they are is seen by the cells."""
    return "、".join(names) if len(names) <= FEW else f"{'、'.join(names[: FEW - 1])}等{len(names)}项"
