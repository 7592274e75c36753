"""Tables with a column of years: which rows are of which year, and the rows of the year that is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from hrss12333.model.filing import Aside
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.rows import RowsRead
from hrss12333.reading.layout.survey_year import is_year_heading, year_of_cell


def years_beside(located: Located) -> dict[int, int]:
    """Row, from 1 → the year that a column of its own gives to it."""
    found: dict[int, int] = {}
    for match in located.strangers:
        if not is_year_heading(match.text):
            continue
        for row in range(located.body, min(located.end, len(located.grid.cells))):
            if year := year_of_cell(located.grid.at(row, match.column)):
                found.setdefault(row + 1, year)
    return found


def rows_of_year(rows: RowsRead, years: Mapping[int, int], year: int) -> RowsRead:
    """The rows without those of other years, where some are of this one."""
    kept = [row for row in rows.rows if years.get(row.place.row, year) == year]
    if not any(row.place.row in years for row in kept):
        return rows
    others = [row for row in rows.rows if years.get(row.place.row, year) != year]
    told = (Aside(row.place, row.region or "", f"这一行是{years[row.place.row]}年的数据，没有读取") for row in others)
    return replace(rows, rows=kept, asides=[*rows.asides, *told])
