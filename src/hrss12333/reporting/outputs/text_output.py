"""Results for people at a terminal; each command loads its own report alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.reporting.outputs.sink import Sink

if TYPE_CHECKING:
    from hrss12333.checking.audit import Audit
    from hrss12333.checking.engine import Checked
    from hrss12333.checking.rule import Rule
    from hrss12333.merging.since import Progress
    from hrss12333.model.national import National
    from hrss12333.reporting.form_changes import Change
    from hrss12333.reporting.standing import Standings
    from hrss12333.survey.editions.edition import Edition


def check(audit: Audit, standings: Standings, written: Sequence[str], sink: Sink) -> None:
    """What was written first, so that the list by name is seen last."""
    from hrss12333.reporting.terminal.check import report_check

    for line in written:
        sink.result(line)
    report_check(audit, standings, console=sink.console(), strict=sink.strict, verbose=sink.verbose)


def merge(
    national: National,
    progress: Progress | None,
    standings: Standings,
    output: str | None,
    written: Sequence[str],
    remarks: Sequence[str],
    sink: Sink,
) -> None:
    """What has changed since the earlier workbook; then coverage, totals, doubts, list and sentences."""
    from hrss12333.reporting.terminal.merge import report_merge

    console = sink.console()
    if progress is not None:
        from hrss12333.reporting.terminal.since import report_progress

        report_progress(progress, national.edition, console=console, noun=standings.noun)
    report_merge(national, standings, output, console=console, written=written, remarks=remarks)


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
