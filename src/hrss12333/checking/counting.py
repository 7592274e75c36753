"""Which rows of one unit's form count, so that no region counts twice, whoever sends it.

A row for the whole unit counts only where no region of the unit does. A place below a region (a county, a zone, a
city's own level) stays out beside its city until 备注 says that the city does not include it. A name that the unit does
not know counts only where it may stand for a region that has no row. What stays out says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from hrss12333.checking.apart import says_apart, says_within
from hrss12333.model.check_code import content
from hrss12333.model.filing import Row, Table
from hrss12333.reading.layout.totals import adds_up
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind, Scalar
from hrss12333.survey.sub_regions import SubRegion

_ANSWERS = (Kind.COUNT, Kind.YESNO, Kind.CHOICE, Kind.TEXT)
_WHOLE, _OWN_LEVEL = "\0", "\1"
"""Stand for 全省 and 广东省 alike, and for 省本级, 省直 and 省厅: names that nobody writes."""
Placed = tuple[Table, Row]
"""A row with the table that it stands in."""


class Overlap(Struct, frozen=True):
    """A row that says what other rows say too, or may."""

    table: Table
    row: Row
    rule: str
    """Id of the rule that asks about it."""
    counts: bool
    why: str
    """Chinese: why it does not count."""
    message: str = ""
    """Chinese: what to ask the unit; empty where another finding asks already, or nothing needs asking."""
    settled: bool | None = None
    """Whether 备注 answers the question; None where any reason does."""


def is_filled(form: Form, row: Row) -> bool:
    """Whether anything stands beside the region's name."""
    for column in form.data:  # of nearly every row the first of them already tells
        if row.scalar(column.key) is not None:
            return True
    if any(value is not None for value in content(form, row, Kind.REGION)):
        return True
    keys = [column.key for column in form.of_kind(*_ANSWERS)]
    return any(value.found is not None for key, value in row.marked.items() if key in keys)


def identity(row: Row) -> str | None:
    """What two rows have in common that speak for the same place; None where a row does not say, as 市本级 of no city."""
    match = row.match
    if match and (match.whole or match.own_level):
        return _WHOLE if match.whole else _OWN_LEVEL
    return None if match and match.below and match.below.own_level and not match.below.cities else row.region


def answers(form: Form, row: Row) -> tuple[Scalar, ...]:
    """What a row adds to the totals: its figures and answers, without its name, number and 备注."""
    return content(form, row, Kind.REGION, Kind.TEXT)


def summed_rows(table: Table) -> Sequence[Row]:
    """The rows that a 合计 adds up: not those for the whole unit, where regions have rows of their own; nor those of
    counties beside their cities, where it is the sum of the others."""
    if all(row.match and row.match.official for row in table.rows):
        return table.rows
    cities = {row.region for row in table.rows if row.match and row.match.official}
    rows = [row for row in table.rows if not (cities and row.match and row.match.whole)]
    others = [row for row in rows if not (row.match and row.match.below and cities & {*row.match.below.cities})]
    return others if len(others) < len(rows) and table.total and adds_up(table.form, table.total, others) else rows


def speaks_for_all(table: Table) -> bool:
    """Whether a row for the whole unit is filled and none of a region: regions left blank are then in that row."""
    filled = [row for row in table.rows if row.match and (row.match.whole or row.match.official)]
    filled = [row for row in filled if is_filled(table.form, row)]
    return bool(filled) and all(row.match and row.match.whole for row in filled)


def overlaps(unit: Unit | None, gazetteer: Gazetteer, tables: Sequence[Table]) -> list[Overlap]:
    """The rows of these tables of one form, all of one unit, that overlap others, as far as the rows can tell."""
    doubtful = any(not (row.match and row.match.official) for table in tables for row in table.rows)
    if unit is None or not doubtful:
        return []
    return list(_Rows(unit, gazetteer, tables).overlaps())


class _Rows:
    """The rows of one form of one unit, sorted by what they speak for."""

    def __init__(self, unit: Unit, gazetteer: Gazetteer, tables: Sequence[Table]) -> None:
        self._unit, self._gazetteer = unit, gazetteer
        self._form = tables[0].form
        self._filled: list[Placed] = []
        self._blank: list[Placed] = []
        for table in tables:
            for row in table.rows:
                (self._filled if is_filled(self._form, row) else self._blank).append((table, row))
        self._named = {row.region for _, row in self._filled}
        self._summed: dict[tuple[str, str, str], bool] = {}
        self._given: dict[str, set[str | None]] = {}
        self._unknown: Counter[str] = Counter()
        self._cities: dict[str, list[Placed]] = {}
        for table, row in self._filled:
            if row.match and row.match.official and row.region:
                self._cities.setdefault(row.region, []).append((table, row))

    def overlaps(self) -> Iterator[Overlap]:
        """In the order of the rules."""
        found = [*self._below(), *self._nameless()]
        yield from found
        out = {(item.table.file, item.row.place) for item in found if not item.counts}
        counted = [(table, row) for table, row in self._filled if (table.file, row.place) not in out]
        whole = [(table, row) for table, row in counted if row.match and row.match.whole]
        named = [(table, row) for table, row in counted if row.match and row.match.name and not row.match.whole]
        parts = named if any(not row.match.own_level for _, row in named if row.match) else []
        if whole and parts:
            yield from (self._beside_parts(table, row, parts) for table, row in whole)
        elif whole:
            yield from self._within(whole[0][1], [item for item in counted if item not in whole])

    def _below(self) -> Iterator[Overlap]:
        """R208."""
        for table, row in self._filled:
            below = row.match.below if row.match else None
            if below is None:
                continue
            beside = [city for city in below.cities or self._cities if city in self._cities]
            cities = [city for name in beside for _, city in self._cities[name]]
            within = says_within(row, below, cities)
            if below.reports_itself and not within:
                continue
            if (below.own_level and not below.cities) or self._has_namesake(below):
                why = "没有写明是哪个市的，无法判断是否与该市的行重复"
                message = f"“{row.region}”没有写明是哪个市，在写明之前不计入汇总。请把地区写成市的全称。"
                yield Overlap(table, row, "R208", False, why, message, settled=False)
            elif beside:
                if len(below.cities) == 1 and self._is_sum_of_parts(table, below.cities[0]):
                    yield Overlap(table, row, "R208", False, f"“{below.cities[0]}”的数字等于所辖各行之和，只计一次")
                    continue
                apart = says_apart(row, below, cities)
                owner = "、".join(f"“{city}”" for city in beside) if below.cities else "所在的市"
                held = "备注说明不包括在内，已计入汇总" if apart else "在备注说明之前不计入汇总"
                message = f"“{row.region}”属于{owner}，两行同时填报：市的数字是否已包括它？{held}。" + (
                    "" if apart else "如果不包括，请在备注中写明“市数据不含本行”；如果已包括，请删去这一行。"
                )
                why = f"可能已包括在{owner}的数字里（R208）"
                yield Overlap(table, row, "R208", apart, why, message, settled=apart or within)

    def _is_sum_of_parts(self, table: Table, city: str) -> bool:
        """Whether a city's row is the sum of the rows of its counties, two or more, in the same table."""
        key = (table.file, table.sheet, city)
        if key not in self._summed:
            parts = [
                row
                for other, row in self._filled
                if other is table and row.match and row.match.below and row.match.below.cities == (city,)
            ]
            own = [row for other, row in self._cities[city] if other is table]
            self._summed[key] = len(parts) > 1 and len(own) == 1 and adds_up(self._form, own[0], parts)
        return self._summed[key]

    def _has_namesake(self, below: SubRegion) -> bool:
        """Whether the name is that of places in several cities, one of which has a row under its city's name too."""
        named = (f"{city}{below.name}" for city in below.cities) if len(below.cities) > 1 else ()
        return any(name in self._named for name in named)

    def _nameless(self) -> Iterator[Overlap]:
        """R201 and R202 ask about these already."""
        missing = {region.name for region in self._unit.expected} - self._cities.keys()
        unknown = [(table, row) for table, row in self._filled if not (row.match and row.match.name)]
        for table, row in unknown:
            owners = self._gazetteer.owners(row.region) if row.region else []
            if owners:
                names = "、".join(unit.name for unit in owners)
                yield Overlap(table, row, "R202", False, f"“{row.region}”不是{self._unit.name}的地区，是{names}的")
            elif not (self._resembles(row, missing) or self._fills_a_gap(table, unknown, missing)):
                what = f"“{row.region}”不是本单位的地区" if row.region else "没有地区名称"
                yield Overlap(table, row, "R202" if row.region else "R201", False, f"{what}，无法判断是否与其他行重复")

    def _resembles(self, row: Row, missing: set[str]) -> bool:
        """Whether an unknown name may be a misspelling of a region that has no row."""
        return row.match is not None and not missing.isdisjoint(row.match.nearest)

    def _fills_a_gap(self, table: Table, unknown: Sequence[Placed], missing: set[str]) -> bool:
        """Whether the file is the whole unit's and lacks, as the unit does, as many regions as rows lack a good name."""
        if not self._given:
            for other, row in self._filled:
                self._given.setdefault(other.file, set()).add(row.region)
            self._unknown.update(other.file for other, _ in unknown)
        nameless = self._unknown[table.file]
        if nameless > len(missing):
            return False
        given = self._given[table.file] & self._cities.keys()
        absent = {region.name for region in self._unit.expected} - given
        return nameless <= len(absent) and 2 * len(absent) < len(self._unit.expected)

    def _beside_parts(self, table: Table, row: Row, parts: Sequence[Placed]) -> Overlap:
        """R209: a whole-unit row beside regions."""
        differing = list(self._differing(row, parts))
        why = f"各地区已分别填报，“{row.region}”一行不再计入（R209）"
        if not differing:
            return Overlap(table, row, "R209", False, why)
        named = "；".join(differing[:4]) + ("等" if len(differing) > 4 else "")
        message = (
            f"“{row.region}”与{len(parts)}个地区的行同时填报，汇总只计各地区，不计这一行。"
            f"它与各地区之和不一致：{named}。请核对是地区没有报全，还是数字有误。"
        )
        return Overlap(table, row, "R209", False, why, message)

    def _differing(self, row: Row, parts: Iterable[Placed]) -> Iterator[str]:
        rows = [part for _, part in parts]
        for column in self._form.of_kind(Kind.COUNT):
            whole = row.number(column.key)
            figures = [figure for part in rows if (figure := part.number(column.key)) is not None]
            if whole is not None and figures and whole != sum(figures):
                yield f"{column.label}{whole:,}，各地区之和{sum(figures):,}"

    def _within(self, whole: Row, others: Sequence[Placed]) -> Iterator[Overlap]:
        """Rows that a whole-unit row includes: the unit's own level, names that nobody knows, regions left blank."""
        for table, row in others:
            message = (
                f"“{row.region}”与“{whole.region}”一行同时填报，汇总只计“{whole.region}”，不计这一行。"
                "如果两行互不包含，请改为各地区分别填报。"
            )
            why = f"已包括在“{whole.region}”一行里（R209）"
            yield Overlap(table, row, "R209", False, why, message if row.region else "")
        for table, row in self._blank:
            yield Overlap(table, row, "R209", False, f"这一行没有填数，以“{whole.region}”一行为准")
