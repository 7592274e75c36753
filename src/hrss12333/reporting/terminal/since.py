"""What has become of an earlier workbook's questions (`merge --since`), at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hrss12333.merging.since import Change, Progress
from hrss12333.model.finding import Finding
from hrss12333.reporting.terminal.printer import Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.since_lines import by_unit, change_text
from hrss12333.wording.text import clean

_MOST = 10
"""Lines of each kind; all of them stand in 问题清单 and in JSON."""


def print_progress(printer: Printer, progress: Progress, edition: Edition, noun: str) -> None:
    """A line with the numbers, then what staff have to look at; ``noun`` is who reports."""
    changed = f"有{len(progress.changed)}处变动" if progress.changed else "没有变动"
    explained = f"备注已说明{len(progress.explained)}条，" if progress.explained else ""
    numbers = (
        f"新问题{len(progress.new)}条，已改正{len(progress.corrected)}条，仍未解决{len(progress.still_open)}条，"
        f"已核实{len(progress.settled)}条，{explained}问题以外{changed}"
    )
    came = f"；新报送{len(progress.came)}个{noun}：{'、'.join(progress.came)}" if progress.came else ""
    printer.line(f"与上次汇总相比：{numbers}{came}。", style="bold")
    for title, units in (
        ("新问题", [finding.unit or "" for finding in progress.new]),
        ("已改正", [item.question.unit for item in progress.corrected]),
    ):
        if units:
            printer.line(f"{title}：{by_unit(units)}", 2)
    _listed(printer, "核实情况还不完整", [_lacking(finding) for finding in progress.lacking])
    _listed(printer, "问题以外的变动", list(_changed(progress.changed, edition)))


def _listed(printer: Printer, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    printer.line(f"{title}：", 2)
    for line in lines[:_MOST]:
        printer.line(line, 4)
    if len(lines) > _MOST:
        printer.line(f"另有{len(lines) - _MOST}条，见问题清单。", 4)


def _lacking(finding: Finding) -> str:
    where = _where(finding.unit, finding.region)
    return f"{finding.rule}（{where or clean(finding.file)}）：{finding.verification.lacks if finding.verification else ''}"


def _changed(changes: Iterable[Change], edition: Edition) -> Iterator[str]:
    for change in changes:
        yield f"{_where(change.unit, change.region)}（{change.form}）：{change_text(change, edition)}"


def _where(unit: str | None, region: str | None) -> str:
    """河南省，郑州市; a city that reports to its unit once."""
    return "，".join(clean(part) for part in dict.fromkeys((unit, region)) if part)
