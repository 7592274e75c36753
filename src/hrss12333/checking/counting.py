"""Which rows of one unit's form count, so that no region counts twice, whichever file it is in.

1. A place below a region (a county, a city's 本级) is left out beside its city until 备注 says that the city excludes it.
2. A row that is the sum of others is left out, whatever its name.
3. A row of unknown name counts only where it may be a region that has no row.
4. A row for the whole unit counts only where no region of the unit does.

Each row that is left out has its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, starmap

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.reasons import includes
from hrss12333.checking.rule import Case, Hit, LeftOut
from hrss12333.checking.sums import Holds, SumCandidate, adds_up, has_enough_counts, sums_among
from hrss12333.model.check_code import row_mark
from hrss12333.model.filing import Filing, Row, Table
from hrss12333.model.finding import Where, located, row_where
from hrss12333.model.message import Message, Quote, RegionName, Several, compose
from hrss12333.patterns import grouped
from hrss12333.survey.gazetteer import match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind

_WHOLE_UNIT, _OWN_LEVEL = "\0", "\1"
"""Identities of the whole unit (全省, 广东省) and of 省本级, 省直 or 省厅: characters that no name has."""
Placed = tuple[Table, Row]
"""A row with the table that it is in."""
_LEAST, _LEAST_OF_PLACES = 2, 3
"""How many rows a sum must hold: two where its name is 本级 or unknown, three where it is a known place."""


class Overlap(Struct, frozen=True):
    """A row whose figures are, or may be, in other rows too."""

    table: Table
    row: Row
    rule: str
    """Id of the rule that asks about it."""
    counts: bool
    why: str
    """Chinese: why it does not count."""
    hit: Hit | None = None
    """What the unit is asked; None where nothing, or another finding, asks."""


def identity(row: Row) -> str | None:
    """The key that all rows of one place share; None for a row that names no place (市本级 without a city)."""
    match = row.match
    if match is None or match.official:
        return row.region
    if match.is_unit or match.is_own_level:
        return _WHOLE_UNIT if match.is_unit else _OWN_LEVEL
    return None if match.below and match.below.own_level and not match.below.cities else row.region


def left_out_of(filing: Filing) -> Iterator[LeftOut]:
    """What came in a file and does not count: concealed rows, rows of other years, sheets not read."""
    for table in filing.tables:
        rows = [item.row for item in table.concealed]
        names = [*map(identity, rows)]
        if unit := filing.unit:
            names += [match_region(unit, name).name for item in table.other_years for name in item.names]
        yield from (LeftOut(table.form.key, name, filing.file) for name in names if name)
    for sheet in filing.left_out:
        yield from (LeftOut(sheet.form, name, filing.file) for name in (None, *sheet.lost))
    if filing.unrecognised:
        named = {name for table in filing.tables for row in table.rows if (name := identity(row))}
        yield from (LeftOut(sheet.form, name, filing.file) for sheet in filing.unrecognised for name in (None, *named))


def overlaps_of(case: Case) -> list[Overlap]:
    """The rows that overlap others."""
    return case.once("overlaps", lambda: _overlaps(case, case.filing.unit) if case.filing.unit else [])


def _overlaps(case: Case, unit: Unit) -> list[Overlap]:
    of_forms = grouped(case.filing.tables, lambda table: table.form.key)
    judged: list[_FormRows] = []
    # Forms with many figures first: a sum found there is a sum in the others, too.
    for tables in sorted(of_forms.values(), key=lambda tables: not has_enough_counts(tables[0].form)):
        judged.append(_FormRows(case, unit, tables, tuple(judged)))
    return [item for rows in judged for item in rows.found]


def not_counted(case: Case) -> Mapping[Where, Overlap]:
    """Place of a row that does not count → its overlap."""
    return case.once("out", lambda: _left_out(overlaps_of(case)))


def _left_out(found: Iterable[Overlap]) -> dict[Where, Overlap]:
    return {row_where(item.table, item.row): item for item in found if not item.counts}


def not_counted_by(case: Case, rule: str) -> set[Where]:
    """The places of the rows that this rule leaves out."""
    return case.once(("out", rule), lambda: {at for at, item in not_counted(case).items() if item.rule == rule})


def counted_tables(case: Case) -> tuple[Table, ...]:
    """The tables with the rows that count."""
    return case.once("counted", lambda: without_rows(case.filing.tables, not_counted(case)))


def counted_rows(case: Case, *keys: str) -> Iterator[Placed]:
    """The counted rows of every form that has these columns."""
    return ((table, row) for table in counted_tables(case) if table.form.has(*keys) for row in table.rows)


def without_rows(tables: Iterable[Table], dropped: Collection[Where]) -> tuple[Table, ...]:
    """Tables without these rows; an empty one is kept only where its form has no row left."""
    listed = list(tables)
    if dropped:
        for at, table in enumerate(listed):
            rows = tuple([row for row in table.rows if row_where(table, row) not in dropped])
            if len(rows) < len(table.rows):
                listed[at] = replace(table, rows=rows)
    filled = {table.form.key for table in listed if table.rows}
    return tuple(table for table in listed if table.rows or table.form.key not in filled)


class _FormRows:
    """The rows of one form of one unit, from all its files, and those of them that overlap."""

    def __init__(self, case: Case, unit: Unit, tables: Sequence[Table], other_forms: Sequence[_FormRows]) -> None:
        self._case = case
        self._unit = unit
        self._form = tables[0].form
        self._other_forms = other_forms
        """The rows of forms judged earlier, which have more figures."""
        self._rows = [(table, row) for table in tables for row in table.rows]
        self._filled = [(table, row) for table, row in self._rows if row.is_filled]
        self._remaining = self._filled
        """Filled rows that still count."""
        self._by_region: dict[str, list[Placed]] = defaultdict(list)
        self._without_region: list[Placed] = []
        """Filled rows of the unit, its 本级, a county or an unknown name."""
        self._sums: set[str] = set()
        """`identity` of the rows that hold others and are left out."""
        for table, row in self._filled:
            city = row.region if row.match and row.match.official else None
            (self._by_region[city] if city else self._without_region).append((table, row))
        self.found: list[Overlap] = []
        self._add(self._of_counties())
        if has_enough_counts(self._form):
            self._find_sums()
        else:
            self._add(self._sums_of_another_form())
            self._add(self._of_unknown_name())
        if any(row.is_unit for _, row in self._rows):
            self._add(self._of_whole_unit())

    def _add(self, found: Iterable[Overlap]) -> None:
        """Record overlaps; their rows that do not count no longer remain."""
        new = list(found)
        self.found += new
        if left_out := _left_out(new):
            self._remaining = [placed for placed in self._remaining if row_where(*placed) not in left_out]

    def _of_counties(self) -> Iterator[Overlap]:
        """R208: rows of places below the regions, beside their city's row or of an uncertain city."""
        for table, row in self._without_region:
            below = row.match.below if row.match else None
            if below is None:
                continue
            beside = [city for city in below.cities if city in self._by_region]
            placed = [each for name in beside for each in self._by_region[name]]
            answers = (includes(text, below, [city for _, city in placed]) for text in self._words_about(row))
            included = next((answer for answer in answers if answer is not None), None)
            if below.reports_itself and not included:
                continue
            if below.namesakes or not below.cities:
                why = "没有写明是哪个市的，无法判断是否与该市的行重复"
                fact, request = "{region}没有写明是哪个市，在写明之前不计入汇总", "请把地区写成市的全称。"
                message = compose(fact, request, region=RegionName(row.region or ""))
                hit = Hit(message, table, row, "region", explained=False)
                yield Overlap(table, row, "R208", False, why, hit)
            elif beside:
                if len(below.cities) == 1 and self._is_sum_of_parts(below.cities[0]):
                    yield Overlap(table, row, "R208", False, f"“{below.cities[0]}”的数字等于所辖各行之和，只计一次")
                    continue
                counts = included is False
                owner = "、".join(f"“{city}”" for city in beside)
                state = "备注说明不包括在内，已计入汇总" if counts else "在备注说明之前不计入汇总"
                fact = f"{{region}}属于{{owner}}，两行同时填报：市的数字是否已包括它？{state}"
                request = "" if counts else "如果不包括，请在备注中写明“市数据不含本行”；如果已包括，请删去这一行。"
                message = compose(fact, request, region=RegionName(row.region or ""), owner=owner)
                why = f"可能已包括在{owner}的数字里（R208）"
                places = tuple([located(*each) for each in placed])
                hit = Hit(message, table, row, "region", explained=included is not None, further=places)
                yield Overlap(table, row, "R208", counts, why, hit)

    def _words_about(self, place: Row) -> Iterator[str]:
        """Texts about a place: its 备注, in this form and others, and what staff wrote."""
        yield place.text("remarks")
        for table in self._case.filing.tables:
            for row in table.rows:
                if row.region == place.region:
                    yield row.text("remarks")
                    yield self._case.comparisons.inclusions.get((row.region or "", row_mark(table.form, row, ())), "")

    def _is_sum_of_parts(self, city: str) -> bool:
        """Whether a city's only row is the sum of its counties' rows, here or in another form."""
        rows = self._by_region.get(city, ())
        below = [(row, row.match.below) for _, row in self._without_region if row.match and row.match.below]
        parts = [row for row, place in below if place.cities == (city,)]
        here = len(parts) > 1 and len(rows) == 1 and adds_up(self._form, rows[0][1], parts)
        return here or any(form._is_sum_of_parts(city) for form in self._other_forms)

    def _find_sums(self) -> None:
        """R209: leave out rows that hold others until no such row is left; then rows of unknown name."""
        keys = [column.key for column in self._form.of_kind(Kind.COUNT)]
        nameless = [*self._of_unknown_name()]
        while len(self._remaining) > _LEAST:
            found = {row_where(item.table, item.row) for item in self.found if item.rule == "R209"}
            unclear = _left_out(nameless)
            candidates = list[SumCandidate]()
            for table, row in self._remaining:
                if not row.is_unit:
                    match = row.match
                    own_level = match and (match.is_own_level or (match.below and match.below.own_level))
                    least = _LEAST_OF_PLACES if match and match.name and not own_level else _LEAST
                    counts = not unclear or row_where(table, row) not in unclear
                    figures = tuple([figure or 0 for figure in row.numbers(keys)])
                    candidates.append(SumCandidate(table, row, figures, least, counts))
            tables = [list(rows) for _, rows in groupby(candidates, key=lambda of: (of.table.file, of.table.sheet))]
            new = [item for item in sums_among(tables) if row_where(item[0].table, item[0].row) not in found]
            if not new:
                break
            self._add(starmap(self._overlap_of_sum, new))
            nameless = [*self._of_unknown_name()]
        self._add(nameless)

    def _overlap_of_sum(self, of: SumCandidate, holds: Holds, held: str) -> Overlap:
        """A row that holds others; it counts where it is a region close to their sum, or exceeds it."""
        table, row, how = of.table, of.row, holds.value.format(held)
        counts = holds is Holds.MORE or (holds is Holds.CLOSE and bool(row.match and row.match.reports))
        if not counts and (name := identity(row)):
            self._sums.add(name)
        state = "暂按一个地区的数计入汇总" if counts else "不计入汇总，以免重复"
        sums = "填的是全省或几个地区的数，请改正" if holds is Holds.MORE else "它是小计或合计，请在各表中删去"
        request = f"如果{sums}；如果不是，请{'在备注中说明' if counts else '核对它的数字'}。"
        message = compose("{row}的各项数字都{how}，{state}", request, row=named_row(row), how=how, state=state)
        why = "" if counts else f"各项数字都{how}，计入会重复（R209）"
        return Overlap(table, row, "R209", counts, why, Hit(message, table, row, "region"))

    def _sums_of_another_form(self) -> Iterator[Overlap]:
        """R209 in a form with too few figures: rows that are sums in another form."""
        forms = {name: rows._form.key for rows in self._other_forms for name in rows._sums}
        sums = [(table, row) for table, row in self._remaining if forms and identity(row) in forms]
        if len(sums) == len(self._remaining):
            return
        for table, row in sums:
            yield Overlap(table, row, "R209", False, f"在{forms[identity(row) or '']}中的各项数字是其他行之和（R209）")

    def _of_unknown_name(self) -> Iterator[Overlap]:
        """Rows of unknown name that do not count; R201 and R202 ask about them."""
        unknown = [placed for placed in self._remaining if not (placed[1].match and placed[1].match.name)]
        if not unknown:
            return
        missing = {region.name for region in self._unit.regions} - self._by_region.keys()
        unknown_in = Counter(table.file for table, _ in unknown)
        placed = (self._by_region.get(region.name, ()) for region in self._unit.regions)
        regions_in = Counter(file for rows in placed for file in {table.file for table, _ in rows})
        # Unknown rows may be the missing regions in a file that lists most of the unit's.
        whole = {file for file, number in regions_in.items() if 2 * number > len(self._unit.regions)}
        filling = {file for file, number in unknown_in.items() if number <= len(missing) and file in whole}
        for table, row in unknown:
            owners = self._case.edition.gazetteer.owners(row.region) if row.region else []
            if owners:
                names = "、".join(unit.name for unit in owners)
                yield Overlap(table, row, "R202", False, f"“{row.region}”不是{self._unit.name}的地区，是{names}的")
            elif table.file not in filling and not (row.match and missing.intersection(row.match.nearest)):
                what = f"“{row.region}”不是本单位的地区" if row.region else "没有地区名称"
                yield Overlap(table, row, "R202" if row.region else "R201", False, f"{what}，无法判断是否与其他行重复")

    def _of_whole_unit(self) -> Iterator[Overlap]:
        """R209: rows for the whole unit where its regions have rows; else the rows that such a row includes."""
        parts = [(table, row) for table, row in self._remaining if row.match and row.match.name and not row.is_unit]
        if any(row.match and not row.match.is_own_level for _, row in parts):
            yield from (self._beside_parts(table, row, parts) for table, row in self._rows if row.is_unit)
        elif whole := next((row for _, row in self._filled if row.is_unit), None):
            blank = [(table, row) for table, row in self._rows if not row.is_filled]
            for table, row in (*(placed for placed in self._remaining if not placed[1].is_unit), *blank):
                yield self._within_whole(table, row, whole)

    def _beside_parts(self, table: Table, row: Row, parts: Sequence[Placed]) -> Overlap:
        """The overlap of a row for the whole unit, with the figures that differ from its regions' sum."""
        differing = list[Message]()
        for column in self._form.of_kind(Kind.COUNT):
            whole, figures = row.number(column.key), [part.number(column.key) for _, part in parts]
            filled = [figure for figure in figures if figure is not None]
            if whole is not None and len(filled) == len(parts) and whole != sum(filled):
                fact = "{label}{whole:,}，各地区之和{sum:,}"
                differing.append(compose(fact, label=column.label, whole=whole, sum=sum(filled)))
        fact = "{region}与{parts}个地区的行同时填报，汇总只计各地区，不计这一行"
        gaps = "它与各地区之和不一致：{differing:；}" + ("等。" if len(differing) > 4 else "。")
        request = "请核对是地区没有报全，还是数字有误。"
        region = RegionName(row.region or "")
        message = compose(fact, gaps, request, region=region, parts=len(parts), differing=Several(differing[:4]))
        why = f"各地区已分别填报，“{row.region}”一行不再计入（R209）"
        return Overlap(table, row, "R209", False, why, Hit(message, table, row, "region") if differing else None)

    def _within_whole(self, table: Table, row: Row, whole: Row) -> Overlap:
        """The overlap of a row within one for the whole unit: 本级, an unknown name, a blank region."""
        fact = "{region}与{whole}一行同时填报，汇总只计{whole}，不计这一行"
        request = "如果两行互不包含，请改为各地区分别填报。"
        message = compose(fact, request, region=RegionName(row.region or ""), whole=Quote(whole.region))
        why = f"已包括在“{whole.region}”一行里（R209）"
        is_asked = row.region and row.is_filled
        return Overlap(table, row, "R209", False, why, Hit(message, table, row, "region") if is_asked else None)


def named_row(row: Row) -> str:
    """A row's name in a message: its region, else its line."""
    return RegionName(row.region) if row.region else f"第{row.place.row}行"
