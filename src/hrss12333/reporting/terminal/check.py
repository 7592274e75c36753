"""The audit of files for people at a terminal: the verdict first. One file is reported in full; of several, a list by name (who
must correct, who must confirm, who is missing, whose figures are good), what to do first, and 附注."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.checking.rules.catalogue import is_of_whole_unit
from hrss12333.checking.rules.merge import other_year
from hrss12333.model.filing import Filing, Summary
from hrss12333.model.finding import MISSING_UNIT_ID, Finding, Severity, count_by_severity
from hrss12333.model.national import National, State
from hrss12333.model.summary_lines import IN_QUESTION
from hrss12333.reading.files.source import passed_over
from hrss12333.reporting.annex import FIRST, NOBODY, annex_counts, located_at, quoted_text
from hrss12333.reporting.standing import Standing, Standings, undecided_words
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording.alike import Alike, forms_together, grouped, once
from hrss12333.wording.finding_lines import finding_text, suggestion_text
from hrss12333.wording.merge_sentences import copies_in_words
from hrss12333.wording.places import FileNames, by_sheet
from hrss12333.wording.text import clean, display_width, pad
from hrss12333.wording.verdicts import counts_text, verdict

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.inbox import Inbox
    from hrss12333.reporting.outputs import Sink

_STATE_STYLES = {State.CORRECT: "bold red", State.CONFIRM: "yellow", State.MISSING: "magenta", State.USABLE: "green"}
_WIDTH = max(display_width(state.value) for state in State)
_MOST = 10
"""Lines of what to do first, and of 附注; `-v`, reports and workbook have all of them."""
_FEW_NAMED = 3


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
        print_first(printer, inbox, standings)
    print_annex(printer, inbox, verbose=verbose)
    if verbose and not one:
        print_totals(printer, national)
    print_rest(printer, inbox, verbose=verbose, one=one)
    for line in written:
        sink.result(line)


def print_rest(printer: Printer, inbox: Inbox, *, verbose: bool, one: bool = False) -> None:
    """What could not be judged, files passed over, and how to see what is not shown."""
    national = inbox.national
    if national.undecided:
        printer.line(undecided_words(national, inbox.edition), style="dim")
        printer.blank()
    printer.skipped(national.skipped, verbose=verbose)
    hidden = any(passed_over(item.file) for item in national.skipped) or (national.counts.note and not one)
    if hidden and not verbose:
        printer.line("加 -v 列出提示、各项合计和跳过的系统文件。", style="dim")


def print_files(printer: Printer, inbox: Inbox, *, strict: bool = False) -> None:
    """What was found, file by file, and in each unit as a whole."""
    annex = annex_counts(inbox.quoted) if len(inbox.files) == 1 else ""
    for item in inbox.files:
        conclusion = f"结论：{verdict(item, strict=strict)}{f'{annex}。' if annex else ''}"
        _report_file(printer, item, item.edition or inbox.edition, conclusion)
        printer.blank()
    for unit in inbox.units:
        if unit.findings:
            printer.line(f"{unit.unit.name}（{len(unit.files)}个文件合起来看）", style="bold")
            printer.findings(forms_together(unit.findings), inbox.edition, 4)
            printer.blank()


def print_first(printer: Printer, inbox: Inbox, standings: Standings) -> None:
    """What to do first, a line each: of each who reports one question before any has two, what must be corrected before what is
    to be confirmed, the most at stake first; of one rule the weightiest stands for the others."""
    open_ones = [(standing, [*filter(_is_to_do, standing.findings)]) for standing in standings.listed]
    places = sum(len(findings) for _, findings in open_ones)
    if not places:
        return
    from hrss12333.merging.influence import Stakes

    names, stakes = FileNames(item.file for item in inbox.files), Stakes(inbox.national)
    turns: list[tuple[tuple[float, ...], str, Alike]] = []
    for standing, findings in open_ones:
        weighed = (replace(each, influence=each.influence or stakes.stake_of(each)) for each in findings)
        by_kind = grouped(weighed, lambda each: (each.severity, each.rule)).values()
        kinds = [Alike(tuple(once(kind))) for kind in by_kind]
        for turn, kind in enumerate(sorted(kinds, key=lambda kind: (kind.first.severity.rank, -kind.stake))):
            name = f"{clean(standing.name)}　" if standing.known else ""
            together = len(standing.files) > 1 and is_of_whole_unit(kind.first)
            name += "各文件合起来看：" if together else ""
            turns.append(((turn, kind.first.severity.rank, -kind.stake), name, kind))
    if not inbox.national.entries:  # nothing is of the year that was asked for: that is reported once
        strange = [turn for turn in turns if turn[2].first.rule == other_year.id]
        turns = [turn for turn in turns if turn not in strange] + strange[:1]
    rest = f"（共{places}处，先列{_MOST}项；加 -v 列出全部，或用 --report 写出报告）" if len(turns) > _MOST else ""
    printer.line(f"先办这些{rest}：", style="bold")
    for _, name, kind in sorted(turns, key=lambda item: item[0])[:_MOST]:
        first = max(kind.findings, key=lambda each: each.influence)
        words = finding_text(names.of(first), inbox.edition)
        advice = suggestion_text(inbox.edition, first).rstrip("。")
        others = _others_in_words(first, [each for each in kind.findings if each is not first])
        place = "" if name.endswith("：") else _place_in_words(first, names)
        told = f"{name}{place}{words}{f'建议：{advice}。' if advice else ''}{others}"
        label = f"[{first.severity.label} {first.rule}]"
        printer.line(told, 2, lead=label, lead_style=COLOURS[first.severity])
    printer.blank()


def _is_to_do(finding: Finding) -> bool:
    return finding.is_open and finding.rule != MISSING_UNIT_ID


def _place_in_words(finding: Finding, names: FileNames) -> str:
    """《广东省.xlsx》工作表“附表1”　; empty for what is in no file, or in several together."""
    sheet = f"工作表“{clean(finding.sheet)}”" if finding.sheet else ""
    return f"《{names(finding.file)}》{sheet}　" if finding.file else ""


def _others_in_words(first: Finding, others: Sequence[Finding]) -> str:
    """同样的问题还有20个地区：韶关市、深圳市、珠海市等; else how many other places; empty where it is the only one."""
    regions = [*dict.fromkeys(clean(each.region) for each in others if each.region and each.region != first.region)]
    if regions:
        more = "等" if len(regions) > _FEW_NAMED else ""
        return f"同样的问题还有{len(regions)}个地区：{'、'.join(regions[:_FEW_NAMED])}{more}。"
    return f"同样的问题还有{len(others)}处。" if others else ""


def print_annex(printer: Printer, inbox: Inbox, *, verbose: bool) -> None:
    """附注, a line a text; of many the first, unless ``verbose``."""
    quoted, names = inbox.quoted, FileNames(item.file for item in inbox.quoted)
    if not quoted:
        return
    shown = quoted if verbose else quoted[:_MOST]
    rest = f"，先列{_MOST}条，加 -v 列出全部" if len(quoted) > len(shown) else ""
    printer.line(f"{annex_counts(quoted)}{rest}：", style="bold")
    for item in shown:
        whose = item.unit.name if item.unit else NOBODY
        lead = FIRST if item.marked else ""
        style = COLOURS[Severity.QUERY]
        printer.line(f"{whose}　{located_at(item, names)}：{quoted_text(item)}", 2, lead=lead, lead_style=style)
    printer.blank()


def _report_file(printer: Printer, item: Checked, edition: Edition, conclusion: str) -> None:
    printer.line(clean(item.file), style="bold")
    pass_style = COLOURS[Severity.QUERY] if count_by_severity(item.findings).unexplained else "green"
    style = pass_style if item.result == "pass" else COLOURS[Severity.ERROR]
    printer.line(conclusion, 2, style)
    for line in _file_lines(item, edition):
        printer.line(line, 2, "dim")
    for sheet, listed in by_sheet(item.findings):
        if sheet is not None:
            printer.line(f"工作表“{clean(sheet)}”", 2, "bold")
        printer.findings(listed, edition, 4)


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
    elif isinstance(document, Summary):
        yield f"工作总结　报送单位：{unit}　字数：{document.words:,}"


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
    annex = annex_counts(inbox.quoted)
    tail = (f"（{found}）" if found else "") + (f"；{annex}" if annex else "")
    by_state = {state: listed for state in State if (listed := standings.of_state(state))}
    parts = "，".join(f"{state.value}{len(listed)}个" for state, listed in by_state.items())
    printer.line(f"结论：{len(inbox.files)}个文件，{standings.counted}：{parts}{tail}。", style="bold")
    for state, listed in by_state.items():
        lead, named = pad(state.value, _WIDTH), [*map(_name_and_places, listed)]
        printer.names(f"{len(listed)}个：", named, 2, lead=lead, lead_style=_STATE_STYLES[state])
    if copies := copies_in_words(inbox.national):
        printer.line(copies)


def _name_and_places(item: Standing) -> str:
    name = clean(item.name) if item.known else f"《{clean(item.name)}》"
    remark = "；".join(filter(None, (f"{item.places}处" if item.places else "", item.note)))
    return f"{name}（{remark}）" if remark else name


def print_totals(printer: Printer, national: National) -> None:
    """Form by form, in columns, or on one line where nothing is missing or in question; nothing of a form without rows."""
    for form in filter(national.entries_of, national.edition.forms):
        rows = list(_total_rows(national, form))
        if not any(covered for *_, covered in rows):
            named = [f"{name}{value}{measure}" for name, value, measure, _ in rows]
            printer.names("", named, lead=f"{form.key}合计：", lead_style="bold")
            printer.blank()
            continue
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
        questioned = sum(column.key in national.questions.get(entry.where, ()) for entry in national.entries_of(form))
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
