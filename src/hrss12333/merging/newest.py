"""Which of two files is the newer one, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from hrss12333.model.filing import Filing, Summary
from hrss12333.model.national import beijing
from hrss12333.model.text import TextKind
from hrss12333.reading.doubt.clauses import CORRECTED, FORMER


class Order(Struct, frozen=True):
    """Of two files: 1 where the first is newer, -1 where the second is, 0 where nothing shows which."""

    sign: int
    by: str = ""
    """Chinese: what shows it."""


_STORED = "文件日期最新"
_ONE_COPY = timedelta(seconds=2)
"""Files stored within this time were copied or unpacked together, which says nothing of the order they were made in."""
_SIGNS: tuple[tuple[str, Callable[[Filing | Summary], Any]], ...] = (
    # What does not hold is no version of what does, nor what this tool made of the cities' files.
    ("没有注明作废、测试或只是一段时间的数据", lambda file: _is_fit(file)),
    ("各地区报来", lambda file: not getattr(file, "own", False)),
    # Nobody mails the older one last, but whoever opens the old one may save it anew.
    ("邮件日期较新", lambda file: file.received),
    ("邮件附件里", lambda file: f".eml/{TextKind.MAIL.value}" not in file.file.lower()),
    ("名称注明是更正或最终稿", lambda file: file.version == CORRECTED),
    ("名称没有注明是草稿、有误或修改前的", lambda file: file.version != FORMER),
    ("日期最新", lambda file: file.saved),
    # When it was copied rather than made.
    (_STORED, lambda file: file.stored),
)
"""What shows which is the newer, in the order of its weight: Chinese, and what is compared, the greater the newer."""


def order(one: Filing | Summary, other: Filing | Summary, *, by_file: bool = True) -> Order:
    """By the first sign that both files bear and that tells them apart."""
    for by, sign in _SIGNS if by_file else _SIGNS[:-1]:
        mine, theirs = sign(one), sign(other)
        if mine is None or theirs is None or mine == theirs or (by == _STORED and abs(mine - theirs) < _ONE_COPY):
            continue
        return Order(1 if mine > theirs else -1, by)
    return Order(0)


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


def _is_fit(filing: Filing | Summary) -> bool:
    return not filing.unfit and not any(table.unfit for table in getattr(filing, "tables", ()))
