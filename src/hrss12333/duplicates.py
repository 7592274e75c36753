"""The same region sent more than once: which row counts.

Of differing versions the one of the newest document counts (M702); identical ones count once (M703). A region twice in
one file (R203) is an error of its own: identical rows count once, differing ones both, since either may only be
misnamed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hrss12333.filing import Filing, Row, Table
from hrss12333.findings import Finding
from hrss12333.forms import Kind, Scalar
from hrss12333.rules.registry import RULES


@dataclass(frozen=True)
class Sent:
    """One row as sent."""

    filing: Filing
    table: Table
    row: Row


@dataclass
class Verdict:
    """Which rows do not count, with the reason, and what to say of it."""

    dropped: dict[int, str] = field(default_factory=dict)
    """id(row) → Chinese reason."""
    findings: list[Finding] = field(default_factory=list)


def newest_first(filings: Sequence[Filing]) -> list[Filing]:
    """The latest document first; equals by name, so that the order on disk does not matter."""
    by_name = sorted(filings, key=lambda filing: filing.file)
    return sorted(by_name, key=lambda filing: filing.date or datetime.min, reverse=True)


def judge(filings: Sequence[Filing], codes: dict[str, str | None]) -> Verdict:
    """Decide over all the files of one unit; ``codes`` holds each file's 校验码."""
    verdict = Verdict()
    ordered = newest_first(filings)
    distinct: list[Filing] = []
    for filing in ordered:
        twin = next(
            (other for other in distinct if codes[filing.file] and codes[other.file] == codes[filing.file]), None
        )
        if twin is None:
            distinct.append(filing)
            continue
        why = f"与“{twin.file}”内容完全相同，只计一次"
        verdict.findings.append(_finding("M703", f"这个文件{why}。", filing))
        for table in filing.tables:
            verdict.dropped.update({id(row): why for row in table.rows})
    _judge_rows(distinct, verdict)
    return verdict


def _judge_rows(filings: Sequence[Filing], verdict: Verdict) -> None:
    groups: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for filing in filings:
        for table in filing.tables:
            for row in table.rows:
                if row.region is not None:
                    groups[table.form.key, row.region].append(Sent(filing, table, row))
    repeated: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for sent in groups.values():
        kept = [item for item in sent if item.filing is sent[0].filing]
        _within_file(kept, verdict)
        for item in sent[len(kept) :]:
            first = kept[0]
            if content(item) == content(first):
                why = f"与“{first.filing.file}”中的内容相同，只计一次"
                repeated[item.filing.file, item.table.form.key, first.filing.file].append(item.row.region or "")
            else:
                why = f"已被更新的“{first.filing.file}”取代"
                verdict.findings.append(_superseded(item, first))
            verdict.dropped[id(item.row)] = why
    verdict.findings.extend(_repeated(filings, repeated))


def _within_file(kept: list[Sent], verdict: Verdict) -> None:
    for index, item in enumerate(kept):
        twin = next((other for other in kept[:index] if content(other) == content(item)), None)
        if twin:
            verdict.dropped[id(item.row)] = f"与 {twin.row.place.a1} 那一行重复，内容相同，只计一次"


def content(sent: Sent) -> tuple[Scalar, ...]:
    """What a row says, 序号 apart."""
    return tuple(
        sent.row.region if column.kind is Kind.REGION else sent.row.get(column.key).value
        for column in sent.table.form.columns
        if column.kind is not Kind.SERIAL
    )


def _superseded(item: Sent, first: Sent) -> Finding:
    labels = [
        column.label
        for column, old, new in zip(
            (c for c in item.table.form.columns if c.kind is not Kind.SERIAL),
            content(item),
            content(first),
            strict=True,
        )
        if old != new
    ]
    message = (
        f"“{item.row.region}”在多个文件中都有，{'、'.join(labels)}不同。取保存日期最新的“{first.filing.file}”"
        f"（{_day(first.filing)}），本文件（{_day(item.filing)}）的这一行不计入汇总，请确认。"
    )
    return _finding("M702", message, item.filing, item)


def _day(filing: Filing) -> str:
    return filing.date.date().isoformat() if filing.date else "日期不详"


def _repeated(filings: Sequence[Filing], repeated: dict[tuple[str, str, str], list[str]]) -> Iterator[Finding]:
    by_name = {filing.file: filing for filing in filings}
    for (file, form, first), regions in repeated.items():
        message = f"{form}中 {len(regions)} 个地区与“{first}”内容相同（{'、'.join(regions)}），只计一次。"
        yield _finding("M703", message, by_name[file], form=form)


def _finding(rule: str, message: str, filing: Filing, sent: Sent | None = None, form: str | None = None) -> Finding:
    return Finding(
        rule,
        RULES[rule].severity,
        message,
        filing.file,
        sheet=sent.table.sheet if sent else None,
        cell=sent.row.place.a1 if sent else None,
        form=sent.table.form.key if sent else form,
        region=sent.row.region if sent else None,
        unit=filing.unit.name if filing.unit else None,
    )
