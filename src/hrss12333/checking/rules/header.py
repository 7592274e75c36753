"""Group H: the header of each form, and texts that name another owner (headers, names, mails).

In a filing of one city, another city of its unit is another owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from msgspec.structs import replace

from hrss12333.checking.reasons import spoken_names
from hrss12333.checking.rule import Case, Hit, Rule, error, query, rule, suggest
from hrss12333.model.check_code import code_of, codes_of, written_codes
from hrss12333.model.filing import BLANK, Filing, Problem, Row, Table, Value
from hrss12333.model.finding import Finding, Location, Severity, located
from hrss12333.model.message import Label, Quote, Several, compose
from hrss12333.model.text import Evidence, Text, TextKind, against
from hrss12333.reading.layout.attribution import NAMED_AROUND, header_city, lines_naming_units, units_named
from hrss12333.survey.gazetteer import Gazetteer, places_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import HEADER

_CONTACT_CLAUSE = "附表填表说明第1条"
_HEADER_LABELS = {item.key: Label(item.called) for item in HEADER}


@error(
    "H101 没有填报送单位",
    problem=Problem.UNIT_MISSING,
    why="不知道是哪个单位报送的，数据无法归入汇总。",
    example="（盖章）　　　　省（自治区、直辖市） → （盖章）　广东　省（自治区、直辖市）",
)
def unit_missing(case: Case) -> Iterator[Hit]:
    """A header without a unit."""
    for table in case.filing.tables:
        if table.header.get("unit", BLANK).found is None:
            absent = "这张表没有表头，请补上单位、联系人、手机号"
            blank = "表头没有填报送单位，请在“省（自治区、直辖市）”处填写单位名称"
            yield Hit(compose(absent if _lacks_header(case, table) else blank), table, field="unit")


@error(
    "H102 报送单位不是应报送的单位之一",
    problem=Problem.UNIT_UNKNOWN,
    why="报送单位是各省、自治区、直辖市和新疆生产建设兵团；名称对不上时不作猜测。",
    clause="主送单位",
    example="光东省 → 广东省",
)
def unit_unknown(case: Case) -> Iterator[Hit]:
    """A header whose unit is none of the units."""
    for table in case.filing.tables:
        value = table.header.get("unit", BLANK)
        if value.problem is not Problem.UNIT_UNKNOWN:
            continue
        unit, nearest = case.filing.unit, case.edition.gazetteer.match(str(value.found)).nearest
        likely = [name for name in nearest or (unit and (unit.name,)) or () if unit is None or name == unit.name]
        sole = likely[0] if len(likely) == 1 else ""
        why = "本文件别处写的是这个单位" if unit else "只有这个单位的名称相近"
        is_it = "是否为{nearest:}？" if nearest else ""
        fact = "{label}{found}不在报送单位名单中"
        label, found, named = _HEADER_LABELS["unit"], Quote(value.found), Several(map(Quote, nearest))
        message = compose(fact, is_it, "请改为规范名称。", label=label, found=found, nearest=named)
        yield Hit(message, table, field="unit", suggestion=suggest(why, {"unit": sole}) if sole else None)


def _lacks_header(case: Case, table: Table) -> bool:
    """Whether a form has no header while another of its filing has one: then H101 alone asks."""
    return not table.header and any(other.header for other in case.filing.tables)


def _contact_rule(heading: str, severity: Severity, problem: Problem, fact: str, **text: Any) -> Rule:
    """A rule about one field of the contact, which a header without the field's label lacks as well."""
    key, _, fault = problem.name.lower().partition("_")

    def check(case: Case) -> Iterator[Hit]:
        for table in case.filing.tables:
            value = table.header.get(key, BLANK)
            absent = fault == "missing" and key not in table.header and not _lacks_header(case, table)
            if absent or value.problem is problem:
                message = compose(fact, label=_HEADER_LABELS[key], found=Quote(value.found), note=value.note or "")
                yield Hit(message, table, field=key)

    return rule(heading, severity=severity, problem=problem, **text)(check)


NAME_MISSING = _contact_rule(
    "H103 没有填联系人",
    Severity.ERROR,
    Problem.NAME_MISSING,
    "表头没有填联系人，请填写姓名",
    why="填表说明要求务必填写联系人及手机号，数据有疑问时据此核实。",
    clause=_CONTACT_CLAUSE,
    example="联系人： → 联系人：张三",
)
MOBILE_MISSING = _contact_rule(
    "H104 没有填手机号",
    Severity.ERROR,
    Problem.MOBILE_MISSING,
    "表头没有填手机号，请填写11位手机号",
    why="填表说明要求务必填写联系人及手机号。",
    clause=_CONTACT_CLAUSE,
    example="手机号： → 手机号：13800000000",
)
MOBILE_MALFORMED = _contact_rule(
    "H105 手机号格式不对",
    Severity.ERROR,
    Problem.MOBILE_MALFORMED,
    "{label}{found}{note}，请填写11位手机号",
    why="手机号应为1开头的11位数字；座机号不能代替手机号。",
    clause=_CONTACT_CLAUSE,
    example="010-84200000；1380000000 → 13800000000；两个号码用顿号隔开",
)
EMAIL_MALFORMED = _contact_rule(
    "H106 邮箱格式不对",
    Severity.QUERY,
    Problem.EMAIL_MALFORMED,
    "{label}{found}{note}，请核对",
    why="退回修改意见要发到这个邮箱。",
    example="zhangsan.example.com → zhangsan@example.com",
)
EMAIL_MISSING = _contact_rule(
    "H107 没有填邮箱",
    Severity.NOTE,
    Problem.EMAIL_MISSING,
    "表头没有填邮箱，建议填写",
    why="邮箱不是必填项，但填写后便于联系。",
    example="邮箱： → 邮箱：zhangsan@example.com",
)


@query(
    "H108 两张表的表头不一致，或写的单位不一致",
    why="同一单位的附表1和附表2应由同一单位、同一联系人报送。是哪个单位的，先看所列地区，再看表头、工作表名称、文件名、文件夹或压缩包名、邮件；"
    "写的不是同一单位（只报一个市的，不是同一个市）的请核对。",
    example="附表1联系人张三，附表2联系人李四；文件名写的是广西，所列地区是广东的 → 两张表的单位、联系人、手机号、邮箱一致，名称与内容一致",
)
def headers_differ(case: Case) -> Iterator[Hit]:
    """Texts that name another owner than the filing's; forms of one file with different contacts."""
    yield from _owner_hits(case)
    first: dict[tuple[str, str | None, str], tuple[Table, Value]] = {}
    for table in case.filing.tables:
        city = _only_city([table])  # a file may gather the forms of several cities
        for key in ("name", "mobile", "email"):
            here = table.header.get(key, BLANK)
            if here.value is None:
                continue
            other, there = first.setdefault((table.file, city, key), (table, here))
            if here.value != there.value:
                fact = "{label}与{form}不一致：这里是{here}，{form}是{there}，请核对"
                values = {"here": Quote(here.value), "there": Quote(there.value)}
                message = compose(fact, label=_HEADER_LABELS[key], form=other.form.key, **values)
                further = (located(other, place=there.place),)
                yield Hit(message, table, field=key, severity=Severity.NOTE, further=further)


def _owner_hits(case: Case) -> Iterator[Hit]:
    """One hit where headers, names around the file or its mail give another owner than the filing's."""
    filing, gazetteer = case.filing, case.edition.gazetteer
    if (unit := filing.unit) is None:
        return
    city = _only_city(filing.tables)
    named_around = [text for text in filing.around if text.kind in NAMED_AROUND]
    around = [(text, None if text.kind is TextKind.MAIL else city) for text in named_around]
    named = list[Evidence[str]]()
    for table in filing.tables:
        of_table = _only_city([table])
        of_header = header_city(table, unit)
        around.append((Text(TextKind.SHEET, table.sheet, sheet=table.sheet), of_table))
        value = table.header.get("unit", BLANK)
        # 吉林 in a header is the unit, not its city.
        is_city = of_table and of_header != of_table and str(value.found).strip() not in unit.spellings
        other = value.value if value.value not in (None, unit.name) else of_header if is_city else None
        if isinstance(other, str):
            text = Text(TextKind.HEADER, str(value.found), value.place, table.sheet, table.form.key)
            named.append(Evidence(other, text))
    for text, of_table in around:
        lines = ((line, _other_owner(line, unit, of_table, gazetteer)) for line in lines_naming_units(text, gazetteer))
        others = (Evidence(each, Text(text.kind, line, sheet=text.sheet)) for line, each in lines if each)
        named += islice(others, 1)
    evident = city or unit.name
    if contrary := against(named, evident):
        first = contrary[0].source
        message = compose(
            "这是{evidence}的数据，{others:，}",
            "请核对有没有交错文件，写错的请改正；没有错的，在任一行的备注中写明“确是{evidence}的数据，……”。",
            evidence=evident,
            others=Several(item.described() for item in contrary),
        )
        of_sheet = next((each for each in filing.tables if each.sheet == first.sheet), None)
        field = "unit" if first.place else None
        names = spoken_names(evident, unit.name, unit.short)
        yield Hit(message, of_sheet, field=field, place=first.place, named=names)


def _only_city(tables: Sequence[Table]) -> str | None:
    """The only region in these tables; None where they list several, or one is uncertain."""
    cities = (_city_of(row) for table in tables for row in table.rows)
    first = next(cities, None)
    return first if first is not None and all(city == first for city in cities) else None


def _city_of(row: Row) -> str | None:
    """The region of a row, or its county's city; None for the unit and for a place that reports directly."""
    below = row.match.below if row.match else None
    if below is None or below.reports_itself:
        return row.region if row.match and row.match.official else None
    return below.cities[0] if len(below.cities) == 1 else None


def _other_owner(text: str, unit: Unit, city: str | None, gazetteer: Gazetteer) -> str | None:
    """The owner that a text gives, if another than the unit or, in a filing of one city, than the city."""
    places = places_in(text, gazetteer)
    # 海南 is a province, and a region of 青海 in a filing of that city alone.
    spellings = [place.spelling for place in places if city or place.unit is None]
    regions = {unit.certain[spelling] for spelling in spellings if spelling in unit.certain}
    if regions:
        return next(iter(regions)) if city and len(regions) == 1 and city not in regions else None
    if any(place.unit is unit for place in places):
        return None
    others = units_named(text, gazetteer)
    return others[0].name if len(others) == 1 else None


@query(
    "H109 校验码与数据不符",
    why="校验码由单位、年度和表中各行算出。页脚印的或盖章件上的不符，说明打印之后数据又改过，盖章的纸质表与电子表可能不一致；分几个文件报送的，与其中一个或合起来的相符即可。",
    clause="通知第二部分第（二）条（纸质版与电子版）",
    example="打印盖章后又改了电子表中的数 → 数据定稿后再生成正式表（hrss12333 fix 或 merge --unit），打印盖章，连同这份电子表一起报送",
)
def code_differs(case: Case) -> Iterator[Hit]:
    """A 校验码 in a page footer that is not the data's."""
    filing, year = case.filing, case.edition.year
    for printed in filing.printed_codes:
        if printed not in codes_of(filing.tables, filing.signed_unit, year):
            code = code_of(filing.tables, filing.signed_unit, year)
            fact = "页脚印的校验码是{printed}，按现在的数据应为{code}，说明生成之后数据改过，请确认以哪个为准"
            message = compose(fact, printed=printed, code=code or "（没有数据）")
            yield Hit(message, value=printed)


def papers_differ(stamped: str, filings: Sequence[Filing], whole: str | None, year: int) -> Iterator[Finding]:
    """H109 for each 校验码 that staff noted from stamped paper, if neither a filing nor all of them have it."""
    if not filings:
        return
    codes = {whole}.union(*(codes_of(filing.tables, filing.signed_unit, year) for filing in filings))
    for printed in written_codes(stamped):
        if printed not in codes:
            only = filings[0] if len(filings) == 1 else None
            code = code_of(only.tables, only.signed_unit, year) if only else whole
            fact = "盖章件上的校验码是{printed}，按电子表现在的数据应为{code}，请核对以哪个为准"
            request = "以电子表为准的，请重新打印、盖章报送；以盖章件为准的，请改正电子表。"
            message = compose(fact, request, printed=printed, code=code or "（没有数据）")
            place = Location(only.file if only else "")
            yield replace(code_differs.finding(message, filings[0].unit, place), value=printed)
