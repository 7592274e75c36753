"""Tables of a part of the year: never versions of each other, nor of the year's. They give way to the year's row of their region,
and of several without one none counts (M705)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.counting import identity
from hrss12333.checking.rules.merge import gives_way, only_parts
from hrss12333.merging.sent import SentRow, rows_of
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Finding, Where, table_where
from hrss12333.survey.periods import Period


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
