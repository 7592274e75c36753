"""Places in one unit's area that another unit reports: 新疆's 兵团 cities are 兵团's 师. While that unit has a row of the
region, or one for all of its regions, the place does not count here too; R202 has asked about it in any case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.checking.counting import is_filled
from hrss12333.merging.joined_unit import JoinedUnit, without_rows
from hrss12333.merging.sent_rows import RowKey, row_key
from hrss12333.model.filing import Table


def each_once(joined: Sequence[JoinedUnit]) -> list[JoinedUnit]:
    """The units, no row counted by two of them."""
    return [
        _without_enclaves(item, joined) if item.counted and item.unit and item.unit.enclaves else item
        for item in joined
    ]


def _without_enclaves(item: JoinedUnit, joined: Sequence[JoinedUnit]) -> JoinedUnit:
    left_out = dict(_reported_elsewhere(item, joined))
    if not left_out:
        return item
    return replace(item, dropped={**item.dropped, **left_out}, counted=without_rows(item.counted, left_out))


def _reported_elsewhere(item: JoinedUnit, joined: Sequence[JoinedUnit]) -> Iterator[tuple[RowKey, str]]:
    """The rows of which another unit reports the region, each with why it does not count."""
    enclaves = item.unit.enclaves if item.unit else {}
    asked = [
        (table, row, enclaves[row.region]) for table in item.counted for row in table.rows if row.region in enclaves
    ]
    for table, row, region in asked:
        for other in joined:
            if other.unit and region in other.unit.certain and _reports(other, table, region):
                yield row_key(table, row), f"“{region}”由{other.unit.name}报送，不计入（R202）"


def _reports(other: JoinedUnit, table: Table, region: str) -> bool:
    """Whether the unit sent a row of the region in the same form, be it one in dispute, or one that speaks for them all."""
    tables = [own for filing in other.filings for own in filing.tables if own.form is table.form]
    rows = [row for own in tables for row in own.rows if is_filled(own.form, row)]
    return any(row.region == region or (row.match is not None and row.match.whole) for row in rows)
