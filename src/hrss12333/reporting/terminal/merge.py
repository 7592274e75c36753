"""What a merge says at a terminal: who has reported, what is to be done, what to ask first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hrss12333.model.finding import Finding
from hrss12333.reporting.terminal.check import (
    print_annex,
    print_files,
    print_first,
    print_rest,
    print_totals,
    print_verdict,
)
from hrss12333.reporting.terminal.printer import Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import grouped
from hrss12333.wording.merge_sentences import merge_sentences, missing_in_words
from hrss12333.wording.since_lines import change_text, counted_units
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from hrss12333.merging.since import Progress
    from hrss12333.reporting.outputs import MergeResult, Sink

_FEW_NAMED = 3
_MOST_LISTED = 10
"""Lines of each kind of change since an earlier workbook; all of them are in 问题清单 and in JSON."""


def merge(result: MergeResult, sink: Sink) -> None:
    """The verdict and the list by name; then what is still missing, what has become of an earlier workbook's questions
    (``progress``), what to do first, 附注, and where the result and all else that was written is. All that was found, the
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
    else:
        print_first(printer, inbox, standings)
    print_annex(printer, inbox, verbose=verbose)
    if verbose:
        print_totals(printer, national)
    print_rest(printer, inbox, verbose=verbose)
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
        ("仍未解决", [finding.unit or "" for finding in progress.still_open]),
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
