"""Which tables of a workbook are read: all of a form but those on hidden sheets and, beside another one, those of another
year, those called 旧 or 备份, or blank ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hrss12333.model.filing import OwnedTable, Row, SheetLeftOut, Table
from hrss12333.model.text import TextKind
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.version_words import is_spare_sheet

Found = tuple[Table, Unit | None, bool]
"""A table, the unit that it belongs to, and whether its sheet is hidden."""


def chosen(tables: Sequence[Found], survey: int) -> tuple[list[OwnedTable], list[SheetLeftOut]]:
    """The tables that are read, and those that are not; ``survey`` is the year that is processed."""
    ranks = [_rank(table, hidden, survey) for table, _, hidden in tables]
    kept, left_out = list[OwnedTable](), list[SheetLeftOut]()
    for (table, unit, *_), rank in zip(tables, ranks, strict=True):
        rivals = [
            other
            for (other, whose, *_), theirs in zip(tables, ranks, strict=True)
            if theirs < rank and (whose is unit or unit is None or whose is None)
        ]
        others = [other for other in rivals if other.form.key == table.form.key]
        of_year = rank == _OF_YEAR and bool(rivals)
        spare = bool(others) and not (rank == _NAMED_YEAR and {*_regions(table)} - {*_regions(*others)})
        if of_year or spare or rank == _HIDDEN:
            lost = _regions_lost(table, others, of_year=_other_year(table, survey) is None)
            reason = _REASONS[rank].format(period=_other_year(table, survey))
            first = next(iter(table.headings.values()))
            alone = not others
            left_out.append(SheetLeftOut(table.form.key, first, reason, lost, alone=alone, of_year=rank == _OF_YEAR))
        else:
            kept.append((table, unit))
    return kept, left_out


_REASONS = ("", "是空白表", "名称表示是旧表、备份或样表", "是{period}的", "是{period}的", "是隐藏的工作表")
"""Rank → why a table is not read beside one of a lower rank; Chinese."""
_READ, _BLANK, _CALLED_OLD, _NAMED_YEAR, _OF_YEAR, _HIDDEN = range(len(_REASONS))


def _other_year(table: Table, survey: int) -> Period | None:
    """The other year that a table's lines or its sheet's name give it."""
    names_alone = all(item.is_named for item in table.evidence)
    named = [item.value for item in table.evidence if names_alone and item.source.kind is TextKind.SHEET]
    return next((period for period in (table.period, *named) if period and period.year_beside(survey)), None)


def _rank(table: Table, hidden: bool, survey: int) -> int:
    """The rank of a table among several of a form; a hidden one is never read."""
    if hidden:
        return _HIDDEN
    if _other_year(table, survey):
        return _NAMED_YEAR if all(item.is_named for item in table.evidence) else _OF_YEAR
    if is_spare_sheet(table.sheet):
        return _CALLED_OLD
    return _READ if table.rows or table.concealed or table.other_years else _BLANK


def _regions(*tables: Table) -> Iterable[str | None]:
    return (row.region for table in tables for row in table.rows)


def _regions_lost(table: Table, others: Sequence[Table], *, of_year: bool) -> tuple[str, ...]:
    """The regions that no other table has, or whose figures of the year none has."""
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)] if of_year else []
    known = {row.region for other in others for row in other.rows}
    figures = {
        (region, key, number) for other in others for (region, key), number in _figures_of(other.rows, keys).items()
    }
    differ = {region for (region, key), n in _figures_of(table.rows, keys).items() if (region, key, n) not in figures}
    return tuple(dict.fromkeys(row.called for row in table.rows if row.region not in known or row.region in differ))


def _figures_of(rows: Iterable[Row], keys: Sequence[str]) -> Mapping[tuple[str | None, str], int]:
    """(region, field) → figure."""
    return {(row.region, key): number for row in rows for key in keys if (number := row.number(key)) is not None}
