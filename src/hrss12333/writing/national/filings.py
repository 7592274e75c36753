"""报送情况: what each unit sent, when, in which files, and how it stands; 联系人: whom to call there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import cycle
from typing import Any

from msgspec.structs import replace

from hrss12333.checking.rules.merge import LATE
from hrss12333.merging.last_year import Previous
from hrss12333.merging.sent import newest_reports
from hrss12333.model import summary_lines
from hrss12333.model.finding import Finding, count_by_severity
from hrss12333.model.national import State, Status, UnitStatus, beijing
from hrss12333.model.summary_lines import CONTACTS, FILINGS, nobody, reporter
from hrss12333.survey.schema import Form
from hrss12333.wording.privacy import LEFT_OUT, without_contacts
from hrss12333.writing.national.book import ColumnHead, NationalBook
from hrss12333.writing.national.links import LINK_LOOK
from hrss12333.writing.national.paper import Page, page_breaks
from hrss12333.writing.sheet_text import public, safe, width

_RECEIVED = "收到的文件"
_FINGERPRINT = (
    "SHA-256按收到的文件内容计算；邮件附件和压缩包里的文件，按取出后的内容计算。文件一字不改，这一串字符才相同。"
)
FILE, LAST_OF_HASH, _REPEATED_COLUMNS = 3, 7, 2
"""The column of a file's name, the last one that its fingerprint may run over, and how many come again on each page."""
_CONTACT_COLUMNS = (
    ("联系人", 16.0),
    ("手机号", 18.0),
    ("邮箱", 30.0),
    ("来源文件", 48.0),
)
_FINDING_COLUMNS = (
    ("强制性错误", 8.0, "error"),
    ("核实性错误", 8.0, "query"),
    ("其中未说明", 8.0, "unexplained"),
    ("提示", 6.0, "note"),
)
"""Heading and width of a column of numbers of findings, and which they are."""


def write_filings(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    deadline = book.national.edition.deadline
    until = f"报送截止日期{deadline.year}年{deadline.month}月{deadline.day}日。" if deadline else ""
    remarks = [
        f"{until}“状态”：有强制性错误的为“要改”，须改正后重报。"
        "行数是计入汇总的地区数，没有计入的原因见问题清单；保存时间、收到时间取最晚的一份。"
    ]
    columns, units = _filing_columns(book), book.national.units
    filled = [any(value not in (None, "") for value in column.values) for column in columns]
    shown = [
        column if anything else replace(column, width=0.0) for column, anything in zip(columns, filled, strict=True)
    ]
    breaks = page_breaks([column.width for column in shown], range(LAST_OF_HASH + 1, len(columns)), _REPEATED_COLUMNS)
    page = Page(book, sheet, shown, breaks, _REPEATED_COLUMNS)
    top = page.title(f"{book.year}年度{FILINGS}", remarks)
    Page(book, sheet, columns).heading_line(top)
    for at, column in enumerate(columns):
        for row, (value, look) in enumerate(zip(column.values, cycle(column.looks), strict=False), top + 1):
            sheet.put(row, at, look, (public(value) or None) if isinstance(value, str) else value)
    last = top + len(units)
    hashes = next(at for at in range(FILE + 1, len(filled)) if filled[at] or at > LAST_OF_HASH)
    _write_received(book, sheet, last + 2, hashes)
    sheet.autofilter(top, 0, max(last, top + 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 2)
    page.lay_out((top, top), rows=last)  # the fingerprints are for the screen
    for at, anything in enumerate(filled):
        if not anything:  # of no unit: it is there to be unfolded, and takes no paper
            sheet.set_column(at, at, columns[at].width, None, {"hidden": True})


def _write_received(book: NationalBook, sheet: Any, top: int, hashes: int) -> None:
    """Every file that came in with its fingerprint, so that years later it can be shown which one a figure is from; the
    fingerprints begin in the column ``hashes`` and run over the next."""
    styles = book.styles
    sheet.write_string(top, 0, _RECEIVED, styles.section)
    sheet.write_string(top, FILE, _FINGERPRINT, styles.get(font_color="#404040", valign="vcenter"))
    for at, heading in enumerate(("序号", reporter(book.national), "内容", "文件")):
        sheet.write_string(top + 1, at, heading, styles.heading)
    sheet.write_string(top + 1, hashes, "SHA-256", styles.get(bold=True))
    counted, text, centre = styles.number("0"), styles.text(), styles.centre()
    linked, shown = styles.text(**LINK_LOOK), styles.text(shrink=True)
    hashed = styles.get(font_name="Courier New", num_format="@")
    between = [sheet.cell(None, None)] * (hashes - FILE - 1)
    for row, item in enumerate(book.national.received, top + 2):
        file, link = public(item.file), book.links.to(item.file)
        look = linked if link else shown
        cells = [
            sheet.cell(counted, row - top - 1),
            sheet.cell(text, item.unit or nobody(book.national)),
            sheet.cell(centre, item.what),
            sheet.cell(look, file),
        ]
        sheet.add(row, [*cells, *between, sheet.cell(hashed, item.sha256)])
        if link:
            sheet.link(range(row, row + 1), FILE, link, file, look)


class _FilingColumn(ColumnHead, frozen=True, kw_only=True):
    """A column of the list of units."""

    values: Sequence[str | int | None]
    """Of each unit."""
    looks: Sequence[Any]
    """Of each unit, or the one of all."""


def _filing_columns(book: NationalBook) -> list[_FilingColumn]:
    """State, files, dates, rows of each unit, and what was found."""
    national, styles, of_units = book.national, book.styles, book.national.of is None
    units, useless, deadline = national.units, national.unusable, national.edition.deadline
    text, centre, number = [styles.text(text_wrap=True)], [styles.centre()], [styles.number()]
    found: list[_FilingColumn] = []

    def add(heading: str, wide: float, looks: Sequence[Any], values: Sequence[str | int | None]) -> None:
        found.append(_FilingColumn("", heading, wide, looks=looks, values=values))

    add("序号", 5.0, [styles.number("0")], range(1, len(units) + 1))
    add(reporter(national), 20.0, text, [one.unit.name for one in units])
    marked = {State.CORRECT: "error", State.CONFIRM: "query", State.MISSING: "query"}
    states = [national.states[one.unit.name] for one in units]
    marks = [marked.get(state, "") for state in states]
    add(summary_lines.STATUS, 9.0, [styles.centre(mark=mark) for mark in marks], [state.value for state in states])
    files = [*(item.file for item in national.received), *(file for one in units for file in one.files)]
    wide = min(48.0, max([24.0, *(width(file) + 3 for file in files)]))
    add("文件", wide, text, ["\n".join(one.files) for one in units])
    add("保存时间", 18.0, centre, [_moment_in_words(one.saved) for one in units])
    add("收到时间", 18.0, centre, [_moment_in_words(one.received) for one in units])
    late = {finding.unit for finding in national.findings if finding.rule == LATE.id}
    in_time = ["逾期" if one.unit.name in late else "否" if one.received and deadline else "" for one in units]
    add("是否逾期", 6.0, [styles.centre(mark="query" if each == "逾期" else "") for each in in_time], in_time)
    add("发件人", 26.0, text, [_sender(one) for one in units])
    for form in book.forms:
        rows = [one.rows.get(form.key, 0) if one.status is not Status.MISSING else None for one in units]
        add(f"{form.key}行数", 7.0, number, rows)
    for form in book.forms:
        add(f"{form.key}缺报地区", 22.0, text, [_absent_regions(one, form) for one in units])
    if book.previous and of_units:
        changes = [_came_and_went(book, book.previous, one.unit.name) for one in units]
        add("本年新增地区", 18.0, text, [came for came, _ in changes])
        add("上年有、本年无的地区", 22.0, text, [went for _, went in changes])
    if of_units:
        reports = newest_reports(national.summaries)
        words = [reports[one.unit.code].words if one.unit.code in reports else None for one in units]
        add("工作总结字数", 8.0, number, words)
    add("校验码", 13.0, centre, [one.code for one in units])
    findings: dict[str | None, list[Finding]] = {}
    for finding in national.findings_of_files:
        findings.setdefault(finding.unit, []).append(finding)
    counts = [
        count_by_severity(findings.get(one.unit.name, ()))
        if one.status is not Status.MISSING or one.unit in useless
        else None
        for one in units
    ]
    for heading, wide, key in _FINDING_COLUMNS:
        add(heading, wide, number, [getattr(one, key) if one else None for one in counts])
    return found


def _sender(status: UnitStatus) -> str:
    """Who mailed it, without the address."""
    return without_contacts(status.sender).replace(f"<{LEFT_OUT}>", "").replace(" 、", "、").strip()


def _moment_in_words(moment: datetime | None) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M}" if moment else ""


def _absent_regions(status: UnitStatus, form: Form) -> str:
    """Regions without a row that counts; of a unit that sent nothing the whole unit is missing, and no list is needed."""
    if status.status is Status.MISSING:
        return ""
    uncounted = "、".join(status.uncounted_regions.get(form.key, ()))
    whole = status.lacks(form) and len(status.unit.expected) > 1
    unsent = "全部地区" if whole else "、".join(status.unsent_regions(form))
    return "\n".join(part for part in (unsent, uncounted and f"已报但没有计入：{uncounted}") if part)


def _came_and_went(book: NationalBook, previous: Previous, unit: str) -> tuple[str, str]:
    """Regions new this year and regions gone since last year.

    A unit that is absent in one of the two years has come or gone as a whole: 概览 names it.
    """
    came: dict[str, None] = {}
    went: dict[str, None] = {}
    for form, line in book.nation.of_unit(unit):
        then = dict.fromkeys(previous.regions(unit, form))
        now = dict.fromkeys(entry.row.region for entry in line.entries if entry.row.region)
        if then and now:
            came |= dict.fromkeys(region for region in now if region not in then)
            went |= dict.fromkeys(region for region in then if region not in now)
    return "、".join(came), "、".join(went)


def write_contacts(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line a contact; a unit without one is listed with blanks."""
    styles = book.styles
    noun = book.national.noun
    remarks = [f"取自各{noun}调查表表头。手机号按文本保存。空白是表头未填或该{noun}未报送。"]
    columns = (("序号", 6.0), (reporter(book.national), 24.0), *_CONTACT_COLUMNS)
    page = Page(book, sheet, [ColumnHead("", *column) for column in columns])
    top = page.title(f"{book.year}年度12333{CONTACTS}", remarks)
    page.heading_line(top)
    row, counted, wrapped = top, styles.number("0"), styles.text(text_wrap=True)
    blank = sheet.cell(styles.text(), None)
    for status in book.national.units:
        for contact in status.contacts or (None,):
            row += 1
            given = (contact.name, contact.mobile, contact.email, contact.file) if contact else (None,) * 4
            texts = [sheet.cell(wrapped, safe(text)) if text else blank for text in (status.unit.name, *given)]
            sheet.add(row, [sheet.cell(counted, row - top), *texts])
    sheet.autofilter(top, 0, max(row, top + 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"D{top + 2}:D{max(row, top + 1) + 1}"})
    page.lay_out((top, top))
