"""The same region sent more than once: which row counts.

A row with nothing filled in gives way to one that is filled: cities often return the whole form of their province with
their own row alone filled in. Of differing versions the one of the newest document counts (M702); identical ones count
once (M703). A region twice in one file (R203) is an error of its own: identical rows count once, differing ones both,
since either may only be misnamed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.check_code import content, speaking
from hrss12333.model.filing import Filing, Place, Row, Table
from hrss12333.model.finding import Finding
from hrss12333.model.national import beijing
from hrss12333.survey.schema import Kind

_ASKED = (Kind.COUNT, Kind.YESNO, Kind.CHOICE, Kind.TEXT)

RowKey = tuple[str, str, Place]
"""What a row is known by: its file, its form, and where it stands there."""


def row_key(table: Table, row: Row) -> RowKey:
    """The key of one row of a table."""
    return table.file, table.form.key, row.place


@dataclass(frozen=True)
class Sent:
    """One row as sent."""

    filing: Filing
    table: Table
    row: Row

    @property
    def key(self) -> RowKey:
        """What the row is known by."""
        return row_key(self.table, self.row)

    @property
    def filled(self) -> bool:
        """Whether anything stands beside the region's name."""
        return any(self.row.get(column.key).found is not None for column in self.table.form.of_kind(*_ASKED))


@dataclass
class Verdict:
    """Which rows do not count, with the reason, and what to say of it."""

    dropped: dict[RowKey, str] = field(default_factory=dict)
    """Row → Chinese reason."""
    replaced: set[RowKey] = field(default_factory=set)
    """Those of them for which a row of another file counts: what is wrong with them no longer matters."""
    findings: list[Finding] = field(default_factory=list)

    def replace(self, key: RowKey, why: str) -> None:
        """A row of another file counts instead."""
        self.dropped[key] = why
        self.replaced.add(key)


def judge(filings: Sequence[tuple[Filing, str | None]], *, one_unit: bool = True) -> Verdict:
    """Decide over all the files of one unit, or over files of unknown units, which are compared as a whole only.

    Each filing comes with its 校验码; one without a code is no copy of another.
    """
    verdict = Verdict()
    coded: dict[str, Filing] = {}
    distinct: list[Filing] = []
    for filing, code in _newest_first(filings):
        twin = coded.setdefault(code, filing) if code else filing
        if twin is filing:
            distinct.append(filing)
            continue
        why = f"与“{twin.file}”内容完全相同，只计一次"
        verdict.findings.append(_finding("M703", f"这个文件{why}。", filing))
        for table in filing.tables:
            for row in table.rows:
                verdict.replace(row_key(table, row), why)
    if one_unit:
        _judge_rows(distinct, verdict)
    return verdict


def _newest_first(filings: Sequence[tuple[Filing, str | None]]) -> list[tuple[Filing, str | None]]:
    """The latest document first; of equal date the latest mail, then by name, so that the order on disk is nothing."""
    by_name = sorted(filings, key=lambda item: item[0].file)
    return sorted(by_name, key=lambda item: _age(item[0]), reverse=True)


def _age(filing: Filing) -> tuple[datetime, datetime]:
    return filing.date or datetime.min, filing.received or datetime.min


def _judge_rows(filings: Sequence[Filing], verdict: Verdict) -> None:
    groups: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for filing in filings:
        for table in filing.tables:
            for row in table.rows:
                if row.region is not None:
                    groups[table.form.key, row.region].append(Sent(filing, table, row))
    repeated: dict[tuple[str, str, str], list[Sent]] = defaultdict(list)
    for sent in groups.values():
        first = next((item for item in sent if item.filled), sent[0])
        _within_file([item for item in sent if item.filing is first.filing], verdict)
        for item in sent:
            if item.filing is first.filing:
                continue
            if not item.filled:
                verdict.replace(item.key, f"这一行没有填数，以“{first.filing.file}”为准")
            elif _content(item) == _content(first):
                verdict.replace(item.key, f"与“{first.filing.file}”中的内容相同，只计一次")
                repeated[item.filing.file, item.table.form.key, first.filing.file].append(item)
            else:
                verdict.replace(item.key, f"已被“{first.filing.file}”取代")
                verdict.findings.append(_superseded(item, first))
    verdict.findings.extend(_repeated(repeated))


def _within_file(sent: list[Sent], verdict: Verdict) -> None:
    counted: list[Sent] = []
    for item in sent:
        twin = next((other for other in counted if _content(other) == _content(item)), None)
        if twin:
            verdict.dropped[item.key] = f"与 {twin.row.place.a1} 那一行重复，内容相同，只计一次"
        else:
            counted.append(item)


def _content(sent: Sent) -> tuple[object, ...]:
    return content(sent.table.form, sent.row)


def _superseded(item: Sent, first: Sent) -> Finding:
    columns = zip(speaking(item.table.form), _content(item), _content(first), strict=True)
    labels = "、".join(column.label for column, old, new in columns if old != new)
    same_age = _age(item.filing) == _age(first.filing)
    kept = f"“{first.filing.file}”（{_moment(first.filing)}）"
    chosen = f"两个文件日期相同，取文件名在前的{kept}" if same_age else f"取日期最新的{kept}"
    message = (
        f"“{item.row.region}”在多个文件中都有，{labels}不同。{chosen}，"
        f"本文件（{_moment(item.filing)}）的这一行不计入汇总，请确认。"
    )
    return _finding("M702", message, item.filing, item)


def _moment(filing: Filing) -> str:
    return f"{beijing(filing.date):%Y-%m-%d %H:%M}" if filing.date else "日期不详"


def _repeated(repeated: Mapping[tuple[str, str, str], list[Sent]]) -> Iterator[Finding]:
    for (_, form, first), items in repeated.items():
        regions = "、".join(item.row.region or "" for item in items)
        message = f"{form}中 {len(items)} 个地区与“{first}”内容相同（{regions}），只计一次。"
        yield _finding("M703", message, items[0].filing, form=form)


def _finding(rule: str, message: str, filing: Filing, sent: Sent | None = None, form: str | None = None) -> Finding:
    return Finding(
        rule,
        RULES[rule].severity,
        message,
        filing.file,
        sheet=sent.table.sheet if sent else None,
        row=sent.row.place.row if sent else None,
        column=sent.row.place.column if sent else None,
        form=sent.table.form.key if sent else form,
        region=sent.row.region if sent else None,
        unit=filing.unit.name if filing.unit else None,
    )
