"""Group R: which regions have a row, and by what name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import permutations

from msgspec import Struct

from hrss12333.checking.counting import Placed, counted_rows, identity, is_filled, not_counted, not_counted_by
from hrss12333.checking.reasons import is_reason, reason_among, spoken_names
from hrss12333.checking.rule import Case, Hit, Scope, error, query, suggest
from hrss12333.checking.sums import adds_up
from hrss12333.model.filing import Filing, Row, Table
from hrss12333.model.finding import row_where
from hrss12333.model.message import Quote, RegionName, Several, compose
from hrss12333.patterns import grouped
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind


@error(
    "R201 填了数但没有地区名称",
    scope=Scope.ROWS_OF_UNIT,
    why="不知道是哪个地区的数据。",
    wrong="地区栏空白，来电总量2500",
    right="地区栏填写“广州市”",
)
def region_missing(case: Case) -> Iterator[Hit]:
    """A filled row without a region."""
    for table in case.filing.tables:
        if table.form.region.key not in table.headings:
            continue
        for row in table.rows:
            if row.region is None and row_where(table, row) not in not_counted_by(case, "R209"):
                lacking = gaps(case, table.form)
                fact = "第{row}行填了数据，但没有地区名称，{counts}，请补上"
                counts = _counts_in_words(case, table, row)
                message = compose(fact, lacking.asked, row=row.place.row, counts=counts)
                sole = lacking.missing[0] if len(lacking.missing) == lacking.nameless == 1 else None
                suggestion = suggest("本表只缺这个地区", {"region": sole}) if sole else None
                yield Hit(message, table, row, "region", suggestion=suggestion)


@query(
    "R202 地区名称在本单位中找不到",
    scope=Scope.ROWS_OF_UNIT,
    why="名称只在本单位内按规范名称、简称核对，对不上的不作猜测。只有它可能就是本单位还没有填的某个地区时，数据才暂按所写名称计入。新疆的兵团十市由兵团按师报送：兵团报了这个师的，新疆的这一行不计。",
    wrong="广东省填了“广卅市”",
    right="广州市",
)
def region_unknown(case: Case) -> Iterator[Hit]:
    """A region that the unit does not have; the nearest official names are offered."""
    unit = case.filing.unit
    for table, row in case.rows():
        is_asked = unit and (row.region in unit.enclaves or _is_unknown(row))
        if unit and is_asked and row_where(table, row) not in not_counted_by(case, "R209"):
            yield _not_of(case, unit, table, row)


def _not_of(case: Case, unit: Unit, table: Table, row: Row) -> Hit:
    """R202 of a region that the unit does not have: its owner, or the region that it may be."""
    name = row.region or ""
    if owners := case.edition.gazetteer.owners(name):
        theirs = unit.enclaves.get(name, "")
        counts = "{names}报了“{theirs}”的，这一行不计入汇总，没有报的暂计入" if theirs else "不计入汇总"
        message = compose(
            "{region}不在{unit}的地区名单中",
            f"它是{{names}}的地区，{counts}。",
            "请核对是否填错了表。",
            region=RegionName(name),
            unit=unit.name,
            names="、".join(owner.name for owner in owners),
            theirs=theirs,
        )
        return Hit(message, table, row, "region")
    nearest = row.match.nearest if row.match else ()
    lacking = gaps(case, table.form)
    message = compose(
        "{region}不在{unit}的地区名单中，{counts}",
        "是否为{nearest:}？" if nearest else "",
        "" if {*nearest}.issuperset(lacking.missing) else lacking.asked,
        "请改为规范名称，或删去这一行；如确有此填报单位，请在备注中写明它的名称和原因。",
        region=RegionName(name),
        unit=unit.name,
        counts=_counts_in_words(case, table, row),
        nearest=Several(map(Quote, nearest)),
    )
    sole = suggest("本表缺少的地区中只有它名称相近", {"region": nearest[0]}) if nearest else None
    is_sole = [name for name in nearest if name in lacking.missing] == [*nearest[:1]]
    return Hit(message, table, row, "region", suggestion=sole if is_sole else None)


def _counts_in_words(case: Case, table: Table, row: Row) -> str:
    return "不计入汇总" if row_where(table, row) in not_counted(case) else "暂计入汇总"


def _is_unknown(row: Row) -> bool:
    return row.match is not None and row.match.name is None and row.region is not None


@query(
    "R204 缺少所辖地区",
    scope=Scope.UNIT,
    why="各省应组织所辖各地市填报。两张表合起来看；只有一张表缺的，见R207。由省集中提供服务、只填“全省”一行的不算缺少；列出没报的地区时不再提出。",
    wrong="广东省只有20个市的数据",
    right="21个市都有一行，或在备注中写明缺少哪个市、为什么",
)
def regions_missing(case: Case) -> Iterator[Hit]:
    """Expected regions without a row in any form, unless rows without a good name account for them.

    A filing of one city alone is not an incomplete one of its province.
    """
    forms = [form for form in case.edition.forms if any(table.rows for table in case.filing.tables_of(form))]
    if case.holds_unread or case.comparisons.lists_missing or not forms:
        return
    lacking = [gaps(case, form) for form in forms]
    if len({region for each in lacking for region in each.given}) < 2:
        return
    names = [name for name in lacking[0].missing if all(name in each.missing for each in lacking)]
    if not names or any(each.accounted for each in lacking):
        return
    explained = [name for name in names if reason_among(case.filing.tables, spoken_names(name))]
    for found in ([name for name in names if name not in explained], explained):
        fact = "缺少{number}个地区：{names}"
        request = "请补报；没有的，在任一行的备注中写明是哪个地区、为什么。"
        message = compose(fact, request, number=len(found), names="、".join(found))
        if found:
            yield Hit(message, named=tuple(found), explained=found[0] in explained or None)


class Gaps(Struct, frozen=True, dict=True):
    """The expected regions that fill no row of a form, and the rows that may be theirs."""

    given: set[str | None]
    """Regions with a row, also one that does not count."""
    missing: tuple[str, ...]
    """Official names of the others."""
    nameless: int = 0
    """Rows whose name is missing, unknown, taken or 样例: each may be a region that seems to be missing."""

    @property
    def accounted(self) -> bool:
        """Whether enough rows without a good name are asked about (R201, R202, R203, R206) to be the missing
        ones."""
        return 0 < len(self.missing) <= self.nameless

    @cached_property  # asked at each of thousands of rows
    def asked(self) -> str:
        """The question at a row without a good name, a sentence, in place of R204."""
        return f"本表缺少{''.join(f'“{name}”' for name in self.missing)}，请核对是否就是它。" if self.accounted else ""


def gaps(case: Case, form: Form) -> Gaps:
    """The gaps of a form."""
    return case.once(("gaps", form.key), lambda: _gaps(case, form))


def missing_from(filing: Filing, form: Form) -> tuple[str, ...]:
    """Expected regions without a row of a form; none where a row for the whole unit replaces them."""
    unit = filing.unit
    tables = [table for table in filing.tables_of(form) if table.rows] or filing.tables
    named = any(r.match and r.match.official and is_filled(t.form, r) for t in tables for r in t.rows)
    if unit is None or (not named and any(row.is_unit for table in tables for row in table.rows)):
        return ()
    given = {row.region for table in filing.tables_of(form) for row in table.rows}
    return tuple([region.name for region in unit.regions if region.name not in given])


def _gaps(case: Case, form: Form) -> Gaps:
    tables = case.filing.tables_of(form)
    rows = [(row, table.file) for table in tables for row in table.rows]
    left_out = [(item.region, item.file) for item in case.left_out if item.form == form.key and item.region]
    given = {name for row, _ in rows for name in (row.region, identity(row))} | {name for name, _ in left_out}
    missing = tuple([name for name in missing_from(case.filing, form) if name not in given])
    if not missing:
        return Gaps(given, ())
    names = [*((row.region, file) for row, file in rows if row.region), *left_out]
    unnamed = sum(row.region is None or _is_unknown(row) for row, _ in rows)
    unnamed += sum(len(own_samples(table)) for table in tables)
    return Gaps(given, missing, unnamed + len(names) - len(set(names)))


def own_samples(table: Table) -> list[Row]:
    """Rows called 样例 with figures of their own: R206 asks about them."""
    printed = {column.key: column.sample for column in table.form.of_kind(Kind.COUNT) if column.key in table.headings}
    return [r for r in table.samples if any(r.scalar(k) != printed[k] and r.get(k).found is not None for k in printed)]


def explained_of(places: Sequence[Placed], at: int = 0) -> Placed:
    """The row at which several are asked about: the first with a reason, else the one ``at`` this index."""
    return next((place for place in places if is_reason(place[1].text("remarks"), place[0].form)), places[at])


def summed_rows(case: Case, table: Table) -> Sequence[Row]:
    """The rows that a 合计 adds up: without sums; and without counties, if it is then the sum of the rest."""
    holding, within = not_counted_by(case, "R209"), not_counted_by(case, "R208")
    rows = [row for row in table.rows if row_where(table, row) not in holding] if holding else table.rows
    rest = [row for row in rows if row_where(table, row) not in within] if within else rows
    return rest if len(rest) < len(rows) and table.total and adds_up(table.form, table.total, rest) else rows


@query(
    "R207 两张表的地区不一致",
    scope=Scope.ROWS_OF_UNIT,
    why="附表1和附表2由同样的地区填报，一张表有而另一张没有，多半是漏填。",
    wrong="附表1有珠海市，附表2没有",
    right="两张表的地区相同",
)
def regions_differ(case: Case) -> Iterator[Hit]:
    """Regions in one form that another form of the unit lacks."""
    given: dict[str, dict[str, Placed]] = defaultdict(dict)
    if case.holds_unread:
        return
    for table, row in counted_rows(case):
        if not _is_unknown(row) and (name := identity(row)):
            given[table.form.key].setdefault(name, (table, row))
    every = cities_are_asked(case)
    for own, other in permutations([form for form in case.edition.forms if form.key in given or every], 2):
        lacking = gaps(case, other)
        # A row that is there twice may be the region that is missing, but not one of another city's file.
        elsewhere = {*lacking.given, *(lacking.missing if lacking.accounted and not every else ())}
        found = {name: placed for name, placed in given[own.key].items() if name not in elsewhere}
        for name, (table, row) in found.items():
            if not _is_asked_otherwise(case, table.file, other, [*found.values()]):
                fact = "{region}在{form}中有，在{other}中没有"
                request = "请核对{other}是否漏填；没有的，在任一行的备注中写明地区名称和原因。"
                message = compose(fact, request, region=RegionName(row.region or ""), form=own.key, other=other.key)
                yield Hit(message, table, row, "region", named=spoken_names(name))


def cities_are_asked(case: Case) -> bool:
    """Whether each file is a city's, which is itself asked about a form that it lacks (R207), not the unit (F006)."""
    files = grouped(case.filing.tables, lambda table: table.file).values()
    named = ({row.region for table in tables for row in table.rows} for tables in files)
    return case.comparisons.lists_missing and all(len(regions) == 1 for regions in named)


def _is_asked_otherwise(case: Case, file: str, form: Form, lacking: Sequence[Placed]) -> bool:
    """Whether other findings ask about as many rows of a form in a file as it lacks regions: rows without a good name; or about
    the whole table."""
    tables = [table for table in case.filing.tables_of(form) if table.file == file]
    odd = sum(row.region is None or _is_unknown(row) for table in tables for row in table.rows)
    odd += sum(len(own_samples(table)) for table in tables)
    return odd >= sum(table.file == file for table, _ in lacking) or (bool(tables) and not any(t.rows for t in tables))
