"""The audit of files for people at a terminal: the verdict first. One file is reported in full; of several, a list by name (who
must correct, who must confirm, who is missing, whose figures are good) and those that need work in short; the key totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.model.filing import Filing, Summary, Table, cell_name
from hrss12333.model.finding import UNREAD_ID, Finding, Severity, count_by_severity
from hrss12333.model.national import National, State
from hrss12333.model.summary_lines import IN_QUESTION
from hrss12333.reading.files.source import passed_over
from hrss12333.reporting.standing import Standing, Standings
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording.alike import forms_together
from hrss12333.wording.finding_lines import FindingParagraph, finding_lines
from hrss12333.wording.merge_sentences import copies_in_words
from hrss12333.wording.places import by_sheet
from hrss12333.wording.text import clean, display_width, pad
from hrss12333.wording.verdicts import counts_text, verdict

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.inbox import Inbox, UnitFindings
    from hrss12333.reporting.outputs import Sink

_STATE_STYLES = {State.CORRECT: "bold red", State.CONFIRM: "yellow", State.MISSING: "magenta", State.USABLE: "green"}
_WIDTH = max(display_width(state.value) for state in State)
_MOST = 8
"""Paragraphs about several files; `-v`, reports and 问题清单 have all of them."""
_MOST_UNREAD = 5
"""Blocks of a file that are printed; reports and 问题清单 hold all of them."""


def check(inbox: Inbox, standings: Standings, written: Sequence[str], sink: Sink) -> None:
    """Everything found in these files and units; of several files notes, explained queries, files without a finding, totals
    and every file passed over only where the sink is verbose. Then what was written."""
    printer, national, verbose = Printer(sink), inbox.national, sink.verbose
    one = len(inbox.files) == 1
    if not one:
        print_verdict(printer, inbox, standings, verbose=verbose)
        printer.blank()
    if one or verbose:
        print_files(printer, inbox, strict=sink.strict)
    else:
        _print_what_to_do(printer, inbox)
    if verbose and not one:
        print_totals(printer, national)
    printer.undecided(national.undecided, inbox.edition)
    print_rest(printer, national, verbose=verbose, one=one)
    for line in written:
        sink.result(line)


def print_rest(printer: Printer, national: National, *, verbose: bool, one: bool = False) -> None:
    """Files passed over; and how to see what is not shown."""
    printer.skipped(national.skipped, verbose=verbose)
    hidden = any(passed_over(item.file) for item in national.skipped) or (national.counts.note and not one)
    if hidden and not verbose:
        printer.line("加 -v 列出提示、各项合计和跳过的系统文件。", style="dim")


def print_files(printer: Printer, inbox: Inbox, *, strict: bool = False) -> None:
    """What was found, file by file, and in each unit as a whole."""
    for item in inbox.files:
        _report_file(printer, item, item.edition or inbox.edition, strict)
        printer.blank()
    for unit in inbox.units:
        if unit.findings:
            printer.line(_unit_in_words(unit), style="bold")
            printer.findings(forms_together(unit.findings), inbox.edition, 4)
            printer.blank()


def _unit_in_words(unit: UnitFindings) -> str:
    return f"{unit.unit.name}（{len(unit.files)}个文件合起来看）"


def _print_what_to_do(printer: Printer, inbox: Inbox) -> None:
    """What is open, file by file and in each unit as a whole; of very much the severest of each, as many as a screen holds."""
    named = [(clean(item.file), item.findings) for item in inbox.files]
    named += [(_unit_in_words(unit), unit.findings) for unit in inbox.units]
    listed = [
        (name, found) for name, findings in named if (found := [finding for finding in findings if finding.is_open])
    ]
    paragraphs = [_paragraphs(forms_together(found), inbox.edition) for _, found in listed]
    turns = sorted((turn, at) for at, all_of in enumerate(paragraphs) for turn in range(len(all_of)))
    shown = Counter(at for _, at in turns[:_MOST])
    for at, number in sorted(shown.items()):
        name, found = listed[at]
        counts = count_by_severity(found)
        parts = [
            f"要改{counts.error}处" if counts.error else "",
            f"要核实{counts.unexplained}处" if counts.unexplained else "",
        ]
        printer.line(f"{name}　{'，'.join(filter(None, parts))}", style="bold")
        for lead, paragraph in paragraphs[at][:number]:
            for paragraph_line in paragraph:
                printer.paragraph(paragraph_line, 2, lead=lead)
    if len(turns) > _MOST:
        printer.line(f"这里列出了{_MOST}项，各文件先列最要紧的；加 -v 列出全部，或用 --report 写出报告。", style="dim")
    if turns:
        printer.blank()


def _paragraphs(findings: Sequence[Finding], edition: Edition) -> list[tuple[str, list[FindingParagraph]]]:
    """What there is to say of a file, the severest first: each with its sheet."""
    found: list[tuple[str, list[FindingParagraph]]] = []
    for sheet, listed in by_sheet(_few_unread(findings)[0]):
        for paragraph_line in finding_lines(listed, edition):
            if paragraph_line.label:
                named = sheet and not paragraph_line.words.startswith(sheet)
                found.append((f"工作表“{clean(sheet or '')}”" if named else "", []))
            found[-1][1].append(paragraph_line)
    return sorted(found, key=lambda one: one[1][0].severity is not Severity.ERROR)


def _few_unread(findings: Sequence[Finding]) -> tuple[list[Finding], int]:
    """The findings of a file with its first few unread blocks, those that are asked about first; and how many are left out."""
    unread = sorted((item for item in findings if item.rule == UNREAD_ID), key=lambda item: item.severity.rank)
    left_out = {id(item) for item in unread[_MOST_UNREAD:]}
    return [item for item in findings if id(item) not in left_out], len(left_out)


def _report_file(printer: Printer, item: Checked, edition: Edition, strict: bool) -> None:
    printer.line(clean(item.file), style="bold")
    pass_style = COLOURS[Severity.QUERY] if count_by_severity(item.findings).unexplained else "green"
    style = pass_style if item.result == "pass" else COLOURS[Severity.ERROR]
    printer.line(f"结论：{verdict(item, strict=strict)}", 2, style)
    for line in _file_lines(item, edition):
        printer.line(line, 2, "dim")
    shown, more = _few_unread(item.findings)
    for sheet, listed in by_sheet(shown):
        if sheet is not None:
            printer.line(f"工作表“{clean(sheet)}”", 2, "bold")
        printer.findings(listed, edition, 4)
    if more:
        printer.line(f"另有{more}处写了没有读取的内容，用 --report 写出的报告列出全部。", 2)


def _file_lines(item: Checked, edition: Edition) -> Iterator[str]:
    """What the file is, on a line."""
    document = item.document
    unit = item.unit.name if item.unit else "未识别"
    if isinstance(document, Filing):
        contact = " ".join(clean(part) for part in document.contact.values() if part)
        yield f"报送单位：{unit}" + (f"　联系人：{contact}" if contact else "")
        parts = [f"{document.year}年度"] if document.year else []
        for form in edition.forms:
            tables = document.tables_of(form)
            parts.append(f"{form.key}有{sum(len(table.rows) for table in tables)}行" if tables else f"没有{form.key}")
        yield "，".join(parts) + (f"　校验码：{item.code}" if item.code else "")
        for table in document.tables:
            if table.superseded or table.how:
                yield f"读取的：{_rows_in_words(table)}{'。' if table.how else ''}{table.how}"
            yield from (
                f"没有读取的：{_rows_in_words(other)}。{clean(other.passed_over)}" for other in table.superseded
            )
    elif isinstance(document, Summary):
        yield f"工作总结　报送单位：{unit}　字数：{document.words:,}"


def _rows_in_words(table: Table) -> str:
    places = [*table.headings.values(), *(row.place for row in table.rows)]
    rows, columns = ([getattr(place, part) for place in places] for part in ("row", "column"))
    area = f"{cell_name(min(rows), min(columns))}:{cell_name(max(rows), max(columns))}"
    holds = f"{len(table.headings)}个栏目，{'有' if table.header else '没有'}表头，{len(table.rows)}行数据"
    return f"工作表“{clean(table.sheet)}”{area}的{table.form.key}，{holds}"


def print_verdict(printer: Printer, inbox: Inbox, standings: Standings, *, verbose: bool) -> None:
    """Which year was taken, where files name several; 结论：40个文件，32个单位：要改3个，没报17个，可以用12个（强制性错误5处）。
    and the list; notes are counted where ``verbose``."""
    others, year = len(inbox.national.other_years), inbox.edition.year
    if others:
        printer.line(
            f"按{year}年度处理：写明其他年度的{others}个文件不计入；要按别的年度，用 --year 指定。", style="bold"
        )
    counts = inbox.national.counts
    found = counts_text(counts if verbose else replace(counts, note=0))
    tail = f"（{found}）" if found else ""
    by_state = {state: listed for state in State if (listed := standings.of_state(state))}
    parts = "，".join(f"{state.value}{len(listed)}个" for state, listed in by_state.items())
    printer.line(f"结论：{len(inbox.files)}个文件，{standings.counted}：{parts}{tail}。", style="bold")
    for state, listed in by_state.items():
        named = "、".join(_name_and_places(item) for item in listed)
        printer.line(f"{len(listed)}个：{named}", 2, lead=pad(state.value, _WIDTH), lead_style=_STATE_STYLES[state])
    if copies := copies_in_words(inbox.national):
        printer.line(copies)


def _name_and_places(item: Standing) -> str:
    name = clean(item.name) if item.known else f"《{clean(item.name)}》"
    remark = item.note or (f"{item.places}处" if item.places else "")
    return f"{name}（{remark}）" if remark else name


def print_totals(printer: Printer, national: National) -> None:
    """Form by form, in columns; nothing of a form without rows."""
    for form in filter(national.entries_of, national.edition.forms):
        rows = list(_total_rows(national, form))
        printer.put((f"{form.key} {form.title}", "bold"))
        label, figure, unit = (max(display_width(row[part]) for row in rows) for part in (0, 1, 2))
        for name, value, measure, covered in rows:
            shown = f"  {pad(name, label)}  {pad(value, figure, right=True)} {pad(measure, unit)}"
            line = f"{shown}  {covered}".rstrip()
            printer.put((line[: len(shown)], ""), (line[len(shown) :], COLOURS[Severity.QUERY]))
        printer.blank()


def _total_rows(national: National, form: Form) -> Iterator[tuple[str, str, str, str]]:
    """Name, figure, measure and, where rows are missing from it, coverage."""
    for column in form.data:
        tally = national.tally(form, column)
        questioned = sum(national.is_in_question(entry, (column.key,)) for entry in national.entries_of(form))
        parts = [
            "" if tally.is_complete else f"{tally.answered}/{tally.rows}个地区",
            f"{IN_QUESTION}{questioned}个" if questioned else "",
        ]
        covered = f"（{'，'.join(filter(None, parts))}）" if any(parts) else ""
        if column.kind is Kind.CHOICE:
            for choice, number in tally.choices.items():
                yield f"{column.label}：{choice}", f"{number:,}", "个地区", covered
        elif tally.total is None:
            yield column.label, "无数据", "", covered
        elif column.kind is Kind.YESNO:
            yield f"{column.label}：是", f"{tally.total:,}", "个地区", covered
        else:
            yield column.label, f"{tally.total:,}", column.unit, covered
