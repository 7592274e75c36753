"""Group R: which regions have a row, and which rows are data at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from hrss12333.checking.counting import Overlap, identity, is_filled, overlaps
from hrss12333.checking.rule import Case, Hit, Scope, rule
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Severity, Suggestion
from hrss12333.survey.regions import Unit, match_region
from hrss12333.survey.schema import Form, Kind

CITIES = "通知第一部分第（二）条（组织所辖各地市填报）"
SAMPLE_ROW = "附表1、附表2样例行"


@rule(
    "R201",
    Severity.ERROR,
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
                if row.region is None:
                    hint, suggestions = perhaps(case, table.form)
                    yield Hit(
                        f"第{row.place.row}行填了数据，但没有地区名称，请补上。{hint}",
                        table=table,
                        row=row,
                        field="region",
                        suggestions=suggestions,
                    )


@rule(
    "R202",
    Severity.QUERY,
    title="地区名称在本单位中找不到",
    why="名称只在本单位内按规范名称、简称核对，对不上的不作猜测。只有它可能就是本单位还没有填的某个地区时，数据才暂按所写名称计入。",
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
            named = row.get("region")
            if named.doubt:
                told = f"地区填的是“{named.found}”，按“{named.value}”计入；{named.doubt}，请核对。"
                yield Hit(told, table=table, row=row, field="region")
            if not _unknown(row):
                continue
            owners = case.edition.gazetteer.owners(row.region or "")
            if owners:
                names = "、".join(owner.name for owner in owners)
                yield Hit(
                    f"“{row.region}”不在{unit.name}的地区名单中。它是{names}的地区，不计入汇总。请核对是否填错了表。",
                    table=table,
                    row=row,
                    field="region",
                )
                continue
            nearest = match_region(unit, row.region or "").nearest
            hint = f"是否为“{'”“'.join(nearest)}”？" if nearest else ""
            gap, missing = perhaps(case, table.form, told=nearest)
            near = tuple(Suggestion("region", name, "名称最接近") for name in nearest)
            yield Hit(
                f"“{row.region}”不在{unit.name}的地区名单中。{hint}{gap}"
                "请改为规范名称；如确有此填报单位，请在备注中说明。",
                table=table,
                row=row,
                field="region",
                suggestions=near + missing,
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
            names = "、".join(missing)
            yield Hit(f"{form.key}缺少{len(missing)}个地区：{names}。请补报，或说明原因。", table=tables[0])


def missing_regions(case: Case, form: Form) -> list[str]:
    """Official names of the expected regions that fill no row of this form."""
    return case.once(("missing", form.key), lambda: _missing_regions(case, form))


def _missing_regions(case: Case, form: Form) -> list[str]:
    rows = [row for table in case.filing.tables_of(form) for row in table.rows]
    unit = case.filing.unit
    named = any(row.match and row.match.official and is_filled(form, row) for row in rows)
    if unit is None or (not named and any(row.match and row.match.whole for row in rows)):
        return []
    given = _given(case, form)
    return [region.name for region in unit.expected if region.name not in given]


def _nameless(case: Case, form: Form) -> int:
    """Rows of this form whose name is missing, unknown or taken: each may be a region that seems to be missing."""
    rows = [row for table in case.filing.tables_of(form) for row in table.rows]
    names = [row.region for row in rows if row.region is not None]
    return sum(row.region is None or _unknown(row) for row in rows) + len(names) - len(set(names))


def _accounted(case: Case, form: Form) -> bool:
    """Whether as many rows lack a good name as regions lack a row: one cause, told at those rows (R201, R202, R203)."""
    missing = missing_regions(case, form)
    return bool(missing) and len(missing) <= case.once(("nameless", form.key), lambda: _nameless(case, form))


def perhaps(case: Case, form: Form, told: Sequence[str] = ()) -> tuple[str, tuple[Suggestion, ...]]:
    """Which missing region a row without a good name may be, beyond those ``told``; a single one is suggested."""
    missing = missing_regions(case, form)
    if not _accounted(case, form) or set(missing) <= set(told):
        return "", ()
    single = missing if len(missing) == 1 else []
    return f"本表缺少“{'”“'.join(missing)}”，请核对是否就是它。", tuple(
        Suggestion("region", name, "本表缺少的地区") for name in single
    )


def overlaps_of(case: Case, form: Form) -> list[Overlap]:
    """The rows of a form that say what others say too."""
    tables = [table for table in case.filing.tables_of(form) if table.rows]
    work_out = partial(overlaps, case.filing.unit, case.edition.gazetteer, tables)
    return case.once(("overlaps", form.key), work_out) if tables else []


def _given(case: Case, form: Form) -> set[str | None]:
    """Regions that fill a row of this form."""
    return {row.region for table in case.filing.tables_of(form) for row in table.rows}


@rule(
    "R205",
    Severity.ERROR,
    title="没有数据行",
    why="表里只有样例或空行，或者各行都是别的单位的地区，没有本单位任何地区的数据。",
    clause=CITIES,
    wrong="空白调查表",
    right="每个地区填一行",
)
def no_rows(case: Case) -> Iterator[Hit]:
    """A form without any data row, or with none but another unit's."""
    unit = case.filing.unit
    for table in case.filing.tables:
        if not table.rows:
            yield Hit(f"{table.form.key}没有填任何地区的数据。", table=table)
        elif unit is not None and (owners := _strangers(case, table)):
            yield Hit(
                f"{table.form.key}没有{unit.name}任何地区的数据：各行都是{'、'.join(owners)}的地区，不计入汇总。"
                "请核对报送单位是否写错，或者交错了文件。",
                table=table,
            )


def _strangers(case: Case, table: Table) -> list[str]:
    """The units whose regions all rows of a table are, where they are not its own unit's."""
    if any(row.match and row.match.name for row in table.rows):
        return []
    owners = [case.edition.gazetteer.owners(row.region or "") for row in table.rows if is_filled(table.form, row)]
    return list(dict.fromkeys(unit.name for known in owners for unit in known)) if all(owners) else []


@rule(
    "R206",
    Severity.NOTE,
    title="样例行",
    why="样例行从不计入数据；样例的数字出现在真实地区的行里，多半是忘了改。",
    clause=SAMPLE_ROW,
    wrong="广州市的数字与样例完全相同（2500、1000、1000、500……）",
    right="删去样例行，或保留原样；真实地区填自己的数",
)
def sample_rows(case: Case) -> Iterator[Hit]:
    """The sample row, ignored; and real rows that repeat its figures."""
    for table in case.filing.tables:
        for row in table.samples:
            changed = (
                ""
                if _repeats_sample(table, row) or not _filled(table.form, row)
                else "它的数字与样例不同，如果是真实数据，请把地区名改过来。"
            )
            severity = Severity.QUERY if changed else Severity.NOTE
            yield Hit(f"样例行没有计入数据。{changed}", table=table, row=row, field="region", severity=severity)
        for row in table.rows:
            if _counts(table) and _repeats_sample(table, row):
                yield Hit(
                    "这一行的数字与样例完全相同，请核对是否忘了改成本地区的数据。",
                    table=table,
                    row=row,
                    field="region",
                    severity=Severity.QUERY,
                )


def _filled(form: Form, row: Row) -> bool:
    return any(row.get(column.key).found is not None for column in form.data)


def _repeats_sample(table: Table, row: Row) -> bool:
    """Whether a row says what the form's sample says, in the columns that the sheet has."""
    given = [column for column in table.form.data if column.key in table.headings]
    return all(row.scalar(column.key) == column.sample for column in given)


def _counts(table: Table) -> list[str]:
    """The figures that the sheet has; answers of 是 alone prove no copy of the sample."""
    return table.present_columns(Kind.COUNT)


@rule(
    "R210",
    Severity.QUERY,
    title="被划掉、隐藏、看不见或注明作废的行",
    why="加了删除线、隐藏、行高为零或文字与底色相同的内容，打印出来看不到或已经作废，不计入数据；备注写明“此行作废”“重复，请删除”的"
    "也不计入。如果是有效数据，请恢复显示，或删去这句备注。",
    clause=CITIES,
    wrong="石嘴山市一行被隐藏",
    right="删去作废的行；有效的行取消隐藏、删除线，删去备注中的“作废”",
)
def concealed(case: Case) -> Iterator[Hit]:
    """Rows and columns that the sheet does not show as valid, or that say so: never counted, named with their figures."""
    for table in case.filing.tables:
        for item in table.concealed:
            if item.row is None:
                message = f"“{item.text}”栏{item.how}，没有读取。如果是有效数据，请恢复显示。"
            else:
                figures = "、".join(
                    f"{column.label}{value.found}"
                    for column in table.form.of_kind(Kind.COUNT)
                    if (value := item.row.get(column.key)).found is not None
                )
                told = f"（{figures}）" if figures else ""
                valid = "删去这句话" if item.says_so else "恢复显示"
                message = (
                    f"“{item.text}”一行{item.how}，没有计入{told}。如果是有效数据，请{valid}；如果作废，请删去这一行。"
                )
            # Words that take a row back are no reason to leave it there.
            explained = False if item.says_so else None
            yield Hit(message, table=table, row=item.row, place=item.place, value=item.text, explained=explained)


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
    for form in case.edition.forms:
        for item in overlaps_of(case, form):
            if not item.counts and not _unknown(item.row):
                given[form.key].pop(identity(item.row) or "", None)
    forms = [form.key for form in case.edition.forms if given.get(form.key)]
    for key in forms:
        for other in forms:
            form = case.edition.form(other)
            explained = set(missing_regions(case, form)) if _accounted(case, form) else set()
            for name, (table, row) in given[key].items():
                if key != other and name not in given[other] and name not in explained and not _unknown(row):
                    yield Hit(
                        f"“{row.region}”在{key}中有，在{other}中没有，请核对{other}是否漏填。",
                        table=table,
                        row=row,
                        field="region",
                    )


RULES = (
    region_missing,
    region_unknown,
    regions_missing,
    no_rows,
    sample_rows,
    regions_differ,
    concealed,
)
