"""Rows and files as they were sent: the key and the content of each row, and whether two are the same; which of two
files is the newer one, and what shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property, reduce
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.counting import identity, is_filled
from hrss12333.checking.rules.merge import gives_way, only_parts
from hrss12333.model.check_code import content
from hrss12333.model.filing import Filing, Row, Summary, Table
from hrss12333.model.finding import Finding, Where, row_where, table_where
from hrss12333.model.national import beijing
from hrss12333.reading.companions import containers_of
from hrss12333.survey.periods import Period
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


class PartsLeftOut(Struct, frozen=True):
    """Rows of parts of the year that do not count."""

    rows: Sequence[tuple[SentRow, str, Filing | None]]
    """Each with the reason, Chinese, and the file that replaces it; ``{file}`` stands for it."""
    findings: Sequence[Finding]
    asked_together: frozenset[Where]
    """Tables about whose period one question asks for the unit."""


def by_period(filings: Iterable[Filing]) -> Iterator[list[Filing]]:
    """The filings with their tables of the year, then with those of each part of it."""
    parts: dict[Period | None, list[Filing]] = {None: []}
    for filing in filings:
        for part in dict.fromkeys(table.part for table in filing.tables):
            tables = tuple(table for table in filing.tables if table.part == part)
            parts.setdefault(part, []).append(replace(filing, tables=tables) if tables != filing.tables else filing)
    yield from parts.values()


def parts_left_out(filings: Iterable[Filing], dropped: Container[Where]) -> PartsLeftOut:
    """The rows of parts of the year whose region was sent for the whole year, or for several parts alone; ``dropped``: rows that
    do not count already."""
    whole, parts = dict[tuple[str, str | None], SentRow](), defaultdict[tuple[str, str | None], list[SentRow]](list)
    for sent in (sent for filing in filings for sent in rows_of(filing)):
        name, counts = (sent.table.form.key, identity(sent.row)), sent.key not in dropped
        if sent.table.part and counts:
            parts[name].append(sent)
        elif not sent.table.part and sent.filled and (counts or name not in whole):
            whole[name] = sent
    rows = list[tuple[SentRow, str, Filing | None]]()
    giving_way: dict[tuple[str, str, str, str], list[SentRow]] = defaultdict(list)
    several = list[SentRow]()
    for name, of_region in parts.items():
        year = whole.get(name)
        for sent in of_region:
            if year:
                rows.append((sent, "不是全年的数据，以{file}中全年的为准（M705）", year.filing))
                giving_way[sent.filing.file, sent.table.sheet, name[0], year.filing.file].append(sent)
            elif len({each.table.part for each in of_region}) > 1:
                rows.append((sent, "只有几段时间的数据，没有全年的，都不计入（M705）", None))
                several.append(sent)
    findings = [
        gives_way(given[0].table, [sent.row for sent in given], by, given[0].filing.unit)
        for (*_, by), given in giving_way.items()
    ]
    if several:
        findings.append(only_parts([(sent.table, sent.row) for sent in several], several[0].filing.unit))
    return PartsLeftOut(rows, findings, frozenset(table_where(sent.table) for sent in several))
