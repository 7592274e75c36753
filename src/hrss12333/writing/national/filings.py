"""报送情况: what each unit sent, when, in which files, and its state; 联系人: whom to call there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct

from hrss12333.checking.rules.merge import LATE
from hrss12333.merging.sent import newest_reports
from hrss12333.model import summary_lines
from hrss12333.model.finding import StaffAnswer
from hrss12333.model.national import Contact, Received, UnitStatus, beijing
from hrss12333.model.summary_lines import nobody, reporter
from hrss12333.survey.schema import Form
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.issues import day_number
from hrss12333.writing.national.styles import STATE_MARKS
from hrss12333.writing.national.table import write_table
from hrss12333.writing.sheet_text import width

_FINGERPRINT = (
    "SHA-256按收到的文件内容计算；邮件附件和压缩包里的文件，按取出后的内容计算。文件一字不改，这一串字符才相同。"
)


class _FilingLine(Struct, frozen=True):
    """A unit, or a file that came in."""

    number: int
    unit: str
    files: str
    sent: UnitStatus | None = None
    received: Received | None = None


def write_filings(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line a unit, and below, for the screen, every file that came in with its fingerprint, so that years
    later it can be shown which one a figure is from."""
    national, deadline = book.national, book.national.edition.notice.deadline
    until = f"报送截止日期{deadline.year}年{deadline.month}月{deadline.day}日。" if deadline else ""
    remarks = [
        f"{until}时间取最晚的一份。",
        "行数是计入汇总的地区数，没有计入的原因见问题清单。",
        f"各{national.noun}后面是收到的每个文件，不打印。{_FINGERPRINT}",
    ]
    whole = [UnitStatus(national.of, code=national.code)] if national.of and national.code else []
    every = enumerate([*national.units, *whole], 1)
    units = [_FilingLine(at, one.unit.name, "\n".join(one.files), one) for at, one in every]
    files = [
        _FilingLine(at, one.unit or nobody(national), one.file, received=one)
        for at, one in enumerate(national.received, 1)
    ]
    write_table(book, sheet, _filing_columns(book), (units, files), remarks)


def _filing_columns(book: NationalBook) -> list[SheetColumn]:
    """State, files, dates, rows of each unit, and what was found; of a file what it is."""
    national, of_units = book.national, book.national.of is None
    reports, deadline = newest_reports(national.summaries), national.edition.notice.deadline
    late = {finding.unit for finding in national.findings if finding.rule == LATE.id}
    wide = max([20.0, *(width(file) + 4 for one in national.units for file in one.files)])
    asked = {each.name: each for each in book.respondents}
    papers = book.progress.stamped if book.progress else {}

    def in_time(one: UnitStatus) -> str:
        return "逾期" if one.unit.name in late else "否" if one.received and deadline else ""

    def words(one: UnitStatus) -> int | None:
        return reports[one.unit.code].words if of_units and one.unit.code in reports else None

    def of_unit(
        heading: str, width: float, show: Callable[[UnitStatus], Any], key: str = "", **about: Any
    ) -> SheetColumn:
        def shown(line: _FilingLine) -> Any:
            return show(line.sent) if line.sent else None

        return SheetColumn(key, heading, width, show=shown, **{"look": "centre", **about})

    def of_file(heading: str, width: float, show: Callable[[Received], str], look: str) -> SheetColumn:
        def shown(line: _FilingLine) -> str | None:
            return show(line.received) if line.received else None

        # Digits of a fingerprint that look like a telephone are none.
        return SheetColumn("", heading, width, show=shown, look=look, prints=False, is_private=True)

    def paper(one: UnitStatus) -> StaffAnswer:
        return papers.get(one.unit.name) or StaffAnswer()

    def came_on(one: UnitStatus) -> str | int | None:
        return day_number(paper(one).when) or paper(one).day

    def room_mark(line: _FilingLine) -> str:
        return "room" if line.sent and line.sent.unit is not national.of else ""

    def questions(one: UnitStatus, *, errors: bool) -> int | None:
        open_ones = asked[one.unit.name].open_questions if one.unit.name in asked else ()
        return sum(question.is_error is errors for question in open_ones) or None

    def note(one: UnitStatus) -> str:
        return asked[one.unit.name].note if one.unit.name in asked else ""

    def state_mark(line: _FilingLine) -> str:
        return STATE_MARKS.get(national.states.get(line.unit, ""), "") if line.sent else ""

    def late_mark(line: _FilingLine) -> str:
        return "query" if line.sent and line.unit in late else ""

    number, staff = partial(of_unit, look="number"), {"mark": room_mark, "stays": True, "prints": False}
    return [
        SheetColumn("", "序号", 5.0, show=lambda line: line.number, look="plain"),
        SheetColumn(summary_lines.UNIT_KEY, reporter(national), 17.0, show=lambda line: line.unit),
        of_unit(summary_lines.STATUS, 8.0, lambda one: national.states.get(one.unit.name, ""), mark=state_mark),
        SheetColumn("", "文件", wide, show=lambda line: line.files),
        of_unit("收到时间", 17.0, lambda one: _moment_in_words(one.received)),
        of_unit("保存时间", 17.0, lambda one: _moment_in_words(one.saved), varies=True),
        of_unit("是否逾期", 6.0, in_time, mark=late_mark, varies=True),
        *(number(f"{form.key}行数", 6.5, partial(_rows, form)) for form in book.forms),
        of_unit("缺报地区", 24.0, partial(_absent_regions, book.forms), look="text"),
        number("工作总结字数", 8.0, words),
        of_unit("校验码", 12.0, lambda one: one.code, key="@code"),
        number("改正（处）", 7.0, partial(questions, errors=True)),
        number("核实（处）", 7.0, partial(questions, errors=False)),
        of_unit("说明", 20.0, note, look="text", varies=True),
        of_unit("盖章件收到日期", 11.0, came_on, key="@stamped_on", **{**staff, "look": "date"}),
        of_unit("盖章件校验码", 12.0, lambda one: paper(one).text, key="@stamped", **staff),
        of_file("内容", 10.0, lambda one: one.what, "centre"),
        of_file("SHA-256", 68.0, lambda one: one.sha256, "line"),
    ]


def _rows(form: Form, one: UnitStatus) -> int | None:
    return one.rows.get(form.key, 0) if one.files else None


def _moment_in_words(moment: datetime | None) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M}" if moment else ""


def _absent_regions(forms: tuple[Form, ...], status: UnitStatus) -> str:
    """Regions without a row that counts, by form where the forms differ; of a unit that sent nothing the whole unit is
    missing, and no list is needed."""
    if not status.files:
        return ""
    each = {form.key: _absent_from(form, status) for form in forms}
    if len({*each.values()}) == 1:
        return next(iter(each.values()))
    return "\n".join(f"{key}：{text}" for key, text in each.items() if text)


def _absent_from(form: Form, status: UnitStatus) -> str:
    unsent, uncounted = (
        "全部地区" if 1 < len(names) == len(status.unit.regions) else "、".join(names)
        for names in (status.unsent_regions(form), status.uncounted_regions.get(form.key, ()))
    )
    return "\n".join(part for part in (unsent, uncounted and f"已报但没有计入：{uncounted}") if part)


def write_contacts(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line a contact; a unit without one is listed with blanks."""
    noun, nobody_named = book.national.noun, (Contact("", None, None, None),)
    lines = [(one.unit.name, contact) for one in book.national.units for contact in one.contacts or nobody_named]
    if book.national.of and book.national.contact:
        lines.append((book.national.of.name, book.national.contact))
    about: dict[str, Any] = {"stays": True, "is_private": True}
    columns = [
        SheetColumn("", "序号", 6.0, show=lambda line: line[0], look="plain"),
        SheetColumn(summary_lines.UNIT_KEY, reporter(book.national), 24.0, show=lambda line: line[1]),
        SheetColumn("name", "联系人", 16.0, show=lambda line: line[2].name, **about),
        SheetColumn("mobile", "手机号", 18.0, show=lambda line: line[2].mobile, **about),
        SheetColumn("email", "邮箱", 30.0, show=lambda line: line[2].email, **about),
        SheetColumn("file", "来源文件", 48.0, show=lambda line: line[2].file, **about),
    ]
    remark = f"取自各{noun}调查表表头。手机号按文本保存。空白是表头未填或该{noun}没报。"
    write_table(book, sheet, columns, ([(number, *line) for number, line in enumerate(lines, 1)], ()), [remark])
