"""Group R: rows that are no data, regions missing or wrongly named, regions that would count twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from itertools import permutations
from operator import eq

from msgspec import Struct

from hrss12333.checking.counting import Placed, counted_rows, identity, not_counted, not_counted_by, overlaps_of
from hrss12333.checking.reasons import reason_among, spoken_names
from hrss12333.checking.rule import Case, Hit, Scope, error, query, suggest
from hrss12333.checking.sums import ENOUGH_FIGURES
from hrss12333.model.check_code import content
from hrss12333.model.filing import Filing, Row, Table
from hrss12333.model.finding import Severity, located, row_where
from hrss12333.model.message import Quote, RegionName, Several, compose
from hrss12333.patterns import grouped
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind

_UNLESS = "如果是全年的有效数据，请删去或改正这句话；否则请另报。"
_MOST_NAMED = 5
"""Regions that a message lists."""


@error(
    "R201 填了数但没有地区名称",
    scope=Scope.ROWS_OF_UNIT,
    why="不知道是哪个地区的数据。",
    example="地区栏空白，来电总量2500 → 地区栏填写“广州市”",
)
def region_missing(case: Case) -> Iterator[Hit]:
    """A filled row without a region."""
    for table in case.filing.tables:
        if table.form.region.key not in table.headings:
            continue
        for row in table.rows:
            if row.region is None and row_where(table, row) not in not_counted_by(case, "R209"):
                lacking = gaps(case, table.form)
                fact = f"第{{row}}行填了数据，但没有地区名称，{_counts_in_words(case, table, row)}，请补上"
                message = compose(fact, lacking.asked, row=row.place.row)
                is_sole = len(lacking.missing) == lacking.nameless == 1
                suggestion = suggest("本表只缺这个地区", {"region": lacking.missing[0]}) if is_sole else None
                yield Hit(message, table, row, "region", suggestion=suggestion)


@query(
    "R202 地区名称在本单位中找不到",
    scope=Scope.ROWS_OF_UNIT,
    why="名称只在本单位内按规范名称、简称核对，对不上的不作猜测。只有它可能就是本单位还没有填的某个地区时，数据才暂按所写名称计入。新疆的兵团十市由兵团按师报送：兵团报了这个师的，新疆的这一行不计。",
    example="广东省填了“广卅市” → 广州市",
)
def region_unknown(case: Case) -> Iterator[Hit]:
    """A region that the unit does not have; the message names the nearest regions."""
    if (unit := case.filing.unit) is None:
        return
    for table, row in case.rows():
        is_other = row.region in unit.enclaves or _is_unknown(row)
        if is_other and row_where(table, row) not in not_counted_by(case, "R209"):
            yield _unknown_region(case, unit, table, row)


def _unknown_region(case: Case, unit: Unit, table: Table, row: Row) -> Hit:
    """R202 about one row: the unit that has this region, or the region of the unit that it may be."""
    name = row.region or ""
    if owners := case.edition.gazetteer.owners(name):
        theirs = unit.enclaves.get(name, "")
        counts = "{names}报了“{theirs}”的，这一行不计入汇总，没有报的暂计入" if theirs else "不计入汇总"
        fact, more = "{region}不在{unit}的地区名单中", f"它是{{names}}的地区，{counts}。"
        request = "请核对是否填错了表。"
        names, region = "、".join(owner.name for owner in owners), RegionName(name)
        message = compose(fact, more, request, region=region, unit=unit.name, names=names, theirs=theirs)
        return Hit(message, table, row, "region")
    nearest = row.match.nearest if row.match else ()
    lacking = gaps(case, table.form)
    fact = f"{{region}}不在{{unit}}的地区名单中，{_counts_in_words(case, table, row)}"
    is_it = "是否为{nearest:}？" if nearest else ""
    others = {*lacking.missing} - {*nearest}
    request = "请改为规范名称，或删去这一行；如确有此填报单位，请在备注中写明它的名称和原因。"
    region, named = RegionName(name), Several(map(Quote, nearest))
    asked = lacking.asked if others else ""
    message = compose(fact, is_it, asked, request, region=region, unit=unit.name, nearest=named)
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
    example="广东省只有20个市的数据 → 21个市都有一行，或在备注中写明缺少哪个市、为什么",
)
def regions_missing(case: Case) -> Iterator[Hit]:
    """Expected regions without a row in any form, unless rows of unknown name may be theirs."""
    forms = [form for form in case.edition.forms if any(table.rows for table in case.filing.tables_of(form))]
    if case.holds_unread or case.comparisons.lists_missing or not forms:
        return
    lacking = [gaps(case, form) for form in forms]
    if len({region for each in lacking for region in each.present}) < 2:
        return  # A filing of one city is complete.
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
    """The expected regions without a row in a form, and how many rows may be theirs."""

    present: set[str | None]
    """Regions with a row, whether it counts or not."""
    missing: tuple[str, ...]
    """Official names of the others."""
    nameless: int = 0
    """Number of rows that may be a missing region's: without a name, of unknown name, 样例, another's name."""

    @property
    def accounted(self) -> bool:
        """Whether as many of these rows are asked about (R201, R202, R203, R206) as regions are missing."""
        return 0 < len(self.missing) <= self.nameless

    @cached_property  # read at each of thousands of rows
    def asked(self) -> str:
        """A sentence that asks, at such a row, for the missing regions; empty where R204 asks for them."""
        return f"本表缺少{''.join(f'“{name}”' for name in self.missing)}，请核对是否就是它。" if self.accounted else ""


def gaps(case: Case, form: Form) -> Gaps:
    """The gaps of a form, worked out once for a case."""
    return case.once(("gaps", form.key), lambda: _gaps(case, form))


def missing_from(filing: Filing, form: Form) -> tuple[str, ...]:
    """Expected regions without a row in a form; none where the unit answers as a whole."""
    unit = filing.unit
    tables = [table for table in filing.tables_of(form) if table.rows] or filing.tables
    named = any(r.match and r.match.official and r.is_filled for t in tables for r in t.rows)
    if unit is None or (not named and any(row.is_unit for table in tables for row in table.rows)):
        return ()
    present = {row.region for table in filing.tables_of(form) for row in table.rows}
    return tuple([region.name for region in unit.regions if region.name not in present])


def _gaps(case: Case, form: Form) -> Gaps:
    tables = case.filing.tables_of(form)
    rows = [(row, table.file) for table in tables for row in table.rows]
    left_out = [(item.region, item.file) for item in case.left_out if item.form == form.key and item.region]
    present = {name for row, _ in rows for name in (row.region, identity(row))} | {name for name, _ in left_out}
    missing = tuple([name for name in missing_from(case.filing, form) if name not in present])
    if not missing:
        return Gaps(present, ())
    filled = [(row.region, file, content(form, row, Kind.REGION, Kind.TEXT)) for row, file in rows if row.is_filled]
    kept = {(name, file) for name, file, _ in filled if name}  # the same row again is no other region's
    names = [*((name, file) for name, file, _ in {*filled} if name), *(item for item in left_out if item not in kept)]
    return Gaps(present, missing, _number_nameless(tables) + len(names) - len(set(names)))


def _number_nameless(tables: Iterable[Table]) -> int:
    """The number of rows in these tables whose name is missing, unknown or 样例."""
    return sum(len(filled_samples(t)) + sum(r.region is None or _is_unknown(r) for r in t.rows) for t in tables)


def filled_samples(table: Table) -> list[Row]:
    """The sample rows whose figures are not the form's printed ones (R206)."""
    printed = {column.key: column.sample for column in table.form.of_kind(Kind.COUNT) if column.key in table.headings}
    return [r for r in table.samples if any(r.scalar(k) != printed[k] and r.get(k).found is not None for k in printed)]


@query(
    "R207 两张表的地区不一致",
    scope=Scope.ROWS_OF_UNIT,
    why="附表1和附表2由同样的地区填报，一张表有而另一张没有，多半是漏填。",
    example="附表1有珠海市，附表2没有 → 两张表的地区相同",
)
def regions_differ(case: Case) -> Iterator[Hit]:
    """Regions with a row in one form and none in another."""
    named: dict[str, dict[str, Placed]] = defaultdict(dict)
    if case.holds_unread:
        return
    for table, row in counted_rows(case):
        below = row.match.below if row.match and not row.match.reports else None
        is_beside = below and not named[table.form.key].keys().isdisjoint(below.cities)  # R208 asks.
        if not (is_beside or _is_unknown(row)) and (name := identity(row)):
            named[table.form.key].setdefault(name, (table, row))
    of_cities = cities_are_asked(case)
    for form, other in permutations([form for form in case.edition.forms if form.key in named or of_cities], 2):
        lacking = gaps(case, other)
        # A row that is there twice may be the missing region's, unless each file is one city's.
        elsewhere = {*lacking.present, *(lacking.missing if lacking.accounted and not of_cities else ())}
        alone = [placed for name, placed in named[form.key].items() if name not in elsewhere]
        for file, of_file in grouped(alone, lambda placed: placed[0].file).items():
            tables = [table for table in case.filing.tables_of(other) if table.file == file]
            if _number_nameless(tables) >= len(of_file) or (tables and not any(table.rows for table in tables)):
                continue  # other rules ask about as many rows, or about the whole table
            for table, row in of_file:
                fact = "{region}在{form}中有，在{other}中没有"
                request = "请核对{other}是否漏填；没有的，在任一行的备注中写明地区名称和原因。"
                message = compose(fact, request, region=RegionName(row.region or ""), form=form.key, other=other.key)
                yield Hit(message, table, row, "region", named=spoken_names(identity(row)))


def cities_are_asked(case: Case) -> bool:
    """Whether each file is one city's: a missing form is then asked of the city, not of the unit (F006)."""
    files = grouped(case.filing.tables, lambda table: table.file).values()
    rows = ([row for table in tables for row in table.rows] for tables in files)
    named = ({row.region for row in listed if row.match and row.match.official} for listed in rows)
    return case.comparisons.lists_missing and all(len(regions) <= 1 for regions in named)


@error("R205 没有数据行", why="表里只有样例或空行，没有任何地区的数据。", example="空白调查表 → 每个地区填一行")
def no_rows(case: Case) -> Iterator[Hit]:
    """A form without any data row."""
    for table in case.filing.tables:
        if not (table.rows or table.concealed or filled_samples(table)):  # R210 and R206 ask about those
            yield Hit(compose("{form}没有填任何地区的数据", form=table.form.key), table)


@query(
    "R206 样例行填了自己的数，或样例的数抄进了地区的行",
    doubts=True,
    why="样例行从不计入数据：保留原样的不用管，填了别的数的，可能是真实数据。样例的数字出现在真实地区的行里，多半是忘了改。",
    clause="附表1、附表2样例行",
    example="广州市的数字与样例完全相同（2500、1000、1000、500……） → 删去样例行，或保留原样；真实地区填自己的数",
)
def sample_rows(case: Case) -> Iterator[Hit]:
    """Sample rows with figures other than the printed ones, and data rows with the printed ones."""
    for table in case.filing.tables:
        # The printed figures of the columns that the sheet has.
        sample = {column.key: column.sample for column in table.form.data if column.key in table.headings}
        figures = [column.key for column in table.form.of_kind(Kind.COUNT) if column.key in sample]
        for row in filled_samples(table):
            request = "如果是真实数据，请把地区名改过来；否则请恢复原样或删去。"
            yield Hit(compose("样例行的数字与样例不同，没有计入数据", request), table, row, "region")
        # One figure, or answers of 是, may equal the sample by chance.
        compared, enough = (figures, ENOUGH_FIGURES) if len(figures) >= ENOUGH_FIGURES else ([*sample], len(sample))
        printed = [column.sample if column.key in compared else ... for column in table.form.columns]
        if not figures:
            continue
        for row in table.rows:
            alike = sum(map(eq, row.scalars_in(table.form), printed))
            if alike >= enough:
                fact = "这一行有{alike}项与样例完全相同，请核对是否忘了改成本地区的数据"
                message = compose(fact, "确实如此的，请在备注中写明地区名称和原因。", alike=alike)
                yield Hit(message, table, row, "region")


@query(
    "R210 被划掉、隐藏，或注明作废、测试的行；旧表、备份、样表",
    why="加了删除线、隐藏或行高为零的行，打印出来看不到或已经作废，不计入数据；一格里单独写明整行作废、测试的（此行作废，不计入），"
    "工作表、文件的名称写明作废、测试、旧表、备份、样表的，也不计入。如果是有效数据，请恢复显示，或删去、改正这句话。"
    "没有别的行、表或文件代替的，是强制性错误。",
    example="石嘴山市一行被隐藏 → 删去作废的行；有效的行取消隐藏、删除线，删去备注中的“作废”",
)
def concealed(case: Case) -> Iterator[Hit]:
    """Concealed rows, and rows, tables and files that are called void or a test: none of them counts."""
    if case.filing.unfit:
        yield Hit(compose("{unfit}，汇总时整个文件不计入", _UNLESS, unfit=case.filing.unfit))
    yield from left_out_hits(case.filing, of_year=False)
    for table in case.filing.tables:
        if table.unfit and not case.filing.unfit:
            yield Hit(compose("{unfit}，汇总时这张表不计入", _UNLESS, unfit=table.unfit), table)
        for item in table.concealed:
            written = ((column.label, item.row.get(column.key).found) for column in table.form.of_kind(Kind.COUNT))
            filled = ((label, found) for label, found in written if found is not None)
            shown = ((label, found if type(found) is int else str(found)) for label, found in filled)
            figures = [compose("{label}{found}", label=label, found=found) for label, found in shown]
            valid = "删去或改正这句话" if item.by_own_words else "恢复显示"
            fact = "{text}一行{how}，没有计入" + ("（{figures:、}）" if figures else "")
            request = f"如果是有效数据，请{valid}；如果作废，请删去这一行，或在备注中写明地区名称和原因。"
            text: RegionName | Quote = RegionName(item.text) if item.text == item.row.region else Quote(item.text)
            message = compose(fact, request, text=text, how=item.how, figures=Several(figures))
            yield Hit(message, table, item.row, value=item.text)


def left_out_hits(filing: Filing, *, of_year: bool) -> Iterator[Hit]:
    """The sheets with a form that were not read: for their year (M705), or for their name (R210)."""
    for sheet in [sheet for sheet in filing.left_out if sheet.of_year is of_year]:
        severity = Severity.ERROR if sheet.alone and sheet.lost else None if sheet.lost else Severity.NOTE
        lost = "，其中{lost:、}的数在读取的表里没有" if sheet.lost else ""
        request = "是本次报送的数据，请填到读取的表里；不用报送的，请删去这张工作表。" if sheet.lost else ""
        fact = "工作表{sheet}的{form}{reason}，没有读取" + lost
        name, reason = Quote(sheet.place.sheet), sheet.reason
        named = Several(RegionName(region) for region in sheet.lost[:_MOST_NAMED])
        message = compose(fact, request, sheet=name, form=sheet.form, reason=reason, lost=named)
        yield Hit(message, place=sheet.place, form=sheet.form, severity=severity)


@error(
    "R203 同一地区填了两次",
    doubts=True,
    why="同一张表里一个地区只能有一行，否则会重复计算。两行内容不同的，不知道以哪一行为准，都不计入汇总；内容相同的只计一次，作为提示。同一封邮件、同一个压缩包里的几个文件也一样，名称注明更正的除外。",
    example="两行都是“广州市”，数字不同 → 合并为一行，或把写错的地区名改过来",
)
def region_twice(case: Case) -> Iterator[Hit]:
    """A region in two rows of one form in a file; the hit is at the later row."""
    seen: dict[tuple[object, ...], tuple[Table, Row]] = {}
    for table, row in case.rows():
        key = table.file, table.form.key, table.part, identity(row)
        first, before = seen.setdefault(key, (table, row))
        if before is row or key[-1] is None:
            continue
        elsewhere = compose("工作表{sheet}的{cell}", sheet=Quote(first.sheet), cell=before.place.a1)
        where = before.place.a1 if first.sheet == table.sheet else elsewhere
        blank = [each for each in (row, before) if not each.is_filled]
        if before in blank:
            seen[key] = (table, row)
        same = len({content(table.form, each, Kind.REGION, Kind.TEXT) for each in (row, before)}) == 1
        fact, request = "{region}在{where}已经填过，", ""
        if same or blank:
            fact += "内容相同，只计一次" if same else "没有填数的一行不计"
        else:
            fact += "内容不同，两行都不计入汇总，请核对是重复填写还是地区名写错"
            request = gaps(case, table.form).asked
        message = compose(fact, request, region=RegionName(row.region or ""), where=where)
        severity = Severity.NOTE if same or blank else None
        yield Hit(message, table, row, "region", severity=severity, further=(located(first, before),))


def _overlap_hits(case: Case, rule: str) -> Iterator[Hit]:
    return (item.hit for item in overlaps_of(case) if item.rule == rule and item.hit)


PLACE_BESIDE_ITS_CITY = query(
    "R208 区县、功能区与所在的市同时填报",
    scope=Scope.ROWS_OF_UNIT,
    why="市的数字多半已包括所辖的区县、新区和市本级，两行都计会重复。已知单独报送的（定州、雄安、河南省直管县等）照计；"
    "其余的在备注说明市的数字不包括它之前，不计入汇总。",
    example="苏州市、昆山市各一行，没有说明 → 只留苏州市；或在备注写明“苏州市数据不含昆山”",
)(partial(_overlap_hits, rule="R208"))
ROW_THAT_HOLDS_OTHERS = query(
    "R209 一行的数是其他各行之和",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why="一行已经包括其他行的，再计就重复了。全省（区、市）一行只计各地区，两者不一致的请核实。其他的行（本级、片区、名称不明的、地区），"
    "不为0的数至少有四项、都等于本单位其余各行之和，或等于上面、下面相连几行之和的，不计入；都相差不到1%的，是本单位地区的暂计入，其余不计入；"
    "都不小于本单位其余各行之和的，暂计入；请核实。"
    "数字少的附表2随附表1。一个市等于所辖各县之和的，计市不计县。",
    example="“自治区本级”的各项数字都等于五个市之和；“全区”来电总量1,000，五个市相加991 → 只填各地区；全省数写在合计行",
)(partial(_overlap_hits, rule="R209"))
