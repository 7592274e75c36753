"""Regions that stand in two units' lists: 新疆's cities that are a 师 of 兵团 too, and report through it.

Where both units fill a row for such a place, the row of the unit that must report it counts alone; the other's is asked
about, and counts only where 备注 says that the two do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hrss12333.checking.apart import says_apart
from hrss12333.checking.counting import is_filled
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.merging.joined_unit import JoinedUnit, without_rows
from hrss12333.merging.versions import RowKey, row_key
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Finding
from hrss12333.survey.regions import Gazetteer, Unit, certain_region
from hrss12333.survey.sub_regions import SubRegion

RULE = "R208"


def once_only(joined: Sequence[JoinedUnit], gazetteer: Gazetteer) -> list[JoinedUnit]:
    """The units, rows left out of one that another counts."""
    counted = {
        (item.unit.code, table.form.key, row.region): row
        for item in joined
        if item.unit
        for table in item.counted
        for row in table.rows
        if is_filled(table.form, row)
    }

    whole = {key[:2]: row for key, row in counted.items() if row.match and row.match.whole}

    def rival(unit: Unit, table: Table, row: Row) -> tuple[Unit, Row] | None:
        for other in gazetteer.owners(row.region or ""):
            match = certain_region(other, row.region or "")
            if match and other is not unit:
                theirs = counted.get((other.code, table.form.key, match.name)) or whole.get(
                    (other.code, table.form.key)
                )
                if theirs:
                    return other, theirs
        return None

    def of_unit(item: JoinedUnit) -> JoinedUnit:
        unit = item.unit
        optional = {region.name for region in unit.regions} - {region.name for region in unit.expected} if unit else ()
        if unit is None or not optional:
            return item
        dropped: dict[RowKey, str] = {}
        findings: list[Finding] = []
        for table, row in _rows(item):
            found = rival(unit, table, row) if row.region in optional and is_filled(table.form, row) else None
            if found:
                apart, finding = _asked(table, row, unit, *found)
                findings.append(finding)
                if not apart:
                    name = found[1].region
                    dropped[row_key(table, row)] = f"{found[0].name}已填报“{name}”，不重复计入（{RULE}）"
        return replace(
            item,
            dropped={**item.dropped, **dropped},
            findings=[*item.findings, *findings],
            counted=without_rows(item.counted, dropped),
        )

    return [of_unit(item) for item in joined]


def _rows(item: JoinedUnit) -> Iterator[tuple[Table, Row]]:
    return ((table, row) for table in item.counted for row in table.rows)


def _asked(table: Table, row: Row, unit: Unit, other: Unit, theirs: Row) -> tuple[bool, Finding]:
    """Whether 备注 says that the two rows do not overlap, and the question."""
    names = (*other.spellings, *([theirs.region] if theirs.region else ()))
    apart = says_apart(row, SubRegion(row.region or "", names), [theirs])
    what = (
        f"已包括在{other.name}的“{theirs.region}”里"
        if theirs.match and theirs.match.whole
        else f"就是{other.name}的“{theirs.region}”"
    )
    message = f"“{row.region}”{what}，两个单位同时填报：" + (
        "备注说明互不包含，已计入汇总。"
        if apart
        else f"只计{other.name}的，这一行不计入汇总。如果互不包含，请在备注中写明“不含{other.short}的数据”；否则请删去这一行。"
    )
    value = row.get("region")
    place = value.place or row.place
    finding = Finding(
        RULE,
        RULES[RULE].severity,
        message,
        table.file,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        form=table.form.key,
        region=row.region,
        field="region",
        value=value.found,
        explained=apart,
        reason=row.text("remarks").strip() if apart else "",
        unit=unit.name,
    )
    return apart, finding
