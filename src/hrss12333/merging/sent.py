"""Rows and files as they were sent: the key and the content of each row, and whether two are the same; which of two
files is the newer one, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, reduce
from typing import Any

from msgspec import Struct

from hrss12333.checking.counting import is_filled
from hrss12333.model.check_code import content
from hrss12333.model.filing import Filing, Row, Summary, Table
from hrss12333.model.finding import Where, row_where
from hrss12333.model.national import beijing
from hrss12333.reading.companions import containers_of
from hrss12333.survey.schema import Kind, Scalar
from hrss12333.survey.version_words import CORRECTED_VERSION, FORMER_VERSION


class SentRow(Struct, frozen=True, dict=True):
    """A row as sent."""

    filing: Filing
    table: Table
    row: Row
    key: Where
    """The row's place."""
    filled: bool
    """Whether anything is beside the region's name."""
    disputed: bool = False
    """Whether its file has other content for the same region, too."""

    @cached_property
    def written(self) -> tuple[Scalar, ...]:
        """Its content beside the region's name, word for word."""
        return content(self.table.form, self.row, Kind.REGION)

    @cached_property
    def answers(self) -> tuple[Scalar, ...]:
        """The part of its content that enters totals."""
        return content(self.table.form, self.row, Kind.REGION, Kind.TEXT)

    def agrees(self, other: SentRow) -> bool:
        """Whether both add the same to the totals."""
        alike = self.written == other.written or self.answers == other.answers
        return alike and not (self.disputed or other.disputed)


def rows_of(filing: Filing) -> list[SentRow]:
    """The rows of a file, table by table."""
    rows = ((table, row) for table in filing.tables for row in table.rows)
    return [SentRow(filing, table, row, row_where(table, row), is_filled(table.form, row)) for table, row in rows]


class Order(Struct, frozen=True):
    """Of two files: 1 where the first is newer, -1 where the second is, 0 where nothing shows which."""

    sign: int
    by: str = ""
    """Chinese: what shows it."""


NOT_UNFIT, _STORED, _CORRECTED = "没有注明作废、测试、旧表或备份", "文件日期最新", "名称注明是更正或最终稿"
ONE_COPY = timedelta(seconds=2)
"""Files stored within this time were copied or unpacked together, which says nothing of the order they were made in."""
_SIGNS_OF_NEWER: tuple[tuple[str, Callable[[Filing | Summary], Any]], ...] = (
    # An unfit file does not replace a fit one; nor does what this tool made of the cities' files.
    (NOT_UNFIT, lambda file: not file.unfit and not any(table.unfit for table in getattr(file, "tables", ()))),
    ("名称没有注明是旧的、草稿或别的年度", lambda file: file.version != FORMER_VERSION),
    ("各地区报来", lambda file: not getattr(file, "own", False)),
    # Nobody mails the older one last, but whoever opens the old one may save it anew.
    ("邮件日期较新", lambda file: file.received),
    (_CORRECTED, lambda file: file.version == CORRECTED_VERSION),
    ("日期最新", lambda file: file.saved),
    # The time it was copied rather than made.
    (_STORED, lambda file: file.stored),
)
"""Signs of the newer file, the strongest first: Chinese, and a value that is greater in the newer."""


def container_of(file: str) -> str:
    """The mail or archive that a file came in, the innermost; empty where it came in none."""
    return next(reversed(containers_of(file)), "")


def order(one: Filing | Summary, other: Filing | Summary, *, by_file: bool = True) -> Order:
    """By the first sign that tells the two apart; where they came in one mail or archive, by words only."""
    together = container_of(one.file) == container_of(other.file) != ""
    for by, sign in _SIGNS_OF_NEWER if by_file else _SIGNS_OF_NEWER[:-1]:
        mine, theirs = sign(one), sign(other)
        if mine is None or theirs is None or mine == theirs or (by == _STORED and abs(mine - theirs) < ONE_COPY):
            continue
        if not (together and isinstance(mine, datetime)):
            return Order(1 if mine > theirs else -1, by)
    return Order(0)


def newest(filings: Sequence[Filing]) -> Filing:
    """Of identical files the one sent last, else the first: when a file was copied means nothing."""
    return reduce(lambda found, filing: filing if order(filing, found, by_file=False).sign > 0 else found, filings)


def newest_reports(summaries: Iterable[Summary]) -> dict[str, Summary]:
    """Code of a unit → its newest 工作总结; where nothing shows which, the last by name."""
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
    at = (filing.received if by.startswith("邮件") else filing.saved) or filing.date
    return f"{beijing(at):%Y-%m-%d %H:%M}" if at else "日期不详"
