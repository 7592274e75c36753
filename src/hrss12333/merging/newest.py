"""Which of two files is the newer one, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from hrss12333.model.filing import Filing, Summary
from hrss12333.model.national import beijing
from hrss12333.reading.doubt.names import version_named


class Order(Struct, frozen=True):
    """Of two files: 1 where the first is newer, -1 where the second is, 0 where nothing shows which."""

    sign: int
    by: str = ""
    """Chinese: what shows it."""


UNKNOWN = Order(0)
_STORED = "文件日期最新"
_ONE_COPY = timedelta(seconds=2)
"""Files stored within this time were copied or unpacked together, which says nothing of the order they were made in."""
_HOLDS = "没有注明作废、测试或只是一段时间的数据"
_CORRECTED, _NOT_FORMER = "名称注明是更正或最终稿", "名称没有注明是修改前的"


def order(one: Filing | Summary, other: Filing | Summary, *, by_file: bool = True) -> Order:
    """By the mails' dates where both came by mail, else by what the documents say, by their names, by the files.

    A file that by its name does not hold gives way to one that does, whatever their dates.
    """
    for mine, theirs, by in (
        (_holds(one), _holds(other), _HOLDS),
        (one.received, other.received, "邮件日期较新"),
        (one.saved, other.saved, "日期最新"),
        (_corrected(one), _corrected(other), _CORRECTED),
        (not _former(one), not _former(other), _NOT_FORMER),
        (one.stored if by_file else None, other.stored, _STORED),
    ):
        if mine is None or theirs is None or mine == theirs:
            continue
        if by == _STORED and one.stored and other.stored and abs(one.stored - other.stored) < _ONE_COPY:
            continue
        return Order(1 if mine > theirs else -1, by)  # type: ignore[operator]  # both of one kind
    return UNKNOWN


def newest(filings: Sequence[Filing]) -> Filing:
    """Of identical files the one sent last, else the first: when a file was copied means nothing."""
    found = filings[0]
    for filing in filings[1:]:
        if order(filing, found, by_file=False).sign > 0:
            found = filing
    return found


def newest_reports(summaries: Iterable[Summary]) -> dict[str, Summary]:
    """Code of a unit → its newest 工作总结; where nothing tells, the last by name."""
    found: dict[str, Summary] = {}
    for summary in sorted(summaries, key=lambda item: item.file):
        if summary.unit is None:
            continue
        known = found.get(summary.unit.code)
        if known is None or order(summary, known).sign >= 0:
            found[summary.unit.code] = summary
    return found


def moment(filing: Filing, by: str) -> str:
    """When a file was sent or saved, as far as that is known."""
    if by.startswith("文件日期") and filing.stored:
        return f"{beijing(filing.stored):%Y-%m-%d %H:%M:%S}"  # files saved as one are often copied in one minute
    at: datetime | None = filing.received if by.startswith("邮件") else filing.saved
    at = at or filing.date
    return f"{beijing(at):%Y-%m-%d %H:%M}" if at else "日期不详"


def _holds(filing: Filing | Summary) -> bool:
    """Whether no words say of it that it is void, a test or of a part of the year."""
    return not filing.unfit and not any(table.unfit for table in getattr(filing, "tables", ()))


def _corrected(filing: Filing | Summary) -> bool:
    return version_named(filing.file).corrected


def _former(filing: Filing | Summary) -> bool:
    return version_named(filing.file).former
