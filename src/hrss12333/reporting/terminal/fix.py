"""A filing's clean copy at a terminal: what it holds otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.model.finding import Severity
from hrss12333.reporting.form_changes import FormChange
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.places import by_sheet, named_cell
from hrss12333.wording.text import clean, shorten
from hrss12333.wording.values import answer_text, field_label, found_text

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.reporting.outputs import Sink


def fix(checked: Checked, output: str, changes: Sequence[FormChange], edition: Edition, sink: Sink) -> None:
    """Every change between the file and its clean form, what is still to be corrected, and where the form is."""
    printer = Printer(sink)
    printer.line(clean(checked.file), style="bold")
    lost = [change for change in changes if change.lost]
    if lost:
        printer.line("注意：下列栏目的内容没有转入规范表，请先核对：", 2, f"bold {COLOURS[Severity.ERROR]}")
        for change in lost:
            heading = shorten(found_text(change.found))
            printer.line(f"工作表“{clean(change.sheet)}”{change.cell}“{heading}”栏，{change.lost}格", 4)
    sheet = None
    for change in changes:
        if change.sheet != sheet:
            sheet = change.sheet
            printer.line(f"工作表“{clean(sheet)}”" if sheet else "各表以外", 2, "bold")
        printer.line(_change_line(change, edition), 4)
    printer.line(f"共改写{len(changes)}处。" if changes else "内容无需改写，只统一了格式。", 2)
    remaining = [finding for finding in checked.findings if finding.is_open]
    if remaining:
        printer.line("规范表仍有以下问题，需要填报人处理：", 2, "bold")
        for name, findings in by_sheet(remaining):
            if name:
                printer.line(f"工作表“{clean(name)}”", 4, "bold")
            printer.findings(findings, edition, 6)
    printer.line(f"已写入：{clean(output)}")


def _change_line(change: FormChange, edition: Edition) -> str:
    label = field_label(edition, change.form, change.field)
    place = named_cell(clean(change.region or ""), label, change.cell or "")
    found = f"“{shorten(found_text(change.found))}”" if change.found is not None else "空着，"
    kept = "" if "不保留" in change.reason else "不保留"
    if change.written is not None:
        kept = f"改为“{shorten(answer_text(change.written))}”"
    return f"{place}{'：' if place else ''}{found}{kept}（{clean(change.reason)}）"
