"""Audited filings for the tests of reports: small, synthetic, with findings of every severity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from msgspec.structs import replace

from factory import row_of, spot, suggested, told, unit_named
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.rule import Case
from hrss12333.inbox import Inbox, Sent, cities_of, with_national
from hrss12333.model.filing import Filing, Place, Row, Table, Unreadable, Value
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.message import compose
from hrss12333.model.national import Contact, Entry, National, UnitStatus
from hrss12333.model.row import Problem
from hrss12333.reading.companions import unit_of_summary
from hrss12333.reporting import Sink, output_of
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Form, Scalar
from hrss12333.wording.values import field_label

GUANGDONG = unit_named("广东省")
FILE = "报送/广东省.xlsx"


def row(form: Form, number: int, region: str, sheet: str | None = None, /, **figures: Scalar) -> Row:
    """A data row in physical row ``number``, columns A onwards in the form's order."""
    return row_of(form, number, {"serial": number - 5, "region": region, **figures}, sheet)


def table(form: Form, rows: Sequence[Row], file: str = FILE, header: Mapping[str, str] | None = None) -> Table:
    """A table with these rows and a complete header."""
    given = header or {"unit": "广东省", "name": "张三", "mobile": "13800000000", "email": "zhang@example.cn"}
    places = {key: Place(form.key, 3, index) for index, key in enumerate(("unit", "name", "mobile", "email"), start=1)}
    return Table(
        form,
        file,
        form.key,
        {key: Value(value, value, places[key]) for key, value in given.items()},
        tuple(rows),
        headings={column.key: Place(form.key, 5, index) for index, column in enumerate(form.columns, start=1)},
    )


SERVICE, SYSTEMS = EDITION.forms
CALLS = {"calls_total": 2500, "calls_agent": 1000, "calls_ivr": 1000, "calls_abandoned": 400}
STAFF = {"staff_total": 10, "agents": 8, "seats": 8, "training_attendances": 0}
SAMPLE: dict[str, Scalar] = {column.key: column.sample for column in SERVICE.data}
SERVICE_ROWS = (
    row(SERVICE, 7, "广州市", **(SAMPLE | CALLS | STAFF | {"voicemail": True, "complaints": False, "remarks": None})),
    row(SERVICE, 8, "阳江市", calls_agent=10),
)
SYSTEM_ROWS = (row(SYSTEMS, 7, "广州市", system_centralized=True, network_location="互联网"),)


def filing(file: str = FILE) -> Filing:
    """广东省 with two rows of 附表1 and one of 附表2."""
    tables = (table(SERVICE, SERVICE_ROWS, file), table(SYSTEMS, SYSTEM_ROWS, file))
    return Filing(file, GUANGDONG, tables)


def finding(
    rule: str = "B401", severity: Severity = Severity.ERROR, message: str = "两边不相等。", **rest: object
) -> Finding:
    """A finding at 附表1!C7 unless ``rest`` says otherwise."""
    given: dict[str, object] = {"file": FILE, "sheet": "附表1", "cell": "C7", "form": "附表1", "region": "广州市"}
    given |= {"field": "calls_total", "value": 2500, "unit": "广东省", **rest}
    cell = given.pop("cell")
    label = field_label(EDITION, str(given["form"]), str(given["field"]))
    reported = told(message, given["region"], given["value"], given["form"], label)
    at: dict[str, Any] = given | spot(str(cell) if cell else None)
    line = {"line": at["row"]} if given["region"] and at.get("row") else {}  # a row of data
    return Finding(rule=rule, severity=severity, message=reported, **line | at)


NOWHERE = dict.fromkeys(("sheet", "cell", "form", "region", "field", "value"))
BALANCE = finding(
    message="来电总量2500不等于人工接听量1000+自助语音量1000+放弃量400=2400，相差100。"
    "请核对这四项，改正填错的一项；确实不相等的，请在“备注”栏说明情况（填表说明第3条）。",
    suggestion=suggested("改后该行对得上", ("calls_abandoned", 500, "F7")),
)
MISSING = tuple(
    finding("V301", message=f"{label}没有填。", cell=cell, region="阳江市", field=key, value=None)
    for cell, key, label in (("C8", "calls_total", "来电总量"), ("E8", "calls_ivr", "自助语音量"))
)
EXPLAINED = replace(
    finding("P504", Severity.QUERY, "坐席数8大于总人数6。", cell="K7", field="seats", value=8),
    explained=True,
    reason="部分坐席为备用",
)
READ_AS = tuple(
    finding("V306", Severity.NOTE, f"“{found}”读作“{read}”。", cell=cell, field=None, value=found)
    for found, read, cell in (
        ("√", "是", "G7"),
        ("√", "是", "H7"),
        ("2,500次", "2500", "C9"),
        ("1,200次", "1200", "C10"),
    )
)
HEADER_QUERY = finding("H108", Severity.QUERY, "两张表的联系人不一致。", **NOWHERE)


def checked_of(findings: Sequence[Finding], file: str = FILE) -> Checked:
    """The filing with these findings, as it was judged."""
    own = filing(file)
    return Checked(own, tuple(findings), case=Case(own, EDITION))


CODE = checked_of(()).code


def faulty(file: str = FILE) -> Checked:
    """A filing with findings of every severity, in no particular order."""
    findings = (*READ_AS, EXPLAINED, MISSING[1], MISSING[0], BALANCE, HEADER_QUERY)
    return checked_of(findings, file)


def clean(file: str = "报送/福建省.xlsx") -> Checked:
    return checked_of((), file)


def unreadable(file: str = "报送/坏.xlsx") -> Checked:
    message = "这个文件已损坏，无法打开。请在 Excel 或 WPS 中重新保存后再报送。"
    unit = unit_of_summary(file, (), EDITION.gazetteer)
    return check(Unreadable(file, Problem.DAMAGED, compose("", message), unit=unit), EDITION)


def national() -> National:
    """One faulty unit, one accepted, one missing."""
    accepted, missing = EDITION.units[1:3]
    rows = ((SERVICE, SERVICE_ROWS), (SYSTEMS, SYSTEM_ROWS))
    entries = tuple(Entry(form, GUANGDONG, FILE, form.key, given) for form, listed in rows for given in listed)
    entries += (Entry(SERVICE, accepted, "报送/天津市.xlsx", SERVICE.key, row(SERVICE, 7, "和平区")),)
    contact = Contact(FILE, "张三", "13800000000", "zhang@example.cn")
    counted = {"附表1": 2, "附表2": 1}
    statuses = (
        UnitStatus(accepted, ("报送/天津市.xlsx",), {"附表1": 0, "附表2": 0}, "EF56-AB78"),
        UnitStatus(missing),
        UnitStatus(GUANGDONG, (FILE,), counted, "AB12-CD34", (contact,)),
    )
    overdue = finding("M701", Severity.ERROR, "河北省没有报送。", file="", unit=missing.name, **NOWHERE)
    return National(EDITION, entries, statuses, (BALANCE, *MISSING, overdue, EXPLAINED, *READ_AS))


def inbox_of(*checked: Checked, table: National | None = None, **about: Any) -> Inbox:
    """These files as judged: as a merge has them, with what ``table`` says of them, or each with its own findings."""
    if table is not None:
        of = table.units[0].unit if len(table.units) == 1 else None
        return with_national(Inbox(table, checked, {}, of), table)
    cities = cities_of(Sent([item.document for item in checked], EDITION, may_list_cities=True))
    findings = tuple(finding for item in checked for finding in item.findings)
    missing = tuple(UnitStatus(unit) for unit in EDITION.units)
    filings = [item.document for item in checked if isinstance(item.document, Filing)]
    tables = [(each.unit, table) for each in filings for table in each.tables]
    entries = tuple(Entry(t.form, unit, t.file, t.sheet, row) for unit, t in tables for row in t.rows)
    return Inbox(National(EDITION, entries, missing, findings, **about), checked, {}, cities)


def shown_as(output: str, command: str, *about: Any, **how: Any) -> str:
    """What a command prints of its result in this format."""
    printed: list[str] = []
    output_of(output, command)(*about, Sink(printed.append, lambda _: None), **how)
    return "\n".join(printed)


class Page(HTMLParser):
    """What a page holds: texts, tags, what it would load, findings (class and rule), and the tiles with name, state and counts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.findings: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.tiles: list[list[str]] = []
        self._in_tile = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if "data-r" in given:
            self.findings.append((given["class"] or "", given["data-r"] or ""))
        self.loads += [str(given[name]) for name in ("src", "href") if given.get(name)]
        if tag == "li" and given.get("class") in ("e", "q", "u", "m"):
            self._in_tile = True
            self.tiles.append([])

    def handle_endtag(self, tag: str) -> None:
        self._in_tile = self._in_tile and tag != "a"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._in_tile and data.strip():
            self.tiles[-1].append(data.strip())

    @property
    def text(self) -> str:
        return "".join(self.texts)
