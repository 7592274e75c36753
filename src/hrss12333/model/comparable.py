"""Which units may be set beside each other: ranked, drawn in one chart, named as the best or the last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from hrss12333.model.national import Status
from hrss12333.model.summary_lines import Figure, SummaryLine
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.indicators import Indicator, Quotient, indicators
from hrss12333.survey.schema import Kind

T = TypeVar("T")
FEWEST = 4
"""Units that must be without question, and at least half of those that reported, before any is ranked or named."""


def comparable(
    listed: Iterable[SummaryLine], keys: Collection[str], value: Callable[[SummaryLine], T | None]
) -> list[tuple[SummaryLine, T]]:
    """The units that may be ranked and named by these figures, in the order given, each with its value: those that have
    one and are in no question; none at all where they are too few to speak for those that reported."""
    sent = [line for line in listed if line.unit and line.status is not Status.MISSING]
    given = [(line, value(line)) for line in sent if not line.is_in_question(keys)]
    found = [(line, own) for line, own in given if own is not None]
    return found if len(found) >= FEWEST and 2 * len(found) >= len(sent) else []


def by_figure(listed: Iterable[SummaryLine], figure: Figure) -> list[tuple[SummaryLine, int]]:
    """The same by a sum or a number of answers."""
    return comparable(listed, (figure.column.key,), lambda line: line.value(figure))


def by_indicator(listed: Iterable[SummaryLine], indicator: Indicator) -> list[tuple[SummaryLine, Quotient]]:
    """The same by an indicator."""
    return comparable(
        listed,
        indicator.fields,
        lambda line: None if line.quotient(indicator).value is None else line.quotient(indicator),
    )


def not_compared(edition: Edition, lines: Mapping[str, Sequence[SummaryLine]]) -> tuple[list[str], bool]:
    """The counts and indicators that units give and that are too doubtful to compare them by; and whether these are all."""
    found: dict[str, bool] = {}
    for form in edition.forms:
        listed = [line for line in lines[form.key] if line.unit]
        for figure in map(Figure, form.of_kind(Kind.COUNT)):
            if any(line.value(figure) is not None for line in listed):
                found[figure.heading] = bool(by_figure(listed, figure))
        for item in indicators(form):
            if any(line.quotient(item).value is not None for line in listed):
                found[item.name] = bool(by_indicator(listed, item))
    return [name for name, compared in found.items() if not compared], not any(found.values())
