"""Which of two files is the newer one, and by what that is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from re import Pattern, compile

from msgspec import Struct

from hrss12333.model.filing import Filing, Summary
from hrss12333.model.national import beijing


class Order(Struct, frozen=True):
    """Of two files: 1 where the first is newer, -1 where the second is, 0 where nothing tells."""

    sign: int
    by: str = ""
    """Chinese: what tells it."""


UNKNOWN = Order(0)
_CORRECTED = "文件名注明是更正或最终稿"


def order(one: Filing | Summary, other: Filing | Summary, *, by_file: bool = True) -> Order:
    """By the mails' dates where both came by mail, else by what the documents say, by their names, by the files."""
    for mine, theirs, by in (
        (one.received, other.received, "邮件日期较新"),
        (one.saved, other.saved, "日期最新"),
        (_corrected(one), _corrected(other), _CORRECTED),
        (one.stored if by_file else None, other.stored, "文件日期最新"),
    ):
        if mine is not None and theirs is not None and mine != theirs:
            return Order(1 if mine > theirs else -1, by)  # type: ignore[operator]  # both of one kind
    return UNKNOWN


def newest(filings: Sequence[Filing]) -> Filing:
    """Of identical files the one sent last, else the first: when it was copied is of no weight."""
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
    """When a file was sent or saved, as far as it is known."""
    if by.startswith("文件日期") and filing.stored:
        return f"{beijing(filing.stored):%Y-%m-%d %H:%M:%S}"  # files saved as one are often copied in one minute
    at: datetime | None = filing.received if by.startswith("邮件") else filing.saved
    at = at or filing.date
    return f"{beijing(at):%Y-%m-%d %H:%M}" if at else "日期不详"


def _corrected(filing: Filing | Summary) -> bool:
    return bool(_words().search(filing.file.rpartition("/")[2]))


@cache
def _words() -> Pattern[str]:
    return compile("更正|更新|修改|修订|修正|订正|改正|最终|终稿|定稿")
