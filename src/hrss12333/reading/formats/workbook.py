"""What every reader of a workbook yields: its sheets with their marks, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from hrss12333.reading.files.page_footers import plain_footer
from hrss12333.reading.grid import Cell, Grid


class Workbook(Struct, frozen=True):
    """The sheets of a workbook."""

    grids: tuple[Grid, ...]
    footers: tuple[str, ...] = ()
    """Texts of page headers and footers."""


_COLUMNS = 16_384


def columns_of(spans: Iterable[tuple[int, int]]) -> set[int]:
    """The columns of spans, both ends within, however many there are and however often they name the same."""
    named = bytearray(_COLUMNS)
    for first, last in spans:
        named[first : last + 1] = b"\1" * len(range(first, min(last + 1, _COLUMNS)))
    return {column for column, is_named in enumerate(named[:_COLUMNS]) if is_named} if any(named) else set()


def without_blank_end(rows: list[list[Cell]]) -> tuple[list[Cell], ...]:
    """The rows up to the last one that holds anything."""
    while rows and rows[-1].count("") == len(rows[-1]):
        rows.pop()
    return tuple(rows)


def footers_of(texts: Iterable[str | None]) -> list[str]:
    """Page headers and footers as they are read."""
    return [plain for text in texts if text and (plain := plain_footer(text))]


def list_source(formula: str | None, names: Mapping[str, str]) -> tuple[str, ...]:
    """The cells that a validation makes a list of; a name of the workbook stands for what it names."""
    return (names.get(formula.lstrip("="), formula),) if formula else ()
