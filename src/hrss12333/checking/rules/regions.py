"""Group R: which regions have a row, and by what name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from hrss12333.checking.counting import At, Overlap, identity, is_filled, left_out, overlaps
from hrss12333.checking.rule import Case, Hit, Scope, rule, suggest
from hrss12333.checking.sums import adds_up
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Severity
from hrss12333.model.said import FormName, Quote, Region, Several, Words, say
from hrss12333.survey.region_names import match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

CITIES = "通知第一部分第（二）条（组织所辖各地市填报）"


@rule(
    "R201",
    Severity.ERROR,
    scope=Scope.ROWS_OF_UNIT,
    title="填了数但没有地区名称",
    why="不知道是哪个地区的数据。",
    clause=CITIES,
    wrong="地区栏空白，来电总量2500",
    right="地区栏填写“广州市”",
)
def region_missing(case: Case) -> Iterator[Hit]:
    """A filled row without a region."""
    for table in case.filing.tables:
        if table.form.region.key in table.headings:
            for row in table.rows:
                if row.region is None and (table.file, row.place) not in not_counted(case, "R209"):
                    missing = sole_missing(case, table.form)
                    yield Hit(
                        say(
                            "第{row}行填了数据，但没有地区名称，请补上",
                            PERHAPS if (left := perhaps(case, table.form)) else "",
                            row=row.place.row,
                            left=left,
                        ),
                        table=table,
                        row=row,
                        field="region",
                        suggestion=suggest("本表只缺这个地区", {"region": missing}) if missing else None,
                    )


@rule(
    "R202",
    Severity.QUERY,
    scope=Scope.ROWS_OF_UNIT,
    title="地区名称在本单位中找不到",
    why="名称只在本单位内按规范名称、简称核对，对不上的不作猜测。只有它可能就是本单位还没有填的某个地区时，数据才暂按所写名称计入。新疆的兵团十市由兵团按师报送：兵团报了这个师的，新疆的这一行不计。",
    clause=CITIES,
    wrong="广东省填了“广卅市”",
    right="广州市",
)
def region_unknown(case: Case) -> Iterator[Hit]:
    """A region that the unit does not have; the nearest official names are offered."""
    unit = case.filing.unit
    for table in case.filing.tables:
        if unit is None or not _is_of(table, unit):
            continue
        for row in table.rows:
            named = row.marked.get("region")
            if named and named.doubt:
                said = say(
                    "地区填的是{found}，按{region}计入；{doubt}，请核对",
                    found=Quote(named.found),
                    region=Region(named.value),
                    doubt=Words(named.doubt),
                )
                yield Hit(said, table=table, row=row, field="region")
            theirs = unit.enclaves.get(row.region or "")
            if not (theirs or _unknown(row)) or (table.file, row.place) in not_counted(case, "R209"):
                continue
            owners = case.edition.gazetteer.owners(row.region or "")
            if owners:
                names = "、".join(owner.name for owner in owners)
                counts = "{names}报了“{theirs}”的，这一行不计入汇总，没有报的暂计入" if theirs else "不计入汇总"
                yield Hit(
                    say(
                        "{region}不在{unit}的地区名单中",
                        f"它是{{names}}的地区，{counts}。",
                        "请核对是否填错了表。",
                        region=Region(row.region or ""),
                        unit=unit.name,
                        names=names,
                        theirs=theirs or "",
                    ),
                    table=table,
                    row=row,
                    field="region",
                )
                continue
            nearest = match_region(unit, row.region or "").nearest
            left = [name for name in nearest if name in missing_regions(case, table.form)]
            near = left == list(nearest[:1])
            unnamed = perhaps(case, table.form, offered=nearest)
            yield Hit(
                say(
                    "{region}不在{unit}的地区名单中",
                    "是否为{nearest:}？" if nearest else "",
                    PERHAPS if unnamed else "",
                    "请改为规范名称；如确有此填报单位，请在备注中说明。",
                    region=Region(row.region or ""),
                    unit=unit.name,
                    nearest=Several(map(Quote, nearest)),
                    left=unnamed,
                ),
                table=table,
                row=row,
                field="region",
                suggestion=suggest("本表缺少的地区中只有它名称相近", {"region": left[0]}) if left and near else None,
            )


def _is_of(table: Table, unit: Unit) -> bool:
    """Whether the table is this unit's by its own header too; where it names another, H108 says so."""
    named = table.header["unit"].value if "unit" in table.header else None
    return named in (None, unit.name)


def _unknown(row: Row) -> bool:
    return row.match is not None and row.match.name is None and row.region is not None


@rule(
    "R204",
    Severity.QUERY,
    scope=Scope.UNIT,
    title="缺少所辖地区",
    why="各省应组织所辖各地市填报。由省集中提供服务、只填“全省”一行的不算缺少。",
    clause=CITIES,
    wrong="广东省只有20个市的数据",
    right="21个市都有一行，或说明缺少的原因",
)
def regions_missing(case: Case) -> Iterator[Hit]:
    """Expected regions without a row in a form, unless rows without a good name account for all of them.

    A city's own filing is no incomplete one of its province.
    """
    if len({region for form in case.edition.forms for region in _given(case, form)}) < 2:
        return
    for form in case.edition.forms:
        tables = [table for table in case.filing.tables_of(form) if table.rows]
        missing = missing_regions(case, form)
        if tables and missing and not _accounted(case, form):
            said = say(
                "{form}缺少{number}个地区：{names}",
                "请补报，或说明原因。",
                form=FormName(form.key),
                number=len(missing),
                names="、".join(missing),
            )
            yield Hit(said, table=tables[0])


def missing_regions(case: Case, form: Form) -> list[str]:
    """Official names of the expected regions that fill no row of this form."""
    return case.once(("missing", form.key), lambda: _missing_regions(case, form))


def _missing_regions(case: Case, form: Form) -> list[str]:
    tables = [table for table in case.filing.tables_of(form) if table.rows] or case.filing.tables
    unit = case.filing.unit
    named = any(r.match and r.match.official and is_filled(t.form, r) for t in tables for r in t.rows)
    if unit is None or (not named and any(row.match and row.match.whole for table in tables for row in table.rows)):
        return []
    given = _given(case, form)
    return [region.name for region in unit.expected if region.name not in given]


def _nameless(case: Case, form: Form) -> int:
    """Rows of this form whose name is missing, unknown or taken: each may be a region that seems to be missing."""
    tables = case.filing.tables_of(form)
    rows = [row for table in tables for row in table.rows]
    named = [(row.region, table.file) for table in tables for row in table.rows if row.region is not None]
    named += [(name, file) for key, name, file in case.disputed if key == form.key]
    return sum(row.region is None or _unknown(row) for row in rows) + len(named) - len(set(named))


def _accounted(case: Case, form: Form) -> bool:
    """Whether as many rows lack a good name as regions lack a row: one cause, reported at those rows (R201, R202, R203)."""
    missing = missing_regions(case, form)
    return bool(missing) and len(missing) <= case.once(("nameless", form.key), lambda: _nameless(case, form))


PERHAPS = "本表缺少{left:}，请核对是否就是它。"


def perhaps(case: Case, form: Form, offered: Sequence[str] = ()) -> Several:
    """Which missing region a row without a good name may be, beyond those ``offered`` anyway."""
    missing = missing_regions(case, form)
    if not _accounted(case, form) or set(missing) <= set(offered):
        return Several()
    return Several(map(Quote, missing))


def sole_missing(case: Case, form: Form) -> str | None:
    """The only region that has no row of this form, where only one row lacks a good name."""
    missing = missing_regions(case, form)
    return missing[0] if len(missing) == 1 and _accounted(case, form) and _nameless(case, form) == 1 else None


def overlaps_of(case: Case) -> list[Overlap]:
    """The rows that repeat what other rows say."""
    work_out = partial(overlaps, case.filing.unit, case.edition.gazetteer, case.filing.tables)
    return case.once("overlaps", work_out)


def not_counted(case: Case, rule: str = "") -> set[At]:
    """Where the rows stand that do not count, or do not by this rule."""
    work_out = partial(left_out, (item for item in overlaps_of(case) if rule in ("", item.rule)))
    return case.once(("not counted", rule), work_out)


def counted_rows(case: Case, *keys: str) -> Iterator[tuple[Table, Row]]:
    """The rows that count of every form that has these columns."""
    out = not_counted(case)
    for table in case.filing.tables:
        if table.form.has(*keys):
            yield from ((table, row) for row in table.rows if (table.file, row.place) not in out)


def summed_rows(case: Case, table: Table) -> Sequence[Row]:
    """The rows that a 合计 adds up: none that holds others; nor counties beside their cities, where it is the sum of the
    rest."""
    rows = [row for row in table.rows if (table.file, row.place) not in not_counted(case, "R209")]
    rest = [row for row in rows if (table.file, row.place) not in not_counted(case, "R208")]
    return rest if len(rest) < len(rows) and table.total and adds_up(table.form, table.total, rest) else rows


def _given(case: Case, form: Form) -> set[str | None]:
    """Regions that fill a row of this form, be it one in dispute."""
    return {row.region for table in case.filing.tables_of(form) for row in table.rows} | _disputed(case, form)


def _disputed(case: Case, form: Form) -> set[str]:
    return {name for key, name, _ in case.disputed if key == form.key}


@rule(
    "R207",
    Severity.QUERY,
    scope=Scope.UNIT,
    title="两张表的地区不一致",
    why="附表1和附表2由同样的地区填报，一张表有而另一张没有，多半是漏填。",
    clause=CITIES,
    wrong="附表1有珠海市，附表2没有",
    right="两张表的地区相同",
)
def regions_differ(case: Case) -> Iterator[Hit]:
    """Regions in one form that another form of the unit lacks."""
    given: dict[str, dict[str, tuple[Table, Row]]] = defaultdict(dict)
    for table in case.filing.tables:
        for row in table.rows:
            if name := identity(row):
                given[table.form.key].setdefault(name, (table, row))
    for item in overlaps_of(case):
        if not item.counts and not _unknown(item.row):
            given[item.table.form.key].pop(identity(item.row) or "", None)
    forms = [form.key for form in case.edition.forms if given.get(form.key)]
    for key in forms:
        for other in forms:
            form = case.edition.form(other)
            explained = {*_disputed(case, form), *(missing_regions(case, form) if _accounted(case, form) else ())}
            for name, (table, row) in given[key].items():
                if key != other and name not in given[other] and name not in explained and not _unknown(row):
                    yield Hit(
                        say(
                            "{region}在{form}中有，在{other}中没有，请核对{other}是否漏填",
                            region=Region(row.region or ""),
                            form=key,
                            other=other,
                        ),
                        table=table,
                        row=row,
                        field="region",
                    )
