"""Results for people at a terminal: all of one file; of several, the verdict, a list, what to do first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.checking.reasons import ANSWERS
from hrss12333.checking.rule import GROUPS, Rule
from hrss12333.checking.rules import is_of_whole_unit
from hrss12333.checking.rules.merge import other_year
from hrss12333.model.filing import Filing, WorkReport
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.message import FileNames
from hrss12333.model.national import National, State, tallies
from hrss12333.model.summary_lines import IN_QUESTION
from hrss12333.patterns import clean, grouped
from hrss12333.questions import Question
from hrss12333.questions.respondents import Respondent, Respondents
from hrss12333.reading.files.discovery import passed_over
from hrss12333.survey.schema import Edition, Form, Kind
from hrss12333.wording import verdicts
from hrss12333.wording.question_lines import QuestionLine, lines_of, progress_sentences, question_lines
from hrss12333.wording.text import display_width, few_named, pad
from hrss12333.wording.values import SEVERITIES, STATES, by_sheet, public_text, without_contacts

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.inbox import Inbox
    from hrss12333.questions.rounds import Progress
    from hrss12333.reporting import MergeResult, Sink

_MOST = 10
"""Lines shown of what to do first, and of 附注; `-v`, reports and workbook have all of them."""
COLOURS = {severity: look.tone for severity, look in SEVERITIES.items()}
"""Severity → its colour."""


def _print_questions(sink: Sink, lines: Iterable[QuestionLine], indent: int) -> None:
    """Print questions or notes, each with its suggestion and its answer."""
    for line in lines:
        first, *more = line.text.split("\n")
        sink.line(without_contacts(first), indent, COLOURS[line.first.severity], lead=f"[{line.label}]")
        for words in filter(None, [*more, line.answer, line.advised]):
            sink.line(without_contacts(words), indent + 2)


def print_sheets(sink: Sink, listed: Sequence[Question], edition: Edition, indent: int) -> None:
    """Print questions and notes, sheet by sheet."""
    for sheet, of_sheet in by_sheet(listed):
        if sheet is not None:
            sink.line(f"工作表“{clean(sheet)}”", indent, "bold")
        _print_questions(sink, lines_of(of_sheet, edition), indent + 2)


def check(respondents: Respondents, written: Sequence[str], progress: Progress | None, sink: Sink) -> None:
    """Print the result of ``check``, and which files were written."""
    inbox = respondents.inbox
    mailed = any(letter.received for letter in inbox.national.letters)  # the list names them
    one = len(inbox.files) == 1 and not mailed and not inbox.national.unaudited
    print_judged(sink, respondents, progress, one=one)
    for line in written:
        sink.result(line)


def merge(result: MergeResult, sink: Sink) -> None:
    """Print the result of ``merge``: what was found, what is missing, what was written."""
    national = result.respondents.inbox.national
    came = verdicts.merge_sentences(national) if sink.verbose else [verdicts.missing_in_words(national)]
    print_judged(sink, result.respondents, result.progress, came)
    for remark in result.remarks:
        sink.line(clean(remark))
    if result.output:
        sink.line(f"已写入：{clean(str(result.output))}")
    if result.written:
        named = few_named([clean(str(path)) for path in result.written], 3)
        sink.line(f"另写入{len(result.written)}个文件：{named}")
    for number, line in enumerate(result.stamping):
        sink.line(line, 2 if number else 0, "" if number else "bold")


def rules(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """Print a line for each rule, by groups, or ``one`` rule in full."""
    group = ""
    for rule in listed:
        text = rule.text_in(edition)
        if rule.group != group and not one:
            sink.line(f"{rule.group} {GROUPS[rule.group][0]}", style="bold")
            group = rule.group
        lead = f"{rule.id} {rule.severity.label if one else pad(rule.severity.label, 10)}"
        sink.line(text.title, 0 if one else 2, COLOURS[rule.severity], lead=lead)
        parts = {"要求": text.why, "依据": text.clause, "错误示例": text.wrong, "正确示例": text.right}
        parts |= {"怎样答复": ANSWERS[rule.id].in_words} if rule.id in ANSWERS else {}
        if one:
            for name, words in {**parts, "审核范围": rule.scope.value}.items():
                sink.line(f"{name}：{words}", 2)
    if not one:
        sink.blank()
        sink.line("每条规则的依据和正误示例：hrss12333 rules 规则编号，例如 hrss12333 rules B401", style="dim")


def rules_as_markdown(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """Print the rules as a table in Markdown, which docs/rules.md holds."""
    sink.result("| 规则 | 级别 | 内容 | 依据 | 怎样答复 |")
    sink.result("|---|---|---|---|---|")
    for rule in listed:
        text = rule.text_in(edition)
        answers = ANSWERS[rule.id].in_words if rule.id in ANSWERS else "不必答复"
        cells = (rule.id, rule.severity.label, text.title, text.clause, answers)
        shown = (" ".join(cell.split()).replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
        sink.result(f"| {' | '.join(shown)} |")


def _print_verdict(sink: Sink, respondents: Respondents) -> None:
    """Print 结论：40个文件，32个单位：要改3个，没报17个，可以用12个（改正5处）。 and the list by name."""
    inbox = respondents.inbox
    if unaudited := verdicts.unaudited_text(inbox.national):
        sink.line(unaudited, style="bold")
    if others := len(inbox.national.other_years):
        of_others = f"写明其他年度的{others}个文件不计入；要按别的年度，用 --year 指定。"
        sink.line(f"按{inbox.edition.year}年度处理：{of_others}", style="bold")
    found, annex = verdicts.counted_text(respondents.open_questions), verdicts.annex_counts(inbox.quoted)
    tail = (f"（{found}）" if found else "") + (f"；{annex}" if annex else "")
    by_state = {state: listed for state in State if (listed := respondents.of_state(state))}
    parts = (f"{len(inbox.files)}个文件", verdicts.states_text(respondents))
    sink.line(f"结论：{'，'.join(filter(None, parts))}{tail}。", style="bold")
    wide = max(display_width(state.value) for state in (*by_state, State.CONFIRM))
    for state, listed in by_state.items():
        tone = "" if state.plain is State.USABLE else STATES[state.plain].tone
        names = [public_text(verdicts.respondent_text(each)) for each in listed]
        alike = len(by_state) == 1 and names == [public_text(clean(each.name)) for each in listed]
        named = verdicts.listed_text(names, len(names)) if alike else "、".join(names)
        counted = named if named.startswith("全部") else f"{len(names)}个：{named}"
        sink.line(counted, 2, tone, lead=pad(state.value, wide))


def print_judged(
    sink: Sink, respondents: Respondents, progress: Progress | None, came: Iterable[str] = (), *, one: bool = False
) -> None:
    """Print all that was judged, after the sentences on what ``came``; ``one`` file needs no list."""
    inbox, national, verbose = respondents.inbox, respondents.inbox.national, sink.verbose
    if not one:
        _print_verdict(sink, respondents)
    for sentence in filter(None, came):
        sink.line(sentence)
    if progress is not None:
        print_progress(sink, progress, respondents.noun)
    if not one or progress is not None:
        sink.blank()
    if not one:
        _print_first(sink, respondents)
    if one or verbose:
        print_files(sink, respondents)
    _print_annex(sink, inbox, progress)
    if verbose and not one:
        for form in filter(national.entries_of, national.edition.forms):
            _print_totals(sink, national, form)
    for sentence in (asides := [*verdicts.aside_sentences(national, verbose=verbose)]):
        sink.line(sentence, style="dim")
    if asides:
        sink.blank()
    has_notes = any(each.notes for each in respondents.listed) and not one
    if not verbose and (has_notes or any(passed_over(item.file) for item in national.skipped)):
        sink.line("加 -v 列出提示、各项合计和跳过的系统文件。", style="dim")


def print_files(sink: Sink, respondents: Respondents) -> None:
    """Print all questions and notes, file by file, then those about several files of a unit."""
    inbox = respondents.inbox
    named = partial(Finding.renamed, named=inbox.names, first=1)
    annex = verdicts.annex_counts(inbox.quoted) if len(inbox.files) == 1 else ""
    for item in inbox.files:
        questions, edition = respondents.about(item), inbox.edition
        sink.line(inbox.names(item.file), style="bold")
        is_open = any(question.is_open for question in questions)
        style = COLOURS[Severity.QUERY] if is_open else ""
        style = style if item.result == "pass" else COLOURS[Severity.ERROR]
        verdict = verdicts.verdict(item, questions, strict=sink.strict)
        sink.line(f"结论：{verdict}{f'{annex}。' if annex else ''}", 2, style)
        for line in _file_lines(item, item.edition or edition):
            sink.line(line, 2, "dim")
        print_sheets(sink, [each.changed(named) for each in questions], edition, 2)
        sink.blank()
    of_files = [question for question in respondents.questions if respondents.is_of_files(question)]
    for unit, listed in grouped(of_files, lambda question: question.ground.unit or "").items():
        sink.line(f"{public_text(clean(unit))}（各文件合起来看）", style="bold")
        _print_questions(sink, question_lines([each.changed(named) for each in listed], inbox.edition), 4)
        sink.blank()


def _file_lines(item: Checked, edition: Edition) -> Iterator[str]:
    """Lines on a file: unit, contact, year, rows, 校验码; or the length of a 工作总结."""
    document = item.document
    unit = item.unit.name if item.unit else "未识别"
    if isinstance(document, Filing):
        name = document.contact["name"]
        yield f"报送单位：{unit}" + (f"　联系人：{clean(name)}" if name else "")
        parts = [f"{document.year}年度"] if document.year else []
        for form in edition.forms:
            tables = document.tables_of(form)
            parts.append(f"{form.key}有{sum(len(table.rows) for table in tables)}行" if tables else f"没有{form.key}")
        yield "，".join(parts) + (f"　校验码：{item.code}" if item.code else "")
    elif isinstance(document, WorkReport):
        yield f"工作总结　报送单位：{unit}　字数：{document.words:,}"


def _print_first(sink: Sink, respondents: Respondents) -> None:
    """Print what to do first: one question of each respondent before any second, errors first."""
    names, edition = respondents.inbox.names, respondents.inbox.edition
    turns: list[tuple[int, Respondent, QuestionLine]] = []
    # If no file is of the year, the first line says so.
    left_out = "" if respondents.inbox.national.entries else other_year.id
    for each in respondents.listed:
        questions = [question for question in each.open_questions if question.ground.rule != left_out]
        shown = [question.changed(partial(_in_file_of, names, each.name)) for question in questions]
        turns += [(turn, each, line) for turn, line in enumerate(question_lines(shown, edition))]
    if not turns:
        return
    number = len(respondents.open_questions)
    rest = f"（共{number}处，先列{_MOST}项，全部见 -v 或 --report）" if len(turns) > _MOST else ""
    sink.line(f"先办这些{rest}：", style="bold")
    turns.sort(key=lambda item: (item[0], item[2].first.severity.rank, -item[2].stake))
    for _, each, line in turns[:_MOST]:
        words = f"{_whose(each, line.first, names)}{line.text}{line.advised}"
        sink.line(without_contacts(words), 2, COLOURS[line.first.severity], lead=f"[{line.label}]")
    sink.blank()


def _in_file_of(names: FileNames, respondent: str, finding: Finding) -> Finding:
    """The finding with short file names, and without its region if that is the respondent."""
    return replace(finding.renamed(names, first=1), region=None if finding.region == respondent else finding.region)


def _whose(each: Respondent, finding: Finding, names: FileNames) -> str:
    """The lead of a question's line: 广东省 《广东.xlsx》工作表“附表1” , or 广东省 各文件合起来看："""
    name = f"{public_text(clean(each.name))}　" if each.is_known and each.name not in names(finding.file) else ""
    if len(each.files) > 1 and is_of_whole_unit(finding):
        return f"{name}各文件合起来看："
    sheet = f"工作表“{clean(finding.sheet)}”" if finding.sheet else ""
    return f"{name}《{names(finding.file)}》{sheet}　" if finding.file else name


def _print_annex(sink: Sink, inbox: Inbox, progress: Progress | None) -> None:
    """Print 附注, a line for each text; only the first of many, unless the sink is verbose."""
    if not (lines := list(verdicts.annex_lines(inbox.quoted, progress))):
        return
    shown = lines if sink.verbose else lines[:_MOST]
    rest = f"，先列{_MOST}条，加 -v 列出全部" if len(lines) > len(shown) else ""
    sink.line(f"{verdicts.annex_counts(inbox.quoted)}{rest}：", style="bold")
    for line in shown:
        sink.line(f"{line.whose}　{line.place}：{line.text}", 2, COLOURS[Severity.QUERY], lead=line.lead)
    sink.blank()


def _print_totals(sink: Sink, national: National, form: Form) -> None:
    """Print totals such as 来电总量2,500次（1/2个地区）, on one line if nothing is missing or in question."""
    entries = national.entries_of(form)
    tallied = tallies(entries, form)
    totals = dict[str, str]()
    for column in form.data:
        added = tallied[column.key]
        questioned = sum(column.key in national.figures_in_question.get(entry.where, ()) for entry in entries)
        parts = [] if added.is_complete else [f"{added.answered}/{added.rows}个地区"]
        parts += [f"{IN_QUESTION}{questioned}个"] if questioned else []
        if column.kind is Kind.CHOICE:
            total = "：" + "、".join(f"{choice}{number:,}个地区" for choice, number in added.choices.items())
        elif added.total is None:
            total = "无数据"
        else:
            is_sum = column.kind is Kind.COUNT
            total = f"{added.total:,}{column.measure}" if is_sum else f"：是{added.total:,}个地区"
        totals[column.label + total] = f"（{'，'.join(parts)}）" if parts else ""
    if any(totals.values()):
        sink.line(f"{form.key}合计：", style="bold")
        for total, covered in totals.items():
            sink.line(total + covered, 2)
    else:
        sink.line(f"{form.key}合计：{'、'.join(totals)}")
    sink.blank()


def print_progress(sink: Sink, progress: Progress, noun: str) -> None:
    """Print what has become of an earlier workbook's questions; ``noun``: what respondents are called."""
    first, *others = progress_sentences(progress, noun)
    sink.line(first, style="bold")
    for sentence in others:
        sink.line(sentence, 2)
