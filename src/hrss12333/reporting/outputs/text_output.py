"""Results for people at a terminal; each command loads its own report alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.reporting.outputs.sink import Sink

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.checking.rule import Rule
    from hrss12333.inbox import Inbox
    from hrss12333.merging.since import Progress
    from hrss12333.reporting.form_changes import Change
    from hrss12333.reporting.standing import Standings
    from hrss12333.survey.editions.edition import Edition


def check(inbox: Inbox, standings: Standings, written: Sequence[str], sink: Sink) -> None:
    """The verdict and what was found; then what was written."""
    from hrss12333.reporting.terminal.check import report_check

    report_check(inbox, standings, console=sink.console(), strict=sink.strict, verbose=sink.verbose)
    for line in written:
        sink.result(line)


def merge(
    inbox: Inbox,
    progress: Progress | None,
    standings: Standings,
    output: str | None,
    written: Sequence[str],
    remarks: Sequence[str],
    sink: Sink,
) -> None:
    """Verdict and list, what has changed since the earlier workbook, and doubts."""
    from hrss12333.reporting.terminal.merge import report_merge

    report_merge(
        inbox,
        standings,
        output,
        console=sink.console(),
        progress=progress,
        written=written,
        remarks=remarks,
        verbose=sink.verbose,
    )


def fix(checked: Checked, output: str, changes: Sequence[Change], edition: Edition, sink: Sink) -> None:
    """Every change."""
    from hrss12333.reporting.terminal.rules import report_fix

    report_fix(checked, output, changes, console=sink.console(), edition=edition)


def rules(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """The catalogue, or one rule whole."""
    from hrss12333.reporting.terminal.rules import report_rule, report_rules

    if one:
        report_rule(listed[0], edition, console=sink.console())
    else:
        report_rules(listed, edition, console=sink.console())
