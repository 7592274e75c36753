"""报送情况: what each unit sent, when, in which files, and how it stands; 联系人: whom to call there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hrss12333.merging.newest import newest_reports
from hrss12333.model import summary_lines
from hrss12333.model.filing import Summary
from hrss12333.model.finding import count
from hrss12333.model.national import Status, UnitStatus, beijing
from hrss12333.model.summary_lines import CONTACTS, FILINGS, nobody, reporter
from hrss12333.survey.schema import Form
from hrss12333.wording.privacy import HIDDEN, without_contacts
from hrss12333.writing.national.book import Book
from hrss12333.writing.national.links import LINK_LOOK, OPEN_FILE
from hrss12333.writing.national.paper import head, heading_line, page_breaks, paper
from hrss12333.writing.sheet_text import public, safe, width

RECEIVED = "收到的文件"
FINGERPRINT = (
    "SHA-256按收到的文件内容计算；邮件附件和压缩包里的文件，按取出后的内容计算。文件一字不改，这一串字符才相同。"
)
FILE, LAST_OF_HASH, REPEATED = 3, 7, 2
"""The column of a file's name, the last one that its fingerprint may run over, and how many come again on each page."""
LINES_OF_A_PAGE = 45
CONTACT_COLUMNS = (
    ("联系人", 16.0),
    ("手机号", 18.0),
    ("邮箱", 30.0),
    ("来源文件", 48.0),
)
LATE = "M704"
"""The rule that finds a filing past the deadline."""


def write_filings(book: Book, sheet: Any) -> None:
    """Fill the sheet."""
    deadline = book.national.edition.deadline
    until = f"报送截止日期{deadline.year}年{deadline.month}月{deadline.day}日。" if deadline else ""
    remarks = [
        f"{until}“状态”：有强制性错误的为“有错误”，须改正后重报。"
        "行数是计入汇总的地区数，没有计入的原因见问题清单；保存时间、收到时间取最晚的一份。"
    ]
    columns, reports, useless = _columns(book), newest_reports(book.national.summaries), book.national.unusable
    late = {finding.unit for finding in book.national.findings if finding.rule == LATE}
    cells = [
        _cells(
            book,
            number,
            status,
            late=status.unit.name in late,
            useless=status.unit in useless,
            report=reports.get(status.unit.code),
        )
        for number, status in enumerate(book.national.units, 1)
    ]
    said = [any(line[at][0] not in (None, "") for line in cells) for at in range(len(columns))]
    widths = [wide if any_ else 0.0 for (_, wide), any_ in zip(columns, said, strict=True)]
    breaks = page_breaks(widths, range(LAST_OF_HASH + 1, len(columns)), REPEATED)
    top = head(
        book,
        sheet,
        f"{book.year}年度{FILINGS}",
        remarks,
        widths[: min([*breaks, len(widths)])],
        column=REPEATED if breaks else 0,
    )
    heading_line(book, sheet, top, [heading for heading, _ in columns], [wide for _, wide in columns])
    for row, line in enumerate(cells, top + 1):
        for at, (value, look) in enumerate(line):
            if value is None or value == "":
                sheet.write_blank(row, at, None, look)
            elif isinstance(value, int):
                sheet.write_number(row, at, value, look)
            else:
                sheet.write_string(row, at, public(value), look)
    last = top + len(book.national.units)
    _received(book, sheet, last + 2, next(at for at in range(FILE + 1, len(said)) if said[at] or at > LAST_OF_HASH))
    sheet.autofilter(top, 0, max(last, top + 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 2)
    paper(sheet, widths, None, breaks, repeated=REPEATED)  # two blocks with headings of their own: none are repeated
    for at, anything in enumerate(said):
        if not anything:  # of no unit: it is there to be unfolded, and takes no paper
            sheet.set_column(at, at, columns[at][1], None, {"hidden": True})
    if len(book.national.units) + len(book.national.received) > LINES_OF_A_PAGE:
        sheet.set_h_pagebreaks([last + 2])


def _received(book: Book, sheet: Any, top: int, hashes: int) -> None:
    """Every file that came in with its fingerprint, so that years later it can be shown which one a figure is from; the
    fingerprints begin in the column ``hashes`` and run over the next."""
    styles = book.styles
    sheet.write_string(top, 0, RECEIVED, styles.section)
    sheet.write_string(top, FILE, FINGERPRINT, styles.get(font_color="#404040", valign="vcenter"))
    for at, heading in enumerate(("序号", reporter(book.national), "内容", "文件")):
        sheet.write_string(top + 1, at, heading, styles.heading)
    sheet.write_string(top + 1, hashes, "SHA-256", styles.get(bold=True))
    hashed = styles.get(font_name="Courier New", num_format="@")
    for number, item in enumerate(book.national.received, 1):
        row = top + 1 + number
        sheet.write_number(row, 0, number, styles.number("0"))
        sheet.write_string(row, 1, item.unit or nobody(book.national), styles.text())
        sheet.write_string(row, 2, item.what, styles.centre())
        link = book.links.to(item.file)
        if link:
            sheet.write_url(row, FILE, link, styles.text(**LINK_LOOK), public(item.file), OPEN_FILE)
        else:
            sheet.write_string(row, FILE, public(item.file), styles.text(shrink=True))
        sheet.write_string(row, hashes, item.sha256, hashed)


def _columns(book: Book) -> list[tuple[str, float]]:
    per_form = [(f"{form.key}行数", 7.0) for form in book.forms]
    absent = [(f"{form.key}缺报地区", 22.0) for form in book.forms]
    of_units = book.national.of is None
    change = [("本年新增地区", 18.0), ("上年有、本年无的地区", 22.0)] if book.previous and of_units else []
    files = [*(item.file for item in book.national.received), *(f for s in book.national.units for f in s.files)]
    return [
        ("序号", 5.0),
        (reporter(book.national), 20.0),
        (summary_lines.STATUS, 9.0),
        ("文件", min(48.0, max([24.0, *(width(file) + 3 for file in files)]))),
        ("保存时间", 18.0),
        ("收到时间", 18.0),
        ("是否逾期", 6.0),
        ("发件人", 26.0),
        *per_form,
        *absent,
        *change,
        *([("工作总结字数", 8.0)] if of_units else []),
        ("校验码", 13.0),
        ("强制性错误", 8.0),
        ("核实性错误", 8.0),
        ("其中未说明", 8.0),
        ("提示", 6.0),
    ]


def _cells(
    book: Book, number: int, status: UnitStatus, *, late: bool, useless: bool, report: Summary | None
) -> list[tuple[str | int | None, Any]]:
    """A unit's line: its state, files, dates, rows, and what was found."""
    styles = book.styles
    counts = count([finding for finding in book.national.findings_of_files if finding.unit == status.unit.name])
    sent = status.status is not Status.MISSING
    mark = {Status.FAULTY: "error", Status.MISSING: "query"}.get(status.status, "")
    text, centre, amount = styles.text(text_wrap=True), styles.centre(), styles.number()
    return [
        (number, styles.number("0")),
        (status.unit.name, text),
        ("不能汇总" if useless else status.status.label, styles.centre(mark=mark)),
        ("\n".join(status.files), text),
        (_when(status.saved), centre),
        (_when(status.received), centre),
        (
            "逾期" if late else ("否" if status.received and book.national.edition.deadline else ""),
            styles.centre(mark="query" if late else ""),
        ),
        (_sender(status), text),
        *((status.rows.get(form.key, 0) if sent else None, amount) for form in book.forms),
        *((_absent(status, form), text) for form in book.forms),
        *((listed, text) for listed in came_and_went(book, status.unit.name)),
        *([] if book.national.of else [(report.words if report else None, amount)]),
        (status.code or "", centre),
        *(
            (found if sent or useless else None, amount)
            for found in (counts.error, counts.query, counts.unexplained, counts.note)
        ),
    ]


def _sender(status: UnitStatus) -> str:
    """Who mailed it, without the address."""
    return without_contacts(status.sender).replace(f"<{HIDDEN}>", "").replace(" 、", "、").strip()


def _when(moment: datetime | None) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M}" if moment else ""


def _absent(status: UnitStatus, form: Form) -> str:
    """Regions without a row that counts; of a unit that sent nothing the whole unit is missing, and no list is needed."""
    if status.status is Status.MISSING:
        return ""
    uncounted = "、".join(status.uncounted_regions.get(form.key, ()))
    whole = status.lacks(form) and len(status.unit.expected) > 1
    unsent = "全部地区" if whole else "、".join(status.unsent_regions(form))
    return "\n".join(part for part in (unsent, uncounted and f"已报但没有计入：{uncounted}") if part)


def came_and_went(book: Book, unit: str) -> list[str]:
    """Regions new this year and regions gone since last year, by form; nothing without last year's workbook.

    A unit that is absent in one of the two years has come or gone as a whole: 概览 names it.
    """
    if book.previous is None or book.national.of:
        return []
    came, went = [], []
    for form in book.forms:
        then = dict.fromkeys(book.previous.regions(unit, form))
        line = next((line for line in book.lines[form.key] if line.name == unit), None)
        now = dict.fromkeys(entry.row.region for entry in line.entries if entry.row.region) if line else {}
        if not then or not now:
            continue
        came += [region for region in now if region not in then]
        went += [region for region in then if region not in now]
    return ["、".join(dict.fromkeys(came)), "、".join(dict.fromkeys(went))]


def write_contacts(book: Book, sheet: Any) -> None:
    """Fill the sheet: a line a contact; a unit without one is listed with blanks."""
    styles = book.styles
    noun = book.national.noun
    remarks = [f"取自各{noun}调查表表头。手机号按文本保存。空白是表头未填或该{noun}未报送。"]
    columns = (("序号", 6.0), (reporter(book.national), 24.0), *CONTACT_COLUMNS)
    headings, widths = [heading for heading, _ in columns], [width for _, width in columns]
    top = head(book, sheet, f"{book.year}年度12333{CONTACTS}", remarks, widths)
    heading_line(book, sheet, top, headings, widths)
    row = top
    for status in book.national.units:
        for contact in status.contacts or (None,):
            row += 1
            given = (contact.name, contact.mobile, contact.email, contact.file) if contact else (None,) * 4
            sheet.write_number(row, 0, row - top, styles.number("0"))
            for at, text in enumerate((status.unit.name, *given), 1):
                if text:
                    sheet.write_string(row, at, safe(text), styles.text(text_wrap=True))
                else:
                    sheet.write_blank(row, at, None, styles.text())
    sheet.autofilter(top, 0, max(row, top + 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"D{top + 2}:D{max(row, top + 1) + 1}"})
    paper(sheet, widths, (top, top))
