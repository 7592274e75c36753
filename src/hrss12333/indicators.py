"""The indicators of the national table, each declared once: its operands, and its words.

A rate is a sum divided by a sum, never a mean of rates. A row counts in numerator and denominator only if it
has every figure needed; otherwise the two would be about different regions. What the forms cannot give (满意度,
平均等待时长, 坐席利用率) has no indicator."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from msgspec import Struct

from hrss12333.survey.schema import Column, Form, Kind, Scalar


class Indicator(Struct, frozen=True, dict=True):
    """A ratio of two sums."""

    key: str
    name: str
    numerator: tuple[str, ...]
    """Fields added up in the numerator."""
    denominator: tuple[str, ...]
    """Fields added up in the denominator."""
    low_first: bool = False
    """Whether the lowest is rank 1."""
    measure: str = ""
    """Measure of a plain ratio; empty for a share."""
    note: str = ""
    """A remark for the reader, printed after its formula."""
    answers: bool = False
    """Whether it is 是 answers over valid answers of one column, instead of sums."""
    group: str = ""
    """Heading over it and its neighbours."""
    places: int = 1
    """Decimals printed, in percent if it is a share."""

    @property
    def percent(self) -> bool:
        """Whether it is a share, shown in percent and compared in 百分点; a plain ratio is compared in percent."""
        return not self.measure

    @property
    def number_format(self) -> str:
        """The number format of its cells, without a percent sign."""
        return f"#,##0.{'0' * self.places}" if self.places else "#,##0"

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field that a row must have to be counted."""
        return tuple(dict.fromkeys((*self.numerator, *self.denominator)))

    def above(self, form: Form) -> str:
        """The numerator in words."""
        words = _words(form, self.numerator)
        return f"{words}答“是”的地区数" if self.answers else words

    def below(self, form: Form) -> str:
        """The denominator in words."""
        return "有效填报数" if self.answers else _words(form, self.denominator)

    def formula(self, form: Form) -> str:
        """The formula in words: 综合接通率＝（人工接听量＋自助语音量）÷来电总量."""
        above, below = self.above(form), self.below(form)
        above = f"（{above}）" if len(self.numerator) > 1 else above
        below = f"（{below}）" if len(self.denominator) > 1 else below
        return f"{self.name}＝{above}÷{below}{self.note}"


def _words(form: Form, keys: tuple[str, ...]) -> str:
    return "＋".join(form.by_key[key].label for key in keys)


REACHED, EFFICIENCY, STAFFING, SERVICES = "接通情况", "接听效率", "队伍配置", "服务项目"

RATIOS = (
    Indicator("answer_rate", "综合接通率", ("calls_agent", "calls_ivr"), ("calls_total",), group=REACHED),
    Indicator(
        "agent_answer_rate",
        "人工接通率（近似）",
        ("calls_agent",),
        ("calls_agent", "calls_abandoned"),
        note="；调查表不分人工、自助放弃，放弃量全部按人工放弃计，故为近似",
        group=REACHED,
    ),
    Indicator("abandon_rate", "放弃率", ("calls_abandoned",), ("calls_total",), low_first=True, group=REACHED),
    Indicator("ivr_share", "自助服务占比", ("calls_ivr",), ("calls_total",), group=REACHED),
    Indicator(
        "calls_per_agent", "人均接听量", ("calls_agent",), ("agents",), measure="次/人", group=EFFICIENCY, places=0
    ),
    Indicator(
        "calls_per_seat", "席均接听量", ("calls_agent",), ("seats",), measure="次/席", group=EFFICIENCY, places=0
    ),
    Indicator("agents_per_seat", "人席比", ("agents",), ("seats",), measure="人/席", group=STAFFING, places=2),
    Indicator("agent_share", "咨询员占比", ("agents",), ("staff_total",), group=STAFFING),
    Indicator(
        "training_per_head",
        "人均培训人次",
        ("training_attendances",),
        ("staff_total",),
        measure="人次/人",
        group=STAFFING,
    ),
)
"""Indicators that divide figures of the form."""
HEADLINE = (
    *("calls_total", "calls_agent", "calls_ivr", "answer_rate"),
    *("calls_per_agent", "agents", "seats", "training_attendances"),
)
"""Figures and indicators that the first page shows, as far as a year's forms have them."""


def opening_rate(column: Column) -> Indicator:
    """开通率 of a 是/否 column: 是 over valid answers."""
    label = column.label
    stem = label.removeprefix("是否开通")
    name = f"{stem}开通率" if stem != label else f"{label.replace('是否', '', 1)}占比"
    group = column.group or SERVICES
    return Indicator(f"{column.key}_rate", name, (column.key,), (column.key,), answers=True, group=group)


def indicators(form: Form) -> tuple[Indicator, ...]:
    """Every indicator that the form's columns allow, in the order of publication."""
    return (
        *(ratio for ratio in RATIOS if form.has(*ratio.fields)),
        *(opening_rate(column) for column in form.of_kind(Kind.YESNO)),
    )


class Answers(Protocol):
    """A row of this year or another year."""

    def scalar(self, key: str, /) -> Scalar:
        """A field; None where it is missing."""
        ...


class Quotient(Struct, frozen=True):
    """An indicator worked out; ``covered`` rows have every figure that it needs."""

    numerator: int | None
    """The numerator; None, which is no zero, if no row could be used."""
    denominator: int | None
    covered: int
    of_whole: bool = False
    """Whether it is a share, which cannot exceed 100 %."""

    @property
    def exact(self) -> Fraction | None:
        """The ratio unrounded; None without operands, for a denominator of 0, or a share above 100 %."""
        if self.numerator is None or not self.denominator or (self.of_whole and self.numerator > self.denominator > 0):
            return None
        return Fraction(self.numerator, self.denominator)

    @property
    def value(self) -> float | None:
        """The ratio as a cell holds it."""
        exact = self.exact
        return None if exact is None else float(exact)


def quotient(indicator: Indicator, rows: Iterable[Answers]) -> Quotient:
    """The indicator over these rows."""
    fields, numerator, denominator = indicator.fields, indicator.numerator, indicator.denominator
    above = below = covered = 0
    for row in rows:
        values = {key: value for key in fields if isinstance(value := row.scalar(key), int)}
        if len(values) < len(fields):
            continue
        covered += 1
        above += sum([values[key] for key in numerator])
        below += 1 if indicator.answers else sum([values[key] for key in denominator])
    return Quotient(above, below, covered, indicator.percent) if covered else Quotient(None, None, 0)
