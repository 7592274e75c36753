"""Whose a filing is that names no unit, or one that does not exist, and which year is merged.

A file without a unit is of the one whose regions its rows list, else of the one that the names around it tell. H101 and
H102 stay open; but the file is joined with that unit's others, so that its correction replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from hrss12333.checking.owners import inferred_owner
from hrss12333.model.filing import Document, Filing
from hrss12333.reading.layout.city_rows import named_within, with_city_rows
from hrss12333.reading.layout.competing import set_aside
from hrss12333.survey.gazetteer import Gazetteer


def with_owners(documents: Sequence[Document], gazetteer: Gazetteer) -> list[Document]:
    """The documents, each filing that names no unit under the one that its rows or names tell, if they tell one."""
    return [_owned(item, gazetteer) if isinstance(item, Filing) and item.unit is None else item for item in documents]


def _owned(filing: Filing, gazetteer: Gazetteer) -> Filing:
    unit = inferred_owner(filing, gazetteer)
    if unit is None:
        return filing
    tables = with_city_rows([(named_within(table, unit), unit) for table in (*filing.tables, *filing.partial)])
    kept, partial = set_aside([table for table, _ in tables])
    return replace(filing, unit=unit, unit_inferred_from_rows=True, tables=kept, partial=partial)


def year_of_most(documents: Iterable[Document]) -> int | None:
    """The year that most units name, of several the newest; None where no filing names one.

    What a file without a unit says weighs only where no unit names a year.
    """
    filings = [item for item in documents if isinstance(item, Filing)]
    units: dict[int, set[str]] = {}
    for filing in [item for item in filings if item.unit and item.year] or filings:
        if filing.year:
            units.setdefault(filing.year, set()).add(filing.unit.code if filing.unit else filing.file)
    return max(units, key=lambda year: (len(units[year]), year), default=None)


def is_named_otherwise(documents: Iterable[Document], year: int) -> bool:
    """Whether names alone give a filing another year."""
    others = (item for item in documents if isinstance(item, Filing) and item.year not in (None, year))
    return any(item.years and all(evidence.is_around for evidence in item.years) for item in others)
