"""A form too wide for its paper that was cut between its columns: the parts name the same regions, and are one table."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from hrss12333.model.filing import OwnedTable, Row, Table
from hrss12333.reading.layout.sheet_copies import is_stale


def with_parts_joined(tables: Sequence[OwnedTable]) -> list[OwnedTable]:
    """The tables of one file, those that are parts of one form side by side."""
    found: list[OwnedTable] = []
    for table, unit in tables:
        at = next((i for i, (left, whose) in enumerate(found) if whose is unit and are_parts(left, table)), None)
        if at is None:
            found.append((table, unit))
        else:
            found[at] = side_by_side(found[at][0], table), unit
    return found


def are_parts(left: Table, right: Table) -> bool:
    """Whether two tables ask different columns of the same form for the same regions, each once."""
    asked = {column.key for column in left.form.data}
    columns = [asked & table.headings.keys() for table in (left, right)]
    if left.form is not right.form or not all(columns) or columns[0] & columns[1]:
        return False
    if right.year not in (None, left.year) or is_stale(left) or is_stale(right):
        return False
    regions = [[row.region for row in table.rows] for table in (left, right)]
    return bool(regions[0]) and sorted(map(str, regions[0])) == sorted(map(str, regions[1])) and _each_once(regions[0])


def _each_once(regions: Sequence[str | None]) -> bool:
    return None not in regions and len(set(regions)) == len(regions)


def side_by_side(left: Table, right: Table) -> Table:
    """One table of two parts of the same form."""
    more = [column.key for column in left.form.columns if column.key in right.headings.keys() - left.headings.keys()]
    others = {row.region: row for row in right.rows}

    def whole(row: Row, other: Row | None) -> Row:
        return row.changed({key: other.get(key) for key in more}) if other else row

    return replace(
        left,
        header={**right.header, **left.header},
        rows=tuple(whole(row, others[row.region]) for row in left.rows),
        headings={**right.headings, **left.headings},
        total=whole(left.total, right.total) if left.total else right.total,
        asides=(*left.asides, *right.asides),
        column_problems=(
            *(problem for problem in left.column_problems if problem.field not in more),
            *(problem for problem in right.column_problems if problem.field in more),
        ),
        year=left.year or right.year,
        years=(*left.years, *right.years),
        scales=(*left.scales, *right.scales),
        concealed=(*left.concealed, *right.concealed),
        unread=(*left.unread, *right.unread),
        other_headings=(*left.other_headings, *right.other_headings),
        parts=(*left.parts, right),
    )
