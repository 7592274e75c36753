"""Which year is merged, and which filings are of another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress

from hrss12333.checking.engine import Checked
from hrss12333.model.filing import Document, Filing


def year_of_most(documents: Iterable[Document]) -> int | None:
    """The year that most units name, of several the newest; None where no filing names one.

    What a file without a unit says weighs only where no unit names a year.
    """
    filings = [item for item in documents if isinstance(item, Filing) and item.year]
    named = [item for item in filings if item.unit] or filings
    units: dict[int, set[str]] = {}
    for filing in named:
        if filing.year:
            units.setdefault(filing.year, set()).add(filing.unit.code if filing.unit else filing.file)
    return max(units, key=lambda year: (len(units[year]), year), default=None)


def named_otherwise(documents: Iterable[Document], year: int) -> bool:
    """Whether names alone give a filing another year."""
    others = (item for item in documents if isinstance(item, Filing) and item.year not in (None, year))
    return any(item.years and all(said.is_around for said in item.years) for item in others)


def of_year(checked: Sequence[Checked], year: int) -> tuple[list[Checked], list[Checked]]:
    """Those of the year, and filings of other years; one that names no year is of the year merged."""
    of_this = [getattr(item.document, "year", None) in (None, year) for item in checked]
    return list(compress(checked, of_this)), [item for item, own in zip(checked, of_this, strict=True) if not own]
