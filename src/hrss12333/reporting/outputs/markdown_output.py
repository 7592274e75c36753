"""The catalogue of rules as a Markdown table: what docs/rules.md prints, so that rules and documentation cannot differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.checking.reasons import ANSWERS
from hrss12333.reporting.outputs import Sink

if TYPE_CHECKING:
    from hrss12333.checking.rule import Rule
    from hrss12333.survey.editions.edition import Edition


def rules(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """A table 规则 | 级别 | 内容 | 依据 | 怎样答复, a line a rule."""
    sink.result("| 规则 | 级别 | 内容 | 依据 | 怎样答复 |")
    sink.result("|---|---|---|---|---|")
    for rule in listed:
        text = rule.text_in(edition)
        answers = ANSWERS[rule.id].in_words if rule.id in ANSWERS else "不必答复"
        cells = (rule.id, rule.severity.label, text.title, text.clause, answers)
        shown = (" ".join(cell.split()).replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
        sink.result(f"| {' | '.join(shown)} |")
