"""Which of a table's 合计 rows is its 合计, where there are several: the last that has figures, and no area's."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Aside, Row
from hrss12333.patterns import lazy
from hrss12333.reading.layout.row_kinds import compact
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.spellings import HAN

_AREA = lazy(rf"({HAN}{{2,8}}?)(?:地区|片区|区域)?(?:合计|总计|共计|汇总)[:：]?", needs="计总")
_SUM = lazy(rf"({HAN}{{2,15}}?)[(]?(?:合计|总计|共计|汇总|小计)数?[)]?[:：]?", needs="计总")
_EVERYTHING = lazy(r"[全本各所总]|以上|上述|年|月|数据|行|[省市区州]")
"""How the name of a 合计 begins that is no area's: 全省合计, 本年合计."""


def _chosen_total(
    form: Form, totals: Sequence[tuple[Row, str]], rows: Sequence[Row], unit: Unit | None
) -> tuple[Row | None, list[Aside]]:
    """The table's 合计, and what is to be said of its other rows of sums.

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
                asides.append(Aside(total.place, _written(form, total), "表中有几个合计行，以最后一个为准"))
            total = row
    return total, asides


def summed_region(text: str, unit: Unit | None) -> RegionMatch | None:
    """The region of the unit whose sum a row's name says it is: 银川市 of 银川市合计."""
    match = _SUM.fullmatch(compact(text)) if unit else None
    if unit is None or match is None or match[1] in unit.spellings:
        return None
    region = match_region(unit, match[1])
    return replace(region, how="按规范名称读取") if region.official else None


def without_totals(
    form: Form, rows: Sequence[Row], sums: Sequence[Row], totals: Sequence[tuple[Row, str]], unit: Unit | None
) -> tuple[list[Row], Row | None, list[Aside]]:
    """The rows, the table's 合计, and what is told of its other rows of sums.

    Of ``sums``, those of single regions, the only one is the table's 合计 where it stands last, below rows of the region;
    one beside the region's own row is a 小计; any other is the region's row.
    """
    named, last = {row.region for row in rows}, max((row.place.row for row in rows), default=0)
    if len(sums) == 1 and sums[0].place.row > last and any(_is_within(row, sums[0].region) for row in rows):
        totals, sums = [(sums[0], _written(form, sums[0])), *totals], ()
    below = [Aside(row.place, _written(form, row), "小计行，不计入数据") for row in sums if row.region in named]
    data = sorted([*rows, *(row for row in sums if row.region not in named)], key=lambda row: row.place.row)
    total, told = _chosen_total(form, totals, data, unit)
    return data, total, [*below, *told]


def _written(form: Form, row: Row) -> str:
    return str(row.get(form.region.key).found or "合计")


def _is_within(row: Row, region: str | None) -> bool:
    """Whether a row is the region's or that of a place in it; 市本级 is of the one that is spoken of."""
    below = row.match.below if row.match else None
    return row.region == region or bool(below and (region in below.cities or not below.cities))


def _area(text: str, unit: Unit | None) -> str:
    """The area that a 合计 names; empty where it is everything's, the unit's or a single region's."""
    match = _AREA.fullmatch(compact(text))
    if match is None or _EVERYTHING.match(match[1]):
        return ""
    named = match_region(unit, match[1]) if unit else None
    return "" if named and named.name else match[1]
