"""The audit of files for people at a terminal: the verdict first. One file is reported in full; of several, a list by name
and those that need work in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hrss12333.model.filing import Filing, Summary, Table, cell_name
from hrss12333.model.finding import UNREAD, Finding, Severity, count
from hrss12333.model.national import National
from hrss12333.reading.files.source import passed_over
from hrss12333.reporting.standing import Standings
from hrss12333.reporting.terminal.overview import print_totals, print_verdict
from hrss12333.reporting.terminal.plain_output import PlainOutput
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.places import by_sheet
from hrss12333.wording.text import clean
from hrss12333.wording.verdicts import places_text, verdict

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.checking.engine import Checked
    from hrss12333.inbox import Inbox


_MOST_UNREAD = 5
"""Blocks of a file that are printed; reports and 问题清单 hold all of them."""


def _few_unread(findings: Sequence[Finding]) -> tuple[list[Finding], int]:
    """The findings of a file with its first few unread blocks, those that are asked about first; and how many are left out."""
    unread = sorted((item for item in findings if item.rule == UNREAD), key=lambda item: item.severity.rank)
    left_out = {id(item) for item in unread[_MOST_UNREAD:]}
    return [item for item in findings if id(item) not in left_out], len(left_out)


def report_check(
    inbox: Inbox, standings: Standings, *, console: Console | PlainOutput, strict: bool = False, verbose: bool = False
) -> None:
    """Everything found in these files and units.

    Args:
        inbox: what was sent and found.
        standings: who stands where.
        console: where to print.
        strict: whether open queries hold a file back.
        verbose: whether notes, explained queries, files without a finding, totals and every file passed over are printed
            for several files too.
    """
    printer, national = Printer(console), inbox.national
    if not inbox.files:
        printer.skipped(national.skipped, verbose=True)
        printer.line("结论：没有找到可以审核的文件。", style="bold")
        return
    one = len(inbox.files) == 1
    if not one:
        print_verdict(printer, inbox, standings, verbose=verbose)
        printer.blank()
    print_files(printer, inbox, strict=strict, verbose=one or verbose)
    if verbose and not one:
        print_totals(printer, national)
    printer.undecided(national.undecided, inbox.edition)
    print_rest(printer, national, verbose=verbose, one=one)


def print_rest(printer: Printer, national: National, *, verbose: bool, one: bool = False) -> None:
    """Files passed over; and how to see what is not shown."""
    printer.skipped(national.skipped, verbose=verbose)
    hidden = any(passed_over(item.file) for item in national.skipped) or (national.counts.note and not one)
    if hidden and not verbose:
        printer.line("加 -v 列出提示、各项合计和跳过的系统文件。", style="dim")


def print_files(printer: Printer, inbox: Inbox, *, strict: bool = False, verbose: bool) -> None:
    """What was found, file by file, and in each unit as a whole; where not ``verbose``, only what is to be done."""
    for item in inbox.files if verbose else ():
        _report_file(printer, item, item.edition or inbox.edition, strict)
        printer.blank()
    if not verbose:
        _report_in_short(printer, inbox)
    for unit in inbox.units:
        findings = [finding for finding in unit.findings if verbose or _open(finding)]
        if findings:
            printer.line(f"{unit.unit.name}（{len(unit.files)}个文件合起来看）", style="bold")
            printer.findings(findings, inbox.edition, 4)
            printer.blank()


def _open(finding: Finding) -> bool:
    return finding.blocks or finding.open_query


def _report_in_short(printer: Printer, inbox: Inbox) -> None:
    """What is to be done, file by file."""
    some = False
    for item in inbox.files:
        findings = [finding for finding in item.findings if _open(finding)]
        if findings:
            counts, some = count(findings), True
            printer.line(f"{clean(item.file)}　{places_text(counts.error, counts.unexplained)}", style="bold")
            _sheets(printer, findings, inbox.edition, 2, short=True)
    if some:
        printer.blank()


def _report_file(printer: Printer, item: Checked, edition: Edition, strict: bool) -> None:
    printer.line(clean(item.file), style="bold")
    printer.line(f"结论：{verdict(item, strict=strict)}", 2, _verdict_style(item))
    for line in _about(item, edition):
        printer.line(line, 2, "dim")
    _sheets(printer, item.findings, edition, 2)


def _sheets(
    printer: Printer, findings: Sequence[Finding], edition: Edition, indent: int, *, short: bool = False
) -> None:
    """Sheet by sheet; ``short`` with the sheet's name in each line, not in one of its own."""
    shown, more = _few_unread(findings)
    for sheet, listed in by_sheet(shown):
        name = f"工作表“{clean(sheet)}”" if sheet is not None else ""
        if name and not short:
            printer.line(name, indent, "bold")
        printer.findings(listed, edition, indent + 2 * (not short), lead=name if short else "")
    if more:
        printer.line(f"另有{more}处写了没有读取的内容，用 --report 写出的报告列出全部。", indent)


def _verdict_style(item: Checked) -> str:
    if item.result != "pass":
        return COLOURS[Severity.ERROR]
    return COLOURS[Severity.QUERY] if count(item.findings).unexplained else "green"


def _about(item: Checked, edition: Edition) -> Iterator[str]:
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
            if table.superseded:
                yield f"读取的：{_holds(table)}"
            yield from (f"没有读取的：{_holds(other)}。{clean(other.passed_over)}" for other in table.superseded)
    elif isinstance(document, Summary):
        yield f"工作总结　报送单位：{unit}　字数：{document.words:,}"


def _holds(table: Table) -> str:
    """Which table it is, where it stands and what it holds."""
    places = [*table.headings.values(), *(row.place for row in table.rows)]
    rows, columns = ([getattr(place, part) for place in places] for part in ("row", "column"))
    area = f"{cell_name(min(rows), min(columns))}:{cell_name(max(rows), max(columns))}"
    holds = f"{len(table.headings)}个栏目，{'有' if table.header else '没有'}表头，{len(table.rows)}行数据"
    return f"工作表“{clean(table.sheet)}”{area}的{table.form.key}，{holds}"
