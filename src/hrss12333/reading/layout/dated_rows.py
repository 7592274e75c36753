"""Rows whose names give them to another year: 银川市2018年 beside 银川市2019年."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.model.filing import Aside, Row

OTHER_YEAR = "这一行是其他年度的数据，没有读取"


def without_other_years(rows: Sequence[Row], dated: Sequence[Row]) -> tuple[list[Row], list[Aside]]:
    """The rows without those of ``dated`` whose regions have a row of the year itself too, and what is told of these.

    A region that has no other stays: its year is asked about.
    """
    if not dated:
        return list(rows), []
    others = {row.place for row in dated}
    current = {row.region for row in rows if row.place not in others}
    passed = [row for row in dated if row.region in current]
    places = {row.place for row in passed}
    told = [Aside(row.place, str(row.get("region").found), OTHER_YEAR) for row in passed]
    return [row for row in rows if row.place not in places], told
