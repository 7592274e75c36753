"""The audit of files for people at a terminal: every finding, by file and sheet, and a verdict last.

On a terminal lines are broken at its width; in a pipe or file each sentence stays on one line and has no colour. Text
from a filing is printed as `Text`, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from hrss12333.model.filing import Filing, Skipped, Summary
from hrss12333.model.finding import Finding, Severity, count
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording import typeset
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.places import by_sheet
from hrss12333.wording.text import clean
from hrss12333.wording.verdicts import counts_text, held, verdict

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.checking.audit import Audit
    from hrss12333.checking.engine import Checked

COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow", Severity.NOTE: "cyan"}


class Printer:
    """Prints lines with a hanging indent, broken where the console is a terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "", lead_style: str = "") -> None:
        """One paragraph; ``lead`` stands before it, and following lines are indented by two more."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        indent += len(whole) - len(whole.lstrip(" "))
        whole = whole.lstrip(" ")
        lines = typeset.wrap(whole, max(20, self.console.width - indent - 2)) if self.console.is_terminal else [whole]
        for number, part in enumerate(lines):
            shown = Text(" " * (indent + (2 if number else 0)) + part, style)
            if not number and lead and lead_style:
                shown.stylize(lead_style, indent, indent + len(lead))
            self.console.print(shown, soft_wrap=True)

    def findings(self, findings: Sequence[Finding], edition: Edition, indent: int) -> None:
        """What there is to say of the findings of one sheet."""
        for said in finding_lines(findings, edition):
            style = COLOURS[said.severity] if said.severity else ""
            self.line(said.words, indent, lead=said.label, lead_style=style)

    def blank(self) -> None:
        """An empty line."""
        self.console.print()


def report_check(audit: Audit, *, console: Console, strict: bool = False) -> None:
    """Everything found in these files and units, and the verdict last; with ``strict`` open queries hold a file back."""
    printer = Printer(console)
    for item in audit.files:
        _report_file(printer, item, audit.edition, strict)
        printer.blank()
    for unit in audit.units:
        if unit.findings:
            printer.line(f"{unit.unit.name}（{len(unit.files)}个文件合起来看）", style="bold")
            printer.findings(unit.findings, audit.edition, 4)
            printer.blank()
    report_skipped(printer, audit.skipped)
    if len(audit.files) != 1:
        printer.line(overall(audit.files, strict=strict), style="bold")


def report_skipped(printer: Printer, skipped: Sequence[Skipped]) -> None:
    """Files passed over, by reason."""
    reasons: dict[str, list[str]] = {}
    for item in skipped:
        reasons.setdefault(item.reason, []).append(clean(item.file))
    for reason, files in reasons.items():
        printer.line(f"跳过{len(files)}个文件（{clean(reason)}）：{'、'.join(files)}", style="dim")
    if skipped:
        printer.blank()


def overall(checked: Sequence[Checked], *, strict: bool = False) -> str:
    """结论：3 个文件，1 个可以报送，2 个需要修改（强制性错误 5 处，核实性错误 2 处，提示 12 条）。"""
    if not checked:
        return "结论：没有找到可以审核的文件。"
    results = ["query" if held(item, strict) else item.result for item in checked]
    parts = [
        f"{results.count('pass')}个可以报送" if "pass" in results else "",
        f"{results.count('fail')}个需要修改" if "fail" in results else "",
        f"{results.count('query')}个需要核实" if "query" in results else "",
        f"{results.count('unreadable')}个无法读取" if "unreadable" in results else "",
    ]
    counts = counts_text([finding for item in checked for finding in item.findings])
    tail = f"（{counts}）" if counts else ""
    return f"结论：{len(checked)}个文件，{'，'.join(part for part in parts if part)}{tail}。"


def _report_file(printer: Printer, item: Checked, edition: Edition, strict: bool) -> None:
    printer.line(clean(item.file), style="bold")
    for line in _about(item, edition):
        printer.line(line, 2, "dim")
    for sheet, findings in by_sheet(item.findings):
        if sheet is not None:
            printer.line(f"工作表“{clean(sheet)}”", 2, "bold")
        printer.findings(findings, edition, 4)
    printer.line(f"结论：{verdict(item, strict=strict)}", 2, _verdict_style(item))


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
        parts = []
        for form in edition.forms:
            tables = document.tables_of(form)
            parts.append(f"{form.key}有{sum(len(table.rows) for table in tables)}行" if tables else f"没有{form.key}")
        yield "，".join(parts) + (f"　校验码：{item.code}" if item.code else "")
    elif isinstance(document, Summary):
        yield f"工作总结　报送单位：{unit}　字数：{document.words:,}"
