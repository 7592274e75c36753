"""报送情况: what each unit sent, when, in which files, and how it stands; 联系人: whom to call there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from hrss12333.checking.rules.merge import LATE
from hrss12333.merging.sent import newest_reports
from hrss12333.model import summary_lines
from hrss12333.model.finding import Counts, Finding, count_by_severity
from hrss12333.model.national import Contact, State, Status, UnitStatus, beijing
from hrss12333.model.summary_lines import CONTACTS, FILINGS, UNIT_KEY, nobody, reporter
from hrss12333.survey.schema import Form
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.links import LINK_LOOK
from hrss12333.writing.national.styles import STATE_MARKS
from hrss12333.writing.national.table import TextTable, write_table
from hrss12333.writing.sheet_text import public, width

_RECEIVED = "收到的文件"
_FINGERPRINT = (
    "SHA-256按收到的文件内容计算；邮件附件和压缩包里的文件，按取出后的内容计算。文件一字不改，这一串字符才相同。"
)
FILE = 3
"""The column of a file's name; its fingerprint begins behind it."""
_LATE = "逾期"
_WIDEST_FILE = 46.0
"""Half-width characters that are left for a file's name beside the other columns."""


def write_filings(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line a unit, and below, for the screen, every file that came in."""
    deadline = book.national.edition.notice.deadline
    until = f"报送截止日期{deadline.year}年{deadline.month}月{deadline.day}日。" if deadline else ""
    remarks = [f"{until}行数是计入汇总的地区数，没有计入的原因见问题清单；保存时间、收到时间取最晚的一份。"]
    title, units = f"{book.year}年度{FILINGS}", book.national.units
    table = TextTable(name=FILINGS, title=title, columns=_filing_columns(book), lines=units, remarks=remarks)
    _, last, hidden = write_table(book, sheet, table)
    _write_received(book, sheet, last + 2, min({*range(FILE + 1, len(table.columns) + 1)} - hidden))


def _write_received(book: NationalBook, sheet: Any, top: int, hashes: int) -> None:
    """Every file that came in with its fingerprint, from the column ``hashes`` on, so that years later it can be shown which
    one a figure is from."""
    styles, between = book.styles, [None] * (hashes - FILE - 1)
    for row, texts in (
        (top, (_RECEIVED, None, None, _FINGERPRINT)),
        (top + 1, ("序号", reporter(book.national), "内容", "文件", *between, "SHA-256")),
    ):
        look = styles.section if row == top else styles.heading
        sheet.add(row, [sheet.cell(look if text else None, text) for text in texts])
    linked, hashed = styles.text(**LINK_LOOK), styles.get(font_name="Courier New", num_format="@")
    for row, item in enumerate(book.national.received, top + 2):
        file, link = public(item.file), book.links.to(item.file)
        cells = [
            sheet.cell(styles.number("0"), row - top - 1),
            sheet.cell(styles.text(), item.unit or nobody(book.national)),
            sheet.cell(styles.centre(), item.what),
            sheet.cell(linked if link else styles.text(shrink=True), file),
            *(sheet.cell(None, None) for _ in between),
            sheet.cell(hashed, item.sha256),
        ]
        sheet.add(row, cells)
        if link:
            sheet.link(range(row, row + 1), FILE, link, file, linked)


def _filing_columns(book: NationalBook) -> list[SheetColumn]:
    """State, files, dates, rows of each unit, and what was found."""
    national, of_units = book.national, book.national.of is None
    reports, deadline = newest_reports(national.summaries), national.edition.notice.deadline
    late = {finding.unit for finding in national.findings if finding.rule == LATE.id}
    numbers = {one.unit: number for number, one in enumerate(national.units, 1)}
    wide = min(_WIDEST_FILE, max([20.0, *(width(file) + 4 for one in national.units for file in one.files)]))
    by_unit: dict[str | None, list[Finding]] = {}
    for finding in national.findings_of_files:
        by_unit.setdefault(finding.unit, []).append(finding)

    counts = {one.unit.name: count_by_severity(by_unit.get(one.unit.name, ())) for one in national.units}

    def in_time(one: UnitStatus) -> str:
        return _LATE if one.unit.name in late else "否" if one.received and deadline else ""

    def found(one: UnitStatus) -> Counts:
        return counts[one.unit.name]

    def state(one: UnitStatus) -> State:
        return national.states[one.unit.name]

    def text(heading: str, width: float, show: Callable[[UnitStatus], Any], **about: Any) -> SheetColumn:
        return SheetColumn("", heading, width, show=show, **{"look": "centre", **about})

    def number(heading: str, width: float, show: Callable[[UnitStatus], int | None]) -> SheetColumn:
        return SheetColumn("", heading, width, show=show, look="number")

    def words(one: UnitStatus) -> int | None:
        return reports[one.unit.code].words if of_units and one.unit.code in reports else None

    late_mark = {_LATE: "query"}
    return [
        SheetColumn("", "序号", 5.0, show=lambda one: numbers[one.unit], look="plain"),
        text(reporter(national), 17.0, lambda one: one.unit.name, look="text"),
        text(summary_lines.STATUS, 8.0, state, mark=lambda one: STATE_MARKS.get(state(one), "")),
        text("文件", wide, lambda one: "\n".join(one.files), look="text"),
        text("收到时间", 17.0, lambda one: _moment_in_words(one.received)),
        text("保存时间", 17.0, lambda one: _moment_in_words(one.saved), varies=True),
        text("是否逾期", 6.0, in_time, mark=lambda one: late_mark.get(in_time(one), ""), varies=True),
        *(number(f"{form.key}行数", 6.5, partial(_rows, form)) for form in book.forms),
        text("缺报地区", 24.0, partial(_absent_regions, book.forms), look="text"),
        number("工作总结字数", 8.0, words),
        text("校验码", 12.0, lambda one: one.code),
        number("强制性错误", 7.0, lambda one: found(one).error or None),
        number("核实性错误", 7.0, lambda one: found(one).query or None),
        number("其中未说明", 7.0, lambda one: found(one).unexplained or None),
        number("提示", 6.0, lambda one: found(one).note or None),
    ]


def _rows(form: Form, one: UnitStatus) -> int | None:
    return one.rows.get(form.key, 0) if one.status is not Status.MISSING else None


def _moment_in_words(moment: datetime | None) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M}" if moment else ""


def _absent_regions(forms: tuple[Form, ...], status: UnitStatus) -> str:
    """Regions without a row that counts, by form where the forms differ; of a unit that sent nothing the whole unit is
    missing, and no list is needed."""
    if status.status is Status.MISSING:
        return ""
    each = {form.key: _absent_from(form, status) for form in forms}
    if len({*each.values()}) == 1:
        return next(iter(each.values()))
    return "\n".join(f"{key}：{text}" for key, text in each.items() if text)


def _absent_from(form: Form, status: UnitStatus) -> str:
    uncounted = "、".join(status.uncounted_regions.get(form.key, ()))
    whole = status.lacks(form) and len(status.unit.expected) > 1
    unsent = "全部地区" if whole else "、".join(status.unsent_regions(form))
    return "\n".join(part for part in (unsent, uncounted and f"已报但没有计入：{uncounted}") if part)


def write_contacts(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line a contact; a unit without one is listed with blanks."""
    noun, units = book.national.noun, book.national.units
    lines = [(one.unit.name, contact) for one in units for contact in one.contacts or (None,)]
    columns = [
        SheetColumn("", "序号", 6.0, show=lambda line: line[0], look="plain"),
        SheetColumn(UNIT_KEY, reporter(book.national), 24.0, show=lambda line: line[1]),
    ]
    for heading, wide, key in (
        ("联系人", 16.0, "name"),
        ("手机号", 18.0, "mobile"),
        ("邮箱", 30.0, "email"),
        ("来源文件", 48.0, "file"),
    ):
        columns.append(SheetColumn(key, heading, wide, show=partial(_contact, key), stays=True, is_private=True))
    table = TextTable(
        name=CONTACTS,
        title=f"{book.year}年度12333{CONTACTS}",
        columns=columns,
        lines=[(number, *line) for number, line in enumerate(lines, 1)],
        remarks=[f"取自各{noun}调查表表头。手机号按文本保存。空白是表头未填或该{noun}没报。"],
    )
    write_table(book, sheet, table)


def _contact(key: str, line: tuple[int, str, Contact | None]) -> str | None:
    found: str | None = getattr(line[2], key) if line[2] else None
    return found
