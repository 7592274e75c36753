"""Which of two files is the newer one, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from re import Pattern, compile

from msgspec import Struct

from hrss12333.model.filing import Filing, Summary
from hrss12333.model.national import beijing
from hrss12333.survey.spellings import PART_OF_YEAR


class Order(Struct, frozen=True):
    """Of two files: 1 where the first is newer, -1 where the second is, 0 where nothing shows which."""

    sign: int
    by: str = ""
    """Chinese: what shows it."""


UNKNOWN = Order(0)
_STORED = "文件日期最新"
_ONE_COPY = timedelta(seconds=2)
"""Files stored within this time were copied or unpacked together, which says nothing of the order they were made in."""
_VOID = "名称注明作废"
_MONTHS = r"(?<![\d.月])(?!0?1月?[-~—－至到]{1,2}12月)\d{1,2}月?[-~—－至到]{1,2}\d{1,2}月(?!\d|份?(?:[报上]送|[收下]))"
"""Some months of the year in the name of a file, in a pattern: 1-6月; no days of a month, nor when something was sent."""
_HOLDS = "没有注明作废或只是一段时间的数据"
_CORRECTED, _NOT_FORMER = "名称注明是更正或最终稿", "名称没有注明是修改前的"


def order(one: Filing | Summary, other: Filing | Summary, *, by_file: bool = True) -> Order:
    """By the mails' dates where both came by mail, else by what the documents say, by their names, by the files.

    A file that by its name does not hold gives way to one that does, whatever their dates.
    """
    for mine, theirs, by in (
        (not unfit(one), not unfit(other), _HOLDS),
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


def unfit(filing: Filing | Summary) -> str:
    """Why a file by its name, by that of its folder or archive, or by its title does not hold for the year; Chinese, empty
    where it does."""
    why = _clues_of(filing.file).unfit
    for table in filing.tables if isinstance(filing, Filing) and not why else ():
        if table.part:
            return f"标题或填表说明写的是“{table.part}”，只是一段时间的数据"
    return why


def _corrected(filing: Filing | Summary) -> bool:
    return _clues_of(filing.file).corrected


def _former(filing: Filing | Summary) -> bool:
    return _clues_of(filing.file).former


class _NameClues(Struct, frozen=True):
    """What the name of a file says of its content."""

    unfit: str
    corrected: bool
    former: bool


@lru_cache(maxsize=4096)
def _clues_of(file: str) -> _NameClues:
    """What the file's name says, else that of the mail, archive or folder that it lies in."""
    clues = [_clues(part) for part in reversed(file.split("/"))]
    why = clues[0].unfit or next((_VOID for item in clues if item.unfit == _VOID), "")
    version = next((item for item in clues if item.corrected or item.former), clues[0])
    return _NameClues(why, version.corrected, version.former)


@lru_cache(maxsize=4096)
def _clues(name: str) -> _NameClues:
    corrected, former, void, part = _words()
    why = _VOID if void.search(name) else "名称表示只是一段时间的数据" if part.search(name) else ""
    before = bool(former.search(name))
    return _NameClues(why, not before and bool(corrected.search(name)), before)


@cache
def _words() -> tuple[Pattern[str], ...]:
    """Of a corrected version, the one before it, a void file (原表作废 is said of another), a part of the year."""
    changes = "更正|更新|修改|修订|修正|订正|改正"
    return (
        compile(f"(?<![未非待需])(?<![未非待需]最)(?:{changes}|最终|终稿|定稿)"),
        compile(f"(?:{changes})(?:之|以)?前|旧版|旧表|初稿|草稿|原稿|初报|(?:^|[（(_-])(?:旧|原|原始)的?(?:[）).]|$)"),
        compile(r"(?:^|[（(【\[_\-—\s])(?:已|此[件表]|本[件表])?作废(?:[）)】\]_\-—\s.]|$)"),
        compile(rf"{PART_OF_YEAR}|半年报|季报|{_MONTHS}"),
    )
