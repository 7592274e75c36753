"""The catalogue of rules at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.checking.rule import GROUPS, Rule
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.text import pad

if TYPE_CHECKING:
    from hrss12333.reporting.outputs import Sink


def rules(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """A line a rule, by group, and where to read more; or ``one`` rule whole."""
    printer = Printer(sink)
    if one:
        _print_rule(printer, listed[0], edition)
        return
    group = ""
    for rule in listed:
        if rule.group != group:
            group = rule.group
            printer.put((f"{group} {GROUPS.get(group, '')}".rstrip(), "bold"))
        label = pad(rule.severity.label, 10)
        printer.line(rule.text_in(edition).title, 2, lead=f"{rule.id} {label}", lead_style=COLOURS[rule.severity])
    printer.blank()
    printer.line("每条规则的依据和正误示例：hrss12333 rules 规则编号，例如 hrss12333 rules B401", style="dim")


def _print_rule(printer: Printer, rule: Rule, edition: Edition) -> None:
    text = rule.text_in(edition)
    printer.line(text.title, lead=f"{rule.id} {rule.severity.label}", lead_style=COLOURS[rule.severity])
    for name, words in (
        ("要求", text.why),
        ("依据", text.clause),
        ("错误示例", text.wrong),
        ("正确示例", text.right),
        ("审核范围", rule.scope.value),
    ):
        printer.line(f"{name}：{words}", 2)
