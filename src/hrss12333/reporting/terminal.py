"""The audit of files for people at a terminal: every finding, by file and sheet, and a verdict last.

On a terminal lines are broken at its width; in a pipe or file each sentence stays on one line and has no colour. Text
from a filing is printed as `Text`, never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from hrss12333.filing import Filing, Skipped, Summary
from hrss12333.findings import Finding, Severity, count
from hrss12333.forms import SURVEY, Survey
from hrss12333.reporting import text, typeset

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.checking import Checked

COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow", Severity.NOTE: "cyan"}
_READ_AS = "V306"
_MISSING = "V301"
_QUOTED = re.compile(r"“[^”]*”|[A-Z]{1,3}\d+|\d[\d,.]*")
_SHOWN_CELLS = 6
_SHOWN_EXAMPLES = 4
_ORDINALS = "①②③④⑤⑥⑦⑧⑨⑩"


class Printer:
    """Prints lines with a hanging indent, broken where the console is a terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "", lead_style: str = "") -> None:
        """One paragraph; ``lead`` stands before it, and following lines are indented by two more."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        lines = typeset.wrap(whole, max(20, self.console.width - indent - 2)) if self.console.is_terminal else [whole]
        for number, part in enumerate(lines):
            shown = Text(" " * (indent + (2 if number else 0)) + part, style)
            if not number and lead and lead_style:
                shown.stylize(lead_style, indent, indent + len(lead))
            self.console.print(shown, soft_wrap=True)

    def blank(self) -> None:
        """An empty line."""
        self.console.print()


def report_check(
    checked: Sequence[Checked], skipped: Sequence[Skipped], *, console: Console, survey: Survey = SURVEY
) -> None:
    """Everything found in these files, and the verdict last."""
    printer = Printer(console)
    for item in checked:
        _report_file(printer, item, survey)
        printer.blank()
    report_skipped(printer, skipped)
    if len(checked) != 1:
        printer.line(overall(checked), style="bold")


def report_skipped(printer: Printer, skipped: Sequence[Skipped]) -> None:
    """Files passed over, by reason."""
    reasons: dict[str, list[str]] = {}
    for item in skipped:
        reasons.setdefault(item.reason, []).append(text.clean(item.file))
    for reason, files in reasons.items():
        printer.line(f"跳过 {len(files)} 个文件（{text.clean(reason)}）：{'、'.join(files)}", style="dim")
    if skipped:
        printer.blank()


def overall(checked: Sequence[Checked]) -> str:
    """结论：3 个文件，1 个可以报送，2 个需要修改（强制性错误 5 处，核实性错误 2 处，提示 12 条）。"""
    if not checked:
        return "结论：没有找到可以审核的文件。"
    results = [item.result for item in checked]
    parts = [
        f"{results.count('pass')} 个可以报送" if "pass" in results else "",
        f"{results.count('fail')} 个需要修改" if "fail" in results else "",
        f"{results.count('unreadable')} 个无法读取" if "unreadable" in results else "",
    ]
    counts = text.counts_text([finding for item in checked for finding in item.findings])
    tail = f"（{counts}）" if counts else ""
    return f"结论：{len(checked)} 个文件，{'，'.join(part for part in parts if part)}{tail}。"


def _report_file(printer: Printer, item: Checked, survey: Survey) -> None:
    printer.line(text.clean(item.file), style="bold")
    for line in _about(item, survey):
        printer.line(line, 2, "dim")
    for sheet, findings in text.by_sheet(item.findings):
        if sheet is not None:
            printer.line(f"工作表 {text.clean(sheet)}", 2, "bold")
        for lead, severity, words in finding_lines(findings, survey):
            printer.line(words, 4, lead=lead, lead_style=COLOURS[severity] if severity else "")
    printer.line(f"结论：{text.verdict(item)}", 2, _verdict_style(item))


def _verdict_style(item: Checked) -> str:
    if item.result != "pass":
        return COLOURS[Severity.ERROR]
    return COLOURS[Severity.QUERY] if count(item.findings).unexplained else "green"


def _about(item: Checked, survey: Survey) -> Iterator[str]:
    """What the file is, on a line."""
    document = item.document
    unit = item.unit.name if item.unit else "未识别"
    if isinstance(document, Filing):
        contact = " ".join(text.clean(part) for part in document.contact.values() if part)
        yield f"报送单位：{unit}" + (f"　联系人：{contact}" if contact else "")
        parts = []
        for form in survey.forms:
            tables = document.tables_of(form)
            parts.append(f"{form.key} {sum(len(table.rows) for table in tables)} 行" if tables else f"没有{form.key}")
        yield "，".join(parts) + (f"　校验码 {item.code}" if item.code else "")
    elif isinstance(document, Summary):
        yield f"工作总结　报送单位：{unit}　字数 {document.words}"


def finding_lines(findings: Sequence[Finding], survey: Survey) -> Iterator[tuple[str, Severity | None, str]]:
    """Lines for the findings of one sheet: label, its severity (None for a continuation), words."""
    missing: dict[tuple[int, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.rule == _MISSING and finding.cell:
            missing.setdefault((text.cell_position(finding.cell)[0], finding.region), []).append(finding)
    done: set[tuple[int, str | None]] = set()
    read_as = [finding for finding in findings if finding.rule == _READ_AS]
    for finding in findings:
        row = (text.cell_position(finding.cell)[0], finding.region)
        if finding.rule == _MISSING and len(missing.get(row, ())) > 1:
            if row not in done:
                done.add(row)
                yield _label(finding), finding.severity, _missing_line(row[0], missing[row], survey)
        elif finding.rule != _READ_AS:
            yield from _finding(finding, survey)
    if read_as:
        lead = f"[{read_as[0].severity.label} {_READ_AS}]"
        yield lead, read_as[0].severity, f"以下 {len(read_as)} 处写法不规范，已读懂，请核对："
        for words in _read_as_lines(read_as):
            yield "", None, f"  {words}"


def _label(finding: Finding) -> str:
    return f"[{finding.severity.label} {finding.rule}{'·已说明' if finding.explained else ''}]"


def _finding(finding: Finding, survey: Survey) -> Iterator[tuple[str, Severity | None, str]]:
    where = [
        finding.cell or "",
        text.clean(finding.region or ""),
        text.field_label(survey, finding.form, finding.field),
    ]
    value = text.shorten(text.found_text(finding.value))
    if value:
        where.append(f"填的是“{value}”")
    place = " ".join(part for part in where if part)
    yield (
        _label(finding),
        finding.severity,
        f"{place}：{text.clean(finding.message)}" if place else text.clean(finding.message),
    )
    if finding.reason:
        yield "", None, f"  备注说明：{text.clean(finding.reason)}"
    if len(finding.suggestions) == 1:
        yield "", None, f"  建议：{text.suggestion_text(survey, finding, finding.suggestions[0])}"
    for number, suggestion in enumerate(finding.suggestions if len(finding.suggestions) > 1 else ()):
        mark = _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}."
        if number == 0:
            yield "", None, "  建议（可能性从高到低）："
        yield "", None, f"    {mark} {text.suggestion_text(survey, finding, suggestion)}"


def _missing_line(row: int, findings: Sequence[Finding], survey: Survey) -> str:
    """第7行 阳江市：未填 来电总量（C7）、放弃量（F7），请补填，数量确实为零的填 0。"""
    region = text.clean(findings[0].region or "")
    fields = "、".join(f"{text.field_label(survey, f.form, f.field)}（{f.cell}）" for f in findings)
    return f"第{row}行{f' {region}' if region else ''}：未填 {fields}。请补填；数量确实为零的填“0”，不能留空。"


def _read_as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Notes of one kind on one line: the kind is the message without what it quotes."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for finding in findings:
        message = text.clean(finding.message).rstrip("。")
        kinds.setdefault(_QUOTED.sub("…", message), {}).setdefault(message, []).append(finding.cell or "")
    for messages in kinds.values():
        shown = [f"{message}（{_cells(cells)}）" for message, cells in list(messages.items())[:_SHOWN_EXAMPLES]]
        total = sum(len(cells) for cells in messages.values())
        rest = f"；等 {total} 处" if len(messages) > _SHOWN_EXAMPLES else ""
        yield "；".join(shown) + rest


def _cells(cells: Iterable[str]) -> str:
    listed = [cell for cell in cells if cell]
    if len(listed) <= _SHOWN_CELLS:
        return "、".join(listed)
    return f"{'、'.join(listed[:_SHOWN_CELLS])} 等 {len(listed)} 处"
