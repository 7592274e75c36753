"""明细: every row of every unit with its source, faulty cells marked; the sums of 汇总 are formulas over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from msgspec.structs import asdict, replace

from hrss12333.merging.sent import newest_reports
from hrss12333.model import summary_lines
from hrss12333.model.finding import Finding, Severity, StaffAnswer, Where
from hrss12333.model.national import Contact, Entry, UnitStatus, beijing
from hrss12333.published import label as label_of
from hrss12333.questions import Question, numbers_of
from hrss12333.survey.schema import NO, YES, Form, Kind, answer_word
from hrss12333.wording.values import DOUBT, ESTIMATE, WRONG, found_text
from hrss12333.wording.verdicts import counted_text
from hrss12333.writing.national.book import BEFORE_KEY, SIGNS, STATE_MARKS, DetailRange, NationalBook, SheetColumn
from hrss12333.writing.national.issues import day_number
from hrss12333.writing.national.table import Page, TextLine, figure_width, fitted, write_table
from hrss12333.writing.workbook import CellContent, LookAndContent, public, width

_FIRST_LINE = 5
"""Row of the first line, below title, two explanations, groups and headings."""
_WIDTHS = {Kind.SERIAL: 5.0, Kind.REGION: 23.0, Kind.COUNT: 7.5, Kind.YESNO: 8.6, Kind.CHOICE: 10.0, Kind.TEXT: 24.0}
"""Half-width characters of the form's columns; those of counts may be wider."""
_LONGEST_COUNT = "；改正99处、核实99处；已说明99处"
_WIDEST, _LONGEST_REMARK = 250.0, 100.0
"""Half-width characters that Excel allows a column, and that 备注 gets at most."""
_BEHIND = (8.0, 24.0, 36.0, 34.0, 14.0, 7.0)
"""Widths of the columns that are not printed: whether a row counts, what was found, its source."""
_LONG_HEADING = 10
"""Half-width characters of a heading that fits on one line."""
_TEXTS = (Kind.REGION, Kind.TEXT, Kind.SERIAL, Kind.COUNT)
"""Kinds of columns whose texts are left-aligned."""
_UNREAD_MARK = "？"
"""Precedes a text that looks like an answer but was not accepted."""


def detail_range(book: NationalBook, form: Form) -> DetailRange:
    """The position of the rows, to which 汇总 refers before they are written."""
    rows: dict[str, tuple[int, int]] = {}
    last = _FIRST_LINE
    for last, entry in enumerate(book.national.entries_of(form, counted=False), _FIRST_LINE):
        name = summary_lines.owner(entry)
        rows[name] = (rows.get(name, (last, last))[0], last)
    columns = {column.key: at for at, column in enumerate(_columns(book, form))}
    questioned = {key for line in book.lines[form.key] for _, keys in line.questioned for key in keys}
    marks = {column.key: summary_lines.questioned_mark(column) for column in form.data if column.key in questioned}
    return DetailRange(summary_lines.detail_sheet(form), _FIRST_LINE, last, columns, rows, marks)


def write_details(book: NationalBook, form: Form, sheet: Any) -> None:
    """Fill the sheet; adjacent entries of one file share one link to it."""
    span, entries = book.detail_ranges[form.key], book.national.entries_of(form, counted=False)
    left_out = sum(not entry.counted for entry in entries)
    remarks = [
        f"共{len(entries)}行，其中{left_out}行不计入汇总（斜体加删除线，原因见“{summary_lines.AUDIT}”列）。空白是未填，不等于0。",
        f"带{WRONG.sign}红底：强制性错误；带{DOUBT}黄底：核实性错误，空白的画叉，说明见“{summary_lines.ISSUES}”。列在“{summary_lines.IN_QUESTION}”中的数计入合计，不计入比率。",
    ]
    if any(entry.is_estimate for entry in entries):
        remarks[-1] += f"带{ESTIMATE}的数，备注写明是估计的（暂估、预计、统计不全等）。"
    columns = _wide_enough(_columns(book, form), form, entries, "".join(span.questioned.values()))
    page = Page(book.styles, sheet, columns, is_filtered=True)
    page.head(f"{book.year}年度{form.title}明细（{form.key}）", remarks)
    book.keys[span.sheet] = [column for column in columns if not column.is_folded]
    asked: dict[Where, list[Question]] = {}
    for question in (question for each in book.respondents for question in each.questions):
        for where in {finding.where for finding in question.findings if finding.line}:
            asked.setdefault(where, []).append(question)
    for row, entry in enumerate(entries, span.first):
        findings, questions = book.national.findings_at.get(entry.where, ()), asked.get(entry.where, ())
        sheet.add(row, [*_cells(book, entry, _audit_text(entry, questions), _marks(form, findings))])
    first, at = span.first, span.columns[summary_lines.DETAIL_KEYS[summary_lines.SOURCE_FILE]]
    for file, run in groupby(entry.file for entry in entries):
        own = range(first, first + sum(1 for _ in run))
        if link := book.links.get(file):
            sheet.link(own, at, link)
        first = own.stop
    sheet.ignore_errors({"number_stored_as_text": f"A{span.first + 1}:AZ{span.last + 1}"})
    page.finish(span.last, lines=(span.first, span.last), frozen=3)


def _columns(book: NationalBook, form: Form) -> list[SheetColumn]:
    """The form's columns, and those to their right, which are not printed."""
    columns = [SheetColumn(summary_lines.UNIT_KEY, summary_lines.reporter(book.national), 17.0)]
    for column in form.columns:
        is_count = column.kind is Kind.COUNT
        heading = f"{label_of(column)}\n（{column.measure}）" if is_count else column.label
        wide = min(width(heading), _LONG_HEADING) + 0.4 if is_count else 0.0
        columns.append(SheetColumn(column.key, heading, max(_WIDTHS[column.kind], wide), group=column.group))
    behind = zip(summary_lines.DETAIL_KEYS.items(), _BEHIND, strict=True)
    columns += [SheetColumn(key, heading, wide, prints=False) for (heading, key), wide in behind]
    if not book.previous:
        return columns
    for column in form.data:
        label = f"上年{column.label}"  # last year's of the same region, to be compared
        columns.append(SheetColumn(f"{BEFORE_KEY}:{column.key}", label, 11.0, prints=False, is_folded=True))
    return columns


def _wide_enough(
    columns: list[SheetColumn], form: Form, entries: Sequence[Entry], questioned: str
) -> list[SheetColumn]:
    """The columns, as wide as the largest figure or longest text; ``questioned``: all figures in question."""
    values = zip(*(entry.row.scalars_in(form) for entry in entries), strict=True)
    for at, (column, found) in enumerate(zip(form.columns, values, strict=False), 1):
        if column.kind is Kind.COUNT:
            largest = max((value for value in found if type(value) is int), default=0)
            columns[at] = replace(columns[at], width=max(columns[at].width, figure_width(f"{largest:,}")))
        elif column.kind is Kind.TEXT:  # if it is not printed, on one line
            most = min(max(width(str(value or "")) for value in found) + 2.0, _LONGEST_REMARK)
            columns[at] = replace(columns[at], width=max(columns[at].width, most))
    left_out = {(entry.why, entry.by): entry for entry in entries if not entry.counted}
    reason = max((width(_audit_text(entry, ())) for entry in left_out.values()), default=0)
    audit = summary_lines.DETAIL_KEYS[summary_lines.AUDIT]
    longest = {summary_lines.QUESTIONED_KEY: width(questioned), audit: reason + width(_LONGEST_COUNT)}
    wide = (replace(one, width=max(one.width, longest.get(one.key, 0) + 2.0)) for one in columns)
    return fitted([replace(one, width=min(one.width, _WIDEST)) for one in wide])


def _audit_text(entry: Entry, questions: Sequence[Question]) -> str:
    """Why a row is left out, and how many questions are about it."""
    parts = [] if entry.counted else [f"不计入：{entry.reason}" if entry.why else "不计入"]
    answered = sum(not question.is_open for question in questions)
    parts += [counted_text(questions), f"已说明{answered}处" if answered else ""]
    return "；".join(filter(None, parts))


def _marks(form: Form, findings: Sequence[Finding]) -> dict[str, str]:
    """Field key → severity of the worst finding shown there; findings about no cell are at the region."""
    found: dict[str, list[Severity]] = {}
    for finding in findings:
        known = finding.field if finding.field in form.by_key else None
        found.setdefault(known or form.region.key, []).append(finding.severity)
    return {key: min(severities, key=[*Severity].index).value for key, severities in found.items()}


def _cells(book: NationalBook, entry: Entry, audit: str, marks: Mapping[str, str]) -> Iterator[LookAndContent]:
    """The cells of one line: the row, whether it counts, which figures are in question, its source;
    ``marks``: key of a column → severity of what was found in it."""
    form, out, sign, look = entry.form, not entry.counted, ESTIMATE * entry.is_estimate, book.styles.look

    def text(kind: str, content: str | int, mark: str = "", *, out: bool = out) -> LookAndContent:
        shown = answer_word(content) if isinstance(content, bool) else public(str(content))
        signed: dict[str, Any] = {}
        if mark in SIGNS and kind != "line":
            signed = {"num_format": f'@"{SIGNS[mark]}"'} if shown else {"diag_type": 3, "diag_border": 1}
        return look(kind, mark, out, **signed), shown or None

    plain_answers = {answer: text("centre", answer) for answer in (False, True)}
    yield text("text", summary_lines.owner(entry))
    for column, value in zip(form.columns, entry.row.scalars_in(form), strict=True):
        mark = marks.get(column.key, "")
        if type(value) is int:
            yield look("plain" if column.kind is Kind.SERIAL else "number", mark, out, sign), value
        elif isinstance(value, bool) and not mark:
            yield plain_answers[value]
        else:
            if value is None:  # as found: no sum includes it, and nothing mistakes it for an answer
                found = found_text(entry.row.get(column.key).found)
                value = f"{_UNREAD_MARK}{found}" if found in (YES, NO, *column.choices) else found
            yield text("text" if column.kind in _TEXTS else "centre", value, mark)
    keys = book.national.figures_in_question.get(entry.where, ())
    questioned = "".join(summary_lines.questioned_mark(column) for column in form.data if column.key in keys)
    yield text("centre", NO if out else YES)
    yield text("line", questioned, "query" if questioned else "")
    yield text("line", audit, out=False)
    yield text("link" if entry.file in book.links else "text", entry.file)
    yield text("text", entry.sheet)
    yield look("plain", left_out=out), entry.row.place.row
    if book.previous and not out:  # the hidden cells of which a comparison is made
        then = book.previous.row(entry)
        figures = (then.scalar(column.key) for column in form.data)
        yield from ((None, answer_word(figure) if isinstance(figure, bool) else figure) for figure in figures)


def write_filings(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line for each unit; below, not printed, every file received with its fingerprint."""
    national, deadline = book.national, book.national.edition.notice.deadline
    until = f"报送截止日期{deadline.year}年{deadline.month}月{deadline.day}日。" if deadline else ""
    remarks = [
        f"{until}时间取最晚的一份。",
        "行数是计入汇总的地区数，没有计入的原因见问题清单。",
        f"各{national.noun}后面是收到的每个文件，不打印。SHA-256按收到的文件内容计算；邮件附件和压缩包里的文件，按取出后的内容计算。"
        "文件一字不改，这一串字符才相同。",
    ]
    files = [
        TextLine(
            {
                "序号": at,
                summary_lines.UNIT_KEY: one.unit or summary_lines.nobody(national),
                "文件": one.file,
                "内容": one.what,
                "SHA-256": one.sha256,
            }
        )
        for at, one in enumerate(national.received, 1)
    ]
    write_table(book, sheet, _filing_columns(book), ([*_unit_lines(book)], files), remarks)


def _filing_columns(book: NationalBook) -> list[SheetColumn]:
    """The columns: of a unit its state, files, dates, rows and findings; of a file what it is."""
    wide = max([20.0, *(width(file) + 4 for one in book.national.units for file in one.files)])
    unprinted: dict[str, Any] = {"prints": False}
    return [
        SheetColumn("", "序号", 5.0, "plain"),
        SheetColumn(summary_lines.UNIT_KEY, summary_lines.reporter(book.national), 17.0),
        SheetColumn("", summary_lines.STATUS, 8.0, "centre"),
        SheetColumn("", "文件", wide),
        SheetColumn("", "收到时间", 17.0, "centre"),
        SheetColumn("", "保存时间", 17.0, "centre", varies=True),
        SheetColumn("", "是否逾期", 6.0, "centre", varies=True),
        *(SheetColumn("", f"{form.key}行数", 6.5, "number") for form in book.forms),
        SheetColumn("", "缺报地区", 24.0),
        SheetColumn("", "工作总结字数", 8.0, "number"),
        SheetColumn("@code", "校验码", 12.0, "centre"),
        SheetColumn("", "改正（处）", 7.0, "number"),
        SheetColumn("", "核实（处）", 7.0, "number"),
        SheetColumn("", "说明", 20.0, varies=True),
        SheetColumn("@stamped_on", "盖章件收到日期", 11.0, "date", stays=True, **unprinted),
        SheetColumn("@stamped", "盖章件校验码", 12.0, "centre", stays=True, **unprinted),
        # A fingerprint's digits may look like a telephone but are none.
        SheetColumn("", "内容", 10.0, "centre", is_private=True, **unprinted),
        SheetColumn("", "SHA-256", 68.0, "line", is_private=True, **unprinted),
    ]


def _unit_lines(book: NationalBook) -> Iterator[TextLine]:
    """The line of each unit, and of the whole unit if its cities take the units' place."""
    national, of_units = book.national, book.national.of is None
    reports = newest_reports(national.work_reports) if of_units else {}
    asked = {each.name: each for each in book.respondents}
    papers = book.progress.earlier.stamped if book.progress else {}
    whole = [UnitStatus(national.of, code=national.code)] if national.of and national.code else []
    for at, one in enumerate([*national.units, *whole], 1):
        name, state = one.unit.name, national.states.get(one.unit.name, "")
        respondent, paper = asked.get(name), papers.get(name) or StaffAnswer()
        errors, queries = numbers_of(respondent.questions if respondent else ())
        report, late = reports.get(one.unit.code), respondent.late if respondent else ""
        contents: dict[str, CellContent] = {
            "序号": at,
            summary_lines.UNIT_KEY: name,
            summary_lines.STATUS: state,
            "文件": "\n".join(one.files),
            "收到时间": _moment_in_words(one.received),
            "保存时间": _moment_in_words(one.saved),
            "是否逾期": late,
            **{f"{form.key}行数": one.rows.get(form.key, 0) if one.files else None for form in book.forms},
            "缺报地区": _absent_regions(book.forms, one),
            "工作总结字数": report.words if report else None,
            "@code": one.code,
            "改正（处）": errors or None,
            "核实（处）": queries or None,
            "说明": respondent.note if respondent else "",
            "@stamped_on": day_number(paper.when) or paper.day,
            "@stamped": paper.text,
        }
        room = "" if one.unit is national.of else "room"
        marks = {summary_lines.STATUS: STATE_MARKS.get(state, ""), "是否逾期": "query" if late == "逾期" else ""}
        yield TextLine(contents, {**marks, "@stamped_on": room, "@stamped": room})


def _moment_in_words(moment: datetime | None) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M}" if moment else ""


def _absent_regions(forms: tuple[Form, ...], status: UnitStatus) -> str:
    """Regions without a row that counts, by form where the forms differ; none of a unit that sent nothing."""
    if not status.files:
        return ""
    each = {form.key: _absent_from(form, status) for form in forms}
    if len({*each.values()}) == 1:
        return next(iter(each.values()))
    return "\n".join(f"{key}：{text}" for key, text in each.items() if text)


def _absent_from(form: Form, status: UnitStatus) -> str:
    sent = status.uncounted_regions.get(form.key, ())
    lacking = [name for name in status.missing_regions.get(form.key, ()) if name not in sent]
    unsent, uncounted = (
        "全部地区" if 1 < len(names) == len(status.unit.regions) else "、".join(names) for names in (lacking, sent)
    )
    return "\n".join(part for part in (unsent, uncounted and f"已报但没有计入：{uncounted}") if part)


def write_contacts(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet: a line for each contact; a unit without one has a line with blanks."""
    national, nobody_named = book.national, (Contact("", None, None, None),)
    listed = [(one.unit.name, contact) for one in national.units for contact in one.contacts or nobody_named]
    if national.of and national.contact:
        listed.append((national.of.name, national.contact))
    kept: dict[str, Any] = {"stays": True, "is_private": True}
    columns = [
        SheetColumn("", "序号", 6.0, "plain"),
        SheetColumn(summary_lines.UNIT_KEY, summary_lines.reporter(national), 20.0),
        SheetColumn("name", "联系人", 16.0, **kept),
        SheetColumn("mobile", "手机号", 16.0, **kept),
        SheetColumn("email", "邮箱", 44.0, **kept),
        SheetColumn("file", "来源文件", 48.0, **kept),
    ]
    lines = [
        TextLine({"序号": at, summary_lines.UNIT_KEY: name, **asdict(contact)})
        for at, (name, contact) in enumerate(listed, 1)
    ]
    remark = f"取自各{national.noun}调查表表头。手机号按文本保存。空白是表头未填或该{national.noun}没报。"
    write_table(book, sheet, columns, (lines, ()), [remark])
