"""Which of a table's 合计 rows is its 合计, where there are several: the last that has figures, and no area's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hrss12333.model.filing import Aside, Row
from hrss12333.reading.layout.row_kinds import plain
from hrss12333.survey.regions import Unit, match_region
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.spellings import HAN

_AREA = re.compile(rf"({HAN}{{2,8}}?)(?:地区|片区|区域)?(?:合计|总计|共计|汇总)[:：]?")
_EVERYTHING = re.compile(r"[全本各所总]|以上|上述|年|月|数据|行|[省市区州]")
"""How the name of a 合计 begins that is no area's: 全省合计, 本年合计."""


def chosen_total(
    form: Form, totals: Sequence[tuple[Row, str]], rows: Sequence[Row], unit: Unit | None
) -> tuple[Row | None, list[Aside]]:
    """The table's 合计, and what is told of its other rows of sums.

    A 合计 of an area (珠三角合计, 粤东合计) is a 小计: there are several of different names, or regions follow it.
    """
    if not totals:
        return None, []
    areas = [_area(text, unit) for _, text in totals]
    several = len({area for area in areas if area}) > 1
    last = max((row.place.row for row in rows), default=0)
    asides: list[Aside] = []
    total: Row | None = None
    for (row, text), area in zip(totals, areas, strict=True):
        if area and (several or row.place.row < last):
            asides.append(Aside(row.place, text, "小计行，不计入数据"))
            continue
        if total is None or any(row.get(column.key).present for column in form.of_kind(Kind.COUNT)):
            if total is not None and any(value.present for value in total.values.values()):
                told = str(total.get(form.region.key).found or "合计")
                asides.append(Aside(total.place, told, "表中有几个合计行，以最后一个为准"))
            total = row
    return total, asides


def _area(text: str, unit: Unit | None) -> str:
    """The area that a 合计 names; empty where it is everything's, the unit's or a single region's."""
    match = _AREA.fullmatch(plain(text))
    if match is None or _EVERYTHING.match(match[1]):
        return ""
    named = match_region(unit, match[1]) if unit else None
    return "" if named and named.name else match[1]
