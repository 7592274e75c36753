"""What a merge says at a terminal: who has reported, what is to be done, what to ask first."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from hrss12333.checking.rules.catalogue import is_of_whole_unit
from hrss12333.model.finding import MISSING_UNIT_ID, Finding
from hrss12333.model.summary_lines import ISSUES
from hrss12333.reporting.terminal.check import print_files, print_rest, print_totals, print_verdict
from hrss12333.reporting.terminal.printer import Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import grouped, once, questions_of
from hrss12333.wording.merge_sentences import merge_sentences, missing_in_words
from hrss12333.wording.places import base_name
from hrss12333.wording.since_lines import change_text, counted_units
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from hrss12333.merging.since import Progress
    from hrss12333.reporting.outputs import MergeResult, Sink

_FEW_NAMED = 3
_MOST_LISTED = 10
"""Lines of each kind of change since an earlier workbook; all of them are in 问题清单 and in JSON."""
_FIRST = 5
"""How many kinds of findings are shown, the most important first as in 问题清单, where all of them stand; `_FEW_NAMED` beside
what has become of an earlier workbook's."""


def merge(result: MergeResult, sink: Sink) -> None:
    """The verdict and the list by name; then what is still missing, what has become of an earlier workbook's questions
    (``progress``), what to ask first, and where the result and all else that was written is. All that was found, the
    sentences, the totals and every file passed over only where the sink is verbose."""
    inbox, standings, progress, written = result.inbox, result.standings, result.progress, result.written
    printer, national, verbose = Printer(sink), inbox.national, sink.verbose
    print_verdict(printer, inbox, standings, verbose=verbose)
    for sentence in merge_sentences(national) if verbose else [missing_in_words(national)]:
        printer.line(sentence)
    if progress is not None:
        print_progress(printer, progress, inbox.edition, standings.noun)
    printer.blank()
    if verbose:
        print_files(printer, inbox)
        print_totals(printer, national)
    else:
        _print_first(printer, result, _FEW_NAMED if progress else _FIRST)
    printer.undecided(national.undecided, inbox.edition)
    print_rest(printer, national, verbose=verbose)
    for remark in result.remarks:
        printer.line(clean(remark))
    if result.output:
        printer.line(f"已写入：{clean(result.output)}")
    if written:
        printer.line(f"另写入{len(written)}个文件：{_paths_in_words(written)}")


def _paths_in_words(paths: Sequence[str]) -> str:
    """The few of a folder by name, many by their folder."""
    folders = grouped(map(clean, paths), lambda path: str(Path(path).parent))
    return "、".join(
        "、".join(inside)
        if len(inside) <= _FEW_NAMED
        else f"{'当前文件夹' if folder == '.' else f'文件夹“{folder}”'}{len(inside)}个"
        for folder, inside in folders.items()
    )


def _print_first(printer: Printer, result: MergeResult, most: int) -> None:
    """What matters for the totals, ``most`` kinds of findings: of each kind of finding of one sender the weightiest."""
    national, kinds = result.inbox.national, dict[tuple[object, ...], list[Finding]]()
    for alike in questions_of(national):
        first = alike.first
        if first.rule != MISSING_UNIT_ID and first.is_open:
            kinds.setdefault((first.rule, first.severity, first.unit or first.file), []).extend(alike.findings)
    if not kinds:
        return
    shown = [once(kind) for kind in islice(kinds.values(), most)]
    report = next((clean(Path(path).name) for path in result.written if path.endswith(".html")), "")
    whole = f"全部见“{report or ISSUES}”" if report or result.output is not None else "加 --report 写出全部"
    every = sum(map(len, kinds.values()))
    rest = f"（共{every}处，{whole}）" if every > len(shown) else ""
    printer.line(f"最先要核实的问题{rest}：", style="bold")
    several = {status.unit.name for status in national.units if len(status.files) > 1}
    for where, together in groupby(shown, lambda kind: _place_in_words(kind[0], several)):
        printer.line(where, 2)
        for first, *others in together:
            printer.findings([first], national.edition, 4)
            if others:
                printer.line(_others_in_words(first, others), 6)
    printer.blank()


def _others_in_words(first: Finding, others: Sequence[Finding]) -> str:
    """同样的问题还有20处：韶关市、深圳市、珠海市等; the other regions, else the other sheets or files where all are elsewhere."""
    for named in (lambda f: f.region, lambda f: f.sheet, lambda f: base_name(f.file)):
        listed = dict.fromkeys(map(named, others))
        names = [name for name in listed if name and name != named(first)]
        if names and (first.region or len(names) == len(listed)):
            more = "等" if len(names) > _FEW_NAMED else ""
            return f"同样的问题还有{len(others)}处：{'、'.join(map(clean, names[:_FEW_NAMED]))}{more}。"
    return f"同样的问题还有{len(others)}处。"


def _place_in_words(finding: Finding, several: Container[str]) -> str:
    """The file and sheet, else the unit; the unit too where one that sent ``several`` is seen as a whole."""
    if finding.unit in several and is_of_whole_unit(finding):
        return f"{finding.unit}（各文件合起来看）"
    places = (finding.file, f"工作表“{finding.sheet}”") if finding.sheet else (finding.file or finding.unit or "全国",)
    return " ".join(clean(part) for part in places)


def print_progress(printer: Printer, progress: Progress, edition: Edition, noun: str) -> None:
    """What has become of an earlier workbook's questions (`merge --since`): a line with the numbers, then what staff have to
    look at; ``noun`` is who reports."""
    counted = (
        ("新问题", progress.new),
        ("已改正", progress.corrected),
        ("仍未解决", progress.still_open),
        ("已核实", progress.settled),
        ("备注已说明", progress.explained),
    )
    questions = "".join(f"{what}{len(listed)}条，" for what, listed in counted if listed)
    changed = f"有{len(progress.changed)}处变动" if progress.changed else "没有变动"
    came = f"；新报送{len(progress.came)}个{noun}：{'、'.join(progress.came)}" if progress.came else ""
    printer.line(f"与上次汇总相比：{questions}问题以外{changed}{came}。", style="bold")
    for title, units in (
        ("新问题", [finding.unit or "" for finding in progress.new]),
        ("已改正", [item.question.unit for item in progress.corrected]),
    ):
        if units:
            printer.line(f"{title}：{counted_units(units)}", 2)
    changes = [
        f"{_reporter(each.unit, each.region)}（{each.form}）：{change_text(each, edition)}" for each in progress.changed
    ]
    for title, lines in (
        ("核实情况还不完整", [_lacking_in_words(finding) for finding in progress.lacking]),
        ("问题以外的变动", changes),
    ):
        if lines:
            printer.line(f"{title}：", 2)
        for line in lines[:_MOST_LISTED]:
            printer.line(line, 4)
        if len(lines) > _MOST_LISTED:
            printer.line(f"另有{len(lines) - _MOST_LISTED}条，见问题清单。", 4)


def _lacking_in_words(finding: Finding) -> str:
    where = _reporter(finding.unit, finding.region)
    return f"{finding.rule}（{where or clean(finding.file)}）：{finding.verification.lacks if finding.verification else ''}"


def _reporter(unit: str | None, region: str | None) -> str:
    """河南省，郑州市; a city that reports to its unit once."""
    return "，".join(clean(part) for part in dict.fromkeys((unit, region)) if part)
