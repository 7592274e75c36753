"""The national table as the 参阅文件 looks at it: by topic, each with its columns and its indicators."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from hrss12333.merging.last_year import Previous
from hrss12333.model.national import National
from hrss12333.model.quotient import Quotient, quotient
from hrss12333.model.summary_lines import Figure, Line, area_name, by_area, figures, lines, total_line
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import Balance, Column, Form, Kind

_FUNCTIONS, _OTHERS = "服务功能", "其他情况"
"""Titles of the columns that stand in no group: questions of 是 or 否, or any."""


class Topic(Struct, frozen=True, eq=False):
    """One group of a form's columns (来电情况, 服务渠道 …) with the indicators that it completes."""

    form: Form
    title: str
    columns: tuple[Column, ...]
    indicators: tuple[Indicator, ...]
    """Those that divide sums; 开通率 come from the columns."""

    def of_kind(self, kind: Kind) -> list[Column]:
        """Its columns of this kind."""
        return [column for column in self.columns if column.kind is kind]

    @property
    def figures(self) -> list[Figure]:
        """Every figure of the 汇总 that belongs to it."""
        own = {column.key for column in self.columns}
        return [figure for figure in figures(self.form) if figure.column.key in own]

    @property
    def balance(self) -> Balance | None:
        """The identity among its columns, where it has one."""
        own = {column.key for column in self.columns}
        return next((balance for balance in self.form.balances if own.issuperset(balance.fields)), None)


def label(column: Column) -> str:
    """知识库条目数 for 知识库条目数（条）: the unit is given with the figure."""
    return column.label.removesuffix(f"（{column.unit}）")


def stem(column: Column) -> str:
    """开通网上服务 for 是否开通网上服务, 系统省集中 for 系统是否省集中."""
    return column.label.replace("是否", "", 1)


def topics(form: Form) -> list[Topic]:
    """The form's topics in its own order."""
    grouped: dict[str, list[Column]] = {}
    for title, columns in form.groups:
        for column in columns:
            if column in form.data:
                grouped.setdefault(title, []).append(column)
    place = {column.key: title for title, columns in grouped.items() for column in columns}
    order = list(grouped)
    owned: dict[str, list[Indicator]] = {}
    for item in indicators(form):
        if not item.answers:
            owned.setdefault(max((place[key] for key in item.fields), key=order.index), []).append(item)
    return [
        Topic(form, title or _title(columns), tuple(columns), tuple(owned.get(title, ())))
        for title, columns in grouped.items()
    ]


def _title(columns: Sequence[Column]) -> str:
    return _FUNCTIONS if all(column.kind is Kind.YESNO for column in columns) else _OTHERS


class Nation(Struct, frozen=True, dict=True):
    """The lines of every form's 汇总, the nation's totals, and last year's workbook where it is given."""

    national: National
    previous: Previous | None = None

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """Form key → a line a unit in the official order."""
        return {form.key: lines(self.national, form) for form in self.national.edition.forms}

    @cached_property
    def totals(self) -> dict[str, Line]:
        """Form key → the line over all of them."""
        return {form.key: total_line(form, self.lines[form.key]) for form in self.national.edition.forms}

    @cached_property
    def topics(self) -> list[Topic]:
        """Of all forms."""
        return [topic for form in self.national.edition.forms for topic in topics(form)]

    def total(self, form: Form, column: Column) -> int | None:
        """A column over the nation."""
        return self.totals[form.key].tallies[column.key].total

    def quotient(self, form: Form, indicator: Indicator, line: Line | None = None) -> Quotient:
        """An indicator over a line's rows; over the nation's where none is given."""
        return quotient(indicator, (entry.row for entry in (line or self.totals[form.key]).entries))

    def by_unit(self, form: Form, column: Column) -> list[tuple[str, int]]:
        """Short name and figure of each unit that gives it, the largest first; equals in the official order."""
        found = [
            (line.unit.short, value)
            for line in self.lines[form.key]
            if line.unit and (value := line.tallies[column.key].total) is not None
        ]
        return sorted(found, key=lambda item: -item[1])

    def ratios_by_unit(self, form: Form, indicator: Indicator) -> list[tuple[str, Fraction]]:
        """The same for an indicator."""
        found = [
            (line.unit.short, value)
            for line in self.lines[form.key]
            if line.unit and (value := self.quotient(form, indicator, line).exact) is not None
        ]
        return sorted(found, key=lambda item: -item[1])

    def then(self, form: Form, key: str, name: str = TOTAL) -> int | None:
        """Last year's figure of a unit, or of the nation."""
        return self.previous.total(name, form, key) if self.previous else None

    def then_ratio(self, form: Form, key: str) -> Fraction | None:
        """Last year's national indicator."""
        found = self.previous.indicator(TOTAL, form, key) if self.previous else None
        return None if found is None else Fraction(found)

    def common(self, form: Form, figure: Figure) -> tuple[int, int, int] | None:
        """Both years' figures over the units that have it in both, and how many they are; None where none has."""
        return self.previous.common(self.lines[form.key], form, figure) if self.previous else None

    def areas(self, form: Form) -> list[tuple[str, Line]]:
        """The areas' totals in the order of publication."""
        found = by_area(self.national.edition, [line for line in self.lines[form.key] if line.unit])
        return [(area_name(area), total_line(form, listed)) for area, listed in found.items()]
