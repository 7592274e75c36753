"""A filing's clean copy at a terminal: what it leaves out, and what it holds otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from hrss12333.model.finding import Severity
from hrss12333.reporting.form_changes import FormChange
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import grouped
from hrss12333.wording.places import by_sheet
from hrss12333.wording.text import clean, shorten
from hrss12333.wording.values import answer_text, field_label, found_text

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.reporting.outputs import Sink

_COMMON = attrgetter("field", "found", "written", "reason")
"""What changes have in common that are one line."""
_MOST_CELLS = 8
"""Cells named of changes that are alike; the sheet 修改记录 names each."""


def fix(checked: Checked, output: str, changes: Sequence[FormChange], edition: Edition, sink: Sink) -> None:
    """Every change between the file and its clean form, alike ones as one, what is still to be corrected, and where the form
    is."""
    printer = Printer(sink)
    printer.line(clean(checked.file), style="bold")
    red = f"bold {COLOURS[Severity.ERROR]}"
    parts = (
        ("注意：下列数据没有转入规范表，请先核对：", red, [c for c in changes if c.lost]),
        ("规范表中不保留：", "bold", [c for c in changes if not c.lost and c.written is None]),
        ("改写：", "bold", [c for c in changes if not c.lost and c.written is not None]),
    )
    for title, style, listed in parts:
        if listed:
            printer.line(title, 2, style)
        for alike in grouped(listed, _COMMON).values():
            printer.line(_line(alike, edition), 4)
    printer.line(f"共{len(changes)}处，逐处列在“修改记录”工作表。" if changes else "内容无需改写，只统一了格式。", 2)
    remaining = [finding for finding in checked.findings if finding.is_open]
    if remaining:
        printer.line("规范表仍有以下问题，需要填报人处理：", 2, "bold")
        for name, findings in by_sheet(remaining):
            if name:
                printer.line(f"工作表“{clean(name)}”", 4, "bold")
            printer.findings(findings, edition, 6)
    printer.line(f"已写入：{clean(output)}")


def _line(alike: Sequence[FormChange], edition: Edition) -> str:
    """地区“昆明”→“昆明市”，32处：附表1 B7、B8…（按规范名称填写）."""
    first = alike[0]
    label = field_label(edition, first.form, first.field)
    found = f"“{shorten(found_text(first.found))}”" if first.found is not None else "空着"
    now = f"→“{shorten(answer_text(first.written))}”" if first.written is not None else ""
    places = [
        f"{clean(sheet)} {'、'.join(change.cell for change in listed if change.cell)}".strip()
        for sheet, listed in grouped(alike[:_MOST_CELLS], attrgetter("sheet")).items()
    ]
    more = "…" if len(alike) > _MOST_CELLS else ""
    number = f"，{len(alike)}处" if len(alike) > 1 else ""
    return f"{label}{found}{now}{number}：{'；'.join(places)}{more}（{clean(first.reason)}）"
