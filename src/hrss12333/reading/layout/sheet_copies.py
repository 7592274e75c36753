"""Which of several sheets of one form in a book is meant: not last year's, a blank or hidden copy, or one marked 旧 or 备份.

What is passed over is named at the sheet that was taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Aside, OwnedTable, Table
from hrss12333.reading.doubt.names import is_of_a_part, is_stale_sheet
from hrss12333.survey.written_years import year_in_name

Lines = Mapping[str, Sequence[str]]
"""Sheet → what stands above its tables."""


def chosen(tables: Sequence[OwnedTable], year: int | None, hidden: set[str], lines: Lines) -> list[OwnedTable]:
    """The tables that are meant; ``hidden`` are the sheets that the book hides."""
    return list(_worth_keeping(list(_of_year(tables, year)), hidden, lines))


def _of_year(tables: Sequence[OwnedTable], year: int | None) -> Iterator[OwnedTable]:
    """All but forms of another year, where the book has the same form of this year too; these are named there."""
    for table, unit in tables:
        same = [other for other, _ in tables if other.form.key == table.form.key and other is not table]
        if any(_is_earlier(table, other, year) for other in same):
            continue
        others = [other for other in same if _is_earlier(other, table, year)]
        place = next(iter(table.headings.values()))
        told = [(o, year_in_name(o.sheet, year) or o.year) for o in others]
        more = (Aside(place, o.sheet, f"这张工作表是{named}年度的{o.form.key}，没有读取") for o, named in told)
        yield replace(table, asides=(*table.asides, *more), superseded=(*table.superseded, *others)), unit


def _is_earlier(table: Table, other: Table, year: int | None) -> bool:
    """Whether a table is another year's beside one of this year, or beside one of the same regions that names no year,
    in the same sheet or where its own sheet is named for the year, whatever its copied 填表说明 says."""
    if not year:
        return False
    within = {row.region for row in table.rows} <= {row.region for row in other.rows}
    if year_in_name(table.sheet, year) not in (None, year) and other.year in (None, year):
        return within and year_in_name(other.sheet, year) in (None, year)
    if table.year in (None, year):
        return False
    return other.year == year or (table.sheet == other.sheet and other.year is None and within)


def _worth_keeping(tables: Sequence[OwnedTable], hidden: set[str], lines: Lines) -> Iterator[OwnedTable]:
    same = [
        [
            number
            for number, (other, whose) in enumerate(tables)
            if number != at and other.form.key == table.form.key and other.rows and whose in (unit, None)
        ]
        for at, (table, unit) in enumerate(tables)
    ]
    reasons = [
        _reason(table, [tables[n][0] for n in others], hidden, lines)
        for (table, _), others in zip(tables, same, strict=True)
    ]
    told: dict[int, list[tuple[Aside, Table]]] = {}
    for (table, _), others, reason in zip(tables, same, reasons, strict=True):
        kept = [number for number in others if not reasons[number]]
        if reason and kept:
            taken = next((n for n in kept if not _is_doubtful(tables[n][0], hidden)), kept[0])
            place = next(iter(tables[taken][0].headings.values()))
            aside = Aside(place, table.sheet, f"这张工作表也有{table.form.key}，{reason}，没有读取")
            told.setdefault(taken, []).append((aside, table))
    for at, (table, unit) in enumerate(tables):
        if not (reasons[at] and any(not reasons[number] for number in same[at])):
            if more := told.get(at):
                asides = (*table.asides, *(aside for aside, _ in more))
                table = replace(table, asides=asides, superseded=(*table.superseded, *(other for _, other in more)))
            yield table, unit


def is_stale(table: Table) -> bool:
    """Whether the name of its sheet says that a table no longer holds, or never did."""
    return is_stale_sheet(table.sheet)


def _is_doubtful(table: Table, hidden: set[str]) -> bool:
    return table.sheet in hidden or is_stale(table)


def _is_part(table: Table, lines: Lines) -> bool:
    return is_of_a_part((table.sheet, *lines.get(table.sheet, ())), table.year)


def _reason(table: Table, others: Sequence[Table], hidden: set[str], lines: Lines) -> str:
    """Why a table is passed over for the others of its form; empty where it is not."""
    if not others:
        return ""
    if not table.rows:
        return "是空白表"
    if "region" not in table.headings and any("region" in other.headings for other in others):
        return "但没有地区一栏"
    regions = {row.region for row in table.rows}
    shown = [other for other in others if other.sheet not in hidden]
    if table.sheet in hidden and regions <= {row.region for other in shown for row in other.rows}:
        return "是隐藏的工作表，其中的地区在其他工作表里都有"
    whole = [other for other in others if regions <= {row.region for row in other.rows}]
    if whole and _is_part(table, lines) and not all(_is_part(other, lines) for other in whole):
        return "名称表示只是一段时间的数据"
    current = [other for other in others if not _is_doubtful(other, hidden)]
    if not is_stale(table) or not current:
        return ""
    lost = [region for region in dict.fromkeys(row.region for row in table.rows) if region]
    lost = [region for region in lost if region not in {row.region for other in current for row in other.rows}]
    told = f"，其中{'、'.join(lost)}在“{current[0].sheet}”中没有，请核对" if lost else ""
    return f"名称表示已经作废或是备份，以“{current[0].sheet}”为准{told}"
