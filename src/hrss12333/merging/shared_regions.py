"""Regions that two units may report: 新疆's 省直辖 cities are 兵团's 师. Rows that say the same count once, for the unit
that must report them; where they differ, each unit speaks of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.checking.counting import answers
from hrss12333.merging.joined_unit import JoinedUnit, without_rows
from hrss12333.merging.merge_findings import merge_finding
from hrss12333.merging.sent_rows import row_key
from hrss12333.model.filing import Row, Table
from hrss12333.survey.regions import Unit


def each_once(joined: Sequence[JoinedUnit]) -> list[JoinedUnit]:
    """The units, no row counted by two of them."""
    return [_without_shared(item, item.unit, joined) if item.unit else item for item in joined]


def _without_shared(item: JoinedUnit, unit: Unit, joined: Sequence[JoinedUnit]) -> JoinedUnit:
    found = list(_shared(item, unit, joined))
    if not found:
        return item
    left_out = {row_key(table, row): why for table, row, why in found}
    return replace(
        item,
        dropped={**item.dropped, **left_out},
        counted=without_rows(item.counted, left_out),
        findings=[
            *item.findings,
            *(
                merge_finding("M703", f"“{row.region}”{why}。", table.file, unit, at=(table, row))
                for table, row, why in found
            ),
        ],
    )


def _shared(item: JoinedUnit, unit: Unit, joined: Sequence[JoinedUnit]) -> Iterator[tuple[Table, Row, str]]:
    """The rows that the unit need not send and another one sends too, each with why it does not count."""
    optional = {region.name for region in unit.regions} - {region.name for region in unit.expected}
    asked = [(table, row) for table in item.counted for row in table.rows if optional and row.region in optional]
    for table, row in asked:
        said = answers(table.form, row)
        for other in joined:
            theirs = other.unit.certain.get(row.region or "") if other.unit and other is not item else None
            if other.unit and theirs and said in _said(other, table, theirs):
                yield table, row, f"与{other.unit.name}报送的“{theirs}”内容相同，只计一次"


def _said(other: JoinedUnit, table: Table, region: str) -> list[tuple[object, ...]]:
    rows = (row for given in other.counted if given.form is table.form for row in given.rows)
    return [answers(table.form, row) for row in rows if row.region == region]
