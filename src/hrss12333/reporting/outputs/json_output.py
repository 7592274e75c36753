"""Results for programs: the versioned JSON alone on standard output, everything else on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.reporting.json_v1 import check_json, fix_json, merge_json, rules_json
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
    """``hrss12333.check/1``."""
    sink.result(check_json(audit))
    for line in written:
        sink.remark(line)


def merge(
    national: National,
    progress: Progress | None,
    standings: Standings,
    output: str | None,
    written: Sequence[str],
    remarks: Sequence[str],
    sink: Sink,
) -> None:
    """``hrss12333.merge/1``."""
    sink.result(merge_json(national, output, progress))
    for line in (*remarks, *(f"已写入：{path}" for path in written)):
        sink.remark(line)


def fix(checked: Checked, output: str, changes: Sequence[Change], edition: Edition, sink: Sink) -> None:
    """``hrss12333.fix/1``."""
    sink.result(fix_json(checked, output, changes))


def rules(listed: Sequence[Rule], edition: Edition, sink: Sink, *, one: bool) -> None:
    """``hrss12333.rules/1``."""
    sink.result(rules_json(listed, edition))
